"""Analytics events: appended with the turn, in order, bounded, and gone with the session."""

from __future__ import annotations

import pytest

from botserver.model import EndReason
from botserver.store.abc import AnalyticsEvent, Lost, Store
from tests.conformance.store.backends import World
from tests.conformance.store.builders import commit, read, started_session, try_commit, turn

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
