"""Databases of before a step keep what they hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from botserver.clock import ManualClock
from botserver.ids import SessionId
from botserver.store.abc import Committed, State, Store
from botserver.store.postgres import open_store as open_postgres
from botserver.store.postgres.schema import in_postgres
from botserver.store.queries import SessionOrder, SessionQuery
from botserver.store.sql.migrations import migrations
from botserver.store.sqlite import open_store
from tests.conformance.store.builders import accepted, commit, large, read, said, turn
from tests.servers import postgres

OBJECTS = large(b"x" * 5000)
(DIGEST,) = OBJECTS
IDS = [SessionId(f"00000000-0000-4000-8000-{n:012}") for n in range(3)]
RELEASE = "a" * 64


def filled(n: int) -> list[tuple[str, tuple[Any, ...]]]:
    """A session as it was written before step 13. The first one has a large object."""
    standing = (RELEASE, "waiting_input", "", 0, "bot", b"")
    return [
        (
            (
                "INSERT INTO user_sessions (session_row, session_id, family, bot, owner_principal, channel, alias, "
                "state, release_id, activity, waiting_for, memory_bytes, owner, extra, revision, epoch, accepted, "
                "consumed, first_seq, last_seq, message_count, fuel_total, updated_at, expires_at, labels, metadata, "
                "ttl_s, created_at) VALUES (?, ?, ?, 'shop', 'local', 'api', '', 'open', ?, ?, ?, ?, ?, ?, 1, 0, 1, 1, "
                "1, 1, 1, 0, ?, 2e9, '{}', '{}', 3600.0, 1.0)"
            ),
            (n + 1, IDS[n], IDS[n], *standing, 1e9 - 500.0 * n),
        ),
        (
            (
                "INSERT INTO states (session_row, name, label, revision, root, large, created_at, release_id, "
                "activity, waiting_for, memory_bytes, owner, extra) VALUES (?, '', '', 1, ?, ?, 1.0, ?, ?, ?, ?, ?, ?)"
            ),
            (n + 1, b"root", DIGEST if n == 0 else b"", *standing),
        ),
        (
            (
                "INSERT INTO message_ids (session_row, number, message_id, content, accepted_at, reply, expired) "
                "VALUES (?, 1, 'm1', ?, 1.0, ?, 0)"
            ),
            (n + 1, b"c", b"reply"),
        ),
        (
            (
                "INSERT INTO conversations (session_row, seq, role, text, suggestions, turn, author, address, image, "
                "created_at) VALUES (?, 1, 'user', 'hello', '', 1, '', '', '', 1.0)"
            ),
            (n + 1,),
        ),
    ]


def content() -> list[tuple[str, tuple[Any, ...]]]:
    return [
        ("INSERT INTO releases (bot, release_id, manifest, created_at) VALUES ('shop', ?, ?, 1.0)", (RELEASE, b"")),
        *[each for n in range(len(IDS)) for each in filled(n)],
        ("INSERT INTO large_objects (family, digest, object) VALUES (?, ?, ?)", (IDS[0], DIGEST, OBJECTS[DIGEST])),
    ]


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Opened now, filled by steps before 13."""
    steps = [(number, script) for number, script in migrations() if number < 13]
    if request.param == "sqlite":
        path = tmp_path / "old.db"
        file = sqlite3.connect(path, isolation_level=None)
        for number, script in steps:
            file.executescript(f"{script}\nPRAGMA user_version = {number};")
        for statement, values in content():
            file.execute(statement, values)
        file.close()
        return open_store(path, ManualClock())
    url = postgres().new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE schema_steps (number BIGINT PRIMARY KEY)")
        for number, script in steps:
            connection.execute(in_postgres(script).encode())
            connection.execute("INSERT INTO schema_steps (number) VALUES (%s)", (number,))
        for statement, values in content():
            connection.execute(statement.replace("?", "%s").encode(), values)
        connection.execute("SELECT setval(pg_get_serial_sequence('user_sessions', 'session_row'), 100)")
    return await open_postgres(url, ManualClock())


async def test_sessions_of_an_old_database_go_on(store: Store) -> None:
    listed = await store.list_sessions(SessionQuery("local", order=SessionOrder.UPDATED))
    assert [row.session_id for row in listed] == IDS
    loaded = await store.load_session(IDS[0])
    assert loaded is not None
    assert loaded.state == State(b"root", (DIGEST,))
    assert await store.load_large_objects(IDS[0], [DIGEST]) == OBJECTS
    for n in range(2, 30):
        rows = [await read(store, session_id) for session_id in IDS]
        commits = [
            turn(
                row,
                accept=accepted(f"m{n}"),
                messages=said(row.last_seq + 1, "a"),
                state=State(b"r", (DIGEST,) if n < 5 and row.session_id == IDS[0] else ()),
            )
            for row in rows
        ]
        assert all(isinstance(result, Committed) for result in await store.commit_turns(commits))
    assert [message.text for message in await store.list_messages(IDS[1], 2)] == ["hello", "a"]
    (checkpoint, *_) = await store.list_checkpoints(IDS[0])
    assert checkpoint.revision == 29
    assert checkpoint.size_bytes == 1
    await commit(store, turn(await read(store, IDS[2])))
    await store.close()
