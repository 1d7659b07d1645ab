"""Keywords that raise errors and tell of the last one."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Operand, Place


def _form(pattern: tuple[str, ...], target: str, usage: str) -> Form:
    return Form(pattern, Lowering.SPECIAL, f"trap {target}", "pure", usage)


KEYWORDS = (
    Keyword(
        "THROW",
        Place.STATEMENT,
        (_form(("",), "throw", "THROW message"), _form((), "rethrow", "THROW")),
        "Raises an error: number 4000 with a text, or the message and code of a map. Alone it raises the last error"
        " again.",
        'TRY\nTHROW "no stock"\nCATCH e\nTALK e.message\nEND TRY',
    ),
    Keyword(
        "ASSERT",
        Place.STATEMENT,
        (_form(("",), "assert", "ASSERT condition"), _form(("", ","), "assert", "ASSERT condition, message")),
        "Raises error 4010 if a condition does not hold.",
        'ASSERT 1 < 2, "numbers are in order"',
    ),
    Keyword(
        "ERROR",
        Place.BOTH,
        (
            _form((), "error", "x = ERROR"),
            _form(("",), "raise", "ERROR number"),
            _form(("", ","), "raise", "ERROR number, message"),
        ),
        "As a value: whether an error was recorded. As a statement: raises an error by number.",
        'ON ERROR RESUME NEXT\nERROR 4004, "no such order"\nIF ERROR THEN TALK "it failed"',
        operand=Operand.NONE,
    ),
    Keyword(
        "ERR",
        Place.OPERAND,
        (_form((), "number", "x = ERR"),),
        "The number of the last recorded error, 0 without one.",
        "TALK ERR",
        synonyms=("ERR_NUMBER",),
        operand=Operand.NONE,
    ),
    Keyword(
        "ERROR MESSAGE",
        Place.OPERAND,
        (_form((), "message", "x = ERROR MESSAGE"),),
        "The message of the last recorded error, empty without one.",
        "TALK ERROR MESSAGE",
        synonyms=("ERR_DESCRIPTION",),
        operand=Operand.NONE,
    ),
    Keyword(
        "CLEAR ERROR",
        Place.STATEMENT,
        (_form((), "clear", "CLEAR ERROR"),),
        "Forgets the last recorded error.",
        "CLEAR ERROR",
    ),
)
