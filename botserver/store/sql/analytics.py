"""What scripts logged of their sessions."""

from __future__ import annotations

from collections.abc import Sequence

from ...ids import SessionId
from ...limits import KEPT_ANALYTICS
from ..abc import AnalyticsEvent
from .connection import Connection


def put_analytics(connection: Connection, session_row: int, events: Sequence[AnalyticsEvent]) -> None:
    """Append; the oldest beyond KEPT_ANALYTICS go."""
    last: int = connection.execute(
        "SELECT coalesce(max(number), 0) FROM analytics WHERE session_row = ?", (session_row,)
    ).fetchone()[0]
    connection.executemany(
        "INSERT INTO analytics (session_row, number, kind, name, detail, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (session_row, number, event.kind, event.name, event.detail, event.at)
            for number, event in enumerate(events, last + 1)
        ],
    )
    connection.execute(
        "DELETE FROM analytics WHERE session_row = ? AND number <= ?",
        (session_row, last + len(events) - KEPT_ANALYTICS),
    )


def list_analytics(
    connection: Connection, session_id: SessionId, limit: int, after: int
) -> list[tuple[int, AnalyticsEvent]]:
    found = connection.execute(
        "SELECT a.number, a.kind, a.name, a.detail, a.created_at FROM analytics a"
        " JOIN user_sessions s ON s.session_row = a.session_row"
        " WHERE s.session_id = ? AND a.number > ? ORDER BY a.number LIMIT ?",
        (session_id, after, limit),
    ).fetchall()
    return [(row[0], AnalyticsEvent(row[1], row[2], row[3], row[4])) for row in found]
