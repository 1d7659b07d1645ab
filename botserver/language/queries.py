"""Filters of rows, as data: `status = 'open' AND total > 100 ORDER BY total DESC LIMIT 5`.

A filter comes as pieces of text with a hole between each two: what a script interpolates stays out of the text and is
bound as one value, whatever it holds. Parsing gives a `Query`; `vm/matching.py` says which rows it means. Nothing here
becomes SQL.

    cond     column op value, [NOT] LIKE, [NOT] IN (v, …), [NOT] CONTAINS, [NOT] BETWEEN v AND v, IS [NOT] NULL
    column   a word, `item.` before it ignored, or "…" or `…` when it has blanks
    value    '…' or "…", or bare text up to AND, OR, a closing parenthesis or the end
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ..limits import QUERY_CHARS, QUERY_CONDITIONS, QUERY_DEPTH

HOLE = "\0"
"""Stands for a hole in joined text; no string of the dialect can hold it."""


class BadQuery(Exception):
    """The filter cannot be read; the message says what is wrong, in words a script's author knows."""


Column: TypeAlias = "str | int"
"""A name, or the number of the hole that has it."""


@dataclass(frozen=True, slots=True)
class Operand:
    """What a column is compared with: pieces of text and numbers of holes. Bare NULL has no pieces."""

    pieces: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` is one of = <> < <= > >= LIKE CONTAINS IN BETWEEN NULL TRUE."""

    column: Column
    operator: str
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    inner: Condition


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


Condition: TypeAlias = "Compare | Not | All | AnyOf"


@dataclass(frozen=True, slots=True)
class Order:
    column: Column
    descends: bool


@dataclass(frozen=True, slots=True)
class Query:
    """`condition` None means every row. A limit or offset is a number or a hole's."""

    condition: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: Operand | None = None
    offset: Operand | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns a row is asked for, each once."""
        found: dict[Column, None] = {}
        stack = [self.condition]
        while stack:
            match stack.pop():
                case Compare(column=column):
                    found[column] = None
                case Not(inner=inner):
                    stack.append(inner)
                case All(parts=parts) | AnyOf(parts=parts):
                    stack.extend(reversed(parts))
                case None:
                    pass
        return tuple(found)


def parse_query(texts: Sequence[str]) -> Query:
    """The filter of pieces of text between holes. Raises BadQuery."""
    return _parse(HOLE.join(texts))


def parse_assignments(texts: Sequence[str]) -> tuple[tuple[Column, Operand], ...]:
    """`status = 'done', total = 5`. Raises BadQuery."""
    return _Reader(_checked(HOLE.join(texts))).assignments()


def has_operator(texts: Sequence[str]) -> bool:
    """Whether a text is a filter at all, and not an id."""
    return _OPERATOR_SOMEWHERE.search(HOLE.join(texts)) is not None


@lru_cache(maxsize=256)
def _parse(text: str) -> Query:
    return _Reader(_checked(text)).query()


def _checked(text: str) -> str:
    if len(text) > QUERY_CHARS:
        raise BadQuery(f"a filter has at most {QUERY_CHARS} characters, this one {len(text)}")
    return text


_BLANKS = re.compile(r"\s*")
_COLUMN = re.compile(r'"((?:[^"\0]|"")+)"|`([^`\0]+)`|(\0)|(\w[\w.-]*)')
_OPERATOR = re.compile(r"==|!=|<>|<=|>=|=<|=>|=|<|>")
_QUOTED = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"")
_BARE = re.compile(r"(?:(?!\s(?:AND|OR|ORDER\s+BY|(?:LIMIT|OFFSET)\s+[0-9\0])(?!\w))[^)])*", re.IGNORECASE)
_BARE_ITEM = re.compile(r"[^),]*")
_WORD = re.compile(r"[A-Za-z]+")
_DIGITS = re.compile(r"[0-9]{1,18}(?!\w)|\0")
_OPERATOR_SOMEWHERE = re.compile(
    r"[=<>!]|(?<!\w)(?:LIKE|IN\s*\(|IS\s+(?:NOT\s+)?NULL|CONTAINS|BETWEEN)(?!\w)", re.IGNORECASE
)
_OPERATORS = {"==": "=", "!=": "<>", "=<": "<=", "=>": ">="}


class _Reader:
    """Reads one filter from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._conditions = 0

    # --- pieces --------------------------------------------------------------------------------------------------

    def _skip(self) -> None:
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip()
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def _words(self, *words: str) -> bool:
        """Takes these words if they come next."""
        start = self._at
        for word in words:
            found = self._take(_WORD)
            after = self._text[self._at : self._at + 1]
            if found is None or found.group().upper() != word or after == "_" or after.isalnum():
                self._at = start
                return False
        return True

    def _mark(self, mark: str) -> bool:
        self._skip()
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    @property
    def _is_at_end(self) -> bool:
        self._skip()
        return self._at >= len(self._text)

    def _wrong(self, wanted: str) -> BadQuery:
        rest = self._text[self._at : self._at + 20].replace(HOLE, "${…}")
        at = f"needs {wanted} at {rest!r}" if rest else f"ends where it needs {wanted}"
        return BadQuery(f"the filter {at}")

    def _hole(self, at: int) -> int:
        """The number of the hole at `at`."""
        return self._text.count(HOLE, 0, at)

    def _pieces(self, start: int, end: int, quote: str = "") -> tuple[str | int, ...]:
        pieces: list[str | int] = []
        number = self._hole(start)
        for index, piece in enumerate(self._text[start:end].split(HOLE)):
            if index:
                pieces.append(number)
                number += 1
            if piece:
                pieces.append(piece.replace(quote * 2, quote) if quote else piece)
        return tuple(pieces)

    # --- the whole -----------------------------------------------------------------------------------------------

    def query(self) -> Query:
        condition = None
        if not self._is_at_end and not self._is_tail():
            condition = self._any(0)
        order: list[Order] = []
        limit = offset = None
        if self._words("ORDER", "BY"):
            order.append(self._order())
            while self._mark(","):
                order.append(self._order())
        while not self._is_at_end:
            if limit is None and self._words("LIMIT"):
                limit = self._count()
            elif offset is None and self._words("OFFSET"):
                offset = self._count()
            else:
                raise self._wrong("AND, OR or its end")
        return Query(condition, tuple(order), limit, offset)

    def _is_tail(self) -> bool:
        start = self._at
        found = self._words("ORDER", "BY") or (
            (self._words("LIMIT") or self._words("OFFSET")) and self._take(_OPERATOR) is None
        )
        self._at = start
        return found

    def _order(self) -> Order:
        column = self._column()
        descends = self._words("DESC")
        if not descends:
            self._words("ASC")
        return Order(column, descends)

    def _count(self) -> Operand:
        found = self._take(_DIGITS)
        if found is None:
            raise self._wrong("a number")
        return Operand((self._hole(found.start()) if found.group() == HOLE else found.group(),))

    def assignments(self) -> tuple[tuple[Column, Operand], ...]:
        found: list[tuple[Column, Operand]] = []
        while True:
            column = self._column()
            if not self._mark("="):
                raise self._wrong('"="')
            found.append((column, self._value(_BARE_ITEM)))
            if self._is_at_end:
                return tuple(found)
            if not self._mark(","):
                raise self._wrong('","')

    # --- conditions ----------------------------------------------------------------------------------------------

    def _any(self, depth: int) -> Condition:
        parts = [self._all(depth)]
        while self._words("OR") or self._mark("||"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._words("AND") or self._mark("&&"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Condition:
        start = self._at
        if self._words("NOT"):
            if self._take(_OPERATOR) is None:
                return Not(self._one(self._deeper(depth)))
            self._at = start  # a column of that name
        if self._mark("("):
            inner = self._any(self._deeper(depth))
            if not self._mark(")"):
                raise self._wrong('")"')
            return inner
        return self._comparison()

    def _deeper(self, depth: int) -> int:
        if depth >= QUERY_DEPTH:
            raise BadQuery(f"a filter is nested at most {QUERY_DEPTH} deep")
        return depth + 1

    def _comparison(self) -> Condition:
        self._conditions += 1
        if self._conditions > QUERY_CONDITIONS:
            raise BadQuery(f"a filter has at most {QUERY_CONDITIONS} conditions")
        column = self._column()
        found = self._take(_OPERATOR)
        if found is not None:
            operator = _OPERATORS.get(found.group(), found.group())
            return Compare(column, operator, (self._value(_BARE),))
        if self._words("IS"):
            is_negated = self._words("NOT")
            for word in ("NULL", "TRUE"):
                if self._words(word):
                    test = Compare(column, word)
                    return Not(test) if is_negated else test
            raise self._wrong("NULL")
        is_negated = self._words("NOT")
        condition = self._word_comparison(column)
        return Not(condition) if is_negated else condition

    def _word_comparison(self, column: Column) -> Condition:
        for word in ("LIKE", "CONTAINS"):
            if self._words(word):
                return Compare(column, word, (self._value(_BARE),))
        if self._words("BETWEEN"):
            low = self._value(_BARE)
            if not self._words("AND"):
                raise self._wrong("AND")
            return Compare(column, "BETWEEN", (low, self._value(_BARE)))
        if self._words("IN"):
            return Compare(column, "IN", self._list())
        raise self._wrong("an operator such as =, <, LIKE or IN")

    def _list(self) -> tuple[Operand, ...]:
        if not self._mark("("):
            found = self._take(_DIGITS)
            if found is None or found.group() != HOLE:
                raise self._wrong("a list in parentheses")
            return (Operand((self._hole(found.start()),)),)
        if self._mark(")"):
            return ()
        items = [self._value(_BARE_ITEM)]
        while self._mark(","):
            items.append(self._value(_BARE_ITEM))
        if not self._mark(")"):
            raise self._wrong('")"')
        return tuple(items)

    def _column(self) -> Column:
        found = self._take(_COLUMN)
        if found is None:
            raise self._wrong("a column")
        if found[3]:
            return self._hole(found.start())
        name = found[1].replace('""', '"') if found[1] else found[2] or found[4]
        return column_name(name)

    def _value(self, bare: re.Pattern[str]) -> Operand:
        self._skip()
        found = _QUOTED.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
            quote = found.group()[0]
            return Operand(self._pieces(found.start() + 1, found.end() - 1, quote) or ("",))
        found = bare.match(self._text, self._at)
        text = found.group().rstrip() if found else ""
        if not text:
            raise self._wrong("a value")
        if text[0] in "'\"":
            raise BadQuery(f"the quote at {text[:20].replace(HOLE, '${…}')!r} is never closed")
        start, self._at = self._at, self._at + len(text)
        return Operand(() if text.upper() == "NULL" else self._pieces(start, self._at))


def column_name(name: str) -> str:
    """`item.price` is the column price."""
    return name[5:] if name[:5].lower() == "item." and len(name) > 5 else name
