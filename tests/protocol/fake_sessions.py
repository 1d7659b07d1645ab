"""A session service of a hundred lines: an echo bot in memory, and whatever failure a test puts into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from botserver.errors import (
    BotNotFound,
    CheckpointNotFound,
    MergeConflict,
    PageTokenMismatch,
    SessionEnded,
    SessionNotFound,
)
from botserver.ids import CheckpointId, MessageId, ReleaseId, RequestId, SessionId, new_session_id
from botserver.model import (
    Activity,
    Change,
    CheckpointView,
    EndReason,
    EventKind,
    Incoming,
    MergePolicy,
    MergeView,
    Message,
    OpenRequest,
    Owner,
    Page,
    Principal,
    Reply,
    Role,
    SessionEvent,
    SessionState,
    SessionView,
    SuggestionView,
    TurnUsage,
    UsageView,
    Wait,
    WaitingFor,
)
from botserver.session.service import SessionChange, SessionFilter

NOW_S = 1_767_225_600.25
LAPSE_S = 3600.0
BOTS = ("echo", "orders")


async def until(condition: Callable[[], object]) -> None:
    """Lets the event loop turn until `condition` holds."""
    while not condition():  # turns of the loop are what is waited for
        await asyncio.sleep(0)


class FakeSessions:
    """Bots that say hello and repeat. `failure` is raised by every method, those of `passing` by one call each;
    `gate` holds back every reply."""

    def __init__(self) -> None:
        self.failure: BaseException | None = None
        self.passing: list[BaseException] = []
        self.sent: list[Incoming] = []
        self.said: list[tuple[SessionId, str, MessageId]] = []
        self.ratings: list[tuple[SessionId, float, str, RequestId | None]] = []
        self.templates: list[tuple[str, RequestId | None, int | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0
        self.finished = 0
        self.changes: list[SessionChange] = []
        self.opened: list[OpenRequest] = []
        self.filters: list[SessionFilter] = []
        self.full: dict[SessionId, SessionView] = {}
        self._sessions: dict[SessionId, SessionView] = {}
        self._messages: dict[SessionId, list[Message]] = {}
        self._replies: dict[tuple[SessionId, MessageId], Reply] = {}
        self._checkpoints: dict[SessionId, list[CheckpointView]] = {}
        self._news = asyncio.Event()

    async def create_session(self, request: OpenRequest) -> tuple[SessionView, Reply]:
        self._check()
        self.opened.append(request)
        if request.bot not in BOTS:
            raise BotNotFound(bot=request.bot, known=", ".join(BOTS))
        session_id = request.session_id or new_session_id()
        self._sessions[session_id] = SessionView(
            session_id=session_id,
            bot=request.bot,
            release=ReleaseId("r1"),
            owner_principal=request.principal.name,
            user=request.user,
            channel=request.channel,
            alias=request.alias,
            state=SessionState.OPEN,
            owner=Owner.BOT,
            activity=Activity.WAITING_INPUT,
            revision=1,
            created_at=NOW_S,
            updated_at=NOW_S,
            expires_at=NOW_S + (request.ttl_s or LAPSE_S),
            message_count=0,
            last_seq=0,
            memory_bytes=512,
            labels=request.labels,
            metadata=request.metadata,
        )
        self._messages[session_id] = []
        return self._sessions[session_id], self._say(session_id, "Hello.")

    async def get_session(self, principal: Principal, session_id: SessionId, full: bool = False) -> SessionView:
        session = self._load(session_id)
        return self.full.get(session_id, session) if full else session

    async def list_sessions(
        self,
        principal: Principal,
        where: SessionFilter,
        page_size: int,
        page_token: str,
        order_by: str = "create_time desc",
        full: bool = False,
    ) -> Page[SessionView]:
        self._check()
        self.filters.append(where)
        found = [one for one in self._sessions.values() if where.alias is None or one.alias == where.alias]
        return _page(found, page_size, page_token)

    async def update_session(
        self,
        principal: Principal,
        session_id: SessionId,
        change: SessionChange,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        session = self._load(session_id)
        self.changes.append(change)
        if change.labels is not None:
            session = replace(session, labels=change.labels)
        if change.user is not None:
            session = replace(session, user=change.user.applied_to(session.user))
        self._sessions[session_id] = session
        return session

    async def end_session(
        self, principal: Principal, session_id: SessionId, request_id: RequestId | None = None
    ) -> SessionView:
        session = replace(
            self._load(session_id),
            state=SessionState.ENDED,
            activity=Activity.ENDED,
            end_reason=EndReason.USER,
            ended_at=NOW_S,
        )
        self._sessions[session_id] = session
        self._news.set()
        return session

    async def delete_session(
        self, principal: Principal, session_id: SessionId, request_id: RequestId | None = None
    ) -> None:
        self._load(session_id)
        del self._sessions[session_id]

    async def send_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> Reply:
        self.sent.append(incoming)
        session = self._load(session_id)
        if session.state is SessionState.ENDED:
            raise SessionEnded(session_id=session_id, end_reason="user")
        return await asyncio.shield(asyncio.ensure_future(self._turn(session_id, incoming)))

    def submit_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> asyncio.Future[Reply]:
        return asyncio.ensure_future(self.send_message(principal, session_id, incoming, wait))

    async def open_and_submit(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> tuple[SessionId, asyncio.Future[Reply]]:
        self._check()
        await asyncio.sleep(0)
        for session in self._sessions.values():
            if session.alias == request.alias:
                break
        else:
            session, _ = await self.create_session(request)
        return session.session_id, self.submit_message(request.principal, session.session_id, incoming, wait)

    async def stream_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> AsyncIterator[Message | Reply]:
        reply = await self.send_message(principal, session_id, incoming, wait)
        for message in reply.messages:
            yield message
        yield reply

    async def open_and_stream(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> AsyncIterator[Message | Reply]:
        _, future = await self.open_and_submit(request, incoming, wait)
        yield await future

    async def _turn(self, session_id: SessionId, incoming: Incoming) -> Reply:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        self.finished += 1
        key = (session_id, incoming.message_id)
        if key not in self._replies:
            said = incoming.text if incoming.text is not None else f"chose {incoming.choice}"
            if incoming.event is not None:
                said = f"{incoming.event.kind} {incoming.event.name} {incoming.event.data} {incoming.event.metadata}"
            self._append(session_id, Role.USER, said, incoming.message_id)
            self._replies[key] = self._say(session_id, said)
        return self._replies[key]

    async def open_and_send(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> tuple[SessionView, Reply]:
        self._check()
        for session in self._sessions.values():
            if session.alias == request.alias:
                return session, await self.send_message(request.principal, session.session_id, incoming, wait)
        session, _ = await self.create_session(request)
        return session, await self.send_message(request.principal, session.session_id, incoming, wait)

    async def watch_session(
        self, principal: Principal, session_id: SessionId, after_seq: int
    ) -> AsyncIterator[SessionEvent]:
        session = self._load(session_id)
        seen = after_seq
        while True:
            self._news.clear()
            for message in self._messages[session_id][seen:]:
                seen = message.seq
                yield SessionEvent(EventKind.MESSAGE, seen, message=message)
                yield SessionEvent(EventKind.STATE, seen, activity=Activity.WAITING_INPUT, revision=seen)
            session = self._load(session_id)
            if session.state is SessionState.ENDED:
                yield SessionEvent(EventKind.ENDED, seen, end_reason=session.end_reason)
                return
            await self._news.wait()

    async def list_messages(
        self, principal: Principal, session_id: SessionId, page_size: int, page_token: str, newest_first: bool = False
    ) -> Page[Message]:
        self._load(session_id)
        return _page(self._messages[session_id][:: -1 if newest_first else 1], page_size, page_token)

    async def save_session(
        self, principal: Principal, session_id: SessionId, label: str = "", request_id: RequestId | None = None
    ) -> CheckpointView:
        session = self._load(session_id)
        kept = CheckpointView(
            checkpoint_id=CheckpointId(new_session_id()),
            session_id=session_id,
            label=label,
            revision=session.revision,
            created_at=NOW_S,
            size_bytes=700,
            activity=session.activity,
        )
        self._checkpoints.setdefault(session_id, []).append(kept)
        return kept

    async def restore_session(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        self._find(session_id, checkpoint_id)
        return self._load(session_id)

    async def branch_session(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId | None = None,
        turn: int | None = None,
        new_session_id: SessionId | None = None,
        request_id: RequestId | None = None,
        as_sub_session: bool = False,
        stubbed: bool = False,
    ) -> SessionView:
        source = self._load(session_id)
        view, _ = await self.create_session(OpenRequest(source.bot, principal, session_id=new_session_id))
        return replace(view, parent_id=session_id if as_sub_session else None, is_stubbed=stubbed)

    async def merge_session(
        self,
        principal: Principal,
        session_id: SessionId,
        source_session_id: SessionId,
        policy: MergePolicy = MergePolicy.FAIL,
        validate_only: bool = False,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> MergeView:
        self._load(source_session_id)
        conflict = Change("variables", "x", {"a": [1, None]}, None, "was")
        if policy is MergePolicy.FAIL and not validate_only:
            raise MergeConflict(
                session_id=session_id, source_session_id=source_session_id, conflicts=1, first="variables x"
            )
        return MergeView(self._load(session_id), (conflict,))

    async def diff_sessions(
        self, principal: Principal, session_id: SessionId, other_session_id: SessionId
    ) -> tuple[Change, ...]:
        self._load(session_id)
        self._load(other_session_id)
        return (Change("kbs", "faq", True, None),)

    async def list_checkpoints(
        self, principal: Principal, session_id: SessionId, page_size: int, page_token: str
    ) -> Page[CheckpointView]:
        self._load(session_id)
        return _page(self._checkpoints.get(session_id, []), page_size, page_token)

    async def delete_checkpoint(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        request_id: RequestId | None = None,
    ) -> None:
        self._checkpoints[session_id].remove(self._find(session_id, checkpoint_id))

    async def send_to_session(
        self, principal: Principal, session_id: SessionId, text: str, message_id: MessageId
    ) -> None:
        if self._load(session_id).state is SessionState.ENDED:
            raise SessionEnded(session_id=session_id, end_reason=EndReason.USER)
        self.said.append((session_id, text, message_id))

    async def apply_template(
        self,
        principal: Principal,
        session_id: SessionId,
        name: str,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        view = self._load(session_id)
        self.templates.append((name, request_id, expected_revision))
        return view

    async def rate_session(
        self,
        principal: Principal,
        session_id: SessionId,
        score: float,
        comment: str = "",
        request_id: RequestId | None = None,
    ) -> SessionView:
        view = self._load(session_id)
        self.ratings.append((session_id, score, comment, request_id))
        return view

    async def get_usage(self, principal: Principal, session_id: SessionId) -> UsageView:
        self._load(session_id)
        return UsageView(512, 4096, {"variables": 500, "temporary": 12}, (("cart", 400), ("name", 100)), 700, 20, 90)

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure
        if self.passing:
            raise self.passing.pop(0)

    def _load(self, session_id: SessionId) -> SessionView:
        self._check()
        if session_id not in self._sessions:
            raise SessionNotFound(session_id=session_id)
        return self._sessions[session_id]

    def _find(self, session_id: SessionId, checkpoint_id: CheckpointId) -> CheckpointView:
        self._load(session_id)
        for kept in self._checkpoints.get(session_id, []):
            if kept.checkpoint_id == checkpoint_id:
                return kept
        raise CheckpointNotFound(session_id=session_id, checkpoint_id=checkpoint_id, kept=20)

    def _append(self, session_id: SessionId, role: Role, text: str, message_id: MessageId | None = None) -> Message:
        log = self._messages[session_id]
        buttons = (SuggestionView("y", "Yes"),) if role is Role.BOT else ()
        log.append(Message(len(log) + 1, role, text, NOW_S, buttons, message_id, turn=1))
        self._news.set()
        return log[-1]

    def _say(self, session_id: SessionId, text: str) -> Reply:
        message = self._append(session_id, Role.BOT, text)
        waiting = WaitingFor("input", variable="answer", expires_at=NOW_S + 60)
        return Reply(
            session_id=session_id,
            messages=(message,),
            first_seq=message.seq,
            last_seq=message.seq,
            activity=Activity.WAITING_INPUT,
            revision=message.seq,
            waiting_for=waiting,
            usage=TurnUsage(fuel=10, memory_bytes=512, vm_ms=0.1, total_ms=1.5),
        )


def _page(items, size, token):  # type: ignore[no-untyped-def]  # generic over the item
    if token and not token.isdigit():
        raise PageTokenMismatch
    start = int(token or 0)
    end = start + size
    return Page(tuple(items[start:end]), str(end) if end < len(items) else "")
