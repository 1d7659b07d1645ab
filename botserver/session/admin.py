"""What operators do: deleting sessions by what they are, of every owner.

A session is deleted in its lane, so nothing of it runs in this process meanwhile; what runs in another loses its
commit, because there is no session any more.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Protocol, TypeAlias

from ..errors import SessionNotFound
from ..ids import RequestId, SessionId
from ..limits import PURGE_COUNTED, PURGED_AT_ONCE
from ..model import EndReason, Principal
from ..store.abc import Request
from ..store.queries import PurgeQuery
from .access import check_may_operate
from .attempts import Machinery
from .content import digest_of
from .lifecycle import Lifecycle
from .performers.user_memory import holder_of
from .repeats import answered_once

PurgeFilter: TypeAlias = PurgeQuery


@dataclass(frozen=True, slots=True)
class Purged:
    """What a step deleted, or would. `remaining` are counted up to a bound."""

    sessions: int
    messages: int
    remaining: int
    next_token: str = ""


def _encoded(purged: Purged) -> bytes:
    return json.dumps(asdict(purged)).encode()


def _decoded(data: bytes) -> Purged:
    return Purged(**json.loads(data))


class AdminService(Protocol):
    """What AdminService of the wire asks for. Raises NotAllowed."""

    async def purge_sessions(
        self,
        principal: Principal,
        query: PurgeFilter,
        limit: int,
        *,
        validate_only: bool,
        forget_users: bool,
        page_token: str = "",
        request_id: RequestId | None = None,
    ) -> Purged:
        """Delete at most `limit` of the sessions that match, going on where a step ended. Raises RequestIdReused."""
        ...


class Admin:
    """Meets `AdminService`."""

    def __init__(self, machinery: Machinery, lifecycle: Lifecycle) -> None:
        self._machinery = machinery
        self._lifecycle = lifecycle

    async def purge_sessions(
        self,
        principal: Principal,
        query: PurgeQuery,
        limit: int,
        *,
        validate_only: bool,
        forget_users: bool,
        page_token: str = "",
        request_id: RequestId | None = None,
    ) -> Purged:
        check_may_operate(principal)
        query = replace(query, after=int(page_token or 0))
        if validate_only:
            found = await self._machinery.store.count_purge(query, PURGE_COUNTED)
            token = str(found.last) if found.sessions == PURGE_COUNTED else ""
            return Purged(found.sessions, found.messages, found.sessions, token)
        request = None
        if request_id is not None:
            content = digest_of("purge", asdict(query), limit, forget_users)
            request = Request(principal.name, request_id, content, _encoded)
        return await answered_once(
            self._machinery.store, request, lambda: self._purge_some(query, limit, forget_users), _decoded
        )

    async def _purge_some(self, query: PurgeQuery, limit: int, forget_users: bool) -> Purged:
        store = self._machinery.store
        gates = asyncio.Semaphore(PURGED_AT_ONCE)

        async def purge(session_id: SessionId) -> int:
            async with gates:
                return await self._purge(session_id, forget_users)

        found = await store.list_purge(query, limit)
        kept = await asyncio.gather(*(purge(session_id) for _, session_id in found))
        last = found[-1][0] if found else query.after
        rest = await store.count_purge(replace(query, after=last), PURGE_COUNTED)
        return Purged(len(kept), sum(kept), rest.sessions, str(last) if rest.sessions else "")

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
