"""Where a turn stops: at an outside call, or at its end."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, TypeAlias

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


class GoesOn(Enum):
    """What a cause can lead to: the script is to run."""

    GOES_ON = "goes-on"


GOES_ON: Final = GoesOn.GOES_ON
Reached: TypeAlias = "Called | Ended | Literal[GoesOn.GOES_ON] | None"
"""None: a handler's run is over."""
