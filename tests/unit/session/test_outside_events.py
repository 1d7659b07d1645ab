"""Events from outside: named ones, forms, and that a user is there."""

from __future__ import annotations

import asyncio

import pytest

from botserver.desk import HandoffOutcome
from botserver.errors import RequestIdReused, SessionEnded
from botserver.ids import MessageId
from botserver.limits import HELD_EVENTS
from botserver.model import LOCAL, Activity, Incoming, OpenRequest, OutsideEvent, OutsideKind, Wait

from .people import ANN, accept, online
from .world import World, texts

PAID = 'ON EVENT "paid"\nTALK event.name & " " & event.data.order\nEND ON\n'
FORM = 'ON FORM SUBMIT "contact"\nTALK fields.name & " from " & metadata.page\nEND ON\n'


async def test_an_event_runs_its_handlers_and_answers_no_question(world: World) -> None:
    await world.deploy(start=PAID + "HEAR x\nTALK x")
    session_id, before = await world.open()
    reply = await world.happen(session_id, " PAID ", {"order": 7})
    assert texts(reply) == ["paid 7"]
    assert (reply.activity, reply.waiting_for) == (Activity.WAITING_INPUT, before.waiting_for)
    assert texts(await world.say(session_id, "on")) == ["on"]
    assert await world.transcript(session_id) == ["bot: paid 7", "user: on", "bot: on"]


async def test_a_form_gives_its_fields_and_what_else_is_known(world: World) -> None:
    await world.deploy(start=FORM)
    session_id, _ = await world.open()
    reply = await world.happen(session_id, "Contact", {"name": "Ann"}, "form", metadata={"page": "/help"})
    assert texts(reply) == ["Ann from /help"]


async def test_a_form_and_an_event_of_one_name_are_two(world: World) -> None:
    await world.deploy(start='ON EVENT "a"\nTALK "event"\nEND ON\nx = WAIT FOR EVENT "a" TIMEOUT 60\nTALK x')
    session_id, _ = await world.open()
    reply = await world.happen(session_id, "a", {}, "form")
    assert (texts(reply), reply.activity) == ([], Activity.WAITING_TIMER)
    assert texts(await world.happen(session_id, "a")) == ["event", "true"]


async def test_an_event_nobody_handles_changes_nothing(world: World) -> None:
    await world.deploy(start='TALK "a"')
    session_id, _ = await world.open()
    reply = await world.happen(session_id, "unknown", [1])
    assert (texts(reply), reply.fault, reply.activity) == ([], None, Activity.IDLE)
    assert await world.transcript(session_id) == ["bot: a"]


async def test_an_event_overtakes_messages_that_wait_for_it(world: World) -> None:
    await world.deploy(start='x = WAIT FOR EVENT "paid" TIMEOUT 3600\nTALK x\nHEAR y\nTALK y\nHEAR z\nTALK z')
    session_id, reply = await world.open()
    assert reply.waiting_for is not None
    assert (reply.waiting_for.kind, reply.waiting_for.variable) == ("event", "paid")
    saying = [asyncio.ensure_future(world.say(session_id, text)) for text in ("one", "two")]
    await world.quiet()
    assert not saying[0].done()
    assert texts(await world.happen(session_id, "paid")) == ["true"]
    assert [texts(await each) for each in saying] == [["one"], ["two"]]


async def test_a_handler_runs_while_a_script_stands_in_wait(world: World) -> None:
    await world.deploy(start=PAID + 'WAIT 100\nTALK "end"')
    session_id, _ = await world.open()
    reply = await world.happen(session_id, "paid", {"order": 1})
    assert (texts(reply), reply.activity) == (["paid 1"], Activity.WAITING_TIMER)
    await world.pass_time(101.0)
    assert await world.transcript(session_id) == ["bot: paid 1", "bot: end"]


async def test_an_event_waits_for_an_outside_call_and_survives_the_process(world: World) -> None:
    await world.deploy(start=PAID + 'HEAR x\ny = CALL "/test/slow", 0.1, "called"\nTALK y')
    session_id, _ = await world.open()
    answering = asyncio.ensure_future(world.say(session_id, "go", wait=Wait.TURN))
    await world.called()
    await world.happen(session_id, "paid", {"order": 2}, wait=Wait.ACCEPTED)
    assert await world.transcript(session_id) == ["user: go"]
    await world.restart()
    await asyncio.gather(answering, return_exceptions=True)
    await world.pass_time(60.0)
    await world.quiet()
    said = (await world.transcript(session_id))[1:]
    assert [each for each in said if "paid" in each] == ["bot: paid 2"]


async def test_a_repeated_event_gets_the_first_reply_and_happens_once(world: World) -> None:
    await world.deploy(start='ON EVENT "a"\nSET "n", (GET "n") + 1\nTALK GET "n"\nEND ON\nSET "n", 0')
    session_id, _ = await world.open()
    first = await world.happen(session_id, "a", message_id="e1")
    await world.restart()
    assert await world.happen(session_id, "a", message_id="e1") == first
    assert texts(await world.happen(session_id, "a")) == ["2"]
    with pytest.raises(RequestIdReused):
        await world.happen(session_id, "b", message_id="e1")


async def test_an_ended_session_takes_no_event(world: World) -> None:
    await world.deploy(start="END SESSION")
    session_id, _ = await world.open()
    with pytest.raises(SessionEnded):
        await world.happen(session_id, "a")


async def test_an_event_does_not_extend_the_life_of_a_session(world: World) -> None:
    await world.deploy(start=PAID)
    session_id, _ = await world.open(ttl_s=1000.0)
    before = await world.sessions.get_session(LOCAL, session_id)
    world.clock.advance(500.0)
    await world.happen(session_id, "paid", {})
    assert (await world.sessions.get_session(LOCAL, session_id)).expires_at == before.expires_at


async def test_events_wait_while_people_have_the_session(world: World) -> None:
    await world.deploy(start=PAID + FORM + 'TRANSFER SESSION ""\nx = WAIT FOR EVENT "paid" TIMEOUT 900\nTALK x')
    await online(world)
    session_id, _ = await world.open()
    await world.pass_time(0.0)
    await accept(world, session_id)
    reply = await world.happen(session_id, "paid", {"order": 3})
    assert (texts(reply), reply.activity) == ([], Activity.HANDED_OVER)
    await world.happen(session_id, "contact", {"name": "Bo"}, "form", metadata={"page": "/"})
    await world.restart()
    await world.sessions.desks.return_session(LOCAL, ANN, session_id, HandoffOutcome.RESOLVED)
    assert (await world.transcript(session_id))[-3:] == ["bot: paid 3", "bot: true", "bot: Bo from /"]


async def test_no_more_events_are_kept_for_a_session_than_it_has_room(world: World) -> None:
    await world.deploy(start=PAID + 'TRANSFER SESSION ""\nHEAR x')
    session_id, _ = await world.open()
    for n in range(HELD_EVENTS):
        assert (await world.happen(session_id, "paid", {"order": n})).fault is None
    fault = (await world.happen(session_id, "paid", {})).fault
    assert fault is not None
    assert fault.number == 9013


async def connecting(world: World, alias: str = "ann") -> tuple[object, list[str], Activity]:
    incoming = Incoming(world.message_id(), event=OutsideEvent(OutsideKind.CONNECT))
    view, reply = await world.sessions.open_and_send(OpenRequest("bot", LOCAL, channel="web", alias=alias), incoming)
    return view.session_id, texts(reply), reply.activity


async def test_connecting_opens_a_session_once_and_hears_its_first_words_once(world: World) -> None:
    await world.deploy(start='TALK "Your name?"\nHEAR name\nTALK "Hi " + name')
    session_id, first, activity = await connecting(world)
    assert (first, activity) == (["Your name?"], Activity.WAITING_INPUT)
    assert await connecting(world) == (session_id, [], Activity.WAITING_INPUT)
    request = OpenRequest("bot", LOCAL, channel="web", alias="ann")
    _, reply = await world.sessions.open_and_send(request, Incoming(MessageId("m"), text="Ann"))
    assert texts(reply) == ["Hi Ann"]  # the question was there before the answer


async def test_connecting_after_a_while_runs_the_resume_script(world: World) -> None:
    await world.deploy(start='TALK "hi"', resume='TALK "welcome back"', config={"resume-after": "60"})
    session_id, _, _ = await connecting(world)
    world.clock.advance(59.0)
    assert await connecting(world) == (session_id, [], Activity.IDLE)
    world.clock.advance(61.0)
    assert await connecting(world) == (session_id, ["welcome back"], Activity.IDLE)
    world.clock.advance(61.0)
    assert texts(await world.happen(session_id, "paid")) == []  # says nothing of the user
