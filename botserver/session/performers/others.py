"""GET SESSION and SET SESSION with an id: what one turn reads and stages of other sessions of the bot.

A write goes the way a sent message goes: it is accepted there with this turn's commit, once, and taken when the turn of
that session comes. A script may do both only with agent or system rights: in a scheduled run, or if whoever opened its
session, or changed its metadata since, said so by `user_role`. A user cannot, nor can a script.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from ...errors import ScriptError
from ...ids import SessionId
from ...language.session_fields import find_field, variable_of
from ...limits import BOT_MEMORY_VALUE_BYTES, CUSTOMER_SESSIONS, NEIGHBOURS_READ, VARIABLE_NAME_CHARS, Limits
from ...model import SessionState
from ...store.abc import SessionRow
from ...vm.machine import Heap
from ...vm.text import fold, trim
from ...vm.values import DateTime, HostValue
from ..neighbours import Neighbour, Neighbours, find_variable
from ..records import INPUT_SET, VariableSet
from .reach import Reach
from .sends import Sends

Arguments = tuple[HostValue, ...]

RIGHTS = frozenset(("agent", "system"))
"""Values of `user_role` with which a script may look at other sessions."""


@dataclass(slots=True)
class OtherSessions:
    """Of one turn. `read_field` gives a field of the session itself."""

    neighbours: Neighbours
    reach: Reach
    heap: Heap
    sends: Sends
    limits: Limits
    read_field: Callable[[str], Awaitable[HostValue]]
    moment: Callable[[float], DateTime]
    """The bot's clock at a time of the store."""
    is_system: bool
    """Whether nobody but the bot itself made its script run."""
    held_bytes: int = 0
    """Of the heaps it looks at: they stay until the next commit."""
    _found: dict[SessionId, Neighbour | None] = field(default_factory=dict)
    _staged: dict[tuple[SessionId, str], HostValue] = field(default_factory=dict)

    @property
    def row(self) -> SessionRow:
        return self.reach.row

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"session_read": self.read, "session_write": self.write, "customer_history": self.history}

    async def history(self, arguments: Arguments) -> HostValue:
        """The newest sessions of a user with this bot. Raises ScriptError 5001 without the rights."""
        user_id = arguments[0].strip() if isinstance(arguments[0], str) else ""
        if user_id != self.row.user.user_id:
            self.check_rights()
        return [
            {
                "session_id": row.session_id,
                "channel": row.channel,
                "status": row.state.value,
                "created_at": self.moment(row.created_at),
                "last_activity_at": self.moment(row.updated_at),
                "ended_at": None if row.ended_at is None else self.moment(row.ended_at),
                "end_reason": "" if row.end_reason is None else row.end_reason.told,
                "message_count": row.message_count,
            }
            for row in (await self.neighbours.of_user(self.reach, user_id, CUSTOMER_SESSIONS) if user_id else [])
        ]

    async def read(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 5001 without the rights, 9013 for too many sessions."""
        session_id, name = _id(arguments[0]), _name(arguments[1])
        known = find_field(name)
        if self._is_own(session_id):
            if known is not None:
                return await self.read_field(known)
            return find_variable(self.heap, name, self._address(session_id))
        self.check_rights()
        if (session_id, fold(name)) in self._staged:
            return self._staged[session_id, fold(name)]
        found = await self._find(session_id)
        if found is None:
            return None
        return await self.neighbours.field(found, known) if known is not None else found.variable(name)

    async def write(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 5001 without the rights, 4004 for a session that is not open, 5002 for a field, 9004,
        9008, 9013 for too much."""
        session_id, name, value = _id(arguments[0]), _name(arguments[1]), arguments[2]
        if not self._is_own(session_id):
            self.check_rights()
        known = find_field(name)
        if known is not None:
            raise ScriptError(5002, f"the session field {known} is read-only")
        if not 1 <= len(name) <= VARIABLE_NAME_CHARS:
            raise ScriptError(4002, f"a variable's name has 1 to {VARIABLE_NAME_CHARS} characters")
        given = VariableSet(name, value)
        if self._is_own(session_id):
            set_variable(self.heap, given, self.limits, self._address(session_id))
            return None
        payload = given.encoded()
        if len(payload) > BOT_MEMORY_VALUE_BYTES:
            raise ScriptError(9008, f"a value for another session has at most {BOT_MEMORY_VALUE_BYTES} bytes")
        found = await self._find(session_id)
        if found is None or found.row.state is not SessionState.OPEN:
            raise ScriptError(4004, "there is no open session of this bot with that id")
        self.sends.stage(found.row, INPUT_SET, payload, len(payload))
        self._staged[session_id, fold(name)] = value
        return None

    def check_rights(self) -> None:
        """Raises ScriptError 5001."""
        role = self.row.metadata.get("user_role")
        if not self.is_system and (not isinstance(role, str) or role.strip().lower() not in RIGHTS):
            raise ScriptError(5001, "other sessions are for scripts with agent or system rights")

    async def _find(self, session_id: SessionId) -> Neighbour | None:
        if session_id not in self._found:
            if len(self._found) >= NEIGHBOURS_READ:
                raise ScriptError(9013, f"a turn looks at no more than {NEIGHBOURS_READ} other sessions")
            found = self._found[session_id] = await self.neighbours.find(self.reach, session_id)
            self.held_bytes += 0 if found is None else found.heap.memory().used
        return self._found[session_id]

    def _is_own(self, session_id: SessionId) -> bool:
        return session_id in (self.row.session_id, self.heap.address() or self.row.session_id)

    def _address(self, session_id: SessionId) -> str:
        """Of the session's own areas, or of the sub-session whose script runs."""
        return "" if session_id == self.row.session_id else session_id


def set_variable(heap: Heap, given: VariableSet, limits: Limits, address: str = "") -> None:
    """Give the session itself, or the sub-session of that address, a variable; null removes it. Raises ScriptError
    9001, 9004; then nothing changed."""
    areas = heap.areas(address)
    variables = dict(areas.variables)
    name = next((key for key in variables if fold(key) == fold(given.name)), given.name)
    if given.value is None:
        variables.pop(name, None)
    elif name not in variables and len(variables) >= limits.variables:
        raise ScriptError(9004, f"a session has at most {limits.variables} variables")
    else:
        variables[name] = given.value
    heap.put_areas(replace(areas, variables=variables), address)


def _id(value: HostValue) -> SessionId:
    return SessionId(trim(value).lower() if isinstance(value, str) else "")


def _name(value: HostValue) -> str:
    return variable_of(trim(value)) if isinstance(value, str) else ""
