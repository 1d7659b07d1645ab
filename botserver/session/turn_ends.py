"""Where a turn stops: at an outside call, or at its end."""

from __future__ import annotations

from ..immutable import dataclass
from ..model import Activity, EndReason, WaitingFor
from ..vm.effects import Effect


class TurnStopped(Exception):
    """The turn was told to stop (its session is ended or restored, or the process shuts down); it wrote nothing."""


@dataclass(frozen=True, slots=True)
class Called:
    """The script stands at an outside call."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Ended:
    """The turn is over."""

    activity: Activity
    waiting_for: WaitingFor | None = None
    timer_in_s: float | None = None
    end_reason: EndReason | None = None
