"""Dates: strings that are dates, and the members of date values. Proleptic Gregorian, years 1 to 9999."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .text import date_text, datetime_text, trim
from .values import Date, DateTime, HostValue

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

_DATE = re.compile(
    r"(?:(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})|(?P<a>\d{1,2})[/](?P<b>\d{1,2})[/](?P<y2>\d{4}))"
    r"(?:[T ]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.\d+)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?\Z",
    re.ASCII,
)


def parse_date(text: str) -> Date | DateTime | None:
    """The date a string stands for (dialect, "Dates"), a DateTime if it has a time of day; None if it is none."""
    found = _DATE.match(trim(text))
    if found is None:
        return None
    if found["y"]:
        candidates = [(int(found["y"]), int(found["m"]), int(found["d"]))]
    else:
        year, a, b = int(found["y2"]), int(found["a"]), int(found["b"])
        candidates = [(year, b, a), (year, a, b)]
    for year, month, day in candidates:
        try:
            if found["H"] is None:
                return Date((datetime(year, month, day, tzinfo=UTC) - _EPOCH).days)
            moment = datetime(year, month, day, int(found["H"]), int(found["M"]), int(found["S"] or 0), tzinfo=UTC)
        except ValueError:
            continue
        seconds = int((moment - _EPOCH).total_seconds())
        return DateTime(seconds - _offset_s(found["zone"]))
    return None


def _offset_s(zone: str | None) -> int:
    if not zone or zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    offset = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -offset if zone[0] == "-" else offset


def seconds_of(value: Date | DateTime) -> int:
    """Unix seconds; a date is its midnight."""
    return value.days * 86_400 if isinstance(value, Date) else value.seconds


def to_datetime(value: Date | DateTime) -> datetime | None:
    """The wall clock as a datetime, None outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(seconds=seconds_of(value))
    except OverflowError:
        return None


def date_member(value: Date | DateTime, name: str) -> HostValue:
    """`d.year` and its like; None for a name that dates do not have."""
    moment = to_datetime(value)
    if moment is None:
        return None
    weekday = moment.isoweekday() % 7
    members: dict[str, HostValue] = {
        "year": moment.year,
        "month": moment.month,
        "day": moment.day,
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
        "weekday": weekday + 1,
        "weekday_name": WEEKDAYS[weekday],
        "month_name": MONTHS[moment.month - 1],
        "timestamp": seconds_of(value),
        "formatted": datetime_text(value) if isinstance(value, DateTime) else date_text(value),
        "date": date_text(Date(seconds_of(value) // 86_400)),
        "time": moment.strftime("%H:%M:%S"),
        "iso": datetime_text(DateTime(seconds_of(value)), "T"),
        "quarter": (moment.month + 2) // 3,
        "day_of_year": moment.timetuple().tm_yday,
        "is_weekend": weekday in (0, 6),
        "is_pm": moment.hour >= 12,
        "ampm": "PM" if moment.hour >= 12 else "AM",
        "hour12": (moment.hour + 11) % 12 + 1,
    }
    return members.get(name)
