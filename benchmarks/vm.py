"""Eight programs on the compiled VM against Lua 5.4 (lupa) and CPython, and what a parked session takes.

    python -m benchmarks.vm [--rounds 5] [--only NAME] [--json]

Each program is the same algorithm in each language, as its users would write it; the figure is the best of the rounds,
in milliseconds, each round in the same process one after the other. The results are compared: they must be equal.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from botserver.errors import ScriptError
from botserver.ids import Digest
from botserver.language.compiler import compile_source
from botserver.language.program import Program
from botserver.limits import MIB, Limits
from botserver.vm.effects import Done, OutOfFuel
from botserver.vm.machine import choose_vm
from botserver.vm.values import HostValue

MEMORY = 256 * MIB
FUEL = 10**12


@dataclass(frozen=True)
class Case:
    name: str
    basic: str
    lua: str
    python: str


CASES = (
    Case(
        "fib",
        """
FUNCTION Fib(n)
    IF n < 2 THEN RETURN n
    RETURN Fib(n - 1) + Fib(n - 2)
END FUNCTION
RETURN Fib(27)
""",
        """
local function fib(n)
    if n < 2 then return n end
    return fib(n - 1) + fib(n - 2)
end
return fib(27)
""",
        """
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
result = fib(27)
""",
    ),
    Case(
        "integer loop",
        """
s = 0
FOR i = 1 TO 3000000
    s = s + i MOD 7
NEXT
RETURN s
""",
        """
local s = 0
for i = 1, 3000000 do
    s = s + i % 7
end
return s
""",
        """
s = 0
for i in range(1, 3000001):
    s = s + i % 7
result = s
""",
    ),
    Case(
        "float loop",
        """
x = 0.5
s = 0.0
FOR i = 1 TO 2000000
    x = 3.7 * x * (1.0 - x)
    s = s + x
NEXT
RETURN s
""",
        """
local x, s = 0.5, 0.0
for i = 1, 2000000 do
    x = 3.7 * x * (1.0 - x)
    s = s + x
end
return s
""",
        """
x = 0.5
s = 0.0
for i in range(1, 2000001):
    x = 3.7 * x * (1.0 - x)
    s = s + x
result = s
""",
    ),
    Case(
        "sieve",
        """
n = 500000
sieve = []
FOR i = 0 TO n
    sieve[i] = TRUE
NEXT
count = 0
FOR i = 2 TO n
    IF sieve[i] THEN
        count = count + 1
        FOR j = i + i TO n STEP i
            sieve[j] = FALSE
        NEXT
    END IF
NEXT
RETURN count
""",
        """
local n = 500000
local sieve = {}
for i = 0, n do sieve[i] = true end
local count = 0
for i = 2, n do
    if sieve[i] then
        count = count + 1
        for j = i + i, n, i do sieve[j] = false end
    end
end
return count
""",
        """
n = 500000
sieve = []
for i in range(n + 1):
    sieve.append(True)
count = 0
for i in range(2, n + 1):
    if sieve[i]:
        count = count + 1
        for j in range(i + i, n + 1, i):
            sieve[j] = False
result = count
""",
    ),
    Case(
        "string building",
        """
total = 0
FOR round = 1 TO 200
    text = ""
    FOR i = 1 TO 500
        text = text + "item " + i + ";"
    NEXT
    total = total + LEN(text)
NEXT
RETURN total
""",
        """
local total = 0
for round = 1, 200 do
    local text = ""
    for i = 1, 500 do
        text = text .. "item " .. i .. ";"
    end
    total = total + #text
end
return total
""",
        """
total = 0
for round in range(1, 201):
    text = ""
    for i in range(1, 501):
        text = text + "item " + str(i) + ";"
    total = total + len(text)
result = total
""",
    ),
    Case(
        "map counting",
        """
counts = {}
FOR i = 1 TO 400000
    key = "word" + (i * 7919 MOD 1000)
    counts[key] = counts[key] + 1
NEXT
total = 0
FOR i = 0 TO 999
    total = total + counts["word" + i] * i
NEXT
RETURN total
""",
        """
local counts = {}
for i = 1, 400000 do
    local key = "word" .. (i * 7919 % 1000)
    counts[key] = (counts[key] or 0) + 1
end
local total = 0
for i = 0, 999 do
    total = total + counts["word" .. i] * i
end
return total
""",
        """
counts = {}
for i in range(1, 400001):
    key = "word" + str(i * 7919 % 1000)
    counts[key] = counts.get(key, 0) + 1
total = 0
for i in range(1000):
    total = total + counts["word" + str(i)] * i
result = total
""",
    ),
    Case(
        "bubble sort",
        """
n = 800
a = []
seed = 42
FOR i = 0 TO n - 1
    seed = (seed * 1103515245 + 12345) MOD 2147483648
    a[i] = seed
NEXT
FOR i = 0 TO n - 2
    FOR j = 0 TO n - 2 - i
        IF a[j] > a[j + 1] THEN
            t = a[j]
            a[j] = a[j + 1]
            a[j + 1] = t
        END IF
    NEXT
NEXT
RETURN a[0] + a[n - 1]
""",
        """
local n = 800
local a = {}
local seed = 42
for i = 0, n - 1 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    a[i] = seed
end
for i = 0, n - 2 do
    for j = 0, n - 2 - i do
        if a[j] > a[j + 1] then
            local t = a[j]
            a[j] = a[j + 1]
            a[j + 1] = t
        end
    end
end
return a[0] + a[n - 1]
""",
        """
n = 800
a = []
seed = 42
for i in range(n):
    seed = (seed * 1103515245 + 12345) % 2147483648
    a.append(seed)
for i in range(n - 1):
    for j in range(n - 1 - i):
        if a[j] > a[j + 1]:
            t = a[j]
            a[j] = a[j + 1]
            a[j + 1] = t
result = a[0] + a[n - 1]
""",
    ),
    Case(
        "string functions",
        """
line = "the quick brown fox jumps over the lazy dog"
total = 0
FOR i = 1 TO 60000
    upper = UCASE(line)
    at = INSTR(upper, "FOX")
    word = MID(upper, at, 3)
    other = REPLACE(line, "quick", "slow")
    IF LEFT(other, 3) = "the" AND RIGHT(word, 1) = "X" THEN total = total + LEN(other) + at
NEXT
RETURN total
""",
        """
local line = "the quick brown fox jumps over the lazy dog"
local total = 0
for i = 1, 60000 do
    local upper = string.upper(line)
    local at = string.find(upper, "FOX", 1, true)
    local word = string.sub(upper, at, at + 2)
    local other = string.gsub(line, "quick", "slow")
    if string.sub(other, 1, 3) == "the" and string.sub(word, -1) == "X" then total = total + #other + at end
end
return total
""",
        """
line = "the quick brown fox jumps over the lazy dog"
total = 0
for i in range(1, 60001):
    upper = line.upper()
    at = upper.find("FOX") + 1
    word = upper[at - 1:at + 2]
    other = line.replace("quick", "slow")
    if other[:3] == "the" and word[-1:] == "X":
        total = total + len(other) + at
result = total
""",
    ),
)

PARKED = "\n".join(
    [f'SET "variable{n}", "value number {n}"' for n in range(5)]
    + [f'SET "counter{n}", {n * 1000}' for n in range(5)]
    + ['name = "Ada"', "count = 3", "HEAR answer", "TALK answer + name + count"]
)


@dataclass
class _Release:
    program: Program
    parameters: Mapping[str, HostValue] = field(default_factory=dict)

    def find_script(self, name: str) -> Program:
        raise ScriptError(3004, name)

    def find_program(self, digest: Digest) -> Program | None:
        return self.program if digest == self.program.digest else None


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


def _python(source: str) -> Callable[[], object]:
    # In a function, so that its variables are locals as in the other languages.
    body = "\n".join("    " + line for line in source.splitlines())
    space: dict[str, Callable[[], object]] = {}
    exec(f"def main():\n{body}\n    return result", space)
    return space["main"]


def _best_ms(function: Callable[[], object], rounds: int) -> tuple[float, object]:
    best, value = math.inf, None
    for _ in range(rounds):
        begin = time.perf_counter()
        value = function()
        best = min(best, time.perf_counter() - begin)
    return best * 1000, value


def measure(case: Case, rounds: int) -> dict[str, float]:
    program = _compiled(case.basic)
    basic, value = _best_ms(lambda: run_basic(program), rounds)
    lua, lua_value = _best_ms(_lua(case.lua), rounds)
    python, python_value = _best_ms(_python(case.python), rounds)
    if not value == lua_value == python_value:
        raise SystemExit(f"{case.name}: {value} is not {lua_value} and {python_value}")
    return {"basic": basic, "lua": lua, "python": python}


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
    parser.add_argument("--only", help="the case whose name begins so")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cases = [case for case in CASES if not arguments.only or case.name.startswith(arguments.only)]
    parked = measure_parked()
    results = {case.name: measure(case, arguments.rounds) for case in cases}
    ratios = [row["basic"] / row["lua"] for row in results.values()]
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    if arguments.json:
        machine = {"machine": platform.processor() or platform.machine(), "python": platform.python_version()}
        print(json.dumps({**machine, "vm": results, "mean_ratio_to_lua": mean, "parked_session_bytes": parked}))
        return
    print(f"{'milliseconds':18}{'compiled':>10}{'Lua 5.4':>10}{'CPython':>10}{'to Lua':>9}")
    for name, row in results.items():
        print(
            f"{name:18}{row['basic']:10.1f}{row['lua']:10.1f}{row['python']:10.1f}{row['basic'] / row['lua']:9.2f}"
        )
    print(f"geometric mean to Lua: {mean:.2f}")
    print(f"a parked session with ten variables: {parked}")


if __name__ == "__main__":
    main()
