"""When a database counts as standing still, and what becomes of its connections then."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from botserver.errors import StoreUnavailable
from botserver.store.postgres.standstill import Standstill, answers
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
    standstill = Standstill(database.probe, database.report, patience_s=0.05, pause_s=0.05, look_s=0.01)
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


def test_a_refusal_is_an_answer() -> None:
    assert answers(postgres().url("no-such-database"))
