"""LIKE: text against a pattern with wildcards. The work is bounded by the sizes of both."""

from __future__ import annotations

import re
from functools import lru_cache

from ..errors import ScriptError
from ..limits import LIKE_PATTERN_BYTES
from .text import fold

_WILDCARD = re.compile(r"[*%?_#]")
LIKE_WORK = 1 << 24
"""Bytes of text times bytes of pattern LIKE accepts: it may compare them all."""


def like_work(text: str, pattern: str) -> int:
    """Bytes compared at most. Raises 4002 beyond LIKE_WORK, or LIKE_PATTERN_BYTES of a pattern with wildcards."""
    size = len(pattern.encode())
    if _is_plain(pattern):
        return len(text.encode()) + size
    if size > LIKE_PATTERN_BYTES:
        raise ScriptError(4002, f"a pattern of LIKE has at most {LIKE_PATTERN_BYTES} bytes, got {size}")
    work = len(text.encode()) * size
    if work > LIKE_WORK:
        raise ScriptError(4002, "LIKE has too long a text for so long a pattern")
    return work


def is_like(text: str, pattern: str) -> bool:
    """Whether the whole text matches, any case: `*` and `%` any run, `?` and `_` one character, `#` a digit when the
    pattern has neither `%` nor `_`."""
    if _is_plain(pattern):
        return fold(text) == fold(pattern)
    return _regex(pattern).fullmatch(fold(text)) is not None


def _is_plain(pattern: str) -> bool:
    """Whether it has no wildcard."""
    return _WILDCARD.search(pattern) is None


@lru_cache(maxsize=256)
def _regex(pattern: str) -> re.Pattern[str]:
    """Runs between wildcards are searched leftmost and never tried again, so the work is bounded by n * m."""
    digits = "%" not in pattern and "_" not in pattern
    runs = re.split(r"[*%]+", fold(pattern))
    parts = ["".join(_char(ch, digits) for ch in run) for run in runs]
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    middle = "".join(f"(?>.*?{part})" for part in parts[1:-1] if part)
    return re.compile(f"{parts[0]}{middle}.*{parts[-1]}", re.DOTALL)


def _char(ch: str, digits: bool) -> str:
    if ch in "?_":
        return "."
    if ch == "#" and digits:
        return "[0-9]"
    return re.escape(ch)
