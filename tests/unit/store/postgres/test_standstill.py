"""When a database counts as standing still, and what becomes of its connections then."""

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from botserver.clock import ManualClock
from botserver.errors import StoreUnavailable
from botserver.limits import Retention
from botserver.store.postgres import _COMMITTING, PostgresStore
from botserver.store.postgres.clock import DatabaseClock
from botserver.store.postgres.connections import Connections
from botserver.store.postgres.standstill import Addresses, Standstill, _waited, answers
from tests.conformance.store.builders import (
    BOT,
    PROGRAM,
    RELEASE,
    accepted,
    commit,
    open_session,
    read,
    said,
    turn,
)
from tests.servers import PostgresServer, postgres

LONG_S = 20.0


class Database:
    """What a fresh connection hears, and how often one asked."""

    def __init__(self) -> None:
        self.lives = True
        self.asked = threading.Semaphore(0)
        self.reported: list[str] = []

    def probe(self) -> bool:
        self.asked.release()
        return self.lives

    def report(self, place: str, error: BaseException) -> None:
        assert isinstance(error, StoreUnavailable)
        self.reported.append(place)


class Connection:
    """As much of a driver's connection as is looked after."""

    statement_s = 0.2
    asked_s: float | None = None
    heard_s = float("-inf")

    def __init__(self) -> None:
        self.here, self.there = socket.socketpair()
        self.here.settimeout(LONG_S)

    def fileno(self) -> int:
        return self.here.fileno()

    @property
    def is_cut(self) -> bool:
        self.here.setblocking(False)
        with suppress(BlockingIOError):
            return self.here.recv(1) == b""
        return False

    def close(self) -> None:
        self.here.close()
        self.there.close()


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def standstill(database: Database) -> Iterator[Standstill]:
    standstill = Standstill(database.probe, database.report, patience_s=0.05, pause_s=0.05, look_s=0.01, silence_s=0.1)
    yield standstill
    standstill.close()


@pytest.fixture
def connection(standstill: Standstill) -> Iterator[Connection]:
    connection = Connection()
    looked_after = standstill.add(connection)  # type: ignore[arg-type]  # as much of one as is used
    yield connection
    standstill.remove(looked_after)
    connection.close()


def asked(database: Database, times: int = 1) -> None:
    for _ in range(times):
        assert database.asked.acquire(timeout=LONG_S)


def test_without_a_job_nobody_asks(database: Database, standstill: Standstill) -> None:
    with standstill.job():
        pass
    assert not database.asked.acquire(timeout=0.3)


def test_a_job_of_a_living_database_takes_its_time(
    database: Database, standstill: Standstill, connection: Connection
) -> None:
    with standstill.job():
        asked(database, 4)
        standstill.check()
    assert not connection.is_cut
    assert database.reported == []


def test_a_job_without_an_answer_is_cut_and_others_are_refused_until_there_is_one(
    database: Database, standstill: Standstill, connection: Connection
) -> None:
    database.lives = False
    with standstill.job():
        assert connection.here.recv(1) == b""
    for _ in range(3):
        with pytest.raises(StoreUnavailable), standstill.job():
            pytest.fail("it began")
    asked(database, 3)  # without a job too
    assert database.reported == ["database"]


def test_a_connection_that_is_silent_for_longer_than_the_database_lets_it_is_cut_alone(
    database: Database, standstill: Standstill, connection: Connection
) -> None:
    other = Connection()
    looked_after = standstill.add(other)  # type: ignore[arg-type]  # as much of one as is used
    with standstill.job():
        other.asked_s = time.monotonic()
        connection.asked_s = time.monotonic()
        asked(database, 2)
        assert not connection.is_cut  # it may take its time
        connection.here.settimeout(LONG_S)
        other.asked_s = time.monotonic()  # another statement
        assert connection.here.recv(1) == b""
        standstill.check()
        assert not other.is_cut
    standstill.remove(looked_after)
    other.close()
    assert database.reported == ["database"]


def test_one_that_is_answered_while_the_fresh_connection_is_not_says_that_the_database_lives(
    database: Database, standstill: Standstill, connection: Connection
) -> None:
    connection.heard_s = time.monotonic() + LONG_S
    database.lives = False
    with standstill.job():
        asked(database, 4)
        standstill.check()
    assert not connection.is_cut


@pytest.mark.parametrize("lives", [True, False])
def test_it_looks_on_although_asking_and_telling_fail(
    database: Database, standstill: Standstill, connection: Connection, lives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def report(place: str, error: BaseException) -> None:
        told.release()
        raise RuntimeError

    def fails_once() -> bool:
        monkeypatch.setattr(standstill, "_probe", database.probe)
        raise MemoryError

    told = threading.Semaphore(0)
    monkeypatch.setattr(standstill, "_report", report)
    monkeypatch.setattr(standstill, "_probe", fails_once)
    database.lives = lives
    with standstill.job():
        assert told.acquire(timeout=LONG_S)  # of the failure
        if lives:
            asked(database, 3)
        else:
            assert connection.here.recv(1) == b""
            asked(database, 3)
            database.lives = True
            while standstill._is_standing:
                asked(database)


def test_it_is_asked_again_and_goes_on_by_itself(database: Database, standstill: Standstill) -> None:
    database.lives = False
    with standstill.job():
        asked(database)
        database.lives = True
        while True:
            with suppress(StoreUnavailable):
                standstill.check()
                break
            asked(database)


def test_a_stopped_server_gives_no_answer_and_one_that_runs_or_is_away_does() -> None:
    with ExitStack() as cleanup:
        server = PostgresServer()
        cleanup.callback(server.close)
        server.start()
        assert answers(server.url("postgres"))
        server.stand_still()
        assert not answers(server.url("postgres"))
        server.go_on()
        assert answers(server.url("postgres"))
        server.stop()
        assert answers(server.url("postgres"))  # it refuses connections: jobs find out at once


def test_a_machine_that_is_late_waits_for_as_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step takes an hour, as it may where too much runs; the answer comes in the third."""
    steps = 0
    listening = socket.socket(socket.AF_UNIX)

    def select(self: selectors.DefaultSelector, timeout: float) -> list[object]:
        nonlocal steps
        steps += 1
        return [object()] if steps == 3 else []

    with contextlib.closing(listening):
        monkeypatch.setattr(selectors.DefaultSelector, "select", select)
        assert _waited(listening.fileno(), selectors.EVENT_READ, 5) == 3
        assert _waited(listening.fileno(), selectors.EVENT_READ, 5) == 0
    assert steps == 8


async def test_a_turn_whose_backend_is_stopped_goes_on_with_another_and_a_slow_one_is_waited_for() -> None:
    url, clock, retention = postgres().migrated_database(), DatabaseClock(ManualClock()), Retention()
    reported: list[str] = []

    def report(place: str, error: BaseException) -> None:
        reported.append(str(error))

    standstill = Standstill(partial(answers, url), report, patience_s=0.2, look_s=0.05, silence_s=0.5)
    jobs, committing = (Connections(url, clock, retention, standstill, 1, _COMMITTING, 3.0) for _ in range(2))
    store = PostgresStore(clock, standstill, jobs, committing)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    row = await open_session(store, start=None)
    await commit(store, turn(row, accept=accepted("m0"), messages=said(1, "a")))
    (raw,) = committing._open
    stopped = raw.info.backend_pid
    await committing.work(lambda raw: raw.execute("SELECT pg_sleep(2)"))
    assert reported == []
    os.kill(stopped, signal.SIGSTOP)
    try:
        next_turn = turn(await read(store, row.session_id), accept=accepted("m1"), messages=said(2, "b"))
        async with asyncio.timeout(LONG_S):
            await commit(store, next_turn)
    finally:
        os.kill(stopped, signal.SIGCONT)
    assert len(reported) == 1
    assert "one connection" in reported[0]
    assert (await read(store, row.session_id)).revision == 2
    await store.close()


def test_of_several_hosts_one_that_answers_is_enough() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = f"127.0.0.1,{postgres().folder}"
        ports = f"{silent.getsockname()[1]},5432"
        assert answers(f"postgresql://test@/postgres?host={hosts}&port={ports}")
        assert not answers(f"postgresql://test@/postgres?host=127.0.0.1&port={ports.partition(',')[0]}")
        away = "postgresql://test@/postgres?host=127.0.0.1,127.0.0.1&port={0},{0}"
        assert not answers(away.format(ports.partition(",")[0]))


def test_a_refusal_is_an_answer() -> None:
    assert answers(postgres().url("no-such-database"))


def test_a_probe_looks_a_name_up_only_when_its_address_led_nowhere() -> None:
    """The name is known to nobody, as while the names are away: whoever asks for it gets a refusal or waits."""
    addresses = Addresses()
    with socket.socket() as silent:  # takes connections, and nobody reads them
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://test@database.invalid:{silent.getsockname()[1]}/postgres"
        info = SimpleNamespace(host="database.invalid", hostaddr="127.0.0.1")
        addresses.learn(cast(psycopg.Connection[Any], SimpleNamespace(info=info)))
        assert not answers(url, addresses, patience_s=0.5)
        assert addresses.of("database.invalid") == ""


async def test_the_address_of_a_database_is_known_from_its_connections() -> None:
    learned: list[str] = []
    standstill = Standstill(lambda: True, lambda *_: None, learn=lambda raw: learned.append(raw.info.host))
    url = postgres().migrated_database()
    connections = Connections(url, DatabaseClock(None), Retention(), standstill, 1)
    try:
        await connections.work(lambda raw: raw.execute("SELECT 1"))
        assert learned == [str(postgres().folder)]
    finally:
        await connections.close()
        standstill.close()
