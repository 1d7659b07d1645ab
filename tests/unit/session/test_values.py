"""Script values as stored bytes and as JSON."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import StoredDataCorrupt
from botserver.session.values import clean_text, decode_value, encode_value, from_json, to_json
from botserver.vm.values import INT_MAX, INT_MIN, Date, DateTime, HostValue

_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(INT_MIN, INT_MAX), st.floats(allow_nan=False), st.text(),
    st.builds(DateTime, st.integers(-(10**9), 10**10)), st.builds(Date, st.integers(-(10**5), 10**6)),
)  # fmt: skip
VALUES: st.SearchStrategy[HostValue] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=20,
)


def typed(value: HostValue) -> object:
    """With types, so that 1, 1.0 and True differ."""
    match value:
        case list():
            return [typed(item) for item in value]
        case dict():
            return {key: typed(item) for key, item in value.items()}
        case _:
            return type(value), value


@given(VALUES)
def test_a_stored_value_comes_back_with_its_types(value: HostValue) -> None:
    stored = encode_value(value)
    assert typed(decode_value(stored)) == typed(value)
    assert encode_value(decode_value(stored)) == stored


def test_maps_that_look_like_dates_stay_maps() -> None:
    values: list[HostValue] = [{"$t": 1}, {"$d": 1}, {"$m": {}}, {"$x": {"$t": 2}}]
    for value in values:
        assert decode_value(encode_value(value)) == value


def test_special_floats_are_kept() -> None:
    assert math.isnan(decode_value(encode_value(math.nan)))  # type: ignore[arg-type]  # it is a float
    assert decode_value(encode_value(-math.inf)) == -math.inf


@pytest.mark.parametrize("data", [b"", b"2[]", b"1{", b"1" + b"[" * 100_000])
def test_damaged_bytes_raise_the_one_error(data: bytes) -> None:
    with pytest.raises(StoredDataCorrupt):
        decode_value(data)


def test_text_from_outside_is_cleaned() -> None:
    assert clean_text("a\0b\ud800c") == "a\ufffdb\ufffdc"
    assert from_json({"k\0": ["\udfff"]}) == {"k\ufffd": ["\ufffd"]}


def test_integers_beyond_64_bits_become_floats() -> None:
    assert from_json(2**70) == float(2**70)
    assert isinstance(from_json(2**70), float)


def test_dates_are_iso_texts_in_json() -> None:
    assert to_json([DateTime(0), Date(1), math.nan]) == ["1970-01-01T00:00:00", "1970-01-02", "NaN"]
    assert to_json(DateTime(10**17)) == str(10**17)
