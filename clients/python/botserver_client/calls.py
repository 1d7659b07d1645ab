"""The calls, once for both clients: each function makes the request and says how to read the response, or responses.

Ids that make a call safe to send again are filled in here, once for a call, so that every retry carries the same ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Literal, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message as Wire
from google.protobuf.struct_pb2 import Struct

from .arguments import either, struct, value
from .pb import session_pb2 as pb
from .results import (
    AreaChange,
    Checkpoint,
    Event,
    Merge,
    Message,
    Page,
    Reply,
    Session,
    SessionUsage,
    User,
    to_checkpoint,
    to_differences,
    to_event,
    to_merge,
    to_message,
    to_reply,
    to_session,
    to_usage,
)
from .transport import GIVE_UP_AFTER_S

T = TypeVar("T")
Wait = Literal["settled", "turn", "accepted"]
MergePolicy = Literal["fail", "source", "target"]

_WAITS = {"settled": pb.WAIT_SETTLED, "turn": pb.WAIT_TURN, "accepted": pb.WAIT_ACCEPTED}
_POLICIES = {
    "fail": pb.MERGE_POLICY_FAIL,
    "source": pb.MERGE_POLICY_SOURCE,
    "target": pb.MERGE_POLICY_TARGET,
}
_USER_FIELDS = ("user_id", "name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One call to make: method, request, and how to read what comes back."""

    method: str
    request: Wire
    read: Callable[[Any], T]


@dataclass(frozen=True, slots=True)
class Stream(Generic[T]):
    """One stream to keep: `read` notes in `request` what it was given, so that a stream that broke and is started again
    goes on after that. It ends with the first result of the class `last`; without one, when the server ends it."""

    method: str
    request: Wire
    read: Callable[[Any], Iterable[T]]
    give_up_after_s: float
    last: type | None = None


def create_session(
    bot: str,
    *,
    session_id: str = "",
    user: User | Mapping[str, str] | None = None,
    channel: str = "",
    alias: str = "",
    ttl: timedelta | None = None,
    params: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    request_id: str = "",
) -> Call[tuple[Session, Reply]]:
    """Open a session; the reply is what the bot's start script says. Raises NotFound for a bot that is not served."""
    request = pb.CreateSessionRequest(
        bot=bot,
        session_id=session_id,
        user=_user(user),
        channel=channel,
        alias=alias,
        ttl=duration(ttl),
        params=struct("params", params),
        metadata=struct("metadata", metadata),
        labels=dict(labels or {}),
        request_id=request_id or fresh_id(),
    )
    return Call("CreateSession", request, lambda response: (to_session(response.session), to_reply(response.reply)))


def get_session(session_id: str, *, full: bool = False) -> Call[Session]:
    """Read a session; `full` adds variables, contexts, suggestions and system prompt."""
    return Call("GetSession", pb.GetSessionRequest(session_id=session_id, view=_view(full)), _session)


def list_sessions(
    *, where: str = "", order_by: str = "", page_size: int = 0, page_token: str = "", full: bool = False
) -> Call[Page[Session]]:
    """A page of sessions, newest first. `where` is a filter such as `bot = "order" AND state = OPEN`."""
    request = pb.ListSessionsRequest(
        filter=where, order_by=order_by, page_size=page_size, page_token=page_token, view=_view(full)
    )
    return Call("ListSessions", request, page_of("sessions", to_session))


def update_session(
    session_id: str,
    *,
    labels: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    user: User | Mapping[str, str] | None = None,
    ttl: timedelta | None = None,
    expected_revision: int | None = None,
    request_id: str = "",
) -> Call[Session]:
    """Change what is given. A map is replaced whole; a User replaces all its fields, a mapping only those it names."""
    session = pb.Session(session_id=session_id, ttl=duration(ttl), user=_user(user))
    paths = ["ttl"] if ttl is not None else []
    if labels is not None:
        paths.append("labels")
        session.labels.update(labels)
    if metadata is not None:
        paths.append("metadata")
        session.metadata.CopyFrom(struct("metadata", metadata) or Struct())
    if user is not None:
        paths += ["user"] if isinstance(user, User) else [f"user.{name}" for name in user]
    request = pb.UpdateSessionRequest(
        session=session,
        update_mask=FieldMask(paths=paths),
        expected_revision=expected_revision,
        request_id=request_id or fresh_id(),
    )
    return Call("UpdateSession", request, _session)


def end_session(session_id: str, *, request_id: str = "") -> Call[Session]:
    """End a session; one that has ended is returned unchanged."""
    request = pb.EndSessionRequest(session_id=session_id, request_id=request_id or fresh_id())
    return Call("EndSession", request, _session)


def delete_session(session_id: str, *, request_id: str = "") -> Call[None]:
    """Remove a session with all that belongs to it."""
    request = pb.DeleteSessionRequest(session_id=session_id, request_id=request_id or fresh_id())
    return Call("DeleteSession", request, _nothing)


def send_message(
    session_id: str, text: str | None = None, *, choice: str | None = None, message_id: str = "", wait: Wait = "settled"
) -> Call[Reply]:
    """Give a user's text, or the key of a suggestion, to a session. A repeated `message_id` gets the first reply."""
    either(text, choice)
    request = pb.SendMessageRequest(
        session_id=session_id, message_id=message_id or fresh_id(), text=text, choice=choice, wait=_WAITS[wait]
    )
    return Call("SendMessage", request, lambda response: to_reply(response.reply))


def stream_message(
    session_id: str,
    text: str | None = None,
    *,
    choice: str | None = None,
    message_id: str = "",
    wait: Wait = "settled",
    give_up_after_s: float = GIVE_UP_AFTER_S,
) -> Stream[Message | Reply]:
    """Like send_message: each message as it is committed, so also what is said before a slow call, then the whole
    reply. A stream that breaks is started again with the same id; no message comes twice."""
    call = send_message(session_id, text, choice=choice, message_id=message_id, wait=wait)
    assert isinstance(call.request, pb.SendMessageRequest)
    request = pb.StreamMessageRequest(message=call.request)
    seen = 0

    def read(response: pb.StreamMessageResponse) -> Iterator[Message | Reply]:
        nonlocal seen
        if response.HasField("result"):
            yield call.read(response.result)
        elif response.message.seq > seen:
            seen = response.message.seq
            yield to_message(response.message)

    return Stream("StreamMessage", request, read, give_up_after_s, last=Reply)


def watch(session_id: str, after_seq: int = 0, *, give_up_after_s: float = GIVE_UP_AFTER_S) -> Stream[Event]:
    """Everything after `after_seq`, then what happens, until the session ends.

    A stream that breaks is resumed after the last event; nothing is missing and nothing comes twice. Leave the loop or
    close the iterator to stop watching.
    """
    request = pb.WatchSessionRequest(session_id=session_id, after_seq=after_seq)

    def read(response: pb.WatchSessionResponse) -> Iterator[Event]:
        event = to_event(response.event)
        request.after_seq = event.seq
        yield event

    return Stream("WatchSession", request, read, give_up_after_s)


def send_to_alias(
    bot: str,
    alias: str,
    text: str | None = None,
    *,
    choice: str | None = None,
    channel: str = "",
    user: User | Mapping[str, str] | None = None,
    ttl: timedelta | None = None,
    params: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    message_id: str = "",
    wait: Wait = "settled",
) -> Call[tuple[Session, Reply]]:
    """Like send_message, to the open session of `alias`, which is opened if there is none."""
    either(text, choice)
    target = pb.OpenSession(
        bot=bot,
        alias=alias,
        channel=channel,
        user=_user(user),
        ttl=duration(ttl),
        params=struct("params", params),
        metadata=struct("metadata", metadata),
        labels=dict(labels or {}),
    )
    request = pb.SendMessageRequest(
        open=target, message_id=message_id or fresh_id(), text=text, choice=choice, wait=_WAITS[wait]
    )
    return Call("SendMessage", request, _session_and_reply)


def send_event(
    session_id: str, name: str, data: Any = None, *, message_id: str = "", wait: Wait = "settled"
) -> Call[Reply]:
    """Let a named event happen in a session: its handlers run, and WAIT FOR EVENT goes on. `data` is like JSON. A
    repeated `message_id` gets the first reply."""
    event = pb.InputEvent(name=name, data=None if data is None else value("data", data))
    return _happening(session_id, event, message_id, wait)


def submit_form(
    session_id: str,
    form: str,
    fields: Mapping[str, Any],
    *,
    metadata: Mapping[str, Any] | None = None,
    message_id: str = "",
    wait: Wait = "settled",
) -> Call[Reply]:
    """Send in a form: the handlers of ON FORM SUBMIT run. A repeated `message_id` gets the first reply."""
    event = pb.InputEvent(form=form, fields=struct("fields", fields), metadata=struct("metadata", metadata))
    return _happening(session_id, event, message_id, wait)


def connect(session_id: str, *, message_id: str = "", wait: Wait = "settled") -> Call[Reply]:
    """Say that the user is there again; the reply is what the bot's resume script says, if it has one and they were
    away long enough."""
    return _happening(session_id, pb.InputEvent(connect=pb.Connect()), message_id, wait)


def connect_alias(
    bot: str,
    alias: str,
    *,
    channel: str = "",
    user: User | Mapping[str, str] | None = None,
    ttl: timedelta | None = None,
    params: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    message_id: str = "",
    wait: Wait = "settled",
) -> Call[tuple[Session, Reply]]:
    """Like connect, with the open session of `alias`; if there is none it is opened, and says its first words."""
    call = send_to_alias(
        bot, alias, channel=channel, user=user, ttl=ttl, params=params, metadata=metadata, labels=labels,
        message_id=message_id, wait=wait,
    )  # fmt: skip
    assert isinstance(call.request, pb.SendMessageRequest)
    call.request.event.connect.SetInParent()
    return call


def _happening(session_id: str, event: pb.InputEvent, message_id: str, wait: Wait) -> Call[Reply]:
    request = pb.SendMessageRequest(
        session_id=session_id, message_id=message_id or fresh_id(), event=event, wait=_WAITS[wait]
    )
    return Call("SendMessage", request, lambda response: to_reply(response.reply))


def _session_and_reply(response: Any) -> tuple[Session, Reply]:
    return to_session(response.session), to_reply(response.reply)


def send_to_session(target_session_id: str, message: str, *, message_id: str = "") -> Call[None]:
    """Have the bot say `message` in a session, whatever its script waits for. A repeated `message_id` does nothing."""
    request = pb.SendToSessionRequest(
        target_session_id=target_session_id, message=message, message_id=message_id or fresh_id()
    )
    return Call("SendToSession", request, _nothing)


def list_messages(
    session_id: str, *, newest_first: bool = False, page_size: int = 0, page_token: str = ""
) -> Call[Page[Message]]:
    """A page of the messages of a session."""
    request = pb.ListMessagesRequest(
        session_id=session_id,
        page_size=page_size,
        page_token=page_token,
        order_by="seq desc" if newest_first else "seq",
    )
    return Call("ListMessages", request, page_of("messages", to_message))


def save_session(session_id: str, label: str = "", *, request_id: str = "") -> Call[Checkpoint]:
    """Keep the last parked state as a named checkpoint."""
    request = pb.SaveSessionRequest(session_id=session_id, label=label, request_id=request_id or fresh_id())
    return Call("SaveSession", request, lambda response: to_checkpoint(response.checkpoint))


def restore_session(
    session_id: str, checkpoint_id: str, *, expected_revision: int | None = None, request_id: str = ""
) -> Call[Session]:
    """Take a session back to a checkpoint."""
    request = pb.RestoreSessionRequest(
        session_id=session_id,
        checkpoint_id=checkpoint_id,
        expected_revision=expected_revision,
        request_id=request_id or fresh_id(),
    )
    return Call("RestoreSession", request, _session)


def branch_session(
    session_id: str,
    *,
    checkpoint_id: str | None = None,
    turn: int | None = None,
    new_session_id: str = "",
    as_sub_session: bool = False,
    stub_effects: bool = False,
    request_id: str = "",
) -> Call[Session]:
    """A new session that goes on from the last parked state, from a checkpoint, or from the end of a turn. As a
    sub-session it ends with the other; with `stub_effects` nothing its scripts do leaves it."""
    request = pb.BranchSessionRequest(
        session_id=session_id,
        checkpoint_id=checkpoint_id,
        turn=turn,
        new_session_id=new_session_id,
        as_sub_session=as_sub_session,
        stub_effects=stub_effects,
        request_id=request_id or fresh_id(),
    )
    return Call("BranchSession", request, _session)


def merge_session(
    session_id: str,
    source_session_id: str,
    *,
    policy: MergePolicy = "fail",
    validate_only: bool = False,
    expected_revision: int | None = None,
    request_id: str = "",
) -> Call[Merge]:
    """Take over what a branch of the session, or the session it is a branch of, changed since they parted.

    Where both changed an entry, `policy` says whose value wins; "fail" raises WrongState (MERGE_CONFLICT) and changes
    nothing. With `validate_only` nothing is changed in any case.
    """
    request = pb.MergeSessionRequest(
        session_id=session_id,
        source_session_id=source_session_id,
        policy=_POLICIES[policy],
        validate_only=validate_only,
        expected_revision=expected_revision,
        request_id=request_id or fresh_id(),
    )
    return Call("MergeSession", request, to_merge)


def diff_sessions(session_id: str, other_session_id: str) -> Call[tuple[AreaChange, ...]]:
    """The variables, contexts and other entries in which two sessions differ: `target` is the first one's."""
    request = pb.DiffSessionRequest(session_id=session_id, other_session_id=other_session_id)
    return Call("DiffSession", request, to_differences)


def export_session(session_id: str, *, checkpoint_id: str = "") -> Call[bytes]:
    """A session as a signed bundle, as parked last or at a checkpoint, for `import_session` of another server."""
    request = pb.ExportSessionRequest(session_id=session_id, checkpoint_id=checkpoint_id)
    return Call("ExportSession", request, lambda response: bytes(response.bundle))


def import_session(bundle: bytes, *, new_session_id: str = "", request_id: str = "") -> Call[Session]:
    """Open a session from a bundle. Raises InvalidRequest (BAD_BUNDLE)."""
    request = pb.ImportSessionRequest(bundle=bundle, new_session_id=new_session_id, request_id=request_id or fresh_id())
    return Call("ImportSession", request, _session)


def list_checkpoints(session_id: str, *, page_size: int = 0, page_token: str = "") -> Call[Page[Checkpoint]]:
    """A page of the checkpoints of a session, newest first."""
    request = pb.ListCheckpointsRequest(session_id=session_id, page_size=page_size, page_token=page_token)
    return Call("ListCheckpoints", request, page_of("checkpoints", to_checkpoint))


def delete_checkpoint(session_id: str, checkpoint_id: str, *, request_id: str = "") -> Call[None]:
    """Delete a named checkpoint."""
    request = pb.DeleteCheckpointRequest(
        session_id=session_id, checkpoint_id=checkpoint_id, request_id=request_id or fresh_id()
    )
    return Call("DeleteCheckpoint", request, _nothing)


def apply_template(
    session_id: str, name: str, *, expected_revision: int | None = None, request_id: str = ""
) -> Call[Session]:
    """Add a session template of the bot's package to a session."""
    request = pb.ApplyTemplateRequest(
        session_id=session_id, name=name, expected_revision=expected_revision, request_id=request_id or fresh_id()
    )
    return Call("ApplyTemplate", request, _session)


def rate_session(session_id: str, score: float, comment: str = "", *, request_id: str = "") -> Call[Session]:
    """Say how satisfied the user was, from 0 to 100, while the session is open or after its end."""
    request = pb.RateSessionRequest(
        session_id=session_id, score=score, comment=comment, request_id=request_id or fresh_id()
    )
    return Call("RateSession", request, _session)


def get_usage(session_id: str) -> Call[SessionUsage]:
    """Exact sizes of a session by area, and what it has computed."""
    return Call("GetUsage", pb.GetUsageRequest(session_id=session_id), to_usage)


def fresh_id() -> str:
    return str(uuid.uuid4())


def _session(response: Any) -> Session:
    return to_session(response.session)


def _nothing(response: Any) -> None:
    return None


def page_of(name: str, read: Callable[[Any], T]) -> Callable[[Any], Page[T]]:
    return lambda response: Page(tuple(read(one) for one in getattr(response, name)), response.next_page_token)


def _view(full: bool) -> pb.SessionView:
    return pb.SESSION_VIEW_FULL if full else pb.SESSION_VIEW_BASIC


def _user(user: User | Mapping[str, str] | None) -> pb.User | None:
    if isinstance(user, User):
        user = {name: getattr(user, name) for name in _USER_FIELDS}
    return None if user is None else pb.User(**user)


def duration(span: timedelta | None) -> Duration | None:
    if span is None:
        return None
    wire = Duration()
    wire.FromTimedelta(span)
    return wire
