"""Running what is on a turn's agenda: the next handler, the end handlers, what becomes of their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from ..errors import ScriptError
from ..limits import END_FUEL, END_MEMORY_BYTES, EVENT_BYTES, EVENT_HOPS, EVENT_WAIT_S, EVENTS, HELD_EVENTS
from ..model import Activity, Fault, OutsideEvent, OutsideKind, Owner, SuggestionView, WaitingFor
from ..vm.effects import Failed, Registration, Suggestion
from ..vm.handlers import SESSION_END, event_text, schedule_text
from ..vm.machine import Heap
from ..vm.text import fold
from ..vm.values import HostValue
from .agenda import Agenda, Event, HandlerRun
from .answers import is_answer, take_answer, waits_for_bot
from .records import Notes
from .releases import LoadedRelease
from .row_handlers import RowChange, events_of, is_of_rows
from .turn_ends import Ended
from .values import clean_text, decode_value, encode_value, from_json


class Handling(Protocol):
    """What a turn gives to that."""

    agenda: Agenda
    heap: Heap
    release: LoadedRelease
    handler_faults: list[tuple[str, Fault]]
    notes: Notes
    owner: Owner
    fault: Fault | None

    def say(self, text: str, suggestions: tuple[Suggestion, ...] = (), address: str = "", image: str = "") -> None: ...
    def give(self, value: HostValue) -> None: ...


def begin_end(turn: Handling) -> None:
    """The session ends with this turn: its end handlers run, with a memory and steps of their own."""
    agenda = turn.agenda
    agenda.ends = True
    agenda.fuel_limit = turn.heap.fuel_used + END_FUEL
    turn.heap.extend(END_MEMORY_BYTES)
    agenda.waiting = [HandlerRun(found) for found in turn.heap.handlers() if found.event == SESSION_END]


def start_next(turn: Handling) -> bool:
    """Begin what is next on the agenda: a handler that can begin, or the script that waits for an event. False if
    there is nothing."""
    agenda = turn.agenda
    while True:
        if agenda.waiting:
            run = agenda.waiting.pop(0)
            if _start(turn, run):
                agenda.current = run
                return True
        elif agenda.wake:
            text, agenda.wake = agenda.wake, ""
            if _waits_for(agenda, text):
                turn.heap.resume(True)
                agenda.parked = None
                return True
        elif agenda.events:
            event = agenda.events.pop(0)
            if agenda.reason is not None and not is_of_rows(event.text):
                continue
            if is_answer(event):
                if take_answer(turn, event):
                    return True
                continue
            agenda.wake = event.text
            given = _given(event)
            agenda.waiting = [HandlerRun(found, given, event.hop) for found in _handlers_of(turn, event.text)]
        else:
            return False


def _start(turn: Handling, run: HandlerRun) -> bool:
    handler = run.handler
    try:
        program = turn.release.find_script(handler.file)
        if program.find_handler(handler.key) is None:  # the release the session has now is without it
            return False
        turn.heap.start_handler(program, handler.key, run.arguments, handler.kept)
    except ScriptError as error:
        note_fault(turn, run, Failed(error.number, error.what))
        return False
    finally:
        if handler.kept == handler.event:  # a schedule runs once
            turn.heap.forget(handler.event)
    return True


def _given(event: Event) -> tuple[HostValue, ...]:
    """What the handlers of an event are given."""
    kind, _, name = event.text.partition(" ")
    if (kind == OutsideKind.FORM or is_of_rows(event.text)) and isinstance(event.data, list):
        return tuple(event.data)
    return ({"name": name, "data": event.data},)


def _waits_for(agenda: Agenda, text: str) -> bool:
    waiting = None if agenda.parked is None else agenda.parked.waiting_for
    if waiting is None or waits_for_bot(waiting):
        return False
    return waiting.kind == "event" and event_text("event", waiting.variable) == text


def happen(turn: Handling, outside: OutsideEvent) -> None:
    """Let the handlers of what happened outside run, and the script that waits for it; while people have the session,
    once it is back."""
    if outside.kind is OutsideKind.CONNECT:
        return
    data = from_json(outside.data)
    if outside.kind is OutsideKind.FORM:
        data = [data, from_json(outside.metadata)]
    try:
        event = Event(event_text(outside.kind, clean_text(outside.name)), data, 0)
    except ScriptError as error:
        turn.fault = Fault(error.number, error.what, "", 0)
        return
    if turn.owner is Owner.BOT:
        turn.agenda.events.append(event)
    elif len(turn.notes.held) < HELD_EVENTS:
        turn.notes = replace(turn.notes, held=(*turn.notes.held, (event.text, encode_value(data).decode())))
    else:
        turn.fault = Fault(9013, f"at most {HELD_EVENTS} events are kept while people have a session", "", 0)


def take_held(turn: Handling) -> None:
    """The session is its bot's again: what happened meanwhile is handled."""
    turn.agenda.events += [Event(text, decode_value(data.encode()), 0) for text, data in turn.notes.held]
    turn.notes = replace(turn.notes, held=())


def _handlers_of(turn: Handling, text: str) -> list[Registration]:
    """Those of scripts the session has run, as they were registered; then those that other scripts declare."""
    known = turn.heap.handlers()
    files = {found.file for found in known}
    declared = [
        Registration(text, program.file, handler.key, program.file)
        for program in turn.release.programs.values()
        for handler in program.handlers
        if handler.event and fold(handler.event) == text and program.file not in files
    ]
    return [found for found in known if found.event == text] + declared


def publish(turn: Handling, arguments: tuple[HostValue, ...]) -> None:
    """Let the handlers of an event run once this run waits or has ended. Raises ScriptError 4002, 9007, 9013."""
    name, data = arguments
    fresh = _events(turn.agenda, [(_event(name), data)])
    if not turn.agenda.ends:
        turn.agenda.events += fresh


def rows_written(turn: Handling, changes: Sequence[RowChange]) -> None:
    """Let the handlers of rows that a statement wrote run then too. Raises ScriptError 9007, 9013."""
    found = events_of(turn.agenda, changes, lambda text: bool(_handlers_of(turn, text)))
    turn.agenda.events += _events(turn.agenda, found)


def _events(agenda: Agenda, found: Sequence[tuple[str, HostValue]]) -> list[Event]:
    """What the run that goes on lets happen. Raises ScriptError 9007, 9013."""
    hop = 0 if agenda.current is None else agenda.current.hop + 1
    if found and hop > EVENT_HOPS:
        raise ScriptError(9007, f"handlers publish for each other more than {EVENT_HOPS} deep")
    if agenda.published + len(found) > EVENTS:
        raise ScriptError(9013, f"a turn publishes at most {EVENTS} events")
    if any(len(encode_value(data)) > EVENT_BYTES for _, data in found):
        raise ScriptError(9013, f"the data of an event has at most {EVENT_BYTES} bytes")
    agenda.published += len(found)
    return [Event(text, data, hop) for text, data in found]


def awaits_event(turn: Handling, name: str, waiting: WaitingFor | None) -> bool:
    """Whether a handler, or the script that waits so, would learn of an event."""
    text = event_text("event", name)
    is_awaited = waiting is not None and waiting.variable == name and not waits_for_bot(waiting)
    return bool(_handlers_of(turn, text)) or is_awaited


def happened(turn: Handling, name: str, data: HostValue) -> None:
    """Let the handlers of an event of the service's own run."""
    turn.agenda.events.append(Event(event_text("event", name), data, 0))


def event_wait(arguments: tuple[HostValue, ...], now_s: float) -> Ended:
    """How a session stands that waits for an event. Raises ScriptError 4002."""
    name, seconds = arguments
    text = _event(name)
    timeout_s = _timeout(seconds)
    waiting = WaitingFor("event", text.partition(" ")[2], expires_at=now_s + timeout_s)
    return Ended(Activity.WAITING_TIMER, waiting, timeout_s)


def response_wait(arguments: tuple[HostValue, ...], options: tuple[SuggestionView, ...], now_s: float) -> Ended:
    """How a session stands that waits so long for the user and no longer. Raises ScriptError 4002."""
    variable, seconds = arguments
    timeout_s = _timeout(seconds)
    waiting = WaitingFor("input", str(variable), "STRING", options, now_s + timeout_s, is_optional=True)
    return Ended(Activity.WAITING_INPUT, waiting, timeout_s)


def _timeout(seconds: HostValue) -> float:
    """What a script gave as TIMEOUT. Raises ScriptError 4002."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= EVENT_WAIT_S:
        raise ScriptError(4002, f"TIMEOUT takes 0 to {EVENT_WAIT_S:.0f} seconds")
    return float(seconds)


def _event(name: HostValue) -> str:
    return event_text("event", name if isinstance(name, str) else "")


def scheduled(notes: Notes, arguments: tuple[HostValue, ...], now_s: float) -> Notes:
    """With one more block that runs later: `arguments` are seconds and the number its handler is kept under."""
    seconds, number = arguments
    assert isinstance(seconds, int | float)
    return replace(notes, schedules={**notes.schedules, str(number): now_s + seconds})


def take_due(turn: Handling, notes: Notes, numbers: list[str]) -> Notes:
    """What SCHEDULE IN left for now is run as handlers are; without it are the notes."""
    events = {schedule_text(int(number)) for number in numbers}
    turn.agenda.waiting += [HandlerRun(found) for found in turn.heap.handlers() if found.event in events]
    left = {number: at_s for number, at_s in notes.schedules.items() if number not in numbers}
    return replace(notes, schedules=left)


def note_fault(turn: Handling, run: HandlerRun, failed: Failed) -> None:
    """The author learns of it; the user does not, and nothing else stops."""
    where = failed.stack[0] if failed.stack else None
    script, line = (where.script, where.line) if where else (run.handler.file, 0)
    stack = failed.stack[:-1] or failed.stack  # the last is the file around the handler, which called nothing
    turn.handler_faults.append((run.handler.event, Fault(failed.number, failed.message, script, line, stack)))
