"""Deleting sessions by what they are: of all owners, for good, whatever they are doing."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import NotAllowed, RequestIdReused, SessionNotFound
from botserver.ids import RequestId, SessionId
from botserver.model import LOCAL, Activity, EventKind, Principal, UserInfo
from botserver.session.admin import Purged, PurgeFilter

from .world import World

REQUEST = RequestId("0b8f1c5e-1111-4222-8333-123456789abc")


async def purge(
    world: World,
    limit: int = 100,
    *,
    validate_only: bool = False,
    forget: bool = False,
    page_token: str = "",
    request_id: RequestId | None = None,
    **where: object,
) -> Purged:
    query = PurgeFilter(**where)  # type: ignore[arg-type]  # fields of the filter
    return await world.sessions.admin.purge_sessions(
        LOCAL,
        query,
        limit,
        validate_only=validate_only,
        forget_users=forget,
        page_token=page_token,
        request_id=request_id,
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
    assert [(step.sessions, step.remaining) for step in steps] == [(2, 3), (2, 1), (1, 0), (0, 0)]


async def test_steps_go_over_the_sessions_once_by_token(world: World) -> None:
    await world.deploy(start="HEAR x")
    for _ in range(5):
        await world.open()
    steps = [await purge(world, 2)]
    while token := steps[-1].next_token:
        steps.append(await purge(world, 2, page_token=token))
    assert [(step.sessions, step.remaining) for step in steps] == [(2, 3), (2, 1), (1, 0)]


async def test_what_is_counted_at_once_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.admin.PURGE_COUNTED", 3)
    await world.deploy(start='TALK "a"\nHEAR x')
    for _ in range(5):
        await world.open()
    first = await purge(world, validate_only=True)
    assert (first.sessions, first.messages) == (3, 3)
    second = await purge(world, validate_only=True, page_token=first.next_token)
    assert second == Purged(2, 2, 2)
    assert (await purge(world, 1)).remaining == 3


async def test_a_repeated_request_deletes_nothing_more_and_gets_the_first_answer(world: World) -> None:
    await world.deploy(start="HEAR x")
    for _ in range(3):
        await world.open()
    assert await purge(world, 1, validate_only=True, request_id=REQUEST) == Purged(3, 0, 3)  # remembers nothing
    first = await purge(world, 1, request_id=REQUEST)
    assert first.sessions == 1
    assert await purge(world, 1, request_id=REQUEST) == first
    assert (await purge(world, validate_only=True)).sessions == 2
    with pytest.raises(RequestIdReused):
        await purge(world, 2, request_id=REQUEST)


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
    await world.deploy(start="HEAR x\nWHILE TRUE\nn = n + 1\nWEND", config={"max-turn-steps": "2000000000"})
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
