"""`botserver migrate`, and servers that start at once: on files and on PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from botserver.store.sql.migrations import migrations
from tests.faults.packages import write_bot
from tests.live import COMMAND, LiveServer, environment
from tests.servers import postgres

ALL = [number for number, _ in migrations()]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/a.db" if request.param == "sqlite" else postgres().new_database()


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "migrate", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(),
    )


def migrate(folder: Path, *words: str) -> tuple[int, str, str]:
    process = start(folder, *words)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def serving(folder: Path, url: str) -> list[str]:
    return ["serve", str(folder / "bots"), "--metrics", "off", "--listen", "127.0.0.1:0", "--database", url]


def told(folder: Path, *words: str) -> dict[str, Any]:
    code, out, err = migrate(folder, *words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_status_tells_and_apply_does_once(tmp_path: Path, url: str) -> None:
    before = told(tmp_path, "status", "--database", url)
    assert (before["applied"], before["known"], before["pending"]) == ([], [], ALL)
    done = told(tmp_path, "--database", url)
    assert (done["applied"], done["known"], done["pending"]) == (ALL, [], [])
    again = told(tmp_path, "apply", "--database", url)
    assert (again["applied"], again["known"], again["pending"]) == ([], ALL, [])
    assert "up to date" in migrate(tmp_path, "status", "--database", url)[1]


def test_status_makes_no_file(tmp_path: Path) -> None:
    told(tmp_path, "status", "--database", "none.db")
    assert not list(tmp_path.iterdir())


def test_two_processes_at_once_take_turns(tmp_path: Path) -> None:
    url = postgres().new_database()
    processes = [start(tmp_path, "--database", url, "--json") for _ in range(3)]
    found = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert sorted(len(each["applied"]) for each in found) == [0, 0, len(ALL)]


def test_servers_that_start_at_once_on_an_empty_database_all_serve(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "a", {"start": "TALK 1"})
    url = postgres().new_database()
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    servers = [
        subprocess.Popen(
            [*COMMAND, *serving(tmp_path, url)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=folder,
            env=environment(),
        )
        for folder in folders
    ]
    try:
        for server in servers:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("serving a on ")
    finally:
        for server in servers:
            server.kill()
            server.communicate()


def lack_a_step(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE chores")
        connection.execute("ALTER TABLE user_sessions DROP COLUMN kept_s")
        connection.execute("DELETE FROM schema_steps WHERE number = 9")


def test_server_refuses_a_database_that_is_behind_until_it_is_migrated(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "a", {"start": "TALK 1"})
    url = postgres().new_database()
    told(tmp_path, "--database", url)
    lack_a_step(url)
    refused = subprocess.run(
        [*COMMAND, *serving(tmp_path, url)],
        capture_output=True, text=True, env=environment(), cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode == 3
    assert "run botserver migrate" in refused.stderr
    assert told(tmp_path, "--database", url)["applied"] == [9]
    with LiveServer(tmp_path / "bots", "--database", url, folder=tmp_path):
        pass


def test_newer_database_is_refused_and_left_alone(tmp_path: Path, url: str) -> None:
    told(tmp_path, "--database", url)
    newer = ALL[-1] + 1
    statement = f"INSERT INTO schema_steps (number) VALUES ({newer})"
    if url.startswith("sqlite"):
        with sqlite3.connect(tmp_path / "a.db") as connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(statement)
    for action in ("status", "apply"):
        code, _, err = migrate(tmp_path, action, "--database", url)
        assert code == 3
        assert f"has schema {newer}, this server knows up to {ALL[-1]}" in err


def test_file_in_use_is_not_touched(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "a", {"start": "TALK 1"})
    with LiveServer(tmp_path / "bots", "--database", "a.db", folder=tmp_path):
        code, _, err = migrate(tmp_path, "--database", "a.db")
        assert code == 3
        assert "in use by another process" in err
        assert "up to date" in migrate(tmp_path, "status", "--database", "a.db")[1]


def test_step_that_fails_leaves_nothing_half_done(tmp_path: Path) -> None:
    url = postgres().new_database()
    told(tmp_path, "--database", url)
    lack_a_step(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE user_sessions ADD COLUMN kept_s REAL")  # in the way of the step's second half
    code, _, err = migrate(tmp_path, "--database", url)
    assert code == 3
    assert "kept_s" in err
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SELECT to_regclass('chores')").fetchone() == (None,)
