"""ADD NOTE: what scripts tell agents of a session."""

from __future__ import annotations

import pytest

from botserver.limits import NOTE_CHARS, TURN_NOTES
from tests.unit.session.world import World, texts

from .people import ANN, accept, online


async def test_a_note_is_there_with_the_turn_for_agents_alone(world: World) -> None:
    await world.deploy(
        start='ADD NOTE SESSION_ID, "wants ${1 + 1} teas"\nTALK GET SESSION "message_history"\nHEAR x\n'
        'ADD NOTE SESSION_ID WITH ["second"]\nTRANSFER SESSION ""',
        config={"bot-name": "Shop"},
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["[]"]
    (note,) = await world.store.list_notes(session_id)
    assert (note.author, note.agent_id, note.text, note.at) == ("Shop", "", "wants 2 teas", world.clock.now_s())
    await online(world, ANN)
    await world.say(session_id, "x")
    await accept(world, session_id)
    assert [each.text for each in await world.store.list_notes(session_id)] == ["wants 2 teas", '["second"]']


async def test_a_turn_that_fails_to_commit_leaves_one_note(world: World) -> None:
    await world.deploy(start='HEAR x\nADD NOTE SESSION_ID, x\nn = VAL(GET BOT MEMORY "n")\nSET BOT MEMORY "n", n + 1')
    session_id, _ = await world.open()
    world.store.only, world.store.fail_at = "commit_turns", world.store.calls + 1
    world.store.fail_after_work = True
    await world.say(session_id, "once")
    assert [each.text for each in await world.store.list_notes(session_id)] == ["once"]


async def test_notes_about_other_sessions_of_the_bot_and_sub_sessions(world: World) -> None:
    await world.deploy("another", start="")
    foreign, _ = await world.open("another")
    await world.deploy(
        start='HEAR id\nADD NOTE id, "seen"\nc = CREATE SUB SESSION\nRUN IN SESSION c, "child"',
        child='ADD NOTE SESSION_ID, "inside"',
    )
    other, _ = await world.open()
    session_id, _ = await world.open()
    assert (await world.say(session_id, other.upper())).fault is None
    assert [each.text for each in await world.store.list_notes(other)] == ["seen"]
    assert [each.text for each in await world.store.list_notes(session_id)] == ["inside"]
    for wrong in (foreign, "nobody", ""):
        session_id, _ = await world.open()
        reply = await world.say(session_id, wrong)
        assert reply.fault is not None
        assert reply.fault.number == 4004


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('ADD NOTE SESSION_ID, " "', 4002),
        (f'ADD NOTE SESSION_ID, STRING({NOTE_CHARS}, "x")', None),
        (f'ADD NOTE SESSION_ID, STRING({NOTE_CHARS + 1}, "x")', 9008),
        (f"FOR i = 1 TO {TURN_NOTES}\nADD NOTE SESSION_ID, i\nNEXT", None),
        (f"FOR i = 0 TO {TURN_NOTES}\nADD NOTE SESSION_ID, i\nNEXT", 9013),
    ],
)
async def test_notes_are_bounded(world: World, statement: str, number: int | None) -> None:
    await world.deploy(start=statement)
    _, reply = await world.open()
    assert (None if reply.fault is None else reply.fault.number) == number
