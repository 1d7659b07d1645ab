"""Conversions between types, tests of types, and choices among values."""

from __future__ import annotations

from ...limits import PYTHON_BUILTIN_BYTES
from ..answers import read_answer
from ..dates import parse_date, seconds_of
from ..formats import round_half_away
from ..objects import Array, Map, Str, Value, is_truthy, type_name
from ..plans import Function, Host, Plan, just, need_integer, need_number, text_plan
from ..text import parse_number
from ..values import Date, DateTime


def _to_number(name: str, value: Value) -> int | float:
    """Text that is no number is 0, a date its seconds since 1970."""
    match value:
        case Str(text=text):
            return parse_number(text) or 0
        case Date() | DateTime():
            return seconds_of(value)
        case _:
            return need_number(name, value)


def _to_integer(host: Host, args: list[Value]) -> Plan:
    return just(round_half_away(_to_number("CINT", args[0]), 0))


def _to_float(host: Host, args: list[Value]) -> Plan:
    return just(float(_to_number("CDBL", args[0])))


def _to_boolean(host: Host, args: list[Value]) -> Plan:
    """Text as an answer to HEAR AS BOOLEAN where it is one, everything else by truthiness."""
    value = args[0]
    if isinstance(value, Str) and value.size <= PYTHON_BUILTIN_BYTES:
        answer = read_answer("BOOLEAN", value.text, host.now_s)
        if isinstance(answer, bool):
            return just(answer)
    return just(is_truthy(value))


def _first_present(host: Host, args: list[Value]) -> Plan:
    """The first that is neither null nor "", the last if none is."""
    for value in args:
        if value is not None and not (isinstance(value, Str) and value.size == 0):
            return just(value)
    return just(args[-1])


def _choose(host: Host, args: list[Value]) -> Plan:
    """The value whose place, counted from 1, is the first argument."""
    place = need_integer("CHOOSE", args[0])
    return just(args[place] if 1 <= place < len(args) else None)


def _is_array(host: Host, args: list[Value]) -> Plan:
    return just(isinstance(args[0], Array))


def _is_object(host: Host, args: list[Value]) -> Plan:
    return just(isinstance(args[0], Map))


def _is_string(host: Host, args: list[Value]) -> Plan:
    return just(isinstance(args[0], Str))


def _is_number(host: Host, args: list[Value]) -> Plan:
    return just(isinstance(args[0], int | float) and not isinstance(args[0], bool))


def _is_bool(host: Host, args: list[Value]) -> Plan:
    return just(isinstance(args[0], bool))


def _is_date(host: Host, args: list[Value]) -> Plan:
    value = args[0]
    if isinstance(value, Str):
        return just(parse_date(value.text) is not None)
    return just(isinstance(value, Date | DateTime))


def _type_of(host: Host, args: list[Value]) -> Plan:
    return text_plan(type_name(args[0]))


FUNCTIONS: dict[str, Function] = {
    "CINT": _to_integer,
    "CDBL": _to_float,
    "CBOOL": _to_boolean,
    "NVL": _first_present,
    "COALESCE": _first_present,
    "CHOOSE": _choose,
    "ISARRAY": _is_array,
    "ISOBJECT": _is_object,
    "ISSTRING": _is_string,
    "ISNUMBER": _is_number,
    "ISBOOL": _is_bool,
    "ISDATE": _is_date,
    "TYPEOF": _type_of,
}
