"""Runs the golden conversation: answers in, messages out."""

from __future__ import annotations

from collections.abc import Sequence

from botserver.language.effects import HEAR
from botserver.vm.effects import OutOfFuel, Stop, Suspended, Talk
from botserver.vm.machine import Heap

ANSWERS = ["one", "two", "three", "four", "five", "six"]
NOW_S = 1_767_225_600


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
