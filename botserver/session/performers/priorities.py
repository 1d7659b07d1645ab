"""SET PRIORITY as one turn sees it: how urgent sessions are to the people who attend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...ids import SessionId
from ...limits import TURN_PRIORITIES
from ...store.abc import SessionRow
from ...store.desk import PriorityWrite
from ...vm.formats import display
from ...vm.values import HostValue
from .desk import read_priority
from .notes import session_about
from .reach import FindsSessions


class Priorities:
    """The effect `priority_set`. `address` is the sub-session the script runs in, "" for none; `check_rights` raises
    ScriptError 5001 where other sessions are not the script's."""

    def __init__(
        self, reach: FindsSessions, row: SessionRow, address: Callable[[], str], check_rights: Callable[[], None]
    ) -> None:
        self._reach = reach
        self._row = row
        self._address = address
        self._check_rights = check_rights
        self._staged: dict[SessionId, int] = {}

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"priority_set": self.set}

    async def set(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a priority. Raises ScriptError 4002, 4004, 5001, 9013."""
        wanted, priority = SessionId(display(arguments[0]).strip().lower()), read_priority(arguments[1])
        if wanted not in (self._row.session_id, self._address()):
            self._check_rights()
        session_id = await session_about(self._reach, self._row, self._address(), wanted)
        if session_id not in self._staged and len(self._staged) >= TURN_PRIORITIES:
            raise ScriptError(9013, f"a turn sets the priority of at most {TURN_PRIORITIES} sessions")
        self._staged[session_id] = priority
        return None

    def writes(self) -> tuple[PriorityWrite, ...]:
        return tuple(PriorityWrite(session_id, priority) for session_id, priority in self._staged.items())
