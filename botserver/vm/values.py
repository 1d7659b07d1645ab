"""Values as the host sees them, and the price of each value in the heap.

Host values are what crosses the border between host and VM: None, bool, int (64 bit), float, str (no U+0000, no
surrogates), DateTime, Date, list, and dict with str keys. The VM copies them in and out; nothing is shared.

Prices are the bytes an object takes in a session's heap and depend on its value alone: type and length. Capacities
are fixed functions of the length, so an array that grew and shrank costs what it would have cost had it always had
its length. Both VMs use these formulas, and a snapshot restores to exactly the same account.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from ..ids import DIGEST_BYTES
from ..limits import LARGE_OBJECT_BYTES

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1


class DateTime(NamedTuple):
    """An instant: whole seconds since 1970-01-01T00:00:00 on the bot's wall clock."""

    seconds: int


class Date(NamedTuple):
    """A day: days since 1970-01-01."""

    days: int


HostValue: TypeAlias = "None | bool | int | float | str | DateTime | Date | list[HostValue] | dict[str, HostValue]"

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31: no date lies outside."""
FIRST_SECOND, LAST_SECOND = FIRST_DAY * 86_400, LAST_DAY * 86_400 + 86_399

SESSION_PRICE = 256
"""Of a session without anything: its root."""
FRAME_PRICE = 48
REGISTER_PRICE = 16
CELL_PRICE = 48
OUTPUT_PRICE = 32
SUB_SESSION_PRICE = 256
"""Of a sub-session without anything."""
SUB_SESSION_ID_PRICE = 16
"""Of the id of a merged sub-session that a history remembers."""


def string_price(n_bytes: int) -> int:
    """Of a string of `n_bytes` UTF-8 bytes: header, text rounded up to 8, and of a large one its digest."""
    return 16 + ((n_bytes + 7) & ~7) + (DIGEST_BYTES if n_bytes >= LARGE_OBJECT_BYTES else 0)


def capacity(n: int) -> int:
    """Slots of a container with `n` entries: 0, 4, 8, then growing by half, in multiples of 4."""
    if n == 0:
        return 0
    slots = 4
    while slots < n:
        slots = 8 if slots == 4 else (slots + slots // 2 + 3) & ~3
    return slots


def index_size(n: int) -> int:
    """Slots of the hash index of a map with `n` keys: none up to 8, else a power of two, at most half full."""
    if n <= 8:
        return 0
    size = 16
    while size < 2 * capacity(n):
        size *= 2
    return size


def array_price(n: int) -> int:
    """Of an array with `n` elements: header and `capacity(n)` values of 16 bytes."""
    return 16 + 16 * capacity(n)


def map_price(n: int) -> int:
    """Of a map with `n` keys: header, `capacity(n)` entries of 24 bytes, index of 4-byte slots. Keys are strings of
    their own and priced as such."""
    return 32 + 24 * capacity(n) + 4 * index_size(n)


def frame_price(n_registers: int) -> int:
    return FRAME_PRICE + REGISTER_PRICE * n_registers


def cell_price(name_bytes: int, encoded_bytes: int) -> int:
    """Of one entry of a session area: its name and its encoded value."""
    return CELL_PRICE + name_bytes + encoded_bytes


def is_collected_at_park(live: int, allocated: int) -> bool:
    """Whether a script that begins to wait has its garbage collected: always in a small heap, so that what is parked is
    small; in a larger one only if it is worth copying the heap."""
    return live < 65_536 or allocated > live // 8


def threshold(live: int) -> int:
    """Bytes `live + allocated` may reach before a collection."""
    return 65_536 + 2 * live
