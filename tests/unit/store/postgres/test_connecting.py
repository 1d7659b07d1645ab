"""Connections that could not be made whole, and what is heard of statements that fail."""

from __future__ import annotations

import errno
import logging
import os
from typing import Any

import pytest
from psycopg import errors

from botserver.clock import ManualClock
from botserver.errors import StoredDataCorrupt, StoreUnavailable
from botserver.limits import Retention
from botserver.store.abc import Committed
from botserver.store.postgres import open_store
from botserver.store.postgres.standstill import Standstill
from botserver.store.postgres.turns import STATEMENT
from botserver.store.sql import turns as one_by_one
from botserver.store.sql.connection import Connection
from tests.conformance.store.builders import BOT, PROGRAM, RELEASE, accepted, open_session, said, turn
from tests.servers import postgres


async def test_without_file_descriptors_the_store_is_unavailable_and_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = postgres().migrated_database()
    store = await open_store(url, ManualClock(), Retention())
    try:
        with monkeypatch.context() as patched:

            def add(self: Standstill, connection: object) -> object:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

            patched.setattr(Standstill, "add", add)
            with pytest.raises(StoreUnavailable, match=os.strerror(errno.EMFILE)):
                await store.commit_turns([])
            assert not store._committing._open
        assert await store.commit_turns([]) == []
        (raw,) = store._committing._open
        row = raw.execute("SHOW plan_cache_mode").fetchone()
        assert row == ("force_generic_plan",)
    finally:
        await store.close()


async def test_what_fails_in_the_middle_of_many_is_told_to_the_caller_and_to_nobody_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = await open_store(postgres().migrated_database(), ManualClock(), Retention())

    def write(connection: Connection, now: float) -> None:  # more rows than are sent before it listens
        rows = [(f"chore {n}", None if n == 0 else "note") for n in range(3_000)]
        connection.executemany("INSERT INTO chores (name, due_at, note, position) VALUES (?, 0, ?, 0)", rows)

    try:
        with caplog.at_level(logging.DEBUG), pytest.raises(StoredDataCorrupt, match='null value in column "note"'):
            await store._write(write)
        assert not [record for record in caplog.records if record.name.startswith("psycopg")]
    finally:
        await store.close()


async def test_turns_are_still_written_at_once_after_the_prepared_statement_was_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone: list[int] = []
    commit_turns = one_by_one.commit_turns

    def counting(connection: Any, now: float, commits: Any, refusals: Any) -> Any:
        alone.append(len(commits))
        return commit_turns(connection, now, commits, refusals)

    monkeypatch.setattr(one_by_one, "commit_turns", counting)
    store = await open_store(postgres().migrated_database(), ManualClock(), Retention())
    try:
        await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
        rows = [await open_session(store, start=None) for _ in range(3)]
        await store.commit_turns([])
        await store._committing.work(lambda raw: raw.execute("DEALLOCATE commit_turns"))
        for n in range(2):
            turns = [
                turn(row, expected_revision=n, accept=accepted(f"m{n}"), messages=said(n + 1, "a")) for row in rows
            ]
            assert {type(result) for result in await store.commit_turns(turns)} == {Committed}
        assert alone == []
    finally:
        await store.close()


async def test_jobs_go_on_after_the_statements_that_the_driver_prepared_were_lost() -> None:
    store = await open_store(postgres().migrated_database(), ManualClock(), Retention(), threads=1)

    def write(connection: Connection, now: float) -> int:
        return int(connection.execute("SELECT count(*) FROM chores WHERE name = ?", ("none",)).fetchone()[0])

    try:
        for _ in range(10):  # so often that the driver prepares it
            await store._write(write)
        await store._jobs.work(lambda raw: raw.pgconn.exec_(b"DEALLOCATE ALL"))
        assert await store._write(write) == 0
    finally:
        await store.close()


async def test_a_commit_whose_statement_is_wrong_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> object:
        raise errors.UndefinedColumn('column "nothing" does not exist')

    store = await open_store(postgres().migrated_database(), ManualClock(), Retention())
    try:
        await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
        row = await open_session(store, start=None)
        monkeypatch.setattr(STATEMENT, "run", wrong)
        with pytest.raises(StoreUnavailable, match='column "nothing" does not exist'):
            await store.commit_turns([turn(row, accept=accepted("m"), messages=said(1, "a"))])
    finally:
        await store.close()
