"""What a caller gave to a method, and words for what is wrong with it.

Arguments are looked at only when a request could not be made of them: what protobuf says then names no argument.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from google.protobuf.struct_pb2 import Struct, Value

P = ParamSpec("P")
T = TypeVar("T")


def made(make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """`make(*args, **kwargs)`; raises TypeError that names the argument if one is not what its annotation says."""
    try:
        return make(*args, **kwargs)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        wrong = _wrong(make, args, kwargs)
        if wrong is None:
            raise
        raise TypeError(wrong) from error


def struct(name: str, data: Mapping[str, Any] | None) -> Struct | None:
    """Data like JSON, the argument `name`, for the wire; None if it is empty."""
    if not data:
        return None
    return Struct(fields={key: value(f"{name}[{key!r}]", entry) for key, entry in data.items()})


def value(name: str, data: Any) -> Value:
    """Data like JSON, the argument `name`, for the wire."""
    box = Struct()
    try:
        box.update({"": data})
    except (AttributeError, TypeError, ValueError) as error:
        words = "None, booleans, numbers, text, lists, and maps with text as keys"
        raise TypeError(f"{name} is not like JSON: {words}") from error
    return box.fields[""]


def either(text: str | None, choice: str | None) -> None:
    """Only one of them is sent: raises ValueError if both are given."""
    if text is not None and choice is not None:
        raise ValueError("give text or choice, not both")


def _wrong(make: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    try:
        given = inspect.signature(make).bind(*args, **kwargs).arguments
    except TypeError:
        return None  # Python's own words name the argument
    hints = get_type_hints(make)
    for name, value in given.items():
        if not _fits(value, hints[name]):
            if get_origin(hints[name]) is Literal:
                return f"{make.__name__}: {name} is {value!r}, not one of {', '.join(get_args(hints[name]))}"
            return f"{make.__name__}: {name} is {_kind(value)}, not {make.__annotations__[name]}"
    return None


def _kind(value: Any) -> str:
    if isinstance(value, Mapping) and value:
        key, entry = next(iter(value.items()))
        return f"{type(value).__name__}[{type(key).__name__}, {type(entry).__name__}]"
    return type(value).__name__


def _fits(value: Any, hint: Any) -> bool:
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Literal:
        return value in parts
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is None:
        return isinstance(value, (int, float) if hint is float else hint or type(None))
    if not isinstance(value, origin):
        return False
    if isinstance(value, Mapping):
        return all(_fits(key, parts[0]) and _fits(entry, parts[1]) for key, entry in value.items())
    return isinstance(value, str) or all(_fits(entry, parts[0]) for entry in value)
