"""Connections that could not be made whole, and what is heard of statements that fail."""

from __future__ import annotations

import errno
import logging
import os

import pytest

from botserver.clock import ManualClock
from botserver.errors import StoredDataCorrupt, StoreUnavailable
from botserver.limits import Retention
from botserver.store.postgres import open_store
from botserver.store.postgres.standstill import Standstill
from botserver.store.sql.connection import Connection
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
