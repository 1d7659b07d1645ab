"""Inputs that wait, and the ids that make repeats harmless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from ...errors import LimitReached, SessionEnded, SessionNotFound
from ...ids import Digest, MessageId, RequestId, SessionId
from ...limits import INBOX_INPUTS, INPUT_GRACE_S
from ..abc import DueKind, Known, Repeat, Request
from ..sends import Send
from .connection import Connection, Overtaken

T = TypeVar("T")

PUT_ID = "INSERT INTO message_ids (session_row, number, message_id, content, accepted_at, reply, expired)"


def id_key(session_row: str, message_id: str) -> str:
    """The expression by which PostgreSQL finds a message id of a session: it has no index of the two columns."""
    return f"CAST({session_row} AS TEXT) || ' ' || {message_id}"


OF_ID = f"session_row = ? AND message_id = ? AND {id_key('session_row', 'message_id')} = {id_key('?', '?')}"
"""Takes session and id twice. SQLite has an index of the two columns."""
_PUT_NEW_ID = f"{PUT_ID} SELECT ?, ?, ?, ?, ?, ?, 0 WHERE NOT EXISTS (SELECT 1 FROM message_ids WHERE {OF_ID})"
_FIND_ID = f"SELECT content, reply, expired FROM message_ids WHERE {OF_ID}"
EXPIRE_REPLY = "UPDATE message_ids SET reply = NULL, expired = 1 WHERE session_row = ? AND number = ?"
FORGET_ID = "DELETE FROM message_ids WHERE session_row = ? AND number = ?"


def find_message(
    connection: Connection, session_row: int, message_id: MessageId, content: Digest | None
) -> Known | None:
    row = connection.execute(_FIND_ID, (session_row, message_id) * 2).fetchone()
    if row is None:
        return None
    if content is not None and row[0] != content:
        return Known(Repeat.REUSED)
    if row[1] is not None:
        return Known(Repeat.SETTLED, row[1])
    return Known(Repeat.EXPIRED if row[2] else Repeat.PENDING)


def record_message_id(
    connection: Connection,
    now: float,
    session_row: int,
    number: int,
    message_id: MessageId,
    content: Digest,
    reply: bytes | None,
) -> bool:
    """Write the record of an input and forget the one that falls out of the window. False: the id was seen before.

    The session's row is locked or written: nothing else keeps ids apart on PostgreSQL."""
    values = (session_row, number, message_id, content, now, reply, *(session_row, message_id) * 2)
    if connection.execute(_PUT_NEW_ID, values).rowcount == 0:
        return False
    retention = connection.retention
    if number > retention.messages:
        connection.execute(EXPIRE_REPLY, (session_row, number - retention.messages))
    if number > retention.message_ids:
        connection.execute(FORGET_ID, (session_row, number - retention.message_ids))
    return True


def put_input(
    connection: Connection,
    now: float,
    session_row: int,
    number: int,
    kind: str,
    message_id: MessageId,
    payload: bytes,
) -> None:
    """An input that waits, with its due row; an older input's due row stays as it is."""
    connection.execute(
        "INSERT INTO inputs (session_row, number, kind, message_id, payload) VALUES (?, ?, ?, ?, ?)",
        (session_row, number, kind, message_id, payload),
    )
    connection.execute(
        "INSERT INTO due (session_row, kind, due_at, visible_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (session_row, DueKind.INPUT.value, now + INPUT_GRACE_S, now + INPUT_GRACE_S),
    )


def accept_input(
    connection: Connection,
    now: float,
    session_id: SessionId,
    kind: str,
    message_id: MessageId,
    content: Digest,
    payload: bytes,
    lock: str = "",
) -> int | Known:
    """`lock` goes where the row of the session is looked at. Whoever writes inputs of a session, its ids or its due row
    of kind INPUT holds or changes that row, so behind the lock nothing of what is read here can change."""
    row = connection.execute(
        "SELECT session_row, state, end_reason, accepted, consumed FROM user_sessions "
        f"WHERE session_id = ? AND state <> 'deleted'{lock}",
        (session_id,),
    ).fetchone()
    if row is None:
        raise SessionNotFound(session_id=session_id)
    session_row, state, end_reason, accepted, consumed = row
    known = find_message(connection, session_row, message_id, content)
    if known is not None:
        return known
    if state != "open":
        raise SessionEnded(session_id=session_id, end_reason=end_reason)
    if accepted - consumed >= INBOX_INPUTS:
        raise LimitReached(
            "INBOX_FULL",
            limit="waiting inputs of a session",
            maximum=INBOX_INPUTS,
            unit="inputs",
            current=accepted - consumed + 1,
        )
    number: int = accepted + 1
    record_message_id(connection, now, session_row, number, message_id, content, None)
    put_input(connection, now, session_row, number, kind, message_id, payload)
    connection.execute("UPDATE user_sessions SET accepted = ? WHERE session_row = ?", (number, session_row))
    return number


def advance_input(connection: Connection, session_id: SessionId, message_id: MessageId, revision: int) -> bool:
    # The row is written, if with nothing new, so that no turn is committed beside this.
    row = connection.execute(
        "UPDATE user_sessions SET consumed = consumed WHERE session_id = ? AND state = 'open' AND revision = ? "
        "AND claim_expires_at IS NULL RETURNING session_row, consumed",
        (session_id, revision),
    ).fetchone()
    if row is None:
        return False
    session_row, consumed = row
    # By its id: another process may have moved it already, and others with it.
    waiting = connection.execute(
        "SELECT number FROM inputs WHERE session_row = ? AND message_id = ?", (session_row, message_id)
    ).fetchone()
    if waiting is None:
        return False
    number = waiting[0]
    for table in ("inputs", "message_ids"):
        # Through negative numbers: no two may be alike at any moment.
        connection.execute(
            f"UPDATE {table} SET number = CASE WHEN number = ? THEN -? ELSE -number - 1 END "
            "WHERE session_row = ? AND number > ? AND number <= ?",
            (number, consumed + 1, session_row, consumed, number),
        )
        connection.execute(f"UPDATE {table} SET number = -number WHERE session_row = ? AND number < 0", (session_row,))
    return True


def have_room(connection: Connection, sends: Sequence[Send]) -> bool:
    """Whether every session that is sent something is open and can take it."""
    counts = Counter(send.session_id for send in sends if not send.is_awaited)
    for session_id in dict.fromkeys(send.session_id for send in sends):
        row = connection.execute(
            "SELECT accepted - consumed FROM user_sessions WHERE session_id = ? AND state = 'open'", (session_id,)
        ).fetchone()
        if row is None or (session_id in counts and row[0] + counts[session_id] > INBOX_INPUTS):
            return False
    return True


def put_send(connection: Connection, now: float, send: Send) -> int:
    """Accept an input that another session's turn sends; its number. `have_room` was asked."""
    session_row, number = connection.execute(
        "UPDATE user_sessions SET accepted = accepted + 1 WHERE session_id = ? RETURNING session_row, accepted",
        (send.session_id,),
    ).fetchone()
    record_message_id(connection, now, session_row, number, send.message_id, send.content, None)
    put_input(connection, now, session_row, number, send.kind, send.message_id, send.payload)
    return int(number)


def find_request_id(
    connection: Connection, now: float, principal: str, request_id: RequestId, content: Digest
) -> Known | None:
    row = connection.execute(
        "SELECT content, response FROM request_ids WHERE principal = ? AND request_id = ? AND created_at > ?",
        (principal, request_id, now - connection.retention.request_ids_s),
    ).fetchone()
    if row is None:
        return None
    return Known(Repeat.SETTLED, row[1]) if row[0] == content else Known(Repeat.REUSED)


def find_request(connection: Connection, now: float, request: Request[T] | None) -> Known | None:
    if request is None:
        return None
    return find_request_id(connection, now, request.principal, request.request_id, request.content)


def record_request(connection: Connection, now: float, request: Request[T] | None, result: T) -> None:
    """Raises Overtaken when somebody recorded the same id since `find_request` did not find it."""
    if request is None:
        return
    over_at = now - connection.retention.request_ids_s
    written = connection.execute(
        "INSERT INTO request_ids (principal, request_id, content, response, created_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (principal, request_id) DO UPDATE SET content = excluded.content, "
        "response = excluded.response, created_at = excluded.created_at WHERE request_ids.created_at <= ?",
        (request.principal, request.request_id, request.content, request.respond(result), now, over_at),
    ).rowcount
    if not written:
        raise Overtaken


def finish_request(connection: Connection, now: float, request: Request[T], result: T) -> Known | None:
    known = find_request(connection, now, request)
    if known is None:
        record_request(connection, now, request, result)
    return known
