"""Arrays: what changes them in place, and their ends."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place


def _grow(words: str, doc: str, example: str, *synonyms: str) -> Keyword:
    """The compiler stores the result: a variable that was null becomes an array."""
    form = Form(("", ","), Lowering.BUILTIN, words, "store", f"{words} array, value", is_open=True)
    return Keyword(words, Place.STATEMENT, (form,), doc, example, synonyms)


def _end(words: str, doc: str) -> Keyword:
    forms = (
        Form(("",), Lowering.BUILTIN, words, "pure", f"{words} array"),
        Form(("", ","), Lowering.BUILTIN, words, "pure", f"{words} array, count"),
    )
    return Keyword(words, Place.OPERAND, forms, doc, f"x = {words} [1, 2]")


KEYWORDS = (
    _grow("PUSH", "Adds values to the end of an array.", "PUSH list, 1", "APPEND"),
    _grow("UNSHIFT", "Adds values to the front of an array.", "UNSHIFT list, 1"),
    _end("FIRST", "The first element of an array, or so many of them; of text its first word."),
    _end("LAST", "The last element of an array, or so many of them; of text its last word."),
)
