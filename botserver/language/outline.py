"""What an editor asks of a script that is being typed: its symbols, what may be written here, what a word means.

Works on texts with mistakes as well: what the parser could read is there. Lines and columns count from 1, as in
diagnostics; columns count characters.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from . import reference, tree
from .compiler import parse_source
from .functions import FUNCTIONS, Function
from .keywords import KEYWORDS
from .resolver import base_name, walk
from .source import Problems, Source, Span

_WORD = re.compile(r"[^\W\d]\w*\$?")
_MOST_WORDS = 4  # of a keyword
_SCRIPT_BEFORE = re.compile(r'\b(?:RUN|CALL|USE TOOL|ADD TOOL)\s+"?([^"]*)$', re.IGNORECASE)


class SymbolKind(StrEnum):
    SUB = "sub"
    FUNCTION = "function"
    VARIABLE = "variable"
    PARAMETER = "parameter"
    KEYWORD = "keyword"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name. `span` is of its name, `whole` of all of it, `detail` how it is written."""

    name: str
    kind: SymbolKind
    span: Span
    whole: Span
    detail: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """What may be written: `text` is what is put there."""

    text: str
    kind: SymbolKind
    detail: str = ""
    doc: str = ""


@dataclass(slots=True)
class Outline:
    """The symbols of a script by lower-case name, first come first: procedures, PARAMs, variables."""

    source: Source
    procedures: dict[str, Symbol] = field(default_factory=dict)
    parameters: dict[str, Symbol] = field(default_factory=dict)
    variables: dict[str, Symbol] = field(default_factory=dict)

    def symbols(self) -> list[Symbol]:
        return sorted(
            [*self.procedures.values(), *self.parameters.values(), *self.variables.values()],
            key=lambda symbol: symbol.span.start,
        )


def outline(text: str, file: str) -> Outline:
    """The symbols of a text."""
    source = Source.of(text, file)
    found = Outline(source)
    script = parse_source(source, Problems(source))
    for procedure in script.procedures:
        if not procedure.name.name:
            continue
        kind, word = (SymbolKind.FUNCTION, "FUNCTION") if procedure.is_function else (SymbolKind.SUB, "SUB")
        names = ", ".join(parameter.name.name for parameter in procedure.parameters)
        detail = f"{word} {procedure.name.name}({names})"
        symbol = Symbol(procedure.name.name, kind, procedure.name.span, procedure.span, detail)
        found.procedures.setdefault(procedure.name.folded, symbol)
    for node in walk((script.body, script.procedures, script.handlers)):
        match node:
            case tree.Param(name=name, type=type_word, description=doc):
                detail = f"PARAM {name.name} AS {type_word} {doc}".rstrip()
                symbol = Symbol(name.name, SymbolKind.PARAMETER, name.span, node.span, detail)
                found.parameters.setdefault(name.folded, symbol)
                continue
            case tree.Assign(target=target) | tree.Hear(target=target):
                assigned = base_name(target)
            case tree.ForCount(counter=target) | tree.ForEach(item=target) | tree.With(name=target):
                assigned = target
            case _:
                continue
        if assigned is not None and assigned.folded not in found.parameters:
            symbol = Symbol(assigned.name, SymbolKind.VARIABLE, assigned.span, assigned.span, "variable")
            found.variables.setdefault(assigned.folded, symbol)
    return found


def suggest(found: Outline, before: str, scripts: Collection[str] = ()) -> list[Suggested]:
    """What may follow `before`, the line up to where somebody types."""
    if _SCRIPT_BEFORE.search(before) and before.count('"') % 2:
        return [Suggested(name, SymbolKind.SCRIPT, f"{name}.bas") for name in sorted(scripts)]
    if before.count('"') % 2:
        return []
    symbols = [Suggested(item.name, item.kind, item.detail) for item in found.symbols()]
    keywords = [
        Suggested(
            item.words, SymbolKind.KEYWORD, item.forms[0].usage if item.forms else item.example.split("\n")[0], item.doc
        )
        for item in KEYWORDS
    ]
    functions = [Suggested(item.name, SymbolKind.FUNCTION, item.usage, item.doc) for item in FUNCTIONS.values()]
    return [*symbols, *keywords, *functions]


def explain(found: Outline, line: str, column: int) -> str | None:
    """What the word at a column of a line means, as Markdown: a procedure or PARAM, a keyword, a function."""
    words = list(_WORD.finditer(line))
    at = next((n for n, word in enumerate(words) if word.start() < column <= word.end() + 1), None)
    if at is None:
        return None
    name = words[at][0].lower()
    symbol = found.procedures.get(name) or found.parameters.get(name)
    if symbol is not None:
        return f"```basic\n{symbol.detail}\n```"
    for length in range(_MOST_WORDS, 0, -1):
        for first in range(max(0, at - length + 1), at + 1):
            together = words[first : first + length]
            gaps = [line[a.end() : b.start()] for a, b in pairwise(together)]
            if len(together) < length or any(gap.strip() for gap in gaps):
                continue
            entries = reference.find(" ".join(word[0] for word in together))
            if entries:
                return "\n\n---\n\n".join(_markdown(entry) for entry in entries)
    return None


def define(found: Outline, line: str, column: int) -> Symbol | None:
    """The symbol that the word at a column of a line names."""
    for word in _WORD.finditer(line):
        if word.start() < column <= word.end() + 1:
            name = word[0].lower()
            return found.procedures.get(name) or found.parameters.get(name) or found.variables.get(name)
    return None


def _markdown(entry: reference.Entry) -> str:
    if isinstance(entry, Function):
        return f"```basic\n{entry.usage}\n```\n{entry.doc}"
    usages = "\n".join(usage for usage, _ in reference.usages_of(entry)) or entry.words
    errors = "".join(f"\n- error {error}" for error in reference.errors_of(entry))
    return f"```basic\n{usages}\n```\n{entry.doc}{errors}"
