"""What the service talks about, as immutable data: the shapes that `session`, `store` and `rpc` share.

No behaviour, no I/O. Times are Unix seconds (float, UTC); the wire turns them into timestamps.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from .errors import StackEntry
from .ids import AgentId, CheckpointId, MessageId, ReleaseId, RequestId, SessionId
from .immutable import dataclass

T = TypeVar("T")

JsonValue: TypeAlias = "None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]"


class SessionState(StrEnum):
    OPEN = "open"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a session ended."""

    USER = "user"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    SHUTDOWN = "shutdown"
    ERROR = "error"
    SCRIPT = "script"

    @property
    def told(self) -> str:
        """What scripts see as `end_reason`: of a session that its script ended as it should, what they are told where
        the user ends it."""
        return EndReason.USER.value if self is EndReason.SCRIPT else self.value


class Owner(StrEnum):
    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class Activity(StrEnum):
    """What a session is doing after a reply."""

    IDLE = "idle"  # nothing pending
    WAITING_INPUT = "waiting_input"  # in HEAR
    WAITING_TIMER = "waiting_timer"  # in WAIT
    RUNNING = "running"  # a turn, or an outside call, is under way
    HANDED_OVER = "handed_over"  # waits for an agent, or has one
    ENDED = "ended"


class Wait(StrEnum):
    """Until when SendMessage waits."""

    SETTLED = "settled"  # until the session needs the user, has nothing to run, or ended
    TURN = "turn"  # until the turn that consumes the message parks or ends
    ACCEPTED = "accepted"  # until the message is stored


class Role(StrEnum):
    USER = "user"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"  # markers: restored, branched


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `local` is the only one until tokens exist."""

    name: str


LOCAL = Principal("local")


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A button beside a message. `kind` is empty or phone, url, email, location, reply, tool, text."""

    key: str
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message. `seq` rises by one within a session, over users' and bots' messages alike. `address` is the
    id of the sub-session that said or heard it; "" is the session itself."""

    seq: int
    role: Role
    text: str
    created_at: float
    suggestions: tuple[SuggestionView, ...] = ()
    message_id: MessageId | None = None
    turn: int = 0
    author: str = ""  # of an agent's message: the name that users see
    address: str = ""
    image: str = ""  # URL or path of a package file; the text is its caption


@dataclass(frozen=True, slots=True)
class Fault:
    """A script error as shown to the author. The user saw the bot's error-message."""

    number: int
    message: str
    script: str
    line: int
    stack: tuple[StackEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """What a parked session waits for. `kind` is input, timer, event or agent; of an event `variable` is the name. With
    `is_optional` the script goes on without input that does not come in time. `address` is the id of the sub-session
    whose script waits; "" is the session itself."""

    kind: str
    variable: str = ""
    type: str = ""
    options: tuple[SuggestionView, ...] = ()
    expires_at: float | None = None
    is_optional: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class TurnUsage:
    """What a turn cost. Bytes are the session's after it."""

    fuel: int = 0
    memory_bytes: int = 0
    vm_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything between an input and the moment waited for. `first_seq`..`last_seq` are its messages' (0, 0: none)."""

    session_id: SessionId
    messages: tuple[Message, ...]
    first_seq: int
    last_seq: int
    activity: Activity
    revision: int
    waiting_for: WaitingFor | None = None
    fault: Fault | None = None
    usage: TurnUsage = TurnUsage()
    end_reason: EndReason | None = None


@dataclass(frozen=True, slots=True)
class UserInfo:
    """Who the user is, as far as the channel knows."""

    user_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SubSessionView:
    """A live sub-session. `parent_id` is the session or another sub-session. `is_active`: its script runs or waits."""

    sub_session_id: str
    parent_id: str
    memory_bytes: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class SessionMetrics:
    """How a session went so far. `errors` and `milestones` are what its scripts logged; `satisfaction` is the newest
    rating, else what scripts set; `is_completed` once it came to a normal end: its script or its user ended it."""

    duration_s: float
    messages: int
    errors: int
    milestones: int
    satisfaction: float | None
    is_completed: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as read: its last committed state. What comes after `is_stubbed` is filled in the full view only."""

    session_id: SessionId
    bot: str
    release: ReleaseId
    owner_principal: str
    user: UserInfo
    channel: str
    alias: str
    state: SessionState
    owner: Owner
    activity: Activity
    revision: int
    created_at: float
    updated_at: float
    expires_at: float
    message_count: int
    last_seq: int
    memory_bytes: int
    agent_id: AgentId | None = None
    end_reason: EndReason | None = None
    ended_at: float | None = None
    waiting_for: WaitingFor | None = None
    labels: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, JsonValue] = field(default_factory=dict)
    parent_id: SessionId | None = None
    is_stubbed: bool = False
    variables: dict[str, JsonValue] | None = None
    contexts: dict[str, str] | None = None
    suggestions: tuple[SuggestionView, ...] | None = None
    system_prompt: str | None = None
    kbs: tuple[str, ...] | None = None
    tools: tuple[str, ...] | None = None
    sub_sessions: tuple[SubSessionView, ...] | None = None
    metrics: SessionMetrics | None = None
    tags: tuple[str, ...] | None = None


class MergePolicy(StrEnum):
    """Whose value wins where both sessions changed an entry."""

    FAIL = "fail"
    SOURCE = "source"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of an area that two sessions do not have alike. What is not there is None. `base` is what a branch began
    with; None where no base was looked at."""

    area: str
    name: str
    target: JsonValue
    source: JsonValue
    base: JsonValue = None


@dataclass(frozen=True, slots=True)
class MergeView:
    """The session after a merge, or as it is if none was made, and what both had changed."""

    session: SessionView
    conflicts: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A kept state of a session. `label` is empty for automatic ones."""

    checkpoint_id: CheckpointId
    session_id: SessionId
    label: str
    revision: int
    created_at: float
    size_bytes: int
    activity: Activity


@dataclass(frozen=True, slots=True)
class UsageView:
    """GetUsage: exact bytes by part, the largest variables, fuel of the last turn and in all."""

    memory_used: int
    memory_limit: int
    by_area: dict[str, int]
    largest_variables: tuple[tuple[str, int], ...]
    state_bytes: int
    fuel_last_turn: int
    fuel_total: int


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What CreateSession and SendMessage(open) need to make a session."""

    bot: str
    principal: Principal
    channel: str = "api"
    alias: str = ""
    session_id: SessionId | None = None
    user: UserInfo = UserInfo()
    ttl_s: float | None = None
    parameters: dict[str, JsonValue] = field(default_factory=dict)
    metadata: dict[str, JsonValue] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    request_id: RequestId | None = None
    script: str = "start"  # what runs first, if the bot has it


class OutsideKind(StrEnum):
    EVENT = "event"  # a named one, as PUBLISH EVENT makes
    FORM = "form"  # a form was sent in
    CONNECT = "connect"  # the user is there


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """Something that happened, for the scripts of a session. `data` is the event's, or a form's fields."""

    kind: OutsideKind
    name: str = ""
    data: JsonValue = None
    metadata: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a caller gives a session. Exactly one of `text`, `choice` and `event` is set; `choice` is the key of a
    suggestion."""

    message_id: MessageId
    text: str | None = None
    choice: str | None = None
    event: OutsideEvent | None = None


class EventKind(StrEnum):
    MESSAGE = "message"
    STATE = "state"  # activity, revision or owner changed
    GAP = "gap"  # messages before `seq` are no longer kept
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """What WatchSession delivers. `seq` is the cursor to resume after."""

    kind: EventKind
    seq: int
    message: Message | None = None
    activity: Activity | None = None
    owner: Owner | None = None
    agent: str = ""  # the name that users see, with owner AGENT
    revision: int = 0
    waiting_for: WaitingFor | None = None
    fault: Fault | None = None
    end_reason: EndReason | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    next_token: str


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(DeliveryStatus)}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery given out. `attempt` counts from 1; it is given out again after `lease_expires_at`."""

    session_id: SessionId
    bot: str
    channel: str
    alias: str
    user: UserInfo
    message: Message
    attempt: int
    lease_expires_at: float


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """How a delivery stands."""

    session_id: SessionId
    seq: int
    channel: str
    status: DeliveryStatus
    external_id: str
    error: str
