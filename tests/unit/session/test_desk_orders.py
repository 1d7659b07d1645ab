"""ASSIGN CONVERSATION and RESOLVE CONVERSATION: what scripts order at the desk."""

from __future__ import annotations

import pytest

from botserver.desk import ItemState
from botserver.ids import SessionId
from botserver.model import Activity, Owner
from tests.unit.session.world import World, texts

from .people import ANN, BOB, accept, item_of, online, owner

ORDERS = """
HEAR what
IF what = "people" THEN
  r = TRANSFER SESSION ""
  TALK "${r.outcome} ${r.note}"
  HEAR what
END IF
IF what = "me" THEN
  ASSIGN CONVERSATION SESSION_ID, "ann"
ELSE
  parts = SPLIT(what, " ")
  IF parts[0] = "assign" THEN ASSIGN CONVERSATION parts[1] TO parts[2]
  IF parts[0] = "resolve" THEN RESOLVE CONVERSATION parts[1] WITH "by bot"
END IF
TALK "ordered"
HEAR more
TALK more
"""


async def order(world: World, words: str) -> None:
    session_id, _ = await world.open(metadata={"user_role": "agent"})
    reply = await world.say(session_id, words)
    assert reply.fault is None
    assert texts(reply) == ["ordered"]
    await world.quiet()


async def waits(world: World) -> SessionId:
    session_id, _ = await world.open()
    await world.say(session_id, "people")
    return session_id


async def test_a_session_that_waits_is_offered_to_who_is_named(world: World) -> None:
    await world.deploy(start=ORDERS)
    await online(world, ANN, capacity=9.0)
    await online(world, BOB)
    session_id = await waits(world)
    first = (await item_of(world, session_id)).offer
    assert first is not None
    other = BOB if first.agent_id == ANN else ANN
    await order(world, f"assign {session_id} {other}")
    offer = (await item_of(world, session_id)).offer
    assert offer is not None
    assert offer.agent_id == other
    await order(world, f"assign {session_id} {other}")  # it is so already
    assert (await item_of(world, session_id)).offer == offer


async def test_a_session_somebody_has_is_given_on(world: World) -> None:
    await world.deploy(start=ORDERS)
    await online(world)
    session_id = await waits(world)
    await accept(world, session_id)
    await online(world, BOB)
    await order(world, f"assign {session_id} bob")
    assert (await owner(world, session_id))[:2] == (Owner.QUEUE, "bob")
    await accept(world, session_id, BOB)
    assert (await owner(world, session_id))[:2] == (Owner.AGENT, "bob")


async def test_a_script_gives_its_own_session_to_an_agent(world: World) -> None:
    await world.deploy(start=ORDERS)
    await online(world)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "me")) == ["ordered"]
    await world.quiet()
    assert (await owner(world, session_id))[2] is Activity.HANDED_OVER
    assert (await item_of(world, session_id)).demand.agent_id == ANN


@pytest.mark.parametrize("is_taken", [True, False])
async def test_a_session_people_are_done_with_is_its_bot_s(world: World, is_taken: bool) -> None:
    await world.deploy(start=ORDERS)
    await online(world)
    session_id = await waits(world)
    if is_taken:
        await accept(world, session_id)
    item = await item_of(world, session_id)
    await order(world, f"resolve {session_id}")
    closed = await world.store.read_item(item.item_id)
    assert closed is not None
    assert (closed.state, closed.note) == (ItemState.CLOSED, "by bot")
    assert (await owner(world, session_id))[0] is Owner.BOT
    messages = await world.store.list_messages(session_id, 1, newest_first=True)
    assert messages[0].text == "resolved by bot"
    await order(world, f"resolve {session_id}")  # its bot has it
    assert (await owner(world, session_id))[0] is Owner.BOT


@pytest.mark.parametrize(
    "words", ["assign {foreign} ann", "assign nobody ann", "resolve {foreign}", "assign {own} eve"]
)
async def test_there_must_be_such_a_session_and_agent(world: World, words: str) -> None:
    await world.deploy("another", start="HEAR x")
    foreign, _ = await world.open("another")
    await world.deploy(start=ORDERS)
    await online(world)
    session_id, _ = await world.open(metadata={"user_role": "agent"})
    reply = await world.say(session_id, words.format(foreign=foreign, own=session_id))
    assert reply.fault is not None
    assert reply.fault.number == 4004


async def test_users_order_nothing_in_other_sessions(world: World) -> None:
    await world.deploy(start=ORDERS)
    await online(world)
    waiting = await waits(world)
    session_id, _ = await world.open()
    reply = await world.say(session_id, f"resolve {waiting}")
    assert reply.fault is not None
    assert reply.fault.number == 5001
    assert (await owner(world, waiting))[0] is Owner.QUEUE
