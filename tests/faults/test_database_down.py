"""A database that is away: callers are told to come back, nothing is half done, and nothing has to be restarted."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from botserver_client import AsyncBotserverClient, Unavailable

from botserver.store.postgres.standstill import PATIENCE_S, PROBE_S
from tests.faults.packages import write_bot
from tests.faults.users import patiently
from tests.live import LiveServer
from tests.servers import PostgresServer

T = TypeVar("T")

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


class Network:
    """The way to a database over TCP, which may swallow what it is given: it takes connections, and nothing arrives. It
    has forgotten its connections when it carries again, and says so to nobody."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(next(folder.glob(".s.PGSQL.*[0-9]")))
        self._swallows = False
        self._ends: list[asyncio.StreamWriter] = []
        self._carrying: list[asyncio.Task[None]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._listening = self._do(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.port = self._listening.sockets[0].getsockname()[1]

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def close(self) -> None:
        self.swallow()
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._listening.close()
        for end in self._ends:
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.append(writer)
        if not self._swallows:
            there, back = await asyncio.open_unix_connection(self._socket)
            self._ends.append(back)
            self._carrying += [asyncio.create_task(self._carry(*way)) for way in ((reader, back), (there, writer))]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
            writer.close()

    def swallow(self) -> None:
        async def swallow() -> None:
            self._swallows = True
            for task in self._carrying:
                task.cancel()
            await asyncio.gather(*self._carrying, return_exceptions=True)
            self._carrying.clear()

        self._do(swallow())

    def carry(self) -> None:
        self._swallows = False


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    """A cluster of its own: others go on with theirs."""
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def network(database: PostgresServer) -> Iterator[Network]:
    network = Network(database.folder)
    yield network
    network.close()


@pytest.fixture
def url(database: PostgresServer, network: Network) -> str:
    """By way of the network."""
    name = database.new_database().removeprefix("postgresql://test@/").partition("?")[0]
    return f"postgresql://test@127.0.0.1:{network.port}/{name}"


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


Change = Callable[[PostgresServer, Network], None]
ABSENCES: dict[str, tuple[Change, Change]] = {
    "shut down": (lambda database, _: database.stop(), lambda database, _: database.start()),
    "crashed": (lambda database, _: database.stop(signal.SIGQUIT), lambda database, _: database.start()),
    "standing still": (lambda database, _: database.stand_still(), lambda database, _: database.go_on()),
    "swallowed": (lambda _, network: network.swallow(), lambda _, network: network.carry()),
}
"""How it goes, and comes back."""


@pytest.mark.parametrize("absence", ABSENCES)
async def test_callers_are_told_and_the_same_request_succeeds_when_it_is_back(
    absence: str, server: LiveServer, database: PostgresServer, network: Network
) -> None:
    go, come_back = ABSENCES[absence]
    async with AsyncBotserverClient(server.address, timeout_s=DEADLINE_S) as client:
        session, _ = await client.create_session("bot")
        session_id = session.session_id
        assert (await client.send_message(session_id, "x", message_id="m1")).text == "1"
        await asyncio.to_thread(go, database, network)

        async def refused(name: str) -> tuple[str, str, bool, bool]:
            began = time.monotonic()
            with pytest.raises(Unavailable) as caught:
                await CALLS[name](client, session_id)
            in_time = time.monotonic() - began < DEADLINE_S
            return name, caught.value.reason, caught.value.retry_after_s is not None, in_time

        told = await asyncio.gather(*map(refused, CALLS))
        assert told == [(name, "STORE_UNAVAILABLE", True, True) for name in CALLS]
        await asyncio.to_thread(come_back, database, network)
        async with asyncio.timeout(DEADLINE_S):
            again = await patiently(lambda: client.send_message(session_id, "x", message_id="m1"))
        assert again.text == "1"
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
