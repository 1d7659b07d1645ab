"""Parsed lines to blocks: IF … END IF, loops, SELECT, procedures.

A stack of open blocks. An end that does not fit is reported where it stands, a block that is never closed where it
opens; everything else of the file is still read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..limits import NESTING_DEPTH
from . import tree
from .markers import Marker, Parsed
from .source import Problems, Span

_ENDS = {
    "END IF": ("IF",),
    "NEXT": ("FOR", "FOR EACH"),
    "WEND": ("WHILE",),
    "LOOP": ("DO",),
    "LOOP WHILE": ("DO",),
    "LOOP UNTIL": ("DO",),
    "END SELECT": ("SELECT",),
    "END WITH": ("WITH",),
    "END SUB": ("SUB",),
    "END FUNCTION": ("FUNCTION",),
    "END ON": ("ON",),
    "END SCHEDULE": ("SCHEDULE",),
    "END TRY": ("TRY",),
}
_CLOSERS = {
    "IF": "END IF",
    "FOR": "NEXT",
    "FOR EACH": "NEXT",
    "WHILE": "WEND",
    "DO": "LOOP",
    "SELECT": "END SELECT",
    "WITH": "END WITH",
    "SUB": "END SUB",
    "FUNCTION": "END FUNCTION",
    "ON": "END ON",
    "SCHEDULE": "END SCHEDULE",
    "TRY": "END TRY",
}
_EVENT_DATA = {"EVENT": ("event",), "FORM SUBMIT": ("fields", "metadata")}
"""What a handler is given, by the names its block reads."""
ROW_KINDS = frozenset(("INSERT OF", "UPDATE OF", "DELETE OF"))
"""Handlers of changes of a table. Without END ON, the rest of the file is the handler."""


@dataclass(slots=True)
class _Block:
    """An open block. `branches` are finished parts: of IF (condition, body), of SELECT (span, items, body), of TRY
    (kind, name, body). `condition` belongs to the part under way."""

    kind: str
    span: Span
    parts: tuple[Any, ...]
    body: list[tree.Statement] = field(default_factory=list)
    branches: list[Any] = field(default_factory=list)
    condition: Any = None
    has_else: bool = False
    otherwise: tuple[tree.Statement, ...] | None = None


def build_script(lines: Iterable[Parsed], problems: Problems) -> tree.Script:
    """The tree of a file."""
    return _Builder(problems).build(lines)


def _step_result(before: list[tree.Statement], line: tree.Statement) -> tree.Statement:
    """What a bot gives in step 1 is the value of step_1."""
    match before[-1:], line:
        case (
            [tree.Perform(call=tree.KeywordCall(keyword=step, operands=[tree.Literal(value=int(number))]))],
            tree.Perform(call=tree.KeywordCall(keyword=keyword) as call),
        ) if (step.words, keyword.words) == ("STEP", "BOT"):
            return tree.Assign(line.span, tree.Name(line.span, f"step_{number}"), "", call)
    return line


class _Builder:
    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._stack = [_Block("", Span(0, 1), ())]
        self._procedures: list[tree.Subroutine] = []
        self._handlers: list[tree.Subroutine] = []

    def build(self, lines: Iterable[Parsed]) -> tree.Script:
        for line in lines:
            if isinstance(line, Marker):
                self._marker(line)
            else:
                top = self._stack[-1]
                if top.kind == "SELECT" and not top.branches and top.condition is None and not top.has_else:
                    self._problems.error("L103", line.span, "a statement stands between SELECT and its first CASE")
                top.body.append(_step_result(top.body, line))
        while len(self._stack) > 1:
            top = self._stack[-1]
            if not (top.kind == "ON" and top.parts[0] in ROW_KINDS and len(self._stack) == 2):
                self._unclosed(top)
            self._close(top.span, ())
        return tree.Script(tuple(self._stack[0].body), tuple(self._procedures), tuple(self._handlers))

    def _marker(self, line: Marker) -> None:
        kind = line.kind
        if kind in ("ELSE", "ELSE IF"):
            self._else(line)
        elif kind in ("CASE", "CASE ELSE"):
            self._case(line)
        elif kind in ("CATCH", "FINALLY"):
            self._catch(line)
        elif kind in _ENDS:
            self._end(line)
        else:
            if kind in ("SUB", "FUNCTION") and len(self._stack) > 1:
                self._problems.error("L106", line.span, f"{kind} inside {self._stack[-1].kind}")
            if len(self._stack) > NESTING_DEPTH:
                self._problems.error("L112", line.span, f"blocks are nested more than {NESTING_DEPTH} deep")
                return
            name = "DO" if kind.startswith("DO") else kind
            block = _Block(name, line.span, line.parts)
            if name == "IF":
                block.condition = line.parts[0]
            if name == "DO" and kind != "DO":
                block.parts = (kind, line.parts[0])
            elif name == "DO":
                block.parts = ("", None)
            if name == "TRY":
                block.condition = ("TRY", None)
            if name == "SELECT":
                block.parts, block.condition = line.parts, None
            self._stack.append(block)

    # --- parts ---------------------------------------------------------------------------------------------------

    def _else(self, line: Marker) -> None:
        top = self._stack[-1]
        if top.kind == "SELECT" and line.kind == "ELSE":
            self._case(Marker(line.span, "CASE ELSE"))
            return
        if top.kind != "IF" or top.has_else:
            self._problems.error("L106", line.span, f"{line.kind} without IF" if top.kind != "IF" else "a second ELSE")
            return
        top.branches.append((top.condition, tuple(top.body)))
        top.body = []
        if line.kind == "ELSE":
            top.has_else = True
        else:
            top.condition = line.parts[0]

    def _case(self, line: Marker) -> None:
        top = self._stack[-1]
        if top.kind != "SELECT":
            self._problems.error("L106", line.span, f"{line.kind} without SELECT CASE")
            return
        self._finish_case(top)
        if line.kind == "CASE ELSE":
            if top.otherwise is not None or top.has_else:
                self._problems.error("L106", line.span, "a second CASE ELSE")
            top.has_else, top.condition = True, None
        else:
            top.has_else, top.condition = False, (line.span, line.parts)

    def _catch(self, line: Marker) -> None:
        top = self._stack[-1]
        if top.kind != "TRY":
            self._problems.error("L106", line.span, f"{line.kind} without TRY")
            return
        seen = [top.condition[0], *(kind for kind, _, _ in top.branches)]
        if line.kind in seen or "FINALLY" in seen:
            self._problems.error("L106", line.span, f"a {line.kind} after {top.condition[0]}")
            return
        top.branches.append((*top.condition, tuple(top.body)))
        top.body = []
        top.condition = (line.kind, line.parts[0] if line.parts else None)

    @staticmethod
    def _finish_case(top: _Block) -> None:
        if top.has_else:
            top.otherwise = (*(top.otherwise or ()), *top.body)
        elif top.condition is not None:
            span, items = top.condition
            top.branches.append((span, tuple(items), tuple(top.body)))
        top.body = []

    # --- ends ----------------------------------------------------------------------------------------------------

    def _end(self, line: Marker) -> None:
        fits = _ENDS[line.kind]
        if not any(block.kind in fits for block in self._stack):
            self._problems.error("L106", line.span, f"{line.kind} without {' or '.join(fits)}")
            return
        while self._stack[-1].kind not in fits:
            top = self._stack[-1]
            self._unclosed(top)
            self._close(top.span, ())
        if line.kind == "NEXT" and line.parts and line.parts[0] is not None:
            name, counter = line.parts[0], self._stack[-1].parts[0]
            if counter.name and name.folded != counter.folded:
                self._problems.error("L106", name.span, f"NEXT {name.name} closes FOR {counter.name}")
        self._close(line.span, (line.kind, *line.parts))

    def _unclosed(self, top: _Block) -> None:
        kind, closer, source = top.kind, _CLOSERS[top.kind], self._problems.source
        if source.text[top.span.start :][:6].upper() == "SWITCH":
            kind, closer = "SWITCH", "END SWITCH"
        ends = (each for each in top.body if isinstance(each, tree.EndScript))
        hint = next((f"END in line {source.position(each.span.start)[0]} ends the script" for each in ends), "")
        self._problems.error("L105", top.span, f"{kind} has no {closer}", hint and f"{hint}; write {closer}")

    def _close(self, end: Span, closing: tuple[Any, ...]) -> None:
        block = self._stack.pop()
        span, body = block.span, tuple(block.body)
        node: tree.Statement
        match block.kind:
            case "IF":
                if block.has_else:
                    node = tree.If(span, tuple(block.branches), body)
                else:
                    node = tree.If(span, (*block.branches, (block.condition, body)), ())
            case "SELECT":
                self._finish_case(block)
                node = tree.Select(span, block.parts[0], tuple(block.branches), block.otherwise)
            case "FOR":
                counter, first, last, step = block.parts
                node = tree.ForCount(span, counter, first, last, step, body)
            case "FOR EACH":
                item, source, limit = block.parts
                node = tree.ForEach(span, item, source, limit, body)
            case "WITH":
                node = tree.With(span, block.parts[0], _fields(body))
            case "WHILE":
                node = tree.Loop(span, "WHILE", block.parts[0], None, body)
            case "DO":
                node = self._do(block, body, closing)
            case "ON" | "SCHEDULE":
                node = self._handler(block, body)
            case "TRY":
                node = self._try(block, body, bool(closing))
            case _:
                name, parameters = block.parts
                is_function = block.kind == "FUNCTION"
                self._procedures.append(tree.Subroutine(span, name, parameters, body, is_function))
                return
        self._stack[-1].body.append(node)

    def _handler(self, block: _Block, body: tuple[tree.Statement, ...]) -> tree.Handler:
        """The block becomes a procedure, the statement what registers it."""
        kind, arguments = block.parts
        names = ("row", "old_row") if kind in ROW_KINDS else _EVENT_DATA.get(kind, ())
        given = tuple(tree.Parameter(tree.Name(block.span, name)) for name in names)
        title = tree.Name(block.span, "SCHEDULE" if kind == "SCHEDULE" else f"ON {kind}")
        self._handlers.append(tree.Subroutine(block.span, title, given, body, is_function=False))
        return tree.Handler(block.span, kind, arguments, len(self._handlers) - 1)

    def _do(self, block: _Block, body: tuple[tree.Statement, ...], closing: tuple[Any, ...]) -> tree.Loop:
        header, before = block.parts
        after = closing[1] if closing and closing[0] != "LOOP" else None
        if before is not None and after is not None:
            self._problems.error("L106", block.span, "DO has a condition at both ends")
        is_until = header == "DO UNTIL" if before is not None else bool(closing) and closing[0] == "LOOP UNTIL"
        return tree.Loop(block.span, "DO", before, after, body, is_until)

    def _try(self, block: _Block, body: tuple[tree.Statement, ...], is_closed: bool) -> tree.Try:
        parts = {kind: (name, inner) for kind, name, inner in (*block.branches, (*block.condition, body))}
        error, catch = parts.get("CATCH", (None, None))
        _, last = parts.get("FINALLY", (None, None))
        if is_closed and catch is None and last is None:
            self._problems.error("L106", block.span, "TRY has no CATCH and no FINALLY", "write CATCH e before END TRY")
        return tree.Try(block.span, parts["TRY"][1], error, catch, last)


def _fields(body: tuple[tree.Statement, ...]) -> tuple[tree.Statement, ...]:
    """The body of a WITH: an assignment to a plain name sets a field, in blocks inside it too."""
    return tuple(_field(statement) for statement in body)


def _field(node: tree.Statement) -> tree.Statement:
    match node:
        case tree.Assign(target=target):
            base: tree.Expression = target
            path: list[tree.Member | tree.Index] = []
            while isinstance(base, tree.Member | tree.Index):
                path.append(base)
                base = base.base
            if not isinstance(base, tree.Name):
                return node
            made: tree.Target = tree.Member(base.span, tree.WithMap(base.span), base.name)
            for step in reversed(path):
                made = replace(step, base=made)
            return replace(node, target=made)
        case tree.If(branches=branches, otherwise=otherwise):
            kept = tuple((condition, _fields(inner)) for condition, inner in branches)
            return replace(node, branches=kept, otherwise=_fields(otherwise))
        case tree.Select(cases=cases, otherwise=last):
            chosen = tuple((span, items, _fields(inner)) for span, items, inner in cases)
            return replace(node, cases=chosen, otherwise=None if last is None else _fields(last))
        case tree.ForCount() | tree.ForEach() | tree.Loop():
            return replace(node, body=_fields(node.body))
        case tree.Try(body=body, catch=catch, last=last_part):
            return replace(
                node,
                body=_fields(body),
                catch=None if catch is None else _fields(catch),
                last=None if last_part is None else _fields(last_part),
            )
        case _:
            return node
