"""Arrays as parameters, made in one go: psycopg looks at each element of a list for itself, which took half of the time
this side spends on a turn. Texts and bytes go in PostgreSQL's binary form, whose layout is that of `array_recv`: number
of dimensions, whether there are nulls, the elements' type, length and first index; then each with its length before it,
big-endian. Numbers go as text."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

_HEAD = struct.Struct("!iiIii").pack
_LENGTH = struct.Struct("!i").pack
_NULL = _LENGTH(-1)
_TEXT, _BYTES = 25, 17


class TextArray(bytes):
    """`text[]` in binary form."""


class BytesArray(bytes):
    """`bytea[]` in binary form."""


class _DumpTexts(Dumper):
    format = pq.Format.BINARY
    oid = 1009

    def dump(self, obj: TextArray) -> Buffer:
        return obj


class _DumpBytes(_DumpTexts):
    oid = 1001


psycopg.adapters.register_dumper(TextArray, _DumpTexts)
psycopg.adapters.register_dumper(BytesArray, _DumpBytes)


def array(kind: str, values: Sequence[Any]) -> TextArray | BytesArray | str:
    """A parameter for `%s::kind[]`, kind text, bytea, int8, float8 or bool. Without elements if all are None."""
    if values.count(None) == len(values):
        values = ()
    if kind == "text":
        return TextArray(_packed(_TEXT, [None if value is None else value.encode() for value in values]))
    if kind == "bytea":
        return BytesArray(_packed(_BYTES, values))
    return "{" + ",".join(["NULL" if value is None else repr(value) for value in values]) + "}"


def _packed(element: int, values: Sequence[bytes | None]) -> bytes:
    if not values:
        return _HEAD(0, 0, element, 0, 1)[:12]
    parts = [_HEAD(1, None in values, element, len(values), 1)]
    for value in values:
        if value is None:
            parts.append(_NULL)
        else:
            parts += (_LENGTH(len(value)), value)
    return b"".join(parts)
