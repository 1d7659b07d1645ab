"""Where a procedure goes on when one of its instructions fails: data that the compiler makes and the VMs look up.

Trapping costs nothing until something fails. Three tables of a procedure, each sorted by pc, say for every instruction
where an error in it leads:

    catches   to the CATCH or FINALLY of the innermost TRY around it
    leaves    to the FINALLY of the innermost TRY around it, when the script ends there by EXIT
    resumes   to the statement after the innermost one it belongs to, under ON ERROR RESUME NEXT

A `Guard` holds from its pc up to the next one's; a target of -1 leads nowhere. `labels` are the targets of ON ERROR
GOTO, and register `armed` holds which of them is armed in this frame.

A run's own state is in two registers of the script's frame, so snapshots hold it like any other value. `Program.trap`
is the first: null for off, TRUE for ON ERROR RESUME NEXT, a number once ON ERROR GOTO was run (what it replaced is
the truth of the number: if no frame is armed any more, that holds again). The second is the last recorded error.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """From instruction `pc` on, go to `target`."""

    pc: int
    target: int


@dataclass(frozen=True, slots=True)
class Traps:
    """The tables of one procedure."""

    catches: tuple[Guard, ...] = ()
    leaves: tuple[Guard, ...] = ()
    resumes: tuple[Guard, ...] = ()
    labels: tuple[int, ...] = ()
    armed: int = -1  # a register; -1: the procedure has no ON ERROR GOTO

    @property
    def tables(self) -> tuple[tuple[Guard, ...], ...]:
        return (self.catches, self.leaves, self.resumes)

    def __bool__(self) -> bool:
        return bool(self.catches or self.leaves or self.resumes or self.labels)


NO_TRAPS = Traps()


def target_at(table: tuple[Guard, ...], pc: int) -> int | None:
    """Where instruction `pc` leads, None for nowhere."""
    at = bisect.bisect_right(table, pc, key=lambda guard: guard.pc) - 1
    return table[at].target if at >= 0 and table[at].target >= 0 else None
