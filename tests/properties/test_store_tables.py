"""Tables of a store under random operations equal dictionaries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.clock import ManualClock
from botserver.ids import ReleaseId, new_session_id
from botserver.model import Activity
from botserver.store.abc import (
    Committed,
    MemoryMoved,
    Opened,
    Opening,
    SessionRow,
    Standing,
    State,
    Store,
    TurnCommit,
)
from botserver.store.sqlite import open_store
from botserver.store.tables import NewRow, RowWrite, TableInfo, TableRow, TableWrite

BOT, STANDING = "b", Standing(ReleaseId("r"), Activity.IDLE)
TABLES, KEYS = ("orders", "prices.csv"), ("", "a", "b", "c")


@dataclass
class Row:
    value: bytes
    key: str
    version: int = 1


@dataclass
class Model:
    """What one table should be. Version 0: it is not there."""

    version: int = 0
    definition: bytes = b""
    last_number: int = 0
    rows: dict[int, Row] = field(default_factory=dict)

    def insert(self, row: NewRow) -> None:
        self.last_number += 1
        self.rows[self.last_number] = Row(row.value, row.key)

    def keys(self) -> set[str]:
        return {row.key for row in self.rows.values() if row.key}


Change = tuple[str, int, int, int, bool]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["insert", "insert", "replace", "delete"]),
        st.integers(0, 5),  # which row
        st.integers(0, len(KEYS) - 1),
        st.integers(0, 40),  # bytes of the value
        st.booleans(),  # under the version it has
    ),
    min_size=1,
    max_size=4,
)
OPERATIONS = st.lists(
    st.tuples(st.integers(0, 1), st.booleans(), st.booleans(), CHANGES),  # table, define it, at the right version
    max_size=20,
)


class Run:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.models = {name: Model() for name in TABLES}

    async def begin(self) -> None:
        await self.store.put_release(BOT, STANDING.release, b"", {})
        opened = await self.store.open_session(Opening(new_session_id(), BOT, "p", STANDING, "c", 1e9))
        assert isinstance(opened, Opened)
        self.row: SessionRow = opened.row

    async def define(self, name: str, right: bool, changes: list[Change]) -> None:
        """Make the table with rows, or replace its definition."""
        model = self.models[name]
        fresh: dict[str, NewRow] = {}
        for kind, _, key, size, _ in changes:
            if kind == "insert":
                fresh.setdefault(KEYS[key] or f"#{len(fresh)}", NewRow(b"d" * size, KEYS[key], KEYS[key]))
        read_version = model.version if right else model.version + 1
        rows = () if model.version else tuple(fresh.values())
        write = TableWrite(name, b"definition %d" % (model.version + 1), read_version, rows)
        assert await self.store.put_table(BOT, write) == right
        if right:
            model.version, model.definition = model.version + 1, write.definition
            for row in rows:
                model.insert(row)

    async def change(self, name: str, changes: list[Change]) -> None:
        """Write rows with a turn: all of them, or none if one is not as it was read."""
        model = self.models[name]
        if not model.version:
            return
        writes: dict[int, RowWrite] = {}
        inserted: list[NewRow] = []
        for kind, which, key, size, right in changes:
            row = NewRow(b"v" * size, KEYS[key], KEYS[key])
            if kind == "insert":
                inserted.append(row)
            elif model.rows:
                number = sorted(model.rows)[which % len(model.rows)]
                version = model.rows[number].version + (not right)
                writes[number] = RowWrite(name, None if kind == "delete" else row, number, version)
        taken = [row.key for row in inserted] + [write.row.key for write in writes.values() if write.row is not None]
        taken = [key for key in taken if key]
        if len(taken) != len(set(taken)):
            return  # a turn keeps keys unique among what it stages itself
        staying = {row.key for number, row in model.rows.items() if number not in writes and row.key}
        is_moved = bool(staying.intersection(taken)) or any(
            write.read_version != model.rows[number].version for number, write in writes.items()
        )
        result = await self.commit([*writes.values(), *(RowWrite(name, row) for row in inserted)])
        assert isinstance(result, MemoryMoved if is_moved else Committed), result
        if is_moved:
            return
        for number, write in writes.items():
            if write.row is None:
                del model.rows[number]
            else:
                model.rows[number] = Row(write.row.value, write.row.key, model.rows[number].version + 1)
        for row in inserted:
            model.insert(row)

    async def commit(self, rows: list[RowWrite]) -> object:
        commit = TurnCommit(self.row.session_id, self.row.revision, STANDING, State(b"s"), rows=rows)
        (result,) = await self.store.commit_turns([commit])
        if isinstance(result, Committed):
            found = await self.store.find_session(self.row.session_id)
            assert found is not None
            self.row = found
        return result

    async def check(self) -> None:
        assert await self.store.count_tables(BOT) == sum(model.version > 0 for model in self.models.values())
        for name, model in self.models.items():
            rows = [TableRow(number, row.value, row.version) for number, row in sorted(model.rows.items())]
            found = await self.store.find_table(BOT, name)
            size = sum(len(row.value) for row in rows)
            info = TableInfo(model.definition, model.version, len(rows), size, model.last_number)
            assert found == (info if model.version else None)
            assert await self.store.list_rows(BOT, name, 100) == rows
            pages: list[TableRow] = []
            while page := await self.store.list_rows(BOT, name, 2, pages[-1].number if pages else 0, max_bytes=50):
                pages += page
            assert pages == rows
            for key in KEYS[1:]:
                keyed = [row for row in rows if model.rows[row.number].key == key]
                assert await self.store.find_rows(BOT, name, key, 10) == keyed


@given(OPERATIONS)
@settings(max_examples=100, deadline=None)
def test_tables_under_random_operations_equal_dictionaries(
    operations: list[tuple[int, bool, bool, list[Change]]],
) -> None:
    async def run() -> None:
        store = open_store(None, ManualClock())
        try:
            run = Run(store)
            await run.begin()
            for table, defines, right, changes in operations:
                if defines:
                    await run.define(TABLES[table], right, changes)
                else:
                    await run.change(TABLES[table], changes)
                await run.check()
        finally:
            await store.close()

    asyncio.run(run())
