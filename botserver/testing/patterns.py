"""Expected texts with placeholders such as `{number}`, and lists of them compared with what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_PLACEHOLDERS = {
    "any": r"[^\n]*?",
    "lines": r"[\s\S]*?",
    "word": r"\S+",
    "number": r"[+-]?\d(?:[\d.,]*\d)?",
    "date": r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}",
    "time": r"\d\d:\d\d(?::\d\d)?",
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
_PARTS = re.compile(r"(\\?)\{(" + "|".join(_PLACEHOLDERS) + r")\}")

REST = "..."
"""Alone on a line: any messages, or none."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts, end = [], 0
    for found in _PARTS.finditer(pattern):
        parts.append(re.escape(pattern[end : found.start()]))
        parts.append(re.escape(found[0][1:]) if found[1] else f"(?:{_PLACEHOLDERS[found[2]]})")
        end = found.end()
    return re.compile("".join([*parts, re.escape(pattern[end:])]))


def matches(pattern: str, text: str) -> bool:
    """Whether a text is what was expected; blanks at the ends of lines and empty lines at its end do not count."""
    stripped = "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")
    return _compiled(pattern.rstrip("\n")).fullmatch(stripped) is not None


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected text and the line of the file it stands in."""

    line: int
    text: str


def compare(expected: Sequence[Expected], got: Sequence[str]) -> list[str] | None:
    """None if what was said is what was expected, else a diff: `-` was expected, `+` was said."""
    n, m = len(expected), len(got)
    # best[i][j]: the least number of wrong lines from expected i and got j on.
    best = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n, -1, -1):
        for j in range(m, -1, -1):
            if i < n or j < m:
                best[i][j] = min(cost + best[k][j2] for cost, k, j2, _ in _moves(expected, got, i, j))
    if best[0][0] == 0:
        return None
    i = j = 0
    lines: list[str] = []
    while i < n or j < m:
        _, i, j, shown = min(_moves(expected, got, i, j), key=lambda move: move[0] + best[move[1]][move[2]])
        lines += shown
    return lines


def _moves(expected: Sequence[Expected], got: Sequence[str], i: int, j: int) -> list[tuple[int, int, int, list[str]]]:
    """How a comparison can go on: cost, next positions, lines of the diff."""
    found: list[tuple[int, int, int, list[str]]] = []
    if i < len(expected):
        item = expected[i]
        if item.text == REST:
            found.append((0, i + 1, j, []))
            if j < len(got):
                found.append((0, i, j + 1, _shown(" ", 0, got[j])))
        else:
            if j < len(got) and matches(item.text, got[j]):
                found.append((0, i + 1, j + 1, _shown(" ", item.line, got[j])))
            found.append((1, i + 1, j, _shown("-", item.line, item.text)))
    if j < len(got):
        found.append((1, i, j + 1, _shown("+", 0, got[j])))
    return found


def _shown(mark: str, line: int, text: str) -> list[str]:
    number = str(line) if line else ""
    first, *rest = text.split("\n")
    return [f"{mark} {number:>4} | {first}", *(f"{mark}      | {more}" for more in rest)]
