"""Which questions the database answers by index, however many sessions there are."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest

from botserver.store.queries import PurgeQuery, SessionOrder, SessionQuery
from botserver.store.sql.cleaning import list_purge
from botserver.store.sql.releases import put_release
from botserver.store.sql.rows import find_session
from botserver.store.sql.sessions import list_children, list_sessions, open_session
from botserver.store.sql.turns import let_children_end
from botserver.store.sqlite.file import connect, migrate
from tests.conformance.store.builders import BOT, RELEASE, opening


class Explaining:
    """A connection that remembers the plan of each query."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.plan = ""

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        self.plan = "\n".join(row[3] for row in rows)
        return self._connection.execute(statement, values)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (SessionQuery("local", bot="b", channel="web", alias="ann", limit=1), "user_sessions_by_any_alias"),
        (SessionQuery("local", bot="b", user_id="u1", limit=1), "user_sessions_by_user"),
        (SessionQuery("local"), "user_sessions_by_creation"),
        (SessionQuery("local", order=SessionOrder.UPDATED), "session_updates_by_slot"),
    ],
)
def test_lists_of_sessions_use_an_index(query: SessionQuery, index: str) -> None:
    connection = connect(None)
    migrate(connection, ":memory:")
    explaining = Explaining(connection)
    assert list_sessions(explaining, query) == []  # type: ignore[arg-type]  # as much of a connection as it takes
    assert re.search(f"USING (COVERING )?INDEX {index} ", explaining.plan)
    if query.order is SessionOrder.UPDATED:  # of those that changed in the same five minutes
        assert re.search("LAST 2 TERMS|RIGHT PART", explaining.plan)
    else:
        assert query.user_id or query.alias or "ORDER BY" not in explaining.plan
    connection.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (PurgeQuery(bot="shop"), "user_sessions_by_bot"),
        (PurgeQuery(bot="shop", after=7), "user_sessions_by_bot"),
        (PurgeQuery(user_id="u1"), "user_sessions_by_user"),
    ],
)
def test_a_purge_goes_over_its_sessions_once(query: PurgeQuery, index: str) -> None:
    connection = connect(None)
    migrate(connection, ":memory:")
    explaining = Explaining(connection)
    assert list_purge(explaining, query, 500) == []  # type: ignore[arg-type]  # as much of a connection as it takes
    assert f"USING INDEX {index} " in explaining.plan
    assert query.user_id or "ORDER BY" not in explaining.plan
    assert "SCAN users" not in explaining.plan
    connection.close()


def test_children_are_found_by_their_parent_however_large_the_family_is() -> None:
    connection = connect(None)
    migrate(connection, ":memory:")
    put_release(connection, 0.0, BOT, RELEASE, b"", {})
    parent = opening()
    open_session(connection, 0.0, parent)
    row = find_session(connection, parent.session_id)
    assert row is not None
    explaining: Any = Explaining(connection)
    assert list_children(explaining, row) == []
    plans = [explaining.plan]
    let_children_end(explaining, 0.0, parent.session_id)
    plans.append(explaining.plan)
    assert ["user_sessions_by_parent" in plan and "by_family" not in plan for plan in plans] == [True, True]
    connection.close()
