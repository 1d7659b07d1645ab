"""Texts, numbers and dates mean the same in C as in Python, one operation at a time."""

from __future__ import annotations

import math
import struct

from hypothesis import example, given, settings
from hypothesis import strategies as st

from botserver.language.builtins import BY_NAME
from botserver.language.opcodes import Op
from botserver.language.program import Instruction, Procedure, Program
from botserver.limits import Limits
from botserver.vm.effects import Done, Failed, OutOfFuel
from botserver.vm.values import (
    FIRST_DAY,
    FIRST_SECOND,
    INT_MAX,
    INT_MIN,
    LAST_DAY,
    LAST_SECOND,
    Date,
    DateTime,
    HostValue,
)

from .agreement import Pair
from .random_programs import FakeRelease

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.one_of(
    st.integers(INT_MIN, INT_MAX), st.integers(-9, 9), st.floats(), st.floats(-1e6, 1e6), st.booleans(), st.none()
)
NUMERIC_TEXTS = st.from_regex(r"\A[ \t]?[+-]?[0-9]{0,25}\.?[0-9]{0,3}([eE][+-]?[0-9]{1,3})?[ \n]?\Z")
DATE_TEXTS = st.from_regex(
    r"\A[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}"
    r"([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9])?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\Z"
)
DATES = st.one_of(
    st.builds(DateTime, st.integers(FIRST_SECOND, LAST_SECOND)),
    st.builds(Date, st.integers(FIRST_DAY, LAST_DAY)),
)
SCALARS = st.one_of(TEXTS, NUMBERS, NUMERIC_TEXTS, DATE_TEXTS, DATES, st.sampled_from(["true", "FALSE", "0", "False"]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)

OPERATORS = [
    Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.IDIV, Op.MOD, Op.POW, Op.EQ, Op.NE, Op.LT, Op.LE, Op.INDEX,
]  # fmt: skip
ONE_ARGUMENT = ["LEN", "UCASE", "LCASE", "TRIM", "VAL", "STR", "INT", "ABS", "ISNULL", "ISEMPTY", "ISNUMERIC", "UBOUND"]
TWO_ARGUMENTS = ["LEFT", "RIGHT", "MID", "INSTR", "SPLIT", "JOIN", "MIN", "MAX", "$XOR", "$IN", "$STARTS", "$ENDS"]
TESTS = ["ISARRAY", "ISOBJECT", "ISSTRING", "ISNUMBER", "ISBOOL", "ISDATE", "TYPEOF", "CBOOL"]
CHOICES = ["NVL", "COALESCE", "CHOOSE"]
IN_PYTHON = ["CAPITALIZE", "URLENCODE", "FLOOR", "CINT", "YEAR", "CDATE", "TIMEVALUE", "DAYS"]


def outcome(code: tuple[Instruction, ...], *arguments: HostValue) -> str:
    """What a program of these instructions gives for its arguments in registers 0, 1, .. on both VMs."""
    names = tuple(f"v{index}" for index in range(len(arguments)))
    main = Procedure("", len(arguments), 8, names, code, ())
    program = Program("one.bas", (), (main,))
    pair = Pair(FakeRelease([program]), Limits())
    pair.same(lambda heap: heap.start(program, arguments, {}))
    stop = pair.run(1_000_000, 7)
    while isinstance(stop, OutOfFuel):  # large arrays take several slices
        stop = pair.run(1_000_000, 7)
    assert isinstance(stop, Done | Failed)
    return repr(stop)


def call(name: str, n: int) -> tuple[Instruction, ...]:
    return ((Op.BUILTIN, 0, BY_NAME[name].number, n), (Op.RETURN, 0))


@given(VALUES, VALUES)
@settings(max_examples=400, deadline=None)
@example("2024-02-30", Date(0))
@example("31/12/2023 23:59:59.5 +01:00", DateTime(0))
@example(INT_MIN, -1)
@example(2**53 + 1, float(2**53))
@example("9223372036854775808", 1)
@example("\u212a", "k")
def test_operators(a: HostValue, b: HostValue) -> None:
    for op in OPERATORS:
        outcome(((op, 2, 0, 1), (Op.RETURN, 2)), a, b)
    outcome(((Op.NEG, 2, 0), (Op.RETURN, 2)), a)
    outcome(((Op.NOT, 2, 0), (Op.RETURN, 2)), a)


@given(VALUES, VALUES)
@settings(max_examples=200, deadline=None)
def test_built_ins(a: HostValue, b: HostValue) -> None:
    for name in ONE_ARGUMENT + TESTS + IN_PYTHON:
        outcome(call(name, 1), a)
    for name in TWO_ARGUMENTS + CHOICES:
        outcome(call(name, 2), a, b)
    outcome(call("CHOOSE", 3), 2, a, b)


@given(TEXTS, TEXTS, TEXTS, st.integers(-2, 14), st.integers(-2, 14))
@settings(max_examples=300, deadline=None)
def test_pieces_of_texts(a: str, b: str, c: str, i: int, j: int) -> None:
    text = a + b + c + b
    outcome(call("MID", 3), text, i, j)
    outcome(call("REPLACE", 3), text, b, c)
    outcome(call("REPLACE", 3), text, b, "")
    outcome(call("INSTR", 3), i, text, b)
    outcome(call("SPLIT", 2), text, b)
    outcome(((Op.INDEX, 2, 0, 1), (Op.RETURN, 2)), text, i)


@given(st.lists(st.tuples(TEXTS, NUMBERS), max_size=60))
@settings(max_examples=100, deadline=None)
def test_maps_find_and_keep_keys(pairs: list[tuple[str, HostValue]]) -> None:
    """Set one by one, in upper case for every second, then shown; keys fold and keep their first spelling."""
    keys: list[HostValue] = [key.upper() if index % 2 else key for index, (key, _) in enumerate(pairs)]
    values = [value for _, value in pairs]
    code: tuple[Instruction, ...] = (
        (Op.NEW_MAP, 2, 2, 0),
        (Op.MOVE, 3, ~0),
        (Op.BUILTIN, 4, BY_NAME["UBOUND"].number, 1),
        (Op.MOVE, 4, 0),
        (Op.BUILTIN, 4, BY_NAME["UBOUND"].number, 1),
        (Op.JUMP_NOT_LT, 3, 4, 11),
        (Op.INDEX, 5, 0, 3),
        (Op.INDEX, 6, 1, 3),
        (Op.SET_INDEX, 2, 5, 6),
        (Op.ADD, 3, 3, ~1),
        (Op.JUMP, 5),
        (Op.RETURN, 2),
    )
    main = Procedure("", 2, 8, ("keys", "values"), code, ())
    program = Program("map.bas", (0, 1), (main,))
    pair = Pair(FakeRelease([program]), Limits())
    pair.same(lambda heap: heap.start(program, [keys, values], {}))
    assert isinstance(pair.run(1_000_000, 7), Done)


@given(st.binary(min_size=8, max_size=8))
@settings(max_examples=500, deadline=None)
def test_float_texts(bits: bytes) -> None:
    outcome(call("STR", 1), struct.unpack("<d", bits)[0])


def test_float_texts_around_powers_of_two() -> None:
    """There the gap below is half the gap above, and the nearest 16 digits may not read back."""
    values: list[HostValue] = []
    for exponent in range(-1_074, 1_024):
        value = math.ldexp(1.0, exponent)
        values += [value, math.nextafter(value, 0), math.nextafter(value, math.inf)]
    outcome(call("STR", 1), values)


SPELLINGS = st.text("aAbBkK\u212a", max_size=3)


@given(st.dictionaries(SPELLINGS, st.integers(0, 9), max_size=40), SPELLINGS)
@settings(max_examples=200, deadline=None)
def test_maps_from_outside_may_hold_several_spellings(table: dict[str, int], key: str) -> None:
    host: HostValue = dict(table)
    other: HostValue = dict(reversed(table.items()))
    outcome(((Op.INDEX, 3, 0, 2), (Op.RETURN, 3)), host, other, key)
    outcome(((Op.EQ, 3, 0, 1), (Op.RETURN, 3)), host, other, key)
    outcome(((Op.SET_INDEX, 0, 2, 1), (Op.SET_INDEX, 1, 2, 2), (Op.RETURN, 0)), host, other, key)
