"""ASSIGN and RESOLVE CONVERSATION and, of other sessions, ESCALATE TO SUPERVISOR as one turn sees them: what it orders
is accepted by the session it is about with this turn's commit, once, as a sent message is, and decided there on how
that session stands then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...ids import AgentId, SessionId
from ...limits import HANDOFF_TEXT_CHARS
from ...store.abc import SessionRow, Store
from ...store.desk import Target
from ...vm.formats import display
from ...vm.values import HostValue
from ..handoffs import find_demand
from ..records import INPUT_DESK, DeskOrder
from ..settings import BotConfig
from ..states import shown_text
from ..values import clean_text
from .desk import URGENT
from .sends import Sends

SUPERVISOR = "supervisor"
"""Whose queue or skill ESCALATE TO SUPERVISOR asks for."""
Arguments = tuple[HostValue, ...]


class Orders:
    """The effects `session_assign` and `session_resolve`. `check_rights` raises ScriptError 5001 where other sessions
    are not the script's."""

    def __init__(self, store: Store, row: SessionRow, sends: Sends, check_rights: Callable[[], None]) -> None:
        self._store = store
        self._row = row
        self._sends = sends
        self._check_rights = check_rights

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"session_assign": self.assign, "session_resolve": self.resolve}

    async def assign(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 4004, 5001, 9013."""
        agent_id = display(arguments[1]).strip()
        row = await self._about(arguments[0])
        if not agent_id or Target.AGENT not in await self._store.find_targets(self._row.owner_principal, agent_id):
            raise ScriptError(4004, "there is no agent with that id")
        return self._stage(row, DeskOrder(AgentId(agent_id)))

    async def resolve(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 4004, 5001, 9013."""
        note = "" if len(arguments) < 2 else clean_text(shown_text(arguments[1]))[:HANDOFF_TEXT_CHARS]
        return self._stage(await self._about(arguments[0]), DeskOrder(note=note))

    async def escalate(self, wanted: HostValue, config: BotConfig, reason: str) -> HostValue:
        """Raises ScriptError 4004, also where nobody is a supervisor, 5001, 9013."""
        row = await self._about(wanted)
        await find_demand(self._store, self._row, config, SUPERVISOR)
        return self._stage(row, DeskOrder(AgentId(SUPERVISOR), reason, URGENT))

    async def _about(self, value: HostValue) -> SessionRow:
        session_id = SessionId(display(value).strip().lower())
        if session_id == self._row.session_id:
            return self._row
        self._check_rights()
        return await self._sends.find(session_id)

    def _stage(self, row: SessionRow, order: DeskOrder) -> HostValue:
        payload = order.encoded()
        self._sends.stage(row, INPUT_DESK, payload, len(payload))
        return None
