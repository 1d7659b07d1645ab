"""What the compiled VM promises beyond being like the reference VM: no GIL, little memory, nothing left behind."""

from __future__ import annotations

import gc
import threading

import psutil
import pytest

from botserver.errors import BadSnapshot
from botserver.language.compiler import compile_source
from botserver.limits import LARGE_OBJECT_BYTES, MIB, Limits
from botserver.vm.effects import Done, Failed, OutOfFuel, Stop, Suspended
from botserver.vm.machine import Heap, choose_vm
from botserver.vm.snapshot import Snapshot, seal, unseal
from botserver.vm.tree import zigzag
from botserver.vm.values import Date, DateTime
from tests.one_script import OneScript

VM = choose_vm("compiled")


def release_of(basic: str) -> OneScript:
    program, problems = compile_source(basic, "test.bas")
    assert program is not None, problems
    return OneScript(program)


def started(basic: str, limits: Limits | None = None) -> Heap:
    release = release_of(basic)
    heap = VM.new_heap(release, limits or Limits())
    heap.start(release.program, [], {})
    return heap


def run_to_end(heap: Heap) -> Stop:
    stop: Stop = OutOfFuel()
    while isinstance(stop, OutOfFuel):
        stop = heap.run(400_000, 0, 0)
    return stop


def test_other_threads_run_while_a_script_does() -> None:
    heap = started("DO\n i = i + 1\nLOOP")
    worker = threading.Thread(target=lambda: heap.run(300_000_000, 0, 0))
    worker.start()
    steps = 0
    while worker.is_alive():
        steps += 1
    # With the GIL held all the time this thread would get to one step or two.
    assert steps > 1_000


PARKED = "\n".join(
    [f'SET "variable{n}", "value number {n}"' for n in range(5)]
    + [f'SET "counter{n}", {n * 1000}' for n in range(5)]
    + ['name = "Ada"', "count = 3", "HEAR answer", "TALK answer + name + count"]
)


def parked(release: OneScript) -> Heap:
    heap = VM.new_heap(release, Limits())
    heap.start(release.program, [], {})
    assert isinstance(heap.run(10_000, 0, 0), Suspended)
    heap.take_output()
    return heap


def test_parked_session_with_ten_variables_takes_at_most_1500_bytes() -> None:
    n = 20_000
    release = release_of(PARKED)
    heaps = [parked(release) for _ in range(500)]
    gc.collect()
    before = psutil.Process().memory_info().rss
    heaps += [parked(release) for _ in range(n)]
    assert (psutil.Process().memory_info().rss - before) / n < 1_536


def test_restored_session_takes_no_more_than_the_parked_one_by_account() -> None:
    release = release_of(PARKED)
    heap = parked(release)
    assert VM.decode(heap.encode(), release, Limits()).memory() == heap.memory()


GREEDY = {
    "a doubled string": 't = "x"\nDO\n t = t + t\nLOOP',
    "an endless array": "a = []\nDO\n a[UBOUND(a)] = 1\nLOOP",
    "nested arrays": "a = []\nDO\n a = [a, a]\nLOOP",
    "an endless map": 'm = {}\nDO\n i = i + 1\n m["k" + i] = i\nLOOP',
    "a shared tree as text": 'a = [1]\nFOR i = 1 TO 100\n a = [a, a]\nNEXT\nt = "" + a',
    "a shared tree as a variable": 'a = [1]\nFOR i = 1 TO 100\n a = [a, a]\nNEXT\nSET "x", a',
    "endless contexts": 'DO\n i = i + 1\n SET CONTEXT "c" + i AS "text"\nLOOP',
    "a split text": 't = "x"\nFOR i = 1 TO 22\n t = t + t\nNEXT\na = SPLIT(t, "")',
}


@pytest.mark.parametrize("basic", GREEDY.values(), ids=GREEDY.keys())
def test_greedy_script_is_stopped_and_its_memory_goes_back(basic: str) -> None:
    # Whatever else this process does grows it now and then; memory that does not come back is missing every time.
    assert min(growth_by(basic) for _ in range(3)) < 8 * MIB


def growth_by(basic: str) -> int:
    """Bytes that the process is larger after a script that is stopped for its memory."""
    heap = started(basic)  # compiling loads the parser's table, which stays
    before: int = psutil.Process().memory_info().rss
    stop = run_to_end(heap)
    assert isinstance(stop, Failed)
    assert stop.number == 9001
    assert heap.memory().used <= heap.memory().limit
    heap.collect()
    assert heap.memory().live == 0
    del heap
    return psutil.Process().memory_info().rss - before


ENDLESS = {
    "nested arrays without elements": "a = []\nFOR i = 1 TO 60\n a = [a, a]\nNEXT\na = FLATTEN(a)",
    "a long text compared with shared ones": (
        't = "x"\nFOR i = 1 TO 20\n t = t + t\nNEXT\nb = t + "b"\nt = t + "a"\na = []\n'
        "FOR i = 1 TO 1000\n a = PUSH(a, t)\nNEXT\ni = INDEX_OF(a, b)"
    ),
    "a long text among shared ones": (
        't = "x"\nFOR i = 1 TO 20\n t = t + t\nNEXT\nb = t + "b"\nt = t + "a"\na = []\n'
        "FOR i = 1 TO 1000\n a = PUSH(a, t)\nNEXT\ni = b IN a"
    ),
    "the least of long texts": (
        't = "x"\nFOR i = 1 TO 20\n t = t + t\nNEXT\na = []\nFOR i = 1 TO 1000\n a = PUSH(a, t)\nNEXT\nt = MIN(a)'
    ),
    "the greatest of long fields": (
        't = "x"\nFOR i = 1 TO 20\n t = t + t\nNEXT\nm = {k: t}\na = []\n'
        'FOR i = 1 TO 1000\n a = PUSH(a, m)\nNEXT\nt = MAX(a, "k")'
    ),
    "long texts sorted": (
        't = "x"\nFOR i = 1 TO 20\n t = t + t\nNEXT\nb = t + "b"\na = []\n'
        "FOR i = 1 TO 1000\n a = PUSH(a, t, b)\nNEXT\na = SORT(a)"
    ),
}


@pytest.mark.parametrize("basic", ENDLESS.values(), ids=ENDLESS.keys())
def test_built_in_gives_up_what_shared_objects_make_endless(basic: str) -> None:
    stop = run_to_end(started(basic))
    assert isinstance(stop, Failed)
    assert stop.number == 4002
    assert stop.message.endswith("has too much to go over")


def test_dates_outside_the_years_1_to_9999_are_refused() -> None:
    release = release_of("HEAR x\nRETURN x")
    for value in (DateTime(-62_135_596_801), DateTime(253_402_300_800), Date(-719_163), Date(2_932_897)):
        for vm in (VM, choose_vm("reference")):
            heap = vm.new_heap(release, Limits())
            heap.start(release.program, [], {})
            heap.run(10_000, 0, 0)
            with pytest.raises(OverflowError):
                heap.resume([value])
    heap = parked(release)
    heap.resume(DateTime(-62_135_596_800))
    assert run_to_end(heap) == Done("0001-01-01 00:00:00")


def test_dates_outside_the_years_1_to_9999_make_a_bad_snapshot() -> None:
    release = release_of("d = TODAY() + 86400 * 12345\nHEAR x\nRETURN d")
    heap = VM.new_heap(release, Limits())
    heap.start(release.program, [], {})
    heap.run(10_000, 0, 0)
    body = unseal(heap.encode().root)
    day = bytes([6]) + zigzag(12_345)
    assert body.count(day) == 1
    damaged = Snapshot(seal(body.replace(day, bytes([6]) + zigzag(2_932_897))), {})
    for vm in (VM, choose_vm("reference")):
        with pytest.raises(BadSnapshot, match="out of range"):
            vm.decode(damaged, release, Limits())


def test_large_variables_are_objects_of_their_own_in_the_snapshot() -> None:
    release = release_of(
        't = "x"\nFOR i = 1 TO 13\n t = t + t\nNEXT\nSET "big", t\nt = ""\nSET "small", 1\nHEAR x\nRETURN GET "big"'
    )
    heap = parked(release)
    snapshot = heap.encode()
    assert [len(data) > LARGE_OBJECT_BYTES for data in snapshot.large.values()] == [True]
    assert len(snapshot.root) < LARGE_OBJECT_BYTES
    again = VM.decode(snapshot, release, Limits())
    again.resume("go")
    assert run_to_end(again) == Done("x" * 2**13)
    with pytest.raises(BadSnapshot):
        VM.decode(Snapshot(snapshot.root, {}), release, Limits())


def test_contexts_stay_in_order_over_many_changes() -> None:
    heap = started(
        'FOR i = 1 TO 60\n SET CONTEXT "c" + i AS "v" + i\nNEXT\n'
        'FOR i = 1 TO 60 STEP 2\n SET CONTEXT "C" + i AS ""\nNEXT\n'
        'SET CONTEXT "c2" AS "changed"\nSET CONTEXT "c1" AS "last"\nRETURN 1'
    )
    assert run_to_end(heap) == Done(1)
    expected = {f"c{n}": f"v{n}" for n in range(2, 61, 2)} | {"c1": "last"}
    expected["c2"] = "changed"
    assert list(heap.areas().contexts.items()) == list(expected.items())


def test_wrong_states_are_refused() -> None:
    release = release_of("HEAR x")
    heap = VM.new_heap(release, Limits())
    with pytest.raises(RuntimeError):
        heap.run(1, 0, 0)
    with pytest.raises(RuntimeError):
        heap.resume(1)
    heap.start(release.program, [], {})
    with pytest.raises(RuntimeError):
        heap.start(release.program, [], {})
    with pytest.raises(RuntimeError):
        heap.encode()
    assert isinstance(heap.run(100, 0, 0), Suspended)
    with pytest.raises(RuntimeError):
        heap.run(100, 0, 0)


def test_host_values_outside_the_language_are_refused() -> None:
    heap = parked(release_of("HEAR x\nRETURN x"))
    with pytest.raises(OverflowError):
        heap.resume(2**63)
    with pytest.raises(TypeError):
        heap.resume(object())  # type: ignore[arg-type]  # the point
    heap.resume("fine")
    assert run_to_end(heap) == Done("fine")
