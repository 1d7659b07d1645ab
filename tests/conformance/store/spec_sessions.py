"""Opening, finding, changing, listing and deleting sessions."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from botserver.errors import CheckpointNotFound, StoredDataCorrupt
from botserver.ids import CheckpointId, ReleaseId, new_session_id
from botserver.limits import ENDED_SESSION_S, KEPT_REQUEST_IDS_S
from botserver.model import EndReason, Message, Role, SessionState, UserInfo
from botserver.store.abc import (
    START_MESSAGE_ID,
    AliasOpen,
    DueKind,
    IdTaken,
    Known,
    Lost,
    Opened,
    Origin,
    Repeat,
    SessionRow,
    State,
    Store,
)
from botserver.store.queries import SessionOrder, SessionPatch, SessionQuery

from .backends import RETENTION, World
from .builders import (
    BOT,
    TTL_S,
    commit,
    large,
    open_session,
    opening,
    read,
    request,
    said,
    standing,
    started_session,
    turn,
)


async def test_an_opened_session_waits_for_its_start(store: Store) -> None:
    row = await open_session(store, user=UserInfo("u1", "Ana"), labels={"k": "v"}, metadata={"n": [1, None]})
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert loaded.row == row
    assert (row.revision, row.epoch, row.accepted, row.consumed) == (0, 0, 1, 0)
    assert (row.user, row.labels, row.metadata) == (UserInfo("u1", "Ana"), {"k": "v"}, {"n": [1, None]})
    assert row.expires_at == row.created_at + TTL_S
    assert loaded.state is None
    assert loaded.claimed is None
    assert [(i.number, i.kind, i.message_id, i.payload) for i in loaded.inputs] == [
        (1, "start", START_MESSAGE_ID, b"start")
    ]


async def test_what_is_not_there_is_none(store: Store) -> None:
    nowhere = new_session_id()
    assert await store.find_session(nowhere) is None
    assert await store.load_session(nowhere) is None
    assert await store.find_alias("local", BOT, "api", "") is None
    assert await store.load_checkpoint(nowhere, CheckpointId("t-1")) is None


async def test_a_taken_id_is_a_result(store: Store) -> None:
    row = await open_session(store)
    assert await store.open_session(opening(session_id=row.session_id)) == IdTaken()


async def test_two_openings_of_one_alias_open_one_session(store: Store) -> None:
    results = await asyncio.gather(*(store.open_session(opening(alias="+49 30 1")) for _ in range(8)))
    opened = [result.row for result in results if isinstance(result, Opened)]
    others = [result.row for result in results if isinstance(result, AliasOpen)]
    assert len(opened) == 1
    assert others == opened * 7
    assert await store.find_alias("local", BOT, "api", "+49 30 1") == opened[0]


async def test_two_openings_with_one_request_open_one_session(store: Store) -> None:
    results = await asyncio.gather(*(store.open_session(opening(request=request("r"))) for _ in range(8)))
    assert sum(isinstance(result, Opened) for result in results) == 1
    assert results.count(Known(Repeat.SETTLED, b"response of r")) == 7
    assert await store.count_open_sessions() == 1


async def test_two_openings_with_one_id_open_one_session(store: Store) -> None:
    wanted = opening()
    results = await asyncio.gather(*(store.open_session(wanted) for _ in range(8)))
    assert sum(isinstance(result, Opened) for result in results) == 1
    assert results.count(IdTaken()) == 7


async def test_a_user_of_sessions_opened_at_once_is_one(store: Store) -> None:
    users = [UserInfo("u", name="Ann"), UserInfo("u", email="a@x.test"), UserInfo("u", phone="+43 1")]
    rows = await asyncio.gather(*(open_session(store, user=user) for user in users * 3))
    for row in rows:
        assert (await read(store, row.session_id)).user == UserInfo("u", "Ann", "a@x.test", "+43 1")


async def test_an_alias_belongs_to_principal_bot_and_channel(store: Store) -> None:
    await open_session(store, alias="a")
    await open_session(store, alias="a", channel="web")
    await open_session(store, alias="a", owner_principal="other")
    assert await store.count_open_sessions() == 3


async def test_an_ended_session_frees_its_alias(store: Store) -> None:
    row = await open_session(store, alias="a")
    await commit(store, turn(row, end_reason=EndReason.USER))
    again = await open_session(store, alias="a")
    assert await store.find_alias("local", BOT, "api", "a") == again


async def test_a_repeated_request_opens_nothing_and_gets_the_first_response(store: Store) -> None:
    await open_session(store, request=request("r1"))
    assert await store.open_session(opening(request=request("r1"))) == Known(Repeat.SETTLED, b"response of r1")
    assert await store.open_session(opening(request=request("r1", "other"))) == Known(Repeat.REUSED)
    assert await store.count_open_sessions() == 1


async def test_a_request_id_is_known_for_a_day_and_only_to_its_principal(world: World, store: Store) -> None:
    await open_session(store, request=request("r1"))
    r1 = request("r1")
    world.clock.advance(KEPT_REQUEST_IDS_S - 1)
    assert await store.find_request("local", r1.request_id, r1.content) == Known(Repeat.SETTLED, b"response of r1")
    assert await store.find_request("other", r1.request_id, r1.content) is None
    world.clock.advance(1)
    assert await store.find_request("local", r1.request_id, r1.content) is None
    assert not await store.sweep()
    await open_session(store, request=request("r1"))


async def test_a_session_of_a_release_that_is_not_stored_is_refused(store: Store) -> None:
    with pytest.raises(StoredDataCorrupt):
        await store.open_session(opening(standing=standing(release=ReleaseId("unknown"))))
    assert await store.count_open_sessions() == 0


async def test_a_branch_has_the_state_of_its_origin_and_goes_its_own_way(store: Store) -> None:
    origin = await started_session(store)
    marker = Message(1, Role.SYSTEM, "branched", 1.0)
    row = await open_session(
        store, start=None, origin=Origin(origin.session_id, CheckpointId("t-1")), messages=[marker], timer_in_s=5.0
    )
    assert (row.revision, row.family, row.timer_at) == (1, origin.family, row.created_at + 5.0)
    await commit(store, turn(origin, state=State(b"changed")))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert loaded.state == State(b"root 1")
    assert await store.list_messages(row.session_id, 10) == [marker]


async def test_a_branch_of_a_state_that_is_gone_is_refused(store: Store) -> None:
    origin = await started_session(store)
    with pytest.raises(CheckpointNotFound):
        await store.open_session(opening(start=None, origin=Origin(origin.session_id, CheckpointId("t-9"))))


async def test_what_rpcs_own_changes_without_a_revision(world: World, store: Store) -> None:
    row = await started_session(store, user=UserInfo("u1", "Ana", "a@example.org"))
    world.clock.advance(10)
    patch = SessionPatch(labels={"ü": "✓"}, metadata={"deep": {"a": [1.5]}}, user_name="Anna", ttl_s=60.0)
    after = await store.update_session(row.session_id, patch, expected_revision=1)
    assert isinstance(after, SessionRow)
    assert (after.labels, after.metadata) == ({"ü": "✓"}, {"deep": {"a": [1.5]}})
    assert after.user == UserInfo("u1", "Anna", "a@example.org")
    assert (after.revision, after.ttl_s, after.expires_at) == (1, 60.0, world.clock.now_s() + 60.0)
    assert await read(store, row.session_id) == after
    assert (await commit(store, turn(row))).expires_at == world.clock.now_s() + 60.0


async def test_an_update_at_another_revision_is_lost(store: Store) -> None:
    row = await started_session(store)
    patch = SessionPatch(labels={"a": "b"})
    assert await store.update_session(row.session_id, patch, expected_revision=0) == Lost(row)
    assert await store.update_session(new_session_id(), patch) == Lost(None)
    assert await read(store, row.session_id) == row


async def test_a_repeated_update_gets_the_first_response(store: Store) -> None:
    row = await started_session(store)
    await store.update_session(row.session_id, SessionPatch(labels={"a": "1"}), request=request("r"))
    await store.update_session(row.session_id, SessionPatch(labels={"a": "2"}))
    again = await store.update_session(row.session_id, SessionPatch(labels={"a": "1"}), request=request("r"))
    assert again == Known(Repeat.SETTLED, b"response of r")
    assert (await read(store, row.session_id)).labels == {"a": "2"}


async def test_a_session_may_get_another_user(store: Store) -> None:
    first = await started_session(store, user=UserInfo("u1", "Ana"))
    second = await started_session(store, user=UserInfo("u1"))
    assert second.user == UserInfo("u1", "Ana")
    await store.update_session(first.session_id, SessionPatch(user_id="u2", user_name="Ben"))
    assert (await read(store, first.session_id)).user == UserInfo("u2", "Ben")
    assert (await read(store, second.session_id)).user == UserInfo("u1", "Ana")
    anonymous = await started_session(store)
    await store.update_session(anonymous.session_id, SessionPatch(user_name="Cy"))
    assert (await read(store, anonymous.session_id)).user == UserInfo("", "Cy")
    await store.update_session(anonymous.session_id, SessionPatch(user_id="u3"))
    assert (await read(store, anonymous.session_id)).user == UserInfo("u3", "Cy")


async def pages(store: Store, query: SessionQuery) -> list[SessionRow]:
    seen: list[SessionRow] = []
    by_creation = query.order is SessionOrder.CREATED
    while True:
        page = await store.list_sessions(query)
        seen += page
        if len(page) < query.limit:
            return seen
        at = page[-1].created_at if by_creation else page[-1].updated_at
        query = SessionQuery(
            query.owner_principal,
            order=query.order,
            descending=query.descending,
            limit=query.limit,
            after=(at, page[-1].session_id),
        )


@pytest.mark.parametrize("descending", [False, True])
async def test_sessions_are_listed_by_when_they_changed_over_hours(
    world: World, store: Store, descending: bool
) -> None:
    rows = [await open_session(store, start=None) for _ in range(12)]
    for n in (7, 3, 3, 11, 0, 8, 5, 1):
        world.clock.advance(170.0)
        row = await read(store, rows[n].session_id)
        await commit(store, turn(row, messages=said(row.last_seq + 1, "a")))
    for limit in (1, 5):
        query = SessionQuery("local", order=SessionOrder.UPDATED, descending=descending, limit=limit)
        seen = [(row.updated_at, row.session_id) for row in await pages(store, query)]
        assert seen == sorted(seen, reverse=descending)
        assert len(set(seen)) == len(rows)


@pytest.mark.parametrize("order", list(SessionOrder))
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_hold_every_session_once_in_order(
    world: World, store: Store, order: SessionOrder, descending: bool
) -> None:
    rows = []
    for number in range(7):
        rows.append(await open_session(store))
        if number % 2:
            world.clock.advance(1)
    await commit(store, turn(rows[0], consumed=1))
    await open_session(store, owner_principal="other")
    seen = await pages(store, SessionQuery("local", order=order, descending=descending, limit=2))
    key = [((r.created_at if order is SessionOrder.CREATED else r.updated_at), r.session_id) for r in seen]
    assert key == sorted(key, reverse=descending)
    assert {r.session_id for r in seen} == {r.session_id for r in rows}
    assert len(seen) == len(rows)


async def test_a_list_is_narrowed_by_each_field(store: Store) -> None:
    plain = await open_session(store)
    other = await open_session(store, channel="web", alias="x", user=UserInfo("u9"))
    await commit(store, turn(plain, end_reason=EndReason.SCRIPT))
    for query in (
        SessionQuery("local", channel="web"),
        SessionQuery("local", alias="x"),
        SessionQuery("local", user_id="u9"),
        SessionQuery("local", state=SessionState.OPEN),
        SessionQuery("local", bot=BOT, channel="web", alias="x", user_id="u9", state=SessionState.OPEN),
    ):
        assert await store.list_sessions(query) == [other]
    assert await store.list_sessions(SessionQuery("local", bot="unknown")) == []
    assert await store.list_sessions(SessionQuery("local", user_id="unknown")) == []
    nameless = await open_session(store, user=UserInfo(name="no id"))
    assert await store.list_sessions(SessionQuery("local", user_id="")) == [nameless]


async def test_a_deleted_session_is_invisible_and_its_id_free_after_cleaning(store: Store) -> None:
    row = await started_session(store, alias="a", user=UserInfo("u1", "Ana"))
    assert await store.delete_session(row.session_id, request("d")) == row
    assert await store.delete_session(row.session_id, request("d")) == Known(Repeat.SETTLED, b"response of d")
    assert await store.delete_session(row.session_id) == Lost(None)
    assert await store.find_session(row.session_id) is None
    assert await store.load_session(row.session_id) is None
    assert await store.list_sessions(SessionQuery("local")) == []
    assert await store.commit_turns([turn(row)]) == [Lost(None)]
    (due,) = await store.take_due(10, 30.0)
    assert (due.session_id, due.kind) == (row.session_id, DueKind.CLEANUP)
    while await store.clean_session(row.session_id):
        pass
    assert await store.next_due_at() is None
    again = await open_session(store, session_id=row.session_id, alias="a", user=UserInfo("u1"))
    assert again.user == UserInfo("u1")


async def test_an_ended_session_is_kept_for_its_time(world: World, store: Store) -> None:
    row = await open_session(store)
    await commit(store, turn(row, end_reason=EndReason.USER))
    world.clock.advance(ENDED_SESSION_S - 1)
    assert not await store.clean_session(row.session_id)
    assert (await read(store, row.session_id)).state is SessionState.ENDED
    world.clock.advance(1)
    (due,) = await store.take_due(10, 30.0)
    assert due.kind is DueKind.CLEANUP
    while await store.clean_session(row.session_id):
        pass
    assert await store.find_session(row.session_id) is None


async def test_a_session_from_another_server_begins_with_its_state(store: Store, world: World) -> None:
    objects = large(b"x" * 5000, b"y" * 6000)
    state = State(b"root", tuple(objects))
    said_before = said(1, "hello", "marker")
    row = await open_session(store, start=None, state=state, large=objects, messages=said_before, timer_in_s=30.0)
    assert (row.revision, row.accepted, row.last_seq, row.timer_at) == (1, 0, 2, world.clock.now_s() + 30.0)
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert (loaded.state, loaded.inputs) == (state, ())
    assert await store.load_large_objects(row.session_id, state.large) == dict(objects)
    await commit(store, turn(row, state=State(b"next", state.large[:1])))
    for _ in range(RETENTION.turns):
        row = await read(store, row.session_id)
        await commit(store, turn(row, state=State(b"next", state.large[:1])))
    with pytest.raises(StoredDataCorrupt):
        await store.load_large_objects(row.session_id, state.large[1:])


async def test_what_a_request_of_several_commits_gave_first_is_what_it_gave(world: World, store: Store) -> None:
    first, other = (replace(request("r1", text), respond=str.encode) for text in ("", "other"))
    assert await store.finish_request(first, "one") is None
    assert await store.finish_request(first, "two") == Known(Repeat.SETTLED, b"one")
    assert await store.find_request("local", first.request_id, first.content) == Known(Repeat.SETTLED, b"one")
    assert await store.finish_request(other, "three") == Known(Repeat.REUSED)
    world.clock.advance(KEPT_REQUEST_IDS_S)
    assert await store.finish_request(other, "three") is None
