"""Proves what the VMs take for granted: every operand of every instruction is in range.

Programs come out of our compiler, but also out of the store. A VM checks nothing of this at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..errors import ProgramCorrupt
from ..limits import CONSTANTS, HANDLERS, INSTRUCTIONS, PROCEDURES, REGISTERS
from .builtins import SPECS
from .effects import EFFECTS, Kind
from .opcodes import ENDS_FLOW, OPERANDS, Op
from .program import Procedure, Program
from .traps import target_at

_JUMPS = {
    int(op): tuple(place for place, letter in enumerate(letters, 1) if letter == "J")
    for op, letters in OPERANDS.items()
    if "J" in letters
}
"""Where the instructions that jump say where to."""


def verify(program: Program) -> None:
    """Raises ProgramCorrupt naming procedure and instruction."""
    if not 1 <= len(program.procedures) <= PROCEDURES or len(program.constants) > CONSTANTS:
        raise ProgramCorrupt(what="it has no procedure, or too many procedures or constants")
    # Two registers with no name, so that no script variable is one.
    names = program.procedures[0].register_names[program.trap : program.trap + 2] if program.trap >= 0 else ("", "")
    if program.trap < -1 or names != ("", ""):
        raise ProgramCorrupt(what=f"its trap register is {program.trap}")
    for index, procedure in enumerate(program.procedures):
        _verify_procedure(program, index, procedure)
        _verify_traps(program, index, procedure)
    _verify_handlers(program)


def _verify_handlers(program: Program) -> None:
    """Each handler begins with a CALL that nothing else leads to, and the run ends after it."""
    main = program.procedures[0]
    keys = {handler.key for handler in program.handlers}
    if len(keys) != len(program.handlers) or len(keys) > HANDLERS or "" in keys:
        raise ProgramCorrupt(what="its handlers have no names of their own, or are too many")
    if not program.handlers and not program.kept:
        return
    targets = {code[place] for code in main.code for place in _JUMPS.get(code[0], ())}
    targets |= {guard.target for table in main.traps.tables for guard in table} | set(main.traps.labels)
    for handler in program.handlers:
        at = handler.entry
        if not 0 < at < len(main.code) - 1 or at in targets or main.code[at - 1][0] not in ENDS_FLOW:
            raise ProgramCorrupt(what=f"handler {handler.key} does not begin at a place of its own")
        if (main.code[at][0], main.code[at + 1][0]) != (Op.CALL, Op.END_RUN):
            raise ProgramCorrupt(what=f"handler {handler.key} is not a call")
        if any(target_at(table, pc) is not None for table in main.traps.tables for pc in (at, at + 1)):
            raise ProgramCorrupt(what=f"handler {handler.key} is inside a TRY of the script")
        if main.code[at][1] < len(main.register_names):
            raise ProgramCorrupt(what=f"handler {handler.key} overwrites variables")
    names = [main.register_names[register] for register in program.kept if register < len(main.register_names)]
    if len(set(program.kept)) != len(program.kept) or len(names) != len(program.kept) or "" in names:
        raise ProgramCorrupt(what="what it keeps for handlers are not its variables")


def _verify_procedure(program: Program, index: int, procedure: Procedure) -> None:
    def fail(pc: int, what: str) -> ProgramCorrupt:
        return ProgramCorrupt(what=f"procedure {index}, instruction {pc}: {what}")

    n_registers, n_code = procedure.n_registers, len(procedure.code)
    if not procedure.n_parameters <= len(procedure.register_names) <= n_registers <= REGISTERS:
        raise fail(0, "parameters, names and registers do not fit")
    if not 1 <= n_code <= INSTRUCTIONS or procedure.code[-1][0] not in ENDS_FLOW:
        raise fail(n_code, "it runs off its end")
    places = [mark.pc for mark in procedure.marks]
    if places != sorted(set(places)) or any(pc >= n_code for pc in places):
        raise fail(0, "its line marks are not in order")
    # Instruction by instruction costs three times as much as column by column; loading a program is mostly this.
    by_op: dict[int, list[tuple[int, ...]]] = {}
    for instruction in procedure.code:
        by_op.setdefault(instruction[0], []).append(instruction)
    bounds = _bounds(program, n_registers, n_code)
    for number, instructions in by_op.items():
        what = _wrong(number, instructions, bounds, program, n_registers)
        if what is not None:
            bad, sentence = what
            raise fail(procedure.code.index(bad), sentence)


def _verify_traps(program: Program, index: int, procedure: Procedure) -> None:
    traps, n_code = procedure.traps, len(procedure.code)
    for table in traps.tables:
        places = [guard.pc for guard in table]
        if places != sorted(set(places)) or any(pc >= n_code for pc in places):
            raise ProgramCorrupt(what=f"procedure {index}: its traps are not in order")
        if any(not -1 <= guard.target < n_code for guard in table):
            raise ProgramCorrupt(what=f"procedure {index}: a trap leads nowhere")
    if any(not 0 <= pc < n_code for pc in traps.labels):
        raise ProgramCorrupt(what=f"procedure {index}: a trap leads nowhere")
    is_armed = 0 <= traps.armed < procedure.n_registers
    if not is_armed if traps.labels else traps.armed != -1:
        raise ProgramCorrupt(what=f"procedure {index}: its armed register is {traps.armed}")
    if traps and program.trap < 0:
        raise ProgramCorrupt(what=f"procedure {index}: it traps errors without a trap register")


def _wrong(
    number: int,
    instructions: list[tuple[int, ...]],
    bounds: dict[str, tuple[int, int]],
    program: Program,
    n_registers: int,
) -> tuple[tuple[int, ...], str] | None:
    """The first wrong one of instructions with one opcode, and what is wrong."""
    try:
        letters = OPERANDS[Op(number)]
    except ValueError:
        return instructions[0], f"opcode {number}"
    for instruction in instructions:
        if len(instruction) != len(letters) + 1:
            return instruction, "wrong number of operands"
    for place, letter in enumerate(letters, 1):
        low, high = bounds[letter]
        column = [instruction[place] for instruction in instructions]
        if min(column) < low or max(column) >= high or (letter == "K" and not _are_texts(column, program)):
            bad = next(
                each
                for each in instructions
                if not low <= each[place] < high or (letter == "K" and not _are_texts([each[place]], program))
            )
            return bad, f"operand {letter} is {bad[place]}"
    fits = _RUNS.get(number)
    if fits is not None:
        for instruction in instructions:
            if not fits(instruction, program, n_registers):
                return instruction, "its registers do not fit"
    return None


def _are_texts(constants: list[int], program: Program) -> bool:
    return all(isinstance(program.constants[index], str) for index in constants)


def _bounds(program: Program, n_registers: int, n_code: int) -> dict[str, tuple[int, int]]:
    """The operands of each letter: from, to before."""
    n_constants = len(program.constants)
    return {
        "R": (0, n_registers),
        "r": (0, n_registers + 1),
        "V": (-n_constants, n_registers),
        "K": (0, n_constants),
        "G": (0, program.procedures[0].n_registers),
        "J": (0, n_code),
        "N": (0, 0x10000),
        "P": (1, len(program.procedures)),
        "B": (0, len(SPECS)),
        "E": (0, len(EFFECTS)),
    }


Fits: TypeAlias = Callable[[tuple[int, ...], Program, int], bool]
"""Whether the runs of registers of an instruction end within the frame, and counts fit what is called."""


def _call_fits(instruction: tuple[int, ...], program: Program, n_registers: int) -> bool:
    _, a, procedure, n = instruction
    return a + n <= n_registers and n <= program.procedures[procedure].n_parameters


def _builtin_fits(instruction: tuple[int, ...], program: Program, n_registers: int) -> bool:
    _, a, number, n = instruction
    return a + n <= n_registers and SPECS[number].takes(n)


def _effect_fits(instruction: tuple[int, ...], program: Program, n_registers: int) -> bool:
    op, a, number, n = instruction
    effect = EFFECTS[number]
    fits = n >= effect.min_arguments if effect.is_open else n == len(effect.arguments)
    return fits and a + n <= n_registers and (effect.kind is Kind.EMIT) == (op == Op.EMIT)


_RUNS: dict[int, Fits] = {
    Op.CONCAT: lambda code, _, n: code[2] + code[3] <= n,
    Op.NEW_ARRAY: lambda code, _, n: code[2] + code[3] <= n,
    Op.NEW_MAP: lambda code, _, n: code[2] + 2 * code[3] <= n,
    Op.EACH_PREP: lambda code, _, n: code[1] + 3 <= n,
    Op.EACH_NEXT: lambda code, _, n: code[1] + 3 <= n,
    Op.CALL: _call_fits,
    Op.RUN: lambda code, _, n: code[1] + 1 + code[2] <= n,
    Op.RUN_IN: lambda code, _, n: code[1] + 2 + code[2] <= n,
    Op.BUILTIN: _builtin_fits,
    Op.EFFECT: _effect_fits,
    Op.EMIT: _effect_fits,
}
