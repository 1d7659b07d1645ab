"""Files that scripts of a bot write: with the turn, by path, never lost to another turn."""

from __future__ import annotations

import asyncio

from botserver.store.abc import Committed, MemoryMoved, SessionRow, Store
from botserver.store.files import FilesUsed, FileWrite
from botserver.store.tables import NewRow, RowWrite, TableWrite
from tests.conformance.store.backends import World
from tests.conformance.store.builders import BOT, commit, read, started_session, try_commit, turn


async def put(store: Store, row: SessionRow, *writes: FileWrite) -> SessionRow:
    await commit(store, turn(row, files=writes))
    return await read(store, row.session_id)


async def paths(store: Store, prefix: str = "") -> list[str]:
    return [info.path for info in await store.list_files(BOT, prefix, 100)]


async def test_a_file_is_written_with_the_turn_and_found_by_any_process(world: World, store: Store) -> None:
    row = await put(store, await started_session(store), FileWrite("größe/a.txt", "Größe/A.txt", b"\0\xff"))
    store = await world.kill()
    info = await store.find_file(BOT, "größe/a.txt")
    assert info is not None
    assert (info.path, info.size_bytes, info.is_gone) == ("Größe/A.txt", 2, False)
    assert info.modified_at == world.clock.now_s()
    assert await store.read_file(BOT, "größe/a.txt") == b"\0\xff"
    assert await store.read_file(BOT, "Größe/A.txt") is None
    assert await store.read_file("other", "größe/a.txt") is None
    assert await store.find_file(BOT, "a.txt") is None
    assert await read(store, row.session_id) == row


async def test_a_write_replaces_and_a_version_rises(world: World, store: Store) -> None:
    row = await put(store, await started_session(store), FileWrite("a", "a", b"one"))
    first = await store.find_file(BOT, "a")
    world.clock.advance(5)
    await put(store, row, FileWrite("a", "A", b""))
    second = await store.find_file(BOT, "a")
    assert first is not None
    assert second is not None
    assert (second.path, second.size_bytes, second.version) == ("A", 0, first.version + 1)
    assert second.modified_at == first.modified_at + 5
    assert await store.read_file(BOT, "a") == b""


async def test_a_turn_may_write_for_another_bot(store: Store) -> None:
    row = await started_session(store)
    tables, rows = [TableWrite("t", b"")], [RowWrite("t", NewRow(b"x", "k", "k"))]
    write = FileWrite("a", "a", b"one")
    await commit(store, turn(row, bot="other", files=[write], tables=tables, rows=rows))
    assert (await store.read_file("other", "a"), await store.read_file(BOT, "a")) == (b"one", None)
    assert len(await store.list_rows("other", "t", 10)) == 1
    assert await store.list_rows(BOT, "t", 10) == []


async def test_a_deleted_file_leaves_nothing_or_a_mark(store: Store) -> None:
    row = await started_session(store)
    row = await put(store, row, FileWrite("a", "a", b"one"), FileWrite("b", "b", b"two"))
    await put(store, row, FileWrite("a", "a", None), FileWrite("b", "b", None, hides=True))
    assert await store.find_file(BOT, "a") is None
    info = await store.find_file(BOT, "b")
    assert info is not None
    assert (info.is_gone, info.size_bytes) == (True, 0)
    assert await store.read_file(BOT, "a") is await store.read_file(BOT, "b") is None
    assert await store.count_files(BOT) == FilesUsed(1, 0)


async def test_a_file_made_again_never_has_a_version_it_had(world: World, store: Store) -> None:
    """A turn that read the first one must notice."""
    row = await put(store, await started_session(store), FileWrite("a", "a", b"one"))
    first = await store.find_file(BOT, "a")
    world.clock.advance(0.001)
    row = await put(store, row, FileWrite("a", "a", None))
    row = await put(store, row, FileWrite("a", "a", b"two"))
    assert first is not None
    stale = turn(row, files=[FileWrite("a", "a", b"three", read_version=first.version)])
    assert await try_commit(store, stale) == MemoryMoved({}, files=frozenset({(BOT, "a")}))


async def test_of_two_turns_that_rest_on_one_file_one_is_sent_back(store: Store) -> None:
    first, second = [await started_session(store) for _ in range(2)]
    writes = [turn(row, files=[FileWrite("n", "n", b"1", read_version=0)]) for row in (first, second)]
    results = await store.commit_turns(writes)
    assert isinstance(results[0], Committed)
    assert results[1] == MemoryMoved({}, files=frozenset({(BOT, "n")}))
    assert (await read(store, second.session_id)).revision == 1


async def test_a_file_that_turns_add_to_loses_nothing(store: Store) -> None:
    rows = [await started_session(store) for _ in range(8)]

    async def add_one(row: SessionRow) -> None:
        while True:
            info, data = await store.find_file(BOT, "n"), await store.read_file(BOT, "n")
            version = 0 if info is None else info.version
            write = FileWrite("n", "n", (data or b"") + b"x", read_version=version)
            if isinstance(await try_commit(store, turn(row, files=[write])), Committed):
                return

    await asyncio.gather(*map(add_one, rows))
    assert await store.read_file(BOT, "n") == b"x" * 8


async def test_a_list_is_in_order_of_what_begins_so(store: Store) -> None:
    names = ["a/b", "a", "a/a", "ab", "a%", "a_", "b"]
    await put(store, await started_session(store), *(FileWrite(name, name, b"xx") for name in names))
    assert await paths(store) == sorted(names)
    assert await paths(store, "a/") == ["a/a", "a/b"]
    assert await paths(store, "a%") == ["a%"]
    assert await paths(store, "c") == []
    assert len(await store.list_files(BOT, "", 3)) == 3
    assert await store.count_files(BOT) == FilesUsed(7, 14)
    assert await store.count_files("other") == FilesUsed(0, 0)


async def test_a_refused_turn_writes_no_file(store: Store) -> None:
    row = await started_session(store)
    await put(store, row, FileWrite("a", "a", b"one"))
    assert not isinstance(await try_commit(store, turn(row, files=[FileWrite("b", "b", b"two")])), Committed)
    assert await paths(store) == ["a"]
