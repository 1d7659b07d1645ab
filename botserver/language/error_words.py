"""THROW, ASSERT, ERROR and their like, to instructions, and what a script knows of its errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from . import tree
from .emitter import Emitter, JumpLabel
from .opcodes import Op


class Lower(Protocol):
    """What is needed of `Expressions`."""

    code: Emitter

    def operand(self, node: tree.Expression) -> int: ...
    def into(self, node: tree.Expression, target: int) -> None: ...
    def jump(self, node: tree.Expression, label: JumpLabel, when: bool) -> None: ...


class ErrorWords:
    """Compiles them with the help of `Expressions`. `trap` is `Resolution.trap`; `is_script` says whether the code is
    the script's own, whose frame holds that register."""

    def __init__(self, lower: Lower, trap: int, is_script: bool) -> None:
        self._lower = lower
        self._code = lower.code
        self._trap = trap
        self._is_script = is_script

    @property
    def state(self) -> int:
        """A value operand for the state of trapping."""
        return self._read(self._trap)

    def set_state(self, value: int) -> None:
        self._write(self._trap, value)

    @property
    def last(self) -> int:
        """A value operand for the last recorded error."""
        return self._read(self._trap + 1)

    def _read(self, register: int) -> int:
        if self._is_script:
            return register
        copy = self._code.reserve()
        self._code.emit(Op.GET_SCRIPT, copy, register)
        return copy

    def _write(self, register: int, value: int) -> None:
        self._code.emit(Op.MOVE if self._is_script else Op.SET_SCRIPT, register, value)

    def word(self, word: str, operands: Sequence[tree.Expression], target: int) -> None:
        """A keyword of `keywords/errors.py`, by the target of its form."""
        code, lower, null = self._code, self._lower, self._code.constant(None)
        match word:
            case "throw":
                code.emit(Op.THROW, null, lower.operand(operands[0]))
            case "rethrow":
                code.emit(Op.THROW, null, self.last)
            case "raise":
                number = code.reserve(2)
                lower.into(operands[0], number)
                if len(operands) > 1:
                    lower.into(operands[1], number + 1)
                else:
                    code.emit(Op.ADD, number + 1, code.constant("error "), number)
                code.emit(Op.THROW, number, number + 1)
            case "assert":
                holds = JumpLabel()
                lower.jump(operands[0], holds, True)
                said = lower.operand(operands[1]) if len(operands) > 1 else code.constant("assertion failed")
                code.emit(Op.THROW, code.constant(4010), said)
                code.place(holds)
            case "error":
                code.emit(Op.NE, target, self.last, null)
            case "number":
                self._member("code", target)
                code.emit(Op.ADD, target, target, code.constant(0))
            case "message":
                self._member("message", target)
                code.emit(Op.CONCAT, target, target, 1)
            case "clear":
                self._write(self._trap + 1, null)
            case _:
                raise AssertionError(f"no error word {word}")

    def _member(self, name: str, target: int) -> None:
        self._code.emit(Op.MEMBER, target, self.last, self._code.text(name))
