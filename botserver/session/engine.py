"""What lanes run: messages, inputs that wait, timers, dead claims. Each becomes a turn or waits for one.

A lone message takes the short way: its turn accepts and consumes it in one commit. A message that finds the session in
the middle of something is stored under the next number and its callers wait; what ends that something begins it.
All steps here run in the session's lane, so at most one turn of a session is under way in this process.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import perf_counter

from ..errors import BotserverError, StoreUnavailable
from ..ids import Digest, MessageId, SessionId
from ..model import Activity, OutsideKind, Owner, SessionState
from ..store.abc import START_MESSAGE_ID, Acceptance, Committed, Input, Known, SessionRow
from .attempts import Machinery, TurnRun, WayBlocked, ended_error, goes_on_alone
from .causes import Fired, Resumed, Started
from .commits import Begin
from .hot import Hot
from .plain import Plain
from .plain import load as load_plain
from .records import (
    INPUT_ANSWER,
    INPUT_DESK,
    INPUT_EVENT,
    INPUT_MESSAGE,
    INPUT_SENT,
    INPUT_SET,
    INPUT_START,
    Sent,
    UserInput,
    decode_answer,
    decode_input,
    decode_notes,
    decode_order,
    decode_sent,
    decode_set,
    decode_start,
)
from .steps import Steps, result_of, taken
from .turn import RESUME_SCRIPT, Begun
from .turn_ends import TurnStopped
from .values import from_json

_ENDED, _IDLE = SessionState.ENDED, Activity.IDLE
_ADDED = (INPUT_SENT, INPUT_EVENT, INPUT_SET, INPUT_DESK, INPUT_ANSWER)
"""Inputs that are only added to a session, whatever its script waits for."""


class Engine:
    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self._plain = load_plain()
        self._open_turns = 0

    def take_message(self, session_id: SessionId, user_input: UserInput, content: Digest) -> Steps[None]:
        """Give a message to the session now, or store it if it must wait. Its callers hear of it through `Replies`.

        One that an ended session answered is answered again. Raises SessionNotFound, SessionEnded, LimitReached.
        """
        message_id = user_input.incoming.message_id
        while True:
            hot = self._machinery.hot.peek(session_id)
            if hot is None:
                hot = yield from result_of(self._machinery.hot.look(session_id))
            row = hot.row
            begin = Begin(user_input, message_id, accept=Acceptance(message_id, content))
            if self._plain is not None and self._plain.is_plain(hot, user_input):
                run = yield from self._answer_plainly(self._plain, session_id, begin)
                if run is None:
                    return
            elif row.state is _ENDED:
                yield from self._answer_ended(row, user_input, content)
                return
            elif _must_wait(row, user_input) or (self._resumes(hot) and _may_resume(user_input)):
                break
            else:
                run = TurnRun(self._machinery, session_id, begin)
            try:
                yield from self.run(run)
            except WayBlocked:
                continue
            return
        known = yield from result_of(self.store_message(session_id, user_input, content))
        if known is not None:
            hot = yield from result_of(self._machinery.hot.look(session_id))
            yield from self._machinery.replies.repeat(session_id, message_id, known, hot.notes)
        yield from self.work_off(session_id)

    def _answer_plainly(self, plain: Plain, session_id: SessionId, begin: Begin) -> Steps[TurnRun | None]:
        """The whole of a plain turn: None. Of one that turns out to be none, or was not committed, what is left."""
        machinery, accept = self._machinery, begin.accept
        assert accept is not None
        self._open_turns += 1
        machinery.observer.turn_began(self._open_turns, machinery.lanes.waiting)
        try:
            is_stopped = machinery.lanes.lane(session_id).stopped.is_set
            hot = None if is_stopped else machinery.hot.take_cached(session_id)
            if hot is None:
                return TurnRun(machinery, session_id, begin)
            delivers = hot.row.channel in machinery.settings.delivery_channels
            grow = partial(machinery.hot.budget.grow, session_id)
            turn = plain.answer(hot, begin, machinery.store.now_s, grow, delivers)
            if isinstance(turn, Begun):
                return TurnRun(machinery, session_id, begin, begun_as=(hot, turn))
            commit = turn.commit
            try:
                result = yield partial(machinery.committer.begin, commit)
            except StoreUnavailable:
                result = None
            if not isinstance(result, Committed):
                return TurnRun(machinery, session_id, begin, refused=(result,))
            machinery.hot.share(commit.new_large)
            hot = turn.committed(result)
            machinery.journal.write(hot.row, commit.messages, turn)
            machinery.replies.give(session_id, accept.message_id, turn.reply)
            machinery.signals.tell(session_id)
            machinery.watches.publish(hot.row, commit.messages)
            if commit.deliver:
                machinery.pullers.wake(hot.row.channel)
            machinery.hot.put(hot)
            machinery.observer.turn_finished(hot.row.bot, perf_counter() - turn.began_s, turn.vm_s, commit.fuel)
        except BaseException:
            machinery.hot.drop(session_id)
            raise
        finally:
            machinery.hot.budget.give_back(session_id)
            self._open_turns -= 1
            machinery.observer.turn_over(self._open_turns)
        if hot.row.accepted > hot.row.consumed:
            machinery.lanes.submit(session_id, lambda: self.work_off(session_id), first=True)
        return None

    async def look_up(self, session_id: SessionId, message_id: MessageId) -> None:
        """Give those who wait for a reply what is known of it. Reads what is committed; runs outside the lane."""
        known = await self._machinery.store.find_message(session_id, message_id)
        row = await self._machinery.store.find_session(session_id)
        if known is not None and row is not None:
            notes = decode_notes(row.standing.extra)
            await taken(self._machinery.replies.repeat(session_id, message_id, known, notes))

    async def store_message(self, session_id: SessionId, user_input: UserInput, content: Digest) -> Known | None:
        """Accept a message without giving it to the session; what is known of its id if it was seen before. May run
        outside the lane."""
        message_id = user_input.incoming.message_id
        kind = INPUT_EVENT if user_input.is_event else INPUT_MESSAGE
        return await self._accept(session_id, kind, message_id, content, user_input.encoded())

    async def store_sent(
        self, session_id: SessionId, message_id: MessageId, sent: Sent, content: Digest
    ) -> Known | None:
        """As `store_message`, for a message of the bot from outside its script."""
        return await self._accept(session_id, INPUT_SENT, message_id, content, sent.encoded())

    async def _accept(
        self, session_id: SessionId, kind: str, message_id: MessageId, content: Digest, payload: bytes
    ) -> Known | None:
        result = await self._machinery.store.accept_input(session_id, kind, message_id, content, payload)
        if isinstance(result, Known):
            return result
        hot = self._machinery.hot.peek(session_id)
        if hot is not None:
            hot.row = replace(hot.row, accepted=max(result, hot.row.accepted))
        return None

    def work_off(self, session_id: SessionId) -> Steps[None]:
        """Begin the inputs that wait, as long as the session can take one. One that can be taken now overtakes those
        that cannot."""
        tried: tuple[int, int, int] | None = None
        while True:
            hot = yield from result_of(self._machinery.hot.refresh(session_id))
            row, inputs = hot.row, hot.inputs
            if hot.claimed is None:
                self._machinery.hot.put(hot)
            first = next((each for each in inputs if _can_take(row, each)), None)
            if hot.notes.going_to and row.claim_expires_at is None:  # it begins with the start of that bot
                first = next((each for each in inputs if each.kind == INPUT_START and _can_take(row, each)), first)
            if first is None or row.state is SessionState.ENDED:
                return
            if first is not inputs[0]:
                advancing = self._machinery.store.advance_input(session_id, first.message_id, row.revision)
                yield from result_of(advancing)
                continue
            trying = (first.number, row.revision, row.epoch)
            if trying == tried:
                return  # a run that changed nothing would change nothing again; the input stays due
            tried, begin = trying, _begin_of(first)
            if isinstance(begin.cause, UserInput) and _may_resume(begin.cause) and self._resumes(hot):
                begin = Begin(Resumed(first.message_id), first.message_id, revision=row.revision)
            if not (yield from self._run(TurnRun(self._machinery, session_id, begin))):
                return  # whoever stopped it is next in the lane

    def _resumes(self, hot: Hot) -> bool:
        """Whether a message now brings the user back after a while, so that `resume.bas` runs before it."""
        standing, active_at = hot.row.standing, hot.notes.active_at
        if standing.activity is not _IDLE or hot.claimed is not None or standing.owner is not Owner.BOT:
            return False
        release = self._machinery.releases.find_active(hot.release.bot) or hot.release
        after_s = release.config.limits.resume_after_s
        is_back = bool(active_at) and self._machinery.store.now_s() - active_at > after_s
        return is_back and release.has_script(RESUME_SCRIPT)

    def start(self, row: SessionRow, payload: bytes) -> Steps[None]:
        """Run the first turn of a session that was just opened."""
        first = _begin_of(Input(1, INPUT_START, START_MESSAGE_ID, payload))
        yield from self.run(TurnRun(self._machinery, row.session_id, first))

    def fire_timer(self, session_id: SessionId) -> Steps[None]:
        """A HEAR or WAIT is over, if the timer that was due is still the session's."""
        row = (yield from result_of(self._machinery.hot.look(session_id))).row
        if not self._is_due(row):  # as it was here; another server may have run a turn since
            hot = yield from result_of(self._machinery.hot.refresh(session_id))
            row = hot.row
            if hot.claimed is None:
                self._machinery.hot.put(hot)
        if self._is_due(row) and row.state is SessionState.OPEN and row.claim_expires_at is None:
            yield from self.run(TurnRun(self._machinery, session_id, Begin(Fired(), revision=row.revision)))

    def _is_due(self, row: SessionRow) -> bool:
        return row.timer_at is not None and row.timer_at <= self._machinery.store.now_s()

    def rescue(self, session_id: SessionId) -> Steps[None]:
        """Take over a call whose process died."""
        taking = self._machinery.store.take_claim(session_id, self._machinery.settings.claim_s)
        loaded = yield from result_of(taking)
        if loaded is not None:
            self._machinery.observer.claim_rescued()
            self._machinery.hot.drop(session_id)
            yield from self.run(TurnRun(self._machinery, session_id, None, loaded))

    def run(self, run: TurnRun) -> Steps[bool]:
        """Run a turn; then see to the inputs that came meanwhile. False: it was stopped."""
        if not (yield from self._run(run)):
            return False
        hot = self._machinery.hot.peek(run.session_id)
        if hot is None or (hot.row.accepted > hot.row.consumed and hot.row.state is SessionState.OPEN):
            self._machinery.lanes.submit(run.session_id, lambda: self.work_off(run.session_id), first=True)
        return True

    def _run(self, run: TurnRun) -> Steps[bool]:
        """Run a turn; then wake the sessions it left something for. False: it was stopped."""
        machinery = self._machinery
        self._open_turns += 1
        machinery.observer.turn_began(self._open_turns, machinery.lanes.waiting)
        try:
            yield from run.run()
        except TurnStopped:
            lane = self._machinery.lanes.lane(run.session_id)
            self._fail_short_way(run, lane.reason)
            return False
        finally:
            self._open_turns -= 1
            machinery.observer.turn_over(self._open_turns)
        self.wake(run.sent)
        return True

    def wake(self, session_ids: Iterable[SessionId]) -> None:
        """Let sessions that something was left for take it soon."""
        for session_id in session_ids:
            with suppress(BotserverError):  # where too much waits already it does without: the input is due
                self._machinery.lanes.submit(session_id, partial(self.work_off, session_id))

    def _fail_short_way(self, run: TurnRun, error: BotserverError) -> None:
        """A message that was not even accepted has no other end than this error."""
        begin = run.begin
        if begin is not None and begin.accept is not None and not run.begun:
            self._machinery.replies.fail(run.session_id, begin.accept.message_id, error)

    def _answer_ended(self, row: SessionRow, user_input: UserInput, content: Digest) -> Steps[None]:
        message_id = user_input.incoming.message_id
        known = yield from result_of(self._machinery.store.find_message(row.session_id, message_id, content))
        if known is None or (known.reply is None and known.repeat == "pending"):
            raise ended_error(row)
        hot = yield from result_of(self._machinery.hot.look(row.session_id))
        yield from self._machinery.replies.repeat(row.session_id, message_id, known, hot.notes)


def _is_occupied(row: SessionRow) -> bool:
    """In the middle of a WAIT or an outside call, or about to go on."""
    return goes_on_alone(row) or row.claim_expires_at is not None


def _can_take(row: SessionRow, stored: Input) -> bool:
    if stored.kind == INPUT_START and row.standing.owner is not Owner.BOT:  # no bot speaks at the desk
        return False
    return row.claim_expires_at is None if stored.kind in _ADDED else not _is_occupied(row)


def _must_wait(row: SessionRow, user_input: UserInput) -> bool:
    if row.accepted > row.consumed:
        return True
    return row.claim_expires_at is not None if user_input.is_event else _is_occupied(row)


def _may_resume(user_input: UserInput) -> bool:
    """Whether it says that the user is there."""
    event = user_input.incoming.event
    return user_input.asked_by is None and (event is None or event.kind is OutsideKind.CONNECT)


def _begin_of(stored: Input) -> Begin:
    """The turn that a stored input begins."""
    if stored.kind == INPUT_START:
        parameters, last_interaction, script = decode_start(stored.payload)
        values = {name.lower(): from_json(value) for name, value in parameters.items()}
        return Begin(Started(values, last_interaction, script), stored.message_id, stored.number)
    if stored.kind == INPUT_SENT:
        return Begin(decode_sent(stored.payload), stored.message_id, stored.number)
    if stored.kind == INPUT_SET:
        return Begin(decode_set(stored.payload), stored.message_id, stored.number)
    if stored.kind == INPUT_DESK:
        return Begin(decode_order(stored.payload), stored.message_id, stored.number)
    if stored.kind == INPUT_ANSWER:
        return Begin(decode_answer(stored.payload), stored.message_id, stored.number)
    return Begin(decode_input(stored.message_id, stored.payload), stored.message_id, stored.number)
