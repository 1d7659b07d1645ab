"""The scanner of timetables: lets scripts run by the clock, each time once on one node.

A run is a session of the bot without a user, opened in the transaction that sets the timetable's next time. So a
process that dies before it fired nothing and one that dies after it left a session that any other node begins. Times
that passed while no node was there count once; a time that comes while the run before still goes on is left out, but a
change of a file waits for its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import tzinfo

from ..errors import BotserverError, LimitReached, ScriptError
from ..ids import new_session_id
from ..limits import (
    DUE_BATCH,
    DUE_LEASE_S,
    DUE_POLL_S,
    SCHEDULED_KEPT_S,
    SCHEDULED_RUN_S,
    TIMETABLE_BOTS,
    TIMETABLE_GAP_S,
)
from ..model import Activity, JsonValue
from ..store.abc import AliasOpen, Opened, Opening, Standing
from ..store.releases import OtherActive
from ..store.timetables import TimetableDue
from .attempts import Machinery
from .background import Background
from .engine import Engine
from .faultpoints import FiringPoint, reach
from .records import Notes, encode_start
from .releases import LoadedRelease
from .timetable import decode_timetable, next_time
from .values import decode_value, to_json

CHANNEL = "schedule"


class TimetableScanner:
    def __init__(self, machinery: Machinery, engine: Engine) -> None:
        self._machinery = machinery
        self._engine = engine
        self._background = Background()

    def start(self) -> None:
        self._background.start(self._scan())

    async def stop(self) -> None:
        await self._background.stop()

    async def run_due(self) -> int:
        """Fire all that is due now; gives how many times were taken."""
        taken = 0
        while await self._wait_s() <= 0:
            taken += await self._take()
        return taken

    async def _scan(self) -> None:
        while True:
            try:
                if (wait_s := await self._wait_s()) > 0:
                    await asyncio.sleep(min(max(wait_s, 0.001), DUE_POLL_S))
                else:
                    await self._take()
            except Exception as error:  # noqa: BLE001 - the scanner outlives anything
                self._machinery.report("timetables", error)
                await asyncio.sleep(DUE_POLL_S)

    async def _wait_s(self) -> float:
        """Until the next one of this node's bots; others it cannot run. Not above 0: it is due."""
        store = self._machinery.store
        times = [await store.next_timetable_at(some) for some in self._bots()]
        known = [at for at in times if at is not None]
        return min(known) - store.now_s() if known else DUE_POLL_S

    def _bots(self) -> Iterator[list[str]]:
        """The bots of this node, as many at once as a statement may name."""
        bots = self._machinery.releases.bots()
        for at in range(0, len(bots), TIMETABLE_BOTS):
            yield bots[at : at + TIMETABLE_BOTS]

    async def _take(self) -> int:
        return sum([await self._take_of(some) for some in self._bots()])

    async def _take_of(self, bots: list[str]) -> int:
        store = self._machinery.store
        found = await store.take_timetables(bots, DUE_BATCH, DUE_LEASE_S)
        for due in found:
            self._machinery.observer.due_taken("timetable", max(0.0, store.now_s() - due.due_at))
            try:
                await self._fire(due)
            except BotserverError as error:
                self._machinery.report("timetable", error)  # it comes back after its lease
        return len(found)

    async def _fire(self, due: TimetableDue) -> None:
        release = self._machinery.releases.find_active(due.bot)
        if release is None:
            return  # its package went just now
        now_s = self._machinery.store.now_s()
        next_at = await asyncio.to_thread(_next_at, due, now_s, release.config.zone)
        opening = self._opening(due, release, now_s)
        reach(FiringPoint.BEFORE)
        result = await self._machinery.store.fire_timetable(due, next_at, opening)
        reach(FiringPoint.AFTER)
        match result:
            case Opened(row):
                assert opening.start is not None
                start = opening.start
                try:
                    self._machinery.lanes.submit(row.session_id, lambda: self._engine.start(row, start))
                except LimitReached:
                    return  # its input is due
            case OtherActive():
                await self._machinery.releases.refresh()  # it comes back after its lease
            case AliasOpen() if not decode_timetable(due.timetable).is_of_file:  # that comes back after its lease
                self._machinery.observer.timetable_skipped(due.bot)

    def _opening(self, due: TimetableDue, release: LoadedRelease, now_s: float) -> Opening:
        """A session in which the script runs. One that is gone, or broken, has its fault there."""
        return Opening(
            session_id=new_session_id(),
            bot=due.bot,
            owner_principal=due.principal,
            standing=Standing(
                release.release_id, Activity.RUNNING, extra=Notes(quiet_since=now_s, unattended=True).encoded()
            ),
            channel=CHANNEL,
            ttl_s=min(release.config.limits.session_timeout_s, SCHEDULED_RUN_S),
            alias=due.key,
            kept_s=SCHEDULED_KEPT_S,
            if_active=True,
            start=encode_start(_parameters(due, release), "", due.script),
        )


def _next_at(due: TimetableDue, now_s: float, zone: tzinfo | None) -> float | None:
    table = decode_timetable(due.timetable)
    if table.is_once or table.is_of_file:
        return None
    next_at = next_time(table, now_s, zone)
    if next_at is None or next_at >= due.due_at + TIMETABLE_GAP_S:
        return next_at
    return next_time(table, due.due_at + TIMETABLE_GAP_S - 0.001, zone)


def _parameters(due: TimetableDue, release: LoadedRelease) -> Mapping[str, JsonValue]:
    """The values of the timetable for the PARAMs of its script, by position as CALL gives them."""
    values = decode_value(due.arguments)
    given = values if isinstance(values, list) else []
    try:
        names = [parameter.name for parameter in release.find_script(due.script).parameters]
    except ScriptError:
        names = []
    return {name: to_json(value) for name, value in zip(names, given, strict=False)}
