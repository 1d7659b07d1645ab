"""The code of one procedure while it is compiled: instructions, labels, registers, line marks."""

from __future__ import annotations

from dataclasses import dataclass

from ..limits import CONSTANTS, INSTRUCTIONS, REGISTERS
from .opcodes import OPERANDS, Op
from .program import Constant, Instruction, LineMark, Procedure
from .source import Source, Span


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
        self.top = self._highest = 0
        self.reserve(len(names))

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

    def place(self, label: JumpLabel) -> None:
        label.pc = len(self._code)

    def finish(self, name: str, n_parameters: int) -> Procedure:
        code: list[Instruction] = []
        for op, *operands in self._code:
            numbers = [operand.pc if isinstance(operand, JumpLabel) else operand for operand in operands]
            code.append((int(op), *numbers))  # type: ignore[arg-type]  # the first is an Op
        return Procedure(name, n_parameters, self._highest, tuple(self._names), tuple(code), tuple(self._marks))
