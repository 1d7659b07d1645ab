"""Sessions opened and inputs accepted by many at once do not make each other run again, and see what others commit at
the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any

import psycopg
import pytest

from botserver.errors import StoredDataCorrupt
from botserver.ids import MessageId, ReleaseId
from botserver.limits import Retention
from botserver.model import UserInfo
from botserver.store.abc import AliasOpen, Committed, Known, Opened, Repeat, Store
from botserver.store.postgres import open_store
from botserver.store.releases import Activation, NewRelease, OtherActive
from tests.conformance.store.builders import (
    BOT,
    PROGRAM,
    RELEASE,
    content,
    open_session,
    opening,
    request,
    standing,
    started_session,
    turn,
)
from tests.servers import postgres

N = 64
B = ReleaseId("b" * 64)
NO_WAIT = Retention(releases=1, release_s=0.0)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def url() -> str:
    return postgres().migrated_database()


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url, retention=NO_WAIT)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    yield store
    await store.close()


@pytest.fixture
def other(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else, in a transaction that is not committed."""
    with psycopg.connect(url) as connection:
        yield connection


async def waits(url: str, call: Coroutine[Any, Any, Any], n: int = 1) -> asyncio.Task[Any]:
    """A call that has begun, and is the one of the number `n` that waits for what others did."""
    task = asyncio.create_task(call)
    with psycopg.connect(url, autocommit=True) as looking:
        async with asyncio.timeout(20):
            while looking.execute(WAITING).fetchone() != (n,):
                assert not task.done()
                await asyncio.sleep(0)
    return task


async def behind(other: psycopg.Connection[Any], url: str, call: Coroutine[Any, Any, Any]) -> Any:
    """What a call gives that waits for what the other did, which is then committed."""
    task = await waits(url, call)
    other.commit()
    return await task


def counted(url: str, what: str) -> int:
    """What the database counted of transactions since it was made."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            f"SELECT {what} FROM pg_stat_database WHERE datname = current_database()".encode()
        ).fetchone()
    assert row is not None
    return int(row[0])


async def count_again(url: str, stores: list[Store], calls: list[Coroutine[Any, Any, Any]]) -> tuple[list[Any], int]:
    """What calls at once gave, and how many transactions were run in vain. The stores are closed, so that the database
    counted all of theirs."""
    results = await asyncio.gather(*calls)
    for store in stores:
        await store.close()
    return results, counted(url, "xact_rollback")


async def two_nodes(url: str) -> list[Store]:
    stores: list[Store] = [await open_store(url), await open_store(url)]
    await stores[0].deploy_release(NewRelease(BOT, RELEASE, b"m", {PROGRAM: b"p"}), Activation(BOT, RELEASE))
    return stores


@pytest.mark.parametrize("named", ["nothing", "alias", "user", "request"])
async def test_sessions_opened_at_once_on_an_empty_database_are_all_opened_at_the_first_attempt(
    url: str, named: str
) -> None:
    stores = await two_nodes(url)

    def each(n: int) -> dict[str, Any]:
        named_so = {"alias": f"+43 {n}", "user": UserInfo(f"u{n % 4}", f"name {n}"), "request": request(f"r{n}")}
        return {named: named_so[named]} if named in named_so else {}

    calls = [stores[n % 2].open_session(opening(if_active=True, **each(n))) for n in range(N)]
    results, again = await count_again(url, stores, calls)
    assert {type(result) for result in results} == {Opened}
    assert again == 0


async def test_inputs_accepted_at_once_are_accepted_at_the_first_attempt(url: str) -> None:
    stores = await two_nodes(url)
    ids = [(await open_session(stores[0])).session_id for _ in range(N // 2)]
    ids += [ids[0]] * (N // 2 - 1)
    calls = [
        stores[n % 2].accept_input(session_id, "m", MessageId(f"m{n}"), content("a"), b"")
        for n, session_id in enumerate(ids)
    ]
    results, again = await count_again(url, stores, calls)
    assert sorted(results) == [2] * (N // 2) + list(range(3, N // 2 + 2))
    assert again == 0


async def test_an_alias_that_another_opens_meanwhile_is_open(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    row = await open_session(store)
    other.execute("UPDATE user_sessions SET alias = '+43 1' WHERE session_id = %s", (row.session_id,))
    result = await behind(other, url, store.open_session(opening(alias="+43 1")))
    assert isinstance(result, AliasOpen)
    assert result.row.session_id == row.session_id


async def test_a_request_that_another_records_meanwhile_opens_nothing(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    wanted = request("r")
    other.execute(
        "INSERT INTO request_ids (principal, request_id, content, response, created_at) VALUES (%s, 'r', %s, %s, %s)",
        ("local", wanted.content, b"theirs", store.now_s()),
    )
    late = opening(request=wanted)
    assert await behind(other, url, store.open_session(late)) == Known(Repeat.SETTLED, b"theirs")
    assert await store.find_session(late.session_id) is None


async def test_a_release_that_is_activated_meanwhile_is_the_only_one_to_begin_in(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    await store.deploy_release(NewRelease(BOT, RELEASE, b"m", {}), Activation(BOT, RELEASE))
    await store.deploy_release(NewRelease(BOT, B, b"m", {}))
    other.execute("UPDATE active_releases SET release_id = %s", (B,))
    late = opening(if_active=True)
    assert await behind(other, url, store.open_session(late)) == OtherActive(B)
    assert await store.find_session(late.session_id) is None


async def test_an_activation_waits_for_who_just_begins_in_the_release_before(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    await store.deploy_release(NewRelease(BOT, RELEASE, b"m", {}), Activation(BOT, RELEASE))
    await store.deploy_release(NewRelease(BOT, B, b"m", {}))
    other.execute("SELECT FROM active_releases FOR SHARE")
    row = await behind(other, url, store.activate_release(Activation(BOT, B)))
    assert row.release == B


async def test_who_begins_after_an_activation_came_waits_for_it(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    await store.deploy_release(NewRelease(BOT, RELEASE, b"m", {}), Activation(BOT, RELEASE))
    await store.deploy_release(NewRelease(BOT, B, b"m", {}))
    other.execute("SELECT FROM active_releases FOR SHARE")
    activating = await waits(url, store.activate_release(Activation(BOT, B)))
    late = await waits(url, store.open_session(opening(if_active=True)), 2)
    other.commit()
    assert (await activating).release == B
    assert await late == OtherActive(B)


async def test_a_release_that_is_deleted_meanwhile_is_not_stored(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("DELETE FROM releases")
    with pytest.raises(StoredDataCorrupt, match=f"{RELEASE} of bot {BOT} is not stored"):
        await behind(other, url, store.open_session(opening()))


async def test_a_release_is_not_deleted_when_a_session_gets_it_meanwhile(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    await open_session(store, standing=standing())
    await store.put_release(BOT, B, b"manifest", {})
    newest = ReleaseId("c" * 64)
    await store.put_release(BOT, newest, b"manifest", {})
    other.execute("UPDATE user_sessions SET release_id = %s", (B,))
    assert B not in await behind(other, url, store.drop_releases(BOT))
    assert await store.get_release(BOT, B) is not None


async def test_an_input_waits_for_the_turn_and_comes_behind_it(
    store: Store, url: str, other: psycopg.Connection[Any]
) -> None:
    row = await open_session(store)
    other.execute("UPDATE user_sessions SET accepted = accepted + 1")
    arguments = (row.session_id, "m", MessageId("m1"), content("a"), b"")
    assert await behind(other, url, store.accept_input(*arguments)) == 3


async def test_turns_that_are_committed_one_by_one_and_inputs_do_not_wait_for_each_other(
    store: Store, url: str
) -> None:
    rows = [await started_session(store) for _ in range(16)]
    for row in rows:
        await store.accept_input(row.session_id, "m", MessageId("m1"), content("a"), b"")
    commits = [turn(row, consumed=2, fence=True) for row in rows]
    results, *numbers = await asyncio.gather(
        store.commit_turns(commits),
        *(store.accept_input(row.session_id, "m", MessageId("m2"), content("a"), b"") for row in rows),
    )
    assert {type(result) for result in results} == {Committed}
    assert numbers == [3] * 16
    for row in rows:
        loaded = await store.load_session(row.session_id)
        assert loaded is not None
        assert [each.number for each in loaded.inputs] == [3]
    await store.close()
    assert counted(url, "deadlocks") == 0
