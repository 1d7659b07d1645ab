"""What editors are told of a script, also of one with mistakes."""

from __future__ import annotations

import pytest

from botserver.language.outline import SymbolKind, define, explain, outline, suggest

TEXT = """PARAM size AS STRING DESCRIPTION "How large"
total = 1
TALK (
FOR i = 1 TO 3
  total = total + i
NEXT
CALL Greet "x"
SUB Greet(who, how = 1)
  TALK who + how + size
END SUB
FUNCTION Area(w)
  RETURN w
END FUNCTION
"""


def test_symbols_are_there_although_a_line_is_broken() -> None:
    found = outline(TEXT, "a.bas")
    assert [(symbol.name, symbol.kind) for symbol in found.symbols()] == [
        ("size", SymbolKind.PARAMETER),
        ("total", SymbolKind.VARIABLE),
        ("i", SymbolKind.VARIABLE),
        ("Greet", SymbolKind.SUB),
        ("Area", SymbolKind.FUNCTION),
    ]
    assert found.procedures["greet"].detail == "SUB Greet(who, how)"


def test_completion_has_symbols_keywords_and_functions() -> None:
    found = {item.text: item for item in suggest(outline(TEXT, "a.bas"), "  ")}
    assert found["total"].kind is SymbolKind.VARIABLE
    assert found["SET BOT MEMORY"].detail == "SET BOT MEMORY key, value"
    assert found["ROUND"].detail == "ROUND(n[, d])"


@pytest.mark.parametrize("before", ['RUN "', 'x = RUN "ot', 'CALL "', 'use tool "'])
def test_completion_in_a_name_of_a_script_has_scripts_only(before: str) -> None:
    found = suggest(outline("", "a.bas"), before, ["other", "start"])
    assert [item.text for item in found] == ["other", "start"]


def test_nothing_is_completed_in_other_texts() -> None:
    assert suggest(outline("", "a.bas"), 'TALK "he', ["other"]) == []


@pytest.mark.parametrize(
    ("line", "column", "wanted"),
    [
        ('SET BOT MEMORY "a", 1', 10, "SET BOT MEMORY key, value"),
        ("x = round(2)", 6, "ROUND(n[, d])"),
        ('CALL greet "a"', 8, "SUB Greet(who, how)"),
        ("TALK size", 7, "PARAM size AS STRING How large"),
        ("TALK 1", 1, "TALK text"),
    ],
)
def test_word_is_explained(line: str, column: int, wanted: str) -> None:
    assert wanted in (explain(outline(TEXT, "a.bas"), line, column) or "")


@pytest.mark.parametrize(("line", "column"), [("unheard = 1", 3), ("", 1), ("x = 1 + 1", 7)])
def test_word_that_means_nothing_is_not_explained(line: str, column: int) -> None:
    assert explain(outline(TEXT, "a.bas"), line, column) is None


def test_definition_is_where_the_name_stands_first() -> None:
    found = outline(TEXT, "a.bas")
    symbol = define(found, '  x = greet("a")', 9)
    assert symbol is not None
    assert found.source.position(symbol.span.start) == (8, 5)
    assert define(found, "nothing", 2) is None
