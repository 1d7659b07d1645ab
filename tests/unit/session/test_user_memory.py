"""What scripts keep of a user, over sessions and bots."""

from __future__ import annotations

import asyncio

import pytest

from botserver.model import LOCAL, UserInfo
from tests.unit.session.world import World, texts

ANN = UserInfo("u1", "Ann")
COUNT = 'HEAR x\nn = VAL(GET USER MEMORY "n") + 1\nSET USER MEMORY "n", n\nTALK n\n'


async def test_a_user_is_remembered_by_all_bots(world: World) -> None:
    await world.deploy("one", start='REMEMBER "size", {a: 1}\nSET USER FACT "city", "Recife"')
    await world.deploy("two", start='TALK RECALL "size"\nTALK USER FACTS()\nTALK "[" & (RECALL "other") & "]"')
    await world.open("one", user=ANN)
    _, reply = await world.open("two", user=ANN)
    assert texts(reply) == ['{"a":1}', '{"city":"Recife"}', "[]"]
    _, reply = await world.open("two", user=UserInfo("u2"))
    assert texts(reply) == ["", "{}", "[]"]


async def test_an_anonymous_user_is_known_by_the_address_else_by_the_session(world: World) -> None:
    await world.deploy(start='n = VAL(RECALL "n") + 1\nREMEMBER "n", n\nTALK n')
    said = []
    for opening in ({"alias": "+55", "channel": "sms"}, {"alias": "+55", "channel": "sms"}, {"alias": "+56"}, {}, {}):
        session_id, reply = await world.open(**opening)
        said += texts(reply)
        await world.sessions.end_session(LOCAL, session_id)
    assert said == ["1", "2", "1", "1", "1"]


async def test_counters_of_a_user_add_up_over_sessions(world: World) -> None:
    await world.deploy(start=COUNT)
    sessions = [(await world.open(user=ANN))[0] for _ in range(8)]
    replies = await asyncio.gather(*(world.say(session_id, "x") for session_id in sessions))
    assert sorted(text for reply in replies for text in texts(reply)) == [str(n) for n in range(1, 9)]


async def test_writes_of_a_turn_are_seen_in_it_and_lost_with_it(world: World) -> None:
    await world.deploy(
        start='SET USER MEMORY "a", 1\nTALK GET USER MEMORY "a"\nCLEAR USER MEMORY\nTALK "[" & (RECALL "a") & "]"\n'
        'SET USER FACT "b", 2\nTALK USER FACTS\nSET USER MEMORY "a", 3\nHEAR x\nCLEAR USER MEMORY "a"\n'
        'TALK RECALL "a"\nCLEAR USER MEMORY\nTALK USER FACTS()'
    )
    session_id, reply = await world.open(user=ANN)
    assert texts(reply) == ["1", "[]", '{"b":2}']
    assert texts(await world.say(session_id, "x")) == ["", "{}"]


async def test_a_value_is_forgotten_when_its_time_is_over(world: World) -> None:
    await world.deploy(
        start='REMEMBER "a", 1, "2 minutes"\nHEAR x\nTALK RECALL "a"\nHEAR x\nTALK "[" & (RECALL "a") & "]"'
    )
    session_id, _ = await world.open(user=ANN)
    world.clock.advance(119)
    assert texts(await world.say(session_id, "x")) == ["1"]
    world.clock.advance(1)
    assert texts(await world.say(session_id, "x")) == ["[]"]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('SET USER MEMORY "", 1', 4002),
        ('SET USER MEMORY STRING(256, "k"), 1', 4002),
        ('SET USER MEMORY "k", STRING(1050000, "v")', 9008),
        ('FOR i = 1 TO 1001\nSET USER FACT "f" & i, 1\nNEXT', 9008),
        ('FOR i = 1 TO 1001\nREMEMBER "f" & i, 1\nNEXT', 9008),
    ],
)
async def test_user_memory_is_bounded(world: World, statement: str, number: int) -> None:
    await world.deploy(start=statement)
    _, reply = await world.open(user=ANN)
    assert reply.fault is not None
    assert reply.fault.number == number


async def test_a_thousand_keys_fit_and_one_may_be_exchanged(world: World) -> None:
    await world.deploy(
        start='FOR i = 1 TO 1000\nREMEMBER "k" & i, i\nNEXT\nHEAR x\nREMEMBER "k5", 0\nCLEAR USER MEMORY "k1"\n'
        'REMEMBER "new", 1\nTALK (RECALL "k1") & (RECALL "k5") & (RECALL "new")'
    )
    session_id, _ = await world.open(user=ANN)
    assert texts(await world.say(session_id, "x")) == ["01"]
