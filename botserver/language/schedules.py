"""What a script declares about when it runs: SET SCHEDULE at its top, of a literal and for itself."""

from __future__ import annotations

from collections.abc import Iterator

from . import tree
from .declarations import ScheduleDeclaration
from .source import Source


def is_declaration(node: tree.Statement) -> bool:
    """Whether a statement says when its script runs; at the top and of a literal it is no instruction."""
    match node:
        case tree.Perform(call=tree.KeywordCall(keyword=keyword, operands=(tree.Literal(),))):
            return keyword.words in ("SET SCHEDULE", "WEBHOOK")
        case _:
            return False


def schedules_of(script: tree.Script, source: Source) -> tuple[ScheduleDeclaration, ...]:
    """All of a file, in order; of two with one text the first."""
    found: dict[str, ScheduleDeclaration] = {}
    for operand in _literals(script):
        text = str(operand.value)
        line, column = source.position(operand.span.start)
        found.setdefault(text, ScheduleDeclaration(text, line, column, operand.span.end - operand.span.start))
    return tuple(found.values())


def _literals(script: tree.Script) -> Iterator[tree.Literal]:
    for node in script.body:
        match node:
            case tree.Perform(call=tree.KeywordCall(keyword=keyword, operands=(tree.Literal() as operand,))):
                if keyword.words == "SET SCHEDULE":
                    yield operand
