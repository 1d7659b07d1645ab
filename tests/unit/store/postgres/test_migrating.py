"""Migrations of a database that others use."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from botserver.errors import DatabaseUnusable
from botserver.store.postgres import schema
from tests.servers import postgres

STEP = (9999, "ALTER TABLE user_sessions ADD COLUMN later INTEGER;")


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that lacks a step."""
    made = postgres().migrated_database()
    monkeypatch.setattr(schema, "steps_to_take", lambda *_, **__: [STEP])
    monkeypatch.setattr(schema, "LOCK_S", 0.05)
    return made


@pytest.fixture
def dump(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that has read of a table and goes on."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT count(*) FROM user_sessions")
        yield connection


def test_a_step_that_waits_for_a_dump_lets_turns_through(
    url: str, dump: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        with psycopg.connect(url, options="-c lock_timeout=1000") as connection:
            connection.execute("UPDATE user_sessions SET revision = revision")
        if len(pauses) == 2:
            dump.rollback()

    with caplog.at_level(logging.WARNING):
        status = schema.migrate(url, "shown", pause=pause)
    assert status.applied == (STEP[0],)
    assert pauses == [schema.PAUSE_S] * 2
    assert "shown: step 9999 found a table locked" in caplog.text
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT later FROM user_sessions").fetchall() == []


def test_a_step_that_waits_for_who_waits_for_it_tries_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_once = "DO $$ BEGIN IF to_regclass('paused') IS NULL THEN RAISE deadlock_detected; END IF; END $$"
    monkeypatch.setattr(schema, "steps_to_take", lambda *_, **__: [(STEP[0], fails_once)])

    def pause(_: float) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE paused ()")

    assert schema.migrate(url, "shown", pause=pause).applied == (STEP[0],)


def test_a_step_that_gets_no_lock_gives_up_and_changes_nothing(
    url: str, dump: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "TRIES", 3)
    pauses: list[float] = []
    with pytest.raises(DatabaseUnusable, match=r"step 9999 .* 3 times; see pg_stat_activity"):
        schema.migrate(url, "shown", pause=pauses.append)
    assert len(pauses) == 2
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1 FROM schema_steps WHERE number = 9999").fetchone() is None
