"""Knowledge bases as scripts look at them: what documents the session's release has, and since when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from ...errors import ScriptError
from ...limits import MIB
from ...store.releases import ReleaseStore
from ...vm.formats import display
from ...vm.values import DateTime, HostValue
from ..releases import LoadedRelease

Arguments = tuple[HostValue, ...]
_DAY_S = timedelta(days=1).total_seconds()


class Knowledge:
    """The effects whose names begin with `kb_`. `moment` gives a time of the store's clock as the bot has it."""

    def __init__(
        self,
        store: ReleaseStore,
        release: LoadedRelease,
        now_s: Callable[[], float],
        moment: Callable[[float | None], DateTime],
    ) -> None:
        self._store = store
        self._release = release
        self._now_s = now_s
        self._moment = moment

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {
            "kb_list": self.list,
            "kb_statistics": self.statistics,
            "kb_collection": self.collection,
            "kb_documents": self.count,
            "kb_added": self.added,
            "kb_size": self.size,
        }

    async def list(self, arguments: Arguments) -> HostValue:
        return [*self._release.assets.kbs]

    async def statistics(self, arguments: Arguments) -> HostValue:
        times, size = await self._times(), self._size_bytes()
        kbs = self._release.assets.kbs
        return {
            "total_collections": len(kbs),
            "total_documents": len(self._release.assets.documents),
            "total_size_bytes": size,
            "total_disk_size_mb": _megabytes(size),
            "documents_added_last_week": self._added(times, 7),
            "documents_added_last_month": self._added(times, 30),
            "collections": [self._collection(name, times) for name in kbs],
        }

    async def collection(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 3004."""
        given = display(arguments[0]).strip()
        known = self._release.find_kb(given.lower().removesuffix(".gbkb"))
        if known is None:
            raise ScriptError(3004, f'no knowledge base "{given[:200]}"')
        return self._collection(known, await self._times())

    async def count(self, arguments: Arguments) -> HostValue:
        return len(self._release.assets.documents)

    async def added(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 4002."""
        try:
            days = float(display(arguments[0]))
        except ValueError:
            days = -1.0
        if not days >= 0:
            raise ScriptError(4002, "KB DOCUMENTS ADDED SINCE is for a number of days, 0 or more")
        return self._added(await self._times(), days)

    async def size(self, arguments: Arguments) -> HostValue:
        return _megabytes(self._size_bytes())

    async def _times(self) -> dict[str, float]:
        return dict(await self._store.document_times(self._release.bot, self._release.release_id))

    def _added(self, times: dict[str, float], days: float) -> int:
        since = self._now_s() - days * _DAY_S
        return sum(at >= since for at in times.values())

    def _size_bytes(self, prefix: str = "") -> int:
        found = self._release.assets.documents.items()
        return sum(each.size_bytes for path, each in found if path.startswith(prefix))

    def _collection(self, name: str, times: dict[str, float]) -> dict[str, HostValue]:
        added = [at for path, at in times.items() if path.startswith(f"{name}/")]
        size = self._size_bytes(f"{name}/")
        return {
            "name": name,
            "count": len(added),
            "size_bytes": size,
            "disk_size_mb": _megabytes(size),
            "last_added": self._moment(max(added)) if added else None,
        }


def _megabytes(size: int) -> float:
    return round(size / MIB, 3)
