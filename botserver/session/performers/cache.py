"""The cache of a bot as one turn sees it: values with an end, shared by all its sessions.

What is cached can be had again, so nothing rests on it: the last writer wins, and a turn is never run again because of
it. It is stored as what is kept of users is, under a name of the bot's own.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...limits import BOT_MEMORY_KEY_CHARS, CACHE_BYTES, CACHE_DEFAULT_S, CACHE_KEYS, CACHE_VALUE_BYTES
from ...store.abc import MemoryArea, MemoryValue, UserMemoryWrite
from ...vm.values import HostValue
from ..values import decode_value, encode_value

Read = Callable[[str, MemoryArea, str], Awaitable[MemoryValue | None]]
"""`Store.read_user_memory`."""


class Cache:
    """The effects `cache_get` and `cache_set`. A key is read once a turn."""

    def __init__(self, read: Read, bot: str) -> None:
        self._read = read
        self._holder = json.dumps(["bot", bot])
        self._known: dict[str, HostValue] = {}
        self._staged: dict[str, tuple[bytes | None, float]] = {}
        self._staged_bytes = 0

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"cache_get": self.get, "cache_set": self.put}

    async def get(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Null without one, or when its time is over."""
        key = _key(arguments[0])
        if key not in self._known:
            found = await self._read(self._holder, MemoryArea.CACHE, key)
            self._known[key] = None if found is None else decode_value(found.value)
        return self._known[key]

    async def put(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """key, value or null to drop it, and seconds it is kept or null."""
        key, value, seconds = _key(arguments[0]), arguments[1], arguments[2]
        data = None if value is None else encode_value(value)
        if data is not None and len(data) > CACHE_VALUE_BYTES:
            raise ScriptError(9008, f"the cached value {key!r} would exceed {CACHE_VALUE_BYTES} bytes")
        before = self._staged.get(key, (None, 0.0))[0]
        self._staged_bytes += len(data or b"") - len(before or b"")
        self._staged[key] = data, float(seconds) if isinstance(seconds, int | float) else CACHE_DEFAULT_S
        if len(self._staged) > CACHE_KEYS or self._staged_bytes > CACHE_BYTES:
            raise ScriptError(9013, f"one turn caches more than {CACHE_KEYS} values or {CACHE_BYTES} bytes")
        self._known[key] = value
        return None

    def writes(self) -> tuple[UserMemoryWrite, ...]:
        """The staged writes. They rest on no version."""
        return tuple(
            UserMemoryWrite(self._holder, MemoryArea.CACHE, key, data, None, None if data is None else seconds)
            for key, (data, seconds) in self._staged.items()
        )


def _key(value: HostValue) -> str:
    key = value if isinstance(value, str) else ""
    if not 1 <= len(key) <= BOT_MEMORY_KEY_CHARS:
        raise ScriptError(4002, f"the key of a cached value has 1 to {BOT_MEMORY_KEY_CHARS} characters")
    return key
