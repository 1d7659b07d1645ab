"""A statement is planned once a connection, perhaps while nothing is stored. However much is stored later, it reads the
rows of its own sessions and no others."""

from __future__ import annotations

import psycopg
import pytest

from botserver.limits import Retention
from botserver.model import UserInfo
from botserver.store.abc import Committed, MemoryWrite, SessionRow
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
    said,
    turn,
)
from tests.servers import postgres

OTHERS = 2_000
TABLES = ("user_sessions", "states", "message_ids", "conversations", "inputs", "due", "deliveries", "session_updates")
KEPT = Retention(turns=1, messages=1, message_ids=2, deliveries=1)


async def opened(url: str, look: str) -> PostgresStore:
    store = await open_store(url, retention=KEPT)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(look.encode())
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    return store


async def session_with_all(store: PostgresStore) -> SessionRow:
    """One with an input that waits, a timer, messages, ids and deliveries."""
    row = await open_session(store, user=UserInfo("u"))
    await commit(store, turn(row, consumed=1, messages=said(1, "hello"), deliver=True))
    for n in (2, 3):
        row = await read(store, row.session_id)
        accept = accepted(f"m{n}")
        await commit(
            store,
            turn(
                row,
                accept=accept,
                replies={accept.message_id: b"reply"},
                messages=said(n, "hello"),
                deliver=True,
                timer_in_s=500.0,
            ),
        )
    waiting = accepted("waits").message_id
    await store.accept_input(row.session_id, "text", waiting, content("waits"), b"payload")
    return await read(store, row.session_id)


def copy(url: str, row: SessionRow) -> None:
    """Others like this session, beside it in all tables, users and bot memory."""
    with psycopg.connect(url, autocommit=True) as connection:
        [(number,)] = connection.execute(
            "SELECT session_row FROM user_sessions WHERE session_id = %s", (row.session_id,)
        ).fetchall()
        for table in TABLES[:-1]:  # the last one is the database's own
            columns = [
                name
                for (name,) in connection.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,)
                )
            ]
            fresh = {"session_row": "session_row + 1000 + n"}
            if table == "user_sessions":
                fresh |= {"session_id": "session_id || n", "family": "family || n"}
            connection.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"SELECT {', '.join(fresh.get(name, name) for name in columns)} "
                f"FROM {table}, generate_series(1, {OTHERS}) n WHERE session_row = {number}".encode()
            )
        connection.execute(
            "INSERT INTO users (principal, user_id, name, email, phone) "
            f"SELECT 'local', 'u' || n, '', '', '' FROM generate_series(1, {OTHERS}) n".encode()
        )
        connection.execute(
            "INSERT INTO bot_memories (bot, key, value, version, updated_at) "
            f"SELECT %s, 'key' || n, 'x', 1, 0 FROM generate_series(1, {OTHERS}) n",
            (BOT,),
        )


def rows_read(url: str) -> dict[str, int]:
    """Of each table and each index, since the database is there."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        return dict(
            connection.execute(
                "SELECT relname, seq_tup_read FROM pg_stat_user_tables "
                "UNION ALL SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes"
            ).fetchall()
        )


@pytest.mark.parametrize("look", ["SELECT", "ANALYZE"])
async def test_a_plan_of_when_nothing_was_there_reads_no_rows_of_other_sessions_later(look: str) -> None:
    url = postgres().new_database()
    store = await opened(url, look)
    row = await session_with_all(store)
    copy(url, row)
    before = rows_read(url)
    result = await store.commit_turns(
        [
            turn(
                row,
                consumed=row.accepted,
                replies={accepted("waits").message_id: b"reply"},
                messages=said(row.last_seq + 1, "hello"),
                memory=[MemoryWrite(BOT, "key7", b"new", 1)],
                deliver=True,
            )
        ]
    )
    assert [type(each) for each in result] == [Committed]
    await store.close()
    after = rows_read(url)
    assert {name for name in after if after[name] - before[name] > OTHERS // 10} == set()


@pytest.mark.parametrize("look", ["SELECT", "ANALYZE"])
async def test_a_session_is_loaded_without_reading_rows_of_others_whenever_that_was_planned(look: str) -> None:
    url = postgres().new_database()
    store = await opened(url, look)
    row = await session_with_all(store)
    await commit(store, turn(row, consumed=row.accepted))
    for _ in range(40):
        await store.load_session(row.session_id)
        await store.find_session(row.session_id)
    copy(url, row)
    before = rows_read(url)
    for _ in range(40):
        await store.load_session(row.session_id)
        await store.find_session(row.session_id)
    await store.close()
    after = rows_read(url)
    assert {name: after[name] - before[name] for name in after if after[name] - before[name] > 80 * 20} == {}
