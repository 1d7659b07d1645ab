"""Keywords that need a service outside, and the headers of requests, to instructions.

The headers a run has set are a map in a register without a name: they live as long as the run of the file, its
procedures share them, scripts it runs and handlers do not. A file that sets none has no such register.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from . import tree
from .builtins import BY_NAME as BUILTIN_NAMES
from .effects import BY_NAME as EFFECT_NAMES
from .emitter import Emitter, JumpLabel
from .keywords import Lowering
from .keywords.outside import refusal
from .opcodes import Op
from .session_fields import is_address
from .session_forms import leading_text
from .source import Problems, Span

TASK_COLUMNS = ("title", "description", "priority", "assignee", "due_date")
"""What CREATE TASK is given, in this order."""


class Lower(Protocol):
    """What is needed of `Expressions`."""

    code: Emitter

    problems: Problems

    def into(self, node: tree.Expression, target: int) -> None: ...
    def effect(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...


class CallForms:
    """Compiles them with the help of `Expressions`. `headers` is `Resolution.headers`; `is_script` says whether the
    code is the script's own, whose frame holds that register."""

    def __init__(self, lower: Lower, headers: int, is_script: bool) -> None:
        self._lower = lower
        self._code = lower.code
        self._headers = headers
        self._is_script = is_script

    def lower(self, target: str, node: tree.KeywordCall, result: int) -> None:
        """A keyword of Lowering.CALL, by the target of its form."""
        match target:
            case "set header":
                self._set(node.operands[0], node.operands[1])
            case "clear headers":
                self._write(self._code.constant(None))
            case "download":
                self._download(node, result)
            case "nothing":
                self._held(node.operands)
            case "cache set":
                self._cache(node)
            case "task":
                self._task(node, result)
            case "metrics":
                self._metrics(node, result)
            case "ask bot":
                bot, task = self._held(node.operands)
                self._lower.effect("delegate", (task, bot), result)
            case "export":
                self._export(node, result)
            case effect if effect.startswith("effect "):
                self._lower.effect(effect.removeprefix("effect "), node.operands, result)
            case _:
                self.call(node.keyword.words, node.separators, node.operands, result)

    def call(self, words: str, separators: Sequence[str], operands: Sequence[tree.Expression], target: int) -> None:
        """A request. What its operands do with headers counts for it already."""
        code = self._code
        first = code.reserve(3 + len(operands))
        for offset, operand in enumerate(operands, 3):
            self._lower.into(operand, first + offset)
        code.emit(Op.MOVE, first, code.constant(words))
        code.emit(Op.MOVE, first + 1, code.constant("\t".join(separators)))
        if self._headers < 0:
            code.emit(Op.MOVE, first + 2, code.constant(None))
        else:
            code.emit(Op.MOVE if self._is_script else Op.GET_SCRIPT, first + 2, self._headers)
        code.emit(Op.EFFECT, first, EFFECT_NAMES["http"].number, 3 + len(operands))
        if target != first:
            code.emit(Op.MOVE, target, first)

    def delete(self, node: tree.KeywordCall, target: int) -> None:
        """DELETE of one value: of a URL if its literal beginning says so, or the package lets computed texts be one;
        else of a file."""
        operand, code = node.operands[0], self._code
        words = node.keyword.words
        if is_address(leading_text(operand)):
            self.call(words, ("",), [operand], target)
            return
        if isinstance(operand, tree.Literal):
            self._lower.effect("file_delete", [operand], target)
            return
        name, source = code.reserve(), code.reserve()
        self._lower.into(operand, name)
        code.emit(Op.CONCAT, source, name, 1)
        code.emit(Op.BUILTIN, source, BUILTIN_NAMES["$GET_SOURCE"].number, 1)
        address, end = JumpLabel(), JumpLabel()
        held = tree.Held(node.span, name)
        code.emit(Op.JUMP_EQ, source, code.constant(1), address)
        self._lower.effect("file_delete", [held], target)
        code.emit(Op.JUMP, end)
        code.place(address)
        self.call(words, ("",), [held], target)
        code.place(end)

    def _download(self, node: tree.KeywordCall, target: int) -> None:
        """A request, and a file made of its answer with the turn; nothing is written of one that failed."""
        code = self._code
        url, path, got = code.reserve(), code.reserve(), code.reserve()
        self._lower.into(node.operands[0], url)
        self._lower.into(node.operands[1] if len(node.operands) > 1 else tree.Literal(node.span, None), path)
        self.call("DOWNLOAD", ("",), [tree.Held(node.span, url)], got)
        failed = JumpLabel()
        code.emit(Op.JUMP_NULL, got, failed)
        self._lower.effect("file_save", [tree.Held(node.span, got), tree.Held(node.span, path)], got)
        code.place(failed)
        code.emit(Op.MOVE, target, got)

    def _cache(self, node: tree.KeywordCall) -> None:
        code = self._code
        first = code.reserve(3)
        for offset, operand in enumerate([*node.operands, tree.Literal(node.span, None)][:3]):
            self._lower.into(operand, first + offset)
        code.emit(Op.BUILTIN, first + 2, BUILTIN_NAMES["$DURATION"].number, 1)
        code.emit(Op.EFFECT, first, EFFECT_NAMES["cache_set"].number, 3)

    def _metrics(self, node: tree.KeywordCall, target: int) -> None:
        given = dict(zip(node.separators, self._held(node.operands), strict=True))
        span = given["FOR"]
        self._code.emit(Op.BUILTIN, span.register, BUILTIN_NAMES["$DURATION"].number, 1)
        missing = tree.Literal(node.span, None)
        arguments = (given[""], span, given.get("BY", missing), given.get("OFFSET", missing))
        self._lower.effect("metrics_query", arguments, target)

    def _task(self, node: tree.KeywordCall, target: int) -> None:
        """A row of the table of tasks."""
        span, operands, now = node.span, self._held(node.operands), self._code.reserve()
        self._code.emit(Op.BUILTIN, now, BUILTIN_NAMES["NOW"].number, 0)
        row = tree.MapOf(
            span,
            (
                *zip(TASK_COLUMNS, operands, strict=False),
                ("status", tree.Literal(span, "open")),
                ("created_at", tree.Held(span, now)),
            ),
        )
        unnamed = tree.ArrayOf(span, (tree.Literal(span, None),))
        table, mode = tree.Literal(span, "tasks"), tree.Literal(span, "save")
        self._lower.effect("rows_save", (table, unnamed, tree.ArrayOf(span, (row,)), mode), target)

    def _held(self, nodes: Sequence[tree.Expression]) -> list[tree.Held]:
        """Their values, computed now."""
        held = [tree.Held(node.span, self._code.reserve()) for node in nodes]
        for node, each in zip(nodes, held, strict=True):
            self._lower.into(node, each.register)
        return held

    def _export(self, node: tree.KeywordCall, target: int) -> None:
        table, file = self._held(node.operands)
        rows, span = self._code.reserve(), node.span
        self._lower.effect("rows_find", [table, tree.Literal(span, ""), tree.Literal(span, False)], rows)
        self._lower.effect("file_write", [file, tree.Held(span, rows)], target)

    # --- services that are not there -----------------------------------------------------------------------------

    def missing(
        self,
        words: str,
        service: str,
        separators: Sequence[str],
        operands: Sequence[tree.Expression],
        span: Span,
        target: int,
    ) -> None:
        """A keyword whose service this server has no adapter for: the author learns it now, the script when it runs."""
        number, sentence = refusal(words, service)
        self._lower.problems.warning("L206", span, sentence, f"running it raises error {number}")
        names = [tree.Literal(span, text) for text in (words, service, "\t".join(separators))]
        self._lower.effect("outside", [*names, *operands], target)

    def warn_of_declaration(self, call: tree.KeywordCall) -> None:
        """A declaration; most are for a service that is not there."""
        if call.keyword.forms[0].lowering is not Lowering.MISSING:
            return
        _, sentence = refusal(call.keyword.words, call.keyword.forms[0].target)
        self._lower.problems.warning("L206", call.span, sentence, "the script runs only when it is called")

    # --- headers -------------------------------------------------------------------------------------------------

    def _set(self, name: tree.Expression, value: tree.Expression) -> None:
        code = self._code
        pair = code.reserve(2)
        self._lower.into(name, pair)
        self._lower.into(value, pair + 1)
        code.emit(Op.CONCAT, pair, pair, 1)
        removes = JumpLabel()
        code.emit(Op.JUMP_NULL, pair + 1, removes)
        code.emit(Op.CONCAT, pair + 1, pair + 1, 1)
        code.place(removes)
        held = self._headers
        if not self._is_script:
            held = code.reserve()
            code.emit(Op.GET_SCRIPT, held, self._headers)
        code.emit(Op.ENSURE_MAP, held)
        code.emit(Op.SET_INDEX, held, pair, pair + 1)
        if not self._is_script:
            code.emit(Op.SET_SCRIPT, self._headers, held)

    def _write(self, value: int) -> None:
        self._code.emit(Op.MOVE if self._is_script else Op.SET_SCRIPT, self._headers, value)
