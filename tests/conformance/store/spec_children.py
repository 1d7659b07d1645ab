"""Sessions with a parent: counted where they open, due when it is open no longer."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import LimitReached, SessionEnded
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.limits import SUB_SESSION_DEPTH, SUB_SESSIONS
from botserver.model import EndReason
from botserver.store.abc import CheckpointId, DueKind, Lost, Opening, Origin, SessionRow, Store
from botserver.store.sends import Send

from .backends import World
from .builders import TTL_S, commit, content, open_session, opening, read, started_session, try_commit, turn


async def child_of(store: Store, parent: SessionRow) -> SessionRow:
    origin = Origin(parent.session_id, CheckpointId(f"t-{parent.revision}"))
    return await open_session(store, start=None, origin=origin, parent_id=parent.session_id)


async def due(store: Store) -> set[SessionId]:
    return {row.session_id for row in await store.take_due(50, 30.0) if row.kind is DueKind.EXPIRY}


async def test_a_child_is_due_when_its_parent_ended_whatever_it_does_itself(world: World, store: Store) -> None:
    parent = await started_session(store)
    child = await child_of(store, parent)
    assert (await read(store, child.session_id)).parent_id == parent.session_id
    world.clock.advance(TTL_S / 2)
    assert await due(store) == set()
    await commit(store, turn(parent, end_reason=EndReason.USER))
    await commit(store, turn(child))  # lives on, for all it knows
    assert await due(store) == {child.session_id}
    world.clock.advance(31.0)
    assert await due(store) == {child.session_id}
    await commit(store, turn(await read(store, child.session_id), end_reason=EndReason.USER))
    world.clock.advance(31.0)
    assert await due(store) == set()


async def test_children_of_an_open_parent_live_as_long_as_others(world: World, store: Store) -> None:
    parent = await started_session(store)
    child = await child_of(store, parent)
    world.clock.advance(TTL_S / 2)
    await commit(store, turn(parent))
    await commit(store, turn(child))
    world.clock.advance(TTL_S / 2 + 1.0)
    assert await due(store) == set()
    world.clock.advance(TTL_S / 2)
    assert await due(store) == {parent.session_id, child.session_id}


async def test_an_ended_or_unknown_parent_has_no_more_children(store: Store) -> None:
    parent = await started_session(store)
    await commit(store, turn(parent, end_reason=EndReason.USER))
    with pytest.raises(SessionEnded):
        await child_of(store, parent)
    with pytest.raises(SessionEnded):
        await open_session(store, parent_id=new_session_id())


async def test_children_are_counted_while_they_are_open(store: Store) -> None:
    parent = await started_session(store)
    asked = [child_of(store, parent) for _ in range(SUB_SESSIONS + 2)]
    opened = await asyncio.gather(*asked, return_exceptions=True)
    children = [row for row in opened if isinstance(row, SessionRow)]
    assert len(children) == SUB_SESSIONS
    assert all(isinstance(each, SessionRow | LimitReached) for each in opened)
    await commit(store, turn(children[0], end_reason=EndReason.USER))
    await child_of(store, parent)
    with pytest.raises(LimitReached):
        await child_of(store, parent)


async def test_children_of_children_are_bounded(store: Store) -> None:
    row = await started_session(store)
    for _ in range(SUB_SESSION_DEPTH):
        row = await child_of(store, row)
    with pytest.raises(LimitReached):
        await child_of(store, row)


def child_opening(parent: SessionRow, **changes: object) -> Opening:
    return opening(parent_id=parent.session_id, if_active=False, **changes)


async def test_a_turn_opens_a_child_and_sends_it_something(world: World, store: Store) -> None:
    parent = await started_session(store)
    new = child_opening(parent)
    send = Send(new.session_id, "message", MessageId(" send 1"), content(""), b"question")
    await commit(store, turn(parent, openings=[new], sends=[send]))
    loaded = await store.load_session(new.session_id)
    assert loaded is not None
    assert [(each.number, each.kind, each.payload) for each in loaded.inputs] == [
        (1, "start", b"start"), (2, "message", b"question"),
    ]  # fmt: skip
    assert (loaded.row.parent_id, loaded.row.family, loaded.row.revision) == (parent.session_id, parent.session_id, 0)
    assert await store.list_children(await read(store, parent.session_id)) == [loaded.row]
    parent = await read(store, parent.session_id)
    await commit(store, turn(parent, end_reason=EndReason.USER))
    world.clock.advance(1.0)
    assert await due(store) == {new.session_id}


async def test_ended_children_and_those_of_others_are_not_listed(store: Store) -> None:
    parent, other = await started_session(store), await started_session(store)
    first, second = await child_of(store, parent), await child_of(store, parent)
    await child_of(store, other)
    await child_of(store, first)
    assert [row.session_id for row in await store.list_children(parent)] == sorted(
        (first.session_id, second.session_id), key=lambda each: (first.created_at, each)
    )
    await commit(store, turn(first, end_reason=EndReason.USER))
    assert [row.session_id for row in await store.list_children(parent)] == [second.session_id]


async def test_a_turn_whose_child_cannot_be_opened_is_lost(store: Store) -> None:
    parent = await started_session(store)
    for _ in range(SUB_SESSIONS):
        await child_of(store, parent)
    assert await try_commit(store, turn(parent, openings=[child_opening(parent)])) == Lost(parent)
    lonely = await started_session(store)
    for new in (
        child_opening(lonely, session_id=parent.session_id),
        opening(parent_id=lonely.session_id, if_active=True),
    ):
        assert await try_commit(store, turn(lonely, openings=[new])) == Lost(lonely)
    assert await store.list_children(lonely) == []
