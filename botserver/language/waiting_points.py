"""Where a conversation that waits in one version of a script goes on in another: found exactly, or not at all.

A frame stands at a waiting point: an EFFECT, CALL, RUN or RUN_IN. In another version of its program it may stand at
the point of the procedure of the same name that is surely the same one:

- the procedures are congruent, the same instructions but for the values of constants: then at the same instruction; or
- there is exactly one point in either that waits for the same thing with the same arguments after the same statements;
  or exactly one in either that waits for the same thing with the same arguments.

And only if all that the new code may read from there on is there: every variable by its name, and what loops and
half-done expressions around the point hold in registers without a name by where it comes from and what it is used for.
Anything else is an obstacle, and the frame stays where it is. Nothing is decided by likeness or by order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TypeAlias

from ..ids import Digest
from .effects import EFFECTS
from .opcodes import ENDS_FLOW, OPERANDS, Op
from .program import Instruction, Procedure, Program
from .traps import target_at

WAITING = (Op.CALL, Op.RUN, Op.RUN_IN, Op.EFFECT)
_CONTEXT = 200  # instructions before a point that are looked at
_ANALYSES = 200  # procedures kept analysed
_PLACES = 10_000  # answers remembered

Part: TypeAlias = "str | int | float | bool | tuple[Part, ...] | None"


class Obstacle(StrEnum):
    """Why a waiting point has no place in the new version."""

    SCRIPT_GONE = "script_gone"
    PROCEDURE_GONE = "procedure_gone"
    POINT_GONE = "point_gone"
    AMBIGUOUS = "ambiguous"
    SURROUNDINGS_CHANGED = "surroundings_changed"
    VARIABLE_MISSING = "variable_missing"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class NoPlace:
    """It has none. `detail` names what is gone or missing."""

    obstacle: Obstacle
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is in the new version, and which register of the new frame takes the value of which of the old."""

    index: int
    pc: int
    registers: tuple[tuple[int, int], ...]  # (new, old)


def find_place(old: Program, index: int, pc: int, new: Program) -> Place | NoPlace:
    """The place in `new` of the point at `pc` of procedure `index` of `old`. Remembered: many sessions wait at one."""
    return _found(_ByDigest(old.digest, old), index, pc, _ByDigest(new.digest, new))


@dataclass(frozen=True, slots=True)
class _ByDigest:
    """A program that is compared by its name: comparing it whole would cost more than what is remembered."""

    digest: Digest
    program: Program = field(compare=False)


@lru_cache(maxsize=_PLACES)
def _found(before_: _ByDigest, index: int, pc: int, after_: _ByDigest) -> Place | NoPlace:
    old, new = before_.program, after_.program
    procedure = old.procedures[index]
    if old.digest == new.digest:
        return Place(index, pc, tuple((register, register) for register in range(procedure.n_registers)))
    there = 0 if index == 0 else _index_of(new, procedure.name)
    if there is None:
        return NoPlace(Obstacle.PROCEDURE_GONE, procedure.name)
    before, after = _analysed(before_, index), _analysed(after_, there)
    if _are_congruent(before_, after_) and before.key(pc) == after.key(pc):
        return Place(there, pc, tuple((register, register) for register in range(procedure.n_registers)))
    if (old.trap >= 0) != (new.trap >= 0) or any(each.traps.labels for each in (*old.procedures, *new.procedures)):
        return NoPlace(Obstacle.SURROUNDINGS_CHANGED, "errors are trapped in another way")
    found = _same_point(before, after, pc)
    return found if isinstance(found, NoPlace) else _with_registers(before, after, pc, found, there)


def _index_of(program: Program, name: str) -> int | None:
    found = [at for at, procedure in enumerate(program.procedures) if at and procedure.name == name]
    return found[0] if len(found) == 1 else None


def _same_point(before: _Analysis, after: _Analysis, pc: int) -> int | NoPlace:
    key = before.key(pc)
    same, alike = after.points_by_key.get(key, []), before.points_by_key[key]
    if not same:
        return NoPlace(Obstacle.POINT_GONE)
    if len(same) == len(alike) == 1:
        return same[0]
    context = before.context(pc)
    same = [at for at in same if after.context(at) == context]
    alike = [at for at in alike if before.context(at) == context]
    if len(same) == len(alike) == 1:
        return same[0]
    return NoPlace(Obstacle.AMBIGUOUS if same else Obstacle.POINT_GONE)


def _with_registers(before: _Analysis, after: _Analysis, pc: int, found: int, there: int) -> Place | NoPlace:
    own, others = before.signatures(pc), after.signatures(found)
    if own is None or others is None or set(own) != set(others):
        return NoPlace(Obstacle.SURROUNDINGS_CHANGED, "the loop or expression around it changed")
    places = {others[signature]: own[signature] for signature in own}
    names = {name: register for register, name in before.names.items()}
    for register, name in after.names.items():
        if name in names:
            places[register] = names[name]
        elif after.may_read(found, register):
            return NoPlace(Obstacle.VARIABLE_MISSING, name)
    return Place(there, found, tuple(sorted(places.items())))


@lru_cache(maxsize=_ANALYSES)
def _analysed(named: _ByDigest, index: int) -> _Analysis:
    return _Analysis(named.program, index)


@lru_cache(maxsize=_ANALYSES)
def _are_congruent(old: _ByDigest, new: _ByDigest) -> bool:
    """Whether both are the same but for constants, lines and what tools see of them."""

    def shape(program: Program) -> list[object]:
        handlers = [(handler.key, handler.event, handler.entry) for handler in program.handlers]
        shapes: list[object] = [handlers, program.kept, program.trap]
        for each in program.procedures:
            code = [_without_constants(instruction) for instruction in each.code]
            shapes.append((each.name, each.n_parameters, each.n_registers, each.register_names, each.traps, code))
        return shapes

    return shape(old.program) == shape(new.program)


def _without_constants(instruction: Instruction) -> tuple[int, ...]:
    op, *operands = instruction
    letters = OPERANDS[Op(op)]
    return (op, *(
        -1 if letter == "K" or (letter == "V" and operand < 0) else operand
        for letter, operand in zip(letters, operands, strict=True)
    ))  # fmt: skip


# --- one procedure -----------------------------------------------------------------------------------------------


class _Analysis:
    """What is asked of a procedure, computed when it is."""

    def __init__(self, program: Program, index: int) -> None:
        self._program = program
        self._procedure: Procedure = program.procedures[index]
        self._code = self._procedure.code
        self._is_script = index == 0
        self.names = {register: name for register, name in enumerate(self._procedure.register_names) if name}
        if self._is_script and program.trap >= 0:
            self.names |= {program.trap: " trap", program.trap + 1: " error"}
        if self._procedure.traps.armed >= 0:
            self.names[self._procedure.traps.armed] = " armed"

    @cached_property
    def points_by_key(self) -> dict[Part, list[int]]:
        found: defaultdict[Part, list[int]] = defaultdict(list)
        for pc, instruction in enumerate(self._code):
            if instruction[0] in WAITING:
                found[self.key(pc)].append(pc)
        return dict(found)

    def key(self, pc: int) -> Part:
        """What is waited for, with its arguments."""
        op, first, *rest = self._code[pc]
        waits_for: list[Part] = [int(op)]
        if op == Op.EFFECT:
            waits_for += [EFFECTS[rest[0]].name, rest[1]]
        elif op == Op.CALL:
            waits_for += [self._program.procedures[rest[0]].name, rest[1]]
        else:
            waits_for += rest
        arguments: list[Part] = []
        for at in self._straight_back(pc):
            if min(_defined(self._code[at]), default=-1) < first:
                break
            arguments.append(self._normal(self._code[at], first))
        return (*waits_for, tuple(arguments))

    def context(self, pc: int) -> Part:
        """The statements before it, back to where one may come from elsewhere, or from another wait."""
        return tuple(self._normal(self._code[at], None) for at in self._straight_back(pc))

    def signatures(self, pc: int) -> dict[Part, int] | None:
        """The registers without a name that may be read later, by where they come from and what for. None: two of them
        cannot be told apart."""
        first = self._code[pc][1]
        found: dict[Part, int] = {}
        for register in range(first):
            if register not in self.names and self.may_read(pc, register):
                signature = (self._sources(pc, register), self._uses(pc, register))
                if signature in found:
                    return None
                found[signature] = register
        return found

    def may_read(self, pc: int, register: int) -> bool:
        """Whether a register of the frame may be read after the point, before it is written."""
        if self._is_script and register in self._seen_elsewhere:
            return True
        return any(self._live[at] >> register & 1 for at in self._successors(pc))

    def _straight_back(self, pc: int) -> Iterator[int]:
        """The instructions before `pc` that come to it in every case."""
        for at in range(pc - 1, max(pc - 1 - _CONTEXT, -1), -1):
            if at + 1 in self._targets or self._code[at][0] in WAITING or self._code[at][0] in ENDS_FLOW:
                return
            yield at

    def _normal(self, instruction: Instruction, first: int | None, own: int | None = None) -> Part:
        """An instruction as another version has it: variables by name, constants by value, other registers by their
        distance to `first` or to `own`; no jump targets."""
        op, *operands = instruction
        parts: list[Part] = [int(op)]
        for letter, operand in zip(OPERANDS[Op(op)], operands, strict=True):
            if letter in "RrV" and operand >= 0:
                if operand in self.names:
                    parts.append(("name", self.names[operand]))
                elif first is not None and operand >= first:
                    parts.append(("argument", operand - first))
                elif own is not None and op in _RUNS and abs(own - operand) < 3:
                    parts.append(("own", own - operand))
                else:
                    parts.append("own" if operand == own else "other")
            elif letter == "V" or letter == "K":
                value = self._program.constants[operand if letter == "K" else ~operand]
                parts.append((type(value).__name__, repr(value)))
            elif letter == "G":
                parts.append(("script", self._program.procedures[0].register_names[operand]))
            elif letter == "P":
                parts.append(self._program.procedures[operand].name)
            elif letter != "J":
                parts.append(operand)
        return tuple(parts)

    def _sources(self, pc: int, register: int) -> Part:
        """The instructions whose result the register may hold at `pc`."""
        found: set[Part] = set()
        seen = {pc}
        waiting = [pc]
        while waiting:
            at = waiting.pop()
            if at == 0:
                found.add("begin")
            for earlier in self._predecessors[at]:
                if earlier in seen:
                    continue
                seen.add(earlier)
                if self._writes(earlier, register):
                    found.add(self._normal(self._code[earlier], None, register))
                else:
                    waiting.append(earlier)
        return tuple(sorted(found, key=repr))

    def _uses(self, pc: int, register: int) -> Part:
        """The instructions that may read it first from `pc` on."""
        found: set[Part] = set()
        waiting = list(self._successors(pc))
        seen = set(waiting)
        while waiting:
            at = waiting.pop()
            if register in _used(self._code[at]):
                found.add(self._normal(self._code[at], None, register))
            elif not self._writes(at, register):
                fresh = [later for later in self._successors(at) if later not in seen]
                seen.update(fresh)
                waiting += fresh
        return tuple(sorted(found, key=repr))

    def _writes(self, pc: int, register: int) -> bool:
        instruction = self._code[pc]
        return register in _defined(instruction) or (instruction[0] in WAITING and register >= instruction[1])

    # --- flow

    def _successors(self, pc: int) -> tuple[int, ...]:
        return self._flow[pc]

    @cached_property
    def _flow(self) -> list[tuple[int, ...]]:
        return [tuple(dict.fromkeys(self._followers(pc))) for pc in range(len(self._code))]

    def _followers(self, pc: int) -> Iterator[int]:
        op, *operands = self._code[pc]
        if op not in ENDS_FLOW:
            yield pc + 1
        for letter, operand in zip(OPERANDS[Op(op)], operands, strict=True):
            if letter == "J":
                yield operand
        traps = self._procedure.traps
        for table in traps.tables:  # wherever an error, or an EXIT inside what it calls, may lead
            target = target_at(table, pc)
            if target is not None:
                yield target
        yield from traps.labels

    @cached_property
    def _predecessors(self) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for pc, followers in enumerate(self._flow):
            for later in followers:
                found[later].append(pc)
        return found

    @cached_property
    def _targets(self) -> frozenset[int]:
        """Where one may come from elsewhere than from the instruction before."""
        arrivals = Counter(later for pc, followers in enumerate(self._flow) for later in followers if later != pc + 1)
        entries = {handler.entry for handler in self._program.handlers} if self._is_script else set()
        return frozenset({*arrivals, *entries})

    @cached_property
    def _live(self) -> list[int]:
        """For every instruction the registers that may be read from it on, as bits."""
        live = [0] * len(self._code)
        reads = [_bits(_used(instruction)) for instruction in self._code]
        keeps = [~_overwritten(instruction, self._procedure.n_registers) for instruction in self._code]
        waiting = list(range(len(self._code)))
        is_waiting = [True] * len(self._code)
        while waiting:
            pc = waiting.pop()
            is_waiting[pc] = False
            after = 0
            for later in self._flow[pc]:
                after |= live[later]
            now = reads[pc] | (after & keeps[pc])
            if now != live[pc]:
                live[pc] = now
                for earlier in self._predecessors[pc]:
                    if not is_waiting[earlier]:
                        is_waiting[earlier] = True
                        waiting.append(earlier)
        return live

    @cached_property
    def _seen_elsewhere(self) -> frozenset[int]:
        """Script variables that procedures and handlers read."""
        read = {
            instruction[2]
            for procedure in self._program.procedures[1:]
            for instruction in procedure.code
            if instruction[0] == Op.GET_SCRIPT
        }
        return frozenset({*read, *self._program.kept})


# --- what instructions do to registers ---------------------------------------------------------------------------

_RUNS = frozenset((Op.EACH_PREP, Op.EACH_NEXT))
"""Instructions with a state of three registers."""
_IN_PLACE = frozenset((Op.ENSURE_MAP, Op.FOR_PREP, Op.FOR_LOOP))
"""Instructions that read every register they name."""
_WRITES_NOTHING = frozenset((Op.EMIT, Op.SET_SCRIPT))


def _used(instruction: Instruction) -> list[int]:
    """The registers an instruction reads."""
    op, *operands = instruction
    found = [
        operand
        for letter, operand in zip(OPERANDS[Op(op)], operands, strict=True)
        if operand >= 0 and (letter == "V" or (letter == "R" and op in _IN_PLACE))
    ]
    match op:
        case Op.CONCAT | Op.NEW_ARRAY:
            found += range(operands[1], operands[1] + operands[2])
        case Op.NEW_MAP:
            found += range(operands[1], operands[1] + 2 * operands[2])
        case Op.CALL | Op.BUILTIN | Op.EFFECT | Op.EMIT:
            found += range(operands[0], operands[0] + operands[2])
        case Op.RUN:
            found += range(operands[0], operands[0] + 1 + operands[1])
        case Op.RUN_IN:
            found += range(operands[0], operands[0] + 2 + operands[1])
        case Op.EACH_NEXT:
            found += range(operands[0], operands[0] + 3)
    return found


def _defined(instruction: Instruction) -> list[int]:
    """The registers an instruction writes."""
    op, *operands = instruction
    if op in _WRITES_NOTHING:
        return []
    if op in _RUNS:
        return [*range(operands[0], operands[0] + 3), *([operands[1]] if op == Op.EACH_NEXT else [])]
    return [operand for letter, operand in zip(OPERANDS[Op(op)], operands, strict=True) if letter == "R"]


def _overwritten(instruction: Instruction, n_registers: int) -> int:
    """As bits, with what a wait leaves null. What may be left as it is counts as read, not as written."""
    op = instruction[0]
    if op in (Op.EACH_NEXT, Op.FOR_PREP, Op.FOR_LOOP):
        return 0
    if op in WAITING:
        return (1 << n_registers) - (1 << instruction[1])
    return _bits(_defined(instruction))


def _bits(registers: Iterable[int]) -> int:
    found = 0
    for register in registers:
        found |= 1 << register
    return found
