"""The database file: who may open it, and what is said when it cannot be opened."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.errors import DatabaseLocked, DatabaseTooNew, DatabaseUnusable
from botserver.store.sql.migrations import migrations
from botserver.store.sqlite import open_store

OPEN_AND_DIE = """
import os, sys
from pathlib import Path
from botserver.clock import SystemClock
from botserver.store.sqlite import open_store
store = open_store(Path(sys.argv[1]), SystemClock())
print("open", flush=True)
sys.stdin.read()
os._exit(9)
"""


async def test_a_second_store_on_the_file_is_refused_and_the_owner_named(tmp_path: Path) -> None:
    first = open_store(tmp_path / "a.db", ManualClock())
    with pytest.raises(DatabaseLocked, match=f"pid {os.getpid()}"):
        open_store(tmp_path / "a.db", ManualClock())
    await first.close()
    await open_store(tmp_path / "a.db", ManualClock()).close()


async def test_another_process_holds_the_file_until_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        OPEN_AND_DIE,
        str(path),
        cwd=Path(__file__).parents[4],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"open\n"
    with pytest.raises(DatabaseLocked, match=f"pid {process.pid}"):
        open_store(path, ManualClock())
    process.kill()
    await process.communicate()
    await open_store(path, ManualClock()).close()


async def test_a_path_through_a_link_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    store = open_store(tmp_path / "a.db", ManualClock())
    with pytest.raises(DatabaseLocked):
        open_store(tmp_path / "link.db", ManualClock())
    await store.close()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    newer = migrations()[-1][0] + 1
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {newer}")
    connection.close()
    with pytest.raises(DatabaseTooNew) as caught:
        open_store(path, ManualClock())
    assert (caught.value.data["found"], caught.value.data["known"]) == (newer, newer - 1)
    with pytest.raises(DatabaseTooNew):  # the lock was let go
        open_store(path, ManualClock())


@pytest.mark.parametrize("name", ["missing/folder/a.db", "file.txt/a.db", "."])
def test_a_path_that_cannot_be_opened_says_why(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(DatabaseUnusable, match="cannot open database"):
        open_store(tmp_path / name, ManualClock())


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database, certainly" * 100)
    with pytest.raises(DatabaseUnusable):
        open_store(path, ManualClock())
    assert path.read_bytes().startswith(b"not a database")


async def test_a_database_opens_again_with_its_schema(tmp_path: Path) -> None:
    for _ in range(2):
        await open_store(tmp_path / "a.db", ManualClock()).close()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations()[-1][0]
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {"users", "user_sessions", "conversations", "bot_memories"} <= tables


def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))


async def test_a_step_that_landed_after_later_ones_is_made_up_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await open_store(path, ManualClock()).close()
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE delivery_queues; DROP TABLE deliveries;")
        connection.execute("DROP INDEX user_sessions_by_channel_alias")
        connection.execute("DELETE FROM schema_steps WHERE number = 7")
    connection.close()
    await open_store(path, ManualClock()).close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations()[-1][0]
        assert connection.execute("SELECT count(*) FROM deliveries").fetchone()[0] == 0
    connection.close()


async def test_a_database_that_remembers_only_its_last_step_has_all_before(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await open_store(path, ManualClock()).close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE schema_steps")
    connection.close()
    for _ in range(2):
        await open_store(path, ManualClock()).close()
    with sqlite3.connect(path) as connection:
        steps = [number for (number,) in connection.execute("SELECT number FROM schema_steps ORDER BY number")]
    connection.close()
    assert steps == [number for number, _ in migrations()]


async def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.db", ManualClock())
    await store.close()
    await store.close()
