"""Eight programs on the compiled VM against Lua 5.4 and Yabasic.

    python -m benchmarks.vm [--rounds 5] [--only NAME] [--json]

The figure is the CPU time of the best of the rounds, in milliseconds; the rounds of the languages alternate. Each
program has a process of its own, because what others left of its memory would make it faster. The results are compared:
they must be equal. Yabasic is left out where it cannot be installed (peers.py).
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from botserver.limits import MIB, Limits
from botserver.vm.effects import Done, OutOfFuel
from botserver.vm.machine import choose_vm
from tests.script_host import Scripts

from . import peers
from .programs import EIGHT, MORE, Case

T = TypeVar("T")
MEMORY = 256 * MIB
FUEL = 10**12


def run_basic(scripts: Scripts) -> object:
    heap = choose_vm().new_heap(scripts, Limits(memory_bytes=MEMORY))
    heap.start(scripts.find_script("start"), [], {})
    stop = heap.run(FUEL, 0, 0)
    while isinstance(stop, OutOfFuel):
        stop = heap.run(FUEL, 0, 0)
    if not isinstance(stop, Done):
        raise SystemExit(f"stopped with {stop}")
    return stop.value


def _timed(function: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of CPU, and the result."""
    began_s = time.process_time()
    value = function()
    return (time.process_time() - began_s) * 1e3, value


def _timed_lua(source: str) -> tuple[float, object]:
    """The same in Lua."""
    command = [peers.python(), str(Path(__file__).with_name("lua_program.py"))]
    shown = subprocess.run(command, input=source, stdout=subprocess.PIPE, text=True, check=True).stdout
    spent_ms, value = shown.split()
    return float(spent_ms), float(value)


def _timed_yabasic(source: str) -> tuple[float, object]:
    """The same in Yabasic, its start included, which takes a millisecond."""
    with tempfile.NamedTemporaryFile("w", suffix=".yab") as file:
        file.write(f'{source}print result using "###################.######"\n')
        file.flush()
        process = subprocess.Popen(["yabasic", file.name], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        value = process.stdout.read()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return (usage.ru_utime + usage.ru_stime) * 1e3, float(value)


def measure(case: Case, rounds: int) -> dict[str, float]:
    """Milliseconds by language."""
    scripts = Scripts({"start": case.basic})
    languages: dict[str, Callable[[], tuple[float, object]]] = {
        "basic": lambda: _timed(lambda: run_basic(scripts)),
        "lua": lambda: _timed_lua(case.lua),
    }
    if case.yabasic and peers.has_yabasic():
        languages["yabasic"] = lambda: _timed_yabasic(case.yabasic)
    best: dict[str, float] = {}
    for _ in range(rounds):
        results = {name: run() for name, run in languages.items()}
        if len({value for _, value in results.values()}) > 1:
            raise SystemExit(f"{case.name}: the results differ: {results}")
        best = {name: min(spent_ms, best.get(name, math.inf)) for name, (spent_ms, _) in results.items()}
    return best


def alone(function: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> list[T]:
    """Each call in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        return [pool.submit(function, *arguments).result() for arguments in calls]


def mean(ratios: Sequence[float]) -> float:
    """The geometric one."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="the program whose name begins so")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    chosen = [case for case in (*EIGHT, *MORE) if not arguments.only or case.name.startswith(arguments.only)]
    if not chosen:
        sys.exit(f"no program begins with {arguments.only}")
    rows = alone(measure, [(case, arguments.rounds) for case in chosen])
    results = {case.name: row for case, row in zip(chosen, rows, strict=True)}
    counted = {case.name: results[case.name] for case in EIGHT if case.name in results} or results
    to_lua = mean([row["basic"] / row["lua"] for row in counted.values()])
    over_yabasic = [row["yabasic"] / row["basic"] for row in counted.values() if "yabasic" in row]
    if arguments.json:
        machine = {"machine": platform.processor() or platform.machine(), "python": platform.python_version()}
        means = {"mean_ratio_to_lua": to_lua, "mean_times_yabasic": mean(over_yabasic) if over_yabasic else None}
        print(json.dumps({**machine, "programs": results, **means}))
        return
    print(f"{'milliseconds':18}{'compiled':>10}{'Lua 5.4':>10}{'Yabasic':>10}{'to Lua':>9}{'Yabasic to':>12}")
    for name, row in results.items():
        print(f"{name:18}{row['basic']:10.1f}{row['lua']:10.1f}", end="")
        print(f"{row['yabasic']:10.1f}" if "yabasic" in row else f"{'':10}", end="")
        print(f"{row['basic'] / row['lua']:9.2f}", end="")
        print(f"{row['yabasic'] / row['basic']:12.1f}" if "yabasic" in row else "")
    print(f"geometric mean of the eight to Lua: {to_lua:.2f}", end="")
    print(f"; Yabasic to it: {mean(over_yabasic):.1f}" if over_yabasic else "")


if __name__ == "__main__":
    main()
