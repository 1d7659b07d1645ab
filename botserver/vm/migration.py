"""The state of a session that waits, moved to other versions of its programs.

Each frame is looked for in the program of the same script (`language/waiting_points.py`); the state moves only if all
of them have a place, each caller where it calls the next. What is moved is the frames; areas, handlers and what is kept
for them stay as they are, as for a session that moves without a frame. The account is computed anew. Nothing is run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from ..ids import Digest
from ..language.effects import EFFECTS
from ..language.opcodes import Op
from ..language.program import Program
from ..language.waiting_points import NoPlace, Obstacle, Place, find_place
from .machine import Release
from .objects import Array, Map, Str, Value, children
from .reference_codec import Frame, SavedState, decode_frames, decode_state, encode_state
from .snapshot import Snapshot

Successor: TypeAlias = Callable[[Program], Program | None]
"""The program that takes the place of one; None if there is none."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Where a frame waits, as authors see it."""

    script: str
    procedure: str
    line: int
    waits_for: str  # the effect, or what it called


@dataclass(frozen=True, slots=True)
class Obstructed:
    """Why a state cannot move: what one of its frames lacks."""

    at: Waits
    why: NoPlace


def frames_of(root: bytes, digests: Sequence[Digest], release: Release) -> list[Frame]:
    """The frames of a state, outermost first; none if it waits for nothing. Raises BadSnapshot, SnapshotTooNew."""
    return decode_frames(root, digests, release)


def places_of(frames: list[Frame], successor: Successor) -> list[tuple[Program, Place]] | Obstructed:
    """Where each of the frames goes on."""
    found: list[tuple[Program, Place]] = []
    for frame in frames:
        program = successor(frame.program)
        if program is None:
            return Obstructed(waits(frame), NoPlace(Obstacle.SCRIPT_GONE, frame.program.file))
        place = find_place(frame.program, frame.index, frame.pc, program)
        if isinstance(place, NoPlace):
            return Obstructed(waits(frame), place)
        found.append((program, place))
    for (program, place), (called, inner) in pairwise(found):
        op, *operands = program.procedures[place.index].code[place.pc]
        if op == Op.CALL and (called is not program or operands[1] != inner.index):
            return Obstructed(waits(frames[0]), NoPlace(Obstacle.SURROUNDINGS_CHANGED, "other procedures are called"))
    return found


def waits(frame: Frame, program: Program | None = None, place: Place | None = None) -> Waits:
    """Of a frame, or of its place in another program."""
    program = program or frame.program
    index, pc = (frame.index, frame.pc) if place is None else (place.index, place.pc)
    procedure = program.procedures[index]
    op, *operands = procedure.code[pc]
    match op:
        case Op.EFFECT:
            waits_for = EFFECTS[operands[1]].name
        case Op.CALL:
            waits_for = f"call {program.procedures[operands[1]].name}"
        case _:
            waits_for = "run"
    return Waits(program.file, procedure.name, procedure.line_at(pc).line, waits_for)


def migrated(snapshot: Snapshot, release: Release, successor: Successor) -> Snapshot | Obstructed:
    """The state in the programs that take the place of its own. Whether it fits its new release is for whoever decodes
    it to see. Raises BadSnapshot, SnapshotTooNew."""
    state = decode_state(snapshot, release)
    places = places_of(state.frames, successor)
    if isinstance(places, Obstructed):
        return places
    for frame, (program, place) in zip(state.frames, places, strict=True):
        registers: list[Value] = [None] * program.procedures[place.index].n_registers
        first = program.procedures[place.index].code[place.pc][1]
        for new, old in place.registers:
            if new < first:
                registers[new] = frame.registers[old]
        frame.program, frame.index, frame.pc, frame.registers = program, place.index, place.pc, registers
    state.live, state.allocated = _reachable(state), 0
    return encode_state(state)


def _reachable(state: SavedState) -> int:
    """The prices of all that the frames reach, each object once."""
    total = 0
    seen: set[int] = set()
    stack = [value for frame in state.frames for value in frame.registers]
    while stack:
        value = stack.pop()
        if isinstance(value, Str | Array | Map) and id(value) not in seen:
            seen.add(id(value))
            total += value.price
            if not isinstance(value, Str):
                stack.extend(children(value))
    return total
