"""Every word of every keyword is also a name: of variables, fields, parameters, columns."""

from __future__ import annotations

import re

import pytest

from botserver.language.compiler import compile_source
from botserver.language.keywords import sequences
from botserver.limits import Limits
from tests.script_host import Host, Scripts, built_vms

RESERVED = frozenset(("AS", "THEN", "NOT"))
"""Words that are fields and keys, but never variables."""
JOINING = frozenset(("IN", "LIKE"))
"""Operators: at the end of a line they join it to the next."""
CLAUSES = frozenset(("WITH", "DEFAULT"))
"""Words that HEAR takes for its own."""
WORDS = sorted(
    {word for words in sequences() for word in words} | {"ORDER", "LIMIT", "VALUES", "WHERE", "DATE", "TYPE"}
)
NAMES = [word.lower() for word in WORDS if word.isalpha() and word not in RESERVED | JOINING | CLAUSES | {"TO", "ELSE"}]

VARIABLE = """
W = 1
W = W + 1
W += 1
LET W = W
SET W = W
x = W : y = -W
TALK W & x & y & "${W}" & (W) & [W, W] & ABS(W)
IF W = 3 AND W > 0 THEN TALK W ELSE TALK "no"
IF W THEN TALK W
IF W IN [3] THEN TALK "in"
IF W IS NOT NULL THEN TALK "there"
TALK W ? W : 0
TALK W * W - W / W
PRINT W, W
RETURN W
"""
CONTAINER = """
FOR EACH W IN [{a: 1}]
  TALK W.a
NEXT W
FOR W = 1 TO 2
NEXT W
TALK W
HEAR W AS INTEGER
TALK W
W = [0]
W[0] = 5
W.push(6)
TALK W[0] & W[1]
W = {W: 1}
W.W = W.W + 1
WITH o
  W = 3
  .W = .W + 1
END WITH
TALK W.W & o.W & {W: 5}.W
SELECT CASE o.W
  CASE 4
    TALK f(6).W
END SELECT
FUNCTION f(W)
  RETURN WITH W AS W
END FUNCTION
"""
ROWS = """
PARAM W AS INTEGER DEFAULT 1
TALK W
SAVE "t" WITH id AS "1", W AS W
UPDATE "t" SET W = W + 1 WHERE W = W
r = FIND "t" WHERE W = 2
TALK UBOUND(r) & r.W
RECORD METRIC "m" WITH W = W
SET CONTEXT "c" AS W
SET "v", W
TALK GET "v"
"""


def texts_of(program: str, name: str) -> list[str]:
    source = re.sub(r"\bW\b", name, program)
    _, found = compile_source(source, "start.bas")
    assert [item.render() for item in found if item.severity == "error"] == []
    scripts = Scripts({"start": source}, {}, [], False, {})
    return Host(["7"], {}, {}, {}, {}).run(built_vms()[0], scripts, Limits(turn_fuel=60_000)).texts


@pytest.mark.parametrize("name", [name for name in NAMES if name != "hear"])  # `x = hear` asks
def test_word_of_a_keyword_is_a_variable(name: str) -> None:
    assert texts_of(VARIABLE, name) == ["33-333[3,3]3", "3", "3", "in", "there", "3", "8", "3 3"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "each"])
def test_word_of_a_keyword_is_an_element_a_field_and_a_key(name: str) -> None:
    assert texts_of(CONTAINER, name) == ["1", "3", "7", "56", "245", "6"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("count", "size")])  # an array has these
def test_word_of_a_keyword_is_a_parameter_and_a_column(name: str) -> None:
    assert texts_of(ROWS, name) == ["1", "12", "1"]


@pytest.mark.parametrize("name", sorted(word.lower() for word in RESERVED | JOINING | CLAUSES))
def test_other_words_are_fields(name: str) -> None:
    assert texts_of(
        re.sub(r"\bW\b", name, "m = {W: 1}\nm.W = m.W + 1\nWITH o\n.W = 3\nEND WITH\nTALK m.W & o.W"), ""
    ) == ["23"]
