"""How many messages a session may get in a minute, over all processes if they have a place to count together.

A process counts what it takes itself, at no cost. Only a session that talks so much that others' counts may matter is
told to the common place, once a second and in the background: no message waits for it, and without that place, or
while it is away, each process counts alone. So the limit is kept within what the others take in a second. Minutes are
those of the store's clock. Nothing of this is kept: it protects a server, it bills nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..errors import LimitReached
from ..ids import SessionId
from ..limits import RATE_LOOK_UPS, RATE_TOLD_EVERY_S, RATE_TOLD_FROM
from .background import Background

_MINUTE_S = 60


class Counters(Protocol):
    """Where processes count together. Never truth: it may forget."""

    async def add(self, minute: int, counts: Mapping[SessionId, int]) -> Mapping[SessionId, int]:
        """Adds to the counts of a minute, and gives what they are then, of all processes; nothing while it is away."""
        ...


@dataclass(slots=True)
class _Count:
    here: int = 0
    told: int = 0
    elsewhere: int = 0
    looked_up: int = 0


class Rates:
    """Of one process. `per_minute` 0 is no limit. `report` hears what goes wrong where processes count together."""

    def __init__(
        self,
        per_minute: int,
        now_s: Callable[[], float],
        counters: Counters | None = None,
        report: Callable[[str, BaseException], object] = lambda *_: None,
    ) -> None:
        self._per_minute = per_minute
        self._now_s = now_s
        self._counters = counters if per_minute else None
        self._report = report
        self._minute = 0
        self._counts: dict[SessionId, _Count] = {}
        self._background = Background()

    def start(self) -> None:
        if self._counters is not None:
            self._background.start(self._tell_often(self._counters))

    async def close(self) -> None:
        await self._background.stop()

    def has_room(self, session_id: SessionId) -> bool:
        """Whether `take` takes one more now."""
        if not self._per_minute:
            return True
        self._begin_minute()
        count = self._counts.get(session_id)
        return count is None or count.here + count.elsewhere < self._per_minute

    def take(self, session_id: SessionId) -> None:
        """One more message of a session. Raises LimitReached."""
        if not self._per_minute:
            return
        self._begin_minute()
        count = self._counts.setdefault(session_id, _Count())
        so_far = count.here + count.elsewhere
        if so_far >= self._per_minute:
            raise LimitReached(
                "RATE_LIMIT",
                limit="messages of a session in a minute",
                maximum=self._per_minute,
                unit="messages",
                current=so_far + 1,
            )
        count.here += 1

    def may_look_up(self, session_id: SessionId) -> bool:
        """Whether a message past the limit is still worth a read, as it may be a repeat."""
        count = self._counts.get(session_id)
        return count is None or count.looked_up < RATE_LOOK_UPS

    def looks_up(self, session_id: SessionId) -> None:
        """One more read for a message past the limit."""
        self._counts.setdefault(session_id, _Count()).looked_up += 1

    def _begin_minute(self) -> None:
        minute = int(self._now_s() // _MINUTE_S)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()

    async def _tell_often(self, counters: Counters) -> None:
        while True:
            await asyncio.sleep(RATE_TOLD_EVERY_S)
            try:
                await self.tell(counters)
            except Exception as error:  # noqa: BLE001 - the counting outlives anything
                self._report("rates", error)

    async def tell(self, counters: Counters) -> None:
        """Exchange counts of those that talk much."""
        minute = self._minute
        news = {
            session_id: count.here - count.told
            for session_id, count in self._counts.items()
            if count.here >= self._per_minute * RATE_TOLD_FROM
        }
        if not news:
            return
        totals = await counters.add(minute, news)
        if minute != self._minute:
            return
        for session_id, total in totals.items():
            count = self._counts[session_id]
            count.told += news[session_id]
            count.elsewhere = max(0, total - count.told)
