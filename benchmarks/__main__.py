"""All that is to be reached, measured in one run: `python -m benchmarks [--only PART] [--json FILE] [--folder DIR]`.

Prints each goal with its figure and whether it is met, and leaves figures.json and report.html with its plots in
DIR (build/bench). The exit code is 1 if a goal is not met or could not be measured. Each part is a process of its own
and runs alone with `python -m benchmarks.PART`. Figures of one run belong together; do not compare them over machines
or days.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.live import ROOT
from tests.servers import postgres_version

from . import peers, report
from .goals import GOALS, PARTS, Part

_WIDTH = 30
_LOOK_S = 0.5


class Progress:
    """A bar on a terminal, else a line a part."""

    def __init__(self, parts: list[Part]) -> None:
        self._total_s = sum(part.expected_s for part in parts)
        self._done_s = 0.0
        self._is_shown = sys.stderr.isatty()

    def begin(self, part: Part) -> None:
        if not self._is_shown:
            print(f"{part.name}: {part.title}", file=sys.stderr, flush=True)

    def look(self, part: Part, spent_s: float) -> None:
        if self._is_shown:
            share = (self._done_s + min(spent_s, part.expected_s)) / self._total_s
            bar = ("#" * round(share * _WIDTH)).ljust(_WIDTH, ".")
            print(f"\r\x1b[K[{bar}] {share:4.0%}  {part.name}: {part.title}", end="", file=sys.stderr, flush=True)

    def end(self, part: Part) -> None:
        self._done_s += part.expected_s
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def run(part: Part, progress: Progress) -> Any:
    """What it prints; None if it failed."""
    progress.begin(part)
    began_s, shown = time.monotonic(), ""
    command = [sys.executable, "-m", f"benchmarks.{part.name}", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        while True:
            try:
                shown, _ = process.communicate(timeout=_LOOK_S)
                break
            except subprocess.TimeoutExpired:
                progress.look(part, time.monotonic() - began_s)
    progress.end(part)
    if process.returncode:
        print(f"{part.name} failed with exit code {process.returncode}", file=sys.stderr)
        return None
    return json.loads(shown)


def machine() -> dict[str, str]:
    own = {name: version(name) for name in ("grpcio", "uvloop", "psycopg")}
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()} with {os.cpu_count()} cores",
        "load": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": postgres_version(),
        **own,
        **{name: number for name, number in peers.versions().items() if name not in own},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [part.name for part in PARTS]
    parser.add_argument("--only", action="append", choices=names, metavar="PART", help=f"one of {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--folder", type=Path, default=ROOT / "build/bench", metavar="DIR")
    options = parser.parse_args()
    parts = [part for part in PARTS if not options.only or part.name in options.only]
    options.folder.mkdir(parents=True, exist_ok=True)
    where, progress, began_s = machine(), Progress(parts), time.monotonic()
    figures = {part.name: found for part in parts if (found := run(part, progress)) is not None}
    chosen = [goal for goal in GOALS if goal.part in {part.name for part in parts}]
    results = [
        report.Result(goal, goal.figure(figures[goal.part]) if goal.part in figures else None) for goal in chosen
    ]
    text = json.dumps(
        {
            "machine": where,
            "seconds": round(time.monotonic() - began_s),
            "goals": [
                {"part": each.goal.part, "goal": each.goal.what, "figure": each.figure, "bar": each.goal.bar,
                 "met": each.is_met}
                for each in results
            ],
            "figures": figures,
        },
        indent=2,
    )  # fmt: skip
    for file in filter(None, (options.folder / "figures.json", options.json)):
        file.write_text(text + "\n", encoding="utf-8")
    page = report.write(options.folder, where, results, figures)
    _print(results)
    goals = [each for each in results if each.goal.bar is not None]
    print(f"{sum(each.is_met for each in goals)} of {len(goals)} goals met in {time.monotonic() - began_s:.0f} s; "
          f"{page}")  # fmt: skip
    return 0 if all(each.is_met for each in results) else 1


def _print(results: list[report.Result]) -> None:
    rows = [each.columns for each in results]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(column.ljust(width) for column, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
