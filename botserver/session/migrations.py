"""Moving conversations in the middle of a script to another release: planned first, never guessed.

Both go through the open sessions of a bot page by page, in the order of release and session id, so they can be stopped
and gone on with anywhere, and doing a page again does nothing twice. Moving a session is one commit in its lane,
refused if anything else was written meanwhile; its script is not run, its timer goes on, its user notices nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeAlias

from ..errors import BadSnapshot, LimitReached, ReleaseNotFound, ScriptError, StaleClaim
from ..ids import ReleaseId, RequestId, SessionId
from ..language.program import Program
from ..language.waiting_points import NoPlace, Obstacle
from ..limits import MIGRATION_ROOT_BYTES, MIGRATION_SAMPLES, MIGRATIONS_AT_ONCE, TURN_ATTEMPTS
from ..model import Activity, Principal, SessionState
from ..store.abc import Loaded, Request, SessionRow, State, TurnCommit
from ..store.releases import Pinned
from ..vm.migration import Obstructed as Obstructed
from ..vm.migration import Successor, frames_of, migrated, places_of, waits
from ..vm.migration import Waits as Waits
from ..vm.snapshot import Snapshot
from .access import check_may_manage
from .attempts import Machinery
from .commits import Draft
from .content import digest_of
from .lifecycle import Lifecycle
from .records import decode_notes
from .releases import LoadedRelease
from .repeats import answered_once

_AFTER_ALL = SessionId("~")
"""Comes after every session id."""


class Outcome(StrEnum):
    """What became of a session, or would."""

    MOVED = "moved"
    NOT_MAPPED = "not_mapped"  # its waiting point has no place
    IDLE = "idle"  # its script has ended: it moves by itself with its next input
    BUSY = "busy"  # it is in an outside call, or about to begin: try again later


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """Of one session. `at` is where its innermost frame waits, `to` where that goes on; `obstacle` is why it does not,
    with the frame it is about."""

    session_id: SessionId
    release: ReleaseId
    outcome: Outcome
    at: Waits | None = None
    to: Waits | None = None
    obstacle: Obstructed | None = None


@dataclass(slots=True)
class MigrationGroup:
    """Sessions of a page that wait at one point of one release and share what becomes of them."""

    release: ReleaseId
    at: Waits
    to: Waits | None
    obstacle: Obstructed | None
    n_sessions: int
    samples: list[SessionId]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """Of one page of sessions."""

    groups: list[MigrationGroup]
    n_idle: int
    n_busy: int
    next_token: str


@dataclass(frozen=True, slots=True)
class MigrationPage:
    results: list[MigrationResult]
    next_token: str


def _encoded(page: MigrationPage) -> bytes:
    return json.dumps(asdict(page)).encode()


def _decoded(data: bytes) -> MigrationPage:
    parts = json.loads(data)
    return MigrationPage([_result(**result) for result in parts["results"]], parts["next_token"])


def _result(
    session_id: str, release: str, outcome: str, at: Parts | None, to: Parts | None, obstacle: Parts | None
) -> MigrationResult:
    obstructed = None
    if obstacle is not None:
        why = NoPlace(Obstacle(obstacle["why"]["obstacle"]), obstacle["why"]["detail"])
        obstructed = Obstructed(Waits(**obstacle["at"]), why)
    return MigrationResult(
        SessionId(session_id),
        ReleaseId(release),
        Outcome(outcome),
        None if at is None else Waits(**at),
        None if to is None else Waits(**to),
        obstructed,
    )


class MigrationService(Protocol):
    """What BotService of the wire asks for. `release` None is the active one, `from_release` None every other. Raises
    NotAllowed, BotNotFound, ReleaseNotFound."""

    async def plan(
        self,
        principal: Principal,
        bot: str,
        release: ReleaseId | None,
        from_release: ReleaseId | None,
        page_size: int,
        page_token: str,
    ) -> MigrationPlan: ...

    async def migrate(
        self,
        principal: Principal,
        bot: str,
        release: ReleaseId | None,
        from_release: ReleaseId | None,
        page_size: int,
        page_token: str,
        validate_only: bool = False,
        request_id: RequestId | None = None,
    ) -> MigrationPage:
        """Raises RequestIdReused."""
        ...


Parts: TypeAlias = dict[str, Any]
Treat: TypeAlias = Callable[[Pinned], Awaitable["MigrationResult | None"]]


class Migrations:
    """Meets `MigrationService`."""

    def __init__(self, machinery: Machinery, lifecycle: Lifecycle) -> None:
        self._machinery = machinery
        self._store = machinery.store
        self._lifecycle = lifecycle

    async def plan(
        self,
        principal: Principal,
        bot: str,
        release: ReleaseId | None,
        from_release: ReleaseId | None,
        page_size: int,
        page_token: str,
    ) -> MigrationPlan:
        check_may_manage(principal)
        target = await self._target(bot, release)
        page, next_token = await self._page(bot, target, from_release, page_size, page_token)
        groups: dict[tuple[object, ...], MigrationGroup] = {}
        counts = dict.fromkeys(Outcome, 0)
        for result in await self._in_groups(page, lambda pinned: self._look(pinned, target)):
            counts[result.outcome] += 1
            if result.at is not None:
                key = (result.release, result.at, result.to, result.obstacle)
                fresh = MigrationGroup(result.release, result.at, result.to, result.obstacle, 0, [])
                group = groups.setdefault(key, fresh)
                group.n_sessions += 1
                if len(group.samples) < MIGRATION_SAMPLES:
                    group.samples.append(result.session_id)
        return MigrationPlan(list(groups.values()), counts[Outcome.IDLE], counts[Outcome.BUSY], next_token)

    async def migrate(
        self,
        principal: Principal,
        bot: str,
        release: ReleaseId | None,
        from_release: ReleaseId | None,
        page_size: int,
        page_token: str,
        validate_only: bool = False,
        request_id: RequestId | None = None,
    ) -> MigrationPage:
        check_may_manage(principal)
        treat = self._look if validate_only else self._move_in_lane

        async def migrate() -> MigrationPage:
            target = await self._target(bot, release)
            page, next_token = await self._page(bot, target, from_release, page_size, page_token)
            return MigrationPage(await self._in_groups(page, lambda pinned: treat(pinned, target)), next_token)

        request = None
        if request_id is not None and not validate_only:
            content = digest_of("migrate", bot, release, from_release, page_size, page_token)
            request = Request(principal.name, request_id, content, _encoded)
        return await answered_once(self._store, request, migrate, _decoded)

    async def _in_groups(self, page: list[Pinned], treat: Treat) -> list[MigrationResult]:
        """Some at a time, so that their commits share transactions; in order, without those there is nothing to say
        about."""
        found: list[MigrationResult] = []
        for at in range(0, len(page), MIGRATIONS_AT_ONCE):
            results = await asyncio.gather(*map(treat, page[at : at + MIGRATIONS_AT_ONCE]))
            found += [result for result in results if result is not None]
        return found

    async def _target(self, bot: str, release: ReleaseId | None) -> LoadedRelease:
        if release is None:
            await self._machinery.releases.refresh()
            return self._machinery.releases.active(bot)
        if await self._store.get_release(bot, release) is None:
            raise ReleaseNotFound(bot=bot, release=release)
        found = await self._machinery.releases.load(bot, release)
        self._machinery.releases.check_readable(found)
        return found

    async def _page(
        self, bot: str, target: LoadedRelease, from_release: ReleaseId | None, size: int, token: str
    ) -> tuple[list[Pinned], str]:
        """Sessions in other releases than the target. Its own are passed over at once."""
        after = None
        if token:
            release, session_id = json.loads(token)
            after = Pinned(ReleaseId(release), SessionId(session_id))
        found = await self._store.list_pinned(bot, size + 1, from_release, after)
        page, rest = found[:size], found[size:]
        next_token = ""
        if rest:
            last = page[-1]
            if rest[0].release == target.release_id:
                last = Pinned(target.release_id, _AFTER_ALL)
            next_token = json.dumps([last.release, last.session_id])
        return [pinned for pinned in page if pinned.release != target.release_id], next_token

    # --- one session

    async def _look(self, pinned: Pinned, target: LoadedRelease) -> MigrationResult | None:
        """What would become of a session now; None if it has ended or moved meanwhile."""
        loaded = await self._store.load_session(pinned.session_id)
        return await self._judge(pinned, loaded, target)

    async def _judge(self, pinned: Pinned, loaded: Loaded | None, target: LoadedRelease) -> MigrationResult | None:
        if loaded is None or not _is_in(loaded.row, pinned.release):
            return None
        source = await self._machinery.releases.load(loaded.row.bot, pinned.release)
        if source.bot != target.bot:  # it was handed on to another bot
            return None
        outcome = _outcome_at_once(loaded)
        if outcome is not None:
            return MigrationResult(pinned.session_id, pinned.release, outcome)
        assert loaded.state is not None
        state = self._machinery.releases.formats.newest(loaded.state)
        if len(state.root) > MIGRATION_ROOT_BYTES:
            return await asyncio.to_thread(_planned, pinned, state, source, target)
        return _planned(pinned, state, source, target)

    async def _move_in_lane(self, pinned: Pinned, target: LoadedRelease) -> MigrationResult | None:
        result = await self._look(pinned, target)
        if result is None or result.outcome is not Outcome.MOVED:
            return result  # its lane may be busy with an outside call

        async def move() -> MigrationResult | None:
            return await self._move(pinned, target)

        try:
            return await self._machinery.lanes.submit(pinned.session_id, move)
        except (LimitReached, StaleClaim):
            return MigrationResult(pinned.session_id, pinned.release, Outcome.BUSY)

    async def _move(self, pinned: Pinned, target: LoadedRelease) -> MigrationResult | None:
        """Runs in the session's lane. A race that is lost is looked at anew."""
        session_id = pinned.session_id
        for _ in range(TURN_ATTEMPTS):
            loaded = await self._store.load_session(session_id)
            result = await self._judge(pinned, loaded, target)
            if result is None or result.outcome is not Outcome.MOVED:
                return result
            assert loaded is not None
            assert loaded.state is not None
            row = loaded.row
            source = await self._machinery.releases.load(row.bot, row.standing.release)
            newest = self._machinery.releases.formats.newest(loaded.state)
            large = await self._store.load_large_objects(session_id, newest.large)
            parked = Snapshot(newest.root, large, newest.large)
            work = partial(migrated, parked, source, _successor(source, target))
            is_large = len(newest.root) > MIGRATION_ROOT_BYTES or newest.large
            snapshot = await asyncio.to_thread(work) if is_large else work()
            if isinstance(snapshot, Obstructed):
                continue
            state = State(snapshot.root, snapshot.digests)
            try:
                heap = await self._machinery.hot.decode(session_id, state, target)
            except BadSnapshot as error:
                assert result.at is not None
                obstacle = Obstructed(result.at, NoPlace(Obstacle.TOO_LARGE, error.message))
                return MigrationResult(session_id, pinned.release, Outcome.NOT_MAPPED, result.at, obstacle=obstacle)
            standing = replace(row.standing, release=target.release_id, memory_bytes=heap.memory().used)
            commit = TurnCommit(session_id, row.revision, standing, state, keep_timer=True, touch=False)
            draft = Draft(commit, decode_notes(row.standing.extra), {})
            if await self._lifecycle.write(row, draft, None) is not None:
                return result
        return MigrationResult(session_id, pinned.release, Outcome.BUSY)


def _is_in(row: SessionRow, release: ReleaseId) -> bool:
    return row.state is SessionState.OPEN and row.standing.release == release


def _outcome_at_once(loaded: Loaded) -> Outcome | None:
    """What is known without looking at the state."""
    if loaded.row.standing.activity is Activity.IDLE:
        return Outcome.IDLE
    return Outcome.BUSY if loaded.state is None or loaded.claimed is not None else None


def _successor(source: LoadedRelease, target: LoadedRelease) -> Successor:
    """By the name of the script."""
    names = {program.digest: name for name, program in source.scripts.items()}

    def find(program: Program) -> Program | None:
        try:
            return target.find_script(names[program.digest])
        except (KeyError, ScriptError):
            return None

    return find


def _planned(pinned: Pinned, state: State, source: LoadedRelease, target: LoadedRelease) -> MigrationResult:
    frames = frames_of(state.root, state.large, source)
    if not frames:
        return MigrationResult(pinned.session_id, pinned.release, Outcome.IDLE)
    at = waits(frames[-1])
    found = places_of(frames, _successor(source, target))
    if isinstance(found, Obstructed):
        return MigrationResult(pinned.session_id, pinned.release, Outcome.NOT_MAPPED, at, obstacle=found)
    program, place = found[-1]
    return MigrationResult(pinned.session_id, pinned.release, Outcome.MOVED, at, waits(frames[-1], program, place))
