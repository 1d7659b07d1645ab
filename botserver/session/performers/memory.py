"""Bot memory as one turn sees it: what is stored, and over it what the turn stages."""

from __future__ import annotations

from ...errors import ScriptError
from ...limits import BOT_MEMORY_KEY_CHARS, BOT_MEMORY_VALUE_BYTES, MEMORY_TAKEN_BYTES, MEMORY_TAKEN_KEYS
from ...store.abc import MemoryValue, MemoryWrite, Store
from ...vm.values import HostValue
from ..values import decode_value, encode_value

_PAGE = 4  # values read at once: each may be large


class BotMemory:
    """The effects `bot_memory_get` and `bot_memory_set`. A key is read once a turn; a write that follows a read carries
    the version read, so the commit is refused if another session changed the key meanwhile.
    What it stages for another bot rests on nothing read there."""

    def __init__(self, source: Store, bot: str) -> None:
        self._source = source
        self._bot = bot
        self._read: dict[str, MemoryValue | None] = {}
        self._staged: dict[str, HostValue] = {}
        self._shared: dict[tuple[str, str], HostValue] = {}

    async def get(self, arguments: tuple[HostValue, ...]) -> HostValue:
        value = await self._value(_key(arguments[0]))
        return "" if value is None else value

    async def _value(self, key: str) -> HostValue:
        """Null without one."""
        if key in self._staged:
            return self._staged[key]
        if key not in self._read:
            self._read[key] = await self._source.read_memory(self._bot, key)
        found = self._read[key]
        return None if found is None else decode_value(found.value)

    async def set(self, arguments: tuple[HostValue, ...]) -> HostValue:
        key = _key(arguments[0])
        if len(encode_value(arguments[1])) > BOT_MEMORY_VALUE_BYTES:
            raise ScriptError(9008, f"bot memory {key!r} would exceed {BOT_MEMORY_VALUE_BYTES} bytes")
        self._staged[key] = arguments[1]
        return None

    async def share(self, key: HostValue, bot: str) -> None:
        """Stage what is kept under a key here for the same key of another bot; null deletes it there."""
        self._shared[bot, _key(key)] = await self._value(_key(key))

    async def take(self, bot: str) -> int:
        """Stage all that another bot keeps; gives how much that is. Raises 9013 for more than a turn takes."""
        taken, size, after = 0, 0, ""
        absent = encode_value(None)
        while page := await self._source.list_memory(bot, "", after, absent, _PAGE):
            for key, found in page:
                taken, size = taken + 1, size + len(found.value)
                if taken > MEMORY_TAKEN_KEYS or size > MEMORY_TAKEN_BYTES:
                    raise ScriptError(
                        9013, f"bot {bot} keeps more than {MEMORY_TAKEN_KEYS} values or {MEMORY_TAKEN_BYTES} bytes"
                    )
                self._staged[key] = decode_value(found.value)
            after = page[-1][0]
        return taken

    def writes(self) -> tuple[MemoryWrite, ...]:
        """The staged writes, with the versions they rest on."""
        own = [
            MemoryWrite(self._bot, key, encode_value(value), self._version_read(key))
            for key, value in self._staged.items()
        ]
        return (*own, *(MemoryWrite(bot, key, encode_value(value)) for (bot, key), value in self._shared.items()))

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
