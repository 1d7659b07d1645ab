"""TAG CONVERSATION: under which words agents and operators find sessions."""

from __future__ import annotations

import pytest

from botserver.limits import TAG_CHARS, TURN_TAGS
from botserver.model import LOCAL
from botserver.session.desk_service import DeskEventKind
from tests.unit.session.world import World, texts

from .people import Watching, handed_over, online

TAGS = "HEAR id\nHEAR tag\nTAG CONVERSATION id, tag\nHEAR x"


async def test_a_tag_is_there_with_the_turn_once_in_any_case(world: World) -> None:
    await world.deploy(start='HEAR x\nTAG CONVERSATION SESSION_ID, "  Big\tREFUND "\nTAG CONVERSATION SESSION_ID TO x')
    session_id, _ = await world.open()
    world.store.only, world.store.fail_at = "commit_turns", world.store.calls + 1
    world.store.fail_after_work = True
    assert (await world.say(session_id, "big refund")).fault is None
    assert (await world.sessions.get_session(LOCAL, session_id, full=True)).tags == ("big refund",)
    assert (await world.sessions.get_session(LOCAL, session_id)).tags is None


async def test_agents_and_the_bot_itself_tag_other_sessions(world: World) -> None:
    await world.deploy("another", start="")
    foreign, _ = await world.open("another")
    await world.deploy(start=TAGS)
    other, _ = await world.open()
    for rights, wanted, number in (
        ("agent", other.upper(), None), ("", other, 5001), ("agent", foreign, 4004), ("agent", "nobody", 4004),
    ):  # fmt: skip
        session_id, _ = await world.open(metadata={"user_role": rights})
        await world.say(session_id, wanted)
        reply = await world.say(session_id, "vip")
        assert (None if reply.fault is None else reply.fault.number) == number
    assert await world.store.list_tags(other) == ("vip",)


async def test_a_sub_session_is_of_its_session(world: World) -> None:
    await world.deploy(
        start='c = CREATE SUB SESSION\nRUN IN SESSION c, "child"', child='TAG CONVERSATION SESSION_ID, "inside"'
    )
    session_id, reply = await world.open()
    assert reply.fault is None
    assert await world.store.list_tags(session_id) == ("inside",)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('TAG CONVERSATION SESSION_ID, " "', 4002),
        (f'TAG CONVERSATION SESSION_ID, STRING({TAG_CHARS}, "x")', None),
        (f'TAG CONVERSATION SESSION_ID, STRING({TAG_CHARS + 1}, "x")', 9008),
        (f"FOR i = 1 TO {TURN_TAGS}\nTAG CONVERSATION SESSION_ID, i\nTAG CONVERSATION SESSION_ID, 1\nNEXT", None),
        (f"FOR i = 0 TO {TURN_TAGS}\nTAG CONVERSATION SESSION_ID, i\nNEXT", 9013),
    ],
)
async def test_tags_are_bounded(world: World, statement: str, number: int | None) -> None:
    await world.deploy(start=statement)
    _, reply = await world.open()
    assert (None if reply.fault is None else reply.fault.number) == number


async def test_an_agent_is_told_the_tags_and_what_becomes_of_them(world: World) -> None:
    script = f'TAG CONVERSATION SESSION_ID, "first"\nHEAR what\nTRANSFER SESSION ""\n{TAGS}'
    session_id = await handed_over(world, script)
    watching = Watching(world)
    (assigned,) = [event for event in await watching.seen() if event.kind is DeskEventKind.ASSIGNED]
    assert assigned.item is not None
    assert assigned.item.item.tags == ("first",)
    await world.deploy(start=TAGS)
    tagging, _ = await world.open(metadata={"user_role": "agent"})
    await world.say(tagging, session_id)
    await world.say(tagging, "second")
    (event,) = await watching.seen()
    assert (event.kind, event.session_id, event.tags) == (DeskEventKind.TAGS, session_id, ("first", "second"))
    await watching.close()


async def test_a_note_of_another_session_reaches_the_agent_at_once(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    await watching.seen()
    await world.deploy(start="HEAR id\nADD NOTE id, x\nHEAR x", config={"param-x": "be kind"})
    noting, _ = await world.open()
    await world.say(noting, session_id)
    assert [event.note.text for event in await watching.seen() if event.note] == ["be kind"]
    await watching.close()


async def test_scripts_see_the_tags_of_who_waits(world: World) -> None:
    await world.deploy(
        start='TAG CONVERSATION SESSION_ID, "vip"\nTRANSFER SESSION ""', look="q = GET QUEUE\nTALK q.items[0].tags"
    )
    await world.open()
    _, reply = await world.open(script="look")
    assert texts(reply) == ['["vip"]']


async def test_a_branch_has_no_tags_and_an_earlier_state_keeps_them(world: World) -> None:
    await online(world)
    await world.deploy(start='HEAR x\nTAG CONVERSATION SESSION_ID, "vip"\nHEAR y')
    session_id, _ = await world.open()
    kept = await world.sessions.save_session(LOCAL, session_id)
    await world.say(session_id, "x")
    branch = await world.sessions.branch_session(LOCAL, session_id)
    assert await world.store.list_tags(branch.session_id) == ()
    await world.sessions.restore_session(LOCAL, session_id, kept.checkpoint_id)
    assert await world.store.list_tags(session_id) == ("vip",)
