"""Opening sessions: one for each request id, one for each alias, however often and however simultaneously asked."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace

from ..errors import BotserverError, SessionIdTaken, SessionNotFound, StoreUnavailable
from ..ids import Digest, MessageId, RequestId, SessionId, new_session_id
from ..limits import SESSION_TIMEOUT_MAX_S, TURN_ATTEMPTS
from ..model import Activity, OpenRequest, Reply, SessionState, Wait
from ..store.abc import START_MESSAGE_ID, AliasOpen, IdTaken, Known, Opened, Opening, Repeat, SessionRow, Standing
from ..store.queries import SessionQuery
from ..store.releases import OtherActive
from ..vm.machine import Vm
from .attempts import Machinery, ended_error
from .content import digest_of
from .engine import Engine
from .hot import Hot
from .lanes import Work
from .lifecycle import first_response, session_request
from .records import Notes, decode_notes, encode_start
from .steps import taken
from .views import decode_session

_START_CONTENT = Digest(b"")


class Opener:
    def __init__(self, machinery: Machinery, vm: Vm, engine: Engine) -> None:
        self._machinery = machinery
        self._store = machinery.store
        self._vm = vm
        self._engine = engine

    async def find(self, request: OpenRequest, message_id: MessageId, content: Digest) -> SessionRow | None:
        """The session that the request means, if it was opened before. A repeat of a message means the session that
        answered it, also if that ended meanwhile."""
        if request.alias:
            found = await self._store.find_alias(request.principal.name, request.bot, request.channel, request.alias)
            if found is not None:
                return found
            for last in await self._last_of_alias(request):
                known = await self._store.find_message(last.session_id, message_id, content)
                if known is not None and known.repeat in (Repeat.SETTLED, Repeat.EXPIRED):
                    return last
        if request.session_id is not None:
            row = await self._store.find_session(request.session_id)
            if row is not None and row.owner_principal == request.principal.name and row.bot == request.bot:
                return row
        return None

    async def open(self, request: OpenRequest) -> SessionRow | AliasOpen:
        """Open a session and begin its first turn; for a repeated request the session it opened.

        Raises BotNotFound, SessionIdTaken, LimitReached, RequestIdReused.
        """
        content = digest_of(
            "open", request.bot, request.channel, request.alias, request.session_id, asdict(request.user),
            request.ttl_s, request.parameters, request.metadata, request.labels, request.script,
        )  # fmt: skip
        if request.request_id is not None:  # a repeat is answered also where no session may be opened any more
            known = await self._store.find_request(request.principal.name, request.request_id, content)
            if known is not None:
                return await self._opened_before(known, request.request_id)
        for _ in range(TURN_ATTEMPTS):
            row = await self._open(request, content)
            if not isinstance(row, OtherActive):
                return row
            await self._machinery.releases.refresh()
        raise StoreUnavailable(what=f"the active release of bot {request.bot} changes all the time")

    async def _open(self, request: OpenRequest, content: Digest) -> SessionRow | AliasOpen | OtherActive:
        release = await self._machinery.releases.find(request.bot)
        await self._machinery.open_count.check()
        session_id = request.session_id or new_session_id()
        start = encode_start(request.parameters, await self._last_interaction(request), request.script)
        notes = Notes(quiet_since=self._store.now_s())
        ttl_s = release.config.limits.session_timeout_s if request.ttl_s is None else request.ttl_s
        result = await self._store.open_session(
            Opening(
                session_id=session_id,
                bot=request.bot,
                owner_principal=request.principal.name,
                standing=Standing(release.release_id, Activity.RUNNING, extra=notes.encoded()),
                channel=request.channel,
                ttl_s=min(ttl_s, SESSION_TIMEOUT_MAX_S),
                alias=request.alias,
                user=request.user,
                labels=request.labels,
                metadata=request.metadata,
                start=start,
                if_active=True,
                request=session_request(request.principal.name, request.request_id, content),
            )
        )
        match result:
            case Opened(row):
                self._machinery.open_count.opened()
                heap = self._vm.new_heap(release, release.config.limits)
                self._machinery.hot.put(Hot(row, notes, release, heap, frozenset()))
                self._begin(session_id, lambda: self._engine.start(row, start))
                return row
            case AliasOpen() | OtherActive():
                return result
            case IdTaken():
                raise SessionIdTaken(session_id=session_id)
            case Known():
                assert request.request_id is not None
                return await self._opened_before(result, request.request_id)

    async def _opened_before(self, known: Known, request_id: RequestId) -> SessionRow:
        first = decode_session(first_response(known, request_id))
        repeated = await self._store.find_session(first.session_id)
        if repeated is None:
            raise SessionNotFound(session_id=first.session_id)
        return repeated

    def _begin(self, session_id: SessionId, work: Work[None]) -> None:
        """Let the first turn run. If it fails, who waits for its reply is told; the input stays and is due."""

        def pass_on(done: asyncio.Future[None]) -> None:
            if not done.cancelled() and isinstance(error := done.exception(), BotserverError):
                self._machinery.replies.fail(session_id, START_MESSAGE_ID, error)

        self._machinery.lanes.submit(session_id, work).add_done_callback(pass_on)

    async def start_reply(self, row: SessionRow) -> Reply:
        """What a session said first, once that is final."""
        session_id, replies, lanes = row.session_id, self._machinery.replies, self._machinery.lanes
        future, _ = replies.expect(session_id, START_MESSAGE_ID, _START_CONTENT, Wait.SETTLED)
        known = await self._store.find_message(session_id, START_MESSAGE_ID)
        if known is not None and known.repeat is not Repeat.PENDING:
            await taken(replies.repeat(session_id, START_MESSAGE_ID, known, Notes()))
            return await future
        if row.state is SessionState.ENDED:
            replies.fail(session_id, START_MESSAGE_ID, ended_error(row))
        elif session_id not in lanes:
            self._begin(session_id, lambda: self._engine.work_off(session_id))
        return await future

    async def _last_interaction(self, request: OpenRequest) -> str:
        """The last text of this user in an earlier session with the bot, known by alias or else by id."""
        rows = await self._last_of_alias(request) if request.alias else []
        if not rows and request.user.user_id:
            query = replace(self._earlier(request), user_id=request.user.user_id)
            rows = await self._store.list_sessions(query)
        notes = decode_notes(rows[0].standing.extra) if rows else Notes()
        return notes.last_message or notes.last_interaction

    async def _last_of_alias(self, request: OpenRequest) -> list[SessionRow]:
        """The newest session of the alias with the bot, open or ended, if there is one."""
        query = replace(self._earlier(request), channel=request.channel, alias=request.alias)
        return await self._store.list_sessions(query)

    def _earlier(self, request: OpenRequest) -> SessionQuery:
        return SessionQuery(owner_principal=request.principal.name, bot=request.bot, limit=1)
