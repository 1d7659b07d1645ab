"""What operators do in the client: deleting sessions by what they are.

Each call is a function that makes the request and says how to read the response, as in `calls`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .calls import Call
from .pb import admin_pb2 as pb


@dataclass(frozen=True, slots=True)
class Purged:
    """What a call deleted, or with `validate_only` would: sessions and their messages. `remaining` still match."""

    sessions: int
    messages: int
    remaining: int


def purge_sessions(
    where: str, *, validate_only: bool = False, limit: int = 0, forget_users: bool = False
) -> Call[Purged]:
    """Delete sessions that match: `bot = "order" AND update_time < "2026-01-31T00:00:00Z"`, or `*` for all. At most
    `limit` a call (0: 100): call again until none remain."""
    request = pb.PurgeSessionsRequest(
        filter=where, validate_only=validate_only, limit=limit, forget_users=forget_users
    )
    return Call(
        "PurgeSessions",
        request,
        lambda response: Purged(response.session_count, response.message_count, response.remaining_count),
    )
