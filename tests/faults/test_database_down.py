"""A database that is away: callers are told to come back, nothing is half done, and nothing has to be restarted."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from botserver_client import AsyncBotserverClient, Unavailable

from botserver.store.postgres.standstill import PATIENCE_S, PROBE_S
from tests.faults.packages import write_bot
from tests.live import LiveServer
from tests.servers import PostgresServer

COUNT = """\
DO
    HEAR word
    n = n + 1
    SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1
    TALK n
LOOP
"""
DEADLINE_S = 20.0
PAGE = 500


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    """A cluster of its own: others go on with theirs."""
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def url(database: PostgresServer) -> str:
    return database.new_database()


@pytest.fixture
def server(tmp_path: Path, url: str) -> Iterator[LiveServer]:
    write_bot(tmp_path / "bots", "bot", {"start": COUNT, "other": 'TALK "hello"'})
    options = ("--no-reload", "--database", url)
    with LiveServer(tmp_path / "bots", *options, folder=tmp_path) as server:
        yield server


Calls = dict[str, Callable[[AsyncBotserverClient, str], Awaitable[Any]]]
CALLS: Calls = {
    "create": lambda client, _: client.create_session("bot"),
    "send": lambda client, session_id: client.send_message(session_id, "x", message_id="m2"),
    "accepted": lambda client, session_id: client.send_message(session_id, "x", message_id="m3", wait="accepted"),
    "get": lambda client, session_id: client.get_session(session_id),
    "list": lambda client, _: client.list_sessions(),
    "messages": lambda client, session_id: client.list_messages(session_id),
    "update": lambda client, session_id: client.update_session(session_id, labels={"a": "b"}),
    "save": lambda client, session_id: client.save_session(session_id),
    "branch": lambda client, session_id: client.branch_session(session_id),
    "end": lambda client, session_id: client.end_session(session_id),
    "delete": lambda client, session_id: client.delete_session(session_id),
    "memory": lambda client, _: client.set_bot_memory("bot", "k", 1),
    "purge": lambda client, _: client.purge_sessions("*"),
    "releases": lambda client, _: client.list_releases("bot"),
}


Absence = tuple[Callable[[PostgresServer], None], Callable[[PostgresServer], None]]
ABSENCES: dict[str, Absence] = {
    "shut down": (PostgresServer.stop, PostgresServer.start),
    "crashed": (partial(PostgresServer.stop, how=signal.SIGQUIT), PostgresServer.start),
    "standing still": (PostgresServer.stand_still, PostgresServer.go_on),
}
"""How it goes, and comes back."""


@pytest.mark.parametrize("absence", ABSENCES)
async def test_callers_are_told_and_the_same_request_succeeds_when_it_is_back(
    absence: str, server: LiveServer, database: PostgresServer
) -> None:
    go, come_back = ABSENCES[absence]
    async with AsyncBotserverClient(server.address, timeout_s=DEADLINE_S) as client:
        session, _ = await client.create_session("bot")
        session_id = session.session_id
        assert (await client.send_message(session_id, "x", message_id="m1")).text == "1"
        await asyncio.to_thread(go, database)

        async def refused(name: str) -> tuple[str, str, bool, bool]:
            began = time.monotonic()
            with pytest.raises(Unavailable) as caught:
                await CALLS[name](client, session_id)
            in_time = time.monotonic() - began < DEADLINE_S
            return name, caught.value.reason, caught.value.retry_after_s is not None, in_time

        told = await asyncio.gather(*map(refused, CALLS))
        assert told == [(name, "STORE_UNAVAILABLE", True, True) for name in CALLS]
        await asyncio.to_thread(come_back, database)
        assert (await client.send_message(session_id, "x", message_id="m1")).text == "1"
        assert (await client.send_message(session_id, "x", message_id="m2")).text == "2"
        assert (await client.send_message(session_id, "x", message_id="m4")).text == "3"
        assert (await client.get_session(session_id)).labels == {}
        assert (await client.get_bot_memory("bot", "n")).value == 3
        assert (await client.get_bot_memory("bot", "k")).value is None
        assert len((await client.list_sessions()).items) == 1
        assert server.process.poll() is None


async def test_timers_fire_once_it_is_back(server: LiveServer, database: PostgresServer, tmp_path: Path) -> None:
    write_bot(tmp_path / "more", "waits", {"start": 'HEAR x\nWAIT 1\nTALK "done"\nHEAR y'})
    async with AsyncBotserverClient(server.address, timeout_s=DEADLINE_S) as client:
        await client.deploy_release("waits", tmp_path / "more" / "waits.gbai", activate=True)
        session, _ = await client.create_session("waits")
        await client.send_message(session.session_id, "go", message_id="m", wait="turn")
        await asyncio.to_thread(database.stop)
        await asyncio.sleep(1.2)  # the time comes while the database is away
        await asyncio.to_thread(database.start)
        async with asyncio.timeout(30):
            while "done" not in (texts := [each.text for each in await client.list_messages(session.session_id)]):
                await asyncio.sleep(0.1)
        assert texts == ["go", "done"]


async def test_connections_that_are_cut_are_made_again(server: LiveServer, database: PostgresServer) -> None:
    async with AsyncBotserverClient(server.address, timeout_s=DEADLINE_S) as client:
        session, _ = await client.create_session("bot")
        for turn in range(1, 6):
            await asyncio.to_thread(database.stop, signal.SIGINT)
            await asyncio.to_thread(database.start)
            assert (await client.send_message(session.session_id, "x")).text == str(turn)


@pytest.mark.slow
async def test_what_is_under_way_when_it_stands_still_counts_once(server: LiveServer, database: PostgresServer) -> None:
    """Commits are on their way when it stops, and some run when it goes on."""
    async with AsyncBotserverClient(server.address, timeout_s=DEADLINE_S) as client:
        sessions = [(await client.create_session("bot"))[0].session_id for _ in range(8)]
        told: set[tuple[str, bool]] = set()
        spoken = 0
        has_ended = False

        async def talk(session_id: str) -> int:
            nonlocal spoken
            turn = 0
            while not has_ended:
                turn += 1
                while True:
                    try:
                        reply = await client.send_message(session_id, "x", message_id=f"m{turn}")
                    except Unavailable as error:  # and nothing else: nobody waits until a deadline
                        told.add((error.reason, error.retry_after_s is not None))
                    else:
                        break
                assert reply.text == str(turn)
                spoken += 1
            return turn

        async def speak(n: int) -> None:
            goal = spoken + n
            async with asyncio.timeout(60):
                while spoken < goal:
                    await asyncio.sleep(0.01)

        async with asyncio.TaskGroup() as tasks:
            talks = [tasks.create_task(talk(session_id)) for session_id in sessions]
            for _ in range(2):
                await speak(20)
                await asyncio.to_thread(database.stand_still)
                with pytest.raises(Unavailable):
                    await client.list_sessions()
                await asyncio.to_thread(database.go_on)
            await speak(20)
            assert server.log().count('"place": "database"') == 2
            has_ended = True
        assert told <= {("STORE_UNAVAILABLE", True)}
        turns = [talk.result() for talk in talks]
        assert (await client.get_bot_memory("bot", "n")).value == sum(turns)
        for session_id, n in zip(sessions, turns, strict=True):
            texts = [message.text for message in await client.list_messages(session_id, page_size=PAGE)]
            assert texts == [text for turn in range(1, n + 1) for text in ("x", str(turn))][:PAGE]
        assert server.process.poll() is None


async def test_a_database_that_is_only_slow_is_waited_for(server: LiveServer, url: str) -> None:
    """Somebody holds what a turn wants to write for longer than a standstill takes to be found out."""
    async with AsyncBotserverClient(server.address, timeout_s=DEADLINE_S) as client:
        session, _ = await client.create_session("bot")
        assert (await client.send_message(session.session_id, "x")).text == "1"
        with psycopg.connect(url) as other:
            other.execute("SELECT 1 FROM user_sessions FOR UPDATE")
            sending = asyncio.create_task(client.send_message(session.session_id, "x"))
            done, _ = await asyncio.wait([sending], timeout=PATIENCE_S + PROBE_S + 2)
            assert not done
        assert (await sending).text == "2"
        assert "no answer" not in server.log()
