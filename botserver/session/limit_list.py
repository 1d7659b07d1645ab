"""The numbers of `limits` as a list for operators: name, value, unit, and what is said beside each there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .. import limits

_LINE = re.compile(r"^(?:    )?(\w+)(?:: [^=]+)? = [^#]*?(?:\s+#\s*(.*))?$")
_NO_LIMITS = frozenset(("KIB", "MIB"))
_UNITS = (
    ("_bytes", "bytes"),
    ("_chars", "characters"),
    ("_ms", "milliseconds"),
    ("_s", "seconds"),
    ("_fuel", "steps"),
    ("_steps", "steps"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class LimitView:
    """One number. `config_key` is that of a bot's config.csv; `unit` is empty for a count."""

    name: str
    value: float
    unit: str
    description: str = ""
    config_key: str = ""


@cache
def server_limits() -> tuple[LimitView, ...]:
    """By name."""
    return tuple(sorted(_constants(), key=lambda limit: limit.name))


def bot_limits(values: limits.Limits) -> tuple[LimitView, ...]:
    """Those of a bot, by name; one that is not set is left out."""
    found = []
    for field in dataclasses.fields(values):
        value = getattr(values, field.name)
        if isinstance(value, int | float):
            key = _comments().get(field.name, "").partition(";")[0]
            found.append(LimitView(field.name, value, unit_of(field.name), config_key=key))
    return tuple(sorted(found, key=lambda limit: limit.name))


def _constants() -> Iterator[LimitView]:
    for name, value in vars(limits).items():
        if name.isupper() and name not in _NO_LIMITS and isinstance(value, int | float):
            yield LimitView(name.lower(), value, unit_of(name.lower()), _comments().get(name, ""))


def unit_of(name: str) -> str:
    """A number's name has its unit."""
    return next((unit for suffix, unit in _UNITS if f"_{name}".endswith(suffix)), "")


@cache
def _comments() -> dict[str, str]:
    """What stands beside each number in the source, where that is there to read."""
    try:
        lines = Path(limits.__file__).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {match[1]: match[2] or "" for line in lines if (match := _LINE.match(line))}
