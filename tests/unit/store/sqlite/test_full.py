"""A disk that is full, or fails, while turns are committed: callers are told so, nothing is half written, and the same
turn is written once there is room."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from botserver.clock import ManualClock
from botserver.errors import StoreUnavailable
from botserver.ids import MessageId
from botserver.store.abc import Committed, SessionRow, State, TurnCommit
from botserver.store.sqlite import SqliteStore, open_store
from botserver.store.sqlite.ending import Ending
from tests.conformance.store.builders import (
    BOT,
    PROGRAM,
    RELEASE,
    accepted,
    open_session,
    read,
    request,
    said,
    turn,
)

from .test_writer import Ends

BIG = 300_000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = open_store(tmp_path / "a.db", ManualClock())
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    yield store
    await store.close()


def big(row: SessionRow, **changes: Any) -> TurnCommit:
    answer = {MessageId("m"): b"reply"}
    return turn(row, accept=accepted("m"), messages=said(1, "a"), replies=answer, state=State(b"x" * BIG), **changes)


def pages(store: SqliteStore, limit: int) -> None:
    store._writer._connection.execute(f"PRAGMA max_page_count = {limit}")


async def committed(store: SqliteStore, commits: list[TurnCommit], *, together: bool) -> list[object]:
    """What each is answered, committed in one batch or by calls that come at once."""
    batches = [commits] if together else [[commit] for commit in commits]
    async with asyncio.timeout(30):
        results = await asyncio.gather(*map(store.commit_turns, batches), return_exceptions=True)
    return [
        each
        for batch, result in zip(batches, results, strict=True)
        for each in ([result] * len(batch) if isinstance(result, BaseException) else result)
    ]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("plain", [True, False])
async def test_turns_that_found_no_room_left_nothing_and_are_written_when_there_is(
    store: SqliteStore, plain: bool, together: bool
) -> None:
    rows = [await open_session(store, start=None) for _ in range(4)]
    commits = [big(row) if plain else big(row, request=request(f"r{n}")) for n, row in enumerate(rows)]
    pages(store, 1)  # as many as there are
    results = await committed(store, commits, together=together)
    assert {type(each) for each in results} == {StoreUnavailable}
    assert all("full" in str(each) for each in results)
    for row in rows:
        assert await read(store, row.session_id) == row
        assert await store.list_messages(row.session_id, 10) == []
        assert await store.find_message(row.session_id, MessageId("m")) is None
    pages(store, 1_000_000)
    again = await committed(store, commits, together=together)
    assert {type(each) for each in again} == {Committed}
    assert [len(await store.list_messages(row.session_id, 10)) for row in rows] == [1] * 4


async def test_where_some_fit_each_is_told_what_is_so(store: SqliteStore) -> None:
    rows = [await open_session(store, start=None) for _ in range(4)]
    used = store._writer._connection.execute("PRAGMA page_count").fetchone()[0]
    pages(store, used + 2 * BIG // 4096)  # for one and a half of them
    results = await committed(store, [big(row) for row in rows], together=False)
    results += await store.commit_turns([turn(rows[3], accept=accepted("n"), messages=said(1, "small"))])
    assert isinstance(results.pop(), Committed)
    rows.pop()
    for row, result in zip(rows, results, strict=False):
        count = len(await store.list_messages(row.session_id, 10))
        assert count == isinstance(result, Committed)
        assert (await read(store, row.session_id)).revision == count


class Failing:
    """The writer's connection on a disk that fails at the end of each transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.fails = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, values: Any = ()) -> Any:
        if self.fails and statement == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(statement, values)


@pytest.mark.parametrize("together", [True, False])
async def test_turns_whose_commit_fails_are_not_half_written(store: SqliteStore, together: bool) -> None:
    rows = [await open_session(store, start=None) for _ in range(4)]
    commits = [big(row) for row in rows]
    failing = Failing(store._writer._connection)
    writer = store._writer
    writer._connection = failing  # type: ignore[assignment]  # as much of one as is used
    if writer._ending is not None:
        writer._ending.close()
        writer._ending = Ending(Ends(failing))  # type: ignore[arg-type]  # likewise
    results = await committed(store, commits, together=together)
    assert {type(each) for each in results} == {StoreUnavailable}
    assert [await read(store, row.session_id) for row in rows] == rows
    failing.fails = False
    assert {type(each) for each in await committed(store, commits, together=together)} == {Committed}
