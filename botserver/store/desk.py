"""What a store promises about the desk: agents, and the queue of sessions that wait for one.

What changes a session (it joins the queue, is assigned, leaves) is a `DeskWrite` of the commit that changes the
session, so the queue and the session's owner never disagree. What only concerns agents and offers is a transaction of
its own here. Each of them ends with a look at the queue: whoever waits and can be offered is offered in the same
transaction, so no crash leaves a free agent beside a waiting session. A session that ends leaves the queue in the
transaction that ends it.

Deadlines are stored. Each open item has one due row of kind DESK, at the earliest time something must happen to it: an
offer expires, somebody may be asked again, it gives up, its agent is lost. An agent's lease is renewed without touching
the rows of their items; they find out when they are due.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from ..desk import Agent, Demand, DeskView, HandoffOutcome, Note, Notice, Profile, QueueItem
from ..ids import AgentId, ItemId, NoticeId, OfferId, SessionId

# --- what a commit of a session does at the desk -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enqueue:
    """The session joins the queue. Refused if it has an open item."""

    item_id: ItemId
    demand: Demand
    wait_s: float
    priority: int = 0
    weight: float = 1.0
    reason: str = ""
    context: str = ""
    is_awaited: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """The agent who has the offer takes the session. Refused when the offer is over, or was made anew."""

    item_id: ItemId
    version: int
    agent_id: AgentId


@dataclass(frozen=True, slots=True)
class Requeue:
    """The session leaves its agent or its place and waits again: for somebody else (`demand`), or, because its agent is
    lost, before all others. A priority replaces the one it had, a reason that is not empty likewise."""

    item_id: ItemId
    version: int
    demand: Demand | None = None
    priority: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """The session leaves the desk."""

    item_id: ItemId
    version: int
    outcome: HandoffOutcome
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoteWrite:
    """A note for agents about a session of the same owner. Dropped if that is gone."""

    session_id: SessionId
    note: Note


@dataclass(frozen=True, slots=True)
class PriorityWrite:
    """How urgent a session of the same owner is. Dropped if it neither waits nor is attended."""

    session_id: SessionId
    priority: int


@dataclass(frozen=True, slots=True)
class TagWrite:
    """A tag of a session of the same owner, folded. Dropped if that is gone, or has it already."""

    session_id: SessionId
    tag: str


@dataclass(frozen=True, slots=True)
class NoticeWrite:
    """What an agent is told. Of one bot the last KEPT_NOTICES they have not seen are kept, for NOTICE_KEPT_S."""

    agent_id: AgentId
    notice_id: NoticeId
    text: str


DeskWrite: TypeAlias = Enqueue | Assign | Requeue | Close


@dataclass(frozen=True, slots=True)
class DeskMoved:
    """The item is at another version than the write expects; nothing was written."""


# --- what is due --------------------------------------------------------------------------------------------------


class DeskDue(StrEnum):
    """What a due item asks of its session."""

    NOTHING = "nothing"
    GIVE_UP = "give_up"  # it waited too long
    AGENT_LOST = "agent_lost"


class Target(StrEnum):
    """What a name means to the desk."""

    AGENT = "agent"
    QUEUE = "queue"
    SKILL = "skill"


class DeskStore(Protocol):
    """The desk's part of `abc.Store`. `principal` is whose desk it is."""

    async def set_presence(
        self, principal: str, agent_id: AgentId, profile: Profile | None, lease_s: float
    ) -> Agent | None:
        """Renew an agent's lease, and with `profile` say what they can do and that they are no longer missing offers.
        An agent who goes offline has no lease. None: without a profile, no such agent.

        Raises LimitReached (LIMIT_REACHED) when there are DESK_AGENTS already.
        """
        ...

    async def decline_offer(self, principal: str, agent_id: AgentId, offer_id: OfferId) -> bool:
        """The item waits again, and the agent is not offered it for EXCLUDED_S. False: the offer is over."""
        ...

    async def add_note(self, principal: str, session_id: SessionId, note: Note) -> Note | None:
        """Keep what an agent noted, KEPT_NOTES of a session, and return it as it is kept; again for the same id, agent
        and text. None: another note has its id. Raises SessionNotFound."""
        ...

    async def list_notes(self, session_id: SessionId, after: int = 0) -> list[Note]:
        """Those about a session with a number above `after`, oldest first."""
        ...

    async def list_tags(self, session_id: SessionId) -> tuple[str, ...]:
        """Those of a session, KEPT_TAGS at most, the newest last."""
        ...

    async def list_notices(self, principal: str, agent_id: AgentId) -> list[Notice]:
        """What an agent has not seen, oldest first."""
        ...

    async def see_notices(self, principal: str, agent_id: AgentId, notice_ids: Collection[NoticeId]) -> None:
        """The agent has seen these; those that are not there change nothing."""
        ...

    async def step_desk(self, session_id: SessionId) -> DeskDue:
        """Do what is due with the session's item and schedule its next time. What only a commit of the session can do
        is returned instead, and stays due."""
        ...

    async def find_item(self, session_id: SessionId) -> QueueItem | None:
        """The session's open item."""
        ...

    async def read_item(self, item_id: ItemId) -> QueueItem | None:
        """An item, open or closed."""
        ...

    async def find_left(self, principal: str, agent_id: AgentId, session_id: SessionId) -> QueueItem | None:
        """The newest item of a session that this agent had and nobody has since."""
        ...

    async def find_offer(self, principal: str, offer_id: OfferId) -> QueueItem | None:
        """The item that is offered under this id now."""
        ...

    async def read_desk(self, principal: str, agent_id: AgentId) -> DeskView | None: ...

    async def find_targets(self, principal: str, name: str) -> frozenset[Target]:
        """What a name means: an agent's id, a queue that some agent serves, a skill that some agent has."""
        ...

    async def list_queue(self, principal: str, queue: str | None, limit: int, after: int = 0) -> list[QueueItem]:
        """Those who wait or are offered, in the order in which they are offered; `after` skips so many."""
        ...

    async def list_agents(self, principal: str, limit: int, after: str = "") -> list[Agent]:
        """By id, those after `after`."""
        ...

    async def agents_present(self, principal: str) -> Sequence[Agent]:
        """The agents whose lease lives, at most DESK_AGENTS."""
        ...

    async def count_queue(self, principal: str) -> int: ...

    async def count_before(self, principal: str, priority: int) -> int:
        """How many that wait or are offered would go before one of this priority that comes now."""
        ...

    async def count_ahead(self, item_id: ItemId) -> int:
        """How many that wait or are offered go before this one."""
        ...
