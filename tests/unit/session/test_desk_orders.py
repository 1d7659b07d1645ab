"""ASSIGN CONVERSATION, RESOLVE CONVERSATION, ESCALATE TO SUPERVISOR: what scripts order at the desk."""

from __future__ import annotations

import pytest

from botserver.desk import Demand, ItemState
from botserver.ids import AgentId, SessionId
from botserver.model import Activity, Owner
from botserver.session.records import DeskOrder, decode_order
from tests.unit.session.world import World, texts

from .people import ANN, BOB, Watching, accept, item_of, online, owner

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
  IF parts[0] = "escalate" THEN ESCALATE TO SUPERVISOR parts[1], "angry"
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
    "words",
    ["assign {foreign} ann", "assign nobody ann", "resolve {foreign}", "assign {own} eve", "escalate {foreign}"],
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


# --- supervisors


async def test_a_script_escalates_its_own_session_with_the_turn(world: World) -> None:
    script = 'HEAR x\nESCALATE TO SUPERVISOR SESSION_ID, x\nTALK "A supervisor comes"'
    await world.deploy(start=script)
    await online(world, BOB, queues=("supervisor",))
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "refund")) == ["A supervisor comes"]
    item = await item_of(world, session_id)
    assert (item.demand, item.priority, item.reason) == (Demand("supervisor"), 20, "refund")
    assert item.offer is not None
    assert item.offer.agent_id == BOB


@pytest.mark.parametrize("statement", ["ESCALATE TO SUPERVISOR", 'TRANSFER SESSION ""\nESCALATE TO SUPERVISOR'])
async def test_without_a_session_it_is_the_script_s_own_which_leaves_once(world: World, statement: str) -> None:
    await world.deploy(start=f"HEAR x\n{statement}")
    await online(world, skills={"supervisor": 4})
    session_id, _ = await world.open()
    reply = await world.say(session_id, "x")
    if statement.startswith("TRANSFER"):
        assert reply.fault is not None
        assert reply.fault.number == 5003
    else:
        item = await item_of(world, session_id)
        assert (item.demand, item.priority, item.reason) == (Demand(skills={"supervisor": 1}), 20, "")


async def test_a_sub_session_escalates_its_session(world: World) -> None:
    await world.deploy(
        start='c = CREATE SUB SESSION\nRUN IN SESSION c, "child"', child='ESCALATE TO SUPERVISOR SESSION_ID, "inside"'
    )
    await online(world, queues=("supervisor",))
    session_id, reply = await world.open()
    assert reply.fault is None
    assert (await item_of(world, session_id)).reason == "inside"


async def test_other_sessions_are_escalated_wherever_they_are(world: World) -> None:
    await world.deploy(start=ORDERS)
    await online(world, capacity=9.0, queues=("default",))
    await online(world, BOB, queues=("supervisor",), capacity=9.0)
    with_bot, _ = await world.open()
    waiting, attended = await waits(world), await waits(world)
    await accept(world, attended)
    anns = Watching(world)
    await anns.seen()
    for session_id in (with_bot, waiting, attended):
        await order(world, f"escalate {session_id}")
        assert (await owner(world, session_id))[:2] == (Owner.QUEUE, None)
        item = await item_of(world, session_id)
        assert (item.demand, item.priority, item.reason) == (Demand("supervisor"), 20, "angry")
        assert item.offer is not None
        assert item.offer.agent_id == BOB
    assert sorted(await anns.told()) == ["offer_closed", "released"]
    await anns.close()


async def test_what_a_supervisor_has_stays_theirs_and_what_waits_for_one_becomes_urgent(world: World) -> None:
    await world.deploy(start=ORDERS, plain='TRANSFER SESSION "supervisor"')
    await online(world, BOB, queues=("supervisor",), capacity=9.0)
    waiting, _ = await world.open(script="plain")
    await order(world, f"escalate {waiting}")
    item = await item_of(world, waiting)
    assert (item.priority, item.reason) == (20, "angry")
    await order(world, f"escalate {waiting}")
    assert await item_of(world, waiting) == item
    await accept(world, waiting, BOB)
    item = await item_of(world, waiting)
    await order(world, f"escalate {waiting}")
    assert await item_of(world, waiting) == item


@pytest.mark.parametrize("script", ["HEAR x\nESCALATE TO SUPERVISOR", "HEAR id\nESCALATE TO SUPERVISOR id"])
async def test_without_supervisors_nothing_is_escalated(world: World, script: str) -> None:
    await world.deploy(start=script)
    await online(world, queues=("default",))
    other, _ = await world.open()
    session_id, _ = await world.open(metadata={"user_role": "agent"})
    reply = await world.say(session_id, other)
    assert reply.fault is not None
    assert (reply.fault.number, "'supervisor'" in reply.fault.message) == (4004, True)
    for each in (session_id, other):
        assert (await owner(world, each))[0] is Owner.BOT


async def test_users_escalate_no_other_session(world: World) -> None:
    await world.deploy(start=ORDERS)
    await online(world, queues=("supervisor",))
    other, _ = await world.open()
    session_id, _ = await world.open()
    reply = await world.say(session_id, f"escalate {other}")
    assert reply.fault is not None
    assert reply.fault.number == 5001


async def test_an_order_of_an_older_server_is_read(world: World) -> None:
    assert decode_order(b'{"agent_id":"ann","note":""}') == DeskOrder(ANN)
    plain = DeskOrder(ANN, "note")
    assert decode_order(plain.encoded()) == plain
    assert b"priority" not in plain.encoded()
    escalated = DeskOrder(AgentId("supervisor"), "angry", 20)
    assert decode_order(escalated.encoded()) == escalated
