"""What a store promises about forgetting: bounded steps, by one process at a time, so that nothing grows for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..ids import SessionId
from .queries import PurgeCount, PurgeQuery


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a step did. It is true if there is more to do now."""

    more: bool
    rows: int = 0  # removed

    def __bool__(self) -> bool:
        return self.more


class CleaningStore(Protocol):
    async def clean_session(self, session_id: SessionId) -> Cleaned:
        """One bounded step of cleaning up: removes a deleted session, or one that ended `Retention.ended_s` ago, or the
        messages, message ids and analytics of an open one that are past retention. Schedules its own next time."""
        ...

    async def sweep(self) -> Cleaned:
        """One bounded step of forgetting request ids, what is kept of users and is over, agents, what
        these never saw, timetables. When the
        store keeps things for another time than it did, it looks at all sessions again, some at each step."""
        ...

    async def count_purge(self, query: PurgeQuery, limit: int) -> PurgeCount:
        """How many match, the oldest first and at most `limit` of them."""
        ...

    async def list_purge(self, query: PurgeQuery, limit: int) -> list[tuple[int, SessionId]]:
        """Places and ids of some that match, the oldest first."""
        ...

    async def forget_user(self, user: str) -> None:
        """Forget what is kept of a user over all bots."""
        ...

    async def take_chore(self, name: str, every_s: float) -> bool:
        """Whether the caller is to do this now: true for one caller in that time."""
        ...
