"""Several processes on one PostgreSQL, of which one stands still for a while, anywhere, or has another time than the
rest: whatever is due happens once, and who waits for a reply gets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from botserver.clock import ManualClock
from botserver.ids import SessionId
from botserver.limits import CLAIM_S, DUE_LEASE_S, INPUT_GRACE_S
from botserver.model import Reply, Wait
from botserver.session.settings import SessionSettings
from botserver.store.abc import Store
from botserver.store.postgres import open_store
from tests.servers import postgres
from tests.unit.session.test_nodes_time import CASES, begin, check, happen
from tests.unit.session.world import World, texts

STILL_S = 20.0  # longer than any lease of what a process has in hand
assert max(CLAIM_S, DUE_LEASE_S, INPUT_GRACE_S) < STILL_S
HOUR_S = 3600.0


class HaltingStore:
    """The store of a process that stands still at one of its calls, before or after the database did the work, and
    with it at all that follow, until it is let go on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left = 0
        self._after_work = False
        self._going = asyncio.Event()
        self._going.set()
        self.halted = asyncio.Event()

    def halt_at(self, call: int, *, after_work: bool) -> None:
        self._left, self._after_work = call, after_work
        self.halted.clear()

    def go_on(self) -> None:
        self._left = 0
        self._going.set()

    def _count(self, after_work: bool) -> None:
        if self._left and after_work is self._after_work:
            self._left -= 1
            if not self._left:
                self._going.clear()
                self.halted.set()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if not asyncio.iscoroutinefunction(method) or name == "close":
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            self._count(after_work=False)
            await self._going.wait()
            result = await method(*arguments, **named)
            self._count(after_work=True)
            await self._going.wait()
            return result

        return call


@dataclass
class Nodes:
    """Two processes; the `late` one can be halted. Each has a clock of its own, which show the same."""

    late: World
    other: World
    halting: HaltingStore

    @property
    def both(self) -> list[World]:
        return [self.late, self.other]

    def advance(self, seconds: float) -> None:
        for node in self.both:
            node.clock.advance(seconds)

    async def deploy(self, bot: str = "bot", config: dict[str, str] | None = None, **scripts: str) -> None:
        await self.late.deploy(bot, config=config, **scripts)
        await self.other.activate()

    async def heard(self, *replies: asyncio.Future[Reply]) -> list[Reply]:
        """Replies that each process may have to learn of from the other."""
        async with asyncio.timeout(30):
            while not all(reply.done() for reply in replies):
                for node in self.both:
                    await node.sessions.look_elsewhere()
                await happen(self.both)
        return [await reply for reply in replies]

    async def open(self) -> SessionId:
        session_id, _ = await self.late.open()
        await self.late.quiet()
        return session_id

    async def runs(self) -> int:
        """How often the scheduled script ran."""
        await asyncio.gather(*(node.quiet() for node in self.both))
        value = await self.other.store.read_memory("bot", "runs")
        return 0 if value is None else value.version


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[Nodes]:
    url = postgres().migrated_database()
    settings = SessionSettings(
        worker_threads=1, drain_s=0.0, claim_renew_s=0.01, test_performers=True, call_log=tmp_path / "calls"
    )
    worlds, halting = [], None
    for _ in range(2):
        clock = ManualClock()
        halting = HaltingStore(await open_store(url, clock, threads=4))
        worlds.append(World(tmp_path, settings, halting))  # type: ignore[arg-type]  # it passes all on
        worlds[-1].clock = clock
    assert halting is not None
    yield Nodes(worlds[1], worlds[0], halting)
    halting.go_on()
    for world in worlds:
        await world.close()


# --- one stands still -------------------------------------------------------------------------------------------------


@asynccontextmanager
async def standing_still(
    nodes: Nodes, call: int, after_work: bool, work: Coroutine[Any, Any, Any]
) -> AsyncIterator[asyncio.Future[Any]]:
    """Inside, the late process stands still at its `call`th call of the store in doing this, if it makes so many."""
    nodes.halting.halt_at(call, after_work=after_work)
    doing = asyncio.ensure_future(work)
    halted = asyncio.ensure_future(nodes.halting.halted.wait())
    await asyncio.wait([doing, halted], return_when=asyncio.FIRST_COMPLETED)
    halted.cancel()
    nodes.advance(STILL_S)
    yield doing
    nodes.halting.go_on()


@dataclass(frozen=True)
class Scene:
    """A script that heard one message and waits."""

    script: str
    says: tuple[str, ...]
    """What the bot has said in the end, each once."""
    is_timer: bool = False
    """The late process fires a timer, else it is sent a message, and the other one the same message meanwhile."""


COUNTED = 'SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1\n'
SCENES = {
    "timer": Scene(f'HEAR x\nWAIT 60\n{COUNTED}TALK "done"\nHEAR y', ("done",), is_timer=True),
    "message": Scene(f"HEAR x\nHEAR y\n{COUNTED}TALK y\nHEAR z", ("again",)),
    "call": Scene(f'HEAR x\nHEAR y\nr = CALL "/test/slow", 0, "called"\n{COUNTED}TALK r\nHEAR z', ("called",)),
    "question": Scene(f'HEAR x\nHEAR y\nr = DELEGATE y TO BOT "clerk"\n{COUNTED}TALK r\nHEAR z', ("heard again",)),
    "handing on": Scene(f'HEAR x\nHEAR y\n{COUNTED}TRANSFER CONVERSATION TO "clerk"', ("clerk here",)),
    "end": Scene(f"ON SESSION END\n{COUNTED}END ON\nHEAR x\nHEAR y\nTALK y\nEND SESSION", ("again",)),
}
CLERK = 'TALK "clerk here"\nDO\nHEAR task\nTALK "heard " & task\nLOOP'


@pytest.mark.parametrize("after_work", [False, True])
@pytest.mark.parametrize("name", sorted(SCENES))
async def test_a_process_that_stands_still_anywhere_does_nothing_twice_and_loses_nothing(
    name: str, after_work: bool, nodes: Nodes
) -> None:
    scene, late, other = SCENES[name], nodes.late, nodes.other
    await nodes.deploy("clerk", {"works-with": "bot"}, start=CLERK)
    await nodes.deploy(start=scene.script)
    call = 0
    while not call or nodes.halting.halted.is_set():
        call += 1
        session_id = await nodes.open()
        await late.say(session_id, "first", "m1", Wait.TURN)
        await late.quiet()
        replies: list[asyncio.Future[Reply]] = []
        if scene.is_timer:
            nodes.advance(60)
        work = late.sessions.run_due() if scene.is_timer else late.say(session_id, "again", "m2")
        async with standing_still(nodes, call, after_work, work) as doing:
            if not scene.is_timer:
                replies = [doing, asyncio.ensure_future(other.say(session_id, "again", "m2"))]
            await happen([other])
        await doing if scene.is_timer else await nodes.heard(*replies)
        await happen(nodes.both)
        await asyncio.gather(*(node.quiet() for node in nodes.both))
        assert len({texts(reply)[-1] for reply in await asyncio.gather(*replies)}) <= 1
        said = [line for line in await other.transcript(session_id) if line.startswith("bot: ")]
        assert said == [f"bot: {text}" for text in scene.says], (call, said)
        value = await other.store.read_memory("bot", "n")
        assert value.version == call
    assert call > 2


async def test_a_call_that_was_taken_over_before_its_answer_was_known_lost_is_the_others(nodes: Nodes) -> None:
    late, other = nodes.late, nodes.other
    await nodes.deploy(start='HEAR x\nr = CALL "/test/slow", 300, "called"\nTALK r')
    session_id = await nodes.open()
    late.store.only, late.store.calls, late.store.fail_at, late.store.fail_after_work = "commit_turns", 0, 1, True
    async with standing_still(nodes, 1, True, late.say(session_id, "go", "m1")) as asked:
        taking = asyncio.ensure_future(other.sessions.run_due())
        await other.called()
    async with asyncio.timeout(10):
        await late.quiet()
    assert len(await other.called()) == 1
    assert not asked.done()  # it hears of the other's commit
    await other.sessions.close()
    await taking
    await late.sessions.close()
    await asyncio.gather(asked, return_exceptions=True)


SCHEDULED = 'SET SCHEDULE "every hour"\nSET BOT MEMORY "runs", VAL(GET BOT MEMORY "runs") + 1'


@pytest.mark.parametrize("after_work", [False, True])
async def test_a_process_that_stands_still_while_it_fires_lets_a_script_run_once(
    after_work: bool, nodes: Nodes
) -> None:
    await nodes.deploy(report=SCHEDULED)
    hours = 0
    while not hours or nodes.halting.halted.is_set():
        hours += 1
        nodes.advance(HOUR_S - (hours > 1) * STILL_S)
        async with standing_still(nodes, hours, after_work, nodes.late.sessions.run_due()) as firing:
            await happen([nodes.other])
        await firing
        await happen(nodes.both)
        assert await nodes.runs() == hours
    assert hours > 2


# --- one has another time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CASES))
async def test_a_clock_an_hour_ahead_of_who_set_a_time_out_lets_it_fire_once(name: str, nodes: Nodes) -> None:
    case = CASES[name]
    session_id = await begin(nodes.late, case)
    await nodes.other.releases.refresh()
    nodes.other.clock.advance(HOUR_S)
    await happen(nodes.both)
    await check(nodes.other, case, session_id)
    nodes.late.clock.advance(case.after_s)
    await happen(nodes.both)
    nodes.late.clock.advance(HOUR_S)
    await happen(nodes.both)
    await check(nodes.late, case, session_id)


@pytest.mark.parametrize("name", sorted(CASES))
async def test_a_time_out_of_a_clock_an_hour_ahead_fires_once_by_the_others(name: str, nodes: Nodes) -> None:
    case = CASES[name]
    nodes.late.clock.advance(HOUR_S)
    session_id = await begin(nodes.late, case)
    await nodes.other.releases.refresh()
    await nodes.late.sessions.close()
    nodes.other.clock.advance(HOUR_S - 1)
    await happen([nodes.other])
    assert len(await nodes.other.transcript(session_id)) == 1 + len(case.says_at_once)
    nodes.other.clock.advance(case.after_s + 1)
    await happen([nodes.other])
    await check(nodes.other, case, session_id)


async def test_a_clock_an_hour_ahead_takes_a_call_over_and_it_counts_once(nodes: Nodes) -> None:
    await nodes.deploy(start=f'HEAR x\nr = CALL "/test/slow", 0.3, "called"\n{COUNTED}TALK r\nHEAR y\nTALK y')
    session_id = await nodes.open()
    asked = asyncio.create_task(nodes.late.say(session_id, "go", "m1"))
    (key,) = await nodes.late.called()
    nodes.other.clock.advance(HOUR_S)
    taking = asyncio.create_task(happen([nodes.other]))
    assert await nodes.other.called(2) == [key, key]
    repeated = asyncio.create_task(nodes.other.say(session_id, "go", "m1"))
    first, second = await nodes.heard(asked, repeated)
    await taking
    assert (texts(first), second) == (["called"], first)
    assert texts(await nodes.late.say(session_id, "on", "m2")) == ["on"]
    value = await nodes.other.store.read_memory("bot", "n")
    assert value.version == 1


async def test_clocks_an_hour_apart_let_a_script_run_once_each_hour(nodes: Nodes) -> None:
    await nodes.deploy(report=SCHEDULED)
    nodes.other.clock.advance(HOUR_S)
    await happen(nodes.both)
    for hour in range(1, 5):
        assert await nodes.runs() == hour
        for _ in range(6):
            nodes.advance(HOUR_S / 6)
            await happen(nodes.both)
