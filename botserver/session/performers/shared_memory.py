"""Memory that goes from one bot to another, where the other one's config.csv says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...vm.values import HostValue
from ..releases import LoadedRelease
from .memory import BotMemory

FindBot = Callable[[str], LoadedRelease | None]
"""Another bot of the server, as it is now, by its name."""


class SharedMemory:
    """The effects `bot_memory_share` and `bot_memory_sync` of a bot."""

    def __init__(self, memory: BotMemory, bot: str, find_bot: FindBot) -> None:
        self._memory = memory
        self._bot = bot
        self._find_bot = find_bot

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"bot_memory_share": self.share, "bot_memory_sync": self.sync}

    async def share(self, arguments: tuple[HostValue, ...]) -> HostValue:
        await self._memory.share(arguments[0], self._other(arguments[1]))
        return None

    async def sync(self, arguments: tuple[HostValue, ...]) -> HostValue:
        return await self._memory.take(self._other(arguments[0]))

    def _other(self, value: HostValue) -> str:
        """Raises 5001 also for a bot that is not there: who may not know, learns nothing."""
        name = value.strip() if isinstance(value, str) else ""
        found = self._find_bot(name)
        if not name or (found is not None and found.bot == self._bot):
            raise ScriptError(4002, "memory goes to or from another bot, by its name")
        if found is None or self._bot not in found.config.memory_sharers:
            raise ScriptError(5001, f"bot {name[:80]} does not say memory-shared-with,{self._bot} in its config.csv")
        return found.bot
