"""The reference of keywords and functions, made of their rows, for a terminal, editors and docs/keywords.md."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, TypeAlias

from .builtins import find_builtin
from .functions import FAMILIES as FUNCTION_FAMILIES
from .functions import Function, find_function
from .keywords import FAMILIES, KEYWORDS, Keyword, Lowering, find_keyword
from .keywords.outside import refusal

Entry: TypeAlias = Keyword | Function

_KINDS = {
    "pure": "is computed at once",
    "emit": "goes out with the turn",
    "store": "reads or writes data of the bot or the session, with the turn",
    "call": "asks a service outside",
    "park": "waits, the turn ends",
    "outside": "needs a service outside that is not there yet",
}
"""What the kinds of forms mean to an author."""


def errors_of(keyword: Keyword) -> tuple[str, ...]:
    """Its own errors, each with its number first."""
    missing = dict.fromkeys(form.target for form in keyword.forms if form.lowering is Lowering.MISSING)
    return (
        *keyword.errors,
        *(f"{refusal(keyword.words, target)[0]} without {target}" for target in missing),
    )


def usages_of(keyword: Keyword) -> list[tuple[str, str]]:
    """Each way to write it, with its kind."""
    return [(form.usage, form.kind) for form in keyword.forms]


def find(name: str) -> list[Entry]:
    """The keyword and the function of that name; blanks and underscores are the same."""
    words = name.upper().replace("_", " ").split()
    found: list[Entry] = []
    for spelling in (tuple(words), ("_".join(words),)):
        keyword = find_keyword(spelling)
        if keyword is not None and keyword not in found:
            found.append(keyword)
    function = find_function("_".join(words)) or find_function("".join(words))
    return found if function is None else [*found, function]


def close_to(name: str) -> list[str]:
    """Names that were probably meant."""
    names = [" ".join(words) for keyword in KEYWORDS for words in keyword.spellings]
    functions = [function.name for family in FUNCTION_FAMILIES.values() for function in family]
    return difflib.get_close_matches(name.upper().replace("_", " "), [*names, *functions], n=3)


def name_of(entry: Entry) -> str:
    """As authors write it."""
    return entry.usage if isinstance(entry, Function) else entry.words


def text_of(entry: Entry) -> str:
    """For people, as plain text."""
    if isinstance(entry, Function):
        lines = [f"{entry.name}, a function", "", f"  {entry.usage}", "", entry.doc]
    else:
        lines = [entry.words, ""]
        lines += [f"  {usage}" for usage, _ in usages_of(entry)] or [f"  {line}" for line in entry.example.split("\n")]
        lines += ["", entry.doc]
        lines += [f"It {_KINDS[kind]}." for kind in _kinds(entry)]
        if entry.forms:
            lines += ["", "example:", *(f"  {line}" for line in entry.example.split("\n"))]
        lines += [f"error {error}" for error in errors_of(entry)]
    synonyms = entry.synonyms
    return "\n".join([*lines, *([f"also written {', '.join(synonyms)}"] if synonyms else [])])


def data_of(entry: Entry, family: str) -> dict[str, Any]:
    """For programs."""
    shared: dict[str, Any] = {"family": family, "doc": entry.doc, "synonyms": list(entry.synonyms)}
    if isinstance(entry, Function):
        spec = find_builtin(entry.name)
        assert spec is not None, f"{entry.name} has a row here and is no built-in"
        arity = {"min_arguments": spec.min_arguments, "max_arguments": spec.max_arguments}
        return {"type": "function", "name": entry.name, "usage": entry.usage, **arity, **shared}
    return {
        "type": "keyword",
        "name": entry.words,
        "forms": [{"usage": usage, "kind": kind} for usage, kind in usages_of(entry)],
        "example": entry.example,
        "errors": list(errors_of(entry)),
        **shared,
    }


def entries() -> Iterator[tuple[str, Entry]]:
    """Everything there is, family by family."""
    for title, keywords in FAMILIES.items():
        yield from ((title, keyword) for keyword in keywords)
    for title, functions in FUNCTION_FAMILIES.items():
        yield from ((title, function) for function in functions)


def page() -> str:
    """docs/keywords.md."""
    parts = [_HEAD]
    for title, keywords in FAMILIES.items():
        parts += [f"## {title}", *map(_section, keywords)]
    parts.append("# Functions\n\n" + _FUNCTIONS_HEAD)
    for title, functions in FUNCTION_FAMILIES.items():
        rows = [f"| `{function.usage}`{_also(function)} | {_cell(function.doc)} |" for function in functions]
        parts.append("\n".join([f"## {title}", "", "| function | |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


_HEAD = """\
<!-- Made by tools/generate.py from the keyword registry. Do not edit. -->
# Keywords

Every keyword, as the server knows it; `botserver keywords NAME` shows the same in a terminal. How the language works is
in [language.md](language.md)."""

_FUNCTIONS_HEAD = """\
Arguments in brackets may be left out. A function can also be called as a method: `s.trim()` is `TRIM(s)`. Null counts
as `""` or 0 where nothing else is said."""


def _section(keyword: Keyword) -> str:
    lines = [f"### {keyword.words}", "", f"{keyword.doc}{_also(keyword)}"]
    if keyword.forms:
        lines += ["", *(f"- `{usage}` — {_KINDS[kind]}" for usage, kind in usages_of(keyword))]
    if errors := errors_of(keyword):
        lines += ["", f"Errors: {'; '.join(errors)}."]
    return "\n".join([*lines, "", "```basic", keyword.example, "```"])


def _kinds(keyword: Keyword) -> list[str]:
    return list(dict.fromkeys(kind for _, kind in usages_of(keyword)))


def _also(entry: Entry) -> str:
    return f" Also `{'`, `'.join(entry.synonyms)}`." if entry.synonyms else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
