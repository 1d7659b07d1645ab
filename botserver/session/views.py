"""Sessions and checkpoints as callers see them, and as bytes for repeats of a request."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from ..errors import StoredDataCorrupt
from ..ids import AgentId, CheckpointId, ReleaseId, SessionId
from ..model import (
    Activity,
    Change,
    CheckpointView,
    EndReason,
    MergeView,
    Owner,
    SessionState,
    SessionView,
    SubSessionView,
    SuggestionView,
    UserInfo,
)
from ..store.abc import Checkpoint, SessionRow
from ..vm.machine import Areas, Heap
from .records import decode_notes, decode_waiting, waiting_of
from .values import to_json


def full_view(row: SessionRow, heap: Heap) -> SessionView:
    """With what the session itself holds, and its sub-sessions."""
    active = heap.address()
    return replace(
        session_view(row, heap.areas("")),
        sub_sessions=tuple(
            SubSessionView(
                child.sub_session_id,
                child.parent_id or row.session_id,
                child.size_bytes,
                is_active=child.sub_session_id == active,
            )
            for child in heap.sub_sessions()
            if row.state is SessionState.OPEN  # an ended session has none, also if its state was left as it was
        ),
    )


def session_view(row: SessionRow, areas: Areas | None = None) -> SessionView:
    """The basic view, with `areas` also what they hold."""
    standing = row.standing
    ended = row.state is SessionState.ENDED
    return SessionView(
        session_id=row.session_id,
        bot=row.bot,
        release=standing.release,
        owner_principal=row.owner_principal,
        user=row.user,
        channel=row.channel,
        alias=row.alias,
        state=row.state,
        owner=standing.owner,
        activity=Activity.ENDED if ended else standing.activity,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        message_count=row.message_count,
        last_seq=row.last_seq,
        memory_bytes=standing.memory_bytes,
        agent_id=_agent_of(row),
        end_reason=row.end_reason,
        ended_at=row.ended_at,
        waiting_for=None if ended else decode_waiting(standing.waiting_for),
        labels=dict(row.labels),
        metadata=dict(row.metadata),
        parent_id=row.parent_id,
        is_stubbed=b"stubbed" in standing.extra and decode_notes(standing.extra).stubbed,
        variables=None if areas is None else {key: to_json(value) for key, value in areas.variables.items()},
        contexts=None if areas is None else dict(areas.contexts),
        suggestions=None
        if areas is None
        else tuple(SuggestionView(each.key, each.label, each.kind) for each in areas.suggestions),
        system_prompt=None if areas is None else areas.prompt,
        kbs=None if areas is None else areas.kbs,
        tools=None if areas is None else areas.tools,
    )


def _agent_of(row: SessionRow) -> AgentId | None:
    """The agent who has the session, or is wanted for it."""
    if row.standing.owner is Owner.BOT:
        return None
    handoff = decode_notes(row.standing.extra).handoff
    return None if handoff is None else handoff.agent_id


def checkpoint_view(session_id: SessionId, checkpoint: Checkpoint) -> CheckpointView:
    return CheckpointView(
        checkpoint_id=checkpoint.checkpoint_id,
        session_id=session_id,
        label=checkpoint.label,
        revision=checkpoint.revision,
        created_at=checkpoint.created_at,
        size_bytes=checkpoint.size_bytes,
        activity=checkpoint.standing.activity,
    )


def encode_session(row: SessionRow) -> bytes:
    """The basic view as bytes."""
    return _dump(asdict(session_view(row)))


def decode_session(data: bytes) -> SessionView:
    return _session(_load(data))


def _session(parts: dict[str, Any]) -> SessionView:
    return SessionView(
        **{
            **parts,
            "session_id": SessionId(parts["session_id"]),
            "release": ReleaseId(parts["release"]),
            "user": UserInfo(**parts["user"]),
            "state": SessionState(parts["state"]),
            "owner": Owner(parts["owner"]),
            "activity": Activity(parts["activity"]),
            "end_reason": EndReason(parts["end_reason"]) if parts["end_reason"] else None,
            "waiting_for": waiting_of(parts["waiting_for"]),
        }
    )


def encode_merge(merge: MergeView) -> bytes:
    return _dump({"session": asdict(merge.session), "conflicts": [asdict(change) for change in merge.conflicts]})


def decode_merge(data: bytes) -> MergeView:
    parts = _load(data)
    return MergeView(_session(parts["session"]), tuple(Change(**change) for change in parts["conflicts"]))


def encode_checkpoint(session_id: SessionId, checkpoint: Checkpoint) -> bytes:
    return _dump(asdict(checkpoint_view(session_id, checkpoint)))


def decode_checkpoint(data: bytes) -> CheckpointView:
    parts = _load(data)
    return CheckpointView(
        **{
            **parts,
            "checkpoint_id": CheckpointId(parts["checkpoint_id"]),
            "session_id": SessionId(parts["session_id"]),
            "activity": Activity(parts["activity"]),
        }
    )


def _dump(parts: dict[str, Any]) -> bytes:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def _load(data: bytes) -> dict[str, Any]:
    try:
        parts: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise StoredDataCorrupt(kind="response", what=str(error)) from error
    return parts
