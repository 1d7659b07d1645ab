"""Expected texts: placeholders, and what a diff shows."""

from __future__ import annotations

import pytest

from botserver.testing.patterns import REST, Expected, compare, matches


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("Order {number} is ready", "Order 17 is ready"),
        ("{number} €", "-1.234,50 €"),
        ("{any}!", "anything (at all)!"),
        ("a.c", "a.c"),
        ("{date} {time}", "2026-03-01 09:30"),
        ("{id}", "0b8f1c5e-1111-4222-8333-123456789abc"),
        ("{word} {word}", "two words"),
        (r"\{any}", "{any}"),
        ("{other}", "{other}"),
        ("a\nb", "a  \nb "),
        ("a", "a\n\n"),
        ("a\n", "a"),
        ("a\n{lines}\nd", "a\nb\n\nc\nd"),
    ],
)
def test_text_matches(pattern: str, text: str) -> None:
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"), [("{number}", "one"), ("a.c", "abc"), ("{any}", "two\nlines"), (r"\{any}", "x"), ("a", "A")]
)
def test_text_does_not_match(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


def lines(*texts: str) -> list[Expected]:
    return [Expected(number, text) for number, text in enumerate(texts, 1)]


def test_same_messages_have_no_diff() -> None:
    assert compare(lines("a", "b {number}"), ["a", "b 2"]) is None


@pytest.mark.parametrize("got", [["a", "z"], ["a", "x", "y", "z"]])
def test_rest_stands_for_any_messages(got: list[str]) -> None:
    assert compare(lines("a", REST, "z"), got) is None


def test_rest_does_not_stand_for_what_comes_after_it() -> None:
    assert compare(lines("a", REST, "z"), ["a", "y"]) is not None


def test_diff_has_the_lines_of_the_file_and_keeps_what_is_right() -> None:
    assert compare(lines("one", "two\nmore", "three"), ["one", "three", "four"]) == [
        "     1 | one",
        "-    2 | two",
        "-      | more",
        "     3 | three",
        "+      | four",
    ]
