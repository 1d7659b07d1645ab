"""What a turn costs in a session that holds 8 MB it does not touch.

    python -m benchmarks.untouched [--turns N] [--json]

Sessions that hold nothing, and 8 MB as one string in a script variable, as 100 session variables of 80 KB, as an array
of 80,000 short strings in one session variable, and as 200,000 small objects in script variables (which are encoded
whole at each wait, so this one pays). Turns, saves and branches of all of them alternate, on SQLite and on a private
PostgreSQL, both with full durability.

    …_ms       median time of a turn, a SaveSession, a BranchSession
    …_ratio    over that of the session that holds nothing, of the same run
    …_bytes    mean growth of the database's log by it, less that of the session that holds nothing; SQLite logs whole
               pages of 4 KB, so a few bytes more are a page or two now and then
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg

from botserver.clock import SystemClock
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.language.package import load_package
from botserver.model import LOCAL, Incoming, OpenRequest
from botserver.session.releases import Releases
from botserver.session.sessions import Sessions
from botserver.store import postgres, sqlite
from botserver.store.abc import Store
from botserver.vm.machine import choose_vm
from tests.servers import PostgresServer

EMPTY = "empty"
HOLDS = {
    EMPTY: "",
    "one_string": 's = REPEAT("x", 8000000)',
    "hundred_variables": 'FOR i = 1 TO 100\nSET "v" & i, REPEAT("x", 80000) & i\nNEXT',
    "one_array": 'a = RANGE(1, 80000)\nFOR i = 0 TO 79999\na[i] = REPEAT("y", 90) & i\nNEXT\nSET "a", a\na = NULL',
    "small_objects": "o = RANGE(1, 200000)\nFOR i = 0 TO 199999\no[i] = [i]\nNEXT",
}
TALK = '\nDO\nHEAR word\nsaid = said + 1\nTALK "${said} ${word}"\nLOOP\n'
CONFIG = "session-memory-limit,64MB\nmax-turn-steps,200000000\n"
Log = Callable[[], int]


def _write_bots(folder: Path) -> None:
    for name, script in HOLDS.items():
        package = folder / f"{name}.gbai"
        (package / f"{name}.gbdialog").mkdir(parents=True)
        (package / f"{name}.gbot").mkdir()
        (package / f"{name}.gbdialog/start.bas").write_text(script + TALK, encoding="utf-8")
        (package / f"{name}.gbot/config.csv").write_text(CONFIG, encoding="utf-8")


async def _measure(store: Store, folder: Path, log: Log, turns: int) -> dict[str, dict[str, float]]:
    releases = Releases(store)
    for name in HOLDS:
        await releases.activate(load_package(folder / f"{name}.gbai"))
    sessions = Sessions(store, releases, choose_vm())
    await sessions.start()
    ids: dict[str, SessionId] = {}
    for name in HOLDS:
        ids[name] = new_session_id()
        _, reply = await sessions.create_session(OpenRequest(name, LOCAL, session_id=ids[name]))
        if reply.fault is not None:
            raise SystemExit(f"{name}: {reply.fault.message}")
    spent: dict[tuple[str, str], list[float]] = defaultdict(list)
    grown: dict[tuple[str, str], list[float]] = defaultdict(list)

    async def take(what: str, name: str, work: Awaitable[object]) -> None:
        size, began_s = log(), time.perf_counter()
        await work
        spent[what, name].append(time.perf_counter() - began_s)
        grown[what, name].append(log() - size)

    for turn in range(turns):
        for name, session_id in ids.items():
            incoming = Incoming(MessageId(f"m{turn}"), text="two pizzas")
            await take("turn", name, sessions.send_message(LOCAL, session_id, incoming))
            if turn % 4 == 0:
                await take("save", name, sessions.save_session(LOCAL, session_id))
                await take("branch", name, sessions.branch_session(LOCAL, session_id))
    await sessions.drain()
    await sessions.close()
    return _figures(spent, grown)


def _figures(
    spent: dict[tuple[str, str], list[float]], grown: dict[tuple[str, str], list[float]]
) -> dict[str, dict[str, float]]:
    figures: dict[str, dict[str, float]] = {name: {} for name in HOLDS}
    for what, name in spent:
        took_s, least_s = statistics.median(spent[what, name]), statistics.median(spent[what, EMPTY])
        more = statistics.mean(grown[what, name]) - statistics.mean(grown[what, EMPTY])
        figures[name] |= {f"{what}_ms": took_s * 1e3, f"{what}_ratio": took_s / least_s, f"{what}_bytes": more}
    return figures


async def _on_sqlite(folder: Path, turns: int) -> dict[str, dict[str, float]]:
    store = sqlite.open_store(folder / "untouched.db", SystemClock())
    wal = folder / "untouched.db-wal"
    figures = await _measure(store, folder, lambda: _wal_position(wal), turns)
    await store.close()
    return figures


def _wal_position(path: Path) -> int:
    """Bytes of the log in use: its file keeps its size when it starts over, its frames tell their salt."""
    data = path.read_bytes() if path.exists() else b""
    page = int.from_bytes(data[8:12], "big") + 24 if data else 1
    salt, end = data[16:24], 32
    while data[end + 8 : end + 16] == salt and salt:
        end += page
    return end


async def _on_postgres(folder: Path, turns: int) -> dict[str, dict[str, float]]:
    server = PostgresServer()
    server.start()
    try:
        url = server.new_database()
        store = await postgres.open_store(url)
        with psycopg.connect(url, autocommit=True) as connection:

            def position() -> int:
                row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
                assert row is not None
                return int(row[0])

            figures = await _measure(store, folder, position, turns)
        await store.close()
        return figures
    finally:
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=60, help="of each session (default: 60)")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for database, measure in (("sqlite", _on_sqlite), ("postgres", _on_postgres)):
        with tempfile.TemporaryDirectory() as name:
            _write_bots(Path(name))
            figures[database] = asyncio.run(measure(Path(name), options.turns))
    if options.json:
        print(json.dumps(figures))
        return
    for database, sessions in figures.items():
        for session, values in sessions.items():
            shown = "  ".join(f"{name} {value:.2f}" for name, value in values.items())
            print(f"{database:9} {session:18} {shown}")


if __name__ == "__main__":
    main()
