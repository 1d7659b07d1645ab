"""The desk as one turn's script sees it: who is free, and to whom the session goes when the turn ends."""

from __future__ import annotations

from ...desk import available_agent, is_attended
from ...errors import ScriptError
from ...store.abc import SessionRow, Store
from ...vm.values import HostValue
from ..handoffs import check_room, find_demand, pending, wait_s
from ..records import Handoff
from ..settings import BotConfig


class Desk:
    """The effects `agent_available`, `transfer` and `transfer_wait`. What is staged is the turn's handoff, which joins
    the queue when the turn has ended."""

    def __init__(self, store: Store, row: SessionRow, config: BotConfig) -> None:
        self._store = store
        self._row = row
        self._config = config

    async def available(self) -> HostValue:
        agents = await self._store.agents_present(self._row.owner_principal)
        return available_agent(agents, self._store.now_s()) or ""

    async def handoff(self, arguments: tuple[HostValue, ...], is_awaited: bool) -> Handoff:
        """To whom a transfer with these arguments goes. Raises ScriptError 4002, 4004, 2001 when the queue is full."""
        seconds = wait_s(self._config, arguments[1])
        demand = await find_demand(self._store, self._row, self._config, arguments[0])
        await check_room(self._store, self._row)
        return pending(demand, seconds, is_awaited)

    async def is_attended(self, handoff: Handoff) -> bool:
        """Whether anybody is there who could take the session."""
        agents = await self._store.agents_present(self._row.owner_principal)
        return is_attended(handoff.demand, agents, self._store.now_s())


def already_transferred() -> ScriptError:
    return ScriptError(5003, "the session is handed over when this turn ends")
