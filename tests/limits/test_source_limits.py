"""Scripts at each limit of source text, and one just past it; and texts made to make a compiler slow or fall over."""

from __future__ import annotations

from functools import cache
from time import process_time

import pytest

from botserver.language.compiler import compile_source
from botserver.language.source import Diagnostic
from botserver.limits import DIAGNOSTICS, NESTING_DEPTH, SOURCE_BYTES, SOURCE_TOKENS, STATEMENT_TOKENS


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


def test_script_has_a_largest_number_of_words() -> None:
    line, hole = "x = 1\n", 'TALK "${x}"\n'  # tokens: a line's end is one, and so are a hole and what is in it
    assert not errors(line * (SOURCE_TOKENS // 4))
    assert codes(line * (SOURCE_TOKENS // 4) + "x\n") == {"L112"}
    assert not errors(hole * (SOURCE_TOKENS // 5))
    assert codes(hole * (SOURCE_TOKENS // 5) + "x\n") == {"L112"}


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


LARGEST = {
    "parentheses": "x = (",
    "statements": "x = 1\n",
    "holes": 'TALK "${a}${b}${c}"\n',
    "holes in one string": "${a}",
    "quotes and commas": ",'",
    "apostrophes in a line": "x = 'a",
    "calls": "TALK nobody(1)\n",
    "blocks": "BEGIN TALK\na\nEND TALK\n",
    "cases": "CASE 1\n",
    "open loops": "FOR EACH x IN y\n",
    "labels": "a:\nGOTO a\n",
    "joined lines": "_\n",
    "names": "a ",
    "keywords": "GET ",
    "fields": "HEAR a.b.c AS NAME\n",
}
WORST = 64
"""How much more the worst may cost than a script of a sixteenth of the most words; here it is 18 times as much."""


@cache
def measure_s() -> float:
    """Processor time of that script, on this machine and this build of Python."""
    line = "x = a + b * c\n"
    return min(cost_s(line * (SOURCE_TOKENS // 16 // (len(line.split()) + 1))) for _ in range(2))


def cost_s(*texts: str) -> float:
    """Processor time of compiling."""
    began_s = process_time()
    for text in texts:
        compile_source(text, "a.bas")
    return process_time() - began_s


@pytest.mark.parametrize("kind", LARGEST)
@pytest.mark.timeout(300)
def test_largest_source_is_read_or_refused_in_bounded_time(kind: str) -> None:
    piece = LARGEST[kind]
    head = 'x = "' if kind == "holes in one string" else ""
    text = head + piece * ((SOURCE_BYTES - len(head)) // len(piece))
    assert cost_s(text) < WORST * measure_s()


@pytest.mark.parametrize("piece", ["TALK nobody(1)\n", "x = a + b * c\n", 'IF a = "b" THEN c = d\n', "a b c\n"])
@pytest.mark.timeout(300)
def test_longest_script_compiles_in_bounded_time(piece: str) -> None:
    n_tokens = len(piece.split()) + 2 * piece.count("(") + 1
    assert cost_s(piece * (SOURCE_TOKENS // n_tokens)) < WORST * measure_s()


@pytest.mark.timeout(300)
def test_deep_nesting_of_long_blocks_compiles_in_bounded_time() -> None:
    depth, body = NESTING_DEPTH - 2, "x = a + b\n" * 4_000
    blocks = "WITH a\n" * depth + body + "END WITH\n" * depth
    operands = "x = " + "y + (" * depth + "y" + " - y" * 20_000 + ")" * depth
    assert cost_s(blocks, operands) < WORST * measure_s()
