"""Group commit: turns that finish close together share one transaction.

A transaction has a price of its own, as high as that of some turns. So before a batch leaves, the event loop goes on
with what it has to do, as long as that brings more turns: nobody waits for a loop that is idle. Where the last
transaction held several turns and was slow, the next also waits for a moment, since those who were just answered come
back. A lone turn leaves at once, and so does one that lost a race, which would lose the next if it waited. Turns that
finish while a transaction is under way wait for it and leave with the next.

The store answers each turn on its own: a lost race or an unwritable turn is a result of that turn and none of its
neighbours'. If the transaction as a whole has no answer, every turn in it is unknown and gets the error: its engine
reads the row and finds out.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TypeAlias

from ..errors import StoreUnavailable
from ..limits import COMMIT_BATCH
from ..store.abc import CommitResult, Store, TurnCommit
from .faultpoints import FaultPoint, reach
from .formats import Formats
from .observe import Observer
from .steps import called_back, taken

Done: TypeAlias = Callable[[CommitResult | None, BaseException | None], None]
"""Gets the result, or the error if the outcome is unknown."""
Waiting: TypeAlias = tuple[TurnCommit, Done]

PAUSE_S = 0.001  # at most, and half of what the last transaction took; timers of the loop go by milliseconds
GATHER_S = 0.003  # the longest that other work of the loop holds up a batch
LULL_S = 0.002  # no transaction for this long, one turn in the last: the next turn is alone
PASSES = 4  # of the loop that bring no turn: from a message that was read to its commit it takes so many


class Committer:
    def __init__(
        self,
        store: Store,
        observer: Observer,
        formats: Formats | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`formats` says in which format states are written."""
        self._store = store
        self._formats = formats or Formats()
        self._observer = observer
        self._pause = pause
        self._clock = clock
        self._waiting: list[Waiting] = []
        self._leaving: deque[Waiting] = deque()  # of the batch under way, those that were told nothing so far
        self._task: asyncio.Task[None] | None = None
        self._hurries = False  # one of those that wait
        self._last_s = 0.0  # what the last transaction took
        self._last_turns = 0
        self._ended_s = 0.0

    def begin(self, turn: TurnCommit, done: Done, *, hurry: bool = False) -> None:
        """Commit a turn together with others, without waiting for some with `hurry`. `done` hears of it, never before
        this returns."""
        reach(FaultPoint.BEFORE_COMMIT)
        if turn.state is not None and self._formats.are_mixed:
            turn = replace(turn, state=self._formats.written(turn.state))
        self._waiting.append((turn, done))
        self._hurries |= hurry
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._flush())

    async def commit(self, turn: TurnCommit, *, hurry: bool = False) -> CommitResult:
        """The same, for who waits in a task. Raises StoreError when the outcome is unknown."""
        return await taken(called_back(partial(self.begin, turn, hurry=hurry)))

    async def _flush(self) -> None:
        """Write until nobody waits. Who stops this, or whatever stops it, stops none of the turns after it."""
        try:
            while self._waiting:
                await self._gather()
                self._hurries = False
                self._leaving.extend(self._waiting[:COMMIT_BATCH])
                del self._waiting[:COMMIT_BATCH]
                await self._write_all()
        finally:
            self._task = None
            left, self._waiting = [*self._leaving, *self._waiting], []
            self._leaving.clear()
            for _, done in left:
                self._tell(done, None, StoreUnavailable(what="the transaction was broken off"))

    async def _gather(self) -> None:
        """Wait while others are likely to join."""
        until_s = self._clock() + GATHER_S
        if self._last_turns > 1 and not self._leaves_now:
            await self._pause(min(PAUSE_S, self._last_s / 2))
        elif self._clock() - self._ended_s > LULL_S:
            return
        seen, empty = len(self._waiting), 0
        while empty < PASSES and not self._leaves_now and self._clock() < until_s:
            await asyncio.sleep(0)
            empty = empty + 1 if len(self._waiting) == seen else 0
            seen = len(self._waiting)

    @property
    def _leaves_now(self) -> bool:
        return self._hurries or len(self._waiting) >= COMMIT_BATCH

    async def _write_all(self) -> None:
        """Write a batch and answer each of its turns. One that fails is halved until the culprit stands alone."""
        sizes = [len(self._leaving)]  # of its parts, the next one last
        while sizes:
            size = sizes.pop()
            try:
                results = await self._write([turn for turn, _ in islice(self._leaving, size)])
            except StoreUnavailable as error:
                self._refuse(size, error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the turns after it must be written
                if size == 1:
                    self._refuse(size, error)
                else:
                    sizes += [size - size // 2, size // 2]
            else:
                for result in results:
                    reach(FaultPoint.AFTER_COMMIT)
                    _, done = self._leaving.popleft()
                    self._tell(done, result, None)

    def _refuse(self, size: int, error: Exception) -> None:
        for _ in range(size):
            _, done = self._leaving.popleft()
            self._tell(done, None, error)

    def _tell(self, done: Done, result: CommitResult | None, error: Exception | None) -> None:
        """`done` goes on with a whole lane. What breaks there is no matter of the turns beside it."""
        try:
            done(result, error)
        except Exception as failure:  # noqa: BLE001 - reported, and the others must hear of theirs
            self._observer.background_failed(uuid.uuid4().hex, "commit", failure)

    async def _write(self, batch: list[TurnCommit]) -> list[CommitResult]:
        began_s = self._clock()
        results = await self._store.commit_turns(batch)
        self._ended_s = self._clock()
        self._last_s, self._last_turns = self._ended_s - began_s, len(batch)
        self._observer.batch_committed(len(batch), self._last_s)
        return results
