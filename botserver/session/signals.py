"""News between processes that share a store: quick, and allowed to be lost. Who hears nothing looks by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Protocol

from ..ids import SessionId


class Signals(Protocol):
    """What a messenger does for sessions."""

    def tell(self, session_id: SessionId) -> None:
        """Something of this session was committed here. Does not wait and does not fail."""
        ...

    def follow(self, session_ids: Collection[SessionId]) -> None:
        """From now on news of these are wanted, and of no others."""
        ...

    async def heard(self, timeout_s: float) -> None:
        """Wait for news of a followed session, at most so long."""
        ...


class NoSignals:
    """Without a messenger."""

    def tell(self, session_id: SessionId) -> None:
        pass

    def follow(self, session_ids: Collection[SessionId]) -> None:
        pass

    async def heard(self, timeout_s: float) -> None:
        await asyncio.sleep(timeout_s)
