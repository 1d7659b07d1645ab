"""Finding rows by words: how well texts fit what is looked for, in any case and whether or not accents are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ..limits import SEARCH_WORDS
from ..vm.values import HostValue

_WORD = re.compile(r"\w+")
_WHOLE, _BEGINNING = 2, 1


def plain_text(text: str) -> str:
    """Texts that differ only in case and accents have the same."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return text.casefold()


class WordSearch:
    """What is looked for: the first SEARCH_WORDS words of a text, each once. `steps` counts the comparisons made."""

    def __init__(self, text: str) -> None:
        self._wanted = list(dict.fromkeys(_WORD.findall(plain_text(text))))[:SEARCH_WORDS]
        self.steps = 0

    def score(self, values: Iterable[HostValue]) -> int:
        """How well the texts among the values fit: a word that is there counts two, one that only begins a word there
        counts one; 0 is not at all."""
        words: set[str] = set()
        for value in values:
            if isinstance(value, str):
                words.update(_WORD.findall(plain_text(value)))
        self.steps += 1 + len(words)
        score = 0
        for wanted in self._wanted:
            if wanted in words:
                score += _WHOLE
            else:
                self.steps += len(words)
                score += _BEGINNING * any(word.startswith(wanted) for word in words)
        return score
