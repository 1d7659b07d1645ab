"""Bot memory as one turn sees it: what is stored, and over it what the turn stages."""

from __future__ import annotations

from ...errors import ScriptError
from ...limits import BOT_MEMORY_KEY_CHARS, BOT_MEMORY_VALUE_BYTES
from ...store.abc import MemoryValue, MemoryWrite, Store
from ...vm.values import HostValue
from ..values import decode_value, encode_value


class BotMemory:
    """The effects `bot_memory_get` and `bot_memory_set`. A key is read once a turn; a write that follows a read carries
    the version read, so the commit is refused if another session changed the key meanwhile."""

    def __init__(self, source: Store, bot: str) -> None:
        self._source = source
        self._bot = bot
        self._read: dict[str, MemoryValue | None] = {}
        self._staged: dict[str, HostValue] = {}

    async def get(self, arguments: tuple[HostValue, ...]) -> HostValue:
        key = _key(arguments[0])
        if key in self._staged:
            staged = self._staged[key]
            return "" if staged is None else staged
        if key not in self._read:
            self._read[key] = await self._source.read_memory(self._bot, key)
        found = self._read[key]
        value = None if found is None else decode_value(found.value)
        return "" if value is None else value

    async def set(self, arguments: tuple[HostValue, ...]) -> HostValue:
        key = _key(arguments[0])
        if len(encode_value(arguments[1])) > BOT_MEMORY_VALUE_BYTES:
            raise ScriptError(9008, f"bot memory {key!r} would exceed {BOT_MEMORY_VALUE_BYTES} bytes")
        self._staged[key] = arguments[1]
        return None

    def writes(self) -> tuple[MemoryWrite, ...]:
        """The staged writes, with the versions they rest on."""
        return tuple(
            MemoryWrite(self._bot, key, encode_value(value), self._version_read(key))
            for key, value in self._staged.items()
        )

    def _version_read(self, key: str) -> int | None:
        if key not in self._read:
            return None
        found = self._read[key]
        return 0 if found is None else found.version


def _key(value: HostValue) -> str:
    key = value if isinstance(value, str) else ""
    if not 1 <= len(key) <= BOT_MEMORY_KEY_CHARS:
        raise ScriptError(4002, f"a bot memory key has 1 to {BOT_MEMORY_KEY_CHARS} characters")
    return key
