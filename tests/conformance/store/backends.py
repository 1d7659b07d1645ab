"""The backends under test. Each is a folder-sized world that can be opened, killed and opened again.

Specs know the protocol below and nothing else of a backend. Every backend runs every spec.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import redis

from botserver.clock import ManualClock
from botserver.ids import Digest, SessionId
from botserver.limits import CLEANUP_ROWS, Retention
from botserver.session.cells import load_cells
from botserver.store.abc import CommitResult, Committed, Store, TurnCommit
from botserver.store.postgres import open_store as open_postgres
from botserver.store.redis import RedisCells, open_cells
from botserver.store.sqlite import SqliteStore, open_store
from tests.servers import postgres, redis_server

RETENTION = Retention(
    turns=5, checkpoints=4, messages=CLEANUP_ROWS + 100, message_ids=CLEANUP_ROWS + 200, releases=2, deliveries=30
)
"""Small, so that specs reach its ends soon."""


class World(Protocol):
    """One database over its life. `clock` is the database's."""

    clock: ManualClock
    is_shared: bool
    """Whether several processes may have it open; then the end of one says nothing about who else is there."""

    async def open(self) -> Store:
        """Open the database, as a process that starts does."""
        ...

    async def kill(self) -> Store:
        """What a new process finds after the running one was killed at this moment."""
        ...

    async def reopen(self, retention: Retention) -> Store:
        """What a process finds that keeps things for another time."""
        ...

    async def close(self) -> None: ...


class SqliteFile:
    """A killed process leaves the files as they are: they are copied before the store may tidy them up."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.is_shared = False
        self._folder = folder
        self._generation = 0
        self._store: Store | None = None

    async def open(self) -> Store:
        return await self.reopen(RETENTION)

    async def reopen(self, retention: Retention) -> Store:
        await self.close()
        self._store = open_store(self._folder / f"{self._generation}.db", self.clock, retention)
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
        self.is_shared = False
        self._store: Store | None = None

    async def open(self) -> Store:
        self._store = open_store(None, self.clock, RETENTION)
        return self._store

    async def kill(self) -> Store:
        assert self._store is not None
        return self._store

    async def reopen(self, retention: Retention) -> Store:
        assert isinstance(self._store, SqliteStore)
        for connection in self._store._connections:
            connection.retention = retention
        return self._store

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()
            self._store = None


class Postgres:
    """A database of its own on the private cluster. A killed process leaves its connections to the server."""

    def __init__(self, _folder: Path) -> None:
        self.clock = ManualClock()
        self.is_shared = True
        self._url = postgres().migrated_database()
        self._stores: list[Store] = []

    async def open(self) -> Store:
        return await self.reopen(RETENTION)

    async def reopen(self, retention: Retention) -> Store:
        store = await open_postgres(self._url, self.clock, retention)
        self._stores.append(store)
        return store

    async def kill(self) -> Store:
        return await self.open()

    async def close(self) -> None:
        for store in self._stores:
            await store.close()


class _WithCells:
    """A store as the session layer sees it with Redis: large objects are looked for there first. That must give what
    the database has, whatever was put there and is gone."""

    def __init__(self, store: Store, cells: RedisCells) -> None:
        self._store = store
        self._cells = cells

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def load_large_objects(self, session_id: SessionId, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        truth = await self._store.load_large_objects(session_id, digests)
        found = await load_cells(self._store, self._cells, session_id, digests)
        assert found == truth
        return found

    async def commit_turns(self, commits: Sequence[TurnCommit]) -> list[CommitResult]:
        results = await self._store.commit_turns(commits)
        for commit, result in zip(commits, results, strict=True):
            if isinstance(result, Committed):
                self._cells.put(commit.new_large)
        return results


class PostgresWithRedis(Postgres):
    """The same beside a Redis, which is emptied whenever a process is killed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._cells: list[RedisCells] = []

    async def reopen(self, retention: Retention) -> Store:
        cells = await open_cells(redis_server().url, _fail)
        self._cells.append(cells)
        return cast(Store, _WithCells(await super().reopen(retention), cells))

    async def kill(self) -> Store:
        with redis.Redis.from_url(redis_server().url) as client:
            client.flushall()
        return await super().kill()

    async def close(self) -> None:
        for cells in self._cells:
            await cells.close()
        await super().close()


def _fail(place: str, error: BaseException) -> None:
    raise AssertionError(f"{place} was away") from error


BACKENDS: dict[str, Callable[[Path], World]] = {
    "postgres": Postgres,
    "postgres-redis": PostgresWithRedis,
    "sqlite": SqliteFile,
    "sqlite-memory": SqliteMemory,
}
