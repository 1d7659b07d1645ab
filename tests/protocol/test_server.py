"""The server around the methods: where it listens, health, reflection, deadlines, bounds, drain."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from botserver.errors import ConfigError
from botserver.rpc.server import RpcServer, RpcSettings
from tests.protocol.conftest import read_all
from tests.protocol.fake_sessions import FakeSessions, until
from tests.protocol.raw import RawClient


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "example.test:50051", "10.0.0.1:50051"])
async def test_address_beyond_this_machine_needs_insecure(listen, sessions):
    with pytest.raises(ConfigError) as caught:
        RpcServer(sessions, RpcSettings(listen=listen))
    assert "--insecure" in caught.value.hint


@pytest.mark.parametrize("listen", ["", "127.0.0.1", ":50051", "127.0.0.1:http", "127.0.0.1:99999"])
async def test_text_that_is_no_address_is_refused(listen, sessions):
    with pytest.raises(ConfigError):
        RpcServer(sessions, RpcSettings(listen=listen))


async def test_insecure_listens_anywhere(sessions):
    server = RpcServer(sessions, RpcSettings(listen="0.0.0.0:0", insecure=True))
    assert (await server.start()).startswith("0.0.0.0:")
    await server.stop()


async def test_port_in_use_is_refused_with_a_hint(address):
    second = RpcServer(FakeSessions(), RpcSettings(listen=address))
    with pytest.raises(ConfigError) as caught:
        await second.start()
    assert f"cannot listen on {address}: address already in use" in caught.value.message
    assert "another address" in caught.value.hint
    await second.stop()


async def test_default_address_is_loopback():
    assert RpcSettings().listen == "127.0.0.1:50051"


async def health_of(channel: aio.Channel, service: str = "") -> int:
    response = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return response.status


async def test_health_serves(channel):
    for service in ("", "botserver.v1.SessionService"):
        assert await health_of(channel, service) == health_pb2.HealthCheckResponse.SERVING


async def test_health_of_all_services(channel):
    listed = await health_pb2_grpc.HealthStub(channel).List(health_pb2.HealthListRequest())
    assert {"", "botserver.v1.SessionService"} <= set(listed.statuses)
    assert {each.status for each in listed.statuses.values()} == {health_pb2.HealthCheckResponse.SERVING}


async def test_health_of_a_service_that_is_none(channel):
    stub, unknown = health_pb2_grpc.HealthStub(channel), health_pb2.HealthCheckRequest(service="no.Service")
    with pytest.raises(aio.AioRpcError) as caught:
        await stub.Check(unknown)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    watching = stub.Watch(unknown)
    assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watching.cancel()


async def test_watcher_of_health_that_does_not_read_holds_up_no_drain(server, address, channel):
    async with RawClient(address, window=0) as blind:
        stream = blind.open("/grpc.health.v1.Health/Watch")
        blind.send(stream, b"", is_last=True)
        await blind.seen()
        watching = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        async with asyncio.timeout(10):
            assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVING
            await server.drain(grace_s=0)
            assert (await watching.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
            await server.stop()


@pytest.mark.parametrize(
    "method",
    [
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ],
)
async def test_malformed_request_to_health_or_reflection_is_an_invalid_argument(channel, method):
    call = channel.unary_unary(method)
    with pytest.raises(aio.AioRpcError) as caught:
        await call(b"\xff\xff")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_reflection_describes_the_service(channel):
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    requests = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="botserver.v1.SessionService"),
    ]
    listed, described = [response async for response in stub.ServerReflectionInfo(iter(requests))]
    assert "botserver.v1.SessionService" in {one.name for one in listed.list_services_response.service}
    assert described.file_descriptor_response.file_descriptor_proto


class TestDefaultDeadline:
    @pytest.fixture
    def settings(self) -> RpcSettings:
        return RpcSettings(listen="127.0.0.1:0", deadline_s=0.05)

    async def test_call_without_a_deadline_gets_the_servers_and_the_turn_goes_on(self, sessions, call, refused):
        session_id = (await call("CreateSession", bot="echo", timeout=None)).session.session_id
        sessions.gate.clear()
        message = {"session_id": session_id, "message_id": "m", "text": "x"}
        refusal = await refused("SendMessage", timeout=None, **message)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED")
        assert "same message_id" in refusal.values["hint"]
        sessions.gate.set()
        await until(lambda: sessions.finished == 1)
        assert (await call("SendMessage", **message)).reply.messages[0].text == "x"

    async def test_client_deadline_is_honoured_above_the_servers(self, sessions, call):
        session_id = (await call("CreateSession", bot="echo")).session.session_id
        sessions.gate.clear()
        sending = call("SendMessage", session_id=session_id, message_id="m", text="x", timeout=30)
        await until(lambda: sessions.waiting)
        asyncio.get_running_loop().call_later(0.15, sessions.gate.set)
        assert (await sending).reply.messages

    async def test_watch_has_no_deadline_of_the_server(self, sessions, call):
        session_id = (await call("CreateSession", bot="echo")).session.session_id
        stream = call("WatchSession", session_id=session_id, after_seq=1, timeout=None)
        asyncio.get_running_loop().call_later(0.15, sessions._append, session_id, "user", "later")
        assert (await stream.read()).event.message.text == "later"
        stream.cancel()


class TestBounds:
    @pytest.fixture
    def settings(self) -> RpcSettings:
        return RpcSettings(listen="127.0.0.1:0", max_calls=2, max_streams=1)

    async def test_one_call_too_many_is_overloaded(self, sessions, call, refused):
        session_id = (await call("CreateSession", bot="echo")).session.session_id
        sessions.gate.clear()
        running = [
            asyncio.ensure_future(call("SendMessage", session_id=session_id, message_id=str(n), text="x"))
            for n in range(2)
        ]
        await until(lambda: sessions.waiting == 2)
        refusal = await refused("GetSession", session_id=session_id)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "OVERLOADED")
        assert refusal.details["RetryInfo"].retry_delay.ToMilliseconds() > 0
        sessions.gate.set()
        await asyncio.gather(*running)
        await call("GetSession", session_id=session_id)

    async def test_one_stream_too_many_is_overloaded(self, call, refused):
        session_id = (await call("CreateSession", bot="echo")).session.session_id
        stream = call("WatchSession", session_id=session_id)
        await stream.read()
        assert (await refused("WatchSession", session_id=session_id)).reason == "OVERLOADED"
        stream.cancel()


async def test_drain_refuses_new_work_and_lets_running_calls_finish(server, sessions, channel, call, refused):
    session_id = (await call("CreateSession", bot="echo")).session.session_id
    stream = call("WatchSession", session_id=session_id)
    await until(lambda: server._door._streams)
    sessions.gate.clear()
    running = asyncio.ensure_future(call("SendMessage", session_id=session_id, message_id="m", text="x"))
    await until(lambda: sessions.waiting)
    draining = asyncio.ensure_future(server.drain())
    with pytest.raises(aio.AioRpcError) as caught:
        await read_all(stream)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert await health_of(channel) == health_pb2.HealthCheckResponse.NOT_SERVING
    assert (await refused("GetSession", session_id=session_id)).reason == "DRAINING"
    assert (await refused("WatchSession", session_id=session_id)).reason == "DRAINING"
    assert not draining.done()
    sessions.gate.set()
    assert (await running).reply.messages[0].text == "x"
    await draining


async def test_drain_tells_calls_that_take_too_long_to_come_again(server, sessions, call, refused):
    session_id = (await call("CreateSession", bot="echo")).session.session_id
    sessions.gate.clear()
    waiting = asyncio.ensure_future(refused("SendMessage", session_id=session_id, message_id="m", text="x"))
    await until(lambda: sessions.waiting)
    await server.drain(grace_s=0)
    refusal = await waiting
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
    sessions.gate.set()
    await until(lambda: sessions.finished == 1)


async def test_vanished_watcher_leaves_nothing_behind(server, sessions, call):
    session_id = (await call("CreateSession", bot="echo")).session.session_id
    stream = call("WatchSession", session_id=session_id)
    await stream.read()
    assert len(server._door._streams) == 1
    stream.cancel()
    await until(lambda: not server._door._streams)
