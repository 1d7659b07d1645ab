"""GET SESSION and SET SESSION with an id: what a script with rights reads and sets of other sessions of its bot."""

from __future__ import annotations

import asyncio

import pytest

from botserver.ids import SessionId, new_session_id
from botserver.limits import NEIGHBOURS_READ
from botserver.model import LOCAL, Activity, UserInfo

from .people import online
from .world import World, texts

READS = """
HEAR id
DO
    HEAR name
    TRY
        x = GET SESSION id, name
        TALK TYPEOF(x) & " " & x
    CATCH e
        TALK e.code
    END TRY
LOOP
"""
SETS = """
HEAR id
DO
    HEAR name
    HEAR value
    TRY
        IF value = "null" THEN value = NULL
        SET SESSION id, name, value
        TALK "set " & GET SESSION id, name
    CATCH e
        TALK e.code
    END TRY
LOOP
"""
TARGET = 'SET "topic", "shoes"\nSET "n", {a: [1, NULL]}\nTALK "hi"\nHEAR x\nTALK GET "topic"'
AGENT = {"user_role": "agent"}


async def with_rights(world: World, script: str, target: SessionId, bot: str = "desk") -> SessionId:
    await world.deploy(bot, start=script, target=TARGET)
    session_id, _ = await world.open(bot, metadata=AGENT)
    await world.say(session_id, target)
    return session_id


async def both(world: World, script: str) -> tuple[SessionId, SessionId]:
    """One with rights, and one of the same bot that it looks at."""
    await world.deploy("desk", start=script, target=TARGET)
    target, _ = await world.open("desk", script="target", channel="web", alias="ann")
    session_id, _ = await world.open("desk", metadata=AGENT)
    await world.say(session_id, f"  {target.upper()} ")
    return session_id, target


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("topic", "string shoes"),
        (" TOPIC ", "string shoes"),
        ("session.topic", "string shoes"),
        ("n", 'object {"a":[1,null]}'),
        ("unknown", "null "),
        ("channel", "string web"),
        ("status", "string waiting"),
        ("message_count", "integer 1"),
        ("user_name", "string "),
        ("token", "string "),
        ("assigned_to", "string "),
    ],
)
async def test_another_session_is_read_as_it_was_committed(world: World, name: str, said: str) -> None:
    session_id, _ = await both(world, READS)
    assert texts(await world.say(session_id, name)) == [said]


async def test_an_ended_session_is_read_and_one_that_is_not_there_is_null(world: World) -> None:
    session_id, target = await both(world, READS)
    await world.sessions.end_session(LOCAL, target)
    assert texts(await world.say(session_id, "status")) == ["string ended"]
    await world.sessions.delete_session(LOCAL, target)
    assert texts(await world.say(session_id, "status")) == ["null "]


async def test_a_session_of_another_bot_is_none(world: World) -> None:
    await world.deploy("shop", start='SET "topic", "shoes"\nHEAR x')
    foreign, _ = await world.open("shop")
    session_id = await with_rights(world, READS, foreign)
    assert texts(await world.say(session_id, "topic")) == ["null "]
    session_id = await with_rights(world, SETS, foreign, "other")
    await world.say(session_id, "topic")
    assert texts(await world.say(session_id, "x")) == ["4004"]


@pytest.mark.parametrize("metadata", [{}, {"user_role": "user"}, {"user_role": ["agent"]}, {"role": "agent"}])
@pytest.mark.parametrize("known", [True, False])
async def test_without_rights_nobody_looks_at_others(world: World, metadata: dict[str, object], known: bool) -> None:
    await world.deploy("desk", start=READS, sets=SETS, target=TARGET)
    target, _ = await world.open("desk", script="target")
    asked = target if known else new_session_id()
    reader, _ = await world.open("desk", metadata=metadata)
    await world.say(reader, asked)
    assert texts(await world.say(reader, "topic")) == ["5001"]
    writer, _ = await world.open("desk", metadata=metadata, script="sets")
    for text in (asked, "topic"):
        await world.say(writer, text)
    assert texts(await world.say(writer, "hats")) == ["5001"]


async def test_a_session_reads_and_sets_itself_without_rights(world: World) -> None:
    await world.deploy(
        start='SET SESSION SESSION_ID, "a", 5\nid = GET SESSION "id"\nTALK GET SESSION id, "A"\n'
        'TALK GET SESSION id, "channel"\nTALK GET "a"\nTRY\nSET SESSION id, "channel", 1\nCATCH e\nTALK e.code\n'
        'END TRY\nSET SESSION id, "a", NULL\nTALK TYPEOF(GET SESSION id, "a")'
    )
    _, reply = await world.open()
    assert texts(reply) == ["5", "api", "5", "5002", "null"]


async def test_a_sub_session_sets_its_own_and_those_of_its_session(world: World) -> None:
    await world.deploy(
        start='SET "a", 1\nroot = SESSION_ID\nsub = CREATE SUB SESSION\nRUN IN SESSION sub, "inner", root\n'
        'TALK GET "a"',
        inner='PARAM root AS STRING\nSET SESSION SESSION_ID, "a", 2\nSET SESSION root, "a", 3\n'
        'TALK (GET "a") & (GET SESSION root, "a")',
    )
    _, reply = await world.open()
    assert texts(reply) == ["23", "3"]


async def test_a_variable_is_set_there_once_whatever_its_script_waits_for(world: World) -> None:
    session_id, target = await both(world, SETS)
    await world.say(session_id, "topic")
    assert texts(await world.say(session_id, "hats")) == ["set hats"]
    await world.quiet()
    view = await world.sessions.get_session(LOCAL, target, full=True)
    assert (view.variables or {})["topic"] == "hats"
    assert view.activity is Activity.WAITING_INPUT
    assert texts(await world.say(target, "go")) == ["hats"]


async def test_null_removes_a_variable_there(world: World) -> None:
    session_id, target = await both(world, SETS)
    await world.say(session_id, "TOPIC")
    await world.say(session_id, "null")
    await world.quiet()
    view = await world.sessions.get_session(LOCAL, target, full=True)
    assert view.variables == {"n": {"a": [1, None]}}


async def test_what_is_set_and_not_taken_yet_is_read(world: World) -> None:
    busy = 'SET "topic", "shoes"\nHEAR x\ny = CALL "/test/slow", 300'
    await world.deploy("desk", start=SETS, reads=READS, busy=busy)
    target, _ = await world.open("desk", script="busy")
    calling = asyncio.ensure_future(world.say(target, "go"))
    await world.called()
    writer, _ = await world.open("desk", metadata=AGENT)
    reader, _ = await world.open("desk", metadata=AGENT, script="reads")
    for session_id, text in ((writer, target), (writer, "topic"), (reader, target)):
        await world.say(session_id, text)
    assert texts(await world.say(reader, "topic")) == ["string shoes"]
    await world.say(writer, "boots")
    assert texts(await world.say(reader, "TOPIC")) == ["string boots"]
    calling.cancel()


async def test_fields_of_another_session_are_read_only_and_ended_ones_take_nothing(world: World) -> None:
    session_id, target = await both(world, SETS)
    await world.say(session_id, "channel")
    assert texts(await world.say(session_id, "x")) == ["5002"]
    await world.say(session_id, " ")
    assert texts(await world.say(session_id, "x")) == ["4002"]
    await world.sessions.end_session(LOCAL, target)
    await world.say(session_id, "topic")
    assert texts(await world.say(session_id, "x")) == ["4004"]


async def test_a_variable_that_no_longer_fits_there_is_left_out(world: World) -> None:
    await world.deploy("desk", start=SETS, target=TARGET, config={"max-variables": "2"})
    target, _ = await world.open("desk", script="target")
    session_id, _ = await world.open("desk", metadata=AGENT)
    await world.say(session_id, target)
    await world.say(session_id, "third")
    await world.say(session_id, "x")
    await world.quiet()
    view = await world.sessions.get_session(LOCAL, target, full=True)
    assert set(view.variables or {}) == {"topic", "n"}
    assert texts(await world.say(target, "go")) == ["shoes"]


async def test_a_set_survives_the_process_that_made_it(world: World) -> None:
    session_id, target = await both(world, SETS)
    await world.say(session_id, "topic")
    await world.say(session_id, "caps")
    await world.restart()
    await world.pass_time(10.0)
    assert texts(await world.say(target, "go")) == ["caps"]


@pytest.mark.parametrize("more", [0, 1])
async def test_a_turn_looks_at_a_bounded_number_of_sessions(world: World, more: int) -> None:
    looks = f'FOR i = 1 TO {NEIGHBOURS_READ + more}\nid = "s" & i\nx = GET SESSION id, "a"\nNEXT\nTALK "ok"'
    await world.deploy("desk", start=looks)
    _, reply = await world.open("desk", metadata=AGENT)
    assert (None if reply.fault is None else reply.fault.number) == (9013 if more else None)


async def test_a_session_at_the_desk_is_transferred(world: World) -> None:
    await world.deploy("desk", start=READS, target='TRANSFER SESSION ""\nHEAR x')
    await online(world)
    target, _ = await world.open("desk", script="target")
    session_id, _ = await world.open("desk", metadata=AGENT)
    await world.say(session_id, target)
    assert texts(await world.say(session_id, "status")) == ["string transferred"]


async def test_a_scheduled_run_has_the_rights(world: World) -> None:
    await world.deploy(
        start='SET BOT MEMORY "id", SESSION_ID\nSET "topic", "shoes"\nHEAR x\nTALK GET "topic"',
        nightly='SET SCHEDULE "every 5 minutes"\nid = GET BOT MEMORY "id"\n'
        'SET SESSION id, "topic", UCASE(GET SESSION id, "topic")',
    )
    session_id, _ = await world.open()
    await world.pass_time(301.0)
    await world.quiet()
    assert texts(await world.say(session_id, "go")) == ["SHOES"]


HISTORY = """
HEAR who
FOR EACH s IN GET CUSTOMER HISTORY who
  age = DATEDIFF(s.created_at, NOW(), "second")
  TALK s.channel & " " & s.status & " " & s.end_reason & " " & s.message_count & " " & age
NEXT
TALK "all"
"""


async def test_a_user_sees_their_own_sessions_newest_first(world: World) -> None:
    await world.deploy(start="HEAR x\nTALK x\nEND SESSION", history=HISTORY, config={"timezone": "Asia/Tokyo"})
    await world.deploy("other", start="")
    first, _ = await world.open(user=UserInfo("u1"), channel="web")
    await world.open(user=UserInfo("u2"), channel="web")
    await world.open("other", user=UserInfo("u1"), channel="web")
    await world.say(first, "hello")
    world.clock.advance(10)
    session_id, _ = await world.open(user=UserInfo("u1"), script="history", channel="sms")
    world.clock.advance(5)
    assert texts(await world.say(session_id, "u1")) == ["sms open  0 5", "web ended user 2 15", "all"]


async def test_sessions_of_another_user_need_the_rights(world: World) -> None:
    await world.deploy(start=HISTORY)
    for user, number in ((UserInfo("u1"), 5001), (UserInfo(), 5001)):
        session_id, _ = await world.open(user=user)
        reply = await world.say(session_id, "u2")
        assert reply.fault is not None
        assert reply.fault.number == number
    session_id, _ = await world.open(metadata={"user_role": "agent"})
    assert texts(await world.say(session_id, "u1"))[-1] == "all"
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "")) == ["all"]
