"""The keyword registry: every keyword of the dialect, declared once, one module per family.

It is data. Promotion of words to keywords, parsing of operands, lowering to instructions, "did you mean" and the
reference all read it; adding a keyword means adding a row.
"""

from __future__ import annotations

from . import control, dialogue, functions, session
from .form import Form, Keyword, Lowering, Operand, Place

__all__ = ["KEYWORDS", "Form", "Keyword", "Lowering", "Operand", "Place", "find_keyword", "sequences"]

KEYWORDS: tuple[Keyword, ...] = (*control.KEYWORDS, *dialogue.KEYWORDS, *functions.KEYWORDS, *session.KEYWORDS)

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
