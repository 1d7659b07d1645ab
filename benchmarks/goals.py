"""The parts of `make bench`, what each is to reach, and what is drawn of it.

A part is a benchmark that prints its figures as JSON. A goal takes one number out of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botserver.limits import KIB, MIB

from .programs import EIGHT

Figures = Any
"""What a part prints: nested maps of numbers."""


@dataclass(frozen=True)
class Part:
    name: str
    title: str
    expected_s: float
    """On two cores that do nothing else; the progress bar goes by it."""


@dataclass(frozen=True)
class Goal:
    part: str
    what: str
    bar: float | None
    """None: only reported."""
    figure: Callable[[Figures], float | None]
    at_least: bool = False
    unit: str = ""

    def is_met_by(self, figure: float) -> bool:
        return self.bar is None or (figure >= self.bar if self.at_least else figure <= self.bar)


@dataclass(frozen=True)
class Plot:
    part: str
    name: str
    title: str
    values: Callable[[Figures], dict[str, float]]
    line: float | None = None
    """Where the bar of the goal lies, if there is one for all."""


PARTS = (
    Part("vm", "programs against Lua 5.4 and Yabasic", 60),
    Part("memory", "what sessions take of the process", 150),
    Part("engine", "durable turns in process beside the raw floor and beside LangGraph", 110),
    Part("wire", "messages over gRPC beside a bare echo", 220),
    Part("fairness", "hostile sessions beside a process that burns as much", 90),
    Part("start", "a server with 20 packages and 150 scripts", 40),
)


def _worst_to_lua(figures: Figures) -> float:
    programs: dict[str, dict[str, float]] = figures["programs"]
    return max(programs[case.name]["basic"] / programs[case.name]["lua"] for case in EIGHT)


def _least_explained(*sizes: str) -> Callable[[Figures], float]:
    return lambda figures: min(kinds[size]["explained"] for kinds in figures["account"].values() for size in sizes)


GOALS = (
    Goal("vm", "eight programs, geometric mean of the time to Lua 5.4's", 1.0, lambda f: f["mean_ratio_to_lua"]),
    Goal("vm", "the slowest of them to Lua 5.4", 1.5, _worst_to_lua),
    Goal(
        "vm",
        "times faster than Yabasic, geometric mean of seven",
        10.0,
        lambda f: f["mean_times_yabasic"],
        at_least=True,
    ),
    Goal(
        "memory",
        "a small parked session, resident bytes",
        1.2 * KIB,
        lambda f: f["parked"]["resident"],
    ),
    Goal("memory", "a small parked session, bytes stored", 699, lambda f: f["parked"]["snapshot"]),
    Goal("memory", "100,000 hot parked sessions, MB of the process", 250, lambda f: f["hot"]["process"] / MIB),
    Goal(
        "memory",
        "share of the growth that reported use explains, from 100 KB on",
        0.9,
        _least_explained("large", "huge"),
        at_least=True,
    ),
    Goal(
        "memory",
        "small sessions: bytes of the process beside what they report, at most",
        None,
        lambda f: max(kinds["small"]["beside"] for kinds in f["account"].values()),
    ),
    Goal(
        "engine",
        "durable turns a second, share of the raw floor, SQLite",
        0.5,
        lambda f: f["sqlite"]["share_of_floor"],
        at_least=True,
    ),
    Goal(
        "engine",
        "durable turns a second, share of the raw floor, PostgreSQL",
        0.5,
        lambda f: f["postgres"]["share_of_floor"],
        at_least=True,
    ),
    Goal(
        "engine",
        "durable turns a second, times LangGraph's",
        30,
        lambda f: f["langgraph"]["times_langgraph"],
        at_least=True,
    ),
    Goal(
        "wire",
        "server CPU of a SendMessage over that of an echo, SQLite",
        1.2,
        lambda f: f["cpu"]["unary, sqlite"]["over_echo"],
    ),
    Goal(
        "wire",
        "server CPU of a SendMessage over that of an echo, PostgreSQL",
        1.35,
        lambda f: f["cpu"]["unary, postgres"]["over_echo"],
    ),
    Goal("wire", "durable messages a second, SQLite", None, lambda f: f["cpu"]["unary, sqlite"]["per_second"]),
    Goal("wire", "durable messages a second, PostgreSQL", None, lambda f: f["cpu"]["unary, postgres"]["per_second"]),
    Goal("wire", "p99 at 1,000 active sessions over the echo's", 1.3, lambda f: f["tail"]["ratio"]["p99"]),
    Goal("wire", "the same on a file system in memory", None, lambda f: f["tail"]["ratio"]["p99_in_memory"]),
    Goal("wire", "p99 of 12 KB appended as often with fdatasync, ms", None, lambda f: f["tail"]["disk"]["p99_ms"]),
    Goal(
        "wire",
        "Converse, 1 a frame: messages a CPU second over the unary echo's",
        1.5,
        lambda f: f["cpu"]["converse 1, sqlite"]["times_echo"],
        at_least=True,
    ),
    Goal(
        "wire",
        "Converse, 16 a frame: messages a CPU second over the unary echo's",
        4.0,
        lambda f: f["cpu"]["converse 16, sqlite"]["times_echo"],
        at_least=True,
    ),
    Goal(
        "wire",
        "what two workers carry over what one carries",
        1.25,
        lambda f: f["workers"]["per_second"]["ratio"],
        at_least=True,
    ),
    Goal(
        "wire",
        "wire alone: server CPU of a SendMessage over that of an echo",
        None,
        lambda f: f["cpu"]["unary, ready"]["over_echo"],
    ),
    Goal(
        "wire", "wire alone, Converse, 1 a frame, as above", None, lambda f: f["cpu"]["converse 1, ready"]["times_echo"]
    ),
    Goal(
        "wire",
        "wire alone, Converse, 16 a frame, as above",
        None,
        lambda f: f["cpu"]["converse 16, ready"]["times_echo"],
    ),
    Goal("fairness", "p99 of the others over that beside outside processes", 1.5, lambda f: f["ratio"]),
    Goal("start", "start with the cache of programs", 1.5, lambda f: f["warm_s"], unit="s"),
    Goal("start", "start without it", 6.0, lambda f: f["cold_s"], unit="s"),
    Goal("start", "CPU of a start with the cache", None, lambda f: f["warm_cpu_s"], unit="s"),
    Goal("start", "CPU of a start without it", None, lambda f: f["cold_cpu_s"], unit="s"),
)


def _column(of: str, *keys: str) -> Callable[[Figures], dict[str, float]]:
    """One number of each row of a table."""

    def values(figures: Figures) -> dict[str, float]:
        for key in keys:
            figures = figures[key]
        return {name: row[of] for name, row in figures.items() if of in row}

    return values


PLOTS = (
    Plot(
        "vm",
        "vm-lua",
        "Time to Lua 5.4's",
        lambda f: {name: row["basic"] / row["lua"] for name, row in f["programs"].items()},
        1.0,
    ),
    Plot(
        "vm",
        "vm-yabasic",
        "Times faster than Yabasic",
        lambda f: {name: row["yabasic"] / row["basic"] for name, row in f["programs"].items() if "yabasic" in row},
        10.0,
    ),
    Plot(
        "memory",
        "memory-account",
        "Share of the growth of the process that a session's account explains",
        lambda f: {
            f"{kind}, {size}": row["explained"] for kind, sizes in f["account"].items() for size, row in sizes.items()
        },
        0.9,
    ),
    Plot(
        "engine",
        "engine-turns",
        "Durable turns a second",
        lambda f: {
            "SQLite": f["sqlite"]["turns_per_s"],
            "SQLite, raw floor": f["sqlite"]["floor_per_s"],
            "PostgreSQL": f["postgres"]["turns_per_s"],
            "PostgreSQL, raw floor": f["postgres"]["floor_per_s"],
            "two questions": f["langgraph"]["turns_per_s"],
            "two questions, LangGraph": f["langgraph"]["langgraph_per_s"],
            "the same, on SQLite": f["langgraph"]["langgraph_sqlite_per_s"],
        },
    ),
    Plot("wire", "wire-cpu", "Server CPU a message, µs", _column("cpu_us", "cpu")),
    Plot("wire", "wire-rate", "Messages a second, closed loop", _column("per_second", "cpu")),
    Plot("wire", "wire-p99", "p99 of 1,000 active sessions, ms", _column("p99_ms", "tail")),
    Plot(
        "wire",
        "wire-workers",
        "Messages a second of one process and of two workers",
        lambda f: {name: f["workers"]["per_second"][name] for name in ("one", "two")},
    ),
    Plot(
        "fairness",
        "fairness-p99",
        "p99 of 990 sessions, ms",
        lambda f: {kind: f[f"{kind}_p99_ms"] for kind in ("quiet", "outside", "hostile")},
    ),
    Plot("start", "start", "Start, s", lambda f: {"cold": f["cold_s"], "warm": f["warm_s"]}),
)
