"""SET PRIORITY: how urgent scripts say that sessions are."""

from __future__ import annotations

import pytest

from botserver.limits import TURN_PRIORITIES
from tests.unit.session.world import World

from .people import item_of


async def test_a_session_that_is_handed_over_is_urgent_with_the_turn(world: World) -> None:
    await world.deploy(start='HEAR x\nTRANSFER SESSION ""\nSET PRIORITY SESSION_ID, "high"')
    session_id, _ = await world.open()
    world.store.only, world.store.fail_at = "commit_turns", world.store.calls + 1
    world.store.fail_after_work = True
    assert (await world.say(session_id, "x")).fault is None
    assert (await item_of(world, session_id)).priority == 10


async def test_agents_and_the_bot_itself_set_that_of_other_sessions(world: World) -> None:
    await world.deploy(start='HEAR id\nIF id = "x" THEN\nTRANSFER SESSION ""\nELSE\nSET PRIORITY id TO 7\nEND IF')
    waiting, _ = await world.open()
    await world.say(waiting, "x")
    allowed, _ = await world.open(metadata={"user_role": "agent"})
    assert (await world.say(allowed, waiting.upper())).fault is None
    assert (await item_of(world, waiting)).priority == 7
    refused, _ = await world.open()
    reply = await world.say(refused, waiting)
    assert reply.fault is not None
    assert reply.fault.number == 5001


async def test_a_session_of_nobody_s_concern_stays_so(world: World) -> None:
    await world.deploy(start='SET PRIORITY SESSION_ID, "urgent"\nTALK "ok"')
    session_id, reply = await world.open()
    assert reply.fault is None
    assert await world.store.find_item(session_id) is None


async def test_sessions_of_other_bots_are_no_sessions(world: World) -> None:
    await world.deploy("another", start="")
    foreign, _ = await world.open("another")
    await world.deploy(start="HEAR id\nSET PRIORITY id, 1")
    for wrong in (foreign, "nobody"):
        session_id, _ = await world.open(metadata={"user_role": "system"})
        reply = await world.say(session_id, wrong)
        assert reply.fault is not None
        assert reply.fault.number == 4004


@pytest.mark.parametrize("value", ['"soon"', "TRUE", "[1]"])
async def test_a_priority_is_a_word_or_a_number(world: World, value: str) -> None:
    await world.deploy(start=f"SET PRIORITY SESSION_ID, {value}")
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 4002


async def test_a_turn_sets_those_of_so_many_sessions(world: World) -> None:
    await world.deploy(
        start='HEAR ids\nn = 0\nFOR EACH id IN SPLIT(ids, ",")\nSET PRIORITY id, 1\nSET PRIORITY id, 2\nn = n + 1\nNEXT'
    )
    others = [(await world.open())[0] for _ in range(TURN_PRIORITIES + 1)]
    session_id, _ = await world.open(metadata={"user_role": "agent"})
    reply = await world.say(session_id, ",".join(others))
    assert reply.fault is not None
    assert reply.fault.number == 9013
