"""The due table: each row to one taker, for a lease."""

from __future__ import annotations

import asyncio

from botserver.ids import MessageId
from botserver.limits import INPUT_GRACE_S, KEPT_MESSAGES_S
from botserver.model import EndReason
from botserver.store.abc import DueKind, DueRow, Store
from botserver.store.queries import SessionPatch

from .backends import World
from .builders import TTL_S, commit, content, open_session, read, said, started_session, turn

LEASE_S = 30.0


async def test_nothing_is_due_before_its_time(world: World, store: Store) -> None:
    assert await store.next_due_at() is None
    row = await started_session(store)
    await commit(store, turn(row, timer_in_s=10.0))
    at = world.clock.now_s() + 10.0
    assert await store.next_due_at() == at
    assert await store.take_due(10, LEASE_S) == []
    world.clock.advance(10)
    assert await store.take_due(10, LEASE_S) == [DueRow(row.session_id, DueKind.TIMER, at)]


async def test_a_row_goes_to_one_taker_and_comes_back_after_its_lease(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, timer_in_s=1.0))
    world.clock.advance(1)
    takes = await asyncio.gather(*(store.take_due(10, LEASE_S) for _ in range(4)))
    assert sorted(len(take) for take in takes) == [0, 0, 0, 1]
    assert await store.next_due_at() == world.clock.now_s() + LEASE_S
    world.clock.advance(LEASE_S)
    (again,) = await store.take_due(10, LEASE_S)
    assert (again.session_id, again.kind) == (row.session_id, DueKind.TIMER)


async def test_the_oldest_rows_come_first_and_no_more_than_asked_for(world: World, store: Store) -> None:
    expected = []
    for n in (3, 1, 2):
        row = await started_session(store)
        await commit(store, turn(row, timer_in_s=float(n)))
        expected.append((float(n), row.session_id))
    world.clock.advance(5)
    first = await store.take_due(2, LEASE_S)
    rest = await store.take_due(2, LEASE_S)
    assert [len(first), len(rest)] == [2, 1]
    assert [due.session_id for due in first + rest] == [session_id for _, session_id in sorted(expected)]


async def test_a_session_that_never_started_is_found(world: World, store: Store) -> None:
    row = await open_session(store)
    world.clock.advance(INPUT_GRACE_S)
    (due,) = await store.take_due(10, LEASE_S)
    assert (due.session_id, due.kind) == (row.session_id, DueKind.INPUT)


async def test_an_input_left_over_stays_due(world: World, store: Store) -> None:
    row = await started_session(store)
    for n in range(2):
        await store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content("a"), b"")
    await commit(store, turn(row, consumed=2))
    world.clock.advance(INPUT_GRACE_S)
    assert [due.kind for due in await store.take_due(10, LEASE_S)] == [DueKind.INPUT]
    await commit(store, turn(await read(store, row.session_id), consumed=3))
    world.clock.advance(LEASE_S)
    assert await store.take_due(10, LEASE_S) == []


async def test_a_dropped_row_is_gone_unless_it_was_moved(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, timer_in_s=1.0))
    world.clock.advance(1)
    (due,) = await store.take_due(10, LEASE_S)
    await commit(store, turn(await read(store, row.session_id), timer_in_s=5.0))
    await store.drop_due(due)
    world.clock.advance(5)
    (moved,) = await store.take_due(10, LEASE_S)
    assert moved.kind is DueKind.TIMER
    await store.drop_due(moved)
    world.clock.advance(LEASE_S)
    assert await store.take_due(10, LEASE_S) == []


async def test_a_session_expires_at_the_end_of_the_life_its_turns_gave_it(world: World, store: Store) -> None:
    row = await started_session(store)
    world.clock.advance(TTL_S / 2)
    await commit(store, turn(row))
    world.clock.advance(TTL_S / 2)
    assert await store.take_due(10, LEASE_S) == []
    world.clock.advance(TTL_S / 2)
    (due,) = await store.take_due(10, LEASE_S)
    assert (due.session_id, due.kind) == (row.session_id, DueKind.EXPIRY)
    await commit(store, turn(await read(store, row.session_id), end_reason=EndReason.TIMEOUT))
    world.clock.advance(LEASE_S)
    assert await store.take_due(10, LEASE_S) == []


async def test_a_shorter_life_is_noticed_at_once(world: World, store: Store) -> None:
    row = await started_session(store)
    await store.update_session(row.session_id, SessionPatch(ttl_s=60.0))
    world.clock.advance(60)
    assert [due.kind for due in await store.take_due(10, LEASE_S)] == [DueKind.EXPIRY]


async def test_an_open_session_forgets_what_is_past_retention(world: World, store: Store) -> None:
    row = await started_session(store, ttl_s=10 * KEPT_MESSAGES_S)
    await commit(store, turn(row, messages=said(1, "old", "old too", at=world.clock.now_s())))
    world.clock.advance(100)
    row = await read(store, row.session_id)
    await commit(store, turn(row, messages=said(3, "younger", at=world.clock.now_s())))
    world.clock.advance(KEPT_MESSAGES_S - 50)
    (due,) = await store.take_due(10, LEASE_S)
    assert due.kind is DueKind.CLEANUP
    while await store.clean_session(row.session_id):
        pass
    assert [m.seq for m in await store.list_messages(row.session_id, 10)] == [3]
    after = await read(store, row.session_id)
    assert (after.first_seq, after.last_seq, after.message_count) == (3, 3, 3)
    assert await store.next_due_at() == world.clock.now_s() + 50
