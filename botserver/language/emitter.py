"""The code of one procedure while it is compiled: instructions, labels, registers, line marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ..limits import CONSTANTS, INSTRUCTIONS, REGISTERS
from .opcodes import OPERANDS, Op
from .program import Constant, Instruction, LineMark, Procedure
from .source import Source, Span
from .traps import Guard, Traps


class TooLarge(Exception):
    """The script exceeds a bound; the message says which."""


class Constants:
    """The constants of a program, each once."""

    def __init__(self) -> None:
        self._places: dict[tuple[type, str], int] = {}
        self.values: list[Constant] = []

    def add(self, value: Constant) -> int:
        # repr tells 0.0 from -0.0, the type 1 from True and 1.0.
        key = (type(value), repr(value))
        if key not in self._places:
            if len(self.values) >= CONSTANTS:
                raise TooLarge(f"a script has at most {CONSTANTS} constants")
            self._places[key] = len(self.values)
            self.values.append(value)
        return self._places[key]


@dataclass(slots=True, eq=False)
class JumpLabel:
    """A place in the code, known once `Emitter.place` was called."""

    pc: int = -1


class GuardTable:
    """One of the tables of traps.py while its procedure is compiled."""

    def __init__(self, code: list[list[int | JumpLabel]]) -> None:
        self._code = code
        self._entries: list[tuple[int, JumpLabel | None]] = []
        self._now: JumpLabel | None = None

    def set(self, label: JumpLabel | None) -> JumpLabel | None:
        """What holds for the next instructions; gives what held before."""
        before, self._now = self._now, label
        pc = len(self._code)
        if self._entries and self._entries[-1][0] == pc:
            self._entries.pop()
        if (self._entries[-1][1] if self._entries else None) is not label:
            self._entries.append((pc, label))
        return before

    def finish(self) -> tuple[Guard, ...]:
        end = len(self._code)
        return tuple(Guard(pc, -1 if label is None else label.pc) for pc, label in self._entries if pc < end)


class Emitter:
    """Registers are a stack: names first, then temporaries that live as long as what uses them.

    Every CALL, RUN and EFFECT takes its arguments from the top, so whatever it leaves null is dead.
    """

    def __init__(self, source: Source, constants: Constants, names: list[str]) -> None:
        self._source = source
        self._constants = constants
        self._names = names
        self._code: list[list[int | JumpLabel]] = []
        self._marks: list[LineMark] = []
        self.catches, self.leaves, self.resumes = (GuardTable(self._code) for _ in range(3))
        self.top = self._highest = 0
        self.reserve(len(names))

    @property
    def file(self) -> str:
        """The name of the script."""
        return PurePath(self._source.file).name

    def mark(self, span: Span) -> None:
        """The next instructions come from `span`."""
        line, column = self._source.position(span.start)
        mark = LineMark(len(self._code), line, column)
        if self._marks and self._marks[-1].pc == mark.pc:
            self._marks.pop()
        if not self._marks or (self._marks[-1].line, self._marks[-1].column) != (line, column):
            self._marks.append(mark)

    def emit(self, op: Op, *operands: int | JumpLabel) -> None:
        if len(operands) != len(OPERANDS[op]):
            raise AssertionError(f"{op.name} with {len(operands)} operands")
        if len(self._code) >= INSTRUCTIONS:
            raise TooLarge(f"a procedure has at most {INSTRUCTIONS} instructions")
        self._code.append([op, *operands])

    @property
    def pc(self) -> int:
        """Of the next instruction."""
        return len(self._code)

    def constant(self, value: Constant) -> int:
        """A value operand for a constant."""
        return ~self._constants.add(value)

    def text(self, text: str) -> int:
        """A constant's index, for operands that name one."""
        return self._constants.add(text)

    def reserve(self, n: int = 1) -> int:
        """`n` fresh temporaries in a row; the first one's number."""
        first = self.top
        self.top += n
        if self.top > REGISTERS:
            raise TooLarge(f"a procedure has at most {REGISTERS} variables and temporaries")
        self._highest = max(self._highest, self.top)
        return first

    def is_temporary(self, register: int) -> bool:
        return register >= len(self._names)

    def place(self, label: JumpLabel) -> None:
        label.pc = len(self._code)

    def finish(self, name: str, n_parameters: int, labels: Sequence[JumpLabel] = (), armed: int = -1) -> Procedure:
        """`labels` are those of ON ERROR GOTO, `armed` the register that says which is armed."""
        code: list[Instruction] = []
        for op, *operands in self._code:
            numbers = [operand.pc if isinstance(operand, JumpLabel) else operand for operand in operands]
            code.append((int(op), *numbers))  # type: ignore[arg-type]  # the first is an Op
        tables = (self.catches.finish(), self.leaves.finish(), self.resumes.finish())
        traps = Traps(*tables, tuple(label.pc for label in labels), armed)
        names = tuple(self._names)
        return Procedure(name, n_parameters, self._highest, names, tuple(code), tuple(self._marks), traps)
