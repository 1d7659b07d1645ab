"""Sessions by alias, the message that opens one, and what a new session knows of the last one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from botserver.errors import BotNotFound, Draining, LimitReached, NotAllowed, Overloaded
from botserver.ids import MessageId, RequestId, SessionId
from botserver.limits import KIB
from botserver.model import LOCAL, Incoming, OpenRequest, Principal, Reply, UserInfo
from botserver.session.settings import SessionSettings
from tests.unit.session.world import World, texts

ASK = 'HEAR x\nTALK "got ${x}"\nHEAR y\nTALK "then ${y}"'


async def send(world: World, text: str, channel: str = "web", key: str = "") -> tuple[SessionId, Reply]:
    request = OpenRequest("bot", LOCAL, channel=channel, alias="ann")
    message_id = MessageId(key) if key else world.message_id()
    view, reply = await world.sessions.open_and_send(request, Incoming(message_id, text=text))
    return view.session_id, reply


async def test_messages_of_one_alias_meet_in_one_session(world: World) -> None:
    await world.deploy(start=ASK)
    first, _ = await send(world, "hello")
    second, reply = await send(world, "a")
    assert first == second
    assert texts(reply) == ["got a"]


async def test_simultaneous_messages_of_one_alias_open_one_session(world: World) -> None:
    await world.deploy(start='TALK "welcome"')
    sent = await asyncio.gather(*(send(world, f"m{n}") for n in range(5)))
    assert len({session_id for session_id, _ in sent}) == 1


async def test_the_opening_message_gets_what_start_says(world: World) -> None:
    await world.deploy(start='TALK "welcome"', config={"fallback-message": "pardon?"})
    _, reply = await send(world, "hello")
    assert texts(reply) == ["welcome", "pardon?"]
    assert reply.first_seq == 1


async def test_the_opening_message_of_the_web_answers_no_hear(world: World) -> None:
    await world.deploy(start=ASK)
    session_id, reply = await send(world, "hello")
    assert texts(reply) == []
    assert texts(await world.say(session_id, "a")) == ["got a"]


async def test_the_opening_message_of_whatsapp_answers_a_hear_without_prompt(world: World) -> None:
    await world.deploy(start=ASK)
    _, reply = await send(world, "hello", channel="whatsapp")
    assert texts(reply) == ["got hello"]


async def test_the_opening_message_of_whatsapp_answers_no_hear_with_prompt(world: World) -> None:
    await world.deploy(start='TALK "Who are you?"\n' + ASK)
    session_id, reply = await send(world, "hello", channel="whatsapp")
    assert texts(reply) == ["Who are you?"]
    assert texts(await world.say(session_id, "Ann")) == ["got Ann"]


async def test_a_repeated_opening_message_gets_the_first_reply(world: World) -> None:
    await world.deploy(start='TALK "welcome"')
    first = await send(world, "hello", key="one")
    await world.restart()
    assert await send(world, "hello", key="one") == first


async def test_a_new_session_knows_the_last_text_of_the_one_before(world: World) -> None:
    await world.deploy(start='TALK "last: ${GET SESSION "last_interaction"}"')
    session_id, _ = await send(world, "bye then")
    await world.sessions.end_session(LOCAL, session_id)
    _, reply = await send(world, "hello")
    assert texts(reply)[0] == "last: bye then"


async def test_a_user_is_known_on_a_new_device_and_after_a_session_without_a_word(world: World) -> None:
    await world.deploy(start='TALK "last: ${GET SESSION "last_interaction"}"')
    ann = UserInfo(user_id="ann")
    session_id, _ = await world.open(user=ann, alias="phone")
    await world.say(session_id, "bye then")
    for alias in ("tablet", "tablet", ""):
        await world.sessions.end_session(LOCAL, session_id)
        session_id, reply = await world.open(user=ann, alias=alias)
        assert texts(reply) == ["last: bye then"]


async def test_parameters_become_script_variables(world: World) -> None:
    await world.deploy(start='TALK "${level}/${shop}"', config={"param-shop": "Corner"})
    _, reply = await world.open(parameters={"Level": 3})
    assert texts(reply) == ["3/Corner"]


async def test_an_unknown_bot_is_refused_with_those_there_are(world: World) -> None:
    await world.deploy("shop", start="")
    with pytest.raises(BotNotFound, match="shop"):
        await world.open("nobody")


async def test_strangers_open_nothing(world: World) -> None:
    await world.deploy(start="")
    with pytest.raises(NotAllowed):
        await world.sessions.create_session(OpenRequest("bot", Principal("stranger")))


async def test_open_sessions_are_bounded(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, open_sessions=2))
    try:
        await world.deploy(start="HEAR x")
        await world.open()
        await world.open()
        with pytest.raises(LimitReached) as caught:
            await world.open()
        assert caught.value.reason == "SESSION_COUNT_LIMIT"
    finally:
        await world.close()


async def test_a_draining_service_takes_nothing_new(world: World) -> None:
    await world.deploy(start=ASK)
    session_id, _ = await world.open()
    await world.sessions.drain()
    with pytest.raises(Draining):
        await world.open()
    with pytest.raises(Draining):
        await world.say(session_id, "a")


async def test_a_repeat_of_the_message_that_ended_its_session_gets_the_first_reply(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "bye"\nEND SESSION')
    first = await send(world, "hello", channel="whatsapp", key="one")
    assert texts(first[1]) == ["bye"]
    assert await send(world, "hello", channel="whatsapp", key="one") == first
    await world.restart()
    assert await send(world, "hello", channel="whatsapp", key="one") == first
    again, _ = await send(world, "hello", channel="whatsapp", key="two")
    assert again != first[0]


async def test_a_repeated_create_is_answered_after_its_bot_is_gone(world: World) -> None:
    await world.deploy(start='TALK "hi"\nHEAR x')
    request_id = RequestId("00000000-0000-4000-8000-000000000001")
    first = await world.open(request_id=request_id)
    await world.releases.retire("bot")
    assert await world.open(request_id=request_id) == first


async def test_who_opens_is_told_that_the_first_turn_failed(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, hot_bytes=512 * KIB))
    try:
        await world.deploy(start='s = "0123456789"\nFOR i = 1 TO 16\n  s = s + s\nNEXT\nTALK LEN(s)')
        with pytest.raises(Overloaded):
            await asyncio.wait_for(world.open(), 10)
    finally:
        await world.close()


async def test_a_caller_may_give_a_value_named_report(world: World) -> None:
    await world.deploy(
        start="TALK report",
        merges='PARAM report\nMERGE "t" WITH [{id: "1"}] BY "id"\nTALK report',
        reports='MERGE "t" WITH [{id: "2"}] BY "id"\nTALK REPORT',
    )
    for script, said in (("start", "mine"), ("merges", "mine"), ("reports", "t: 1 inserted, 0 updated")):
        _, reply = await world.open(parameters={"report": "mine"}, script=script)
        assert texts(reply) == [said]
