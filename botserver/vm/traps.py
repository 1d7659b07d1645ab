"""Where a script goes on after an error. Both VMs ask here, and then move their own frames.

An error runs outward from the frame it happened in. Within one script run every TRY around it comes first, whatever
procedure it is in; then what ON ERROR says of the run. A run that does not trap the error ends, and the error goes on
at the RUN that started it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeGuard

from ..errors import ScriptError, StackEntry
from ..language.program import Procedure, Program
from ..language.traps import target_at
from ..limits import ERROR_MESSAGE_CHARS, TRAP_FUEL
from .values import HostValue

NEVER_TRAPPED = frozenset((9001, 9005))
"""Memory and fuel: what no script may outlive."""

_HIGHEST_NUMBER = 9999
_THROWN = 4000
_FILE_CHARS = 255


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame stands."""

    program: Program
    index: int  # of its procedure
    pc: int
    is_script: bool

    @property
    def procedure(self) -> Procedure:
        return self.program.procedures[self.index]


@dataclass(frozen=True, slots=True)
class Stack:
    """The frames of a heap, the outermost first; those below `base` belong to a script that waits under a handler and
    have no part in this. `register` gives the null, boolean or integer of a register of a frame; what else it holds
    does not matter."""

    base: int
    n_frames: int
    place: Callable[[int], Place]
    register: Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Landing:
    """The frame that goes on, where, and the frame of its script. `is_label`: ON ERROR GOTO led there and is off now.
    `looked_at` frames, which cost one fuel each."""

    frame: int
    pc: int
    script: int
    is_label: bool
    looked_at: int


def find_landing(stack: Stack, number: int) -> Landing | None:
    """Where error `number`, raised in the last frame, leads. None: it ends all frames."""
    if number in NEVER_TRAPPED:
        return None
    last = stack.n_frames - 1
    while last >= stack.base:
        landing, script = _land_in_run(stack, last)
        if landing is not None:
            return landing
        last = script - 1
    return None


def is_raised_softly(stack: Stack) -> bool:
    """Whether a soft error is raised in the last run like any other: inside TRY, or where ON ERROR GOTO leads."""
    landing, _ = _land_in_run(stack, stack.n_frames - 1)
    if landing is None:
        return False
    return landing.is_label or landing.pc != _resume_target(stack, stack.n_frames - 1)


def _land_in_run(stack: Stack, last: int) -> tuple[Landing | None, int]:
    """The landing of an error in frame `last` within its run, and the frame of the run's script."""
    script = last
    while True:
        place = stack.place(script)
        target = target_at(place.procedure.traps.catches, place.pc)
        if target is not None:
            return Landing(script, target, _script_of(stack, script), False, stack.n_frames - script), script
        if place.is_script:
            break
        script -= 1
    trap = place.program.trap
    state = None if trap < 0 else stack.register(script, trap)
    resumes = state is True
    if type(state) is int:
        for frame in range(last, script - 1, -1):
            traps = stack.place(frame).procedure.traps
            label = stack.register(frame, traps.armed) if traps.labels else None
            if type(label) is int and 0 <= label < len(traps.labels):
                return Landing(frame, traps.labels[label], script, True, stack.n_frames - script), script
        resumes = state != 0
    target = _resume_target(stack, last) if resumes else None
    if target is None:
        return None, script
    return Landing(last, target, script, False, stack.n_frames - script), script


def _script_of(stack: Stack, frame: int) -> int:
    while not stack.place(frame).is_script:
        frame -= 1
    return frame


def _resume_target(stack: Stack, frame: int) -> int | None:
    place = stack.place(frame)
    return target_at(place.procedure.traps.resumes, place.pc)


def find_leave(stack: Stack) -> tuple[int, int] | None:
    """The frame and pc of the FINALLY that runs before the last run ends by EXIT. None: it just ends."""
    for frame in range(stack.n_frames - 1, stack.base - 1, -1):
        place = stack.place(frame)
        target = target_at(place.procedure.traps.leaves, place.pc)
        if target is not None:
            return frame, target
        if place.is_script:
            break
    return None


def trap_fuel(landing: Landing, need: int) -> int:
    """The price of going on at a landing, with an error of `need` bytes."""
    return TRAP_FUEL + landing.looked_at + need // 64


# --- errors as values --------------------------------------------------------------------------------------------


def describe(number: int, message: str, entry: StackEntry) -> dict[str, HostValue]:
    """An error as CATCH gives it."""
    return {"message": message[:ERROR_MESSAGE_CHARS], "code": number, "line": entry.line, "file": entry.script}


def make_thrown(number: object, said: str, code: object, line: object, file: str | None) -> ScriptError:
    """The error of THROW and ERROR n. `code`, `line` and `file` are members of a map that was thrown, null without:
    an error that CATCH gave and that is thrown again keeps where it came from."""
    if number is None:
        number = code if _may_raise(code) else _THROWN
    if not _may_raise(number):
        return ScriptError(4002, f"ERROR needs a number from 1 to {_HIGHEST_NUMBER} that scripts may raise")
    said = said[:ERROR_MESSAGE_CHARS]
    if file and len(file) <= _FILE_CHARS and file.isprintable() and _is_whole(line) and 1 <= line < 2**31:
        return ScriptError(number, said, StackEntry(file, "", line))
    return ScriptError(number, said)


def _is_whole(value: object) -> TypeGuard[int]:
    return type(value) is int


def _may_raise(number: object) -> TypeGuard[int]:
    return _is_whole(number) and 1 <= number <= _HIGHEST_NUMBER and number not in NEVER_TRAPPED
