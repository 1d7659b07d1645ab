"""Tables of bots: rows as opaque values, in the order they came. Values and names are bound, never spliced."""

from __future__ import annotations

from collections.abc import Sequence

from ..abc import TurnCommit
from ..tables import NewRow, RowWrite, TableInfo, TableRow, TableWrite
from .connection import Connection

_ROW = "number, value, version"
_INSERT = """
INSERT INTO bot_rows (bot, table_name, number, row_key, lookup, value, version, updated_at)
VALUES (?, ?, ?, ?, ?, ?, 1, ?)
"""
_REPLACE = """
UPDATE bot_rows SET row_key = ?, lookup = ?, value = ?, version = version + 1, updated_at = ?
WHERE bot = ? AND table_name = ? AND number = ?
"""
_ADD_UP = """
UPDATE bot_tables SET last_number = last_number + ?, row_count = row_count + ?, size_bytes = size_bytes + ?
WHERE bot = ? AND name = ?
"""


def find_table(connection: Connection, bot: str, table: str) -> TableInfo | None:
    row = connection.execute(
        "SELECT definition, version, row_count, size_bytes, last_number FROM bot_tables WHERE bot = ? AND name = ?",
        (bot, table),
    ).fetchone()
    return None if row is None else TableInfo(*row)


def count_tables(connection: Connection, bot: str) -> int:
    count: int = connection.execute("SELECT count(*) FROM bot_tables WHERE bot = ?", (bot,)).fetchone()[0]
    return count


def list_rows(connection: Connection, bot: str, table: str, limit: int, after: int, max_bytes: int) -> list[TableRow]:
    cursor = connection.execute(
        f"SELECT {_ROW} FROM bot_rows WHERE bot = ? AND table_name = ? AND number > ? ORDER BY number LIMIT ?",
        (bot, table, after, limit),
    )
    found: list[TableRow] = []
    size = 0
    for row in cursor:
        found.append(TableRow(*row))
        size += len(found[-1].value)
        if 0 < max_bytes <= size:
            break
    cursor.close()
    return found


def find_rows(connection: Connection, bot: str, table: str, lookup: str, limit: int) -> list[TableRow]:
    rows = connection.execute(
        f"SELECT {_ROW} FROM bot_rows WHERE bot = ? AND table_name = ? AND lookup = ? AND lookup <> '' "
        "ORDER BY number LIMIT ?",
        (bot, table, lookup, limit),
    )
    return [TableRow(*row) for row in rows]


def put_table(connection: Connection, now: float, bot: str, write: TableWrite) -> bool:
    if _version(connection, bot, write.table) != write.read_version:
        return False
    _write_table(connection, now, bot, write)
    return True


def moved_rows(connection: Connection, bot: str, commit: TurnCommit) -> frozenset[tuple[str, str, str]]:
    """What a commit rests on that is not so any more."""
    moved = {
        (bot, write.table, "")
        for write in commit.tables
        if _version(connection, bot, write.table) != write.read_version
    }
    if moved:
        return frozenset(moved)
    made = {write.table for write in commit.tables if write.read_version == 0}
    leaving = {(write.table, write.number) for write in commit.rows if write.number is not None}
    for write in commit.rows:
        if write.table in made:
            continue  # nobody else can have written there
        if write.number is not None and _row_version(connection, bot, write) != write.read_version:
            moved.add((bot, write.table, str(write.number)))
        if write.row is not None and write.row.key:
            holder = connection.execute(
                "SELECT number FROM bot_rows WHERE bot = ? AND table_name = ? AND row_key = ?",
                (bot, write.table, write.row.key),
            ).fetchone()
            if holder is not None and (write.table, holder[0]) not in leaving:
                moved.add((bot, write.table, f"key {write.row.key}"))
    return frozenset(moved)


def _version(connection: Connection, bot: str, table: str) -> int:
    found = find_table(connection, bot, table)
    return 0 if found is None else found.version


def _row_version(connection: Connection, bot: str, write: RowWrite) -> int:
    row = connection.execute(
        "SELECT version FROM bot_rows WHERE bot = ? AND table_name = ? AND number = ?", (bot, write.table, write.number)
    ).fetchone()
    return 0 if row is None else row[0]


def write_rows(connection: Connection, now: float, bot: str, commit: TurnCommit) -> None:
    """Write the tables and rows of a commit that `moved_rows` found nothing against."""
    for table in commit.tables:
        _write_table(connection, now, bot, table)
    by_table: dict[str, list[RowWrite]] = {}
    for write in commit.rows:
        by_table.setdefault(write.table, []).append(write)
    for name, writes in by_table.items():
        _write_rows(connection, now, bot, name, writes)


def _write_table(connection: Connection, now: float, bot: str, write: TableWrite) -> None:
    if write.read_version:
        connection.execute(
            "UPDATE bot_tables SET definition = ?, version = version + 1 WHERE bot = ? AND name = ?",
            (write.definition, bot, write.table),
        )
        return
    connection.execute(
        "INSERT INTO bot_tables (bot, name, definition, version, last_number, row_count, size_bytes, created_at) "
        "VALUES (?, ?, ?, 1, 0, 0, 0, ?)",
        (bot, write.table, write.definition, now),
    )
    _insert(connection, now, bot, write.table, write.rows, 0)


def _write_rows(connection: Connection, now: float, bot: str, table: str, writes: Sequence[RowWrite]) -> None:
    found = connection.execute("SELECT last_number FROM bot_tables WHERE bot = ? AND name = ?", (bot, table)).fetchone()
    if found is None:
        raise ValueError(f"no table {table}")
    gone = changed = 0
    for write in writes:
        if write.number is None:
            continue
        old = connection.execute(
            "SELECT length(value) FROM bot_rows WHERE bot = ? AND table_name = ? AND number = ?",
            (bot, table, write.number),
        ).fetchone()
        if old is None:
            raise ValueError(f"no row {write.number} in table {table}")
        changed -= old[0]
        if write.row is None:
            connection.execute(
                "DELETE FROM bot_rows WHERE bot = ? AND table_name = ? AND number = ?", (bot, table, write.number)
            )
            gone += 1
        else:
            # The key first: rows may exchange their keys within a commit.
            connection.execute(
                "UPDATE bot_rows SET row_key = NULL WHERE bot = ? AND table_name = ? AND number = ?",
                (bot, table, write.number),
            )
    for write in writes:
        if write.number is not None and write.row is not None:
            row = write.row
            changed += len(row.value)
            connection.execute(_REPLACE, (row.key or None, row.lookup, row.value, now, bot, table, write.number))
    connection.execute(_ADD_UP, (0, -gone, changed, bot, table))
    fresh = [write.row for write in writes if write.number is None and write.row is not None]
    _insert(connection, now, bot, table, fresh, found[0])


def _insert(connection: Connection, now: float, bot: str, table: str, rows: Sequence[NewRow], last_number: int) -> None:
    if not rows:
        return
    connection.executemany(
        _INSERT,
        [
            (bot, table, number, row.key or None, row.lookup, row.value, now)
            for number, row in enumerate(rows, last_number + 1)
        ],
    )
    size = sum(len(row.value) for row in rows)
    connection.execute(_ADD_UP, (len(rows), len(rows), size, bot, table))
