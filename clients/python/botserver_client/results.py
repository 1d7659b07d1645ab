"""What calls return: frozen dataclasses, times as aware datetimes in UTC. No protobuf to learn on the first day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from google.protobuf.struct_pb2 import Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp

from .pb import event_pb2, session_pb2

T = TypeVar("T")


class Activity(StrEnum):
    """What a session is doing."""

    UNSPECIFIED = "unspecified"  # a value that this client does not know
    IDLE = "idle"
    WAITING_INPUT = "waiting_input"
    WAITING_TIMER = "waiting_timer"
    RUNNING = "running"
    ENDED = "ended"
    HANDED_OVER = "handed_over"


class Owner(StrEnum):
    """Who speaks for the bot's side."""

    UNSPECIFIED = "unspecified"  # a value that this client does not know
    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class Role(StrEnum):
    """Who said a message."""

    UNSPECIFIED = "unspecified"  # a value that this client does not know
    USER = "user"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class SessionState(StrEnum):
    """Whether a session takes messages."""

    UNSPECIFIED = "unspecified"  # a value that this client does not know
    OPEN = "open"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a session ended."""

    UNSPECIFIED = "unspecified"  # it has not ended, or this client does not know the value
    USER = "user"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    SHUTDOWN = "shutdown"
    ERROR = "error"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class User:
    """Who the user is, as far as you know."""

    user_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A button. `send_message(session_id, choice=suggestion.key)` chooses it."""

    key: str
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message; `seq` rises by one within its session. `sub_session_id` said or heard it, empty for the
    session itself."""

    seq: int
    role: Role
    text: str
    create_time: datetime
    suggestions: tuple[Suggestion, ...] = ()
    message_id: str = ""
    turn: int = 0
    author: str = ""  # of an agent's message
    sub_session_id: str = ""
    image: str = ""  # URL of an image, or its path in the bot's package; `text` is the caption


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """What a parked session waits for; `kind` is input, timer, event or agent. Of an event `variable` is the name.
    `sub_session_id` is empty if the session itself waits."""

    kind: str
    variable: str = ""
    type: str = ""
    options: tuple[Suggestion, ...] = ()
    expire_time: datetime | None = None
    sub_session_id: str = ""


@dataclass(frozen=True, slots=True)
class StackEntry:
    """One line of a script's call stack."""

    script: str
    procedure: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A script error, for the bot's author. The user has seen the bot's apology."""

    number: int
    message: str
    script: str
    line: int
    stack: tuple[StackEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost; bytes are the session's afterwards."""

    fuel: int = 0
    memory_bytes: int = 0
    vm_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything the session said to an input."""

    session_id: str
    messages: tuple[Message, ...]
    activity: Activity
    revision: int
    first_seq: int = 0
    last_seq: int = 0
    waiting_for: WaitingFor | None = None
    fault: Fault | None = None
    usage: Usage = field(default_factory=Usage)
    end_reason: EndReason = EndReason.UNSPECIFIED

    @property
    def text(self) -> str:
        """The texts of all messages, one a line."""
        return "\n".join(message.text for message in self.messages)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The buttons to show now: those of the last message."""
        return self.messages[-1].suggestions if self.messages else ()


@dataclass(frozen=True, slots=True)
class SubSession:
    """A part of a session in which scripts of their own run. `active`: its script talks with the user now."""

    sub_session_id: str
    parent_id: str
    memory_bytes: int
    active: bool


@dataclass(frozen=True, slots=True)
class SessionMetrics:
    """How a session went so far. `satisfaction` is the newest rating, else what scripts set; None if there is neither.
    `is_completed` once its script or its user ended it."""

    duration: timedelta
    messages: int
    errors: int
    milestones: int
    satisfaction: float | None
    is_completed: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A session as last committed. The last eight fields are filled by `full=True` only."""

    session_id: str
    bot: str
    release: str
    user: User
    channel: str
    aliases: tuple[str, ...]
    state: SessionState
    activity: Activity
    revision: int
    create_time: datetime
    update_time: datetime
    expire_time: datetime
    message_count: int
    last_seq: int
    memory_bytes: int
    owner: Owner = Owner.UNSPECIFIED
    agent_id: str = ""
    end_reason: EndReason = EndReason.UNSPECIFIED
    end_time: datetime | None = None
    waiting_for: WaitingFor | None = None
    labels: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    contexts: dict[str, str] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    system_prompt: str = ""
    kbs: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sub_sessions: tuple[SubSession, ...] = ()
    parent_id: str = ""  # of a sub-session that BranchSession made
    effects_stubbed: bool = False
    metrics: SessionMetrics | None = None


@dataclass(frozen=True, slots=True)
class AreaChange:
    """An entry that two sessions do not have alike; None is one that is not there. `base` is what a branch began with,
    None in a diff."""

    area: str
    name: str
    target: Any
    source: Any
    base: Any = None


@dataclass(frozen=True, slots=True)
class Merge:
    """The session after a merge, and what both sides had changed to different values."""

    session: Session
    conflicts: tuple[AreaChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A kept state; `label` is empty for automatic ones."""

    checkpoint_id: str
    session_id: str
    label: str
    revision: int
    create_time: datetime
    size_bytes: int
    activity: Activity


@dataclass(frozen=True, slots=True)
class SessionUsage:
    """Exact sizes of a session, and what it has computed."""

    memory_used_bytes: int
    memory_limit_bytes: int
    bytes_by_area: dict[str, int]
    largest_variables: tuple[tuple[str, int], ...]
    state_bytes: int
    fuel_last_turn: int
    fuel_total: int


@dataclass(frozen=True, slots=True)
class Event:
    """What `watch` yields. `kind` is message, state, gap or ended; `seq` is where another watch can go on."""

    kind: str
    seq: int
    message: Message | None = None
    activity: Activity = Activity.UNSPECIFIED
    owner: Owner = Owner.UNSPECIFIED
    agent_name: str = ""
    revision: int = 0
    waiting_for: WaitingFor | None = None
    fault: Fault | None = None
    end_reason: EndReason = EndReason.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. Give `next_page_token` back for the next one; it is empty on the last."""

    items: tuple[T, ...]
    next_page_token: str = ""

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def to_reply(wire: event_pb2.Reply) -> Reply:
    usage = wire.usage
    return Reply(
        session_id=wire.session_id,
        messages=tuple(to_message(message) for message in wire.messages),
        activity=word_of(Activity, event_pb2.Activity, "ACTIVITY_", wire.activity),
        revision=wire.revision,
        first_seq=wire.first_seq,
        last_seq=wire.last_seq,
        waiting_for=_waiting(wire),
        fault=_fault(wire),
        usage=Usage(usage.fuel, usage.memory_bytes, usage.vm_ms, usage.total_ms),
        end_reason=_end_reason(wire.end_reason),
    )


def to_message(wire: event_pb2.Message) -> Message:
    return Message(
        seq=wire.seq,
        role=word_of(Role, event_pb2.Role, "ROLE_", wire.role),
        text=wire.text,
        create_time=time_of(wire.create_time),
        suggestions=_suggestions(wire.suggestions),
        message_id=wire.message_id,
        turn=wire.turn,
        author=wire.author,
        sub_session_id=wire.sub_session_id,
        image=wire.image.url or wire.image.path,
    )


def to_session(wire: session_pb2.Session) -> Session:
    return Session(
        session_id=wire.session_id,
        bot=wire.bot,
        release=wire.release,
        user=User(wire.user.user_id, wire.user.name, wire.user.email, wire.user.phone),
        channel=wire.channel,
        aliases=tuple(wire.aliases),
        state=word_of(SessionState, session_pb2.SessionState, "SESSION_STATE_", wire.state),
        activity=word_of(Activity, event_pb2.Activity, "ACTIVITY_", wire.activity),
        revision=wire.revision,
        create_time=time_of(wire.create_time),
        update_time=time_of(wire.update_time),
        expire_time=time_of(wire.expire_time),
        message_count=wire.message_count,
        last_seq=wire.last_seq,
        memory_bytes=wire.memory_bytes,
        owner=word_of(Owner, event_pb2.SessionOwner, "SESSION_OWNER_", wire.owner),
        agent_id=wire.agent_id,
        end_reason=_end_reason(wire.end_reason),
        end_time=time_of(wire.end_time) if wire.HasField("end_time") else None,
        waiting_for=_waiting(wire),
        labels=dict(wire.labels),
        metadata=free_data(wire.metadata),
        variables=free_data(wire.variables),
        contexts=dict(wire.contexts),
        suggestions=_suggestions(wire.suggestions),
        system_prompt=wire.system_prompt,
        kbs=tuple(wire.kbs),
        tools=tuple(wire.tools),
        tags=tuple(wire.tags),
        parent_id=wire.parent_id,
        effects_stubbed=wire.effects_stubbed,
        sub_sessions=tuple(
            SubSession(child.sub_session_id, child.parent_id, child.memory_bytes, child.active)
            for child in wire.sub_sessions
        ),
        metrics=_metrics(wire.metrics) if wire.HasField("metrics") else None,
    )


def _metrics(wire: session_pb2.SessionMetrics) -> SessionMetrics:
    return SessionMetrics(
        duration=wire.duration.ToTimedelta(),
        messages=wire.messages,
        errors=wire.errors,
        milestones=wire.milestones,
        satisfaction=wire.satisfaction if wire.HasField("satisfaction") else None,
        is_completed=wire.completed,
    )


def to_merge(wire: session_pb2.MergeSessionResponse) -> Merge:
    return Merge(to_session(wire.session), tuple(map(_change, wire.conflicts)))


def to_differences(wire: session_pb2.DiffSessionResponse) -> tuple[AreaChange, ...]:
    return tuple(map(_change, wire.differences))


def _change(wire: session_pb2.AreaChange) -> AreaChange:
    return AreaChange(wire.area, wire.name, free_value(wire.target), free_value(wire.source), free_value(wire.base))


def to_checkpoint(wire: session_pb2.Checkpoint) -> Checkpoint:
    return Checkpoint(
        checkpoint_id=wire.checkpoint_id,
        session_id=wire.session_id,
        label=wire.label,
        revision=wire.revision,
        create_time=time_of(wire.create_time),
        size_bytes=wire.size_bytes,
        activity=word_of(Activity, event_pb2.Activity, "ACTIVITY_", wire.activity),
    )


def to_usage(wire: session_pb2.GetUsageResponse) -> SessionUsage:
    return SessionUsage(
        memory_used_bytes=wire.memory_used_bytes,
        memory_limit_bytes=wire.memory_limit_bytes,
        bytes_by_area=dict(wire.bytes_by_area),
        largest_variables=tuple((one.name, one.bytes) for one in wire.largest_variables),
        state_bytes=wire.state_bytes,
        fuel_last_turn=wire.fuel_last_turn,
        fuel_total=wire.fuel_total,
    )


def to_event(wire: event_pb2.SessionEvent) -> Event:
    kind = wire.WhichOneof("event") or "unknown"
    if kind == "message":
        return Event(kind, wire.seq, message=to_message(wire.message))
    if kind == "state":
        return Event(
            kind,
            wire.seq,
            activity=word_of(Activity, event_pb2.Activity, "ACTIVITY_", wire.state.activity),
            owner=word_of(Owner, event_pb2.SessionOwner, "SESSION_OWNER_", wire.state.owner),
            agent_name=wire.state.agent_name,
            revision=wire.state.revision,
            waiting_for=_waiting(wire.state),
            fault=_fault(wire.state),
        )
    if kind == "ended":
        return Event(kind, wire.seq, activity=Activity.ENDED, end_reason=_end_reason(wire.ended.reason))
    return Event(kind, wire.seq)


_Word = TypeVar("_Word", bound=StrEnum)


def word_of(words: type[_Word], numbers: Any, prefix: str, number: int) -> _Word:
    """The word of an enum's number; UNSPECIFIED for one that a newer server sent."""
    try:
        return words(numbers.Name(number).removeprefix(prefix).lower())
    except ValueError:
        return words("unspecified")


def _end_reason(number: int) -> EndReason:
    return word_of(EndReason, event_pb2.EndReason, "END_REASON_", number)


_WAITING_KINDS: dict[int, str] = {
    event_pb2.WaitingFor.KIND_INPUT: "input",
    event_pb2.WaitingFor.KIND_TIMER: "timer",
    event_pb2.WaitingFor.KIND_EVENT: "event",
    event_pb2.WaitingFor.KIND_AGENT: "agent",
}


def _waiting(parent: Any) -> WaitingFor | None:
    if not parent.HasField("waiting_for"):
        return None
    wire: event_pb2.WaitingFor = parent.waiting_for
    return WaitingFor(
        kind=_WAITING_KINDS.get(wire.kind, "unknown"),
        variable=wire.variable,
        type=wire.type,
        options=_suggestions(wire.options),
        expire_time=time_of(wire.expire_time) if wire.HasField("expire_time") else None,
        sub_session_id=wire.sub_session_id,
    )


def _fault(parent: Any) -> Fault | None:
    if not parent.HasField("fault"):
        return None
    wire: event_pb2.Fault = parent.fault
    stack = tuple(StackEntry(entry.script, entry.procedure, entry.line) for entry in wire.stack)
    return Fault(wire.number, wire.message, wire.script, wire.line, stack)


def _suggestions(wires: Iterable[event_pb2.Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(wire.key, wire.label, wire.kind) for wire in wires)


def time_of(wire: Timestamp) -> datetime:
    return datetime.fromtimestamp(wire.seconds, UTC).replace(microsecond=wire.nanos // 1000)


def free_data(wire: Struct) -> dict[str, Any]:
    return {key: free_value(value) for key, value in wire.fields.items()}


def free_value(wire: Value) -> Any:
    """Numbers without a fraction come back as int, as they were given."""
    kind = wire.WhichOneof("kind")
    if kind == "struct_value":
        return free_data(wire.struct_value)
    if kind == "list_value":
        return [free_value(one) for one in wire.list_value.values]
    if kind == "number_value":
        number = wire.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(wire, kind)
