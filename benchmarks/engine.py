"""Durable turns a second in process, beside the raw floor of the same database and beside LangGraph.

python -m benchmarks.engine [--only PART] [--turns 6400] [--together 64] [--rounds 3] [--conversations 1000] [--json]

sqlite, postgres   the session service and the floor (floor.py) have a database each, filled alike, SQLite with
                   synchronous=FULL and one private PostgreSQL with fsync. They take turns; the figures are the best
                   of the rounds. The bot waits in HEAR inside a loop. `cpu_us` is the CPU of this process a turn,
                   the least of the rounds
langgraph          answers a second of a dialogue of two questions, all conversations interleaved, in LangGraph with
                   its PostgreSQL saver (peers.py) and in the session service, on one PostgreSQL
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from tests.servers import PostgresServer

from . import peers
from .floor import KEPT, Floor
from .inside import SESSIONS, Node, open_node

WARM = SESSIONS * (KEPT + 1)
"""Turns after which every turn lets a state be forgotten."""
DATABASES = ("sqlite", "postgres")
PEER = "langgraph"
DIALOGUE = """
TALK "What is your name?"
HEAR name
TALK "Which size, ${name}?"
HEAR size
TALK "${name}, your ${size} pizza comes."
"""


@contextmanager
def two_databases(name: str) -> Iterator[tuple[Path | str, Path | str]]:
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / "engine.db", Path(folder) / "floor.db"
        return
    server = PostgresServer(durable=True)
    try:
        server.start()
        yield server.new_database(), server.new_database()
    finally:
        server.close()


async def measure(name: str, turns: int, together: int, rounds: int) -> dict[str, float]:
    with two_databases(name) as (own, other):
        async with open_node(other) as node:
            await node.talk(SESSIONS, together)
        floor = Floor(other, together)
        async with open_node(own) as node:
            await node.talk(WARM, together)
            floor.per_second(WARM)
            return await _alternate(node, floor, turns, together, rounds)


async def _alternate(node: Node, floor: Floor, turns: int, together: int, rounds: int) -> dict[str, float]:
    found: list[tuple[float, float, float, float]] = []
    for _ in range(rounds):
        began_s = time.process_time()
        engine = await node.talk(turns, together)
        between_s = time.process_time()
        raw = floor.per_second(turns)  # nothing else runs meanwhile
        found.append((engine, raw, between_s - began_s, time.process_time() - between_s))
    engines, raws, engines_s, raws_s = zip(*found, strict=True)
    return {
        "turns_per_s": round(max(engines)),
        "floor_per_s": round(max(raws)),
        "share_of_floor": round(max(engines) / max(raws), 3),
        "cpu_us": round(min(engines_s) / turns * 1e6, 1),
        "floor_cpu_us": round(min(raws_s) / turns * 1e6, 1),
    }


def measure_peer(conversations: int, together: int, rounds: int) -> dict[str, float]:
    with two_databases("postgres") as (own, other), tempfile.TemporaryDirectory() as folder:
        ours = uvloop.run(_dialogues(own, conversations, together, rounds))
        peer = _langgraph(str(other), conversations, together)
        ours += uvloop.run(_dialogues(own, conversations, together, rounds))
        on_sqlite = _langgraph(f"{folder}/peer.db", conversations // 4, together)
    return {
        "turns_per_s": round(max(ours)),
        "langgraph_per_s": round(peer["turns_per_s"]),
        "langgraph_cpu_us": round(peer["cpu_us"]),
        "langgraph_sqlite_per_s": round(on_sqlite["turns_per_s"]),
        "times_langgraph": round(max(ours) / peer["turns_per_s"], 1),
    }


def _langgraph(database: str, conversations: int, together: int) -> dict[str, float]:
    program = str(Path(__file__).with_name("langgraph_dialogue.py"))
    command = [peers.python(), program, database, str(conversations), str(together)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


async def _dialogues(database: Path | str, conversations: int, together: int, rounds: int) -> list[float]:
    """Answers a second, in each round by new conversations."""
    rates = []
    async with open_node(database, DIALOGUE, 0) as node:
        for _ in range(rounds):
            node.ids.clear()
            await node.open(conversations)
            rates.append(await node.talk(2 * conversations, together))
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=6_400)
    parser.add_argument("--together", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--conversations", type=int, default=1_000)
    parser.add_argument("--only", choices=(*DATABASES, PEER))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    for name in DATABASES:
        if options.only in (None, name):
            figures[name] = uvloop.run(measure(name, options.turns, options.together, options.rounds))
    if options.only in (None, PEER):
        figures[PEER] = measure_peer(options.conversations, options.together, options.rounds)
    if options.json:
        print(json.dumps(figures))
        return
    for name, each in figures.items():
        print(f"{name:9} " + "  ".join(f"{key} {value:,}" for key, value in each.items()))


if __name__ == "__main__":
    main()
