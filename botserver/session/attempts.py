"""One turn until it is committed: run, commit, and what to do when the commit does not come about.

Theory of operation
-------------------
A turn takes the session's heap out of the cache, runs, commits once, and puts heap and row back as they were
committed. A heap is never rolled back: on anything but Committed it is thrown away, and the turn begins again from the
store.

    Committed      callers are told, watchers are told
    Lost           somebody else wrote: load again; if the input is still to be given, run again
    MemoryMoved    bot memory or rows the turn rests on changed: run again, alone among those that touch the same keys
    Known          the message id was seen before: the caller gets what was answered then
    no answer      unknown: load again; revision, claim and message id tell whether it was written

At an outside call the turn commits what it has under a claim, performs the call while the claim is renewed, records
the outcome, and goes on. If it must begin again after that, it begins at the claim: the state at the EFFECT, with the
recorded outcome if there is one. A crash leaves the same thing, so taking over a dead claim and beginning again are
one path (`_from_claim`). What a crash leaves:

    before the first commit     nothing happened; an input that was stored is due and begun again
    claimed, no outcome         the call is performed again with the same key
    claimed, outcome recorded   the outcome is given to the script again
    committed, nobody told      a repeat of the message id is answered from the store
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import field, replace
from functools import partial
from time import perf_counter

from ..errors import BotserverError, InternalError, LimitReached, SessionEnded, StaleClaim, StoreUnavailable
from ..ids import SessionId
from ..immutable import dataclass
from ..limits import MEMORY_ATTEMPTS, TURN_ATTEMPTS, TURN_CALLS
from ..model import Activity, Owner, SessionState
from ..store.abc import CommitResult, Committed, Known, Loaded, MemoryMoved, SessionRow, Store, Unwritable
from ..store.desk import DeskMoved
from ..vm.effects import Effect
from .agenda import decode_agenda
from .calls import Calls, ClaimLost
from .causes import Ending
from .commits import Begin, Draft, call_key, draft_call, draft_end, row_after
from .committer import Committer
from .deliveries import Pullers
from .desk_watch import DeskWatches
from .hot import Hot, HotSessions
from .journal import Journal
from .lanes import Lanes
from .neighbours import Neighbours
from .observe import Observer
from .open_count import OpenCount
from .outcomes import Outcome, read_outcome
from .performers.outside import Caller
from .records import CallMemory, DeskOrder, UserInput, decode_call_memory, decode_effect
from .releases import Releases
from .replies import Replies
from .settings import SessionSettings
from .signals import Signals
from .steps import Steps, called_back, result_of
from .tablefiles import TableFiles
from .turn import Begun, Turn
from .turn_bots import arrived
from .turn_ends import Called, Ended
from .watch import Watches
from .workers import Workers

_STUB = Outcome(number=9012, message="this is a branch that makes no calls of services outside")
_IDLE, _WAITING_TIMER, _HANDED_OVER = Activity.IDLE, Activity.WAITING_TIMER, Activity.HANDED_OVER
_ENDED, _AGENT = SessionState.ENDED, Owner.AGENT
_CUT_OFF = Outcome(number=1001, message="the session ended before the service answered")


class MemoryKeys:
    """Turns that lost a race for bot memory or a row take turns: one lock a key, there while somebody wants it."""

    def __init__(self) -> None:
        self._locks: defaultdict[tuple[str, ...], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wanted: defaultdict[tuple[str, ...], int] = defaultdict(int)

    @asynccontextmanager
    async def alone(self, key: tuple[str, ...]) -> AsyncIterator[None]:
        self._wanted[key] += 1
        try:
            async with self._locks[key]:
                yield
        finally:
            self._wanted[key] -= 1
            if not self._wanted[key]:
                del self._wanted[key], self._locks[key]


@dataclass(frozen=True, slots=True)
class Machinery:
    """What running turns takes, of one process."""

    store: Store
    releases: Releases
    hot: HotSessions
    lanes: Lanes
    replies: Replies
    watches: Watches
    desk_watches: DeskWatches
    pullers: Pullers
    committer: Committer
    workers: Workers
    table_files: TableFiles
    calls: Calls
    memory_keys: MemoryKeys
    neighbours: Neighbours
    open_count: OpenCount
    settings: SessionSettings
    observer: Observer
    journal: Journal
    signals: Signals
    report: Callable[[str, BaseException], str]


@dataclass(slots=True)
class TurnRun:
    """One turn of one session; runs in the session's lane. `begin` None resumes the claim of `loaded`. Of one that was
    begun as a plain turn, `begun_as` is where it goes on, or `refused` what the store said to its commit."""

    machinery: Machinery
    session_id: SessionId
    begin: Begin | None
    loaded: Loaded | None = None
    begun_as: tuple[Hot, Begun] | None = None
    refused: tuple[CommitResult | None] | None = None
    epoch: int | None = None  # of the claim this turn holds
    begun: bool = False  # whether a commit of this turn was made
    sent: set[SessionId] = field(default_factory=set)
    """Other sessions that its commits left an input for."""
    _nonce: str = ""
    _announced: int | None = None
    """The epoch of the claim that the last commit before a call asked for."""
    _running: Turn | None = None
    _lost: int = 0
    _moved: int = 0
    _keys: set[tuple[str, ...]] = field(default_factory=set)
    _locks: AsyncExitStack | None = None

    def run(self) -> Steps[None]:
        """Run until the turn is committed or need not be run. Raises TurnStopped, StaleClaim, StoreUnavailable.
        When another process took the turn's call over, that one finishes the turn."""
        if self.loaded is not None:
            self.epoch = self.loaded.row.epoch
        try:
            is_over = False if self.refused is None else (yield from self._refused(self.refused[0]))
            while not is_over:
                try:
                    is_over = yield from self._attempt()
                finally:
                    if self._running is not None:
                        self._running.let_go()
                        self._running = None
        except ClaimLost:
            self.machinery.hot.drop(self.session_id)
            if not self.machinery.store.is_shared:
                raise StaleClaim(session_id=self.session_id) from None
            # Another process took the call over and goes on with it; who waits here hears of its commit.
        except BaseException:
            self.machinery.hot.drop(self.session_id)
            raise
        finally:
            self.machinery.hot.budget.give_back(self.session_id)
            if self._locks is not None:
                yield from result_of(self._unlock())

    # --- one run of the script

    def _attempt(self) -> Steps[bool]:
        """False: run again."""
        began_s = perf_counter()
        hot_sessions = self.machinery.hot
        (hot, begun), self.begun_as = self.begun_as or (None, None), None
        if hot is None and self.loaded is None:
            hot = hot_sessions.take_cached(self.session_id)
        if hot is None:
            hot = yield from result_of(self._take())
        if begun is not None:
            turn = self._turn(hot)
            reached = yield from turn.go_on(begun)
        elif hot.claimed is not None and self._is_end and not self.begun:
            turn = self._turn(hot)
            reached = yield from self._end_claimed(hot, turn)
        elif hot.claimed is not None:
            if hot.row.epoch != self.epoch:  # another process was first and is in the middle of a call
                if self.epoch is not None:
                    raise ClaimLost
                yield from self._answer_done(hot)
                return True
            turn = self._turn(hot)
            reached = yield from self._from_claim(hot, turn)
        else:
            if self.begin is None or not self._is_to_do(hot.row):
                hot_sessions.put(hot)
                yield from self._answer_done(hot)
                return True
            if hot.row.standing.activity is _IDLE or hot.notes.going_to:
                yield from result_of(self._move_to_active_release(hot))
            turn = self._turn(hot)
            reached = yield from turn.begin(self.begin.cause)
        while isinstance(reached, Called):
            turn.call_number += 1
            outcome = _refused_here(turn) or self.machinery.calls.refusal(reached.effect, _caller(turn))
            if outcome is None:
                try:
                    draft = draft_call(
                        hot,
                        turn,
                        self._unconsumed,
                        self.epoch,
                        reached.effect,
                        self.machinery.settings.claim_s,
                        self.nonce,
                    )
                except LimitReached as error:
                    reached = yield from turn.resume(Outcome(number=9013, message=error.message))
                    continue
                result = yield from self._commit(hot, turn, draft)
                if not isinstance(result, Committed):
                    return (yield from self._refused(result))
                yield from result_of(self._unlock())
                outcome = yield from result_of(self._perform(turn, call_key(turn), reached.effect))
            reached = yield from turn.resume(outcome)
        fuel, vm_s = turn.heap.fuel_used, turn.vm_s
        result = yield from self._commit(hot, turn, draft_end(hot, turn, self._unconsumed, self.epoch, reached))
        if not isinstance(result, Committed):
            return (yield from self._refused(result))
        hot_sessions.put(hot)
        self.machinery.observer.turn_finished(hot.row.bot, perf_counter() - began_s, vm_s, fuel)
        return True

    async def _take(self) -> Hot:
        loaded, self.loaded = self.loaded, None
        hot_sessions = self.machinery.hot
        return await (hot_sessions.take(self.session_id) if loaded is None else hot_sessions.revive(loaded))

    def _turn(self, hot: Hot) -> Turn:
        parts = self.machinery
        stopped = parts.lanes.lane(self.session_id).stopped
        row = hot.row
        turn = Turn(
            parts.store, parts.workers, parts.table_files, hot.release, row, hot.heap, hot.notes, stopped,
            row.standing.owner,
        )  # fmt: skip
        turn.neighbours = parts.neighbours
        turn.grow = partial(parts.hot.budget.grow, self.session_id)
        self._running = turn
        return turn

    @property
    def nonce(self) -> str:
        """Of this run, made when it first announces a call."""
        self._nonce = self._nonce or f"{random.getrandbits(64):x}"
        return self._nonce

    @property
    def _is_end(self) -> bool:
        return self.begin is not None and isinstance(self.begin.cause, Ending)

    def _end_claimed(self, hot: Hot, turn: Turn) -> Steps[Called | Ended]:
        """End a session that is in an outside call; its claim is fenced with the first commit. If its end handlers
        run already they go on, and are not run again."""
        assert hot.claimed is not None
        assert self.begin is not None
        memory = decode_call_memory(hot.claimed.call.turn)
        turn.call_number = memory.number
        if memory.agenda is None or not memory.agenda["ends"]:
            reached = yield from turn.begin(self.begin.cause)
            return reached
        self._restore(hot, turn, memory)
        outcome = _CUT_OFF
        if hot.claimed.outcome is not None:
            outcome = yield from result_of(read_outcome(hot.claimed.outcome))
        reached = yield from turn.resume(outcome)
        return reached

    @property
    def _unconsumed(self) -> Begin | None:
        """What the next commit consumes."""
        return None if self.begun else self.begin

    async def _move_to_active_release(self, hot: Hot) -> None:
        """With no frame left a session goes on in the active release, of its bot or the one it was handed on to."""
        going_to = hot.notes.going_to
        if self.machinery.store.is_shared:
            await self.machinery.releases.refresh()
        active = self.machinery.releases.find_active(going_to or hot.release.bot)
        if active is not None and active.release_id != hot.release.release_id:
            if active.bot != hot.row.bot:
                await self.machinery.store.lend_release(active.bot, active.release_id, hot.row.bot)
            self.machinery.hot.move(hot, active)
        if going_to and active is not None:
            hot.notes = arrived(hot.notes)

    def _is_to_do(self, row: SessionRow) -> bool:
        """Whether the input is still to be given; asked before every run."""
        begin = self.begin
        if begin is None or row.state is _ENDED:
            return False
        if isinstance(begin.cause, Ending):
            return True
        if begin.input_number is not None:
            return row.consumed < begin.input_number
        if begin.accept is not None:
            if row.accepted != row.consumed:
                return False
            return not goes_on_alone(row) or (isinstance(begin.cause, UserInput) and begin.cause.is_event)
        return row.revision == begin.revision

    def _from_claim(self, hot: Hot, turn: Turn) -> Steps[Called | Ended]:
        """Go on at the outside call that was committed."""
        assert hot.claimed is not None
        call = hot.claimed.call
        memory = decode_call_memory(call.turn)
        turn.call_number = memory.number
        self._restore(hot, turn, memory)
        self.begun = True
        if hot.claimed.outcome is not None:
            outcome = yield from result_of(read_outcome(hot.claimed.outcome))
        else:
            outcome = yield from result_of(self._perform(turn, call.key, decode_effect(call.effect, call.arguments)))
        reached = yield from turn.resume(outcome)
        return reached

    def _restore(self, hot: Hot, turn: Turn, memory: CallMemory) -> None:
        """What the turn had in mind when it was in its outside call."""
        turn.fuel_counted = memory.fuel_counted
        turn.agenda = decode_agenda(memory.agenda)
        if turn.agenda.ends:
            self.machinery.lanes.lane(self.session_id).is_ending = True

    async def _perform(self, turn: Turn, key: str, effect: Effect) -> Outcome:
        assert self.epoch is not None
        lane, agenda = self.machinery.lanes.lane(self.session_id), turn.agenda
        timeout_s = agenda.calls_s if agenda.ends else None
        began_s = perf_counter()
        outcome = await self.machinery.calls.perform(
            self.session_id, self.epoch, effect, key, _caller(turn), lane, timeout_s
        )
        if agenda.ends:
            agenda.calls_s = max(0.0, agenda.calls_s - (perf_counter() - began_s))
        return outcome

    # --- commits

    def _commit(self, hot: Hot, turn: Turn, draft: Draft) -> Steps[CommitResult | None]:
        """Commit; on success everybody is told. None: nobody knows."""
        channel = hot.row.channel
        delivers = channel in self.machinery.settings.delivery_channels and draft.notes.speaks_to_user
        if draft.commit.messages and delivers:
            draft = replace(draft, commit=replace(draft.commit, deliver=True))
        commit = draft.commit
        if commit.call is not None:
            self._announced = hot.row.epoch + commit.fence + 1
        result: CommitResult
        try:
            begin = partial(self.machinery.committer.begin, commit, hurry=self._lost > 0)
            result = yield from called_back(begin)
        except StoreUnavailable:
            return None
        if not isinstance(result, Committed):
            return result
        self.begun = True
        self.machinery.hot.share(commit.new_large)
        self.epoch = None if commit.call is None else result.epoch
        hot.row, hot.notes, hot.claimed = row_after(hot.row, commit, result), draft.notes, None
        if commit.call is None and commit.state is not None:
            hot.large = frozenset(commit.state.large)
        if turn.fault is not None:
            self.machinery.observer.fault(turn.release.bot, turn.fault.number)
        if turn.taken_back is not None:
            waited_s = turn.taken_back.item.waited_s(self.machinery.store.now_s())
            self.machinery.observer.handoff_finished(hot.row.bot, turn.taken_back.outcome.value, waited_s, None)
        yield from tell(self.machinery, hot.row, draft, turn)
        if commit.openings:
            self.machinery.open_count.opened(len(commit.openings))
        if commit.sends:
            self.sent |= {send.session_id for send in commit.sends} - {self.session_id}
        if commit.deliver:
            self.machinery.pullers.wake(channel)
        if commit.call is not None:  # else the turn is over
            turn.committed(hot.row, hot.notes)
        return result

    def _refused(self, result: CommitResult | None) -> Steps[bool]:
        """What follows when a commit did not come about, or nobody knows (None). False: run again."""
        self.machinery.hot.drop(self.session_id)
        match result:
            case Known():
                hot = yield from result_of(self._load())
                yield from self._repeat(hot, result)
                return True
            case MemoryMoved():
                self._moved += 1
                self._check_attempts("memory_moved", self._moved, MEMORY_ATTEMPTS)
                yield from result_of(self._unlock())
                self._keys |= {*result.now, *result.rows, *result.users, *(("file", *file) for file in result.files)}
                self._locks = AsyncExitStack()
                for key in sorted(self._keys):
                    yield from result_of(self._locks.enter_async_context(self.machinery.memory_keys.alone(key)))
                return False
            case DeskMoved() if self.begin is not None and isinstance(self.begin.cause, UserInput | DeskOrder):
                self._lost += 1
                self._check_attempts("desk_moved", self._lost, TURN_ATTEMPTS)
                return False
            case DeskMoved():
                return True  # whoever asked for it looks again and decides anew
            case Unwritable():
                incident = self.machinery.report("commit", RuntimeError(result.what))
                raise InternalError(incident=incident)
            case _:
                self._lost += 1
                self._check_attempts("unknown" if result is None else "lost_race", self._lost, TURN_ATTEMPTS)
                return (yield from self._is_written(result))

    async def _unlock(self) -> None:
        locks, self._locks = self._locks, None
        if locks is not None:
            await locks.aclose()

    def _check_attempts(self, cause: str, attempts: int, most: int) -> None:
        self.machinery.observer.turn_rerun(cause)
        if attempts > most:
            raise StaleClaim(session_id=self.session_id)

    def _is_written(self, result: CommitResult | None) -> Steps[bool]:
        """After a lost race or a lost answer: whether the turn need not be run again after all. A store that says Lost
        has not seen the message."""
        hot = yield from result_of(self._load())
        if hot.claimed is not None and decode_call_memory(hot.claimed.call.turn).nonce == self.nonce:
            self.begun = True
            if hot.row.epoch in (self.epoch, self._announced):  # else another process has taken it over since
                self.epoch = hot.row.epoch
                return False
        begin = self.begin
        if result is None and begin is not None and begin.accept is not None:
            accept = begin.accept
            store = self.machinery.store
            known = yield from result_of(store.find_message(self.session_id, accept.message_id, accept.content))
            if known is not None:
                yield from self._repeat(hot, known)
                return True
        if self.epoch is not None and hot.row.epoch != self.epoch:
            raise ClaimLost
        return False

    async def _load(self) -> Hot:
        hot = await self.machinery.hot.load(self.session_id)
        if hot.claimed is None:
            self.machinery.hot.put(hot)
        return hot

    # --- answers without a run

    def _repeat(self, hot: Hot, known: Known) -> Steps[None]:
        if self.begin is not None and self.begin.message_id is not None:
            yield from self.machinery.replies.repeat(self.session_id, self.begin.message_id, known, hot.notes)

    def _answer_done(self, hot: Hot) -> Steps[None]:
        """The input was given by a commit whose answer was lost, or by somebody else, or can be given no more."""
        begin, row = self.begin, hot.row
        if self._lost:
            yield from self.machinery.replies.look_up(self.session_id, hot.notes)
        if begin is None or begin.message_id is None:
            return
        content = begin.accept.content if begin.accept is not None else None
        known = yield from result_of(self.machinery.store.find_message(self.session_id, begin.message_id, content))
        if known is not None and (row.state is SessionState.OPEN or known.reply is not None):
            yield from self._repeat(hot, known)
        elif row.state is SessionState.ENDED:
            self.machinery.replies.fail(self.session_id, begin.message_id, ended_error(row))
        elif begin.accept is not None:
            raise WayBlocked


def _refused_here(turn: Turn) -> Outcome | None:
    """A loop around a call is bounded by its steps, but a call costs the database more than a step."""
    if turn.notes.stubbed:
        return _STUB
    if turn.call_number <= TURN_CALLS:
        return None
    return Outcome(number=9013, message=f"one turn makes at most {TURN_CALLS} calls to the outside")


def _caller(turn: Turn) -> Caller:
    return Caller(turn.release.bot, turn.release.config)


def goes_on_alone(row: SessionRow) -> bool:
    """Whether the script is about to go on by itself, and takes no message before."""
    activity = row.standing.activity
    # Handed over without the desk: the state was restored or branched from, see `handoffs.without_desk`.
    return activity is _WAITING_TIMER or (activity is _HANDED_OVER and row.standing.owner is Owner.BOT)


class WayBlocked(Exception):
    """The message cannot take the short way any more: something else came first."""


def tell(machinery: Machinery, row: SessionRow, draft: Draft, turn: Turn | None = None) -> Steps[None]:
    """A commit was made, `row` is what it left: tell callers and watchers."""
    commit, session_id = draft.commit, row.session_id
    machinery.journal.write(row, commit.messages, turn)
    replies = machinery.replies
    for message_id, reply in draft.final.items():
        yield from replies.settle(session_id, message_id, reply, commit.messages)
    for message_id, open_reply in draft.notes.open_replies.items():
        yield from replies.progress(session_id, message_id, open_reply, commit.messages)
    machinery.signals.tell(session_id)
    machinery.watches.publish(row, commit.messages, turn.fault if turn is not None else None)
    if commit.desk is not None or commit.is_told_at_desk or row.state is _ENDED:
        machinery.desk_watches.wake()
    elif row.standing.owner is _AGENT:
        handoff = draft.notes.handoff
        machinery.desk_watches.wake(None if handoff is None else handoff.agent_id)
    if row.state is _ENDED:
        replies.fail_session(session_id, ended_error(row))


def ended_error(row: SessionRow) -> BotserverError:
    return SessionEnded(session_id=row.session_id, end_reason=row.end_reason or "")
