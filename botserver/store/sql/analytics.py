"""What scripts logged of their sessions, and users said of them."""

from __future__ import annotations

from collections.abc import Sequence

from ...ids import SessionId
from ...limits import KEPT_ANALYTICS
from ..abc import Known, Request, SessionRow
from ..analytics import AnalyticsEvent, AnalyticsSummary
from .connection import Connection
from .inputs import find_request, record_request
from .rows import read_session, row_number


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


def list_metrics(
    connection: Connection, bot: str, name: str, since: float, until: float, limit: int
) -> list[tuple[float, bytes]] | None:
    # The bot is looked at last, so that what is read is bounded whatever other bots measure under that name.
    found = connection.execute(
        "SELECT a.created_at, a.detail, s.bot FROM ("
        " SELECT session_row, number, created_at, detail FROM analytics"
        " WHERE kind = 'metric' AND name = ? AND created_at >= ? AND created_at < ? ORDER BY created_at LIMIT ?"
        ") AS a JOIN user_sessions s ON s.session_row = a.session_row ORDER BY a.created_at, a.session_row, a.number",
        (name, since, until, limit + 1),
    ).fetchall()
    return None if len(found) > limit else [(at, bytes(detail)) for at, detail, of in found if of == bot]


def add_analytics(
    connection: Connection,
    now: float,
    session_id: SessionId,
    event: AnalyticsEvent,
    request: Request[SessionRow] | None,
) -> SessionRow | Known | None:
    session_row = row_number(connection, session_id)
    # The row is locked first, as by a turn's commit: numbers are given to one after the other.
    connection.execute("UPDATE user_sessions SET state = state WHERE session_row = ?", (session_row,))
    known = find_request(connection, now, request)
    if known is not None or session_row is None:
        return known
    put_analytics(connection, session_row, (event,))
    row = read_session(connection, session_row)
    record_request(connection, now, request, row)
    return row


def sum_analytics(connection: Connection, session_id: SessionId) -> AnalyticsSummary:
    session_row = row_number(connection, session_id)
    counts = dict(
        connection.execute(
            "SELECT lower(name), count(*) FROM analytics WHERE session_row = ? AND kind = 'session'"
            " AND lower(name) IN ('error', 'milestone') GROUP BY lower(name)",
            (session_row,),
        ).fetchall()
    )
    rating = connection.execute(
        "SELECT detail FROM analytics WHERE session_row = ? AND kind = 'rating' ORDER BY number DESC LIMIT 1",
        (session_row,),
    ).fetchone()
    return AnalyticsSummary(counts.get("error", 0), counts.get("milestone", 0), rating[0] if rating else None)
