"""Timetables of bots: each time to one taker, fired once, in one transaction with the session it opens."""

from __future__ import annotations

import asyncio
from typing import Any

from botserver.ids import ReleaseId
from botserver.limits import TIMETABLE_GAP_S, TIMETABLE_KEPT_S, TIMETABLES, TIMETABLES_ONCE
from botserver.model import EndReason
from botserver.store.abc import AliasOpen, Lost, Opened, Store
from botserver.store.files import FileWrite
from botserver.store.releases import Activation, OtherActive
from botserver.store.timetables import TimetableDue, TimetableWrite

from .backends import World
from .builders import BOT, RELEASE, commit, opening, read, started_session, try_commit, turn

LEASE_S = 10.0
BOTS = [BOT, "other"]


def timetable(world: World, key: str, in_s: float = 60.0, **changes: Any) -> TimetableWrite:
    values = {"script": "report", "timetable": "cron x", "arguments": b"[]", "principal": "local"}
    return TimetableWrite(key, **{**values, "due_at": world.clock.now_s() + in_s, **changes})


async def write(store: Store, *writes: TimetableWrite) -> None:
    row = await started_session(store)
    await commit(store, turn(row, timetables=writes))


async def take(store: Store, limit: int = 10) -> list[TimetableDue]:
    return await store.take_timetables(BOTS, limit, LEASE_S)


async def test_one_is_taken_when_its_time_has_come_and_comes_back_after_its_lease(world: World, store: Store) -> None:
    await write(store, timetable(world, "a"))
    at = world.clock.now_s() + 60
    assert await store.next_timetable_at(BOTS) == at
    assert await take(store) == []
    world.clock.advance(60)
    expected = TimetableDue(BOT, "a", "local", "report", "cron x", b"[]", at)
    takes = await asyncio.gather(*(take(store) for _ in range(4)))
    assert sorted(takes, key=len) == [[], [], [], [expected]]
    assert await store.next_timetable_at(BOTS) == at + LEASE_S
    world.clock.advance(LEASE_S)
    assert await take(store) == [expected]


async def test_only_those_of_bots_asked_for_oldest_first(world: World, store: Store) -> None:
    await write(store, timetable(world, "b", 2.0), timetable(world, "a", 1.0))
    await store.declare_timetables("third", None, [timetable(world, "c", 0.0)])
    assert await store.next_timetable_at(["nobody"]) is None
    world.clock.advance(5)
    assert [due.key for due in await take(store, 1) + await take(store, 1)] == ["a", "b"]
    assert [due.key for due in await store.take_timetables(["third"], 10, LEASE_S)] == ["c"]


async def test_firing_opens_a_session_and_sets_the_next_time_once(world: World, store: Store) -> None:
    await write(store, timetable(world, "a"))
    world.clock.advance(60)
    (due,) = await take(store)
    next_at = due.due_at + 60
    results = await asyncio.gather(*(store.fire_timetable(due, next_at, opening(alias="a")) for _ in range(3)))
    (opened,) = [result for result in results if result is not None]
    assert isinstance(opened, Opened)
    assert await store.next_timetable_at(BOTS) == next_at
    assert await read(store, opened.row.session_id) == opened.row


async def test_firing_while_the_run_before_goes_on_sets_the_next_time_only(world: World, store: Store) -> None:
    await write(store, timetable(world, "a"))
    before = await started_session(store, alias="a")
    world.clock.advance(60)
    (due,) = await take(store)
    assert await store.fire_timetable(due, due.due_at + 60, opening(alias="a")) == AliasOpen(before)
    assert await store.next_timetable_at(BOTS) == due.due_at + 60


async def test_what_dies_before_it_fires_fired_nothing_and_after_it_everything(world: World, store: Store) -> None:
    await write(store, timetable(world, "a"))
    world.clock.advance(60)
    await take(store)
    store = await world.kill()
    world.clock.advance(LEASE_S)
    (due,) = await take(store)
    opened = await store.fire_timetable(due, due.due_at + 120, opening(alias="a"))
    assert isinstance(opened, Opened)
    store = await world.kill()
    assert await read(store, opened.row.session_id) == opened.row
    world.clock.advance(LEASE_S)
    assert await take(store) == []
    assert await store.next_timetable_at(BOTS) == due.due_at + 120


async def test_last_time_is_over_and_remembered_for_a_while(world: World, store: Store) -> None:
    single = timetable(world, "a", is_once=True)
    await write(store, single)
    world.clock.advance(60)
    (due,) = await take(store)
    assert isinstance(await store.fire_timetable(due, None, opening()), Opened)
    await write(store, single)
    assert await store.next_timetable_at(BOTS) is None
    assert await store.fire_timetable(due, None, opening()) is None
    assert await store.count_timetables(BOT) == (0, 1)
    world.clock.advance(TIMETABLE_KEPT_S)
    assert not await store.sweep()
    assert await store.count_timetables(BOT) == (0, 0)


async def test_firing_without_a_session_only_moves_on(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", 0.0))
    (due,) = await take(store)
    assert await store.fire_timetable(due, due.due_at + 5, None) is None
    assert await store.next_timetable_at(BOTS) == due.due_at + 5


async def test_firing_in_a_release_that_is_not_active_changes_nothing(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", 0.0))
    (due,) = await take(store)
    result = await store.fire_timetable(due, due.due_at + 60, opening(if_active=True))
    assert result == OtherActive(None)
    world.clock.advance(LEASE_S)
    assert await take(store) == [due]


async def test_declaring_for_a_release_that_is_not_active_changes_nothing(world: World, store: Store) -> None:
    await store.declare_timetables(BOT, None, [timetable(world, "a")])
    await store.activate_release(Activation(BOT, RELEASE))
    await store.declare_timetables(BOT, None, [timetable(world, "b")])
    await store.declare_timetables(BOT, ReleaseId("other"), [])
    world.clock.advance(60)
    assert [due.key for due in await take(store)] == ["a"]
    await store.declare_timetables(BOT, RELEASE, [])
    assert await store.next_timetable_at(BOTS) is None


async def test_known_key_stays_as_it_is(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", 10.0))
    await write(store, timetable(world, "a", 5.0))
    assert await store.next_timetable_at(BOTS) == world.clock.now_s() + 10


async def test_declared_ones_replace_each_other_and_keep_their_times(world: World, store: Store) -> None:
    await store.declare_timetables(BOT, None, [timetable(world, "a", 10.0), timetable(world, "b", 5.0)])
    await write(store, timetable(world, "asked for", 20.0))
    await store.declare_timetables(BOT, None, [timetable(world, "a", 99.0), timetable(world, "c", 50.0)])
    world.clock.advance(99)
    start = world.clock.now_s() - 99
    assert [(due.key, due.due_at - start) for due in await take(store)] == [("a", 10), ("asked for", 20), ("c", 50)]
    assert await store.count_timetables(BOT) == (1, 0)


async def test_declared_one_that_is_over_stays_over(world: World, store: Store) -> None:
    single = timetable(world, "a", 0.0, is_once=True)
    await store.declare_timetables(BOT, None, [single])
    (due,) = await take(store)
    await store.fire_timetable(due, None, opening())
    world.clock.advance(2 * TIMETABLE_KEPT_S)
    await store.sweep()
    await store.declare_timetables(BOT, None, [single])
    assert await store.next_timetable_at(BOTS) is None


async def test_one_that_is_declared_no_more_does_not_fire(world: World, store: Store) -> None:
    await store.declare_timetables(BOT, None, [timetable(world, "a", 0.0)])
    (due,) = await take(store)
    await store.declare_timetables(BOT, None, [])
    assert await store.fire_timetable(due, None, opening()) is None


async def test_one_that_watches_is_due_once_something_is_written_there(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", watched="a.txt"), timetable(world, "in", watched="in"))
    assert await store.next_timetable_at(BOTS) is None

    async def due_after(*paths: str) -> list[str]:
        world.clock.advance(60)
        row = await started_session(store)
        await commit(store, turn(row, files=[FileWrite(path, path, b"x") for path in paths]))
        found = await take(store)
        assert {due.due_at for due in found} <= {world.clock.now_s()}
        for due in found:
            assert isinstance(await store.fire_timetable(due, None, opening()), Opened)
        return sorted(due.key for due in found)

    assert await due_after("b.txt", "a.txt.old", "a", "inside", "i/in") == []
    assert await due_after("a.txt") == ["a"]
    assert await due_after("in/x/y.txt", "in/z.txt") == ["in"]
    assert await due_after("in", "a.txt") == ["a", "in"]
    row = await started_session(store)
    await commit(store, turn(row, files=[FileWrite("a.txt", "a.txt", None)]))
    assert await store.next_timetable_at(BOTS) == world.clock.now_s() + TIMETABLE_GAP_S


async def test_change_waits_for_the_end_of_the_run_before(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", watched="a.txt"))

    async def change() -> TimetableDue:
        world.clock.advance(60)
        row = await started_session(store)
        await commit(store, turn(row, files=[FileWrite("a.txt", "a.txt", b"x")]))
        (due,) = await take(store)
        return due

    first = await store.fire_timetable(await change(), None, opening(alias="a"))
    assert isinstance(first, Opened)
    second = await change()
    assert isinstance(await store.fire_timetable(second, None, opening(alias="a")), AliasOpen)
    assert await store.next_timetable_at(BOTS) == world.clock.now_s() + LEASE_S
    await commit(store, turn(first.row, end_reason=EndReason.SCRIPT))
    world.clock.advance(LEASE_S)
    assert await take(store) == [second]
    assert isinstance(await store.fire_timetable(second, None, opening(alias="a")), Opened)
    assert await store.next_timetable_at(BOTS) is None


async def test_run_of_one_that_watches_makes_none_due_and_a_run_by_the_clock_does(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", watched="a.txt"), timetable(world, "b", watched="a.txt"))
    await write(store, timetable(world, "clock", 3600.0))
    for alias, expected in (("a", []), ("clock", ["a", "b"])):
        row = await started_session(store, alias=alias)
        await commit(store, turn(row, files=[FileWrite("a.txt", "a.txt", b"x")]))
        assert sorted(due.key or "" for due in await take(store)) == expected


async def test_package_with_other_files_makes_due_what_watches_them(world: World, store: Store) -> None:
    b = timetable(world, "b", watched="b")
    await store.declare_timetables(BOT, None, [timetable(world, "a 1", watched="a"), b])
    assert await store.next_timetable_at(BOTS) is None
    for _ in range(2):
        await store.declare_timetables(BOT, None, [timetable(world, "a 2", watched="a"), b])
    assert [due.key for due in await take(store)] == ["a 2"]


async def test_one_that_watches_is_kept_however_long_nothing_happens(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", watched="a.txt"))
    world.clock.advance(2 * TIMETABLE_KEPT_S)
    assert not await store.sweep()
    assert await store.count_timetables(BOT) == (1, 0)


async def test_script_ends_what_was_asked_for_it_and_nothing_else(world: World, store: Store) -> None:
    await store.declare_timetables(BOT, None, [timetable(world, "declared")])
    await write(store, timetable(world, "a"), timetable(world, "b"), timetable(world, "c", script="c"))
    await write(store, TimetableWrite(None, "report"), timetable(world, "d"))
    world.clock.advance(60)
    assert sorted(due.key for due in await take(store)) == ["c", "d", "declared"]


async def test_turn_that_is_refused_asked_for_nothing(world: World, store: Store) -> None:
    row = await started_session(store)
    stale = turn(row, expected_revision=0, timetables=[timetable(world, "a")])
    assert await try_commit(store, stale) == Lost(row)
    assert await store.next_timetable_at(BOTS) is None


async def test_bound_of_a_bot_refuses_the_turn_that_would_pass_it(world: World, store: Store) -> None:
    for is_once, most in ((False, TIMETABLES), (True, TIMETABLES_ONCE)):
        kind = "once" if is_once else "again"
        writes = [timetable(world, f"{kind} {n}", is_once=is_once) for n in range(most)]
        for at in range(0, most, 200):
            await write(store, *writes[at : at + 200])
        await write(store, writes[0])
        row = await started_session(store)
        more = turn(row, timetables=[timetable(world, f"{kind} more", is_once=is_once)])
        assert await try_commit(store, more) == Lost(row)
    assert await store.count_timetables(BOT) == (TIMETABLES, TIMETABLES_ONCE)
    assert await store.count_timetables(BOT, ["again 1", "once 1", "x"]) == (TIMETABLES - 1, TIMETABLES_ONCE - 1)


async def test_session_of_a_run_names_a_release_that_is_stored(world: World, store: Store) -> None:
    await write(store, timetable(world, "a", 0.0))
    (due,) = await take(store)
    opened = await store.fire_timetable(due, None, opening())
    assert isinstance(opened, Opened)
    assert opened.row.standing.release == RELEASE
