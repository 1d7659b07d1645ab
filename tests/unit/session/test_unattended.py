"""Nobody is there: what the user is told at once, and what each choice does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from botserver.desk import Demand
from botserver.model import LOCAL, Activity, Owner, Reply
from botserver.session.desk_service import HandoffRequest
from botserver.session.observe import NoObserver
from botserver.session.sessions import Sessions
from botserver.session.settings import SessionSettings
from botserver.session.values import decode_value

from .people import ANN, accept, online, owner, reply, transfer
from .world import World, texts

STATEMENT = 'TRANSFER SESSION ""\nTALK "Connecting you ..."\n'
HANDLER = """
ON EVENT "handoff_returned"
    TALK "${event.data.outcome}: ${event.data.note}"
END ON
"""
SORRY = "Sorry, nobody is free right now."


def labels(reply: Reply) -> list[str]:
    return [suggestion.label for suggestion in reply.messages[-1].suggestions]


async def test_who_is_handed_to_nobody_is_told_at_once_and_may_go_on(world: World) -> None:
    await world.deploy(start=STATEMENT)
    session_id, reply = await world.open()
    assert texts(reply) == ["Connecting you ...", SORRY]
    assert (labels(reply), reply.activity) == (["Wait", "Go on"], Activity.HANDED_OVER)
    assert reply.waiting_for is not None
    assert [option.label for option in reply.waiting_for.options] == ["Wait", "Go on"]
    assert await owner(world, session_id) == (Owner.QUEUE, None, Activity.HANDED_OVER)
    said = await world.say(session_id, "go on")
    assert (texts(said), said.activity) == (["What can I do for you?"], Activity.IDLE)
    assert await world.store.find_item(session_id) is None
    assert texts(await world.say(session_id, "hm")) == ["Sorry, I have no answer to that."]


async def test_who_waits_is_told_their_place_and_an_agent_who_comes_takes_them(world: World) -> None:
    await world.deploy(start=STATEMENT)
    await world.open()
    session_id, _ = await world.open()
    said = await world.choose(session_id, "wait")
    assert (texts(said), labels(said)) == (["You are number 2 in the queue."], ["Wait", "Go on"])
    assert texts(await world.say(session_id, "by the way")) == []
    await online(world)
    await accept(world, session_id)
    said = await world.say(session_id, "go on")
    assert texts(said) == [], "it is a word to the agent now"
    assert said.waiting_for is not None
    assert said.waiting_for.options == ()
    await reply(world, session_id, "Hello")
    assert await owner(world, session_id) == (Owner.AGENT, ANN, Activity.HANDED_OVER)


async def test_a_message_is_left_with_a_bot_that_would_learn_of_it(world: World) -> None:
    await world.deploy(start=STATEMENT + HANDLER)
    session_id, opened = await world.open()
    assert labels(opened) == ["Wait", "Leave a message", "Go on"]
    assert texts(await world.choose(session_id, "message")) == ["Please write your message."]
    assert texts(await world.say(session_id, "  ")) == []
    said = await world.say(session_id, "call me", "left")
    assert (texts(said), said.activity) == (["Thank you, we will read it.", "message: call me"], Activity.IDLE)
    assert await world.say(session_id, "call me", "left") == said
    assert await world.store.find_item(session_id) is None


async def test_a_handler_says_what_follows_when_the_user_goes_on(world: World) -> None:
    await world.deploy(start=STATEMENT + HANDLER)
    session_id, _ = await world.open()
    assert texts(await world.choose(session_id, "bot")) == ["user_left: "]


async def test_choices_survive_another_process_and_an_agent_who_is_faster_wins(world: World) -> None:
    await world.deploy(start=STATEMENT + HANDLER)
    session_id, _ = await world.open()
    await world.choose(session_id, "message")
    await world.restart()
    await online(world)
    await accept(world, session_id)
    assert texts(await world.say(session_id, "my message")) == []
    assert (await world.transcript(session_id))[-1] == "user: my message"


async def test_an_offer_made_meanwhile_does_not_stop_who_goes_on(world: World) -> None:
    """The queue moves while the turn runs: it is run again on what is there now."""
    await world.deploy(start=STATEMENT)
    session_id, _ = await world.open()
    find, moved = world.store.store.find_item, False

    async def find_item(wanted: object) -> object:
        nonlocal moved
        found = await find(wanted)
        if not moved:
            moved = True
            await online(world)
        return found

    world.store.store.find_item = find_item
    said = await world.say(session_id, "Go on")
    assert (moved, texts(said), said.activity) == (True, ["What can I do for you?"], Activity.IDLE)
    assert await world.transcript(session_id) == [
        "bot: Connecting you ...", f"bot: {SORRY}", "user: Go on", "bot: What can I do for you?",
    ]  # fmt: skip


async def test_acceptance_and_choice_at_once_leave_one_owner(world: World) -> None:
    await world.deploy(start=STATEMENT)
    for _ in range(5):
        session_id, _ = await world.open()
        await online(world, capacity=99.0)
        await asyncio.gather(accept(world, session_id), world.say(session_id, "Go on"), return_exceptions=True)
        held = (await owner(world, session_id))[0]
        item = await world.store.find_item(session_id)
        assert (held is Owner.BOT) is (item is None)


async def test_outside_its_hours_a_desk_has_nobody_there(world: World) -> None:
    config = {"handoff-hours": "mon-fri 9:00-17:00", "timezone": "Europe/Lisbon", "no-agent-message": "Closed."}
    await world.deploy(start=STATEMENT, expr='r = TRANSFER SESSION ""\nTALK r.outcome', config=config)
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()
    world.clock.advance(saturday - world.clock.now_s())
    await online(world)
    _, reply = await world.open()
    assert texts(reply) == ["Connecting you ...", "Closed. We are here again from 2026-11-30 09:00."]
    assert texts((await world.open(script="expr"))[1]) == ["no_agent"]
    world.clock.advance(2 * 86_400)
    await online(world)
    assert texts((await world.open())[1]) == ["Connecting you ..."]


async def test_choices_are_the_bots_to_name_or_to_leave_out(world: World) -> None:
    config = {
        "handoff-choices": "Warten; Nachricht; Weiter",
        "handoff-position": "Platz {position}",
        "handoff-ask-message": "Ihre Nachricht?",
        "handoff-thanks": "Danke.",
    }
    await world.deploy(start=STATEMENT + HANDLER, config=config)
    session_id, reply = await world.open()
    assert labels(reply) == ["Warten", "Nachricht", "Weiter"]
    said = [texts(await world.say(session_id, text)) for text in ("warten", "nachricht", "Rufen Sie an")]
    assert said == [["Platz 1"], ["Ihre Nachricht?"], ["Danke.", "message: Rufen Sie an"]]
    await world.deploy(start=STATEMENT, config={"handoff-choices": "none"})
    session_id, reply = await world.open()
    assert (texts(reply), labels(reply)) == (["Connecting you ...", SORRY], [])
    assert texts(await world.say(session_id, "Go on")) == []


async def test_a_session_handed_over_from_outside_is_told_too(world: World) -> None:
    await world.deploy(start='HEAR x WITH "size?"\nTALK "size ${x}"')
    session_id, _ = await world.open()
    await transfer(world, session_id, Demand())
    assert (await world.transcript(session_id))[-1] == f"bot: {SORRY}"
    assert texts(await world.say(session_id, "Go on")) == ["What can I do for you?"]
    assert texts(await world.say(session_id, "42")) == ["size 42"]
    await world.sessions.desks.transfer_session(LOCAL, session_id, HandoffRequest(Demand()))


async def test_a_session_that_ends_in_its_turn_is_handed_to_nobody(world: World) -> None:
    await world.deploy(start=STATEMENT + "END SESSION")
    _, reply = await world.open()
    assert texts(reply) == ["Connecting you ..."]


async def test_an_end_handler_after_a_message_sees_it_in_the_note(world: World) -> None:
    script = STATEMENT + 'ON EVENT "handoff_returned"\nSET BOT MEMORY "left", event.data\nEND ON\n'
    await world.deploy(start=script)
    session_id, _ = await world.open()
    await world.choose(session_id, "message")
    await world.say(session_id, "x" * 2000)
    stored = await world.store.read_memory("bot", "left")
    assert stored is not None
    data = decode_value(stored.value)
    assert isinstance(data, dict)
    assert (data["outcome"], data["agent"], data["note"]) == ("message", "", "x" * 1000)
    assert await world.store.find_item(session_id) is None


async def test_who_leaves_the_queue_is_counted_with_how_long_they_waited(world: World) -> None:
    counted: list[tuple[str, str, float, float | None]] = []
    observer = NoObserver()
    observer.handoff_finished = lambda *values: counted.append(values)  # type: ignore[method-assign]  # a spy
    world.sessions = Sessions(world.store, world.releases, world.vm, SessionSettings(drain_s=0.0), observer)
    await world.deploy(start=STATEMENT)
    session_id, _ = await world.open()
    world.clock.advance(30)
    await world.choose(session_id, "bot")
    await world.say(session_id, "hm")
    assert counted == [("bot", "user_left", 30.0, None)]
    await world.sessions.close()
