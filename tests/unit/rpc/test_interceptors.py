"""Log lines of calls name session and request, and nothing else of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from grpc import aio

from botserver.rpc.pb import session_pb2
from botserver.rpc.server import RpcServer, RpcSettings
from botserver.telemetry.logs import configure
from tests.protocol.fake_sessions import FakeSessions

SESSION = "11111111-1111-4111-8111-111111111111"
SEND = "/botserver.v1.SessionService/SendMessage"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    configure("json", "debug", out)
    yield out
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def send(headers: tuple[tuple[str, str], ...], **fields: str) -> None:
    server = RpcServer(FakeSessions(), RpcSettings(listen="127.0.0.1:0"))
    async with aio.insecure_channel(await server.start()) as channel:
        call: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(SEND)
        data = session_pb2.SendMessageRequest(**fields).SerializeToString()  # type: ignore[arg-type]  # text fields only
        with pytest.raises(aio.AioRpcError):
            await call(data, metadata=headers)
    await server.drain(grace_s=0)
    await server.stop()


async def test_line_of_a_call_has_its_ids_and_no_text(lines: io.StringIO) -> None:
    await send((("x-request-id", "req-7"),), session_id=SESSION, message_id="m-1", text="my secret")
    (line,) = [json.loads(text) for text in lines.getvalue().splitlines()]
    del line["timestamp"]
    assert line == {
        "event": "call refused",
        "level": "info",
        "logger": "botserver.rpc",
        "method": "SendMessage",
        "status": "NOT_FOUND",
        "reason": "SESSION_NOT_FOUND",
        "code": "C401",
        "session_id": SESSION,
        "message_id": "m-1",
        "request_id": "req-7",
    }


async def test_hostile_ids_stay_in_their_line(lines: io.StringIO) -> None:
    await send((), session_id="x\n{}" * 1000, message_id="\x1b[2J", text="t")
    (line,) = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert len(line["session_id"]) < 300
    assert "\x1b" not in line["message_id"]
