"""Trees: closed values as bytes. What session areas, large objects and bot memory hold.

The form is that of values in `snapshot.py` without references: deterministic, no class names, safe to read from
strangers. Host values go in and come out; both VMs read and write the same bytes natively.
"""

from __future__ import annotations

import struct

from ..errors import BadSnapshot, ScriptError
from ..limits import VALUE_DEPTH
from .values import (
    FIRST_DAY,
    FIRST_SECOND,
    INT_MAX,
    INT_MIN,
    LAST_DAY,
    LAST_SECOND,
    Date,
    DateTime,
    HostValue,
    array_price,
    map_price,
    string_price,
)

NULL, FALSE, TRUE, INTEGER, FLOAT, DATETIME, DATE, STRING, ARRAY, MAP, REFERENCE, LARGE = range(12)
_NAN = bytes.fromhex("000000000000f87f")


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> bytes:
    return varint(((value << 1) ^ (value >> 63)) & 0xFFFF_FFFF_FFFF_FFFF)


def text_bytes(text: str) -> bytes:
    data = text.encode()
    return varint(len(data)) + data


def scalar_bytes(value: None | bool | int | float | DateTime | Date) -> bytes:
    match value:
        case None:
            return bytes([NULL])
        case bool():
            return bytes([TRUE if value else FALSE])
        case int():
            return bytes([INTEGER]) + zigzag(value)
        case float():
            return bytes([FLOAT]) + (_NAN if value != value else struct.pack("<d", value))
        case DateTime():
            return bytes([DATETIME]) + zigzag(value.seconds)
        case Date():
            return bytes([DATE]) + zigzag(value.days)


def encode_tree(value: HostValue) -> bytes:
    """The bytes of a value. Raises ScriptError 4006 beyond VALUE_DEPTH containers."""
    out: list[bytes] = []
    stack: list[tuple[HostValue, int]] = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        match item:
            case str():
                out += [bytes([STRING]), text_bytes(item)]
            case list():
                _check_depth(depth)
                out += [bytes([ARRAY]), varint(len(item))]
                stack.extend((child, depth + 1) for child in reversed(item))
            case dict():
                _check_depth(depth)
                out += [bytes([MAP]), varint(len(item))]
                for key, child in reversed(item.items()):
                    stack.append((child, depth + 1))
                    stack.append((key, depth + 1))
            case _:
                out.append(scalar_bytes(item))
    return b"".join(out)


def _check_depth(depth: int) -> None:
    if depth >= VALUE_DEPTH:
        raise ScriptError(4006, "value is cyclic or nested too deeply")


def decode_tree(data: bytes) -> HostValue:
    """The value of bytes that may come from anywhere. Raises BadSnapshot."""
    reader = Reader(data)
    value = reader.tree()
    reader.finish()
    return value


def price_of(value: HostValue) -> int:
    """The heap bytes a host value takes once copied in. Raises OverflowError for dates outside years 1 to 9999."""
    total = 0
    stack = [value]
    while stack:
        item = stack.pop()
        match item:
            case str():
                total += string_price(len(item.encode()))
            case list():
                total += array_price(len(item))
                stack.extend(item)
            case dict():
                total += map_price(len(item))
                stack.extend(item)
                stack.extend(item.values())
            case DateTime(seconds=moment) if not FIRST_SECOND <= moment <= LAST_SECOND:
                raise OverflowError("a date outside years 1 to 9999")
            case Date(days=days) if not FIRST_DAY <= days <= LAST_DAY:
                raise OverflowError("a date outside years 1 to 9999")
            case _:
                pass
    return total


class Reader:
    """Bounded reading of snapshot bytes. Every method raises BadSnapshot when the bytes are not what they must be."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, n: int) -> bytes:
        end = self._at + n
        if end > len(self._data):
            raise BadSnapshot(what="it ends too early")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if byte == 0 and shift:
                    raise BadSnapshot(what="a number is not in its shortest form")
                break
            shift += 7
            if shift > 63:
                raise BadSnapshot(what="a number is too long")
        if value >= 2**64:
            raise BadSnapshot(what="a number is too large")
        return value

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def count(self, item_bytes: int = 1) -> int:
        """A number of things of at least `item_bytes` each that follow."""
        n = self.varint()
        if n * item_bytes > len(self._data) - self._at:
            raise BadSnapshot(what="a count exceeds the data")
        return n

    def text(self) -> str:
        try:
            text = self.take(self.varint()).decode()
        except UnicodeDecodeError:
            raise BadSnapshot(what="text is not UTF-8") from None
        if "\0" in text:
            raise BadSnapshot(what="text holds U+0000")
        return text

    def scalar(self, tag: int) -> None | bool | int | float | DateTime | Date:
        """The value of a tag below STRING."""
        match tag:
            case 0:
                return None
            case 1 | 2:
                return tag == TRUE
            case 3:
                return self._int64()
            case 4:
                data = self.take(8)
                value: float = struct.unpack("<d", data)[0]
                if value != value and data != _NAN:
                    raise BadSnapshot(what="a NaN is not in its one form")
                return value
            case 5:
                return DateTime(self._within(FIRST_SECOND, LAST_SECOND))
            case 6:
                return Date(self._within(FIRST_DAY, LAST_DAY))
            case _:
                raise BadSnapshot(what=f"tag {tag}")

    def _within(self, first: int, last: int) -> int:
        value = self._int64()
        if not first <= value <= last:
            raise BadSnapshot(what="a date is out of range")
        return value

    def _int64(self) -> int:
        value = self.zigzag()
        if not INT_MIN <= value <= INT_MAX:
            raise BadSnapshot(what="an integer is out of range")
        return value

    def tree(self) -> HostValue:
        """A value without references, at most VALUE_DEPTH containers deep."""
        root: list[HostValue] = []
        # Open containers: the container, how many values it still needs, and for a map the key read last.
        stack: list[tuple[list[HostValue] | dict[str, HostValue], int]] = [(root, 1)]
        while stack:
            container, missing = stack.pop()
            if missing == 0:
                continue
            key = ""
            if isinstance(container, dict):
                if self.byte() != STRING:
                    raise BadSnapshot(what="a map key is not text")
                key = self.text()
                if key in container:
                    raise BadSnapshot(what="a map has a key twice")
            stack.append((container, missing - 1))
            tag = self.byte()
            value: HostValue
            if tag == STRING:
                value = self.text()
            elif tag == ARRAY:
                value = []
                self._open(stack, value, self.count())
            elif tag == MAP:
                value = {}
                self._open(stack, value, self.count(3))
            else:
                value = self.scalar(tag)
            if isinstance(container, dict):
                container[key] = value
            else:
                container.append(value)
        return root[0]

    @staticmethod
    def _open(
        stack: list[tuple[list[HostValue] | dict[str, HostValue], int]],
        value: list[HostValue] | dict[str, HostValue],
        n: int,
    ) -> None:
        if len(stack) > VALUE_DEPTH:
            raise BadSnapshot(what="a tree is nested too deeply")
        stack.append((value, n))

    def finish(self) -> None:
        if self._at != len(self._data):
            raise BadSnapshot(what="bytes follow the end")
