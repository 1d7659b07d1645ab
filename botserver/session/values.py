"""Script values outside the VM: as stored bytes, and as JSON for callers.

Stored values are JSON with types, in a version byte and one deterministic spelling: dates are maps with one key that
begins with "$", and a map that has such a key itself is wrapped in {"$m": …}. Values come from the VM, so they are
trees of bounded depth.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

from ..errors import StoredDataCorrupt
from ..model import JsonValue
from ..vm.values import (
    FIRST_DAY,
    FIRST_SECOND,
    INT_MAX,
    INT_MIN,
    LAST_DAY,
    LAST_SECOND,
    Date,
    DateTime,
    HostValue,
)

_VERSION = b"1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BAD_CHARS = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")


def encode_value(value: HostValue) -> bytes:
    """`value` as bytes to store. Equal values of equal types give equal bytes."""
    return _VERSION + json.dumps(_tagged(value), ensure_ascii=False, separators=(",", ":")).encode()


def decode_value(data: bytes) -> HostValue:
    """The value of stored bytes. Raises StoredDataCorrupt."""
    if data[:1] != _VERSION:
        raise StoredDataCorrupt(kind="value", what=f"version {data[:1]!r}")
    try:
        value = json.loads(data[1:])
        # Dates and what is wrapped have keys that begin so; most rows of tables have none.
        return _untagged(value) if b'"$' in data else value
    except (ValueError, TypeError, RecursionError) as error:
        raise StoredDataCorrupt(kind="value", what=str(error)) from error


def _tagged(value: HostValue) -> object:
    match value:
        case DateTime():
            return {"$t": value.seconds}
        case Date():
            return {"$d": value.days}
        case list():
            return [_tagged(item) for item in value]
        case dict():
            plain = {key: _tagged(item) for key, item in value.items()}
            return {"$m": plain} if any(key.startswith("$") for key in value) else plain
        case _:
            return value


def _untagged(value: object) -> HostValue:
    match value:
        case {"$t": int(seconds)} if FIRST_SECOND <= seconds <= LAST_SECOND:
            return DateTime(seconds)
        case {"$d": int(days)} if FIRST_DAY <= days <= LAST_DAY:
            return Date(days)
        case {"$t": _} | {"$d": _}:
            raise ValueError("a date outside years 1 to 9999")
        case {"$m": dict(plain)}:
            return {key: _untagged(item) for key, item in plain.items()}
        case dict():
            return {key: _untagged(item) for key, item in value.items()}
        case list():
            return [_untagged(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"no value: {type(value).__name__}")


def clean_text(text: str) -> str:
    """Text from outside as a script may hold it: U+0000 and lone surrogates become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return text.translate(_BAD_CHARS)


def from_json(value: JsonValue) -> HostValue:
    """A caller's JSON as a script value; an integer beyond 64 bits becomes a float."""
    match value:
        case bool() | None | float():
            return value
        case int():
            return value if INT_MIN <= value <= INT_MAX else _as_float(value)
        case str():
            return clean_text(value)
        case list():
            return [from_json(item) for item in value]
        case dict():
            return {clean_text(key): from_json(item) for key, item in value.items()}


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_json(value: HostValue) -> JsonValue:
    """A script value as JSON; dates as ISO texts, what JSON cannot hold as its display text."""
    match value:
        case DateTime():
            return _moment(value.seconds, 19)
        case Date():
            return _moment(value.days * 86_400, 10)
        case list():
            return [to_json(item) for item in value]
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case float() if value != value:
            return "NaN"
        case float() if value in (float("inf"), float("-inf")):
            return "Infinity" if value > 0 else "-Infinity"
        case _:
            return value


def _moment(seconds: int, chars: int) -> str:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).isoformat()[:chars]
    except OverflowError:
        return str(seconds)
