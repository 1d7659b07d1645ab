"""Bot memory written from outside: versions, what is removed, repeats, and lists."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import MemoryRevisionMismatch
from botserver.store.abc import Committed, Known, MemoryMoved, MemoryValue, MemoryWrite, Repeat, Store

from .backends import World
from .builders import BOT, commit, request, started_session, try_commit, turn

ABSENT = b"nothing"


async def put(
    store: Store, key: str, value: bytes, expected_revision: int | None = None, bot: str = BOT
) -> MemoryValue:
    written = await store.put_memory(bot, key, value, ABSENT, expected_revision)
    assert isinstance(written, MemoryValue)
    return written


async def test_a_value_is_written_under_bot_and_key(world: World, store: Store) -> None:
    assert await put(store, "Größe", b"\0L") == MemoryValue(b"\0L", 1)
    assert await put(store, "Größe", b"M") == MemoryValue(b"M", 2)
    store = await world.kill()
    assert await store.read_memory(BOT, "Größe") == MemoryValue(b"M", 2)
    assert (await store.read_memory(BOT, "größe"), await store.read_memory("other", "Größe")) == (None, None)


async def test_a_value_at_another_revision_is_left_alone(store: Store) -> None:
    with pytest.raises(MemoryRevisionMismatch):
        await put(store, "k", b"a", expected_revision=1)
    assert await put(store, "k", b"a", expected_revision=0) == MemoryValue(b"a", 1)
    for wrong in (0, 2):
        with pytest.raises(MemoryRevisionMismatch):
            await put(store, "k", b"b", expected_revision=wrong)
    assert await put(store, "k", b"b", expected_revision=1) == MemoryValue(b"b", 2)


async def test_what_is_removed_counts_as_never_there_but_its_version_goes_on(store: Store) -> None:
    assert await put(store, "none", ABSENT) == MemoryValue(ABSENT, 0)
    await put(store, "k", b"a")
    assert await put(store, "k", ABSENT, expected_revision=1) == MemoryValue(ABSENT, 2)
    assert await store.list_memory(BOT, "", "", ABSENT, 10) == []
    assert await put(store, "k", b"again", expected_revision=0) == MemoryValue(b"again", 3)


async def test_a_turn_that_read_it_is_sent_back(store: Store) -> None:
    row = await started_session(store)
    await put(store, "n", b"1")
    await put(store, "n", b"2")
    stale = turn(row, memory=[MemoryWrite(BOT, "n", b"mine", 1)])
    assert await try_commit(store, stale) == MemoryMoved({(BOT, "n"): MemoryValue(b"2", 2)})
    await commit(store, turn(row, memory=[MemoryWrite(BOT, "n", b"3", 2)]))
    with pytest.raises(MemoryRevisionMismatch):
        await put(store, "n", b"late", expected_revision=2)


async def test_a_repeated_request_is_written_once(store: Store) -> None:
    first = await store.put_memory(BOT, "k", b"a", ABSENT, None, request("r"))
    assert first == MemoryValue(b"a", 1)
    assert await store.put_memory(BOT, "k", b"a", ABSENT, None, request("r")) == Known(Repeat.SETTLED, b"response of r")
    assert await store.put_memory(BOT, "k", b"b", ABSENT, None, request("r", "other")) == Known(Repeat.REUSED)
    assert await store.read_memory(BOT, "k") == MemoryValue(b"a", 1)


async def test_a_refused_request_is_not_remembered(store: Store) -> None:
    with pytest.raises(MemoryRevisionMismatch):
        await store.put_memory(BOT, "k", b"a", ABSENT, 5, request("r"))
    assert await store.put_memory(BOT, "k", b"a", ABSENT, 0, request("r")) == MemoryValue(b"a", 1)


async def test_writers_at_once_count_on_from_each_other(store: Store) -> None:
    async def add_one() -> None:
        while True:
            found = await store.read_memory(BOT, "n")
            n, version = (int(found.value), found.version) if found else (0, 0)
            try:
                await put(store, "n", b"%d" % (n + 1), expected_revision=version)
                return
            except MemoryRevisionMismatch:
                continue

    async def add_one_with_a_turn() -> None:
        row = await started_session(store)
        while True:
            found = await store.read_memory(BOT, "n")
            n, version = (int(found.value), found.version) if found else (0, 0)
            write = MemoryWrite(BOT, "n", b"%d" % (n + 1), version)
            if isinstance(await try_commit(store, turn(row, memory=[write])), Committed):
                return

    await asyncio.gather(*(add_one() for _ in range(8)), *(add_one_with_a_turn() for _ in range(4)))
    assert await store.read_memory(BOT, "n") == MemoryValue(b"12", 12)


async def test_keys_are_listed_in_order_by_prefix_and_in_pages(store: Store) -> None:
    keys = ["a", "a_b", "a%b", "aB", "ab", "b", "ä", "\U0001f600"]
    for key in keys:
        await put(store, key, key.encode())
    await put(store, "ax", b"x")
    await put(store, "ax", ABSENT)
    await put(store, "a", b"other", bot="other")

    async def listed(prefix: str = "", after: str = "", limit: int = 100) -> list[str]:
        found = await store.list_memory(BOT, prefix, after, ABSENT, limit)
        assert all(value.value == key.encode() for key, value in found)
        return [key for key, _ in found]

    assert await listed() == sorted(keys)  # by code point, on every database
    assert await listed("a") == sorted(key for key in keys if key.startswith("a"))
    assert await listed("a_") == ["a_b"]
    assert await listed("a%") == ["a%b"]
    assert await listed("zz") == []
    pages, after = [], ""
    while page := await listed("", after, 3):
        pages += page
        after = page[-1]
    assert pages == sorted(keys)
    assert await store.list_memory("nobody", "", "", ABSENT, 10) == []
