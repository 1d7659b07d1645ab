"""Which rows a filter means: a `Query` with its values bound, asked row by row.

Compares as the dialect does, and by number where both sides look like numbers. Used for rows of tables and for arrays
of maps, so both mean the same. Work is counted in steps, which callers price or bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, TypeVar

from ..errors import ScriptError
from ..language.queries import (
    HOLE,
    All,
    AnyOf,
    BadQuery,
    Column,
    Compare,
    Condition,
    Not,
    Operand,
    Query,
    column_name,
    has_operator,
    parse_assignments,
    parse_query,
)
from ..limits import QUERY_LIST
from .dates import seconds_of
from .likeness import is_like, like_work
from .objects import Array, Map, Value, equals, from_host, is_less, is_truthy, scalar_text
from .text import fold, parse_number
from .values import Date, DateTime, HostValue

Cell: TypeAlias = Callable[[str], HostValue]
"""Gives a row's value of a column, None if it has none."""


class Row(Protocol):
    """What has values by column."""

    def get(self, column: str, /) -> HostValue: ...


RowT = TypeVar("RowT", bound=Row)


def bad_query(what: str) -> ScriptError:
    return ScriptError(2002, what)


class BoundQuery:
    """A filter, ready to be asked. `steps` grows with each row: one a comparison, and one per 64 bytes of text."""

    def __init__(self, query: Query, holes: Sequence[HostValue]) -> None:
        """Raises 2002 for holes that hold what cannot stand there."""
        self._holes = holes
        self.steps = 0
        self._condition = None if query.condition is None else self._bind(query.condition)
        self.columns = tuple(self._column(column) for column in query.columns)
        self.order = tuple((self._column(part.column), part.descends) for part in query.order)
        self.limit = self._count("LIMIT", query.limit)
        self.offset = self._count("OFFSET", query.offset) or 0

    @property
    def is_unconditional(self) -> bool:
        return self._condition is None

    def matches(self, cell: Cell) -> bool:
        """Whether the row is meant."""
        return self._condition is None or self._condition(cell)

    def wanted(self, column: str) -> HostValue:
        """The value that rows must have in `column`, where the filter says so by itself or with AND; else None."""
        folded = fold(column)
        return next((value for name, value in self._fixed if fold(name) == folded), None)

    def assigned(self, pairs: Sequence[tuple[Column, Operand]]) -> dict[str, HostValue]:
        """Assignments with their values bound."""
        return {self._column(column): self._value(operand) for column, operand in pairs}

    def joined(self, texts: Sequence[str]) -> str:
        """The pieces and the holes between them as one text."""
        out = [texts[0]]
        for hole, text in enumerate(texts[1:]):
            out += [self._text(hole), text]
        return "".join(out)

    # --- binding -------------------------------------------------------------------------------------------------

    _fixed: tuple[tuple[str, HostValue], ...] = ()

    def _bind(self, condition: Condition, is_certain: bool = True) -> Callable[[Cell], bool]:
        match condition:
            case Not(inner=inner):
                negated = self._bind(inner, is_certain=False)
                return lambda cell: not negated(cell)
            case All(parts=parts):
                every = [self._bind(part, is_certain) for part in parts]
                return lambda cell: all(part(cell) for part in every)
            case AnyOf(parts=parts):
                some = [self._bind(part, is_certain=False) for part in parts]
                return lambda cell: any(part(cell) for part in some)
            case Compare():
                if is_certain and condition.operator == "=":
                    value = self._value(condition.operands[0])
                    self._fixed = (*self._fixed, (self._column(condition.column), value))
                return self._comparison(condition)

    def _column(self, column: Column) -> str:
        if isinstance(column, str):
            return column
        name = self._holes[column]
        if not isinstance(name, str) or not name.strip():
            raise bad_query("the name of a column is text")
        return column_name(name.strip())

    def _value(self, operand: Operand) -> HostValue:
        """A hole alone is its value, whatever type that has; beside text it is text."""
        match operand.pieces:
            case ():
                return None
            case (int(hole),):
                return self._holes[hole]
            case pieces:
                return "".join(piece if isinstance(piece, str) else self._text(piece) for piece in pieces)

    def _text(self, hole: int) -> str:
        value = from_host(self._holes[hole])
        if isinstance(value, Array | Map):
            raise bad_query("a list or map cannot stand inside text of a filter")
        return scalar_text(value)

    def _count(self, word: str, operand: Operand | None) -> int | None:
        if operand is None:
            return None
        number = _number(self._value(operand))
        if number is None or not 0 <= number < 2**53:
            raise bad_query(f"{word} needs a number that is not negative")
        return int(number)

    def _comparison(self, condition: Compare) -> Callable[[Cell], bool]:
        column = self._column(condition.column)
        test = self._test(condition)

        def ask(cell: Cell) -> bool:
            self.steps += 1
            return test(cell(column))

        return ask

    def _test(self, condition: Compare) -> Callable[[HostValue], bool]:
        values = [self._value(operand) for operand in condition.operands]
        match condition.operator:
            case "NULL":
                return lambda cell: cell is None or cell == []
            case "TRUE":
                return lambda cell: is_truthy(from_host(cell))
            case "=":
                return self._equal(values[0])
            case "<>":
                equal = self._equal(values[0])
                return lambda cell: not equal(cell)
            case "<" | "<=" | ">" | ">=" as operator:
                return self._ordered(operator, values[0])
            case "BETWEEN":
                low, high = self._ordered(">=", values[0]), self._ordered("<=", values[1])
                return lambda cell: low(cell) and high(cell)
            case "IN":
                return self._one_of(values)
            case "CONTAINS":
                return self._contains(values[0])
            case _:
                return self._like(values[0])

    def _equal(self, value: HostValue) -> Callable[[HostValue], bool]:
        number = _number(value)
        known = from_host(value) if number is None else number

        def test(cell: HostValue) -> bool:
            other = _number(cell) if number is not None else None
            if other is not None:
                return other == number
            same, price = equals(from_host(cell), known)
            self.steps += price
            return same

        return test

    def _ordered(self, operator: str, value: HostValue) -> Callable[[HostValue], bool]:
        number = _number(value)
        right = from_host(value) if number is None else number
        or_equal, is_swapped = operator.endswith("="), operator.startswith(">")

        def test(cell: HostValue) -> bool:
            other = _number(cell) if number is not None else None
            left: Value = other if other is not None else from_host(cell)
            self.steps += _size(cell) // 64
            return is_less(right, left, or_equal) if is_swapped else is_less(left, right, or_equal)

        return test

    def _one_of(self, values: list[HostValue]) -> Callable[[HostValue], bool]:
        if len(values) == 1 and isinstance(values[0], list):
            values = values[0]
        if len(values) > QUERY_LIST:
            raise bad_query(f"IN takes at most {QUERY_LIST} values, got {len(values)}")
        tests = [self._equal(value) for value in values]

        def test(cell: HostValue) -> bool:
            self.steps += len(tests)
            return any(each(cell) for each in tests)

        return test

    def _contains(self, value: HostValue) -> Callable[[HostValue], bool]:
        equal, known = self._equal(value), from_host(value)
        part = "" if isinstance(known, Array | Map) else scalar_text(known)

        def test(cell: HostValue) -> bool:
            match cell:
                case None:
                    return False
                case list():
                    self.steps += len(cell)
                    return any(equal(item) for item in cell)
                case dict():
                    return any(fold(key) == fold(part) for key in cell)
                case _:
                    text = _cell_text(cell)
                    self.steps += len(text) // 64
                    return part in text

        return test

    def _like(self, value: HostValue) -> Callable[[HostValue], bool]:
        known = from_host(value)
        if isinstance(known, Array | Map):
            raise bad_query("LIKE needs text")
        pattern = scalar_text(known)
        folded = fold(pattern)
        has_wildcard = "%" in pattern or "*" in pattern

        def test(cell: HostValue) -> bool:
            if cell is None or isinstance(cell, list | dict):
                return False
            text = _cell_text(cell)
            self.steps += like_work(text, pattern) // 64
            return is_like(text, pattern) if has_wildcard else folded in fold(text)

        return test

    # --- order ---------------------------------------------------------------------------------------------------

    def arrange(self, rows: list[RowT]) -> None:
        """Sort rows in place by ORDER BY: numbers, then dates, texts and others, nulls last; stable."""
        for column, descends in reversed(self.order):
            rows.sort(key=lambda row: _rank(row.get(column)), reverse=descends)


def _number(value: HostValue) -> int | float | None:
    """What looks like a number."""
    if isinstance(value, str):
        return parse_number(value)
    return None if isinstance(value, bool) or not isinstance(value, int | float) else value


def _cell_text(cell: HostValue) -> str:
    value = from_host(cell)
    return "" if isinstance(value, Array | Map) else scalar_text(value)


def _size(cell: HostValue) -> int:
    return len(cell) if isinstance(cell, str) else 0


def _rank(value: HostValue) -> tuple[int, int | float | str]:
    number = _number(value)
    if number is not None:
        return (1, 0) if number != number else (0, number)
    match value:
        case bool():
            return 0, int(value)
        case Date() | DateTime():
            return 2, seconds_of(value)
        case str():
            return 3, value
        case None:
            return 5, 0
        case _:
            return 4, 0


# --- as scripts hand them over -----------------------------------------------------------------------------------


def pieces_of(filter_value: HostValue) -> tuple[list[str], list[HostValue]]:
    """The texts and holes of a filter as the compiler hands it over: text, value, text, …; or of plain text.

    Raises 2002 for anything else: what a program says is not to be trusted."""
    pieces: HostValue = [filter_value] if isinstance(filter_value, str) else filter_value
    if not isinstance(pieces, list) or len(pieces) % 2 == 0:
        raise bad_query("a filter is text")
    texts = [text for text in pieces[::2] if isinstance(text, str) and HOLE not in text]
    if len(texts) != len(pieces) // 2 + 1:
        raise bad_query("a filter is text")
    return texts, pieces[1::2]


def bind_query(filter_value: HostValue) -> BoundQuery:
    """The filter a script handed over. Raises 2002."""
    texts, holes = pieces_of(filter_value)
    try:
        return BoundQuery(parse_query(texts), holes)
    except BadQuery as error:
        raise bad_query(str(error)) from None


def bind_row_query(filter_value: HostValue, key: str) -> BoundQuery | None:
    """As `bind_query`; what has no operator is a value of the column `key`: an id. None for one that is blank, and for
    a filter without a condition. Raises 2002."""
    identity = filter_value
    if filter_value is None or isinstance(filter_value, list | str):
        texts, holes = pieces_of(filter_value if filter_value is not None else "")
        if has_operator(texts):
            query = bind_query(filter_value)
            return None if query.is_unconditional else query
        is_hole = len(texts) == 2 and not any(texts)
        identity = holes[0] if is_hole else BoundQuery(Query(), holes).joined(texts).strip()
    if identity is None or identity == "":
        return None
    return BoundQuery(_BY_KEY, [key, identity])


def bind_assignments(value: HostValue) -> dict[str, HostValue]:
    """`status = 'done', total = 5` as a map. Raises 2002."""
    texts, holes = pieces_of(value)
    try:
        pairs = parse_assignments(texts)
    except BadQuery as error:
        raise bad_query(str(error)) from None
    return BoundQuery(Query(), holes).assigned(pairs)


_BY_KEY = Query(Compare(0, "=", (Operand((1,)),)))
