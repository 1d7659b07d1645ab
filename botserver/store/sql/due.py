"""Who needs somebody, and when."""

from __future__ import annotations

from ...ids import SessionId
from ..abc import DueKind, DueRow
from .agents import revive_agents
from .connection import Connection
from .rows import SET_DUE

_TAKE = """
SELECT d.session_row, d.kind, d.due_at, s.session_id,
    CASE WHEN s.parent_id IS NULL OR EXISTS (
        SELECT 1 FROM user_sessions p WHERE p.session_id = s.parent_id AND p.state = 'open'
    ) THEN s.expires_at ELSE 0.0 END
FROM due d JOIN user_sessions s ON s.session_row = d.session_row
WHERE d.visible_at <= ? ORDER BY d.visible_at LIMIT ?
"""


def take_due(connection: Connection, now: float, limit: int, lease_s: float) -> list[DueRow]:
    taken = []
    for session_row, kind, due_at, session_id, expires_at in connection.execute(_TAKE, (now, limit)).fetchall():
        if kind == DueKind.EXPIRY.value and expires_at > now:
            # Turns extend a session's life without touching this row; it finds out here.
            connection.execute(SET_DUE, (session_row, kind, expires_at, expires_at))
            continue
        connection.execute(
            "UPDATE due SET visible_at = ? WHERE session_row = ? AND kind = ?", (now + lease_s, session_row, kind)
        )
        taken.append(DueRow(SessionId(session_id), DueKind(kind), due_at))
    return taken


def next_due_at(connection: Connection) -> float | None:
    at: float | None = connection.execute("SELECT min(visible_at) FROM due").fetchone()[0]
    return at


def drop_due(connection: Connection, _now: float, row: DueRow) -> None:
    connection.execute(
        "DELETE FROM due WHERE session_row = (SELECT session_row FROM user_sessions WHERE session_id = ?) "
        "AND kind = ? AND due_at = ?",
        (row.session_id, row.kind.value, row.due_at),
    )


def forget_holders(connection: Connection, now: float) -> None:
    """Who held claims and due rows is gone: this process just locked the file."""
    connection.execute("UPDATE user_sessions SET claim_expires_at = ? WHERE claim_expires_at > ?", (now, now))
    connection.execute(
        "UPDATE due SET visible_at = ? WHERE visible_at > ? AND (visible_at > due_at OR kind IN (?, ?))",
        (now, now, DueKind.CLAIM.value, DueKind.INPUT.value),
    )
    connection.execute("UPDATE timetables SET visible_at = due_at WHERE visible_at > due_at")
    revive_agents(connection, now)
