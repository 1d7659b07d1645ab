"""Loading a session, and the claim on one that is in the middle of an outside call."""

from __future__ import annotations

from ...ids import SessionId
from ..abc import Claimed, DueKind, Input, Loaded, PendingCall, State
from .connection import Connection
from .kept import read_digests
from .rows import SESSION_BY_ID, SET_DUE, to_session


def load_session(connection: Connection, session_id: SessionId) -> Loaded | None:
    """Reads of one moment: the caller holds a transaction."""
    row = connection.execute(SESSION_BY_ID, (session_id,)).fetchone()
    if row is None:
        return None
    session, session_row = to_session(row), row[-1]
    kept = connection.execute(
        "SELECT root, large FROM states WHERE session_row = ? AND revision = ? AND name = ''",
        (session_row, session.revision),
    ).fetchone()
    claimed = None
    if session.claim_expires_at is not None:
        call = connection.execute(
            "SELECT root, large, call_key, effect, arguments, turn, outcome FROM calls WHERE session_row = ?",
            (session_row,),
        ).fetchone()
        pending = PendingCall(call[2], call[3], call[4], call[5])
        claimed = Claimed(State(call[0], read_digests(connection, session.family, call[1])), pending, call[6])
    inputs: tuple[Input, ...] = ()
    if session.accepted != session.consumed:
        inputs = tuple(
            Input(*each)
            for each in connection.execute(
                "SELECT number, kind, message_id, payload FROM inputs WHERE session_row = ? ORDER BY number",
                (session_row,),
            )
        )
    unsettled = tuple(
        message_id
        for (message_id,) in connection.execute(
            "SELECT message_id FROM message_ids WHERE session_row = ? AND reply IS NULL AND expired = 0 "
            "AND number <= ? ORDER BY number",
            (session_row, session.consumed),
        )
    )
    state = kept and State(kept[0], read_digests(connection, session.family, kept[1]))
    return Loaded(session, state, claimed, inputs, unsettled)


def renew_claim(connection: Connection, now: float, session_id: SessionId, epoch: int, claim_s: float) -> bool:
    session_row = _claimed_row(connection, session_id, epoch)
    if session_row is None:
        return False
    _extend_claim(connection, session_row, now + claim_s)
    return True


def _claimed_row(connection: Connection, session_id: SessionId, epoch: int) -> int | None:
    row = connection.execute(
        "SELECT session_row FROM user_sessions "
        "WHERE session_id = ? AND state = 'open' AND epoch = ? AND claim_expires_at IS NOT NULL",
        (session_id, epoch),
    ).fetchone()
    return None if row is None else row[0]


def _extend_claim(connection: Connection, session_row: int, claim_at: float) -> None:
    connection.execute("UPDATE user_sessions SET claim_expires_at = ? WHERE session_row = ?", (claim_at, session_row))
    connection.execute(SET_DUE, (session_row, DueKind.CLAIM.value, claim_at, claim_at))


def record_outcome(connection: Connection, _now: float, session_id: SessionId, epoch: int, outcome: bytes) -> bool:
    session_row = _claimed_row(connection, session_id, epoch)
    if session_row is None:
        return False
    connection.execute("UPDATE calls SET outcome = ? WHERE session_row = ?", (outcome, session_row))
    return True


def take_claim(connection: Connection, now: float, session_id: SessionId, claim_s: float) -> Loaded | None:
    row = connection.execute(
        "UPDATE user_sessions SET epoch = epoch + 1 "
        "WHERE session_id = ? AND state = 'open' AND claim_expires_at <= ? RETURNING session_row",
        (session_id, now),
    ).fetchall()
    if not row:
        return None
    _extend_claim(connection, row[0][0], now + claim_s)
    return load_session(connection, session_id)
