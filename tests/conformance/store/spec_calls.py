"""Outside calls: the commit point, the claim, the outcome, and what a holder that lost its claim can do: nothing."""

from __future__ import annotations

import asyncio

import pytest

from botserver.ids import CheckpointId, MessageId, new_session_id
from botserver.model import EndReason
from botserver.store.abc import (
    Claimed,
    Committed,
    DueKind,
    Loaded,
    Lost,
    MemoryValue,
    MemoryWrite,
    PendingCall,
    Repeat,
    SessionRow,
    State,
    Store,
    Unwritable,
)

from .backends import World
from .builders import (
    BOT,
    CLAIM_S,
    accepted,
    call,
    commit,
    content,
    large,
    read,
    said,
    started_session,
    try_commit,
    turn,
)


async def called(store: Store) -> SessionRow:
    """A session in the middle of a call, under epoch 1."""
    row = await started_session(store)
    await commit(store, call(row))
    return await read(store, row.session_id)


async def test_a_commit_point_keeps_state_call_output_and_writes_but_no_revision(world: World, store: Store) -> None:
    row = await started_session(store)
    objects = large(b"z" * 5000)
    done = await commit(
        store,
        call(
            row,
            state=State(b"suspended", tuple(objects)),
            new_large=objects,
            accept=accepted("m1"),
            messages=said(1, "so far"),
            memory=[MemoryWrite(BOT, "k", b"v")],
        ),
    )
    assert (done.revision, done.epoch, done.accepted) == (1, 1, 2)
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert loaded.row.claim_expires_at == world.clock.now_s() + CLAIM_S
    assert loaded.state == State(b"root 1")
    assert loaded.claimed == Claimed(
        State(b"suspended", tuple(objects)), PendingCall("key/1/1", 7, b"arguments", b"turn so far"), None
    )
    assert await store.load_large_objects(row.session_id, tuple(objects)) == objects
    assert [m.text for m in await store.list_messages(row.session_id, 10)] == ["so far"]
    assert await store.read_memory(BOT, "k") == MemoryValue(b"v", 1)
    known = await store.find_message(row.session_id, MessageId("m1"))
    assert known is not None
    assert known.repeat is Repeat.PENDING
    assert [c.checkpoint_id for c in await store.list_checkpoints(row.session_id)] == [CheckpointId("t-1")]


async def test_the_holder_ends_the_turn_and_with_it_the_claim(world: World, store: Store) -> None:
    row = await called(store)
    assert await store.record_outcome(row.session_id, 1, b"outcome") is True
    done = await commit(store, turn(row, expected_epoch=1))
    assert (done.revision, done.epoch) == (2, 1)
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert (loaded.claimed, loaded.row.claim_expires_at, loaded.state) == (None, None, State(b"root 2"))
    world.clock.advance(CLAIM_S)
    assert await store.take_due(10, 1.0) == []
    assert await store.take_claim(row.session_id, CLAIM_S) is None


async def test_a_second_call_of_a_turn_has_the_next_epoch(store: Store) -> None:
    row = await called(store)
    await store.record_outcome(row.session_id, 1, b"first outcome")
    second = PendingCall("key/1/2", 7, b"more")
    assert (await commit(store, call(row, expected_epoch=1, call=second))).epoch == 2
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert loaded.claimed == Claimed(State(b"at the call"), second, None)
    assert await store.record_outcome(row.session_id, 1, b"late") is False


async def test_nobody_else_commits_while_a_claim_stands_even_an_expired_one(world: World, store: Store) -> None:
    row = await called(store)
    assert await try_commit(store, turn(row)) == Lost(row)
    assert await try_commit(store, turn(row, accept=accepted("m1"))) == Lost(row)
    assert await try_commit(store, turn(row, expected_epoch=0)) == Lost(row)
    world.clock.advance(CLAIM_S * 2)
    assert await try_commit(store, turn(row)) == Lost(row)
    assert isinstance(await try_commit(store, turn(row, expected_epoch=1)), Committed)


async def test_an_epoch_without_a_claim_is_lost(store: Store) -> None:
    row = await called(store)
    await commit(store, turn(row, expected_epoch=1))
    after = await read(store, row.session_id)
    assert await try_commit(store, turn(after, expected_epoch=1)) == Lost(after)


async def test_an_input_is_accepted_while_a_call_runs(store: Store) -> None:
    row = await called(store)
    assert await store.accept_input(row.session_id, "message", MessageId("m1"), content("a"), b"a") == 2
    done = await commit(store, turn(row, expected_epoch=1))
    assert done.accepted == 2
    assert (await read(store, row.session_id)).consumed == 1


async def test_a_claim_that_lives_cannot_be_taken(world: World, store: Store) -> None:
    row = await called(store)
    world.clock.advance(CLAIM_S - 1)
    assert await store.take_claim(row.session_id, CLAIM_S) is None
    assert await store.renew_claim(row.session_id, 1, CLAIM_S) is True
    world.clock.advance(CLAIM_S - 1)
    assert await store.take_claim(row.session_id, CLAIM_S) is None
    assert await store.take_due(10, 1.0) == []
    assert await store.take_claim(new_session_id(), CLAIM_S) is None


async def test_an_expired_claim_is_due_and_taken_by_one_with_all_it_needs(world: World, store: Store) -> None:
    row = await called(store)
    await store.record_outcome(row.session_id, 1, b"outcome")
    world.clock.advance(CLAIM_S)
    assert [(due.session_id, due.kind) for due in await store.take_due(10, 1.0)] == [(row.session_id, DueKind.CLAIM)]
    takes = await asyncio.gather(*(store.take_claim(row.session_id, CLAIM_S) for _ in range(4)))
    (taken,) = [take for take in takes if take is not None]
    assert isinstance(taken, Loaded)
    assert (taken.row.epoch, taken.row.claim_expires_at) == (2, world.clock.now_s() + CLAIM_S)
    assert taken.claimed == Claimed(
        State(b"at the call"), PendingCall("key/1/1", 7, b"arguments", b"turn so far"), b"outcome"
    )
    assert await store.load_session(row.session_id) == taken


async def test_a_holder_with_a_stale_epoch_can_write_nothing(world: World, store: Store) -> None:
    row = await called(store)
    world.clock.advance(CLAIM_S)
    taken = await store.take_claim(row.session_id, CLAIM_S)
    assert taken is not None
    assert await store.renew_claim(row.session_id, 1, CLAIM_S) is False
    assert await store.record_outcome(row.session_id, 1, b"late") is False
    assert await try_commit(store, turn(row, expected_epoch=1)) == Lost(taken.row)
    assert await try_commit(store, call(row, expected_epoch=1)) == Lost(taken.row)
    assert await store.load_session(row.session_id) == taken
    assert isinstance(await try_commit(store, turn(row, expected_epoch=2)), Committed)


async def test_fencing_ends_a_live_claim_and_its_call(store: Store) -> None:
    row = await called(store)
    done = await commit(store, turn(row, fence=True, state=State(b"restored")))
    assert (done.revision, done.epoch) == (2, 2)
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert (loaded.claimed, loaded.state) == (None, State(b"restored"))
    assert await store.record_outcome(row.session_id, 1, b"late") is False
    assert await try_commit(store, turn(row, expected_epoch=1)) == Lost(loaded.row)


async def test_fencing_that_saw_the_session_before_its_call_said_something_is_lost(store: Store) -> None:
    row = await started_session(store)
    await commit(store, call(row, messages=said(row.last_seq + 1, "one moment")))
    now = await read(store, row.session_id)
    assert now.revision == row.revision
    late = turn(row, fence=True, state=State(b"restored"), messages=said(row.last_seq + 1, "restored"))
    assert await try_commit(store, late) == Lost(now)
    await commit(store, turn(now, fence=True, state=State(b"restored"), messages=said(now.last_seq + 1, "restored")))


async def test_a_session_ends_while_its_call_runs(store: Store) -> None:
    row = await called(store)
    await commit(store, turn(row, fence=True, state=None, end_reason=EndReason.USER))
    after = await read(store, row.session_id)
    assert after.claim_expires_at is None
    assert await store.record_outcome(row.session_id, 1, b"late") is False
    assert await try_commit(store, turn(row, expected_epoch=1)) == Lost(after)


async def test_a_call_needs_a_state_and_an_open_session(store: Store) -> None:
    row = await started_session(store)
    assert isinstance(await try_commit(store, call(row, state=None)), Unwritable)
    assert isinstance(await try_commit(store, call(row, end_reason=EndReason.USER)), Unwritable)
    assert await read(store, row.session_id) == row


@pytest.mark.parametrize("n", [1, 30])
async def test_large_objects_of_a_call_go_with_it_unless_the_turn_keeps_them(store: Store, n: int) -> None:
    row = await started_session(store)
    dropped, kept = (large(*(mark + b"%04d" % number * 1000 for number in range(n))) for mark in (b"d", b"k"))
    both = {**dropped, **kept}
    await commit(store, call(row, state=State(b"s", tuple(both)), new_large=both))
    await commit(store, turn(row, expected_epoch=1, state=State(b"t", tuple(kept))))
    assert await store.load_large_objects(row.session_id, tuple(kept)) == kept
    row = await read(store, row.session_id)
    assert isinstance(await try_commit(store, turn(row, state=State(b"u", tuple(dropped)))), Unwritable)
