"""Nobody is there to take a session: what its user is told at once, and what they may choose while it waits.

The session is in the queue all the same, so that an agent who comes takes it, and doing nothing means waiting. A choice
takes it back from the queue, unless an agent was faster.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ..desk import HandoffOutcome, ItemState
from ..limits import HANDOFF_TEXT_CHARS
from ..model import Owner
from ..vm.effects import Suggestion
from .handling import awaits_event
from .handoffs import RETURNED_EVENT, HandedBack
from .performers.desk import Desk
from .settings import BotConfig
from .turn_desk import CHOICES, MESSAGE, Attended, choices_of, come_back, handed_over
from .turn_ends import Ended
from .values import clean_text


async def tell(turn: Attended) -> None:
    """At the end of a turn that hands the session over: tell its user if nobody is there."""
    handoff, parked = turn.notes.handoff, turn.agenda.parked
    if handoff is None or handoff.item_id or handoff.is_awaited or parked is None or parked.end_reason is not None:
        return
    config = turn.release.config
    if await Desk(turn.store, turn.row, config).is_attended(handoff):
        return
    choices = choices_of(turn)
    turn.say(clean_text(config.no_agent_message) + _opening(config, turn.store.now_s()), choices)
    turn.notes = replace(turn.notes, handoff=replace(handoff, offered=CHOICES if choices else ""))


def options(turn: Attended) -> tuple[Suggestion, ...]:
    """What the user may choose from."""
    handoff = turn.notes.handoff
    if handoff is not None and turn.owner is Owner.QUEUE and handoff.offered == CHOICES:
        return choices_of(turn)
    return turn.heap.options()


async def answer(turn: Attended, text: str, chosen: Suggestion | None) -> Ended | None:
    """What the user said while people have the session: a choice, the message they leave, or a word to the agent."""
    handoff, config = turn.notes.handoff, turn.release.config
    if turn.owner is not Owner.QUEUE or handoff is None or not handoff.offered:
        return handed_over(turn)
    if handoff.offered == MESSAGE:
        if not text.strip():
            return handed_over(turn)
        return await _take_back(turn, HandoffOutcome.MESSAGE, text[:HANDOFF_TEXT_CHARS])
    match "" if chosen is None else chosen.key:
        case "wait":
            item = await turn.store.find_item(turn.row.session_id)
            ahead = 0 if item is None else await turn.store.count_ahead(item.item_id)
            turn.say(config.handoff_text("position", position=ahead + 1), choices_of(turn))
        case "message":
            turn.say(config.handoff_text("ask-message"))
            turn.notes = replace(turn.notes, handoff=replace(handoff, offered=MESSAGE))
        case "bot":
            return await _take_back(turn, HandoffOutcome.USER_LEFT)
    return handed_over(turn)


async def _take_back(turn: Attended, outcome: HandoffOutcome, message: str = "") -> Ended | None:
    item = await turn.store.find_item(turn.row.session_id)
    if item is None or item.state is ItemState.ASSIGNED:  # the commit will find that somebody was faster
        return handed_over(turn)
    config = turn.release.config
    if message:
        turn.say(config.handoff_text("thanks"))
    elif not awaits_event(turn, RETURNED_EVENT, None):  # a handler says what follows
        turn.say(config.handoff_text("back"), turn.heap.options())
    turn.taken_back = HandedBack(item, outcome, message)
    return await come_back(turn, turn.taken_back)


def _opening(config: BotConfig, now_s: float) -> str:
    hours, wall_s = config.handoff_hours, config.wall_clock_s(now_s)
    if hours is None or hours.is_open(wall_s):
        return ""
    opens = datetime.fromtimestamp(hours.opens_at(wall_s), UTC).strftime("%Y-%m-%d %H:%M")
    return " " + config.handoff_text("closed", opens=opens)
