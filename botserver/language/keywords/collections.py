"""Arrays: what changes them in place, and their ends."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place


def _grow(words: str, doc: str, example: str, *synonyms: str) -> Keyword:
    """The compiler stores the result: a variable that was null becomes an array."""
    form = Form(("", ","), Lowering.BUILTIN, words, "store", f"{words} array, value", is_open=True)
    return Keyword(words, Place.BOTH, (form,), doc, example, synonyms)


def _shrink(words: str, doc: str) -> Keyword:
    form = Form(("",), Lowering.BUILTIN, words, "store", f"{words} array")
    return Keyword(words, Place.BOTH, (form,), doc, f"list = [1, 2]\nx = {words} list")


def _end(words: str, doc: str) -> Keyword:
    forms = (
        Form(("",), Lowering.BUILTIN, words, "pure", f"{words} array"),
        Form(("", ","), Lowering.BUILTIN, words, "pure", f"{words} array, count"),
    )
    return Keyword(words, Place.OPERAND, forms, doc, f"x = {words} [1, 2]")


def _rows(
    words: str,
    doc: str,
    example: str,
    *usages: str,
    clauses: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    builtin: str = "",
) -> Keyword:
    """A keyword that becomes a loop; `builtin` does it where fewer operands are given."""
    forms = [
        Form(("",), Lowering.DATA, "", "pure", f"{words} {usage}", clauses=clauses, flags=flags) for usage in usages
    ]
    if builtin:
        forms.append(Form(("",), Lowering.BUILTIN, builtin, "pure", f"{words} array"))
        forms.append(Form(("", ","), Lowering.BUILTIN, builtin, "pure", f"{words} array, value"))
    if builtin == "SORT":
        forms.append(Form(("", ",", ","), Lowering.BUILTIN, builtin, "pure", f"{words} array, order, field"))
    return Keyword(words, Place.OPERAND, tuple(forms), doc, example)


KEYWORDS = (
    _rows(
        "FILTER",
        "The elements of an array for which a filter holds, or an expression over `item`.",
        'x = FILTER [{n: 1}, {n: 5}], "n > 2"',
        "array, filter",
        "array, expression",
        "array WHERE condition",
        clauses=("WHERE",),
    ),
    _rows(
        "MAP",
        "An array of an expression over `item` for each element, of fields renamed as in `a->b, c`, or of one field.",
        "x = MAP [1, 2], item * 2",
        "array, expression",
        "array, fields",
    ),
    _rows(
        "AGGREGATE",
        "SUM, AVG, COUNT, MIN or MAX of a field, over an array or the rows of a table.",
        'x = AGGREGATE "SUM", [{n: 1}, {n: 5}], "n"',
        "operation, array, field",
        "operation, array, field, filter",
        "array, operation, field",
        "array SUM field WHERE condition",
        clauses=("SUM", "AVG", "AVERAGE", "COUNT", "MIN", "MAX", "WHERE"),
    ),
    _rows(
        "GROUP BY",
        "A map from the text of a field to the elements that have it.",
        'x = GROUP BY [{city: "Porto"}, {city: "Faro"}], "city"',
        "array, field",
        clauses=("BY",),
    ),
    _rows(
        "PIVOT",
        "A map a value of one field, with sums of another, in one column or in one for each value of a third field.",
        'x = PIVOT [{city: "Porto", year: 2024, n: 5}], "city", "year", "n"',
        "array, row, value",
        "array, row, column, value",
        "array, row, column, value, operation",
    ),
    _rows(
        "JOIN",
        "The elements of two arrays that have the same key, as one map each. Of one array its texts, joined.",
        'x = JOIN [{id: 1, a: 2}], [{id: 1, b: 3}], "id"',
        "left, right, key",
        builtin="JOIN",
    ),
    _rows(
        "FILL",
        "A map for each row: a template whose texts have {{field}} filled.",
        'x = FILL {text: "Hi {{name}}"}, [{name: "Ann"}]',
        "template, array",
        "array, template",
    ),
    _rows(
        "SORT",
        "A new array in order, of maps by a field.",
        'x = SORT [{n: 2}, {n: 1}] BY "n" DESC',
        "array BY field",
        clauses=("BY",),
        flags=("ASC", "DESC"),
        builtin="SORT",
    ),
    _grow("PUSH", "Adds values to the end of an array.", "PUSH list, 1", "APPEND"),
    _grow("UNSHIFT", "Adds values to the front of an array.", "UNSHIFT list, 1"),
    _shrink("POP", "Takes the last element off an array; with a result, that element."),
    _shrink("SHIFT", "Takes the first element off an array; with a result, that element."),
    _end("FIRST", "The first element of an array, or so many of them; of text its first word."),
    _end("LAST", "The last element of an array, or so many of them; of text its last word."),
)
