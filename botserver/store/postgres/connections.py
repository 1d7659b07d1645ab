"""Connections to PostgreSQL: one a thread, made when it is needed, made again when it broke.

psycopg's blocking interface costs a third of its asyncio one a statement, and the jobs are blocking functions that
SQLite's store runs too; a hop to a thread costs once a transaction. Jobs run SERIALIZABLE: each behaves as if it were
alone, and is run again when the database could not arrange that. So they must not do anything but read, write and
return.
"""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from ...errors import BotserverError, StoredDataCorrupt, StoreUnavailable
from ...limits import Retention
from ..sql.connection import Connection, Cursor, Job, Overtaken
from .clock import DatabaseClock
from .standstill import Standstill, WatchedConnection

T = TypeVar("T")
Raw = WatchedConnection
Work = Callable[[Raw], T]

ATTEMPTS = 30  # of a job that others get in the way of, before it counts as unavailable
_SAME_ROW = 12  # attempts after which a row that is there already, or is not there, is no accident
_PAUSE_S = 0.002  # before the second attempt; longer before later ones
_RACED = (errors.UniqueViolation, errors.ForeignKeyViolation)
AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, Overtaken, *_RACED)
"""What a transaction beside others may meet though each is right alone: two that make one row, one that deletes what
another refers to."""
CONSTRAINTS = (errors.NotNullViolation, errors.ForeignKeyViolation, errors.CheckViolation)
"""What is wrong with a job itself."""
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_LOCKING = "BEGIN ISOLATION LEVEL READ COMMITTED"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
STATEMENT_S = 30.0
"""The longest that a statement may take. The database ends it then; one that is not ended has lost its backend."""
_SETTINGS = " ".join(
    f"-c {name}={value}"
    for name, value in (
        ("lock_timeout", 10_000),
        ("idle_in_transaction_session_timeout", 60_000),
        ("jit", "off"),
    )
)
_CONNECT = {
    "autocommit": True,
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # ms; what was sent and not taken is no concern of the keepalives
    "application_name": "botserver",
}


class _WithoutAborted(logging.Filter):
    """After one of many statements failed the driver warns of those behind it, which it had sent already. Who asked for
    them hears of the one that failed, and tries again or reports it: under conflict that is nothing to warn of."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("error ignored terminating")


logging.getLogger("psycopg").addFilter(_WithoutAborted())


@lru_cache(maxsize=1024)
def _in_psycopg(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()


class JobConnection:
    """What a job sees: `?` for values, rows as tuples. Meets `sql.connection.Connection`."""

    __slots__ = ("_raw", "retention")

    def __init__(self, raw: Raw, retention: Retention) -> None:
        self._raw = raw
        self.retention = retention

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Cursor:
        return self._raw.execute(_in_psycopg(statement), values, binary=True)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        with self._raw.cursor() as cursor:
            cursor.executemany(_in_psycopg(statement), rows)


def translated(error: psycopg.Error) -> BotserverError:
    """Ours for what the driver raised."""
    if isinstance(error, psycopg.IntegrityError | psycopg.DataError):
        return StoredDataCorrupt(kind="database", what=str(error).strip())
    return StoreUnavailable(what=str(error).strip())


def _is_lost(raw: Raw, error: Exception) -> bool:
    """Whether a connection is of no use after an error. One whose prepared statements are gone (a pooler, an
    operator) would have none of them for as long as it lived: they are made with it, or the driver believes in them."""
    return raw.broken or isinstance(error, errors.InvalidSqlStatementName)


class Connections:
    """`n` threads with a connection each. `settings` are statements for every new connection."""

    def __init__(
        self,
        url: str,
        clock: DatabaseClock,
        retention: Retention,
        standstill: Standstill,
        n: int,
        settings: Sequence[str] = (),
        statement_s: float = STATEMENT_S,
    ) -> None:
        self.retention = retention
        self._url = url
        self._clock = clock
        self._standstill = standstill
        self._settings = settings
        self._statement_s = statement_s
        self._threads = ThreadPoolExecutor(n, thread_name_prefix="postgres")
        self._local = threading.local()
        self._open: dict[Raw, socket.socket] = {}

    async def write(self, job: Job[T]) -> T:
        """The job's result once it is committed. Raises StoreUnavailable: it is or it is not."""
        return await self._in_thread(lambda: self.write_here(job))

    async def follow(self, job: Job[T]) -> T:
        """`write`, for jobs that are right READ COMMITTED: they lock what they look at and change, or it is unique.
        They wait for each other instead of failing, and SERIALIZABLE jobs do not fail because of what they read."""
        return await self._in_thread(
            lambda: self._transaction(_LOCKING, lambda raw: job(self._for_job(raw), self._clock.now_s()))
        )

    async def read(self, job: Callable[[Connection], T]) -> T:
        """What a job reads at one moment."""
        return await self._in_thread(lambda: self._transaction(_READ, lambda raw: job(self._for_job(raw))))

    async def work(self, work: Work[T]) -> T:
        """Run `work` on a connection outside a transaction. It may run twice if the connection broke before it
        changed anything: see `working`."""
        return await self._in_thread(lambda: self.working(work))

    async def _in_thread(self, call: Callable[[], T]) -> T:
        def run() -> T:
            with self._standstill.job():
                return call()

        self._standstill.check()
        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def close(self) -> None:
        """Finish what was handed over."""
        await asyncio.to_thread(self._threads.shutdown)
        for raw in list(self._open):
            self._discard(raw)

    def _for_job(self, raw: Raw) -> JobConnection:
        return JobConnection(raw, self.retention)

    # the threads

    def write_here(self, job: Job[T]) -> T:
        """`write`, on one of the threads."""
        return self._transaction(_WRITE, lambda raw: job(self._for_job(raw), self._clock.now_s()))

    def _transaction(self, begin: str, work: Work[T]) -> T:
        conflict: Exception | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE_S * attempt * (0.5 + random.random()))
            raw = self._begin(begin)
            try:
                result = work(raw)
                raw.execute("COMMIT")
                return result
            except (*AGAIN, errors.InvalidSqlStatementName) as error:
                self._roll_back(raw, error)
                if isinstance(error, _RACED) and attempt >= _SAME_ROW:
                    raise translated(error) from error
                conflict = error
            except psycopg.Error as error:
                self._roll_back(raw)
                self._look_for_writer(raw, error)
                raise translated(error) from error
            except BaseException:
                self._roll_back(raw)
                raise
        raise StoreUnavailable(what=f"others were in the way {ATTEMPTS} times") from conflict

    def _begin(self, begin: str) -> Raw:
        """A connection in a new transaction. One that broke while it was idle is replaced: nothing was lost with it."""

        def start(raw: Raw) -> Raw:
            raw.execute(begin)
            return raw

        return self.working(start)

    def working(self, work: Work[T]) -> T:
        """The result of `work` on this thread's connection. A connection that broke or lost its prepared statements
        is thrown away, and if it was not made just now, `work` is tried on a new one: `work` must bear that, or fail at
        its first statement."""
        fresh = False
        while True:
            raw: Raw | None = getattr(self._local, "raw", None)
            try:
                if raw is not None and (raw.closed or raw.era != self._standstill.era):
                    self._discard(raw)
                    raw = None
                if raw is None:
                    self._standstill.check()
                    fresh = True
                    raw = self._connect()
                self._clock.compare(raw)
                return work(raw)
            except psycopg.Error as error:
                if raw is not None and _is_lost(raw, error):
                    self._discard(raw)
                    if not fresh:
                        continue
                if raw is not None:
                    self._look_for_writer(raw, error)
                raise translated(error) from error

    def _look_for_writer(self, raw: Raw, error: psycopg.Error) -> None:
        """After a switch-over the address leads to the database that takes writes, and connections still stand to the
        one that did. So all are made again, those that only read too: what they see has stood still."""
        if isinstance(error, errors.ReadOnlySqlTransaction):
            self._standstill.renew(raw.era)

    def _connect(self) -> Raw:
        era = self._standstill.era
        options = f"{_SETTINGS} -c statement_timeout={self._statement_s * 1e3:.0f}"
        raw = Raw.connect(self._url, options=options, **_CONNECT)  # type: ignore[arg-type]  # a dict of settings
        raw.statement_s = self._statement_s
        raw.era = era
        try:
            self._open[raw] = self._standstill.add(raw)
        except OSError as error:  # no file descriptor is left
            raw.close()
            raise StoreUnavailable(what=str(error)) from error
        self._local.raw = raw
        try:
            for statement in self._settings:
                raw.execute(statement.encode())
        except psycopg.Error:
            self._discard(raw)
            raise
        return raw

    def _discard(self, raw: Raw) -> None:
        self._local.raw = None
        self._standstill.remove(self._open.pop(raw))
        raw.close()

    def _roll_back(self, raw: Raw, cause: Exception | None = None) -> None:
        try:
            raw.execute("ROLLBACK")
        except psycopg.Error:
            self._discard(raw)
        else:
            if cause is not None and _is_lost(raw, cause):
                self._discard(raw)
