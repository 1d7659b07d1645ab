"""What must hold for any text given to the compiler: no crash, bounded time, diagnostics that point into the file; and
what compiles runs on both VMs alike."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from time import process_time

from botserver.errors import ScriptError
from botserver.language.compiler import compile_source
from botserver.language.program import Program, decode_program
from botserver.language.source import ERROR, Diagnostic, Source
from botserver.limits import Limits
from botserver.vm.effects import Done, Failed, OutOfFuel, Suspended
from botserver.vm.machine import Heap, Vm
from tests.script_host import Scripts, built_vms

SAMPLE_S = 2.0  # processor time of one sample; a script of the fuzzers takes a few milliseconds
_FUEL = 3_000
_ANSWERS = ("yes", "3", "", "2024-02-29", "a")


class Unsound(AssertionError):
    """A sample broke a promise of the compiler or the VMs."""


@dataclass(frozen=True)
class Verdict:
    """What became of a sample."""

    compiles: bool
    codes: frozenset[str]


def judge(text: str, runs: bool = True) -> Verdict:
    """Compile a text and run what comes out. Raises Unsound, or whatever the compiler or a VM lets out."""
    began_s = process_time()
    program, diagnostics = compile_source(text, "fuzz.bas")
    took_s = process_time() - began_s
    if took_s > SAMPLE_S:
        raise Unsound(f"compiling takes {took_s:.1f} s")
    source = Source.of(text, "fuzz.bas")
    for found in diagnostics:
        check_position(found, source)
    is_broken = any(found.severity == ERROR for found in diagnostics)
    if is_broken == (program is not None):
        raise Unsound("errors and a program, or neither")
    if program is not None:
        if decode_program(program.encoded) != program:
            raise Unsound("the program changes when stored")
        if runs:
            run(program, text)
    return Verdict(program is not None, frozenset(found.code for found in diagnostics))


def check_position(found: Diagnostic, source: Source) -> None:
    """A diagnostic has a place inside its file, and can be shown there."""
    lines = source.text.split("\n")
    if not 1 <= found.line <= len(lines):
        raise Unsound(f"line {found.line} of {len(lines)}: {found}")
    if not 1 <= found.column <= len(lines[found.line - 1]) + 1 or found.length < 1:
        raise Unsound(f"column {found.column}, length {found.length}: {found}")
    if not found.message or found.message != found.message.strip():
        raise Unsound(f"a diagnostic without words: {found}")
    found.render(source)


def run(program: Program, text: str) -> None:
    """Both VMs do the same: output, end, fuel and memory, whatever effects give."""
    scripts = Scripts({})
    scripts.programs["start"] = program
    traces = [_trace(vm, scripts, text) for vm in built_vms()]
    if any(trace != traces[0] for trace in traces):
        raise Unsound(f"the VMs differ: {traces}")


def _trace(vm: Vm, scripts: Scripts, text: str) -> list[str]:
    random = Random(text.encode(errors="replace"))
    heap: Heap = vm.new_heap(scripts, Limits())
    seen: list[str] = []
    heap.start(scripts.find_script("start"), [], {})
    for _ in range(30):
        stop = heap.run(_FUEL, 1_709_210_096, 7)
        seen.append(f"{stop!r} {heap.fuel_used} {heap.memory()} {heap.take_output()!r}")
        if isinstance(stop, OutOfFuel):
            heap.fail(9005, "fuel")
            break
        if isinstance(stop, Done | Failed):
            break
        if isinstance(stop, Suspended):
            try:
                if random.random() < 0.2:
                    heap.resume_error(1001, "no answer")
                else:
                    heap.resume(random.choice(_ANSWERS))
            except ScriptError as error:
                seen.append(f"{error.number}")
                break
    return seen
