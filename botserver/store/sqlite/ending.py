"""Ends transactions on a thread that does without Python's interpreter.

A thread of Python's that waited for the disk has to get the interpreter back before it can tell of it, and a busy event
loop lets go of it only after 5 ms. This one lives in compiled code: a byte through a pipe asks it for the end of the
transaction, a byte through another, which the event loop watches, says that it came.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable

from .file import TurnRows


def _nothing() -> None: ...


class Ending:
    """Of one connection, for one event loop."""

    def __init__(self, rows: TurnRows) -> None:
        self._rows = rows
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: Callable[[], None] = _nothing
        self._pipes = [*os.pipe(), *os.pipe()]
        asked, self._asks, self._answers, answers = self._pipes
        self._thread = threading.Thread(target=rows.serve, args=(asked, answers), name="sqlite-commits", daemon=True)
        self._thread.start()

    def begin(self, loop: asyncio.AbstractEventLoop, done: Callable[[], None]) -> None:
        """`done` is called on the event loop when the transaction has ended, and has to ask for the `result`."""
        if self._loop is not loop:
            self._loop = loop
            loop.add_reader(self._answers, self._on_answer)
        self._done = done
        os.write(self._asks, b"c")

    def result(self) -> float:
        """Seconds it took. Raises what the driver would."""
        return self._rows.ended()

    def close(self) -> None:
        """Nothing is under way any more."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._answers)
        os.close(self._asks)
        self._thread.join()  # it finds its pipe at an end
        for pipe in self._pipes:
            if pipe != self._asks:
                os.close(pipe)

    def _on_answer(self) -> None:
        os.read(self._answers, 1)
        done, self._done = self._done, _nothing  # what it holds is not kept until the next one
        done()
