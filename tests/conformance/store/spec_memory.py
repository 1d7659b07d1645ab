"""What is kept of users over all bots: versions, expiry, deletion."""

from __future__ import annotations

import asyncio

import pytest

from botserver.limits import CACHE_BYTES, CACHE_KEYS, CLEANUP_ROWS, EXPIRED_MEMORY_S
from botserver.model import EndReason
from botserver.store.abc import Committed, MemoryArea, MemoryMoved, MemoryValue, SessionRow, Store, UserMemoryWrite
from tests.conformance.store.backends import World
from tests.conformance.store.builders import commit, read, started_session, try_commit, turn

ANN = "user ann"
MEMORY, FACT, CACHE = MemoryArea


async def put(store: Store, row: SessionRow, *writes: UserMemoryWrite) -> SessionRow:
    await commit(store, turn(row, user_memory=writes))
    return await read(store, row.session_id)


async def test_a_value_is_kept_under_user_area_and_key(store: Store) -> None:
    row = await started_session(store)
    await put(store, row, UserMemoryWrite(ANN, MEMORY, "Größe", b"\0L"), UserMemoryWrite(ANN, FACT, "Größe", b"f"))
    assert await store.read_user_memory(ANN, MEMORY, "Größe") == MemoryValue(b"\0L", 1)
    assert await store.read_user_memory(ANN, FACT, "Größe") == MemoryValue(b"f", 1)
    assert await store.read_user_memory(ANN, MEMORY, "größe") is None
    assert await store.read_user_memory("user bea", MEMORY, "Größe") is None


async def test_a_value_read_and_changed_meanwhile_sends_the_turn_back(store: Store) -> None:
    first, second = [await started_session(store) for _ in range(2)]
    writes = [turn(row, user_memory=[UserMemoryWrite(ANN, MEMORY, "n", b"1", 0)]) for row in (first, second)]
    results = await store.commit_turns(writes)
    assert isinstance(results[0], Committed)
    assert results[1] == MemoryMoved({}, users=frozenset({(ANN, "memory", "n")}))
    assert (await read(store, second.session_id)).revision == 1
    await put(store, second, UserMemoryWrite(ANN, MEMORY, "n", b"2", 1))
    assert await store.read_user_memory(ANN, MEMORY, "n") == MemoryValue(b"2", 2)


async def test_counters_of_a_user_add_up(store: Store) -> None:
    rows = [await started_session(store) for _ in range(10)]

    async def add_one(row: SessionRow) -> None:
        while True:
            value = await store.read_user_memory(ANN, MEMORY, "n")
            n, version = (int(value.value), value.version) if value else (0, 0)
            write = UserMemoryWrite(ANN, MEMORY, "n", b"%d" % (n + 1), version)
            if isinstance(await try_commit(store, turn(row, user_memory=[write])), Committed):
                return

    await asyncio.gather(*map(add_one, rows))
    assert await store.read_user_memory(ANN, MEMORY, "n") == MemoryValue(b"10", 10)


async def test_a_value_is_absent_when_its_time_is_over(store: Store, world: World) -> None:
    row = await started_session(store)
    row = await put(store, row, UserMemoryWrite(ANN, MEMORY, "n", b"1", expires_in_s=10))
    world.clock.advance(9.5)
    assert await store.read_user_memory(ANN, MEMORY, "n") == MemoryValue(b"1", 1)
    world.clock.advance(0.5)
    assert await store.read_user_memory(ANN, MEMORY, "n") is None
    assert await store.list_user_memory(ANN, MEMORY, 10) == []
    row = await put(store, row, UserMemoryWrite(ANN, MEMORY, "n", b"2", 0))
    world.clock.advance(1e6)
    assert await store.read_user_memory(ANN, MEMORY, "n") == MemoryValue(b"2", 2)


async def test_a_key_deleted_and_set_again_is_not_what_was_read_before(store: Store) -> None:
    row, other = [await started_session(store) for _ in range(2)]
    row = await put(store, row, UserMemoryWrite(ANN, MEMORY, "n", b"1"))
    row = await put(store, row, UserMemoryWrite(ANN, MEMORY, "n", None))
    assert await store.read_user_memory(ANN, MEMORY, "n") is None
    await put(store, row, UserMemoryWrite(ANN, MEMORY, "n", b"again", 0))
    late = turn(other, user_memory=[UserMemoryWrite(ANN, MEMORY, "n", b"late", 1)])
    assert isinstance(await try_commit(store, late), MemoryMoved)


async def test_keys_are_listed_in_order_and_bounded(store: Store) -> None:
    row = await started_session(store)
    await put(store, row, *(UserMemoryWrite(ANN, FACT, key, key.encode()) for key in ("b", "a", "c")))
    assert [key for key, _ in await store.list_user_memory(ANN, FACT, 2)] == ["a", "b"]
    assert await store.list_user_memory(ANN, MEMORY, 2) == []
    assert (await store.list_user_memory(ANN, FACT, 5))[2] == ("c", MemoryValue(b"c", 1))


async def test_what_expired_or_was_deleted_goes_after_a_while(store: Store, world: World) -> None:
    row = await started_session(store)
    await put(
        store, row,
        UserMemoryWrite(ANN, MEMORY, "kept", b"k"),
        UserMemoryWrite(ANN, MEMORY, "gone", None),
        *(UserMemoryWrite(ANN, FACT, f"{n:05}", b"x", expires_in_s=1) for n in range(CLEANUP_ROWS)),
    )  # fmt: skip
    world.clock.advance(EXPIRED_MEMORY_S)
    while await store.sweep():
        pass
    world.clock.advance(1)
    assert await store.sweep()
    while await store.sweep():
        pass
    assert await store.read_user_memory(ANN, MEMORY, "kept") == MemoryValue(b"k", 1)
    row = await read(store, row.session_id)
    await put(store, row, UserMemoryWrite(ANN, FACT, "00000", b"new"), UserMemoryWrite(ANN, MEMORY, "gone", b"new"))
    assert await store.read_user_memory(ANN, FACT, "00000") == MemoryValue(b"new", 1)
    assert await store.read_user_memory(ANN, MEMORY, "gone") == MemoryValue(b"new", 1)


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_what_is_kept_under_a_session_goes_with_it(store: Store, world: World, is_deleted: bool) -> None:
    row = await started_session(store)
    write = UserMemoryWrite(row.session_id, MEMORY, "n", b"1")
    await put(store, row, write, UserMemoryWrite(ANN, MEMORY, "n", b"1"))
    row = await read(store, row.session_id)
    if is_deleted:
        await commit(store, turn(row, end_reason=EndReason.USER))
        world.clock.advance(400 * 86_400)
        while await store.clean_session(row.session_id):
            pass
        assert await store.find_session(row.session_id) is None
    assert (await store.read_user_memory(row.session_id, MEMORY, "n") is None) == is_deleted
    assert await store.read_user_memory(ANN, MEMORY, "n") == MemoryValue(b"1", 1)


def cached(key: str, seconds: float, size: int = 1, holder: str = "bot") -> UserMemoryWrite:
    return UserMemoryWrite(holder, CACHE, key, b"x" * size, None, seconds)


async def test_a_cache_keeps_so_many_values_and_drops_those_that_end_first(store: Store) -> None:
    row = await started_session(store)
    full = [cached(f"{n:04}", 100 + n) for n in range(CACHE_KEYS)]
    row = await put(store, row, *full, cached("a", 9, holder="other"))
    assert len(await store.list_user_memory("bot", CACHE, CACHE_KEYS + 1)) == CACHE_KEYS
    await put(store, row, cached("new", 5_000), cached("soon", 1), UserMemoryWrite("bot", FACT, "f", b"f"))
    kept = [key for key, _ in await store.list_user_memory("bot", CACHE, CACHE_KEYS + 1)]
    assert kept == [*(f"{n:04}" for n in range(1, CACHE_KEYS)), "new"]
    assert await store.list_user_memory("bot", FACT, 5) == [("f", MemoryValue(b"f", 1))]
    assert len(await store.list_user_memory("other", CACHE, 5)) == 1


async def test_a_cache_keeps_so_many_bytes(store: Store) -> None:
    row = await started_session(store)
    size = CACHE_BYTES // 4
    row = await put(store, row, *(cached(f"{n}", 100 + n, size) for n in range(4)))
    assert len(await store.list_user_memory("bot", CACHE, 5)) == 4
    await put(store, row, cached("4", 50, 1))
    assert [key for key, _ in await store.list_user_memory("bot", CACHE, 5)] == ["0", "1", "2", "3"]
