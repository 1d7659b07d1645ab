"""Outcomes of effects as errors: raised, trapped, and soft."""

from __future__ import annotations

import pytest

from botserver.errors import ScriptError
from botserver.limits import Limits
from botserver.vm.effects import Done, Failed, Suspended
from botserver.vm.machine import Heap, Vm
from tests.script_host import NOW_S, SEED, Scripts, built_vms

VMS = pytest.mark.parametrize("vm", built_vms(), ids=lambda vm: vm.name)


def suspended(vm: Vm, script: str, copies: bool = False, limits: Limits | None = None, **others: str) -> Heap:
    """A heap whose script stands at its first effect."""
    scripts = Scripts({"start": script, **others})
    heap = vm.new_heap(scripts, limits or Limits())
    heap.start(scripts.find_script("start"), [], {})
    assert isinstance(heap.run(10_000, NOW_S, SEED), Suspended)
    heap.take_output()
    return vm.decode(heap.encode(), scripts, limits or Limits()) if copies else heap


def finish(heap: Heap) -> object:
    stop = heap.run(10_000, NOW_S, SEED)
    assert isinstance(stop, Done), stop
    return stop.value


@VMS
@pytest.mark.parametrize("copies", [False, True])
def test_soft_error_is_recorded_and_the_script_goes_on(vm: Vm, copies: bool) -> None:
    heap = suspended(vm, 'x = 1\nx = CALL "/a"\nRETURN [x, ERR, ERROR MESSAGE, ERROR]', copies)
    heap.resume_soft(None, 3004, "no file a.txt")
    assert finish(heap) == [None, 3004, "no file a.txt", True]


@VMS
def test_soft_error_in_a_procedure_is_recorded_for_the_run(vm: Vm) -> None:
    heap = suspended(vm, 'Read()\nRETURN ERR\nSUB Read\n  x = CALL "/a"\nEND SUB')
    heap.resume_soft("kept", 3004, "missing")
    assert finish(heap) == 3004


@VMS
def test_soft_error_of_a_script_that_asks_for_none_is_its_value(vm: Vm) -> None:
    heap = suspended(vm, 'RETURN CALL "/a"')
    heap.resume_soft({"status": 404}, 1404, "not found")
    assert finish(heap) == {"status": 404}


@VMS
def test_soft_error_does_not_fail_the_statement_under_resume_next(vm: Vm) -> None:
    heap = suspended(vm, 'ON ERROR RESUME NEXT\nx = 1\nx = CALL "/a"\nRETURN [x, ERR]')
    heap.resume_soft(None, 3004, "missing")
    assert finish(heap) == [None, 3004]


@VMS
@pytest.mark.parametrize(
    "script",
    [
        'TRY\n  x = CALL "/a"\nCATCH e\n  RETURN e.code\nEND TRY',
        'TRY\n  Read()\nCATCH e\n  RETURN e.code\nEND TRY\nSUB Read\n  x = CALL "/a"\nEND SUB',
        'ON ERROR GOTO failed\nx = CALL "/a"\nRETURN "went on"\nfailed:\nRETURN ERR',
        'ON ERROR GOTO failed\nRead()\nRETURN 1\nfailed:\nRETURN ERR\nSUB Read\n  x = CALL "/a"\nEND SUB',
    ],
)
def test_soft_error_is_raised_where_the_script_catches_errors(vm: Vm, script: str) -> None:
    heap = suspended(vm, script)
    heap.resume_soft(None, 3004, "missing")
    assert finish(heap) == 3004


@VMS
def test_soft_error_is_not_raised_by_the_try_of_another_run(vm: Vm) -> None:
    start = 'TRY\n  x = RUN "inner"\n  RETURN x\nCATCH e\n  RETURN "caught"\nEND TRY'
    heap = suspended(vm, start, inner='x = CALL "/a"\nRETURN [x, ERR]')
    heap.resume_soft("", 3004, "missing")
    assert finish(heap) == ["", 3004]


@VMS
def test_soft_error_that_does_not_fit_leaves_the_script_waiting(vm: Vm) -> None:
    limits = Limits(memory_bytes=4_000)
    heap = suspended(vm, 'x = CALL "/a"\nRETURN [LEN(x), ERR]', limits=limits)
    with pytest.raises(ScriptError) as error:
        heap.resume_soft("x" * 5_000, 3004, "missing")
    assert error.value.number == 9013
    heap.resume_soft("x", 3004, "missing")
    assert finish(heap) == [1, 3004]


@VMS
def test_menu_of_a_hear_that_timed_out_is_gone(vm: Vm) -> None:
    heap = suspended(vm, 'TRY\n  HEAR x AS MENU "a", "b"\nCATCH e\n  HEAR y\n  RETURN [e.code, y]\nEND TRY')
    assert len(heap.options()) == 2
    before = heap.memory().cells
    heap.resume_error(9006, "nobody answered in time")
    assert isinstance(heap.run(10_000, NOW_S, SEED), Suspended)
    assert heap.options() == ()
    assert heap.memory().cells < before
    heap.resume("z")
    assert finish(heap) == [9006, "z"]


@VMS
@pytest.mark.parametrize("number", [9001, 9005])
def test_memory_and_fuel_are_not_trapped(vm: Vm, number: int) -> None:
    heap = suspended(vm, 'TRY\n  x = CALL "/a"\nCATCH e\n  RETURN 1\nFINALLY\n  RETURN 2\nEND TRY')
    heap.resume_error(number, "used up")
    stop = heap.run(10_000, NOW_S, SEED)
    assert isinstance(stop, Failed)
    assert stop.number == number


@VMS
def test_every_trapped_error_costs_what_finding_its_place_costs(vm: Vm) -> None:
    """A loop of errors is no way to make a slice of little fuel take long."""
    heap = vm.new_heap(scripts := Scripts({"start": "ON ERROR RESUME NEXT\nWHILE TRUE\n  x = 1 / 0\nWEND"}), Limits())
    heap.start(scripts.find_script("start"), [], {})
    heap.begin_turn()
    rounds = 0
    while heap.fuel_used < 20_000:
        heap.run(1, NOW_S, SEED)
        rounds += 1
    assert rounds < 3_000
