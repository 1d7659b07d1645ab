"""People at the desk in tests of sessions: agents who come, take sessions, speak, and what their streams tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from botserver.desk import Demand, HandoffOutcome, Profile, QueueItem
from botserver.ids import AgentId, MessageId, SessionId
from botserver.model import LOCAL, Activity, Owner, Role
from botserver.session.desk_service import DeskEvent, DeskEventKind, HandoffRequest

from .world import World

ANN, BOB = AgentId("ann"), AgentId("bob")

STATEMENT = """
TALK "Welcome"
HEAR what
agent = GET AVAILABLE AGENT
TRANSFER SESSION agent
TALK "Connecting you to ${agent}"
SET BOT MEMORY "status", GET SESSION "status"
SET BOT MEMORY "assigned", GET SESSION "assigned_to"
"""
AWAITED = """
HEAR what
r = TRANSFER SESSION ""
TALK "${r.outcome} ${r.agent} ${r.note} ${r.waited_seconds}"
HEAR more
TALK "bot again: ${more}"
"""


async def online(world: World, agent_id: AgentId = ANN, **profile: Any) -> None:
    values = {"name": agent_id.title(), "capacity": 3.0} | profile
    await world.sessions.desks.set_presence(LOCAL, agent_id, Profile(**values))


async def stay(world: World, seconds: int, agent_id: AgentId = ANN) -> None:
    """Let time pass while the agent is there."""
    for _ in range(0, seconds, 20):
        await world.pass_time(20)
        await world.sessions.desks.set_presence(LOCAL, agent_id, None)


async def item_of(world: World, session_id: SessionId) -> QueueItem:
    item = await world.store.find_item(session_id)
    assert item is not None
    return item


async def accept(world: World, session_id: SessionId, agent_id: AgentId = ANN) -> None:
    item = await item_of(world, session_id)
    assert item.offer is not None
    await world.sessions.desks.accept_offer(LOCAL, agent_id, item.offer.offer_id)


async def owner(world: World, session_id: SessionId) -> tuple[Owner, str | None, Activity]:
    view = await world.sessions.get_session(LOCAL, session_id)
    return view.owner, view.agent_id, view.activity


async def reply(world: World, session_id: SessionId, text: str, agent_id: AgentId = ANN, message_id: str = "") -> int:
    given = MessageId(message_id) if message_id else world.message_id()
    message = await world.sessions.desks.reply_to_user(LOCAL, agent_id, session_id, given, text)
    assert (message.role, message.text) == (Role.AGENT, text)
    return message.seq


async def give_back(
    world: World, session_id: SessionId, outcome: HandoffOutcome = HandoffOutcome.RESOLVED, note: str = ""
) -> None:
    await world.sessions.desks.return_session(LOCAL, ANN, session_id, outcome, note)


async def handed_over(world: World, script: str = STATEMENT, config: Mapping[str, str] | None = None) -> SessionId:
    """A session that Ann has."""
    await world.deploy(start=script, config=config)
    await online(world)
    session_id, _ = await world.open()
    await world.say(session_id, "help")
    await accept(world, session_id)
    return session_id


class Watching:
    """A WatchDesk stream that is read as things happen."""

    def __init__(self, world: World, agent_id: AgentId = ANN, cursors: Mapping[SessionId, int] | None = None) -> None:
        self._events: AsyncIterator[DeskEvent] = world.sessions.desks.watch_desk(LOCAL, agent_id, cursors or {})
        self._next: asyncio.Future[DeskEvent] | None = None

    async def seen(self) -> list[DeskEvent]:
        """What came so far."""
        found = []
        while True:
            self._next = self._next or asyncio.ensure_future(anext(self._events))
            for _ in range(20):
                await asyncio.sleep(0)
            if not self._next.done():
                return found
            found.append(self._next.result())
            self._next = None

    async def told(self) -> list[str]:
        """The same in short."""
        return [_short(event) for event in await self.seen() if event.kind is not DeskEventKind.AGENT]

    async def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait([self._next])
        await self._events.aclose()  # type: ignore[attr-defined]  # it is a generator


def _short(event: DeskEvent) -> str:
    if event.message is not None:
        return f"{event.message.role}: {event.message.text}"
    return event.kind.value


async def transfer(world: World, session_id: SessionId, demand: Demand | None, **more: Any) -> None:
    await world.sessions.desks.transfer_session(LOCAL, session_id, HandoffRequest(demand, **more))
