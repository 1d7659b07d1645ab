"""How scripts tag sessions."""

from __future__ import annotations

import asyncio

from botserver.ids import new_session_id
from botserver.limits import KEPT_TAGS
from botserver.store.abc import Committed, Lost, SessionRow, Store
from botserver.store.desk import TagWrite

from .builders import commit, read, started_session, try_commit, turn
from .spec_desk import ANN, assigned, online, queued


async def tag(store: Store, row: SessionRow, *tags: str) -> None:
    """By a turn of another session."""
    await commit(store, turn(await started_session(store), tags=[TagWrite(row.session_id, each) for each in tags]))


async def test_tags_of_a_turn_are_there_with_it_each_once(store: Store) -> None:
    row, other = await started_session(store), await started_session(store)
    gone = TagWrite(new_session_id(), "lost")
    mine = [TagWrite(row.session_id, each) for each in ("remboursé \U0001f600", "vip", "remboursé \U0001f600")]
    await commit(store, turn(row, tags=[gone, *mine, TagWrite(other.session_id, "b")]))
    assert await store.list_tags(row.session_id) == ("remboursé \U0001f600", "vip")
    assert await store.list_tags(other.session_id) == ("b",)
    late = turn(other, tags=[TagWrite(row.session_id, "never")], expected_revision=other.revision + 1)
    assert isinstance(await try_commit(store, late), Lost)
    assert await store.list_tags(row.session_id) == ("remboursé \U0001f600", "vip")


async def test_the_newest_are_kept(store: Store) -> None:
    row = await started_session(store)
    tags = [str(n) for n in range(KEPT_TAGS)]
    await tag(store, row, *tags)
    assert await store.list_tags(row.session_id) == tuple(tags)
    await tag(store, row, "0", "last")
    assert await store.list_tags(row.session_id) == (*tags[1:], "last")


async def test_tags_at_once_are_all_kept(store: Store) -> None:
    row = await started_session(store)
    others = [await started_session(store) for _ in range(8)]
    commits = [turn(each, tags=[TagWrite(row.session_id, str(n))]) for n, each in enumerate(others)]
    results = await asyncio.gather(*(try_commit(store, each) for each in commits))
    assert all(isinstance(result, Committed) for result in results)
    assert sorted(await store.list_tags(row.session_id)) == [str(n) for n in range(8)]


async def test_a_session_of_somebody_else_gets_none(store: Store) -> None:
    row = await started_session(store, owner_principal="other")
    await tag(store, row, "vip")
    assert await store.list_tags(row.session_id) == ()


async def test_agents_see_the_tags_of_who_waits_and_of_their_own(store: Store) -> None:
    await online(store, ANN)
    mine = await assigned(store, ANN)
    waiting = await queued(store, queue="quiet")
    await tag(store, await read(store, mine.session_id), "vip")
    await tag(store, await read(store, waiting.session_id), "refund", "second")
    view = await store.read_desk("local", ANN)
    assert view is not None
    assert [item.tags for item in view.assigned] == [("vip",)]
    assert [item.tags for item in await store.list_queue("local", None, 9)] == [("refund", "second")]


async def test_tags_stay_with_a_session_that_ended_and_go_with_it(store: Store) -> None:
    row = await started_session(store)
    await tag(store, row, "vip")
    await store.delete_session(row.session_id)
    assert await store.list_tags(row.session_id) == ()
    while await store.clean_session(row.session_id):
        pass
    assert await store.find_session(row.session_id) is None
    assert await store.list_tags(row.session_id) == ()
