"""Loading a parked session in one round trip: what a message costs first where its session is not in the cache."""

from __future__ import annotations

from ...ids import MessageId, SessionId
from ..abc import Loaded, State
from ..sql.rows import SESSION_BY_ID, to_session
from .connections import Raw

_STATE = "LEFT JOIN states k ON k.session_row = s.session_row AND k.revision = s.revision AND k.name = ''"
_UNSETTLED = """ARRAY(
    SELECT m.message_id FROM message_ids m
    WHERE m.session_row = s.session_row AND m.reply IS NULL AND m.expired = 0 AND m.number <= s.consumed
    ORDER BY m.number
)"""
_LOAD = (
    SESSION_BY_ID.replace("WHERE", f"{_STATE} WHERE")
    .replace("FROM user_sessions s", f", k.root, k.large, {_UNSETTLED} FROM user_sessions s")
    .replace("?", "%s")
)


def load_parked(raw: Raw, session_id: SessionId) -> Loaded | None:
    """None also for a session that takes more looks: in an outside call, with inputs that wait or large objects."""
    row = raw.execute(_LOAD, (session_id,), prepare=True, binary=True).fetchone()
    if row is None:
        return None
    session, (root, large, unsettled) = to_session(row), row[-3:]
    if large or session.claim_expires_at is not None or session.accepted != session.consumed:
        return None
    return Loaded(session, None if root is None else State(root), None, (), tuple(map(MessageId, unsettled)))
