"""Memory that goes from one bot to another."""

from __future__ import annotations

import pytest

from botserver.limits import MEMORY_TAKEN_KEYS
from tests.unit.session.world import World, texts

SHARES = {"memory-shared-with": "other; bot"}


async def kept(world: World, bot: str, key: str) -> bytes | None:
    found = await world.store.read_memory(bot, key)
    return None if found is None else found.value


async def test_a_key_is_copied_to_a_bot_that_shares(world: World) -> None:
    await world.deploy("billing", config=SHARES, start='TALK "[" & (GET BOT MEMORY "prices") & "]"')
    await world.deploy(
        start='SET BOT MEMORY "prices", {tea: 5}\nBOT SHARE MEMORY "prices" WITH "Billing"\n'
        'TALK GET BOT MEMORY "prices"\nHEAR x\nSET BOT MEMORY "prices", NULL\nBOT SHARE MEMORY "prices" WITH "billing"'
    )
    session_id, reply = await world.open()
    assert texts(reply) == ['{"tea":5}']
    assert texts((await world.open("billing"))[1]) == ['[{"tea":5}]']
    await world.say(session_id, "x")
    assert texts((await world.open("billing"))[1]) == ["[]"]


async def test_all_that_another_bot_keeps_is_taken(world: World) -> None:
    await world.deploy(
        "billing", config=SHARES,
        start='FOR i = 1 TO 9\nSET BOT MEMORY "k" & i, i\nNEXT\nSET BOT MEMORY "k5", NULL',
    )  # fmt: skip
    await world.open("billing")
    await world.deploy(
        start='SET BOT MEMORY "k1", "mine"\nSET BOT MEMORY "own", 7\nBOT SYNC MEMORY FROM "billing"\n'
        'TALK (GET BOT MEMORY "k1") & (GET BOT MEMORY "k9") & (GET BOT MEMORY "own") & (GET BOT MEMORY "k5")'
    )
    assert texts((await world.open())[1]) == ["197"]
    assert await kept(world, "bot", "k9") == await kept(world, "billing", "k9") is not None


async def test_memory_is_shared_with_exactly_the_bot_that_is_named(world: World) -> None:
    await world.deploy("billing", config=SHARES, start="")
    await world.deploy("bot", start="")
    await world.deploy("BOT", start='SET BOT MEMORY "k", 1\nBOT SHARE MEMORY "k" WITH "billing"')
    _, reply = await world.open("BOT")
    assert reply.fault is not None
    assert reply.fault.number == 5001


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('BOT SHARE MEMORY "k" WITH "closed"', 5001),
        ('BOT SHARE MEMORY "k" WITH "nobody"', 5001),
        ('BOT SYNC MEMORY FROM "closed"', 5001),
        ('BOT SHARE MEMORY "k" WITH "bot"', 4002),
        ('BOT SHARE MEMORY "k" WITH ""', 4002),
        ('BOT SHARE MEMORY "" WITH "open"', 4002),
        ('BOT SYNC MEMORY FROM "open"', 9013),
    ],
)
async def test_memory_is_shared_only_with_leave_and_in_bounds(world: World, statement: str, number: int) -> None:
    await world.deploy("closed", config={"memory-shared-with": "another"}, start="")
    fills = f'FOR i = 0 TO {MEMORY_TAKEN_KEYS}\nSET BOT MEMORY "k" & i, i\nNEXT'
    await world.deploy("open", config=SHARES, start=fills)
    await world.open("open")
    await world.deploy(start=f'SET BOT MEMORY "k", 1\n{statement}')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == number
    assert await kept(world, "closed", "k") is None
