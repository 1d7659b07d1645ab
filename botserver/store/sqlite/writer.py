"""The one writer of a SQLite database: runs jobs in transactions, together where they come together.

A job is a function of (connection, now) that reads and writes and returns. All run on the event loop, but those with
much to write; what waits for the disk is the end of a transaction, and that a thread does: one of compiled code
(`ending.py`), or where there is none the writer's own. So the event loop goes on while the disk works, more jobs
gather, and all that wait go into the next transaction, each in a savepoint if there are several: one that raises undoes
itself alone. A lone job's transaction ends on the event loop too: that saves two hops between threads. Jobs of several
askers close together, or any after commits have become slow, are not alone.

The log is copied back into the database file beside the commits, on a thread and a connection of its own (`log.py`).

Statements do not run on a thread, because the driver lets go of the interpreter at every step, and while the event
loop is busy gets it back after a switch interval of 5 ms: a batch of 50 turns took 130 ms there.

The connection is used by the event loop only while no thread has something to do, so it has one user at a time.
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
from functools import partial
from typing import Any, TypeVar

from ...clock import Clock
from ...errors import BotserverError, StoredDataCorrupt, StoreUnavailable
from ..sql.connection import Job
from .ending import Ending
from .file import JobConnection
from .log import Log, Report

T = TypeVar("T")

INLINE_COMMIT_S = 0.002  # slowest recent commit the event loop may wait for
LULL_S = 0.002  # no commit for this long, and the next job counts as alone
SLOWNESS_DECAY = 0.98  # a commit's price; one of 20 ms sends the next hundred or so to the thread
GROUPED_JOBS = 64  # in one transaction


@dataclass(slots=True)
class _Entry:
    job: Job[Any]
    much: bool
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """The jobs of one transaction. `is_open`: they have run, its end is missing. Without jobs it is the log's turn."""

    entries: list[_Entry]
    is_open: bool


def translated(error: sqlite3.Error) -> BotserverError:
    """Ours for what the driver raised."""
    if isinstance(error, sqlite3.OperationalError | sqlite3.ProgrammingError):
        return StoreUnavailable(what=str(error))
    return StoredDataCorrupt(kind="database", what=str(error))


class Writer:
    """`copying` is another connection to the file, for its log. None keeps everything on the event loop: a database in
    memory has one connection and no log."""

    def __init__(
        self,
        connection: JobConnection,
        clock: Clock,
        copying: JobConnection | None,
        report: Report = lambda *_: None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._queue: queue.SimpleQueue[_Group | None] = queue.SimpleQueue()
        self._waiting: list[_Entry] = []
        self._is_busy = False  # a transaction is under way or about to begin; event loop only
        self._idle = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._slowness_s = 0.0
        self._last_asker: str | None = None
        self._last_commit_at = 0.0
        self._log = None if copying is None else Log(connection, copying, report)
        rows = connection.turn_rows
        self._ending = None if copying is None or rows is None else Ending(rows)
        self._thread: threading.Thread | None = None
        if copying is not None:
            self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
            self._thread.start()

    async def run(self, job: Job[T], asker: str | None = None, *, much: bool = False) -> T:
        """The job's result once it is on disk. Jobs of one asker, a session, follow each other and do not gather;
        None stands for several. `much`: it writes so much that the event loop should not wait for it."""
        if self._thread is None or (not much and self._is_alone(asker)):
            return self._run_inline(job)
        self._loop = asyncio.get_running_loop()
        entry = _Entry(job, much, self._loop.create_future())
        self._waiting.append(entry)
        if not self._is_busy:
            self._is_busy = True
            self._loop.call_soon(self._begin)
        result: T = await entry.future
        return result

    async def close(self) -> None:
        """Finish what was handed over. Jobs that come later run on the event loop."""
        while self._is_busy:
            self._idle.clear()
            await self._idle.wait()
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)
        if self._ending is not None:
            self._ending.close()
            self._ending = None
        if self._log is not None:
            await asyncio.to_thread(self._log.close)

    def _is_alone(self, asker: str | None) -> bool:
        if self._is_busy or self._slowness_s > INLINE_COMMIT_S or (self._log is not None and self._log.is_overlong):
            return False
        same = asker is not None and asker == self._last_asker
        self._last_asker = asker
        return same or time.perf_counter() - self._last_commit_at > LULL_S

    def _run_inline(self, job: Job[T]) -> T:
        connection = self._connection
        try:
            self._roll_back()  # what could not be undone when it failed
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
        self._committed(time.perf_counter() - began)

    def _committed(self, took_s: float) -> None:
        self._last_commit_at = time.perf_counter()
        self._slowness_s = max(took_s, self._slowness_s * SLOWNESS_DECAY)
        if self._log is not None:
            self._log.committed()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error, MemoryError):
                self._connection.execute("ROLLBACK")

    # jobs that are not alone

    def _begin(self) -> None:
        """Run what waits and hand it to the thread; or find that nothing does."""
        entries, self._waiting = self._waiting[:GROUPED_JOBS], self._waiting[GROUPED_JOBS:]
        if not entries:
            self._is_busy = False
            self._idle.set()
        elif any(entry.much for entry in entries):
            self._queue.put(_Group(entries, is_open=False))
        elif self._write(entries):
            if self._ending is None:
                self._queue.put(_Group(entries, is_open=True))
            else:
                assert self._loop is not None
                self._ending.begin(self._loop, partial(self._on_end, self._ending, entries))
        else:
            self._settle_and_begin(entries)

    def _write(self, entries: list[_Entry]) -> bool:
        """Run jobs in a transaction. False: it did not begin, or ended with its only job.

        Whatever is raised, here and at its end, goes to those who wait: a writer that forgot one would be busy for
        ever."""
        connection = self._connection
        try:
            self._roll_back()  # what could not be undone when it failed
            connection.execute("BEGIN IMMEDIATE")
            if len(entries) == 1:  # what undoes it undoes the transaction
                entries[0].result = entries[0].job(connection, self._clock.now_s())
            else:
                self._run_each(entries)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the jobs
            self._fail(entries, error)
            return False
        return connection.in_transaction

    def _run_each(self, entries: list[_Entry]) -> None:
        connection = self._connection
        for entry in entries:
            connection.execute("SAVEPOINT job")
            try:
                entry.result = entry.job(connection, self._clock.now_s())
            except BaseException as error:
                if not connection.in_transaction:  # the disk is full or fails, and all of it was undone
                    raise
                entry.error = error
                connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")

    def _on_end(self, ending: Ending, entries: list[_Entry]) -> None:
        try:
            self._committed(ending.result())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the jobs
            self._fail(entries, error)
        if self._log is not None and self._log.is_overlong:
            self._settle(entries)
            self._queue.put(_Group([], is_open=False))
        else:
            self._settle_and_begin(entries)

    def _fail(self, entries: list[_Entry], error: BaseException) -> None:
        for entry in entries:
            entry.error = error
        self._roll_back()

    def _go_on(self) -> None:
        assert self._loop is not None
        self._loop.call_soon(self._begin)

    def _settle(self, entries: list[_Entry]) -> None:
        for entry in entries:
            if entry.future.done():  # its waiter was cancelled; the job was done all the same
                continue
            if isinstance(entry.error, sqlite3.Error):
                failure = translated(entry.error)
                failure.__cause__ = entry.error
                entry.future.set_exception(failure)
            elif isinstance(entry.error, StopIteration):  # no future holds one
                entry.future.set_exception(RuntimeError("a job raised StopIteration"))
            elif entry.error is not None:
                entry.future.set_exception(entry.error)
            else:
                entry.future.set_result(entry.result)

    # the thread

    def _work(self) -> None:
        while (group := self._queue.get()) is not None:
            self._end(group)
            del group  # while waiting for the next one, the bytes of this one must be gone

    def _end(self, group: _Group) -> None:
        entries = group.entries
        try:
            if group.is_open or (entries and self._write(entries)):
                self._commit()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the jobs
            self._fail(entries, error)
        if self._log is not None and self._log.is_overlong:
            self._tell(lambda: self._settle(entries))
            self._log.cut()
            self._tell(self._begin)
        else:
            self._tell(lambda: self._settle_and_begin(entries))

    def _settle_and_begin(self, entries: list[_Entry]) -> None:
        """First the answers: those who get them may have more to write."""
        self._settle(entries)
        self._go_on()

    def _tell(self, callback: Callable[[], None]) -> None:
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(callback)
