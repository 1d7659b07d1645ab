"""Where time comes from. Everything that needs `now` takes a Clock, so tests turn it by hand."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now_s(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        ...


class MovableClock(Clock, Protocol):
    """A clock that can be put forward."""

    def advance(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    now_s = staticmethod(time.time)


class SkippingClock:
    """The machine's clock, ahead by what was skipped."""

    def __init__(self) -> None:
        self._skipped_s = 0.0

    def now_s(self) -> float:
        return time.time() + self._skipped_s

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._skipped_s += seconds


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, start_s: float = 1_767_225_600.0) -> None:
        self._now_s = start_s

    def now_s(self) -> float:
        return self._now_s

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._now_s += seconds


def to_datetime(at_s: float) -> datetime:
    """An aware UTC datetime of Unix seconds."""
    return datetime.fromtimestamp(at_s, UTC)
