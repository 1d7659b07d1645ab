"""Threads for computations that outlive their first slice.

A session's heap is run by one thread at a time. Jobs take turns: after each slice a job goes to the end of the queue,
so an endless loop delays its neighbours by one slice and no more. Between slices a job looks at its stop flag. The
threads start with the first job and hold nothing while there is none.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from ..vm.effects import Stop


class StopFlag:
    """Set once, by any thread; looked at between slices. A plain attribute is enough and costs a tenth of an Event."""

    __slots__ = ("_is_set",)

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        self._is_set = True

    def is_set(self) -> bool:
        return self._is_set


@dataclass(slots=True)
class Job:
    """A computation. `step` runs one slice and gives the stop, or None to go on."""

    step: Callable[[], Stop | None]
    stopped: StopFlag
    result: Future[Stop | None] = field(default_factory=Future)


class Workers:
    """A bounded pool of threads with a fair queue."""

    def __init__(self, n_threads: int) -> None:
        self._n_threads = n_threads
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    async def run(self, step: Callable[[], Stop | None], stopped: StopFlag) -> Stop | None:
        """Run `step` until it gives a stop, then return it; None when `stopped` was set before.

        Cancelling the caller sets `stopped` and waits until the thread has let go of the heap.
        """
        if len(self._threads) < self._n_threads:
            thread = threading.Thread(target=self._work, name=f"vm-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        job = Job(step, stopped)
        self._queue.put(job)
        waiting = asyncio.wrap_future(job.result)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            stopped.set()
            await asyncio.wait([waiting])
            raise

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            self._step(job)
            del job  # a thread that waits for work must not hold the heap of its last session

    def _step(self, job: Job) -> None:
        """One slice of a job; back to the end of the queue if there is more to do."""
        if job.stopped.is_set():
            job.result.set_result(None)
            return
        try:
            stop = job.step()
        except BaseException as error:  # noqa: BLE001 - the waiting turn raises it
            job.result.set_exception(error)
            return
        if stop is None:
            self._queue.put(job)
        else:
            job.result.set_result(stop)

    def close(self) -> None:
        """Let the threads end. No job may be under way."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
