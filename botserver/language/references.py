"""What a script names of its package: scripts, tools, knowledge bases, templates, images. Literal names only."""

from __future__ import annotations

from . import tree
from .declarations import Reference, Wanted
from .resolver import walk
from .session_fields import is_surely_file
from .source import Source

_OPERANDS = {
    "CALL": (0, Wanted.SCRIPT),
    "RUN": (0, Wanted.SCRIPT),
    "RUN IN SESSION": (1, Wanted.SCRIPT),
    "SET SCHEDULE": (1, Wanted.SCRIPT),
    "USE TOOL": (0, Wanted.TOOL),
    "ADD TOOL": (0, Wanted.TOOL),
    "USE KB": (0, Wanted.KB),
    "APPLY SESSION TEMPLATE": (0, Wanted.TEMPLATE),
    "SHOW IMAGE": (0, Wanted.FILE),
    "GET": (0, Wanted.FILE),
}
"""Which operand of a keyword is such a name."""


def references_of(script: tree.Script, source: Source) -> tuple[Reference, ...]:
    """All of a file, in order."""
    found = []
    for node in walk((script.body, script.procedures, script.handlers)):
        if not isinstance(node, tree.KeywordCall) or node.keyword.words not in _OPERANDS:
            continue
        index, wanted = _OPERANDS[node.keyword.words]
        operand = node.operands[index] if len(node.operands) > index else None
        if not isinstance(operand, tree.Literal) or not isinstance(operand.value, str):
            continue
        if wanted is Wanted.SCRIPT and operand.value.startswith("/"):
            continue  # a service of the platform
        if node.keyword.words == "GET" and not is_surely_file(operand.value):
            continue
        line, column = source.position(operand.span.start)
        name = operand.value.strip()
        found.append(Reference(wanted, name, line, column, operand.span.end - operand.span.start))
    return tuple(found)
