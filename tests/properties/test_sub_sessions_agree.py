"""Random lives of sub-sessions: both VMs agree on every step, and what is put away comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.errors import BadSnapshot
from botserver.language.compiler import compile_source
from botserver.vm.effects import Done, Failed, OutOfFuel
from botserver.vm.machine import Heap, Vm
from botserver.vm.snapshot import Snapshot, seal, unseal
from tests.script_host import Scripts

from .agreement import COMPILED, REFERENCE, Pair, random_limits
from .test_hostile_snapshots import mutate, run_on

KBS = ["manuals", "prices", "staff"]
DEPTHS = 6  # scripts that may run each other; more than sub-sessions may be deep


def random_scripts(random: Random) -> Scripts:
    """Scripts `s0` to `s5`; each runs the next in the sub-sessions it makes or finds by name."""
    texts = {f"s{depth}": "\n".join(random_line(random, depth) for _ in range(14)) for depth in range(DEPTHS)}
    for name, text in texts.items():
        program, problems = compile_source(text, f"{name}.bas")
        assert program is not None, [problem.render() for problem in problems]
    return Scripts(texts, {}, KBS)


def random_line(random: Random, depth: int) -> str:
    name, other = (random.choice(["a", "b", "c", "Kk", "\u212ak"]) for _ in range(2))
    value = random.choice(["1", "2", '"text"', "[1, {x: 2}]", "NULL", "NULL", 'REPEAT("x", 900)', 'REPEAT("y", 5000)'])
    child = random.choice(["one", "two", "three"])
    kb, tool = random.choice(KBS), f"s{random.randrange(DEPTHS)}"
    lines = [
        f'SET "{name}", {value}',
        f'SET "{name}", {value}',
        f'SET CONTEXT "{name}" AS {value}',
        f'SET "{name}", GET "{other}"',
        f"BEGIN SYSTEM PROMPT\nBe {name}.\nEND SYSTEM PROMPT",
        f'USE KB "{kb}"',
        f'CLEAR KB "{kb}"',
        f'USE TOOL "{tool}"',
        "CLEAR TOOLS",
        f'ADD SUGGESTION "{name}" AS "{name}"',
        f'TALK GET "{name}"',
        "HEAR x",
        "ON ERROR RESUME NEXT",
        'THROW "no"' if depth else 'TALK "yes"',
        f'child = CREATE SUB SESSION\nSET "child {child}", child',
        f'child = CREATE SUB SESSION\nSET "child {child}", child',
        f'child = GET "child {child}"\nIF child <> "" THEN MERGE SESSION child',
    ]
    if depth + 1 < DEPTHS:
        run = f'RUN IN SESSION child, "s{depth + 1}"'
        lines += [
            f'child = CREATE SUB SESSION\n{run}\nSET "child {child}", child',
            f"child = CREATE SUB SESSION\n{run}\nMERGE SESSION child",
            f'child = GET "child {child}"\nIF child <> "" THEN {run}',
            f'RUN "s{depth + 1}"',
            f"child = CREATE SUB SESSION\nTRY\n{run}\nCATCH e\nTALK e.code\nEND TRY",
        ]
    return random.choice(lines)


def live(random: Random, pair: Pair, snapshots: list[Snapshot]) -> None:
    """Some runs of the first script, put away and resumed at each wait."""
    first = pair.release.find_script("s0")
    fuel = random.choice([1, 5, 100_000])
    for _ in range(4):
        pair.same(lambda heap: heap.begin_turn())
        if pair.same(lambda heap: heap.start(first, [], {})) != "None":
            return
        while True:
            stop = pair.run(fuel, random.getrandbits(64))
            if isinstance(stop, OutOfFuel):
                if pair.heaps[0].fuel_used > 3_000:
                    pair.same(lambda heap: heap.fail(9005, "fuel"))
                    break
                continue
            pair.same(lambda heap: heap.take_output())
            if isinstance(stop, Done | Failed):
                break
            snapshots.append(pair.snapshot())
            pair.reload()
            if pair.same(lambda heap: heap.resume("x")) != "None":
                pair.same(lambda heap: heap.abandon())
                break
        pair.same(lambda heap: heap.take_output())
        pair.compare()
        pair.reload()
    if random.random() < 0.3:
        pair.same(lambda heap: heap.discard_sub_sessions())
        assert pair.heaps[0].sub_sessions() == ()
        pair.compare()
        pair.reload()


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_vms_agree_on_sub_sessions(seed: int) -> None:
    random = Random(seed)
    live(random, Pair(random_scripts(random), random_limits(random)), [])


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_forged_sub_sessions_are_read_alike_or_refused(seed: int, random: Random) -> None:
    scripts = random_scripts(Random(seed))
    pair = Pair(scripts, random_limits(Random(seed)))
    snapshots: list[Snapshot] = []
    live(Random(seed), pair, snapshots)
    for snapshot in snapshots[-4:]:
        for _ in range(20):
            body = unseal(snapshot.root, snapshot.digests)
            forged = replace(snapshot, root=seal(mutate(body, random), snapshot.digests))
            heaps = [read(vm, forged, pair) for vm in (COMPILED, REFERENCE)]
            assert (heaps[0] is None) == (heaps[1] is None)
            if heaps[0] is not None and heaps[1] is not None:
                run_on(heaps[0], heaps[1])


def read(vm: Vm, snapshot: Snapshot, pair: Pair) -> Heap | None:
    try:
        return vm.decode(snapshot, pair.release, pair.limits)
    except BadSnapshot:
        return None
