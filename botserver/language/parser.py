"""Terminals to syntax: one statement at a time through the LALR(1) grammar.

A statement that does not parse is reported with what was expected and becomes `Broken`; the statements around it are
not touched. Block headers and ends come out as markers that `blocks.py` puts together.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lark import Token, Tree, UnexpectedInput

from ..limits import NESTING_DEPTH
from . import tree
from .dataforms import shape_data
from .grammar import grammar
from .keywords import Keyword, Lowering, find_keyword
from .markers import Marker, Parsed, Terminal, event_kind
from .phrases import expression_tokens
from .recovery import recovered, report
from .scanner import Kind, Part, Raw, Text
from .source import Problems, Span
from .terminals import Names, Tok, Unit
from .words import BROKEN, HEAR_TYPES, LATER_HEAR_TYPES, SCHEDULE_UNITS


def parse_unit(unit: Unit, problems: Problems) -> Parsed:
    """The statement of a unit."""
    if unit.tokens[-1].type == BROKEN:
        return recovered(unit)
    try:
        parsed = grammar().parse([Terminal.of(tok) for tok in unit.tokens])
    except UnexpectedInput as error:
        report(error, unit, problems)
        return recovered(unit)
    try:
        result: Parsed = _build(parsed, _Builder(problems, unit))
    except _TooDeep:
        problems.error("L112", unit.span, f"an expression is nested more than {NESTING_DEPTH} deep")
        return recovered(unit)
    return result


def _build(root: Tree[Any], builder: _Builder) -> Any:
    """The node of a lark tree, bottom up and without recursion: a chain of operators may be very long."""
    order: list[Tree[Any]] = []
    stack: list[Tree[Any]] = [root]
    while stack:
        item = stack.pop()
        order.append(item)
        stack.extend(child for child in item.children if isinstance(child, Tree))
    made: dict[int, Any] = {}
    depths: dict[int, int] = {}
    for item in reversed(order):
        depth = max((depths[id(child)] + 1 for child in item.children if isinstance(child, Tree)), default=0)
        if _goes_on(item):
            depth = max(depths[id(item.children[0])], *(depths.get(id(child), 0) + 1 for child in item.children[1:]))
        elif item.data in _WRAPPERS:
            depth = max(depth - 1, 0)
        if depth > NESTING_DEPTH:
            raise _TooDeep
        depths[id(item)] = depth
        children = [made.pop(id(child)) if isinstance(child, Tree) else child for child in item.children]
        made[id(item)] = builder.make(str(item.data), children)
    return made[id(root)]


def _goes_on(item: Tree[Any]) -> bool:
    """Whether a binary operator continues the chain on its left: `a + b - c`, `a AND b AND c`."""
    left = item.children[0] if item.data == "binary" else None
    if not isinstance(left, Tree) or left.data != "binary":
        return False
    here, there = (str(getattr(node.children[1], "type", "")) for node in (item, left))
    return here == there if here in ("AND", "OR") else {here, there} <= _CHAINED


_ASSIGNABLE = "assign to a name, a member name.member or an element name[i]"


class _TooDeep(Exception):
    """An expression is nested beyond what the compiler recurses over."""


_CHAINED = frozenset(["PLUS", "MINUS", "STAR", "SLASH", "BACKSLASH", "MOD", "CARET", "AMP"])
_WRAPPERS = frozenset(["pair", "arguments", "group", "options", "start", "target", "perform"])
"""Rules that are no level of their own in the tree."""


def _spans(children: Sequence[Any]) -> Span:
    found = [child.tok.span if isinstance(child, Terminal) else getattr(child, "span", None) for child in children]
    spans = [span for span in found if span is not None]
    return spans[0].to(spans[-1])


def _plain_text(terminal: Any) -> str:
    """The characters of a string terminal; holes stay as they are written."""
    return "".join(part.text if isinstance(part, Text) else part.written for part in terminal.tok.raw.parts)


def _values(children: Sequence[Any]) -> list[Any]:
    """Children without terminals."""
    return [child for child in children if not isinstance(child, Token)]


@dataclass(frozen=True, slots=True)
class _Separator:
    text: str
    span: Span


def _separator_text(item: Any) -> str:
    """What a child of a keyword's list divides operands with; "" if it is an operand or bracket."""
    if isinstance(item, _Separator):
        return item.text
    is_word = isinstance(item, Terminal) and item.type == "FLAG"
    return item.tok.raw.text if is_word else "," if isinstance(item, Terminal) and item.type == "COMMA" else ""


@dataclass(frozen=True, slots=True)
class _HearAs:
    span: Span
    type: str = ""
    options: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Clause:
    word: str
    value: Any


_ANY = object()


class _Builder:
    """Makes tree nodes of lark's matches. A method a rule; children are nodes and terminals in order."""

    def __init__(self, problems: Problems, unit: Unit) -> None:
        self._problems = problems
        self._span = unit.span
        self._names = unit.names

    def make(self, rule: str, children: list[Any]) -> Any:
        if rule in _MARKERS:
            return Marker(self._span, _MARKERS[rule], tuple(_values(children)))
        return getattr(self, rule)(children)

    def start(self, c: list[Any]) -> Any:
        found = c[0]
        return tree.Perform(found.span, found) if isinstance(found, tree.KeywordCall) else found

    # --- expressions ---------------------------------------------------------------------------------------------

    def number(self, c: list[Any]) -> Any:
        return tree.Literal(c[0].tok.span, c[0].tok.raw.number)

    def string(self, c: list[Any]) -> Any:
        return template(c[0].tok.raw, self._problems, self._names)

    def literal(self, c: list[Any]) -> Any:
        value = {"TRUE": True, "FALSE": False}.get(c[0].tok.raw.text)
        return tree.Literal(c[0].tok.span, value)

    def name(self, c: list[Any]) -> Any:
        return tree.Name(c[0].tok.span, c[0].tok.raw.written)

    def with_member(self, c: list[Any]) -> Any:
        return tree.Member(_spans(c), tree.WithMap(c[0].tok.span), c[1].tok.raw.written)

    def with_call(self, c: list[Any]) -> Any:
        arguments = c[3] if isinstance(c[3], list) else []
        return tree.Method(_spans([c[0], c[-1]]), tree.WithMap(c[0].tok.span), self.name([c[1]]), tuple(arguments))

    def group(self, c: list[Any]) -> Any:
        return c[1]

    def array(self, c: list[Any]) -> Any:
        return tree.ArrayOf(_spans(c), tuple(_values(c)))

    def map(self, c: list[Any]) -> Any:
        return tree.MapOf(_spans(c), tuple(_values(c)))

    def pair(self, c: list[Any]) -> Any:
        raw = c[0].tok.raw
        if raw.kind is not Kind.STRING:
            return (raw.written or raw.text, c[2])
        key = template(raw, self._problems, self._names)
        return (key if isinstance(key, tree.Template) else str(key.value), c[2])

    def binary(self, c: list[Any]) -> Any:
        operator = c[1].tok
        name = _OPERATORS.get(operator.type, operator.type.replace("_", " "))
        return tree.Binary(_spans(c), name, c[0], c[2])

    def in_list(self, c: list[Any]) -> Any:
        items = _values(c[2:])
        name = "NOT IN" if c[1].type == "NOT_IN" else "IN"
        return tree.Binary(_spans(c), name, c[0], tree.ArrayOf(_spans(c[2:]), tuple(items)))

    def unary(self, c: list[Any]) -> Any:
        operator = {"MINUS": "-", "PLUS": "+", "NOT": "NOT"}[c[0].type]
        operand = c[1]
        is_number = isinstance(operand, tree.Literal) and type(operand.value) in (int, float)
        if operator == "-" and is_number:
            return tree.Literal(_spans(c), -operand.value)
        return tree.Unary(_spans(c), operator, operand)

    def between(self, c: list[Any]) -> Any:
        value, low, high = _values(c)
        return tree.Between(_spans(c), value, low, high)

    def test(self, c: list[Any]) -> Any:
        words = c[1].type.split("_")
        return tree.Test(_spans(c), c[0], words[-1], "NOT" in words)

    def choice(self, c: list[Any]) -> Any:
        return tree.Choice(_spans(c), *_values(c))

    def member(self, c: list[Any]) -> Any:
        return tree.Member(_spans(c), c[0], c[2].tok.raw.written)

    def index(self, c: list[Any]) -> Any:
        return tree.Index(_spans(c), c[0], c[2])

    def arguments(self, c: list[Any]) -> Any:
        return _values(c)

    def call(self, c: list[Any]) -> Any:
        arguments = c[2] if isinstance(c[2], list) else []
        return tree.Call(_spans([c[0], c[-1]]), self.name(c[:1]), tuple(arguments))

    def method(self, c: list[Any]) -> Any:
        arguments = c[4] if isinstance(c[4], list) else []
        words = c[2].tok.raw.text
        if words in ("FILTER", "MAP") and words not in self._names.procedures:
            span, separators = _spans([c[0], c[-1]]), ("", *[","] * len(arguments))
            call = tree.KeywordCall(span, _keyword(words), separators, (c[0], *arguments))
            return shape_data(call, self._problems)
        return tree.Method(_spans([c[0], c[-1]]), c[0], self.name([c[2]]), tuple(arguments))

    def keyword_call(self, c: list[Any]) -> Any:
        values = _values(c)
        return self._keyword(c, ("",) if values else (), values)

    def format_call(self, c: list[Any]) -> Any:
        values = _values(c)
        if len(values) == 2 and isinstance(values[1], tree.Name) and values[1].folded == "json":
            return tree.Call(_spans(c), tree.Name(c[0].tok.span, "TOJSON"), (values[0],))
        return self._keyword(c, ("", "AS") if len(values) == 2 else ("",), values)

    def keyword_list(self, c: list[Any]) -> Any:
        return self.keyword_statement(c)

    def _keyword(self, c: list[Any], separators: tuple[str, ...], operands: list[Any]) -> tree.KeywordCall:
        keyword = c[0].tok.keyword
        if keyword.forms and keyword.forms[0].lowering is Lowering.DATA:
            return shape_data(tree.KeywordCall(_spans(c), keyword, separators, tuple(operands)), self._problems)
        if keyword.takes_fields and "=" in separators:
            separators, operands = self._fields(c, separators, operands)
        return tree.KeywordCall(_spans(c), keyword, separators, tuple(operands))

    # --- simple statements ---------------------------------------------------------------------------------------

    def target(self, c: list[Any]) -> Any:
        base = c[0]
        while isinstance(base, tree.Member | tree.Index):
            base = base.base
        if not isinstance(base, tree.Name | tree.WithMap):
            self._problems.error("L103", c[0].span, "this is not a variable that can be assigned", _ASSIGNABLE)
            return tree.Name(c[0].span, "")
        return c[0]

    def assign(self, c: list[Any]) -> Any:
        target, value = _values(c)
        return tree.Assign(_spans(c), target, "", value)

    def declared(self, c: list[Any]) -> Any:
        types = [getattr(item, "type", "") for item in c]
        is_array = "LPAR" in types
        size = c[types.index("LPAR") + 1] if is_array and types[types.index("LPAR") + 1] != "RPAR" else None
        value = c[types.index("ASSIGN") + 1] if "ASSIGN" in types else None
        return tree.Declared(self.name(c[:1]), is_array, size, value)

    def declaration(self, c: list[Any]) -> Any:
        kind, items = c[0].type, tuple(item for item in c if isinstance(item, tree.Declared))
        for item in items:
            if kind == "CONST" and item.value is None:
                self._problems.error("L103", item.name.span, "CONST needs a value", "write CONST name = value")
            if kind == "REDIM" and item.size is None:
                self._problems.error("L103", item.name.span, "REDIM needs a size", "write REDIM name(highest)")
            if item.is_array and item.value is not None:
                self._problems.error("L103", item.name.span, "an array takes no value here", "assign it afterwards")
        return tree.Declare(self._span, kind, items)

    def op_assign(self, c: list[Any]) -> Any:
        return tree.Assign(_spans(c), c[0], c[1].tok.raw.text[0], c[2])

    def hear_value(self, c: list[Any]) -> Any:
        values = _values(c)
        return tree.Hear(_spans(c), values[0], prompt=values[1] if len(values) > 1 else None)

    def set_variable(self, c: list[Any]) -> Any:
        name, value = _values(c)
        return tree.SetVariable(_spans(c), name, value)

    def option(self, c: list[Any]) -> Any:
        return _ANY

    def options(self, c: list[Any]) -> Any:
        return [_ANY if isinstance(item, Token) else item for item in c if getattr(item, "type", "") != "COMMA"]

    def hear_type(self, c: list[Any]) -> Any:
        tok = c[1].tok
        kind = tok.raw.text
        if kind in LATER_HEAR_TYPES:
            return _HearAs(tok.span, kind)
        if kind not in HEAR_TYPES:
            close = difflib.get_close_matches(kind, HEAR_TYPES, n=1)
            hint = f"did you mean {close[0]}?" if close else ""
            what = f"unknown type {tok.raw.written}; the answer is taken as text"
            self._problems.warning("L211", tok.span, what, hint)
        return _HearAs(tok.span, HEAR_TYPES.get(kind, "STRING"))

    def hear_menu(self, c: list[Any]) -> Any:
        return _HearAs(c[0].tok.span, "MENU", tuple(c[2]))

    def hear_options(self, c: list[Any]) -> Any:
        return _HearAs(c[0].tok.span, "", tuple(c[1]))

    def hear(self, c: list[Any]) -> Any:
        target = c[1]
        kind = next((item for item in c if isinstance(item, _HearAs)), None)
        prompt = default = None
        for before, item in pairwise(c):
            if isinstance(before, Token) and before.type == "WITH":
                prompt = item
            elif isinstance(before, Token) and before.type == "DEFAULT":
                default = item
        options: tuple[Any, ...] | None = None
        is_open = False
        if kind is not None and kind.options is not None:
            is_open, options = _ANY in kind.options, tuple(option for option in kind.options if option is not _ANY)
            is_text = len(options) == 1 and isinstance(options[0], tree.Literal | tree.Template)
            if kind.type != "MENU" and is_text and not is_open and prompt is None:
                # Exactly one string after AS is a prompt.
                prompt, options = options[0], None
        return tree.Hear(_spans(c), target, kind.type if kind else "", options, is_open, prompt, default)

    def perform(self, c: list[Any]) -> Any:
        found = c[0]
        if isinstance(found, tree.Name):
            return tree.Perform(found.span, tree.Call(found.span, found, ()))
        if not isinstance(found, tree.Call | tree.Method | tree.KeywordCall):
            self._problems.error("L103", found.span, "a value alone is not a statement", "write name = value")
        return tree.Perform(found.span, found)

    def call_words(self, c: list[Any]) -> Any:
        return self._called(c, [self.name([c[1]]), *_values(c)])

    def call_statement(self, c: list[Any]) -> Any:
        return self._called(c, _values(c))

    @staticmethod
    def _called(c: list[Any], values: list[Any]) -> tree.Perform:
        call = tree.KeywordCall(_spans(c), _keyword("CALL"), ("", *[","] * (len(values) - 1)), tuple(values))
        return tree.Perform(call.span, call)

    def separator(self, c: list[Any]) -> Any:
        return _Separator(c[0].tok.raw.text if c[0].type == "CLAUSE" else ",", c[0].tok.span)

    def keyword_statement(self, c: list[Any]) -> Any:
        operands = [item for item in _values(c) if not isinstance(item, _Separator)]
        separators = ("", *filter(None, map(_separator_text, c[1:])))
        if c[0].tok.keyword.words == "WAIT FOR RESPONSE AS" and separators == ("", "TIMEOUT"):
            return tree.Hear(_spans(c), self.target(operands[:1]), seconds=operands[1])
        return self._keyword(c, separators if operands else (), operands)

    def _fields(
        self, c: list[Any], separators: tuple[str, ...], operands: list[Any]
    ) -> tuple[tuple[str, ...], list[Any]]:
        """`a WITH k = v, l = w` as `a WITH {k: v, l: w}`."""
        first = separators.index("WITH") if "WITH" in separators else len(separators)
        names, values = operands[first::2], operands[first + 1 :: 2]
        is_regular = separators[first + 1 :] == ("=", *(",", "=") * (len(values) - 1))
        if len(names) != len(values) or not is_regular or not all(isinstance(name, tree.Name) for name in names):
            return separators, operands
        fields = tree.MapOf(_spans(c), tuple((name.name, value) for name, value in zip(names, values, strict=True)))
        return separators[: first + 1], [*operands[:first], fields]

    # --- blocks and jumps ----------------------------------------------------------------------------------------

    def block_text(self, c: list[Any]) -> Any:
        raw = c[0].tok.raw
        return tree.Say(raw.span, raw.text, template(raw, self._problems, self._names))

    def on_session_end(self, c: list[Any]) -> Any:
        return Marker(self._span, "ON", ("SESSION END", ()))

    def on_header(self, c: list[Any]) -> Any:
        return Marker(self._span, "ON", (event_kind(c[0].type), (c[1],)))

    def on_call(self, c: list[Any]) -> Any:
        return tree.Handler(self._span, "CALL", (c[1],), target=self.name([c[3]]))

    def schedule_header(self, c: list[Any]) -> Any:
        seconds = tree.Literal(c[2].tok.span, SCHEDULE_UNITS[c[2].tok.raw.text])
        delay = tree.Binary(_spans(c[1:]), "*", c[1], seconds)
        return Marker(self._span, "SCHEDULE", ("SCHEDULE", (delay,)))

    def case_value(self, c: list[Any]) -> Any:
        return tree.CaseItem("=", c[0])

    def case_range(self, c: list[Any]) -> Any:
        return tree.CaseItem("TO", c[0], c[2])

    def case_is(self, c: list[Any]) -> Any:
        return tree.CaseItem(c[1], c[2])

    def relation(self, c: list[Any]) -> Any:
        return _OPERATORS[c[0].type]

    def for_header(self, c: list[Any]) -> Any:
        values = _values(c)
        return Marker(self._span, "FOR", (self.name([c[1]]), *values, *[None] * (3 - len(values))))

    def each_header(self, c: list[Any]) -> Any:
        limit = None
        if len(c) > 4:
            n = int(c[5].tok.raw.number)
            limit = n if c[4].tok.raw.text == "FIRST" else -n
        return Marker(self._span, "FOR EACH", (self.name([c[1]]), c[3], limit))

    def next(self, c: list[Any]) -> Any:
        return Marker(self._span, "NEXT", (self.name([c[1]]) if len(c) > 1 else None,))

    def exit_script(self, c: list[Any]) -> Any:
        return tree.EndScript(self._span)

    def exit_construct(self, c: list[Any]) -> Any:
        return tree.Jump(self._span, "exit", c[0].type.removeprefix("EXIT_"))

    def break_loop(self, c: list[Any]) -> Any:
        return tree.Jump(self._span, "exit", "")

    def continue_loop(self, c: list[Any]) -> Any:
        return tree.Jump(self._span, "continue", c[0].type.removeprefix("CONTINUE").removeprefix("_"))

    def return_value(self, c: list[Any]) -> Any:
        return tree.Return(self._span, c[1] if len(c) > 1 else None)

    def goto(self, c: list[Any]) -> Any:
        return tree.Goto(c[1].tok.span, c[1].tok.raw.written.lower())

    def catch_header(self, c: list[Any]) -> Any:
        return Marker(self._span, "CATCH", (self.name([c[1]]) if len(c) > 1 else None,))

    def on_error_resume(self, c: list[Any]) -> Any:
        return tree.OnError(self._span, resumes=True)

    def on_error_goto(self, c: list[Any]) -> Any:
        raw = c[1].tok.raw
        if raw.kind is not Kind.NUMBER:
            return tree.OnError(c[1].tok.span, raw.written.lower())
        if raw.number != 0:
            self._problems.error("L109", c[1].tok.span, "a label is a name", "ON ERROR GOTO 0 turns trapping off")
        return tree.OnError(self._span)

    def label(self, c: list[Any]) -> Any:
        return tree.Label(c[0].tok.span, c[0].tok.raw.written.lower())

    def parameter(self, c: list[Any]) -> Any:
        defaults = _values(c)
        return tree.Parameter(self.name(c[:1]), defaults[0] if defaults else None)

    def parameters(self, c: list[Any]) -> Any:
        return [item for item in c if isinstance(item, tree.Parameter)]

    def with_header(self, c: list[Any]) -> Any:
        return Marker(self._span, "WITH", (self.name([c[1]]),))

    def return_with(self, c: list[Any]) -> Any:
        return tree.Return(self._span, tree.MapOf(self._span, tuple(c[2::2])))

    def field(self, c: list[Any]) -> Any:
        return (c[0].tok.raw.written, c[2])

    def description(self, c: list[Any]) -> Any:
        return tree.Description(self._span, _plain_text(c[1]))

    def param_clause(self, c: list[Any]) -> Any:
        return _Clause(c[0].type, c[1] if len(c) > 1 else None)

    def param(self, c: list[Any]) -> Any:
        texts = [_plain_text(item) for item in c if isinstance(item, Terminal) and item.type == "STRING"]
        kind = next((item.tok.raw.text for item in c if isinstance(item, Terminal) and item.type == "TYPE"), "STRING")
        clauses = {item.word: item.value for item in reversed(c) if isinstance(item, _Clause)}
        text = clauses.get("DESCRIPTION")
        description = _plain_text(text) if isinstance(text, Terminal) else ""
        values = tuple(texts) if len(texts) > 1 else ()
        enum = clauses.get("ENUM")
        if isinstance(enum, tree.ArrayOf):
            values = tuple(str(item.value) for item in enum.items if isinstance(item, tree.Literal))
        example = clauses.get("LIKE")
        return tree.Param(
            self._span,
            self.name([c[1]]),
            kind,
            description or (texts[0] if len(texts) == 1 else ""),
            str(example.value) if isinstance(example, tree.Literal) else "",
            values,
            clauses.get("DEFAULT"),
            "OPTIONAL" in clauses,
        )

    def procedure_header(self, c: list[Any]) -> Any:
        parameters = next((item for item in c if isinstance(item, list)), [])
        return Marker(self._span, c[0].type, (self.name([c[1]]), tuple(parameters)))


_OPERATORS = {
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SLASH": "/",
    "BACKSLASH": "\\",
    "CARET": "^",
    "AMP": "&",
    "EQ": "=",
    "NE": "<>",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "COALESCE": "??",
}

_MARKERS = {
    "if_header": "IF",
    "elseif_header": "ELSE IF",
    "else_header": "ELSE",
    "end_if": "END IF",
    "select_header": "SELECT",
    "case_header": "CASE",
    "case_else": "CASE ELSE",
    "end_select": "END SELECT",
    "while_header": "WHILE",
    "wend": "WEND",
    "do_header": "DO",
    "do_while": "DO WHILE",
    "do_until": "DO UNTIL",
    "loop": "LOOP",
    "loop_while": "LOOP WHILE",
    "loop_until": "LOOP UNTIL",
    "end_with": "END WITH",
    "end_sub": "END SUB",
    "end_function": "END FUNCTION",
    "end_on": "END ON",
    "end_schedule": "END SCHEDULE",
    "try_header": "TRY",
    "finally_header": "FINALLY",
    "end_try": "END TRY",
}


def _keyword(words: str) -> Keyword:
    found = find_keyword(tuple(words.split()))
    if found is None:
        raise AssertionError(f"{words} is in the registry")
    return found


def template(raw: Raw, problems: Problems, names: Names) -> tree.Literal | tree.Template:
    """A string or block with its holes parsed. A hole that does not parse stays text, with a warning."""
    parts: list[str | tree.Expression] = []
    for part in raw.parts:
        piece = _part(part, problems, names)
        if isinstance(piece, str) and parts and isinstance(parts[-1], str):
            parts[-1] += piece
        else:
            parts.append(piece)
    if all(isinstance(part, str) for part in parts):
        return tree.Literal(raw.span, "".join(str(part) for part in parts))
    return tree.Template(raw.span, tuple(parts))


def _part(part: Part, problems: Problems, names: Names) -> str | tree.Expression:
    if isinstance(part, Text):
        return part.text
    quiet = Problems(problems.source)
    tokens = expression_tokens(part.tokens, quiet, names)
    if tokens and not quiet.has_errors:
        # RETURN takes any expression, so it stands for the missing statement around this one.
        unit = Unit((Tok("RETURN", tokens[0].raw, tokens[0].span), *tokens), names)
        parsed = parse_unit(unit, quiet)
        if isinstance(parsed, tree.Return) and parsed.value is not None and not quiet.has_errors:
            return parsed.value
    span = part.tokens[0].span if part.tokens else None
    if span is not None:
        problems.warning("L204", span, f"{part.written} is not an expression and stays as it is")
    return part.written
