"""What is kept of a user over all bots, as one turn sees it: memory with expiry, and facts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...limits import BOT_MEMORY_KEY_CHARS, BOT_MEMORY_VALUE_BYTES, USER_MEMORY_KEYS
from ...store.abc import MemoryArea, MemoryValue, SessionRow, Store, UserMemoryWrite
from ...vm.values import HostValue
from ..values import decode_value, encode_value

_Place = tuple[MemoryArea, str]


def holder_of(row: SessionRow) -> str:
    """Under which name a session's user is kept: the caller's id of the user, else the channel's, else the session."""
    if row.user.user_id:
        return json.dumps(["user", row.owner_principal, row.user.user_id])
    if row.alias:
        return json.dumps(["alias", row.owner_principal, row.channel, row.alias])
    return row.session_id


class UserMemory:
    """The effects on memory and facts of the session's user. As with bot memory, a key is read once a turn, and a write
    that follows a read carries the version read."""

    def __init__(self, source: Store, row: SessionRow) -> None:
        self._source = source
        self._row = row
        self._read: dict[_Place, MemoryValue | None] = {}
        self._staged: dict[_Place, tuple[HostValue, float | None]] = {}
        self._keys: dict[MemoryArea, set[str]] = {}  # with a value, this turn's writes included

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {
            "user_memory_get": self.get,
            "user_memory_set": self.put,
            "user_memory_clear": self.clear,
            "user_fact_set": self.set_fact,
            "user_facts": self.facts,
        }

    @property
    def _holder(self) -> str:
        return holder_of(self._row)

    async def get(self, arguments: tuple[HostValue, ...]) -> HostValue:
        value = await self._value(MemoryArea.MEMORY, _key(arguments[0]))
        return "" if value is None else value

    async def put(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """key, value, and seconds it is kept or null."""
        seconds = arguments[2]
        expires_in_s = float(seconds) if isinstance(seconds, int | float) else None
        await self._stage(MemoryArea.MEMORY, _key(arguments[0]), arguments[1], expires_in_s)
        return None

    async def clear(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """One key of memory, or with null all memory and facts."""
        if arguments[0] is not None:
            await self._stage(MemoryArea.MEMORY, _key(arguments[0]), None, None)
            return None
        for area in (MemoryArea.MEMORY, MemoryArea.FACT):
            for key in sorted(await self._known_keys(area)):
                await self._stage(area, key, None, None)
        return None

    async def set_fact(self, arguments: tuple[HostValue, ...]) -> HostValue:
        await self._stage(MemoryArea.FACT, _key(arguments[0]), arguments[1], None)
        return None

    async def facts(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """All facts as a map, in the order of their names."""
        known = sorted(await self._known_keys(MemoryArea.FACT))
        return {key: await self._value(MemoryArea.FACT, key) for key in known}

    def writes(self) -> tuple[UserMemoryWrite, ...]:
        """The staged writes, with the versions they rest on."""
        return tuple(
            UserMemoryWrite(
                self._holder,
                area,
                key,
                None if value is None else encode_value(value),
                self._version_read((area, key)),
                expires_in_s,
            )
            for (area, key), (value, expires_in_s) in self._staged.items()
        )

    async def _value(self, area: MemoryArea, key: str) -> HostValue:
        if (area, key) in self._staged:
            return self._staged[area, key][0]
        if (area, key) not in self._read:
            self._read[area, key] = await self._source.read_user_memory(self._holder, area, key)
        found = self._read[area, key]
        return None if found is None else decode_value(found.value)

    async def _stage(self, area: MemoryArea, key: str, value: HostValue, expires_in_s: float | None) -> None:
        if value is not None:
            if len(encode_value(value)) > BOT_MEMORY_VALUE_BYTES:
                raise ScriptError(9008, f"user memory {key!r} would exceed {BOT_MEMORY_VALUE_BYTES} bytes")
            if key not in await self._known_keys(area) and len(self._keys[area]) >= USER_MEMORY_KEYS:
                raise ScriptError(9008, f"a user has at most {USER_MEMORY_KEYS} keys of memory, and as many facts")
            self._keys[area].add(key)
        elif area in self._keys:
            self._keys[area].discard(key)
        self._staged[area, key] = (value, expires_in_s)

    async def _known_keys(self, area: MemoryArea) -> set[str]:
        if area not in self._keys:
            found = await self._source.list_user_memory(self._holder, area, USER_MEMORY_KEYS)
            for key, value in found:
                self._read.setdefault((area, key), value)
            self._keys[area] = {key for key, _ in found}
            for (staged_area, key), (staged, _) in self._staged.items():
                if staged_area is area:
                    (self._keys[area].discard if staged is None else self._keys[area].add)(key)
        return self._keys[area]

    def _version_read(self, place: _Place) -> int | None:
        if place not in self._read:
            return None
        found = self._read[place]
        return 0 if found is None else found.version


def _key(value: HostValue) -> str:
    key = value if isinstance(value, str) else ""
    if not 1 <= len(key) <= BOT_MEMORY_KEY_CHARS:
        raise ScriptError(4002, f"a key of user memory has 1 to {BOT_MEMORY_KEY_CHARS} characters")
    return key
