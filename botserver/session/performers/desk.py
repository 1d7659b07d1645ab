"""The desk as one turn's script sees it: who is free, and to whom the session goes when the turn ends."""

from __future__ import annotations

from dataclasses import replace

from ...desk import available_agent, is_attended, is_free
from ...errors import ScriptError
from ...limits import HANDOFF_PRIORITY, HANDOFF_TEXT_CHARS, QUEUE_ITEMS
from ...store.abc import SessionRow, Store
from ...vm.values import HostValue
from ..handoffs import find_demand, pending, wait_s
from ..records import Handoff
from ..settings import BotConfig
from ..values import clean_text


class Desk:
    """The effects `agent_available`, `transfer`, `transfer_to_human` and `transfer_wait`. What is staged is the turn's
    handoff, which joins the queue when the turn has ended."""

    def __init__(self, store: Store, row: SessionRow, config: BotConfig) -> None:
        self._store = store
        self._row = row
        self._config = config

    async def available(self) -> HostValue:
        agents = await self._store.agents_present(self._row.owner_principal)
        return available_agent(agents, self._store.now_s()) or ""

    async def handoff(self, arguments: tuple[HostValue, ...], is_awaited: bool) -> Handoff | None:
        """To whom a transfer with these arguments goes; None if the queue is full. Raises ScriptError 4002, 4004."""
        seconds = wait_s(self._config, arguments[1])
        demand = await find_demand(self._store, self._row, self._config, arguments[0])
        if await self._store.count_queue(self._row.owner_principal) >= QUEUE_ITEMS:
            return None
        return pending(demand, seconds, is_awaited)

    async def to_human(self, arguments: tuple[HostValue, ...]) -> tuple[Handoff | None, HostValue]:
        """TRANSFER TO HUMAN: the handoff, or None if there can be none, and what the script is told of it."""
        department, priority = arguments[0], read_priority(arguments[1])
        try:
            handoff = await self.handoff((department, None), is_awaited=False)
        except ScriptError as error:
            if error.number != 4004:
                raise
            return None, _standing("unknown_department")
        if handoff is None:
            return None, _standing("queue_full")
        reason = "" if arguments[2] is None else clean_text(str(arguments[2]))[:HANDOFF_TEXT_CHARS]
        agents = await self._store.agents_present(self._row.owner_principal)
        now_s = self._store.now_s()
        ahead = await self._store.count_before(self._row.owner_principal, priority)
        wanted = next((agent for agent in agents if agent.agent_id == handoff.agent_id), None)
        told = _standing(
            "queued",
            assigned_to_name="" if wanted is None else wanted.profile.name,
            queue_position=ahead + 1,
            # Without an agent who is free nobody knows.
            estimated_wait_seconds=0 if not ahead and is_free(handoff.demand, agents, now_s) else None,
        )
        return replace(handoff, priority=priority, reason=reason), told

    async def is_attended(self, handoff: Handoff) -> bool:
        """Whether the desk is open and anybody is there who could take the session."""
        now_s, hours = self._store.now_s(), self._config.handoff_hours
        if hours is not None and not hours.is_open(self._config.wall_clock_s(now_s)):
            return False
        return is_attended(handoff.demand, await self._store.agents_present(self._row.owner_principal), now_s)


URGENT = 20
_PRIORITIES = {"": 0, "low": -10, "normal": 0, "medium": 0, "high": 10, "urgent": URGENT, "critical": URGENT}


def read_priority(value: HostValue) -> int:
    """A word, or a number that is cut to HANDOFF_PRIORITY."""
    if value is None:
        return 0
    if isinstance(value, str) and value.strip().lower() in _PRIORITIES:
        return _PRIORITIES[value.strip().lower()]
    try:
        number = int(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        number = None
    if number is None:
        raise ScriptError(4002, f"a priority is a number, or one of {', '.join(filter(None, _PRIORITIES))}")
    return max(-HANDOFF_PRIORITY, min(HANDOFF_PRIORITY, number))


def nobody_told() -> HostValue:
    """What TRANSFER TO HUMAN tells a script whose session is handed to nobody."""
    return _standing("no_agent")


def _standing(status: str, **known: HostValue) -> HostValue:
    told: dict[str, HostValue] = {
        "success": status == "queued", "status": status, "assigned_to_name": "", "queue_position": 0,
        "estimated_wait_seconds": None,
    }  # fmt: skip
    return told | known


def already_transferred() -> ScriptError:
    return ScriptError(5003, "the session is handed over when this turn ends")
