"""What becomes of a statement that does not parse: a report of what was expected, and the block it opens or closes."""

from __future__ import annotations

from lark import UnexpectedInput

from . import tree
from .markers import Marker, Parsed, Terminal, event_kind
from .scanner import Kind
from .source import Problems, Span
from .terminals import Unit

_NAMES = {
    "COMMA": '","',
    "RPAR": '")"',
    "RBRACK": '"]"',
    "RBRACE": '"}"',
    "ASSIGN": '"="',
    "THEN": "THEN",
    "TO": "TO",
    "FOR_IN": "IN",
    "AS": "AS",
    "WITH": "WITH",
    "TERN_COLON": '":"',
    "MAP_COLON": '":"',
}


def recovered(unit: Unit) -> Parsed:
    """What stands for a statement that did not parse: a block it opens or closes still opens and closes."""
    first = unit.tokens[0]
    nothing = tree.Literal(unit.span, None)
    nameless = tree.Name(unit.span, "")
    match first.type:
        case "IF" | "SELECT" | "WHILE":
            return Marker(unit.span, first.type, (nothing,))
        case "DO_WHILE" | "DO_UNTIL" | "LOOP_WHILE" | "LOOP_UNTIL":
            return Marker(unit.span, first.type.replace("_", " "), (nothing,))
        case "ELSEIF":
            return Marker(unit.span, "ELSE IF", (nothing,))
        case "CASE":
            return Marker(unit.span, "CASE", ())
        case "FOR":
            return Marker(unit.span, "FOR", (nameless, nothing, nothing, None))
        case "FOR_EACH":
            return Marker(unit.span, "FOR EACH", (nameless, nothing, None))
        case "SUB" | "FUNCTION":
            return Marker(unit.span, first.type, (nameless, ()))
        case "WITH_BLOCK":
            return Marker(unit.span, "WITH", (nameless,))
        case "NEXT" | "CATCH":
            return Marker(unit.span, first.type, (None,))
        case "TRY" | "FINALLY":
            return Marker(unit.span, first.type)
        case "ON_SESSION_END":
            return Marker(unit.span, "ON", ("SESSION END", ()))
        case "SCHEDULE_IN":
            return Marker(unit.span, "SCHEDULE", ("SCHEDULE", (nothing,)))
        case "ON_EVENT" | "ON_FORM_SUBMIT" | "ON_INSERT_OF" | "ON_UPDATE_OF" | "ON_DELETE_OF":
            return Marker(unit.span, "ON", (event_kind(first.type), (nothing,)))
        case _:
            return tree.Broken(unit.span)


def report(error: UnexpectedInput, unit: Unit, problems: Problems) -> None:
    expected: set[str] = set(getattr(error, "expected", None) or getattr(error, "accepts", None) or ())
    token = getattr(error, "token", None)
    if isinstance(token, Terminal):
        tok = token.tok
        shown = "a string" if tok.raw.kind is Kind.STRING else repr(tok.raw.written or tok.raw.text)
        line, _ = problems.source.position(unit.span.start)
        hint = _expectation(expected)
        if problems.source.position(tok.span.start)[0] != line:
            hint = f"the statement began in line {line} and goes on here" + (f"; {hint}" if hint else "")
        problems.error("L103", tok.span, f"unexpected {shown}", hint)
    else:
        end = Span(max(unit.span.end - 1, unit.span.start), unit.span.end)
        problems.error("L103", end, "the statement is incomplete", _expectation(expected))


def _expectation(expected: set[str]) -> str:
    names = sorted({_NAMES[name] for name in expected if name in _NAMES})
    if "NAME" in expected and "NUMBER" in expected:
        return "expected a value"
    if names and len(names) <= 4:
        return f"expected {' or '.join(names)}"
    return ""
