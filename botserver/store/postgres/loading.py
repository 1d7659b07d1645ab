"""Finding and loading a parked session, a round trip each: what a message costs first where its session is not in the
cache."""

from __future__ import annotations

from ...ids import MessageId, SessionId
from ..abc import Loaded, SessionRow, State
from ..sql.rows import SESSION_BY_ID, to_session
from .connections import Raw

_USER = "LEFT JOIN users u ON u.user_row = s.user_row"
_FIND = SESSION_BY_ID.replace(
    _USER, "LEFT JOIN LATERAL (SELECT * FROM users o WHERE o.user_row = s.user_row OFFSET 0) u ON true"
).replace("?", "%s")
"""A plan that is kept from when the tables were empty: without OFFSET 0 it may join all users, or all states, there are
by then."""
_STATE = """LEFT JOIN LATERAL (
    SELECT o.root, o.large FROM states o
    WHERE o.session_row = s.session_row AND o.revision = s.revision AND o.name = '' OFFSET 0
) k ON true"""
_UNSETTLED = """ARRAY(
    SELECT m.message_id FROM message_ids m
    WHERE m.session_row = s.session_row AND m.reply IS NULL AND m.expired = 0 AND m.number <= s.consumed
    ORDER BY m.number
)"""
_LOAD = _FIND.replace("WHERE s.", f"{_STATE} WHERE s.").replace(
    "FROM user_sessions s", f", k.root, k.large, {_UNSETTLED} FROM user_sessions s"
)


def find_session(raw: Raw, session_id: SessionId) -> SessionRow | None:
    """The row alone: one round trip, where a transaction takes three."""
    row = raw.execute(_FIND, (session_id,), prepare=True, binary=True).fetchone()
    return None if row is None else to_session(row)


def load_parked(raw: Raw, session_id: SessionId) -> Loaded | None:
    """None also for a session that takes more looks: in an outside call, with inputs that wait or large objects."""
    row = raw.execute(_LOAD, (session_id,), prepare=True, binary=True).fetchone()
    if row is None:
        return None
    session, (root, large, unsettled) = to_session(row), row[-3:]
    if large or session.claim_expires_at is not None or session.accepted != session.consumed:
        return None
    return Loaded(session, None if root is None else State(root), None, (), tuple(map(MessageId, unsettled)))
