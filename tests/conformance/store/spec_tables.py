"""Tables of bots: rows are written with the turn, found again in order, and never lost to another turn."""

from __future__ import annotations

import asyncio

from botserver.store.abc import Committed, Lost, MemoryMoved, Store
from botserver.store.tables import NewRow, RowWrite, TableInfo, TableRow, TableWrite

from .backends import World
from .builders import BOT, commit, read, started_session, try_commit, turn


def new(value: bytes, key: str = "") -> NewRow:
    return NewRow(value, key, key)


async def stored_table(store: Store, *rows: NewRow, table: str = "orders") -> None:
    assert await store.put_table(BOT, TableWrite(table, b"columns", rows=rows))


async def values(store: Store, table: str = "orders") -> list[bytes]:
    return [row.value for row in await store.list_rows(BOT, table, 100)]


async def test_a_table_and_its_rows_are_written_with_the_turn(world: World, store: Store) -> None:
    row = await started_session(store)
    await commit(
        store,
        turn(
            row,
            tables=[TableWrite("orders", b"columns")],
            rows=[RowWrite("orders", new(b"one", "k1")), RowWrite("orders", new(b"two"))],
        ),
    )
    store = await world.kill()
    assert await store.find_table(BOT, "orders") == TableInfo(b"columns", 1, 2, 6, 2)
    assert await store.list_rows(BOT, "orders", 10) == [TableRow(1, b"one", 1), TableRow(2, b"two", 1)]
    assert await store.find_rows(BOT, "orders", "k1", 10) == [TableRow(1, b"one", 1)]
    assert await store.find_rows(BOT, "orders", "", 10) == []
    assert (await store.count_tables(BOT), await store.count_tables("other")) == (1, 0)
    assert (await store.find_table("other", "orders"), await store.find_table(BOT, "Orders")) == (None, None)
    assert await store.list_rows("other", "orders", 10) == []


async def test_a_refused_turn_writes_no_row(store: Store) -> None:
    row = await started_session(store)
    stale = turn(row, expected_revision=0, tables=[TableWrite("t", b"")], rows=[RowWrite("t", new(b"x"))])
    assert isinstance(await try_commit(store, stale), Lost)
    assert (await store.find_table(BOT, "t"), await store.list_rows(BOT, "t", 10)) == (None, [])


async def test_rows_are_replaced_and_deleted_under_the_version_read(store: Store) -> None:
    await stored_table(store, new(b"a", "a"), new(b"b", "b"), new(b"c", "c"))
    row = await started_session(store)
    changes = [RowWrite("orders", new(b"longer", "x"), 1, 1), RowWrite("orders", None, 2, 1)]
    await commit(store, turn(row, rows=changes))
    assert await store.list_rows(BOT, "orders", 10) == [TableRow(1, b"longer", 2), TableRow(3, b"c", 1)]
    assert await store.find_table(BOT, "orders") == TableInfo(b"columns", 1, 2, 7, 3)
    assert (await store.find_rows(BOT, "orders", "a", 9), len(await store.find_rows(BOT, "orders", "x", 9))) == ([], 1)
    again = await read(store, row.session_id)
    for write, name in (
        (RowWrite("orders", new(b"late", "x"), 1, 1), "1"),
        (RowWrite("orders", None, 2, 1), "2"),
        (RowWrite("orders", new(b"new", "c")), "key c"),
        (RowWrite("orders", new(b"longer", "c"), 1, 2), "key c"),
    ):
        result = await try_commit(store, turn(again, rows=[RowWrite("orders", new(b"with it")), write]))
        assert result == MemoryMoved({}, frozenset({(BOT, "orders", name)}))
    assert await values(store) == [b"longer", b"c"]


async def test_numbers_of_deleted_rows_do_not_come_again(store: Store) -> None:
    await stored_table(store, new(b"a"), new(b"b"))
    row = await started_session(store)
    await commit(store, turn(row, rows=[RowWrite("orders", None, 2, 1)]))
    row = await read(store, row.session_id)
    await commit(store, turn(row, rows=[RowWrite("orders", new(b"c"))]))
    assert [found.number for found in await store.list_rows(BOT, "orders", 10)] == [1, 3]


async def test_keys_can_be_exchanged_and_taken_over_within_a_turn(store: Store) -> None:
    await stored_table(store, new(b"a", "a"), new(b"b", "b"), new(b"c", "c"))
    row = await started_session(store)
    changes = [
        RowWrite("orders", new(b"a", "b"), 1, 1),
        RowWrite("orders", new(b"b", "a"), 2, 1),
        RowWrite("orders", None, 3, 1),
        RowWrite("orders", new(b"d", "c")),
    ]
    await commit(store, turn(row, rows=changes))
    assert [(await store.find_rows(BOT, "orders", key, 9))[0].value for key in "abc"] == [b"b", b"a", b"d"]


async def test_of_turns_that_take_one_key_or_one_row_one_wins(store: Store) -> None:
    await stored_table(store, new(b"0", "n"))
    rows = [await started_session(store) for _ in range(4)]
    writes = [RowWrite("orders", new(b"mine", "k")), RowWrite("orders", new(b"mine", "k"))]
    writes += [RowWrite("orders", new(b"1", "n"), 1, 1), RowWrite("orders", new(b"1", "n"), 1, 1)]
    results = await asyncio.gather(
        *(try_commit(store, turn(row, rows=[write])) for row, write in zip(rows, writes, strict=True))
    )
    assert sorted(type(result).__name__ for result in results[:2]) == ["Committed", "MemoryMoved"]
    assert sorted(type(result).__name__ for result in results[2:]) == ["Committed", "MemoryMoved"]
    assert sorted(await values(store)) == [b"1", b"mine"]


async def test_a_definition_moves_under_its_version(store: Store) -> None:
    await stored_table(store, new(b"a"))
    assert not await store.put_table(BOT, TableWrite("orders", b"again"))
    assert await store.put_table(BOT, TableWrite("orders", b"wider", 1))
    assert not await store.put_table(BOT, TableWrite("orders", b"late", 1))
    row = await started_session(store)
    result = await try_commit(store, turn(row, tables=[TableWrite("orders", b"late", 1)]))
    assert result == MemoryMoved({}, frozenset({(BOT, "orders", "")}))
    assert await store.find_table(BOT, "orders") == TableInfo(b"wider", 2, 1, 1, 1)
    fresh = TableWrite("new", b"y", rows=[new(b"r")])
    made = await try_commit(store, turn(row, tables=[TableWrite("orders", b"x", 2), fresh]))
    assert isinstance(made, Committed)
    assert await store.find_table(BOT, "new") == TableInfo(b"y", 1, 1, 1, 1)


async def test_rows_of_a_table_that_is_made_can_be_written_at_once(store: Store) -> None:
    row = await started_session(store)
    table = TableWrite("prices.csv", b"", rows=[new(b"a", "a"), new(b"b", "b")])
    changes = [RowWrite("prices.csv", new(b"b2", "b"), 2, 1), RowWrite("prices.csv", new(b"c"))]
    await commit(store, turn(row, tables=[table], rows=changes))
    assert await store.list_rows(BOT, "prices.csv", 10) == [
        TableRow(1, b"a", 1), TableRow(2, b"b2", 2), TableRow(3, b"c", 1),
    ]  # fmt: skip


async def test_rows_come_in_pages_bounded_by_number_and_size(store: Store) -> None:
    await stored_table(store, *[new(b"x" * 100) for _ in range(7)])
    first = await store.list_rows(BOT, "orders", 3)
    rest = await store.list_rows(BOT, "orders", 100, after=first[-1].number)
    assert [row.number for row in first + rest] == list(range(1, 8))
    assert [row.number for row in await store.list_rows(BOT, "orders", 100, 2, max_bytes=201)] == [3, 4, 5]
    assert len(await store.list_rows(BOT, "orders", 100, max_bytes=1)) == 1


async def test_names_and_keys_are_only_data(store: Store) -> None:
    name = "o'r\"d;ers -- ${x} %_\\ ü 表"
    await stored_table(store, new(b"v", name), table=name)
    assert await store.find_rows(BOT, name, name, 9) == [TableRow(1, b"v", 1)]
    assert await store.find_rows(BOT, name, "%", 9) == []
    assert await store.find_table(BOT, "%") is None
