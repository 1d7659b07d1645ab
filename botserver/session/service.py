"""What the outside may ask of sessions: the one interface `rpc` and the command line use.

Shape of requests is checked by the caller (`rpc/translate`); whether a request makes sense now is checked here. Every
method takes the calling principal first and asks `access` before anything else: a foreign session is SessionNotFound.
Mutations carry the client's request id; a repeat returns the first response, the same id with another content raises
RequestIdReused. All methods may raise StoreUnavailable and Draining.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from ..ids import CheckpointId, MessageId, RequestId, SessionId
from ..model import (
    Change,
    CheckpointView,
    Incoming,
    JsonValue,
    MergePolicy,
    MergeView,
    Message,
    OpenRequest,
    Page,
    Principal,
    Reply,
    SessionEvent,
    SessionState,
    SessionView,
    UsageView,
    UserInfo,
    Wait,
)
from .desk_service import HandoffRequest


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions ListSessions returns; None means any."""

    bot: str | None = None
    channel: str | None = None
    alias: str | None = None
    user_id: str | None = None
    state: SessionState | None = None


@dataclass(frozen=True, slots=True)
class UserChange:
    """Fields of the user to change, one by one; None leaves as it is, "" empties."""

    user_id: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None

    def applied_to(self, user: UserInfo) -> UserInfo:
        return UserInfo(
            user_id=user.user_id if self.user_id is None else self.user_id,
            name=user.name if self.name is None else self.name,
            email=user.email if self.email is None else self.email,
            phone=user.phone if self.phone is None else self.phone,
        )


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What UpdateSession changes; None leaves as it is. Maps replace the stored map whole."""

    labels: dict[str, str] | None = None
    metadata: dict[str, JsonValue] | None = None
    user: UserChange | None = None
    ttl_s: float | None = None


class SessionService(Protocol):
    async def create_session(self, request: OpenRequest) -> tuple[SessionView, Reply]:
        """Open a session and run start.bas until it settles. Raises BotNotFound, SessionIdTaken, LimitReached."""
        ...

    async def get_session(self, principal: Principal, session_id: SessionId, full: bool = False) -> SessionView: ...

    async def list_sessions(
        self,
        principal: Principal,
        where: SessionFilter,
        page_size: int,
        page_token: str,
        order_by: str = "create_time desc",
        full: bool = False,
    ) -> Page[SessionView]:
        """`order_by` is `create_time` or `update_time`, each with or without ` desc`. Raises PageTokenMismatch."""
        ...

    async def update_session(
        self,
        principal: Principal,
        session_id: SessionId,
        change: SessionChange,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView: ...

    async def end_session(
        self, principal: Principal, session_id: SessionId, request_id: RequestId | None = None
    ) -> SessionView:
        """End it for reason `user`. Ending an ended session returns it unchanged."""
        ...

    async def delete_session(
        self, principal: Principal, session_id: SessionId, request_id: RequestId | None = None
    ) -> None:
        """Remove it with all that belongs to it, ending it first if it is open."""
        ...

    async def send_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> Reply:
        """Raises SessionNotFound, SessionEnded, LimitReached (INBOX_FULL), RequestIdReused, MessageIdExpired."""
        ...

    def submit_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> asyncio.Future[Reply]:
        """As `send_message`, for one that goes on meanwhile: the reply to come, or why there is none. Messages of one
        session are given to it in the order of these calls. Cancelling the future lets go of the reply, the turn goes
        on. Raises Draining."""
        ...

    async def open_and_submit(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> tuple[SessionId, asyncio.Future[Reply]]:
        """As `open_and_send`; returns when the session is there and its message has its place."""
        ...

    def stream_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> AsyncIterator[Message | Reply]:
        """As `send_message`: the messages of the reply as they are committed, then the whole reply."""
        ...

    def open_and_stream(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> AsyncIterator[Message | Reply]:
        """The same to the open session of an alias, opened if there is none."""
        ...

    async def send_to_session(
        self, principal: Principal, session_id: SessionId, text: str, message_id: MessageId
    ) -> None:
        """Have the bot say `text` there, once, whatever its script waits for. Returns when that is stored.

        Raises SessionNotFound, SessionEnded, LimitReached (INBOX_FULL), RequestIdReused.
        """
        ...

    async def open_and_send(
        self, request: OpenRequest, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> tuple[SessionView, Reply]:
        """Find the open session of (bot, channel, alias) or open it, atomically, and send."""
        ...

    def watch_session(self, principal: Principal, session_id: SessionId, after_seq: int) -> AsyncIterator[SessionEvent]:
        """Events after `after_seq`, then those to come; ends after the session ended. Nothing missing, no repeats."""
        ...

    async def list_messages(
        self, principal: Principal, session_id: SessionId, page_size: int, page_token: str, newest_first: bool = False
    ) -> Page[Message]: ...

    async def save_session(
        self, principal: Principal, session_id: SessionId, label: str = "", request_id: RequestId | None = None
    ) -> CheckpointView:
        """Keep the last parked state as a named checkpoint."""
        ...

    async def restore_session(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        """Go back to a checkpoint under a new revision; numbers never run backwards."""
        ...

    async def branch_session(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId | None = None,
        turn: int | None = None,
        new_session_id: SessionId | None = None,
        request_id: RequestId | None = None,
        as_sub_session: bool = False,
        stubbed: bool = False,
    ) -> SessionView:
        """A new session that goes on from the same state, or from a kept one, independently. No alias. As a sub-session
        it ends with this one; `stubbed`, nothing its scripts do leaves it."""
        ...

    async def merge_session(
        self,
        principal: Principal,
        session_id: SessionId,
        source_session_id: SessionId,
        policy: MergePolicy = MergePolicy.FAIL,
        validate_only: bool = False,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> MergeView:
        """Take over what a branch of the session, or the session it branched from, changed since they parted.

        Raises MergeConflict, LimitReached, SessionEnded, RevisionMismatch, BadField; then nothing changed.
        """
        ...

    async def diff_sessions(
        self, principal: Principal, session_id: SessionId, other_session_id: SessionId
    ) -> tuple[Change, ...]:
        """The entries of their areas that are not the same: `target` is the first session's."""
        ...

    async def list_checkpoints(
        self, principal: Principal, session_id: SessionId, page_size: int, page_token: str
    ) -> Page[CheckpointView]: ...

    async def delete_checkpoint(
        self,
        principal: Principal,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        request_id: RequestId | None = None,
    ) -> None: ...

    async def transfer_session(
        self,
        principal: Principal,
        session_id: SessionId,
        request: HandoffRequest,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        """Hand a session over, give it on, or take it back. Raises AgentNotFound, SessionEnded, RevisionMismatch."""
        ...

    async def apply_template(
        self,
        principal: Principal,
        session_id: SessionId,
        name: str,
        request_id: RequestId | None = None,
        expected_revision: int | None = None,
    ) -> SessionView:
        """Add a session template of its release to its areas; what its script waits for goes on waiting.

        Raises BadField for a name the package has not, LimitReached, SessionEnded, RevisionMismatch; then nothing
        changed.
        """
        ...

    async def rate_session(
        self,
        principal: Principal,
        session_id: SessionId,
        score: float,
        comment: str = "",
        request_id: RequestId | None = None,
    ) -> SessionView:
        """Say how satisfied the user was, while it is open or after it. The newest rating is the one that counts."""
        ...

    async def get_usage(self, principal: Principal, session_id: SessionId) -> UsageView: ...
