"""Calls as gRPC brings them, and as clients leave them: what no method of ours sees."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from botserver import limits
from botserver.rpc.calls import ServerCall
from botserver.rpc.pb import session_pb2
from botserver.rpc.server import RpcServer, RpcSettings
from tests.protocol.conftest import read_all
from tests.protocol.fake_sessions import until
from tests.protocol.raw import RawClient

SEND = "/botserver.v1.SessionService/SendMessage"


async def code_of(call) -> grpc.StatusCode:
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return caught.value.code()


@pytest.fixture
async def session_id(call) -> str:
    return (await call("CreateSession", bot="echo")).session.session_id


@pytest.fixture
def send(call, session_id):
    """Of a message that is answered when the gate opens."""

    def start(message_id: str = "m", **options):
        return asyncio.ensure_future(
            call("SendMessage", session_id=session_id, message_id=message_id, text="x", **options)
        )

    return start


@pytest.mark.parametrize("method", ["/botserver.v1.SessionService/Nothing", "/no.Service/SendMessage", "no slash"])
async def test_method_that_is_none_is_unimplemented(channel, method):
    assert await code_of(channel.unary_unary(method)(b"")) is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("method", ["SendMessage", "GetSession", "WatchSession"])
async def test_call_without_its_request_is_unimplemented(channel, method):
    call = channel.stream_unary(f"/botserver.v1.SessionService/{method}")
    assert await code_of(call(iter(()))) is grpc.StatusCode.UNIMPLEMENTED


async def test_more_calls_at_once_than_grpc_hands_over_in_one_pass(sessions, call, session_id):
    sessions.gate.clear()
    sending = [
        asyncio.ensure_future(call("SendMessage", session_id=session_id, message_id=str(n), text=str(n)))
        for n in range(400)
    ]
    await until(lambda: sessions.waiting == 400)
    sessions.gate.set()
    replies = await asyncio.gather(*sending)
    assert [reply.reply.messages[0].text for reply in replies] == [str(n) for n in range(400)]


async def test_compressed_request_is_read(channel, session_id):
    request = session_pb2.SendMessageRequest(session_id=session_id, message_id="m", text="x" * 5000)
    answer = await channel.unary_unary(SEND, response_deserializer=session_pb2.SendMessageResponse.FromString)(
        request.SerializeToString(), compression=grpc.Compression.Gzip
    )
    assert answer.reply.messages[0].text == "x" * 5000


@pytest.fixture
def no_collector():
    gc.collect()
    gc.freeze()  # what is there already is not looked through
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def _calls_kept() -> int:
    return sum(isinstance(kept, ServerCall) for kept in gc.get_objects())


class TestLeavesNothingForTheCollector:
    """gRPC's memory for a call is not seen by it, so that it does not come in time."""

    @pytest.mark.parametrize("method", ["SendMessage", "GetSession", "WatchSession"])
    async def test_call_that_is_refused(self, call, no_collector, method):
        outcome = call(method, session_id="none")
        with pytest.raises(aio.AioRpcError):
            await (read_all(outcome) if hasattr(outcome, "__aiter__") else outcome)
        async with asyncio.timeout(10):
            await until(lambda: not _calls_kept())

    async def test_stream_whose_client_leaves(self, call, session_id, no_collector):
        stream = call("WatchSession", session_id=session_id)
        await stream.read()
        stream.cancel()
        async with asyncio.timeout(10):
            await until(lambda: not _calls_kept())


class TestClientThatLeaves:
    async def test_its_message_goes_on(self, server, sessions, send):
        sessions.gate.clear()
        sending = send()
        await until(lambda: sessions.waiting)
        sending.cancel()
        await until(lambda: not server._door._count_calls())
        sessions.gate.set()
        await until(lambda: sessions.finished == 1)

    async def test_its_deadline_does_the_same(self, server, sessions, send):
        sessions.gate.clear()
        assert await code_of(send(timeout=0.05)) is grpc.StatusCode.DEADLINE_EXCEEDED
        await until(lambda: not server._door._count_calls())
        sessions.gate.set()
        await until(lambda: sessions.finished == 1)

    async def test_before_the_answer_harms_nobody(self, server, sessions, call, send, session_id):
        sessions.gate.clear()
        sending = send()
        await until(lambda: sessions.waiting)
        sending.cancel()
        sessions.gate.set()  # the answer comes before it was seen that nobody waits for it
        await until(lambda: not server._door._count_calls())
        assert (await call("GetSession", session_id=session_id)).session.session_id == session_id

    async def test_a_whole_connection_of_calls(self, server, sessions, address, session_id):
        sessions.gate.clear()
        async with aio.insecure_channel(address) as lost:
            request = session_pb2.SendMessageRequest(session_id=session_id, message_id="m", text="x")
            sending = asyncio.ensure_future(_answer(lost.unary_unary(SEND)(request.SerializeToString())))
            await until(lambda: sessions.waiting)
        assert await sending in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)
        await until(lambda: not server._door._count_calls())

    async def test_that_never_reads_how_its_stream_ended_is_cut_off(
        self, server, sessions, address, session_id, monkeypatch
    ):
        monkeypatch.setattr(limits, "LINGER_S", 0.05)
        request = session_pb2.WatchSessionRequest(session_id=session_id)
        async with RawClient(address, window=0) as blind:
            await blind.seen()
            blind.send(
                blind.open("/botserver.v1.SessionService/WatchSession"), request.SerializeToString(), is_last=True
            )
            await until(lambda: server._door._streams)
            await server.drain(grace_s=0)
            async with asyncio.timeout(10):
                await until(lambda: not server._server._completions.open_calls)

    async def test_that_reads_nothing_does_not_hold_up_the_end(self, server, sessions, call, session_id):
        for n in range(40):
            sessions._append(session_id, "user", f"{n}" + "x" * 100_000)
        stream = call("WatchSession", session_id=session_id)
        await until(lambda: server._door._streams)
        async with asyncio.timeout(10):
            await server.drain(grace_s=0)
        assert not server._door._streams
        with pytest.raises(aio.AioRpcError) as caught:
            await read_all(stream)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def _answer(call) -> grpc.StatusCode:
    try:
        await call
    except aio.AioRpcError as error:
        return error.code()
    except asyncio.CancelledError:
        return grpc.StatusCode.CANCELLED
    return grpc.StatusCode.OK


class TestStop:
    async def test_cuts_off_what_runs(self, server, sessions, send):
        sessions.gate.clear()
        sending = send()
        await until(lambda: sessions.waiting)
        async with asyncio.timeout(10):
            await server.stop()
        assert await code_of(sending) in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)

    async def test_answer_that_comes_after_it_goes_nowhere(self, server, sessions, address, session_id):
        sessions.gate.clear()
        async with aio.insecure_channel(address) as lost:
            request = session_pb2.SendMessageRequest(session_id=session_id, message_id="m", text="x")
            sending = asyncio.ensure_future(_answer(lost.unary_unary(SEND)(request.SerializeToString())))
            await until(lambda: sessions.waiting)
        await sending
        await server.stop()
        sessions.gate.set()
        await until(lambda: not server._door._count_calls())

    async def test_twice_and_at_once(self, server, channel):
        await asyncio.gather(server.stop(), server.stop())
        await server.stop()

    async def test_leaves_no_thread_and_no_server(self, sessions):
        before = set(threading.enumerate())
        server = RpcServer(sessions, RpcSettings(listen="127.0.0.1:0"))
        async with aio.insecure_channel(await server.start()) as channel:
            await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
            await server.drain(grace_s=0)
            await server.stop()
        own = [thread for thread in set(threading.enumerate()) - before if thread.name == "grpc-completions"]
        assert own == []
        gone = weakref.ref(server)
        del server
        gc.collect()
        assert gone() is None

    async def test_ends_watchers_of_health(self, server, channel):
        watching = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVING
        await server.drain(grace_s=0)
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        async with asyncio.timeout(10):
            await server.stop()
