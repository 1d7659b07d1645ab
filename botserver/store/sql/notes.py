"""What agents note about sessions for each other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ...desk import Note
from ...errors import SessionNotFound
from ...ids import AgentId, NoteId, SessionId
from ...limits import KEPT_NOTES
from ..desk import NoteWrite
from .connection import Connection

_NOTES = """
SELECT n.note_id, n.agent_id, n.author, n.text, n.at, n.note_row
FROM desk_notes n JOIN user_sessions s ON s.session_row = n.session_row
WHERE s.session_id = ? AND s.state <> 'deleted'
"""


def _to_note(row: tuple[Any, ...]) -> Note:
    return Note(NoteId(row[0]), AgentId(row[1]), row[2], row[3], row[4], row[5])


def _find(connection: Connection, session_id: SessionId, note_id: NoteId) -> Note | None:
    row = connection.execute(f"{_NOTES} AND n.note_id = ?", (session_id, note_id)).fetchone()
    return None if row is None else _to_note(row)


def add_note(connection: Connection, now: float, principal: str, session_id: SessionId, note: Note) -> Note | None:
    """The note as it is stored; None: another one has its id. Raises SessionNotFound."""
    known = _find(connection, session_id, note.note_id)
    if known is not None:
        return known if (known.agent_id, known.text) == (note.agent_id, note.text) else None
    session = connection.execute(
        "SELECT session_row FROM user_sessions WHERE session_id = ? AND owner_principal = ? AND state <> 'deleted'",
        (session_id, principal),
    ).fetchone()
    if session is None:
        raise SessionNotFound(session_id=session_id)
    connection.execute(
        "INSERT INTO desk_notes (session_row, note_id, agent_id, author, text, at) VALUES (?, ?, ?, ?, ?, ?)",
        (session[0], note.note_id, note.agent_id, note.author, note.text, now),
    )
    connection.execute(
        "DELETE FROM desk_notes WHERE session_row = ? AND note_row NOT IN "
        "(SELECT note_row FROM desk_notes WHERE session_row = ? ORDER BY note_row DESC LIMIT ?)",
        (session[0], session[0], KEPT_NOTES),
    )
    return _find(connection, session_id, note.note_id)


def put_notes(connection: Connection, now: float, session_row: int, writes: Sequence[NoteWrite]) -> None:
    """Those a turn of that session commits."""
    (principal,) = connection.execute(
        "SELECT owner_principal FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    for write in writes:
        with suppress(SessionNotFound):
            add_note(connection, now, principal, write.session_id, write.note)


def list_notes(connection: Connection, session_id: SessionId, after: int) -> list[Note]:
    rows = connection.execute(f"{_NOTES} AND n.note_row > ? ORDER BY n.note_row", (session_id, after))
    return [_to_note(row) for row in rows]


def last_noted(connection: Connection, principal: str, agent_id: AgentId) -> dict[SessionId, int]:
    """The number of the last note about each session that the agent has."""
    rows = connection.execute(
        "SELECT s.session_id, max(n.note_row) FROM desk_items i "
        "JOIN desk_notes n ON n.session_row = i.session_row JOIN user_sessions s ON s.session_row = i.session_row "
        "WHERE i.principal = ? AND i.state = 'assigned' AND i.agent_id = ? GROUP BY s.session_id",
        (principal, agent_id),
    )
    return {SessionId(session_id): number for session_id, number in rows}
