"""gRPC's completion queue on the event loop.

While calls come and go the event loop takes what the queue holds at each of its passes, so a call costs no other
thread's waking. When nothing came for a few passes a thread waits for the next event, hands it over and rests until it
is asked again.

`cygrpc` is the layer that both servers of grpcio stand on, and it is grpcio's own: pyproject.toml admits one minor
release of grpcio, docs/decisions/wire.md says why it is used here.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from grpc._cython import cygrpc  # type: ignore[attr-defined]  # the stubs have only what is public

PASS_EVENTS = 64  # taken in one pass, so that turns and timers have theirs
IDLE_PASSES = 8  # in a row, before the thread is asked: about what waking it costs

_NOTHING = cygrpc.CompletionType.queue_timeout
_OVER = cygrpc.CompletionType.queue_shutdown


class Completions:
    """Each operation on `queue` is given a callable as its tag, which is called on the event loop with the event."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.queue = cygrpc.CompletionQueue()
        self.is_closed = False
        """Nothing may be begun on the queue any more."""
        self.open_calls = 0
        """Calls that have operations on the queue, also those whose request did not come yet."""
        self._loop = loop
        self._asked = threading.Lock()  # free when the thread is to wait for an event
        self._asked.acquire()
        self._idle_passes = 0
        self._over: asyncio.Future[None] = loop.create_future()
        self._thread = threading.Thread(target=self._wait, name="grpc-completions", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._asked.release()

    async def close(self) -> None:
        """Returns when all that was begun on the queue is over. Its servers must be shut down."""
        self.is_closed = True
        self.queue.shutdown()
        await self._over
        await asyncio.to_thread(self._thread.join)

    def _wait(self) -> None:
        """The thread."""
        while True:
            self._asked.acquire()
            event = self.queue.poll()
            is_over = event.completion_type == _OVER
            try:
                self._loop.call_soon_threadsafe(self._found, event)
            except RuntimeError:  # the loop is closed: nobody waits for the end any more
                return
            del event  # gRPC spins while a call that is over is still held
            if is_over:
                return

    def _found(self, event: Any) -> None:
        self._idle_passes = 0
        if self._pass_on(event):
            self._drain()

    def _drain(self) -> None:
        poll = self.queue.poll
        taken = 0
        while taken < PASS_EVENTS:
            event = poll(0.0)
            if event.completion_type == _NOTHING:
                break
            taken += 1
            if not self._pass_on(event):
                return
            del event
        self._idle_passes = 0 if taken else self._idle_passes + 1
        if self._idle_passes < IDLE_PASSES:
            self._loop.call_soon(self._drain)
        else:
            self._asked.release()

    def _pass_on(self, event: Any) -> bool:
        """False if it was the queue's last."""
        if event.completion_type == _OVER:
            if not self._over.done():
                self._over.set_result(None)
            self._asked.release()  # the thread may rest; a queue that is over says so again to whoever asks
            return False
        try:
            event.tag(event)
        except (SystemExit, KeyboardInterrupt):
            self._loop.call_soon(self._drain)  # the loop may be run again, to stop the server
            raise
        except BaseException as error:  # noqa: BLE001  # one call's mistake must not end all others
            self._loop.call_exception_handler({"message": "a call's event failed", "exception": error})
        return True
