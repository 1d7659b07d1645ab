"""How many sessions are open, counted now and then: no more are opened than the operator allows."""

from __future__ import annotations

from ..errors import LimitReached
from ..limits import OPEN_COUNT_S
from ..store.abc import Store


class OpenCount:
    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._count = 0
        self._counted_at_s = float("-inf")

    def opened(self) -> None:
        """One more was opened here."""
        self._count += 1

    async def check(self) -> None:
        """Raises LimitReached if no more sessions may be opened; the count is of some seconds ago."""
        now_s = self._store.now_s()
        if now_s - self._counted_at_s >= OPEN_COUNT_S:
            self._counted_at_s = now_s
            self._count = await self._store.count_open_sessions()
        if self._count >= self._most:
            raise LimitReached(
                "SESSION_COUNT_LIMIT", limit="open sessions", maximum=self._most, unit="sessions",
                current=self._count + 1,
            )
