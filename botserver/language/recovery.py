"""What becomes of a statement that does not parse: a report of what was expected, and the block it opens or closes."""

from __future__ import annotations

import difflib

from lark import UnexpectedInput

from . import tree
from .keywords import Place
from .markers import Marker, Parsed, Terminal, event_kind
from .scanner import Kind
from .source import Problems, Span
from .terminals import SEQUENCES, Tok, Unit, taken_by_nothing
from .words import CLAUSES, INFIX, is_one

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


_WORDS = (
    INFIX
    | CLAUSES
    | {"NOT_IN", "NOT_LIKE", "STARTS_WITH", "ENDS_WITH", "IS_NULL", "IS_NOT_NULL", "IS_EMPTY", "IS_NOT_EMPTY"}
    | {"OPTIONAL", "REQUIRED", "ENUM", "DESCRIPTION", "CALL", "MENU"}
)
"""Terminals that are written as they are called."""
_SHOWN_CHARS = 30


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
        if words := _unknown_words(unit, tok, problems):
            written = problems.source.text[words.start : words.end]
            keyword = SEQUENCES.get(tuple(written.upper().split()))
            if keyword is not None and keyword.place is Place.OPERAND:
                problems.error("L103", words, *taken_by_nothing(written, f"{keyword.words} …"))
            else:
                problems.error("L104", words, f'unknown keyword "{written}"')
            return
        shown = _shown(tok, problems) if tok.raw.kind is Kind.STRING else repr(tok.raw.written or tok.raw.text)
        line, _ = problems.source.position(unit.span.start)
        hint = _jump(unit) or _dimension(unit, tok) or _meant(tok, expected) or _expectation(expected) or _between(tok)
        if problems.source.position(tok.span.start)[0] != line:
            hint = f"the statement began in line {line} and goes on here" + (f"; {hint}" if hint else "")
        if (opened := _swallowing(tok, unit, problems)) is not None:
            hint = f'the string that opens in line {opened} ends in this line; is a closing " missing?'
        problems.error("L103", tok.span, f"unexpected {shown}", hint)
    else:
        end = Span(max(unit.span.end - 1, unit.span.start), unit.span.end)
        problems.error("L103", end, "the statement is incomplete", _expectation(expected))


def _shown(tok: Tok, problems: Problems) -> str:
    """A string as it is written, if it is short."""
    written = problems.source.text[tok.span.start : tok.span.end].rstrip()  # one that is not closed may end in blanks
    return written if len(written) <= _SHOWN_CHARS and "\n" not in written else "a string"


def _jump(unit: Unit) -> str:
    """What to write for a GOTO to one of several labels."""
    is_jump = unit.tokens[0].type == "GOTO" or any(tok.raw.text == "GOTO" for tok in unit.tokens[1:])
    return "GOTO has one label; for a choice write a SUB, and CALL it" if is_jump else ""


def _dimension(unit: Unit, tok: Tok) -> str:
    """What to write for an array of arrays."""
    is_second = unit.tokens[0].type in ("DIM", "REDIM") and tok.type == "COMMA"
    return "an array has one size; its elements may be arrays" if is_second else ""


def _meant(tok: Tok, expected: set[str]) -> str:
    """What an unexpected word was probably meant to be."""
    words = expected & _WORDS if tok.raw.kind is Kind.WORD else set[str]()
    close = difflib.get_close_matches(tok.raw.text, words, n=1, cutoff=0.75)
    return f"did you mean {close[0].replace('_', ' ')}?" if close else ""


def _between(tok: Tok) -> str:
    """What is missing before a token that could begin something of its own."""
    if tok.raw.kind is Kind.STRING:
        return "put & between texts, a comma between values"
    if is_one(tok.raw, "END", "ENDIF"):
        return "what ends a block stands on a line of its own; an IF in one line needs no END IF"
    is_keyword = tok.raw.kind is Kind.WORD and (tok.raw.text,) in SEQUENCES
    return "a statement begins on a line of its own, or after :" if is_keyword else ""


def _swallowing(wrong: Tok, unit: Unit, problems: Problems) -> int | None:
    """The line in which a string opens that ends in the line of the mistake, having taken all that is between."""
    position = problems.source.position
    at_line = position(wrong.span.start)[0]
    for tok in unit.tokens:
        if tok.raw.kind is Kind.STRING and tok.span.start <= wrong.span.start:
            opened, closed = position(tok.span.start)[0], position(tok.span.end - 1)[0]
            if opened < closed == at_line:
                return opened
    return None


def _unknown_words(unit: Unit, at: Tok, problems: Problems) -> Span | None:
    """The words a statement begins with, if it goes wrong right after words in capitals that are no variables:
    `TALK LOUD "x"`, `GET LOCATION OF user`."""
    place = unit.tokens.index(at)
    words = list(unit.tokens[:place])
    while place < len(unit.tokens) and _is_in_capitals(unit.tokens[place], unit):
        words.append(unit.tokens[place])
        place += 1
    is_keyword = len(words) > 1 and words[0].type.startswith("KW_") and _is_in_capitals(words[1], unit)
    if not is_keyword or any(word.raw.kind is not Kind.WORD for word in words):
        return None
    span = words[0].span.to(words[-1].span)
    return None if "\n" in problems.source.text[span.start : span.end] else span


def _is_in_capitals(tok: Tok, unit: Unit) -> bool:
    raw = tok.raw
    is_name = tok.type == "NAME" and len(raw.written) > 1 and raw.written.isupper()
    return is_name and raw.text not in unit.names.variables


def _expectation(expected: set[str]) -> str:
    names = sorted({_NAMES[name] for name in expected if name in _NAMES})
    if "NAME" in expected and "NUMBER" in expected:
        return "expected a value"
    if names and len(names) <= 4:
        return f"expected {' or '.join(names)}"
    return ""
