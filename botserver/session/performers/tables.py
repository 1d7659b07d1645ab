"""Rows of tables as one turn sees them: what is stored or comes with the package, and over it what the turn stages.

Nothing is written before the commit of the turn. A row that a FIND returned, and then is changed, carries the version
that was found; so does one that UPDATE, DELETE or SAVE found itself. If another session wrote it meanwhile, or took a
key that this turn gives to a new row, the commit is refused and the turn runs again on the newer rows.

Filters are asked row by row, in pages: between two pages other sessions go on. A filter that fixes the key is answered
by the row of that key alone.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from ...errors import ScriptError
from ...limits import (
    FIND_BYTES,
    FIND_ROWS,
    ROW_PAGE,
    ROW_PAGE_BYTES,
    SEARCH_RESULTS,
    SEARCH_RESULTS_MAX,
    TABLE_BYTES,
    TABLE_ROWS,
    TABLES,
    TURN_QUERY_STEPS,
    TURN_ROWS_READ,
    TURN_ROWS_WRITTEN,
    TURN_WRITTEN_BYTES,
)
from ...store.tables import NewRow, RowWrite, TableInfo, TableRow, TableWrite
from ...vm.dates import parse_date
from ...vm.formats import display
from ...vm.matching import BoundQuery, bind_assignments, bind_query, bind_row_query
from ...vm.values import HostValue
from ..row_handlers import RowChange
from ..tables import (
    DEFAULT_KEY,
    FILE_SUFFIXES,
    Definition,
    FileTable,
    Row,
    decode_definition,
    decode_row,
    key_text,
    lookup_text,
    table_name,
    too_large,
)
from ..values import from_json
from ..word_search import WordSearch

Arguments = tuple[HostValue, ...]
FindFile = Callable[[str], Awaitable[FileTable | None]]
"""The table file of the package with that name, if there is one."""

PRODUCTS = "products"  # the table of PRODUCT and SEARCH PRODUCTS, or else the file of that name
_KEY_ROWS = 1_000  # rows of one lookup: more than one only where a file repeats its keys


class RowSource(Protocol):
    """The part of the store that is read."""

    async def find_table(self, bot: str, table: str) -> TableInfo | None: ...
    async def count_tables(self, bot: str) -> int: ...
    async def list_rows(
        self, bot: str, table: str, limit: int, after: int = 0, max_bytes: int = 0
    ) -> list[TableRow]: ...
    async def find_rows(self, bot: str, table: str, lookup: str, limit: int) -> list[TableRow]: ...


@dataclass(slots=True)
class _Table:
    """A table in this turn. `version` 0: the store does not have it. `staged` are rows that were changed or deleted,
    `seen` the versions of rows that were returned."""

    name: str
    definition: Definition
    file: FileTable | None = None
    version: int = 0
    n_rows: int = 0
    size_bytes: int = 0
    last_number: int = 0
    n_columns: int = 0  # as stored
    staged: dict[int, Row] = field(default_factory=dict)
    fresh: list[Row] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    initial: list[NewRow] | None = None
    """The rows of the file, once the turn writes to the table."""
    index: dict[str, list[Row]] | None = None
    """The rows of `staged` and `fresh` by the lookup of their key; None when it has to be made anew."""

    @property
    def is_written(self) -> bool:
        return bool(self.fresh or self.staged)

    def changed_rows(self, lookup: str) -> list[Row]:
        """Rows of that key which the turn wrote."""
        if self.index is None:
            self.index = {}
            for row in (*self.staged.values(), *self.fresh):
                if not row.is_deleted:
                    self.to_index(row)
        return self.index.get(lookup, [])

    def to_index(self, row: Row) -> None:
        if self.index is not None and row.key:
            self.index.setdefault(lookup_text(row.key), []).append(row)

    def current(self, row: Row) -> Row | None:
        """A row that was just read, as this turn left it; None if it was deleted."""
        assert row.number is not None
        staged = self.staged.get(row.number)
        if staged is not None:
            return None if staged.is_deleted else staged
        row.version = self.seen.get(row.number, row.version)
        return row


class Tables:
    """The effects of data keywords. `new_id` gives ids to rows that come without one; `written` is told what each
    statement wrote, and may refuse it."""

    def __init__(
        self,
        source: RowSource,
        bot: str,
        find_file: FindFile,
        new_id: Callable[[], str],
        written: Callable[[Sequence[RowChange]], None],
    ) -> None:
        self._source = source
        self._bot = bot
        self._find_file = find_file
        self._new_id = new_id
        self._tables: dict[str, _Table] = {}
        self._rows_read = 0
        self._steps = 0
        self._rows_written = 0
        self._bytes_written = 0
        self._undo: list[Callable[[], object]] = []
        self._written = written
        self._changes: list[RowChange] = []  # of one statement

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """What carries out each effect, by its name."""
        return {
            "rows_find": self.find,
            "rows_count": self.count,
            "rows_save": partial(self._whole, self._save),
            "rows_update": partial(self._whole, self._update),
            "rows_delete": partial(self._whole, self._delete),
            "rows_merge": partial(self._whole, self._merge),
            "rows_import": partial(self._whole, self._import),
            "product_find": self.product,
            "products_search": self.search_products,
        }

    # --- effects -------------------------------------------------------------------------------------------------

    async def find(self, arguments: Arguments) -> HostValue:
        query = bind_query(arguments[1])
        table = await self._table(arguments[0])
        if arguments[2] and query.limit is None:
            query.limit = 1
        rows = [] if table is None else await self._matching(table, query, is_returned=True)
        shown: list[HostValue] = [row.shown() for row in rows]
        if arguments[2]:
            return shown[0] if shown else None
        return shown

    async def count(self, arguments: Arguments) -> HostValue:
        table = await self._table(arguments[0])
        if table is None:
            return 0
        return table.n_rows + len(table.fresh) - sum(row.is_deleted for row in table.staged.values())

    async def product(self, arguments: Arguments) -> HostValue:
        table = await self._products()
        query = bind_row_query(["", arguments[0], ""], table.definition.key or DEFAULT_KEY)
        if query is None:
            return None
        query.limit = 1
        rows = await self._matching(table, query, is_returned=True)
        return rows[0].shown() if rows else None

    async def search_products(self, arguments: Arguments) -> HostValue:
        table = await self._products()
        count = SEARCH_RESULTS if len(arguments) < 2 or arguments[1] is None else arguments[1]
        if isinstance(count, bool) or not isinstance(count, int | float) or not count >= 1:
            raise ScriptError(4002, f"SEARCH PRODUCTS gives 1 to {SEARCH_RESULTS_MAX} rows")
        room = int(min(count, SEARCH_RESULTS_MAX))
        wanted = WordSearch(display(arguments[0]))
        best: list[tuple[int, int, Row]] = []  # a heap: the worst is first, of equals the one that came last
        place = 0
        async with aclosing(self._scan(table)) as rows:
            async for row in rows:
                place -= 1
                before = wanted.steps
                score = wanted.score(row.values.values())
                self._count_steps(wanted.steps - before)
                if score:
                    (heapq.heappush if len(best) < room else heapq.heappushpop)(best, (score, place, row))
        found = [row for _, _, row in sorted(best, reverse=True)]
        _check_result(len(found), sum(map(_size, found)))
        self._note_returned(table, found)
        return [row.shown() for row in found]

    async def _save(self, arguments: Arguments) -> HostValue:
        name, mode = table_name(arguments[0]), arguments[3]
        names, values = _list(arguments[1]), _list(arguments[2])
        if not values:
            raise ScriptError(4001, "a row has at least one value")
        if mode == "text":
            values = [_json_rows(values)]
        rows = _rows_of(values[0]) if len(values) == 1 else None
        if rows is None and len(values) == 1 and mode != "insert":
            raise ScriptError(4001, "SAVE needs a map, an array of maps, or more than one value")
        table = await self._table(name) or await self._create(name, _columns(names, values, rows))
        if rows is None and mode == "save" and len(values) == 2 and isinstance(values[1], dict):
            key = table.definition.key or DEFAULT_KEY
            rest = {column: value for column, value in values[1].items() if column.lower() != key.lower()}
            rows, values = [{key: values[0], **rest}], values[1:]
        if rows is None:
            rows = [_named(table.definition, names, values)]
        saved = [await self._put(table, row, is_new=mode == "insert") for row in rows]
        results: list[HostValue] = [
            row.shown() if mode == "insert" else row.get(table.definition.key or DEFAULT_KEY) for row in saved
        ]
        return results if isinstance(values[0], list) else results[0]

    async def _import(self, arguments: Arguments) -> HostValue:
        given = display(arguments[0]).strip()
        if not given.lower().endswith(FILE_SUFFIXES):
            raise ScriptError(4002, f"IMPORT reads files of {' and '.join(FILE_SUFFIXES)}, not {given[:80]!r}")
        path = table_name(given)
        source = await self._table(path)
        if source is None:
            raise ScriptError(3004, f"no file {path}")
        name = table_name(arguments[1] if len(arguments) > 1 else path.rpartition("/")[2].rpartition(".")[0])
        target = await self._table(name) or await self._create(name, source.definition.columns)
        rows = [dict(row.values) async for row in self._scan(source)]
        for values in rows:
            await self._put(target, values, is_new=False)
        return len(rows)

    async def _update(self, arguments: Arguments) -> HostValue:
        table = await self._table(arguments[0])
        names, values = arguments[2], _list(arguments[3])
        query = self._bound(table, arguments[1], "UPDATE")
        changes: dict[str, HostValue]
        if len(values) == 1 and isinstance(values[0], dict):
            changes = values[0]
        elif len(values) == 1 and (names is None or _list(names) == [None]):
            changes = bind_assignments(values[0])
        else:
            changes = _named(table.definition if table else Definition([]), _list(names), values)
        if table is None:
            return 0
        rows = await self._matching(table, query)
        for row in rows:
            await self._change(table, row, changes)
        return len(rows)

    async def _delete(self, arguments: Arguments) -> HostValue:
        table = await self._table(arguments[0])
        query = self._bound(table, arguments[1], "DELETE")
        rows = [] if table is None else await self._matching(table, query)
        for row in rows:
            assert table is not None
            self._remove(table, row)
        return len(rows)

    async def _merge(self, arguments: Arguments) -> HostValue:
        name, key = table_name(arguments[0]), arguments[2]
        rows = _rows_of(arguments[1])
        if rows is None or not isinstance(key, str):
            raise ScriptError(4001, "MERGE needs an array of maps and the name of a column")
        table = await self._table(name)
        if table is None:
            table = await self._create(name, _columns([], [], rows), key)
        known: dict[str, Row] = {}
        async for row in self._scan(table):
            text = key_text(row.get(key))
            if text:
                known.setdefault(lookup_text(text), row)
        inserted = 0
        for values in rows:
            new = Row(table.definition, {})
            new.assign(values)
            lookup = lookup_text(key_text(new.get(key)))
            if lookup and lookup in known:
                await self._change(table, known[lookup], values)
                continue
            inserted += 1
            row = await self._put(table, values, is_new=False)
            if lookup:
                known[lookup] = row
        return {"inserted": inserted, "updated": len(rows) - inserted, "total": len(rows)}

    # --- what the commit holds -----------------------------------------------------------------------------------

    def table_writes(self) -> tuple[TableWrite, ...]:
        """Tables made or widened."""
        writes: list[TableWrite] = []
        for table in self._tables.values():
            if table.version == 0 and table.is_written:
                writes.append(TableWrite(table.name, table.definition.encoded(), 0, table.initial or ()))
            elif table.version and len(table.definition.columns) > table.n_columns:
                writes.append(TableWrite(table.name, table.definition.encoded(), table.version))
        return tuple(writes)

    def row_writes(self) -> tuple[RowWrite, ...]:
        """The staged rows, with the versions they rest on."""
        writes: list[RowWrite] = []
        for table in self._tables.values():
            for number, row in table.staged.items():
                writes.append(RowWrite(table.name, None if row.is_deleted else row.stored(), number, row.version))
            writes += [RowWrite(table.name, row.stored()) for row in table.fresh]
        return tuple(writes)

    # --- tables --------------------------------------------------------------------------------------------------

    async def _table(self, value: HostValue) -> _Table | None:
        """The table of a name; None if there is none."""
        name = table_name(value)
        known = self._tables.get(name)
        if known is not None and (known.file is None or known.is_written or known.initial is not None):
            return known
        if known is not None and await self._find_file(name) is known.file:
            return known
        self._tables.pop(name, None)
        info = await self._source.find_table(self._bot, name)
        if info is not None:
            definition = decode_definition(info.definition)
            table = _Table(name, definition, None, info.version, info.rows, info.size_bytes, info.last_number)
            table.n_columns = len(definition.columns)
        else:
            file = await self._find_file(name)
            if file is None:
                return None
            definition = Definition(list(file.definition.columns), file.definition.key)
            table = _Table(name, definition, file, 0, len(file.rows), 0, len(file.rows))
        self._tables[name] = table
        return table

    async def _create(self, name: str, columns: Iterable[str], key: str = DEFAULT_KEY) -> _Table:
        made = sum(table.version == 0 for table in self._tables.values())
        if await self._source.count_tables(self._bot) + made >= TABLES:
            raise too_large(f"a bot has at most {TABLES} tables")
        definition = Definition([], key)
        for column in columns:
            definition.add(column)
        self._tables[name] = table = _Table(name, definition)
        return table

    async def _products(self) -> _Table:
        """Raises 3004."""
        table = await self._table(PRODUCTS) or await self._table(f"{PRODUCTS}.csv")
        if table is None:
            raise ScriptError(3004, f"no table {PRODUCTS} and no file {PRODUCTS}.csv to look for products in")
        return table

    # --- reading -------------------------------------------------------------------------------------------------

    def _bound(self, table: _Table | None, value: HostValue, words: str) -> BoundQuery:
        """The filter of a write, which must say something. Raises 4002, 2002."""
        query = bind_row_query(value, (table.definition.key if table is not None else "") or DEFAULT_KEY)
        if query is None:
            raise ScriptError(4002, f"{words} needs a filter that says which rows")
        return query

    async def _matching(self, table: _Table, query: BoundQuery, is_returned: bool = False) -> list[Row]:
        """The rows a filter means, in its order."""
        found: list[Row] = []
        size = 0
        is_ordered = bool(query.order)
        end = None if query.limit is None else query.offset + query.limit
        key = query.wanted(table.definition.key) if table.definition.key else None
        async with aclosing(self._by_key(table, key) if _is_findable(key) else self._scan(table)) as rows:
            async for row in rows:
                if end is not None and not is_ordered and len(found) >= end:
                    break
                before = query.steps
                if query.matches(row.get):
                    found.append(row)
                    if is_returned:
                        size += _size(row)
                        _check_result(len(found), size)
                self._count_steps(query.steps - before)
        query.arrange(found)
        found = found[query.offset : end]
        if is_returned:
            self._note_returned(table, found)
        return found

    def _note_returned(self, table: _Table, rows: Iterable[Row]) -> None:
        """What the script does with them rests on their versions."""
        for row in rows:
            if row.number is not None and row.number not in table.staged:
                table.seen.setdefault(row.number, row.version)

    async def _scan(self, table: _Table) -> AsyncGenerator[Row, None]:
        """All rows in order, new ones last."""
        after = 0
        while table.version or table.file is not None:
            if table.version:
                page = await self._source.list_rows(self._bot, table.name, ROW_PAGE, after, ROW_PAGE_BYTES)
                rows = [decode_row(table.definition, row) for row in page]
            else:
                rows = _copies(table, table.file.rows[after : after + ROW_PAGE] if table.file else ())
            if not rows:
                break
            self._count_read(len(rows))
            for row in rows:
                current = table.current(row)
                if current is not None:
                    yield current
            after = rows[-1].number or 0
            await asyncio.sleep(0)
        self._count_read(len(table.fresh))
        for row in list(table.fresh):
            yield row

    async def _by_key(self, table: _Table, key: HostValue) -> AsyncGenerator[Row, None]:
        """The rows of a key."""
        lookup = lookup_text(key_text(key))
        if table.version:
            stored = await self._source.find_rows(self._bot, table.name, lookup, _KEY_ROWS)
            rows = [decode_row(table.definition, row) for row in stored]
        else:
            rows = _copies(table, table.file.find(lookup) if table.file else ())
        candidates = [row for row in rows if row.number not in table.staged] + table.changed_rows(lookup)
        candidates.sort(key=lambda row: row.number or sys.maxsize)
        self._count_read(len(candidates))
        for row in candidates:
            current = row if row.number is None else table.current(row)
            if current is not None:
                yield current

    async def _holder(self, table: _Table, key: str) -> Row | None:
        """The row that has a key."""
        async with aclosing(self._by_key(table, key)) as rows:
            async for row in rows:
                if row.key == key:
                    return row
        return None

    # --- writing -------------------------------------------------------------------------------------------------

    async def _put(self, table: _Table, values: dict[str, HostValue], is_new: bool) -> Row:
        """A row written: over the one that has its key, else a new one."""
        row = Row(table.definition, {})
        row.assign(values)
        if not table.definition.key and row.get(DEFAULT_KEY) is not None:
            table.definition.key = DEFAULT_KEY
        known = await self._holder(table, row.key) if row.key else None
        if known is not None:
            if is_new:
                raise ScriptError(2003, f"table {table.name} has a row with {table.definition.key} {row.key}")
            await self._change(table, known, values)
            return known
        row.assign({column: value for column, value in table.definition.defaults.items() if row.get(column) is None})
        if table.definition.key and not row.key:
            row.assign({table.definition.key: await self._fresh_key(table)})
        self._add(table, row)
        return row

    async def _fresh_key(self, table: _Table) -> HostValue:
        if not table.definition.counts_keys:
            return self._new_id()
        number = table.last_number + len(table.fresh) + 1
        while await self._holder(table, str(number)) is not None:
            number += 1
        return number

    def _add(self, table: _Table, row: Row) -> None:
        size = len(row.stored().value)
        self._count_write(table, size)
        _check_room(table, len(table.fresh) + 1, size)
        table.fresh.append(row)
        table.to_index(row)
        self._undo.append(lambda: table.fresh.remove(row))
        self._changes.append(RowChange("insert", table.name, table.definition, row.values, None))

    async def _change(self, table: _Table, row: Row, values: dict[str, HostValue]) -> None:
        """Columns of a row set; a key that is taken raises 2003."""
        changed = Row(table.definition, dict(row.values), row.number, row.version)
        changed.assign(values)
        if changed.key and changed.key != row.key and await self._holder(table, changed.key) is not None:
            raise ScriptError(2003, f"table {table.name} has a row with {table.definition.key} {changed.key}")
        size = len(changed.stored().value)
        self._count_write(table, size)
        _check_room(table, len(table.fresh), max(size - len(row.stored().value), 0))
        before, number = row.values, row.number
        if changed.key != row.key:
            table.index = None
        row.values = changed.values
        self._changes.append(RowChange("update", table.name, table.definition, row.values, before))
        if number is None:
            self._undo.append(lambda: setattr(row, "values", before))
            return
        staged = table.staged.get(number)
        table.staged[number] = row
        if staged is None:
            table.to_index(row)
        self._undo.append(lambda: _restore(table, row, staged, before))

    def _remove(self, table: _Table, row: Row) -> None:
        self._count_write(table, 0)
        self._changes.append(RowChange("delete", table.name, table.definition, None, row.values))
        table.index = None
        if row.number is None:
            place = table.fresh.index(row)
            del table.fresh[place]
            self._undo.append(lambda: table.fresh.insert(place, row))
            return
        staged = table.staged.get(row.number)
        row.is_deleted = True
        table.staged[row.number] = row
        self._undo.append(lambda: _restore(table, row, staged, row.values))

    async def _whole(self, change: Callable[[Arguments], Awaitable[HostValue]], arguments: Arguments) -> HostValue:
        """A statement that writes happens whole or not at all."""
        self._undo.clear()
        self._changes.clear()
        before = {name: list(table.definition.columns) for name, table in self._tables.items()}
        try:
            result = await change(arguments)
            self._written(self._changes)
            return result
        except ScriptError:
            for step in reversed(self._undo):
                step()
            for name, table in list(self._tables.items()):
                table.index = None
                if name in before:
                    table.definition.forget_after(len(before[name]))
                else:
                    del self._tables[name]  # read again when it is wanted
            raise

    # --- bounds --------------------------------------------------------------------------------------------------

    def _count_read(self, rows: int) -> None:
        self._rows_read += rows
        if self._rows_read > TURN_ROWS_READ:
            raise ScriptError(9013, f"one turn looks at more than {TURN_ROWS_READ} rows")

    def _count_steps(self, steps: int) -> None:
        self._steps += steps
        if self._steps > TURN_QUERY_STEPS:
            raise ScriptError(9013, f"the filters of one turn make more than {TURN_QUERY_STEPS} comparisons")

    def _count_write(self, table: _Table, size: int) -> None:
        if table.file is not None and table.initial is None:
            table.initial = table.file.stored()
            table.size_bytes += sum(len(row.value) for row in table.initial)
        self._rows_written += 1
        self._bytes_written += size
        if self._rows_written > TURN_ROWS_WRITTEN or self._bytes_written > TURN_WRITTEN_BYTES:
            raise ScriptError(
                9013, f"one turn writes more than {TURN_ROWS_WRITTEN} rows or {TURN_WRITTEN_BYTES} bytes of rows"
            )


def _is_findable(key: HostValue) -> bool:
    """Whether rows that have this key by `=` are those of its lookup: no text that a date or boolean may equal."""
    if isinstance(key, str):
        return bool(key) and key.strip().lower() not in ("true", "false") and parse_date(key) is None
    return isinstance(key, int | float) and not isinstance(key, bool)


def _restore(table: _Table, row: Row, staged: Row | None, values: dict[str, HostValue]) -> None:
    """A stored row as it was before a statement."""
    assert row.number is not None
    row.values, row.is_deleted = values, False
    if staged is None:
        del table.staged[row.number]
    else:
        table.staged[row.number] = staged


def _check_room(table: _Table, n_fresh: int, size: int) -> None:
    if table.n_rows + n_fresh > TABLE_ROWS or table.size_bytes + size > TABLE_BYTES:
        raise too_large(f"table {table.name} is full: it has {TABLE_ROWS} rows or {TABLE_BYTES} bytes")
    table.size_bytes += size


def _copies(table: _Table, rows: Iterable[Row]) -> list[Row]:
    """Rows of a file for this turn: the file's own are shared by all sessions."""
    return [Row(table.definition, dict(row.values), row.number, row.version) for row in rows]


def _size(row: Row) -> int:
    """About the size of a row, before anything is copied."""
    return sum(len(value) + 8 if isinstance(value, str) else 16 for value in row.values.values())


def _check_result(n_rows: int, size: int) -> None:
    if n_rows > FIND_ROWS or size > FIND_BYTES:
        raise ScriptError(9013, f"the rows found are more than {FIND_ROWS}, or larger than {FIND_BYTES} bytes")


def _list(value: HostValue) -> list[HostValue]:
    if not isinstance(value, list):
        raise ScriptError(4001, "the values of a row are a list")
    return value


def _rows_of(value: HostValue) -> list[dict[str, HostValue]] | None:
    """A map or an array of maps as rows; None for anything else."""
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    return [item for item in value if isinstance(item, dict)]


def _columns(
    names: Sequence[HostValue], values: Sequence[HostValue], rows: list[dict[str, HostValue]] | None
) -> list[str]:
    """The columns a new table gets, in order; the key comes last unless it is given."""
    if rows is not None:
        return [column for row in rows for column in row]
    if len(values) == 2 and isinstance(values[1], dict):
        return [DEFAULT_KEY, *values[1]]
    return list(_named(Definition([]), names, values))


def _named(definition: Definition, names: Sequence[HostValue], values: Sequence[HostValue]) -> dict[str, HostValue]:
    """Values by the column each is named for; others go to the column after the one before, if that is free."""
    if len(names) != len(values):
        raise ScriptError(4001, "the values of a row are named one by one")
    columns = definition.columns
    taken = {name.lower() for name in names if isinstance(name, str)}
    row: dict[str, HostValue] = {}
    place = 0  # of the next column
    for number, (name, value) in enumerate(zip(names, values, strict=True), 1):
        if isinstance(name, str):
            column = name
        else:
            while place < len(columns) and columns[place].lower() in taken:
                place += 1
            column = columns[place] if place < len(columns) else f"field{number}"
        spelling = definition.spelling(column)
        place = columns.index(spelling) + 1 if spelling is not None else place + 1
        row[column] = value
    return row


def _json_rows(values: Sequence[HostValue]) -> HostValue:
    """Text that is JSON, as rows. Raises 9010: reading other text needs a model."""
    found: HostValue = values[0] if values else None
    if isinstance(found, str):
        try:
            found = from_json(json.loads(found))
        except (ValueError, RecursionError):
            found = None
    if _rows_of(found) is None:
        raise ScriptError(9010, "SAVE_FROM_UNSTRUCTURED of text that is no JSON needs a language model")
    return found
