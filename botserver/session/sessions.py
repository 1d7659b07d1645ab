"""The service of sessions: what `service.SessionService` promises, made of lanes, turns and the store.

Every method asks `access` first. What changes a session goes through its lane; what only reads it reads the store, so
it sees the last committed state whatever runs. A caller that gives up never stops a turn.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ..errors import (
    BotserverError,
    Draining,
    RevisionMismatch,
    SessionEnded,
    SessionIdTaken,
    SessionNotFound,
    StaleClaim,
)
from ..ids import CheckpointId, MessageId, RequestId, SessionId
from ..limits import PAGE_SIZE_MAX, SESSION_TIMEOUT_MAX_S
from ..model import (
    LOCAL,
    Change,
    CheckpointView,
    EndReason,
    Incoming,
    MergePolicy,
    MergeView,
    Message,
    OpenRequest,
    Page,
    Principal,
    Reply,
    SessionEvent,
    SessionState,
    SessionView,
    UsageView,
    Wait,
)
from ..store.abc import AliasOpen, Checkpoint, Known, Lost, Repeat, Request, SessionRow, Store
from ..store.queries import SessionPatch, SessionQuery
from ..vm.machine import Vm
from .access import check_may_open
from .admin import Admin
from .attempts import Machinery, MemoryKeys
from .calls import Calls
from .cells import CellCache
from .committer import Committer
from .content import digest_of
from .deliveries import Deliveries, Pullers
from .desk import Desks
from .desk_service import HandoffRequest
from .desk_watch import DeskWatches
from .due import DueScanner
from .engine import Engine
from .exports import Exports
from .follower import Follower
from .hot import HotSessions
from .journal import Journal, LogJournal
from .lanes import Lanes
from .lifecycle import Lifecycle, first_response, session_request
from .merges import MergeRequest, Merges
from .messages import Messages, content_of
from .migrations import Migrations
from .neighbours import Neighbours
from .observe import NoObserver, Observer
from .open_count import OpenCount
from .opening import Opener
from .operating import Operating, ServerFacts
from .performers.outside import CallPerformer, Families
from .performers.service import Service, ServicePerformer, slow_service
from .rates import Counters, Rates
from .ratings import rate_session
from .reading import Readings
from .records import Sent, UserInput
from .releases import Releases
from .replies import Replies, reused
from .scheduled import TimetableScanner
from .service import SessionChange, SessionFilter
from .settings import SessionSettings
from .signals import NoSignals, Signals
from .tablefiles import TableFiles
from .templates import apply_template
from .values import clean_text
from .views import (
    checkpoint_view,
    decode_checkpoint,
    decode_merge,
    decode_session,
    encode_checkpoint,
    session_view,
)
from .watch import Watches
from .workers import Workers

T = TypeVar("T")


class Sessions:
    """Meets `service.SessionService`. Belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        releases: Releases,
        vm: Vm,
        settings: SessionSettings | None = None,
        observer: Observer | None = None,
        journal: Journal | None = None,
        signals: Signals | None = None,
        cells: CellCache | None = None,
        counters: Counters | None = None,
        performer: CallPerformer | None = None,
        outside: Mapping[str, CallPerformer] | None = None,
    ) -> None:
        """`outside` perform the calls of one effect each; `performer` performs all in their place."""
        settings = settings or SessionSettings()
        signals = signals or NoSignals()
        observer, journal = observer or NoObserver(), journal or LogJournal()
        services: dict[str, Service] = {}
        if settings.test_performers:
            services["/test/slow"] = slow_service(settings.call_log)

        performer = performer or Families(outside or {}, ServicePerformer(services))

        def report(place: str, error: BaseException) -> str:
            incident = uuid.uuid4().hex
            observer.background_failed(incident, place, error)
            return incident

        self._store = store
        self._settings = settings
        self._lanes = Lanes(report)
        self._replies = Replies(store)
        self._watches = Watches(store)
        self._workers = Workers(settings.worker_threads)
        self._hot = HotSessions(store, vm, releases, settings.hot_bytes, settings.hot_sessions, observer, cells)
        open_count = OpenCount(store, settings.open_sessions)
        machinery = Machinery(
            store=store,
            releases=releases,
            hot=self._hot,
            lanes=self._lanes,
            replies=self._replies,
            watches=self._watches,
            desk_watches=DeskWatches(store),
            pullers=Pullers(),
            committer=Committer(store, observer, releases.formats),
            workers=self._workers,
            table_files=TableFiles(releases),
            calls=Calls(store, performer, settings, observer, journal, report),
            memory_keys=MemoryKeys(),
            neighbours=Neighbours(store, releases, self._hot, open_count),
            open_count=open_count,
            settings=settings,
            observer=observer,
            journal=journal,
            signals=signals,
            report=report,
        )
        self._machinery = machinery
        self._engine = Engine(machinery)
        self._opener = Opener(machinery, vm, self._engine)
        self._readings = Readings(machinery)
        self._rates = Rates(settings.messages_per_minute, store.now_s, counters, report)
        self._messages = Messages(machinery, self._engine, self._readings, self._rates)
        self._lifecycle = Lifecycle(machinery, self._engine)
        self.migrations = Migrations(machinery, self._lifecycle)
        """Moves these sessions between releases: meets `migrations.MigrationService`."""
        self.exports = Exports(machinery, vm, self._readings, self._lifecycle, settings.bundle_keys)
        """Takes these sessions to other servers: meets `exports.ExportService`."""
        self._merges = Merges(machinery, self._lifecycle, self._readings)
        self.desks = Desks(machinery, self._engine, self._lifecycle, self._readings)
        """The desk of these sessions: meets `desk_service.DeskService`."""
        self.deliveries = Deliveries(store, machinery.pullers, settings.delivery_channels, observer)
        """What gateways bring to users: meets `delivery_service.DeliveryService`."""
        self._scanner = DueScanner(machinery, self._engine, self._lifecycle, self.desks)
        self.admin = Admin(machinery, self._lifecycle)
        """What operators do: meets `admin.AdminService`."""
        self._timetables = TimetableScanner(machinery, self._engine)
        self._follower = Follower(
            store, self._replies, self._watches, machinery.desk_watches, machinery.pullers, signals, releases, report
        )
        self._draining = False

    def operating(self, facts: ServerFacts) -> Operating:
        """What operators ask of this server: meets `operating.OperatingService`."""
        return Operating(self._machinery, facts, lambda: self._draining)

    # --- the life of the service

    async def start(self) -> None:
        """Begin to look for what is due, and for what other processes commit."""
        self._scanner.start()
        self._rates.start()
        if self._settings.runs_timetables:
            self._timetables.start()
        if self._store.is_shared:
            self._follower.start()

    async def run_due(self) -> int:
        """Do now all that is due by the store's clock; for whoever turns that clock by hand."""
        fired = await self._timetables.run_due() if self._settings.runs_timetables else 0
        return fired + await self._scanner.run_due()

    async def look_elsewhere(self) -> None:
        """Pass on now what other processes committed; for tests, which do not wait."""
        await self._follower.look()

    async def quiet(self) -> None:
        """Wait until no session has work under way: all are parked, idle or ended."""
        await self._lanes.quiet()

    async def drain(self) -> None:
        """Take nothing new, let turns end, interrupt those that take too long. What is interrupted was not answered,
        or goes on after a restart."""
        self._draining = True
        self.desks.drain()
        await self._timetables.stop()
        await self._scanner.stop()
        if self._settings.ends_at_shutdown:
            await self.end_all(self._settings.drain_s)
        await self._messages.quiet()
        await self._lanes.join(self._settings.drain_s)
        await self._follower.stop()
        self._replies.fail_all(Draining())
        self._watches.close()
        self._machinery.pullers.close()

    async def end_all(self, within_s: float) -> None:
        """Nothing outlives this process: every open session ends, with its end handlers, as far as there is time."""
        deadline_s = time.monotonic() + within_s
        query = SessionQuery(owner_principal=LOCAL.name, state=SessionState.OPEN, limit=PAGE_SIZE_MAX)
        while (rows := await self._store.list_sessions(query)) and time.monotonic() < deadline_s:
            ends = [
                self._lanes.submit(row.session_id, partial(self._end_for_shutdown, row.session_id), first=True)
                for row in rows
            ]
            await asyncio.wait(ends, timeout=max(0.0, deadline_s - time.monotonic()))
            last = rows[-1]
            query = replace(query, after=(last.created_at, last.session_id))

    async def _end_for_shutdown(self, session_id: SessionId) -> None:
        await self._lifecycle.end(session_id, EndReason.SHUTDOWN)

    async def close(self) -> None:
        """Drain, and let threads end. The store stays open: it is its owner's. Idempotent."""
        if not self._draining:
            await self.drain()
        await self._rates.close()
        self._workers.close()

    # --- opening

    async def create_session(self, request: OpenRequest) -> tuple[SessionView, Reply]:
        check_may_open(request.principal, request.bot)
        self._check_serving()
        opened = await self._opener.open(request)
        if isinstance(opened, AliasOpen):
            raise SessionIdTaken(session_id=opened.row.session_id)
        reply = await self._opener.start_reply(opened)
        return await self._readings.view(opened.session_id), reply

    async def open_and_send(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> tuple[SessionView, Reply]:
        row = await self._open(request, incoming)
        reply = await self._messages.send_to(row, UserInput(incoming, opening=True), wait)
        return await self._readings.view(row.session_id), reply

    async def _open(self, request: OpenRequest, incoming: Incoming) -> SessionRow:
        """The session of an alias, opened if there is none."""
        check_may_open(request.principal, request.bot)
        self._check_serving()
        row = await self._opener.find(request, incoming.message_id, content_of(incoming))
        if row is None:
            opened = await self._opener.open(request)
            row = opened.row if isinstance(opened, AliasOpen) else opened
        return row

    # --- messages

    async def send_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> Reply:
        self._check_serving()
        return await self._messages.send(principal, session_id, UserInput(incoming), wait)

    def submit_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> asyncio.Future[Reply]:
        self._check_serving()
        return self._messages.submit(principal, session_id, UserInput(incoming), wait)

    async def open_and_submit(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> tuple[SessionId, asyncio.Future[Reply]]:
        row = await self._open(request, incoming)
        future = self._messages.submit(request.principal, row.session_id, UserInput(incoming, opening=True), wait)
        return row.session_id, future

    async def stream_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> AsyncIterator[Message | Reply]:
        row = await self._readings.row(principal, session_id)
        self._check_serving()
        async with aclosing(self._messages.stream(principal, row, UserInput(incoming), wait)) as parts:
            async for part in parts:
                yield part

    async def open_and_stream(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> AsyncIterator[Message | Reply]:
        row = await self._open(request, incoming)
        user_input = UserInput(incoming, opening=True)
        async with aclosing(self._messages.stream(request.principal, row, user_input, wait)) as parts:
            async for part in parts:
                yield part

    async def send_to_session(
        self, principal: Principal, session_id: SessionId, text: str, message_id: MessageId
    ) -> None:
        await self._readings.row(principal, session_id)
        self._check_serving()
        content = digest_of("send to session", text)
        known = await self._engine.store_sent(session_id, message_id, Sent(clean_text(text)), content)
        if known is not None and known.repeat is Repeat.REUSED:
            raise reused(message_id)
        if known is None or known.repeat is Repeat.PENDING:
            self._messages.begin_inputs(session_id)

    async def watch_session(
        self, principal: Principal, session_id: SessionId, after_seq: int
    ) -> AsyncIterator[SessionEvent]:
        await self._readings.row(principal, session_id)
        self._check_serving()
        async for event in self._watches.watch(session_id, after_seq):
            yield event

    async def list_messages(
        self, principal: Principal, session_id: SessionId, page_size: int, page_token: str, newest_first: bool = False
    ) -> Page[Message]:
        row = await self._readings.row(principal, session_id)
        return await self._readings.messages(row, page_size, page_token, newest_first)

    # --- sessions

    async def get_session(self, principal: Principal, session_id: SessionId, full: bool = False) -> SessionView:
        row = await self._readings.row(principal, session_id)
        return await self._readings.full_view(row) if full else session_view(row)

    async def list_sessions(
        self,
        principal: Principal,
        where: SessionFilter,
        page_size: int,
        page_token: str,
        order_by: str = "create_time desc",
        full: bool = False,
    ) -> Page[SessionView]:
        return await self._readings.sessions(principal, where, page_size, page_token, order_by, full)

    async def get_usage(self, principal: Principal, session_id: SessionId) -> UsageView:
        return await self._readings.usage(await self._readings.row(principal, session_id))

    async def update_session(
        self,
        principal: Principal,
        session_id: SessionId,
        change: SessionChange,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        await self._readings.row(principal, session_id)
        self._check_serving()
        user = change.user
        patch = SessionPatch(
            labels=change.labels,
            metadata=change.metadata,
            user_id=user.user_id if user else None,
            user_name=user.name if user else None,
            user_email=user.email if user else None,
            user_phone=user.phone if user else None,
            ttl_s=None if change.ttl_s is None else min(change.ttl_s, SESSION_TIMEOUT_MAX_S),
        )
        content = digest_of(
            "update", session_id, change.labels, change.metadata,
            None if user is None else [user.user_id, user.name, user.email, user.phone], change.ttl_s,
            expected_revision,
        )  # fmt: skip
        request = session_request(principal.name, request_id, content)
        result = await self._store.update_session(session_id, patch, expected_revision, request)
        if isinstance(result, Known):
            assert request_id is not None
            return decode_session(first_response(result, request_id))
        if isinstance(result, Lost):
            if result.row is None:
                raise SessionNotFound(session_id=session_id)
            raise RevisionMismatch(session_id=session_id, revision=result.row.revision, expected=expected_revision)
        self._hot.drop(session_id)
        if session_id in self._lanes:  # a turn under way holds the row as it was and will put it back
            self._lanes.submit(session_id, lambda: self._forget_row(session_id), first=True)
        return session_view(result)

    async def _forget_row(self, session_id: SessionId) -> None:
        self._hot.drop(session_id)

    async def end_session(
        self, principal: Principal, session_id: SessionId, request_id: RequestId | None = None
    ) -> SessionView:
        await self._readings.row(principal, session_id)
        self._check_serving()
        request = session_request(principal.name, request_id, digest_of("end", session_id))
        if (repeat := await self._response(request)) is not None:
            return decode_session(repeat)
        reason = SessionEnded(session_id=session_id, end_reason=EndReason.USER)
        return await self._preempt(session_id, reason, lambda: self._lifecycle.end(session_id, EndReason.USER, request))

    async def delete_session(
        self, principal: Principal, session_id: SessionId, request_id: RequestId | None = None
    ) -> None:
        self._check_serving()
        request = session_request(principal.name, request_id, digest_of("delete", session_id))
        if await self._response(request) is not None:
            return
        await self._readings.row(principal, session_id)

        async def delete() -> None:
            await self._lifecycle.end_at_once(session_id, EndReason.USER)
            await self._lifecycle.delete(session_id, request)

        await self._preempt(session_id, SessionNotFound(session_id=session_id), delete)

    # --- checkpoints

    async def save_session(
        self, principal: Principal, session_id: SessionId, label: str = "", request_id: RequestId | None = None
    ) -> CheckpointView:
        await self._readings.row(principal, session_id)
        self._check_serving()
        request: Request[Checkpoint] | None = None
        if request_id is not None:
            content = digest_of("save", session_id, label)
            request = Request(principal.name, request_id, content, lambda saved: encode_checkpoint(session_id, saved))
        result = await self._store.save_checkpoint(session_id, CheckpointId(str(uuid.uuid4())), label, request)
        if isinstance(result, Known):
            assert request_id is not None
            return decode_checkpoint(first_response(result, request_id))
        return checkpoint_view(session_id, result)

    async def restore_session(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        row = await self._readings.row(principal, session_id)
        self._check_serving()
        content = digest_of("restore", session_id, checkpoint_id, expected_revision)
        request = session_request(principal.name, request_id, content)
        if (repeat := await self._response(request)) is not None:
            return decode_session(repeat)
        # Nothing is interrupted for what cannot be.
        if expected_revision not in (None, row.revision):
            raise RevisionMismatch(session_id=session_id, revision=row.revision, expected=expected_revision)
        await self._readings.checkpoint(session_id, checkpoint_id)

        async def restore() -> SessionView:
            try:
                return await self._lifecycle.restore(session_id, checkpoint_id, expected_revision, request)
            finally:
                self._messages.begin_inputs(session_id)

        return await self._preempt(session_id, StaleClaim(session_id=session_id), restore)

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
        row = await self._readings.row(principal, session_id)
        check_may_open(principal, row.bot)
        self._check_serving()
        content = digest_of("branch", session_id, checkpoint_id, turn, new_session_id, as_sub_session, stubbed)
        request = session_request(principal.name, request_id, content)
        if (repeat := await self._response(request)) is not None:
            return decode_session(repeat)
        await self._machinery.open_count.check()
        automatic = CheckpointId(f"t-{row.revision if turn is None else turn}")
        kept = checkpoint_id or automatic
        return await self._lifecycle.branch(row, kept, new_session_id, request, as_sub_session, stubbed)

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
        row = await self._readings.row(principal, session_id)
        source = await self._readings.row(principal, source_session_id)
        self._check_serving()
        content = digest_of("merge", session_id, source_session_id, policy, expected_revision)
        asked = MergeRequest(principal.name, policy, validate_only, expected_revision, request_id, content)
        if not validate_only and (repeat := await self._response(asked.answered_with(()))) is not None:
            return decode_merge(repeat)
        base = await self._merges.base(row, source)

        async def merge() -> MergeView:
            return await self._merges.merge(session_id, source, base, asked)

        return await self._lanes.submit(session_id, merge)

    async def diff_sessions(
        self, principal: Principal, session_id: SessionId, other_session_id: SessionId
    ) -> tuple[Change, ...]:
        row = await self._readings.row(principal, session_id)
        other = await self._readings.row(principal, other_session_id)
        return await self._merges.differences(row, other)

    async def list_checkpoints(
        self, principal: Principal, session_id: SessionId, page_size: int, page_token: str
    ) -> Page[CheckpointView]:
        await self._readings.row(principal, session_id)
        return await self._readings.checkpoints(session_id, page_size, page_token)

    async def delete_checkpoint(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        request_id: RequestId | None = None,
    ) -> None:
        await self._readings.row(principal, session_id)
        self._check_serving()
        request: Request[None] | None = None
        if request_id is not None:
            content = digest_of("delete checkpoint", session_id, checkpoint_id)
            request = Request(principal.name, request_id, content, lambda nothing: b"")
        known = await self._store.delete_checkpoint(session_id, checkpoint_id, request)
        if known is not None:
            assert request_id is not None
            first_response(known, request_id)

    async def transfer_session(
        self,
        principal: Principal,
        session_id: SessionId,
        request: HandoffRequest,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        return await self.desks.transfer_session(principal, session_id, request, request_id, expected_revision)

    async def apply_template(
        self,
        principal: Principal,
        session_id: SessionId,
        name: str,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        await self._readings.row(principal, session_id)
        self._check_serving()
        content = digest_of("apply template", session_id, name, expected_revision)
        request = session_request(principal.name, request_id, content)
        if (repeat := await self._response(request)) is not None:
            return decode_session(repeat)

        async def apply() -> SessionView:
            return await apply_template(self._machinery, self._lifecycle, session_id, name, expected_revision, request)

        return await self._lanes.submit(session_id, apply)

    async def rate_session(
        self,
        principal: Principal,
        session_id: SessionId,
        score: float,
        comment: str = "",
        request_id: RequestId | None = None,
    ) -> SessionView:
        await self._readings.row(principal, session_id)
        self._check_serving()
        return await rate_session(self._store, principal, session_id, score, comment, request_id)

    # --- shared

    def _check_serving(self) -> None:
        if self._draining:
            raise Draining

    async def _response(self, request: Request[SessionRow] | None) -> bytes | None:
        """What a request with this id got before. Raises RequestIdReused."""
        if request is None:
            return None
        known = await self._store.find_request(request.principal, request.request_id, request.content)
        return None if known is None else first_response(known, request.request_id)

    async def _preempt(self, session_id: SessionId, reason: BotserverError, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` next in the session's lane; what is under way there stops, and its caller gets `reason`."""
        self._lanes.interrupt(session_id, reason)
        return await self._lanes.submit(session_id, work, first=True)
