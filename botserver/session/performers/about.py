"""Which session is meant by what a script says of it to people: its own, also by a sub-session of it, or another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...errors import ScriptError
from ...ids import SessionId
from ...store.abc import SessionRow
from ...vm.formats import display
from ...vm.values import HostValue
from .reach import FindsSessions


@dataclass(frozen=True, slots=True)
class About:
    """Of one turn of the session `row`. `address` is the sub-session the script runs in, "" for none; `check_rights`
    raises ScriptError 5001 where other sessions are not the script's."""

    reach: FindsSessions
    row: SessionRow
    address: Callable[[], str]
    check_rights: Callable[[], None]

    async def find(self, named: HostValue) -> SessionId:
        """The session of the bot with that id; a sub-session is of its session. Raises ScriptError 4004."""
        wanted = _id(named)
        if self._is_own(wanted):
            return self.row.session_id
        row = await self.reach.find_session(wanted)
        if row is None:
            raise ScriptError(4004, "there is no session of this bot with that id")
        return row.session_id

    async def find_with_rights(self, named: HostValue) -> SessionId:
        """The same, if it is the script's. Raises ScriptError 4004, 5001."""
        if not self._is_own(_id(named)):
            self.check_rights()
        return await self.find(named)

    def _is_own(self, wanted: SessionId) -> bool:
        return bool(wanted) and wanted in (self.row.session_id, self.address())


def _id(named: HostValue) -> SessionId:
    return SessionId(display(named).strip().lower())
