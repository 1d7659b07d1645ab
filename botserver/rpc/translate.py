"""Requests into what the session service takes, and what it returns into messages of the wire.

Requests are checked here, by `checks`; results are trusted. The reply of SendMessage is built on every message a user
sends, so its parts are set directly and its tables are made once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from google.protobuf.internal.containers import RepeatedCompositeFieldContainer
from google.protobuf.struct_pb2 import Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp

from .. import limits, model
from ..errors import BadField
from ..model import (
    Activity,
    EndReason,
    EventKind,
    Incoming,
    JsonValue,
    OpenRequest,
    OutsideEvent,
    OutsideKind,
    Owner,
    Principal,
    Role,
    Wait,
)
from ..session.service import SessionChange, UserChange
from . import checks
from .pb import event_pb2, session_pb2

_ROLES: dict[Role, event_pb2.Role] = {role: getattr(event_pb2, f"ROLE_{role.name}") for role in Role}
_ACTIVITIES: dict[Activity, event_pb2.Activity] = {
    activity: getattr(event_pb2, f"ACTIVITY_{activity.name}") for activity in Activity
}
_END_REASONS: dict[EndReason, event_pb2.EndReason] = {
    reason: getattr(event_pb2, f"END_REASON_{reason.name}") for reason in EndReason
}
_STATES: dict[model.SessionState, session_pb2.SessionState] = {
    state: getattr(session_pb2, f"SESSION_STATE_{state.name}") for state in model.SessionState
}
_OWNERS: dict[Owner, event_pb2.SessionOwner] = {
    owner: getattr(event_pb2, f"SESSION_OWNER_{owner.name}") for owner in Owner
}
_KINDS: dict[str, event_pb2.WaitingFor.Kind] = {
    kind: getattr(event_pb2.WaitingFor, f"KIND_{kind.upper()}") for kind in ("input", "timer", "event", "agent")
}
_WAITS = {
    session_pb2.WAIT_UNSPECIFIED: Wait.SETTLED,
    session_pb2.WAIT_SETTLED: Wait.SETTLED,
    session_pb2.WAIT_TURN: Wait.TURN,
    session_pb2.WAIT_ACCEPTED: Wait.ACCEPTED,
}
_POLICIES = {
    session_pb2.MERGE_POLICY_UNSPECIFIED: model.MergePolicy.FAIL,
    session_pb2.MERGE_POLICY_FAIL: model.MergePolicy.FAIL,
    session_pb2.MERGE_POLICY_SOURCE: model.MergePolicy.SOURCE,
    session_pb2.MERGE_POLICY_TARGET: model.MergePolicy.TARGET,
}
_VIEWS = {
    session_pb2.SESSION_VIEW_UNSPECIFIED: False,
    session_pb2.SESSION_VIEW_BASIC: False,
    session_pb2.SESSION_VIEW_FULL: True,
}
_USER_FIELDS = ("user_id", "name", "email", "phone")
_MASK_PATHS = ("labels", "metadata", "ttl", "user", *(f"user.{name}" for name in _USER_FIELDS))
_INT_EXACT = 2**53


# --- requests ----------------------------------------------------------------------------------------------------


def to_wait(number: int) -> Wait:
    try:
        return _WAITS[number]  # type: ignore[index]  # an enum field holds any number
    except KeyError:
        raise BadField("wait", f"has no value {number}", hint="WAIT_SETTLED, WAIT_TURN or WAIT_ACCEPTED") from None


def is_full(number: int) -> bool:
    try:
        return _VIEWS[number]  # type: ignore[index]  # an enum field holds any number
    except KeyError:
        raise BadField("view", f"has no value {number}", hint="SESSION_VIEW_BASIC or SESSION_VIEW_FULL") from None


def to_incoming(request: session_pb2.SendMessageRequest) -> Incoming:
    message_id = checks.message_id(request.message_id)
    given = request.WhichOneof("input")
    if given == "text":
        return Incoming(message_id, text=checks.message_text(request.text))
    if given == "choice":
        return Incoming(message_id, choice=checks.choice(request.choice))
    if given == "event":
        return Incoming(message_id, event=_event(request.event))
    raise BadField("text", "is missing", hint="give text, choice with the key of a suggestion, or event")


def _event(event: session_pb2.InputEvent) -> OutsideEvent:
    kind = event.WhichOneof("kind")
    if kind is None:
        raise BadField("event", "says nothing", hint="give name, form or connect")
    for part, wanted in (("data", "name"), ("fields", "form"), ("metadata", "form")):
        if event.HasField(part) and kind != wanted:
            raise BadField(f"event.{part}", f"goes with {wanted} only")
    if kind == "connect":
        return OutsideEvent(OutsideKind.CONNECT)
    if kind == "form":
        return OutsideEvent(
            OutsideKind.FORM,
            checks.event_name(event.form, "event.form"),
            checks.struct(event.fields, "event.fields", limits.EVENT_BYTES),
            checks.struct(event.metadata, "event.metadata", limits.EVENT_BYTES),
        )
    return OutsideEvent(
        OutsideKind.EVENT,
        checks.event_name(event.name, "event.name"),
        checks.value(event.data, "event.data", limits.EVENT_BYTES),
    )


def to_create(principal: Principal, request: session_pb2.CreateSessionRequest) -> OpenRequest:
    return OpenRequest(
        bot=checks.name(request.bot, "bot", hint="name the bot to talk to"),
        principal=principal,
        channel=checks.channel(request.channel),
        alias=checks.short(request.alias, "alias"),
        session_id=checks.new_session_id(request.session_id),
        user=_user(request.user, "user"),
        ttl_s=checks.ttl_s(request.ttl) if request.HasField("ttl") else None,
        parameters=checks.struct(request.params, "params", limits.PARAMS_BYTES),
        metadata=checks.struct(request.metadata, "metadata", limits.METADATA_BYTES),
        labels=checks.labels(request.labels),
        request_id=checks.request_id(request.request_id),
    )


def to_open(principal: Principal, request: session_pb2.OpenSession) -> OpenRequest:
    return OpenRequest(
        bot=checks.name(request.bot, "open.bot", hint="name the bot to talk to"),
        principal=principal,
        channel=checks.channel(request.channel, "open.channel"),
        alias=checks.name(request.alias, "open.alias", hint="your own name of the session; it is found by it again"),
        user=_user(request.user, "open.user"),
        ttl_s=checks.ttl_s(request.ttl, "open.ttl") if request.HasField("ttl") else None,
        parameters=checks.struct(request.params, "open.params", limits.PARAMS_BYTES),
        metadata=checks.struct(request.metadata, "open.metadata", limits.METADATA_BYTES),
        labels=checks.labels(request.labels, "open.labels"),
    )


def to_change(request: session_pb2.UpdateSessionRequest) -> SessionChange:
    """What the mask names, and nothing else."""
    paths = list(request.update_mask.paths)
    if not paths:
        raise BadField("update_mask", "is missing", hint=f"name what to change: {', '.join(_MASK_PATHS)}")
    for path in paths:
        if path not in _MASK_PATHS:
            raise BadField("update_mask", f"has no path {path[:64]!r}", hint=f"paths are {', '.join(_MASK_PATHS)}")
    session = request.session
    user = _user(session.user, "session.user")
    named = [name for name in _USER_FIELDS if "user" in paths or f"user.{name}" in paths]
    if "ttl" in paths and not session.HasField("ttl"):
        raise BadField("session.ttl", "is missing although update_mask names it", hint="give how long it stays open")
    metadata = "metadata" in paths
    return SessionChange(
        labels=checks.labels(session.labels, "session.labels") if "labels" in paths else None,
        metadata=checks.struct(session.metadata, "session.metadata", limits.METADATA_BYTES) if metadata else None,
        user=UserChange(**{name: getattr(user, name) for name in named}) if named else None,
        ttl_s=checks.ttl_s(session.ttl, "session.ttl") if "ttl" in paths else None,
    )


def _user(user: session_pb2.User, field: str) -> model.UserInfo:
    return model.UserInfo(
        user_id=checks.short(user.user_id, f"{field}.user_id"),
        name=checks.short(user.name, f"{field}.name"),
        email=checks.short(user.email, f"{field}.email"),
        phone=checks.short(user.phone, f"{field}.phone"),
    )


# --- results -----------------------------------------------------------------------------------------------------


def write_reply(wire: event_pb2.Reply, reply: model.Reply) -> None:
    """Fills the reply of a response in place: copying a finished one in costs a third of making it."""
    wire.session_id = reply.session_id
    wire.first_seq = reply.first_seq
    wire.last_seq = reply.last_seq
    wire.activity = _ACTIVITIES[reply.activity]
    wire.revision = reply.revision
    for message in reply.messages:
        _write_message(wire.messages.add(), message)
    if reply.waiting_for is not None:
        _write_waiting(wire.waiting_for, reply.waiting_for)
    if reply.fault is not None:
        wire.fault.CopyFrom(_fault(reply.fault))
    if reply.end_reason is not None:
        wire.end_reason = _END_REASONS[reply.end_reason]
    cost, usage = wire.usage, reply.usage
    cost.fuel = usage.fuel
    cost.memory_bytes = usage.memory_bytes
    cost.vm_ms = usage.vm_ms
    cost.total_ms = usage.total_ms


def from_message(message: model.Message) -> event_pb2.Message:
    wire = event_pb2.Message()
    _write_message(wire, message)
    return wire


def from_session(session: model.SessionView) -> session_pb2.Session:
    user = session.user
    wire = session_pb2.Session(
        session_id=session.session_id,
        bot=session.bot,
        release=session.release,
        user=session_pb2.User(user_id=user.user_id, name=user.name, email=user.email, phone=user.phone),
        channel=session.channel,
        aliases=[session.alias] if session.alias else [],
        state=_STATES[session.state],
        owner=_OWNERS[session.owner],
        agent_id=session.agent_id or "",
        parent_id=session.parent_id or "",
        effects_stubbed=session.is_stubbed,
        activity=_ACTIVITIES[session.activity],
        revision=session.revision,
        message_count=session.message_count,
        last_seq=session.last_seq,
        memory_bytes=session.memory_bytes,
        labels=session.labels,
        contexts=session.contexts or {},
        system_prompt=session.system_prompt or "",
        kbs=session.kbs or (),
        tools=session.tools or (),
        tags=session.tags or (),
        sub_sessions=[
            session_pb2.SubSession(
                sub_session_id=child.sub_session_id,
                parent_id=child.parent_id,
                memory_bytes=child.memory_bytes,
                active=child.is_active,
            )
            for child in session.sub_sessions or ()
        ],
    )
    _write_suggestions(wire.suggestions, session.suggestions or ())
    write_time(wire.create_time, session.created_at)
    write_time(wire.update_time, session.updated_at)
    write_time(wire.expire_time, session.expires_at)
    if session.ended_at is not None:
        write_time(wire.end_time, session.ended_at)
    if session.end_reason is not None:
        wire.end_reason = _END_REASONS[session.end_reason]
    if session.waiting_for is not None:
        _write_waiting(wire.waiting_for, session.waiting_for)
    if session.metadata:
        _write_struct(wire.metadata, session.metadata)
    if session.variables is not None:
        _write_struct(wire.variables, session.variables)
    if session.metrics is not None:
        metrics = session.metrics
        wire.metrics.duration.FromNanoseconds(round(metrics.duration_s * 1e9))
        wire.metrics.messages, wire.metrics.errors = metrics.messages, metrics.errors
        wire.metrics.milestones, wire.metrics.completed = metrics.milestones, metrics.is_completed
        if metrics.satisfaction is not None:
            wire.metrics.satisfaction = metrics.satisfaction
    return wire


def to_policy(policy: session_pb2.MergePolicy) -> model.MergePolicy:
    """Raises BadField."""
    if policy not in _POLICIES:
        raise BadField("policy", f"is {policy}", hint="one of MERGE_POLICY_FAIL, _SOURCE, _TARGET")
    return _POLICIES[policy]


def from_change(change: model.Change) -> session_pb2.AreaChange:
    wire = session_pb2.AreaChange(area=change.area, name=change.name)
    _write_value(wire.target, change.target)
    _write_value(wire.source, change.source)
    _write_value(wire.base, change.base)
    return wire


def from_checkpoint(checkpoint: model.CheckpointView) -> session_pb2.Checkpoint:
    wire = session_pb2.Checkpoint(
        checkpoint_id=checkpoint.checkpoint_id,
        session_id=checkpoint.session_id,
        label=checkpoint.label,
        revision=checkpoint.revision,
        size_bytes=checkpoint.size_bytes,
        activity=_ACTIVITIES[checkpoint.activity],
    )
    write_time(wire.create_time, checkpoint.created_at)
    return wire


def from_usage(usage: model.UsageView) -> session_pb2.GetUsageResponse:
    return session_pb2.GetUsageResponse(
        memory_used_bytes=usage.memory_used,
        memory_limit_bytes=usage.memory_limit,
        bytes_by_area=usage.by_area,
        largest_variables=[session_pb2.VariableUsage(name=name, bytes=size) for name, size in usage.largest_variables],
        state_bytes=usage.state_bytes,
        fuel_last_turn=usage.fuel_last_turn,
        fuel_total=usage.fuel_total,
    )


def from_event(event: model.SessionEvent) -> event_pb2.SessionEvent:
    wire = event_pb2.SessionEvent(seq=event.seq)
    if event.kind is EventKind.MESSAGE and event.message is not None:
        _write_message(wire.message, event.message)
    elif event.kind is EventKind.STATE:
        change = wire.state
        change.SetInParent()
        change.revision = event.revision
        if event.activity is not None:
            change.activity = _ACTIVITIES[event.activity]
        if event.owner is not None:
            change.owner, change.agent_name = _OWNERS[event.owner], event.agent
        if event.waiting_for is not None:
            _write_waiting(change.waiting_for, event.waiting_for)
        if event.fault is not None:
            change.fault.CopyFrom(_fault(event.fault))
    elif event.kind is EventKind.GAP:
        wire.gap.SetInParent()
    elif event.kind is EventKind.ENDED:
        wire.ended.SetInParent()
        if event.end_reason is not None:
            wire.ended.reason = _END_REASONS[event.end_reason]
    return wire


def _write_message(wire: event_pb2.Message, message: model.Message) -> None:
    wire.seq = message.seq
    wire.role = _ROLES[message.role]
    wire.text = message.text
    wire.turn = message.turn
    if message.image.lower().startswith(("http://", "https://")):
        wire.image.url = message.image
    elif message.image:
        wire.image.path = message.image
    if message.author:
        wire.author = message.author
    write_time(wire.create_time, message.created_at)
    if message.suggestions:
        _write_suggestions(wire.suggestions, message.suggestions)
    if message.message_id:
        wire.message_id = message.message_id
    if message.address:
        wire.sub_session_id = message.address


def _write_waiting(wire: event_pb2.WaitingFor, waiting: model.WaitingFor) -> None:
    wire.kind = _KINDS[waiting.kind]
    wire.variable = waiting.variable
    wire.type = waiting.type
    if waiting.options:
        _write_suggestions(wire.options, waiting.options)
    if waiting.expires_at is not None:
        write_time(wire.expire_time, waiting.expires_at)
    if waiting.address:
        wire.sub_session_id = waiting.address


def _fault(fault: model.Fault) -> event_pb2.Fault:
    stack = [
        event_pb2.StackEntry(script=entry.script, procedure=entry.procedure, line=entry.line) for entry in fault.stack
    ]
    return event_pb2.Fault(
        number=fault.number, message=fault.message, script=fault.script, line=fault.line, stack=stack
    )


def _write_suggestions(
    wire: RepeatedCompositeFieldContainer[event_pb2.Suggestion], suggestions: Iterable[model.SuggestionView]
) -> None:
    for one in suggestions:
        wire.add(key=one.key, label=one.label, kind=one.kind)


def write_time(wire: Timestamp, at_s: float) -> None:
    """Microseconds, which is what a double of Unix seconds holds."""
    micros = round(at_s * 1e6)
    wire.seconds = micros // 1_000_000
    wire.nanos = micros % 1_000_000 * 1000


def _write_struct(wire: Struct, data: Mapping[str, JsonValue]) -> None:
    wire.SetInParent()
    for key, value in data.items():
        _write_value(wire.fields[key], value)


def _write_value(wire: Value, value: JsonValue) -> None:
    """Recursion is bounded: values of sessions have a limited depth, VALUE_DEPTH."""
    if value is None:
        wire.null_value = 0  # type: ignore[assignment]  # the only value of the enum
    elif isinstance(value, bool):
        wire.bool_value = value
    elif isinstance(value, str):
        wire.string_value = value
    elif isinstance(value, int):
        if abs(value) <= _INT_EXACT:
            wire.number_value = value
        else:
            wire.string_value = str(value)
    elif isinstance(value, float):
        if math.isfinite(value):
            wire.number_value = value
        else:
            wire.string_value = str(value)
    elif isinstance(value, list):
        wire.list_value.SetInParent()
        for item in value:
            _write_value(wire.list_value.values.add(), item)
    else:
        _write_struct(wire.struct_value, value)
