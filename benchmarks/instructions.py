"""How many machine instructions some programs take, and a durable turn: what no other work on a machine changes.

    python -m benchmarks.instructions [--json]

Counted by valgrind's callgrind (Debian: apt-get install -y valgrind), millions for a program, thousands for a turn of
the session service on SQLite, alone and with sixteen at once. Compilers, Python and libraries change them by
some percent. tests/performance/ holds bounds for them.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live import ROOT, environment
from tests.script_host import Scripts

from .inside import open_node
from .programs import EIGHT
from .vm import run_basic

PROGRAMS = ("recursive fib", "string building", "sieve", "dialogue turn")
TURNS = 48
_WARM = 16
_MARKS = """
#include <valgrind/callgrind.h>
void begin(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void end(const char *name) { CALLGRIND_DUMP_STATS_AT(name); CALLGRIND_STOP_INSTRUMENTATION; }
"""
_DUMP = re.compile(r"Trigger: Client Request: (.+?)\n.*?(?:summary|totals): (\d+)", re.DOTALL)


class NoValgrind(Exception):
    """It is not installed."""


def count() -> dict[str, float]:
    """Millions of instructions of each program, thousands of each kind of turn."""
    if shutil.which("valgrind") is None:
        raise NoValgrind("valgrind is missing; Debian: apt-get install -y valgrind")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "marks.c").write_text(_MARKS)
        compiler = os.environ.get("CC", "cc").split()
        subprocess.run(
            [*compiler, "-O1", "-shared", "-fPIC", "-o", folder / "marks.so", folder / "marks.c"], check=True
        )
        valgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out", "-q"]
        child = [sys.executable, "-m", "benchmarks.instructions", "--inside", str(folder)]
        subprocess.run([*valgrind, *child], check=True, cwd=ROOT, env=environment(PYTHONHASHSEED="0"))
        found = {}
        for dump in folder.glob("out.*"):
            match = _DUMP.search(dump.read_text(encoding="utf-8", errors="replace"))
            if match is not None:
                found[match[1]] = int(match[2])
    return {
        name: round(instructions / (TURNS * 1e3 if "turn, " in name else 1e6), 2)
        for name, instructions in sorted(found.items())
    }


def _run_inside(folder: Path) -> None:
    """Under valgrind, which slows all down some fifty times, but only between the marks."""
    marks = ctypes.CDLL(str(folder / "marks.so"))

    @contextmanager
    def counted(name: str) -> Iterator[None]:
        marks.begin()
        yield
        marks.end(name.encode())

    async def talk() -> None:
        async with open_node(folder / "counted.db", count=_WARM) as node:
            for name, lanes in (("turn, alone", 1), ("turn, sixteen at once", 16)):
                await node.talk(_WARM, lanes)
                with counted(name):
                    await node.talk(TURNS, lanes)

    run_basic(Scripts({"start": "RETURN 1"}))  # what only the first one costs is not counted
    for case in [case for case in EIGHT if case.name in PROGRAMS]:
        scripts = Scripts({"start": case.basic})
        with counted(case.name):
            run_basic(scripts)
    asyncio.run(talk())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        _run_inside(options.inside)
        return
    figures = count()
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:24} {figure:10,.2f}")


if __name__ == "__main__":
    main()
