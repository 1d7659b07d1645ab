"""What a turn commits, made of what it collected, and the session's row after that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

from ..errors import LimitReached
from ..ids import MessageId
from ..immutable import changed, dataclass
from ..limits import REPLY_CHARS, SERVICE_ARGUMENT_BYTES, SHORT_WAIT_S
from ..model import Activity, Owner, Role, SessionState, TurnUsage
from ..store.abc import (
    Acceptance,
    Committed,
    PendingCall,
    Request,
    SessionRow,
    Standing,
    State,
    TurnCommit,
)
from ..store.analytics import AnalyticsEvent
from ..vm.effects import Effect
from .bot_notes import NONE, OtherBots
from .causes import Ending, Started
from .hot import Hot
from .records import CallMemory, FinalReply, Notes, OpenReply, UserInput, decode_notes, encode_arguments, encode_waiting
from .turn import Cause, Turn
from .turn_ends import Ended
from .values import encode_value

_SPEAKERS = (Role.BOT, Role.AGENT)
_RUNNING, _WAITING_TIMER, _ENDED, _BOT = Activity.RUNNING, Activity.WAITING_TIMER, Activity.ENDED, Owner.BOT
_NO_REPLY = OpenReply()


@dataclass(frozen=True, slots=True)
class Begin:
    """What begins a turn. `input_number` if it was stored, `accept` if it takes the short way, else `revision`: of the
    turn that set the timer, or of what somebody at the desk saw. `request` is the id of the RPC that asked for it."""

    cause: Cause
    message_id: MessageId | None = None
    input_number: int | None = None
    accept: Acceptance | None = None
    revision: int | None = None
    request: Request[SessionRow] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be made, and what is told when it was."""

    commit: TurnCommit
    notes: Notes
    final: Mapping[MessageId, FinalReply]


def call_key(turn: Turn) -> str:
    """The idempotency key of the turn's next outside call: `session/turn/call`."""
    return f"{turn.session_id}/{turn.number}/{turn.call_number}"


def draft_call(
    hot: Hot, turn: Turn, begin: Begin | None, epoch: int | None, effect: Effect, claim_s: float, nonce: str
) -> Draft:
    """The commit point before an outside call. Raises LimitReached if the arguments are too large to keep."""
    arguments = encode_arguments(effect)
    if len(arguments) > SERVICE_ARGUMENT_BYTES:
        raise LimitReached(
            "CALL_SIZE",
            limit="arguments of a call",
            maximum=SERVICE_ARGUMENT_BYTES,
            unit="bytes",
            current=len(arguments),
        )
    memory = CallMemory(turn.call_number, turn.heap.fuel_used, nonce, turn.agenda.encoded())
    pending = PendingCall(call_key(turn), effect.number, arguments, memory.encoded())
    return _draft(hot, turn, begin, epoch, None, pending, claim_s)


def draft_end(hot: Hot, turn: Turn, begin: Begin | None, epoch: int | None, ended: Ended) -> Draft:
    """The commit at the end of a turn."""
    return _draft(hot, turn, begin, epoch, ended, None, 0.0)


def _draft(
    hot: Hot,
    turn: Turn,
    begin: Begin | None,
    epoch: int | None,
    ended: Ended | None,
    call: PendingCall | None,
    claim_s: float,
) -> Draft:
    """`begin` is what this commit consumes, None if an earlier one of the turn did."""
    heap, row, notes = turn.heap, turn.row, turn.notes
    if ended is not None and ended.activity is _ENDED:
        heap.discard_sub_sessions()
    snapshot, memory_bytes, fuel_used = heap.encode(hot.large), heap.memory().used, heap.fuel_used
    fuel, now_s = fuel_used - turn.fuel_counted, turn.store.now_s()
    usage = TurnUsage(fuel, memory_bytes, _ms(turn.vm_s), _ms(perf_counter() - turn.began_s))
    open_replies = _grown(hot, turn, begin, usage)
    final: dict[MessageId, FinalReply] = {}
    waiting_for = timer_in_s = None
    waiting_text = ""
    if ended is not None:
        final, open_replies = _finish(open_replies, row.revision + 1, ended, notes.resumed_by)
        waiting_for, timer_in_s = ended.waiting_for, ended.timer_in_s
        waiting_text = encode_waiting(waiting_for)
    notes = changed(
        notes,
        wait_s=timer_in_s,
        fuel_last_turn=fuel_used,
        open_replies=open_replies,
        active_at=now_s if turn.messages else notes.active_at,
    )
    by_user = begin is not None and isinstance(begin.cause, (Started, UserInput)) and not _is_event(begin.cause)
    commit = TurnCommit(
        session_id=row.session_id,
        expected_revision=row.revision,
        standing=Standing(
            release=hot.release.release_id,
            activity=_RUNNING if ended is None else ended.activity,
            waiting_for=waiting_text,
            memory_bytes=memory_bytes,
            owner=turn.owner,
            extra=notes.encoded(),
        ),
        state=State(snapshot.root, snapshot.digests),
        new_large=snapshot.large,
        expected_epoch=epoch,
        fence=begin is not None and isinstance(begin.cause, Ending),
        accept=begin.accept if begin else None,
        consumed=begin.input_number if begin else None,
        messages=tuple(turn.messages),
        desk=turn.desk,
        request=begin.request if begin else None,
        replies={message_id: reply.encoded(waiting_for, waiting_text) for message_id, reply in final.items()},
        fuel=fuel,
        timer_in_s=None if ended is None else next_timer_s(ended, turn.notes, turn.owner, now_s),
        touch=by_user,
        call=call,
        claim_s=claim_s,
        end_reason=ended.end_reason if ended else None,
    )
    if not notes.stubbed:  # else nothing its scripts staged leaves the session
        if turn.analytics:
            events = [AnalyticsEvent(each.kind, each.name, encode_value(each.value), now_s) for each in turn.analytics]
            commit = replace(commit, analytics=tuple(events))
        if turn.staging is not None:
            commit = turn.staging.written_with(commit)
            if turn.release.bot != turn.row.bot:
                commit = replace(commit, bot=turn.release.bot)
    return Draft(commit, notes, final)


def _ms(span_s: float) -> float:
    """To the microsecond, as replies keep it."""
    return int(span_s * 1e6) / 1e3


def _is_event(cause: Cause) -> bool:
    return isinstance(cause, UserInput) and cause.is_event


def _grown(hot: Hot, turn: Turn, begin: Begin | None, usage: TurnUsage) -> dict[MessageId, OpenReply]:
    """All replies under way, with what this commit adds to them."""
    open_replies = dict(hot.notes.open_replies)
    if begin is not None and begin.message_id is not None:
        reply = open_replies.get(begin.message_id, _NO_REPLY)
        if isinstance(begin.cause, UserInput) and begin.cause.opening and not hot.notes.heard and hot.row.last_seq:
            reply = OpenReply(first_seq=hot.row.first_seq, last_seq=hot.row.last_seq)
        open_replies[begin.message_id] = reply
    first_seq = last_seq = chars = 0
    for message in turn.messages:
        if message.role in _SPEAKERS:
            first_seq, last_seq = first_seq or message.seq, message.seq
            chars += len(message.text)
    for message_id, reply in open_replies.items():
        open_replies[message_id] = reply.grown(first_seq, last_seq, chars, turn.fault, usage)
    return open_replies


def _finish(
    open_replies: Mapping[MessageId, OpenReply], revision: int, ended: Ended, resumed_by: MessageId | None
) -> tuple[dict[MessageId, FinalReply], dict[MessageId, OpenReply]]:
    """The replies that are final at the end of this turn, and those that go on. A message the session resumed for has
    its own turn still to come."""
    final: dict[MessageId, FinalReply] = {}
    going_on: dict[MessageId, OpenReply] = {}
    for message_id, reply in open_replies.items():
        if message_id == resumed_by and ended.end_reason is None:
            going_on[message_id] = reply
            continue
        record = reply.record(ended.activity, revision, ended.waiting_for, ended.end_reason)
        # A script that talks on and on between short WAITs must not make one reply of everything.
        if is_settled(ended) or reply.chars > REPLY_CHARS:
            final[message_id] = FinalReply(reply.turn or record, record)
        else:
            going_on[message_id] = replace(reply, turn=reply.turn or record)
    return final, going_on


def is_settled(ended: Ended) -> bool:
    """Whether a turn that ended so ends the wait of SendMessage."""
    if ended.activity is _WAITING_TIMER:
        return (ended.timer_in_s or 0.0) > SHORT_WAIT_S
    return ended.activity is not _RUNNING


def next_timer_s(ended: Ended, notes: Notes, owner: Owner, now_s: float) -> float | None:
    """Until the script goes on by itself, or what it scheduled is due; that waits while somebody else owns it."""
    if not notes.schedules or owner is not _BOT or ended.end_reason is not None:
        return ended.timer_in_s
    due_s = max(0.0, min(notes.schedules.values()) - now_s)
    return due_s if ended.timer_in_s is None else min(due_s, ended.timer_in_s)


def draft_change(
    row: SessionRow, ended: Ended, commit: TurnCommit, kept: Notes | None = None, now_s: float = 0.0
) -> Draft:
    """A change that runs no script, such as an end or a restore: it fences whatever runs elsewhere, and replies under
    way are final with it. `commit` says what changes; standing and replies are filled in. `kept` are the notes
    beside the state it goes back to: their bots, and what SCHEDULE IN left to do from `now_s` on."""
    before, final = decode_notes(row.standing.extra), {}
    for message_id, reply in before.open_replies.items():
        record = reply.record(ended.activity, row.revision + 1, ended.waiting_for, ended.end_reason)
        final[message_id] = FinalReply(reply.turn or record, record)
    notes = replace(before, open_replies={}, wait_s=ended.timer_in_s, handoff=None, bots=_bots_after(before, kept))
    notes = replace(notes, schedules={} if kept is None else kept.schedules)
    standing = replace(
        commit.standing,
        owner=Owner.BOT,
        activity=ended.activity,
        waiting_for=encode_waiting(ended.waiting_for),
        extra=notes.encoded(),
    )
    filled = replace(
        commit,
        standing=standing,
        fence=True,
        timer_in_s=next_timer_s(ended, notes, Owner.BOT, now_s),
        end_reason=ended.end_reason,
        replies={message_id: reply.encoded() for message_id, reply in final.items()},
    )
    return Draft(filled, notes, final)


def _bots_after(before: Notes, kept: Notes | None) -> OtherBots | None:
    """Who takes part and what its script asked are of the state it goes back to; for whom it works is its own. What it
    was asked is asked no more, and it goes to no other bot."""
    own, of_state = before.bots, None if kept is None else kept.bots
    if own is None and of_state is None:
        return None
    own, of_state = own or NONE, of_state or NONE
    return replace(of_state, works_for=own.works_for, works_for_bot=own.works_for_bot, asked=None, going_to="")


def row_after(row: SessionRow, commit: TurnCommit, done: Committed) -> SessionRow:
    """The row as the commit left it."""
    ended = commit.end_reason is not None
    consumed = row.consumed if commit.consumed is None else commit.consumed
    if ended:
        consumed = done.accepted
    elif commit.accept is not None:
        consumed = row.accepted + 1
    return changed(
        row,
        state=SessionState.ENDED if ended else row.state,
        standing=commit.standing,
        revision=done.revision,
        epoch=done.epoch,
        accepted=done.accepted,
        consumed=consumed,
        last_seq=row.last_seq + len(commit.messages),
        message_count=row.message_count + len(commit.messages),
        fuel_total=row.fuel_total + commit.fuel,
        updated_at=done.updated_at,
        expires_at=done.expires_at,
        ended_at=done.updated_at if ended else row.ended_at,
        end_reason=commit.end_reason if ended else row.end_reason,
        timer_at=done.timer_at,
        claim_expires_at=None if commit.call is None else done.updated_at + commit.claim_s,
    )
