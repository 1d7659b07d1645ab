"""A server on a free port, with a session service a test can direct, and raw calls to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc import aio

from botserver.rpc.server import SERVICE, RpcServer, RpcSettings
from tests.protocol.fake_sessions import FakeSessions


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()


@pytest.fixture
def settings() -> RpcSettings:
    """Overridden by tests that need bounds they can reach."""
    return RpcSettings(listen="127.0.0.1:0")


@pytest.fixture
async def server(sessions: FakeSessions, settings: RpcSettings) -> AsyncIterator[RpcServer]:
    server = RpcServer(sessions, settings)
    server.address = await server.start()  # type: ignore[attr-defined]  # for the tests alone
    yield server
    sessions.gate.set()
    await server.drain(grace_s=0)
    await server.stop()


@pytest.fixture
def address(server: RpcServer) -> str:
    return server.address  # type: ignore[attr-defined]  # set above


@pytest.fixture
async def channel(address: str) -> AsyncIterator[aio.Channel]:
    async with aio.insecure_channel(address, options=[("grpc.enable_retries", 0)]) as channel:
        yield channel


@pytest.fixture
def call(channel: aio.Channel) -> Callable[..., Any]:
    """`call("GetSession", session_id=…)` or `call("GetSession", b"raw bytes")`."""

    def start(method: str, raw: bytes | None = None, timeout: float | None = 10, headers: Any = None, **fields: Any):  # type: ignore[no-untyped-def]  # a call or a stream
        described = SERVICE.methods_by_name[method]
        request, response = GetMessageClass(described.input_type), GetMessageClass(described.output_type)
        data = request(**fields).SerializeToString() if raw is None else raw
        make = channel.unary_stream if described.server_streaming else channel.unary_unary
        path = f"/{SERVICE.full_name}/{method}"
        return make(path, response_deserializer=response.FromString)(data, timeout=timeout, metadata=headers)

    return start


async def read_all(stream: aio.UnaryStreamCall[Any, Any]) -> list[Any]:
    return [response async for response in stream]


class Refusal:
    """An error as a client sees it."""

    def __init__(self, error: aio.AioRpcError) -> None:
        self.code: grpc.StatusCode = error.code()
        self.message = error.details()
        packed = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
        self.status = Status.FromString(packed) if packed else Status()
        self.details: dict[str, Any] = {}
        for detail in self.status.details:
            name = detail.type_url.rsplit(".", 1)[-1]
            assert name not in self.details, f"two {name}"
            self.details[name] = getattr(error_details_pb2, name)()
            detail.Unpack(self.details[name])

    @property
    def reason(self) -> str:
        return str(self.details["ErrorInfo"].reason)

    @property
    def values(self) -> dict[str, str]:
        return dict(self.details["ErrorInfo"].metadata)

    @property
    def fields(self) -> list[str]:
        return [violation.field for violation in self.details["BadRequest"].field_violations]


@pytest.fixture
def refused(call: Callable[..., Any]) -> Callable[..., Any]:
    """Like `call`, for calls that must fail."""

    async def start(*arguments: Any, **fields: Any) -> Refusal:
        outcome = call(*arguments, **fields)
        with pytest.raises(aio.AioRpcError) as caught:
            await (read_all(outcome) if hasattr(outcome, "__aiter__") else outcome)
        return Refusal(caught.value)

    return start
