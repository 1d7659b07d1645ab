"""What statements are made of: terminals of the grammar, the names of a file, and which words are keywords."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from .keywords import Keyword, sequences
from .scanner import Raw
from .source import Span


@dataclass(frozen=True, slots=True)
class Tok:
    """A terminal: its name in the grammar, the raw token it starts with, and a keyword's registry row."""

    type: str
    raw: Raw
    span: Span
    keyword: Keyword | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Upper-case words a file assigns or takes as parameters, and those it declares as procedures: they win over
    keywords where both could be meant."""

    variables: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """One statement's terminals, and the names of its file for the expressions inside its strings."""

    tokens: tuple[Tok, ...]
    names: Names = Names()

    @property
    def span(self) -> Span:
        return self.tokens[0].span.to(self.tokens[-1].span)


SEQUENCES = sequences()
LONGEST = max(len(words) for words in SEQUENCES)
"""Words of the longest keyword."""


def needs_value(words: tuple[str, ...]) -> bool | None:
    """Whether a value must follow a keyword; None if the upper-case words are none."""
    keyword = SEQUENCES.get(words)
    return None if keyword is None else bool(keyword.forms) and all(form.pattern for form in keyword.forms)


_ELSEWHERE = {
    **dict.fromkeys(("SAY", "ECHO", "DISPLAY", "SHOW", "REPLY", "RESPOND", "MSGBOX", "TELL"), "TALK"),
    **dict.fromkeys(("ASK", "INPUT", "PROMPT", "LISTEN", "READLINE"), "HEAR"),
    **dict.fromkeys(("SLEEP", "PAUSE"), "WAIT"),
    **dict.fromkeys(("ELIF", "ELSIF"), "ELSE IF"),
    **dict.fromkeys(("FOREACH", "FOR_EACH"), "FOR EACH"),
    **dict.fromkeys(("INCLUDE", "IMPORT", "EXEC", "EXECUTE"), "RUN"),
    **dict.fromkeys(("VAR", "VARIABLE"), "name = value"),
    **dict.fromkeys(("DEF", "FUNC", "PROCEDURE"), "FUNCTION name(a, b)"),
}
"""Words of other languages, and what they are here."""
_NEEDLESS = {
    "RANDOMIZE": "random numbers are others at each run",
    "CLS": "a conversation has no screen",
    "OPTION": "there is nothing to choose",
}
"""Words of other languages that do nothing here, and why."""


def taken_by_nothing(written: str, form: str) -> tuple[str, str]:
    """What is said of a statement that only gives a value, and the hint; `form` is how that value is written."""
    return f"{written} gives a value, and nothing takes it", f"write x = {form}"


def did_you_mean(words: list[str]) -> str:
    """The keyword that unknown words resemble most."""
    if words[0] in _NEEDLESS:
        return f"leave it out: {_NEEDLESS[words[0]]}"
    if words[0] in _ELSEWHERE and tuple(words[:2]) not in SEQUENCES:
        return f"write {_ELSEWHERE[words[0]]}"
    known = {" ".join(spelling): None for spelling in (*SEQUENCES, ("END", "TABLE"))}
    for n in range(min(len(words), LONGEST), 0, -1):
        close = difflib.get_close_matches(" ".join(words[:n]), known, n=1, cutoff=0.75)
        if close:
            return f"did you mean {close[0]}?"
    return ""
