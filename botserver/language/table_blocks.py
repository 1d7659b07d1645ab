"""TABLE … END TABLE: a table of the bot as a package declares it, read line by line.

    TABLE orders
        id integer key
        customer string(40) not null references customers
        status string default 'open'
    END TABLE

A line is a column: name, type, and words of which only key, not null, default and references are looked at; the rest of
an SQL definition is kept as it is written. A definition may go over lines inside parentheses.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from ..limits import COLUMN_CHARS, TABLE_COLUMNS
from .declarations import ColumnDeclaration, TableDeclaration
from .source import Problems, Span

HEADER = re.compile(
    r"[ \t]*TABLE[ \t]+(?:\"([^\"\n]+)\"|(\.?[^\W\d][\w.]*))(?:[ \t]+ON[ \t]+\"?([\w.-]+)\"?)?[ \t]*(?:'.*|//.*)?$",
    re.IGNORECASE,
)
END = re.compile(r"^[ \t]*END[ \t]+TABLE[ \t]*(?:'.*|//.*)?$", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r"\s*(?:'|//|#|--|REM\b)", re.IGNORECASE)
_COLUMN = re.compile(r"\s*(?:\"([^\"]+)\"|(\w+))(?:\s*\*)?(?:\s+([^\W\d]\w*)\s*(?:\(([^()]*)\))?)?(.*)", re.DOTALL)
_CONSTRAINT = re.compile(
    r"\s*(?:PRIMARY\s+KEY\s*\((.*?)\)|UNIQUE\s*\(|FOREIGN\s+KEY|CONSTRAINT\s|CHECK\s*\(|CREATE\s)",
    re.IGNORECASE | re.DOTALL,
)
_LATE_COMMENT = re.compile(r"\s(?:'[^']*|//.*|--.*)$")
_QUOTED = re.compile(r"'[^']*'")
_KEY = re.compile(r"(?<!\w)KEY(?!\w)", re.IGNORECASE)
_DEFAULT = re.compile(
    r"(?<!\w)DEFAULT\s+(?:'((?:[^']|'')*)'|\"([^\"]*)\"|(-?[0-9]+(?:\.[0-9]+)?)(?![\w.])|(TRUE|FALSE)(?!\w))",
    re.IGNORECASE,
)


def read_table(header: re.Match[str], body: str, start: int, problems: Problems) -> TableDeclaration:
    """The table of a header and the text up to END TABLE, which begins at offset `start`."""
    name = header[1] or header[2].removeprefix(".")
    columns: dict[str, ColumnDeclaration] = {}
    key = ""
    for line, at in _lines(body, start):
        constraint = _CONSTRAINT.match(line)
        if constraint is not None:
            key = key or (constraint[1] or "").split(",")[0].strip(' "')
            continue
        found = _COLUMN.match(line)
        column = (found[1] or found[2]).strip() if found is not None else ""
        span = Span(at, at + max(len(line.rstrip()), 1))
        if found is None or not 1 <= len(column) <= COLUMN_CHARS:
            problems.error("L103", span, "a line of TABLE is the name of a column and its type", "write total number")
        elif column.lower() in columns:
            problems.error("L107", span, f"column {column} is declared twice")
        elif len(columns) >= TABLE_COLUMNS:
            problems.error("L112", span, f"a table has at most {TABLE_COLUMNS} columns")
            break
        else:
            rest = found[5].strip().rstrip(",").strip()
            _check_type(found, at, problems)
            columns[column.lower()] = ColumnDeclaration(column, (found[3] or "string").lower(), _default(rest), rest)
            if not key and _KEY.search(rest):
                key = column
    key = key or ("id" if "id" in columns else "")
    return TableDeclaration(name, tuple(columns.values()), key, header[3] or "")


_TYPES = frozenset(
    re.findall(
        r"\w+",
        "string number integer double date datetime timestamp boolean text guid uuid; varchar char int bigint smallint"
        " decimal numeric real float bool time json jsonb serial bigserial interval bytea blob",
    )
)
"""Of ours, then of SQL."""


def _check_type(found: re.Match[str], at: int, problems: Problems) -> None:
    """A type may be any word, such as the name of another table; one that resembles a type is a slip."""
    word = (found[3] or "string").lower()
    if word not in _TYPES and (close := difflib.get_close_matches(word, _TYPES, n=1, cutoff=0.8)):
        span = Span(at + found.start(3), at + found.end(3))
        what = f"unknown type {found[3]}; the column takes any value"
        problems.warning("L211", span, what, f"did you mean {close[0]}?")


def _default(rest: str) -> str | int | float | bool | None:
    found = _DEFAULT.search(rest)
    if found is None:
        return None
    text, quoted, number, truth = found.groups()
    if number is not None:
        return float(number) if "." in number or len(number) > 18 else int(number)
    if truth is not None:
        return truth.upper() == "TRUE"
    return quoted if text is None else text.replace("''", "'")


def _lines(body: str, start: int) -> Iterator[tuple[str, int]]:
    """Definitions and their offsets: lines, joined while a parenthesis is open."""
    at = start
    joined, joined_at, depth = "", start, 0
    for line in body.split("\n"):
        if depth == 0:
            joined, joined_at = "", at
        if line.strip() and not _COMMENT.match(line):
            text = _LATE_COMMENT.sub("", line)
            joined += text if depth == 0 else "\n" + text
            brackets = _QUOTED.sub("", text)
            depth += brackets.count("(") - brackets.count(")")
            if depth <= 0:
                indent = len(joined) - len(joined.lstrip())
                yield joined.strip(), joined_at + indent
                depth = 0
        at += len(line) + 1
    if depth > 0:
        yield joined.strip(), joined_at
