"""NOTIFY ATTENDANT and NOTIFY AGENT: what scripts tell agents."""

from __future__ import annotations

import pytest

from botserver.limits import NOTICE_CHARS, TURN_NOTICES
from botserver.model import LOCAL
from tests.unit.session.world import World

from .people import ANN, BOB, Watching, online


async def told(watching: Watching) -> list[str]:
    return [event.notice.text for event in await watching.seen() if event.notice]


async def test_an_agent_is_told_at_once_and_nobody_else_is(world: World) -> None:
    await world.deploy(start='HEAR x\nNOTIFY ATTENDANT "ann", x\nNOTIFY AGENT " ann " WITH {order: 7}\nHEAR y')
    await online(world)
    await online(world, BOB)
    anns, bobs = Watching(world), Watching(world, BOB)
    assert (await told(anns), await told(bobs)) == ([], [])
    session_id, _ = await world.open()
    assert (await world.say(session_id, "a customer waits")).fault is None
    assert (await told(anns), await told(bobs)) == (["a customer waits", '{"order":7}'], [])
    assert await told(anns) == []
    await anns.close()
    await bobs.close()


async def test_who_is_not_there_is_told_when_they_come_until_they_have_seen_it(world: World) -> None:
    await world.deploy(start='NOTIFY ATTENDANT "ann" TO "first"\nNOTIFY ATTENDANT "ann", "second"')
    await online(world)
    await world.pass_time(1000)
    await world.open()
    for _ in range(2):
        watching = Watching(world)
        notices = [event.notice for event in await watching.seen() if event.notice]
        assert [notice.text for notice in notices] == ["first", "second"]
        await watching.close()
    await world.sessions.desks.see_notices(LOCAL, ANN, [notices[0].notice_id])
    await world.restart()
    watching = Watching(world)
    assert await told(watching) == ["second"]
    await world.sessions.desks.see_notices(LOCAL, ANN, [notices[1].notice_id])
    await online(world)
    assert await told(watching) == []
    await watching.close()


async def test_a_turn_whose_commit_is_not_answered_tells_once(world: World) -> None:
    await world.deploy(start='HEAR x\nNOTIFY ATTENDANT "ann", x')
    await online(world)
    session_id, _ = await world.open()
    world.store.only, world.store.fail_at = "commit_turns", world.store.calls + 1
    world.store.fail_after_work = True
    await world.say(session_id, "once")
    assert [each.text for each in await world.store.list_notices("local", ANN)] == ["once"]


async def test_a_turn_that_fails_tells_what_it_told_before(world: World) -> None:
    await world.deploy(start='NOTIFY ATTENDANT "ann", "before"\nTHROW "no"')
    await online(world)
    _, reply = await world.open()
    assert reply.fault is not None
    assert [each.text for each in await world.store.list_notices("local", ANN)] == ["before"]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('NOTIFY ATTENDANT "eve", "x"', 4004),
        ('NOTIFY ATTENDANT "", "x"', 4004),
        ('NOTIFY AGENT "support" WITH "x"', 4004),
        ('NOTIFY ATTENDANT "ann", " "', 4002),
        (f'NOTIFY ATTENDANT "ann", STRING({NOTICE_CHARS}, "x")', None),
        (f'NOTIFY ATTENDANT "ann", STRING({NOTICE_CHARS + 1}, "x")', 9008),
        (f'FOR i = 1 TO {TURN_NOTICES}\nNOTIFY ATTENDANT "ann", i\nNEXT', None),
        (f'FOR i = 0 TO {TURN_NOTICES}\nNOTIFY ATTENDANT "ann", i\nNEXT', 9013),
    ],
)
async def test_notices_are_bounded_and_for_somebody(world: World, statement: str, number: int | None) -> None:
    await world.deploy(start=statement)
    await online(world, queues=("support",))
    _, reply = await world.open()
    assert (None if reply.fault is None else reply.fault.number) == number
