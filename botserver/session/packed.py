"""Parked sessions that are ready to run and not in use: one string of bytes instead of a heap and some thirty objects.

A session that waits takes five times as much memory as what is known of it, and so much of that are Python objects
that collecting garbage among a hundred thousand sessions would halt the process for a noticeable time. Packing and
unpacking take some 30 µs together, a thirtieth of loading the session from a store. The bytes never leave the process.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING

from ..ids import SessionId
from ..limits import PACKED_SESSION_BYTES
from ..model import Activity, EndReason, Owner, SessionState, UserInfo
from ..store.abc import SessionRow, Standing
from .releases import LoadedRelease

if TYPE_CHECKING:
    from .hot import Hot

OVERHEAD_BYTES = 400
"""Of a packed session beside its bytes: its id, its place in the cache, the objects themselves."""

_OTHERS = ("session_id", "user", "state", "standing", "end_reason")
_PLAIN = tuple(each.name for each in fields(SessionRow) if each.name not in _OTHERS)
_plain_of = attrgetter(*_PLAIN)


@dataclass(frozen=True, slots=True)
class Packed:
    release: LoadedRelease
    data: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.data) + OVERHEAD_BYTES


def can_be_packed(hot: Hot) -> bool:
    """Whether it is small and waits for nothing but an input."""
    memory_bytes = hot.row.standing.memory_bytes
    return not hot.large and hot.claimed is None and not hot.inputs and memory_bytes <= PACKED_SESSION_BYTES


def pack(hot: Hot) -> Packed:
    """Of one that can be packed."""
    row, standing = hot.row, hot.row.standing
    user = row.user
    data = marshal.dumps(
        (
            _plain_of(row),
            (user.user_id, user.name, user.email, user.phone),
            (row.state.value, None if row.end_reason is None else row.end_reason.value),
            (standing.activity.value, standing.waiting_for, standing.memory_bytes, standing.owner.value),
            standing.extra,
            hot.heap.encode().root,
        )
    )
    return Packed(hot.release, data)


def unpack(packed: Packed, session_id: SessionId) -> tuple[SessionRow, bytes]:
    """The row, and the root of a state that has no large objects."""
    plain, user, (state, end_reason), standing, extra, root = marshal.loads(packed.data)  # noqa: S302  # ours, above
    activity, waiting_for, memory_bytes, owner = standing
    row = SessionRow(
        session_id=session_id,
        user=UserInfo(*user),
        state=SessionState(state),
        end_reason=None if end_reason is None else EndReason(end_reason),
        standing=Standing(
            packed.release.release_id, Activity(activity), waiting_for, memory_bytes, Owner(owner), extra
        ),
        **dict(zip(_PLAIN, plain, strict=True)),
    )
    return row, root
