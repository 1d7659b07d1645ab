"""The desk: one owner, one offer, deadlines that are kept whatever happens to processes."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from botserver.desk import Agent, Demand, HandoffOutcome, ItemState, Offer, Presence, Profile, QueueItem
from botserver.errors import LimitReached
from botserver.ids import AgentId, ItemId
from botserver.limits import (
    AGENT_GRACE_S,
    AGENT_KEPT_S,
    AGENT_LEASE_S,
    EXCLUDED_S,
    KEPT_HANDOFFS,
    OFFER_S,
    RELAX_LEVEL_S,
    RELAX_SKILLS_S,
)
from botserver.model import EndReason, Owner
from botserver.store.abc import Committed, DueKind, Lost, Store
from botserver.store.desk import Assign, Close, DeskDue, DeskMoved, Enqueue, Requeue, Target

from .backends import World
from .builders import commit, read, said, standing, started_session, try_commit, turn

WAIT_S = 600.0
LEASE_S = 30.0
ANN, BOB = AgentId("ann"), AgentId("bob")


async def online(store: Store, agent_id: AgentId, **profile: Any) -> Agent:
    profile = {"name": agent_id.title(), "capacity": 2.0} | profile
    agent = await store.set_presence("local", agent_id, Profile(**profile), AGENT_LEASE_S)
    assert agent is not None
    return agent


async def queued(store: Store, priority: int = 0, wait_s: float = WAIT_S, **demand: Any) -> QueueItem:
    """A session that was handed over."""
    row = await started_session(store)
    item_id = ItemId(str(uuid.uuid4()))
    write = Enqueue(item_id, Demand(**demand), wait_s, priority=priority)
    await commit(store, turn(row, standing=standing(owner=Owner.QUEUE), desk=write))
    return await item_of(store, item_id)


async def item_of(store: Store, item_id: ItemId) -> QueueItem:
    item = await store.read_item(item_id)
    assert item is not None
    return item


def offer_of(item: QueueItem) -> Offer:
    assert item.offer is not None
    return item.offer


async def assigned(store: Store, agent_id: AgentId, **more: Any) -> QueueItem:
    item = await queued(store, **more)
    assert offer_of(item).agent_id == agent_id
    row = await read(store, item.session_id)
    write = Assign(item.item_id, item.version, agent_id)
    await commit(store, turn(row, standing=standing(owner=Owner.AGENT), desk=write))
    return await item_of(store, item.item_id)


async def due_kinds(store: Store) -> list[DueKind]:
    return [row.kind for row in await store.take_due(10, LEASE_S)]


async def test_who_waits_is_offered_in_the_commit_that_hands_over(world: World, store: Store) -> None:
    await online(store, ANN)
    item = await queued(store)
    assert (item.state, offer_of(item).agent_id) == (ItemState.OFFERED, ANN)
    assert offer_of(item).expires_at == world.clock.now_s() + OFFER_S
    assert await store.find_offer("local", offer_of(item).offer_id) == item
    assert await store.find_offer("somebody", offer_of(item).offer_id) is None
    view = await store.read_desk("local", ANN)
    assert view is not None
    assert (view.offered, view.assigned) == ((item,), ())
    assert (view.agent.load, view.agent.active) == (1.0, 0)


async def test_who_waits_is_offered_to_an_agent_who_comes(store: Store) -> None:
    item = await queued(store)
    assert item.state is ItemState.QUEUED
    await online(store, ANN)
    assert offer_of(await item_of(store, item.item_id)).agent_id == ANN


async def test_of_two_who_accept_at_once_the_first_wins(store: Store) -> None:
    await online(store, ANN)
    item = await queued(store)
    row = await read(store, item.session_id)
    takes = [
        turn(row, standing=standing(owner=Owner.AGENT), desk=Assign(item.item_id, item.version, agent_id))
        for agent_id in (ANN, BOB)
    ]
    results = await asyncio.gather(*(try_commit(store, take) for take in takes))
    assert {type(result) for result in results} == {Committed, Lost}
    after = await item_of(store, item.item_id)
    assert (after.state, after.offer) == (ItemState.ASSIGNED, None)


async def test_an_offer_that_was_made_anew_cannot_be_accepted_under_its_old_version(world: World, store: Store) -> None:
    await online(store, ANN)
    await online(store, BOB)
    item = await queued(store)
    row = await read(store, item.session_id)
    assert await store.decline_offer("local", offer_of(item).agent_id, offer_of(item).offer_id)
    late = turn(row, standing=standing(owner=Owner.AGENT), desk=Assign(item.item_id, item.version, ANN))
    assert await try_commit(store, late) == DeskMoved()
    assert (await read(store, row.session_id)).standing.owner is Owner.QUEUE
    assert (await read(store, row.session_id)).revision == row.revision


async def test_a_session_is_handed_over_once(store: Store) -> None:
    item = await queued(store)
    row = await read(store, item.session_id)
    again = Enqueue(ItemId(str(uuid.uuid4())), Demand(), WAIT_S)
    assert await try_commit(store, turn(row, desk=again)) == DeskMoved()
    assert await store.count_queue("local") == 1


async def test_a_declined_offer_goes_to_the_next_and_comes_back_later(world: World, store: Store) -> None:
    await online(store, ANN, capacity=3.0)
    await online(store, BOB, capacity=2.0)
    item = await queued(store)
    first = offer_of(item)
    assert first.agent_id == ANN  # more free capacity
    assert not await store.decline_offer("local", BOB, first.offer_id)
    assert await store.decline_offer("local", ANN, first.offer_id)
    assert not await store.decline_offer("local", ANN, first.offer_id)
    second = offer_of(await item_of(store, item.item_id))
    assert second.agent_id == BOB
    assert second.offer_id != first.offer_id
    assert await store.decline_offer("local", BOB, second.offer_id)
    assert (await item_of(store, item.item_id)).state is ItemState.QUEUED
    world.clock.advance(EXCLUDED_S)
    for agent_id in (ANN, BOB):
        await store.set_presence("local", agent_id, None, AGENT_LEASE_S + EXCLUDED_S)
    assert offer_of(await item_of(store, item.item_id)).agent_id == ANN


async def test_an_offer_that_is_not_answered_expires_and_two_make_an_agent_away(world: World, store: Store) -> None:
    await online(store, ANN)
    item = await queued(store)
    other = await queued(store)
    for _ in range(2):
        world.clock.advance(OFFER_S)
        for due in await store.take_due(10, LEASE_S):
            assert due.kind is DueKind.DESK
            assert await store.step_desk(due.session_id) is DeskDue.NOTHING
    agent = await store.set_presence("local", ANN, None, AGENT_LEASE_S)
    assert agent is not None
    assert agent.profile.presence is Presence.AWAY
    for each in (item, other):
        after = await item_of(store, each.item_id)
        assert (after.state, after.attempts, set(after.excluded)) == (ItemState.QUEUED, 1, {ANN})
    world.clock.advance(EXCLUDED_S)
    await store.set_presence("local", ANN, None, AGENT_LEASE_S)
    assert (await item_of(store, item.item_id)).state is ItemState.QUEUED, "an agent who is away is offered nothing"
    await online(store, ANN)
    assert (await item_of(store, item.item_id)).state is ItemState.OFFERED


async def test_a_late_decline_is_too_late(world: World, store: Store) -> None:
    await online(store, ANN)
    item = await queued(store)
    world.clock.advance(OFFER_S)
    assert not await store.decline_offer("local", ANN, offer_of(item).offer_id)


async def test_who_waits_too_long_is_due_once_also_for_a_new_process(world: World, store: Store) -> None:
    item = await queued(store)
    world.clock.advance(WAIT_S - 1)
    assert await due_kinds(store) == []
    store = await world.kill()
    world.clock.advance(1)
    (due,) = await store.take_due(10, LEASE_S)
    assert (due.kind, due.session_id) == (DueKind.DESK, item.session_id)
    assert await store.step_desk(item.session_id) is DeskDue.GIVE_UP
    row = await read(store, item.session_id)
    close = Close(item.item_id, item.version, HandoffOutcome.TIMEOUT)
    await commit(store, turn(row, desk=close))
    world.clock.advance(LEASE_S)
    assert await due_kinds(store) == []
    after = await item_of(store, item.item_id)
    assert (after.state, after.outcome, after.waited_s(world.clock.now_s())) == (
        ItemState.CLOSED, HandoffOutcome.TIMEOUT, WAIT_S + LEASE_S,
    )  # fmt: skip
    assert await store.find_item(item.session_id) is None


async def test_an_agent_whose_presence_is_over_keeps_a_session_for_a_grace_and_then_it_waits_before_all_others(
    world: World, store: Store
) -> None:
    await online(store, ANN, capacity=1.0)
    mine = await assigned(store, ANN)
    await queued(store, priority=9)
    world.clock.advance(AGENT_LEASE_S)
    await store.set_presence("local", ANN, None, AGENT_LEASE_S)
    world.clock.advance(AGENT_GRACE_S)
    for due in await store.take_due(10, LEASE_S):
        assert await store.step_desk(due.session_id) is DeskDue.NOTHING, "the lease was renewed"
    world.clock.advance(AGENT_LEASE_S)
    (due,) = [due for due in await store.take_due(10, LEASE_S) if due.session_id == mine.session_id]
    assert await store.step_desk(due.session_id) is DeskDue.AGENT_LOST
    row = await read(store, mine.session_id)
    await commit(store, turn(row, messages=said(1, "still there?"), desk=Requeue(mine.item_id, mine.version)))
    after = await item_of(store, mine.item_id)
    assert (after.state, after.is_front, after.left_seq) == (ItemState.QUEUED, True, 0)
    assert (await store.list_queue("local", None, 1))[0].item_id == mine.item_id
    await online(store, BOB, capacity=1.0)
    assert offer_of(await item_of(store, mine.item_id)).agent_id == BOB


async def test_an_agent_who_goes_offline_is_lost_after_the_grace(world: World, store: Store) -> None:
    await online(store, ANN)
    item = await assigned(store, ANN)
    await online(store, ANN, presence=Presence.OFFLINE)
    world.clock.advance(AGENT_GRACE_S)
    (due,) = await store.take_due(10, LEASE_S)
    assert due.session_id == item.session_id
    assert await store.step_desk(due.session_id) is DeskDue.AGENT_LOST


async def test_a_heartbeat_does_not_bring_back_who_went_offline_or_was_never_here(store: Store) -> None:
    assert await store.set_presence("local", ANN, None, AGENT_LEASE_S) is None
    await online(store, ANN, presence=Presence.OFFLINE)
    await store.set_presence("local", ANN, None, AGENT_LEASE_S)
    assert await store.agents_present("local") == []


async def test_agents_with_sessions_get_time_to_come_back_after_a_restart(world: World, store: Store) -> None:
    await online(store, ANN)
    item = await assigned(store, ANN)
    world.clock.advance(AGENT_LEASE_S + AGENT_GRACE_S)
    again = await world.kill()
    if again is store:
        return  # nothing of this backend outlives a process
    (due,) = await again.take_due(10, LEASE_S)
    if world.is_shared:  # the agents' other server was there all the time
        assert await again.step_desk(due.session_id) is DeskDue.AGENT_LOST
        return
    assert await again.step_desk(due.session_id) is DeskDue.NOTHING
    world.clock.advance(AGENT_LEASE_S + AGENT_GRACE_S)
    (due,) = await again.take_due(10, LEASE_S)
    assert await again.step_desk(due.session_id) is DeskDue.AGENT_LOST
    assert due.session_id == item.session_id


async def test_an_ended_or_deleted_session_leaves_the_queue_and_frees_its_agent(world: World, store: Store) -> None:
    await online(store, ANN, capacity=1.0)
    mine = await assigned(store, ANN)
    waiting = await queued(store)
    gone = await queued(store)
    await store.delete_session(gone.session_id)
    assert (await store.read_item(gone.item_id)) is not None
    assert [item.item_id for item in await store.list_queue("local", None, 10)] == [waiting.item_id]
    row = await read(store, mine.session_id)
    await commit(store, turn(row, end_reason=EndReason.TIMEOUT))
    assert (await item_of(store, mine.item_id)).outcome is HandoffOutcome.RESOLVED
    assert offer_of(await item_of(store, waiting.item_id)).agent_id == ANN
    while await store.clean_session(gone.session_id):
        pass
    assert await store.read_item(gone.item_id) is None


async def test_the_queue_is_by_priority_then_age(world: World, store: Store) -> None:
    late, urgent = [], []
    for _ in range(2):
        late.append((await queued(store)).item_id)
        world.clock.advance(1)
    for _ in range(2):
        urgent.append((await queued(store, priority=5, queue="sales")).item_id)
        world.clock.advance(1)
    assert [item.item_id for item in await store.list_queue("local", None, 10)] == urgent + late
    assert [item.item_id for item in await store.list_queue("local", None, 2, 1)] == [urgent[1], late[0]]
    assert [item.item_id for item in await store.list_queue("local", "sales", 10)] == urgent
    assert await store.list_queue("somebody", None, 10) == []
    await online(store, ANN, capacity=1.0)
    assert (await item_of(store, urgent[0])).state is ItemState.OFFERED


async def test_skills_are_wanted_less_and_less(world: World, store: Store) -> None:
    await online(store, ANN, skills={"german": 2}, queues=("sales",))
    await online(store, BOB, queues=("sales",))
    for agent_id in (ANN, BOB):
        await store.set_presence("local", agent_id, None, WAIT_S)
    item = await queued(store, queue="sales", skills={"german": 4})
    assert item.state is ItemState.QUEUED
    world.clock.advance(RELAX_LEVEL_S)
    (due,) = await store.take_due(10, LEASE_S)
    await store.step_desk(due.session_id)
    offer = offer_of(await item_of(store, item.item_id))
    assert offer.agent_id == ANN
    await store.decline_offer("local", ANN, offer.offer_id)
    await store.set_presence("local", ANN, None, 0.0)
    world.clock.advance(RELAX_SKILLS_S - RELAX_LEVEL_S)
    for due in await store.take_due(10, LEASE_S):
        await store.step_desk(due.session_id)
    assert offer_of(await item_of(store, item.item_id)).agent_id == BOB


async def test_an_agent_of_another_queue_or_without_room_is_not_asked(store: Store) -> None:
    await online(store, ANN, queues=("support",))
    item = await queued(store, queue="sales")
    assert item.state is ItemState.QUEUED
    await online(store, BOB, capacity=1.0)  # serves every queue
    assert offer_of(await item_of(store, item.item_id)).agent_id == BOB
    assert (await queued(store, queue="sales")).state is ItemState.QUEUED


async def test_a_wanted_agent_is_waited_for(store: Store) -> None:
    await online(store, ANN)
    item = await queued(store, agent_id=BOB)
    assert item.state is ItemState.QUEUED
    await online(store, BOB)
    assert offer_of(await item_of(store, item.item_id)).agent_id == BOB


async def test_a_session_can_be_given_on(store: Store) -> None:
    await online(store, ANN)
    item = await assigned(store, ANN)
    row = await read(store, item.session_id)
    await commit(store, turn(row, desk=Requeue(item.item_id, item.version, Demand("sales", {"german": 1}))))
    after = await item_of(store, item.item_id)
    assert (after.demand, after.is_front, after.state) == (Demand("sales", {"german": 1}), False, ItemState.QUEUED)
    assert await due_kinds(store) == []


async def test_a_session_can_be_given_on_urgently_and_for_a_reason(store: Store) -> None:
    await online(store, ANN)
    item, other = await assigned(store, ANN), await queued(store, queue="b", priority=5)
    row = await read(store, item.session_id)
    write = Requeue(item.item_id, item.version, Demand("b"), priority=20, reason="angry")
    await commit(store, turn(row, standing=standing(owner=Owner.QUEUE), desk=write))
    assert [each.item_id for each in await store.list_queue("local", None, 9)] == [item.item_id, other.item_id]
    given = await item_of(store, item.item_id)
    assert (given.priority, given.reason) == (20, "angry")
    row = await read(store, item.session_id)
    again = Requeue(item.item_id, given.version, Demand("c"), priority=1)
    await commit(store, turn(row, standing=standing(owner=Owner.QUEUE), desk=again))
    given = await item_of(store, item.item_id)
    assert (given.priority, given.reason) == (1, "angry")


async def test_a_name_may_mean_an_agent_a_queue_or_a_skill(store: Store) -> None:
    await online(store, ANN, queues=("sales", "bob"), skills={"german": 3, "bob": 1})
    assert await store.find_targets("local", "ann") == {Target.AGENT}
    assert await store.find_targets("local", " Sales ") == {Target.QUEUE}
    assert await store.find_targets("local", "GERMAN") == {Target.SKILL}
    await online(store, BOB)
    assert await store.find_targets("local", "bob") == {Target.AGENT, Target.QUEUE, Target.SKILL}
    assert await store.find_targets("local", "nobody") == frozenset()
    assert await store.find_targets("somebody", "ann") == frozenset()


async def test_no_more_agents_are_known_than_the_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.store.sql.agents.DESK_AGENTS", 1)
    await online(store, ANN)
    await online(store, ANN)
    with pytest.raises(LimitReached):
        await online(store, BOB)


async def test_agents_are_listed_by_id_and_forgotten_in_the_end(world: World, store: Store) -> None:
    await online(store, BOB, languages=("de", "en"))
    await online(store, ANN)
    assert [agent.agent_id for agent in await store.list_agents("local", 10)] == [ANN, BOB]
    assert [agent.profile.languages for agent in await store.list_agents("local", 10, "ann")] == [("de", "en")]
    world.clock.advance(AGENT_LEASE_S)
    assert await store.agents_present("local") == []
    world.clock.advance(AGENT_KEPT_S)
    while await store.sweep():
        pass
    assert await store.list_agents("local", 10) == []


async def test_a_session_keeps_the_last_of_its_handings_over(store: Store) -> None:
    row = await started_session(store)
    ids = [ItemId(str(uuid.uuid4())) for _ in range(KEPT_HANDOFFS + 2)]
    for item_id in ids:
        await commit(store, turn(await read(store, row.session_id), desk=Enqueue(item_id, Demand(), WAIT_S)))
        close = Close(item_id, 1, HandoffOutcome.RESOLVED, note="done")
        await commit(store, turn(await read(store, row.session_id), desk=close))
    kept = [item_id for item_id in ids if await store.read_item(item_id) is not None]
    assert kept == ids[-KEPT_HANDOFFS:]
    assert (await item_of(store, ids[-1])).note == "done"


async def test_who_goes_before_is_counted_in_the_order_of_the_queue(world: World, store: Store) -> None:
    items = []
    for priority in (0, 5, 0, 5):
        items.append(await queued(store, priority))
        world.clock.advance(1)
    same_moment = [await queued(store), await queued(store)]
    counts = [await store.count_ahead(item.item_id) for item in (*items, *same_moment)]
    assert counts == [2, 0, 3, 1, 4, 5]
    in_order = await store.list_queue("local", None, 10)
    assert [await store.count_ahead(item.item_id) for item in in_order] == list(range(6))
    assert await store.count_ahead(ItemId(str(uuid.uuid4()))) == 0
    assert [await store.count_before("local", priority) for priority in (6, 5, 1, 0)] == [0, 2, 2, 6]
    assert await store.count_before("other", 0) == 0
