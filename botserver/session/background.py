"""A loop beside the event loop's other work, from start to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Background:
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self._task is not None

    def start(self, work: Coroutine[None, None, None]) -> None:
        self._task = asyncio.create_task(work)

    async def stop(self) -> None:
        """Interrupt it, and return when it has ended; nothing if it does not run."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
