"""What scripts log of their session, stored with the turn."""

from __future__ import annotations

from botserver.session.values import decode_value
from tests.unit.session.world import World, texts


async def test_events_are_stored_with_the_turn_in_their_order(world: World) -> None:
    await world.deploy(
        start='LOG SESSION "milestone", "order"\nHEAR x\nLOG SESSION "error", {code: 5}\nTALK 1 / 0', shown="TALK 1"
    )
    session_id, _ = await world.open()
    began_s = world.clock.now_s()
    world.clock.advance(5)
    reply = await world.say(session_id, "x")
    assert reply.fault is not None
    assert texts(reply) == ["Sorry, something went wrong."]
    found = await world.store.list_analytics(session_id, 10)
    assert [(number, event.kind, event.name, decode_value(event.detail)) for number, event in found] == [
        (1, "session", "milestone", "order"), (2, "session", "error", {"code": 5}),
    ]  # fmt: skip
    assert [event.at - began_s for _, event in found] == [0, 5]
    assert [number for number, _ in await world.store.list_analytics(session_id, 10, after=1)] == [2]


async def test_events_of_a_turn_that_is_run_again_are_stored_once(world: World) -> None:
    await world.deploy(start='HEAR x\nLOG SESSION "milestone"\nTALK "done"')
    session_id, _ = await world.open()
    world.store.only, world.store.fail_at, world.store.fail_after_work = "commit_turns", 1, True
    world.store.calls = 0
    assert texts(await world.say(session_id, "x")) == ["done"]
    assert len(await world.store.list_analytics(session_id, 10)) == 1


async def test_activities_and_measurements_are_stored_too(world: World) -> None:
    await world.deploy(start='LOG ACTIVITY "order placed", 3, "tea"\nRECORD METRIC "order" WITH total = 12.5')
    session_id, reply = await world.open()
    assert reply.fault is None
    found = [event for _, event in await world.store.list_analytics(session_id, 10)]
    assert [(event.kind, event.name, decode_value(event.detail)) for event in found] == [
        ("activity", "order placed", [3, "tea"]), ("metric", "order", {"total": 12.5}),
    ]  # fmt: skip
