"""Heap objects of the reference VM and what the operators do with them.

A value is None, bool, int, float, Date, DateTime, Str, Array or Map. Objects have identity: sharing is visible to
scripts (arrays and maps are references) and to the account (a shared object is counted once).

Everything here is a pure function of values, except that containers are changed in place by the caller. Work that
can be long returns its price beside its result: one per element or 64 bytes touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

from ..errors import ScriptError
from ..limits import COMPARE_STEPS, TOO_DEEP_FUEL, VALUE_DEPTH
from .dates import parse_date, seconds_of
from .text import date_text, datetime_text, float_text, fold, json_string, parse_number, trim
from .tree import scalar_bytes
from .values import (
    FIRST_SECOND,
    INT_MAX,
    INT_MIN,
    LAST_SECOND,
    Date,
    DateTime,
    HostValue,
    array_price,
    map_price,
    string_price,
)


class Str:
    """Text in the heap. `constant` marks a program's constant: it has no price and never enters a container."""

    __slots__ = ("constant", "size", "text")

    def __init__(self, text: str, constant: bool = False) -> None:
        self.text = text
        self.size = len(text.encode())
        self.constant = constant

    @property
    def price(self) -> int:
        return string_price(self.size)


class Array:
    """Ordered, growable, mixed."""

    __slots__ = ("items",)

    def __init__(self, items: list[Value]) -> None:
        self.items = items

    @property
    def price(self) -> int:
        return array_price(len(self.items))


class Map:
    """Insertion-ordered. A key is found exactly first, else as the first that folds to the same."""

    __slots__ = ("_folded", "entries")

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Str, Value]] = {}
        self._folded: dict[str, list[str]] = {}

    @property
    def price(self) -> int:
        return map_price(len(self.entries))

    def find(self, key: str) -> str | None:
        """The stored spelling `key` leads to."""
        if key in self.entries:
            return key
        spellings = self._folded.get(fold(key))
        return spellings[0] if spellings else None

    def get(self, key: str) -> Value:
        found = self.find(key)
        return self.entries[found][1] if found is not None else None

    def replace(self, spelling: str, value: Value) -> None:
        self.entries[spelling] = (self.entries[spelling][0], value)

    def insert(self, key: Str, value: Value) -> None:
        """A key that `find` does not know."""
        self.entries[key.text] = (key, value)
        self._folded.setdefault(fold(key.text), []).append(key.text)

    def remove(self, spelling: str) -> Value:
        """Takes out an entry; its value."""
        self._folded[fold(spelling)].remove(spelling)
        return self.entries.pop(spelling)[1]


Value: TypeAlias = "None | bool | int | float | Str | Date | DateTime | Array | Map"


def type_name(value: Value) -> str:
    """What TYPEOF says."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "float"
        case Str():
            return "string"
        case Array():
            return "array"
        case Map():
            return "object"
        case DateTime():
            return "datetime"
        case Date():
            return "date"


def children(value: Array | Map) -> Iterator[Value]:
    """The values a container holds, keys of maps included, in order."""
    if isinstance(value, Array):
        yield from value.items
    else:
        for key, item in value.entries.values():
            yield key
            yield item


def is_truthy(value: Value) -> bool:
    match value:
        case None:
            return False
        case bool() | int():
            return value != 0
        case float():
            return value != 0 and value == value
        case Str(text=text):
            return text not in ("", "0") and (len(text) != 5 or text.lower() != "false")
        case Array(items=items):
            return bool(items)
        case Map(entries=entries):
            return bool(entries)
        case _:
            return True


# --- text --------------------------------------------------------------------------------------------------------


def text_of(value: Value, budget: int) -> tuple[str, int]:
    """Display text and its price. Raises 4006 for nesting beyond the limit; gives up past `budget` bytes with 9001."""
    if isinstance(value, Array | Map):
        return _json_of(value, budget)
    text = scalar_text(value)
    return text, 0


def json_text(value: Value, budget: int) -> tuple[str, int]:
    """A value as JSON, and its price. Raises as `text_of` does."""
    if isinstance(value, Array | Map):
        return _json_of(value, budget)
    text = _json_scalar(value)
    size = len(text.encode())
    if size > budget:
        raise out_of_memory()
    return text, size // 64


def scalar_text(value: None | bool | int | float | Str | Date | DateTime) -> str:
    match value:
        case Str(text=text):
            return text
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return float_text(value)
        case DateTime():
            return datetime_text(value)
        case Date():
            return date_text(value)


def _json_of(root: Array | Map, budget: int) -> tuple[str, int]:
    out: list[str] = []
    size = elements = 0
    stack: list[tuple[Iterator[tuple[str, Value]], str]] = []

    def write(piece: str) -> None:
        nonlocal size
        out.append(piece)
        size += len(piece.encode())
        if size > budget:
            raise out_of_memory()

    def open_container(value: Array | Map) -> None:
        if len(stack) >= VALUE_DEPTH:
            raise too_deep()
        write("[" if isinstance(value, Array) else "{")
        stack.append((_labelled(value), "]" if isinstance(value, Array) else "}"))

    open_container(root)
    fresh = True
    while stack:
        items, close = stack[-1]
        try:
            label, item = next(items)
        except StopIteration:
            write(close)
            stack.pop()
            fresh = False
            continue
        elements += 1
        write(label if fresh else "," + label)
        fresh = False
        if isinstance(item, Array | Map):
            open_container(item)
            fresh = True
        else:
            write(_json_scalar(item))
    return "".join(out), elements + size // 64


def _labelled(value: Array | Map) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Array):
        for item in value.items:
            yield "", item
    else:
        for key, item in value.entries.values():
            yield json_string(key.text) + ":", item


def _json_scalar(value: None | bool | int | float | Str | Date | DateTime) -> str:
    match value:
        case None:
            return "null"
        case Str(text=text):
            return json_string(text)
        case float() if value != value or value in (float("inf"), float("-inf")):
            return "null"
        case DateTime():
            return f'"{datetime_text(value, "T")}"'
        case Date():
            return f'"{date_text(value)}"'
        case _:
            return scalar_text(value)


def too_deep(spent: int = 0) -> ScriptError:
    return ScriptError(4006, "value is cyclic or nested too deeply", fuel=TOO_DEEP_FUEL + spent)


def out_of_memory() -> ScriptError:
    return ScriptError(9001, "the session's memory is used up")


def tree_size(root: Value, budget: int) -> tuple[int, int]:
    """Bytes of the encoded tree of a value, and its fuel price. Raises 4006 for nesting beyond the limit.

    Stops counting past `budget` bytes: shared containers are copied at each place, so a tree can be far larger than
    the objects it comes from.
    """
    size = elements = 0
    stack: list[tuple[Value, int]] = [(root, 0)]
    while stack and size <= budget:
        value, depth = stack.pop()
        if isinstance(value, Str):
            size += 1 + varint_size(value.size) + value.size
        elif isinstance(value, Array | Map):
            if depth >= VALUE_DEPTH:
                raise too_deep()
            n = len(value.items) if isinstance(value, Array) else len(value.entries)
            size += 1 + varint_size(n)
            elements += n
            stack.extend((child, depth + 1) for child in reversed(list(children(value))))
        else:
            size += len(scalar_bytes(value))
    return size, elements + size // 64


def varint_size(n: int) -> int:
    return max(1, (n.bit_length() + 6) // 7)


def to_host(value: Value) -> HostValue:
    """A copy for the host. Call `tree_size` first: it checks depth and size."""
    match value:
        case Str(text=text):
            return text
        case Array(items=items):
            return [to_host(item) for item in items]
        case Map(entries=entries):
            return {spelling: to_host(item) for spelling, (_, item) in entries.items()}
        case _:
            return value


def from_host(value: HostValue) -> Value:
    """A host value as heap objects; `price_of` says what they cost."""
    match value:
        case str():
            return Str(value)
        case list():
            return Array([from_host(item) for item in value])
        case dict():
            result = Map()
            for key, item in value.items():
                result.insert(Str(key), from_host(item))
            return result
        case _:
            return value


# --- comparison --------------------------------------------------------------------------------------------------


def equals(left: Value, right: Value, spent: int = 0) -> tuple[bool, int]:
    """`=`, and its price. Deep for containers. `spent`: what its error costs besides."""
    if not (isinstance(left, Array | Map) and isinstance(right, Array | Map)):
        return _scalar_equals(left, right), _string_price(left, right)
    steps = 0
    stack: list[tuple[Value, Value, int]] = [(left, right, 0)]
    while stack:
        a, b, depth = stack.pop()
        steps += 1
        if steps > COMPARE_STEPS or depth > VALUE_DEPTH:
            raise too_deep(spent + steps)
        if isinstance(a, Array) and isinstance(b, Array):
            if len(a.items) != len(b.items):
                return False, steps
            stack.extend((x, y, depth + 1) for x, y in zip(reversed(a.items), reversed(b.items), strict=True))
        elif isinstance(a, Map) and isinstance(b, Map):
            if len(a.entries) != len(b.entries):
                return False, steps
            pairs = []
            for key, item in a.entries.values():
                other = b.find(key.text)
                if other is None:
                    return False, steps
                pairs.append((item, b.entries[other][1], depth + 1))
            stack.extend(reversed(pairs))
        else:
            steps += _string_price(a, b)
            if not _scalar_equals(a, b):
                return False, steps
    return True, steps


def _string_price(a: Value, b: Value) -> int:
    if isinstance(a, Str) and isinstance(b, Str):
        return min(a.size, b.size) // 64
    return 0


def _scalar_equals(a: Value, b: Value) -> bool:
    if a is None or b is None:
        other = b if a is None else a
        match other:
            case None:
                return True
            case Str(size=size):
                return size == 0
            case Array(items=items):
                return not items
            case _:
                return False
    if isinstance(a, Str) and isinstance(b, Str):
        return a.text == b.text
    if isinstance(a, bool) and isinstance(b, Str):
        return b.text.lower() == ("true" if a else "false")
    if isinstance(b, bool) and isinstance(a, Str):
        return a.text.lower() == ("true" if b else "false")
    pair = _numbers(a, b)
    if pair is not None:
        return pair[0] == pair[1]
    return False


def _numbers(a: Value, b: Value) -> tuple[int | float, int | float] | None:
    """Both as comparable numbers: numbers, numeric strings beside a number, dates beside dates or date strings."""
    if isinstance(a, Date | DateTime) or isinstance(b, Date | DateTime):
        x, y = _instant(a), _instant(b)
        return (x, y) if x is not None and y is not None else None
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a, b
    if isinstance(a, int | float) and isinstance(b, Str) and not isinstance(a, bool):
        right = parse_number(b.text)
        return (a, right) if right is not None else None
    if isinstance(b, int | float) and isinstance(a, Str) and not isinstance(b, bool):
        left = parse_number(a.text)
        return (left, b) if left is not None else None
    return None


def _instant(value: Value) -> int | None:
    if isinstance(value, Str):
        date = parse_date(value.text)
        return seconds_of(date) if date is not None else None
    return seconds_of(value) if isinstance(value, Date | DateTime) else None


def is_less(a: Value, b: Value, or_equal: bool) -> bool:
    """`<` and `<=`; false for pairs without an order. Price: `_string_price` through `compare_price`."""
    if isinstance(a, Str) and isinstance(b, Str):
        # Code point order, which is also the byte order of UTF-8.
        return a.text <= b.text if or_equal else a.text < b.text
    pair = _numbers(a, b)
    if pair is None:
        return False
    return pair[0] <= pair[1] if or_equal else pair[0] < pair[1]


def compare_price(a: Value, b: Value) -> int:
    return _string_price(a, b)


# --- arithmetic --------------------------------------------------------------------------------------------------


def number_of(value: Value, symbol: str, left: Value, right: Value) -> int | float:
    """An operand as a number. Raises 4001 naming the operator and both types."""
    match value:
        case bool():
            return int(value)
        case int() | float():
            return value
        case None:
            return 0
        case Str(text=text):
            number = parse_number(text)
            if number is not None:
                return number
        case Date() | DateTime():
            return seconds_of(value)
        case _:
            pass
    raise ScriptError(4001, f'"{symbol}" needs numbers, got {type_name(left)} and {type_name(right)}')


def _fit(value: int) -> int | float:
    return value if INT_MIN <= value <= INT_MAX else float(value)


def subtract(a: Value, b: Value) -> Value:
    if isinstance(a, Date | DateTime) and isinstance(b, Date | DateTime):
        return seconds_of(a) - seconds_of(b)
    if isinstance(a, Date | DateTime):
        return shift_date(a, _negated(number_of(b, "-", a, b)))
    x, y = number_of(a, "-", a, b), number_of(b, "-", a, b)
    if isinstance(x, int) and isinstance(y, int):
        return _fit(x - y)
    return float(x) - float(y)


def _negated(value: int | float) -> int | float:
    return _fit(-value) if isinstance(value, int) else -value


def add_numbers(a: Value, b: Value) -> Value:
    """`+` where neither side is text or an array."""
    if isinstance(a, Date | DateTime) and not isinstance(b, Date | DateTime):
        return shift_date(a, number_of(b, "+", a, b))
    if isinstance(b, Date | DateTime) and not isinstance(a, Date | DateTime):
        return shift_date(b, number_of(a, "+", a, b))
    if isinstance(a, Map | Date | DateTime) or isinstance(b, Map | Date | DateTime):
        raise ScriptError(4001, f'"+" cannot add {type_name(a)} and {type_name(b)}')
    x, y = number_of(a, "+", a, b), number_of(b, "+", a, b)
    if isinstance(x, int) and isinstance(y, int):
        return _fit(x + y)
    return float(x) + float(y)


def shift_date(date: Date | DateTime, seconds: int | float) -> Value:
    """`date` that many whole seconds later; a date stays a date when moved by whole days."""
    if isinstance(seconds, float):
        if not -1e15 < seconds < 1e15:
            raise ScriptError(4003, "date is out of range")
        seconds = int(seconds)
    if not -(10**15) < seconds < 10**15:
        raise ScriptError(4003, "date is out of range")
    moved = seconds_of(date) + seconds
    if not FIRST_SECOND <= moved <= LAST_SECOND:
        raise ScriptError(4003, "date is out of range")
    if isinstance(date, Date) and seconds % 86_400 == 0:
        return Date(moved // 86_400)
    return DateTime(moved)


def multiply(a: Value, b: Value) -> Value:
    x, y = number_of(a, "*", a, b), number_of(b, "*", a, b)
    if isinstance(x, int) and isinstance(y, int):
        return _fit(x * y)
    return float(x) * float(y)


def divide(a: Value, b: Value) -> Value:
    x, y = number_of(a, "/", a, b), number_of(b, "/", a, b)
    if y == 0:
        raise ScriptError(4003, "division by zero")
    if isinstance(x, int) and isinstance(y, int):
        if x % y == 0:
            return _fit(x // y)
        return float(x) / float(y)
    return float(x) / float(y)


def divide_whole(a: Value, b: Value) -> Value:
    x, y = _whole(number_of(a, "\\", a, b)), _whole(number_of(b, "\\", a, b))
    if y == 0:
        raise ScriptError(4003, "division by zero")
    quotient = abs(x) // abs(y)
    return _fit(quotient if (x < 0) == (y < 0) else -quotient)


def _whole(value: int | float) -> int:
    if isinstance(value, int):
        return value
    if not -9.223372036854775808e18 <= value < 9.223372036854775808e18:
        raise ScriptError(4003, "number is too large for whole division")
    return int(value)


def modulo(a: Value, b: Value) -> Value:
    """Remainder with the sign of the dividend."""
    x, y = number_of(a, "MOD", a, b), number_of(b, "MOD", a, b)
    if y == 0:
        raise ScriptError(4003, "division by zero")
    if isinstance(x, int) and isinstance(y, int):
        rest = abs(x) % abs(y)
        return -rest if x < 0 else rest
    return _fmod(float(x), float(y))


def _fmod(x: float, y: float) -> float:
    if x != x or y != y or x in (float("inf"), float("-inf")):
        return float("nan")
    if y in (float("inf"), float("-inf")):
        return x
    return math.fmod(x, y)


def power(a: Value, b: Value) -> Value:
    x, y = number_of(a, "^", a, b), number_of(b, "^", a, b)
    if x == 0 and y < 0:
        raise ScriptError(4003, "zero to a negative power")
    if isinstance(x, int) and isinstance(y, int) and y >= 0 and (abs(x) <= 1 or y < 64):
        whole = x**y if abs(x) > 1 else (1 if y == 0 or x == 1 or (x == -1 and y % 2 == 0) else x)
        if INT_MIN <= whole <= INT_MAX:
            return whole
    base, exponent = float(x), float(y)
    if base < 0 and exponent != int_or_inf(exponent):
        raise ScriptError(4003, "negative number to a fractional power")
    try:
        result: float = base**exponent
    except OverflowError:
        return float("-inf") if base < 0 and exponent % 2 == 1 else float("inf")
    return result


def int_or_inf(value: float) -> float:
    """`value` without its fraction; infinities and NaN as they are."""
    if value != value or value in (float("inf"), float("-inf")):
        return value
    return float(int(value))


def negate(a: Value) -> Value:
    match a:
        case bool():
            return -int(a)
        case None:
            return 0
        case int() | float():
            return _negated(a)
        case Str(text=text):
            parsed = parse_number(text)
            if parsed is not None:
                return _negated(parsed)
        case Date() | DateTime():
            return -seconds_of(a)
        case _:
            pass
    raise ScriptError(4001, f'"-" needs a number, got {type_name(a)}')


def index_of(key: Value) -> int | None:
    """A key as an array index: a number or numeric string, truncated; None if it is neither or not finite."""
    if isinstance(key, Str):
        number = parse_number(key.text)
        if number is None:
            return None
        key = number
    if isinstance(key, bool):
        return int(key)
    if isinstance(key, int):
        return key
    if isinstance(key, float) and -1e18 < key < 1e18:
        return int(key)
    return None


def is_blank(value: Value) -> bool:
    """What IS EMPTY says: null, blank text, empty container."""
    match value:
        case None:
            return True
        case Str(text=text):
            return not trim(text)
        case Array(items=items):
            return not items
        case Map(entries=entries):
            return not entries
        case _:
            return False
