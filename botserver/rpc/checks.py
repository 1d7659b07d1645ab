"""Whether the fields of a request have the right shape. Every function names the field in the BadField it raises."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import ListValue, Struct, Value

from .. import limits
from ..errors import BadField
from ..ids import CheckpointId, MessageId, RequestId, SessionId, is_client_id, is_session_id
from ..model import JsonValue

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_AUTOMATIC = re.compile(r"t-[0-9]{1,18}\Z")
_CHANNEL = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{limits.CHANNEL_CHARS - 1}}}\Z")
_EXACT = 2.0**53
"""Doubles up to here that have no fraction are integers exactly."""


def session_id(text: str, field: str = "session_id") -> SessionId:
    if is_session_id(text):
        return SessionId(text)
    lower = text.lower()
    if is_session_id(lower):
        return SessionId(lower)
    if not text:
        raise BadField(field, "is missing", hint="give the id that CreateSession returned")
    raise BadField(field, f"{text[:64]!r} is no UUID v4", hint="ids of your own go to alias")


def new_session_id(text: str, field: str = "session_id") -> SessionId | None:
    """An id for a session to come, or None for a fresh one."""
    return session_id(text, field) if text else None


def message_id(text: str) -> MessageId:
    if is_client_id(text):
        return MessageId(text)
    if not text:
        raise BadField("message_id", "is missing", hint="choose a fresh one for each message, a UUID for example")
    raise BadField("message_id", f"{text[:140]!r} is not 1 to 128 printable ASCII characters", hint="use a UUID")


def request_id(text: str) -> RequestId | None:
    if not text:
        return None
    lower = text.lower()
    if _UUID.match(lower):
        return RequestId(lower)
    raise BadField("request_id", f"{text[:64]!r} is no UUID", hint="choose a fresh UUID for each request")


def checkpoint_id(text: str) -> CheckpointId:
    if _AUTOMATIC.match(text) or is_session_id(text):
        return CheckpointId(text)
    if not text:
        raise BadField("checkpoint_id", "is missing", hint="list them with ListCheckpoints")
    raise BadField("checkpoint_id", f"{text[:64]!r} is no checkpoint id", hint="list them with ListCheckpoints")


def revision(number: int, field: str = "expected_revision") -> int:
    if number < 0:
        raise BadField(field, f"is {number}", hint="revisions count from 0")
    return number


def message_text(text: str, field: str = "text") -> str:
    if len(text) > limits.MESSAGE_CHARS:
        raise BadField(
            field, f"has {len(text)} characters, at most {limits.MESSAGE_CHARS}", hint="send it in several messages"
        )
    return text


def choice(key: str) -> str:
    if not key:
        raise BadField("choice", "is empty", hint="send the key of a suggestion")
    return short(key, "choice", limits.SUGGESTION_CHARS)


def score(number: float | None) -> float:
    """A rating; infinities and NaN are none."""
    hint = f"from 0 to {limits.RATING_SCORE}"
    if number is None:
        raise BadField("score", "is missing", hint=hint)
    if 0 <= number <= limits.RATING_SCORE:
        return number
    raise BadField("score", f"is {number}", hint=hint)


def short(text: str, field: str, most: int = limits.FIELD_CHARS) -> str:
    if len(text) > most:
        raise BadField(field, f"has {len(text)} characters, at most {most}")
    if "\0" in text:
        raise BadField(field, "holds the character U+0000", hint="leave it out")
    return text


def name(text: str, field: str, hint: str) -> str:
    """A short text that must be there."""
    if not text:
        raise BadField(field, "is missing", hint=hint)
    return short(text, field)


def channel(text: str, field: str = "channel") -> str:
    if not text:
        return "api"
    if _CHANNEL.match(text):
        return text
    raise BadField(field, f"{text[:64]!r} is no channel name", hint="lower-case letters, digits and dashes, at most 32")


def ttl_s(span: Duration, field: str = "ttl") -> float:
    seconds = span.seconds + span.nanos / 1e9
    if 0 < seconds <= limits.SESSION_TIMEOUT_MAX_S:
        return seconds
    most = int(limits.SESSION_TIMEOUT_MAX_S // 86_400)
    raise BadField(field, f"is {seconds:g} seconds", hint=f"more than 0, at most {most} days")


def labels(given: Mapping[str, str], field: str = "labels") -> dict[str, str]:
    if len(given) > limits.LABELS:
        raise BadField(field, f"has {len(given)} entries, at most {limits.LABELS}")
    for key, value in given.items():
        if not key:
            raise BadField(field, "holds a label without a name", hint="name each label")
        short(key, field, limits.LABEL_CHARS)
        short(value, f"{field}[{key!r}]", limits.LABEL_CHARS)
    return dict(given)


def struct(given: Struct, field: str, most_bytes: int) -> dict[str, JsonValue]:
    size = given.ByteSize()
    if size > most_bytes:
        raise BadField(field, f"has {size} bytes, at most {most_bytes}")
    return {key: _value(value, field) for key, value in given.fields.items()}


def value(given: Value, field: str, most_bytes: int | None = None) -> JsonValue:
    if most_bytes is not None and given.ByteSize() > most_bytes:
        raise BadField(field, f"has {given.ByteSize()} bytes, at most {most_bytes}")
    return _value(given, field)


def event_name(text: str, field: str) -> str:
    """A name of an event or form, not blank."""
    if not text.strip():
        raise BadField(field, "is blank", hint=f"1 to {limits.EVENT_CHARS} characters")
    return short(text, field, limits.EVENT_CHARS)


def _value(value: Value, field: str) -> JsonValue:
    """Recursion is bounded by the depth protobuf parses."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "number_value":
        number = value.number_value
        if not math.isfinite(number):
            raise BadField(field, f"holds {number}", hint="numbers are finite")
        return int(number) if number.is_integer() and abs(number) <= _EXACT else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "struct_value":
        return {key: _value(inner, field) for key, inner in value.struct_value.fields.items()}
    if kind == "list_value":
        items: ListValue = value.list_value
        return [_value(inner, field) for inner in items.values]
    return None
