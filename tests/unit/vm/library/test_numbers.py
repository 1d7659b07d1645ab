"""Functions of numbers at the edges of integers and floats."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import ScriptError
from botserver.vm.values import INT_MAX, INT_MIN

from .calls import call


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floor_and_ceil_are_integers_where_they_fit(number: float) -> None:
    low, high = call("FLOOR", number), call("CEIL", number)
    assert (low, high) == (math.floor(number), math.ceil(number))
    for whole in (low, high):
        assert isinstance(whole, int) == (math.floor(number) >= INT_MIN and math.ceil(number) <= INT_MAX)


@pytest.mark.parametrize("name", ["FLOOR", "CEIL", "SQRT", "EXP", "SIN", "COS", "TAN", "ATN", "LOG", "LOG10"])
def test_no_number_stays_no_number(name: str) -> None:
    result = call(name, math.nan)
    assert isinstance(result, float)
    assert math.isnan(result)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("FLOOR", math.inf),
        ("CEIL", math.inf),
        ("SQRT", math.inf),
        ("EXP", math.inf),
        ("LOG", math.inf),
        ("LOG10", math.inf),
        ("SGN", 1),
        ("ATN", math.pi / 2),
    ],
)
def test_infinity_is_a_number(name: str, result: float) -> None:
    assert call(name, math.inf) == result


@pytest.mark.parametrize("name", ["LOG", "LOG10"])
@pytest.mark.parametrize("number", [0, -0.0, -1, -math.inf, "-5", None, False])
def test_logarithms_need_positive_numbers(name: str, number: float | str | None) -> None:
    with pytest.raises(ScriptError) as caught:
        call(name, number)
    assert caught.value.number == 4003


@given(st.integers(INT_MIN, INT_MAX), st.integers(INT_MIN, INT_MAX).filter(bool))
def test_mod_has_the_sign_of_the_dividend(a: int, b: int) -> None:
    rest = call("MOD", a, b)
    assert isinstance(rest, int)
    assert rest == 0 or (rest < 0) == (a < 0)
    assert abs(rest) < abs(b)
    assert (a - rest) % b == 0
