"""Outside calls: performed under a claim that is renewed as long as the call runs, and recorded when it returns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ..errors import ScriptError, StaleClaim, StoreUnavailable
from ..ids import SessionId
from ..store.abc import Store
from ..vm.effects import Effect
from .faultpoints import FaultPoint, reach
from .journal import EndedCall, Journal
from .lanes import Lane
from .observe import Observer
from .outcomes import Outcome, kind_of
from .performers.outside import Caller, CallPerformer
from .settings import SessionSettings
from .turn_ends import TurnStopped

_FAILED = 1500
_FAMILIES = {"service_call": "service", "outside": "missing"}
"""How log and metrics call the effects that have another name."""


class ClaimLost(Exception):
    """Another process, an end or a restore took the claim over; this turn may write no more."""


class Calls:
    """Performs the calls of all sessions. `report` turns an unexpected error into an incident id."""

    def __init__(
        self,
        store: Store,
        performer: CallPerformer,
        settings: SessionSettings,
        observer: Observer,
        journal: Journal,
        report: Callable[[str, BaseException], str],
    ) -> None:
        self._store = store
        self._performer = performer
        self._settings = settings
        self._observer = observer
        self._journal = journal
        self._report = report
        self._in_flight = 0

    def refusal(self, effect: Effect, caller: Caller) -> Outcome | None:
        """The outcome of a call that need not be made to know that it fails."""
        error = self._performer.refusal(effect, caller)
        return None if error is None else Outcome(number=error.number, message=error.what)

    async def perform(
        self,
        session_id: SessionId,
        epoch: int,
        effect: Effect,
        key: str,
        caller: Caller,
        lane: Lane,
        timeout_s: float | None = None,
    ) -> Outcome:
        """Perform and record; the call fails with 1001 when it takes longer than `timeout_s`. Raises TurnStopped,
        ClaimLost, StoreUnavailable."""
        self._in_flight += 1
        self._observer.calls_in_flight(self._in_flight)
        began_s = time.perf_counter()
        outcome: Outcome | None = None
        performing: asyncio.Task[Outcome] | None = None
        try:
            async with self._renewed(session_id, epoch, lane):
                performing = lane.performing = asyncio.create_task(self._outcome(effect, key, caller))
                if lane.stopped.is_set:
                    performing.cancel()
                done, _ = await asyncio.wait([performing], timeout=timeout_s)
                if not done:
                    performing.cancel()
                    await asyncio.wait([performing])
                    outcome = Outcome(number=1001, message="the service did not answer in time")
                elif performing.cancelled():
                    raise TurnStopped
                else:
                    outcome = performing.result()
                lane.performing = None
                encoded = await asyncio.to_thread(outcome.encoded) if outcome.is_large else outcome.encoded()
        finally:
            lane.performing = None
            if performing is not None:
                performing.cancel()  # nobody waits for it any more; nothing if it has ended
            self._in_flight -= 1
            self._observer.calls_in_flight(self._in_flight)
            self._tell(effect, key, caller.bot, outcome, time.perf_counter() - began_s)
        if not await self._store.record_outcome(session_id, epoch, encoded):
            raise ClaimLost
        reach(FaultPoint.AFTER_OUTCOME)
        return outcome

    def _tell(self, effect: Effect, key: str, bot: str, outcome: Outcome | None, seconds: float) -> None:
        """The journal and the metrics hear how a call ended."""
        family = _FAMILIES.get(effect.name, effect.name)
        kind = "stopped" if outcome is None else kind_of(outcome.number)
        self._observer.outside_call_finished(family, kind, seconds)
        number = 0 if outcome is None else outcome.number
        self._journal.call_ended(EndedCall(bot, key, family, kind, number, seconds))

    async def _outcome(self, effect: Effect, key: str, caller: Caller) -> Outcome:
        try:
            found = await self._performer.perform(effect, key, caller)
            return found if isinstance(found, Outcome) else Outcome(found)
        except ScriptError as error:
            return Outcome(number=error.number, message=error.what)
        except Exception as error:  # noqa: BLE001 - the door between a performer and the script
            incident = self._report("performer", error)
            return Outcome(number=_FAILED, message=f"the service failed, incident {incident}")

    @asynccontextmanager
    async def _renewed(self, session_id: SessionId, epoch: int, lane: Lane) -> AsyncIterator[None]:
        """Keep the claim alive; if it is lost, the call is given up."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._settings.claim_renew_s)
                try:
                    if not await self._store.renew_claim(session_id, epoch, self._settings.claim_s):
                        lane.interrupt(StaleClaim(session_id=session_id))
                        return
                except StoreUnavailable:
                    continue  # there is time for another try before the claim expires
                except Exception as error:  # noqa: BLE001 - the call goes on, and must not be made elsewhere meanwhile
                    self._report("claim", error)

        renewal = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewal.cancel()
