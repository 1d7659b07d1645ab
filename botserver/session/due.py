"""The scanner: takes due rows of the store and lets the right thing happen.

It fires timers, takes over calls whose process died, begins inputs nobody began, looks after sessions at the desk, ends
sessions whose life is over, and cleans up. Each row is handed to the lane of its session; the lease on it is long
enough for the lane to get there, and if this process dies the row comes back. What a row asks for is asked again in the
lane, so a late or a second taker does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ..errors import BotserverError, SessionNotFound
from ..ids import SessionId
from ..limits import DUE_BATCH, DUE_LEASE_S, DUE_POLL_S, SWEEP_S
from ..model import EndReason, SessionState
from ..store.abc import DueKind, DueRow
from .attempts import Machinery
from .background import Background
from .desk import Desks
from .engine import Engine
from .lifecycle import Lifecycle
from .steps import taken


class DueScanner:
    def __init__(self, machinery: Machinery, engine: Engine, lifecycle: Lifecycle, desks: Desks) -> None:
        self._machinery = machinery
        self._engine = engine
        self._lifecycle = lifecycle
        self._desks = desks
        self._background = Background()
        self._under_way: set[asyncio.Future[None]] = set()
        self._swept_at_s = 0.0

    def start(self) -> None:
        self._background.start(self._scan())

    async def stop(self) -> None:
        await self._background.stop()

    async def run_due(self) -> int:
        """Do all that is due now and what follows from it at once; gives how many rows were taken."""
        taken = 0
        while rows := await self._take():
            taken += len(rows)
            while self._under_way:
                await asyncio.wait(self._under_way)
        return taken

    async def _scan(self) -> None:
        while True:
            try:
                full = len(await self._take()) == DUE_BATCH
                if not full:
                    await self._sweep()
                    await asyncio.sleep(await self._pause_s())
            except Exception as error:  # noqa: BLE001 - the scanner outlives anything
                self._machinery.report("scanner", error)
                await asyncio.sleep(DUE_POLL_S)

    async def _pause_s(self) -> float:
        """Until the next row is due, at most the poll."""
        next_at = await self._machinery.store.next_due_at()
        if next_at is None:
            return DUE_POLL_S
        return min(max(next_at - self._machinery.store.now_s(), 0.001), DUE_POLL_S)

    async def _take(self) -> list[DueRow]:
        rows = await self._machinery.store.take_due(DUE_BATCH, DUE_LEASE_S)
        now_s = self._machinery.store.now_s()
        for row in rows:
            self._machinery.observer.due_taken(row.kind.value, max(0.0, now_s - row.due_at))
            try:
                done = self._machinery.lanes.submit(row.session_id, self._work(row))
            except BotserverError:
                continue  # the lane is full; the row comes back
            self._under_way.add(done)
            done.add_done_callback(self._under_way.discard)
        return rows

    def _work(self, row: DueRow) -> Callable[[], Awaitable[None]]:
        session_id = row.session_id
        work: dict[DueKind, Callable[[SessionId], Awaitable[object]]] = {
            DueKind.INPUT: lambda session_id: taken(self._engine.work_off(session_id)),
            DueKind.TIMER: lambda session_id: taken(self._engine.fire_timer(session_id)),
            DueKind.CLAIM: lambda session_id: taken(self._engine.rescue(session_id)),
            DueKind.EXPIRY: self._expire,
            DueKind.DESK: self._desks.step,
            DueKind.CLEANUP: self._clean,
        }

        async def run() -> None:
            try:
                await work[row.kind](session_id)
            except SessionNotFound:
                await self._machinery.store.drop_due(row)
            except BotserverError as error:
                self._machinery.report(f"due {row.kind}", error)

        return run

    async def _expire(self, session_id: SessionId) -> None:
        store = self._machinery.store
        row = await store.find_session(session_id)
        if row is None:
            return
        if row.parent_id is not None:
            parent = await store.find_session(row.parent_id)
            if parent is None or parent.state is SessionState.ENDED:
                reason = None if parent is None else parent.end_reason
                await self._lifecycle.end(session_id, reason or EndReason.USER)
                return
        if row.expires_at <= store.now_s():
            await self._lifecycle.end(session_id, EndReason.TIMEOUT)

    async def _clean(self, session_id: SessionId) -> None:
        more = True
        while more:
            cleaned = await self._machinery.store.clean_session(session_id)
            self._machinery.observer.cleaned("session", cleaned.rows)
            more = cleaned.more
        self._machinery.hot.drop(session_id)

    async def _sweep(self) -> None:
        """Now and then, one process of all: forget old request ids and releases nothing refers to."""
        now_s = self._machinery.store.now_s()
        if now_s - self._swept_at_s < SWEEP_S:
            return
        self._swept_at_s = now_s
        if not await self._machinery.store.take_chore("sweep", SWEEP_S):
            return
        more = True
        while more:
            cleaned = await self._machinery.store.sweep()
            self._machinery.observer.cleaned("sweep", cleaned.rows)
            more = cleaned.more
        await self._machinery.releases.forget_unused()
