"""The backends under test. Each is a folder-sized world that can be opened, killed and opened again.

Specs know the protocol below and nothing else of a backend. Every backend runs every spec.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from botserver.clock import ManualClock
from botserver.store.abc import Store
from botserver.store.sqlite import open_store


class World(Protocol):
    """One database over its life. `clock` is the database's."""

    clock: ManualClock

    async def open(self) -> Store:
        """Open the database, as a process that starts does."""
        ...

    async def kill(self) -> Store:
        """What a new process finds after the running one was killed at this moment."""
        ...

    async def close(self) -> None: ...


class SqliteFile:
    """A killed process leaves the files as they are: they are copied before the store may tidy them up."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self._folder = folder
        self._generation = 0
        self._store: Store | None = None

    async def open(self) -> Store:
        self._store = open_store(self._folder / f"{self._generation}.db", self.clock)
        return self._store

    async def kill(self) -> Store:
        before = self._generation
        self._generation += 1
        for suffix in ("", "-wal"):
            source = self._folder / f"{before}.db{suffix}"
            if source.exists():
                shutil.copyfile(source, self._folder / f"{self._generation}.db{suffix}")
        await self.close()
        return await self.open()

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()
            self._store = None


class SqliteMemory:
    """Keeps nothing over a process's life, so its kill is none: what was committed must only be readable."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self._store: Store | None = None

    async def open(self) -> Store:
        self._store = open_store(None, self.clock)
        return self._store

    async def kill(self) -> Store:
        assert self._store is not None
        return self._store

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()
            self._store = None


BACKENDS: dict[str, Callable[[Path], World]] = {"sqlite": SqliteFile, "sqlite-memory": SqliteMemory}
