"""Conversions and choices: what the corpus cannot write."""

from __future__ import annotations

import math

import pytest

from botserver.vm.answers import read_answer
from botserver.vm.plans import Plan
from botserver.vm.values import Date, DateTime, HostValue

from .calls import call, plan_of


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (False, "boolean"),
        (-(2**63), "integer"),
        (math.nan, "float"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
        (DateTime(0), "datetime"),
        (Date(0), "date"),
    ],
)
def test_every_value_has_one_type(value: HostValue, kind: str) -> None:
    tests = ("ISBOOL", "ISNUMBER", "ISSTRING", "ISARRAY", "ISOBJECT", "ISDATE")
    held = {"boolean": 0, "integer": 1, "float": 1, "string": 2, "array": 3, "object": 4, "datetime": 5, "date": 5}
    assert call("TYPEOF", value) == call("TYPENAME", value) == kind
    assert [call(name, value) for name in tests] == [index == held.get(kind) for index in range(len(tests))]


def test_cbool_knows_the_words_of_hear() -> None:
    for word in ("yes", "sim", "ja", "ok", "no", "não", "nein", "cancel"):
        assert call("CBOOL", word) == read_answer("BOOLEAN", word, 0)
    assert call("CBOOL", "yes" * 10_000) is True


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (0.5, 1),
        (-0.5, -1),
        (1e15 + 0.5, 10**15 + 1),
        (9.3e18, 9.3e18),
        ("9223372036854775808", 2.0**63),
        (Date(1), 86_400),
    ],
)
def test_cint_rounds_and_stays_a_float_beyond_integers(value: HostValue, whole: float) -> None:
    assert call("CINT", value) == whole
    assert call("CDBL", whole) == float(whole)


def test_choices_cost_nothing_but_their_instruction() -> None:
    long = "x" * 100_000
    for plan in (plan_of("NVL", long, 1), plan_of("CHOOSE", 1, long), plan_of("COALESCE", None, [long])):
        assert isinstance(plan, Plan)
        assert (plan.need, plan.price) == (0, 0)
