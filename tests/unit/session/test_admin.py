"""Deleting sessions by what they are: of all owners, for good, whatever they are doing."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import NotAllowed, SessionNotFound
from botserver.ids import SessionId
from botserver.model import LOCAL, Activity, EventKind, Principal, UserInfo
from botserver.session.admin import Purged, PurgeFilter

from .world import World


async def purge(
    world: World, limit: int = 100, *, validate_only: bool = False, forget: bool = False, **where: object
) -> Purged:
    query = PurgeFilter(**where)  # type: ignore[arg-type]  # fields of the filter
    return await world.sessions.admin.purge_sessions(
        LOCAL, query, limit, validate_only=validate_only, forget_users=forget
    )


async def is_there(world: World, session_id: SessionId) -> bool:
    try:
        await world.sessions.get_session(LOCAL, session_id)
    except SessionNotFound:
        return False
    return True


async def test_what_matches_goes_and_the_rest_stays(world: World) -> None:
    await world.deploy("a", start='TALK "hello"\nHEAR x')
    await world.deploy("b", start="END SESSION")
    old, _ = await world.open("a")
    ended, _ = await world.open("b")
    world.clock.advance(100)
    young, _ = await world.open("a", user=UserInfo("u"))
    before = world.clock.now_s() - 50
    assert await purge(world, validate_only=True) == Purged(3, 2, 3)
    assert await purge(world, bot="a", created_before=before, validate_only=True) == Purged(1, 1, 1)
    assert await purge(world, user_id="u", validate_only=True) == Purged(1, 1, 1)
    assert await purge(world, bot="a", created_before=before) == Purged(1, 1, 0)
    assert [await is_there(world, one) for one in (old, ended, young)] == [False, True, True]
    assert await purge(world) == Purged(2, 1, 0)
    await world.pass_time(1)
    assert await world.store.next_due_at() is None


async def test_it_goes_on_where_a_step_ended(world: World) -> None:
    await world.deploy(start="HEAR x")
    for _ in range(5):
        await world.open()
    steps = [await purge(world, 2) for _ in range(4)]
    assert steps == [Purged(2, 0, 3), Purged(2, 0, 1), Purged(1, 0, 0), Purged(0, 0, 0)]


async def test_session_in_the_middle_of_a_call_does_not_come_back(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, "done"\nTALK r')
    session_id, _ = await world.open()
    calling = asyncio.create_task(world.say(session_id, "go", "m1"))
    await world.called()
    assert await purge(world) == Purged(1, 1, 0)
    assert (await calling).activity is Activity.ENDED
    await world.pass_time(100)
    await world.quiet()
    assert not await is_there(world, session_id)
    with pytest.raises(SessionNotFound):
        await world.say(session_id, "go", "m1")


async def test_computation_under_way_is_stopped(world: World) -> None:
    await world.deploy(start='HEAR x\nWHILE TRUE\nn = n + 1\nWEND', config={"max-turn-steps": "2000000000"})
    session_id, _ = await world.open()
    running = asyncio.create_task(world.say(session_id, "go", "m1"))
    await asyncio.sleep(0)
    assert (await purge(world)).remaining == 0
    with pytest.raises(SessionNotFound):
        await running
    assert not await is_there(world, session_id)


async def test_watchers_learn_that_it_ended(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    stream = world.sessions.watch_session(LOCAL, session_id, 0)
    assert (await anext(stream)).kind is EventKind.STATE
    await purge(world)
    assert [event.kind async for event in stream][-1] is EventKind.ENDED


async def test_users_are_forgotten_if_asked(world: World) -> None:
    await world.deploy(start='SET USER MEMORY "k", "v"\nHEAR x', show='TALK GET USER MEMORY "k"')
    for forget, said in ((False, "v"), (True, "")):
        await world.open(user=UserInfo("u"))
        await purge(world, user_id="u", forget=forget)
        _, reply = await world.open(user=UserInfo("u"), script="show")
        assert reply.messages[0].text == said


async def test_only_operators_may(world: World) -> None:
    with pytest.raises(NotAllowed):
        await world.sessions.admin.purge_sessions(
            Principal("somebody"), PurgeFilter(), 1, validate_only=True, forget_users=False
        )
