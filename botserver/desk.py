"""The desk as data, and its rules as functions of that data: who may be offered what, and when something must happen.

    queued --offer--> offered --accept--> assigned --close--> closed
    offered --declined, timed out--> queued          assigned --given on, agent lost--> queued
    queued, offered --waited too long, user left--> closed

A queue item is one handing over of a session. It has at most one offer, and its version rises with everything that
happens to it, so of two who act on the same version one is refused. Times are Unix seconds of the store's clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .ids import AgentId, ItemId, NoteId, NoticeId, OfferId, SessionId
from .limits import AGENT_GRACE_S, RELAX_LEVEL_S, RELAX_SKILLS_S


class Presence(StrEnum):
    """What an agent says of themselves; `busy` is not said but follows from capacity."""

    OFFLINE = "offline"
    ONLINE = "online"
    AWAY = "away"


class ItemState(StrEnum):
    QUEUED = "queued"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    CLOSED = "closed"


class HandoffOutcome(StrEnum):
    """How a handing over was over; what the script gets as `outcome`."""

    RESOLVED = "resolved"  # the agent is done
    RETURNED = "returned"  # the bot shall go on
    NO_AGENT = "no_agent"  # nobody is there
    TIMEOUT = "timeout"  # nobody took it in time
    USER_LEFT = "user_left"  # taken back before anybody took it
    MESSAGE = "message"  # taken back, and the user left a message: the note


@dataclass(frozen=True, slots=True)
class Profile:
    """What an agent can do. Skills have levels 1 to 5; without queues an agent serves every queue."""

    name: str
    presence: Presence = Presence.ONLINE
    capacity: float = 1.0
    skills: Mapping[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # none means every one


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as stored. `load` is the weight of what they were assigned or offered, `active` their sessions."""

    agent_id: AgentId
    profile: Profile
    missed: int  # offers in a row that timed out
    lease_expires_at: float
    idle_since: float
    load: float = 0.0
    active: int = 0

    def presence(self, now: float) -> Presence:
        """Their presence, as far as it was renewed in time."""
        return self.profile.presence if self.lease_expires_at > now else Presence.OFFLINE

    def is_busy(self) -> bool:
        return self.load >= self.profile.capacity


@dataclass(frozen=True, slots=True)
class Demand:
    """Who is wanted: an agent, or one of a queue ("" is any) with these skills."""

    queue: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    agent_id: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    offer_id: OfferId
    agent_id: AgentId
    expires_at: float


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One handing over. `agent_id` is who has it, or had it last; `context` is what the agent is told, JSON text.

    `requested_seq`, `assigned_seq`, `left_seq` are the session's last message when it joined the queue, was assigned
    and left its agent: what is between the last two was said to that agent.
    """

    item_id: ItemId
    session_id: SessionId
    bot: str
    channel: str
    state: ItemState
    version: int
    demand: Demand
    priority: int
    weight: float
    reason: str
    context: str
    is_awaited: bool  # a script waits for its outcome
    is_front: bool  # before all others
    requested_at: float
    enqueued_at: float
    wait_s: float
    attempts: int
    excluded: Mapping[AgentId, float]  # until when
    agent_id: AgentId | None
    offer: Offer | None
    assigned_at: float | None
    closed_at: float | None
    outcome: HandoffOutcome | None
    note: str
    requested_seq: int
    assigned_seq: int
    left_seq: int
    last_seq: int  # of the session
    language: str = ""  # of the user, as `language_of` gives it; "" is any
    tags: tuple[str, ...] = ()  # of the session, the newest last

    @property
    def give_up_at(self) -> float:
        return self.enqueued_at + self.wait_s

    def waited_s(self, now: float) -> float:
        """From the request to an agent, or until now."""
        return max(0.0, (self.assigned_at if self.assigned_at is not None else now) - self.requested_at)


@dataclass(frozen=True, slots=True)
class Note:
    """What an agent, or a script of the bot, noted about a session for agents; users never see it. `number` rises with
    each note of a desk."""

    note_id: NoteId
    agent_id: AgentId  # "" of a script
    author: str  # the agent's name, or the bot's
    text: str
    at: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What a script of a session told an agent."""

    notice_id: NoticeId
    bot: str
    session_id: SessionId
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class DeskView:
    """All that concerns one agent at one moment. `noted` is the number of the last note about each assigned session
    that has any, `unseen` what they were told and have not seen."""

    agent: Agent
    offered: tuple[QueueItem, ...]
    assigned: tuple[QueueItem, ...]
    noted: Mapping[SessionId, int] = field(default_factory=dict)
    unseen: frozenset[NoticeId] = frozenset()


def folded(name: str) -> str:
    """Names of queues and skills, and tags, are compared so."""
    return " ".join(name.split()).casefold()


def language_of(text: str) -> str:
    """The language without region or script: `pt` of `pt-BR`."""
    return re.split("[-_]", folded(text))[0]


def _speaks(agent: Agent, item: QueueItem, now: float) -> bool:
    """An agent who names no language speaks all; who waits long is offered to the others too."""
    if not item.language or not agent.profile.languages or now - item.enqueued_at >= RELAX_SKILLS_S:
        return True
    return item.language in map(language_of, agent.profile.languages)


def wanted_skills(item: QueueItem, now: float) -> Mapping[str, int]:
    """Who waits longer is less choosy: first about levels, then about skills."""
    age_s = now - item.enqueued_at
    if age_s >= RELAX_SKILLS_S:
        return {}
    if age_s >= RELAX_LEVEL_S:
        return dict.fromkeys(item.demand.skills, 1)
    return item.demand.skills


def _serves(agent: Agent, demand: Demand, skills: Mapping[str, int]) -> bool:
    if demand.agent_id is not None:
        return agent.agent_id == demand.agent_id
    profile = agent.profile
    if demand.queue and profile.queues and demand.queue not in profile.queues:
        return False
    return all(profile.skills.get(skill, 0) >= level for skill, level in skills.items())


def choose_agent(item: QueueItem, agents: Iterable[Agent], now: float) -> Agent | None:
    """Who is to be offered the item: of those who may take it the one with most free capacity, then longest idle."""
    skills = wanted_skills(item, now)
    able = [
        agent
        for agent in agents
        if agent.presence(now) is Presence.ONLINE
        and agent.load + item.weight <= agent.profile.capacity
        and item.excluded.get(agent.agent_id, 0.0) <= now
        and _serves(agent, item.demand, skills)
        and (item.demand.agent_id is not None or _speaks(agent, item, now))
    ]
    return min(able, key=lambda a: (a.load - a.profile.capacity, a.idle_since, a.agent_id), default=None)


def is_attended(demand: Demand, agents: Iterable[Agent], now: float) -> bool:
    """Whether anybody is there who could take it sooner or later."""
    return any(agent.presence(now) is not Presence.OFFLINE and _serves(agent, demand, {}) for agent in agents)


def is_free(demand: Demand, agents: Iterable[Agent], now: float) -> bool:
    """Whether somebody could take it at once."""
    return any(
        agent.presence(now) is Presence.ONLINE and not agent.is_busy() and _serves(agent, demand, demand.skills)
        for agent in agents
    )


def available_agent(agents: Iterable[Agent], now: float) -> AgentId | None:
    """Of the agents who are online with room for one more the one with fewest sessions, then longest idle."""
    able = [agent for agent in agents if agent.presence(now) is Presence.ONLINE and not agent.is_busy()]
    found = min(able, key=lambda a: (a.active, a.idle_since, a.agent_id), default=None)
    return None if found is None else found.agent_id


def due_at(item: QueueItem, lease_expires_at: float, now: float) -> float:
    """When something must happen to the item if nobody does anything. `lease_expires_at` is its agent's."""
    if item.state is ItemState.ASSIGNED:
        return lease_expires_at + AGENT_GRACE_S
    if item.offer is not None:
        return item.offer.expires_at
    times = [item.give_up_at, *(until for until in item.excluded.values() if until > now)]
    if item.demand.skills or item.language:
        times += [at for at in (item.enqueued_at + RELAX_LEVEL_S, item.enqueued_at + RELAX_SKILLS_S) if at > now]
    return min(times)
