"""What a session and its sub-sessions keep beside their scripts, in the reference VM.

A sub-session lives in the state of its parent: `AreaSet`s form a tree whose root is the session. Each began as a copy
of its parent's and remembers, as digests, what its variables and contexts were then; so a merge can tell what changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..limits import MERGED_HISTORIES
from .snapshot import digest_of
from .text import fold
from .values import SUB_SESSION_ID_PRICE, SUB_SESSION_PRICE, cell_price

BASE_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a session area: immutable, encoded, replaced whole."""

    name: str
    data: bytes

    @property
    def price(self) -> int:
        return cell_price(len(self.name.encode()), len(self.data))

    def as_base(self) -> Cell:
        """The same entry with a digest for its value."""
        return Cell(self.name, digest_of(self.data)[:BASE_DIGEST_BYTES])


Named = dict[str, Cell]
"""Cells by folded name, in order of insertion."""


@dataclass(slots=True, eq=False)
class AreaSet:
    """The areas of a session or sub-session; `id` is empty for the session itself."""

    id: str = ""
    parent: AreaSet | None = None
    variables: Named = field(default_factory=dict)
    contexts: Named = field(default_factory=dict)
    prompt: list[Cell] = field(default_factory=list)
    suggestions: list[Cell] = field(default_factory=list)
    kbs: list[Cell] = field(default_factory=list)
    tools: list[Cell] = field(default_factory=list)
    base_variables: Named = field(default_factory=dict)
    base_contexts: Named = field(default_factory=dict)
    children: list[AreaSet] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)  # sub-sessions whose messages are part of its history, oldest first

    def cells(self, area: str) -> list[Cell]:
        found: Named | list[Cell] = getattr(self, area)
        return list(found.values()) if isinstance(found, dict) else found

    def own_cells(self) -> Iterator[Cell]:
        for area in ("variables", "contexts", "prompt", "suggestions", "kbs", "tools"):
            yield from self.cells(area)

    @property
    def price(self) -> int:
        """Of this set without its children, beyond the price of a session."""
        cells = [*self.own_cells(), *self.base_variables.values(), *self.base_contexts.values()]
        beside = SUB_SESSION_PRICE if self.parent is not None else 0
        return beside + sum(cell.price for cell in cells) + SUB_SESSION_ID_PRICE * len(self.merged)

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1

    def walk(self) -> Iterator[AreaSet]:
        """This set and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find_child(self, child_id: str) -> AreaSet | None:
        return next((child for child in self.children if child.id == child_id), None)

    def branch(self, child_id: str) -> AreaSet:
        """A child that begins as this set is, without suggestions. It is not among the children yet."""
        return AreaSet(
            child_id,
            self,
            dict(self.variables),
            dict(self.contexts),
            list(self.prompt),
            [],
            list(self.kbs),
            list(self.tools),
            {name: cell.as_base() for name, cell in self.variables.items()},
            {name: cell.as_base() for name, cell in self.contexts.items()},
        )

    def merge(self, child: AreaSet) -> AreaSet:
        """What this set becomes when it takes in a child; neither is changed."""
        return AreaSet(
            self.id,
            self.parent,
            _merged(self.variables, child.variables, child.base_variables),
            _merged(self.contexts, child.contexts, child.base_contexts),
            self.prompt,
            self.suggestions,
            _united(self.kbs, child.kbs),
            _united(self.tools, child.tools),
            self.base_variables,
            self.base_contexts,
            [other for other in self.children if other is not child],
            [*self.merged, child.id, *child.merged][-MERGED_HISTORIES:],
        )

    def take_over(self, other: AreaSet) -> None:
        """Become what `merge` gave."""
        self.variables, self.contexts = other.variables, other.contexts
        self.kbs, self.tools = other.kbs, other.tools
        self.children, self.merged = other.children, other.merged


def _merged(mine: Named, theirs: Named, base: Named) -> Named:
    """What a child changed since it was created overwrites, what it removed is removed."""
    result = {name: cell for name, cell in mine.items() if name in theirs or name not in base}
    for name, cell in theirs.items():
        if name not in base or base[name].data != cell.as_base().data:
            result[name] = Cell(mine[name].name if name in mine else cell.name, cell.data)
    return result


def _united(mine: list[Cell], theirs: list[Cell]) -> list[Cell]:
    known = {fold(cell.name) for cell in mine}
    return [*mine, *(cell for cell in theirs if fold(cell.name) not in known)]
