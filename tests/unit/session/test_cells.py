"""A cache of large objects beside the store: whatever it says or does not say, the session gets what the store has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from botserver.errors import StoredDataCorrupt
from botserver.ids import Digest, SessionId
from botserver.session.cells import CellCache, NoCells, load_cells
from botserver.store.abc import Store
from botserver.vm.snapshot import digest_of

SESSION = SessionId("s")
ONE, TWO = b"1" * 5000, b"2" * 5000
DIGESTS = [digest_of(ONE), digest_of(TWO)]


class Objects:
    """A store of large objects alone."""

    def __init__(self, *objects: bytes) -> None:
        self._objects = {digest_of(data): data for data in objects}
        self.asked: list[Digest] = []

    async def load_large_objects(self, session_id: SessionId, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        self.asked += digests
        if not self._objects.keys() >= set(digests):
            raise StoredDataCorrupt(kind="state", what="missing")
        return {digest: self._objects[digest] for digest in digests}


class Cache(dict[Digest, bytes]):
    async def get(self, digests: Sequence[Digest]) -> dict[Digest, bytes]:  # type: ignore[override]  # a cache, not a map
        return {digest: self[digest] for digest in digests if digest in self}

    def put(self, objects: Mapping[Digest, bytes]) -> None:
        self.update(objects)


async def load(store: Objects, cache: object, digests: Sequence[Digest] = DIGESTS) -> dict[Digest, bytes]:
    return await load_cells(cast(Store, store), cast(CellCache, cache), SESSION, digests)


async def test_what_the_cache_lacks_comes_from_the_store_and_is_there_next_time() -> None:
    store, cache = Objects(ONE, TWO), Cache({DIGESTS[0]: ONE})
    assert list((await load(store, cache)).items()) == list(zip(DIGESTS, (ONE, TWO), strict=True))
    assert store.asked == DIGESTS[1:]
    assert await load(Objects(), cache) == dict(zip(DIGESTS, (ONE, TWO), strict=True))


@pytest.mark.parametrize("lie", [b"", TWO, ONE[:-1]])
async def test_what_has_another_digest_is_not_believed(lie: bytes) -> None:
    cache = Cache({DIGESTS[0]: lie})
    assert await load(Objects(ONE), cache, DIGESTS[:1]) == {DIGESTS[0]: ONE}
    assert cache[DIGESTS[0]] == ONE


async def test_without_a_cache_the_store_is_asked() -> None:
    store = Objects(ONE, TWO)
    assert len(await load(store, NoCells())) == 2
    assert await load(store, NoCells(), []) == {}
    assert store.asked == DIGESTS


async def test_what_nobody_has_is_missing() -> None:
    with pytest.raises(StoredDataCorrupt):
        await load(Objects(ONE), Cache())
