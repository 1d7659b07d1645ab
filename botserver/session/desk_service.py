"""What human agents can do: the interface that `rpc` uses and `desk.Desks` meets.

An agent acts under an id of their own; the principal is who runs the desk. Ids make mutations safe to send again, as
everywhere: `message_id` of what is said to a user, `request_id` of the rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..desk import Agent, Demand, HandoffOutcome, Note, Notice, Presence, Profile, QueueItem
from ..ids import AgentId, MessageId, NoticeId, OfferId, RequestId, SessionId
from ..model import Message, Page, Principal, SessionView


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent now: `presence` is offline when it was not renewed, `is_busy` when there is no room for another."""

    agent: Agent
    presence: Presence
    is_busy: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """A handing over as agents see it. `waited_s` until somebody took it."""

    item: QueueItem
    waited_s: float


class DeskEventKind(StrEnum):
    AGENT = "agent"  # presence or load changed
    OFFER = "offer"
    OFFER_CLOSED = "offer_closed"  # taken, expired, declined or withdrawn
    ASSIGNED = "assigned"
    MESSAGE = "message"
    TAGS = "tags"  # a session that is this agent's has other tags
    NOTE = "note"  # an agent noted something about a session that is this agent's
    NOTICE = "notice"  # a script told the agent something
    RELEASED = "released"  # the session is no longer this agent's


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """What WatchDesk delivers. `messages` are the last ones of a session that is offered or assigned, `notes` all that
    agents noted about it."""

    kind: DeskEventKind
    agent: AgentView | None = None
    item: ItemView | None = None
    session: SessionView | None = None
    messages: tuple[Message, ...] = ()
    message: Message | None = None
    notes: tuple[Note, ...] = ()
    note: Note | None = None
    tags: tuple[str, ...] = ()
    notice: Notice | None = None
    session_id: SessionId | None = None
    offer_id: OfferId | None = None


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """TransferSession: to whom; None is the bot."""

    demand: Demand | None
    reason: str = ""
    timeout_s: float | None = None
    priority: int = 0


class DeskService(Protocol):
    async def set_presence(self, principal: Principal, agent_id: AgentId, profile: Profile | None) -> AgentView:
        """Say what an agent does and can do, or only that they are still there. Raises AgentNotFound."""
        ...

    def watch_desk(
        self, principal: Principal, agent_id: AgentId, cursors: Mapping[SessionId, int]
    ) -> AsyncIterator[DeskEvent]:
        """What concerns an agent, from now on; of the sessions in `cursors` what was said after them. Raises
        AgentNotFound."""
        ...

    async def accept_offer(
        self, principal: Principal, agent_id: AgentId, offer_id: OfferId, request_id: RequestId | None = None
    ) -> SessionView:
        """Take the session. Raises OfferTaken."""
        ...

    async def decline_offer(self, principal: Principal, agent_id: AgentId, offer_id: OfferId) -> None:
        """Let somebody else have it. An offer that is over stays so."""
        ...

    async def reply_to_user(
        self, principal: Principal, agent_id: AgentId, session_id: SessionId, message_id: MessageId, text: str
    ) -> Message:
        """Say something to the user. Raises SessionNotAssigned, RequestIdReused."""
        ...

    async def add_note(
        self,
        principal: Principal,
        agent_id: AgentId,
        session_id: SessionId,
        text: str,
        request_id: RequestId | None = None,
    ) -> Note:
        """Note something about a session, for agents only. Raises AgentNotFound, SessionNotFound, RequestIdReused."""
        ...

    async def see_notices(self, principal: Principal, agent_id: AgentId, notice_ids: Collection[NoticeId]) -> None:
        """The agent has seen these, and is not told them again. Those that are no longer there change nothing."""
        ...

    async def return_session(
        self,
        principal: Principal,
        agent_id: AgentId,
        session_id: SessionId,
        outcome: HandoffOutcome | None,
        note: str = "",
        request_id: RequestId | None = None,
    ) -> SessionView:
        """Give the session back to its bot, or with None end it. Raises SessionNotAssigned."""
        ...

    async def list_queue(
        self, principal: Principal, queue: str | None, page_size: int, page_token: str
    ) -> Page[ItemView]: ...

    async def list_agents(self, principal: Principal, page_size: int, page_token: str) -> Page[AgentView]: ...
