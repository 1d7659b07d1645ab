"""Functions of dates: their parts, shifted ones, spans between them.

A date is a date value or a text that `parse_date` knows. What is given anything else has no date to work on: parts are
0, everything else is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from ...errors import ScriptError
from ...limits import USER_MEMORY_MAX_S
from ..dates import parse_date, seconds_of, to_datetime
from ..objects import Array, Map, Str, Value, shift_date
from ..plans import Function, Host, Plan, at, just, need_integer, need_number, need_text, random_uuid, text_plan
from ..text import date_text, datetime_text, lower, parse_number, trim
from ..values import INT_MAX, INT_MIN, Date, DateTime

AnyDate: TypeAlias = "Date | DateTime"

DAY_S = 86_400
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": DAY_S, "week": 7 * DAY_S}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_UNITS = {
    **{name: name for name in (*_SECONDS, *_MONTHS)},
    **{name + "s": name for name in (*_SECONDS, *_MONTHS)},
    **dict.fromkeys(("s", "ss", "sec", "secs"), "second"),
    **dict.fromkeys(("n", "m", "mi", "min", "mins"), "minute"),
    **dict.fromkeys(("h", "hh"), "hour"),
    "d": "day",
    **dict.fromkeys(("w", "ww"), "week"),
    "mo": "month",
    "q": "quarter",
    **dict.fromkeys(("y", "yyyy"), "year"),
}
_SPANS = {**_SECONDS, "month": 30 * 86_400, "quarter": 91 * 86_400, "year": 365 * 86_400}
_DURATION = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([A-Za-z]*)\s*\Z", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap])\.?m\.?)?\Z", re.IGNORECASE | re.ASCII)


def _date(value: Value) -> AnyDate | None:
    """The date a value stands for, None if it stands for none or is outside the years 1 to 9999."""
    if isinstance(value, Str):
        value = parse_date(value.text)
    return value if isinstance(value, Date | DateTime) and to_datetime(value) is not None else None


def _moment(date: AnyDate) -> datetime:
    moment = to_datetime(date)
    if moment is None:
        raise _out_of_range()
    return moment


def _out_of_range() -> ScriptError:
    return ScriptError(4003, "date is out of range")


def _like(original: Value, date: AnyDate) -> Plan:
    """A result in the form of what it was made from: text for text."""
    if isinstance(original, Str):
        return text_plan(date_text(date) if isinstance(date, Date) else datetime_text(date))
    return just(date)


# --- the clock ---------------------------------------------------------------------------------------------------


def _time(host: Host, args: list[Value]) -> Plan:
    return text_plan(_clock_text(host.now_s))


def _clock_text(seconds: int) -> str:
    rest = seconds % DAY_S
    return f"{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def _timestamp(host: Host, args: list[Value]) -> Plan:
    return just(host.now_s - host.utc_offset_s)


def _uuid(host: Host, args: list[Value]) -> Plan:
    return Plan(lambda: Str(random_uuid(host)), text_plan("0" * 36).need)


# --- parts -------------------------------------------------------------------------------------------------------


def _part(read: Callable[[datetime], int]) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        date = _date(args[0])
        return just(0 if date is None else read(_moment(date)))

    return function


def _hour(host: Host, args: list[Value]) -> Plan:
    """Of now, if it is given nothing."""
    date = _date(args[0]) if args else DateTime(host.now_s)
    return just(0 if date is None else _moment(date).hour)


# --- shifting ----------------------------------------------------------------------------------------------------


def _shifted(name: str, original: Value, count: int, unit: str) -> Plan:
    date = _date(original)
    if date is None:
        return just(None)
    if unit in _MONTHS:
        return _like(original, _later_month(date, count * _MONTHS[unit]))
    moved = shift_date(date, count * _SECONDS[unit])
    if isinstance(moved, Date) and _SECONDS[unit] < DAY_S:
        moved = DateTime(seconds_of(moved))
    if not isinstance(moved, Date | DateTime):
        raise AssertionError(f"{name} shifts dates")
    return _like(original, moved)


def _later_month(date: AnyDate, months: int) -> AnyDate:
    """The same day and time that many months later, the last day of a month that is too short."""
    moment = _moment(date)
    month = moment.year * 12 + moment.month - 1 + months
    year = month // 12
    if not 1 <= year <= 9_999:
        raise _out_of_range()
    first = datetime(year, month % 12 + 1, 1, tzinfo=UTC)
    days = int(first.timestamp()) // DAY_S + min(moment.day, _month_length(first)) - 1
    return Date(days) if isinstance(date, Date) else DateTime(days * DAY_S + seconds_of(date) % DAY_S)


def _month_length(first: datetime) -> int:
    if first.month == 12:
        return 31
    return (first.replace(month=first.month + 1) - first).days


def _unit(name: str, value: Value) -> str:
    text = need_text(name, value)
    unit = _UNITS.get(lower(trim(text[:40])))
    if unit is None:
        raise ScriptError(4002, f'{name} knows no unit "{text[:40]}"')
    return unit


def _add(host: Host, args: list[Value]) -> Plan:
    """DATEADD(date, n, unit) or DATEADD(date, unit, n): the text that is no number is the unit."""
    count, unit = args[1], args[2]
    if isinstance(count, Str) and parse_number(count.text) is None:
        count, unit = unit, count
    return _shifted("DATEADD", args[0], need_integer("DATEADD", count), _unit("DATEADD", unit))


def _add_of(name: str, unit: str) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        return _shifted(name, args[0], need_integer(name, args[1]), unit)

    return function


def _duration(host: Host, args: list[Value]) -> Plan:
    """Seconds of a duration: a number of them, or a text such as "30 days"; null for null. Raises 4002."""
    value = args[0]
    if value is None:
        return just(None)
    seconds: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    elif isinstance(value, Str) and (found := _DURATION.match(value.text[:40])) is not None:
        seconds = float(found[1]) * _SPANS.get(_UNITS.get(lower(found[2]) or "s", ""), 0)
    if seconds is None or not 0 < seconds <= USER_MEMORY_MAX_S:
        raise ScriptError(4002, f"a duration is like 30 days, up to {USER_MEMORY_MAX_S // 86_400:.0f} of them")
    return just(seconds)


def _end_of_month(host: Host, args: list[Value]) -> Plan:
    """The last day of the month that many months later."""
    months = need_integer("EOMONTH", at(args, 1))
    date = _date(args[0])
    if date is None:
        return just(None)
    later = _later_month(Date(seconds_of(date) // DAY_S), months)
    first = _moment(later).replace(day=1)
    return _like(args[0], Date(int(first.timestamp()) // DAY_S + _month_length(first) - 1))


# --- spans -------------------------------------------------------------------------------------------------------


def _difference(host: Host, args: list[Value]) -> Plan:
    """DATEDIFF(a, b, unit) or DATEDIFF(unit, a, b): from a to b."""
    start, end, unit = args[0], args[1], at(args, 2)
    if len(args) == 3 and isinstance(start, Str) and lower(trim(start.text[:40])) in _UNITS:
        start, end, unit = end, args[2], start
    name = "day" if unit is None else _unit("DATEDIFF", unit)
    return just(_span(start, end, name))


def _span(start: Value, end: Value, unit: str) -> int | None:
    """Whole units, cut off toward zero; months and longer count the boundaries between them."""
    a, b = _date(start), _date(end)
    if a is None or b is None:
        return None
    if unit in _MONTHS:
        first, last = _moment(a), _moment(b)
        months = _MONTHS[unit]
        return (last.year * 12 + last.month - 1) // months - (first.year * 12 + first.month - 1) // months
    seconds = seconds_of(b) - seconds_of(a)
    whole = abs(seconds) // _SECONDS[unit]
    return whole if seconds >= 0 else -whole


def _between(unit: str) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        span = _span(args[0], args[1], unit)
        return just(span if span is None else abs(span))

    return function


def _seconds(name: str, unit: str) -> Function:
    """`NOW() + HOURS(2)`: units as seconds."""

    def function(host: Host, args: list[Value]) -> Plan:
        seconds = need_number(name, args[0]) * _SECONDS[unit]
        return just(seconds if isinstance(seconds, float) or INT_MIN <= seconds <= INT_MAX else float(seconds))

    return function


# --- from text ---------------------------------------------------------------------------------------------------


def _to_date(host: Host, args: list[Value]) -> Plan:
    """With its time, if it has one."""
    return just(_date(args[0]))


def _date_value(host: Host, args: list[Value]) -> Plan:
    date = _date(args[0])
    return just(Date(seconds_of(date) // DAY_S) if date is not None else None)


def _time_value(host: Host, args: list[Value]) -> Plan:
    """The time of day as `HH:mm:ss`, of a time or of a date with or without one."""
    date = _date(args[0])
    if date is not None:
        return text_plan(_clock_text(seconds_of(date)))
    if isinstance(args[0], Array | Map):
        return just(None)
    found = _TIME.match(trim(need_text("TIMEVALUE", args[0])))
    if found is None:
        return just(None)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return just(None)
        hour = hour % 12 + (12 if lower(found[4]) == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return just(None)
    return text_plan(f"{hour:02}:{minute:02}:{second:02}")


FUNCTIONS: dict[str, Function] = {
    "TIME": _time,
    "TIMESTAMP": _timestamp,
    "UUID": _uuid,
    "YEAR": _part(lambda moment: moment.year),
    "MONTH": _part(lambda moment: moment.month),
    "DAY": _part(lambda moment: moment.day),
    "HOUR": _hour,
    "MINUTE": _part(lambda moment: moment.minute),
    "SECOND": _part(lambda moment: moment.second),
    "WEEKDAY": _part(lambda moment: moment.isoweekday() % 7 + 1),
    "DATEADD": _add,
    "DATEDIFF": _difference,
    **{f"{unit.upper()}S_BETWEEN": _between(unit) for unit in _SECONDS},
    **{f"{unit.upper()}S": _seconds(f"{unit.upper()}S", unit) for unit in ("minute", "hour", "day", "week")},
    **{f"ADD_{unit.upper()}S": _add_of(f"ADD_{unit.upper()}S", unit) for unit in (*_SECONDS, "month", "year")},
    "EOMONTH": _end_of_month,
    "$DURATION": _duration,
    "DATEVALUE": _date_value,
    "CDATE": _to_date,
    "TIMEVALUE": _time_value,
}
