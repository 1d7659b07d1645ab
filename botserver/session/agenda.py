"""What a turn has still to run beside its script: handlers, one after another, each in a run of its own.

The script of the turn goes first. When it waits or has ended, what it left to do follows: the handlers of an event in
order of their registration, and when the session ends, its end handlers, last of all. An agenda is data, so that a turn
whose handler is in an outside call can go on in another process.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from ..immutable import dataclass
from ..limits import END_CALLS_S
from ..model import Activity, EndReason
from ..vm.effects import Registration
from ..vm.values import HostValue
from .records import waiting_of, waiting_parts
from .turn_ends import Ended
from .values import decode_value, encode_value


@dataclass(frozen=True, slots=True)
class HandlerRun:
    """A handler to be run, and what it is given."""

    handler: Registration
    arguments: tuple[HostValue, ...] = ()
    hop: int = 0  # handlers before it whose events led to it


@dataclass(frozen=True, slots=True)
class Event:
    """An event whose handlers are still to be run. `text` names it as `vm/handlers.py` says."""

    text: str
    data: HostValue
    hop: int


@dataclass(slots=True)
class Agenda:
    """`parked` is how the script of the turn stands, None while it runs; `current` the handler that runs."""

    waiting: list[HandlerRun] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    wake: str = ""  # event whose handlers have run: the script that waits for it goes on
    published: int = 0  # in this turn
    current: HandlerRun | None = None
    parked: Ended | None = None
    ends: bool = False  # the end handlers' turn has come
    fuel_limit: int = 0  # of the turn, once they run
    calls_s: float = END_CALLS_S  # what is left of their time for outside calls

    @property
    def reason(self) -> EndReason | None:
        """Why the session ends with this turn."""
        return None if self.parked is None else self.parked.end_reason

    @property
    def waits(self) -> bool:
        """Whether the script of the turn stands in HEAR or WAIT, so that what runs now is a handler's."""
        activity = None if self.parked is None else self.parked.activity
        return activity in (Activity.WAITING_INPUT, Activity.WAITING_TIMER)

    def encoded(self) -> dict[str, Any]:
        return {
            "waiting": [_run_parts(run) for run in self.waiting],
            "events": [[each.text, encode_value(each.data).decode(), each.hop] for each in self.events],
            "wake": self.wake,
            "published": self.published,
            "current": None if self.current is None else _run_parts(self.current),
            "parked": None if self.parked is None else _ended_parts(self.parked),
            "ends": self.ends,
            "fuel_limit": self.fuel_limit,
            "calls_s": self.calls_s,
        }


def decode_agenda(parts: dict[str, Any] | None) -> Agenda:
    if parts is None:
        return Agenda()
    current, parked = parts["current"], parts["parked"]
    return Agenda(
        [_run(run) for run in parts["waiting"]],
        [Event(text, decode_value(data.encode()), hop) for text, data, hop in parts["events"]],
        parts["wake"],
        parts["published"],
        None if current is None else _run(current),
        None if parked is None else _ended(parked),
        parts["ends"],
        parts["fuel_limit"],
        parts["calls_s"],
    )


def _run_parts(run: HandlerRun) -> list[Any]:
    handler = run.handler
    given = encode_value(list(run.arguments)).decode()
    return [handler.event, handler.file, handler.key, handler.kept, given, run.hop]


def _run(parts: list[Any]) -> HandlerRun:
    *texts, given, hop = parts
    arguments = decode_value(given.encode())
    return HandlerRun(Registration(*texts), tuple(arguments) if isinstance(arguments, list) else (), hop)


def _ended_parts(ended: Ended) -> dict[str, Any]:
    return {
        "activity": ended.activity,
        "waiting_for": waiting_parts(ended.waiting_for),
        "timer_in_s": ended.timer_in_s,
        "end_reason": ended.end_reason,
    }


def _ended(parts: dict[str, Any]) -> Ended:
    reason = parts["end_reason"]
    return Ended(
        Activity(parts["activity"]),
        waiting_of(parts["waiting_for"]),
        parts["timer_in_s"],
        None if reason is None else EndReason(reason),
    )
