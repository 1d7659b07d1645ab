"""What scripts cache for their bot: values with an end, that nothing rests on."""

from __future__ import annotations

import pytest

from botserver.limits import CACHE_DEFAULT_S, CACHE_KEYS
from tests.unit.session.world import World, texts

SHOW = 'HEAR x\nTALK "[" & (CACHE GET "rate") & "]"\n'


async def test_a_value_is_shared_by_all_sessions_of_the_bot_and_by_no_other_bot(world: World) -> None:
    await world.deploy("one", start='CACHE SET "rate", {usd: [5.2]}, "2 minutes"\nTALK CACHE GET "rate"')
    await world.deploy("two", start='TALK "[" & (CACHE GET "rate") & "]"')
    for _ in range(2):
        _, reply = await world.open("one")
        assert texts(reply) == ['{"usd":[5.2]}']
    _, reply = await world.open("two")
    assert texts(reply) == ["[]"]


@pytest.mark.parametrize(("duration", "seconds"), [("", CACHE_DEFAULT_S), (', "2 minutes"', 120), (", 1.5", 1.5)])
async def test_a_value_is_gone_when_its_time_is_over(world: World, duration: str, seconds: float) -> None:
    await world.deploy(start=f'CACHE SET "rate", 5{duration}\n' + SHOW * 2)
    session_id, _ = await world.open()
    world.clock.advance(seconds - 1)
    assert texts(await world.say(session_id, "x")) == ["[5]"]
    world.clock.advance(1)
    assert texts(await world.say(session_id, "x")) == ["[]"]


async def test_a_value_that_is_dropped_is_gone_at_once(world: World) -> None:
    await world.deploy(start='CACHE SET "rate", 5\n' + SHOW + 'CACHE SET "rate", NULL\n' + SHOW)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["[5]"]
    assert texts(await world.say(session_id, "x")) == ["[]"]


async def test_the_last_of_two_that_cache_at_once_wins_and_neither_runs_again(world: World) -> None:
    await world.deploy(start='x = CACHE GET "n"\nHEAR y\nCACHE SET "n", y\nTALK CACHE GET "n"', show=SHOW)
    one, two = [(await world.open())[0] for _ in range(2)]
    assert texts(await world.say(one, "1")) == ["1"]
    assert texts(await world.say(two, "2")) == ["2"]
    session_id, _ = await world.open(script="show")
    assert texts(await world.say(session_id, "x")) == ["[]"]


async def test_a_full_cache_lets_go_what_would_end_first(world: World) -> None:
    await world.deploy(
        start='CACHE SET "soon", 1, 5\nCACHE SET "late", 1, 500\nHEAR x\n'
        f'FOR i = 2 TO {CACHE_KEYS}\nCACHE SET "k" & i, i, 50\nNEXT\nHEAR x\n'
        'TALK "[" & (CACHE GET "soon") & (CACHE GET "late") & (CACHE GET "k2") & "]"'
    )
    session_id, _ = await world.open()
    await world.say(session_id, "x")
    assert texts(await world.say(session_id, "x")) == ["[12]"]


async def test_a_turn_caches_no_more_than_a_bot_may_have(world: World) -> None:
    await world.deploy(start=f'FOR i = 0 TO {CACHE_KEYS}\nCACHE SET "k" & i, i\nNEXT', big=(
        'FOR i = 1 TO 300\nCACHE SET "k" & i, STRING(60000, "x")\nNEXT'
    ))  # fmt: skip
    for script in ("start", "big"):
        _, reply = await world.open(script=script)
        assert reply.fault is not None
        assert reply.fault.number == 9013


async def test_memory_of_the_user_is_cleared_and_the_cache_stays(world: World) -> None:
    await world.deploy(start='CACHE SET "rate", 5\nCLEAR USER MEMORY\n' + SHOW)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["[5]"]
