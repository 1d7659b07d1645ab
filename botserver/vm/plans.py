"""Plans of built-ins: what a built-in is about to do, what it may ask its VM for, how it reads its arguments.

A built-in is disciplined: it computes a `Plan` without changing anything: the fuel it costs, the heap bytes its
result needs, and how to make the result. The VM charges, reserves once (the only moment that may collect), then makes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ..errors import ScriptError
from ..immutable import dataclass
from ..limits import BUILTIN_STEPS, PYTHON_BUILTIN_BYTES
from .objects import Array, Map, Str, Value, scalar_text, type_name
from .text import parse_number
from .values import string_price


class Host(Protocol):
    """What a built-in may ask its VM for."""

    @property
    def now_s(self) -> int:
        """Of the bot's wall clock, which is `utc_offset_s` ahead of UTC."""
        ...

    @property
    def utc_offset_s(self) -> int: ...
    @property
    def language(self) -> str:
        """Of the bot, a code of two letters; "" is English."""
        ...

    @property
    def text_budget(self) -> int:
        """Bytes a text may have before it cannot fit."""
        ...

    def random_bits(self) -> int:
        """64 random bits; advances the generator."""
        ...

    def get_variable(self, name: str) -> Plan: ...
    def set_variable(self, name: str, value: Value) -> Plan: ...
    def set_context(self, name: str, text: str) -> Plan: ...
    def clear_contexts(self) -> Plan: ...
    def set_prompt(self, text: str) -> Plan: ...
    def has_file(self, path: str) -> bool:
        """Whether the package has a file. Raises 5004 for a path that leaves it."""
        ...

    def suggestions(self) -> Sequence[tuple[str, str, str]]:
        """(key, label, kind) in order."""
        ...

    def add_suggestion(self, key: str, label: str, kind: str) -> Plan: ...
    def clear_suggestions(self) -> Plan: ...
    def menu(self) -> Sequence[tuple[str, str, str]]: ...
    def set_menu(self, options: Sequence[str], is_open: bool) -> Plan: ...
    def clear_menu(self) -> Plan: ...
    @property
    def is_get_dynamic(self) -> bool:
        """Whether GET of a computed text may mean a URL or a file."""
        ...

    @property
    def max_kbs(self) -> int: ...
    def find_kb(self, name: str) -> str | None:
        """How the package spells a knowledge base of that name, None if it has none."""
        ...

    def find_tool(self, name: str) -> str | None:
        """The script of that name, None if the package has none that runs."""
        ...

    def active(self, area: str) -> Sequence[str]:
        """The names in "kbs" or "tools", in order."""
        ...

    def set_active(self, area: str, names: Sequence[str]) -> Plan: ...
    @property
    def is_handling(self) -> bool:
        """Whether the run is a handler's: nothing in it may wait."""
        ...

    def register(self, event: str, key: str) -> Plan:
        """Let a handler of the script that runs be the one for `event`, in place of an earlier one of the script."""
        ...

    def keep(self, key: str) -> Plan:
        """Keep the script variables for a handler that runs later. Gives the number of the schedule."""
        ...

    def create_sub_session(self) -> Plan:
        """A child of the session the script runs in; gives its id. Raises 9011."""
        ...

    def merge_sub_session(self, sub_session_id: str) -> Plan:
        """Take in a child and close it. Raises 4004 for what is no child, 9003 and 9004 before anything changes."""
        ...


@dataclass(slots=True)
class Plan:
    """What a built-in is about to do. `need`: bytes of objects its result takes. `price`: fuel beyond the one of the
    instruction and the price of its inputs. `beside`: bytes of cells it adds for good, counted before it is made."""

    make: Callable[[], Value]
    need: int = 0
    price: int = 0
    beside: int = 0


Function = Callable[[Host, list[Value]], Plan]


def random_uuid(host: Host) -> str:
    """Of version 4: 122 random bits."""
    digits = f"{host.random_bits():016x}{host.random_bits():016x}"
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def check_steps(name: str, steps: int) -> None:
    """Raises 4002 for a built-in that would go over more than BUILTIN_STEPS."""
    if steps > BUILTIN_STEPS:
        raise ScriptError(4002, f"{name} has too much to go over", fuel=BUILTIN_STEPS)


def just(value: Value) -> Plan:
    return Plan(lambda: value)


def text_plan(text: str) -> Plan:
    need = string_price(len(text.encode()))
    return Plan(lambda: Str(text), need)


def need_text(name: str, value: Value) -> str:
    """A text parameter: any scalar by its display text."""
    if isinstance(value, Array | Map):
        raise ScriptError(4001, f"{name} needs text, got {type_name(value)}")
    return scalar_text(value)


def need_number(name: str, value: Value) -> int | float:
    match value:
        case None:
            return 0
        case bool():
            return int(value)
        case int() | float():
            return value
        case Str(text=text):
            number = parse_number(text)
            if number is not None:
                return number
        case _:
            pass
    raise ScriptError(4001, f"{name} needs a number, got {type_name(value)}")


def need_integer(name: str, value: Value) -> int:
    """A count or position: truncated, kept within 64 bits."""
    number = need_number(name, value)
    if isinstance(number, int):
        return number
    if number != number:
        return 0
    return int(max(min(number, 9.2e18), -9.2e18))


def at(arguments: list[Value], index: int) -> Value:
    return arguments[index] if index < len(arguments) else None


def check_python_size(name: str, args: Sequence[Value]) -> None:
    """For built-ins that work much longer on a byte than its price says."""
    if any(isinstance(value, Str) and value.size > PYTHON_BUILTIN_BYTES for value in args):
        raise ScriptError(9013, f"an argument of {name} is larger than {PYTHON_BUILTIN_BYTES} bytes")
