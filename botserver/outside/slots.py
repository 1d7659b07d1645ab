"""Shares of something scarce: at most so many at once for each name, the others wait in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """`most` at once for each name. A name costs something only while it is used."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._doors: dict[str, asyncio.Semaphore] = {}
        self._wanted: dict[str, int] = {}

    @asynccontextmanager
    async def one(self, name: str) -> AsyncIterator[None]:
        """Holds one for the length of the block."""
        door = self._doors.setdefault(name, asyncio.Semaphore(self._most))
        self._wanted[name] = self._wanted.get(name, 0) + 1
        try:
            async with door:
                yield
        finally:
            self._wanted[name] -= 1
            if not self._wanted[name]:
                del self._wanted[name], self._doors[name]

    @property
    def names(self) -> int:
        """In use now."""
        return len(self._doors)
