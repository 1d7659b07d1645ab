"""What operators do: deleting sessions by what they are, of every owner.

A session is deleted in its lane, so nothing of it runs in this process meanwhile; what runs in another loses its
commit, because there is no session any more.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ..errors import SessionNotFound
from ..ids import SessionId
from ..limits import PURGED_AT_ONCE
from ..model import EndReason, Principal
from ..store.queries import PurgeQuery
from .access import check_may_operate
from .attempts import Machinery
from .lifecycle import Lifecycle
from .performers.user_memory import holder_of

PurgeFilter: TypeAlias = PurgeQuery


@dataclass(frozen=True, slots=True)
class Purged:
    """What a step deleted, or would."""

    sessions: int
    messages: int
    remaining: int


class AdminService(Protocol):
    """What AdminService of the wire asks for. Raises NotAllowed."""

    async def purge_sessions(
        self, principal: Principal, query: PurgeFilter, limit: int, *, validate_only: bool, forget_users: bool
    ) -> Purged:
        """Delete at most `limit` of the sessions that match."""
        ...


class Admin:
    """Meets `AdminService`."""

    def __init__(self, machinery: Machinery, lifecycle: Lifecycle) -> None:
        self._machinery = machinery
        self._lifecycle = lifecycle

    async def purge_sessions(
        self, principal: Principal, query: PurgeQuery, limit: int, *, validate_only: bool, forget_users: bool
    ) -> Purged:
        check_may_operate(principal)
        store = self._machinery.store
        sessions, messages = await store.count_purge(query)
        if validate_only:
            return Purged(sessions, messages, sessions)
        gates = asyncio.Semaphore(PURGED_AT_ONCE)

        async def purge(session_id: SessionId) -> int:
            async with gates:
                return await self._purge(session_id, forget_users)

        kept = await asyncio.gather(*(purge(session_id) for session_id in await store.list_purge(query, limit)))
        remaining, _ = await store.count_purge(query)
        return Purged(len(kept), sum(kept), remaining)

    async def _purge(self, session_id: SessionId, forget_users: bool) -> int:
        """Delete a session; gives how many messages it had."""
        row = await self._machinery.store.find_session(session_id)
        if row is None:
            return 0

        async def delete() -> None:
            with suppress(SessionNotFound):  # somebody else deleted it
                await self._lifecycle.end_at_once(session_id, EndReason.USER)
                await self._lifecycle.delete(session_id, None)

        lanes = self._machinery.lanes
        lanes.interrupt(session_id, SessionNotFound(session_id=session_id))
        await lanes.submit(session_id, delete, first=True)
        if forget_users and row.user.user_id:
            await self._machinery.store.forget_user(holder_of(row))
        return row.last_seq - row.first_seq + 1
