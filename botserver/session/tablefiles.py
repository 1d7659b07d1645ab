"""Table files of a package or of its scripts, `.csv` and `.json`: what tables of their name begin with.

A file is known by its digest; what a process read is kept for all its sessions while there is room.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from enum import Enum

from ..errors import ScriptError
from ..ids import Digest
from ..limits import COLUMN_CHARS, TABLE_COLUMNS, TABLE_FILE_BYTES, TABLE_FILES_BYTES, TABLE_ROWS
from ..vm.values import HostValue
from .assets import digest_of
from .releases import LoadedRelease, Releases
from .tables import FILE_SUFFIXES, FileTable
from .values import clean_text, from_json

_FOLDERS = ("gbdata", "gbdrive")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NUMBER_DIGITS = 15


class Gone(Enum):
    """A file that the package has and a script deleted."""

    GONE = "gone"


OwnFile = Callable[[str], Awaitable[bytes | Gone | None]]
"""What the bot's scripts made of a file; None: nothing."""


class TableFiles:
    """The table files this process has read."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases
        self._read: OrderedDict[tuple[Digest, str], FileTable] = OrderedDict()
        self._sizes: dict[tuple[Digest, str], int] = {}

    async def find(self, release: LoadedRelease, own: OwnFile, name: str) -> FileTable | None:
        """The table file with that name, of the bot or else of its release; None without one. Raises 5004, 3005."""
        if not name.endswith(FILE_SUFFIXES):
            return None
        file = release.find_file(name, _FOLDERS)
        data = await own(name)
        if isinstance(data, Gone):
            return None
        suffix = name[name.rindex(".") :]
        if data is not None:
            digest, size = digest_of(data), len(data)
        elif file is not None:
            digest, size = file.digest, file.size_bytes
        else:
            return None
        known = (digest, suffix)
        if known in self._read:
            self._read.move_to_end(known)
            return self._read[known]
        if size > TABLE_FILE_BYTES:
            raise ScriptError(3005, f"{name} is larger than {TABLE_FILE_BYTES} bytes, too large for a table")
        if data is None:
            assert file is not None
            data = await self._releases.read_file(file)
        table = await asyncio.to_thread(read_table, name, data)
        self._read[known] = table
        self._sizes[known] = size
        while sum(self._sizes.values()) > TABLE_FILES_BYTES and len(self._read) > 1:
            oldest, _ = self._read.popitem(last=False)
            del self._sizes[oldest]
        return table


def read_table(name: str, data: bytes) -> FileTable:
    """The rows of a file. Raises 3005 for what is no table."""
    text = clean_text(data.decode("utf-8-sig", "replace"))
    try:
        columns, rows = _read_json(text) if name.endswith(".json") else _read_csv(text)
    except (csv.Error, ValueError, RecursionError) as error:
        raise ScriptError(3005, f"{name} is no table: {error}") from None
    if len(rows) > TABLE_ROWS or len(columns) > TABLE_COLUMNS:
        raise ScriptError(3005, f"{name} has more than {TABLE_ROWS} rows or {TABLE_COLUMNS} columns")
    return FileTable(columns, rows)


def _read_csv(text: str) -> tuple[list[str], list[dict[str, HostValue]]]:
    """Columns by the first line; it says whether commas or semicolons divide them."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head and "," not in head else ",")
    columns: list[str] = []
    rows: list[dict[str, HostValue]] = []
    for cells in reader:
        if not columns:
            columns = _columns(cells)
        elif cells:
            rows.append({column: cell_value(cell) for column, cell in zip(columns, cells, strict=False)})
    return columns, rows


def _columns(names: list[str]) -> list[str]:
    """The names of columns, each once in any case."""
    columns: list[str] = []
    for place, name in enumerate(names, 1):
        column = name.strip()[:COLUMN_CHARS] or f"field{place}"
        known = {each.lower() for each in columns}
        while column.lower() in known:
            column = f"{column[: COLUMN_CHARS - 10]}_{place}"
        columns.append(column)
    return columns


def cell_value(cell: str) -> HostValue:
    """A number if the text is one as numbers are written, a boolean for true and false, else the text."""
    if _NUMBER.fullmatch(cell) and sum(ch.isdigit() for ch in cell) <= _NUMBER_DIGITS:
        return float(cell) if "." in cell else int(cell)
    return {"true": True, "false": False}.get(cell, cell)


def _read_json(text: str) -> tuple[list[str], list[dict[str, HostValue]]]:
    """An array of objects, or one of them."""
    found = json.loads(text)
    items = found if isinstance(found, list) else [found]
    columns: dict[str, str] = {}
    rows: list[dict[str, HostValue]] = []
    for item in items:
        if not isinstance(item, dict):
            raise ValueError("it has to be an array of objects")
        row: dict[str, HostValue] = {}
        for name, value in item.items():
            spelled = clean_text(name).strip()[:COLUMN_CHARS] or "field"
            column = columns.setdefault(spelled.lower(), spelled)
            if value is not None:
                row[column] = from_json(value)
        rows.append(row)
    return _columns(list(columns.values())), rows
