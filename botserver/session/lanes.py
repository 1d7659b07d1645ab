"""One piece of work per session at a time in this process; different sessions run side by side.

A lane exists while its session has work, and nothing of it is left afterwards: a parked session has no task. Work
runs in its own task, so a caller that gives up or is cut off never cancels a turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

from ..errors import BotserverError, Draining, InternalError, LimitReached, StaleClaim
from ..ids import SessionId
from ..limits import WAITING_CALLERS
from .workers import StopFlag

T = TypeVar("T")
Work = Callable[[], Awaitable[T]]
Failed: TypeAlias = Callable[[BotserverError], None]
_Piece: TypeAlias = "tuple[Work[Any], asyncio.Future[Any] | None, Failed]"
"""What is to be done, who waits for the result, and who hears of an error."""


class Lane:
    """The work of one session. `stopped` belongs to the piece under way; `performing` is its outside call."""

    __slots__ = ("_reason", "is_ending", "performing", "stopped", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[_Piece] = deque()
        self.stopped = StopFlag()
        self.performing: asyncio.Task[Any] | None = None
        self._reason: BotserverError | None = None
        self.is_ending = False
        """The piece under way runs end handlers, which are bounded: only the end of the process stops it."""

    @property
    def reason(self) -> BotserverError:
        """Why the piece under way was interrupted."""
        return self._reason or Draining()

    def interrupt(self, reason: BotserverError) -> None:
        """Let the piece under way stop at its next look at the flag; its callers get `reason`."""
        if self.is_ending and not isinstance(reason, Draining | StaleClaim):
            return
        self._reason = reason
        self.stopped.set()
        if self.performing is not None:
            self.performing.cancel()


class Lanes:
    """All lanes of this process. `report` turns an unexpected error into an incident id."""

    def __init__(self, report: Callable[[str, BaseException], str]) -> None:
        self._report = report
        self._lanes: dict[SessionId, Lane] = {}
        self.waiting = 0  # pieces of work of all sessions that have not begun
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._lanes)

    def __contains__(self, session_id: SessionId) -> bool:
        return session_id in self._lanes

    def lane(self, session_id: SessionId) -> Lane:
        """The lane of work that is under way."""
        return self._lanes[session_id]

    def submit(self, session_id: SessionId, work: Work[T], *, first: bool = False) -> asyncio.Future[T]:
        """Run `work` when all before it is done, or next if `first`. The future has its result or its error; an error
        that is none of the table becomes InternalError. Raises LimitReached (INBOX_FULL)."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_seen)
        self._enter(session_id, (work, future, partial(_settle, future)), first)
        return future

    def begin(self, session_id: SessionId, work: Work[None], failed: Failed) -> None:
        """As `submit`, for work whose end nobody waits for: `failed` hears of an error, also of work that never began.
        Raises LimitReached (INBOX_FULL)."""
        self._enter(session_id, (work, None, failed), first=False)

    def _enter(self, session_id: SessionId, piece: _Piece, first: bool) -> None:
        lane = self._lanes.get(session_id)
        if lane is not None and len(lane.waiting) >= WAITING_CALLERS and not first:
            raise LimitReached(
                "INBOX_FULL", limit="requests of one session that wait", maximum=WAITING_CALLERS, unit="requests",
                current=len(lane.waiting) + 1,
            )
        self.waiting += 1
        if lane is None:
            lane = self._lanes[session_id] = Lane()
            lane.waiting.append(piece)
            task = asyncio.create_task(self._drain(session_id, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif first:
            lane.waiting.appendleft(piece)
        else:
            lane.waiting.append(piece)

    def interrupt(self, session_id: SessionId, reason: BotserverError) -> None:
        """Stop what is under way in a session, if anything is."""
        lane = self._lanes.get(session_id)
        if lane is not None:
            lane.interrupt(reason)

    async def _drain(self, session_id: SessionId, lane: Lane) -> None:
        try:
            while lane.waiting:
                work, future, failed = lane.waiting.popleft()
                self.waiting -= 1
                lane.stopped, lane.is_ending = StopFlag(), False
                try:
                    result = await work()
                except BotserverError as error:
                    failed(error)
                except Exception as error:  # noqa: BLE001 - the door between a turn and its callers
                    failed(InternalError(incident=self._report("turn", error)))
                else:
                    if future is not None and not future.done():
                        future.set_result(result)
        finally:
            del self._lanes[session_id]

    async def quiet(self) -> None:
        """Wait until all work is done, however long it takes, also what begins meanwhile."""
        await asyncio.sleep(0)  # tasks that were made just now begin
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def join(self, timeout_s: float) -> None:
        """Wait until all work is done, at most `timeout_s`; then interrupt what is left, refuse what has not begun, and
        wait for that."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        while self._tasks:
            for lane in self._lanes.values():
                lane.interrupt(Draining())
                self.waiting -= len(lane.waiting)
                while lane.waiting:
                    _, _, failed = lane.waiting.popleft()
                    failed(Draining())
            await asyncio.wait(self._tasks, timeout=1.0)


def _settle(future: asyncio.Future[Any], error: BotserverError) -> None:
    if not future.done():
        future.set_exception(error)


def _seen(future: asyncio.Future[Any]) -> None:
    """Its caller may have gone; that the error is unread is no news."""
    if not future.cancelled():
        future.exception()
