"""Handlers of a session: which run for what, as both VMs keep them. Events are named by text.

    session end      the session ends
    event NAME       PUBLISH EVENT, or an event from outside
    form NAME        a form that was sent in
    insert TABLE     a row of that table was added; also update, delete
    schedule N       a SCHEDULE IN is due; there are at most SCHEDULES of them

Names are trimmed and folded. A handler is found by script and key in the release the session has when the event comes,
so what is kept of it are texts. Its script variables are those of the end of the last run of its script, of a schedule
those of its statement; they are kept encoded, a map by name in which sharing and cycles are preserved.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ScriptError
from ..language.program import Program
from ..limits import EVENT_CHARS, HANDLERS, SCHEDULES
from .effects import Registration
from .text import fold, trim

SESSION_END = "session end"
WAITS_NOT = "a handler runs without the user and cannot wait"


def event_text(kind: str, name: str) -> str:
    """The text of a named event. Raises ScriptError 4002."""
    name = trim(name)
    if not 1 <= len(name) <= EVENT_CHARS:
        raise ScriptError(4002, f"the name of an event has 1 to {EVENT_CHARS} characters")
    return f"{kind} {fold(name)}"


def registered(known: Sequence[Registration], fresh: Registration) -> tuple[Registration, ...]:
    """With one more; an earlier one of the same script and event is replaced in its place. Raises ScriptError 9013."""
    at = next((at for at, item in enumerate(known) if (item.event, item.file) == (fresh.event, fresh.file)), None)
    if at is not None:
        return (*known[:at], fresh, *known[at + 1 :])
    if len(known) >= HANDLERS:
        raise ScriptError(9013, f"a session has at most {HANDLERS} handlers")
    return (*known, fresh)


def registered_script(known: Sequence[Registration], program: Program) -> tuple[Registration, ...]:
    """When a run of a script begins: with those it declares, without those it no longer has."""
    keys = {handler.key for handler in program.handlers}
    found = tuple(item for item in known if item.file != program.file or item.key in keys)
    for handler in program.handlers:
        if handler.event:
            event = fold(handler.event)
            found = registered(found, Registration(event, program.file, handler.key, program.file))
    return found


def schedule_text(number: int) -> str:
    """The event of a schedule."""
    return f"schedule {number}"


def next_schedule(known: Sequence[Registration], file: str, key: str) -> tuple[int, Registration]:
    """The number of one more schedule, and its registration. Raises ScriptError 9013."""
    taken = {item.event for item in known}
    number = next((n for n in range(1, SCHEDULES + 1) if schedule_text(n) not in taken), None)
    if number is None:
        raise ScriptError(9013, f"a session has at most {SCHEDULES} schedules to come")
    event = schedule_text(number)
    return number, Registration(event, file, key, event)
