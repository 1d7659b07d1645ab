"""The database file: its lock, its settings, its schema. Nothing here knows what is stored.

One process owns the file. The owner holds a lock of the operating system on `<file>.lock` for as long as it lives, so
a process that was killed leaves nothing to clear away.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ...errors import DatabaseLocked, DatabaseUnusable
from ...limits import MIB, Retention
from ..abc import Committed, TurnCommit
from ..sql.migrations import SchemaStatus, migrations, status, steps_to_take

CACHE_KIB = 8_192  # a commit that split a page goes through all of it: with 32 MB up to 60 us
LOG_BYTES = 64 * MIB  # what is left of the log's file when it begins anew


class FileLock:
    """The right to open a database file. Raises DatabaseLocked, naming the owner, or DatabaseUnusable."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseUnusable(path=str(database), what=error.strerror) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.pread(self._file, 32, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            raise DatabaseLocked(path=str(database), owner=f" (pid {pid})" if pid else "") from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """The file stays: removing it would let two processes lock two files of that name."""
        os.close(self._file)


class TurnRows(Protocol):
    """Compiled code that writes plain turns on a connection and ends transactions: `_speedups/…/turn_rows.pyx`."""

    def write(
        self, commits: Sequence[TurnCommit], now: float, kept_turns: int, kept_messages: int, kept_ids: int, /
    ) -> list[Committed | None] | None: ...

    def serve(self, asked: int, answers: int, /) -> None: ...

    def ended(self) -> float: ...

    def close(self) -> None: ...


class JobConnection(sqlite3.Connection):
    """Meets `sql.connection.Connection`. `retention` and `turn_rows` are set once, by who opens it."""

    retention = Retention()
    turn_rows: TurnRows | None = None

    def close(self) -> None:
        if self.turn_rows is not None:
            self.turn_rows.close()  # its statements would hold the database open
        super().close()


def connect(path: Path | None, retention: Retention | None = None, *, read_only: bool = False) -> JobConnection:
    """A connection that any thread may use, one at a time. None is a private database in memory."""
    connection: JobConnection = sqlite3.connect(
        ":memory:" if path is None else str(path),
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=JobConnection,
    )
    connection.retention = retention or connection.retention
    connection.execute("PRAGMA busy_timeout = 5000")
    if path is not None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # the writer does it when it has nothing else to do
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def migrate(connection: sqlite3.Connection, path: str) -> SchemaStatus:
    """Bring the schema up to date, each step all or nothing. Raises DatabaseTooNew."""
    found = found_steps(connection)
    steps = steps_to_take(found, path)
    connection.execute("CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER PRIMARY KEY) STRICT")
    numbers = [(number,) for number in found]
    connection.executemany("INSERT INTO schema_steps (number) VALUES (?) ON CONFLICT DO NOTHING", numbers)
    last = max(found, default=0)
    for number, script in steps:  # numbers are given to changes while they are made, and land in any order
        last = max(last, number)
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script}\nINSERT INTO schema_steps (number) VALUES ({number});\n"
            f"PRAGMA user_version = {last};\nCOMMIT;"
        )
    return status(path, [number for number, _ in steps], found)


def found_steps(connection: sqlite3.Connection) -> set[int]:
    """The steps a database has taken."""
    last = int(connection.execute("PRAGMA user_version").fetchone()[0])
    newest = {last} if last else set()
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_steps'").fetchone():
        return {number for (number,) in connection.execute("SELECT number FROM schema_steps")} | newest
    return {number for number, _ in migrations() if number < last} | newest  # files of before that table have no other
