"""What another bot answered, as a turn of the session that asked takes it: among its events, since it may have to wait
until people are done with the session, and the script that waits for it then goes on as with any event."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from ..model import Activity, WaitingFor
from ..vm.effects import Suggestion
from ..vm.machine import Heap
from ..vm.values import HostValue
from .agenda import Agenda, Event
from .bot_notes import NONE
from .records import NOT_HEARD, TOO_LONG, Answered, Notes
from .releases import LoadedRelease
from .turn_ends import Ended
from .values import clean_text

BOT = "BOT"
"""The type of what a session waits for that waits for another bot; `variable` is its name."""
_ANSWER = "answer "
"""What the text of an answer begins with among a turn's events; the question's id follows."""


class Hears(Protocol):
    """What a turn gives to that."""

    agenda: Agenda
    heap: Heap
    notes: Notes
    release: LoadedRelease

    def say(self, text: str, suggestions: tuple[Suggestion, ...] = (), address: str = "", image: str = "") -> None: ...
    def give(self, value: HostValue) -> None: ...


def waits_for_bot(waiting: WaitingFor | None) -> bool:
    return waiting is not None and waiting.kind == "event" and waiting.type == BOT


def event_of(answered: Answered) -> Event:
    return Event(f"{_ANSWER}{answered.question}", {"said": list(answered.said), "fault": answered.fault}, 0)


def is_answer(event: Event) -> bool:
    return event.text.startswith(_ANSWER)


def take_answer(turn: Hears, event: Event) -> bool:
    """Let the script that waits for this answer go on. False: none does."""
    asking, parked = turn.notes.asking, turn.agenda.parked
    is_awaited = parked is not None and waits_for_bot(parked.waiting_for)
    if asking is None or not is_awaited or event.text != f"{_ANSWER}{asking.question}":
        return False
    assert isinstance(event.data, dict)
    fault, said = event.data["fault"], event.data["said"]
    assert isinstance(said, list)
    turn.notes = asks_no_more(turn.notes)
    if asking.is_users:
        if fault or not said:
            turn.agenda.parked = not_answered(turn)
            return False
        for text in said:
            turn.say(str(text))
        turn.agenda.parked = Ended(Activity.IDLE)
        return False
    turn.agenda.parked = None
    if fault:
        turn.heap.resume_error(*_failure(asking.bot, fault))
    else:
        turn.give("\n".join(map(str, said)))
    return True


def not_answered(turn: Hears) -> Ended:
    """Another bot has no answer for the user either."""
    turn.say(clean_text(turn.release.config.fallback_message), turn.heap.options())
    return Ended(Activity.IDLE)


def asks_no_more(notes: Notes) -> Notes:
    return replace(notes, bots=replace(notes.bots or NONE, asking=None))


def _failure(bot: str, fault: HostValue) -> tuple[int, str]:
    if fault == TOO_LONG:
        return 9013, f"the answer of bot {bot} is too long"
    if fault == NOT_HEARD:
        return 1500, f"bot {bot} ended its session before it was asked"
    return 1500, f"bot {bot} failed with error {fault}"
