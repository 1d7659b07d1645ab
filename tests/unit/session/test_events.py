"""Events and schedules: what runs in a session beside its script, in runs of its own."""

from __future__ import annotations

import pytest

from botserver.limits import EVENT_HOPS, EVENTS
from botserver.model import LOCAL, Activity

from .world import World, texts


async def test_handlers_run_after_the_run_that_publishes(world: World) -> None:
    handler = 'ON EVENT "Paid"\nTALK event.name & event.data\nEND ON\n'
    await world.deploy(start=handler + 'PUBLISH EVENT "paid ", 5\nTALK "a"\nHEAR y\nTALK y')
    session_id, reply = await world.open()
    assert texts(reply) == ["a", "paid5"]
    assert reply.activity is Activity.WAITING_INPUT
    assert texts(await world.say(session_id, "on")) == ["on"]


async def test_handlers_of_scripts_that_never_ran_hear_of_events(world: World) -> None:
    await world.deploy(start='TRIGGER "a", 1', b='ON EVENT "a"\nTALK "b" & event.data\nEND ON', c="TALK 1")
    _, reply = await world.open()
    assert texts(reply) == ["b1"]


async def test_handlers_that_publish_for_each_other_are_bounded(world: World) -> None:
    await world.deploy(start='ON EVENT "a"\nTALK "x"\nPUBLISH EVENT "a"\nEND ON\nPUBLISH EVENT "a"')
    _, reply = await world.open()
    assert len(texts(reply)) == EVENT_HOPS + 1
    assert reply.fault is None


async def test_events_of_a_turn_are_bounded(world: World) -> None:
    await world.deploy(start=f'FOR i = 1 TO {EVENTS}\nPUBLISH EVENT "a"\nNEXT\nTALK "ok"\nPUBLISH EVENT "a"')
    _, reply = await world.open()
    assert texts(reply)[0] == "ok"
    assert reply.fault is not None
    assert reply.fault.number == 9013


async def test_a_script_waits_for_an_event_or_for_its_time(world: World) -> None:
    await world.deploy(
        start='SCHEDULE IN 10 SECONDS DO\nPUBLISH EVENT "a"\nEND SCHEDULE\n'
        'x = WAIT FOR EVENT "a" TIMEOUT 60\nTALK x\nx = WAIT FOR EVENT "a" TIMEOUT 60\nTALK x\nTALK "end"'
    )
    session_id, reply = await world.open()
    assert reply.activity is Activity.WAITING_TIMER
    await world.pass_time(11.0)
    assert await world.transcript(session_id) == ["bot: true"]
    await world.pass_time(61.0)
    assert await world.transcript(session_id) == ["bot: true", "bot: false", "bot: end"]


async def test_a_wait_for_an_event_is_an_operand_like_others(world: World) -> None:
    await world.deploy(
        start='PUBLISH EVENT "a"\nIF NOT WAIT FOR EVENT "a" TIMEOUT 60 AND TRUE THEN TALK "never"\n'
        'TALK "b: " & WAIT FOR EVENT "b" TIMEOUT 60'
    )
    session_id, _ = await world.open()
    await world.pass_time(61.0)
    assert await world.transcript(session_id) == ["bot: b: false"]


async def test_a_session_is_waiting_for_a_handler_that_asks_while_a_script_waits(world: World) -> None:
    await world.deploy(
        start='ON EVENT "a"\nTALK GET SESSION "status"\nEND ON\nPUBLISH EVENT "a"\nTALK GET SESSION "status"\n'
        'HEAR x\nPUBLISH EVENT "a"\nTALK GET SESSION "status"'
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["active", "waiting"]
    assert texts(await world.say(session_id, "on")) == ["active", "active"]


async def test_a_schedule_fires_once_beside_a_question(world: World) -> None:
    block = 'SCHEDULE IN 5 MINUTES DO\nTALK "still there? " & n\nHEAR x\nEND SCHEDULE\n'
    await world.deploy(start=f'n = 1\n{block}n = 2\nHEAR x AS "a", "b"\nTALK x')
    session_id, _ = await world.open()
    before = await world.sessions.get_session(LOCAL, session_id)
    await world.pass_time(301.0)
    await world.pass_time(301.0)
    after = await world.sessions.get_session(LOCAL, session_id)
    assert await world.transcript(session_id) == ["bot: still there? 1"]
    assert after.waiting_for == before.waiting_for
    assert texts(await world.say(session_id, "b")) == ["b"]


async def test_a_schedule_survives_its_process_and_an_idle_session(world: World) -> None:
    await world.deploy(start='SCHEDULE IN 1 HOUR DO\nTALK "later"\nEND SCHEDULE')
    session_id, reply = await world.open()
    assert reply.activity is Activity.IDLE
    await world.restart()
    await world.pass_time(3599.0)
    assert await world.transcript(session_id) == []
    await world.pass_time(2.0)
    assert await world.transcript(session_id) == ["bot: later"]


async def test_a_schedule_leaves_the_time_of_a_question_as_it_is(world: World) -> None:
    await world.deploy(
        config={"hear-timeout-secs": "100"},
        start='SCHEDULE IN 60 SECONDS DO\nTALK "s"\nEND SCHEDULE\nHEAR x\nTALK "never"',
    )
    session_id, _ = await world.open()
    await world.pass_time(61.0)
    assert await world.transcript(session_id) == ["bot: s"]
    await world.pass_time(38.0)
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.WAITING_INPUT
    await world.pass_time(2.0)
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.IDLE


async def test_a_handlers_outside_call_goes_on_in_another_process(world: World) -> None:
    await world.deploy(
        start='ON EVENT "a"\nx = CALL "/test/slow", 0, "called"\nTALK x\nEND ON\n'
        'ON EVENT "b"\nTALK "b"\nEND ON\nPUBLISH EVENT "a"\nPUBLISH EVENT "b"\nHEAR y\nTALK y'
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["called", "b"]
    assert texts(await world.say(session_id, "on")) == ["on"]


async def test_a_response_waited_for_is_null_when_nobody_answers_in_time(world: World) -> None:
    await world.deploy(
        config={"hear-timeout-secs": "10"},
        start='again:\nWAIT FOR RESPONSE AS x TIMEOUT 60\nIF ISNULL(x) THEN\nTALK "null"\nELSE\nTALK x\nEND IF\n'
        "GOTO again",
    )
    session_id, reply = await world.open()
    assert reply.waiting_for is not None
    assert (reply.waiting_for.kind, reply.waiting_for.variable, reply.waiting_for.type) == ("input", "x", "STRING")
    assert texts(await world.say(session_id, " yes ")) == ["yes"]
    await world.pass_time(59.0)
    assert await world.transcript(session_id) == ["user:  yes ", "bot: yes"]
    await world.restart()
    await world.pass_time(2.0)
    assert await world.transcript(session_id) == ["user:  yes ", "bot: yes", "bot: null"]
    assert texts(await world.say(session_id, "late")) == ["late"]


@pytest.mark.parametrize("seconds", ["-1", "TRUE", '"60"', "2592001"])
async def test_a_response_is_waited_for_at_most_30_days(world: World, seconds: str) -> None:
    await world.deploy(
        start=f"TRY\nWAIT FOR RESPONSE AS x TIMEOUT {seconds}\nCATCH e\nTALK e.code\nEND TRY",
    )
    _, reply = await world.open()
    assert texts(reply) == ["4002"]
