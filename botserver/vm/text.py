"""How single values become text and numbers: display text, numeric strings, folding.

Shared by both VMs wherever Python does the work, and the definition where the compiled VM does it natively.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

from .unicode_tables import LOWER, SIMPLE_LOWER, UPPER
from .values import FIRST_DAY, INT_MAX, INT_MIN, LAST_DAY, Date, DateTime

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The Unicode blanks, written out so that they do not depend on the Python version."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_LEADING_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fold(text: str) -> str:
    """The form names and map keys are compared in: Unicode simple lower case."""
    if text.isascii():
        return text.lower()
    return text.translate(_FOLD)


_FOLD = {**{cp: cp + 32 for cp in range(ord("A"), ord("Z") + 1)}, **SIMPLE_LOWER}
_LOWER: dict[int, int | str] = {**{cp: cp + 32 for cp in range(ord("A"), ord("Z") + 1)}, **LOWER}
_UPPER: dict[int, int | str] = {**{cp: cp - 32 for cp in range(ord("a"), ord("z") + 1)}, **UPPER}


def lower(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_LOWER)


def upper(text: str) -> str:
    return text.upper() if text.isascii() else text.translate(_UPPER)


def trim(text: str) -> str:
    return text.strip(BLANKS)


def parse_number(text: str) -> int | float | None:
    """The number a whole string stands for, blanks around it ignored; None if it is not numeric."""
    text = trim(text)
    if _NUMBER.match(text) is None:
        return None
    return _number(text)


def parse_leading_number(text: str) -> int | float | None:
    """The number a string begins with, blanks before it ignored."""
    found = _LEADING_NUMBER.match(trim(text))
    return _number(found.group()) if found else None


def _number(text: str) -> int | float:
    if _INTEGER.match(text) and len(text) <= 20:
        value = int(text)
        if INT_MIN <= value <= INT_MAX:
            return value
    return float(text)


def float_text(value: float) -> str:
    """Shortest digits that read back the same; no exponent from 1e-6 up to below 1e15, integral ones without point."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    # The value is 0.digits * 10**point.
    if 1e-6 <= abs(value) < 1e15:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        if point >= len(digits):
            return f"{sign}{digits}{'0' * (point - len(digits))}"
        return f"{sign}{digits[:point]}.{digits[point:]}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1}"


def datetime_text(value: DateTime, separator: str = " ") -> str:
    days, second = divmod(value.seconds, 86_400)
    return f"{date_text(Date(days))}{separator}{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def date_text(value: Date) -> str:
    days = min(max(value.days, FIRST_DAY), LAST_DAY)
    return (_EPOCH + timedelta(days=days)).strftime("%Y-%m-%d").rjust(10, "0")


def json_string(text: str) -> str:
    """A JSON string literal; characters beyond ASCII as they are."""
    return '"' + text.translate(_JSON_ESCAPES) + '"'


_JSON_ESCAPES = {cp: f"\\u{cp:04x}" for cp in range(0x20)} | {
    ord('"'): '\\"',
    ord("\\"): "\\\\",
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    ord("\b"): "\\b",
    ord("\f"): "\\f",
}


def clean(text: str) -> str:
    """Text from outside as scripts may see it: U+0000 and lone surrogates become U+FFFD."""
    if "\0" not in text and text.isascii():
        return text
    return "".join("\ufffd" if ch == "\0" or "\ud800" <= ch <= "\udfff" else ch for ch in text)
