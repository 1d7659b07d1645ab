"""The embedded store: one SQLite file, one process on it, or a private database in memory.

Reads of single sessions run on the event loop, on a connection of their own that sees the last commit: they are index
look-ups of some 20 us. Lists run on a thread. Everything that writes goes through the one writer.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from ...clock import Clock
from ...errors import DatabaseUnusable
from ...limits import Retention
from ..abc import CommitResult, TurnCommit
from ..sql import due
from ..sql.connection import Connection, Job
from ..sql.migrations import SchemaStatus, status, steps_to_take
from ..sql.store import SqlStore
from . import turns
from .file import FileLock, JobConnection, connect, found_steps, migrate
from .log import Report
from .writer import Writer, translated

T = TypeVar("T")
INLINE_BYTES = 1_000_000  # states of more in one transaction are not written on the event loop; about 2 ms
Read = Callable[[Connection], T]


def open_store(
    path: Path | None, clock: Clock, retention: Retention | None = None, report: Report = lambda *_: None
) -> SqliteStore:
    """Open a database file, made if it is not there, or with None a database in memory that ends with the store.
    `retention` says how long it keeps things; `report` hears, on some thread, what goes wrong beside the calls.

    Raises DatabaseLocked, DatabaseTooNew, DatabaseUnusable.
    """
    if path is None:
        connection = turns.connect_for_turns(None, retention)
        migrate(connection, ":memory:")
        return SqliteStore(clock, None, report, connection, connection, connection, None)
    path = path.resolve()
    lock = FileLock(path)
    opened: list[JobConnection] = []
    try:
        opened.append(turns.connect_for_turns(path, retention))
        migrate(opened[0], str(path))
        due.forget_holders(opened[0], clock.now_s())
        opened += [connect(path, retention, read_only=True) for _ in range(2)]
        opened.append(connect(path))
    except BaseException as error:
        for connection in opened:
            connection.close()
        lock.release()
        if isinstance(error, sqlite3.Error):
            raise DatabaseUnusable(path=str(path), what=str(error)) from error
        raise
    return SqliteStore(clock, lock, report, *opened)


def migrate_database(path: Path, *, apply: bool) -> SchemaStatus:
    """Bring a database file's schema up to date, or only tell how it stands; a file that is not there has no schema.
    Raises DatabaseLocked, DatabaseTooNew, DatabaseUnusable."""
    path = path.resolve()
    if not apply and not path.exists():
        return status(str(path), (), ())
    lock = FileLock(path) if apply else None
    try:
        connection = connect(path, read_only=not apply)
        try:
            if apply:
                return migrate(connection, str(path))
            found = found_steps(connection)
            steps_to_take(found, str(path))
            return status(str(path), (), found)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise DatabaseUnusable(path=str(path), what=str(error)) from error
    finally:
        if lock is not None:
            lock.release()


class SqliteStore(SqlStore):
    """Meets `store.abc.Store`, where the methods are described. Belongs to one event loop."""

    def __init__(
        self,
        clock: Clock,
        lock: FileLock | None,
        report: Report,
        writing: JobConnection,
        reading: JobConnection,
        listing: JobConnection,
        copying: JobConnection | None,
    ) -> None:
        self._clock = clock
        self._lock = lock
        self._connections = {writing, reading, listing, *([] if copying is None else [copying])}
        self._reading = reading
        self._listing = listing
        self._writer = Writer(writing, clock, copying, report)
        self._lists = None if lock is None else ThreadPoolExecutor(1, thread_name_prefix="sqlite-lists")
        self._closed = False

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        if self._lists is not None:
            await asyncio.to_thread(self._lists.shutdown)
        for connection in self._connections:
            connection.close()
        if self._lock is not None:
            self._lock.release()

    def now_s(self) -> float:
        return self._clock.now_s()

    async def _read(self, read: Read[T]) -> T:
        return _at_one_moment(self._reading, read)

    async def _list(self, read: Read[T]) -> T:
        if self._lists is None:
            return await self._read(read)
        return await asyncio.get_running_loop().run_in_executor(self._lists, _at_one_moment, self._listing, read)

    async def _write(self, job: Job[T]) -> T:
        return await self._writer.run(job)

    async def commit_turns(self, commits: Sequence[TurnCommit]) -> list[CommitResult]:
        asker = commits[0].session_id if len(commits) == 1 else None
        much = sum(map(_written_bytes, commits)) > INLINE_BYTES
        return await self._writer.run(partial(turns.commit_turns, commits=commits), asker, much=much)


def _written_bytes(commit: TurnCommit) -> int:
    large = sum(map(len, commit.new_large.values())) if commit.new_large else 0
    return large + (0 if commit.state is None else len(commit.state.root))


def _at_one_moment(connection: JobConnection, read: Read[T]) -> T:
    try:
        connection.execute("BEGIN")
        try:
            return read(connection)
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise translated(error) from error
