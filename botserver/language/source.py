"""Source text with positions, and diagnostics that point into it.

Lines and columns count from 1; columns count characters. A tab is one character, and the caret line repeats it, so
carets stand right whatever the width of a tab is.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from functools import cached_property

from ..limits import DIAGNOSTICS

_SURROGATE = re.compile("[\ud800-\udfff]")
ERROR = "error"
WARNING = "warning"

_SHOWN = 400
"""Characters shown of a line; of a longer one, a window around the column."""
_SHOWN_BEFORE = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a source: character offsets, end exclusive."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        return Span(self.start, max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem of a file. `severity` is "error" or "warning"; `length` is at least 1."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str
    hint: str = ""
    length: int = 1

    def __str__(self) -> str:
        mark = "warning: " if self.severity == WARNING else ""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {mark}{self.message}"

    def render(self, source: Source | None = None) -> str:
        """Position, message, the line with a caret under it, and the hint."""
        parts = [str(self)]
        if source is not None:
            line = source.line_text(self.line)
            first = max(0, self.column - 1 - _SHOWN_BEFORE) if len(line) > _SHOWN else 0
            left, right = "…" * (first > 0), "…" * (len(line) > first + _SHOWN)
            text = f"{left}{line[first : first + _SHOWN]}{right}"
            at = len(left) + self.column - 1 - first
            pad = "".join("\t" if ch == "\t" else " " for ch in text[:at])
            marks = "^" * max(1, min(self.length, len(text) - len(right) - at))
            number = str(self.line).rjust(5)
            parts += [f"{number} | {text}", f"{' ' * len(number)} | {pad}{marks}"]
        if self.hint:
            parts.append(self.hint)
        return "\n".join(parts)


@dataclass(frozen=True)
class Source:
    """One file's text, newlines as LF, without byte order mark."""

    file: str
    text: str

    @classmethod
    def of(cls, text: str, file: str) -> Source:
        text = _SURROGATE.sub("\ufffd", text)  # text from outside; a file is UTF-8 and has none
        return cls(file, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(i + 1 for i, ch in enumerate(self.text) if ch == "\n")]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        start = self._starts[line - 1]
        end = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        return self.text[start:end]


_UNREAD = frozenset(("L101", "L102", "L103", "L104"))
_OPEN = frozenset(("L105", "L106"))
_OF_NAMES = frozenset(("L202", "L208"))
_WORD = re.compile(r"\w+")


class Problems:
    """Collects the diagnostics of one file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._found: dict[tuple[int, str, str], Diagnostic] = {}
        self._n_errors = 0

    def error(self, code: str, span: Span, message: str, hint: str = "") -> None:
        self._add(ERROR, code, span, message, hint)

    def warning(self, code: str, span: Span, message: str, hint: str = "") -> None:
        self._add(WARNING, code, span, message, hint)

    def _add(self, severity: str, code: str, span: Span, message: str, hint: str) -> None:
        line, column = self.source.position(span.start)
        found = Diagnostic(self.source.file, line, column, severity, code, message, hint, span.end - span.start)
        key = (span.start, code, message)
        if key not in self._found and len(self._found) < 2 * DIAGNOSTICS and not self.are_too_many:
            self._found[key] = found
            self._n_errors += severity == ERROR

    @property
    def has_errors(self) -> bool:
        return self._n_errors > 0

    @property
    def are_too_many(self) -> bool:
        """Whether no more errors are taken, so that reading on is of no use."""
        return self._n_errors >= DIAGNOSTICS

    def all(self) -> list[Diagnostic]:
        """In order of position, without warnings that only follow from an error."""
        unread = {found.line for found in self._found.values() if found.code in _UNREAD}
        words = {word for line in unread for word in _WORD.findall(self.source.line_text(line).casefold())}
        are_blocks_open = any(found.code in _OPEN for found in self._found.values())

        def follows(found: Diagnostic) -> bool:
            """A statement that could not be read may assign or read the name; who reaches what is not known either."""
            name = self.source.line_text(found.line)[found.column - 1 :][: found.length].casefold()
            return (found.code in _OF_NAMES and name in words) or (found.code == "L207" and are_blocks_open)

        shown = [found for found in self._found.values() if not follows(found)]
        return sorted(shown, key=lambda found: (found.line, found.column, found.code))
