"""Large objects between processes that share a store: a cache beside it, which may be empty, slow or away.

What a cache gives is believed only if it has the digest it was asked by; whatever it does not give is read from the
store. So it can make nothing wrong, only quicker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..ids import Digest, SessionId
from ..store.abc import Store
from ..vm.snapshot import digest_of


class CellCache(Protocol):
    """What a cache does for sessions."""

    async def get(self, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        """What it has of these, soon; does not fail."""
        ...

    def put(self, objects: Mapping[Digest, bytes]) -> None:
        """Keep these for a while. Does not wait and does not fail."""
        ...


class NoCells:
    """Without a cache."""

    async def get(self, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        return {}

    def put(self, objects: Mapping[Digest, bytes]) -> None:
        pass


async def load_cells(
    store: Store, cache: CellCache, session_id: SessionId, digests: Sequence[Digest]
) -> dict[Digest, bytes]:
    """The large objects of a state. Raises StoredDataCorrupt when the store lacks one."""
    if not digests:
        return {}
    cached = await cache.get(digests)
    found = {digest: data for digest, data in cached.items() if digest_of(data) == digest}
    missing = [digest for digest in digests if digest not in found]
    if missing:
        stored = await store.load_large_objects(session_id, missing)
        cache.put(stored)
        found |= stored
    return {digest: found[digest] for digest in digests}
