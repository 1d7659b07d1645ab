"""Keywords that let a script run without a user: by the clock, or when another server calls."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place
from .outside import CALLERS, SCHEDULER, outside


def _form(pattern: tuple[str, ...], usage: str, *, is_open: bool = False) -> Form:
    return Form(pattern, Lowering.SPECIAL, "schedule", "store", f"SET SCHEDULE {usage}", is_open=is_open)


KEYWORDS = (
    Keyword(
        "SET SCHEDULE",
        Place.STATEMENT,
        (
            _form(("",), "when"),
            _form(("", ","), "when, script"),
            _form(("", ",", ","), "when, script, value …", is_open=True),
            _form(("", " "), "when script"),
            _form(("", " ", " "), "when script value …", is_open=True),
            Form(("", " ", ","), Lowering.MISSING, SCHEDULER, "outside", "SET SCHEDULE when date, script"),
        ),
        "When this script, or another, runs without a user: cron of five or six fields, a time, or words such as `every"
        " monday at 9am`; NULL ends what a script asked for before. For this script, at its top, it is a declaration"
        " and does nothing when run.",
        'SET SCHEDULE "0 8 * * 1-5"',
        errors=("4002 for a time that cannot be read", "3004 without such a script", "9008 for too many of a bot"),
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
