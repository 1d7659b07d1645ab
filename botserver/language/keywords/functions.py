"""Functions that may also be written without parentheses."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place

KEYWORDS = (
    Keyword(
        "DATEADD",
        Place.OPERAND,
        (Form(("", ",", ","), Lowering.BUILTIN, "DATEADD", "pure", "DATEADD date, count, unit"),),
        "A date that many units later.",
        'x = DATEADD TODAY, 1, "day"',
    ),
)
"""After the name comes the first argument, as with any keyword; `DATEADD(` is an ordinary call."""
