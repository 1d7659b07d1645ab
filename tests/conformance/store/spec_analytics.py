"""Analytics events: appended with the turn, in order, bounded, and gone with the session."""

from __future__ import annotations

import asyncio

import pytest

from botserver.ids import new_session_id
from botserver.model import EndReason
from botserver.store.abc import Known, Lost, Repeat, SessionRow, Store
from botserver.store.analytics import AnalyticsEvent, AnalyticsSummary
from tests.conformance.store.backends import World
from tests.conformance.store.builders import PROGRAM, RELEASE, commit, read, request, started_session, try_commit, turn

FIRST = AnalyticsEvent("session", "Größe", b"\0\xff", 1.5)
SECOND = AnalyticsEvent("metric", "n", b"", 2.5)


async def test_events_are_numbered_in_the_order_they_came(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, analytics=(FIRST, SECOND)))
    row = await read(store, row.session_id)
    await commit(store, turn(row, analytics=(FIRST,)))
    assert await store.list_analytics(row.session_id, 10) == [(1, FIRST), (2, SECOND), (3, FIRST)]
    assert await store.list_analytics(row.session_id, 1, after=1) == [(2, SECOND)]


async def test_a_refused_turn_logs_nothing(store: Store) -> None:
    row = await started_session(store)
    late = turn(row, analytics=(FIRST,), expected_revision=row.revision - 1)
    assert isinstance(await try_commit(store, late), Lost)
    assert await store.list_analytics(row.session_id, 10) == []


async def test_the_oldest_events_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.store.sql.analytics.KEPT_ANALYTICS", 2)
    row = await started_session(store)
    await commit(store, turn(row, analytics=(FIRST, SECOND, FIRST)))
    assert [number for number, _ in await store.list_analytics(row.session_id, 10)] == [2, 3]


async def test_events_go_with_their_session(store: Store, world: World) -> None:
    row = await started_session(store)
    await commit(store, turn(row, analytics=(FIRST,)))
    row = await read(store, row.session_id)
    await commit(store, turn(row, end_reason=EndReason.USER))
    assert len(await store.list_analytics(row.session_id, 10)) == 1
    world.clock.advance(400 * 86_400)
    while await store.clean_session(row.session_id):
        pass
    assert await store.list_analytics(row.session_id, 10) == []


async def test_events_are_added_beside_turns_once_a_request(store: Store) -> None:
    row = await started_session(store)
    once = request("rate")
    assert await store.add_analytics(row.session_id, FIRST, once) == row
    assert await store.add_analytics(row.session_id, FIRST, once) == Known(Repeat.SETTLED, b"response of rate")
    assert await store.add_analytics(row.session_id, FIRST, request("rate", "other")) == Known(Repeat.REUSED)
    assert await store.add_analytics(row.session_id, SECOND) == row
    await commit(store, turn(row, analytics=(SECOND,), end_reason=EndReason.USER))
    ended = await read(store, row.session_id)
    assert await store.add_analytics(row.session_id, FIRST) == ended
    found = await store.list_analytics(row.session_id, 10)
    assert found == [(1, FIRST), (2, SECOND), (3, SECOND), (4, FIRST)]
    assert await store.add_analytics(new_session_id(), FIRST) is None


async def test_events_added_at_once_are_all_there(store: Store) -> None:
    row = await started_session(store)
    added = [store.add_analytics(row.session_id, FIRST) for _ in range(8)]
    await asyncio.gather(*added, commit(store, turn(row, analytics=(SECOND,))))
    found = await store.list_analytics(row.session_id, 10)
    assert [number for number, _ in found] == list(range(1, 10))
    assert [event for _, event in found].count(FIRST) == 8


async def test_events_add_up(store: Store) -> None:
    row, other = await started_session(store), await started_session(store)
    assert await store.sum_analytics(row.session_id) == AnalyticsSummary()
    names = ("error", "Error", "milestone", "errors")
    events = [AnalyticsEvent("session", name, b"", 1.0) for name in names]
    events += [AnalyticsEvent("metric", "error", b"", 1.0)]
    events += [AnalyticsEvent("rating", "x", detail, 1.0) for detail in (b"\x01", b"\x02")]
    await commit(store, turn(row, analytics=tuple(events)))
    assert await store.sum_analytics(row.session_id) == AnalyticsSummary(2, 1, b"\x02")
    assert await store.sum_analytics(other.session_id) == AnalyticsSummary()


def metric(name: str, at: float, detail: bytes = b"") -> AnalyticsEvent:
    return AnalyticsEvent("metric", name, detail, at)


async def other_session(store: Store) -> SessionRow:
    """Of another bot."""
    await store.put_release("other", RELEASE, b"manifest", {PROGRAM: b"program"})
    return await started_session(store, bot="other")


async def test_metrics_are_found_over_all_sessions_of_a_bot_by_time(store: Store) -> None:
    rows = [await started_session(store), await started_session(store), await other_session(store)]
    for number, row in enumerate(rows):
        events = (metric("n", 10.0 + number, b"%d" % number), metric("n", 20.0), metric("m", 10.0))
        await commit(store, turn(row, analytics=(*events, AnalyticsEvent("session", "n", b"", 10.0))))
    bot = rows[0].bot
    assert await store.list_metrics(bot, "n", 10.0, 20.0, 9) == [(10.0, b"0"), (11.0, b"1")]
    assert await store.list_metrics(bot, "n", 11.0, 20.1, 9) == [(11.0, b"1"), (20.0, b""), (20.0, b"")]
    assert await store.list_metrics("other", "n", 0.0, 20.0, 9) == [(12.0, b"2")]
    assert await store.list_metrics(bot, "N", 0.0, 99.0, 9) == []


async def test_too_many_metrics_are_not_read(store: Store) -> None:
    row, other = await started_session(store), await other_session(store)
    await commit(store, turn(row, analytics=[metric("n", float(n)) for n in range(3)]))
    await commit(store, turn(other, analytics=[metric("n", 50.0)]))
    assert len(await store.list_metrics(row.bot, "n", 0.0, 9.0, 3) or ()) == 3
    assert await store.list_metrics(row.bot, "n", 0.0, 9.0, 2) is None
    assert await store.list_metrics(row.bot, "n", 0.0, 99.0, 3) is None
