"""A program as text, for people who want to see what their script became."""

from __future__ import annotations

from .builtins import SPECS
from .effects import EFFECTS
from .opcodes import OPERANDS, Op
from .program import Procedure, Program
from .traps import Guard


def disassemble(program: Program) -> str:
    """One line an instruction: number, source line where it changes, opcode, operands by meaning."""
    parts = [f"program {program.file} {program.digest.hex()[:16]}"]
    for index, procedure in enumerate(program.procedures):
        parts.append("")
        title = f"procedure {index} {procedure.name or '(script)'}"
        parts.append(f"{title}: {procedure.n_parameters} parameters, {procedure.n_registers} registers")
        line = 0
        for pc, (number, *operands) in enumerate(procedure.code):
            op = Op(number)
            at = procedure.line_at(pc).line
            shown = [
                _operand(letter, operand, program, procedure)
                for letter, operand in zip(OPERANDS[op], operands, strict=True)
            ]
            parts.append(f"{pc:5} {f'{at}' if at != line else '':>5}  {op.name:<13} {', '.join(shown)}".rstrip())
            line = at
        for name in ("catches", "leaves", "resumes"):
            table: tuple[Guard, ...] = getattr(procedure.traps, name)
            parts += [f"{guard.pc:5} {name:>12} -> {guard.target if guard.target >= 0 else 'off'}" for guard in table]
        parts += [f"      {'label':>12} {number} -> {pc}" for number, pc in enumerate(procedure.traps.labels)]
    return "\n".join(parts)


def _operand(letter: str, operand: int, program: Program, procedure: Procedure) -> str:
    match letter:
        case "R" | "r":
            return _register(operand, procedure)
        case "V":
            return _register(operand, procedure) if operand >= 0 else _constant(program.constants[~operand])
        case "K":
            return _constant(program.constants[operand])
        case "G":
            return f"script {_register(operand, program.procedures[0])}"
        case "J":
            return f"-> {operand}"
        case "P":
            return program.procedures[operand].name
        case "B":
            return SPECS[operand].name
        case "E":
            return EFFECTS[operand].name
        case _:
            return str(operand)


def _register(number: int, procedure: Procedure) -> str:
    name = procedure.register_names[number] if number < len(procedure.register_names) else ""
    return f"r{number}:{name}" if name else f"r{number}"


def _constant(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value if len(value) <= 60 else value[:57] + "..."
        return '"' + text.replace("\n", "\\n") + '"'
    return str(value)
