"""Turns per second of the stores: `python -m benchmarks.store [--seconds S] [--folder DIR] [--postgres] [--json]`.

A turn here is what a small conversation commits: state of 1 KB, a user's message and the bot's, its message id and
reply. Sessions are many, so that pages are not always the same. Measured in one process, without VM and gRPC.

    lone        one turn after another, each answered before the next begins
    gathered    as many turns wait as the batch is large; one transaction each

`cpu_us_per_turn` is the CPU of this process, `database_us` that of a private PostgreSQL, with --postgres.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil

from botserver.clock import SystemClock
from botserver.ids import Digest, MessageId, ReleaseId, new_session_id
from botserver.model import Activity, Message, Role
from botserver.store.abc import Acceptance, Committed, Opened, Opening, Standing, State, Store, TurnCommit
from botserver.store.postgres import open_store as open_postgres
from botserver.store.sqlite import open_store
from tests.servers import PostgresServer

SESSIONS = 2_000
BATCHES = (1, 8, 64, 256)
STANDING = Standing(ReleaseId("r"), Activity.WAITING_INPUT, '{"kind":"input"}', 1024, extra=b"x" * 100)


@dataclass
class Talk:
    """Where the next turn of a session stands."""

    commit: TurnCommit
    turns: int = 0

    def next(self) -> TurnCommit:
        seq, n = 2 * self.turns + 1, MessageId(f"m{self.turns}")
        now = time.time()
        return replace(
            self.commit,
            expected_revision=self.turns,
            state=State(bytes([self.turns % 256]) * 1024),
            accept=Acceptance(n, Digest(b"d" * 32)),
            messages=(
                Message(seq, Role.USER, "two pizzas, please", now, message_id=n, turn=self.turns),
                Message(seq + 1, Role.BOT, "Which size would you like?", now, turn=self.turns),
            ),
            replies={n: b"r" * 200},
            fuel=100,
        )


async def open_talks(store: Store) -> list[Talk]:
    await store.put_release("bench", STANDING.release, b"", {})
    talks = []
    openings = [Opening(new_session_id(), "bench", "local", STANDING, "api", ttl_s=86_400.0) for _ in range(SESSIONS)]
    for result in await asyncio.gather(*(store.open_session(opening) for opening in openings)):
        assert isinstance(result, Opened)
        talks.append(Talk(TurnCommit(result.row.session_id, 0, STANDING)))
    return talks


async def measure(
    store: Store, talks: list[Talk], batch: int, seconds: float, server: PostgresServer | None = None
) -> dict[str, float]:
    began, cpu_began, turns, at = time.perf_counter(), time.process_time(), 0, 0
    latencies = []
    database_began = cpu_of(server)
    while time.perf_counter() - began < seconds:
        chosen = [talks[(at + n) % SESSIONS] for n in range(batch)]
        at += batch
        commits = [talk.next() for talk in chosen]
        started = time.perf_counter()
        results = await store.commit_turns(commits)
        latencies.append(time.perf_counter() - started)
        assert all(isinstance(result, Committed) for result in results), results
        for talk in chosen:
            talk.turns += 1
        turns += batch
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    database = cpu_of(server) - database_began
    latencies.sort()
    figures = {
        "turns_per_s": round(turns / wall),
        "cpu_us_per_turn": round(cpu / turns * 1e6, 1),
        "p50_ms": round(latencies[len(latencies) // 2] * 1e3, 3),
        "p99_ms": round(latencies[len(latencies) * 99 // 100] * 1e3, 3),
    }
    return figures if server is None else figures | {"database_us": round(database / turns * 1e6, 1)}


def cpu_of(server: PostgresServer | None) -> float:
    """Seconds of all processes of a database."""
    if server is None:
        return 0.0
    spent = 0.0
    for process in psutil.Process(server.pid).children():
        with suppress(psutil.Error):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--folder", type=Path, help="where the database is made; a temporary folder")
    parser.add_argument("--postgres", action="store_true", help="a private one with fsync as well")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report: dict[str, object] = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, ExitStack() as stack:
        stores: list[tuple[str, Store, PostgresServer | None]] = [
            ("file", open_store(Path(folder) / "bench.db", SystemClock()), None),
            ("memory", open_store(None, SystemClock()), None),
        ]
        if options.postgres:
            server = PostgresServer(durable=True)
            stack.callback(server.close)
            server.start()
            stores.append(("postgres", await open_postgres(server.new_database()), server))
        for name, store, server_of in stores:
            talks = await open_talks(store)
            for batch in BATCHES:
                figures = await measure(store, talks, batch, options.seconds, server_of)
                report[f"{name}, {'lone' if batch == 1 else f'{batch} gathered'}"] = figures
                if not options.json:
                    print(f"{name:8} batch {batch:4}  " + "  ".join(f"{k} {v}" for k, v in figures.items()))
            await store.close()
    if options.json:
        print(json.dumps(report, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
