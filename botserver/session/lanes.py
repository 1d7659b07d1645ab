"""One piece of work per session at a time in this process; different sessions run side by side.

A lane exists while its session has work, and nothing of it is left afterwards: a parked session has no task. Work is
driven by its lane, step by step (`steps.py`), so a caller that gives up or is cut off never cancels a turn; only what
has to be awaited takes a task. A piece begins when the event loop comes to it, not in the stack of who handed it in.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import field
from functools import partial
from types import GeneratorType
from typing import Any, TypeAlias, TypeVar

from ..errors import BotserverError, Draining, InternalError, LimitReached, StaleClaim
from ..ids import SessionId
from ..immutable import dataclass
from ..limits import WAITING_CALLERS
from .steps import Steps, result_of
from .workers import StopFlag

T = TypeVar("T")
Work: TypeAlias = "Callable[[], Awaitable[T] | Steps[T]]"
Failed: TypeAlias = Callable[[BotserverError], None]
_Piece: TypeAlias = "tuple[Work[Any], asyncio.Future[Any] | None, Failed]"
"""What is to be done, who waits for the result, and who hears of an error."""


@dataclass(slots=True)
class Lane:
    """The work of one session. `stopped` belongs to the piece under way; `performing` is its outside call."""

    session_id: SessionId
    waiting: deque[_Piece]
    context: Context = field(default_factory=copy_context)
    """In which it runs: that of whoever began the lane."""
    piece: _Piece | None = None
    """The one under way, and what is left of it."""
    steps: Steps[Any] | None = None
    task: asyncio.Task[None] | None = None
    """Kept here: the loop knows a task only as long as somebody else does."""
    wanted: Awaitable[Any] | None = None
    """What the task is to await first, until it has begun."""
    stopped: StopFlag = field(default_factory=StopFlag)
    performing: asyncio.Task[Any] | None = None
    is_ending: bool = False
    """The piece under way runs end handlers, which are bounded: only the end of the process stops it."""
    _reason: BotserverError | None = None

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
        self._empty: asyncio.Future[None] | None = None
        """Done when no lane is left; made when somebody waits for that."""

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
        if lane is None:
            lane = self._lanes[session_id] = Lane(session_id, deque((piece,)))
            asyncio.get_running_loop().call_soon(self._go_on, lane, None, None, context=lane.context)
        elif first:
            lane.waiting.appendleft(piece)
        elif len(lane.waiting) >= WAITING_CALLERS:
            raise LimitReached(
                "INBOX_FULL",
                limit="requests of one session that wait",
                maximum=WAITING_CALLERS,
                unit="requests",
                current=len(lane.waiting) + 1,
            )
        else:
            lane.waiting.append(piece)
        self.waiting += 1

    def interrupt(self, session_id: SessionId, reason: BotserverError) -> None:
        """Stop what is under way in a session, if anything is."""
        lane = self._lanes.get(session_id)
        if lane is not None:
            lane.interrupt(reason)

    # --- driving

    def _go_on(self, lane: Lane, result: Any, error: BaseException | None) -> None:
        """What the lane waited for is there."""
        wanted = self._advance(lane, result, error)
        if wanted is not None:
            lane.wanted = wanted
            lane.task = asyncio.get_running_loop().create_task(self._await(lane), context=lane.context)
            lane.task.add_done_callback(partial(self._go_on_unbegun, lane))

    def _go_on_unbegun(self, lane: Lane, task: asyncio.Task[None]) -> None:
        """A task that is cancelled before its first step has told the lane nothing."""
        if lane.task is not task or lane.wanted is None:
            return
        wanted, lane.wanted = lane.wanted, None
        if isinstance(wanted, Coroutine):
            wanted.close()
        with suppress(asyncio.CancelledError):
            self._go_on(lane, None, asyncio.CancelledError())

    async def _await(self, lane: Lane) -> None:
        wanted, lane.wanted = lane.wanted, None
        while wanted is not None:
            try:
                result = await wanted
            except BaseException as error:  # noqa: BLE001 - it belongs to the steps, cancellation too
                wanted = self._advance(lane, None, error)
            else:
                wanted = self._advance(lane, result, None)

    def _advance(self, lane: Lane, result: Any, error: BaseException | None) -> Awaitable[Any] | None:
        """Drive the lane until it waits: for what is returned, or, if that is None, for a call back. Also None: it has
        no more work, and is gone."""
        try:
            while True:
                try:
                    steps = lane.steps
                    if steps is None:
                        if not lane.waiting:
                            break
                        steps = self._next_piece(lane)
                    wanted = steps.send(result) if error is None else steps.throw(error)
                    if not callable(wanted):
                        return wanted
                    try:
                        wanted(partial(lane.context.run, self._go_on, lane))  # type: ignore[call-arg]  # it gets the rest
                    except Exception as failure:  # noqa: BLE001 - it belongs to the steps
                        result, error = None, failure
                        continue
                    return None
                except StopIteration as end:
                    self._finish(lane, end.value)
                except BotserverError as failure:
                    self._fail(lane, failure)
                except Exception as failure:  # noqa: BLE001 - the door between a turn and its callers
                    self._fail(lane, InternalError(incident=self._report("turn", failure)))
                result = error = None
        except BaseException:  # cancelled, or worse: who waits must not wait for ever
            self._refuse_all(lane)
            self._leave(lane)
            raise
        self._leave(lane)
        return None

    def _next_piece(self, lane: Lane) -> Steps[Any]:
        lane.piece = piece = lane.waiting.popleft()
        self.waiting -= 1
        if lane.stopped.is_set:
            lane.stopped = StopFlag()
        lane.is_ending = False
        begun = piece[0]()
        lane.steps = steps = begun if isinstance(begun, GeneratorType) else result_of(begun)  # type: ignore[arg-type]  # steps are of that type
        return steps

    def _finish(self, lane: Lane, result: Any) -> None:
        piece, lane.piece, lane.steps = lane.piece, None, None
        assert piece is not None
        future = piece[1]
        if future is not None and not future.done():
            future.set_result(result)

    def _fail(self, lane: Lane, error: BotserverError) -> None:
        piece, lane.piece, lane.steps = lane.piece, None, None
        assert piece is not None
        piece[2](error)

    def _refuse_all(self, lane: Lane) -> None:
        """Nothing of the lane is done any more."""
        if lane.piece is not None:
            self._fail(lane, Draining())
        self._refuse_waiting(lane)

    def _refuse_waiting(self, lane: Lane) -> None:
        self.waiting -= len(lane.waiting)
        while lane.waiting:
            _, _, failed = lane.waiting.popleft()
            failed(Draining())

    def _leave(self, lane: Lane) -> None:
        del self._lanes[lane.session_id]
        if not self._lanes and self._empty is not None:
            self._empty.set_result(None)
            self._empty = None

    # --- ends

    async def quiet(self) -> None:
        """Wait until all work is done, however long it takes, also what begins meanwhile."""
        await asyncio.sleep(0)  # tasks that were made just now hand in what they have
        while self._lanes:
            await self._wait(None)

    async def join(self, timeout_s: float) -> None:
        """Wait until all work is done, at most `timeout_s`; then interrupt what is left, refuse what has not begun, and
        wait for that."""
        await self._wait(timeout_s)
        while self._lanes:
            for lane in self._lanes.values():
                lane.interrupt(Draining())
                self._refuse_waiting(lane)
            await self._wait(1.0)

    async def _wait(self, timeout_s: float | None) -> None:
        if self._lanes:
            if self._empty is None:
                self._empty = asyncio.get_running_loop().create_future()
            await asyncio.wait((self._empty,), timeout=timeout_s)


def _settle(future: asyncio.Future[Any], error: BotserverError) -> None:
    if not future.done():
        future.set_exception(error)


def _seen(future: asyncio.Future[Any]) -> None:
    """Its caller may have gone; that the error is unread is no news."""
    if not future.cancelled():
        future.exception()
