"""A script at each limit of running scripts, and one just past it, with nothing half done afterwards."""

from __future__ import annotations

import pytest

from botserver.limits import (
    CALL_DEPTH,
    KIB,
    OUTPUT_RECORDS,
    PYTHON_BUILTIN_BYTES,
    SUGGESTION_CHARS,
    SUGGESTIONS,
    VALUE_DEPTH,
    VARIABLE_NAME_CHARS,
    Limits,
)
from botserver.vm.effects import Done, Failed
from botserver.vm.machine import Vm
from tests.script_host import Host, Scripts, Trace, Watch, built_vms

VMS = pytest.mark.parametrize("vm", built_vms(), ids=lambda vm: vm.name)
SMALL = Limits(memory_bytes=256 * KIB, turn_fuel=400_000)


def run(vm: Vm, script: str, limits: Limits | None = None, watch: Watch | None = None) -> Trace:
    return Host().run(vm, Scripts({"start": script}), limits or Limits(turn_fuel=400_000), watch)


def fault(trace: Trace) -> int:
    assert isinstance(trace.end, Failed), trace.end
    return trace.end.number


def nested(depth: int) -> str:
    return f"a = []\nFOR i = 2 TO {depth}\n  a = [a]\nNEXT\n"


def calls(depth: int) -> str:
    return f"SUB s(n)\n  IF n < {depth} THEN CALL s(n + 1)\nEND SUB\ns(1)\n"


def pattern(doublings: int) -> str:
    """FORMAT with a pattern of so many doublings of 1 KiB: 8 are exactly what a built-in in Python may get."""
    assert KIB * 2**8 == PYTHON_BUILTIN_BYTES
    return f's = "{"x" * KIB}"\nFOR i = 1 TO {doublings}\n  s = s & s\nNEXT\nx = FORMAT("a", s)'


AT_AND_PAST = [
    ("calls", calls(CALL_DEPTH), calls(CALL_DEPTH + 1), 9007),
    ("text of nesting", nested(VALUE_DEPTH) + "x = STR(a)", nested(VALUE_DEPTH + 1) + "x = STR(a)", 4006),
    ("stored nesting", nested(VALUE_DEPTH) + 'SET "a", a', nested(VALUE_DEPTH + 1) + 'SET "a", a', 4006),
    ("compared nesting", nested(VALUE_DEPTH) + "b = a = a", "a = []\na[0] = a\nb = [a]\nx = a = b", 4006),
    ("suggestions", *(f'FOR i = 1 TO {n}\nADD SUGGESTION "s" & i\nNEXT' for n in (SUGGESTIONS, SUGGESTIONS + 1)), 9009),
    ("suggestion", *(f'ADD SUGGESTION "{"x" * n}"' for n in (SUGGESTION_CHARS, SUGGESTION_CHARS + 1)), 4002),
    ("name", *(f'SET "{"n" * n}", 1' for n in (VARIABLE_NAME_CHARS, VARIABLE_NAME_CHARS + 1)), 4002),
    ("messages", *(f"FOR i = 1 TO {n}\nTALK i\nNEXT" for n in (OUTPUT_RECORDS, OUTPUT_RECORDS + 1)), 9013),
    ("log lines", *(f"FOR i = 1 TO {n}\nLOG i\nNEXT" for n in (OUTPUT_RECORDS, OUTPUT_RECORDS + 1)), 9013),
    ("variables", *(f'FOR i = 1 TO {n}\nSET "v" & i, i\nNEXT' for n in (100, 101)), 9004),
    ("context", *(f'SET CONTEXT "c" AS "{"x" * n}"' for n in (4096 * 4, 4096 * 4 + 1)), 9002),
    ("pattern", pattern(8), pattern(9), 9013),
]  # fmt: skip


@VMS
@pytest.mark.parametrize(
    ("at", "past", "number"), [row[1:] for row in AT_AND_PAST], ids=[row[0] for row in AT_AND_PAST]
)
def test_limit_itself_is_allowed_and_one_more_raises(vm: Vm, at: str, past: str, number: int) -> None:
    assert isinstance(run(vm, at).end, Done), run(vm, at).end
    assert fault(run(vm, past)) == number


@VMS
def test_variable_that_does_not_fit_leaves_the_one_before(vm: Vm) -> None:
    grown = 's = "xxxxxxxxxxxxxxxx"\nFOR i = 1 TO 12\ns = s & s\nNEXT\n'
    trace = run(vm, 'SET "kept", "old"\n' + grown + 'SET "kept", [s, s, s, s]\nTALK "never"', SMALL)
    assert fault(trace) == 9001
    assert trace.areas is not None
    assert trace.areas.variables == {"kept": "old"}
    assert not trace.texts


@VMS
def test_past_the_variables_an_old_one_may_change(vm: Vm) -> None:
    script = 'SET "a", 1\nSET "b", 2\nSET "A", 3\nSET "c", 4'
    trace = run(vm, script, Limits(variables=2))
    assert fault(trace) == 9004
    assert trace.areas is not None
    assert trace.areas.variables == {"a": 3, "b": 2}


@VMS
def test_message_that_does_not_fit_is_not_sent(vm: Vm) -> None:
    script = 's = "x"\nFOR i = 1 TO 19\ns = s & s\nNEXT\nTALK s\nTALK s\nTALK "never"'
    trace = run(vm, script, Limits())
    assert fault(trace) == 9013
    assert [len(text) for text in trace.texts] == [2**19]


GROWING = {
    "text": ('s = "x"\nWHILE TRUE\ns = s & s\nWEND', 9001),
    "array": ("a = []\nWHILE TRUE\na[UBOUND(a)] = 1\nWEND", 9001),
    "joined array": ("a = [1]\nWHILE TRUE\na = a + a\nWEND", 9001),
    "map": ('m = {}\nWHILE TRUE\ni = i + 1\nm["k" & i] = i\nWEND', 9001),
    "nesting": ("a = []\nWHILE TRUE\na = [a, [a]]\nWEND", 9001),
    "text of shared nesting": ("a = [1]\nFOR i = 1 TO 60\na = [a, a]\nNEXT\nTALK a", 9001),
    "stored shared nesting": ('a = [1]\nFOR i = 1 TO 60\na = [a, a]\nNEXT\nSET "a", a', 9001),
    "recursion": ("FUNCTION f(n)\nRETURN f(n + 1)\nEND FUNCTION\nx = f(1)", 9007),
    "replaced text": ('s = "aa"\nWHILE TRUE\ns = REPLACE(s, "a", "aaa")\nWEND', 9001),
    "joined text": ('a = ["xxxxxxxx"]\nWHILE TRUE\na = [JOIN(a), JOIN(a)]\nWEND', 9001),
    "session variables": ('s = "x"\nFOR i = 1 TO 12\ns = s & s\nNEXT\nFOR i = 1 TO 99\nSET "v" & i, s\nNEXT', 9001),
    "output": ('WHILE TRUE\nTALK "x"\nWEND', 9013),
    "large output": ('s = "x"\nFOR i = 1 TO 15\ns = s & s\nNEXT\nWHILE TRUE\nTALK s\nWEND', 9001),
    "steps": ("WHILE TRUE\nWEND", 9005),
}


@VMS
@pytest.mark.parametrize("growing", GROWING)
def test_growth_without_end_is_stopped_with_the_right_error(vm: Vm, growing: str) -> None:
    script, number = GROWING[growing]
    trace = run(vm, script, SMALL)
    assert fault(trace) == number
    assert all(memory.used <= SMALL.memory_bytes for memory in trace.memories)


@VMS
@pytest.mark.parametrize("growing", sorted(set(GROWING) - {"steps", "output"}))
def test_account_equals_a_recount_while_a_script_grows(vm: Vm, growing: str) -> None:
    watched = run(vm, GROWING[growing][0], SMALL, Watch(slice_fuel=2_000, collects=True))
    assert fault(watched) == GROWING[growing][1]


@pytest.mark.parametrize("growing", GROWING)
def test_both_vms_stop_at_the_same_step(growing: str) -> None:
    traces = [run(vm, GROWING[growing][0], SMALL) for vm in built_vms()]
    assert {repr((trace.end, trace.fuel, trace.memories)) for trace in traces} == {
        repr((traces[0].end, traces[0].fuel, traces[0].memories))
    }
