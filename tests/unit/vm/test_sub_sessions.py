"""Sub-sessions as a host sees them, on both VMs."""

from __future__ import annotations

import pytest

from botserver.limits import MERGED_HISTORIES, Limits
from botserver.vm.effects import Done, Failed, Suspended
from botserver.vm.machine import Heap, Vm
from botserver.vm.values import CELL_PRICE, SUB_SESSION_PRICE
from tests.script_host import NOW_S, SEED, Scripts, built_vms

VMS = pytest.mark.parametrize("vm", built_vms(), ids=lambda vm: vm.name)


def run(vm: Vm, scripts: Scripts, heap: Heap | None = None) -> Heap:
    """The heap after `start` ended or waits."""
    heap = heap or vm.new_heap(scripts, Limits())
    heap.start(scripts.find_script("start"), [], {})
    stop = heap.run(1_000_000, NOW_S, SEED)
    heap.take_output()
    assert isinstance(stop, Done | Suspended), stop
    return heap


WAITS_IN_CHILD = Scripts(
    {
        "start": 'SET "x", 1\nchild = CREATE SUB SESSION\nRUN IN SESSION child, "task"',
        "task": 'SET "x", 2\nSET CONTEXT "c" AS "text"\nHEAR answer',
    }
)


@VMS
def test_areas_are_those_of_the_script_that_waits_or_of_an_address(vm: Vm) -> None:
    heap = run(vm, WAITS_IN_CHILD)
    (child,) = heap.sub_sessions()
    assert heap.address() == child.sub_session_id
    assert child.parent_id == ""
    assert heap.areas().variables == heap.areas(child.sub_session_id).variables == {"x": 2}
    assert heap.areas("").variables == {"x": 1}
    assert heap.areas("").contexts == {}
    with pytest.raises(KeyError):
        heap.areas("12345678-1234-4234-8234-123456789012")


@VMS
def test_a_run_that_is_given_up_leaves_its_sub_session(vm: Vm) -> None:
    heap = run(vm, WAITS_IN_CHILD)
    heap.abandon()
    assert heap.address() == ""
    assert heap.areas().variables == {"x": 1}
    assert len(heap.sub_sessions()) == 1


@VMS
def test_a_run_that_fails_leaves_its_sub_session(vm: Vm) -> None:
    heap = run(vm, WAITS_IN_CHILD)
    heap.resume_error(9006, "nobody answered in time")
    stop = heap.run(1_000, NOW_S, SEED)
    assert isinstance(stop, Failed)
    assert [entry.script for entry in stop.stack] == ["task.bas", "start.bas"]
    assert (heap.address(), heap.areas().variables) == ("", {"x": 1})


@VMS
def test_what_a_sub_session_holds_is_counted_and_given_back(vm: Vm) -> None:
    heap = run(vm, Scripts({"start": 'SET "name", "Ann"'}))
    before = heap.memory().cells
    run(vm, Scripts({"start": 'child = CREATE SUB SESSION\nSET "child", NULL'}), heap)
    copy = CELL_PRICE + len("name") + len("\7\3Ann")
    base = CELL_PRICE + len("name") + 16
    assert heap.memory().cells - before == SUB_SESSION_PRICE + copy + base
    assert heap.area_sizes()["sub_sessions"] == heap.memory().cells - before == heap.sub_sessions()[0].size_bytes
    heap.discard_sub_sessions()
    assert heap.sub_sessions() == ()
    assert heap.memory().cells == before


@VMS
def test_a_merge_leaves_what_the_parent_took_over_and_an_address(vm: Vm) -> None:
    scripts = Scripts(
        {
            "start": 'child = CREATE SUB SESSION\nRUN IN SESSION child, "task"\nMERGE SESSION child\nRETURN child',
            "task": 'SET "x", 1',
        }
    )
    heap = run(vm, scripts)
    assert heap.sub_sessions() == ()
    own, merged = heap.histories()
    assert own == ""
    assert len(merged) == 36
    assert heap.memory().cells == CELL_PRICE + len("x") + len("\3\2") + 16


@VMS
def test_a_history_is_made_of_so_many_merged_ones_and_no_more(vm: Vm) -> None:
    loop = f"FOR i = 1 TO {MERGED_HISTORIES + 1}\nlast = CREATE SUB SESSION\nMERGE SESSION last\nNEXT\n"
    heap = run(vm, Scripts({"start": loop + 'SET "last", last'}))
    histories = heap.histories()
    assert len(histories) == 1 + MERGED_HISTORIES
    assert histories[-1] == heap.areas().variables["last"]


@VMS
def test_a_session_without_sub_sessions_pays_one_byte_in_its_snapshot(vm: Vm) -> None:
    root = run(vm, Scripts({"start": 'SET "x", 1'})).encode().root
    assert root[:-8].endswith(b"\x00\x00\x00\x00\x00\x00\x00")  # six empty areas, no family


@VMS
def test_sub_sessions_of_a_run_that_is_under_way_are_not_discarded(vm: Vm) -> None:
    heap = run(vm, WAITS_IN_CHILD)
    with pytest.raises(RuntimeError):
        heap.discard_sub_sessions()
