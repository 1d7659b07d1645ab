"""What ten hostile sessions do to 990 others, beside a process outside that burns as much CPU.

    python -m benchmarks.fairness [--rate 100] [--seconds 8] [--rounds 3] [--json]

One `botserver serve` on SQLite. 990 sessions talk at a rate, their times counted from when a message should have been
sent. Ten sessions run into endless loops and grow strings without end, and are sent again when their script was
stopped. Rounds alternate: quiet, which tells what the 990 cost alone; hostile, which tells what the ten burn beside
that; outside, where processes burn as much. The ratio is that of the medians over the rounds of each p99.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from math import ceil
from pathlib import Path

import psutil
import uvloop
from botserver_client import AsyncBotserverClient, BotserverError

from botserver.ids import SessionId, new_session_id
from tests.live import ROOT

from .load import at_rate, open_sessions, percentile
from .servers import Server, cpu_s, serving, started

BOTS = ROOT / "tests/faults/bots"
NEIGHBOURS = 990
HOSTILE = 10
DEEDS = ("loop", "string")
BURN = """
import sys, time
share, began = float(sys.argv[1]), time.perf_counter()
while True:
    ahead = time.process_time() - share * (time.perf_counter() - began)
    if ahead > 0.002: time.sleep(ahead / share)
"""
"""Uses a share of a core."""


@asynccontextmanager
async def hostile(address: str) -> AsyncIterator[None]:
    """Sessions that are opened anew whenever one is stopped."""
    async with AsyncBotserverClient(address) as client:
        running: dict[int, str] = {}

        async def run(number: int) -> None:
            while True:
                session_id = running[number] = new_session_id()
                deed = DEEDS[number % len(DEEDS)]
                try:
                    await client.create_session("hostile", session_id=session_id, params={"deed": deed})
                except BotserverError:  # refused while the server is full: it comes again
                    await asyncio.sleep(0.01)

        tasks = [asyncio.create_task(run(number)) for number in range(HOSTILE)]
        await asyncio.sleep(0.5)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for session_id in running.values():
                with suppress(BotserverError):  # the last one may not have come so far
                    await client.end_session(session_id)


@contextmanager
def outside(cores: float) -> Iterator[list[psutil.Process]]:
    """Processes that together use so many cores."""
    count = max(1, ceil(cores))
    command = [sys.executable, "-S", "-c", BURN, str(cores / count)]
    processes = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield [psutil.Process(process.pid) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()


class Street:
    """The 990, and what they and others cost."""

    def __init__(self, server: Server, ids: list[SessionId], rate: float, seconds: float) -> None:
        self._server, self._ids, self._rate, self._seconds = server, ids, rate, seconds
        self._rounds = 0

    async def live(self) -> tuple[float, float]:
        """p99 in seconds, and the cores the server used meanwhile."""
        self._rounds += 1
        before_s, began_s = self._server.cpu_s(), time.monotonic()
        times = await at_rate(self._server.address, self._ids, self._rate, self._seconds, f"r{self._rounds}")
        cores = (self._server.cpu_s() - before_s) / (time.monotonic() - began_s)
        return percentile(times, 0.99), cores


async def measure(rate: float, seconds: float, rounds: int) -> dict[str, float]:
    p99s: dict[str, list[float]] = defaultdict(list)
    cores: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name, started(*serving(BOTS, Path(name) / "fair.db")) as server:
        ids, _ = await open_sessions(server.address, NEIGHBOURS, "neighbour")
        street = Street(server, ids, rate, seconds)
        await street.live()
        for _ in range(rounds):
            p99, quiet_cores = await street.live()
            p99s["quiet"].append(p99)
            async with hostile(server.address):
                p99, used = await street.live()
            p99s["hostile"].append(p99)
            cores["hostile"].append(max(0.05, used - quiet_cores))
            with outside(cores["hostile"][-1]) as burning:
                before_s, began_s = sum(map(cpu_s, burning)), time.monotonic()
                p99s["outside"].append((await street.live())[0])
                cores["outside"].append((sum(map(cpu_s, burning)) - before_s) / (time.monotonic() - began_s))
    found = {f"{kind}_p99_ms": round(statistics.median(values) * 1e3, 2) for kind, values in p99s.items()}
    burnt = {f"{kind}_cores": round(statistics.median(values), 2) for kind, values in cores.items()}
    return {**found, **burnt, "ratio": round(found["hostile_p99_ms"] / found["outside_p99_ms"], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second of the 990 (default: 100)")
    parser.add_argument("--seconds", type=float, default=8.0, help="of a round (default: 8)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = uvloop.run(measure(options.rate, options.seconds, options.rounds))
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:16} {figure}")


if __name__ == "__main__":
    main()
