"""DeskService: each method checks the request's shape, calls the desk and translates the result."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence

from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from .. import limits
from ..desk import Demand, HandoffOutcome, Note, Notice, Presence, Profile, QueueItem, folded
from ..errors import BadField
from ..ids import AgentId, NoticeId, OfferId, is_agent_id, is_session_id
from ..limits import DESK_CURSORS, HANDOFF_PRIORITY, PAGE_SIZE_MAX
from ..model import LOCAL
from ..session.desk_service import AgentView, DeskEvent, DeskEventKind, DeskService, HandoffRequest, ItemView
from . import checks, pages, translate
from .pb import desk_pb2 as pb
from .pb import session_pb2

_STATES: dict[int, Presence] = {
    pb.AGENT_STATE_OFFLINE: Presence.OFFLINE,
    pb.AGENT_STATE_ONLINE: Presence.ONLINE,
    pb.AGENT_STATE_AWAY: Presence.AWAY,
}
_STATE_OF: dict[Presence, pb.AgentState] = {
    Presence.OFFLINE: pb.AGENT_STATE_OFFLINE,
    Presence.ONLINE: pb.AGENT_STATE_ONLINE,
    Presence.AWAY: pb.AGENT_STATE_AWAY,
}
_OUTCOMES: dict[int, HandoffOutcome | None] = {
    pb.RETURN_OUTCOME_UNSPECIFIED: HandoffOutcome.RESOLVED,
    pb.RETURN_OUTCOME_RESOLVED: HandoffOutcome.RESOLVED,
    pb.RETURN_OUTCOME_RETURNED: HandoffOutcome.RETURNED,
    pb.RETURN_OUTCOME_ENDED: None,
}


class DeskServicer:
    """The methods by their names in desk.proto. The caller is `local` until tokens exist."""

    def __init__(self, service: DeskService) -> None:
        self._service = service

    async def set_presence(self, request: pb.SetPresenceRequest) -> pb.SetPresenceResponse:
        agent_id = _agent_id(request.agent.agent_id, "agent.agent_id")
        agent = await self._service.set_presence(LOCAL, agent_id, _profile(agent_id, request.agent))
        return pb.SetPresenceResponse(agent=_from_agent(agent))

    async def watch_desk(self, request: pb.WatchDeskRequest) -> AsyncGenerator[pb.WatchDeskResponse, None]:
        if len(request.cursors) > DESK_CURSORS:
            raise BadField("cursors", f"has {len(request.cursors)} entries, at most {DESK_CURSORS}")
        cursors = {checks.session_id(each.session_id, "cursors.session_id"): each.seq for each in request.cursors}
        if any(seq < 0 for seq in cursors.values()):
            raise BadField("cursors.seq", "is negative", hint="0, or the seq of the last message seen")
        events = self._service.watch_desk(LOCAL, _agent_id(request.agent_id), cursors)
        try:
            async for event in events:
                yield pb.WatchDeskResponse(event=_from_event(event))
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()  # now, not when the garbage collector finds it: it counts as a watcher

    async def accept_offer(self, request: pb.AcceptOfferRequest) -> pb.AcceptOfferResponse:
        session = await self._service.accept_offer(
            LOCAL, _agent_id(request.agent_id), _offer_id(request.offer_id), checks.request_id(request.request_id)
        )
        return pb.AcceptOfferResponse(session=translate.from_session(session))

    async def decline_offer(self, request: pb.DeclineOfferRequest) -> pb.DeclineOfferResponse:
        await self._service.decline_offer(LOCAL, _agent_id(request.agent_id), _offer_id(request.offer_id))
        return pb.DeclineOfferResponse()

    async def reply_to_user(self, request: pb.ReplyToUserRequest) -> pb.ReplyToUserResponse:
        if not request.text:
            raise BadField("text", "is missing", hint="say something")
        message = await self._service.reply_to_user(
            LOCAL,
            _agent_id(request.agent_id),
            checks.session_id(request.session_id),
            checks.message_id(request.message_id),
            checks.message_text(request.text),
        )
        return pb.ReplyToUserResponse(message=translate.from_message(message))

    async def add_note(self, request: pb.AddNoteRequest) -> pb.AddNoteResponse:
        if not request.text.strip():
            raise BadField("text", "is missing", hint="note something")
        note = await self._service.add_note(
            LOCAL,
            _agent_id(request.agent_id),
            checks.session_id(request.session_id),
            checks.short(request.text, "text", limits.HANDOFF_TEXT_CHARS),
            checks.request_id(request.request_id),
        )
        return pb.AddNoteResponse(note=_from_note(note))

    async def ack_notices(self, request: pb.AckNoticesRequest) -> pb.AckNoticesResponse:
        await self._service.see_notices(LOCAL, _agent_id(request.agent_id), _notice_ids(request.notice_ids))
        return pb.AckNoticesResponse()

    async def return_session(self, request: pb.ReturnSessionRequest) -> pb.ReturnSessionResponse:
        if request.outcome not in _OUTCOMES:
            raise BadField("outcome", f"has no value {request.outcome}", hint="RESOLVED, RETURNED or ENDED")
        session = await self._service.return_session(
            LOCAL,
            _agent_id(request.agent_id),
            checks.session_id(request.session_id),
            _OUTCOMES[request.outcome],
            checks.short(request.note, "note", limits.HANDOFF_TEXT_CHARS),
            checks.request_id(request.request_id),
        )
        return pb.ReturnSessionResponse(session=translate.from_session(session))

    async def list_queue(self, request: pb.ListQueueRequest) -> pb.ListQueueResponse:
        queue = folded(checks.short(request.queue, "queue"))
        bound = ("queue", queue)
        page = await self._service.list_queue(
            LOCAL,
            queue or None,
            pages.page_size(request.page_size, PAGE_SIZE_MAX),
            pages.unseal(request.page_token, *bound),
        )
        return pb.ListQueueResponse(
            items=[_from_item(view) for view in page.items], next_page_token=pages.seal(page.next_token, *bound)
        )

    async def list_agents(self, request: pb.ListAgentsRequest) -> pb.ListAgentsResponse:
        page = await self._service.list_agents(
            LOCAL, pages.page_size(request.page_size, PAGE_SIZE_MAX), pages.unseal(request.page_token, "agents")
        )
        return pb.ListAgentsResponse(
            agents=[_from_agent(view) for view in page.items], next_page_token=pages.seal(page.next_token, "agents")
        )


# --- requests ----------------------------------------------------------------------------------------------------


def to_handoff(request: session_pb2.TransferSessionRequest) -> HandoffRequest:
    """What TransferSession asks for."""
    if abs(request.priority) > HANDOFF_PRIORITY:
        raise BadField("priority", f"is {request.priority}", hint=f"from -{HANDOFF_PRIORITY} to {HANDOFF_PRIORITY}")
    return HandoffRequest(
        demand=_demand(request),
        reason=checks.short(request.reason, "reason", limits.HANDOFF_TEXT_CHARS),
        timeout_s=checks.ttl_s(request.timeout, "timeout") if request.HasField("timeout") else None,
        priority=request.priority,
    )


def _demand(request: session_pb2.TransferSessionRequest) -> Demand | None:
    match request.WhichOneof("target"):
        case "agent_id":
            return Demand(agent_id=_agent_id(request.agent_id))
        case "queue":
            return Demand(folded(checks.short(request.queue, "queue")))
        case "skills":
            if not request.skills.levels:
                raise BadField("skills.levels", "is missing", hint="name a skill, or give a queue")
            queue = folded(checks.short(request.skills.queue, "skills.queue"))
            return Demand(queue, _skills(request.skills.levels, "skills.levels"))
        case "bot":
            return None
    raise BadField("target", "is missing", hint="give agent_id, queue, skills or bot")


def _agent_id(text: str, field: str = "agent_id") -> AgentId:
    if is_agent_id(text):
        return AgentId(text)
    if not text:
        raise BadField(field, "is missing", hint="name the agent")
    raise BadField(field, f"{text[:80]!r} is not 1 to 64 printable ASCII characters", hint="no spaces, such as ann")


def _offer_id(text: str) -> OfferId:
    if is_session_id(text):
        return OfferId(text)
    raise BadField("offer_id", f"{text[:64]!r} is no offer's id" if text else "is missing", hint="WatchDesk tells them")


def _notice_ids(given: Sequence[str]) -> list[NoticeId]:
    if not 0 < len(given) <= limits.KEPT_NOTICES:
        raise BadField("notice_ids", f"has {len(given)} entries", hint=f"1 to {limits.KEPT_NOTICES}")
    for text in given:
        if not is_session_id(text):
            raise BadField("notice_ids", f"{text[:64]!r} is no notice's id", hint="WatchDesk tells them")
    return [NoticeId(text) for text in given]


def _profile(agent_id: AgentId, agent: pb.Agent) -> Profile | None:
    if agent.state == pb.AGENT_STATE_UNSPECIFIED:
        if agent.ListFields() != [(pb.Agent.DESCRIPTOR.fields_by_name["agent_id"], agent.agent_id)]:
            raise BadField("agent.state", "is missing", hint="a heartbeat has an agent_id only; a profile has a state")
        return None
    if agent.state not in _STATES:
        raise BadField("agent.state", f"cannot be set to {agent.state}", hint="ONLINE, AWAY or OFFLINE")
    capacity = agent.capacity or 1.0
    if not math.isfinite(capacity) or not 0 < capacity <= limits.AGENT_CAPACITY:
        raise BadField("agent.capacity", f"is {capacity:g}", hint=f"more than 0, at most {limits.AGENT_CAPACITY:g}")
    return Profile(
        name=checks.short(agent.name, "agent.name") or agent_id,
        presence=_STATES[agent.state],
        capacity=capacity,
        skills=_skills(agent.skills, "agent.skills"),
        queues=_names(agent.queues, "agent.queues"),
        languages=_names(agent.languages, "agent.languages"),
    )


def _skills(levels: Mapping[str, int], field: str) -> dict[str, int]:
    for skill, level in levels.items():
        if not 1 <= level <= limits.SKILL_LEVELS:
            raise BadField(field, f"has level {level} for {skill[:64]!r}", hint=f"1 to {limits.SKILL_LEVELS}")
    return dict(zip(_names(levels, field), levels.values(), strict=True))


def _names(given: Iterable[str], field: str) -> tuple[str, ...]:
    names = tuple(given)
    if len(names) > limits.AGENT_NAMES:
        raise BadField(field, f"has {len(names)} entries, at most {limits.AGENT_NAMES}")
    found = tuple(folded(checks.short(name, field)) for name in names)
    if "" in found or len(set(found)) != len(found):
        raise BadField(field, "has an empty or a repeated name", hint="case and outer blanks do not count")
    return found


# --- results -----------------------------------------------------------------------------------------------------


def _from_agent(view: AgentView) -> pb.Agent:
    agent, profile = view.agent, view.agent.profile
    state = _STATE_OF[view.presence]
    if view.is_busy and view.presence is Presence.ONLINE:
        state = pb.AGENT_STATE_BUSY
    return pb.Agent(
        agent_id=agent.agent_id,
        name=profile.name,
        state=state,
        capacity=profile.capacity,
        skills=dict(profile.skills),
        queues=profile.queues,
        languages=profile.languages,
        active_sessions=agent.active,
        expire_time=_time(agent.lease_expires_at),
    )


def _from_item(view: ItemView) -> pb.QueueItem:
    item = view.item
    wire = pb.QueueItem(
        session_id=item.session_id,
        bot=item.bot,
        channel=item.channel,
        queue=item.demand.queue,
        skills=dict(item.demand.skills),
        wanted_agent_id=item.demand.agent_id or "",
        priority=item.priority,
        reason=item.reason,
        request_time=_time(item.requested_at),
        attempts=item.attempts,
        language=item.language,
        tags=item.tags,
        agent_id=(item.offer.agent_id if item.offer else item.agent_id) or "",
        context=_context(item),
    )
    wire.waited.FromMilliseconds(int(view.waited_s * 1000))
    return wire


def _context(item: QueueItem) -> Struct:
    context = Struct()
    if item.context:
        context.update(json.loads(item.context))
    return context


def _from_event(event: DeskEvent) -> pb.DeskEvent:
    session_id, wire = event.session_id or "", pb.DeskEvent()
    match event.kind:
        case DeskEventKind.AGENT if event.agent is not None:
            wire.agent.CopyFrom(_from_agent(event.agent))
        case DeskEventKind.OFFER if event.item is not None and event.item.item.offer is not None:
            offer = event.item.item.offer
            wire.offer.offer_id = offer.offer_id
            wire.offer.expire_time.CopyFrom(_time(offer.expires_at))
            _write_about(wire.offer, event, event.item)
        case DeskEventKind.OFFER_CLOSED:
            wire.offer_closed.session_id, wire.offer_closed.offer_id = session_id, event.offer_id or ""
        case DeskEventKind.ASSIGNED if event.item is not None:
            _write_about(wire.assigned, event, event.item)
            wire.assigned.last_seq = event.item.item.last_seq
        case DeskEventKind.MESSAGE if event.message is not None:
            wire.message.session_id = session_id
            wire.message.message.CopyFrom(translate.from_message(event.message))
        case DeskEventKind.NOTE if event.note is not None:
            wire.note.session_id = session_id
            wire.note.note.CopyFrom(_from_note(event.note))
        case DeskEventKind.NOTICE if event.notice is not None:
            wire.notice.CopyFrom(_from_notice(event.notice))
        case DeskEventKind.TAGS:
            wire.tags.session_id = session_id
            wire.tags.tags.extend(event.tags)
        case DeskEventKind.RELEASED:
            wire.released.session_id = session_id
    return wire


def _write_about(wire: pb.Offer | pb.Assigned, event: DeskEvent, view: ItemView) -> None:
    wire.item.CopyFrom(_from_item(view))
    if event.session is not None:
        wire.session.CopyFrom(translate.from_session(event.session))
    wire.messages.extend(translate.from_message(message) for message in event.messages)
    wire.notes.extend(map(_from_note, event.notes))


def _from_notice(notice: Notice) -> pb.Notice:
    return pb.Notice(
        notice_id=notice.notice_id, bot=notice.bot, session_id=notice.session_id, text=notice.text,
        create_time=_time(notice.at),
    )  # fmt: skip


def _from_note(note: Note) -> pb.Note:
    return pb.Note(
        note_id=note.note_id, agent_id=note.agent_id, author=note.author, text=note.text, create_time=_time(note.at)
    )


def _time(at_s: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromMicroseconds(int(at_s * 1e6))
    return stamp
