"""A user who is back after a while: `resume.bas` runs before the message."""

from __future__ import annotations

import pytest

from botserver.model import LOCAL, Activity, SessionState, Wait
from tests.unit.session.world import World, texts

CONFIG = {"fallback-message": "hm"}


async def test_resume_runs_before_a_message_that_comes_late_and_the_message_is_taken_then(world: World) -> None:
    await world.deploy(start='TALK "hello"', resume='TALK "welcome back"', config=CONFIG)
    session_id, _ = await world.open()
    world.clock.advance(1800)
    assert texts(await world.say(session_id, "a")) == ["hm"]
    world.clock.advance(1801)
    assert texts(await world.say(session_id, "b", "late")) == ["welcome back", "hm"]
    assert texts(await world.say(session_id, "b", "late")) == ["welcome back", "hm"]
    assert texts(await world.say(session_id, "c")) == ["hm"]
    assert await world.transcript(session_id) == [
        "bot: hello", "user: a", "bot: hm", "bot: welcome back", "user: b", "bot: hm", "user: c", "bot: hm",
    ]  # fmt: skip


async def test_resume_knows_what_the_user_said_last(world: World) -> None:
    resume = 'TALK "We were discussing: " & GET SESSION "last_interaction"'
    await world.deploy(start='TALK "hello"', resume=resume, config=CONFIG)
    session_id, _ = await world.open()
    for said in ("about tea", "about milk"):
        await world.say(session_id, said)
    for said, before in (("so", "about milk"), ("and", "so")):
        world.clock.advance(1801)
        assert texts(await world.say(session_id, said)) == [f"We were discussing: {before}", "hm"]


async def test_resume_after_is_the_bots_to_set_and_a_silent_resume_runs_once(world: World) -> None:
    resume = 'SET "n", (GET "n") + 1'
    await world.deploy(start='SET "n", 0', resume=resume, config={**CONFIG, "resume-after": "1m"})
    session_id, _ = await world.open()
    world.clock.advance(61)
    assert texts(await world.say(session_id, "a")) == ["hm"]
    assert texts(await world.say(session_id, "b")) == ["hm"]
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.variables == {"n": 1}


async def test_a_pending_question_is_answered_however_late(world: World) -> None:
    await world.deploy(start="HEAR x\nTALK x", resume='TALK "welcome back"')
    session_id, _ = await world.open()
    world.clock.advance(86_400)
    assert texts(await world.say(session_id, "a")) == ["a"]


async def test_without_the_script_nothing_runs(world: World) -> None:
    await world.deploy(start='TALK "hello"', config=CONFIG)
    session_id, _ = await world.open()
    world.clock.advance(86_400)
    assert texts(await world.say(session_id, "a")) == ["hm"]


async def test_a_question_of_resume_is_not_answered_by_the_message_before_it(world: World) -> None:
    await world.deploy(start='TALK "hello"', resume='HEAR x WITH "go on?"\nTALK "so " & x')
    session_id, _ = await world.open()
    world.clock.advance(1801)
    reply = await world.say(session_id, "a")
    assert (texts(reply), reply.activity) == (["go on?"], Activity.WAITING_INPUT)
    assert texts(await world.say(session_id, "yes")) == ["so yes"]


async def test_the_message_waits_for_a_wait_of_resume(world: World) -> None:
    await world.deploy(start='TALK "hello"', resume='TALK "one"\nWAIT 5\nTALK "two"', config=CONFIG)
    session_id, _ = await world.open()
    world.clock.advance(1801)
    assert texts(await world.settle(world.say(session_id, "a"))) == ["one", "two", "hm"]


async def test_a_fault_of_resume_loses_no_message(world: World) -> None:
    await world.deploy(start='TALK "hello"', resume="x = 1 / 0", config={**CONFIG, "error-message": "oops"})
    session_id, _ = await world.open()
    world.clock.advance(1801)
    reply = await world.say(session_id, "a")
    assert texts(reply) == ["oops", "hm"]
    assert texts(await world.say(session_id, "b")) == ["hm"]


async def test_a_resume_that_ends_the_session_ends_the_wait_for_a_reply(world: World) -> None:
    await world.deploy(start='TALK "hello"', resume='TALK "bye"\nEND SESSION')
    session_id, _ = await world.open()
    world.clock.advance(1801)
    assert texts(await world.say(session_id, "a")) == ["bye"]
    assert (await world.sessions.get_session(LOCAL, session_id)).state is SessionState.ENDED


@pytest.mark.parametrize("fails_after", [False, True])
@pytest.mark.parametrize("commit", [1, 2])
async def test_resume_and_message_happen_once_whatever_commit_fails(
    world: World, commit: int, fails_after: bool
) -> None:
    resume = 'SET "n", (GET "n") + 1\nTALK "back " & GET "n"'
    await world.deploy(start='SET "n", 0\nTALK "hello"', resume=resume, config=CONFIG)
    session_id, _ = await world.open()
    world.clock.advance(1801)
    world.store.only, world.store.calls = "commit_turns", 0
    world.store.fail_at, world.store.fail_after_work = commit, fails_after
    assert texts(await world.say(session_id, "a")) == ["back 1", "hm"]
    assert await world.transcript(session_id) == ["bot: hello", "bot: back 1", "user: a", "bot: hm"]


@pytest.mark.parametrize("fails_after", [False, True])
@pytest.mark.parametrize("commit", [1, 2, 3])
async def test_an_outside_call_of_resume_goes_on_whatever_commit_fails(
    world: World, commit: int, fails_after: bool
) -> None:
    resume = 'x = CALL "/test/slow", 0, "called"\nTALK x'
    await world.deploy(start='TALK "hello"', resume=resume, config=CONFIG)
    session_id, _ = await world.open()
    world.clock.advance(1801)
    world.store.only, world.store.calls = "commit_turns", 0
    world.store.fail_at, world.store.fail_after_work = commit, fails_after
    assert texts(await world.say(session_id, "a")) == ["called", "hm"]
    assert await world.transcript(session_id) == ["bot: hello", "bot: called", "user: a", "bot: hm"]


async def test_another_process_takes_the_message_after_resume_stopped_with_the_first(world: World) -> None:
    await world.deploy(start='TALK "hello"', resume='TALK "one"\nWAIT 5\nTALK "two"', config=CONFIG)
    session_id, _ = await world.open()
    world.clock.advance(1801)
    assert texts(await world.say(session_id, "a", "late", Wait.ACCEPTED)) == []
    await world.quiet()
    await world.restart()
    await world.pass_time(5)
    await world.quiet()
    assert texts(await world.say(session_id, "a", "late")) == ["one", "two", "hm"]
    assert await world.transcript(session_id) == ["bot: hello", "bot: one", "bot: two", "user: a", "bot: hm"]
