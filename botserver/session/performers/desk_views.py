"""The desk as scripts see it: who waits, and who attends. They look, and change nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...desk import Agent, ItemState, Presence
from ...errors import ScriptError
from ...ids import AgentId
from ...limits import DESK_SHOWN
from ...store.desk import DeskStore
from ...vm.values import HostValue
from ..values import clean_text

Arguments = tuple[HostValue, ...]
_STATUSES = (*(each.value for each in Presence), "busy")


class DeskViews:
    """The effects `desk_queue`, `desk_agents`, `desk_presence` and `desk_agent`. `now_s` gives the store's time."""

    def __init__(self, store: DeskStore, principal: str, now_s: Callable[[], float]) -> None:
        self._store = store
        self._principal = principal
        self._now_s = now_s

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {
            "desk_queue": self.queue,
            "desk_agents": self.agents,
            "desk_presence": self.presence,
            "desk_agent": self.agent,
        }

    async def queue(self, arguments: Arguments) -> HostValue:
        now_s = self._now_s()
        items = await self._store.list_queue(self._principal, None, DESK_SHOWN)
        shown: list[HostValue] = [
            {
                "session_id": item.session_id,
                "bot": item.bot,
                "channel": item.channel,
                "queue": item.demand.queue,
                "priority": item.priority,
                "status": item.state.value,
                "waiting_time_seconds": int(item.waited_s(now_s)),
                "tags": [*item.tags],
            }
            for item in items
        ]
        offered = sum(item.state is ItemState.OFFERED for item in items)
        total = await self._store.count_queue(self._principal)
        return {"total": total, "waiting": total - offered, "offered": offered, "items": shown}

    async def agents(self, arguments: Arguments) -> HostValue:
        wanted = "" if not arguments or arguments[0] is None else str(arguments[0]).strip().lower()
        if wanted and wanted not in _STATUSES:
            raise ScriptError(4002, f"an attendant is {', '.join(_STATUSES)}, not {wanted[:40]}")
        found = await self._store.list_agents(self._principal, DESK_SHOWN)
        shown = [self._shown(agent) for agent in found]
        return [agent for agent in shown if not wanted or agent["status"] == wanted]

    async def presence(self, arguments: Arguments) -> HostValue:
        agent = await self._find(arguments[0])
        return "" if agent is None else self._status(agent)

    async def agent(self, arguments: Arguments) -> HostValue:
        agent = await self._find(arguments[0])
        return None if agent is None else self._shown(agent)

    async def _find(self, value: HostValue) -> Agent | None:
        if not isinstance(value, str) or not value.strip():
            return None
        view = await self._store.read_desk(self._principal, AgentId(value.strip()))
        return None if view is None else view.agent

    def _status(self, agent: Agent) -> str:
        presence = agent.presence(self._now_s())
        return "busy" if presence is Presence.ONLINE and agent.is_busy() else presence.value

    def _shown(self, agent: Agent) -> dict[str, HostValue]:
        profile = agent.profile
        return {
            "id": agent.agent_id,
            "name": clean_text(profile.name),
            "status": self._status(agent),
            "active_conversations": agent.active,
            "load": agent.load,
            "capacity": profile.capacity,
            "missed_offers": agent.missed,
            "idle_seconds": max(0, int(self._now_s() - agent.idle_since)),
            "queues": [*map(clean_text, profile.queues)],
            "skills": {clean_text(name): level for name, level in profile.skills.items()},
            "languages": [*map(clean_text, profile.languages)],
        }
