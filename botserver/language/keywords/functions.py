"""Functions that may also be written without parentheses."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place


def _extreme(words: str, doc: str) -> Keyword:
    forms = (
        Form(("",), Lowering.BUILTIN, words, "pure", f"{words} array"),
        Form(("", ","), Lowering.BUILTIN, words, "pure", f"{words} a, b …", is_open=True),
    )
    return Keyword(words, Place.OPERAND, forms, doc, f"x = {words} 3, 5")


KEYWORDS = (
    Keyword(
        "DATEADD",
        Place.OPERAND,
        (Form(("", ",", ","), Lowering.BUILTIN, "DATEADD", "pure", "DATEADD date, count, unit"),),
        "A date that many units later.",
        'x = DATEADD TODAY, 1, "day"',
    ),
    _extreme("MAX", "The largest of the values, or of an array, or of a field of its rows."),
    _extreme("MIN", "The smallest of the values, or of an array, or of a field of its rows."),
    Keyword(
        "DATEDIFF",
        Place.OPERAND,
        (
            Form(("", ","), Lowering.SPECIAL, "unwritten", "pure", "DATEDIFF from, to"),
            Form(("", ",", ","), Lowering.SPECIAL, "unwritten", "pure", "DATEDIFF from, to, unit"),
        ),
        "Only with parentheses: running it without raises error 9020, because no two dialects agree on its operands.",
        'x = DATEDIFF("2025-01-01", "2025-02-01", "day")',
    ),
)
"""After the name comes the first argument, as with any keyword; `DATEADD(` is an ordinary call."""
