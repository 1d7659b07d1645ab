"""FORMAT: numbers, dates and text by pattern (dialect, "FORMAT"), and ROUND, both exact in decimal.

Rounding works on the shortest decimal text of a float, half away from zero, so 1.005 rounds to 1.01.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from ..errors import ScriptError
from ..limits import PYTHON_BUILTIN_BYTES
from .calendar_names import NAMES
from .dates import parse_date, to_datetime
from .text import date_text, datetime_text, float_text, lower, parse_number, upper
from .values import INT_MAX, INT_MIN, Date, DateTime, HostValue

_EXACT = Context(prec=800, rounding=ROUND_HALF_UP)
_LOCALES: dict[str, tuple[str, str, str]] = {
    # thousands, decimal, currency pattern with % for the number
    "en": (",", ".", "$%"),
    "pt": (".", ",", "R$ %"),
    "es": (".", ",", "€ %"),
    "de": (".", ",", "€ %"),
    "it": (".", ",", "€ %"),
    "fr": (" ", ",", "€ %"),
}
_NAMED = re.compile(r"([NnCc])(\d{1,2})(?:\[([a-z]{2})\])?\Z", re.ASCII)
_DIGITS = re.compile(r"[#0][#0,]*(?:\.[#0]*)?|\.[#0]+")
_DATE_TOKEN = re.compile(r"YYYY|yyyy|YY|yy|MMMM|MMM|MM|M|dddd|ddd|DD|dd|D|d|HH|H|hh|h|mm|m|ss|s|fff|tt|AM/PM")
_MAX_DECIMALS = 30
_PLACEHOLDER = re.compile(r"\{(\d)\}")


def decimal_of(value: int | float) -> Decimal | None:
    """The shortest decimal text of a number as a Decimal; None for NaN and infinities."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return Decimal(repr(value))


def round_half_away(value: int | float, digits: int) -> int | float:
    """ROUND: with digits 0 or less an integer where it fits."""
    if isinstance(value, int) and digits >= 0:
        return value
    exact = decimal_of(value)
    if exact is None or digits > 300:
        return value
    digits = max(digits, -400)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), context=_EXACT) if digits <= 0 else _places(exact, digits)
    if digits <= 0 and INT_MIN <= rounded <= INT_MAX:
        return int(rounded)
    return float(rounded)


def _places(exact: Decimal, digits: int) -> Decimal:
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return exact
    return exact.quantize(Decimal(1).scaleb(-digits), context=_EXACT)


def display(value: HostValue) -> str:
    """Display text of a scalar."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return float_text(value)
        case DateTime():
            return datetime_text(value)
        case Date():
            return date_text(value)
        case _:
            return str(value)


def has_placeholders(value: HostValue) -> bool:
    """Whether a text is one to fill: `FORMAT("Hi {0}", name)`."""
    return isinstance(value, str) and _PLACEHOLDER.search(value) is not None


def fill_placeholders(text: str, values: Sequence[str]) -> str:
    """`{0}`, `{1}` and so on by the values; nothing where there is no such value. Raises 9013."""
    pieces = _PLACEHOLDER.split(text)  # every second is a digit
    pieces[1::2] = [values[int(digit)] if int(digit) < len(values) else "" for digit in pieces[1::2]]
    return _joined(pieces)


def format_value(value: HostValue, pattern: str, language: str = "") -> str:
    """`FORMAT(value, pattern)` for a scalar, by a bot that speaks `language`."""
    if value is None:
        return ""
    if _is_numeric_pattern(pattern):
        number: int | float | None = None
        if isinstance(value, str):
            number = parse_number(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = value
        if number is not None:
            return _format_number(number, pattern, language)
        if isinstance(value, str):
            return value
    date = value if isinstance(value, Date | DateTime) else parse_date(value) if isinstance(value, str) else None
    if date is not None and _DATE_TOKEN.search(pattern):
        return _format_date(date, pattern, language)
    text = display(value)
    return _format_text(text, pattern)


def _is_numeric_pattern(pattern: str) -> bool:
    if pattern in ("n", "F", "f", "currency") or _NAMED.match(pattern):
        return True
    found = _DIGITS.search(pattern)
    if not found:
        return False
    # "DD/MM 00" is a date pattern with literals; a numeric pattern's prefix and suffix hold no date letters.
    return not re.search(r"YY|yy|MM|DD|dd|HH|hh|mm|ss", pattern)


def _format_number(value: int | float, pattern: str, language: str) -> str:
    exact = decimal_of(value)
    if exact is None:
        return float_text(float(value))
    if pattern == "n":
        return _localised(exact, 2, "en")
    if pattern in ("F", "f"):
        return str(int(exact))
    if pattern == "currency":
        return _currency(exact, 2, language if language in _LOCALES else "en")
    named = _NAMED.match(pattern)
    if named:
        locale = named[3] if named[3] in _LOCALES else "en"
        decimals = min(int(named[2]), _MAX_DECIMALS)
        return _currency(exact, decimals, locale) if named[1] in "Cc" else _localised(exact, decimals, locale)
    found = _DIGITS.search(pattern)
    if found is None:
        raise AssertionError("checked by _is_numeric_pattern")
    prefix, suffix = pattern[: found.start()], pattern[found.end() :]
    if "%" in suffix or "%" in prefix:
        exact *= 100
    body = _digits(abs(exact), found.group())
    negative = exact < 0 and any(ch in "123456789" for ch in body)
    if prefix.endswith("+"):
        return f"{prefix[:-1]}{'-' if negative else '+'}{body}{suffix}"
    return f"{'-' if negative else ''}{prefix}{body}{suffix}"


def _digits(exact: Decimal, spec: str) -> str:
    whole_spec, _, fraction_spec = spec.partition(".")
    forced_whole = whole_spec.count("0")
    decimals = min(len(fraction_spec), _MAX_DECIMALS)
    forced_fraction = fraction_spec.rfind("0") + 1
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    whole, _, fraction = f"{rounded:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(forced_fraction, "0") if decimals else ""
    whole = whole.lstrip("0").rjust(max(forced_whole, 1), "0")
    if "," in whole_spec:
        whole = _grouped(whole, ",")
    return f"{whole}.{fraction}" if fraction else whole


def _grouped(digits: str, mark: str) -> str:
    head = len(digits) % 3
    groups = ([digits[:head]] if head else []) + [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return mark.join(groups)


def _rounded(exact: Decimal, decimals: int, group: bool) -> str:
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    text = f"{abs(rounded):f}"
    whole, _, fraction = text.partition(".")
    whole = _grouped(whole, ",") if group else whole
    sign = "-" if rounded < 0 else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def _localised(exact: Decimal, decimals: int, locale: str) -> str:
    thousands, point, _ = _LOCALES[locale]
    text = _rounded(exact, decimals, group=True)
    return text.translate({ord(","): thousands, ord("."): point})


def _currency(exact: Decimal, decimals: int, locale: str) -> str:
    text = _localised(exact, decimals, locale)
    shown = _LOCALES[locale][2].replace("%", text.removeprefix("-"))
    return f"-{shown}" if text.startswith("-") else shown


def _format_date(date: Date | DateTime, pattern: str, language: str) -> str:
    moment = to_datetime(date)
    if moment is None:
        return display(date)
    names = NAMES.get(language, NAMES["en"])
    month, weekday = moment.month - 1, moment.isoweekday() % 7
    hour12 = (moment.hour + 11) % 12 + 1
    half = "PM" if moment.hour >= 12 else "AM"
    words = {
        "YYYY": f"{moment.year:04}",
        "YY": f"{moment.year % 100:02}",
        "MMMM": names.months[month],
        "MMM": names.short_months[month],
        "MM": f"{moment.month:02}",
        "M": str(moment.month),
        "dddd": names.weekdays[weekday],
        "ddd": names.short_weekdays[weekday],
        "dd": f"{moment.day:02}",
        "d": str(moment.day),
        "HH": f"{moment.hour:02}",
        "H": str(moment.hour),
        "hh": f"{hour12:02}",
        "h": str(hour12),
        "mm": f"{moment.minute:02}",
        "m": str(moment.minute),
        "ss": f"{moment.second:02}",
        "s": str(moment.second),
        "fff": "000",
        "tt": half,
        "AM/PM": half,
    }
    words |= {"yyyy": words["YYYY"], "yy": words["YY"], "DD": words["dd"], "D": words["d"]}
    return _DATE_TOKEN.sub(lambda found: words[found.group()], pattern)


def _format_text(text: str, pattern: str) -> str:
    if not any(mark in pattern for mark in "@!>&"):
        return text
    shown = {"@": text, "!": upper(text), "&": lower(text)}
    shown[">"] = shown["!"]
    return _joined([shown.get(ch, ch) for ch in pattern])


def _joined(pieces: Sequence[str]) -> str:
    """Raises 9013 before it makes a text that is larger than FORMAT may give."""
    if sum(map(len, pieces)) > PYTHON_BUILTIN_BYTES:
        raise ScriptError(9013, f"the result of FORMAT is larger than {PYTHON_BUILTIN_BYTES} characters")
    return "".join(pieces)
