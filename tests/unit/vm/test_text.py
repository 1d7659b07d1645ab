"""How single values become text, numbers and dates; the corpus shows the rest through scripts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import BadSnapshot, ScriptError
from botserver.limits import VALUE_DEPTH
from botserver.vm.dates import parse_date, seconds_of
from botserver.vm.formats import format_value, round_half_away
from botserver.vm.text import clean, float_text, fold, parse_leading_number, parse_number
from botserver.vm.tree import decode_tree, encode_tree, price_of
from botserver.vm.values import (
    FIRST_SECOND,
    LAST_SECOND,
    Date,
    DateTime,
    HostValue,
    array_price,
    capacity,
    index_size,
    map_price,
    string_price,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SCALARS: st.SearchStrategy[HostValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    TEXTS,
    st.integers(FIRST_SECOND, LAST_SECOND).map(DateTime),
    st.integers(-700_000, 2_900_000).map(Date),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_display_of_a_float_reads_back_the_same(value: float) -> None:
    text = float_text(value)
    assert float(text) == value
    assert ("e" in text) == (value != 0 and not 1e-6 <= abs(value) < 1e15)


@given(st.integers(-(2**63), 2**63 - 1))
def test_text_of_an_integer_is_that_integer(value: int) -> None:
    assert parse_number(str(value)) == value
    assert isinstance(parse_number(str(value)), int)


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "1x", "1 2", "0x10", "1,5", "--1", "e5", ".", "+", "1e", "\u0661", "nan", "inf"]
)
def test_text_that_is_no_number(text: str) -> None:
    assert parse_number(text) is None


def test_number_a_text_begins_with() -> None:
    assert [parse_leading_number(text) for text in ("12abc", " -1.5e2x", "1e", "x1", ".5.5")] == [
        12,
        -150.0,
        1,
        None,
        0.5,
    ]


def test_names_fold_by_simple_lower_case() -> None:
    assert (fold("ÄB"), fold("STRASSE"), fold("\u0130"), len(fold("\u1e9e"))) == ("äb", "strasse", fold("\u0130"), 1)


def test_text_from_outside_holds_no_zero_and_no_surrogates() -> None:
    assert clean("a\0b\ud800c😀") == "a\ufffdb\ufffdc😀"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-02-29", 1_709_164_800),
        ("2024/2/29", 1_709_164_800),
        ("29/02/2024", 1_709_164_800),
        ("02/29/2024", 1_709_164_800),
        (" 2024-02-29T01:02 ", 1_709_168_520),
        ("2024-02-29 01:02:03", 1_709_168_523),
        ("2024-02-29T01:02:03Z", 1_709_168_523),
        ("2024-02-29T01:02:03+01:00", 1_709_164_923),
    ],
)
def test_text_that_is_a_date(text: str, seconds: int) -> None:
    found = parse_date(text)
    assert found is not None
    assert seconds_of(found) == seconds


@pytest.mark.parametrize(
    "text", ["", "2023-02-29", "32/01/2024", "2024-13-01", "today", "2024", "10:30", "2024-01-01 25:00"]
)
def test_text_that_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounding_stays_within_half_a_digit(value: float, digits: int) -> None:
    assert math.isclose(round_half_away(value, digits), value, abs_tol=0.5000001 * 10**-digits)


@given(SCALARS, st.text(max_size=12))
def test_any_pattern_formats_any_value(value: HostValue, pattern: str) -> None:
    assert isinstance(format_value(value, pattern), str)


@given(VALUES)
def test_tree_survives_its_encoding(value: HostValue) -> None:
    data = encode_tree(value)
    assert encode_tree(decode_tree(data)) == data
    assert repr(decode_tree(data)) == repr(value)


@given(VALUES, st.data())
def test_cut_tree_is_damage(value: HostValue, data: st.DataObject) -> None:
    encoded = encode_tree(value)
    with pytest.raises(BadSnapshot):
        decode_tree(encoded[: data.draw(st.integers(0, len(encoded) - 1))])


@given(st.binary(max_size=40))
def test_any_bytes_are_a_tree_or_damage(data: bytes) -> None:
    try:
        value = decode_tree(data)
    except BadSnapshot:
        return
    assert encode_tree(value) == data


def test_tree_has_a_deepest_nesting() -> None:
    value: HostValue = []
    for _ in range(VALUE_DEPTH - 1):
        value = [value]
    assert decode_tree(encode_tree(value)) == value
    with pytest.raises(ScriptError):
        encode_tree([value])


def test_prices_depend_on_the_value_alone() -> None:
    assert (string_price(0), string_price(1), string_price(8), string_price(9)) == (16, 24, 24, 32)
    assert [capacity(n) for n in (0, 1, 4, 5, 8, 9, 12, 13)] == [0, 4, 4, 8, 8, 12, 12, 20]
    assert [index_size(n) for n in (8, 9, 12, 13)] == [0, 32, 32, 64]
    assert price_of(["a", {"k": None}]) == array_price(2) + string_price(1) + map_price(1) + string_price(1)
