"""Whatever text comes in, diagnostics or a verified program come out; and how diagnostics are shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.language.compiler import compile_source
from botserver.language.disassembler import disassemble
from botserver.language.program import decode_program
from botserver.language.source import Source
from botserver.language.verifier import verify

SCRIPTS = sorted((Path(__file__).parents[2] / "language").glob("*.bas"))
CORPUS = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
LINES = sorted(set(CORPUS.split("\n")))
PIECES = st.sampled_from(
    [
        "IF",
        "THEN",
        "ELSE",
        "END",
        "FOR",
        "EACH",
        "IN",
        "TO",
        "STEP",
        "NEXT",
        "WHILE",
        "WEND",
        "DO",
        "LOOP",
        "UNTIL",
        "SELECT",
        "CASE",
        "SUB",
        "FUNCTION",
        "CALL",
        "RETURN",
        "GOTO",
        "EXIT",
        "SET",
        "LET",
        "TALK",
        "HEAR",
        "AS",
        "MENU",
        "WITH",
        "DEFAULT",
        "GET",
        "RUN",
        "BOT",
        "MEMORY",
        "CONTEXT",
        "AND",
        "OR",
        "NOT",
        "LIKE",
        "BETWEEN",
        "IS",
        "NULL",
        "x",
        "y",
        "list",
        '"a"',
        '"${x}"',
        '"${',
        "'",
        "1",
        "2.5",
        ".5",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "#{",
        ",",
        ":",
        ";",
        ".",
        "?.",
        "?",
        "??",
        "=",
        "==",
        "<>",
        "<=",
        "+",
        "-",
        "*",
        "/",
        "\\",
        "^",
        "&",
        "MOD",
        "_",
        "'",
        "//",
        "REM",
        "#",
        "\n",
        "\n",
        "\n",
        "\t",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join))
def test_any_words_give_diagnostics_or_a_program(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_any_lines_give_diagnostics_or_a_program(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_diagnostics_or_a_program(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(CORPUS) - 1), st.integers(1, 400), st.sampled_from(["", '"', "'", "(", "}", "\n", ":", "ELSE"])
)
def test_any_cut_of_the_corpus_gives_diagnostics_or_a_program(start: int, length: int, inserted: str) -> None:
    piece = CORPUS[start : start + length]
    check(piece[: length // 2] + inserted + piece[length // 2 :])


def check(text: str) -> None:
    program, found = compile_source(text, "a.bas")
    source = Source.of(text, "a.bas")
    for diagnostic in found:
        assert diagnostic.line >= 1
        assert diagnostic.column >= 1
        assert diagnostic.render(source)
    if program is None:
        assert any(diagnostic.severity == "error" for diagnostic in found)
    else:
        again = decode_program(program.encoded)
        verify(again)
        assert again.digest == program.digest
        assert disassemble(again) == disassemble(program)


def test_same_text_gives_the_same_program() -> None:
    text = 'FOR i = 1 TO 3\n  TALK "a ${i}"\nNEXT\n'
    first, second = (compile_source(text, "a.bas")[0] for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.digest == second.digest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("t = t + 1 + t", "ADD #, t, 1; ADD t, #, t"),
        ("t = t & 'a' & 1 & t", "ADD #, t, 'a'; ADD #, #, 1; ADD #, #, t; MOVE t, #"),
        ("t = 2 * 3 & 'a'", "MUL #, 2, 3; ADD t, #, 'a'"),
        ("t = [1 + 'a' + 2]", "ADD #, 1, 'a'; ADD #, #, 2; NEW_ARRAY t, #, 1"),
        ("t = ABS(t)", "MOVE #, t; BUILTIN #, ABS, 1; MOVE t, #"),
        ("t = t + ABS(t)", "MOVE #, t; BUILTIN #, ABS, 1; ADD t, t, #"),
    ],
)
def test_chains_and_calls_take_no_instruction_more_than_they_need(text: str, code: str) -> None:
    program, _ = compile_source(text.replace("'", '"'), "a.bas")
    assert program is not None
    lines = [" ".join(line[13:].split()) for line in disassemble(program).split("\n")[3:-1]]
    assert re.sub(r"r\d+:", "", re.sub(r"r\d+(?!\d*:)", "#", "; ".join(lines))) == code.replace("'", '"')


def test_comments_do_not_move_lines() -> None:
    program, _ = compile_source("' one\n\nTALK 1 / 0\n", "a.bas")
    assert program is not None
    assert {mark.line for mark in program.procedures[0].marks} == {3}


def rendered(text: str) -> list[str]:
    return [found.render(Source.of(text, "a.bas")) for found in compile_source(text, "a.bas")[1]]


def test_diagnostic_shows_line_caret_and_hint() -> None:
    [shown] = rendered('TALK "a"\nADD SUGESTION "x"')
    assert shown.split("\n") == [
        'a.bas:2:1: L104 unknown keyword "ADD SUGESTION"',
        '    2 | ADD SUGESTION "x"',
        "      | ^^^^^^^^^^^^^",
        "did you mean ADD SUGGESTION?",
    ]


def test_caret_stands_right_behind_tabs_and_umlauts() -> None:
    shown = rendered("\tgröße\t= = 2")[0].split("\n")
    assert shown[0].startswith("a.bas:1:10: L103")
    assert shown[1:3] == ["    1 | \tgröße\t= = 2", "      | \t     \t  ^"]


@pytest.mark.parametrize("before", [0, 50, 5_000, 100_000])
def test_of_a_long_line_the_part_with_the_caret_is_shown(before: int) -> None:
    [shown] = rendered(f'TALK "{"a" * before}" + * "{"b" * 100_000}"')
    position, text, marks = shown.split("\n")[:3]
    assert position.startswith(f"a.bas:1:{before + 11}: L103")
    assert len(text) < 500
    assert text[marks.index("^")] == "*"


@pytest.mark.parametrize("text", ['TALK "\0"', "BEGIN TALK\n\0\nEND TALK", "DESCRIPTION a\0b"])
def test_null_character_is_an_error_wherever_it_would_be_text(text: str) -> None:
    program, [found] = compile_source(text, "a.bas")
    assert program is None
    assert (found.code, found.message) == ("L101", "U+0000 cannot be in a string")


@pytest.mark.parametrize("text", ["²", ".¹", "x = ²", "x = .³", "TALK 1²", "TALK x.²"])
def test_a_raised_digit_is_no_number(text: str) -> None:
    check(text)
    assert compile_source(text, "a.bas")[1]


def test_warning_says_so() -> None:
    assert rendered("TALK nobody")[0].startswith("a.bas:1:6: L202 warning: nobody is never assigned")


def test_byte_order_mark_and_carriage_returns_do_not_count() -> None:
    program, found = compile_source("\ufeffTALK 1\r\nx = = 1\r\n", "a.bas")
    assert program is None
    assert [(item.line, item.column) for item in found] == [(2, 5)]


def test_a_string_that_is_never_closed_is_shown_without_the_blanks_at_its_end() -> None:
    _, found = compile_source('PARAM month"AS STRING  ', "a.bas")
    assert [item.message for item in found if item.code == "L103"] == ['unexpected "AS STRING']
