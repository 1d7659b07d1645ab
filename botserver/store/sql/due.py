"""Who needs somebody, and the cleaning up that is due, in steps short enough not to be noticed."""

from __future__ import annotations

from typing import Any

from ...ids import SessionId
from ...limits import CLEANUP_ROWS
from ..abc import DueKind, DueRow
from .agents import forget_agents, revive_agents
from .connection import Connection
from .kept import drop_unreferenced
from .memory import forget_expired, forget_user
from .rows import SET_DUE
from .sessions import drop_user
from .timetables import forget_over

_TAKE = """
SELECT d.session_row, d.kind, d.due_at, s.session_id, s.expires_at
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


def clean_session(connection: Connection, now: float, session_id: SessionId) -> bool:
    row: Any = connection.execute(
        "SELECT session_row, state, ended_at FROM user_sessions WHERE session_id = ?", (session_id,)
    ).fetchone()
    if row is None:
        return False
    session_row, state, ended_at = row
    if state == "deleted" or (state == "ended" and ended_at + connection.retention.ended_s <= now):
        return _remove(connection, session_row)
    if state == "ended":
        again_at = ended_at + connection.retention.ended_s
    else:
        more, oldest_at = _forget_messages(connection, session_row, now - connection.retention.messages_s)
        if more:
            return True
        again_at = (now if oldest_at is None else oldest_at) + connection.retention.messages_s
    connection.execute(SET_DUE, (session_row, DueKind.CLEANUP.value, again_at, again_at))
    return False


def _forget_messages(connection: Connection, session_row: int, before: float) -> tuple[bool, float | None]:
    """Remove old messages and message ids. Gives whether there is more, and the time of the oldest that stays."""
    more = False
    stays: list[float] = []
    for table, key, time in (("conversations", "seq", "created_at"), ("message_ids", "number", "accepted_at")):
        rows = connection.execute(
            f"SELECT {key}, {time} FROM {table} WHERE session_row = ? ORDER BY {key} LIMIT ?",
            (session_row, CLEANUP_ROWS),
        ).fetchall()
        old = [number for number, at in rows if at < before]
        stays += [at for _, at in rows if at >= before][:1]
        if old:
            connection.execute(f"DELETE FROM {table} WHERE session_row = ? AND {key} <= ?", (session_row, old[-1]))
            if table == "conversations":
                connection.execute(
                    "UPDATE user_sessions SET first_seq = ? WHERE session_row = ?", (old[-1] + 1, session_row)
                )
        more = more or len(old) == CLEANUP_ROWS
    return more, min(stays, default=None)


def _remove(connection: Connection, session_row: int) -> bool:
    numbered = (("analytics", "number"), ("message_ids", "number"), ("inputs", "number"))
    for table, key in (("conversations", "seq"), *numbered):
        deleted = connection.execute(
            f"DELETE FROM {table} WHERE session_row = ? AND {key} IN "
            f"(SELECT {key} FROM {table} WHERE session_row = ? ORDER BY {key} LIMIT ?)",
            (session_row, session_row, CLEANUP_ROWS),
        ).rowcount
        if deleted:
            return True
    gone = connection.execute(
        "SELECT large FROM states WHERE session_row = ? UNION SELECT large FROM calls WHERE session_row = ?",
        (session_row, session_row),
    ).fetchall()
    family, user_row, session_id = connection.execute(
        "SELECT family, user_row, session_id FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    for table in ("states", "calls", "due", "desk_items", "desk_notes", "earlier_releases", "user_sessions"):
        connection.execute(f"DELETE FROM {table} WHERE session_row = ?", (session_row,))
    drop_unreferenced(connection, family, [large for (large,) in gone])
    drop_user(connection, user_row)
    forget_user(connection, session_id)
    return False


def sweep(connection: Connection, now: float) -> bool:
    forget_agents(connection, now)
    deleted = connection.execute(
        "DELETE FROM request_ids WHERE (principal, request_id) IN "
        "(SELECT principal, request_id FROM request_ids WHERE created_at <= ? ORDER BY created_at LIMIT ?)",
        (now - connection.retention.request_ids_s, CLEANUP_ROWS),
    ).rowcount
    more = forget_expired(connection, now)
    more = forget_over(connection, now) or more
    return more or deleted == CLEANUP_ROWS
