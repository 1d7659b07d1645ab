"""A file that changes while the script that watches it is about to run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from botserver.store.abc import Store
from botserver.store.files import FileWrite
from botserver.store.postgres import open_store
from botserver.store.timetables import TimetableWrite
from tests.conformance.store.builders import BOT, PROGRAM, RELEASE, commit, started_session, turn

from .test_opening import behind
from .test_opening import other as other
from .test_opening import url as url

WATCHES = TimetableWrite("a", "report", "file a.txt", b"[]", principal="local", watched="a.txt")
CHANGE = [FileWrite("a.txt", "a.txt", b"x")]


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    await commit(store, turn(await started_session(store), timetables=[WATCHES]))
    yield store
    await store.close()


async def test_a_change_that_is_committed_after_a_run_began_is_seen_by_the_next(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    await commit(store, turn(await started_session(store), files=CHANGE))
    assert await store.next_timetable_at([BOT]) is not None
    again = turn(await started_session(store), files=CHANGE)
    other.execute(
        "UPDATE timetables SET visible_at = NULL"
    )  # as who fires it does, and the run reads before the change
    await behind(other, url, store.commit_turns([again]))
    assert await store.next_timetable_at([BOT]) is not None
