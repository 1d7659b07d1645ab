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

    def opened(self, n: int = 1) -> None:
        """So many more were opened here."""
        self._count += n

    async def check(self, n_coming: int = 0) -> None:
        """Raises LimitReached if no more sessions may be opened than those `n_coming` that are about to be; the count
        is of some seconds ago."""
        now_s = self._store.now_s()
        if now_s - self._counted_at_s >= OPEN_COUNT_S:
            self._counted_at_s = now_s
            self._count = await self._store.count_open_sessions()
        current = self._count + n_coming
        if current >= self._most:
            raise LimitReached(
                "SESSION_COUNT_LIMIT",
                limit="open sessions",
                maximum=self._most,
                unit="sessions",
                current=current + 1,
            )
