"""What a store promises about the analytics of sessions: events in the order they came, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..ids import SessionId


@dataclass(frozen=True, slots=True)
class AnalyticsEvent:
    """An entry of a session's analytics: what happened, as scripts call it. `detail` is opaque."""

    kind: str
    name: str
    detail: bytes
    at: float


@dataclass(frozen=True, slots=True)
class AnalyticsSummary:
    """Of the entries that are kept: how many of kind `session` are called `error` and `milestone`, in any case, and the
    detail of the newest of kind `rating`."""

    errors: int = 0
    milestones: int = 0
    rating: bytes | None = None


class AnalyticsStore(Protocol):
    async def list_analytics(
        self, session_id: SessionId, limit: int, after: int = 0
    ) -> list[tuple[int, AnalyticsEvent]]:
        """Entries with a number above `after`, in order, each with its number; they go with the session's messages."""
        ...

    async def list_metrics(
        self, bot: str, name: str, since: float, until: float, limit: int
    ) -> list[tuple[float, bytes]] | None:
        """Time and detail of entries of kind `metric` of that name in all sessions of a bot that are kept, from `since`
        on and before `until`, oldest first. None: there are more than `limit`, those of other bots included."""
        ...

    async def sum_analytics(self, session_id: SessionId) -> AnalyticsSummary: ...
