"""The event of a session that comes back from the desk to a script that did not wait for that."""

from __future__ import annotations

from botserver.desk import Demand, HandoffOutcome
from botserver.limits import EVENT_BYTES, HANDOFF_TRANSCRIPT
from botserver.model import LOCAL, Activity
from botserver.session.desk_service import HandoffRequest
from botserver.session.values import decode_value
from botserver.vm.values import HostValue

from .people import ANN, AWAITED, STATEMENT, accept, give_back, handed_over, online, reply, stay, transfer
from .world import World, texts

HANDLER = """
ON EVENT "handoff_returned"
    TALK "${event.data.outcome} by ${event.data.agent}: ${event.data.note}"
    SET BOT MEMORY "event", event
END ON
"""
LISTENING = STATEMENT + HANDLER


async def event_of(world: World) -> dict[str, HostValue]:
    stored = await world.store.read_memory("bot", "event")
    assert stored is not None
    event = decode_value(stored.value)
    assert isinstance(event, dict)
    assert event["name"] == "handoff_returned"
    data = event["data"]
    assert isinstance(data, dict)
    return data


def words(data: dict[str, HostValue]) -> list[tuple[HostValue, HostValue, HostValue]]:
    messages = data["messages"]
    assert isinstance(messages, list)
    return [(each["role"], each["author"], each["text"]) for each in messages if isinstance(each, dict)]


async def test_a_handler_learns_outcome_note_and_what_was_said(world: World) -> None:
    session_id = await handed_over(world, LISTENING)
    await world.say(session_id, "where is it?")
    await stay(world, 40)
    await reply(world, session_id, "on its way")
    await give_back(world, session_id, HandoffOutcome.RETURNED, "ask for the rest")
    assert (await world.transcript(session_id))[-1] == "bot: returned by ann: ask for the rest"
    data = await event_of(world)
    assert list(data) == ["outcome", "agent", "note", "waited_seconds", "messages"]
    assert words(data) == [("user", "", "help"), ("user", "", "where is it?"), ("agent", "Ann", "on its way")]
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.IDLE


async def test_a_question_that_was_pending_stays_pending(world: World) -> None:
    script = 'HEAR x WITH "size?"\nTALK "size ${x}"\n' + HANDLER
    await world.deploy(start=script)
    await online(world)
    session_id, _ = await world.open()
    await transfer(world, session_id, Demand(agent_id=ANN))
    await accept(world, session_id)
    await give_back(world, session_id, note="sent")
    assert (await world.transcript(session_id))[-1] == "bot: resolved by ann: sent"
    assert texts(await world.say(session_id, "42")) == ["size 42"]


async def test_a_script_may_wait_for_the_event_itself(world: World) -> None:
    script = """
HEAR what
TRANSFER SESSION ""
ok = WAIT FOR EVENT "Handoff_Returned" TIMEOUT 60
TALK "back ${ok}"
"""
    session_id = await handed_over(world, script)
    await stay(world, 120)
    await give_back(world, session_id)
    assert (await world.transcript(session_id))[-1] == "bot: back true"


async def test_nobody_who_took_it_is_an_outcome_too_and_so_is_taking_it_back(world: World) -> None:
    await world.deploy(start=LISTENING)
    for how in ("timeout", "user_left"):
        session_id, _ = await world.open()
        await world.say(session_id, "help")
        if how == "timeout":
            await world.pass_time(600)
        else:
            await world.sessions.desks.transfer_session(LOCAL, session_id, HandoffRequest(None))
        assert (await world.transcript(session_id))[-1] == f"bot: {how} by : "


async def test_a_script_that_waits_gets_the_outcome_and_no_event(world: World) -> None:
    session_id = await handed_over(world, AWAITED + HANDLER)
    await give_back(world, session_id)
    assert await world.store.read_memory("bot", "event") is None


async def test_only_what_there_is_room_for_is_told(world: World) -> None:
    session_id = await handed_over(world, LISTENING)
    for number in range(HANDOFF_TRANSCRIPT):
        await reply(world, session_id, f"{number}")
    await give_back(world, session_id)
    assert words(await event_of(world)) == [("agent", "Ann", str(n)) for n in range(HANDOFF_TRANSCRIPT)]
    session_id = await handed_over(world, LISTENING)
    for _ in range(6):
        await reply(world, session_id, "x" * (EVENT_BYTES // 8))
    await reply(world, session_id, "last")
    await give_back(world, session_id)
    told = words(await event_of(world))
    assert (len(told), told[-1][2]) == (4, "last")


async def test_a_crash_while_it_comes_back_publishes_once(world: World) -> None:
    counts = 'SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1\nTALK'
    session_id = await handed_over(world, STATEMENT + HANDLER.replace("TALK", counts))
    await world.restart()
    await give_back(world, session_id)
    await world.restart()
    stored = await world.store.read_memory("bot", "n")
    assert stored is not None
    assert decode_value(stored.value) == 1
