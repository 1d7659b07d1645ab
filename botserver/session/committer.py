"""Group commit: turns that finish close together share one transaction.

Self-clocked: a lone turn is written at once, by its own task; turns that finish while a transaction is under way wait
for it and leave together when it returns. No timer. The store answers each turn on its own: a lost race or an
unwritable turn is a result of that turn and none of its neighbours'. If the transaction as a whole has no answer,
every turn in it is unknown and raises: its engine reads the row and finds out.
"""

from __future__ import annotations

import asyncio
import time

from ..errors import StoreError
from ..limits import COMMIT_BATCH
from ..store.abc import CommitResult, Store, TurnCommit
from .faultpoints import FaultPoint, reach
from .observe import Observer


class Committer:
    def __init__(self, store: Store, observer: Observer) -> None:
        self._store = store
        self._observer = observer
        self._waiting: list[tuple[TurnCommit, asyncio.Future[CommitResult]]] = []
        self._writing = False
        self._task: asyncio.Task[None] | None = None

    async def commit(self, turn: TurnCommit) -> CommitResult:
        """Commit a turn together with others. Raises StoreError when the outcome is unknown."""
        reach(FaultPoint.BEFORE_COMMIT)
        if self._writing:
            future: asyncio.Future[CommitResult] = asyncio.get_running_loop().create_future()
            self._waiting.append((turn, future))
            result = await future
        else:
            self._writing = True
            try:
                (result,) = await self._write([turn])
            finally:
                self._go_on()
        reach(FaultPoint.AFTER_COMMIT)
        return result

    def _go_on(self) -> None:
        if self._waiting:
            self._task = asyncio.create_task(self._flush())
        else:
            self._writing = False

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:COMMIT_BATCH], self._waiting[COMMIT_BATCH:]
            try:
                results = await self._write([turn for turn, _ in batch])
            except StoreError as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)
        self._writing = False

    async def _write(self, batch: list[TurnCommit]) -> list[CommitResult]:
        began_s = time.perf_counter()
        results = await self._store.commit_turns(batch)
        self._observer.batch_committed(len(batch), time.perf_counter() - began_s)
        return results
