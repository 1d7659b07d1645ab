"""What becomes of a turn when its commit does not come about: every answer of the store may be lost, at any point."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from botserver.errors import StaleClaim, StoreUnavailable
from botserver.ids import SessionId
from botserver.model import LOCAL, Activity, Wait
from botserver.session.sessions import Sessions
from botserver.session.settings import SessionSettings
from botserver.store.abc import CommitResult, TurnCommit
from tests.unit.session.world import World, texts

SCRIPT = """
total = 0
FOR i = 1 TO 3
  HEAR x
  n = GET BOT MEMORY "n"
  IF n = "" THEN n = 0
  SET BOT MEMORY "n", n + 1
  r = CALL "/test/slow", 0, x
  total = total + i
  TALK "${i}: ${r} ${total}"
  WAIT 2
  TALK "waited ${i}"
NEXT
TALK "memory ${GET BOT MEMORY "n"}"
"""
SAID = [
    "user: a", "bot: 1: a 1", "bot: waited 1",
    "user: b", "bot: 2: b 3", "bot: waited 2",
    "user: c", "bot: 3: c 6", "bot: waited 3", "bot: memory 3",
]  # fmt: skip


async def hold_conversation(world: World, *, restart: bool = False) -> SessionId:
    """Send three messages, each again and again until it is answered, through whatever happens."""
    session_id = await open_patiently(world)
    for text in "abc":
        await say_patiently(world, session_id, text, restart=restart)
    return session_id


async def open_patiently(world: World) -> SessionId:
    for _ in range(5):
        try:
            return (await world.open(request_id="00000000-0000-4000-8000-000000000001"))[0]
        except StoreUnavailable:
            await world.pass_time(40)
    raise AssertionError("the session does not open")


async def say_patiently(world: World, session_id: SessionId, text: str, *, restart: bool) -> None:
    for _ in range(5):
        try:
            await world.settle(world.say(session_id, text, text), step_s=2.0)
            return
        except (StoreUnavailable, StaleClaim):
            if restart:
                await world.restart()
            await pass_time_patiently(world)
    raise AssertionError(f"{text} is not answered")


async def pass_time_patiently(world: World) -> None:
    """A claim's life: what died is taken over."""
    try:
        await world.pass_time(40)
    except StoreUnavailable:
        await world.pass_time(40)


async def count_calls(folder: Path) -> int:
    world = World(folder)
    try:
        await world.deploy(start=SCRIPT)
        first = world.store.calls
        await hold_conversation(world)
        return world.store.calls - first
    finally:
        await world.close()


@pytest.mark.parametrize("after_work", [False, True], ids=["before", "after"])
async def test_a_conversation_ends_the_same_whichever_answer_of_the_store_is_lost(
    tmp_path: Path, after_work: bool
) -> None:
    n_calls = await count_calls(tmp_path / "count")
    assert n_calls > 20
    for n in range(1, n_calls + 1):
        world = World(tmp_path / f"run{n}")
        try:
            await world.deploy(start=SCRIPT)
            world.store.fail_at, world.store.fail_after_work = world.store.calls + n, after_work
            session_id = await hold_conversation(world, restart=n % 2 == 0)
            assert await world.transcript(session_id) == SAID, f"call {n} of {n_calls}"
        finally:
            await world.close()


async def test_a_commit_whose_answer_is_lost_is_found_written(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "got ${x}"')
    session_id, _ = await world.open()
    world.store.only, world.store.fail_after_work = "commit_turns", True
    world.store.fail_at = world.store.calls + 1
    reply = await world.say(session_id, "a")
    assert texts(reply) == ["got a"]
    assert await world.transcript(session_id) == ["user: a", "bot: got a"]


async def test_a_timer_turn_whose_answer_is_lost_still_reaches_who_waits(world: World) -> None:
    await world.deploy(start='HEAR x\nWAIT 2\nTALK "later"')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "a"))
    await world.quiet()
    world.store.only, world.store.calls, world.store.fail_at, world.store.fail_after_work = "commit_turns", 0, 1, True
    await world.pass_time(2)
    assert texts(await waiting) == ["later"]


async def test_a_store_that_is_away_refuses_and_then_goes_on(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "got ${x}"')
    session_id, _ = await world.open()
    world.store.is_down = True
    with pytest.raises(StoreUnavailable):
        await world.say(session_id, "a", "one")
    world.store.is_down = False
    assert texts(await world.say(session_id, "a", "one")) == ["got a"]


async def test_two_processes_on_one_session_take_turns(world: World) -> None:
    await world.deploy(start='FOR i = 1 TO 10\n  HEAR x\n  TALK "${i}: ${x}"\nNEXT')
    session_id, _ = await world.open()
    here = world.sessions
    world.boot()
    await world.activate()
    there = world.sessions
    said: list[str] = []
    for n in range(10):
        world.sessions = here if n % 2 else there
        said += texts(await world.say(session_id, f"m{n}"))
    assert said == [f"{n + 1}: m{n}" for n in range(10)]


async def test_two_processes_at_once_lose_and_double_nothing(world: World) -> None:
    await world.deploy(start='FOR i = 1 TO 20\n  HEAR x\n  TALK "${i}: ${x}"\nNEXT')
    session_id, _ = await world.open()
    nodes: list[Sessions] = [world.sessions]
    world.boot()
    await world.activate()
    nodes.append(world.sessions)

    async def send(n: int) -> list[str]:
        world.sessions = nodes[n % 2]
        return texts(await world.say(session_id, f"m{n}"))

    replies = await asyncio.gather(*(send(n) for n in range(20)))
    numbers = sorted(int(reply[0].partition(":")[0]) for reply in replies)
    assert numbers == list(range(1, 21))


async def test_a_counter_adds_up_over_two_processes(world: World) -> None:
    await world.deploy(
        start='WHILE TRUE\n  HEAR x\n  n = GET BOT MEMORY "n"\n  IF n = "" THEN n = 0\n'
        '  SET BOT MEMORY "n", n + 1\n  TALK "${n + 1}"\nWEND'
    )
    nodes: list[Sessions] = [world.sessions]
    opened = [await world.open() for _ in range(10)]
    world.boot()
    await world.activate()
    nodes.append(world.sessions)

    async def send(n: int) -> int:
        world.sessions = nodes[n % 2]
        return int(texts(await world.say(opened[n % 10][0], "x"))[0])

    assert sorted(await asyncio.gather(*(send(n) for n in range(40)))) == list(range(1, 41))


async def test_an_interrupted_turn_leaves_no_trace(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "begun"\nWHILE x = "loop"\nWEND\nTALK "done"')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "loop", "one"))
    for _ in range(50):
        await asyncio.sleep(0)
    await world.restart()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await world.transcript(session_id) == []
    view = await world.sessions.get_session(LOCAL, session_id)
    assert (view.revision, view.activity) == (1, Activity.WAITING_INPUT)
    assert texts(await world.say(session_id, "go", "two")) == ["begun", "done"]


async def test_a_repeat_is_answered_although_nobody_was_told_of_the_commit(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "a"\nWAIT 5\nTALK "b"\nHEAR y')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go", "one"))
    await world.quiet()
    commit_turns = world.store.store.commit_turns

    async def commit_and_vanish(commits: list[TurnCommit]) -> list[CommitResult]:
        await commit_turns(commits)
        world.store.is_down = True
        raise StoreUnavailable(what="test")

    world.store.store.commit_turns = commit_and_vanish  # type: ignore[assignment, method-assign]  # a lost answer
    with suppress(StoreUnavailable):
        await world.pass_time(5)
    world.store.store.commit_turns = commit_turns  # type: ignore[method-assign]  # found again
    world.store.is_down = False
    repeat = await asyncio.wait_for(world.say(session_id, "go", "one"), 10)
    assert texts(repeat) == ["a", "b"]
    assert await waiting == repeat


@pytest.mark.parametrize("end", [False, True])
async def test_a_repeat_that_asks_only_for_acceptance_gets_the_first_answer(world: World, end: bool) -> None:
    await world.deploy(start="HEAR x\nTALK x\n" + ("END SESSION" if end else "HEAR y"))
    session_id, _ = await world.open()
    first = await world.say(session_id, "go", "one", Wait.ACCEPTED)
    await world.quiet()
    assert await world.say(session_id, "go", "one", Wait.ACCEPTED) == first


async def test_a_claim_is_renewed_after_a_mistake_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SessionSettings(
        worker_threads=1, drain_s=0.0, claim_renew_s=0.0, test_performers=True, call_log=tmp_path / "calls"
    )
    world, renewed = World(tmp_path, settings), asyncio.Semaphore(0)

    async def fail(*_: object) -> bool:
        renewed.release()
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(world.store, "renew_claim", fail, raising=False)
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, x')
    session_id, _ = await world.open()
    calling = asyncio.ensure_future(world.say(session_id, "go"))
    async with asyncio.timeout(10):
        for _ in range(2):
            await renewed.acquire()
    await world.close()
    await asyncio.gather(calling, return_exceptions=True)


async def test_a_call_ends_with_the_lane_that_made_it(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, x')
    session_id, _ = await world.open()
    before = asyncio.all_tasks()
    calling = asyncio.ensure_future(world.say(session_id, "go"))
    await world.called()
    lane = world.sessions._lanes.lane(session_id)
    assert lane.task is not None
    lane.task.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    async with asyncio.timeout(10):
        while asyncio.all_tasks() - before - {calling}:
            await asyncio.sleep(0)
