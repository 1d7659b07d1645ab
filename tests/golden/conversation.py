"""Runs the golden conversation: answers in, messages out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from botserver.errors import ScriptError
from botserver.ids import Digest
from botserver.language.effects import HEAR
from botserver.language.program import Program
from botserver.vm.effects import OutOfFuel, Stop, Suspended, Talk
from botserver.vm.machine import Heap
from botserver.vm.values import HostValue

ANSWERS = ["one", "two", "three", "four", "five", "six"]
NOW_S = 1_767_225_600


class GoldenRelease:
    """A release of one program."""

    parameters: Mapping[str, HostValue] = {}
    is_get_dynamic = False

    def __init__(self, program: Program) -> None:
        self._program = program

    def find_script(self, name: str) -> Program:
        raise ScriptError(3004, f"no script {name}")

    def find_program(self, digest: Digest) -> Program | None:
        return self._program if digest == self._program.digest else None

    def has_file(self, path: str) -> bool:
        return False

    def find_kb(self, name: str) -> str | None:
        return None

    def find_tool(self, name: str) -> str | None:
        return None


def talk(heap: Heap, answers: Sequence[str]) -> tuple[list[str], Stop]:
    """Give the answers in turn; what was said, and where it stopped when they were used up."""
    said: list[str] = []
    waiting = list(answers)
    while True:
        stop = heap.run(1_000, NOW_S, 7)
        said += [record.text for record in heap.take_output() if isinstance(record, Talk)]
        if isinstance(stop, OutOfFuel):
            continue
        if not isinstance(stop, Suspended):
            return said, stop
        if stop.effect.number != HEAR:
            heap.resume(None)
        elif waiting:
            heap.resume(waiting.pop(0))
        else:
            return said, stop
