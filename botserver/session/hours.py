"""When a desk is open: `mon-fri 9:00-17:30; sat 10-14`, in the bot's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_S = 86_400
_WEEK_S = 7 * _DAY_S
_MONDAY_S = 4 * _DAY_S  # 5 January 1970
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans of a week, as seconds since Monday, midnight; one that goes over Sunday night ends after the week's end."""

    spans: tuple[tuple[int, int], ...]

    def is_open(self, wall_s: int) -> bool:
        at = (wall_s - _MONDAY_S) % _WEEK_S
        return any(begin <= moment < end for begin, end in self.spans for moment in (at, at + _WEEK_S))

    def opens_at(self, wall_s: int) -> int:
        """When it opens next, as seconds of the wall clock."""
        at = (wall_s - _MONDAY_S) % _WEEK_S
        return wall_s + min((begin - at) % _WEEK_S for begin, _ in self.spans)


def read_hours(text: str) -> Hours | None:
    """None: it says nothing that can be read."""
    spans: list[tuple[int, int]] = []
    for part in filter(None, (part.strip().lower() for part in text.split(";"))):
        days_text, _, times = part.rpartition(" ") if part[0].isalpha() else ("daily", "", part)
        days, span = _days(days_text), _SPAN.fullmatch(times.strip())
        if days is None or span is None:
            return None
        begin, end = _seconds(span[1], span[2]), _seconds(span[3], span[4])
        if begin is None or end is None or begin == _DAY_S:
            return None
        length = end - begin if end > begin else end - begin + _DAY_S
        spans += [(day * _DAY_S + begin, day * _DAY_S + begin + length) for day in days]
    return Hours(tuple(spans)) if spans else None


def _days(text: str) -> list[int] | None:
    """Of `mon-fri,sunday` or `daily`."""
    if text.strip() == "daily":
        return list(range(7))
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        ends = _day(first), _day(last if dash else first)
        if ends[0] is None or ends[1] is None:
            return None
        found += [(ends[0] + n) % 7 for n in range((ends[1] - ends[0]) % 7 + 1)]
    return found


def _day(text: str) -> int | None:
    name = text.strip()
    return next((n for n, day in enumerate(_DAYS) if name in (day, day[:3])), None)


def _seconds(hours: str, minutes: str | None) -> int | None:
    seconds = int(hours) * 3600 + int(minutes or 0) * 60
    return seconds if seconds <= _DAY_S and int(minutes or 0) < 60 else None
