"""What an operator can see of sessions: the hooks that telemetry implements.

Calls must be cheap and must not raise. Nothing here carries text of users or bots.
"""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    def turn_finished(self, bot: str, seconds: float, vm_seconds: float, fuel: int) -> None:
        """A turn was committed."""
        ...

    def turn_rerun(self, cause: str) -> None:
        """A computed turn was thrown away: `lost_race`, `memory_moved`, `desk_moved` or `unknown`."""
        ...

    def fault(self, bot: str, number: int) -> None:
        """A script failed with this error number."""
        ...

    def batch_committed(self, turns: int, seconds: float) -> None:
        """A group commit returned."""
        ...

    def hot_sessions(self, count: int, size_bytes: int) -> None: ...

    def turn_began(self, under_way: int, queued: int) -> None:
        """So many turns are under way in this process now, and so many inputs of all sessions wait for theirs."""
        ...

    def turn_over(self, under_way: int) -> None: ...

    def due_taken(self, kind: str, lag_s: float) -> None:
        """The scanner took a row that was due `lag_s` ago."""
        ...

    def cleaned(self, what: str, rows: int) -> None:
        """Rows past their time were removed, of a `session` or by a `sweep`."""
        ...

    def timetable_skipped(self, bot: str) -> None:
        """A script was to run by the clock while its run before still went on."""
        ...

    def claim_rescued(self) -> None:
        """A call whose process died was taken over."""
        ...

    def calls_in_flight(self, count: int) -> None: ...

    def outside_call_finished(self, family: str, outcome: str, seconds: float) -> None:
        """A call to the outside ended: `ok`, a kind of error, or `stopped`."""
        ...

    def handoff_finished(self, bot: str, outcome: str, waited_s: float, handled_s: float | None) -> None:
        """A session came back from the desk, or ended there; None: no agent had it."""
        ...

    def deliveries_given(self, channel: str, count: int) -> None:
        """So many were given to a gateway."""
        ...

    def delivery_acknowledged(self, channel: str, status: str) -> None: ...

    def background_failed(self, incident: str, place: str, error: BaseException) -> None:
        """A background loop survived an unexpected error."""
        ...


class NoObserver:
    """Sees nothing."""

    def turn_finished(self, bot: str, seconds: float, vm_seconds: float, fuel: int) -> None:
        pass

    def turn_rerun(self, cause: str) -> None:
        pass

    def fault(self, bot: str, number: int) -> None:
        pass

    def batch_committed(self, turns: int, seconds: float) -> None:
        pass

    def hot_sessions(self, count: int, size_bytes: int) -> None:
        pass

    def turn_began(self, under_way: int, queued: int) -> None:
        pass

    def turn_over(self, under_way: int) -> None:
        pass

    def due_taken(self, kind: str, lag_s: float) -> None:
        pass

    def cleaned(self, what: str, rows: int) -> None:
        pass

    def timetable_skipped(self, bot: str) -> None:
        pass

    def claim_rescued(self) -> None:
        pass

    def calls_in_flight(self, count: int) -> None:
        pass

    def outside_call_finished(self, family: str, outcome: str, seconds: float) -> None:
        pass

    def handoff_finished(self, bot: str, outcome: str, waited_s: float, handled_s: float | None) -> None:
        pass

    def deliveries_given(self, channel: str, count: int) -> None:
        pass

    def delivery_acknowledged(self, channel: str, status: str) -> None:
        pass

    def background_failed(self, incident: str, place: str, error: BaseException) -> None:
        pass
