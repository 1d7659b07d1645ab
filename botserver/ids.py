"""Identifiers as distinct types, and how they are made and checked."""

from __future__ import annotations

import re
import uuid
from typing import NewType

SessionId = NewType("SessionId", str)
"""Lower-case UUID v4 with dashes."""
MessageId = NewType("MessageId", str)
"""Chosen by the client, 1 to 128 printable ASCII characters."""
RequestId = NewType("RequestId", str)
"""Chosen by the client, a UUID."""
CheckpointId = NewType("CheckpointId", str)
"""`t-<revision>` for automatic ones, a UUID v4 for named ones."""
DIGEST_BYTES = 32
Digest = NewType("Digest", bytes)
"""BLAKE2b-256 of the encoded thing."""
ReleaseId = NewType("ReleaseId", str)
"""Hex digest over a bot's programs and configuration."""
AgentId = NewType("AgentId", str)
"""A person at the desk: chosen by whoever runs it, 1 to 64 printable ASCII characters."""
ItemId = NewType("ItemId", str)
NoteId = NewType("NoteId", str)
"""UUID v4: one handing over of a session."""
NoticeId = NewType("NoticeId", str)
"""UUID v4: one thing that a script told an agent."""
OfferId = NewType("OfferId", str)
"""UUID v4: one offer of a queue item to an agent."""

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,128}\Z")


def new_session_id() -> SessionId:
    return SessionId(str(uuid.uuid4()))


def is_session_id(text: str) -> bool:
    return _UUID4.match(text) is not None


def is_agent_id(text: str) -> bool:
    """Whether `text` may serve as an agent's id."""
    return len(text) <= 64 and _CLIENT_ID.match(text) is not None


def is_client_id(text: str) -> bool:
    """Whether `text` may serve as message id or request id."""
    return _CLIENT_ID.match(text) is not None
