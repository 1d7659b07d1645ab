"""What is kept and for how long: checkpoints, large objects, messages."""

from __future__ import annotations

import pytest

from botserver.errors import CheckpointNotFound, LimitReached, SessionNotFound, StoredDataCorrupt
from botserver.ids import CheckpointId, Digest, SessionId, new_session_id
from botserver.model import Activity
from botserver.store.abc import BASE, Checkpoint, Known, Origin, Repeat, State, Store

from .backends import RETENTION
from .builders import (
    commit,
    large,
    open_session,
    read,
    request,
    said,
    standing,
    started_session,
    turn,
)

NAMED = CheckpointId("0b5e1a52-2f5e-4c3c-9d5e-111111111111")


async def run_turns(store: Store, session_id: SessionId, turns: int, **changes: object) -> None:
    for _ in range(turns):
        await commit(store, turn(await read(store, session_id), **changes))


async def test_the_last_turns_are_kept_and_no_more(store: Store) -> None:
    row = await started_session(store)
    await run_turns(store, row.session_id, RETENTION.turns)
    kept = await store.list_checkpoints(row.session_id)
    assert [c.revision for c in kept] == list(range(RETENTION.turns + 1, 1, -1))
    assert kept[0].checkpoint_id == f"t-{RETENTION.turns + 1}"
    assert await store.load_checkpoint(row.session_id, CheckpointId("t-1")) is None
    assert await store.load_checkpoint(row.session_id, CheckpointId("t-2")) == (kept[-1], State(b"root 2"))


async def test_a_named_checkpoint_outlives_the_turns(store: Store) -> None:
    row = await started_session(store)
    facts = standing(activity=Activity.WAITING_TIMER, waiting_for="{}", extra=b"e")
    await commit(store, turn(row, standing=facts))
    saved = await store.save_checkpoint(row.session_id, NAMED, "before the order ✓")
    assert isinstance(saved, Checkpoint)
    assert (saved.label, saved.revision, saved.size_bytes, saved.standing) == ("before the order ✓", 2, 6, facts)
    await run_turns(store, row.session_id, RETENTION.turns + 1)
    assert await store.load_checkpoint(row.session_id, NAMED) == (saved, State(b"root 2"))
    assert (await store.list_checkpoints(row.session_id))[-1] == saved
    await store.delete_checkpoint(row.session_id, NAMED)
    assert await store.load_checkpoint(row.session_id, NAMED) is None


async def test_named_checkpoints_are_bounded(store: Store) -> None:
    row = await started_session(store)
    for n in range(RETENTION.checkpoints):
        await store.save_checkpoint(row.session_id, CheckpointId(f"c{n}"), "")
    with pytest.raises(LimitReached):
        await store.save_checkpoint(row.session_id, CheckpointId("one more"), "")
    await store.delete_checkpoint(row.session_id, CheckpointId("c0"))
    await store.save_checkpoint(row.session_id, CheckpointId("one more"), "")


async def test_a_repeated_save_saves_once(store: Store) -> None:
    row = await started_session(store)
    await store.save_checkpoint(row.session_id, NAMED, "", request("s"))
    again = await store.save_checkpoint(row.session_id, CheckpointId("other"), "", request("s"))
    assert again == Known(Repeat.SETTLED, b"response of s")
    assert len(await store.list_checkpoints(row.session_id)) == 2
    assert await store.delete_checkpoint(row.session_id, NAMED, request("d")) is None
    assert await store.delete_checkpoint(row.session_id, NAMED, request("d")) == Known(Repeat.SETTLED, b"response of d")


async def test_what_cannot_be_saved_or_deleted_is_said(store: Store) -> None:
    fresh = await open_session(store)
    with pytest.raises(CheckpointNotFound):
        await store.save_checkpoint(fresh.session_id, NAMED, "")
    with pytest.raises(SessionNotFound):
        await store.save_checkpoint(new_session_id(), NAMED, "")
    row = await started_session(store)
    for checkpoint_id in (NAMED, CheckpointId("t-1"), CheckpointId("")):
        with pytest.raises(CheckpointNotFound):
            await store.delete_checkpoint(row.session_id, checkpoint_id)


@pytest.mark.parametrize("checkpoint_id", ["", "t-", "t-x", "t--1", "t-1 ", "t-" + "9" * 40, "t-²", "t-0"])
async def test_an_id_that_names_nothing_finds_nothing(store: Store, checkpoint_id: str) -> None:
    row = await started_session(store)
    assert await store.load_checkpoint(row.session_id, CheckpointId(checkpoint_id)) is None


def objects_of(mark: bytes, n: int) -> dict[Digest, bytes]:
    """`n` large objects of 5000 bytes; more than a few are named by a list that is an object too."""
    return dict(large(*(mark + b"%04d" % number + bytes(4995) for number in range(n))))


few_and_many = pytest.mark.parametrize("n", [1, 16, 17, 100])


async def is_stored(store: Store, session_id: SessionId, objects: dict[Digest, bytes]) -> bool:
    try:
        return await store.load_large_objects(session_id, tuple(objects)) == objects
    except StoredDataCorrupt:
        return False


@few_and_many
async def test_a_large_object_lives_as_long_as_a_kept_state_refers_to_it(store: Store, n: int) -> None:
    row = await started_session(store)
    first, second = objects_of(b"1", n), objects_of(b"2", n)
    await commit(store, turn(row, state=State(b"a", tuple(first)), new_large=first))
    (kept, _) = await store.list_checkpoints(row.session_id)
    assert kept.size_bytes == 1 + 5000 * n
    await commit(store, turn(await read(store, row.session_id), state=State(b"b", (*first, *second)), new_large=second))
    await run_turns(store, row.session_id, RETENTION.turns, state=State(b"c", tuple(second)))
    assert await is_stored(store, row.session_id, second)
    assert not await is_stored(store, row.session_id, first)
    await run_turns(store, row.session_id, RETENTION.turns, state=State(b"d"))
    assert not await is_stored(store, row.session_id, second)


@few_and_many
async def test_a_named_checkpoint_keeps_its_large_objects(store: Store, n: int) -> None:
    row = await started_session(store)
    objects = objects_of(b"1", n)
    await commit(store, turn(row, state=State(b"a", tuple(objects)), new_large=objects))
    await store.save_checkpoint(row.session_id, NAMED, "")
    await run_turns(store, row.session_id, RETENTION.turns)
    assert await is_stored(store, row.session_id, objects)
    await store.delete_checkpoint(row.session_id, NAMED)
    assert not await is_stored(store, row.session_id, objects)


@few_and_many
async def test_a_branch_shares_large_objects_and_outlives_its_origin(store: Store, n: int) -> None:
    row = await started_session(store)
    objects = objects_of(b"1", n)
    await commit(store, turn(row, state=State(b"a", tuple(objects)), new_large=objects))
    branch = await open_session(store, start=None, origin=Origin(row.session_id, CheckpointId("t-2")))
    twig = await open_session(store, start=None, origin=Origin(branch.session_id, CheckpointId("t-1")))
    assert twig.family == row.session_id
    for session_id in (row.session_id, branch.session_id):
        await store.delete_session(session_id)
        while await store.clean_session(session_id):
            pass
    assert await is_stored(store, twig.session_id, objects)
    loaded = await store.load_session(twig.session_id)
    assert loaded is not None
    assert loaded.state == State(b"a", tuple(objects))
    await run_turns(store, twig.session_id, RETENTION.turns, state=State(b"b"))
    assert await is_stored(store, twig.session_id, objects)  # what it began with is kept as long as it is


async def test_a_branch_keeps_what_it_began_with_out_of_sight(store: Store) -> None:
    row = await started_session(store)
    branch = await open_session(store, start=None, origin=Origin(row.session_id, CheckpointId("t-1")))
    await run_turns(store, branch.session_id, RETENTION.turns + 1)
    kept = await store.load_checkpoint(branch.session_id, BASE)
    assert kept is not None
    assert kept[1] == State(b"root 1")
    assert BASE not in [each.checkpoint_id for each in await store.list_checkpoints(branch.session_id)]
    for n in range(RETENTION.checkpoints):
        await store.save_checkpoint(branch.session_id, CheckpointId(f"{NAMED[:-1]}{n}"), "")
    with pytest.raises(CheckpointNotFound):
        await store.delete_checkpoint(branch.session_id, BASE)
    assert await store.load_checkpoint(branch.session_id, BASE) == kept
    assert await store.load_checkpoint(row.session_id, BASE) is None


async def test_messages_are_read_in_both_directions_and_by_page(store: Store) -> None:
    row = await started_session(store)
    messages = said(1, *(f"message {n}" for n in range(1, 8)))
    await commit(store, turn(row, messages=messages))
    assert await store.list_messages(row.session_id, 3) == messages[:3]
    assert await store.list_messages(row.session_id, 3, after_seq=3) == messages[3:6]
    assert await store.list_messages(row.session_id, 3, after_seq=6) == messages[6:]
    assert await store.list_messages(row.session_id, 3, newest_first=True) == messages[:3:-1]
    assert await store.list_messages(row.session_id, 9, before_seq=3, newest_first=True) == messages[1::-1]
    assert await store.list_messages(row.session_id, 9, after_seq=7) == []
    assert await store.list_messages(new_session_id(), 9) == []
    size = len(messages[0].text)
    assert await store.list_messages(row.session_id, 9, max_chars=2 * size) == messages[:2]
    assert await store.list_messages(row.session_id, 9, after_seq=2, max_chars=1) == messages[2:3]
    assert await store.list_messages(row.session_id, 9, newest_first=True, max_chars=1) == messages[:-2:-1]


async def test_the_last_messages_are_kept_and_no_more(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, messages=said(1, *("m" for _ in range(RETENTION.messages)))))
    row = await read(store, row.session_id)
    assert (row.first_seq, row.last_seq) == (1, RETENTION.messages)
    await commit(store, turn(row, messages=said(RETENTION.messages + 1, "a", "b")))
    row = await read(store, row.session_id)
    assert (row.first_seq, row.last_seq, row.message_count) == (3, RETENTION.messages + 2, RETENTION.messages + 2)
    assert (await store.list_messages(row.session_id, 1))[0].seq == 3


async def test_a_long_conversation_is_removed_in_steps(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, messages=said(1, *("m" for _ in range(RETENTION.messages)))))
    await store.delete_session(row.session_id)
    steps = 1
    while await store.clean_session(row.session_id):
        steps += 1
    assert steps > 2
