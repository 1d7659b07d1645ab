"""The store on PostgreSQL: any number of processes on one database, which is the only truth.

Jobs are those of `sql/`, run SERIALIZABLE on threads (`connections.py`). What runs for every turn has a statement of
its own (`turns.py`), and so has taking due rows, which many nodes do at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import psycopg

from ...clock import Clock
from ...errors import DatabaseUnusable
from ...ids import Digest, MessageId, SessionId
from ...limits import Retention
from ...model import Delivery, DeliveryState, DeliveryStatus
from ..abc import (
    CommitResult,
    Committed,
    DueRow,
    Known,
    Loaded,
    Lost,
    Opening,
    OpenResult,
    Request,
    SessionRow,
    TurnCommit,
)
from ..releases import Activation, NewRelease, OtherActive, ReleaseRow
from ..sql import deliveries, inputs, releases, sessions
from ..sql import turns as one_by_one
from ..sql.connection import Connection, Job
from ..sql.migrations import SchemaStatus
from ..sql.plain import apart
from ..sql.rows import SESSIONS_WHERE, to_session
from ..sql.store import SqlStore
from .clock import DatabaseClock
from .connections import AGAIN, CONSTRAINTS, Connections, Raw
from .loading import find_session, load_parked
from .schema import migrate, read_status
from .standstill import Addresses, Report, Standstill, answers
from .statistics import Statistics
from .taking import take_due
from .turns import STATEMENT, values_of

T = TypeVar("T")

THREADS = 8  # connections for everything but the commits of turns; settings: database_connections
COMMIT_S = 15.0  # the longest that a statement which commits may take: all turns of this process wait behind it
_SESSION_LOCK = " FOR NO KEY UPDATE"  # what a change of the row takes; rows that refer to it are not held up
_ACTIVE_LOCK = "LOCK TABLE active_releases IN EXCLUSIVE MODE"
"""Who only has the row locked to share it is joined by ever more who do, and a change of it would wait for all of them;
for a lock of the table all wait in line."""
_REFUSALS = (psycopg.DataError, *CONSTRAINTS)
"""What a turn can be to blame for. A statement that is wrong or gone is not: written one by one, nobody would hear of
it."""
_BY_INDEX = "SET enable_seqscan = off"  # a plan made while the tables were small must be right when they are large
_COMMITTING = (
    "SET plan_cache_mode = force_generic_plan",  # planning the statement takes longer than running it
    _BY_INDEX,
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    STATEMENT.preparing,
)


_NOW = (
    f"{SESSIONS_WHERE} s.session_id = ANY(%s::text[]) AND s.state <> 'deleted' AND NOT EXISTS ("
    "SELECT FROM unnest(%s::text[], %s::text[]) t (session_id, new_id) JOIN message_ids i ON "
    f"{inputs.id_key('i.session_row', 'i.message_id')} = {inputs.id_key('s.session_row', 't.new_id')} "
    "WHERE t.session_id = s.session_id)"
)


async def open_store(
    url: str,
    fixed: Clock | None = None,
    retention: Retention | None = None,
    threads: int = THREADS,
    *,
    only_empty: bool = False,
    report: Report = lambda *_: None,
) -> PostgresStore:
    """Open a database and bring its schema up to date, with `only_empty` if it is empty. `fixed` replaces the
    database's clock in tests. `report` hears, on some thread, that the database stands still.

    Raises DatabaseTooNew, DatabaseBehind, DatabaseUnusable.
    """
    clock = DatabaseClock(fixed)
    name = database_name(url)
    retention = retention or Retention()
    await asyncio.to_thread(_at_database, partial(migrate, url, name, only_empty=only_empty), name)
    addresses = Addresses()
    standstill = Standstill(partial(answers, url, addresses), report, learn=addresses.learn)
    jobs = Connections(url, clock, retention, standstill, threads, (_BY_INDEX,))
    committing = Connections(url, clock, retention, standstill, 1, _COMMITTING, COMMIT_S)
    return PostgresStore(clock, standstill, jobs, committing)


async def migrate_database(url: str, *, apply: bool) -> SchemaStatus:
    """Bring a database's schema up to date, or only tell how it stands. Raises DatabaseTooNew, DatabaseUnusable."""
    name = database_name(url)
    work = partial(migrate if apply else read_status, url, name)
    return await asyncio.to_thread(_at_database, work, name)


def _at_database(work: Callable[[], T], name: str) -> T:
    try:
        return work()
    except psycopg.Error as error:
        raise DatabaseUnusable(path=name, what=str(error).strip()) from error


def database_name(url: str) -> str:
    """What may be shown of a database's URL: no user, no password."""
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "postgresql"
    return f"postgresql://{parts.get('host', '')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


class PostgresStore(SqlStore):
    """Meets `store.abc.Store`, where the methods are described. Belongs to one event loop."""

    def __init__(
        self, clock: DatabaseClock, standstill: Standstill, jobs: Connections, committing: Connections
    ) -> None:
        self._clock = clock
        self._standstill = standstill
        self._jobs = jobs
        self._committing = committing
        self._statistics = Statistics()
        self._closed = False

    @property
    def is_shared(self) -> bool:
        return True

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await asyncio.gather(self._committing.close(), self._jobs.close())
            await asyncio.to_thread(self._standstill.close)

    def now_s(self) -> float:
        return self._clock.now_s()

    async def _read(self, read: Callable[[Connection], T]) -> T:
        return await self._jobs.read(read)

    async def _write(self, job: Job[T]) -> T:
        return await self._jobs.write(job)

    async def open_session(self, opening: Opening) -> OpenResult:
        # SERIALIZABLE, all that open at once would be in each other's way: they look for what is not there in the same
        # pages of small indexes, and write into these.
        if not sessions.is_alone(opening):
            return await super().open_session(opening)
        return await self._jobs.follow(lambda c, now: sessions.open_session(c, now, opening, " FOR SHARE"))

    async def deploy_release(
        self, new: NewRelease, activation: Activation | None = None, request: Request[ReleaseRow] | None = None
    ) -> ReleaseRow | OtherActive | Known:
        return await self._jobs.write(
            lambda c, now: releases.deploy_release(c, now, new, activation, request, _ACTIVE_LOCK)
        )

    async def activate_release(
        self, activation: Activation, request: Request[ReleaseRow] | None = None
    ) -> ReleaseRow | OtherActive | Known | None:
        return await self._jobs.write(
            lambda c, now: releases.activate_release(c, now, activation, request, _ACTIVE_LOCK)
        )

    async def accept_input(
        self, session_id: SessionId, kind: str, message_id: MessageId, content: Digest, payload: bytes
    ) -> int | Known:
        return await self._jobs.follow(
            lambda c, now: inputs.accept_input(c, now, session_id, kind, message_id, content, payload, _SESSION_LOCK)
        )

    async def find_session(self, session_id: SessionId) -> SessionRow | None:
        return await self._jobs.work(lambda raw: find_session(raw, session_id))

    async def load_session(self, session_id: SessionId) -> Loaded | None:
        parked = await self._jobs.work(lambda raw: load_parked(raw, session_id))
        return parked or await super().load_session(session_id)

    async def commit_turns(self, commits: Sequence[TurnCommit]) -> list[CommitResult]:
        return await self._committing.work(lambda raw: self._commit(raw, commits))

    def _commit(self, raw: Raw, commits: Sequence[TurnCommit]) -> list[CommitResult]:
        """On the committing thread: the plain turns at once, then the rest one by one in a transaction of their own."""
        results: list[CommitResult | None] = [None] * len(commits)
        plain = apart(commits)
        if plain:
            # If it fails, nothing was written, and the culprit stands out below.
            with contextlib.suppress(*_REFUSALS, *AGAIN, ValueError):
                written = self._at_once(raw, [commits[at] for at in plain])
                for at in plain:
                    results[at] = written.get(commits[at].session_id)
        refused = [at for at in plain if results[at] is None]
        if refused:
            stale = self._stale(raw, [commits[at] for at in refused])
            for at in refused:
                results[at] = stale.get(commits[at].session_id)
        rest = [at for at, result in enumerate(results) if result is None]
        if rest:
            others = [commits[at] for at in rest]
            job = partial(one_by_one.commit_turns, commits=others, refusals=_REFUSALS, lock=_SESSION_LOCK)
            for at, result in zip(rest, self._committing.write_here(job), strict=True):
                results[at] = result
        self._statistics.committed(raw, len(commits))
        return [result for result in results if result is not None]

    def _at_once(self, raw: Raw, commits: Sequence[TurnCommit]) -> dict[str, Committed]:
        values = values_of(commits, self._clock.now_s(), self._committing.retention)
        return {row[0]: Committed(*row[1:]) for row in STATEMENT.run(raw, values)}

    def _stale(self, raw: Raw, commits: Sequence[TurnCommit]) -> dict[str, Lost]:
        """Turns on a revision that is over, of messages nobody has seen: what is lost when a session is talked to
        through several nodes. One look instead of a transaction each."""
        ids = [commit.session_id for commit in commits]
        messages = [commit.accept and commit.accept.message_id for commit in commits]
        found = map(to_session, raw.execute(_NOW, (ids, ids, messages), prepare=True, binary=True))
        now = {session.session_id: session for session in found}
        return {
            commit.session_id: Lost(now[commit.session_id])
            for commit in commits
            if commit.session_id in now and now[commit.session_id].revision > commit.expected_revision
        }

    async def take_deliveries(
        self, principal: str, channel: str, puller: str, limit: int, lease_s: float
    ) -> Sequence[Delivery]:
        lock = " FOR UPDATE OF q SKIP LOCKED"
        return await self._jobs.follow(
            lambda c, now: deliveries.take_deliveries(c, now, principal, channel, puller, limit, lease_s, lock)
        )

    async def acknowledge(
        self,
        principal: str,
        session_id: SessionId,
        seq: int,
        status: DeliveryStatus,
        external_id: str = "",
        error: str = "",
    ) -> DeliveryState | None:
        lock = " FOR UPDATE"
        return await self._jobs.follow(
            lambda c, now: deliveries.acknowledge(c, now, principal, session_id, seq, status, external_id, error, lock)
        )

    async def take_due(self, limit: int, lease_s: float) -> list[DueRow]:
        return await self._jobs.work(lambda raw: take_due(raw, self._clock.now_s(), limit, lease_s))
