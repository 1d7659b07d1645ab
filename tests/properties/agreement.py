"""Drives both VMs through the same conversation and compares everything a host can see after every slice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from botserver.errors import ScriptError
from botserver.language.effects import Kind
from botserver.limits import Limits
from botserver.vm.effects import Done, Failed, OutOfFuel, Stop
from botserver.vm.machine import Heap, choose_vm
from botserver.vm.snapshot import Snapshot

from .random_programs import FakeRelease, random_value

COMPILED, REFERENCE = choose_vm("compiled"), choose_vm("reference")
NOW_S = 1_700_000_000
TURN_FUEL = 3_000


class Pair:
    """A heap of each VM, in the same state."""

    def __init__(self, release: FakeRelease, limits: Limits) -> None:
        self.release = release
        self.limits = limits
        self.most = 0  # bytes that are used although the limit, which was lowered, is less
        self.heaps: tuple[Heap, Heap] = (COMPILED.new_heap(release, limits), REFERENCE.new_heap(release, limits))

    def same(self, act: Callable[[Heap], object]) -> str:
        """What `act` gives or raises on both, as text: `repr` tells 0.0 from -0.0 and knows NaN."""
        seen = []
        for heap in self.heaps:
            try:
                seen.append(repr(act(heap)))
            except ScriptError as error:
                seen.append(f"ScriptError {error.number} {error.what}")
        assert seen[0] == seen[1]
        return seen[0]

    def run(self, fuel: int, seed: int) -> Stop:
        stops = [heap.run(fuel, NOW_S, seed) for heap in self.heaps]
        assert repr(stops[0]) == repr(stops[1])
        self.compare()
        return stops[0]

    def compare(self) -> None:
        self.same(lambda heap: heap.memory())
        self.same(lambda heap: heap.fuel_used)
        self.same(lambda heap: heap.areas())
        self.same(lambda heap: heap.variable_sizes())
        self.same(lambda heap: heap.options())
        self.same(lambda heap: heap.recount())
        self.same(lambda heap: (heap.address(), heap.histories(), heap.sub_sessions()))
        self.same(lambda heap: [heap.areas(each.sub_session_id) for each in heap.sub_sessions()])
        self.same(lambda heap: (heap.areas(""), heap.area_sizes()))
        for heap in self.heaps:
            assert sum(heap.area_sizes().values()) == heap.memory().cells
        memory = self.heaps[0].memory()
        assert memory.used <= max(memory.limit, self.most)

    def snapshot(self) -> Snapshot:
        snapshots = [heap.encode() for heap in self.heaps]
        assert snapshots[0] == snapshots[1]
        return snapshots[0]

    def reload(self) -> None:
        """Put both away and take each from the bytes of the other."""
        snapshot = self.snapshot()
        self.heaps = (
            COMPILED.decode(snapshot, self.release, self.limits),
            REFERENCE.decode(replace(snapshot), self.release, self.limits),
        )
        assert self.snapshot() == snapshot
        self.compare()


def random_limits(random: Random) -> Limits:
    return Limits(
        memory_bytes=random.choice([2_000, 5_000, 20_000, 10_000_000, 10_000_000]),
        variables=random.choice([2, 100]),
        context_tokens=random.choice([5, 4096]),
    )


def converse(random: Random, pair: Pair, on_wait: Callable[[Snapshot], Any] | None = None) -> None:
    """Some turns of the first program, in slices, put away and resumed at each effect."""
    fuel = random.choice([1, 3, 17, 100_000])
    for _ in range(3):
        arguments = [random_value(random) for _ in range(random.randint(0, 2))]
        named = {f"v{random.randint(0, 9)}": random_value(random)}
        if pair.same(lambda heap: heap.start(pair.release.programs[0], arguments, named)) != "None":  # noqa: B023 - called at once
            continue
        _finish_turn(random, pair, fuel, on_wait)
        if random.random() < 0.5:
            _handle(random, pair, fuel)
        pair.same(lambda heap: heap.take_output())
        pair.compare()
        pair.same(lambda heap: heap.collect())
        assert pair.heaps[0].memory().live == pair.heaps[0].recount()
        pair.reload()
        pair.same(lambda heap: heap.begin_turn())


def _handle(random: Random, pair: Pair, fuel: int) -> None:
    """Run the handlers of an event, over whatever waits."""
    for found in pair.heaps[0].handlers():
        program = pair.release.find_script(found.file)
        if program.find_handler(found.key) is None:  # a wild program registers anything
            continue
        arguments = [random_value(random) for _ in range(random.randint(0, 3))]
        act = lambda heap: heap.start_handler(program, found.key, arguments, found.kept)  # noqa: B023, E731 - called at once
        if pair.same(act) == "None":
            _finish_turn(random, pair, fuel, None)
            pair.same(lambda heap: heap.take_output())
            if random.random() < 0.2:
                pair.same(lambda heap: heap.forget(found.event))  # noqa: B023 - called at once


def _finish_turn(random: Random, pair: Pair, fuel: int, on_wait: Callable[[Snapshot], Any] | None) -> None:
    while True:
        stop = pair.run(fuel, random.getrandbits(64))
        if isinstance(stop, Done | Failed):
            return
        if isinstance(stop, OutOfFuel):
            if pair.heaps[0].fuel_used > TURN_FUEL:
                pair.same(lambda heap: heap.fail(9005, "fuel"))
                return
            continue
        pair.same(lambda heap: heap.take_output())
        if on_wait is not None:
            on_wait(pair.snapshot())
        pair.reload()
        if stop.effect.kind is Kind.PARK and not pair.heaps[0].is_handling and random.random() < 0.3:
            _handle(random, pair, fuel)
            if not pair.heaps[0].memory().frames:  # a handler was given up, and all with it
                return
        if random.random() < 0.1:
            pair.same(lambda heap: heap.resume_error(1001, "no answer"))
            continue
        value = random_value(random)
        if random.random() < 0.2:
            if pair.same(lambda heap: heap.resume_soft(value, 3004, "no such file")) != "None":  # noqa: B023 - likewise
                pair.same(lambda heap: heap.abandon())
                return
            continue
        if pair.same(lambda heap: heap.resume(value)) != "None":  # noqa: B023 - called at once
            pair.same(lambda heap: heap.abandon())
            return
