"""SET PRIORITY as one turn sees it: how urgent sessions are to the people who attend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...ids import SessionId
from ...limits import TURN_PRIORITIES
from ...store.desk import PriorityWrite
from ...vm.values import HostValue
from .about import About
from .desk import read_priority


class Priorities:
    """The effect `priority_set`."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._staged: dict[SessionId, int] = {}

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"priority_set": self.set}

    async def set(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a priority. Raises ScriptError 4002, 4004, 5001, 9013."""
        priority = read_priority(arguments[1])
        session_id = await self._about.find_with_rights(arguments[0])
        if session_id not in self._staged and len(self._staged) >= TURN_PRIORITIES:
            raise ScriptError(9013, f"a turn sets the priority of at most {TURN_PRIORITIES} sessions")
        self._staged[session_id] = priority
        return None

    def writes(self) -> tuple[PriorityWrite, ...]:
        return tuple(PriorityWrite(session_id, priority) for session_id, priority in self._staged.items())
