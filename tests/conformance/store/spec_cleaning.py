"""Forgetting: each thing for its time, in bounded steps, by one process at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from botserver.ids import MessageId, SessionId
from botserver.limits import CLEANUP_ROWS, ENDED_SESSION_S, KEPT_MESSAGES_S, KEPT_REQUEST_IDS_S
from botserver.model import EndReason, SessionState, UserInfo
from botserver.store.abc import DueKind, Lost, MemoryArea, Store, UserMemoryWrite
from botserver.store.analytics import AnalyticsEvent
from botserver.store.nodes import Node
from botserver.store.queries import PurgeCount, PurgeQuery

from .backends import RETENTION, World
from .builders import BOT, accepted, commit, open_session, read, request, said, started_session, try_commit, turn

DAY_S = 86_400.0


async def clean(store: Store, session_id: SessionId) -> list[int]:
    """Clean as long as there is more; the rows of each step."""
    steps = []
    while True:
        cleaned = await store.clean_session(session_id)
        steps.append(cleaned.rows)
        if not cleaned:
            return steps


async def test_chore_is_one_callers_at_a_time_and_again_after_its_time(world: World, store: Store) -> None:
    takes = await asyncio.gather(*(store.take_chore("sweep", 600.0) for _ in range(4)))
    assert sorted(takes) == [False, False, False, True]
    assert await store.take_chore("other", 600.0)
    world.clock.advance(599)
    assert not await store.take_chore("sweep", 600.0)
    world.clock.advance(1)
    assert await store.take_chore("sweep", 600.0)


async def test_steps_are_bounded_and_tell_what_went(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, messages=said(1, *("m" for _ in range(RETENTION.messages)))))
    await store.delete_session(row.session_id)
    steps = await clean(store, row.session_id)
    assert max(steps) == CLEANUP_ROWS
    assert sum(steps) == RETENTION.messages + 2  # the id of its first input, and itself
    assert await clean(store, row.session_id) == [0]


async def test_sweep_forgets_request_ids_in_bounded_steps(world: World, store: Store) -> None:
    for n in range(CLEANUP_ROWS + 5):
        await open_session(store, request=request(f"r{n}"))
    world.clock.advance(KEPT_REQUEST_IDS_S)
    steps = [await store.sweep()]
    while steps[-1]:
        steps.append(await store.sweep())
    assert [step.rows for step in steps] == [CLEANUP_ROWS, 5]


async def test_open_session_forgets_old_message_ids_and_analytics_too(world: World, store: Store) -> None:
    row = await started_session(store, ttl_s=10 * KEPT_MESSAGES_S)
    event = AnalyticsEvent("session", "error", b"", world.clock.now_s())
    await commit(store, turn(row, accept=accepted("old"), replies={MessageId("old"): b"reply"}, analytics=[event]))
    world.clock.advance(KEPT_MESSAGES_S / 2)
    row = await read(store, row.session_id)
    later = replace(event, at=world.clock.now_s())
    await commit(store, turn(row, accept=accepted("new"), replies={MessageId("new"): b"reply"}, analytics=[later]))
    world.clock.advance(KEPT_MESSAGES_S / 2 + 1)
    assert await clean(store, row.session_id) == [3]  # with the first input's
    assert await store.find_message(row.session_id, MessageId("old")) is None
    assert await store.find_message(row.session_id, MessageId("new")) is not None
    assert [each for _, each in await store.list_analytics(row.session_id, 10)] == [later]


async def test_session_with_a_time_of_its_own_goes_after_that(world: World, store: Store) -> None:
    row = await started_session(store, kept_s=60.0)
    await commit(store, turn(row, end_reason=EndReason.SCRIPT))
    world.clock.advance(59)
    assert await clean(store, row.session_id) == [0]
    assert await store.find_session(row.session_id) is not None
    world.clock.advance(1)
    assert [due.kind for due in await store.take_due(10, 30.0)] == [DueKind.CLEANUP]
    assert sum(await clean(store, row.session_id)) == 2
    assert await store.find_session(row.session_id) is None


async def test_shorter_retention_reaches_sessions_that_planned_for_a_longer_one(world: World, store: Store) -> None:
    ended = [await started_session(store) for _ in range(3)]
    for row in ended:
        await commit(store, turn(row, end_reason=EndReason.USER))
    talking = await started_session(store, ttl_s=KEPT_MESSAGES_S)
    await commit(store, turn(talking, messages=said(1, "old", at=world.clock.now_s())))
    assert not await store.sweep()
    world.clock.advance(10 * DAY_S)
    store = await world.reopen(replace(RETENTION, ended_s=5 * DAY_S, messages_s=8 * DAY_S))
    while await store.sweep():
        pass
    due = await store.take_due(100, 30.0)
    assert {each.session_id for each in due} == {row.session_id for row in (*ended, talking)}
    for each in due:
        await clean(store, each.session_id)
    assert [await store.find_session(row.session_id) for row in ended] == [None] * 3
    assert await store.list_messages(talking.session_id, 10) == []
    assert not await store.sweep()
    assert await store.take_due(100, 30.0) == []


async def test_longer_retention_lets_what_is_there_live_longer(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, end_reason=EndReason.USER))
    store = await world.reopen(replace(RETENTION, ended_s=2 * ENDED_SESSION_S))
    world.clock.advance(ENDED_SESSION_S)
    (due,) = await store.take_due(10, 30.0)
    assert due.kind is DueKind.CLEANUP
    assert await clean(store, row.session_id) == [0]
    assert await store.next_due_at() == world.clock.now_s() + ENDED_SESSION_S


async def test_all_sessions_are_looked_at_again_in_bounded_steps(world: World, store: Store) -> None:
    for _ in range(CLEANUP_ROWS + 1):
        await open_session(store)
    await store.sweep()
    store = await world.reopen(replace(RETENTION, messages_s=DAY_S))
    assert (await store.sweep()).more
    assert not await store.sweep()


async def test_processes_that_keep_for_different_times_do_not_begin_again_and_again(world: World, store: Store) -> None:
    rows = [await started_session(store) for _ in range(3)]
    assert not await store.sweep()
    await store.beat(Node("long", "1", {}), 20.0)
    store = await world.reopen(replace(RETENTION, messages_s=DAY_S))
    await store.beat(Node("short", "1", {}), 20.0)
    for _ in range(2):
        assert not await store.sweep()
        assert await store.take_due(10, 30.0) == []
    await store.leave("long")
    assert not await store.sweep()
    due = await store.take_due(10, 30.0)
    assert {each.session_id for each in due} == {row.session_id for row in rows}
    for each in due:
        await clean(store, each.session_id)
    store = await world.reopen(RETENTION)
    await store.beat(Node("long", "1", {}), 20.0)
    assert not await store.sweep()
    assert await store.take_due(10, 30.0) == []
    world.clock.advance(20)  # nobody tells any more
    assert not await store.sweep()
    assert len(await store.take_due(10, 30.0)) == 3


async def test_turn_under_way_cannot_bring_back_what_was_deleted(world: World, store: Store) -> None:
    row = await started_session(store)
    await store.delete_session(row.session_id)
    assert await try_commit(store, turn(row, accept=accepted("m"), messages=said(1, "late"))) == Lost(None)
    await clean(store, row.session_id)
    assert await try_commit(store, turn(row, accept=accepted("m"), messages=said(1, "late"))) == Lost(None)
    assert await store.find_session(row.session_id) is None


async def test_purge_finds_sessions_of_all_owners_by_what_they_are(world: World, store: Store) -> None:
    first = await started_session(store, user=UserInfo("u"), channel="web", alias="a")
    await commit(store, turn(first, messages=said(1, "a", "b")))
    other = await started_session(store, owner_principal="other", user=UserInfo("u"))
    await commit(store, turn(other, end_reason=EndReason.USER))
    world.clock.advance(100)
    young = await started_session(store)
    now = world.clock.now_s()

    async def found(**where: Any) -> set[SessionId]:
        query = PurgeQuery(**where)
        listed = await store.list_purge(query, 10)
        assert (await store.count_purge(query, 10)).sessions == len(listed)
        return {session_id for _, session_id in listed}

    everybody = {row.session_id for row in (first, other, young)}
    assert await found() == everybody
    (_, oldest), (place, second) = await store.list_purge(PurgeQuery(), 2)
    assert (oldest, second) == (first.session_id, other.session_id)
    assert await store.count_purge(PurgeQuery(), 2) == PurgeCount(2, 2, place)
    assert (await store.count_purge(PurgeQuery(), 3)).sessions == 3
    assert await found(after=place) == {young.session_id}
    assert (await store.count_purge(PurgeQuery(bot="nobody"), 3)) == PurgeCount(0, 0, 0)
    assert await found(user_id="u") == {first.session_id, other.session_id}
    assert await found(user_id="") == set()
    assert await found(bot="nobody") == set()
    assert await found(channel="web", alias="a", bot=BOT) == {first.session_id}
    assert await found(state=SessionState.ENDED) == {other.session_id}
    assert await found(created_before=now) == {first.session_id, other.session_id}
    assert await found(updated_before=now + 1) == everybody
    await store.delete_session(first.session_id)
    assert await found() == {other.session_id, young.session_id}


async def test_what_is_kept_of_a_user_is_forgotten(store: Store) -> None:
    row = await started_session(store)
    writes = [UserMemoryWrite(user, MemoryArea.FACT, "k", b"v") for user in ("u", "v")]
    await commit(store, turn(row, user_memory=writes))
    await store.forget_user("u")
    assert await store.read_user_memory("u", MemoryArea.FACT, "k") is None
    assert await store.read_user_memory("v", MemoryArea.FACT, "k") is not None
