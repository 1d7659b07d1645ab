"""Keywords whose instructions are neither one built-in nor one effect: each with the few lines it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from . import tree
from .builtins import BY_NAME as BUILTIN_NAMES
from .call_forms import CallForms
from .effects import BY_NAME as EFFECT_NAMES
from .emitter import Emitter, JumpLabel
from .error_words import ErrorWords
from .merge_report import MergeReport
from .opcodes import Op
from .session_forms import SessionForms
from .source import Problems


class Lower(Protocol):
    """What is needed of `Expressions`."""

    code: Emitter
    problems: Problems
    session: SessionForms
    calls: CallForms
    errors: ErrorWords
    report: MergeReport

    def consecutive(self, nodes: Sequence[tree.Expression]) -> int: ...
    def operand(self, node: tree.Expression) -> int: ...
    def into(self, node: tree.Expression, target: int) -> None: ...
    def builtin(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...
    def effect(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...
    def emit_record(self, name: str, operands: Sequence[tree.Expression]) -> None: ...
    def run(self, operands: Sequence[tree.Expression], target: int) -> None: ...


class SpecialForms:
    """Compiles them with the help of `Expressions`."""

    def __init__(self, lower: Lower) -> None:
        self._lower = lower

    def compile(self, special: str, node: tree.KeywordCall, target: int) -> None:
        """`special` is the target of the form `node` is written in."""
        lower, code = self._lower, self._lower.code
        operands, span = node.operands, node.span

        def text(value: str | None) -> tree.Literal:
            return tree.Literal(span, value)

        match special.split():
            case ["new", "array"]:
                code.emit(Op.NEW_ARRAY, target, code.reserve(), 0)
            case ["new", "map"]:
                code.emit(Op.NEW_MAP, target, code.reserve(), 0)
            case ["step"]:
                lower.operand(operands[0])
            case ["print"]:
                spaced: list[tree.Expression] = []
                for operand in operands:
                    spaced += [text(" "), operand] if spaced else [operand]
                first = lower.consecutive(spaced)
                code.emit(Op.CONCAT, first, first, len(spaced))
                code.emit(Op.EMIT, first, EFFECT_NAMES["talk"].number, 1)
            case ["log", level]:
                lower.emit_record("log", [text(level), operands[0], operands[1] if len(operands) > 1 else text(None)])
            case ["send"]:
                first = lower.consecutive(operands)
                code.emit(Op.CONCAT, first + 1, first + 1, 1)
                code.emit(Op.EFFECT, first, EFFECT_NAMES["send"].number, 2)
            case ["schedule"]:
                lower.effect("schedule_set", [text(code.file), *operands], target)
            case ["change"]:
                lower.effect("change_watch", [text(code.file), operands[0]], target)
            case ["wait"]:
                first = lower.consecutive(operands)
                code.emit(Op.BUILTIN, first, BUILTIN_NAMES["$WAIT_SECONDS"].number, 1)
                code.emit(Op.EFFECT, first, EFFECT_NAMES["wait"].number, 1)
            case ["suggest"]:
                lower.builtin("$SUGGEST", [operands[0], operands[0], text("")], target)
            case ["suggest", "pair"]:
                first = code.reserve(3)
                lower.into(operands[0], first + 1)
                lower.into(operands[1], first)
                lower.into(text(""), first + 2)
                code.emit(Op.BUILTIN, first, BUILTIN_NAMES["$SUGGEST"].number, 3)
            case ["context"]:
                lower.builtin("$SET_CONTEXT", [text("default"), operands[0]], target)
            case ["choose", variable]:
                pair = lower.consecutive([text(variable), operands[0]])
                code.emit(Op.CONCAT, pair + 1, pair + 1, 1)
                code.emit(Op.BUILTIN, pair, BUILTIN_NAMES["$SET_VARIABLE"].number, 2)
            case ["run"]:
                lower.run(operands, target)
            case ["run", "in"]:
                first = lower.consecutive(operands)
                code.emit(Op.RUN_IN, first, len(operands) - 2)
                if target != first:
                    code.emit(Op.MOVE, target, first)
            case ["trap", word]:
                lower.errors.word(word, operands, target)
            case ["get"]:
                if "INTO" in node.separators:
                    lower.problems.error("L103", span, "GET … INTO is a statement of its own", "write x = GET …")
                else:
                    lower.session.get(operands, target)
            case ["report"]:
                lower.report.text(target)
            case ["report", _]:
                lower.report.reset()
            case ["delete"]:
                lower.calls.delete(node, target)
            case ["ignore"]:
                lower.operand(operands[0])
            case ["unwritten"]:
                words = node.keyword.words
                lower.problems.warning("L201", span, f"{words} is a function", f"write {words}(…); this raises 9020")
                code.emit(Op.RAISE, 9020, code.text(f"{words} without parentheses"))
            case ["get", "field"]:
                lower.session.get_field(operands[0], target)
            case ["set", "field"]:
                lower.session.set_field(operands[0], operands[1])
            case ["parameter"]:
                lower.session.parameter(operands[0], target)
            case ["image"] | ["debug", _] | ["remember"] | ["use", _] | ["analytics", _]:
                lower.session.special(special, operands, span, target)
            case ["allow", "role"]:
                allowed = JumpLabel()
                role = code.reserve()
                lower.session.field("user_role", role)
                code.emit(Op.JUMP_EQ, role, lower.operand(operands[0]), allowed)
                code.emit(Op.RAISE, 5001, code.text("the user does not have the role this needs"))
                code.place(allowed)
            case _:
                raise AssertionError(f"no lowering {special}")
