"""A client that speaks HTTP/2 frame by frame, for what no gRPC client does. Header compression is not used."""

from __future__ import annotations

import asyncio
import struct
from types import TracebackType

DATA, HEADERS, RST_STREAM, SETTINGS, PING = 0, 1, 3, 4, 6
ACK = END_STREAM = 1
END_HEADERS = 4
INITIAL_WINDOW_SIZE = 4
CANCEL = 8


class RawClient:
    """`window` is how much of each stream the client lets come: 0 is one that reads nothing."""

    def __init__(self, address: str, window: int = 65_535) -> None:
        self._address = address
        self._window = window
        self._streams = -1

    async def __aenter__(self) -> RawClient:
        host, _, port = self._address.rpartition(":")
        self._reader, self._writer = await asyncio.open_connection(host, int(port))
        self._writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self._frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW_SIZE, self._window))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._writer.close()

    def open(self, path: str, **headers: str) -> int:
        """Begin a call; gives its stream. Underscores in names of headers stand for dashes."""
        self._streams += 2
        fields = {
            ":method": "POST",
            ":scheme": "http",
            ":path": path,
            ":authority": "test",
            "te": "trailers",
            "content-type": "application/grpc",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        block = b"".join(
            b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
            for name, value in fields.items()
        )
        self._frame(HEADERS, END_HEADERS, self._streams, block)
        return self._streams

    def send(self, stream: int, message: bytes, is_last: bool = False) -> None:
        self._frame(DATA, END_STREAM if is_last else 0, stream, struct.pack(">BI", 0, len(message)) + message)

    def cancel(self, stream: int) -> None:
        self._frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL))

    async def seen(self) -> None:
        """Returns when the server has read all that was sent."""
        self._frame(PING, 0, 0, b"12345678")
        while True:
            head = await self._reader.readexactly(9)
            await self._reader.readexactly(int.from_bytes(head[:3]))
            if head[3] == PING and head[4] & ACK:
                return
            if head[3] == SETTINGS and not head[4] & ACK:
                self._frame(SETTINGS, ACK, 0, b"")

    def _frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        self._writer.write(len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload)
