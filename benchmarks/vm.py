"""Eight programs on the compiled VM against Lua 5.4 (lupa) and Yabasic, and what a parked session takes.

    python -m benchmarks.vm [--rounds 5] [--only NAME] [--json]

The figure is the CPU time of the best of the rounds, in milliseconds; the rounds of the languages alternate. The
results are compared: they must be equal. Yabasic (Debian: apt-get install yabasic) is left out where it is missing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from botserver.errors import ScriptError
from botserver.ids import Digest
from botserver.language.compiler import compile_source
from botserver.language.program import Program
from botserver.limits import MIB, Limits
from botserver.vm.effects import Done, OutOfFuel
from botserver.vm.machine import choose_vm
from botserver.vm.values import HostValue

from .programs import EIGHT, MORE, Case

MEMORY = 256 * MIB
FUEL = 10**12

PARKED = "\n".join(
    [f'SET "variable{n}", "value number {n}"' for n in range(5)]
    + [f'SET "counter{n}", {n * 1000}' for n in range(5)]
    + ['name = "Ada"', "count = 3", "HEAR answer", "TALK answer + name + count"]
)


@dataclass
class _Release:
    program: Program
    parameters: Mapping[str, HostValue] = field(default_factory=dict)
    is_get_dynamic: bool = False

    def find_script(self, name: str) -> Program:
        raise ScriptError(3004, name)

    def find_program(self, digest: Digest) -> Program | None:
        return self.program if digest == self.program.digest else None

    def has_file(self, path: str) -> bool:
        return False


def _compiled(basic: str) -> Program:
    program, problems = compile_source(basic, "bench.bas")
    if program is None:
        raise SystemExit(f"does not compile: {problems}")
    return program


def run_basic(program: Program) -> object:
    heap = choose_vm().new_heap(_Release(program), Limits(memory_bytes=MEMORY))
    heap.start(program, [], {})
    stop = heap.run(FUEL, 0, 0)
    while isinstance(stop, OutOfFuel):
        stop = heap.run(FUEL, 0, 0)
    if not isinstance(stop, Done):
        raise SystemExit(f"stopped with {stop}")
    return stop.value


def _lua(source: str) -> Callable[[], object]:
    import lupa.lua54 as lupa  # the rest of this file works without it

    function: Callable[[], object] = lupa.LuaRuntime().eval(f"function() {source} end")
    return function


def _timed(function: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of CPU, and the result."""
    began_s = time.process_time()
    value = function()
    return (time.process_time() - began_s) * 1e3, value


def _timed_yabasic(source: str) -> tuple[float, object]:
    """The same for a process, its start included, which takes a millisecond."""
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
    program, lua = _compiled(case.basic), _lua(case.lua)
    languages: dict[str, Callable[[], tuple[float, object]]] = {
        "basic": lambda: _timed(lambda: run_basic(program)),
        "lua": lambda: _timed(lua),
    }
    if case.yabasic and shutil.which("yabasic"):
        languages["yabasic"] = lambda: _timed_yabasic(case.yabasic)
    best: dict[str, float] = {}
    for _ in range(rounds):
        results = {name: run() for name, run in languages.items()}
        if len({value for _, value in results.values()}) > 1:
            raise SystemExit(f"{case.name}: the results differ: {results}")
        best = {name: min(spent_ms, best.get(name, math.inf)) for name, (spent_ms, _) in results.items()}
    return best


def mean(ratios: Sequence[float]) -> float:
    """The geometric one."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def measure_parked() -> dict[str, int]:
    """Resident bytes of a session that waits in HEAR with ten variables, as its malloc blocks and objects count."""
    import psutil

    n = 20_000
    program = _compiled(PARKED)
    release, limits, vm = _Release(program), Limits(), choose_vm()
    heaps = []
    process = psutil.Process()
    before = 0
    for index in range(n + 500):
        if index == 500:
            before = process.memory_info().rss
        heap = vm.new_heap(release, limits)
        heap.start(program, [], {})
        heap.run(FUEL, 0, 0)
        heap.take_output()
        heaps.append(heap)
    return {
        "resident": (process.memory_info().rss - before) // n,
        "account": heaps[0].memory().used,
        "snapshot": len(heaps[0].encode().root),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="the program whose name begins so")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    chosen = [case for case in (*EIGHT, *MORE) if not arguments.only or case.name.startswith(arguments.only)]
    if not chosen:
        sys.exit(f"no program begins with {arguments.only}")
    parked = measure_parked()
    results = {case.name: measure(case, arguments.rounds) for case in chosen}
    counted = {case.name: results[case.name] for case in EIGHT if case.name in results} or results
    to_lua = mean([row["basic"] / row["lua"] for row in counted.values()])
    over_yabasic = [row["yabasic"] / row["basic"] for row in counted.values() if "yabasic" in row]
    if arguments.json:
        machine = {"machine": platform.processor() or platform.machine(), "python": platform.python_version()}
        means = {"mean_ratio_to_lua": to_lua, "mean_times_yabasic": mean(over_yabasic) if over_yabasic else None}
        print(json.dumps({**machine, "vm": results, **means, "parked_session_bytes": parked}))
        return
    print(f"{'milliseconds':18}{'compiled':>10}{'Lua 5.4':>10}{'Yabasic':>10}{'to Lua':>9}{'Yabasic to':>12}")
    for name, row in results.items():
        print(f"{name:18}{row['basic']:10.1f}{row['lua']:10.1f}", end="")
        print(f"{row['yabasic']:10.1f}" if "yabasic" in row else f"{'':10}", end="")
        print(f"{row['basic'] / row['lua']:9.2f}", end="")
        print(f"{row['yabasic'] / row['basic']:12.1f}" if "yabasic" in row else "")
    print(f"geometric mean of the eight to Lua: {to_lua:.2f}", end="")
    print(f"; Yabasic to it: {mean(over_yabasic):.1f}" if over_yabasic else "")
    print(f"a parked session with ten variables: {parked}")


if __name__ == "__main__":
    main()
