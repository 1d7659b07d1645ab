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

    def takes(self, n: int) -> bool:
        """Whether it may be called with `n` arguments."""
        return n >= self.min_arguments and (self.max_arguments is None or n <= self.max_arguments)


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
    ("INSTRREV", 2, 2, True),
    ("CAPITALIZE", 1, 1, True),
    ("LTRIM", 1, 1, True),
    ("RTRIM", 1, 1, True),
    ("STRING", 2, 2, True),
    ("SPACE", 1, 1, True),
    ("REPEAT", 2, 2, True),
    ("ASC", 1, 1, True),
    ("CHR", 1, 1, True),
    ("EXTRACT_BEFORE", 2, 2, True),
    ("EXTRACT_AFTER", 2, 2, True),
    ("EXTRACT_BETWEEN", 3, 3, True),
    ("URLENCODE", 1, 1, True),
    ("URLDECODE", 1, 1, True),
    ("BASE64", 1, 1, True),
    ("SGN", 1, 1, True),
    ("FLOOR", 1, 1, True),
    ("CEIL", 1, 1, True),
    ("SQRT", 1, 1, True),
    ("EXP", 1, 1, True),
    ("LOG", 1, 1, True),
    ("LOG10", 1, 1, True),
    ("SIN", 1, 1, True),
    ("COS", 1, 1, True),
    ("TAN", 1, 1, True),
    ("ATN", 1, 1, True),
    ("PI", 0, 0, False),
    ("POW", 2, 2, True),
    ("MOD", 2, 2, True),
    ("TIME", 0, 0, False),
    ("TIMESTAMP", 0, 0, False),
    ("UUID", 0, 0, False),
    ("YEAR", 1, 1, True),
    ("MONTH", 1, 1, True),
    ("DAY", 1, 1, True),
    ("HOUR", 0, 1, True),
    ("MINUTE", 1, 1, True),
    ("SECOND", 1, 1, True),
    ("WEEKDAY", 1, 1, True),
    ("DATEADD", 3, 3, True),
    ("DATEDIFF", 2, 3, True),
    ("SECONDS_BETWEEN", 2, 2, True),
    ("MINUTES_BETWEEN", 2, 2, True),
    ("HOURS_BETWEEN", 2, 2, True),
    ("DAYS_BETWEEN", 2, 2, True),
    ("WEEKS_BETWEEN", 2, 2, True),
    ("MINUTES", 1, 1, True),
    ("HOURS", 1, 1, True),
    ("DAYS", 1, 1, True),
    ("WEEKS", 1, 1, True),
    ("ADD_SECONDS", 2, 2, True),
    ("ADD_MINUTES", 2, 2, True),
    ("ADD_HOURS", 2, 2, True),
    ("ADD_DAYS", 2, 2, True),
    ("ADD_WEEKS", 2, 2, True),
    ("ADD_MONTHS", 2, 2, True),
    ("ADD_YEARS", 2, 2, True),
    ("EOMONTH", 1, 2, True),
    ("DATEVALUE", 1, 1, True),
    ("CDATE", 1, 1, True),
    ("TIMEVALUE", 1, 1, True),
    ("CINT", 1, 1, True),
    ("CDBL", 1, 1, True),
    ("CBOOL", 1, 1, True),
    ("NVL", 2, 2, False),
    ("COALESCE", 1, None, False),
    ("CHOOSE", 1, None, False),
    ("ISARRAY", 1, 1, False),
    ("ISOBJECT", 1, 1, False),
    ("ISSTRING", 1, 1, False),
    ("ISNUMBER", 1, 1, False),
    ("ISBOOL", 1, 1, False),
    ("ISDATE", 1, 1, True),
    ("TYPEOF", 1, 1, False),
    ("PUSH", 2, None, False),
    ("POP", 1, 1, False),
    ("SHIFT", 1, 1, False),
    ("UNSHIFT", 2, None, False),
    ("RANGE", 2, 3, True),
    ("SLICE", 2, 3, True),
    ("SPLICE", 3, 3, True),
    ("SORT", 1, 3, True),
    ("REVERSE", 1, 1, True),
    ("UNIQUE", 1, 1, True),
    ("FLATTEN", 1, 1, True),
    ("CONCAT", 2, None, True),
    ("CONTAINS", 2, 2, True),
    ("INDEX_OF", 2, 2, True),
    ("LAST_INDEX_OF", 2, 2, True),
    ("FIRST", 1, 2, False),
    ("LAST", 1, 2, False),
    ("TAKE", 2, 2, True),
    ("DROP", 2, 2, True),
    ("TAIL", 1, 1, True),
    ("CHUNK", 2, 2, True),
    ("LBOUND", 1, 1, False),
    ("KEYS", 1, 1, True),
    ("VALUES", 1, 1, True),
    ("HAS", 2, 2, True),
    ("REMOVE", 2, 2, True),
    ("MERGEMAP", 2, 2, True),
    ("TOJSON", 1, 1, True),
    ("PARSEJSON", 1, 1, True),
    ("JSON_GET", 2, 2, True),
    ("SUM", 1, 2, True),
    ("AVG", 1, 2, True),
    ("COUNT", 1, 2, False),
    ("STDEV", 1, 2, True),
    ("MEDIAN", 1, 2, True),
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
    "STARTSWITH": "$STARTS",
    "STARTS_WITH": "$STARTS",
    "ENDSWITH": "$ENDS",
    "ENDS_WITH": "$ENDS",
    "SIGN": "SGN",
    "CEILING": "CEIL",
    "SQR": "SQRT",
    "GUID": "UUID",
    "CLNG": "CINT",
    "CSNG": "CDBL",
    "IFNULL": "NVL",
    "IS_ARRAY": "ISARRAY",
    "IS_OBJECT": "ISOBJECT",
    "IS_STRING": "ISSTRING",
    "IS_NUMBER": "ISNUMBER",
    "IS_BOOL": "ISBOOL",
    "IS_DATE": "ISDATE",
    "TYPENAME": "TYPEOF",
    "APPEND": "PUSH",
    "HEAD": "FIRST",
    "BATCH": "CHUNK",
    "JSON": "TOJSON",
    "AVERAGE": "AVG",
}
"""Other names of built-ins, which scripts can call by them even where their own begins with `$`."""


def find_builtin(name: str) -> BuiltinSpec | None:
    """The built-in scripts call `name`, any case, `$` at the end ignored."""
    upper_name = name.upper().removesuffix("$")
    if upper_name in SYNONYMS:
        return BY_NAME[SYNONYMS[upper_name]]
    spec = BY_NAME.get(upper_name)
    return spec if spec is not None and spec.is_callable else None
