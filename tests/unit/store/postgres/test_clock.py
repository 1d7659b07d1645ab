"""What a node knows of the database's clock."""

from __future__ import annotations

from typing import Any

import pytest

from botserver.store.postgres import clock
from botserver.store.postgres.clock import ASK_S, SURE_S, DatabaseClock


class Database:
    """A clock, and how long its answer takes; the time of this machine stands still but for that."""

    def __init__(self) -> None:
        self.here_s = 1_000.0
        self.ahead_s = 500.0
        self.takes_s = 0.0

    def monotonic(self) -> float:
        return self.here_s

    def time(self) -> float:
        return self.here_s

    def execute(self, _statement: str) -> Database:
        """Asked at once, and answered late: as when it stood still in between."""
        self._answer_s = self.here_s + self.ahead_s
        self.here_s += self.takes_s
        return self

    def fetchone(self) -> tuple[float]:
        return (self._answer_s,)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    database = Database()
    monkeypatch.setattr(clock, "time", database)
    return database


def compared(database: Database) -> DatabaseClock:
    found = DatabaseClock()
    connection: Any = database
    found.compare(connection)
    return found


def test_the_databases_time_counts(database: Database) -> None:
    assert compared(database).now_s() == database.here_s + 500


def test_an_answer_that_took_long_says_nothing_and_is_asked_for_again(database: Database) -> None:
    found = compared(database)
    connection: Any = database
    database.here_s += ASK_S
    database.takes_s = 10 * SURE_S
    found.compare(connection)
    assert found.now_s() == database.here_s + 500
    database.takes_s, database.ahead_s = 0.0, 501.0
    found.compare(connection)
    assert found.now_s() == database.here_s + 501


def test_a_first_answer_that_took_long_is_better_than_none(database: Database) -> None:
    database.takes_s = 2 * SURE_S
    assert abs(compared(database).now_s() - (database.here_s + 500)) <= SURE_S
