"""The layer between gRPC's core and the methods, with methods of the test's own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any, NoReturn

import grpc
import pytest
from grpc import aio

from botserver.rpc.calls import ServerCall, of_handler, with_message
from botserver.rpc.grpc_server import GrpcServer
from botserver.rpc.server import OPTIONS
from tests.protocol.conftest import Refusal
from tests.protocol.fake_sessions import until
from tests.protocol.raw import RawClient


class Methods:
    """Echo, Fail, which raises `mistake`, and Hold, whose calls come to `held`."""

    def __init__(self) -> None:
        self.mistake: BaseException = ValueError("a mistake")
        self.held: list[ServerCall] = []

    def echo(self, data: bytes, call: ServerCall) -> None:
        call.finish(data)

    def fail(self, data: bytes, call: ServerCall) -> NoReturn:
        raise self.mistake

    def hold(self, data: bytes, call: ServerCall) -> None:
        self.held.append(call)


@pytest.fixture
def methods() -> Methods:
    return Methods()


@pytest.fixture
async def server(methods: Methods) -> AsyncIterator[GrpcServer]:
    server = GrpcServer(OPTIONS)
    served = {"Echo": methods.echo, "Fail": methods.fail, "Hold": methods.hold}
    server.add_methods("test.Service", {name: with_message(method) for name, method in served.items()})
    server.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"  # type: ignore[attr-defined]  # for tests
    server.start()
    yield server
    await server.stop(grace_s=0)


@pytest.fixture
async def call(server: GrpcServer) -> AsyncIterator[Any]:
    async with aio.insecure_channel(server.address, options=[("grpc.enable_retries", 0)]) as channel:  # type: ignore[attr-defined]  # set above
        yield lambda name, data=b"x": channel.unary_unary(f"/test.Service/{name}")(data, timeout=10)


@pytest.fixture
async def reported() -> list[BaseException]:
    """What was told to the exception handler of the event loop."""
    found: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: found.append(context["exception"]))
    return found


@pytest.mark.parametrize("mistake", [ValueError("a mistake"), asyncio.CancelledError()])
async def test_mistake_of_one_method_is_internal_and_ends_no_other(methods, call, reported, mistake):
    methods.mistake = mistake
    with pytest.raises(aio.AioRpcError) as caught:
        await call("Fail")
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert reported == [mistake]
    assert await call("Echo", b"still there") == b"still there"


class Gone:
    """A call with its request, whose client has left."""

    def __init__(self) -> None:
        self.ended: list[grpc.StatusCode] = []

    def receive(self, then: Any) -> None:
        then(b"")

    def watch(self, left: Any) -> None:
        left()

    def end(self, code: grpc.StatusCode) -> None:
        self.ended.append(code)


async def test_method_is_not_begun_for_a_client_that_has_left():
    begun = []
    call = Gone()
    of_handler(grpc.unary_stream_rpc_method_handler(lambda request, context: begun.append(request)))(call)
    await until(lambda: call.ended)
    assert begun == []


async def test_calls_that_come_while_the_event_loop_is_busy_are_all_served(server, methods):
    calls = 2500
    have_come, are_counted = threading.Event(), threading.Event()

    async def send() -> None:
        async with RawClient(server.address) as client:
            for _ in range(calls):
                client.send(client.open("/test.Service/Hold"), b"", is_last=True)
            await client.seen()
            have_come.set()
            await asyncio.to_thread(are_counted.wait, 10)

    client = threading.Thread(target=asyncio.run, args=(send(),))
    client.start()
    assert have_come.wait(10)  # the event loop stands still meanwhile
    try:
        async with asyncio.timeout(10):
            await until(lambda: len(methods.held) == calls)
    finally:
        are_counted.set()
        await asyncio.to_thread(client.join)
    methods.held.clear()


async def test_calls_without_a_request_are_bounded(methods):
    server = GrpcServer(OPTIONS, max_calls=3)
    server.add_methods("test.Service", {"Echo": with_message(methods.echo)})
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    async with RawClient(address) as idle, aio.insecure_channel(address) as channel:
        echo = channel.unary_unary("/test.Service/Echo")
        streams = [idle.open("/test.Service/Echo") for _ in range(2)]
        await idle.seen()
        assert await echo(b"the third") == b"the third"
        streams.append(idle.open("/test.Service/Echo"))
        await idle.seen()
        with pytest.raises(aio.AioRpcError) as caught:
            await echo(b"the fourth")
        assert Refusal(caught.value).reason == "OVERLOADED"
        idle.cancel(streams[0])
        await until(lambda: server._completions.open_calls == 2)
        assert await echo(b"again the third") == b"again the third"
    async with asyncio.timeout(10):
        await until(lambda: server._completions.open_calls == 0)
    await server.stop(grace_s=0)


async def test_stop_goes_on_when_who_waits_for_it_is_cancelled(server, methods, call):
    held = call("Hold")
    await until(lambda: methods.held)
    stopping = asyncio.ensure_future(server.stop(grace_s=0.05))
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    async with asyncio.timeout(10):
        await server.stop(grace_s=0)
    assert await held.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
    methods.held[0].finish(b"late")


async def test_server_that_was_never_started_stops():
    server = GrpcServer(())
    server.add_insecure_port("127.0.0.1:0")
    await server.stop(grace_s=0)


def test_server_stops_on_a_loop_that_was_interrupted():
    async def begin() -> tuple[GrpcServer, int]:
        server = GrpcServer(())
        server.add_methods("test.Service", {"Fail": with_message(interrupt)})
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        return server, port

    def interrupt(data: bytes, call: ServerCall) -> NoReturn:
        raise KeyboardInterrupt

    async def ask(port: int) -> None:
        async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await channel.unary_unary("/test.Service/Fail")(b"", timeout=10)

    with asyncio.Runner() as runner:
        server, port = runner.run(begin())
        with pytest.raises(KeyboardInterrupt):
            runner.run(ask(port))

        async def stop() -> None:
            async with asyncio.timeout(10):
                await server.stop(grace_s=0)

        runner.run(stop())
