"""What one turn stages for beyond its session: writes of our own store, which its commit holds.

Made anew after each commit, with the first store effect that follows: most turns have none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..store.abc import TurnCommit
from ..vm.values import HostValue
from .outcomes import Outcome
from .performers.attendance import Attendance
from .performers.cache import Cache
from .performers.delegations import Delegations
from .performers.files import Files
from .performers.memory import BotMemory
from .performers.others import OtherSessions
from .performers.sends import Sends
from .performers.tables import Tables
from .performers.timetables import Timetables
from .performers.user_memory import UserMemory

StoreEffect: TypeAlias = "Callable[[tuple[HostValue, ...]], Awaitable[HostValue | Outcome]]"
"""Performs a store effect with these arguments. An Outcome is a value with a soft error. Raises ScriptError."""


@dataclass(frozen=True, slots=True)
class Staging:
    memory: BotMemory
    user_memory: UserMemory
    cache: Cache
    files: Files
    tables: Tables
    timetables: Timetables
    sends: Sends
    others: OtherSessions
    attendance: Attendance
    delegations: Delegations
    performers: Mapping[str, StoreEffect]
    """By the name of the effect."""

    def written_with(self, commit: TurnCommit) -> TurnCommit:
        """The commit, with all that was staged."""
        return replace(
            self.attendance.written_with(commit),
            memory=self.memory.writes(),
            user_memory=(*self.user_memory.writes(), *self.cache.writes()),
            tables=self.tables.table_writes(),
            rows=self.tables.row_writes(),
            files=self.files.writes(),
            timetables=self.timetables.writes(),
            openings=self.delegations.openings(),
            sends=self.sends.writes(),
        )
