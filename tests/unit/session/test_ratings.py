"""Ratings of users, and the metrics of a session in its full view."""

from __future__ import annotations

import pytest

from botserver.errors import RequestIdReused, SessionNotFound, StoreUnavailable
from botserver.ids import RequestId, SessionId, new_session_id
from botserver.model import LOCAL, Principal, SessionMetrics
from botserver.session.values import decode_value
from tests.unit.session.world import World

FIRST, SECOND = RequestId("11111111-1111-4111-8111-111111111111"), RequestId("22222222-2222-4222-8222-222222222222")


async def metrics(world: World, session_id: SessionId) -> SessionMetrics:
    found = (await world.sessions.get_session(LOCAL, session_id, full=True)).metrics
    assert found is not None
    return found


async def test_metrics_count_what_happened_until_the_end(world: World) -> None:
    await world.deploy(
        start='TALK "hi"\nLOG SESSION "error", 1\nLOG SESSION "ERROR", 2\nLOG SESSION "milestone", "a"\n'
        'LOG SESSION "other"\nHEAR x\nEND SESSION'
    )
    session_id, _ = await world.open()
    world.clock.advance(7)
    assert await metrics(world, session_id) == SessionMetrics(7.0, 1, 2, 1, None, False)
    await world.say(session_id, "bye")
    world.clock.advance(100)
    assert await metrics(world, session_id) == SessionMetrics(7.0, 2, 2, 1, None, True)
    assert (await world.sessions.get_session(LOCAL, session_id)).metrics is None


async def test_session_that_timed_out_was_not_completed(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open(ttl_s=60.0)
    await world.pass_time(61.0)
    found = await metrics(world, session_id)
    assert (found.duration_s, found.is_completed) == (61.0, False)
    ended, _ = await world.open()
    await world.sessions.end_session(LOCAL, ended)
    assert (await metrics(world, ended)).is_completed


@pytest.mark.parametrize(
    ("value", "seen"), [("4", 4.0), ("4.5", 4.5), ('"4"', None), ("TRUE", None), ("[1]", None), ("NULL", None)]
)
async def test_satisfaction_is_what_scripts_set_until_the_user_rates(
    world: World, value: str, seen: float | None
) -> None:
    await world.deploy(start=f'SET SESSION "Satisfaction", {value}\nHEAR x')
    session_id, _ = await world.open()
    assert (await metrics(world, session_id)).satisfaction == seen
    for score in (0.0, 2.5):
        await world.sessions.rate_session(LOCAL, session_id, score)
        assert (await metrics(world, session_id)).satisfaction == score


async def test_rating_is_an_event_that_disturbs_nothing(world: World) -> None:
    await world.deploy(start='HEAR x\nLOG SESSION "milestone"\nHEAR y\nTALK "on"')
    session_id, _ = await world.open()
    before = await world.sessions.get_session(LOCAL, session_id)
    world.clock.advance(5)
    assert await world.sessions.rate_session(LOCAL, session_id, 3.0, "so\0so") == before
    await world.say(session_id, "x")
    await world.sessions.end_session(LOCAL, session_id)
    await world.sessions.rate_session(LOCAL, session_id, 4.0)
    found = await world.store.list_analytics(session_id, 10)
    assert [(number, event.kind, event.name) for number, event in found] == [
        (1, "rating", "satisfaction"), (2, "session", "milestone"), (3, "rating", "satisfaction"),
    ]  # fmt: skip
    assert decode_value(found[0][1].detail) == {"score": 3.0, "comment": "so\ufffdso"}
    assert found[0][1].at == before.created_at + 5


async def test_repeat_of_a_rating_changes_nothing(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    world.store.only, world.store.calls = "add_analytics", 0
    world.store.fail_at, world.store.fail_after_work = 1, True
    with pytest.raises(StoreUnavailable):
        await world.sessions.rate_session(LOCAL, session_id, 3.0, request_id=FIRST)
    await world.restart()
    first = await world.sessions.rate_session(LOCAL, session_id, 3.0, request_id=FIRST)
    assert first.session_id == session_id
    await world.sessions.rate_session(LOCAL, session_id, 4.0, request_id=SECOND)
    await world.sessions.rate_session(LOCAL, session_id, 3.0, request_id=FIRST)
    assert (await metrics(world, session_id)).satisfaction == 4.0
    assert len(await world.store.list_analytics(session_id, 10)) == 2
    with pytest.raises(RequestIdReused):
        await world.sessions.rate_session(LOCAL, session_id, 5.0, request_id=FIRST)


async def test_foreign_and_unknown_sessions_are_not_rated(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    with pytest.raises(SessionNotFound):
        await world.sessions.rate_session(Principal("stranger"), session_id, 3.0)
    with pytest.raises(SessionNotFound):
        await world.sessions.rate_session(LOCAL, new_session_id(), 3.0)
    assert await world.store.list_analytics(session_id, 10) == []
