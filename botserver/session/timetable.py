"""When a SET SCHEDULE is due: what its text means, and the next time after another.

A timetable is cron of five fields, of six with leading seconds, a single moment, or words. It is told on the bot's wall
clock. Where that clock jumps: a time of day it leaves out is due as much later as the clock jumped, a time of day that
comes twice is due the first time; a cron without a fixed hour follows the clock that is shown, hour by hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from croniter import croniter

from ..errors import ScriptError
from ..limits import TIMETABLE_CHARS, TIMETABLE_YEARS
from ..vm.dates import parse_date, to_datetime
from ..vm.values import Date, DateTime, HostValue

_CRON = re.compile(r"[0-9a-z*/,#-]+( [0-9a-z*/,#-]+){4,5}")
_NAMED = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat|l)\b")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_PERIODS = {
    "hourly": "0 * * * *",
    "daily": "0 0 * * *",
    "weekly": "0 0 * * 0",
    "monthly": "0 0 1 * *",
    "yearly": "0 0 1 1 *",
    "every minute": "* * * * *",
    "every hour": "0 * * * *",
    "every day": "0 0 * * *",
    "every weekday": "0 0 * * 1-5",
    "every week": "0 0 * * 0",
    "every month": "0 0 1 * *",
    "every year": "0 0 1 1 *",
    "weekdays": "0 0 * * 1-5",
    "weekends": "0 0 * * 0,6",
    "": "0 0 * * *",
}
_EVERY = re.compile(r"every ([0-9]{1,5}) (minute|hour|day|week)s?")
_SPANS_S = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_TIME = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))? ?(am|pm)?")
_ONCE, _CRON_KIND, _SPAN, _CHANGE = "once", "cron", "every", "change"
_CROWD = 64  # wall clock times that may be over before one is found that is not: more than the minutes of a jump
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # moments of a wall clock have no zone


@dataclass(frozen=True, slots=True)
class Timetable:
    """`once` and a moment, `cron` and its fields, `every` and seconds, `change` and a path; moments are seconds of the
    bot's wall clock."""

    kind: str
    what: str

    @property
    def is_once(self) -> bool:
        return self.kind == _ONCE

    @property
    def is_of_file(self) -> bool:
        """It is due when a file changes, and has no times."""
        return self.kind == _CHANGE

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"


def decode_timetable(text: str) -> Timetable:
    kind, _, what = text.partition(" ")
    return Timetable(kind, what)


def read_timetable(when: HostValue) -> Timetable:
    """What a script says. Raises ScriptError 4002."""
    if isinstance(when, Date | DateTime):
        return _once(when)
    text = " ".join(when.lower().split()) if isinstance(when, str) and len(when) <= TIMETABLE_CHARS else ""
    moment = parse_date(text.upper())
    if moment is not None:
        return _once(moment)
    return _every(text) or _cron(_words(text) or text)


def of_file(path: str) -> Timetable:
    return Timetable(_CHANGE, path)


def _once(when: Date | DateTime) -> Timetable:
    moment = to_datetime(when)
    if moment is None or not 1971 <= moment.year <= 9000:
        raise ScriptError(4002, "SET SCHEDULE got a date that is no time to run at")
    return Timetable(_ONCE, str(int(moment.timestamp())))


def _every(text: str) -> Timetable | None:
    """Every so many minutes, hours, days or weeks."""
    found = _EVERY.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[1]) * _SPANS_S[found[2]]
    if seconds == 0:
        raise _bad(text)
    return Timetable(_SPAN, str(seconds))


def _words(text: str) -> str | None:
    """The cron that words mean, None if they are none."""
    period, at, time = text.partition("at ") if text.startswith("at ") else text.partition(" at ")
    cron = _PERIODS.get(period)
    if cron is None:
        days = period.removeprefix("every ").replace(", ", " and ").replace(",", " and ").split(" and ")
        numbers = [_DAYS.index(day.removesuffix("s")) for day in days if day.removesuffix("s") in _DAYS]
        if not numbers or len(numbers) != len(days):
            return None
        cron = f"0 0 * * {','.join(map(str, sorted(set(numbers))))}"
    if not at:
        return cron if period else None
    moment = _time_of_day(time)
    if moment is None or cron.split()[1] == "*":
        return None
    return " ".join((*moment, *cron.split()[2:]))


def _time_of_day(text: str) -> tuple[str, str] | None:
    """Minute and hour as cron has them."""
    found = _TIME.fullmatch({"noon": "12:00", "midnight": "0:00"}.get(text, text))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    elif found[2] is None:
        return None  # `at 9` may be either
    return (str(minute), str(hour)) if hour < 24 and minute < 60 else None


def _cron(text: str) -> Timetable:
    if not _CRON.fullmatch(text) or re.search("[a-z]", _NAMED.sub("", text)):
        raise _bad(text)
    try:
        _following(text, _EPOCH)
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise _bad(text) from error
    return Timetable(_CRON_KIND, text)


def _bad(text: str) -> ScriptError:
    return ScriptError(
        4002, f'SET SCHEDULE cannot read "{text[:80]}"; expected cron of 5 or 6 fields, a date, or words such as'
        " every monday at 9am"
    )  # fmt: skip


def _following(text: str, after: datetime) -> datetime:
    """The next time on the wall clock. Raises ValueError if there is none within TIMETABLE_YEARS."""
    times = croniter(text, after, second_at_beginning=True, max_years_between_matches=TIMETABLE_YEARS)
    found: datetime = times.get_next(datetime)
    return found


# --- the next time -------------------------------------------------------------------------------------------------


def next_time(table: Timetable, after_s: float, zone: tzinfo | None) -> float | None:
    """The first moment after `after_s`, None if there is none; of a single moment itself, over or not. Unix seconds."""
    zone = zone or UTC
    match table.kind:
        case "once":
            return _instant(datetime.fromtimestamp(int(table.what), UTC).replace(tzinfo=None), zone)
        case "every":
            return _next_span(int(table.what), after_s, zone)
        case _:
            after = datetime.fromtimestamp(int(after_s // 1), zone)
            fields = table.what.split()
            has_hour = not fields[-4].startswith("*")
            return _next_fixed(table.what, after, zone) if has_hour else _next_running(table.what, after, zone)


def _instant(wall: datetime, zone: tzinfo) -> float:
    """When the wall clock shows that, the first time; one it leaves out is as much later as it jumped."""
    return wall.replace(tzinfo=zone, fold=0).timestamp()


def _next_span(seconds: int, after_s: float, zone: tzinfo) -> float:
    """Counted from 1970, of days on the wall clock and else on the real one."""
    if seconds % 86_400:
        return float((after_s // seconds + 1) * seconds)
    wall = datetime.fromtimestamp(int(after_s // 1), zone).replace(tzinfo=None)
    days = seconds // 86_400
    count = (wall - _EPOCH).days // days + 1
    while (at := _instant(_EPOCH + timedelta(days=count * days), zone)) <= after_s:
        count += 1
    return at


def _next_fixed(text: str, after: datetime, zone: tzinfo) -> float | None:
    wall = after.replace(tzinfo=None)
    for _ in range(_CROWD):
        try:
            wall = _following(text, wall)
        except ValueError:
            return None
        if (at := _instant(wall, zone)) > after.timestamp():
            return at
    return None


def _next_running(text: str, after: datetime, zone: tzinfo) -> float | None:
    """Of a cron that runs every hour: as the clock goes on, and from a jump of it on as it shows then."""
    since, start, offset = after, after.replace(tzinfo=None), after.utcoffset() or timedelta()
    for _ in range(_CROWD):
        try:
            wall = _following(text, start)
        except ValueError:
            return None
        found = (wall - offset).replace(tzinfo=UTC).astimezone(zone)
        if (found.utcoffset() or timedelta()) == offset:
            return found.timestamp()
        since = _jump(since, found, zone)
        offset = since.utcoffset() or timedelta()
        start = since.replace(tzinfo=None) - _SECOND
    return None


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second at which the clock is ahead of UTC by another span than at `before`."""
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before.utcoffset():
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, zone)
