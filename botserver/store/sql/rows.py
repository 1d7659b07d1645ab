"""Rows to data and back: column lists, and the functions that read and make them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as _quoted
from typing import Any

from ...ids import DIGEST_BYTES, CheckpointId, Digest, MessageId, ReleaseId, SessionId
from ...model import Activity, EndReason, JsonValue, Message, Owner, Role, SessionState, SuggestionView, UserInfo
from ..abc import Checkpoint, SessionRow, Standing
from .connection import Connection

LISTED = 16
_NAMED = b"\0"
STANDING = "release_id, activity, waiting_for, memory_bytes, owner, extra"

_SESSION = """
SELECT s.release_id, s.activity, s.waiting_for, s.memory_bytes, s.owner, s.extra,
       s.session_id, s.bot, s.owner_principal, s.channel, s.alias, s.state, s.revision, s.epoch, s.accepted,
       s.consumed, s.first_seq, s.last_seq, s.message_count, s.fuel_total, s.labels, s.metadata, s.ttl_s, s.created_at,
       s.updated_at, s.expires_at, s.ended_at, s.end_reason, s.timer_at, s.claim_expires_at, s.family, s.parent_id,
       u.user_id, u.name, u.email, u.phone, s.session_row
FROM user_sessions s LEFT JOIN users u ON u.user_row = s.user_row
"""
SESSION_BY_ID = _SESSION + "WHERE s.session_id = ? AND s.state <> 'deleted'"
SESSION_BY_ROW = _SESSION + "WHERE s.session_row = ?"
SESSION_BY_ALIAS = (
    _SESSION + "WHERE s.owner_principal = ? AND s.bot = ? AND s.channel = ? AND s.alias = ? "
    "AND s.state = 'open' AND s.alias <> ''"
)
SESSION_BY_CHANNEL_ALIAS = (
    _SESSION + "WHERE s.owner_principal = ? AND s.channel = ? AND s.alias = ? AND s.state = 'open' AND s.alias <> '' "
    "ORDER BY s.created_at DESC, s.session_id LIMIT 1"
)
SESSIONS_WHERE = _SESSION + "WHERE "
SESSIONS_BY_UPDATE = SESSIONS_WHERE.replace(
    "FROM user_sessions s", "FROM session_updates w JOIN user_sessions s ON s.session_row = w.session_row"
)

SET_DUE = """
INSERT INTO due (session_row, kind, due_at, visible_at) VALUES (?, ?, ?, ?)
ON CONFLICT (session_row, kind) DO UPDATE SET due_at = excluded.due_at, visible_at = excluded.visible_at
"""
NOT_DUE = "DELETE FROM due WHERE session_row = ? AND kind = ?"


def to_standing(row: Sequence[Any]) -> Standing:
    """The first six columns."""
    return Standing(ReleaseId(row[0]), Activity(row[1]), row[2], row[3], Owner(row[4]), row[5])


def from_standing(standing: Standing) -> tuple[str, str, str, int, str, bytes]:
    return (
        standing.release,
        standing.activity._value_,  # `value` is a property, and costs ten times as much
        standing.waiting_for,
        standing.memory_bytes,
        standing.owner._value_,
        standing.extra,
    )


def to_session(row: Sequence[Any]) -> SessionRow:
    return SessionRow(
        session_id=SessionId(row[6]),
        bot=row[7],
        owner_principal=row[8],
        user=UserInfo() if row[32] is None else UserInfo(row[32], row[33], row[34], row[35]),
        channel=row[9],
        alias=row[10],
        state=SessionState(row[11]),
        standing=to_standing(row),
        revision=row[12],
        epoch=row[13],
        accepted=row[14],
        consumed=row[15],
        first_seq=row[16],
        last_seq=row[17],
        message_count=row[18],
        fuel_total=row[19],
        labels=json.loads(row[20]),
        metadata=json.loads(row[21]),
        ttl_s=row[22],
        created_at=row[23],
        updated_at=row[24],
        expires_at=row[25],
        ended_at=row[26],
        end_reason=None if row[27] is None else EndReason(row[27]),
        timer_at=row[28],
        claim_expires_at=row[29],
        family=SessionId(row[30]),
        parent_id=None if row[31] is None else SessionId(row[31]),
    )


def find_session(connection: Connection, session_id: SessionId) -> SessionRow | None:
    row = connection.execute(SESSION_BY_ID, (session_id,)).fetchone()
    return None if row is None else to_session(row)


def read_session(connection: Connection, session_row: int) -> SessionRow:
    return to_session(connection.execute(SESSION_BY_ROW, (session_row,)).fetchone())


def row_number(connection: Connection, session_id: SessionId) -> int | None:
    row = connection.execute(
        "SELECT session_row FROM user_sessions WHERE session_id = ? AND state <> 'deleted'", (session_id,)
    ).fetchone()
    return None if row is None else row[0]


def to_json(value: Mapping[str, JsonValue]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else "{}"


def to_digests(listed: bytes) -> tuple[Digest, ...]:
    return tuple(Digest(listed[i : i + DIGEST_BYTES]) for i in range(0, len(listed), DIGEST_BYTES))


def from_digests(digests: Sequence[Digest]) -> bytes:
    """The column `large` of a state: its digests one after the other. Of more than LISTED only the name of that list,
    which is a large object itself: so a turn that touches none of a hundred writes 33 bytes for all of them."""
    return b"".join(digests) if len(digests) <= LISTED else _NAMED + _name_of(b"".join(digests))


def list_object(digests: Sequence[Digest]) -> dict[Digest, bytes]:
    """The large object that `from_digests` names, if it names one."""
    listed = b"".join(digests)
    return {_name_of(listed): listed} if len(digests) > LISTED else {}


def named_list(large: bytes) -> Digest | None:
    """The name of the list of digests, if the column holds one."""
    return Digest(large[1:]) if len(large) % DIGEST_BYTES else None


def _name_of(listed: bytes) -> Digest:
    return Digest(hashlib.blake2b(listed, digest_size=DIGEST_BYTES).digest())


MESSAGE = "seq, role, text, created_at, suggestions, message_id, turn, author, address, image"
PUT_MESSAGE = f"INSERT INTO conversations (session_row, {MESSAGE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def to_message(row: Sequence[Any]) -> Message:
    suggestions = tuple(SuggestionView(*item) for item in json.loads(row[4])) if row[4] else ()
    message_id = None if row[5] is None else MessageId(row[5])
    return Message(row[0], Role(row[1]), row[2], row[3], suggestions, message_id, row[6], row[7], row[8], row[9])


def from_message(session_row: int, message: Message) -> tuple[Any, ...]:
    if "\0" in message.text:
        raise ValueError("a text holds U+0000, which not every database can store")
    suggestions = ""
    if message.suggestions:
        suggestions = suggestions_json(message.suggestions)
    return (
        session_row,
        message.seq,
        message.role._value_,
        message.text,
        message.created_at,
        suggestions,
        message.message_id,
        message.turn,
        message.author,
        message.address,
        message.image,
    )


def suggestions_json(suggestions: Sequence[SuggestionView]) -> str:
    """What `json.dumps` makes of them, in a third of the time."""
    return f"[{', '.join([f'[{_quoted(s.key)}, {_quoted(s.label)}, {_quoted(s.kind)}]' for s in suggestions])}]"


CHECKPOINT = f"{STANDING}, name, label, revision, created_at, length(root), large"


def to_checkpoint(row: Sequence[Any], digests: Sequence[Digest], sizes: Mapping[bytes, int]) -> Checkpoint:
    """`digests` are those of its large objects, `sizes` of all objects of the family."""
    name = row[6] or f"t-{row[8]}"
    size_bytes = row[10] + sum(sizes.get(digest, 0) for digest in digests)
    return Checkpoint(CheckpointId(name), row[7], row[8], row[9], size_bytes, to_standing(row))
