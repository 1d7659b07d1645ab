"""Threads for computations that outlive their first slice.

A session's heap is run by one thread at a time. Jobs take turns, and all get the same share: a slice is due as much
later as it is longer. The first slices of a job are short, so it does not wait behind the long ones of those that have
computed for a while; theirs are long because between slices a thread needs Python's one lock. A thread that the system
halts while it has that lock, which it does more often the busier the machine is, halts the event loop too. Between
slices a job looks at its stop flag. The threads start with the first job and hold nothing while there is none.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import field

from ..immutable import dataclass
from ..limits import WORKER_NICENESS, WORKER_SLICE_FUEL, WORKER_SLICE_FUEL_MAX
from ..vm.effects import Stop

Step = Callable[[int], Stop | None]
"""Runs a slice of so much fuel and gives the stop, or None to go on."""


@dataclass(slots=True)
class StopFlag:
    """Set once, by any thread; looked at between slices. A plain attribute is enough and costs a tenth of an Event."""

    is_set: bool = False

    def set(self) -> None:
        self.is_set = True


@dataclass(slots=True)
class Job:
    """A computation. `fuel` is that of its next slice."""

    step: Step
    stopped: StopFlag
    fuel: int = WORKER_SLICE_FUEL
    result: Future[Stop | None] = field(default_factory=Future)


def _step_back() -> None:
    """Let this thread leave a core to the event loop, if they want the same. Linux alone has priorities of threads."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + WORKER_NICENESS)


class Workers:
    """A bounded pool of threads with a fair queue."""

    def __init__(self, n_threads: int) -> None:
        self._n_threads = n_threads
        self._waiting: list[tuple[int, int, Job]] = []
        """A heap, by when the next slice is due and the order of coming. What `heapq` does is one step for threads."""
        self._numbers = itertools.count()
        self._now = 0  # what the slice that began last was due at, in fuel
        self._tokens: queue.SimpleQueue[bool] = queue.SimpleQueue()  # True for each that waits, False to end a thread
        self._threads: list[threading.Thread] = []

    async def run(self, step: Step, stopped: StopFlag) -> Stop | None:
        """Run `step` until it gives a stop, then return it; None when `stopped` was set before.

        Cancelling the caller sets `stopped` and waits until the thread has let go of the heap.
        """
        if len(self._threads) < self._n_threads:
            thread = threading.Thread(target=self._work, name=f"vm-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        job = Job(step, stopped)
        self._put(job)
        waiting = asyncio.wrap_future(job.result)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            stopped.set()
            await asyncio.wait([waiting])
            raise

    def _put(self, job: Job) -> None:
        heapq.heappush(self._waiting, (self._now + job.fuel, next(self._numbers), job))
        self._tokens.put(True)

    def _work(self) -> None:
        _step_back()
        while self._tokens.get():
            due, _, job = heapq.heappop(self._waiting)
            self._now = max(self._now, due)
            self._step(job)
            del job  # a thread that waits for work must not hold the heap of its last session

    def _step(self, job: Job) -> None:
        """One slice of a job; back into the queue if there is more to do."""
        if job.stopped.is_set:
            job.result.set_result(None)
            return
        try:
            stop = job.step(job.fuel)
        except BaseException as error:  # noqa: BLE001 - the waiting turn raises it
            job.result.set_exception(error)
            return
        if stop is None:
            job.fuel = min(2 * job.fuel, WORKER_SLICE_FUEL_MAX)
            self._put(job)
        else:
            job.result.set_result(stop)

    def close(self) -> None:
        """Let the threads end. No job may be under way."""
        for _ in self._threads:
            self._tokens.put(False)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
