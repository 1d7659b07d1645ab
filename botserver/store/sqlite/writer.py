"""The one writer of a SQLite database: runs jobs in transactions, together where they come together.

A job is a function of (connection, now) that reads and writes and returns. A lone job runs where it is asked for, on
the event loop: that saves two hops between threads, 95 us. Jobs of several askers close together, or any after commits
have become slow, go to the writer's thread: the event loop goes on while the disk works, more jobs gather, and the
thread puts all that wait into one transaction, each in a savepoint: one that raises undoes itself alone. The thread
also copies the log back into the database file when nothing waits, so no turn waits for that.

Measured by benchmarks/store.py (two virtual cores, ext4, SQLite 3.40): 2,100 turns a second one by one, 7,200 in
batches of 8, 11,400 in batches of 64; without a disk 16,200 one by one.

The connection is used by the event loop only while no job is with the thread, so it has one user at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ...clock import Clock
from ...errors import BotserverError, StoredDataCorrupt, StoreUnavailable
from ..sql.connection import Job
from .file import JobConnection

T = TypeVar("T")

INLINE_COMMIT_S = 0.002  # slowest recent commit the event loop may wait for
LULL_S = 0.002  # no commit for this long, and the next job counts as alone
SLOWNESS_DECAY = 0.98  # a commit's price; one of 20 ms sends the next hundred or so to the thread
GROUPED_JOBS = 64  # in one transaction
LOG_COMMITS = 500  # commits, or
LOG_CHANGES = 8_000  # rows written, after which the log is copied back: about 25 MB
LOG_PATIENCE = 4  # times that, after which it is copied back although jobs wait


@dataclass(slots=True)
class _Entry:
    job: Job[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


def translated(error: sqlite3.Error) -> BotserverError:
    """Ours for what the driver raised."""
    if isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError):
        return StoreUnavailable(what=str(error))
    return StoredDataCorrupt(kind="database", what=str(error))


class Writer:
    """`threaded` False keeps everything on the event loop: a database in memory has one connection."""

    def __init__(self, connection: JobConnection, clock: Clock, *, threaded: bool) -> None:
        self._connection = connection
        self._clock = clock
        self._queue: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._with_thread = 0  # jobs handed over and not answered; event loop only
        self._slowness_s = 0.0
        self._last_asker: str | None = None
        self._last_commit_at = 0.0
        self._commits = 0
        self._changes = 0
        self._thread: threading.Thread | None = None
        if threaded:
            self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
            self._thread.start()

    async def run(self, job: Job[T], asker: str | None = None) -> T:
        """The job's result once it is on disk. Jobs of one asker, a session, follow each other and do not gather;
        None stands for several."""
        if self._thread is None or (self._is_alone(asker) and not self._log_is_long()):
            return self._run_inline(job)
        loop = asyncio.get_running_loop()
        entry = _Entry(job, loop, loop.create_future())
        self._with_thread += 1
        self._queue.put(entry)
        result: T = await entry.future
        return result

    async def close(self) -> None:
        """Finish what was handed over."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def _is_alone(self, asker: str | None) -> bool:
        if self._with_thread or self._slowness_s > INLINE_COMMIT_S:
            return False
        same = asker is not None and asker == self._last_asker
        self._last_asker = asker
        return same or time.perf_counter() - self._last_commit_at > LULL_S

    def _run_inline(self, job: Job[T]) -> T:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = job(connection, self._clock.now_s())
            self._commit()
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                raise translated(error) from error
            raise
        return result

    def _commit(self) -> None:
        began = time.perf_counter()
        self._connection.execute("COMMIT")
        self._last_commit_at = time.perf_counter()
        self._slowness_s = max(self._last_commit_at - began, self._slowness_s * SLOWNESS_DECAY)
        self._commits += 1

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _log_is_long(self, times: int = 1) -> bool:
        changes = self._connection.total_changes - self._changes
        return self._commits >= LOG_COMMITS * times or changes >= LOG_CHANGES * times

    # the thread

    def _work(self) -> None:
        stopping = False
        while not stopping:
            entries: list[_Entry] = []
            entry = self._queue.get()
            while entry is not None:
                entries.append(entry)
                if len(entries) == GROUPED_JOBS or self._queue.empty():
                    break
                entry = self._queue.get()
            stopping = entry is None
            entry = None  # while waiting for the next job, the bytes of the last one must be gone
            if entries:
                self._write(entries)
                if self._log_is_long(1 if self._queue.empty() else LOG_PATIENCE):
                    self._answer(entries, last=False)
                    self._copy_log()
                    self._release(entries)
                else:
                    self._answer(entries, last=True)

    def _write(self, entries: list[_Entry]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for entry in entries:
                connection.execute("SAVEPOINT job")
                try:
                    entry.result = entry.job(connection, self._clock.now_s())
                except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the job
                    entry.error = error
                    connection.execute("ROLLBACK TO job")
                connection.execute("RELEASE job")
            self._commit()
        except sqlite3.Error as error:
            self._roll_back()
            for entry in entries:
                entry.error = error

    def _answer(self, entries: list[_Entry], *, last: bool) -> None:
        self._tell(entries, lambda: self._settle(entries, last))

    def _release(self, entries: list[_Entry]) -> None:
        self._tell(entries, lambda: self._let_go(len(entries)))

    def _tell(self, entries: list[_Entry], callback: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            entries[0].loop.call_soon_threadsafe(callback)

    def _settle(self, entries: list[_Entry], last: bool) -> None:
        if last:
            self._let_go(len(entries))
        for entry in entries:
            if entry.future.done():  # its waiter was cancelled; the job was done all the same
                continue
            if isinstance(entry.error, sqlite3.Error):
                failure = translated(entry.error)
                failure.__cause__ = entry.error
                entry.future.set_exception(failure)
            elif entry.error is not None:
                entry.future.set_exception(entry.error)
            else:
                entry.future.set_result(entry.result)

    def _let_go(self, jobs: int) -> None:
        self._with_thread -= jobs

    def _copy_log(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # a reader is in the way: next time
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._commits = 0
        self._changes = self._connection.total_changes
