"""What a turn leaves for other sessions."""

from __future__ import annotations

from dataclasses import dataclass

from ..ids import Digest, MessageId, SessionId


@dataclass(frozen=True, slots=True)
class Send:
    """An input for another session, or the committing one itself: it is accepted there in the same transaction, and
    is due at once. Ids of one sender and target differ. One that is awaited is what the session stands still for: it is
    accepted also where as much waits as may."""

    session_id: SessionId
    kind: str
    message_id: MessageId
    content: Digest
    payload: bytes
    is_awaited: bool = False
