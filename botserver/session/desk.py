"""The service of the desk: what `desk_service.DeskService` promises.

What changes a session runs in its lane as a turn with a cause of `handoffs`: it is decided on what is committed, runs,
and commits together with what happens at the desk. If anything else was first, nothing was written and it is decided
anew. What concerns agents and offers alone goes to the store.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import TypeAlias

from ..desk import Agent, Demand, HandoffOutcome, ItemState, Note, Profile, QueueItem, folded
from ..errors import (
    AgentNotFound,
    BotserverError,
    Draining,
    LimitReached,
    MessageIdExpired,
    OfferTaken,
    PageTokenMismatch,
    RequestIdReused,
    RevisionMismatch,
    SessionNotAssigned,
    StaleClaim,
)
from ..ids import AgentId, Digest, MessageId, NoteId, NoticeId, OfferId, RequestId, SessionId
from ..limits import AGENT_LEASE_S, HANDOFF_WAIT_MAX_S, QUEUE_ITEMS, TURN_ATTEMPTS
from ..model import EndReason, Message, Owner, Page, Principal, SessionState, SessionView
from ..store.abc import Acceptance, Repeat, Request, SessionRow
from ..store.desk import DeskDue, Target
from .access import check_may_attend
from .attempts import Machinery, TurnRun, WayBlocked, ended_error, goes_on_alone
from .commits import Begin
from .content import digest_of
from .desk_service import AgentView, DeskEvent, HandoffRequest, ItemView
from .engine import Engine
from .handoffs import AgentSaid, DeskCause, GivenOn, HandedBack, HandedOver, Joined
from .lifecycle import Lifecycle, first_response, session_request
from .reading import Readings
from .records import Handoff, decode_reply
from .replies import reused
from .steps import taken
from .values import clean_text
from .views import decode_session, session_view

Decide: TypeAlias = Callable[[SessionRow, QueueItem | None], DeskCause | None]
"""What is to happen to a session as it is; None: nothing any more. Raises why it cannot."""


class Desks:
    """Meets `desk_service.DeskService`."""

    def __init__(self, machinery: Machinery, engine: Engine, lifecycle: Lifecycle, readings: Readings) -> None:
        self._machinery = machinery
        self._store = machinery.store
        self._engine = engine
        self._lifecycle = lifecycle
        self._readings = readings
        self._draining = False

    def drain(self) -> None:
        """Take nothing new; streams end."""
        self._draining = True
        self._machinery.desk_watches.close()

    # --- agents

    async def set_presence(self, principal: Principal, agent_id: AgentId, profile: Profile | None) -> AgentView:
        self._check(principal, agent_id)
        agent = await self._store.set_presence(principal.name, agent_id, profile, AGENT_LEASE_S)
        if agent is None:
            raise AgentNotFound(name=agent_id)
        self._machinery.desk_watches.wake()
        return self._view(agent)

    async def watch_desk(
        self, principal: Principal, agent_id: AgentId, cursors: Mapping[SessionId, int]
    ) -> AsyncIterator[DeskEvent]:
        self._check(principal, agent_id)
        async for event in self._machinery.desk_watches.watch(principal.name, agent_id, cursors):
            yield event

    async def list_agents(self, principal: Principal, page_size: int, page_token: str) -> Page[AgentView]:
        self._check(principal)
        agents = await self._store.list_agents(principal.name, page_size + 1, page_token)
        views = tuple(self._view(agent) for agent in agents[:page_size])
        return Page(views, agents[page_size - 1].agent_id if len(agents) > page_size else "")

    async def list_queue(
        self, principal: Principal, queue: str | None, page_size: int, page_token: str
    ) -> Page[ItemView]:
        self._check(principal)
        if page_token and not page_token.isdecimal():
            raise PageTokenMismatch
        after = int(page_token or "0")
        items = await self._store.list_queue(principal.name, queue and folded(queue), page_size + 1, after)
        now_s = self._store.now_s()
        views = tuple(ItemView(item, item.waited_s(now_s)) for item in items[:page_size])
        return Page(views, str(after + page_size) if len(items) > page_size else "")

    def _view(self, agent: Agent) -> AgentView:
        return AgentView(agent, agent.presence(self._store.now_s()), agent.is_busy())

    # --- offers

    async def accept_offer(
        self, principal: Principal, agent_id: AgentId, offer_id: OfferId, request_id: RequestId | None = None
    ) -> SessionView:
        self._check(principal, agent_id)
        request = session_request(principal.name, request_id, digest_of("accept", agent_id, offer_id))
        if (repeat := await self._response(request)) is not None:
            return decode_session(repeat)
        offered = await self._store.find_offer(principal.name, offer_id)
        view = await self._store.read_desk(principal.name, agent_id)
        if view is None:
            raise AgentNotFound(name=agent_id)
        if offered is None:
            raise OfferTaken(offer_id=offer_id)

        def decide(row: SessionRow, item: QueueItem | None) -> DeskCause:
            offer = None if item is None else item.offer
            if (
                item is None
                or offer is None
                or (offer.offer_id, offer.agent_id) != (offer_id, agent_id)
                or offer.expires_at <= self._store.now_s()
            ):
                raise OfferTaken(offer_id=offer_id)
            return Joined(item, agent_id, view.agent.profile.name)

        return await self._change(offered.session_id, decide, request)

    async def decline_offer(self, principal: Principal, agent_id: AgentId, offer_id: OfferId) -> None:
        self._check(principal, agent_id)
        if await self._store.decline_offer(principal.name, agent_id, offer_id):
            self._machinery.desk_watches.wake()

    # --- sessions

    async def reply_to_user(
        self, principal: Principal, agent_id: AgentId, session_id: SessionId, message_id: MessageId, text: str
    ) -> Message:
        self._check(principal, agent_id)
        await self._readings.row(principal, session_id)
        # The id is of the agent's own: a space keeps it apart from those that users' clients choose.
        stored_id = MessageId(f" {agent_id} {message_id}")
        content = digest_of("reply", agent_id, text)
        said = AgentSaid(agent_id, message_id, text)
        return await self._machinery.lanes.submit(session_id, lambda: self._say(session_id, stored_id, content, said))

    async def _say(self, session_id: SessionId, stored_id: MessageId, content: Digest, said: AgentSaid) -> Message:
        for _ in range(TURN_ATTEMPTS):
            known = await self._store.find_message(session_id, stored_id, content)
            if known is not None and known.repeat is Repeat.REUSED:
                raise reused(said.message_id)
            if known is not None and known.reply is None:
                raise MessageIdExpired(message_id=said.message_id)
            if known is not None and known.reply is not None:
                reply = await self._machinery.replies.build(session_id, decode_reply(known.reply).turn)
                return reply.messages[0]
            row = await self._row(session_id)
            if row.standing.owner is not Owner.AGENT:
                raise SessionNotAssigned(session_id=session_id, agent_id=said.agent_id)
            begin = Begin(said, stored_id, accept=Acceptance(stored_id, content))
            try:
                await self._run(TurnRun(self._machinery, session_id, begin))
            except WayBlocked:  # messages of the user came before it
                await taken(self._engine.work_off(session_id))
        raise StaleClaim(session_id=session_id)

    async def add_note(
        self,
        principal: Principal,
        agent_id: AgentId,
        session_id: SessionId,
        text: str,
        request_id: RequestId | None = None,
    ) -> Note:
        self._check(principal, agent_id)
        await self._readings.row(principal, session_id)
        view = await self._store.read_desk(principal.name, agent_id)
        if view is None:
            raise AgentNotFound(name=agent_id)
        note_id = NoteId(request_id or str(uuid.uuid4()))
        note = Note(note_id, agent_id, view.agent.profile.name, clean_text(text))
        kept = await self._store.add_note(principal.name, session_id, note)
        if kept is None:
            raise RequestIdReused(request_id=note_id)
        self._machinery.desk_watches.wake()
        return kept

    async def see_notices(self, principal: Principal, agent_id: AgentId, notice_ids: Collection[NoticeId]) -> None:
        self._check(principal, agent_id)
        await self._store.see_notices(principal.name, agent_id, notice_ids)

    async def return_session(
        self,
        principal: Principal,
        agent_id: AgentId,
        session_id: SessionId,
        outcome: HandoffOutcome | None,
        note: str = "",
        request_id: RequestId | None = None,
    ) -> SessionView:
        self._check(principal, agent_id)
        await self._readings.row(principal, session_id)
        request = session_request(principal.name, request_id, digest_of("return", agent_id, session_id, outcome, note))
        if (repeat := await self._response(request)) is not None:
            return decode_session(repeat)

        def decide(row: SessionRow, item: QueueItem | None) -> DeskCause | None:
            if item is None or item.state is not ItemState.ASSIGNED or item.agent_id != agent_id:
                raise SessionNotAssigned(session_id=session_id, agent_id=agent_id)
            return None if outcome is None else HandedBack(item, outcome, note)

        if outcome is None:
            return await self._machinery.lanes.submit(session_id, lambda: self._end(session_id, decide, request))
        return await self._change(session_id, decide, request)

    async def _end(self, session_id: SessionId, decide: Decide, request: Request[SessionRow] | None) -> SessionView:
        item = await self._store.find_item(session_id)
        decide(await self._row(session_id), item)
        view = await self._lifecycle.end(session_id, EndReason.USER, request)
        if item is not None:
            self._finished(item, HandoffOutcome.RESOLVED)
        return view

    async def transfer_session(
        self,
        principal: Principal,
        session_id: SessionId,
        request: HandoffRequest,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        self._check(principal)
        row = await self._readings.row(principal, session_id)
        demand = request.demand
        content = digest_of(
            "transfer", session_id, None if demand is None else [demand.queue, dict(demand.skills), demand.agent_id],
            request.reason, request.timeout_s, request.priority, expected_revision,
        )  # fmt: skip
        asked = session_request(principal.name, request_id, content)
        if (repeat := await self._response(asked)) is not None:
            return decode_session(repeat)
        release = await self._machinery.releases.load(row.bot, row.standing.release)
        config = release.config
        if demand is not None:
            await self._check_known(principal, demand, config.handoff_queues)
            if row.standing.owner is Owner.BOT and await self._store.count_queue(principal.name) >= QUEUE_ITEMS:
                raise LimitReached(
                    "LIMIT_REACHED",
                    limit="sessions that wait for an agent",
                    maximum=QUEUE_ITEMS,
                    unit="sessions",
                    current=QUEUE_ITEMS + 1,
                )
        wait_s = config.handoff_wait_s if request.timeout_s is None else min(request.timeout_s, HANDOFF_WAIT_MAX_S)

        def decide(row: SessionRow, item: QueueItem | None) -> DeskCause | None:
            if row.state is SessionState.ENDED:
                raise ended_error(row)
            if expected_revision not in (None, row.revision):
                raise RevisionMismatch(session_id=session_id, revision=row.revision, expected=expected_revision)
            if item is not None:
                if demand is not None:
                    return GivenOn(item, demand)
                is_assigned = item.state is ItemState.ASSIGNED
                return HandedBack(item, HandoffOutcome.RETURNED if is_assigned else HandoffOutcome.USER_LEFT)
            if demand is None:
                return None
            if goes_on_alone(row) and row.standing.owner is Owner.BOT and row.timer_at is None:
                raise StaleClaim(session_id=session_id)
            return HandedOver(
                Handoff(
                    queue=demand.queue or (config.handoff_queue if not demand.skills and not demand.agent_id else ""),
                    skills=dict(demand.skills),
                    agent_id=demand.agent_id,
                    wait_s=wait_s,
                    priority=request.priority,
                    reason=request.reason,
                )
            )

        return await self._change(session_id, decide, asked)

    async def _check_known(self, principal: Principal, demand: Demand, own_queues: frozenset[str]) -> None:
        """Raises AgentNotFound for a name that means nothing."""
        wanted = [(Target.SKILL, skill) for skill in demand.skills]
        if demand.agent_id is not None:
            wanted.append((Target.AGENT, demand.agent_id))
        if demand.queue and demand.queue not in own_queues:
            wanted.append((Target.QUEUE, demand.queue))
        for target, name in wanted:
            if target not in await self._store.find_targets(principal.name, name):
                raise AgentNotFound(name=name)

    # --- what is due

    async def step(self, session_id: SessionId) -> None:
        """Do what is due with a session at the desk; runs in its lane."""
        due = await self._store.step_desk(session_id)

        def decide(row: SessionRow, item: QueueItem | None) -> DeskCause | None:
            is_assigned = item is not None and item.state is ItemState.ASSIGNED
            if item is None or is_assigned is not (due is DeskDue.AGENT_LOST):
                return None
            return GivenOn(item, None) if is_assigned else HandedBack(item, HandoffOutcome.TIMEOUT)

        if due is not DeskDue.NOTHING:
            await self._change_in_lane(session_id, decide, None)
        self._machinery.desk_watches.wake()

    # --- shared

    def _check(self, principal: Principal, agent_id: AgentId | None = None) -> None:
        check_may_attend(principal, agent_id)
        if self._draining:
            raise Draining

    async def _response(self, request: Request[SessionRow] | None) -> bytes | None:
        if request is None:
            return None
        known = await self._store.find_request(request.principal, request.request_id, request.content)
        return None if known is None else first_response(known, request.request_id)

    async def _row(self, session_id: SessionId) -> SessionRow:
        hot = await self._machinery.hot.refresh(session_id)
        if hot.claimed is None:
            self._machinery.hot.put(hot)
        return hot.row

    async def _change(self, session_id: SessionId, decide: Decide, request: Request[SessionRow] | None) -> SessionView:
        return await self._machinery.lanes.submit(session_id, lambda: self._change_in_lane(session_id, decide, request))

    async def _change_in_lane(
        self, session_id: SessionId, decide: Decide, request: Request[SessionRow] | None
    ) -> SessionView:
        """Decide on what is committed and run that; again if something else was first. Raises StaleClaim."""
        for _ in range(TURN_ATTEMPTS):
            row = await self._row(session_id)
            if (repeat := await self._response(request)) is not None:
                return decode_session(repeat)
            item = await self._store.find_item(session_id)
            cause = decide(row, item)
            if cause is None:
                return session_view(row)
            run = TurnRun(self._machinery, session_id, Begin(cause, revision=row.revision, request=request))
            await self._run(run)
            if run.begun:
                if isinstance(cause, HandedBack):
                    self._finished(cause.item, cause.outcome)
                return await self._readings.view(session_id)
        raise StaleClaim(session_id=session_id)

    async def _run(self, run: TurnRun) -> None:
        """Raises why it was stopped, if it was before it wrote anything."""
        if not await taken(self._engine.run(run)) and not run.begun:
            raise self._stopped_by(run.session_id)

    def _stopped_by(self, session_id: SessionId) -> BotserverError:
        return self._machinery.lanes.lane(session_id).reason

    def _finished(self, item: QueueItem, outcome: HandoffOutcome) -> None:
        now_s = self._store.now_s()
        handled_s = None if item.assigned_at is None else max(0.0, now_s - item.assigned_at)
        self._machinery.observer.handoff_finished(item.bot, outcome.value, item.waited_s(now_s), handled_s)
