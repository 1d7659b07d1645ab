"""What the scripts of `bots/` answer, told a second time in Python: the exact transcript of every conversation.

An answer is a list of turns, each a list of texts: a WAIT ends a turn, an outside call does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Answer = list[list[str]]


@dataclass(frozen=True, slots=True)
class Bot:
    """`answer` gives what message `number` of a conversation gets; `counts` and `calls` what it does besides."""

    name: str
    words: tuple[str, ...]
    answer: Callable[[int, str], Answer]
    counts: dict[str, int]
    calls: dict[str, int]


def _ladder(number: int, word: str) -> Answer:
    stamp = f"{number} {(number - 1) // 6 + 1}{'abc'[(number - 1) // 2 % 3]} {word}"
    match word:
        case "wait":
            return [[f"{number} waits"], [stamp]]
        case "call":
            return [[f"{number} called", stamp]]
        case "calls":
            return [[f"{number} calls", f"{number} call 1", f"{number} call 2", stamp]]
        case "waitcall":
            return [[f"{number} waits to call"], [f"{number} called late"], [stamp]]
        case "countcall":
            return [[f"{number} counted", stamp]]
        case "bye":
            return [[f"{number} bye"]]
        case _:
            return [[stamp]]


def _errands(number: int, word: str) -> Answer:
    depth = (number - 1) % 5 + 1
    if depth == 5:
        item = "what was called" if word == "call" else word
        return [[f"{number} fetching {word}"], [f"{number} fetched {item}"]]
    said = [f"{number} called"] if word == "call" else []
    said.append(f"{number} down at {depth}: {word}")
    if depth == 4:
        said += [f"{number} up from {above}" for above in (4, 3, 2)] + ["climbed from 4, what next?"]
    return [[], said] if word == "wait" else [said]


LADDER = Bot(
    "ladder",
    ("plain", "plain", "plain", "wait", "call", "calls", "waitcall", "count", "count", "countcall", "bye"),
    _ladder,
    {"count": 1, "countcall": 2},
    {"call": 1, "calls": 2, "waitcall": 1, "countcall": 1},
)
ERRANDS = Bot("errands", ("plain", "plain", "wait", "call", "count"), _errands, {"count": 1}, {"call": 1})
COURIER = Bot(
    "courier",
    ("plain", "count", "timer", "note"),
    lambda number, word: [[f"{number} {word}"]],
    {"count": 1, "timer": 1},
    {},
)
BOTS = (LADDER, ERRANDS, COURIER)


def comes_by_itself(text: str) -> bool:
    """Whether it is no answer: a note of another session, or what a timer said."""
    return text.startswith(("note ", "timer "))
