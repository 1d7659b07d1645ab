"""The compiled code that writes plain turns: it is the one at work, fails as the driver does, and lets the database go.
tests/unit/store/test_plain.py and tests/properties/test_store_plain.py compare what it writes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botserver.clock import ManualClock
from botserver.ids import MessageId, new_session_id
from botserver.limits import Retention
from botserver.store.abc import Committed, State, TurnCommit, Unwritable
from botserver.store.sqlite import SqliteStore, open_store, turns
from tests.conformance.store.builders import BOT, PROGRAM, RELEASE, accepted, open_session, said, turn
from tests.live import ROOT, environment

pytestmark = pytest.mark.skipif(os.environ.get("BOTSERVER_VM") == "reference", reason="asks for no compiled code")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = open_store(tmp_path / "a.db", ManualClock())
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    yield store
    await store.close()


async def plain_turns(store: SqliteStore, count: int) -> list[TurnCommit]:
    rows = [await open_session(store, session_id=new_session_id(), start=None) for _ in range(count)]
    answer = {MessageId("m"): b"reply"}
    return [
        turn(row, accept=accepted("m"), messages=said(1, "a", "b"), replies=answer, state=State(b"root"))
        for row in rows
    ]


async def test_it_writes_plain_turns(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_at_once", None)
    monkeypatch.setattr(turns.one_by_one, "commit_turns", None)
    for result in await store.commit_turns(await plain_turns(store, 3)):
        assert isinstance(result, Committed)


@pytest.mark.parametrize(
    ("breaking", "kind"),
    [
        ("ALTER TABLE states RENAME TO gone", sqlite3.OperationalError),
        ("CREATE TRIGGER t AFTER INSERT ON states BEGIN SELECT RAISE(ABORT, 'no'); END", sqlite3.IntegrityError),
        ("PRAGMA query_only = ON", sqlite3.OperationalError),
    ],
)
async def test_it_fails_as_the_driver_does(store: SqliteStore, breaking: str, kind: type[sqlite3.Error]) -> None:
    connection, commits = store._writer._connection, await plain_turns(store, 1)
    for way in (turns._write, turns._at_once):
        connection.execute("BEGIN")
        connection.execute(breaking)
        with pytest.raises(kind) as raised:
            way(connection, 0.0, commits)
        assert type(raised.value) is kind
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    "changes",
    [
        {"fuel": 2**63},
        {"messages": said(1, "nul\0nul")},
        {"messages": said(1, "half \ud800 of a pair")},
    ],
)
async def test_a_turn_with_a_wrong_value_harms_itself_alone(store: SqliteStore, changes: dict[str, Any]) -> None:
    good, bad, other = await plain_turns(store, 3)
    results = await store.commit_turns([good, replace(bad, **changes), other])
    assert [type(result) for result in results] == [Committed, Unwritable, Committed]


async def test_the_database_is_let_go(tmp_path: Path) -> None:
    """SQLite removes its log when the last connection ends."""
    store = open_store(tmp_path / "b.db", ManualClock(), Retention())
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    await store.commit_turns(await plain_turns(store, 1))
    await store.close()
    assert sorted(path.name for path in tmp_path.glob("b.db*")) == ["b.db", "b.db.lock"]


async def test_another_connection_may_change_the_schema(store: SqliteStore, tmp_path: Path) -> None:
    first, second = await plain_turns(store, 2)
    await store.commit_turns([first])
    with sqlite3.connect(tmp_path / "a.db") as other:
        other.execute("CREATE INDEX more ON states (created_at)")
    other.close()
    assert isinstance((await store.commit_turns([second]))[0], Committed)


async def test_its_thread_ends_with_the_store(tmp_path: Path) -> None:
    store = open_store(tmp_path / "c.db", ManualClock())
    assert "sqlite-commits" in {thread.name for thread in threading.enumerate()}
    await store.close()
    assert not {thread.name for thread in threading.enumerate() if thread.name.startswith("sqlite-")}


@pytest.mark.parametrize("first", ["", "other = sqlite3.connect(':memory:'); other.execute('CREATE TABLE t (n)')"])
def test_connections_that_were_open_before_live_on(first: str) -> None:
    program = f"""
import sqlite3
{first}
from botserver.store.sqlite.turns import connect_for_turns
own = connect_for_turns(None, None)
own.execute("CREATE TABLE t (n)")
for each in {"(own, other)" if first else "(own,)"}:
    each.execute("INSERT INTO t VALUES (1)")
    assert each.execute("SELECT * FROM t").fetchall() == [(1,)]
    each.close()
"""
    subprocess.run([sys.executable, "-c", program], check=True, env=environment(), cwd=ROOT)
