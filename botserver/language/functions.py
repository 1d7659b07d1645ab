"""What the reference, completion and hover say of each built-in function: its arguments and a sentence.

`builtins.py` has the numbers and arities the compiler needs; a row here belongs to each function scripts can call.
"""

from __future__ import annotations

from dataclasses import dataclass

from .builtins import SYNONYMS, find_builtin


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function. `arguments` as written, those in brackets may be left out."""

    name: str
    arguments: str
    doc: str

    @property
    def usage(self) -> str:
        return f"{self.name}({self.arguments})"

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Its other names."""
        spec = find_builtin(self.name)
        own = {other for other, name in SYNONYMS.items() if spec is not None and name == spec.name}
        return tuple(sorted(own - {self.name}))


def _family(*rows: tuple[str, str, str]) -> tuple[Function, ...]:
    return tuple(Function(*row) for row in rows)


FAMILIES: dict[str, tuple[Function, ...]] = {
    "Texts": _family(
        ("LEN", "x", "Characters of a text, elements of an array or map; 0 for null."),
        ("LEFT", "s, n", "The first n characters."),
        ("RIGHT", "s, n", "The last n characters."),
        ("MID", "s, start[, n]", "n characters from position start, the first is 1; of an array elements, from 0."),
        ("INSTR", "[start, ]s, t", "The position of t in s, from 1; 0 if it is not there."),
        ("INSTRREV", "s, t", "The last position of t in s, from 1; 0 if it is not there."),
        ("UCASE", "s", "In upper case."),
        ("LCASE", "s", "In lower case."),
        ("CAPITALIZE", "s", "With its first letter in upper case."),
        ("TRIM", "s", "Without blanks around it."),
        ("LTRIM", "s", "Without blanks before it."),
        ("RTRIM", "s", "Without blanks after it."),
        ("REPLACE", "s, a, b", "With b in place of every a."),
        ("SPLIT", "s, d", "The parts between the delimiters d; all characters if d is empty."),
        ("JOIN", "a[, d]", "The elements as one text, with d between them, as a rule a comma."),
        ("STRING", "n, s", "The first character of s, n times."),
        ("SPACE", "n", "n blanks."),
        ("REPEAT", "s, n", "s, n times."),
        ("ASC", "s", "The code point of the first character."),
        ("CHR", "n", "The character of a code point."),
        ("STARTSWITH", "s, t", "Whether s begins with t."),
        ("ENDSWITH", "s, t", "Whether s ends with t."),
        ("EXTRACT_BEFORE", "s, d", "What stands before the first d; s if there is none."),
        ("EXTRACT_AFTER", "s, d", 'What stands after the first d; "" if there is none.'),
        ("EXTRACT_BETWEEN", "s, a, b", 'What stands between the first a and the next b; "" if there is none.'),
        ("URLENCODE", "s", "As a part of an address."),
        ("URLDECODE", "s", "The text of a part of an address."),
        ("BASE64", "s", "Its UTF-8 bytes in base 64."),
        (
            "FORMAT",
            "v[, pattern, …]",
            "The text of a value by a pattern, such as #,##0.00; {0} and {1} in a text are filled by what follows.",
        ),
    ),
    "Numbers": _family(
        ("ABS", "n", "Without its sign."),
        ("SGN", "n", "-1, 0 or 1."),
        ("INT", "n", "Without its decimals."),
        ("FLOOR", "n", "The next whole number below."),
        ("CEIL", "n", "The next whole number above."),
        ("ROUND", "n[, d]", "Rounded to d decimals, halves away from zero."),
        ("SQRT", "n", "The square root; negative numbers raise 4003."),
        ("EXP", "n", "e to the power of n."),
        ("LOG", "n", "The natural logarithm; 0 and less raise 4003."),
        ("LOG10", "n", "The decimal logarithm."),
        ("SIN", "n", "The sine of radians."),
        ("COS", "n", "The cosine of radians."),
        ("TAN", "n", "The tangent of radians."),
        ("ATN", "n", "The arc tangent, in radians."),
        ("PI", "", "3.14159…"),
        ("POW", "a, b", "a to the power of b."),
        ("MOD", "a, b", "The rest of a / b."),
        ("RND", "", "A random number from 0 to less than 1."),
        ("RANDOM", "[a, b]", "A random whole number from a to b; with one argument from 0 to less than it."),
        ("MIN", "a, b, …", "The smallest; also of an array, or of a field of its rows."),
        ("MAX", "a, b, …", "The largest; also of an array, or of a field of its rows."),
        ("SUM", "array[, field]", "The sum of the numbers."),
        ("AVG", "array[, field]", "The mean of the numbers; 0 if there are none."),
        ("COUNT", "x[, field]", "How many elements or keys there are; 0 for null."),
        ("STDEV", "array[, field]", "The standard deviation of the numbers."),
        ("MEDIAN", "array[, field]", "The median of the numbers."),
    ),
    "Dates and times": _family(
        ("NOW", "", "Date and time, in the bot's time zone."),
        ("TODAY", "", "The date."),
        ("TIME", "", "The time as HH:mm:ss."),
        ("TIMESTAMP", "", "Seconds since 1970."),
        ("UUID", "", "A new random id."),
        ("YEAR", "d", "The year of a date; 0 if it is none."),
        ("MONTH", "d", "The month of a date, 1 to 12."),
        ("DAY", "d", "The day of the month."),
        ("HOUR", "[d]", "The hour, 0 to 23; without an argument the one of now."),
        ("MINUTE", "d", "The minute."),
        ("SECOND", "d", "The second."),
        ("WEEKDAY", "d", "The day of the week, 1 is Sunday."),
        ("DATEADD", "d, n, unit", "n units later; units are day, week, month, quarter, year, hour, minute, second."),
        ("DATEDIFF", "a, b[, unit]", "b - a in whole units, as a rule days."),
        ("SECONDS_BETWEEN", "a, b", "The seconds between two moments, never negative."),
        ("MINUTES_BETWEEN", "a, b", "The minutes between two moments, never negative."),
        ("HOURS_BETWEEN", "a, b", "The hours between two moments, never negative."),
        ("DAYS_BETWEEN", "a, b", "The days between two moments, never negative."),
        ("WEEKS_BETWEEN", "a, b", "The weeks between two moments, never negative."),
        ("MINUTES", "n", "n minutes in seconds, to be added to a moment."),
        ("HOURS", "n", "n hours in seconds, to be added to a moment."),
        ("DAYS", "n", "n days in seconds, to be added to a moment."),
        ("WEEKS", "n", "n weeks in seconds, to be added to a moment."),
        ("ADD_SECONDS", "d, n", "n seconds later."),
        ("ADD_MINUTES", "d, n", "n minutes later."),
        ("ADD_HOURS", "d, n", "n hours later."),
        ("ADD_DAYS", "d, n", "n days later."),
        ("ADD_WEEKS", "d, n", "n weeks later."),
        ("ADD_MONTHS", "d, n", "n months later, at most the last day of the month."),
        ("ADD_YEARS", "d, n", "n years later."),
        ("EOMONTH", "d[, n]", "The last day of the month, n months later."),
        ("DATEVALUE", "s", "The date a text names; null if it names none."),
        ("CDATE", "s", "The date or moment a text names; null if it names none."),
        ("TIMEVALUE", "s", "The time a text names, as HH:mm:ss."),
    ),
    "Arrays and maps": _family(
        ("UBOUND", "a", "How many elements or keys there are; 0 for null."),
        ("LBOUND", "a", "0."),
        ("ARRAY", "…", "An array of the arguments."),
        ("RANGE", "a, b[, step]", "The numbers from a to b."),
        ("PUSH", "a, v, …", "Adds values to the end, in place."),
        ("POP", "a", "Removes the last element and gives it."),
        ("SHIFT", "a", "Removes the first element and gives it."),
        ("UNSHIFT", "a, v, …", "Adds values to the front, in place."),
        ("SLICE", "a, start[, end]", "The elements from start, counted from 0, to before end; negative from the end."),
        ("SPLICE", "a, i, n", "Removes n elements from i on, in place, and gives them."),
        ("SORT", "a[, field][, order]", "Sorted; by a field of its rows, DESC the other way round."),
        ("REVERSE", "a", "The other way round; also of text."),
        ("UNIQUE", "a", "Each value once."),
        ("FLATTEN", "a", "With the elements of its arrays in their place."),
        ("CONCAT", "a, b, …", "One after the other."),
        ("CONTAINS", "x, v", "Whether an array has the value, a map the key or a text the part."),
        ("INDEX_OF", "a, v", "The first index of a value, from 0; -1 if it is not there."),
        ("LAST_INDEX_OF", "a, v", "The last index of a value, from 0; -1 if it is not there."),
        ("FIRST", "a[, n]", "The first element, or the first n."),
        ("LAST", "a[, n]", "The last element, or the last n."),
        ("TAKE", "a, n", "The first n elements."),
        ("DROP", "a, n", "All but the first n elements."),
        ("TAIL", "a", "All but the first element."),
        ("CHUNK", "a, n", "Arrays of n elements each."),
        ("KEYS", "m", "The keys of a map."),
        ("VALUES", "m", "The values of a map."),
        ("HAS", "m, k", "Whether a map has the key."),
        ("REMOVE", "m, k", "Removes a key, in place, and gives its value."),
        ("MERGEMAP", "a, b", "A map of both; b wins."),
        ("TOJSON", "x", "As JSON."),
        ("PARSEJSON", "s", "The value of a JSON text; bad text raises 4008."),
        ("CSV", "x", "Rows as comma-separated text, with the keys of maps as a header."),
        ("XML", "x", "As XML; keys are elements in a root."),
        ("TOYAML", "x", "As YAML."),
        ("JSON_GET", "s, path", "A part of a JSON text or value, such as items[0].price; null if it is not there."),
    ),
    "Conversions and tests": _family(
        ("VAL", "x", "The number a text begins with; 0 if there is none."),
        ("STR", "x", "Its text, as TALK shows it."),
        ("CINT", "x", "The nearest whole number; 0 for text that is none."),
        ("CDBL", "x", "The number; 0 for text that is none."),
        ("CBOOL", "x", "True or false, also of yes and no in many languages."),
        ("IIF", "c, a[, b]", "a if c is true, else b; both are computed."),
        ("NVL", "x, d", 'x, or d if x is null or "".'),
        ("COALESCE", "x, …", 'The first that is neither null nor "".'),
        ("CHOOSE", "i, …", "The argument number i, from 1; else null."),
        ("ISNULL", "x", "Whether it is null."),
        ("ISEMPTY", "x", "Whether it is null, blank, or without elements."),
        ("ISNUMERIC", "x", "Whether it is a number, or text that is one."),
        ("ISARRAY", "x", "Whether it is an array."),
        ("ISOBJECT", "x", "Whether it is a map."),
        ("ISSTRING", "x", "Whether it is text."),
        ("ISNUMBER", "x", "Whether it is a number."),
        ("ISBOOL", "x", "Whether it is true or false."),
        ("ISDATE", "x", "Whether it is a date, or text that names one."),
        ("TYPEOF", "x", "The name of its type."),
    ),
}

FUNCTIONS: dict[str, Function] = {function.name: function for functions in FAMILIES.values() for function in functions}


def find_function(name: str) -> Function | None:
    """The function of that name or synonym, any case."""
    upper = name.upper().removesuffix("$")
    if upper in FUNCTIONS:
        return FUNCTIONS[upper]
    spec = find_builtin(upper)
    return None if spec is None else _BY_BUILTIN.get(spec.name)


_BY_BUILTIN = {spec.name: function for name, function in FUNCTIONS.items() if (spec := find_builtin(name)) is not None}
