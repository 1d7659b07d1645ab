"""What a turn has to do with the desk: a script that hands its session over, and what agents do to a session.

A session that was transferred in a turn is the desk's from that turn's end on; `concluded` makes it so. What happens to
it there runs no script, until it comes back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from ..desk import Demand, HandoffOutcome, ItemState
from ..errors import ScriptError, SessionNotAssigned
from ..ids import MessageId
from ..limits import EVENT_BYTES, HANDOFF_TEXT_CHARS, HANDOFF_TRANSCRIPT
from ..model import Activity, Fault, Owner, Role, SuggestionView
from ..store.abc import SessionRow, Store
from ..store.desk import Assign, Close, DeskWrite, Requeue
from ..vm.effects import Effect, Suggestion
from ..vm.formats import display
from ..vm.machine import Heap
from ..vm.values import HostValue
from .agenda import Agenda
from .choices import views_of
from .handling import awaits_event, happened
from .handoffs import (
    RETURNED_EVENT,
    AgentSaid,
    GivenOn,
    HandedBack,
    HandedOver,
    Joined,
    enqueue,
    find_demand,
    held_waiting,
    hold,
    outcome_value,
    transcript,
    waiting_for_agent,
)
from .performers.desk import URGENT, Desk, already_transferred, nobody_told
from .performers.orders import SUPERVISOR, Orders
from .records import DeskOrder, Handoff, Notes
from .releases import LoadedRelease
from .states import shown_text
from .turn_ends import Ended
from .values import clean_text

NOBODY_THERE = "a run by the clock has no user"


CHOICES, MESSAGE = "choices", "message"
"""What a user is offered where nobody is there: to choose, or to write the message they leave."""


class Attended(Protocol):
    """What a turn gives to that."""

    store: Store
    release: LoadedRelease
    row: SessionRow
    heap: Heap
    notes: Notes
    agenda: Agenda
    fault: Fault | None
    handler_faults: list[tuple[str, Fault]]
    owner: Owner
    desk: DeskWrite | None
    taken_back: HandedBack | None

    def say(self, text: str, suggestions: tuple[Suggestion, ...] = (), address: str = "", image: str = "") -> None: ...
    def add(
        self,
        role: Role,
        text: str,
        suggestions: tuple[SuggestionView, ...] = (),
        message_id: MessageId | None = None,
        author: str = "",
        address: str = "",
        image: str = "",
    ) -> None: ...
    def give(self, value: HostValue) -> None: ...
    def as_it_stood(self) -> Ended: ...


# --- what scripts ask for


def desk_effects(turn: Attended, orders: Orders) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
    """By the name of the effect."""
    return {
        "agent_available": partial(available_agent, turn),
        "transfer": partial(transfer, turn),
        "transfer_to_human": partial(transfer_to_human, turn),
        "session_escalate": partial(escalate, turn, orders),
    }


async def available_agent(turn: Attended, arguments: tuple[HostValue, ...]) -> HostValue:
    return await _desk(turn).available()


async def transfer_to_human(turn: Attended, arguments: tuple[HostValue, ...]) -> HostValue:
    _check_transfer(turn)
    handoff, told = await _desk(turn).to_human(arguments)
    if turn.notes.stubbed:
        return nobody_told()
    if handoff is not None:
        turn.notes = replace(turn.notes, handoff=handoff)
    return told


async def transfer(turn: Attended, arguments: tuple[HostValue, ...]) -> HostValue:
    _check_transfer(turn)
    return _leave(turn, await _desk(turn).handoff(arguments, is_awaited=False))


async def escalate(turn: Attended, orders: Orders, arguments: tuple[HostValue, ...]) -> HostValue:
    """The session itself goes to the supervisors when the turn ends, another one once it has taken the order."""
    reason = clean_text(shown_text(arguments[1]))[:HANDOFF_TEXT_CHARS] if len(arguments) > 1 else ""
    wanted = display(arguments[0]).strip().lower() if arguments else turn.row.session_id
    if wanted not in (turn.row.session_id, turn.heap.address()):
        return await orders.escalate(wanted, turn.release.config, reason)
    _check_transfer(turn)
    handoff = await _desk(turn).handoff((SUPERVISOR, None), is_awaited=False)
    return _leave(turn, handoff and replace(handoff, priority=URGENT, reason=reason))


def _leave(turn: Attended, handoff: Handoff | None) -> HostValue:
    if handoff is None or turn.notes.stubbed:  # the queue is full: the bot keeps the session, and says so
        turn.say(clean_text(turn.release.config.no_agent_message), turn.heap.options())
        happened(turn, RETURNED_EVENT, {**outcome_value(HandoffOutcome.NO_AGENT, None, "", 0.0), "messages": []})
    else:
        turn.notes = replace(turn.notes, handoff=handoff)
    return None


async def transfer_and_wait(turn: Attended, effect: Effect) -> Ended | None:
    """None: nobody is there, or it cannot be; the script goes on with that."""
    try:
        _check_transfer(turn)
        handoff = await _desk(turn).handoff(effect.arguments, is_awaited=True)
    except ScriptError as error:
        turn.heap.resume_error(error.number, error.what)
        return None
    if handoff is None or turn.notes.stubbed or not await _desk(turn).is_attended(handoff):
        turn.give(outcome_value(HandoffOutcome.NO_AGENT, None, "", 0.0))
        return None
    turn.notes = replace(turn.notes, handoff=handoff)
    return handed_over(turn)


def _check_transfer(turn: Attended) -> None:
    if turn.notes.unattended:
        raise ScriptError(5003, NOBODY_THERE)
    if turn.notes.works_for:
        raise ScriptError(5003, "a session that works for another bot is handed to nobody")
    if turn.notes.going_to:
        raise ScriptError(5003, "the conversation goes to another bot and is handed to nobody")
    if turn.agenda.ends:
        raise ScriptError(5003, "the session ends and is handed to nobody")
    if turn.notes.handoff is not None:
        raise already_transferred()


def _desk(turn: Attended) -> Desk:
    return Desk(turn.store, turn.row, turn.release.config)


# --- what the desk does


def at_desk(turn: Attended, cause: HandedOver | Joined | GivenOn | AgentSaid) -> Ended:
    """What happens to the session at the desk, or to bring it there, runs no script."""
    if isinstance(cause, HandedOver):
        turn.notes = replace(turn.notes, handoff=cause.handoff)
        return turn.as_it_stood()
    handoff = turn.notes.handoff
    assert handoff is not None
    match cause:
        case Joined(item, agent_id, name):
            turn.owner, turn.desk = Owner.AGENT, Assign(item.item_id, item.version, agent_id)
            turn.notes = replace(turn.notes, handoff=replace(handoff, agent_id=agent_id, agent_name=name, offered=""))
        case GivenOn(item, demand):
            requeue = Requeue(item.item_id, item.version, demand, cause.priority, cause.reason)
            turn.owner, turn.desk = Owner.QUEUE, requeue
            wanted = None if demand is None else demand.agent_id
            turn.notes = replace(turn.notes, handoff=replace(handoff, agent_id=wanted, agent_name=""))
        case AgentSaid(agent_id, message_id, text):
            if turn.owner is not Owner.AGENT or handoff.agent_id != agent_id:
                raise SessionNotAssigned(session_id=turn.row.session_id, agent_id=agent_id)
            turn.add(
                Role.AGENT,
                clean_text(text),
                message_id=message_id,
                author=handoff.agent_name,
                address=turn.heap.address(),
            )
    return handed_over(turn)


async def come_back(turn: Attended, cause: HandedBack) -> Ended | None:
    """The session is its bot's again. None: its script waited for that and goes on."""
    handoff, item = turn.notes.handoff, cause.item
    assert handoff is not None
    turn.owner = Owner.BOT
    turn.desk = Close(item.item_id, item.version, cause.outcome, cause.note)
    turn.notes = replace(turn.notes, handoff=None)
    now_s = turn.store.now_s()
    had = item.agent_id if item.assigned_at is not None else None
    outcome = outcome_value(cause.outcome, had, clean_text(cause.note), item.waited_s(now_s))
    if handoff.is_awaited:
        turn.give(outcome)
        return None
    if cause.outcome in (HandoffOutcome.TIMEOUT, HandoffOutcome.NO_AGENT):
        turn.say(clean_text(turn.release.config.no_agent_message), turn.heap.options())
    waiting = held_waiting(handoff, now_s)
    if awaits_event(turn, RETURNED_EVENT, waiting):
        said = await turn.store.list_messages(
            turn.row.session_id, HANDOFF_TRANSCRIPT, item.requested_seq, newest_first=True, max_chars=EVENT_BYTES
        )
        happened(turn, RETURNED_EVENT, {**outcome, "messages": transcript(said, turn.release.config)})
    return Ended(handoff.activity, waiting, handoff.timer_left_s)


async def ordered(turn: Attended, order: DeskOrder) -> GivenOn | HandedBack | HandedOver | None:
    """What becomes of a script's order; None: nothing, because it is so already or no longer can be."""
    item = await turn.store.find_item(turn.row.session_id)
    if (item is None) is not (turn.notes.handoff is None):
        return None  # the session has moved on: the turn will not commit, but begin again
    if not order.agent_id:
        return None if item is None else HandedBack(item, HandoffOutcome.RESOLVED, order.note)
    demand = Demand(agent_id=order.agent_id)
    if order.priority is not None:
        try:
            demand = await find_demand(turn.store, turn.row, turn.release.config, order.agent_id)
        except ScriptError:  # in the session's release, or by now, the name means nobody
            return None
    if item is None:
        is_restored = turn.row.standing.activity is Activity.HANDED_OVER  # and goes on at once
        if is_restored or turn.notes.unattended or turn.notes.stubbed or turn.notes.works_for:
            return None
        try:
            handoff = await _desk(turn).handoff((order.agent_id, None), is_awaited=False)
        except ScriptError:  # the agent is no longer known
            return None
        if handoff is None:
            return None
        if order.priority is not None:
            handoff = replace(handoff, priority=order.priority, reason=order.note)
        return HandedOver(handoff)
    if order.priority is not None:
        is_so = item.demand == demand and (item.state is ItemState.ASSIGNED or item.priority >= order.priority)
        return None if is_so else GivenOn(item, demand, max(item.priority, order.priority), order.note)
    asked = item.offer.agent_id if item.offer is not None else item.demand.agent_id
    current = item.agent_id if item.state is ItemState.ASSIGNED else asked
    return None if current == order.agent_id else GivenOn(item, demand)


# --- the end of a turn


def concluded(turn: Attended, reached: Ended) -> Ended:
    """A session that was transferred in this turn is the desk's from its end on; what it does stands still."""
    handoff = turn.notes.handoff
    if handoff is None or handoff.item_id:
        return reached
    if reached.activity is Activity.ENDED:
        turn.notes = replace(turn.notes, handoff=None)
        return reached
    if not handoff.is_awaited:
        handoff = hold(handoff, reached.activity, reached.waiting_for, reached.timer_in_s)
    handoff, turn.desk = enqueue(handoff, turn.row, turn.heap, turn.release.config)
    turn.notes = replace(turn.notes, handoff=handoff)
    turn.owner = Owner.QUEUE
    return handed_over(turn)


def handed_over(turn: Attended) -> Ended:
    handoff = turn.notes.handoff
    options = choices_of(turn) if handoff is not None and handoff.offered == CHOICES else ()
    return Ended(Activity.HANDED_OVER, waiting_for_agent(views_of(options)))


def choices_of(turn: Attended) -> tuple[Suggestion, ...]:
    """What a user may choose where nobody is there. To leave a message is offered by bots that would learn of it."""
    labels = dict(zip(("wait", "message", "bot"), turn.release.config.handoff_choices, strict=False))
    if not awaits_event(turn, RETURNED_EVENT, None):
        labels.pop("message", None)
    return tuple(Suggestion(key, label) for key, label in labels.items())
