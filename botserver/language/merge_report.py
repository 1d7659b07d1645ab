"""REPORT: a text with what each MERGE of a script did since RESET REPORT, kept in a register of the script.

A file without REPORT has no such register, and its MERGEs cost nothing more.
"""

from __future__ import annotations

from .emitter import Emitter, JumpLabel
from .opcodes import Op


class MergeReport:
    """Compiles it. `register` is `Resolution.report`, -1 if the file has no REPORT; `is_script` says whether the code
    is the script's own, whose frame holds that register."""

    def __init__(self, code: Emitter, register: int, is_script: bool) -> None:
        self._code = code
        self._register = register
        self._is_script = is_script

    @property
    def is_used(self) -> bool:
        return self._register >= 0

    def add(self, table: int, result: int) -> None:
        """A line for a MERGE into `table`; `result` is a register with the map it gave."""
        code = self._code
        top = code.top
        first = code.reserve(7)
        code.emit(Op.MOVE, first, self._read())
        empty = JumpLabel()
        code.emit(Op.MOVE, first + 1, code.constant(""))
        code.emit(Op.JUMP_NULL, first, empty)
        code.emit(Op.MOVE, first + 1, code.constant("\n"))
        code.place(empty)
        code.emit(Op.MOVE, first + 2, table)
        code.emit(Op.MOVE, first + 3, code.constant(": "))
        code.emit(Op.MEMBER, first + 4, result, code.text("inserted"))
        code.emit(Op.ADD, first + 4, first + 4, code.constant(" inserted, "))
        code.emit(Op.MEMBER, first + 5, result, code.text("updated"))
        code.emit(Op.MOVE, first + 6, code.constant(" updated"))
        code.emit(Op.CONCAT, first, first, 7)
        self._write(first)
        code.top = top

    def text(self, target: int) -> None:
        self._code.emit(Op.MOVE, target, self._read())
        self._code.emit(Op.CONCAT, target, target, 1)

    def reset(self) -> None:
        self._write(self._code.constant(None))

    def _read(self) -> int:
        if self._is_script:
            return self._register
        copy = self._code.reserve()
        self._code.emit(Op.GET_SCRIPT, copy, self._register)
        return copy

    def _write(self, value: int) -> None:
        self._code.emit(Op.MOVE if self._is_script else Op.SET_SCRIPT, self._register, value)
