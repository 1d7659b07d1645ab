"""Tables of bots as the store keeps them: rows as opaque values, found by number or by key. Part of `store/abc.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table of a bot. `definition` is the session layer's, opaque; `version` rises when that is written."""

    definition: bytes
    version: int
    rows: int
    size_bytes: int  # of all rows
    last_number: int  # of the row inserted last


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as stored; `value` is opaque. Rows are numbered from 1 in the order they came."""

    number: int
    value: bytes
    version: int  # rises with every write, from 1


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to insert. `key` is unique in its table, "" is no key; rows are found by `lookup`, "" is not found."""

    value: bytes
    key: str = ""
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class TableWrite:
    """A table made (`read_version` 0) with `rows`, versions 1, or its definition replaced."""

    table: str
    definition: bytes
    read_version: int = 0
    rows: Sequence[NewRow] = ()


@dataclass(frozen=True, slots=True)
class RowWrite:
    """A row of a table inserted (`number` None; its key must be free), replaced, or with `row` None deleted. A row that
    was read carries the version it had."""

    table: str
    row: NewRow | None
    number: int | None = None
    read_version: int = 0
