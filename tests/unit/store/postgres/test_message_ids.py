"""No index keeps the message ids of a session apart: the session's row does, for whoever writes one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from botserver.store.abc import Committed, SessionRow
from botserver.store.analytics import AnalyticsEvent
from botserver.store.postgres import PostgresStore, open_store
from tests.conformance.store.builders import (
    BOT,
    PROGRAM,
    RELEASE,
    accepted,
    commit,
    content,
    open_session,
    read,
    try_commit,
    turn,
)
from tests.servers import postgres

ROUNDS = 12
EVENT = AnalyticsEvent("log", "seen", b"", 1.0)  # such a turn is not plain: it goes one by one

Way = Callable[[PostgresStore, SessionRow, str], Awaitable[object]]


async def as_input(store: PostgresStore, row: SessionRow, name: str) -> object:
    return await store.accept_input(row.session_id, "text", accepted(name).message_id, content("hello"), b"payload")


async def as_plain_turn(store: PostgresStore, row: SessionRow, name: str) -> object:
    return await try_commit(store, turn(row, accept=accepted(name)))


async def as_other_turn(store: PostgresStore, row: SessionRow, name: str) -> object:
    return await try_commit(store, turn(row, accept=accepted(name), analytics=[EVENT]))


@pytest.mark.parametrize("second", [as_input, as_plain_turn, as_other_turn])
@pytest.mark.parametrize("first", [as_input, as_plain_turn, as_other_turn])
async def test_a_message_that_comes_twice_at_once_on_two_servers_is_accepted_once(first: Way, second: Way) -> None:
    url = postgres().migrated_database()
    stores = [await open_store(url) for _ in range(2)]
    await stores[0].put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    session_id = (await open_session(stores[0], start=None)).session_id
    for n in range(ROUNDS):
        row = await read(stores[0], session_id)
        results = await asyncio.gather(first(stores[0], row, f"m{n}"), second(stores[1], row, f"m{n}"))
        outcomes = Counter(isinstance(result, int | Committed) for result in results)
        assert outcomes[True] == 1, results
        row = await read(stores[0], session_id)
        if row.accepted != row.consumed:
            await commit(stores[0], turn(row, consumed=row.accepted))
    for store in stores:
        await store.close()
    with psycopg.connect(url) as connection:
        ids = [each for (each,) in connection.execute("SELECT message_id FROM message_ids ORDER BY number")]
    assert ids == [f"m{n}" for n in range(ROUNDS)]
