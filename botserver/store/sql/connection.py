"""What jobs need of a driver: the part of `sqlite3` that the store uses. Other drivers are wrapped to look like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from ...limits import Retention

T = TypeVar("T")


class Cursor(Protocol):
    """The rows of a statement, as tuples."""

    @property
    def rowcount(self) -> int:
        """Rows a statement that is no SELECT touched."""
        ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def close(self) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection inside a transaction. Raises whatever its driver raises; the backend translates."""

    @property
    def retention(self) -> Retention:
        """How long this store keeps things."""
        ...

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Cursor: ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Any: ...


class Overtaken(Exception):
    """Another transaction wrote what this job saw was not there. It is rolled back and runs again, and then sees it.
    Never raised where jobs run as if alone."""


Job: TypeAlias = Callable[[Connection, float], T]
"""A write: given the transaction's connection and the database's time in Unix seconds."""
