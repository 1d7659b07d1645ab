"""The built-in functions as the compiler sees them: number, name, arity. `vm/builtins.py` says what they do.

Numbers are stored in programs: never renumber, only append. Names that begin with `$` cannot be called by scripts; the
compiler emits them for operators and keywords.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltinSpec:
    """One built-in. `max_arguments` None takes any number. `scans`: its price counts the size of its arguments."""

    number: int
    name: str
    min_arguments: int
    max_arguments: int | None
    scans: bool

    @property
    def is_callable(self) -> bool:
        """Whether scripts may call it by name."""
        return not self.name.startswith("$")


_ROWS: tuple[tuple[str, int, int | None, bool], ...] = (
    ("LEN", 1, 1, False),
    ("LEFT", 2, 2, True),
    ("RIGHT", 2, 2, True),
    ("MID", 2, 3, True),
    ("INSTR", 2, 3, True),
    ("UCASE", 1, 1, True),
    ("LCASE", 1, 1, True),
    ("TRIM", 1, 1, True),
    ("REPLACE", 3, 3, True),
    ("SPLIT", 2, 2, True),
    ("JOIN", 1, 2, True),
    ("VAL", 1, 1, True),
    ("STR", 1, 1, True),
    ("FORMAT", 1, 2, True),
    ("INT", 1, 1, True),
    ("ROUND", 1, 2, True),
    ("ABS", 1, 1, True),
    ("RND", 0, 0, False),
    ("RANDOM", 0, 2, False),
    ("MIN", 1, None, True),
    ("MAX", 1, None, True),
    ("NOW", 0, 0, False),
    ("TODAY", 0, 0, False),
    ("UBOUND", 1, 1, False),
    ("IIF", 2, 3, False),
    ("ISNULL", 1, 1, False),
    ("ISEMPTY", 1, 1, True),
    ("ISNUMERIC", 1, 1, True),
    ("ARRAY", 0, None, False),
    ("$XOR", 2, 2, False),
    ("$IN", 2, 2, True),
    ("$STARTS", 2, 2, True),
    ("$ENDS", 2, 2, True),
    ("$LIKE", 2, 2, True),
    ("$SET_VARIABLE", 2, 2, True),
    ("$GET_VARIABLE", 1, 1, True),
    ("$SET_CONTEXT", 2, 2, True),
    ("$SET_PROMPT", 1, 1, True),
    ("$SUGGEST", 3, 3, True),
    ("$CLEAR_SUGGESTIONS", 0, 0, False),
    ("$SET_MENU", 2, 2, True),
    ("$CLEAR_MENU", 0, 0, False),
    ("$ANSWER", 1, 1, True),
    ("$MATCH_MENU", 1, 1, True),
    ("$MENU_TEXT", 0, 0, False),
    ("$WAIT_SECONDS", 1, 1, True),
    ("$FIELD_OF", 1, 1, True),
    ("$TAKE", 2, 2, False),
    ("$READ_ANSWER", 2, 2, True),
    ("$ANSWER_TEXT", 1, 1, False),
    ("$BIND", 2, 2, True),
)

SPECS: tuple[BuiltinSpec, ...] = tuple(BuiltinSpec(number, *row) for number, row in enumerate(_ROWS))
BY_NAME: dict[str, BuiltinSpec] = {spec.name: spec for spec in SPECS}

SYNONYMS = {
    "LENGTH": "LEN",
    "UPPER": "UCASE",
    "UPPERCASE": "UCASE",
    "LOWER": "LCASE",
    "LOWERCASE": "LCASE",
    "CSTR": "STR",
    "TOSTRING": "STR",
    "FIX": "INT",
    "IF": "IIF",
    "IS_NULL": "ISNULL",
    "IS_EMPTY": "ISEMPTY",
    "IS_NUMERIC": "ISNUMERIC",
    "NUMBER": "VAL",
    "TO_NUMBER": "VAL",
}
"""Other names of callable built-ins."""


def find_builtin(name: str) -> BuiltinSpec | None:
    """The built-in scripts call `name`, any case, `$` at the end ignored."""
    upper_name = name.upper().removesuffix("$")
    spec = BY_NAME.get(SYNONYMS.get(upper_name, upper_name))
    return spec if spec is not None and spec.is_callable else None
