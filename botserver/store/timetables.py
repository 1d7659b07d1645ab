"""What a store promises about timetables: when scripts of bots run without a user, each time once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..ids import ReleaseId


@dataclass(frozen=True, slots=True)
class TimetableWrite:
    """A timetable of a bot; `timetable` and `arguments` are the engine's. One that is there under its key, over or not,
    stays as it is. `key` None ends those of `script` that were not declared."""

    key: str | None
    script: str
    timetable: str = ""
    arguments: bytes = b""
    is_once: bool = False
    due_at: float = 0.0
    principal: str = ""
    watched: str = ""
    """The folded path of a file or folder: it is due when a turn writes or deletes there, and not before. "": `due_at`
    says when."""


@dataclass(frozen=True, slots=True)
class TimetableDue:
    """A timetable whose time has come; `due_at` is that time."""

    bot: str
    key: str
    principal: str
    script: str
    timetable: str
    arguments: bytes
    due_at: float


class TimetableCount(NamedTuple):
    """Of a bot, without those that are declared."""

    repeated: int
    once: int  # that are to come or are still remembered


class TimetableStore(Protocol):
    async def declare_timetables(self, bot: str, release: ReleaseId | None, declared: Sequence[TimetableWrite]) -> None:
        """Let these be the declared ones of a bot, if that release is its active one: known ones keep their time,
        others that were declared go. One that watches what another of its script watched that goes so is due: the
        package has other files there."""
        ...

    async def count_timetables(self, bot: str, besides: Collection[str] = ()) -> TimetableCount:
        """How many the scripts of a bot asked for, without those of these keys."""
        ...

    async def next_timetable_at(self, bots: Collection[str]) -> float | None:
        """When the next one of these bots will be visible."""
        ...

    async def take_timetables(self, bots: Collection[str], limit: int, lease_s: float) -> list[TimetableDue]:
        """Those of these bots whose time has come, oldest first, each to one taker until the lease is over."""
        ...
