"""The desk: one owner at a time, and every message to the owner of its moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from botserver.desk import Demand, HandoffOutcome
from botserver.errors import (
    AgentNotFound,
    BotserverError,
    OfferTaken,
    RequestIdReused,
    RevisionMismatch,
    SessionHandedOver,
    SessionNotAssigned,
    SessionNotFound,
)
from botserver.ids import AgentId, MessageId, OfferId, RequestId, SessionId
from botserver.limits import AGENT_GRACE_S, AGENT_LEASE_S, OFFER_S
from botserver.model import LOCAL, Activity, EventKind, Incoming, Owner, Principal, Role, SessionState
from botserver.session.desk_service import DeskEventKind, HandoffRequest

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
    assert await gone.told() == ["user: two", "released"]
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
        await world.sessions.desks.transfer_session(LOCAL, session_id, HandoffRequest(Demand()), expected_revision=9)
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
        desks.add_note(stranger, ANN, session_id, "note"),
        desks.list_agents(stranger, 10, ""),
    ]
    for call in refused:
        with pytest.raises(BotserverError, match="stranger may not"):
            await call


async def test_notes_reach_agents_once_and_never_user_or_script(world: World) -> None:
    script = STATEMENT + 'ON EVENT "handoff_returned"\nTALK event\nEND ON\n'
    session_id = await handed_over(world, script)
    watching = Watching(world)
    await watching.seen()
    await online(world, BOB)
    for agent_id, text in ((ANN, "upset\0"), (BOB, "known for it")):
        await world.sessions.desks.add_note(LOCAL, agent_id, session_id, text)
    told = [event.note for event in await watching.seen() if event.note]
    assert [(note.author, note.text) for note in told] == [("Ann", "upset\ufffd"), ("Bob", "known for it")]
    assert [event.note for event in await watching.seen() if event.note] == []
    again = Watching(world)
    assigned = next(event for event in await again.seen() if event.kind is DeskEventKind.ASSIGNED)
    assert assigned.notes == tuple(told)
    await watching.close()
    await again.close()
    await give_back(world, session_id)
    state = await world.sessions.get_session(LOCAL, session_id, full=True)
    seen = [*await world.transcript(session_id), str(state)]
    assert not [text for text in seen if "upset" in text or "known for it" in text]


async def test_the_language_is_the_channels_or_else_the_bots(world: World) -> None:
    for config, metadata, language in (
        ({}, {}, ""),
        ({"language": "pt-BR"}, {}, "pt"),
        ({"language": "pt-BR"}, {"language": "DE_at"}, "de"),
        ({}, {"language": 7}, ""),
        ({}, {"language": "x" * 36}, ""),
    ):
        await world.deploy(start='TRANSFER SESSION ""', config=config)
        session_id, _ = await world.open(metadata=metadata)
        assert (await item_of(world, session_id)).language == language


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
