"""Proves what the VMs take for granted: every operand of every instruction is in range.

Programs come out of our compiler, but also out of the store. A VM checks nothing of this at run time.
"""

from __future__ import annotations

from ..errors import ProgramCorrupt
from ..limits import CONSTANTS, HANDLERS, INSTRUCTIONS, PROCEDURES, REGISTERS
from .builtins import SPECS
from .effects import EFFECTS, Kind
from .opcodes import ENDS_FLOW, OPERANDS, Op
from .program import Procedure, Program
from .traps import target_at


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
    targets = {
        operand
        for number, *operands in main.code
        for letter, operand in zip(OPERANDS[Op(number)], operands, strict=True)
        if letter == "J"
    }
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
    for pc, (number, *operands) in enumerate(procedure.code):
        try:
            op = Op(number)
        except ValueError:
            raise fail(pc, f"opcode {number}") from None
        if len(operands) != len(OPERANDS[op]):
            raise fail(pc, "wrong number of operands")
        for letter, operand in zip(OPERANDS[op], operands, strict=True):
            if not _is_in_range(letter, operand, program, n_registers, n_code):
                raise fail(pc, f"operand {letter} is {operand}")
        if not _runs_fit(op, operands, program, n_registers):
            raise fail(pc, "its registers do not fit")


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


def _is_in_range(letter: str, operand: int, program: Program, n_registers: int, n_code: int) -> bool:
    match letter:
        case "R":
            return 0 <= operand < n_registers
        case "r":
            return 0 <= operand <= n_registers
        case "V":
            return -len(program.constants) <= operand < n_registers
        case "K":
            return 0 <= operand < len(program.constants) and isinstance(program.constants[operand], str)
        case "G":
            return 0 <= operand < program.procedures[0].n_registers
        case "J":
            return 0 <= operand < n_code
        case "N":
            return 0 <= operand <= 0xFFFF
        case "P":
            return 1 <= operand < len(program.procedures)
        case "B":
            return 0 <= operand < len(SPECS)
        case "E":
            return 0 <= operand < len(EFFECTS)
        case _:
            raise AssertionError(f"no operand letter {letter}")


def _runs_fit(op: Op, operands: list[int], program: Program, n_registers: int) -> bool:
    """Runs of registers end within the frame, counts fit what is called."""
    match op:
        case Op.CONCAT | Op.NEW_ARRAY:
            return operands[1] + operands[2] <= n_registers
        case Op.NEW_MAP:
            return operands[1] + 2 * operands[2] <= n_registers
        case Op.EACH_PREP | Op.EACH_NEXT:
            return operands[0] + 3 <= n_registers
        case Op.CALL:
            a, procedure, n = operands
            return a + n <= n_registers and n <= program.procedures[procedure].n_parameters
        case Op.RUN:
            return operands[0] + 1 + operands[1] <= n_registers
        case Op.RUN_IN:
            return operands[0] + 2 + operands[1] <= n_registers
        case Op.BUILTIN:
            a, number, n = operands
            spec = SPECS[number]
            fits = spec.min_arguments <= n and (spec.max_arguments is None or n <= spec.max_arguments)
            return fits and a + n <= n_registers
        case Op.EFFECT | Op.EMIT:
            a, number, n = operands
            effect = EFFECTS[number]
            fits = n >= effect.min_arguments if effect.is_open else n == len(effect.arguments)
            return fits and a + n <= n_registers and (effect.kind is Kind.EMIT) == (op is Op.EMIT)
        case _:
            return True
