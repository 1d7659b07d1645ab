"""Model to wire and back: what protobuf cannot hold exactly, and every word of every enum."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from botserver import model
from botserver.ids import SessionId
from botserver.limits import METADATA_BYTES
from botserver.model import Activity, EndReason, EventKind, Role
from botserver.rpc import checks, translate
from botserver.rpc.pb import event_pb2

SESSION = SessionId("11111111-1111-4111-8111-111111111111")

free_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), free_data, max_size=4))
def test_free_data_comes_back_equal(data: dict[str, object]) -> None:
    wire = Struct()
    translate._write_struct(wire, data)  # type: ignore[arg-type]  # JSON by construction
    assert checks.struct(wire, "metadata", METADATA_BYTES) == data


def test_large_integers_are_text() -> None:
    wire = Struct()
    translate._write_struct(wire, {"a": 2**53, "b": 2**53 + 1, "c": float("nan")})
    assert MessageToDict(wire) == {"a": float(2**53), "b": str(2**53 + 1), "c": "nan"}


@pytest.mark.parametrize("activity", Activity)
def test_every_activity_has_a_number(activity: Activity) -> None:
    wire = event_pb2.Reply()
    translate.write_reply(wire, model.Reply(SESSION, (), 0, 0, activity, 1))
    assert event_pb2.Activity.Name(wire.activity) == f"ACTIVITY_{activity.name}"


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_number(role: Role) -> None:
    wire = translate.from_message(model.Message(1, role, "x", 1.5))
    assert event_pb2.Role.Name(wire.role) == f"ROLE_{role.name}"


@pytest.mark.parametrize("reason", EndReason)
def test_every_end_reason_has_a_number(reason: EndReason) -> None:
    wire = translate.from_event(model.SessionEvent(EventKind.ENDED, 4, end_reason=reason))
    assert event_pb2.EndReason.Name(wire.ended.reason) == f"END_REASON_{reason.name}"


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_has_its_field(kind: EventKind) -> None:
    message = model.Message(3, Role.BOT, "x", 1.5) if kind is EventKind.MESSAGE else None
    wire = translate.from_event(model.SessionEvent(kind, 3, message=message))
    assert wire.WhichOneof("event") == kind.value


@given(st.floats(0, 4_000_000_000))
def test_times_keep_their_microseconds(at_s: float) -> None:
    wire = translate.from_message(model.Message(1, Role.BOT, "x", at_s))
    assert abs(wire.create_time.ToMicroseconds() - at_s * 1e6) <= 1
