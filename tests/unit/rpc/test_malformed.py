"""Bytes that are no request: one error, whatever they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from botserver.rpc.malformed import malformed
from botserver.rpc.pb import session_pb2


@given(st.binary(max_size=300))
def test_any_bytes_give_the_one_error(data: bytes) -> None:
    assert malformed(session_pb2.CreateSessionRequest, data).data["field"]


@given(st.text(max_size=20), st.binary(min_size=1, max_size=20), st.integers(0, 3))
def test_field_of_bad_text_is_named(text: str, junk: bytes, which: int) -> None:
    marker = "\x01marker\x02"
    build = [
        ({"bot": marker, "alias": text}, "bot"),
        ({"bot": text, "user": session_pb2.User(name=text, email=marker)}, "user.email"),
        ({"bot": text, "labels": {marker: text}}, "labels.key"),
        ({"bot": text, "metadata": {"a": [text, {"b": marker}]}}, "metadata.fields"),
    ][which]
    fields, path = build
    data = session_pb2.CreateSessionRequest(**fields).SerializeToString()  # type: ignore[arg-type]  # made above
    broken = data.replace(marker.encode(), b"\xff" * len(marker))
    assert malformed(session_pb2.CreateSessionRequest, broken).data["field"].startswith(path)


def test_nesting_is_bounded() -> None:
    data = b""
    for _ in range(500):
        data = b"\x0a" + _varint(len(data) + 2) + b"\x2a" + _varint(len(data)) + data
    assert malformed(session_pb2.CreateSessionRequest, b"\x3a" + _varint(len(data)) + data).data["field"] == "request"


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
