"""Tables of bots as sessions see them: columns, keys, rows as maps, and how all that is stored.

A table's name and its columns are the same in any case. Rows are maps of the columns that are set. The value of the key
column, if there is one, names a row: at most one row has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import ScriptError, StoredDataCorrupt
from ..language.declarations import TableDeclaration
from ..limits import COLUMN_CHARS, ROW_BYTES, ROW_KEY_CHARS, TABLE_COLUMNS, TABLE_NAME_CHARS
from ..store.tables import NewRow, TableRow
from ..vm.objects import Array, Map, from_host, scalar_text
from ..vm.text import fold, parse_number
from ..vm.values import HostValue
from .values import decode_value, encode_value

DEFAULT_KEY = "id"
FILE_SUFFIXES = (".csv", ".json")
_OTHER_FILES = (".xlsx", ".xls", ".ods")
_NUMBER_TYPES = frozenset(("integer", "int", "number", "bigint", "smallint", "serial"))


def too_large(what: str) -> ScriptError:
    return ScriptError(9008, what)


def table_name(value: HostValue) -> str:
    """The stored name of what a script calls a table. Raises 4002, 5004 and, for tables elsewhere, 9012."""
    if not isinstance(value, str):
        held = "nothing" if value is None else "rows" if isinstance(value, list | dict) else "no text"
        raise ScriptError(4002, f'a table is named by text, such as "orders"; this is a variable that holds {held}')
    name = value.strip()
    if not 1 <= len(name) <= TABLE_NAME_CHARS:
        raise ScriptError(4002, f"the name of a table is text of 1 to {TABLE_NAME_CHARS} characters")
    name = fold(name).replace("\\", "/")
    if name.endswith(_OTHER_FILES):
        raise ScriptError(9012, f"{name} needs a reader of spreadsheets; none is configured")
    if name.endswith(FILE_SUFFIXES):
        if name.startswith("/") or ".." in name.split("/"):
            raise ScriptError(5004, f'"{name}" leaves the package')
        return name
    connection, dot, rest = name.rpartition(".")
    if dot and connection:
        raise ScriptError(9012, f"table {rest} needs the database {connection}; none is configured")
    if not rest:
        raise ScriptError(4002, "the name of a table is text")
    return rest


@dataclass(slots=True)
class Definition:
    """The columns of a table in order, the key column ("" if none), and what TABLE said of columns: types by their
    folded names, values that new rows get."""

    columns: list[str]
    key: str = DEFAULT_KEY
    types: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, HostValue] = field(default_factory=dict)
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folded = {fold(column): column for column in self.columns}

    def spelling(self, column: str) -> str | None:
        """The column of that name, any case."""
        return column if column in self.columns else self._folded.get(fold(column))

    def add(self, column: str) -> str:
        """The column of that name, made if it is missing. Raises 4002, 9008."""
        known = self.spelling(column)
        if known is not None:
            return known
        if not 1 <= len(column) <= COLUMN_CHARS or column != column.strip():
            raise ScriptError(4002, f"a column has a name of 1 to {COLUMN_CHARS} characters, not {column[:40]!r}")
        if len(self.columns) >= TABLE_COLUMNS:
            raise too_large(f"a table has at most {TABLE_COLUMNS} columns")
        self.columns.append(column)
        self._folded[fold(column)] = column
        return column

    def forget_after(self, n: int) -> None:
        """Take back the columns added after the first `n`."""
        for column in self.columns[n:]:
            del self._folded[fold(column)]
        del self.columns[n:]

    def declare(self, table: TableDeclaration) -> None:
        """Add the columns of a declaration that are missing, and what it says of columns; nothing is dropped."""
        for column in table.columns:
            spelling = self.add(column.name)
            self.types[fold(spelling)] = column.type
            if column.default is None:
                self.defaults.pop(spelling, None)
            else:
                self.defaults[spelling] = column.default

    @property
    def counts_keys(self) -> bool:
        """Whether keys that are not given are numbers in a row."""
        return self.types.get(fold(self.key), "") in _NUMBER_TYPES

    def encoded(self) -> bytes:
        parts = {"columns": self.columns, "key": self.key, "types": self.types, "defaults": self.defaults}
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def decode_definition(data: bytes) -> Definition:
    """Raises StoredDataCorrupt."""
    try:
        parts = json.loads(data)
        return Definition(parts["columns"], parts["key"], parts["types"], parts["defaults"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoredDataCorrupt(kind="table", what=str(error)) from error


def declared(table: TableDeclaration) -> Definition:
    """The definition of a table as TABLE has it."""
    definition = Definition([column.name for column in table.columns], table.key)
    definition.declare(table)
    return definition


@dataclass(slots=True, eq=False)
class Row:
    """A row as one turn sees it. `number` None: not stored so far. `version` is what a write of it rests on."""

    definition: Definition
    values: dict[str, HostValue]
    number: int | None = None
    version: int = 0
    is_deleted: bool = False

    def get(self, column: str, /) -> HostValue:
        spelling = self.definition.spelling(column)
        return None if spelling is None else self.values.get(spelling)

    def assign(self, values: Mapping[str, HostValue]) -> None:
        """Set columns, null unsets them; the table gets those it does not have. Raises 4002, 9008."""
        for column, value in values.items():
            spelling = self.definition.add(column)
            if value is None:
                self.values.pop(spelling, None)
            else:
                self.values[spelling] = value

    @property
    def key(self) -> str:
        """Raises 4002."""
        return key_text(self.get(self.definition.key)) if self.definition.key else ""

    def shown(self) -> dict[str, HostValue]:
        """As scripts see it: all columns of the table, in order."""
        return {column: self.values.get(column) for column in self.definition.columns}

    def stored(self) -> NewRow:
        """Raises 9008 if the row is too large."""
        data = encode_value(self.values)
        if len(data) > ROW_BYTES:
            raise too_large(f"a row has at most {ROW_BYTES} bytes, this one {len(data)}")
        return NewRow(data, self.key, lookup_text(self.key))


def decode_row(definition: Definition, row: TableRow) -> Row:
    """Raises StoredDataCorrupt."""
    values = decode_value(row.value)
    if not isinstance(values, dict):
        raise StoredDataCorrupt(kind="row", what="it is no map")
    return Row(definition, values, row.number, row.version)


def _is_key(value: HostValue) -> bool:
    return not isinstance(value, list | dict) and not (isinstance(value, str) and len(value) > ROW_KEY_CHARS)


def key_text(value: HostValue) -> str:
    """What names a row: the display text of its key, "" if it has none. Raises 4002."""
    known = from_host(value)
    if isinstance(known, Array | Map):
        raise ScriptError(4002, "the key of a row is no list or map")
    text = scalar_text(known).strip()
    if len(text) > ROW_KEY_CHARS:
        raise ScriptError(4002, f"the key of a row has at most {ROW_KEY_CHARS} characters")
    return text


def lookup_text(key: str) -> str:
    """Keys that filters take for equal have the same: 7, "7" and "007"."""
    number = parse_number(key) if key else None
    return key if number is None else scalar_text(float(number))


class FileTable:
    """A table file of the package: what a bot's table of that name begins with. Its rows are numbered from 1, version
    1, which is what they get when the bot writes to it and it moves into the store."""

    def __init__(self, columns: Iterable[str], rows: Sequence[dict[str, HostValue]]) -> None:
        self.definition = Definition(list(columns))
        key = self.definition.spelling(DEFAULT_KEY)
        if key is None or not all(_is_key(row.get(key)) for row in rows):
            self.definition.key = ""
        self.rows = [Row(self.definition, values, number, 1) for number, values in enumerate(rows, 1)]
        self._by_lookup: dict[str, list[Row]] | None = None

    def find(self, lookup: str) -> list[Row]:
        """Rows of that key, in order."""
        if self._by_lookup is None:
            self._by_lookup = {}
            for row in self.rows:
                if row.key:
                    self._by_lookup.setdefault(lookup_text(row.key), []).append(row)
        return self._by_lookup.get(lookup, [])

    def stored(self) -> list[NewRow]:
        """All rows as the store takes them. A key that comes twice names its first row only."""
        seen: set[str] = set()
        rows = []
        for row in self.rows:
            new = row.stored()
            if new.key in seen:
                new = NewRow(new.value, "", new.lookup)
            seen.add(new.key)
            rows.append(new)
        return rows
