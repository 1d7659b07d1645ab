"""The desk in the client: what human agents call, and what it returns.

Each call is a function that makes the request and says how to read the response, as in `calls`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from .calls import Call, Stream, duration, fresh_id, page_of
from .pb import desk_pb2 as pb
from .pb import session_pb2
from .results import Message, Page, Session, free_data, time_of, to_message, to_session, word_of
from .transport import GIVE_UP_AFTER_S

Outcome = Literal["resolved", "returned", "ended"]

_STATES = {"online": pb.AGENT_STATE_ONLINE, "away": pb.AGENT_STATE_AWAY, "offline": pb.AGENT_STATE_OFFLINE}
_OUTCOMES = {
    "resolved": pb.RETURN_OUTCOME_RESOLVED,
    "returned": pb.RETURN_OUTCOME_RETURNED,
    "ended": pb.RETURN_OUTCOME_ENDED,
}


class AgentState(StrEnum):
    """What an agent does."""

    UNSPECIFIED = "unspecified"  # a value that this client does not know
    OFFLINE = "offline"
    ONLINE = "online"
    AWAY = "away"
    BUSY = "busy"  # online without room for another session


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at the desk."""

    agent_id: str
    name: str
    state: AgentState
    capacity: float
    active_sessions: int
    skills: dict[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    expire_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A session that waits for an agent, is offered to one, or has one. `context` is what the bot tells agents."""

    session_id: str
    bot: str
    channel: str
    queue: str
    skills: dict[str, int]
    wanted_agent_id: str
    priority: int
    reason: str
    request_time: datetime
    waited: timedelta
    attempts: int
    agent_id: str
    context: dict[str, Any]
    language: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What an agent noted about a session for other agents; its user never sees it."""

    note_id: str
    agent_id: str
    author: str
    text: str
    create_time: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What a script of a session told the agent, who need not have that session."""

    notice_id: str
    bot: str
    session_id: str
    text: str
    create_time: datetime


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """What `watch_desk` yields. `kind` is agent, offer, offer_closed, assigned, message, note, tags, notice or
    released.

    An offer has `offer_id` and `expire_time`; `messages` are the last ones of a session that is offered or assigned,
    `notes` all that agents noted about it; `tags` are all that a session of the agent's has now.
    """

    kind: str
    session_id: str = ""
    agent: Agent | None = None
    offer_id: str = ""
    expire_time: datetime | None = None
    item: QueueItem | None = None
    session: Session | None = None
    messages: tuple[Message, ...] = ()
    message: Message | None = None
    last_seq: int = 0
    notes: tuple[Note, ...] = ()
    note: Note | None = None
    tags: tuple[str, ...] = ()
    notice: Notice | None = None


def set_presence(
    agent_id: str,
    state: Literal["online", "away", "offline"] | None = None,
    *,
    name: str = "",
    capacity: float = 1.0,
    skills: Mapping[str, int] | None = None,
    queues: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> Call[Agent]:
    """Say what an agent does and can do; without a state only that they are still there. Renew it every 15 seconds."""
    agent = pb.Agent(agent_id=agent_id)
    if state is not None:
        agent = pb.Agent(
            agent_id=agent_id,
            state=_STATES[state],
            name=name,
            capacity=capacity,
            skills=dict(skills or {}),
            queues=queues,
            languages=languages,
        )
    return Call("SetPresence", pb.SetPresenceRequest(agent=agent), lambda response: to_agent(response.agent))


def accept_offer(agent_id: str, offer_id: str, *, request_id: str = "") -> Call[Session]:
    """Take the session of an offer. Raises Conflict if somebody was faster or it expired."""
    request = pb.AcceptOfferRequest(agent_id=agent_id, offer_id=offer_id, request_id=request_id or fresh_id())
    return Call("AcceptOffer", request, lambda response: to_session(response.session))


def decline_offer(agent_id: str, offer_id: str) -> Call[None]:
    """Let somebody else have it."""
    return Call("DeclineOffer", pb.DeclineOfferRequest(agent_id=agent_id, offer_id=offer_id), lambda response: None)


def reply_to_user(agent_id: str, session_id: str, text: str, *, message_id: str = "") -> Call[Message]:
    """Say something to the user. Raises WrongState if the session is not the agent's."""
    request = pb.ReplyToUserRequest(
        agent_id=agent_id, session_id=session_id, text=text, message_id=message_id or fresh_id()
    )
    return Call("ReplyToUser", request, lambda response: to_message(response.message))


def add_note(agent_id: str, session_id: str, text: str, *, request_id: str = "") -> Call[Note]:
    """Note something about a session, for other agents only."""
    request = pb.AddNoteRequest(
        agent_id=agent_id, session_id=session_id, text=text, request_id=request_id or fresh_id()
    )
    return Call("AddNote", request, lambda response: to_note(response.note))


def ack_notices(agent_id: str, notice_ids: Sequence[str]) -> Call[None]:
    """Say that an agent has seen what scripts told them; until then each `watch_desk` tells it again."""
    request = pb.AckNoticesRequest(agent_id=agent_id, notice_ids=notice_ids)
    return Call("AckNotices", request, lambda response: None)


def return_session(
    agent_id: str, session_id: str, outcome: Outcome = "resolved", *, note: str = "", request_id: str = ""
) -> Call[Session]:
    """Give a session back to its bot, or end it. Raises WrongState if it is not the agent's."""
    request = pb.ReturnSessionRequest(
        agent_id=agent_id,
        session_id=session_id,
        outcome=_OUTCOMES[outcome],
        note=note,
        request_id=request_id or fresh_id(),
    )
    return Call("ReturnSession", request, lambda response: to_session(response.session))


def list_queue(*, queue: str = "", page_size: int = 0, page_token: str = "") -> Call[Page[QueueItem]]:
    """Sessions that wait for an agent, in the order in which they are offered."""
    request = pb.ListQueueRequest(queue=queue, page_size=page_size, page_token=page_token)
    return Call("ListQueue", request, page_of("items", to_item))


def list_agents(*, page_size: int = 0, page_token: str = "") -> Call[Page[Agent]]:
    """Agents by id, also those who are offline."""
    request = pb.ListAgentsRequest(page_size=page_size, page_token=page_token)
    return Call("ListAgents", request, page_of("agents", to_agent))


def transfer_session(
    session_id: str,
    *,
    agent_id: str = "",
    queue: str | None = None,
    skills: Mapping[str, int] | None = None,
    to_bot: bool = False,
    reason: str = "",
    timeout: timedelta | None = None,
    priority: int = 0,
    expected_revision: int | None = None,
    request_id: str = "",
) -> Call[Session]:
    """Hand a session to an agent, a queue ("" is the bot's own) or whoever has skills (and serves `queue`), or with
    `to_bot` take it back. Raises NotFound for a name that nobody has."""
    request = session_pb2.TransferSessionRequest(
        session_id=session_id,
        reason=reason,
        timeout=duration(timeout),
        priority=priority,
        expected_revision=expected_revision,
        request_id=request_id or fresh_id(),
    )
    if to_bot:
        request.bot.SetInParent()
    elif agent_id:
        request.agent_id = agent_id
    elif skills:
        request.skills.levels.update(skills)
        request.skills.queue = queue or ""
    elif queue is not None:
        request.queue = queue
    return Call("TransferSession", request, lambda response: to_session(response.session))


def watch_desk(
    agent_id: str, cursors: Mapping[str, int] | None = None, *, give_up_after_s: float = GIVE_UP_AFTER_S
) -> Stream[DeskEvent]:
    """What concerns an agent: first how things stand, then what changes. `cursors` are the seqs of the last messages
    seen, by session; those sessions go on after them.

    A stream that breaks is resumed; no message is missing and none comes twice, the rest is told anew. It renews no
    presence: call `set_presence` every 15 seconds. Leave the loop or close the iterator to stop watching.
    """
    seen = dict(cursors or {})
    request = pb.WatchDeskRequest(agent_id=agent_id, cursors=_cursors(seen))

    def read(response: pb.WatchDeskResponse) -> Iterator[DeskEvent]:
        event = _desk_event(response.event)
        _follow(event, seen)
        del request.cursors[:]
        request.cursors.extend(_cursors(seen))
        yield event

    return Stream("WatchDesk", request, read, give_up_after_s)


def _cursors(seen: Mapping[str, int]) -> list[pb.DeskCursor]:
    return [pb.DeskCursor(session_id=session_id, seq=seq) for session_id, seq in seen.items()]


def _follow(event: DeskEvent, cursors: dict[str, int]) -> None:
    """Keep in `cursors` where a stream that breaks goes on."""
    if event.kind == "assigned":
        cursors.setdefault(event.session_id, event.last_seq)
    elif event.message is not None:
        cursors[event.session_id] = event.message.seq
    elif event.kind == "released":
        cursors.pop(event.session_id, None)


def to_agent(wire: pb.Agent) -> Agent:
    return Agent(
        agent_id=wire.agent_id,
        name=wire.name,
        state=word_of(AgentState, pb.AgentState, "AGENT_STATE_", wire.state),
        capacity=wire.capacity,
        active_sessions=wire.active_sessions,
        skills=dict(wire.skills),
        queues=tuple(wire.queues),
        languages=tuple(wire.languages),
        expire_time=time_of(wire.expire_time),
    )


def to_item(wire: pb.QueueItem) -> QueueItem:
    return QueueItem(
        session_id=wire.session_id,
        bot=wire.bot,
        channel=wire.channel,
        queue=wire.queue,
        skills=dict(wire.skills),
        wanted_agent_id=wire.wanted_agent_id,
        priority=wire.priority,
        reason=wire.reason,
        request_time=time_of(wire.request_time),
        waited=wire.waited.ToTimedelta(),
        attempts=wire.attempts,
        agent_id=wire.agent_id,
        context=free_data(wire.context),
        language=wire.language,
        tags=tuple(wire.tags),
    )


def to_note(wire: pb.Note) -> Note:
    return Note(wire.note_id, wire.agent_id, wire.author, wire.text, time_of(wire.create_time))


def to_notice(wire: pb.Notice) -> Notice:
    return Notice(wire.notice_id, wire.bot, wire.session_id, wire.text, time_of(wire.create_time))


def _desk_event(wire: pb.DeskEvent) -> DeskEvent:
    kind = wire.WhichOneof("event") or "unknown"
    match kind:
        case "agent":
            return DeskEvent(kind, agent=to_agent(wire.agent))
        case "offer" | "assigned":
            about: Any = getattr(wire, kind)
            return DeskEvent(
                kind,
                about.item.session_id,
                offer_id=wire.offer.offer_id if kind == "offer" else "",
                expire_time=time_of(wire.offer.expire_time) if kind == "offer" else None,
                item=to_item(about.item),
                session=to_session(about.session),
                messages=tuple(to_message(message) for message in about.messages),
                last_seq=wire.assigned.last_seq if kind == "assigned" else 0,
                notes=tuple(map(to_note, about.notes)),
            )
        case "offer_closed":
            return DeskEvent(kind, wire.offer_closed.session_id, offer_id=wire.offer_closed.offer_id)
        case "message":
            return DeskEvent(kind, wire.message.session_id, message=to_message(wire.message.message))
        case "note":
            return DeskEvent(kind, wire.note.session_id, note=to_note(wire.note.note))
        case "notice":
            return DeskEvent(kind, wire.notice.session_id, notice=to_notice(wire.notice))
        case "tags":
            return DeskEvent(kind, wire.tags.session_id, tags=tuple(wire.tags.tags))
        case "released":
            return DeskEvent(kind, wire.released.session_id)
    return DeskEvent(kind)
