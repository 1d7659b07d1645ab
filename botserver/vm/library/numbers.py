"""Functions of numbers. What has no result raises 4003; what is too large is infinite, as with operators."""

from __future__ import annotations

import math
from collections.abc import Callable

from ...errors import ScriptError
from ..objects import Value, modulo, power
from ..plans import Function, Host, Plan, just, need_number
from ..values import INT_MAX, INT_MIN


def _sign(host: Host, args: list[Value]) -> Plan:
    number = need_number("SGN", args[0])
    return just((number > 0) - (number < 0))


def _whole(name: str, to_whole: Callable[[float], int]) -> Function:
    """FLOOR and CEIL: an integer where it fits."""

    def function(host: Host, args: list[Value]) -> Plan:
        number = need_number(name, args[0])
        if isinstance(number, int) or not math.isfinite(number):
            return just(number)
        whole = to_whole(number)
        return just(whole if INT_MIN <= whole <= INT_MAX else float(whole))

    return function


def _square_root(host: Host, args: list[Value]) -> Plan:
    number = need_number("SQRT", args[0])
    if number < 0:
        raise ScriptError(4003, "square root of a negative number")
    return just(math.sqrt(number))


def _exponential(host: Host, args: list[Value]) -> Plan:
    try:
        return just(math.exp(need_number("EXP", args[0])))
    except OverflowError:
        return just(math.inf)


def _logarithm(name: str, logarithm: Callable[[float], float]) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        number = need_number(name, args[0])
        if number <= 0:
            raise ScriptError(4003, "logarithm of a number that is not positive")
        return just(logarithm(number))

    return function


def _circular(name: str, compute: Callable[[float], float]) -> Function:
    """SIN, COS and TAN: of radians; an infinite angle has no number."""

    def function(host: Host, args: list[Value]) -> Plan:
        angle = need_number(name, args[0])
        return just(compute(angle) if math.isfinite(angle) else math.nan)

    return function


def _arc_tangent(host: Host, args: list[Value]) -> Plan:
    return just(math.atan(need_number("ATN", args[0])))


def _pi(host: Host, args: list[Value]) -> Plan:
    return just(math.pi)


def _power(host: Host, args: list[Value]) -> Plan:
    return just(power(args[0], args[1]))


def _modulo(host: Host, args: list[Value]) -> Plan:
    return just(modulo(args[0], args[1]))


FUNCTIONS: dict[str, Function] = {
    "SGN": _sign,
    "FLOOR": _whole("FLOOR", math.floor),
    "CEIL": _whole("CEIL", math.ceil),
    "SQRT": _square_root,
    "EXP": _exponential,
    "LOG": _logarithm("LOG", math.log),
    "LOG10": _logarithm("LOG10", math.log10),
    "SIN": _circular("SIN", math.sin),
    "COS": _circular("COS", math.cos),
    "TAN": _circular("TAN", math.tan),
    "ATN": _arc_tangent,
    "PI": _pi,
    "POW": _power,
    "MOD": _modulo,
}
