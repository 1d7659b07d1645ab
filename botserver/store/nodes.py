"""What a store promises about the processes that have it open: each says now and then that it lives, and what it reads.

A process whose lease is over counts as gone; it may still run and write, so nothing may depend on its being gone but
which formats are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Node:
    """A process. `reads` has the newest number of each kind of format that it understands."""

    node_id: str
    version: str
    reads: Mapping[str, int]
    started_at: float = 0.0


class NodeStore(Protocol):
    async def beat(self, node: Node, lease_s: float) -> None:
        """It lives, and will for `lease_s` at least. Its `started_at` is the time of its first beat."""
        ...

    async def leave(self, node_id: str) -> None:
        """It is going to read nothing any more."""
        ...

    async def list_nodes(self) -> list[Node]:
        """Those that live, by id."""
        ...
