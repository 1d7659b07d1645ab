"""A server that is told to stop finishes what it answers, sends everybody else on, and loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc
import pytest
from botserver_client import Activity, AsyncBotserverClient, Event, Unavailable
from botserver_client.errors import from_failure
from botserver_client.pb import session_pb2
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.faults.packages import write_bot
from tests.faults.processes import cpu_s
from tests.live import LiveServer

SCRIPT = """\
DO
    HEAR word
    n = n + 1
    SELECT CASE word
        CASE "slow"
            got = CALL "/test/slow", 1.5, "slow"
        CASE "endless"
            got = CALL "/test/slow", 60, "endless"
        CASE "compute"
            FOR i = 1 TO 300000000
            NEXT
    END SELECT
    TALK "${n} ${word}"
LOOP
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    write_bot(tmp_path / "bots", "bot", {"start": SCRIPT}, {"max-turn-steps": "2000000000"})
    calls = str(tmp_path / "calls")
    with LiveServer(tmp_path / "bots", "--drain-s", "10", folder=tmp_path, BOTSERVER_TEST_CALLS=calls) as server:
        yield server


@pytest.fixture
async def client(server: LiveServer) -> AsyncIterator[AsyncBotserverClient]:
    async with AsyncBotserverClient(server.address) as client:
        yield client


async def talking(client: AsyncBotserverClient) -> str:
    """A session in its HEAR."""
    session, _ = await client.create_session("bot")
    return session.session_id


async def in_call(tmp_path: Path) -> None:
    """Returns when an outside call is under way."""
    while not (tmp_path / "calls").exists():
        await asyncio.sleep(0.01)


def stop(server: LiveServer) -> None:
    server.process.send_signal(signal.SIGTERM)


async def ended(server: LiveServer) -> int:
    return await asyncio.to_thread(server.wait)


async def test_running_turn_is_finished_and_answered(
    server: LiveServer, client: AsyncBotserverClient, tmp_path: Path
) -> None:
    session_id = await talking(client)
    reply = asyncio.create_task(client.send_message(session_id, "slow"))
    await in_call(tmp_path)
    stop(server)
    assert (await reply).text == "1 slow"
    assert await ended(server) == 0


async def test_health_turns_not_serving_and_new_calls_are_sent_on(
    server: LiveServer, client: AsyncBotserverClient, tmp_path: Path
) -> None:
    session_id = await talking(client)
    reply = asyncio.create_task(client.send_message(session_id, "slow"))
    await in_call(tmp_path)
    async with aio.insecure_channel(server.address) as channel:
        states = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await states.read()).status == health_pb2.HealthCheckResponse.SERVING
        stop(server)
        assert (await states.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        get = channel.unary_unary(  # without the client's patience
            "/botserver.v1.SessionService/GetSession",
            request_serializer=session_pb2.GetSessionRequest.SerializeToString,
            response_deserializer=session_pb2.GetSessionResponse.FromString,
        )
        with pytest.raises(grpc.RpcError) as refused:
            await get(session_pb2.GetSessionRequest(session_id=session_id))
        assert from_failure(refused.value, server.address).reason == "DRAINING"  # type: ignore[arg-type]  # a failure
        states.cancel()
    assert (await reply).text == "1 slow"
    assert await ended(server) == 0


@pytest.mark.parametrize("attempt", range(3))
async def test_watch_streams_end_with_unavailable_so_that_clients_resume(
    attempt: int, server: LiveServer, client: AsyncBotserverClient
) -> None:
    """Never with OK, which means that the session has ended."""
    watched = [await talking(client) for _ in range(3)]
    async with aio.insecure_channel(server.address) as channel:
        start = channel.unary_stream(
            "/botserver.v1.SessionService/WatchSession",
            request_serializer=session_pb2.WatchSessionRequest.SerializeToString,
            response_deserializer=session_pb2.WatchSessionResponse.FromString,
        )
        streams = [start(session_pb2.WatchSessionRequest(session_id=session_id)) for session_id in watched]
        for stream in streams:
            await stream.read()
        stop(server)
        for stream in streams:
            with contextlib.suppress(grpc.RpcError):
                while await stream.read() is not aio.EOF:
                    pass
            assert await stream.code() is grpc.StatusCode.UNAVAILABLE
    assert await ended(server) == 0


async def test_watch_goes_on_with_the_next_server_without_gap_or_repeat(
    server: LiveServer, client: AsyncBotserverClient
) -> None:
    session_id = await talking(client)
    events: list[Event] = []

    async def listen() -> None:
        async for event in client.watch(session_id):
            events.append(event)  # noqa: PERF401  # read while it grows

    listening = asyncio.create_task(listen())
    for number in range(1, 10):
        assert (await client.send_message(session_id, "hello")).text == f"{number} hello"
        if number % 3 == 0:
            stop(server)
            assert await ended(server) == 0
            await asyncio.to_thread(server.start)
    await client.end_session(session_id)
    await listening
    told = [event.message for event in events if event.message is not None]
    assert told == list(await client.list_messages(session_id, page_size=500))
    assert events[-1].kind == "ended"


async def test_turn_that_takes_too_long_is_cut_off_and_run_again(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "bot", {"start": SCRIPT}, {"max-turn-steps": "2000000000"})
    with LiveServer(tmp_path / "bots", "--drain-s", "0", folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            session_id = await talking(client)
            sending = asyncio.create_task(client.send_message(session_id, "compute", message_id="m"))
            idle_s = cpu_s(server.process.pid)
            while cpu_s(server.process.pid) < idle_s + 0.2:  # it computes
                await asyncio.sleep(0.01)
            stop(server)
            assert await ended(server) == 0
            with pytest.raises(Unavailable):
                await sending
            await asyncio.to_thread(server.start)
            assert (await client.send_message(session_id, "compute", message_id="m")).text == "1 compute"
            assert [message.text for message in await client.list_messages(session_id)] == ["compute", "1 compute"]


async def test_second_signal_ends_the_server_at_once_and_loses_nothing(
    server: LiveServer, client: AsyncBotserverClient, tmp_path: Path
) -> None:
    session_id = await talking(client)
    sending = asyncio.create_task(client.send_message(session_id, "endless", message_id="m"))
    await in_call(tmp_path)
    stop(server)
    began_s = time.monotonic()
    while server.process.poll() is None:
        stop(server)
        await asyncio.sleep(0.1)
    assert time.monotonic() - began_s < 5
    assert await ended(server) == 128 + signal.SIGTERM
    with pytest.raises(Unavailable):
        await sending
    await asyncio.to_thread(server.start)
    assert (await client.get_session(session_id)).activity is Activity.RUNNING
    while len(keys := (tmp_path / "calls").read_text().split()) < 2:
        await asyncio.sleep(0.05)
    assert keys == [f"{session_id}/2/1"] * 2


async def test_broken_script_is_an_error_where_it_is_used_and_nowhere_else(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "good", {"start": 'TALK "fine"\n'})
    scripts = {"start": 'TALK "still fine"\nHEAR word\nRUN "broken.bas"\n', "broken": "IF 1 THEN\n"}
    write_bot(tmp_path / "bots", "half", scripts)
    with LiveServer(tmp_path / "bots", folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            assert (await client.create_session("good"))[1].text == "fine"
            session, reply = await client.create_session("half")
            assert reply.text == "still fine"
            reply = await client.send_message(session.session_id, "go")
            assert reply.fault is not None
            assert reply.fault.number == 9021
            assert (await client.create_session("good"))[1].text == "fine"
