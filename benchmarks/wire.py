"""What a message over gRPC costs the server, beside a bare grpc.aio echo of the same messages and settings.

    python -m benchmarks.wire [--only cpu|tail|workers] [--messages 3200] [--rounds 3] [--seconds 5] [--json]

    cpu       microseconds of server CPU a message, by SendMessage and on streams of Converse with 1 and 16 messages a
              frame, and how many times the messages of the unary echo a CPU second carries. `echo` is bare grpc.aio,
              `ready` botserver.rpc over a session service that answers from memory, `sqlite` and `postgres` are
              `botserver serve` with full durability and a bot that waits in HEAR inside a loop
    tail      p50 and p99 at 1,000 sessions that all talk, each once a second, more than most users do; times count from
              when a message should have been sent. `in memory` is the same server on a file system in memory, `disk` a
              program that appends 12 KB with fdatasync as often, as a turn that is alone does
    workers   messages a second of one process and of `--workers 2` on one PostgreSQL, where server, database and load
              share the machine, and the CPU of the server's processes a message

All in one run, in alternating rounds, each variant a process of its own driven by this one. CPU is the least of the
rounds, rates are the best, and percentiles the least.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import uvloop

from botserver.ids import SessionId
from tests.faults.packages import write_bot
from tests.servers import PostgresServer

from .inside import BOT
from .load import Drive, at_rate, calls, frames, open_sessions, percentile
from .servers import READY, Server, echo, serving, started

SESSIONS = 1_000
EACH_PER_S = 1.0
APPENDED_BYTES = 12_288
IN_MEMORY = Path("/dev/shm")  # a file system of Linux
T = TypeVar("T")
LANES = 64  # calls at once, or streams with one message a frame, as the echoes of the goals were measured with
STREAMS = 16  # with sixteen
PARTS = ("cpu", "tail", "workers")
Figures = dict[str, dict[str, float]]


@dataclass
class Variant:
    server: Server
    drive: Drive
    ids: list[SessionId]
    cpu_us: float = float("inf")
    per_second: float = 0.0

    def run(self, messages: int, label: str) -> None:
        before_s, began_s = self.server.cpu_s(), time.perf_counter()
        uvloop.run(self.drive(self.server.address, self.ids, messages, label))
        rate = messages / (time.perf_counter() - began_s)
        self.per_second = max(rate, self.per_second)
        self.cpu_us = min(self.cpu_us, (self.server.cpu_s() - before_s) / messages * 1e6)


class Bench:
    """Servers that run until the end, started when they are first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write_bot(self.folder / "bots", "bench", {"start": BOT})
        self._database: PostgresServer | None = None

    def new_database(self) -> str:
        if self._database is None:
            self._database = PostgresServer(durable=True)
            self._stack.callback(self._database.close)
            self._database.start()
        return self._database.new_database()

    def serve(self, database: Path | str, *options: str) -> Server:
        return self.start(serving(self.folder / "bots", database, *options))

    def start(self, command: list[str]) -> Server:
        return self.enter(started(*command))

    def enter(self, context: AbstractContextManager[T]) -> T:
        return self._stack.enter_context(context)


def measure_cpu(bench: Bench, messages: int, rounds: int) -> Figures:
    servers = {"sqlite": bench.serve(bench.folder / "cpu.db"), "postgres": bench.serve(bench.new_database())}
    talks = {name: uvloop.run(open_sessions(server.address, SESSIONS)) for name, server in servers.items()}
    ids = {name: found for name, (found, _) in talks.items()}
    servers |= {"echo": bench.start(echo(talks["sqlite"][1])), "ready": bench.start([*READY])}
    ways: dict[str, tuple[Drive, tuple[str, ...]]] = {
        "unary": (calls(LANES), ("echo", "ready", "sqlite", "postgres")),
        "converse 1": (frames(LANES, 1), ("echo", "ready", "sqlite", "postgres")),
        "converse 16": (frames(STREAMS, 16), ("ready", "sqlite", "postgres")),
    }
    variants = {
        f"{way}, {name}": Variant(servers[name], drive, ids.get(name, ids["sqlite"]))
        for way, (drive, names) in ways.items()
        for name in names
    }
    for number in range(rounds + 1):
        for name, variant in variants.items():
            variant.run(messages, f"{number}-{name.replace(' ', '')}")
            if number == 0:  # it warmed up
                variants[name] = Variant(variant.server, variant.drive, variant.ids)
    bare_us = variants["unary, echo"].cpu_us
    return {
        name: {
            "cpu_us": round(each.cpu_us, 1),
            "over_echo": round(each.cpu_us / bare_us, 2),
            "times_echo": round(bare_us / each.cpu_us, 2),
            "per_second": round(each.per_second),
        }
        for name, each in variants.items()
    }


def measure_tail(bench: Bench, rounds: int, seconds: float) -> Figures:
    served = bench.serve(bench.folder / "tail.db")
    ids, reply = uvloop.run(open_sessions(served.address, SESSIONS))
    servers = {"echo": (bench.start(echo(reply)), ids), "sqlite": (served, ids)}
    if IN_MEMORY.is_dir():
        folder = Path(bench.enter(tempfile.TemporaryDirectory(dir=IN_MEMORY)))
        without_disk = bench.serve(folder / "tail.db")
        servers["in memory"] = without_disk, uvloop.run(open_sessions(without_disk.address, SESSIONS))[0]
    offered = SESSIONS * EACH_PER_S
    found: dict[str, list[list[float]]] = {name: [] for name in (*servers, "disk")}
    for number in range(rounds):
        for name, (server, own) in servers.items():
            found[name].append(uvloop.run(at_rate(server.address, own, offered, seconds, f"r{number}")))
        found["disk"].append(appends(bench.folder / "appends", offered, seconds))
    figures: Figures = {}
    for name, lists in found.items():
        p50_s, p99_s = (min(percentile(times, share) for times in lists) for share in (0.5, 0.99))
        figures[name] = {"offered_per_s": round(offered), "p50_ms": p50_s * 1e3, "p99_ms": p99_s * 1e3}
    ratios = {name: round(figures[name]["p99_ms"] / figures["echo"]["p99_ms"], 2) for name in figures}
    figures["ratio"] = {"p99": ratios["sqlite"], "p99_in_memory": ratios.get("in memory", 0.0)}
    return figures


def appends(file: Path, per_second: float, seconds: float) -> list[float]:
    """Seconds from when each was due until it was on the disk, of what turns append to SQLite's log one by one. A disk
    that stands still holds up all that come meanwhile."""
    block, times = bytes(APPENDED_BYTES), []
    with file.open("wb", buffering=0) as out:
        began_s = time.monotonic()
        for number in range(int(per_second * seconds)):
            due_s = began_s + number / per_second
            if (early_s := due_s - time.monotonic()) > 0:
                time.sleep(early_s)
            out.write(block)
            os.fdatasync(out.fileno())
            times.append(time.monotonic() - due_s)
    return times


def measure_workers(bench: Bench, messages: int, rounds: int) -> Figures:
    """Rounds are four times as long: each opens its connections anew, so half of the sessions come to the other worker,
    and their first messages find a state of before there. Who serves users keeps his connections."""
    variants = {}
    for workers in ("1", "2"):
        server = bench.serve(bench.new_database(), "--workers", workers)
        ids, _ = uvloop.run(open_sessions(server.address, SESSIONS))
        variants[workers] = Variant(server, calls(LANES, connections=32), ids)
    for number in range(rounds + 1):
        for variant in variants.values():
            variant.run(4 * messages, f"{number}")
    one, two = variants["1"], variants["2"]
    return {
        "per_second": {
            "one": round(one.per_second),
            "two": round(two.per_second),
            "ratio": round(two.per_second / one.per_second, 2),
        },
        "cpu_us": {"one": round(one.cpu_us, 1), "two": round(two.cpu_us, 1)},
    }


def measure(part: str, messages: int, rounds: int, seconds: float) -> Figures:
    with ExitStack() as stack:
        bench = Bench(stack)
        if part == "cpu":
            return measure_cpu(bench, messages, rounds)
        if part == "tail":
            return measure_tail(bench, rounds, seconds)
        return measure_workers(bench, messages, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--messages", type=int, default=3_200, help="of a variant and round (default: 3200)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of a round of `tail` (default: 5)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = {
        part: measure(part, options.messages, options.rounds, options.seconds)
        for part in ([options.only] if options.only else PARTS)
    }
    if options.json:
        print(json.dumps(figures))
        return
    for part, rows in figures.items():
        for name, row in rows.items():
            shown = "  ".join(f"{key} {value:,.2f}".removesuffix(".00") for key, value in row.items())
            print(f"{part:8} {name:22} {shown}")


if __name__ == "__main__":
    main()
