"""Reading and writing elements and members: `x[i]`, `x.name` (dialect, "Indexing and members")."""

from __future__ import annotations

import json

from ..errors import ScriptError
from ..limits import ARRAY_ITEMS, PYTHON_BUILTIN_BYTES, VALUE_DEPTH
from .dates import date_member
from .objects import Array, Map, Str, Value, index_of, scalar_text, type_name
from .text import clean, fold, trim
from .values import INT_MAX, INT_MIN, Date, DateTime, HostValue

_SIZES = ("length", "count", "size")
"""Members every array has."""


def read_index(base: Value, key: Value) -> Value | HostValue:
    """`base[key]`: a heap value, or a host value that must be copied in (text taken out of text)."""
    match base:
        case Map():
            return base.get(key_text(key))
        case Array(items=items):
            index = index_of(key)
            if index is not None:
                return items[index] if 0 <= index < len(items) else None
        case Str(text=text):
            index = index_of(key)
            if index is not None:
                return text[index] if 0 <= index < len(text) else None
        case _:
            pass
    return read_member(base, key.text) if isinstance(key, Str) else None


def read_member(base: Value, name: str) -> Value | HostValue:
    """`base.name`, likewise. Null where there is none."""
    folded = fold(name)
    for _ in range(VALUE_DEPTH):
        if not isinstance(base, Array):
            break
        if folded in _SIZES:
            return len(base.items)
        base = base.items[0] if base.items else None
    match base:
        case Map():
            return base.get(name)
        case Str(text=text, size=size):
            if folded == "length":
                return len(text)
            return _json_member(text, name) if size <= PYTHON_BUILTIN_BYTES else None
        case Date() | DateTime():
            return date_member(base, folded)
        case _:
            return None


def key_text(key: Value) -> str:
    """A map key: display text of a scalar."""
    if isinstance(key, Array | Map):
        raise ScriptError(4001, f"a map key is text, got {type_name(key)}")
    return scalar_text(key)


def array_slot(key: Value) -> int:
    """The index an assignment to an array element means. Raises 4005."""
    index = index_of(key)
    if index is None:
        raise ScriptError(4005, "an array index is a number")
    if not 0 <= index < ARRAY_ITEMS:
        raise ScriptError(4005, f"array index {index} is outside 0 to {ARRAY_ITEMS - 1}")
    return index


def no_target(base: Value) -> ScriptError:
    return ScriptError(4005, f"cannot assign to a member of {type_name(base)}")


def _json_member(text: str, name: str) -> HostValue:
    """The member of a JSON object or array a text holds, perhaps inside a Markdown fence; null if it holds none."""
    body = trim(text)
    if body.startswith("```") and body.endswith("```") and len(body) >= 6:
        body = body[3:-3]
        first, newline, rest = body.partition("\n")
        body = trim(rest if newline and not first.strip().startswith(("{", "[")) else body.removeprefix("json"))
    if not body.startswith(("{", "[")):
        return None
    value, folded = parse_json(body), fold(name)
    while isinstance(value, list):
        if folded in _SIZES:
            return len(value)
        value = value[0] if value else None
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    return next((item for key, item in value.items() if fold(key) == folded), None)


def parse_json(text: str) -> HostValue:
    """JSON as script values; null if it is not JSON or nested beyond VALUE_DEPTH."""
    try:
        return load_json(text)
    except ValueError:
        return None


def load_json(text: str) -> HostValue:
    """JSON as script values. Raises ValueError if it is not JSON or nested beyond VALUE_DEPTH."""
    if max(text.count("["), text.count("{")) > VALUE_DEPTH and _depth(text) > VALUE_DEPTH:
        raise ValueError("nested too deeply")
    try:
        return _host(json.loads(text, parse_constant=lambda _: None, parse_int=_whole))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole(digits: str) -> int | float:
    """A whole number of JSON: a float beyond 64 bits, however many digits it has."""
    value = int(digits) if len(digits) <= 20 else float(digits)
    return value if INT_MIN <= value <= INT_MAX else float(value)


def _depth(text: str) -> int:
    """At least the nesting of a JSON text; brackets inside strings count too, which only makes it stricter."""
    depth = deepest = 0
    for ch in text:
        if ch in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif ch in "]}":
            depth -= 1
    return deepest


def _host(value: object) -> HostValue:
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            return clean(value)
        case list():
            return [_host(item) for item in value]
        case dict():
            return {clean(str(key)): _host(item) for key, item in value.items()}
        case _:
            raise AssertionError(f"JSON gave {type(value).__name__}")
