"""Every time-out on several processes of one PostgreSQL: it fires once, also after all of them were down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.desk import Presence, Profile
from botserver.ids import AgentId, SessionId
from botserver.limits import OFFER_S
from botserver.model import LOCAL, EndReason, SessionState, Wait
from botserver.session.settings import SessionSettings
from botserver.store.postgres import open_store
from tests.servers import postgres
from tests.unit.session.world import World

Start = Callable[[], Awaitable[World]]
ANN = AgentId("ann")


@dataclass(frozen=True)
class Case:
    """A script that comes to a time-out once the user said `go`, what it says at once, and what after that."""

    start: str
    after_s: float
    says: tuple[str, ...]
    config: Mapping[str, str] = field(default_factory=dict)
    end_reason: EndReason | None = None
    is_attended: bool = False
    says_at_once: tuple[str, ...] = ()


TALKING = 'ON SESSION END\nSET BOT MEMORY "ends", VAL(GET BOT MEMORY "ends") + 1\nEND ON\nHEAR x\n'
CASES = {
    "wait": Case('HEAR x\nWAIT 60\nTALK "done"\nHEAR y', 60, ("done",)),
    "hear": Case("HEAR x\nHEAR y\nTALK y", 30, ("Sorry, something went wrong.",), {"hear-timeout-secs": "30"}),
    "response": Case('HEAR x\nWAIT FOR RESPONSE AS y TIMEOUT 30\nTALK "none"\nHEAR z', 30, ("none",)),
    "event": Case('HEAR x\ny = WAIT FOR EVENT "e" TIMEOUT 30\nTALK y\nHEAR z', 30, ("false",)),
    "schedule": Case('HEAR x\nSCHEDULE IN 60 SECONDS DO\nTALK "later"\nEND SCHEDULE\nHEAR y', 60, ("later",)),
    "session": Case(TALKING + "HEAR y", 100, (), {"session-timeout": "100"}, EndReason.TIMEOUT),
    "queue": Case(
        'HEAR x\nTRANSFER SESSION "sales"',
        90,
        ("Sorry, nobody is free right now.",),
        {"handoff-timeout-secs": "90", "handoff-queues": "sales"},
        says_at_once=("Sorry, nobody is free right now.",),
    ),
    "offer": Case(
        'HEAR x\nr = TRANSFER SESSION "sales"\nTALK r.outcome\nHEAR y',
        90,
        ("timeout",),
        {"handoff-timeout-secs": "90", "handoff-queues": "sales"},
        is_attended=True,
    ),
}


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a process on the same database, whose clock is turned by hand."""
    url, clock, worlds = postgres().migrated_database(), ManualClock(), []
    settings = SessionSettings(worker_threads=1, drain_s=0.0)

    async def start() -> World:
        world = World(tmp_path, settings, await open_store(url, clock, threads=2))
        world.clock = clock
        worlds.append(world)
        await world.activate()
        return world

    yield start
    for world in worlds:
        await world.close()


async def begin(world: World, case: Case) -> SessionId:
    await world.deploy(start=case.start, config=case.config)
    if case.is_attended:
        profile = Profile("Ann", Presence.ONLINE, queues=("sales",))
        await world.sessions.desks.set_presence(LOCAL, ANN, profile)
    session_id, _ = await world.open()
    await world.say(session_id, "go", "m1", Wait.TURN)
    await world.quiet()
    return session_id


async def happen(worlds: list[World]) -> None:
    """All processes at once do what is due, until nothing is."""
    while sum(await asyncio.gather(*(world.sessions.run_due() for world in worlds))):
        await asyncio.gather(*(world.quiet() for world in worlds))


async def check(world: World, case: Case, session_id: SessionId) -> None:
    assert (await world.transcript(session_id))[1:] == [f"bot: {text}" for text in (*case.says_at_once, *case.says)]
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.end_reason == case.end_reason
    assert view.state is (SessionState.OPEN if case.end_reason is None else SessionState.ENDED)
    if case.end_reason is not None:
        ends = await world.store.read_memory("bot", "ends")
        assert ends is not None
        assert ends.version == 1


@pytest.mark.parametrize("name", sorted(CASES))
async def test_time_out_fires_once_on_one_of_three_nodes(name: str, start: Start) -> None:
    case = CASES[name]
    worlds: list[World] = [await start() for _ in range(3)]
    session_id = await begin(worlds[0], case)
    for node in worlds[1:]:
        await node.releases.refresh()
    step_s = min(case.after_s, OFFER_S)
    passed = 0.0
    while passed < case.after_s - step_s:
        worlds[0].clock.advance(step_s)
        passed += step_s
        await happen(worlds)
    if case.after_s - passed > 1:
        worlds[0].clock.advance(case.after_s - passed - 1)
        passed = case.after_s - 1
        await happen(worlds)
        assert len(await worlds[1].transcript(session_id)) == 1 + len(case.says_at_once)
    worlds[0].clock.advance(case.after_s - passed + 1)
    await happen(worlds)
    await check(worlds[2], case, session_id)


@pytest.mark.parametrize("name", sorted(CASES))
async def test_time_out_that_passed_while_all_nodes_were_down_fires_once(name: str, start: Start) -> None:
    case = CASES[name]
    first: World = await start()
    session_id = await begin(first, case)
    await first.sessions.close()
    first.clock.advance(10 * case.after_s)
    worlds: list[World] = [await start() for _ in range(3)]
    await happen(worlds)
    first.clock.advance(case.after_s)  # an agent who was not heard of has time to come back
    await happen(worlds)
    await check(worlds[1], case, session_id)
