"""A young database knows its tables soon, so that turns do not go over all sessions until autovacuum comes."""

from __future__ import annotations

import psycopg

from botserver.store.abc import Committed
from botserver.store.postgres import open_store
from tests.conformance.store.builders import BOT, PROGRAM, RELEASE, commit, open_session, said, turn
from tests.servers import postgres

KNOWN = "SELECT min(reltuples) FROM pg_class WHERE oid IN ('user_sessions'::regclass, 'states'::regclass)"


def known(url: str) -> float:
    with psycopg.connect(url) as connection:
        row = connection.execute(KNOWN).fetchone()
    assert row is not None
    return float(row[0])


async def test_tables_of_a_new_database_are_looked_at_after_its_first_turns() -> None:
    url = postgres().new_database()
    store = await open_store(url)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    rows = [await open_session(store) for _ in range(64)]
    for row in rows[:-1]:
        await commit(store, turn(row, consumed=1))
    assert known(url) <= 0
    await commit(store, turn(rows[-1], consumed=1))
    assert known(url) == 64
    await store.close()


async def test_tables_that_are_known_are_left_to_the_database() -> None:
    url = postgres().new_database()
    store = await open_store(url)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    first = await open_session(store)
    await commit(store, turn(first, consumed=1))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    for _ in range(70):
        await commit(store, turn(await open_session(store), consumed=1))
    assert known(url) == 1
    await store.close()


async def test_a_plan_of_when_no_message_was_there_does_not_look_through_all_of_them_later() -> None:
    url = postgres().new_database()
    store = await open_store(url)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    ids = [(await open_session(store)).session_id for _ in range(32)]
    for revision in range(44):
        commits = []
        for session_id in ids:
            row = await store.find_session(session_id)
            assert row is not None
            messages = said(row.last_seq + 1, "hello", "you said") if revision > 32 else ()
            commits.append(turn(row, consumed=1, messages=messages))
        assert {type(result) for result in await store.commit_turns(commits)} == {Committed}
    await store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        [read] = connection.execute(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'conversations_pkey'"
        ).fetchall()
    assert read[0] <= len(ids)


async def test_a_plan_of_when_no_delivery_was_there_does_not_look_through_all_of_them_later() -> None:
    url = postgres().new_database()
    store = await open_store(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    rows = [await open_session(store) for _ in range(32)]
    for first_seq in (1, 3):
        commits = [
            turn(row, expected_revision=first_seq // 2, consumed=1, messages=said(first_seq, "a", "b"), deliver=True)
            for row in rows[:30]
        ]
        assert {type(result) for result in await store.commit_turns(commits)} == {Committed}
    await store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        [read] = connection.execute(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'deliveries_pkey'"
        ).fetchall()
    assert read[0] == 0
