"""Group commit: turns that finish close together share one transaction.

Self-clocked: a lone turn is written at once, by its own task; turns that finish while a transaction is under way wait
for it and leave together when it returns. No timer. The store answers each turn on its own: a lost race or an
unwritable turn is a result of that turn and none of its neighbours'. If the transaction as a whole has no answer,
every turn in it is unknown and raises: its engine reads the row and finds out.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TypeAlias

from ..errors import StoreUnavailable
from ..limits import COMMIT_BATCH
from ..store.abc import CommitResult, Store, TurnCommit
from .faultpoints import FaultPoint, reach
from .formats import Formats
from .observe import Observer

Waiting: TypeAlias = tuple[TurnCommit, "asyncio.Future[CommitResult]"]


class Committer:
    def __init__(self, store: Store, observer: Observer, formats: Formats | None = None) -> None:
        """`formats` says in which format states are written."""
        self._store = store
        self._formats = formats or Formats()
        self._observer = observer
        self._waiting: list[Waiting] = []
        self._writing = False
        self._task: asyncio.Task[None] | None = None

    async def commit(self, turn: TurnCommit) -> CommitResult:
        """Commit a turn together with others. Raises StoreError when the outcome is unknown."""
        reach(FaultPoint.BEFORE_COMMIT)
        if turn.state is not None and self._formats.are_mixed:
            turn = replace(turn, state=self._formats.written(turn.state))
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
            await self._write_all(batch)
        self._writing = False

    async def _write_all(self, batch: list[Waiting]) -> None:
        """Write a batch and answer each of its turns. One that fails is halved until the culprit stands alone."""
        try:
            results = await self._write([turn for turn, _ in batch])
        except StoreUnavailable as error:
            _refuse(batch, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the turns after it must be written
            if len(batch) == 1:
                _refuse(batch, error)
                return
            half = len(batch) // 2
            await self._write_all(batch[:half])
            await self._write_all(batch[half:])
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _write(self, batch: list[TurnCommit]) -> list[CommitResult]:
        began_s = time.perf_counter()
        results = await self._store.commit_turns(batch)
        self._observer.batch_committed(len(batch), time.perf_counter() - began_s)
        return results


def _refuse(batch: list[Waiting], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
