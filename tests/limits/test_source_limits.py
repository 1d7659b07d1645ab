"""Scripts at each limit of source text, and one just past it; and texts made to make a compiler slow or fall over."""

from __future__ import annotations

import pytest

from botserver.language.compiler import compile_source
from botserver.language.source import Diagnostic
from botserver.limits import DIAGNOSTICS, NESTING_DEPTH, SOURCE_BYTES, STATEMENT_TOKENS


def errors(text: str) -> list[Diagnostic]:
    return [found for found in compile_source(text, "a.bas")[1] if found.severity == "error"]


def codes(text: str) -> set[str]:
    return {found.code for found in errors(text)}


NESTED = {
    "parentheses": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "arrays": lambda n: "x = " + "[" * n + "]" * n,
    "maps": lambda n: "x = " + "{a: " * n + "1" + "}" * n,
    "calls": lambda n: "x = " + "LEN(" * n + '""' + ")" * n,
    "blocks": lambda n: "IF 1 = 2 THEN\n" * n + "END IF\n" * n,
    "loops": lambda n: "FOR i = 1 TO 2\n" * n + "NEXT\n" * n,
    "single-line IFs": lambda n: "IF 1 = 2 THEN " * n + "TALK 1",
}


@pytest.mark.parametrize("kind", NESTED)
def test_nesting_at_the_limit_compiles_and_one_more_is_reported(kind: str) -> None:
    assert not errors(NESTED[kind](NESTING_DEPTH - 1))
    assert "L112" in codes(NESTED[kind](NESTING_DEPTH + 1))


@pytest.mark.parametrize("operator", ["+", "&", "-", "*", "/", "^", " AND ", " OR ", " MOD "])
def test_chains_of_operators_may_be_long(operator: str) -> None:
    assert not errors("x = 1" + f"{operator}1" * 3_000)


def test_statement_has_a_longest_form() -> None:
    assert codes("x = 1" + " + 1" * STATEMENT_TOKENS) == {"L112"}


def test_source_has_a_largest_size() -> None:
    assert not errors("'" + "x" * (SOURCE_BYTES - 1))
    assert codes("'" + "x" * SOURCE_BYTES) == {"L112"}


def test_errors_are_counted() -> None:
    assert len(errors("x = = 1\n" * (DIAGNOSTICS + 50))) == DIAGNOSTICS


def test_too_many_variables_are_reported() -> None:
    assert codes("".join(f"v{i} = 1\n" for i in range(33_000))) == {"L112"}


HOSTILE = {
    "parentheses": "x = " + "(" * 100_000,
    "brackets on lines": "x=(\n" * 20_000,
    "braces": "{" * 100_000,
    "closers": ")]}" * 30_000,
    "minus": "x = " + "- " * 40_000 + "1",
    "not": "x = " + "NOT " * 40_000 + "1",
    "ternaries": "x = " + "a ? 1 : " * 10_000 + "1",
    "holes": 'x = "' + "${" * 100_000 + '"',
    "holes in a block": "BEGIN TALK\n" + "${" * 100_000 + "\nEND TALK",
    "quotes": '"' * 100_001,
    "apostrophes": "x='" * 20_000,
    "ifs": "IF a THEN " * 5_000,
    "colons": "a : " * 20_000,
    "underscores": "_ " * 100_000,
    "digits": "x = 0x" + "f" * 100_000,
    "exponent": "x = 1e" + "9" * 10_000,
    "members": "x = a" + ".b" * 20_000,
    "garbage": "foo bar baz\n" * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_text_gives_diagnostics_in_bounded_time(kind: str) -> None:
    program, found = compile_source(HOSTILE[kind], "a.bas")
    assert program is not None or found
