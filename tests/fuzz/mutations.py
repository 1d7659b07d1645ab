"""Scripts changed at random: characters, words and lines cut, doubled, moved and mixed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

TESTS = Path(__file__).parents[1]
_PIECES = re.compile(r"\s+|\w+|.", re.DOTALL)
_SNIPPETS = [
    '"', "'", "${", "}", "(", ")", "[", "]", "{", "#{", ",", ":", ".", "?", "=", "==", " _\n", "\n", "\r\n", "\t",
    "\\", "'''", '""', '"""', "//", "#", "REM ", "BEGIN TALK\n", "\nEND TALK\n", "BEGIN SYSTEM PROMPT\n", "END",
    "IF ", " THEN ", " ELSE ", "END IF\n", "FOR EACH ", " IN ", "NEXT\n", "WITH ", "END WITH\n", "CASE ",
    "SELECT CASE ", "DO\n", "LOOP\n", "SUB x\n", "END SUB\n", "FUNCTION f()\n", "PARAM ", "DESCRIPTION ", " AS ",
    " TO ", " BY ", " WHERE ", " AND ", " OR ", "NOT ", "TALK ", "HEAR ", "SET ", "GET ", "FIND ", "SAVE ",
    "TABLE t\n", "END TABLE\n", "ON EVENT ", "END ON\n", "\0", "\ufeff", "\u2028", "\x85", "é", "😀", "\ud800",
    "9" * 30, "1e999", "0x", "&H", "a" * 300, "$", "@", ";", "\\u0000", "\\x00", "\\ud800", "${${", "?.", "??",
    "<>", "^", "TRY\n", "CATCH e\n", "END TRY\n", "GOTO ", "x:\n", "-", "- ", " -1",
]  # fmt: skip


def load_corpus() -> list[str]:
    """Texts of all scripts of the tests and samples."""
    files = sorted([*TESTS.rglob("*.bas"), *(TESTS.parent / "samples").rglob("*.bas")])
    return [file.read_text(encoding="utf-8") for file in files]


def mutated(random: Random, corpus: Sequence[str]) -> str:
    """A piece of a script of the corpus with a few changes."""
    lines = random.choice(corpus).split("\n")
    first = random.randrange(len(lines))
    text = "\n".join(lines[first : first + random.choice([1, 3, 10, 40])])
    for _ in range(random.choice([1, 1, 2, 3, 8])):
        text = _changed(random, text, corpus)
    return text


def _changed(random: Random, text: str, corpus: Sequence[str]) -> str:
    at = random.randint(0, len(text))
    match random.randrange(8):
        case 0:  # a character less
            return text[:at] + text[at + 1 :]
        case 1:  # a snippet more
            return text[:at] + random.choice(_SNIPPETS) + text[at:]
        case 2:  # a piece twice
            end = min(len(text), at + random.randint(1, 30))
            return text[:end] + text[at:end] * random.choice([1, 1, 1, 20]) + text[end:]
        case 3:  # the end cut off
            return text[:at]
        case 4 | 5:  # words cut, doubled or swapped
            pieces = _PIECES.findall(text)
            if len(pieces) < 3:
                return text
            i, j = random.randrange(len(pieces)), random.randrange(len(pieces))
            if random.random() < 0.5:
                pieces[i], pieces[j] = pieces[j], pieces[i]
            else:
                del pieces[min(i, j) : min(i, j) + random.choice([1, 1, 2, 5])]
            return "".join(pieces)
        case 6:  # a line of another script
            line = random.choice(random.choice(corpus).split("\n"))
            return text[:at] + "\n" + line + "\n" + text[at:]
        case _:  # any character
            return text[:at] + chr(random.choice([random.randrange(128), random.randrange(0x3000)])) + text[at + 1 :]
