"""Handing over and coming back: what scripts and users see of it."""

from __future__ import annotations

import asyncio

import pytest

from botserver.desk import Demand, HandoffOutcome, Presence
from botserver.errors import (
    LimitReached,
    SessionNotAssigned,
)
from botserver.limits import HANDOFF_WAIT_MAX_S, HANDOFF_WAIT_S
from botserver.model import LOCAL, Activity, Owner, SessionState
from botserver.session.desk_service import DeskEventKind
from botserver.session.values import decode_value

from .people import (
    ANN,
    AWAITED,
    BOB,
    STATEMENT,
    Watching,
    accept,
    give_back,
    handed_over,
    item_of,
    online,
    owner,
    reply,
    stay,
    transfer,
)
from .world import World, texts

# --- the statement


async def test_a_statement_hands_over_at_the_end_of_the_turn_and_what_it_says_still_reaches_the_user(
    world: World,
) -> None:
    await world.deploy(start=STATEMENT)
    await online(world)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "help")
    assert texts(reply) == ["Connecting you to ann"]
    assert (reply.activity, reply.waiting_for and reply.waiting_for.kind) == (Activity.HANDED_OVER, "agent")
    assert await owner(world, session_id) == (Owner.QUEUE, ANN, Activity.HANDED_OVER)
    kept = {key: decode_value((await world.store.read_memory("bot", key)).value) for key in ("status", "assigned")}
    assert kept == {"status": "transferred", "assigned": "ann"}
    item = await item_of(world, session_id)
    assert item.offer is not None
    assert (item.offer.agent_id, item.is_awaited) == (ANN, False)


async def test_while_an_agent_has_the_session_the_bot_is_silent_and_messages_go_to_the_agent(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    assert await watching.told() == ["assigned"]
    said = await world.say(session_id, "are you there?")
    assert (texts(said), said.activity) == ([], Activity.HANDED_OVER)
    await reply(world, session_id, "yes")
    assert await watching.told() == ["user: are you there?", "agent: yes"]
    await give_back(world, session_id)
    after = await world.say(session_id, "thanks")
    assert texts(after) == ["Sorry, I have no answer to that."]
    assert await watching.told() == ["released"]
    assert await world.transcript(session_id) == [
        "bot: Welcome", "user: help", "bot: Connecting you to ann", "user: are you there?", "agent: yes",
        "user: thanks", "bot: Sorry, I have no answer to that.",
    ]  # fmt: skip
    assert await owner(world, session_id) == (Owner.BOT, None, Activity.IDLE)
    await watching.close()


async def test_nobody_in_particular_is_the_bots_own_queue(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION ""\nTALK "wait"', config={"handoff-queue": "Front Desk"})
    await online(world)
    session_id, reply = await world.open()
    assert (texts(reply), reply.activity) == (["wait"], Activity.HANDED_OVER)
    assert (await item_of(world, session_id)).demand == Demand("front desk")
    assert await owner(world, session_id) == (Owner.QUEUE, None, Activity.HANDED_OVER)


@pytest.mark.parametrize(
    ("name", "demand"),
    [
        ("bob", Demand(agent_id=BOB)),
        ("Sales", Demand("sales")),
        ("german", Demand(skills={"german": 1})),
        ("empty", Demand("empty")),
    ],
)
async def test_a_transfer_goes_to_an_agent_a_queue_or_a_skill(world: World, name: str, demand: Demand) -> None:
    await online(world, BOB, queues=("sales",), skills={"german": 2})
    await world.deploy(start=f'TRANSFER SESSION "{name}"', config={"handoff-queues": "empty, other"})
    session_id, _ = await world.open()
    assert (await item_of(world, session_id)).demand == demand


async def test_an_unknown_name_raises_4004_and_nothing_changes(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION "nobody"\nTALK "never"')
    session_id, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 4004
    assert await owner(world, session_id) == (Owner.BOT, None, Activity.IDLE)
    assert await world.store.find_item(session_id) is None


@pytest.mark.parametrize("then", ["HEAR x", 'x = TRANSFER SESSION ""', 'TRANSFER SESSION ""'])
async def test_a_turn_that_transfers_cannot_hear_or_transfer_again(world: World, then: str) -> None:
    await world.deploy(start=f'TRANSFER SESSION ""\nTALK "before"\n{then}\nTALK "never"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert (reply.fault.number, reply.activity) == (5003, Activity.HANDED_OVER)
    assert texts(reply)[0] == "before"


async def test_a_wait_stands_still_while_an_agent_has_the_session(world: World) -> None:
    session_id = await handed_over(world, 'HEAR what\nTRANSFER SESSION ""\nWAIT 100\nTALK "later"')
    await stay(world, 1000)
    await give_back(world, session_id)
    await world.pass_time(99)
    assert (await world.transcript(session_id))[-1] != "bot: later"
    await world.pass_time(1)
    assert (await world.transcript(session_id))[-1] == "bot: later"


async def test_a_bad_time_out_is_a_bad_argument(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION "" TIMEOUT "soon"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 4002


# --- the expression


async def test_the_script_waits_for_the_outcome_and_goes_on_with_it(world: World) -> None:
    await world.deploy(start=AWAITED)
    await online(world)
    session_id, _ = await world.open()
    assert (await world.say(session_id, "help")).activity is Activity.HANDED_OVER
    await world.pass_time(7)
    await accept(world, session_id)
    await world.pass_time(20)
    await world.restart()
    assert texts(await world.say(session_id, "hello?")) == []
    await reply(world, session_id, "solved")
    await give_back(world, session_id, HandoffOutcome.RESOLVED, "was easy")
    assert (await world.transcript(session_id))[-1] == "bot: resolved ann was easy 7"
    assert texts(await world.say(session_id, "ok")) == ["bot again: ok"]


async def test_without_anybody_there_the_script_hears_so_at_once(world: World) -> None:
    await world.deploy(start=AWAITED)
    await online(world, presence=Presence.OFFLINE)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "help")
    assert (texts(reply), reply.activity) == (["no_agent   0"], Activity.WAITING_INPUT)


@pytest.mark.parametrize(("clause", "seconds"), [("", HANDOFF_WAIT_S), (" TIMEOUT 30", 30.0)])
async def test_a_session_nobody_takes_comes_back(world: World, clause: str, seconds: float) -> None:
    await world.deploy(start=AWAITED.replace('SESSION ""', f'SESSION ""{clause}'))
    await online(world, capacity=0.5)
    session_id, _ = await world.open()
    await world.say(session_id, "help")
    await world.pass_time(seconds - 1)
    assert await owner(world, session_id) == (Owner.QUEUE, None, Activity.HANDED_OVER)
    await world.restart()
    await world.pass_time(1)
    await world.sessions.run_due()
    assert (await world.transcript(session_id))[1:] == [f"bot: timeout   {seconds:.0f}"]
    await world.pass_time(seconds)
    assert len(await world.transcript(session_id)) == 2


async def test_a_statement_that_nobody_answered_says_so_to_the_user(world: World) -> None:
    config = {"no-agent-message": "All gone.", "handoff-timeout-secs": "20"}
    await world.deploy(start='TRANSFER SESSION ""', config=config)
    await online(world)
    session_id, reply = await world.open()
    assert texts(reply) == []
    await world.pass_time(25)
    assert await world.transcript(session_id) == ["bot: All gone."]
    assert await owner(world, session_id) == (Owner.BOT, None, Activity.IDLE)


async def test_a_message_that_waited_goes_to_the_agent_too(world: World) -> None:
    await world.deploy(start='HEAR x\nWAIT 5\nTRANSFER SESSION ""')
    await online(world)
    session_id, _ = await world.open()
    first = asyncio.ensure_future(world.say(session_id, "one"))
    await world.quiet()
    second = asyncio.ensure_future(world.say(session_id, "two"))
    await world.quiet()
    await world.pass_time(5)
    assert (await first).activity is Activity.HANDED_OVER
    assert (await second).activity is Activity.HANDED_OVER
    await accept(world, session_id)
    watching = Watching(world)
    (assigned,) = [event for event in await watching.seen() if event.kind is DeskEventKind.ASSIGNED]
    assert [message.text for message in assigned.messages] == ["one", "two"]
    await watching.close()


# --- with other things a session does


async def test_a_session_that_ends_in_the_turn_that_transfers_is_handed_to_nobody(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION ""\nEND SESSION')
    session_id, reply = await world.open()
    assert reply.activity is Activity.ENDED
    assert await world.store.find_item(session_id) is None
    assert (await owner(world, session_id))[:2] == (Owner.BOT, None)


async def test_an_end_handler_cannot_transfer(world: World) -> None:
    await world.deploy(start='HEAR x\nON SESSION END\nTALK "bye"\nTRANSFER SESSION ""\nTALK "never"\nEND ON')
    session_id, _ = await world.open()
    await world.sessions.end_session(LOCAL, session_id)
    assert await world.transcript(session_id) == ["bot: bye"]
    assert await world.store.find_item(session_id) is None


async def test_an_end_handler_runs_when_an_agent_ends_the_session(world: World) -> None:
    session_id = await handed_over(world, 'HEAR x\nTRANSFER SESSION ""\nON SESSION END\nTALK "bye"\nEND ON')
    await world.sessions.desks.return_session(LOCAL, ANN, session_id, None)
    assert (await world.transcript(session_id))[-1] == "bot: bye"


async def test_a_sub_session_hands_over_for_its_session(world: World) -> None:
    await world.deploy(
        start='child = CREATE SUB SESSION\nx = RUN IN SESSION child, "ask"\nTALK "back ${x}"\nHEAR y',
        ask='r = TRANSFER SESSION ""\nTALK "${r.outcome}"\nRETURN r.agent',
    )
    await online(world)
    session_id, _ = await world.open()
    await accept(world, session_id)
    await reply(world, session_id, "hello")
    await give_back(world, session_id)
    assert (await world.transcript(session_id))[-2:] == ["bot: resolved", "bot: back ann"]


async def test_a_call_between_a_transfer_and_the_end_of_its_turn_loses_nothing(world: World) -> None:
    """The process dies at an outside call of a turn that has transferred: whoever goes on hands over once."""
    await world.deploy(start='HEAR x\nTRANSFER SESSION ""\nx = CALL "/test/slow", 0, 7\nTALK "called ${x}"')
    await online(world)
    session_id, _ = await world.open()
    said = asyncio.ensure_future(world.say(session_id, "go"))
    await world.called()
    await world.restart()
    said.cancel()
    await stay(world, 60)  # the call may have ended before the process did, or not
    await world.quiet()
    assert (await world.transcript(session_id))[-1] == "bot: called 7"
    assert (await owner(world, session_id))[0] is Owner.QUEUE
    assert len(await world.store.list_queue("local", None, 10)) == 1


async def test_a_message_to_a_session_that_expires_at_the_desk_is_refused(world: World) -> None:
    session_id = await handed_over(world, config={"session-timeout": "100"})
    await stay(world, 100)
    view = await world.sessions.get_session(LOCAL, session_id)
    assert (view.state, view.owner) == (SessionState.ENDED, Owner.BOT)
    with pytest.raises(SessionNotAssigned):
        await reply(world, session_id, "hello")
    assert (await world.store.read_desk("local", ANN)).assigned == ()


# --- bounds


async def test_a_full_queue_takes_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("performers.desk", "desk"):
        monkeypatch.setattr(f"botserver.session.{module}.QUEUE_ITEMS", 2)
    handler = 'ON EVENT "handoff_returned"\nTALK event.data.outcome\nEND ON\n'
    await world.deploy(start=f'{handler}TRANSFER SESSION ""\nTALK GET SESSION "status"')
    await online(world, capacity=9.0)
    waiting = [await world.open() for _ in range(2)]
    assert [texts(reply) for _, reply in waiting] == [["transferred"]] * 2
    session_id, reply = await world.open()
    assert (texts(reply), reply.fault) == (["Sorry, nobody is free right now.", "active", "no_agent"], None)
    assert await owner(world, session_id) == (Owner.BOT, None, Activity.IDLE)
    await world.deploy(start='r = TRANSFER SESSION ""\nTALK r.outcome')
    assert texts((await world.open())[1]) == ["no_agent"]
    with pytest.raises(LimitReached):
        await transfer(world, session_id, Demand())
    await transfer(world, waiting[0][0], None)
    await transfer(world, session_id, Demand())


@pytest.mark.parametrize("extra", [0, 1])
async def test_what_an_agent_is_told_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    text = '{"contexts": {"a": "bbbb"}, "variables": {}}'
    monkeypatch.setattr("botserver.session.handoffs.HANDOFF_CONTEXT_BYTES", len(text) - extra)
    await world.deploy(start='SET CONTEXT "a" AS "bbbb"\nTRANSFER SESSION ""')
    session_id, _ = await world.open()
    kept = (await item_of(world, session_id)).context
    assert kept == (text if extra == 0 else '{"contexts": {}, "variables": {}}')


async def test_a_session_waits_a_day_at_most(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION "" TIMEOUT 1000000')
    session_id, _ = await world.open()
    assert (await item_of(world, session_id)).wait_s == HANDOFF_WAIT_MAX_S


# --- TRANSFER TO HUMAN


async def test_a_transfer_to_a_human_says_how_it_stands(world: World) -> None:
    await online(world, queues=("sales",))
    script = """
x = TRANSFER TO HUMAN "Sales", "high", "wants a discount"
TALK "${x.success} ${x.status} ${x.queue_position} ${x.estimated_wait_seconds}"
"""
    await world.deploy(start=script)
    session_id, reply = await world.open()
    assert (texts(reply), reply.activity) == (["true queued 1 0"], Activity.HANDED_OVER)
    item = await item_of(world, session_id)
    assert (item.demand, item.priority, item.reason) == (Demand("sales"), 10, "wants a discount")
    _, reply = await world.open()
    assert texts(reply) == ["true queued 2 "]


@pytest.mark.parametrize(
    ("operands", "said"),
    [
        ('"nowhere"', "false unknown_department"),
        ("", "true queued"),
        ('"", 5', "true queued"),
        ('"ann"', "true queued Ann"),
    ],
)
async def test_departments_are_queues_agents_or_nobody(world: World, operands: str, said: str) -> None:
    await online(world)
    script = f'x = TRANSFER TO HUMAN {operands}\nTALK TRIM("${{x.success}} ${{x.status}} ${{x.assigned_to_name}}")'
    await world.deploy(start=script)
    session_id, reply = await world.open()
    assert texts(reply) == [said]
    assert (await owner(world, session_id))[0] is (Owner.QUEUE if "true" in said else Owner.BOT)


async def test_a_priority_that_is_none_is_a_bad_argument(world: World) -> None:
    await world.deploy(start='TRANSFER TO HUMAN "", "soon"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 4002


async def test_a_message_of_another_session_changes_nothing_at_the_desk(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    await watching.seen()
    await world.deploy("bot", start=f'SEND TO SESSION "{session_id}", "your parcel is here"')
    await world.open()
    await world.quiet()
    await world.sessions.run_due()
    assert (await world.transcript(session_id))[-1] == "bot: your parcel is here"
    assert await owner(world, session_id) == (Owner.AGENT, ANN, Activity.HANDED_OVER)
    assert await watching.told() == ["bot: your parcel is here"]
    await give_back(world, session_id)
    assert (await owner(world, session_id))[0] is Owner.BOT
    await watching.close()
