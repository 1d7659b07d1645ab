"""What concerns a bot and no session of it: which there are, their memory, whether a package is sound.

Every method asks `access` first. A write of memory carries the revision it rests on, and raises the version that turns
under way have read, so they run again on the new value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..errors import BadField, RequestIdReused
from ..ids import ReleaseId, RequestId
from ..language.source import Diagnostic
from ..limits import BOT_MEMORY_KEY_CHARS, BOT_MEMORY_VALUE_BYTES
from ..model import JsonValue, Page, Principal
from ..store.abc import Known, MemoryValue, Repeat, Request, Store
from .access import check_may_manage
from .content import digest_of
from .package_files import read_files
from .releases import Releases
from .values import decode_value, encode_value, from_json, to_json

_ABSENT = encode_value(None)


@dataclass(frozen=True, slots=True)
class BotView:
    bot: str
    release: ReleaseId


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """A value of a bot's memory; null with revision 0 if there is none."""

    key: str
    value: JsonValue
    revision: int


class BotService(Protocol):
    """What BotService of the wire asks for. Raises NotAllowed, BotNotFound, BadField."""

    async def list_bots(self, principal: Principal, page_size: int, page_token: str) -> Page[BotView]: ...

    async def get_memory(self, principal: Principal, bot: str, key: str) -> MemoryEntry: ...

    async def put_memory(
        self,
        principal: Principal,
        bot: str,
        key: str,
        value: JsonValue,
        expected_revision: int | None = None,
        request_id: RequestId | None = None,
    ) -> MemoryEntry:
        """Null deletes. Raises MemoryRevisionMismatch, RequestIdReused."""
        ...

    async def list_memory(
        self, principal: Principal, bot: str, prefix: str, page_size: int, page_token: str
    ) -> Page[MemoryEntry]: ...

    async def check_package(self, principal: Principal, name: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
        """All problems of a package of these files."""
        ...


class Bots:
    """Meets `BotService`."""

    def __init__(self, store: Store, releases: Releases) -> None:
        self._store = store
        self._releases = releases

    async def list_bots(self, principal: Principal, page_size: int, page_token: str) -> Page[BotView]:
        check_may_manage(principal)
        await self._releases.refresh()
        names = [name for name in self._releases.bots() if name > page_token]
        found = tuple(BotView(name, self._releases.active(name).release_id) for name in names[:page_size])
        return Page(found, found[-1].bot if len(names) > page_size else "")

    async def get_memory(self, principal: Principal, bot: str, key: str) -> MemoryEntry:
        await self._check(principal, bot, key)
        found = await self._store.read_memory(bot, key)
        return MemoryEntry(key, None, 0) if found is None else _entry(key, found)

    async def put_memory(
        self,
        principal: Principal,
        bot: str,
        key: str,
        value: JsonValue,
        expected_revision: int | None = None,
        request_id: RequestId | None = None,
    ) -> MemoryEntry:
        await self._check(principal, bot, key)
        encoded = encode_value(from_json(value))
        if len(encoded) > BOT_MEMORY_VALUE_BYTES:
            raise BadField("value", f"is larger than {BOT_MEMORY_VALUE_BYTES} bytes", hint="store less under one key")
        request: Request[MemoryValue] | None = None
        if request_id is not None:
            content = digest_of("bot memory", bot, key, value, expected_revision)
            request = Request(principal.name, request_id, content, _response)
        result = await self._store.put_memory(bot, key, encoded, _ABSENT, expected_revision, request)
        if isinstance(result, Known):
            if result.repeat is not Repeat.SETTLED or result.reply is None:
                raise RequestIdReused(field="request_id", value=request_id)
            result = MemoryValue(encoded, int(json.loads(result.reply)))
        return _entry(key, result)

    async def list_memory(
        self, principal: Principal, bot: str, prefix: str, page_size: int, page_token: str
    ) -> Page[MemoryEntry]:
        check_may_manage(principal)
        await self._releases.find(bot)
        rows = await self._store.list_memory(bot, prefix, page_token, _ABSENT, page_size + 1)
        found = tuple(_entry(key, value) for key, value in rows[:page_size])
        return Page(found, found[-1].key if len(rows) > page_size else "")

    async def check_package(self, principal: Principal, name: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
        check_may_manage(principal)
        return (await read_files(name, files, "name")).diagnostics

    async def _check(self, principal: Principal, bot: str, key: str) -> None:
        check_may_manage(principal)
        await self._releases.find(bot)
        if not 1 <= len(key) <= BOT_MEMORY_KEY_CHARS:
            raise BadField("key", f"has {len(key)} characters", hint=f"1 to {BOT_MEMORY_KEY_CHARS}")


def _entry(key: str, found: MemoryValue) -> MemoryEntry:
    value = to_json(decode_value(found.value))
    return MemoryEntry(key, value, 0 if value is None else found.version)


def _response(written: MemoryValue) -> bytes:
    return json.dumps(written.version).encode()
