"""Running what is on a turn's agenda: the next handler, the end handlers, what becomes of their errors."""

from __future__ import annotations

from typing import Protocol

from ..errors import ScriptError
from ..limits import END_FUEL, END_MEMORY_BYTES
from ..model import Fault
from ..vm.effects import Failed
from ..vm.handlers import SESSION_END
from ..vm.machine import Heap
from .agenda import Agenda, HandlerRun
from .releases import LoadedRelease


class Handling(Protocol):
    """What a turn gives to that."""

    agenda: Agenda
    heap: Heap
    release: LoadedRelease
    handler_faults: list[tuple[str, Fault]]


def begin_end(turn: Handling) -> None:
    """The session ends with this turn: its end handlers run, with a memory and steps of their own."""
    agenda = turn.agenda
    agenda.ends = True
    agenda.fuel_limit = turn.heap.fuel_used + END_FUEL
    turn.heap.extend(END_MEMORY_BYTES)
    agenda.waiting = [HandlerRun(found) for found in turn.heap.handlers() if found.event == SESSION_END]


def start_next(turn: Handling) -> bool:
    """Begin the run of the next handler that can begin; False if there is none."""
    agenda = turn.agenda
    while agenda.waiting:
        run = agenda.waiting.pop(0)
        try:
            program = turn.release.find_script(run.handler.file)
            if program.find_handler(run.handler.key) is None:  # the release the session has now is without it
                continue
            turn.heap.start_handler(program, run.handler.key, run.arguments, run.handler.kept)
        except ScriptError as error:
            note_fault(turn, run, Failed(error.number, error.what))
            continue
        agenda.current = run
        return True
    return False


def note_fault(turn: Handling, run: HandlerRun, failed: Failed) -> None:
    """The author learns of it; the user does not, and nothing else stops."""
    where = failed.stack[0] if failed.stack else None
    script, line = (where.script, where.line) if where else (run.handler.file, 0)
    turn.handler_faults.append((run.handler.event, Fault(failed.number, failed.message, script, line, failed.stack)))
