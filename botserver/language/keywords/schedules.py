"""Keywords that let a script run without a user: by the clock, or when another server calls."""

from __future__ import annotations

from .form import Place
from .outside import CALLERS, SCHEDULER, outside

KEYWORDS = (
    outside(
        "SET SCHEDULE",
        SCHEDULER,
        "When this script, or another, runs: cron of five or six fields, a time, or words. Of this script it is a"
        " declaration and does nothing when run.",
        'SET SCHEDULE "0 8 * * 1-5"',
        "when",
        "when, script",
        "when, script, value …",
        "when script",
        "when script value …",
        "when date, script",
        place=Place.STATEMENT,
    ),
    outside(
        "WEBHOOK",
        CALLERS,
        "Opens this script to other servers under a name. A declaration: it does nothing when run.",
        'WEBHOOK "new-order"',
        "name",
        place=Place.STATEMENT,
    ),
)
