"""What scripts tell agents, until these have seen it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...desk import Notice
from ...ids import AgentId, NoticeId, SessionId
from ...limits import CLEANUP_ROWS, KEPT_NOTICES, NOTICE_KEPT_S
from ..desk import NoticeWrite
from .connection import Connection

_UNSEEN = """
FROM desk_notices n JOIN user_sessions s ON s.session_row = n.session_row
WHERE n.principal = ? AND n.agent_id = ? AND s.state <> 'deleted' ORDER BY n.notice_row
"""


def put_notices(connection: Connection, now: float, session_row: int, writes: Sequence[NoticeWrite]) -> None:
    """Those a turn of that session commits."""
    principal, bot = connection.execute(
        "SELECT owner_principal, bot FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    connection.executemany(
        "INSERT INTO desk_notices (session_row, principal, agent_id, notice_id, text, at) VALUES (?, ?, ?, ?, ?, ?)",
        [(session_row, principal, write.agent_id, write.notice_id, write.text, now) for write in writes],
    )
    for agent_id in dict.fromkeys(write.agent_id for write in writes):
        connection.execute(
            "DELETE FROM desk_notices WHERE notice_row IN (SELECT n.notice_row FROM desk_notices n "
            "JOIN user_sessions s ON s.session_row = n.session_row "
            "WHERE n.principal = ? AND n.agent_id = ? AND s.bot = ? ORDER BY n.notice_row DESC LIMIT ? OFFSET ?)",
            (principal, agent_id, bot, CLEANUP_ROWS, KEPT_NOTICES),
        )


def unseen(connection: Connection, principal: str, agent_id: AgentId) -> frozenset[NoticeId]:
    return frozenset(
        NoticeId(notice_id)
        for (notice_id,) in connection.execute(f"SELECT n.notice_id {_UNSEEN}", (principal, agent_id))
    )


def list_notices(connection: Connection, principal: str, agent_id: AgentId) -> list[Notice]:
    rows = connection.execute(f"SELECT n.notice_id, s.bot, s.session_id, n.text, n.at {_UNSEEN}", (principal, agent_id))
    return [Notice(NoticeId(row[0]), row[1], SessionId(row[2]), row[3], row[4]) for row in rows]


def see_notices(connection: Connection, principal: str, agent_id: AgentId, notice_ids: Collection[NoticeId]) -> None:
    connection.executemany(
        "DELETE FROM desk_notices WHERE notice_id = ? AND principal = ? AND agent_id = ?",
        [(notice_id, principal, agent_id) for notice_id in notice_ids],
    )


def forget_notices(connection: Connection, now: float) -> int:
    """Some that nobody saw in time."""
    return connection.execute(
        "DELETE FROM desk_notices WHERE notice_row IN "
        "(SELECT notice_row FROM desk_notices WHERE at <= ? ORDER BY at LIMIT ?)",
        (now - NOTICE_KEPT_S, CLEANUP_ROWS),
    ).rowcount
