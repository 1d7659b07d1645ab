"""Handing a session over and back: what the desk makes of a turn's end, and how a session comes back.

The owner changes at the end of the turn that transfers. What the session was doing stands still in its notes, timers
too, and goes on when it comes back. A script that waits for the outcome stands at its transfer and gets a map.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..desk import Demand, HandoffOutcome, QueueItem, folded, language_of
from ..errors import ScriptError
from ..ids import AgentId, ItemId, MessageId
from ..limits import EVENT_BYTES, HANDOFF_CONTEXT_BYTES, HANDOFF_WAIT_MAX_S, KIB, LANGUAGE_CHARS
from ..model import Activity, Message, Owner, Role, SuggestionView, WaitingFor
from ..store.abc import SessionRow, Standing, Store
from ..store.desk import Enqueue, Target
from ..vm.machine import Heap
from ..vm.values import DateTime, HostValue
from .records import Handoff, Notes, decode_notes, decode_waiting, encode_waiting
from .settings import BotConfig
from .values import encode_value, to_json

_OUTCOME_BYTES = 8 * KIB  # left in the event for outcome, agent and note
_MAIL_WEIGHT = 0.5  # a mail takes half as much of an agent as a chat
_MAIL_CHANNELS = frozenset(("email", "mail"))


# --- causes of turns ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Somebody outside hands the session over."""

    handoff: Handoff


@dataclass(frozen=True, slots=True)
class Joined:
    """An agent takes the session."""

    item: QueueItem
    agent_id: AgentId
    name: str


@dataclass(frozen=True, slots=True)
class GivenOn:
    """The session waits for somebody else, or, because its agent is lost (`demand` None), for anybody; with a priority
    as urgently as that says, and for that reason if one is given."""

    item: QueueItem
    demand: Demand | None
    priority: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """The agent who has the session speaks to the user."""

    agent_id: AgentId
    message_id: MessageId
    text: str


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The session comes back to its bot."""

    item: QueueItem
    outcome: HandoffOutcome
    note: str = ""


DeskCause = HandedOver | Joined | GivenOn | AgentSaid | HandedBack


# --- handing over --------------------------------------------------------------------------------------------------


def wait_s(config: BotConfig, timeout: HostValue) -> float:
    """How long a session waits for an agent. Raises ScriptError 4002."""
    if timeout is None:
        return config.handoff_wait_s
    if isinstance(timeout, str):
        try:
            timeout = float(timeout)
        except ValueError:
            raise ScriptError(4002, f"TIMEOUT is a number of seconds, got {timeout!r}") from None
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 <= timeout < float("inf"):
        raise ScriptError(4002, "TIMEOUT is a number of seconds, 0 or more")
    return min(float(timeout), HANDOFF_WAIT_MAX_S)


async def find_demand(store: Store, row: SessionRow, config: BotConfig, name: HostValue) -> Demand:
    """Whom a name of a script means: an agent before a queue before a skill, or, if empty, the bot's own queue.

    Raises ScriptError 4004.
    """
    text = name.strip() if isinstance(name, str) else "" if name is None else "?"
    same = folded(text)
    if not text:
        return Demand(config.handoff_queue)
    targets = await store.find_targets(row.owner_principal, text)
    if Target.AGENT in targets:
        return Demand(agent_id=AgentId(text))
    if Target.QUEUE in targets or same in config.handoff_queues:
        return Demand(same)
    if Target.SKILL in targets:
        return Demand(skills={same: 1})
    raise ScriptError(4004, f"no agent, queue or skill {text!r}")


def pending(demand: Demand, seconds: float, is_awaited: bool) -> Handoff:
    """What a script's transfer leaves in the notes until its turn has ended."""
    return Handoff(
        queue=demand.queue, skills=dict(demand.skills), agent_id=demand.agent_id, wait_s=seconds, is_awaited=is_awaited
    )


def enqueue(handoff: Handoff, row: SessionRow, heap: Heap, config: BotConfig) -> tuple[Handoff, Enqueue]:
    """At the end of the turn: the item that joins the queue, and the handoff that knows it."""
    item_id = ItemId(str(uuid.uuid4()))
    write = Enqueue(
        item_id,
        handoff.demand,
        wait_s=handoff.wait_s,
        priority=handoff.priority,
        weight=_MAIL_WEIGHT if row.channel in _MAIL_CHANNELS else 1.0,
        reason=handoff.reason,
        context=_context(row, heap, config),
        is_awaited=handoff.is_awaited,
        language=_language(row, config),
    )
    return replace(handoff, item_id=item_id), write


def _language(row: SessionRow, config: BotConfig) -> str:
    """What the user speaks, as far as the channel or the bot says it."""
    said = row.metadata.get("language")
    text = said if isinstance(said, str) and said else config.text("language")
    return language_of(text) if len(text) <= LANGUAGE_CHARS else ""


def _context(row: SessionRow, heap: Heap, config: BotConfig) -> str:
    """What the agent is told beside the messages: contexts, and the variables the bot's config allows."""
    areas = heap.areas()
    allowed = config.handoff_variables
    variables = {key: to_json(value) for key, value in areas.variables.items() if folded(key) in allowed}
    for context in ({"contexts": areas.contexts, "variables": variables}, {"contexts": {}, "variables": variables}):
        text = json.dumps(context, ensure_ascii=False)
        if len(text.encode()) <= HANDOFF_CONTEXT_BYTES:
            return text
    return "{}"


def waiting_for_agent(options: tuple[SuggestionView, ...]) -> WaitingFor:
    return WaitingFor("agent", options=options)


# --- coming back ---------------------------------------------------------------------------------------------------


RETURNED_EVENT = "handoff_returned"
"""Published to a session that comes back and whose script did not wait for that."""


def transcript(newest_first: Sequence[Message], config: BotConfig) -> HostValue:
    """What user and agent said, oldest first, as far as there is room for it in an event."""
    told: list[HostValue] = []
    room = EVENT_BYTES - _OUTCOME_BYTES
    for message in newest_first:
        if message.role not in (Role.USER, Role.AGENT):
            continue
        value: HostValue = {
            "role": message.role.value,
            "author": message.author,
            "text": message.text,
            "at": DateTime(config.wall_clock_s(message.created_at)),
        }
        room -= len(encode_value(value)) + 1
        if room < 0:
            break
        told.append(value)
    return told[::-1]


def outcome_value(
    outcome: HandoffOutcome, agent_id: AgentId | None, note: str, waited_s: float
) -> dict[str, HostValue]:
    """What the script gets that waited for the outcome."""
    return {"outcome": outcome.value, "agent": agent_id or "", "note": note, "waited_seconds": int(waited_s)}


def held_waiting(handoff: Handoff, now_s: float) -> WaitingFor | None:
    """What the session waits for once it is back; its time goes on from where it stood."""
    waiting = decode_waiting(handoff.waiting_for)
    if waiting is None or handoff.timer_left_s is None:
        return waiting
    return replace(waiting, expires_at=now_s + handoff.timer_left_s)


def hold(handoff: Handoff, activity: Activity, waiting: WaitingFor | None, timer_left_s: float | None) -> Handoff:
    """Let what the session is doing stand still."""
    return replace(handoff, activity=activity, waiting_for=encode_waiting(waiting), timer_left_s=timer_left_s)


def without_desk(standing: Standing) -> tuple[Standing, Notes, float | None]:
    """How a kept state goes on in a session the desk knows nothing of: a script that waited for an agent hears at once
    that it was returned. Between scripts, on the way to another bot or while one works at what the user said, no answer
    and no start is still to come: that is idle. Gives also the span of its timer."""
    notes = decode_notes(standing.extra)
    handoff = notes.handoff
    if notes.going_to or (notes.asking is not None and notes.asking.is_users):
        assert notes.bots is not None
        notes = replace(notes, handoff=None, wait_s=None, bots=replace(notes.bots, asking=None))
        standing = replace(standing, owner=Owner.BOT, activity=Activity.IDLE, waiting_for="")
        return replace(standing, extra=notes.encoded()), notes, None
    if handoff is None:
        return replace(standing, owner=Owner.BOT), notes, notes.wait_s
    if handoff.is_awaited:
        timer_in_s: float | None = 0.0
        standing = replace(standing, owner=Owner.BOT, activity=Activity.HANDED_OVER, waiting_for="")
    else:
        timer_in_s = handoff.timer_left_s
        standing = replace(standing, owner=Owner.BOT, activity=handoff.activity, waiting_for=handoff.waiting_for)
    notes = replace(notes, handoff=None, wait_s=timer_in_s)
    return replace(standing, extra=notes.encoded()), notes, timer_in_s
