"""Forgetting what is past its time, in steps short enough not to be noticed."""

from __future__ import annotations

from typing import Any

from ...ids import SessionId
from ...limits import CLEANUP_ROWS
from ..abc import DueKind
from ..cleaning import Cleaned
from ..queries import PurgeCount, PurgeQuery
from .agents import forget_agents
from .connection import Connection
from .deliveries import drop_deliveries, forget_deliveries
from .kept import drop_unreferenced
from .memory import forget_expired, forget_user
from .nodes import all_keep_as_here, forget_nodes
from .notices import forget_notices
from .rows import SET_DUE
from .sessions import drop_user
from .timetables import forget_over

_OF_SESSION = ("states", "calls", "due", "desk_items", "desk_notes", "desk_tags", "desk_notices", "earlier_releases")
"""Tables with few rows of a session, which go with it. `session_updates` is the database's own."""
_KEEPING = "keeping"
"""The chore that notes for how long things are kept."""


def clean_session(connection: Connection, now: float, session_id: SessionId) -> Cleaned:
    row: Any = connection.execute(
        "SELECT session_row, state, ended_at, kept_s FROM user_sessions WHERE session_id = ?", (session_id,)
    ).fetchone()
    if row is None:
        return Cleaned(False)
    session_row, state, ended_at, kept_s = row
    kept_s = connection.retention.ended_s if kept_s is None else kept_s
    if state == "deleted" or (state == "ended" and ended_at + kept_s <= now):
        return _remove(connection, session_row)
    forgotten = 0
    if state == "ended":
        again_at = ended_at + kept_s
    else:
        more, forgotten, oldest_at = _forget_messages(connection, session_row, now - connection.retention.messages_s)
        if more:
            return Cleaned(True, forgotten)
        again_at = (now if oldest_at is None else oldest_at) + connection.retention.messages_s
    connection.execute(SET_DUE, (session_row, DueKind.CLEANUP.value, again_at, again_at))
    return Cleaned(False, forgotten)


_OLD = (
    ("conversations", "seq", "created_at"),
    ("message_ids", "number", "accepted_at"),
    ("analytics", "number", "created_at"),
)


def _forget_messages(connection: Connection, session_row: int, before: float) -> tuple[bool, int, float | None]:
    """Remove old messages, message ids and analytics. Gives whether there is more, how many went, and the time of the
    oldest that stays."""
    more, forgotten = False, 0
    stays: list[float] = []
    for table, key, time in _OLD:
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
        forgotten += len(old)
        more = more or len(old) == CLEANUP_ROWS
    return more, forgotten, min(stays, default=None)


def _remove(connection: Connection, session_row: int) -> Cleaned:
    numbered = (("analytics", "number"), ("message_ids", "number"), ("inputs", "number"))
    for table, key in (("conversations", "seq"), *numbered):
        deleted = connection.execute(
            f"DELETE FROM {table} WHERE session_row = ? AND {key} IN "
            f"(SELECT {key} FROM {table} WHERE session_row = ? ORDER BY {key} LIMIT ?)",
            (session_row, session_row, CLEANUP_ROWS),
        ).rowcount
        if deleted:
            return Cleaned(True, deleted)
    gone = connection.execute(
        "SELECT large FROM states WHERE session_row = ? UNION SELECT large FROM calls WHERE session_row = ?",
        (session_row, session_row),
    ).fetchall()
    family, user_row, session_id = connection.execute(
        "SELECT family, user_row, session_id FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    drop_deliveries(connection, session_row)
    for table in (*_OF_SESSION, "user_sessions"):
        connection.execute(f"DELETE FROM {table} WHERE session_row = ?", (session_row,))
    drop_unreferenced(connection, family, [large for (large,) in gone])
    drop_user(connection, user_row)
    forget_user(connection, session_id)
    return Cleaned(False, 1)


def sweep(connection: Connection, now: float) -> Cleaned:
    forget_agents(connection, now)
    forget_nodes(connection, now)
    deleted = connection.execute(
        "DELETE FROM request_ids WHERE (principal, request_id) IN "
        "(SELECT principal, request_id FROM request_ids WHERE created_at <= ? ORDER BY created_at LIMIT ?)",
        (now - connection.retention.request_ids_s, CLEANUP_ROWS),
    ).rowcount
    users, timetables = forget_expired(connection, now), forget_over(connection, now)
    deliveries, notices = forget_deliveries(connection, now), forget_notices(connection, now)
    more = CLEANUP_ROWS in (deleted, users, timetables, deliveries, notices)
    more = _look_again(connection, now) or more
    return Cleaned(more, deleted + users + timetables + deliveries + notices)


def take_chore(connection: Connection, now: float, name: str, every_s: float) -> bool:
    _put_chore(connection, name)
    taken = connection.execute(
        "UPDATE chores SET due_at = ? WHERE name = ? AND due_at <= ?", (now + every_s, name, now)
    ).rowcount
    return bool(taken)


def _put_chore(connection: Connection, name: str, note: str = "") -> None:
    connection.execute(
        "INSERT INTO chores (name, due_at, note, position) VALUES (?, 0, ?, -1) ON CONFLICT DO NOTHING", (name, note)
    )


def _look_again(connection: Connection, now: float) -> bool:
    """Sessions have their next cleaning planned for as long as they were kept then. When that changed, all are due, a
    bounded number at each step, and plan anew. Not while processes differ about it: each would begin again what the
    other did. True: there is more."""
    wanted = connection.retention.planned
    _put_chore(connection, _KEEPING, wanted)
    note, position = connection.execute("SELECT note, position FROM chores WHERE name = ?", (_KEEPING,)).fetchone()
    if note != wanted:
        if not all_keep_as_here(connection, now):
            return False
        position = 0
    if position < 0:
        return False
    found = connection.execute(
        "SELECT session_row FROM due WHERE session_row > ? AND kind = ? ORDER BY session_row LIMIT ?",
        (position, DueKind.CLEANUP.value, CLEANUP_ROWS),
    ).fetchall()
    connection.executemany(SET_DUE, [(row, DueKind.CLEANUP.value, now, now) for (row,) in found])
    more = len(found) == CLEANUP_ROWS
    connection.execute(
        "UPDATE chores SET note = ?, position = ? WHERE name = ?", (wanted, found[-1][0] if more else -1, _KEEPING)
    )
    return more


def _matching(query: PurgeQuery) -> tuple[str, list[Any]]:
    """Conditions and order of a purge's next step. By place, so that many steps go over the sessions once. A user has
    few: the sum keeps the database from going through everybody's in order instead."""
    where: list[str] = ["session_row > ?", "state <> 'deleted'"]
    values: list[Any] = [query.after]
    for term, value in (
        ("bot = ?", query.bot),
        ("channel = ?", query.channel),
        ("alias = ?", query.alias),
        ("user_row IN (SELECT user_row FROM users WHERE user_id = ? AND user_id <> '')", query.user_id),
        ("state = ?", query.state and query.state.value),
        ("created_at < ?", query.created_before),
        ("updated_at < ?", query.updated_before),
    ):
        if value is not None:
            where.append(term)
            values.append(value)
    order = "session_row" if query.user_id is None else "session_row + 0"
    return f"{' AND '.join(where)} ORDER BY {order} LIMIT ?", values


def count_purge(connection: Connection, query: PurgeQuery, limit: int) -> PurgeCount:
    where, values = _matching(query)
    sessions, messages, last = connection.execute(
        "SELECT count(*), coalesce(sum(messages), 0), coalesce(max(session_row), 0) FROM ("
        f"SELECT session_row, last_seq - first_seq + 1 AS messages FROM user_sessions WHERE {where}) AS found",
        (*values, limit),
    ).fetchone()
    return PurgeCount(int(sessions), int(messages), int(last))


def list_purge(connection: Connection, query: PurgeQuery, limit: int) -> list[tuple[int, SessionId]]:
    where, values = _matching(query)
    found = connection.execute(
        f"SELECT session_row, session_id FROM user_sessions WHERE {where}", (*values, limit)
    ).fetchall()
    return [(place, SessionId(session_id)) for place, session_id in found]
