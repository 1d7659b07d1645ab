"""Taking due rows: many nodes at once, each row to one of them."""

from __future__ import annotations

from ...ids import SessionId
from ..abc import DueKind, DueRow
from .connections import Raw

_TAKE = """
WITH taken AS (
    SELECT d.session_row, d.kind, d.due_at, s.session_id, s.expires_at,
           d.kind = %(expiry)s AND s.expires_at > %(now)s AND (s.parent_id IS NULL OR EXISTS (
               SELECT 1 FROM user_sessions p WHERE p.session_id = s.parent_id AND p.state = 'open'
           )) AS lives
    FROM due d JOIN user_sessions s ON s.session_row = d.session_row
    WHERE d.visible_at <= %(now)s ORDER BY d.visible_at LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
),
moved AS (
    UPDATE due d SET
        due_at = CASE WHEN t.lives THEN t.expires_at ELSE d.due_at END,
        visible_at = CASE WHEN t.lives THEN t.expires_at ELSE %(now)s + %(lease)s END
    FROM taken t WHERE d.session_row = t.session_row AND d.kind = t.kind
)
SELECT session_id, kind, due_at FROM taken WHERE NOT lives
"""


def take_due(raw: Raw, now: float, limit: int, lease_s: float) -> list[DueRow]:
    """See `Store.take_due`. The row of a session whose life was extended meanwhile is moved to its new end."""
    rows = raw.execute(_TAKE, {"now": now, "limit": limit, "lease": lease_s, "expiry": DueKind.EXPIRY.value}).fetchall()
    return [DueRow(SessionId(session_id), DueKind(kind), due_at) for session_id, kind, due_at in rows]
