"""Handing over to people: one owner at a time, and every message to the owner of its moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from botserver.desk import Demand, HandoffOutcome, Presence, Profile, QueueItem
from botserver.errors import (
    AgentNotFound,
    BotserverError,
    LimitReached,
    OfferTaken,
    RequestIdReused,
    RevisionMismatch,
    SessionHandedOver,
    SessionNotAssigned,
    SessionNotFound,
)
from botserver.ids import AgentId, MessageId, OfferId, RequestId, SessionId
from botserver.limits import AGENT_GRACE_S, AGENT_LEASE_S, HANDOFF_WAIT_MAX_S, HANDOFF_WAIT_S, OFFER_S
from botserver.model import LOCAL, Activity, EventKind, Incoming, Owner, Principal, Role, SessionState
from botserver.session.desk_service import DeskEvent, DeskEventKind, HandoffRequest

from .world import World, texts

ANN, BOB = AgentId("ann"), AgentId("bob")

STATEMENT = """
TALK "Welcome"
HEAR what
agent = GET AVAILABLE AGENT
TRANSFER SESSION agent
TALK "Connecting you to ${agent}"
SET BOT MEMORY "status", GET SESSION "status"
SET BOT MEMORY "assigned", GET SESSION "assigned_to"
"""
AWAITED = """
HEAR what
r = TRANSFER SESSION ""
TALK "${r.outcome} ${r.agent} ${r.note} ${r.waited_seconds}"
HEAR more
TALK "bot again: ${more}"
"""


async def online(world: World, agent_id: AgentId = ANN, **profile: Any) -> None:
    values = {"name": agent_id.title(), "capacity": 3.0} | profile
    await world.sessions.desks.set_presence(LOCAL, agent_id, Profile(**values))


async def stay(world: World, seconds: int, agent_id: AgentId = ANN) -> None:
    """Let time pass while the agent is there."""
    for _ in range(0, seconds, 20):
        await world.pass_time(20)
        await world.sessions.desks.set_presence(LOCAL, agent_id, None)


async def item_of(world: World, session_id: SessionId) -> QueueItem:
    item = await world.store.find_item(session_id)
    assert item is not None
    return item


async def accept(world: World, session_id: SessionId, agent_id: AgentId = ANN) -> None:
    item = await item_of(world, session_id)
    assert item.offer is not None
    await world.sessions.desks.accept_offer(LOCAL, agent_id, item.offer.offer_id)


async def owner(world: World, session_id: SessionId) -> tuple[Owner, str | None, Activity]:
    view = await world.sessions.get_session(LOCAL, session_id)
    return view.owner, view.agent_id, view.activity


async def reply(world: World, session_id: SessionId, text: str, agent_id: AgentId = ANN, message_id: str = "") -> int:
    given = MessageId(message_id) if message_id else world.message_id()
    message = await world.sessions.desks.reply_to_user(LOCAL, agent_id, session_id, given, text)
    assert (message.role, message.text) == (Role.AGENT, text)
    return message.seq


async def give_back(
    world: World, session_id: SessionId, outcome: HandoffOutcome = HandoffOutcome.RESOLVED, note: str = ""
) -> None:
    await world.sessions.desks.return_session(LOCAL, ANN, session_id, outcome, note)


async def handed_over(world: World, script: str = STATEMENT, config: Mapping[str, str] | None = None) -> SessionId:
    """A session that Ann has."""
    await world.deploy(start=script, config=config)
    await online(world)
    session_id, _ = await world.open()
    await world.say(session_id, "help")
    await accept(world, session_id)
    return session_id


class Watching:
    """A WatchDesk stream that is read as things happen."""

    def __init__(self, world: World, agent_id: AgentId = ANN, cursors: Mapping[SessionId, int] | None = None) -> None:
        self._events: AsyncIterator[DeskEvent] = world.sessions.desks.watch_desk(LOCAL, agent_id, cursors or {})
        self._next: asyncio.Future[DeskEvent] | None = None

    async def seen(self) -> list[DeskEvent]:
        """What came so far."""
        found = []
        while True:
            self._next = self._next or asyncio.ensure_future(anext(self._events))
            for _ in range(20):
                await asyncio.sleep(0)
            if not self._next.done():
                return found
            found.append(self._next.result())
            self._next = None

    async def told(self) -> list[str]:
        """The same in short."""
        return [_short(event) for event in await self.seen() if event.kind is not DeskEventKind.AGENT]

    async def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait([self._next])
        await self._events.aclose()  # type: ignore[attr-defined]  # it is a generator


def _short(event: DeskEvent) -> str:
    if event.message is not None:
        return f"{event.message.role}: {event.message.text}"
    return event.kind.value


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
    assert (await world.store.read_memory("bot", "status")).value != b""
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
    session_id, _ = await world.open()
    await world.pass_time(20)
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


# --- offers


async def test_two_who_accept_at_once_are_told_apart(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION ""')
    await online(world)
    session_id, _ = await world.open()
    offer = (await item_of(world, session_id)).offer
    assert offer is not None
    desks = world.sessions.desks
    results = await asyncio.gather(
        *(desks.accept_offer(LOCAL, ANN, offer.offer_id) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["OfferTaken", "SessionView"]
    with pytest.raises(OfferTaken):
        await desks.accept_offer(LOCAL, ANN, offer.offer_id)


async def test_an_accepted_offer_that_is_accepted_again_with_its_request_id_is_answered_again(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION ""')
    await online(world)
    session_id, _ = await world.open()
    offer = (await item_of(world, session_id)).offer
    assert offer is not None
    request_id = RequestId("7b1c2a52-61b5-4f43-8f0b-4f1b4a8f6a01")
    first = await world.sessions.desks.accept_offer(LOCAL, ANN, offer.offer_id, request_id)
    assert await world.sessions.desks.accept_offer(LOCAL, ANN, offer.offer_id, request_id) == first
    assert first.owner is Owner.AGENT


async def test_nobody_else_and_nobody_late_can_accept(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION "ann"')
    await online(world)
    session_id, _ = await world.open()
    offer = (await item_of(world, session_id)).offer
    assert offer is not None
    await online(world, BOB)
    with pytest.raises(OfferTaken):
        await world.sessions.desks.accept_offer(LOCAL, BOB, offer.offer_id)
    with pytest.raises(AgentNotFound):
        await world.sessions.desks.accept_offer(LOCAL, AgentId("carl"), offer.offer_id)
    world.clock.advance(OFFER_S)
    with pytest.raises(OfferTaken):
        await world.sessions.desks.accept_offer(LOCAL, ANN, offer.offer_id)
    assert await owner(world, session_id) == (Owner.QUEUE, ANN, Activity.HANDED_OVER)


async def test_offers_are_told_and_withdrawn(world: World) -> None:
    await world.deploy(start='SET CONTEXT "case" AS "broken"\nSET "plan", "gold"\nSET "pin", 1\nTRANSFER SESSION ""',
                       config={"handoff-variables": "plan"})  # fmt: skip
    await online(world)
    await online(world, BOB, capacity=1.0)
    anns, bobs = Watching(world), Watching(world, BOB)
    assert (await anns.told(), await bobs.told()) == ([], [])
    session_id, _ = await world.open()
    (event,) = [event for event in await anns.seen() if event.kind is DeskEventKind.OFFER]
    assert event.item is not None
    assert event.item.item.context == '{"contexts": {"case": "broken"}, "variables": {"plan": "gold"}}'
    assert event.session is not None
    assert event.session.session_id == session_id
    assert event.offer_id is not None
    await world.sessions.desks.decline_offer(LOCAL, ANN, event.offer_id)
    assert (await anns.told(), await bobs.told()) == (["offer_closed"], ["offer"])
    await world.sessions.end_session(LOCAL, session_id)
    assert (await anns.told(), await bobs.told()) == ([], ["offer_closed"])
    await anns.close()
    await bobs.close()


# --- agents who have sessions


async def test_a_reply_that_is_sent_again_is_said_once(world: World) -> None:
    session_id = await handed_over(world)
    first = await reply(world, session_id, "yes", message_id="r1")
    assert await reply(world, session_id, "yes", message_id="r1") == first
    with pytest.raises(RequestIdReused):
        await reply(world, session_id, "no", message_id="r1")
    await world.say(session_id, "mine", message_id="r1")  # users' clients have ids of their own
    assert (await world.transcript(session_id))[-2:] == ["agent: yes", "user: mine"]


async def test_only_who_has_the_session_speaks_and_returns_it(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION ""')
    await online(world)
    session_id, _ = await world.open()
    with pytest.raises(SessionNotAssigned):
        await reply(world, session_id, "too early")
    await accept(world, session_id)
    await online(world, BOB)
    with pytest.raises(SessionNotAssigned):
        await reply(world, session_id, "me too", BOB)
    with pytest.raises(SessionNotAssigned):
        await world.sessions.desks.return_session(LOCAL, BOB, session_id, HandoffOutcome.RESOLVED)
    await give_back(world, session_id)
    with pytest.raises(SessionNotAssigned):
        await reply(world, session_id, "too late")
    with pytest.raises(SessionNotFound):
        await reply(world, SessionId("no such session"), "hello")
    assert await world.transcript(session_id) == []


async def test_the_user_sees_who_speaks_and_who_owns_the_session(world: World) -> None:
    session_id = await handed_over(world)
    await reply(world, session_id, "hello")
    events = world.sessions.watch_session(LOCAL, session_id, 0)
    seen = [await anext(events) for _ in range(5)]
    await events.aclose()  # type: ignore[attr-defined]  # it is a generator
    spoken = [event.message for event in seen if event.message is not None]
    assert [(message.role, message.author) for message in spoken][-1] == (Role.AGENT, "Ann")
    assert seen[-1].kind is EventKind.STATE
    assert (seen[-1].owner, seen[-1].agent) == (Owner.AGENT, "Ann")


async def test_a_watch_goes_on_where_it_was_and_tells_nothing_twice(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    await watching.seen()
    await world.say(session_id, "one")
    (message,) = [event.message for event in await watching.seen() if event.message is not None]
    await watching.close()
    await world.say(session_id, "two")
    again = Watching(world, cursors={session_id: message.seq})
    assert await again.told() == ["assigned", "user: two"]
    await again.close()
    await give_back(world, session_id)
    gone = Watching(world, cursors={session_id: message.seq})
    assert await gone.told() == ["released"]
    await gone.close()
    await transfer(world, session_id, Demand())
    await accept(world, session_id)
    everything = Watching(world, cursors={session_id: 0})
    assert (await everything.told())[-2:] == ["user: one", "user: two"]
    await everything.close()


async def test_what_was_said_before_the_session_left_is_told_and_nothing_after(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    await watching.seen()
    await world.say(session_id, "one more thing")
    await give_back(world, session_id)
    await world.say(session_id, "to the bot")
    assert await watching.told() == ["user: one more thing", "released"]
    await watching.close()


async def test_a_lost_agent_s_session_waits_first_and_the_next_one_sees_all_that_was_said(world: World) -> None:
    session_id = await handed_over(world, AWAITED)
    await world.say(session_id, "still there?")
    await world.pass_time(AGENT_LEASE_S + AGENT_GRACE_S - 1)
    assert (await owner(world, session_id))[0] is Owner.AGENT
    await world.restart()
    await world.pass_time(1)
    await world.sessions.run_due()
    assert await owner(world, session_id) == (Owner.QUEUE, None, Activity.HANDED_OVER)
    assert (await item_of(world, session_id)).is_front
    with pytest.raises(SessionNotAssigned):
        await reply(world, session_id, "I am back")
    await world.say(session_id, "hello?")
    await online(world, BOB)
    await accept(world, session_id, BOB)
    watching = Watching(world, BOB)
    (assigned,) = [event for event in await watching.seen() if event.kind is DeskEventKind.ASSIGNED]
    assert [message.text for message in assigned.messages] == ["help", "still there?", "hello?"]
    await watching.close()


async def test_an_agent_can_end_a_session(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    await watching.seen()
    view = await world.sessions.desks.return_session(LOCAL, ANN, session_id, None)
    assert (view.state, view.owner) == (SessionState.ENDED, Owner.BOT)
    assert await watching.told() == ["released"]
    await watching.close()


async def test_a_return_that_is_sent_again_is_answered_again(world: World) -> None:
    session_id = await handed_over(world, AWAITED)
    request_id = RequestId("7b1c2a52-61b5-4f43-8f0b-4f1b4a8f6a02")
    desks = world.sessions.desks
    first = await desks.return_session(LOCAL, ANN, session_id, HandoffOutcome.RETURNED, "n", request_id)
    again = await desks.return_session(LOCAL, ANN, session_id, HandoffOutcome.RETURNED, "n", request_id)
    assert again == first
    assert (await world.transcript(session_id)).count("bot: returned ann n 0") == 1


async def test_a_session_cannot_be_restored_while_a_person_has_it(world: World) -> None:
    session_id = await handed_over(world, AWAITED)
    kept = await world.sessions.save_session(LOCAL, session_id)
    with pytest.raises(SessionHandedOver):
        await world.sessions.restore_session(LOCAL, session_id, kept.checkpoint_id)
    await give_back(world, session_id)
    await world.sessions.restore_session(LOCAL, session_id, kept.checkpoint_id)
    await world.pass_time(0)
    assert (await world.transcript(session_id))[-1] == "bot: returned   0"
    assert texts(await world.say(session_id, "and")) == ["bot again: and"]


async def test_a_branch_of_a_handed_over_session_is_its_bots(world: World) -> None:
    session_id = await handed_over(world, AWAITED)
    branch = await world.sessions.branch_session(LOCAL, session_id)
    assert branch.owner is Owner.BOT
    await world.pass_time(0)
    assert (await world.transcript(branch.session_id))[-1] == "bot: returned   0"
    assert (await owner(world, session_id))[0] is Owner.AGENT


# --- TransferSession


async def transfer(world: World, session_id: SessionId, demand: Demand | None, **more: Any) -> None:
    await world.sessions.desks.transfer_session(LOCAL, session_id, HandoffRequest(demand, **more))


async def test_a_hear_stays_pending_and_its_time_out_stands_still(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "got ${x}"', config={"hear-timeout-secs": "100"})
    await online(world)
    session_id, _ = await world.open()
    await world.pass_time(40)
    await transfer(world, session_id, Demand(), reason="angry")
    assert (await item_of(world, session_id)).reason == "angry"
    await accept(world, session_id)
    assert texts(await world.say(session_id, "not an answer")) == []
    await stay(world, 500)
    await give_back(world, session_id)
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.waiting_for is not None
    assert view.waiting_for.expires_at == world.clock.now_s() + 60
    await world.pass_time(59)
    assert texts(await world.say(session_id, "answer")) == ["got answer"]


async def test_a_session_is_given_on_and_taken_back(world: World) -> None:
    session_id = await handed_over(world, AWAITED)
    await online(world, BOB, queues=("sales",))
    await transfer(world, session_id, Demand("sales"))
    assert (await owner(world, session_id))[0] is Owner.QUEUE
    await accept(world, session_id, AgentId((await item_of(world, session_id)).offer.agent_id))
    await transfer(world, session_id, None)
    assert (await world.transcript(session_id))[-1].startswith("bot: returned ")
    await transfer(world, session_id, None)
    await transfer(world, session_id, Demand(agent_id=BOB))
    await transfer(world, session_id, None)
    assert (await owner(world, session_id))[2] is Activity.WAITING_INPUT


async def test_who_leaves_the_queue_is_told_to_the_script(world: World) -> None:
    await world.deploy(start=AWAITED)
    await online(world)
    session_id, _ = await world.open()
    await world.say(session_id, "help")
    await transfer(world, session_id, None)
    assert (await world.transcript(session_id))[-1] == "bot: user_left   0"


async def test_transfers_to_nobody_known_and_of_other_revisions_are_refused(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    for demand in (Demand("sales"), Demand(agent_id=BOB), Demand(skills={"german": 1})):
        with pytest.raises(AgentNotFound):
            await transfer(world, session_id, demand)
    with pytest.raises(RevisionMismatch):
        await world.sessions.desks.transfer_session(
            LOCAL, session_id, HandoffRequest(Demand()), expected_revision=9
        )
    assert (await owner(world, session_id))[0] is Owner.BOT


async def test_nobody_else_may_act_at_the_desk(world: World) -> None:
    session_id = await handed_over(world)
    desks, stranger = world.sessions.desks, Principal("stranger")
    refused: list[Any] = [
        desks.set_presence(stranger, ANN, None),
        anext(desks.watch_desk(stranger, ANN, {})),
        desks.accept_offer(stranger, ANN, OfferId("x")),
        desks.decline_offer(stranger, ANN, OfferId("x")),
        desks.reply_to_user(stranger, ANN, session_id, MessageId("m"), "hello"),
        desks.return_session(stranger, ANN, session_id, None),
        desks.transfer_session(stranger, session_id, HandoffRequest(None)),
        desks.list_queue(stranger, None, 10, ""),
        desks.list_agents(stranger, 10, ""),
    ]
    for call in refused:
        with pytest.raises(BotserverError, match="stranger may not"):
            await call


async def test_queue_and_agents_are_listed_by_page(world: World) -> None:
    await world.deploy(start='TRANSFER SESSION ""')
    ids = [(await world.open())[0] for _ in range(3)]
    first = await world.sessions.desks.list_queue(LOCAL, None, 2, "")
    rest = await world.sessions.desks.list_queue(LOCAL, None, 2, first.next_token)
    assert [view.item.session_id for view in (*first.items, *rest.items)] == ids
    assert rest.next_token == ""
    await online(world)
    await online(world, BOB)
    page = await world.sessions.desks.list_agents(LOCAL, 1, "")
    more = await world.sessions.desks.list_agents(LOCAL, 1, page.next_token)
    assert [view.agent.agent_id for view in (*page.items, *more.items)] == [ANN, BOB]
    assert more.next_token == ""


async def test_every_commit_leaves_one_owner_whatever_the_store_does(world: World) -> None:
    """Each call of the store fails once, before or after it did its work; what is asked again ends the same."""
    await world.deploy(start=AWAITED)
    for after in (False, True):
        for at in range(1, 12):
            await online(world)
            session_id, _ = await world.open()
            await world.say(session_id, "help")
            await accept(world, session_id)
            world.store.calls, world.store.fail_at, world.store.fail_after_work = 0, at, after
            request_id = RequestId(f"7b1c2a52-61b5-4f43-8f0b-{after:d}{at:011d}")
            for _ in range(3):
                try:
                    await world.sessions.desks.return_session(
                        LOCAL, ANN, session_id, HandoffOutcome.RESOLVED, "", request_id
                    )
                    break
                except BotserverError:
                    await world.quiet()
            world.store.fail_at = 0
            assert await owner(world, session_id) == (Owner.BOT, None, Activity.WAITING_INPUT)
            assert (await world.transcript(session_id)).count("bot: resolved ann  0") == 1
            assert await world.store.find_item(session_id) is None


async def test_messages_of_user_and_agent_at_once_are_each_told_once_and_to_their_owner(world: World) -> None:
    session_id = await handed_over(world)
    watching = Watching(world)
    await watching.seen()

    async def say(n: int) -> None:
        incoming = Incoming(MessageId(f"u{n}"), text=f"u{n}")
        await world.sessions.send_message(LOCAL, session_id, incoming)

    await asyncio.gather(
        *(say(n) for n in range(10)), *(reply(world, session_id, f"a{n}") for n in range(10)),
    )  # fmt: skip
    told = await watching.told()
    transcript = await world.transcript(session_id)
    assert told == transcript[3:]
    assert sorted(told) == sorted([*(f"user: u{n}" for n in range(10)), *(f"agent: a{n}" for n in range(10))])
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
    await world.pass_time(60)
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
    for module in ("handoffs", "desk"):
        monkeypatch.setattr(f"botserver.session.{module}.QUEUE_ITEMS", 2)
    await world.deploy(start='TRANSFER SESSION ""')
    waiting = [await world.open() for _ in range(2)]
    assert all(reply.fault is None for _, reply in waiting)
    session_id, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 2001
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
