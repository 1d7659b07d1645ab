"""An HTTP server for tests on a port of its own: it answers as scripted, keeps what it was asked, and holds every
request to the rules that ours promise. Written on bare streams, so that it can also answer as no server should."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

CERTIFICATE = Path(__file__).parent / "certificates/api.test.pem"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def reply(body: Any = b"", status: int = 200, **headers: str) -> Answer:
    """An answer with that body; what is no bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/plain" if isinstance(body, bytes) else "application/json"
    fields = {"content-type": kind, "content-length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields.items() if value)]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + data)
        await writer.drain()

    return answer


def redirect(place: str, status: int = 302) -> Answer:
    return reply(b"elsewhere", status, location=place)


def raw(*pieces: bytes, then_close: bool = True) -> Answer:
    """These bytes, one after another."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if then_close:
            writer.close()

    return answer


@dataclass
class Held:
    """An answer that waits until it is let go. `came` is set once for each request."""

    inner: Answer
    came: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    cut_off: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.came.set()
        await self.go.wait()
        await self.inner(asked, writer)


class HttpDouble:
    """Listens for the length of the block. `answers` are by path; a list is one after another, the last for ever."""

    def __init__(self, host: str = "127.0.0.1", tls: bool = False) -> None:
        """With `tls` it has a certificate for api.test, which nobody trusts who is not told to."""
        self._host = host
        self._tls: ssl.SSLContext | None = None
        if tls:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
        self.port = 0
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.asked: list[Asked] = []
        self.broken_rules: list[str] = []
        self.connections = 0
        self.open_now = 0
        self.open_most = 0
        self.gone = asyncio.Event()
        """Set when a client ends a connection while its request is answered."""

    async def __aenter__(self) -> HttpDouble:
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if error is None:
            assert self.broken_rules == []

    def url(self, path: str = "/", host: str | None = None) -> str:
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://{host or self._host}:{self.port}{path}"

    @property
    def keys(self) -> list[str]:
        return [asked.key for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        try:
            while not writer.is_closing():
                asked = await self._read(reader)
                if asked is None:
                    return
                await self._answer(asked, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.gone.set()
        except asyncio.CancelledError:
            pass  # the end of the block
        finally:
            writer.close()

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(asked)
        self.broken_rules += rules_broken(asked)
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        found = self.answers.get(asked.path.partition("?")[0], reply(b"nothing here", 404))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        answering = asyncio.ensure_future(found(asked, writer))
        # A client says nothing more before it is answered, so what can be read is the end of the connection.
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait([answering, leaving], return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                self.gone.set()
                writer.close()
                return
            await answering
            if leaving.done():
                writer.close()
        finally:
            self.open_now -= 1
            for each in (answering, leaving):
                each.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader) -> Asked | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        pairs = [line.split(":", 1) for line in lines if line]
        headers = {name.lower(): value.strip() for name, value in pairs}
        if len(headers) != len(pairs):
            self.broken_rules.append(f"{path}: a header comes twice")
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Asked(method, path, headers, body)


def rules_broken(asked: Asked) -> list[str]:
    """What every request of ours has, and what none has."""
    headers, broken = asked.headers, []
    if not headers.get("host"):
        broken.append("no host")
    if not headers.get("idempotency-key"):
        broken.append("no idempotency key")
    if asked.body and not headers.get("content-type"):
        broken.append("a body without its type")
    if asked.method in ("POST", "PUT", "PATCH") and "content-length" not in headers:
        broken.append("no length")
    broken += [f"has {name}" for name in ("cookie", "proxy-authorization", "referer") if name in headers]
    return [f"{asked.method} {asked.path}: {what}" for what in broken]
