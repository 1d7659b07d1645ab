"""What a killed process leaves: everything that was answered, and nothing half."""

from __future__ import annotations

import asyncio

from botserver.ids import MessageId
from botserver.limits import INPUT_GRACE_S
from botserver.store.abc import (
    START_MESSAGE_ID,
    Committed,
    DueKind,
    Known,
    MemoryWrite,
    Repeat,
    State,
    Store,
)

from .backends import World
from .builders import (
    BOT,
    CLAIM_S,
    accepted,
    call,
    commit,
    content,
    open_session,
    read,
    said,
    started_session,
    try_commit,
    turn,
)


async def test_a_killed_process_left_its_open_session_to_be_started(world: World, store: Store) -> None:
    row = await open_session(store)
    store = await world.kill()
    world.clock.advance(INPUT_GRACE_S)
    assert [(due.session_id, due.kind) for due in await store.take_due(10, 1.0)] == [(row.session_id, DueKind.INPUT)]
    await commit(store, turn(row, consumed=1))


async def test_a_killed_process_left_its_committed_turn(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, accept=accepted("m1"), messages=said(1, "x"), replies={MessageId("m1"): b"r"}))
    store = await world.kill()
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert (loaded.row.revision, loaded.state) == (2, State(b"root 2"))
    again = turn(loaded.row, accept=accepted("m1"))
    assert await try_commit(store, again) == Known(Repeat.SETTLED, b"r")


async def test_a_turn_that_was_not_committed_may_be_run_again(world: World, store: Store) -> None:
    row = await started_session(store)
    store = await world.kill()
    assert await read(store, row.session_id) == row
    await commit(store, turn(row, accept=accepted("m1")))


async def test_a_killed_process_left_its_accepted_inputs_in_order(world: World, store: Store) -> None:
    row = await started_session(store)
    for n in range(3):
        await store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content("a"), b"%d" % n)
    store = await world.kill()
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert [(i.number, i.payload) for i in loaded.inputs] == [(2, b"0"), (3, b"1"), (4, b"2")]
    world.clock.advance(INPUT_GRACE_S)
    assert [due.kind for due in await store.take_due(10, 1.0)] == [DueKind.INPUT]


async def test_a_killed_process_left_its_call_to_be_taken_over(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, call(row, accept=accepted("m1")))
    store = await world.kill()
    world.clock.advance(CLAIM_S)
    assert [due.kind for due in await store.take_due(10, 1.0)] == [DueKind.CLAIM]
    taken = await store.take_claim(row.session_id, CLAIM_S)
    assert taken is not None
    assert taken.claimed is not None
    assert (taken.claimed.state, taken.claimed.outcome) == (State(b"at the call"), None)
    assert taken.unsettled == (START_MESSAGE_ID, MessageId("m1"))
    await commit(store, turn(row, expected_epoch=taken.row.epoch))


async def test_a_killed_process_left_the_outcome_it_recorded(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, call(row))
    await store.record_outcome(row.session_id, 1, b"outcome")
    store = await world.kill()
    world.clock.advance(CLAIM_S)
    taken = await store.take_claim(row.session_id, CLAIM_S)
    assert taken is not None
    assert taken.claimed is not None
    assert taken.claimed.outcome == b"outcome"


async def test_due_rows_a_killed_process_had_taken_come_back(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, timer_in_s=1.0))
    world.clock.advance(1)
    assert len(await store.take_due(10, 30.0)) == 1
    store = await world.kill()
    world.clock.advance(30)
    assert [due.kind for due in await store.take_due(10, 30.0)] == [DueKind.TIMER]


async def test_a_process_killed_among_many_turns_left_whole_ones(world: World, store: Store) -> None:
    rows = [await started_session(store) for _ in range(20)]

    async def talk(number: int) -> int:
        row, done = rows[number], 0
        for n in range(10):
            text = f"message {n}"
            memory = [MemoryWrite(BOT, row.session_id, b"%d" % (n + 1))]
            result = await try_commit(store, turn(row, messages=said(n + 1, text), memory=memory))
            assert isinstance(result, Committed)
            done += 1
            row = await read(store, row.session_id)
        return done

    tasks = [asyncio.create_task(talk(n)) for n in range(20)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    store_after = await world.kill()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for row in rows:
        after = await read(store_after, row.session_id)
        messages = await store_after.list_messages(row.session_id, 100)
        memory = await store_after.read_memory(BOT, row.session_id)
        assert after.last_seq == after.revision - 1 == len(messages)
        assert (int(memory.value) if memory else 0) == len(messages)
