"""What one node on PostgreSQL spends on a message, and what a message leaves behind: the numbers of docs/scaling.md.

    python -m benchmarks.node [--messages 6000] [--sessions 400] [--concurrency 32] [--workers 1] [--json]

`botserver serve --workers N` on a private PostgreSQL (without fsync) answers a bot that waits in HEAR inside a loop and
writes bot memory in one message of ten. Figures are CPU times of processes, so that work beside them matters little.

    server_us       CPU of all server processes a message
    database_us     CPU of all PostgreSQL processes a message
    wal_bytes       what the database writes ahead a message
    stored_bytes    by how much it grew a message, with indexes, after VACUUM
    session_bytes   by how much it grew a session that was opened and said nothing
    worker_bytes    resident memory of a worker, the most
    per_second      messages answered a second here, where client, server and database share the machine
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
from botserver_client import AsyncBotserverClient

from tests.faults.packages import write_bot
from tests.live import LiveServer
from tests.servers import PostgresServer

from .servers import cpu_s

BOT = """\
DO
    HEAR word
    n = n + 1
    IF n MOD 10 = 0 THEN SET BOT MEMORY "m" & (n MOD 97), n
    TALK "You said ${word}, and that was number ${n}."
LOOP
"""


class Meter:
    """CPU and bytes of a server and its database, since it was made."""

    def __init__(self, server: LiveServer, database: PostgresServer, url: str) -> None:
        self._server = psutil.Process(server.process.pid)
        self._database = psutil.Process(database.pid)
        self._url = url
        self._began = self._now()

    def _now(self) -> tuple[float, float, int, int]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("VACUUM")
            row = connection.execute(
                "SELECT pg_current_wal_insert_lsn() - '0/0', pg_database_size(current_database())"
            ).fetchone()
        assert row is not None
        processes = (self._server, self._database)
        server_s, database_s = (sum(map(cpu_s, (one, *one.children(recursive=True)))) for one in processes)
        return server_s, database_s, int(row[0]), int(row[1])

    def read(self) -> dict[str, float]:
        server_s, database_s, wal, size = (now - then for now, then in zip(self._now(), self._began, strict=True))
        return {"server_s": server_s, "database_s": database_s, "wal": wal, "size": size}

    @property
    def worker_bytes(self) -> int:
        processes = self._server.children() or [self._server]
        return max(int(process.memory_info().rss) for process in processes)


async def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    database = PostgresServer()
    database.start()
    try:
        url = database.new_database()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_bot(folder / "bots", "bot", {"start": BOT})
            options = ["--no-reload", "--log-level", "error", "--database", url, "--workers", str(arguments.workers)]
            with LiveServer(folder / "bots", *options, folder=folder) as server:
                return await drive(arguments, server, database, url)
    finally:
        database.close()


async def drive(
    arguments: argparse.Namespace, server: LiveServer, database: PostgresServer, url: str
) -> dict[str, Any]:
    clients = [AsyncBotserverClient(server.address) for _ in range(min(8, arguments.concurrency))]
    opening = Meter(server, database, url)
    ids = [(await clients[n % len(clients)].create_session("bot"))[0].session_id for n in range(arguments.sessions)]
    opened = opening.read()
    meter, began_s = Meter(server, database, url), time.monotonic()
    share = arguments.messages // arguments.concurrency

    async def talk(n: int) -> None:
        own = ids[n :: arguments.concurrency]
        for turn in range(share):
            await clients[n % len(clients)].send_message(own[turn % len(own)], "hello there")

    await asyncio.gather(*(talk(n) for n in range(arguments.concurrency)))
    seconds, spent, messages = time.monotonic() - began_s, meter.read(), share * arguments.concurrency
    worker_bytes = meter.worker_bytes
    for client in clients:
        await client.close()
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "workers": arguments.workers,
        "messages": messages,
        "server_us": round(spent["server_s"] / messages * 1e6),
        "database_us": round(spent["database_s"] / messages * 1e6),
        "wal_bytes": round(spent["wal"] / messages),
        "stored_bytes": round(spent["size"] / messages),
        "session_bytes": round(opened["size"] / arguments.sessions),
        "worker_bytes": worker_bytes,
        "per_second": round(messages / seconds),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=6_000)
    parser.add_argument("--sessions", type=int, default=400)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = asyncio.run(measure(arguments))
    if arguments.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:15} {value:,}" if isinstance(value, int) else f"{name:15} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
