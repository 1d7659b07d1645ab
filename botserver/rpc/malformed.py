"""Why bytes are no request: finds the field that a protobuf parser refuses without naming it.

Runs only after parsing failed. Reads tags and lengths as the encoding defines them, believes none of them, and goes at
most as deep as the parser does.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from ..errors import BadField

_DEPTH = 100  # protobuf's own limit of messages inside each other


Descriptor: TypeAlias = Any  # protobuf's Python and C descriptors have no type in common


def malformed(kind: type[Message], data: bytes) -> BadField:
    """The error to answer with."""
    try:
        field = _bad_text(kind.DESCRIPTOR, data, 0)
    except (IndexError, ValueError):
        field = None
    if field is not None:
        return BadField(field, "is not valid UTF-8", hint="encode text as UTF-8")
    return BadField("request", f"is no {kind.DESCRIPTOR.full_name}", hint="make the code from the .proto files")


def _bad_text(kind: Descriptor, data: bytes, depth: int) -> str | None:
    """Path of the first string that is not UTF-8. Raises IndexError or ValueError where the bytes make no sense."""
    if depth > _DEPTH:
        raise ValueError("too deep")
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        field = kind.fields_by_number.get(tag >> 3)
        wire_type = tag & 7
        if wire_type == 0:
            _, at = _varint(data, at)
        elif wire_type in (1, 5):
            at += 8 if wire_type == 1 else 4
        elif wire_type == 2:
            size, at = _varint(data, at)
            part = data[at : at + size]
            at += size
            path = None if field is None or at > len(data) else _bad_field(field, part, depth)
            if path is not None:
                return path
        else:
            raise ValueError("a wire type that proto3 does not use")
    return None


def _bad_field(field: Descriptor, part: bytes, depth: int) -> str | None:
    if field.type == FieldDescriptor.TYPE_STRING:
        try:
            part.decode()
        except UnicodeDecodeError:
            return str(field.name)
    elif field.message_type is not None:
        inner = _bad_text(field.message_type, part, depth + 1)
        return None if inner is None else f"{field.name}.{inner}"
    return None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a varint longer than ten bytes")
