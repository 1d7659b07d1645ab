"""The store as the rest of the service sees it. It speaks in our transactions, not in tables.

Theory of operation
-------------------
Truth is one row a session and what hangs on it. The row has three fences:

    revision   finished turns. `commit_turns` raises it by one, on condition that it is what the turn began with
    epoch      claims ever made. A claim is the right to perform outside calls; it ends with the commit that carries its
               epoch, or with one that fences it. A claim that expired still stands until somebody takes it over
    accepted   inputs ever accepted; an input's number. `consumed` follows it: inputs up to it were given to the script

A turn reads the session, runs, and commits once. It is refused (`Lost`, with the row as it is now) when the revision
moved, a claim stands that is not its own, the session ended, or, for a message that takes the short way, an accepted
input waits. A refused turn wrote nothing. Nothing else is locked between reading and committing.

Columns have one owner each. A turn owns `Standing`, the counters and the end. RPCs own labels, metadata, user and ttl
(`update_session`), which neither needs nor raises the revision. So neither can undo the other.

    open_session --> input "start" waits --> commit_turns --> parked or idle --> ... --> ended --> cleaned up
                                               |   ^
                        TurnCommit.call is set |   | a later commit with expected_epoch
                                               v   |
                                      claimed: state at the EFFECT, pending call, outcome when it is there

What a crash leaves, by the last transaction that committed:

    open_session, accept_input      an unconsumed input and a due row of kind INPUT: any node runs it
    commit_turns with a call        a claim; when it expires a due row of kind CLAIM: any node takes it over with
                                    `take_claim`, pushes the recorded outcome or performs the call again, same key
    record_outcome                  the same, with the outcome there
    commit_turns without a call     a parked session; at most a due row of kind TIMER
    answer of a commit lost         unknown to the caller: read the session; revision and message id tell

Due rows say which session needs somebody and when. A taker holds a row for a lease and then it is visible again, so a
dead taker's rows come back; the commit that does what the row asks for also removes or moves it. Taking a row twice is
harmless, because every effect of it goes through a fence above.

Message ids make repeats harmless: the first accepted input with an id writes a record, the commit that settles its
reply stores the reply's bytes there. Request ids do the same for other mutations, by (principal, request id).

Time is the database's: expiry, leases and timers are handed over as spans and compared with one clock. A mutation that
is cancelled, or that raises StoreUnavailable, may or may not have happened; everything else that raises did not.
Methods are safe to call concurrently. Every method may raise StoreUnavailable and StoredDataCorrupt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from ..ids import CheckpointId, Digest, MessageId, ReleaseId, RequestId, SessionId
from ..immutable import dataclass
from ..model import Activity, EndReason, JsonValue, Message, Owner, SessionState, UserInfo
from .analytics import AnalyticsEvent, AnalyticsStore
from .cleaning import CleaningStore
from .deliveries import DeliveryStore
from .desk import DeskMoved, DeskStore, DeskWrite, NoteWrite, NoticeWrite, PriorityWrite, TagWrite
from .files import FileStore, FileWrite
from .nodes import NodeStore
from .queries import SessionPatch, SessionQuery
from .releases import OtherActive, ReleaseStore
from .repeats import Known as Known
from .repeats import Repeat as Repeat
from .repeats import Request as Request
from .sends import Send
from .tables import RowWrite, TableInfo, TableRow, TableWrite
from .timetables import TimetableDue, TimetableStore, TimetableWrite

T = TypeVar("T")

START_MESSAGE_ID = MessageId(" start")
"""Names the reply of a session's first input. No client can choose it: client ids have no space."""
NOBODY = UserInfo()


# --- a session as stored -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a turn says about its session beside the state. Kept with every state, so that a restore finds it again."""

    release: ReleaseId
    activity: Activity
    waiting_for: str = ""  # JSON text of the engine's, "" when nothing is waited for
    memory_bytes: int = 0
    owner: Owner = Owner.BOT
    extra: bytes = b""  # the engine's own, opaque


@dataclass(frozen=True, slots=True)
class SessionRow:
    """The row of a session. Times are Unix seconds of the database's clock."""

    session_id: SessionId
    bot: str
    owner_principal: str
    user: UserInfo
    channel: str
    alias: str
    state: SessionState
    standing: Standing
    revision: int  # 0 until the first turn committed
    epoch: int
    accepted: int
    consumed: int
    first_seq: int  # of the oldest message kept; last_seq + 1 when there is none
    last_seq: int  # of the newest message, 0 when there never was one
    message_count: int  # messages ever
    fuel_total: int
    labels: dict[str, str]
    metadata: dict[str, JsonValue]
    ttl_s: float
    created_at: float
    updated_at: float
    expires_at: float
    ended_at: float | None
    end_reason: EndReason | None
    timer_at: float | None  # when the due row of kind TIMER is due
    claim_expires_at: float | None  # None: no claim stands
    family: SessionId  # the session this one was branched from, over all generations; itself if none
    parent_id: SessionId | None


@dataclass(frozen=True, slots=True)
class State:
    """Bytes of a whole session. `large` names the large objects `root` refers to, each once."""

    root: bytes
    large: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingCall:
    """An outside call that was committed before it left. `turn` is the engine's own memory of the running turn."""

    key: str  # idempotency key, `session/turn/call`
    effect: int
    arguments: bytes
    turn: bytes = b""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A session in the middle of a call: the state suspended at the EFFECT, the call, its outcome once recorded."""

    state: State
    call: PendingCall
    outcome: bytes | None


@dataclass(frozen=True, slots=True)
class Input:
    """An accepted input that waits. `kind` and `payload` are the engine's."""

    number: int
    kind: str
    message_id: MessageId
    payload: bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that running a session needs, read at one moment."""

    row: SessionRow
    state: State | None  # of `row.revision`; None before the first turn
    claimed: Claimed | None  # set when `row.claim_expires_at` is
    inputs: tuple[Input, ...]  # accepted, not consumed, in order
    unsettled: tuple[MessageId, ...]  # consumed, without a reply so far, in order


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A kept state. Automatic ones are called `t-<revision>` and have no label."""

    checkpoint_id: CheckpointId
    label: str
    revision: int
    created_at: float
    size_bytes: int  # of root and large objects
    standing: Standing


# --- opening -----------------------------------------------------------------------------------------------------


BASE = CheckpointId("base")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a branch begins with: a kept state of another session. Large objects are shared, not copied. The branch
    keeps it under BASE as long as it exists: `load_checkpoint` finds it, lists do not show it, nobody deletes it."""

    session_id: SessionId
    checkpoint_id: CheckpointId


@dataclass(frozen=True, slots=True)
class Opening:
    """A new session. `start` is the payload of its first input, kind "start", message id START_MESSAGE_ID; a branch has
    none: it has its state, stands at revision 1, and keeps what `standing` and `timer_in_s` say. So does one that comes
    from another server with `state`. A child is of its parent's family."""

    session_id: SessionId
    bot: str
    owner_principal: str
    standing: Standing
    channel: str
    ttl_s: float
    alias: str = ""  # "" is no alias
    user: UserInfo = NOBODY
    labels: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    start: bytes | None = None
    kept_s: float | None = None  # after its end, instead of `Retention.ended_s`
    if_active: bool = False
    """Only if the release is the active one of the bot."""
    origin: Origin | None = None
    state: State | None = None
    large: Mapping[Digest, bytes] = field(default_factory=dict)
    """The large objects of `state`."""
    parent_id: SessionId | None = None
    timer_in_s: float | None = None
    messages: Sequence[Message] = ()
    request: Request[SessionRow] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    row: SessionRow


@dataclass(frozen=True, slots=True)
class AliasOpen:
    """An open session of (principal, bot, channel, alias) exists; it is `row`."""

    row: SessionRow


@dataclass(frozen=True, slots=True)
class IdTaken:
    """The session id is in use."""


OpenResult: TypeAlias = Opened | AliasOpen | IdTaken | OtherActive | Known


# --- turns -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A message accepted and consumed in one commit: the short way."""

    message_id: MessageId
    content: Digest


@dataclass(frozen=True, slots=True)
class MemoryWrite:
    """A staged write of bot memory. `read_version` is what the turn read of this key, 0 if it was absent, None if the
    turn did not read it."""

    bot: str
    key: str
    value: bytes
    read_version: int | None = None


class MemoryArea(StrEnum):
    """The two sets of keys a user has, and that of a bot's cache, which keeps to CACHE_KEYS and CACHE_BYTES by dropping
    what would expire first."""

    MEMORY = "memory"
    FACT = "fact"
    CACHE = "cache"


@dataclass(frozen=True, slots=True)
class UserMemoryWrite:
    """A staged write of what is kept of a user over all bots; `value` None deletes. `user` is the engine's name of who
    it is, or of the bot whose cache it is; what is kept under a session's id goes with the session. `read_version` as
    in MemoryWrite; a value is absent once `expires_in_s` is over."""

    user: str
    area: MemoryArea
    key: str
    value: bytes | None
    read_version: int | None = None
    expires_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class MemoryValue:
    value: bytes
    version: int  # rises with every write, from 1


@dataclass(frozen=True, slots=True)
class TurnCommit:
    """One commit of a session.

    Without `call` it is the end of a turn: the revision rises, the state becomes the checkpoint `t-<revision>`, the
    oldest beyond KEPT_TURNS goes. `state` None lets the last one stand under the new revision too. With `call` it is a
    commit point inside the turn: the revision stays, the epoch rises, a claim of `claim_s` begins, `state` (required)
    is kept with the call.

    `expected_epoch` is the epoch of the claim the turn holds; the claim and its call end with this commit. None: it
    holds none. `fence` ends whatever claim stands, and raises the epoch (restoring and ending need no claim).
    """

    session_id: SessionId
    expected_revision: int
    standing: Standing
    state: State | None = None
    new_large: Mapping[Digest, bytes] = field(default_factory=dict)
    """The large objects of `state` that the state the turn began with did not refer to."""
    expected_epoch: int | None = None
    fence: bool = False
    accept: Acceptance | None = None
    consumed: int | None = None
    """All inputs up to this number are consumed. None: as before."""
    messages: Sequence[Message] = ()
    """In order, `seq` going on from the row's `last_seq`."""
    memory: Sequence[MemoryWrite] = ()
    """At most one a key."""
    analytics: Sequence[AnalyticsEvent] = ()
    """Appended to the session's, in order."""
    user_memory: Sequence[UserMemoryWrite] = ()
    """At most one a key of an area."""
    tables: Sequence[TableWrite] = ()
    """Of the session's bot, at most one a table, written before `rows`."""
    rows: Sequence[RowWrite] = ()
    """Of tables that exist or are made by `tables`, at most one a row."""
    files: Sequence[FileWrite] = ()
    """Of the session's bot, at most one a file."""
    replies: Mapping[MessageId, bytes] = field(default_factory=dict)
    """Replies that became final. The first one of an id stays; ids never accepted are ignored."""
    bot: str = ""  # whose tables, files and timetables it writes, if not the session's
    openings: Sequence[Opening] = ()  # its children, opened before `sends`; Lost when one cannot be
    sends: Sequence[Send] = ()
    """Lost, with the row as it is, when one of their sessions has ended, is gone, or has no room."""
    timetables: Sequence[TimetableWrite] = ()
    """Of the session's bot, in order. Lost likewise, when the bot would have too many."""
    fuel: int = 0
    """Added to `fuel_total`."""
    timer_in_s: float | None = None
    keep_timer: bool = False
    """Leave the timer as it is; otherwise `timer_in_s` replaces it, None removes it."""
    touch: bool = True
    """Whether the session's life is extended to now + ttl."""
    deliver: bool = False
    """Whether those of `messages` that are for the user wait for a gateway from now on; see `deliveries`."""
    desk: DeskWrite | None = None
    """What happens to the session at the desk."""
    notes: Sequence[NoteWrite] = ()
    priorities: Sequence[PriorityWrite] = ()
    """They follow `desk`."""
    tags: Sequence[TagWrite] = ()
    notices: Sequence[NoticeWrite] = ()
    """These two in order."""
    call: PendingCall | None = None
    claim_s: float = 0.0
    end_reason: EndReason | None = None
    """Ends the session: inputs that wait are dropped, it leaves the desk, alias and due rows are freed, cleaning up is
    scheduled."""
    request: Request[SessionRow] | None = None

    @property
    def is_told_at_desk(self) -> bool:
        """Whether it has news for agents beside those of `desk`."""
        return bool(self.notes or self.priorities or self.tags or self.notices)


@dataclass(frozen=True, slots=True)
class Committed:
    """Written. The values are the row's after it."""

    revision: int
    epoch: int
    accepted: int
    updated_at: float
    expires_at: float
    timer_at: float | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody else wrote first; `row` is the session now, None when it is gone."""

    row: SessionRow | None


@dataclass(frozen=True, slots=True)
class MemoryMoved:
    """Bot memory or rows the turn read and wants to write have changed, or another turn took a key. `now` is what the
    memory is; `rows` names bot, table and row; `users` user, area and key; `files` bot and file. Run the turn again."""

    now: dict[tuple[str, str], MemoryValue | None]
    rows: frozenset[tuple[str, str, str]] = frozenset()
    users: frozenset[tuple[str, str, str]] = frozenset()
    files: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Unwritable:
    """This turn alone made the database refuse; nothing of it was written, the rest of the batch is not affected."""

    what: str


CommitResult: TypeAlias = Committed | Lost | MemoryMoved | DeskMoved | Known | Unwritable


# --- due ---------------------------------------------------------------------------------------------------------


class DueKind(StrEnum):
    INPUT = "input"  # an accepted input waits
    TIMER = "timer"  # a HEAR or WAIT is over
    CLAIM = "claim"  # a claim expired: `take_claim`
    EXPIRY = "expiry"  # the session's life is over: end it
    DESK = "desk"  # the desk must do something about it: `step_desk`
    CLEANUP = "cleanup"  # `clean_session`


@dataclass(frozen=True, slots=True)
class DueRow:
    session_id: SessionId
    kind: DueKind
    due_at: float


# --- reading -----------------------------------------------------------------------------------------------------


class Progress(NamedTuple):
    """Equal as long as nothing was committed for callers and watchers of a session."""

    revision: int
    epoch: int
    last_seq: int


class Store(
    AnalyticsStore,
    CleaningStore,
    DeliveryStore,
    DeskStore,
    FileStore,
    NodeStore,
    ReleaseStore,
    TimetableStore,
    Protocol,
):
    """One database. Made by its module's `open_store`; conformance/store is its specification."""

    async def close(self) -> None:
        """Finish what was begun and let go of the database. Idempotent."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other processes may have this database open: then what they commit must be looked for."""
        ...

    def now_s(self) -> float:
        """The database's clock, as near as this process knows it. For waiting, never for fencing."""
        ...

    # sessions

    async def open_session(self, opening: Opening) -> OpenResult:
        """Open a session, all or nothing. Of several at once with one alias, one opens it.

        The release must have been stored. Raises CheckpointNotFound when the origin's state is gone; SessionEnded,
        LimitReached when its parent cannot have it. A child is due, kind EXPIRY, once its parent is no longer open.
        """
        ...

    async def find_session(self, session_id: SessionId) -> SessionRow | None: ...

    async def list_children(self, parent: SessionRow) -> list[SessionRow]: ...  # the open ones, oldest first

    async def progress_of(self, session_ids: Sequence[SessionId]) -> dict[SessionId, Progress]:
        """How far sessions are; those that are gone are missing."""
        ...

    async def find_alias_of_channel(self, owner_principal: str, channel: str, alias: str) -> SessionRow | None:
        """The newest open session of that alias, whichever bot it talks to."""
        ...

    async def find_alias(self, owner_principal: str, bot: str, channel: str, alias: str) -> SessionRow | None:
        """The open session of that alias."""
        ...

    async def load_session(self, session_id: SessionId) -> Loaded | None: ...

    async def load_checkpoint(
        self, session_id: SessionId, checkpoint_id: CheckpointId
    ) -> tuple[Checkpoint, State] | None: ...

    async def load_large_objects(self, session_id: SessionId, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        """The bytes of large objects of the session's family. Raises StoredDataCorrupt when one is missing."""
        ...

    async def list_sessions(self, query: SessionQuery) -> list[SessionRow]:
        """At most `query.limit`, ties in order of session id."""
        ...

    async def count_open_sessions(self) -> int: ...

    async def update_session(
        self,
        session_id: SessionId,
        patch: SessionPatch,
        expected_revision: int | None = None,
        request: Request[SessionRow] | None = None,
    ) -> SessionRow | Lost | Known:
        """Write what RPCs own. A new ttl counts from now. Lost when the revision is another, or no session is there."""
        ...

    async def delete_session(
        self, session_id: SessionId, request: Request[SessionRow] | None = None
    ) -> SessionRow | Lost | Known:
        """Make a session invisible at once, open or ended, and due for cleaning up, which frees its id. The row
        returned is the last there was."""
        ...

    # inputs

    async def accept_input(
        self, session_id: SessionId, kind: str, message_id: MessageId, content: Digest, payload: bytes
    ) -> int | Known:
        """Store an input under the next number and return that. A due row is left that becomes visible after
        INPUT_GRACE_S. Raises SessionNotFound, SessionEnded, LimitReached (INBOX_FULL)."""
        ...

    async def advance_input(self, session_id: SessionId, message_id: MessageId, revision: int) -> bool:
        """Let an input that waits be the next one; those before it move back by one. False: the revision is another, a
        claim stands, or it does not wait."""
        ...

    async def find_message(
        self, session_id: SessionId, message_id: MessageId, content: Digest | None = None
    ) -> Known | None:
        """What is known of a message id; REUSED only if `content` is given."""
        ...

    async def find_request(self, principal: str, request_id: RequestId, content: Digest) -> Known | None: ...

    async def finish_request(self, request: Request[T], result: T) -> Known | None:
        """Remember what a request gave whose work took several commits, or give what is remembered of it already."""
        ...

    # turns

    async def commit_turns(self, commits: Sequence[TurnCommit]) -> list[CommitResult]:
        """Commit turns of different sessions in one transaction; results in the order given. One that is refused
        writes nothing and does not hinder the others."""
        ...

    async def read_memory(self, bot: str, key: str) -> MemoryValue | None: ...

    async def put_memory(
        self,
        bot: str,
        key: str,
        value: bytes,
        absent: bytes,
        expected_revision: int | None = None,
        request: Request[MemoryValue] | None = None,
    ) -> MemoryValue | Known:
        """Write one value, `absent` to remove it; turns that have read it are run again. The version of what is removed
        or was never there counts as 0. Raises MemoryRevisionMismatch."""
        ...

    async def list_memory(
        self, bot: str, prefix: str, after: str, absent: bytes, limit: int
    ) -> list[tuple[str, MemoryValue]]:
        """Keys that begin so and come after `after`, in their order, without those whose value is `absent`."""
        ...

    async def add_analytics(
        self, session_id: SessionId, event: AnalyticsEvent, request: Request[SessionRow] | None = None
    ) -> SessionRow | Known | None:
        """Append one beside the turns of a session, open or ended; its row. None: there is no such session."""
        ...

    async def read_user_memory(self, user: str, area: MemoryArea, key: str) -> MemoryValue | None:
        """None if it is absent, was deleted or expired."""
        ...

    async def list_user_memory(self, user: str, area: MemoryArea, limit: int) -> list[tuple[str, MemoryValue]]:
        """Keys and values, in the order of the keys."""
        ...

    # tables of bots

    async def find_table(self, bot: str, table: str) -> TableInfo | None: ...

    async def count_tables(self, bot: str) -> int: ...

    async def put_table(self, bot: str, write: TableWrite) -> bool:
        """Make a table or replace its definition. False: its version is another, nothing was written."""
        ...

    async def list_rows(self, bot: str, table: str, limit: int, after: int = 0, max_bytes: int = 0) -> list[TableRow]:
        """Rows with a number above `after`, in order: at most `limit`, and no more once they have `max_bytes` bytes
        (0: no bound). None at all only if there is none."""
        ...

    async def find_rows(self, bot: str, table: str, lookup: str, limit: int) -> list[TableRow]:
        """Rows of that lookup, in order."""
        ...

    # claims

    async def renew_claim(self, session_id: SessionId, epoch: int, claim_s: float) -> bool:
        """Let the claim live `claim_s` from now. False: it is no longer this epoch's."""
        ...

    async def record_outcome(self, session_id: SessionId, epoch: int, outcome: bytes) -> bool:
        """Keep the outcome of the pending call. False: the claim is no longer this epoch's, nothing was written."""
        ...

    async def take_claim(self, session_id: SessionId, claim_s: float) -> Loaded | None:
        """Take over a claim that expired: the epoch rises, the former holder can write no more. None: there is no
        claim, or it lives."""
        ...

    # due

    async def take_due(self, limit: int, lease_s: float) -> list[DueRow]:
        """Rows that are due, oldest first, each to one taker until the lease is over."""
        ...

    async def next_due_at(self) -> float | None:
        """When the next row will be visible."""
        ...

    async def fire_timetable(
        self, due: TimetableDue, next_at: float | None, opening: Opening | None
    ) -> OpenResult | None:
        """Open the session of a run and set its timetable's next time, None if it was the last; all or nothing, also
        with OtherActive. None: somebody else did, or the timetable is gone, or there is nothing to open."""
        ...

    async def drop_due(self, row: DueRow) -> None:
        """Remove a row that asks for nothing any more, unless it was moved since it was taken."""
        ...

    # messages

    async def list_messages(
        self,
        session_id: SessionId,
        limit: int,
        after_seq: int = 0,
        before_seq: int | None = None,
        newest_first: bool = False,
        max_chars: int | None = None,
        addresses: Sequence[str] | None = None,
    ) -> list[Message]:
        """Kept messages with after_seq < seq < before_seq, if `addresses` are given only those: at most `limit`, and no
        more once their texts have `max_chars` characters. None at all only if there is none."""
        ...

    async def count_messages(self, session_id: SessionId, addresses: Sequence[str]) -> int:
        """Kept messages of those addresses."""
        ...

    # checkpoints

    async def save_checkpoint(
        self,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        label: str,
        request: Request[Checkpoint] | None = None,
    ) -> Checkpoint | Known:
        """Keep the state of the current revision under a name, until it is deleted.

        Raises SessionNotFound, CheckpointNotFound (no turn finished so far), LimitReached (CHECKPOINT_LIMIT).
        """
        ...

    async def list_checkpoints(self, session_id: SessionId) -> list[Checkpoint]:
        """All of them, highest revision first: at most KEPT_TURNS + NAMED_CHECKPOINTS."""
        ...

    async def delete_checkpoint(
        self, session_id: SessionId, checkpoint_id: CheckpointId, request: Request[None] | None = None
    ) -> Known | None:
        """Forget a named checkpoint. Raises CheckpointNotFound, also for automatic ones."""
        ...
