"""Named places where a test may kill the process, as a power cut would.

BOTSERVER_FAULT names one place, with `:3` behind it the third time it is reached; the process ends there with SIGKILL,
with nothing flushed and nothing said. Without that variable `reach` does nothing.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum


class FaultPoint(StrEnum):
    BEFORE_COMMIT = "before-commit"  # the turn is computed, nothing is written
    AFTER_COMMIT = "after-commit-before-reply"  # the turn is written, nobody was told
    DURING_CALL = "during-call"  # the call is announced, its performer works
    AFTER_OUTCOME = "after-outcome"  # the outcome is recorded, the script did not see it


class FiringPoint(StrEnum):
    """Of a script that runs by the clock."""

    BEFORE = "before-firing"  # its time was taken, nothing is written
    AFTER = "after-firing"  # the session of its run is opened, nobody began it


_armed, _, _times = os.environ.get("BOTSERVER_FAULT", "").partition(":")
_left = int(_times or "1")


def reach(point: FaultPoint | FiringPoint) -> None:
    """Die here if this is the place, and the time, a test asked for."""
    global _left
    if _armed == point:
        _left -= 1
        if _left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
