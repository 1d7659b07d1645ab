"""Suggestions that are chosen or typed, and images."""

from __future__ import annotations

from botserver.model import LOCAL, Incoming, Reply
from tests.unit.session.world import World, texts

BUTTONS = (
    'ADD SUGGESTION TOOL "order" AS "My order"\nADD SUGGESTION TEXT "I want pizza" AS "Pizza"\n'
    'ADD SUGGESTION "3" AS "Three"\nTALK "hi"\n'
)


async def test_a_button_of_a_tool_runs_it_when_nothing_waits(world: World) -> None:
    await world.deploy(start=BUTTONS, order='PARAM id AS STRING\nHEAR n WITH "Which?"\nTALK "order " & n & id')
    session_id, _ = await world.open()
    assert texts(await world.choose(session_id, "order")) == ["Which?"]
    assert texts(await world.say(session_id, "5")) == ["order 5"]
    assert texts(await world.say(session_id, " my ORDER ")) == ["Which?"]
    assert (await world.transcript(session_id))[1] == "user: My order"


async def test_a_button_of_a_tool_nobody_wrote_is_a_fault(world: World) -> None:
    await world.deploy(start=BUTTONS)
    session_id, _ = await world.open()
    reply = await world.choose(session_id, "order")
    assert reply.fault is not None
    assert (reply.fault.number, reply.fault.script) == (3004, "order.bas")


async def test_a_button_of_a_text_says_it_in_the_users_name(world: World) -> None:
    await world.deploy(start=BUTTONS, config={"fallback-message": "?"})
    session_id, _ = await world.open()
    assert texts(await world.choose(session_id, "I want pizza")) == ["?"]
    assert texts(await world.say(session_id, "PIZZA")) == ["?"]
    assert texts(await world.choose(session_id, "3")) == ["?"]
    said = [line for line in await world.transcript(session_id) if line.startswith("user")]
    assert said == ["user: I want pizza", "user: I want pizza", "user: Three"]


async def test_a_waiting_hear_gets_the_key_of_any_button(world: World) -> None:
    ask = "".join(f"HEAR x{n}\nTALK x{n}\n" for n in range(3))
    await world.deploy(start=BUTTONS + ask, order="TALK 1")
    session_id, _ = await world.open()
    replies = [await world.say(session_id, "my order"), await world.choose(session_id, "I want pizza")]
    replies.append(await world.say(session_id, "three"))
    assert [texts(reply) for reply in replies] == [["order"], ["I want pizza"], ["3"]]


async def test_the_label_of_an_action_is_delivered(world: World) -> None:
    await world.deploy(start='ADD SUGGESTION "Call us" AS "phone"\nHEAR x\nTALK x')
    session_id, reply = await world.open()
    assert reply.waiting_for is not None
    assert [(each.label, each.kind) for each in reply.waiting_for.options] == [("Call us", "phone")]
    assert texts(await world.choose(session_id, "Call us")) == ["Call us"]


def images(reply: Reply) -> list[tuple[str, str]]:
    return [(message.image, message.text) for message in reply.messages]


async def test_an_image_is_a_message_with_buttons_that_is_stored(world: World) -> None:
    await world.deploy(
        files={"bot.gbdrive/img/Menu.png": "bytes"},
        start='ADD SUGGESTION "a"\nSHOW IMAGE "img/menu.png", "Our menu"\nTALK "x"\nSHOW IMAGE "https://x.org/a.png"',
    )
    session_id, reply = await world.open()
    assert images(reply) == [("img/menu.png", "Our menu"), ("", "x"), ("https://x.org/a.png", "")]
    assert [each.label for each in reply.messages[0].suggestions] == ["a"]
    await world.restart()
    page = await world.sessions.list_messages(LOCAL, session_id, 10, "")
    assert [(message.image, message.text) for message in page.items] == images(reply)


async def test_images_are_part_of_the_history_by_their_captions(world: World) -> None:
    await world.deploy(start='SHOW IMAGE "https://x.org/a.png", "A"\nTALK session.message_history[0].text')
    _, reply = await world.open()
    assert texts(reply) == ["A", "A"]


async def test_a_missing_image_is_a_fault_with_its_number(world: World) -> None:
    await world.deploy(start='SHOW IMAGE "none.png"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 3004


async def test_a_choice_is_sent_once(world: World) -> None:
    await world.deploy(start=BUTTONS, order='TALK "ran"')
    session_id, _ = await world.open()
    incoming = Incoming(world.message_id(), choice="order")
    first = await world.sessions.send_message(LOCAL, session_id, incoming)
    assert await world.sessions.send_message(LOCAL, session_id, incoming) == first
    assert texts(first) == ["ran"]


async def test_a_menu_is_gone_when_its_question_failed(world: World) -> None:
    await world.deploy(
        config={"hear-timeout-secs": "60"},
        start='ADD SUGGESTION "help"\nTRY\nHEAR x AS "a", "b"\nCATCH e\nTALK e.code\nEND TRY\nTALK "now"\nHEAR y',
    )
    session_id, _ = await world.open()
    await world.pass_time(61.0)
    page = await world.sessions.list_messages(LOCAL, session_id, 10, "")
    assert [(each.text, [one.label for one in each.suggestions]) for each in page.items] == [
        ("9006", ["help"]), ("now", ["help"])
    ]  # fmt: skip
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.waiting_for is not None
    assert [one.label for one in view.waiting_for.options] == ["help"]
