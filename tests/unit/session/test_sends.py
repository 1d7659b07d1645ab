"""SEND TO SESSION: delivered exactly once, with the turn that sends, without disturbing what waits there."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import LimitReached, RequestIdReused, SessionEnded, SessionNotFound, StoreUnavailable
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.limits import INBOX_INPUTS, SENDS
from botserver.model import LOCAL, Activity, Principal

from .world import World, texts

SENDER = """
DO
  HEAR target
  HEAR text
  SEND TO SESSION target, text
LOOP
"""


async def send(world: World, sender: SessionId, target: str, text: str) -> int | None:
    """The fault's number, if there was one."""
    await world.say(sender, target)
    reply = await world.say(sender, text)
    await world.quiet()
    return None if reply.fault is None else reply.fault.number


async def test_message_reaches_a_session_that_waits_and_leaves_it_waiting(world: World) -> None:
    web = 'IF CHANNEL = "web" THEN\nHEAR x\nTALK "you said " & x\nELSE\nRUN "s"\nEND IF'
    await world.deploy(start=web, s=SENDER)
    target, _ = await world.open(channel="web")
    sender, _ = await world.open()
    before = await world.sessions.get_session(LOCAL, target)
    assert await send(world, sender, target.upper() + " ", "ready") is None
    after = await world.sessions.get_session(LOCAL, target)
    assert (after.activity, after.waiting_for) == (before.activity, before.waiting_for)
    assert texts(await world.say(target, "ok")) == ["you said ok"]
    assert await world.transcript(target) == ["bot: ready", "user: ok", "bot: you said ok"]


async def test_message_reaches_a_watcher(world: World) -> None:
    await world.deploy(start='IF GET SESSION "channel" <> "web" THEN RUN "s"', s=SENDER)
    target, _ = await world.open(channel="web")
    sender, _ = await world.open()
    events = world.sessions.watch_session(LOCAL, target, 0)
    await anext(events)
    waiting = asyncio.ensure_future(anext(events))
    await send(world, sender, target, "ready")
    event = await waiting
    assert event.message is not None
    assert event.message.text == "ready"


async def test_message_to_oneself_comes_like_any_other(world: World) -> None:
    await world.deploy(start='TALK "a"\nSEND TO SESSION SESSION_ID, "self"\nTALK "b"\nHEAR x\nTALK x')
    session_id, _ = await world.open()
    await world.quiet()
    assert await world.transcript(session_id) == ["bot: a", "bot: b", "bot: self"]
    assert texts(await world.say(session_id, "x")) == ["x"]


async def test_message_in_answer_to_a_lone_message_reaches_oneself(world: World) -> None:
    await world.deploy(start='HEAR x\nSEND TO SESSION SESSION_ID, "self"\nHEAR y\nTALK y')
    session_id, _ = await world.open()
    await world.say(session_id, "x")
    await world.quiet()
    assert texts(await world.say(session_id, "y")) == ["y"]
    assert await world.transcript(session_id) == ["user: x", "bot: self", "user: y", "bot: y"]


async def test_unknown_ended_and_foreign_sessions_are_4004(world: World) -> None:
    await world.deploy(start=SENDER)
    await world.deploy("other", start="HEAR x")
    sender, _ = await world.open()
    foreign, _ = await world.open("other")
    ended, _ = await world.open()
    await world.sessions.end_session(LOCAL, ended)
    for target in (new_session_id(), foreign, ended, "", "nonsense"):
        sender, _ = await world.open()
        assert await send(world, sender, target or "-", "x") == 4004
    assert await world.transcript(foreign) == []


async def test_message_comes_while_the_script_pauses(world: World) -> None:
    await world.deploy(start='IF CHANNEL = "web" THEN\nWAIT 100\nTALK "on"\nELSE\nRUN "s"\nEND IF', s=SENDER)
    target, _ = await world.open(channel="web")
    sender, _ = await world.open()
    await send(world, sender, target, "ready")
    assert await world.transcript(target) == ["bot: ready"]
    await world.pass_time(99.0)
    assert await world.transcript(target) == ["bot: ready"]
    await world.pass_time(2.0)
    assert await world.transcript(target) == ["bot: ready", "bot: on"]


async def test_turn_that_is_run_again_sends_once(world: World) -> None:
    await world.deploy(start=SENDER)
    target, _ = await world.open()
    sender, _ = await world.open()
    await world.say(sender, target)
    world.store.only, world.store.calls = "commit_turns", 0
    world.store.fail_at, world.store.fail_after_work = 1, True
    await world.say(sender, "ready")
    await world.pass_time(6.0)  # nobody knows whether it was sent, until it is due
    await world.pass_time(6.0)
    assert await world.transcript(target) == ["bot: ready"]


async def test_message_is_delivered_by_another_process_if_this_one_dies(world: World) -> None:
    await world.deploy(start=SENDER)
    target, _ = await world.open()
    sender, _ = await world.open()
    await world.say(sender, target)
    world.sessions._lanes.submit = _refuse_others(world, sender)  # type: ignore[method-assign]  # dies before waking it
    await world.say(sender, "ready")
    await world.restart()
    assert await world.transcript(target) == []
    await world.pass_time(6.0)
    assert await world.transcript(target) == ["bot: ready"]


def _refuse_others(world: World, sender: SessionId):  # type: ignore[no-untyped-def]  # stands for a method
    submit = world.sessions._lanes.submit

    def only_sender(session_id, work, *, first=False):  # type: ignore[no-untyped-def]  # likewise
        if session_id == sender:
            return submit(session_id, work, first=first)
        return asyncio.get_running_loop().create_future()

    return only_sender


async def test_sends_of_a_turn_and_inputs_of_a_session_are_bounded(world: World) -> None:
    loop = "FOR i = 1 TO n\nSEND TO SESSION SESSION_ID, i\nNEXT\nHEAR x"
    await world.deploy(start=f"PARAM n AS INTEGER\n{loop}")
    for n, fault in ((SENDS, None), (SENDS + 1, 9013)):
        _, reply = await world.open(parameters={"n": n})
        assert (None if reply.fault is None else reply.fault.number) == fault
        await world.quiet()
    assert SENDS < INBOX_INPUTS
    assert reply.activity is Activity.IDLE


# --- from outside ------------------------------------------------------------------------------------------------


async def tell(world: World, session_id: SessionId, text: str, message_id: str) -> None:
    await world.sessions.send_to_session(LOCAL, session_id, text, MessageId(message_id))


async def test_message_from_outside_is_said_once_and_leaves_the_session_waiting(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "you said " & x')
    session_id, _ = await world.open()
    before = await world.sessions.get_session(LOCAL, session_id)
    for _ in range(2):
        await tell(world, session_id, "ready\0", "a")
        await world.quiet()
    await tell(world, session_id, "again", "b")
    await world.quiet()
    after = await world.sessions.get_session(LOCAL, session_id)
    assert (after.activity, after.waiting_for) == (before.activity, before.waiting_for)
    assert texts(await world.say(session_id, "ok")) == ["you said ok"]
    assert await world.transcript(session_id) == ["bot: ready\ufffd", "bot: again", "user: ok", "bot: you said ok"]


async def test_id_of_another_message_is_refused(world: World) -> None:
    await world.deploy(start="DO\nHEAR x\nLOOP")
    session_id, _ = await world.open()
    await tell(world, session_id, "ready", "a")
    await world.say(session_id, "ready", "b")
    for message_id, text in (("a", "other"), ("b", "ready")):
        with pytest.raises(RequestIdReused):
            await tell(world, session_id, text, message_id)
    with pytest.raises(RequestIdReused):
        await world.say(session_id, "ready", "a")
    await world.quiet()
    assert await world.transcript(session_id) == ["bot: ready", "user: ready"]


async def test_message_from_outside_needs_an_open_session_of_ones_own(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    with pytest.raises(SessionNotFound):
        await tell(world, new_session_id(), "x", "a")
    with pytest.raises(SessionNotFound):
        await world.sessions.send_to_session(Principal("stranger"), session_id, "x", MessageId("a"))
    await tell(world, session_id, "x", "a")
    await world.quiet()
    await world.sessions.end_session(LOCAL, session_id)
    with pytest.raises(SessionEnded):
        await tell(world, session_id, "x", "b")
    await tell(world, session_id, "x", "a")  # was said while it was open
    assert await world.transcript(session_id) == ["bot: x"]


async def test_message_from_outside_whose_answer_was_lost_is_said_once(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    world.store.only, world.store.calls = "accept_input", 0
    world.store.fail_at, world.store.fail_after_work = 1, True
    with pytest.raises(StoreUnavailable):
        await tell(world, session_id, "ready", "a")
    await world.restart()
    await tell(world, session_id, "ready", "a")
    await world.quiet()
    assert await world.transcript(session_id) == ["bot: ready"]


async def test_message_from_outside_that_was_stored_is_said_by_another_process(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    world.sessions._lanes.submit = _refuse_others(world, new_session_id())  # type: ignore[method-assign]  # dies
    await tell(world, session_id, "ready", "a")
    await world.restart()
    assert await world.transcript(session_id) == []
    await world.pass_time(6.0)
    assert await world.transcript(session_id) == ["bot: ready"]


async def test_messages_from_outside_are_bounded(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    world.sessions._lanes.submit = _refuse_others(world, new_session_id())  # type: ignore[method-assign]  # all wait
    for n in range(INBOX_INPUTS):
        await tell(world, session_id, "x", f"m{n}")
    with pytest.raises(LimitReached):
        await tell(world, session_id, "x", "more")
