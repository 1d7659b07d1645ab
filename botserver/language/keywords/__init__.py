"""The keyword registry: every keyword of the dialect, declared once, one module per family.

It is data. Promotion of words to keywords, parsing of operands, lowering to instructions, "did you mean" and the
reference all read it; adding a keyword means adding a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import (
    activation,
    ai,
    attendance,
    bots,
    collections,
    control,
    data,
    dialogue,
    errors,
    events,
    files,
    functions,
    http,
    knowledge,
    memory,
    messaging,
    platform,
    schedules,
    session,
    workflow,
)
from .form import Form, Keyword, Lowering, Operand, Place

__all__ = [
    "FAMILIES",
    "KEYWORDS",
    "Form",
    "Keyword",
    "Lowering",
    "Operand",
    "Place",
    "Separators",
    "find_keyword",
    "is_function",
    "is_missing",
    "is_outside",
    "separators",
    "sequences",
    "takes_table",
    "yields",
]

FAMILIES: dict[str, tuple[Keyword, ...]] = {
    "Control": control.KEYWORDS,
    "Dialogue": dialogue.KEYWORDS,
    "Errors": errors.KEYWORDS,
    "Events": events.KEYWORDS,
    "Functions without parentheses": functions.KEYWORDS,
    "Collections": collections.KEYWORDS,
    "Tables": data.KEYWORDS,
    "Session": session.KEYWORDS,
    "Memory of bot and user": memory.KEYWORDS,
    "Knowledge bases and tools in use": activation.KEYWORDS,
    "Language model": ai.KEYWORDS,
    "Knowledge": knowledge.KEYWORDS,
    "HTTP": http.KEYWORDS,
    "Files": files.KEYWORDS,
    "Messages": messaging.KEYWORDS,
    "Platform": platform.KEYWORDS,
    "Agents": attendance.KEYWORDS,
    "Other bots": bots.KEYWORDS,
    "Schedules and webhooks": schedules.KEYWORDS,
    "Workflows": workflow.KEYWORDS,
}
"""All keywords by the title of their family in the reference."""

KEYWORDS: tuple[Keyword, ...] = tuple(keyword for family in FAMILIES.values() for keyword in family)

_BY_WORDS: dict[tuple[str, ...], Keyword] = {}
for _keyword in KEYWORDS:
    for _words in _keyword.spellings:
        if _words in _BY_WORDS:
            raise AssertionError(f"{' '.join(_words)} is declared twice")
        _BY_WORDS[_words] = _keyword


def find_keyword(words: tuple[str, ...]) -> Keyword | None:
    """The keyword of upper-case words."""
    return _BY_WORDS.get(words)


def sequences() -> dict[tuple[str, ...], Keyword]:
    """Every spelling of every keyword."""
    return _BY_WORDS


@dataclass(frozen=True, slots=True)
class Separators:
    """The words that divide the operands of a keyword, over all its forms."""

    clauses: frozenset[tuple[str, ...]]
    flags: frozenset[str]
    is_juxtaposed: bool  # two operands may stand side by side
    longest: int  # words of the longest clause or flag


def _separators(keyword: Keyword) -> Separators:
    texts = {text for form in keyword.forms for text in (*form.pattern, *form.clauses)}
    if keyword.takes_fields:
        texts.add("=")
    flags = frozenset(text for form in keyword.forms for text in form.flags)
    clauses = frozenset(tuple(text.split()) for text in texts - {"", ",", " "} - flags)
    longest = max((len(words) for words in (*clauses, *map(str.split, flags))), default=0)
    return Separators(clauses, flags, " " in texts, longest)


_SEPARATORS = {keyword.words: _separators(keyword) for keyword in KEYWORDS}


def separators(keyword: Keyword) -> Separators:
    """What may divide the operands of a keyword; a word is a separator only in a keyword that names it."""
    return _SEPARATORS[keyword.words]


def yields(keyword: Keyword) -> bool:
    """Whether a procedure of the same name is meant instead."""
    return is_outside(keyword) or keyword in collections.KEYWORDS or keyword in workflow.KEYWORDS


def is_function(keyword: Keyword) -> bool:
    """Whether a parenthesis after the keyword makes it an ordinary function."""
    return keyword in functions.KEYWORDS and " " not in keyword.words


def takes_table(keyword: Keyword) -> bool:
    """Whether a table comes first, which may have a point before its name: `FIND .orders`."""
    return keyword in data.KEYWORDS


def is_outside(keyword: Keyword) -> bool:
    """Whether all a keyword does needs a service outside."""
    outside = (Lowering.MISSING, Lowering.CALL)
    return all(form.lowering in outside for form in keyword.forms) and bool(keyword.forms)


def is_missing(keyword: Keyword) -> bool:
    """Whether all a keyword does needs a service that no server has."""
    return all(form.lowering is Lowering.MISSING for form in keyword.forms) and bool(keyword.forms)
