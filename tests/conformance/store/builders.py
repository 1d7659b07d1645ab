"""Named builders of what specs store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from botserver.ids import Digest, MessageId, ReleaseId, RequestId, SessionId, new_session_id
from botserver.model import Activity, Message, Role
from botserver.store.abc import (
    Acceptance,
    CommitResult,
    Committed,
    Opened,
    Opening,
    PendingCall,
    Request,
    SessionRow,
    Standing,
    State,
    Store,
    TurnCommit,
)

BOT = "shop"
RELEASE = ReleaseId("a" * 64)
PROGRAM = Digest(b"p" * 32)
TTL_S = 3600.0
CLAIM_S = 30.0


def content(text: str) -> Digest:
    return Digest(hashlib.blake2b(text.encode(), digest_size=32).digest())


def standing(**changes: Any) -> Standing:
    return Standing(**{"release": RELEASE, "activity": Activity.WAITING_INPUT, **changes})


def opening(**changes: Any) -> Opening:
    values: dict[str, Any] = {
        "session_id": new_session_id(),
        "bot": BOT,
        "owner_principal": "local",
        "standing": standing(activity=Activity.IDLE),
        "channel": "api",
        "ttl_s": TTL_S,
        "start": b"start",
    }
    return Opening(**{**values, **changes})


async def open_session(store: Store, **changes: Any) -> SessionRow:
    result = await store.open_session(opening(**changes))
    assert isinstance(result, Opened)
    return result.row


async def started_session(store: Store, **changes: Any) -> SessionRow:
    """A session whose first turn is done: revision 1, state b"root 1", nothing waits."""
    row = await open_session(store, **changes)
    await commit(store, turn(row, consumed=1))
    return await read(store, row.session_id)


async def read(store: Store, session_id: SessionId) -> SessionRow:
    row = await store.find_session(session_id)
    assert row is not None
    return row


def turn(row: SessionRow, **changes: Any) -> TurnCommit:
    """The next turn of a session as `row` shows it."""
    values: dict[str, Any] = {
        "session_id": row.session_id,
        "expected_revision": row.revision,
        "standing": standing(),
        "state": State(b"root %d" % (row.revision + 1)),
    }
    return TurnCommit(**{**values, **changes})


def call(row: SessionRow, **changes: Any) -> TurnCommit:
    """A commit point before an outside call."""
    values: dict[str, Any] = {
        "state": State(b"at the call"),
        "call": PendingCall("key/1/1", 7, b"arguments", b"turn so far"),
        "claim_s": CLAIM_S,
    }
    return turn(row, **{**values, **changes})


def accepted(message_id: str, text: str = "hello") -> Acceptance:
    return Acceptance(MessageId(message_id), content(text))


def said(first_seq: int, *texts: str, role: Role = Role.BOT, at: float = 1_767_225_600.0) -> Sequence[Message]:
    return [Message(first_seq + i, role, text, at) for i, text in enumerate(texts)]


def large(*data: bytes) -> Mapping[Digest, bytes]:
    return {Digest(hashlib.blake2b(each, digest_size=32).digest()): each for each in data}


def request(name: str, text: str = "") -> Request[Any]:
    return Request("local", RequestId(name), content(name + text), lambda result: b"response of " + name.encode())


async def try_commit(store: Store, commit: TurnCommit) -> CommitResult:
    (result,) = await store.commit_turns([commit])
    return result


async def commit(store: Store, commit: TurnCommit) -> Committed:
    result = await try_commit(store, commit)
    assert isinstance(result, Committed), result
    return result
