"""A PostgreSQL that shuts down under its connections, or is no longer the one that takes writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import psycopg
import pytest

from botserver.clock import ManualClock
from botserver.errors import StoreUnavailable
from botserver.ids import MessageId
from botserver.store.abc import Committed, Known, Repeat, Store
from botserver.store.postgres import PostgresStore, open_store
from botserver.store.postgres.connections import Connections
from tests.conformance.store.builders import (
    BOT,
    PROGRAM,
    RELEASE,
    accepted,
    content,
    open_session,
    read,
    request,
    said,
    try_commit,
    turn,
)
from tests.servers import postgres


@pytest.fixture
def url() -> str:
    return postgres().migrated_database()


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    store = await open_store(url, ManualClock(), threads=1)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    yield store
    await store.close()


async def plain(store: Store, row: Any) -> None:
    row = await read(store, row.session_id)
    answer = {MessageId("m"): b"reply"}
    result = await try_commit(
        store, turn(row, accept=accepted("m"), messages=said(row.last_seq + 1, "a"), replies=answer)
    )
    assert isinstance(result, Committed) or result == Known(Repeat.SETTLED, b"reply")


async def other(store: Store, row: Any) -> None:
    """A turn with statements of its own."""
    row = await read(store, row.session_id)
    if row.revision == 0:
        assert isinstance(await try_commit(store, turn(row, request=request("r"))), Committed)


async def job(store: Store, row: Any) -> None:
    await store.accept_input(row.session_id, "message", MessageId("m"), content("a"), b"a")


async def following(store: Store, row: Any) -> None:
    await store.take_due(10, 1.0)
    await store.take_deliveries("local", "sms", "one", 1, 1.0)


WRITES: dict[str, Callable[[Store, Any], Awaitable[None]]] = {
    "plain": plain,
    "other": other,
    "job": job,
    "following": following,
}


def connections(store: PostgresStore) -> list[Connections]:
    return [store._committing, store._jobs]


@pytest.mark.parametrize("name", WRITES)
async def test_a_database_that_takes_no_writes_any_more_is_left_for_the_one_that_does(
    store: PostgresStore, name: str
) -> None:
    """As after a switch-over: the address leads to another one, but connections still stand to the old one."""
    row = await open_session(store, start=None, channel="sms")
    await store.commit_turns([])
    for each in connections(store):
        await each.work(lambda raw: raw.execute("SET default_transaction_read_only = on"))
    with pytest.raises(StoreUnavailable, match="read-only"):
        await WRITES[name](store, row)
    assert (await read(store, row.session_id)).revision == 0  # from the one that takes them
    for each in connections(store):
        assert await each.work(lambda raw: raw.execute("SHOW transaction_read_only").fetchone()) == ("off",)
    await WRITES[name](store, row)
    assert len(await store.list_messages(row.session_id, 10)) == (name == "plain")


@pytest.mark.parametrize("name", WRITES)
async def test_connections_that_the_database_ended_are_made_again_unnoticed(
    store: PostgresStore, url: str, name: str
) -> None:
    row = await open_session(store, start=None, channel="sms")
    await store.commit_turns([])
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'botserver'")
        while operator.execute("SELECT 1 FROM pg_stat_activity WHERE application_name = 'botserver'").fetchone():
            await asyncio.sleep(0.01)
    await WRITES[name](store, row)
    assert len(await store.list_messages(row.session_id, 10)) == (name == "plain")


async def test_a_turn_whose_connection_is_ended_in_the_middle_is_written_once(store: PostgresStore, url: str) -> None:
    row = await open_session(store, start=None, channel="sms")
    await store.commit_turns([])
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as operator:
        holder.execute("SELECT 1 FROM user_sessions FOR UPDATE")
        committing = asyncio.create_task(plain(store, row))
        ended: set[int] = set()
        while len(ended) < 2:  # it is tried again, and that is ended too
            for (pid,) in operator.execute("SELECT pid FROM pg_locks WHERE NOT granted").fetchall():
                if pid not in ended and len(ended) < 2:
                    operator.execute("SELECT pg_terminate_backend(%s)", (pid,))
                    ended.add(pid)
            await asyncio.sleep(0.01)
        with pytest.raises(StoreUnavailable):
            await committing
        holder.rollback()
    await plain(store, row)
    await plain(store, row)
    after = await read(store, row.session_id)
    assert (after.revision, after.last_seq) == (1, 1)
    assert [message.text for message in await store.list_messages(row.session_id, 10)] == ["a"]
