"""What a script declares about when it runs: SET SCHEDULE and ON CHANGE at its top, of a literal and for itself."""

from __future__ import annotations

from collections.abc import Iterator

from . import tree
from .declarations import ScheduleDeclaration
from .source import Source

_CHANGE = "ON CHANGE"
_DECLARED = ("SET SCHEDULE", _CHANGE)


def is_declaration(node: tree.Statement) -> bool:
    """Whether a statement says when its script runs; at the top and of a literal it is no instruction."""
    match node:
        case tree.Perform(call=tree.KeywordCall(keyword=keyword, operands=(tree.Literal(),))):
            return keyword.words in (*_DECLARED, "WEBHOOK")
        case _:
            return False


def schedules_of(script: tree.Script, source: Source) -> tuple[ScheduleDeclaration, ...]:
    """All of a file, in order; of two that are alike the first."""
    found: dict[tuple[str, bool], ScheduleDeclaration] = {}
    for words, operand in _literals(script):
        text, is_path = str(operand.value), words == _CHANGE
        line, column = source.position(operand.span.start)
        declaration = ScheduleDeclaration(text, line, column, operand.span.end - operand.span.start, is_path)
        found.setdefault((text, is_path), declaration)
    return tuple(found.values())


def _literals(script: tree.Script) -> Iterator[tuple[str, tree.Literal]]:
    for node in script.body:
        match node:
            case tree.Perform(call=tree.KeywordCall(keyword=keyword, operands=(tree.Literal() as operand,))):
                if keyword.words in _DECLARED:
                    yield keyword.words, operand
