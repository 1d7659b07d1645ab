"""Warnings of what a script surely does not mean."""

from __future__ import annotations

import pytest

from botserver.language.compiler import compile_script, compile_source
from botserver.language.declarations import Reference, Wanted


def warnings(text: str) -> list[tuple[str, int]]:
    _, diagnostics = compile_source(text, "x.bas")
    return [(found.code, found.line) for found in diagnostics if found.code in ("L207", "L208")]


@pytest.mark.parametrize(
    "text",
    [
        "TALK 1\nEND\nTALK 2",
        "FOR i = 1 TO 2\nBREAK\nTALK i\nNEXT",
        "END SESSION\n\nTALK 1",
        "IF RND() > 0.5 THEN\nRETURN 1\nTALK 1\nEND IF",
        "SUB s\nEXIT SUB\nTALK 1\nEND SUB\nCALL s",
    ],
)
def test_statement_nothing_leads_to_is_warned_of(text: str) -> None:
    assert warnings(text) == [("L207", 3)]


def test_branches_that_all_leave_lead_nowhere() -> None:
    text = "FUNCTION f(n)\nIF n > 1 THEN\nRETURN 1\nELSE IF n > 0 THEN\nRETURN 2\nELSE\nGOTO out\nEND IF\nTALK n\n"
    assert warnings(text + "out:\nRETURN 3\nEND FUNCTION\nTALK f(1)") == [("L207", 9)]


@pytest.mark.parametrize(
    "text",
    [
        "GOTO out\nout:\nTALK 1",
        "IF RND() > 0.5 THEN RETURN 1\nTALK 1",
        'RETURN 1\nPARAM x AS STRING\nDESCRIPTION "d"\nagain:\nTALK x\nIF x > 1 THEN GOTO again',
        "FOR i = 1 TO 3\nIF i > 1 THEN\nBREAK\nELSE\nTALK i\nEND IF\nTALK i\nNEXT",
        "RETURN 1\n' only a comment\n",
        "x = 1\nEND\nSUB s\nTALK 1\nEND SUB",
    ],
)
def test_what_can_be_reached_is_not_warned_of(text: str) -> None:
    assert warnings(text) == []


def test_parameters_nobody_reads_are_warned_of() -> None:
    text = "PARAM used AS STRING\nPARAM idle AS STRING\nTALK used\nFUNCTION f(a, b = 2, c = a)\nRETURN c\nEND FUNCTION"
    assert warnings(text) == [("L208", 2), ("L208", 4)]


def test_parameter_may_be_read_in_a_text_a_procedure_or_as_an_array() -> None:
    text = 'PARAM a AS STRING\nPARAM b AS ARRAY\nPARAM c AS STRING\nTALK "${a}"\nTALK b(1)\n'
    assert warnings(text + "SUB s\nTALK c\nEND SUB\nCALL s") == []


def test_references_are_literal_names_with_their_place() -> None:
    text = 'x = RUN "a.bas", 1\nRUN y\nUSE KB "docs"\nCALL "b"\nCALL "/test/slow", 1\nUSE TOOL "T.bas"'
    assert compile_script(text, "x.bas").references == (
        Reference(Wanted.SCRIPT, "a.bas", 1, 9, 7),
        Reference(Wanted.KB, "docs", 3, 8, 6),
        Reference(Wanted.SCRIPT, "b", 4, 6, 3),
        Reference(Wanted.TOOL, "T.bas", 6, 10, 7),
    )


@pytest.mark.parametrize(
    ("wanted", "name", "key"),
    [
        (Wanted.SCRIPT, "Order.BAS", "order"),
        (Wanted.KB, "Manuals.gbkb", "manuals"),
        (Wanted.TEMPLATE, "Support.csv", "support"),
        (Wanted.FILE, "./img/A.png", "img/a.png"),
        (Wanted.FILE, "https://example.com/a.png", None),
        (Wanted.FILE, "../a.png", None),
    ],
)
def test_key_is_the_name_as_the_package_has_it(wanted: Wanted, name: str, key: str | None) -> None:
    assert Reference(wanted, name, 1, 1, 1).key == key


def test_an_error_raised_on_purpose_leads_nowhere_unless_it_is_skipped() -> None:
    assert warnings('ERROR 4004, "x"\nTALK 1') == [("L207", 2)]
    assert warnings('ON ERROR RESUME NEXT\nERROR 4004, "x"\nTALK ERR\nTHROW "y"\nTALK ERR') == []
    assert warnings("IF ERROR THEN TALK 1\nTALK 2") == []


@pytest.mark.parametrize("keyword", ["GET BOT MEMORY", "GET USER MEMORY", "RECALL"])
def test_a_number_added_to_what_memory_may_not_have(keyword: str) -> None:
    read = f'n = {keyword} "n"\n'
    assert _counts(read + "n = n + 1") == [2]
    assert _counts(read + "TALK 1 + n") == [2]
    assert _counts(read + "m = n\nm = m + 1") == []
    assert _counts(read + 'IF n = "" THEN n = 0\nn = n + 1') == []
    assert _counts(read + "n = VAL(n) + 1") == []
    assert _counts(read + 'TALK n + " visits"') == []
    assert _counts(f'n = VAL({keyword} "n") + 1\nTALK n + 1') == []


def _counts(text: str) -> list[int]:
    return [found.line for found in compile_source(text, "a.bas")[1] if found.code == "L209"]


@pytest.mark.parametrize("keyword", ["GET BOT MEMORY", "GET USER MEMORY", "RECALL"])
def test_memory_is_never_null(keyword: str) -> None:
    assert _nulls(f'x = {keyword} "n"\nIF x IS NULL THEN TALK 1\nTALK x IS NOT NULL') == [2, 3]
    assert _nulls(f'IF ({keyword} "n") IS NULL THEN TALK 1') == [1]
    assert _nulls(f'x = {keyword} "n"\nIF x IS EMPTY OR x = NULL THEN TALK 1') == []
    assert _nulls(f'x = {keyword} "n"\nIF y THEN x = NULL\nIF x IS NULL THEN TALK 1') == []
    assert _nulls('x = CACHE GET "n"\nIF x IS NULL THEN TALK 1') == []


def _nulls(text: str) -> list[int]:
    return [found.line for found in compile_source(text, "a.bas")[1] if found.code == "L210"]


@pytest.mark.parametrize("keyword", ["GET BOT MEMORY", "GET USER MEMORY", "RECALL"])
def test_a_number_added_to_a_key_is_no_count(keyword: str) -> None:
    (found,) = [each for each in compile_source(f'n = {keyword} "visits" + 1', "a.bas")[1] if each.code == "L209"]
    assert (found.message, found.column) == ('this asks for the key "visits1"', 5)
    assert found.hint == f'to add to the value write VAL({keyword} "visits") + …'
    assert _counts(f'n = {keyword} "visits" + name') == []
    assert _counts(f'n = VAL({keyword} "visits") + 1') == []


@pytest.mark.parametrize("keyword", ["GET BOT MEMORY", "GET USER MEMORY", "RECALL", "GET", "CACHE GET"])
def test_what_is_joined_to_a_key_was_meant_for_the_value(keyword: str) -> None:
    (found,) = compile_source(f'TALK "Hi " + {keyword} "name" & "!"', "a.bas")[1]
    assert (found.code, found.message) == ("L209", 'this asks for the key "name!"')
    assert found.hint == f'to join the value write ({keyword} "name") + …'
    (found,) = [each for each in compile_source(f'x = {keyword} "n" + 1', "a.bas")[1] if each.code == "L209"]
    assert found.hint == f'to add to the value write VAL({keyword} "n") + …'
    assert _counts(f'TALK "${{{keyword} "first" + ", " + name}}"') == [1]
    assert _counts(f'x = ({keyword} "first") + ", " + name') == []
    assert _counts(f'x = {keyword} "lead:" + id') == []
    assert _counts(f'x = {keyword} "lead:" + id + "-" + 2') == []
    assert _counts(f'x = {keyword} first + ", "') == []
    assert _counts(f'x = {keyword} "a"') == []


def test_a_written_path_may_have_parts() -> None:
    assert _counts('x = GET "data/" + "orders.csv"\nx = GET "https://example.com/" + "a b"') == []
    assert _counts('TALK GET "config.greeting" + " " + name') == []


def test_a_variable_that_holds_rows_names_no_table() -> None:
    written = "INSERT INTO leads WITH name = 1\nUPDATE leads SET a = 1 WHERE b = 2"
    assert _tables(f"leads = FIND leads\n{written}") == [1, 2, 3]
    assert _tables('leads = FIND "leads"\nFIND leads') == [2]
    assert _tables('leads = FIND "leads"\nx = MERGE leads, [1]') == []
    assert _tables('leads = "orders"\nFIND leads') == []
    assert _tables('leads = FIND "leads"\nHEAR leads\nFIND leads') == []
    assert _tables('PARAM leads\nleads = FIND "leads"\nFIND leads') == []
    assert _tables("x = FIND leads") == []


def _tables(text: str) -> list[int]:
    return [found.line for found in compile_source(text, "a.bas")[1] if found.code == "L212"]
