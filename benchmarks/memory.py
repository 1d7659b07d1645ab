"""What sessions take of this process's memory.

    python -m benchmarks.memory [--only NAME] [--json]

    parked    a small session that waits in a HEAR inside a loop, with ten session variables: the growth of the process
              over many of them, what the session accounts for itself, and the bytes that are stored of it
    account   sessions that hold texts, maps, arrays and a mixture, of some hundred bytes to some megabytes: how much
              of the process's growth the account explains, or for small ones what a session takes beside its account
    hot       many parked sessions in the cache of the session service, with all that it keeps of them
    cold      by how much the process of a session service grows with each session that is in no cache any more

Each is measured in a process of its own. Bytes are resident ones.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import multiprocessing
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from botserver.clock import SystemClock
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.language.compiler import compile_source
from botserver.language.package import load_package
from botserver.limits import MIB, Limits
from botserver.model import LOCAL, Incoming, OpenRequest
from botserver.session.releases import LoadedRelease, Releases
from botserver.session.sessions import Sessions
from botserver.session.settings import SessionSettings
from botserver.store.sqlite import open_store
from botserver.vm.effects import Suspended
from botserver.vm.machine import Heap, choose_vm

FUEL = 10**12
PARKED = 20_000
HOT = 100_000
COLD = 10_000
FILLED = 20_000  # sessions of the cold process before it is measured: the pages that SQLite keeps are full then
SIDE_BY_SIDE = 64
WARM = 500  # sessions before the process is measured first: what all share is there then

SCRIPT = "\n".join(
    [
        *(f'SET "variable{n}", "value number {n}"' for n in range(5)),
        *(f'SET "counter{n}", {n * 1000}' for n in range(5)),
        'name = "Ada"',
        "count = 3",
        "FOR i = 1 TO 1000",
        "    HEAR answer",
        "    TALK answer + name + count + i",
        "NEXT",
    ]
)
"""Ten session variables, and what a script has beside them."""

HOLDS = {
    "one_text": 'text = REPEAT("some text", n * 24)',
    "numbers": "numbers = []\nFOR i = 0 TO n * 12\nnumbers[i] = i * 1.5\nNEXT",
    "texts": 'texts = []\nFOR i = 0 TO n * 4\ntexts[i] = "text number " & i\nNEXT',
    "map": 'map = {}\nFOR i = 1 TO n * 4\nmap["key" & i] = i\nNEXT',
    "records": 'rows = []\nFOR i = 0 TO n - 1\nrows[i] = {"id": i, "name": "name " & i, "tags": ["new", "red"]}\nNEXT',
    "variables": 'FOR i = 0 TO 49\nSET "variable" & i, REPEAT("x", n * 4)\nNEXT',
}
HOLDS["mixed"] = "\n".join(HOLDS.values()).replace("n *", "n / 6 *").replace("n -", "n / 6 -")
"""Scripts that make about `n` times 200 bytes or more."""
SIZES = {"small": (1, 5_000), "large": (700, 100), "huge": (5_000, 60)}
"""`n` and how many sessions."""


def resident() -> int:
    gc.collect()
    rss: int = psutil.Process().memory_info().rss
    return rss


def _grown(script: str, count: int, warm: int) -> tuple[int, Heap]:
    """By how much the process grows with each session that was run to its HEAR; and one of them."""
    program, problems = compile_source(script, "memory.bas")
    if program is None:
        raise SystemExit(f"does not compile: {problems}")
    release = LoadedRelease("memory", {"memory": program}, {}, {})
    limits, vm = Limits(memory_bytes=64 * MIB), choose_vm()
    heaps: list[Heap] = []
    before = 0
    for index in range(warm + count):
        if index == warm:
            before = resident()
        heap = vm.new_heap(release, limits)
        heap.start(program, [], {})
        stop = heap.run(FUEL, 0, 0)
        if not isinstance(stop, Suspended):
            raise SystemExit(f"stopped with {stop}")
        heap.take_output()
        heaps.append(heap)
    return (resident() - before) // count, heaps[-1]


def parked(count: int = PARKED) -> dict[str, int]:
    grown, heap = _grown(SCRIPT, count, WARM)
    used = heap.memory().used
    return {"resident": grown, "account": used, "beside": grown - used, "snapshot": len(heap.encode().root)}


def account(kind: str, size: str) -> dict[str, float]:
    n, count = SIZES[size]
    grown, heap = _grown(f"n = {n}\n{HOLDS[kind]}\nHEAR answer\nTALK answer", count, count // 10)
    used = heap.memory().used
    return {"resident": grown, "account": used, "explained": used / grown, "beside": grown - used}


@asynccontextmanager
async def _service(hot_sessions: int) -> AsyncIterator[Sessions]:
    with tempfile.TemporaryDirectory() as name:
        package = Path(name) / "parked.gbai"
        (package / "parked.gbdialog").mkdir(parents=True)
        (package / "parked.gbdialog/start.bas").write_text(SCRIPT, encoding="utf-8")
        store = open_store(Path(name) / "memory.db", SystemClock())
        releases = Releases(store)
        await releases.activate(load_package(package))
        settings = SessionSettings(hot_sessions=hot_sessions)
        sessions = Sessions(store, releases, choose_vm(), settings)
        await sessions.start()
        yield sessions
        await sessions.drain()
        await sessions.close()
        await store.close()


async def _park(sessions: Sessions, count: int) -> None:
    """So many sessions that were opened and said something."""

    async def live(session_id: SessionId) -> None:
        await sessions.create_session(OpenRequest("parked", LOCAL, session_id=session_id))
        await sessions.send_message(LOCAL, session_id, Incoming(MessageId("m1"), text="two pizzas"))

    for start in range(0, count, SIDE_BY_SIDE):
        async with asyncio.TaskGroup() as group:
            for _ in range(min(SIDE_BY_SIDE, count - start)):
                group.create_task(live(new_session_id()))


def hot(count: int = HOT) -> dict[str, int]:
    async def measure() -> dict[str, int]:
        async with _service(count + WARM) as sessions:
            await _park(sessions, WARM)
            before = resident()
            await _park(sessions, count)
            after = resident()
        return {"sessions": count, "process": after, "before": before, "each": (after - before) // count}

    return asyncio.run(measure())


def cold(count: int = COLD) -> dict[str, int]:
    async def measure() -> dict[str, int]:
        async with _service(WARM) as sessions:
            await _park(sessions, FILLED)
            before = resident()
            await _park(sessions, count)
            after = resident()
        return {"sessions": count, "grown": after - before, "each": (after - before) // count}

    return asyncio.run(measure())


def alone(function: Callable[..., Mapping[str, float]], *arguments: object) -> Mapping[str, float]:
    """In a process of its own: what others left free would hide what this one takes."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(only: str | None = None) -> dict[str, object]:
    figures: dict[str, object] = {}
    for function in (parked, hot, cold):
        if only in (None, function.__name__):
            figures[function.__name__] = alone(function)
    if only in (None, account.__name__):
        figures["account"] = {kind: {size: alone(account, kind, size) for size in SIZES} for kind in HOLDS}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("parked", "account", "hot", "cold"))
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    figures = measure(options.only)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(name, figure)


if __name__ == "__main__":
    main()
