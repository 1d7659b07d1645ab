"""What lists of sessions ask for, and what RPCs change of one. Part of `store/abc.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..ids import SessionId
from ..model import JsonValue, SessionState


class SessionOrder(StrEnum):
    CREATED = "created"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """Which sessions a list holds; None means any. `after` is (time, session id) of the last row already seen."""

    owner_principal: str
    bot: str | None = None
    channel: str | None = None
    alias: str | None = None
    user_id: str | None = None
    state: SessionState | None = None
    order: SessionOrder = SessionOrder.CREATED
    descending: bool = True
    after: tuple[float, SessionId] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class PurgeQuery:
    """Which sessions of all owners are meant, open and ended; None means any. Times are Unix seconds. `after` is the
    place of the last one already seen."""

    bot: str | None = None
    channel: str | None = None
    alias: str | None = None
    user_id: str | None = None
    state: SessionState | None = None
    created_before: float | None = None
    updated_before: float | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class PurgeCount:
    """Some sessions that match, with their messages that are kept, and the place of the last of them."""

    sessions: int
    messages: int
    last: int


@dataclass(frozen=True, slots=True)
class SessionPatch:
    """What RPCs own; None leaves as it is, "" empties. The fields of a user with an id are the user's, in all of their
    sessions; another `user_id` makes the session another user's."""

    labels: Mapping[str, str] | None = None
    metadata: Mapping[str, JsonValue] | None = None
    user_id: str | None = None
    user_name: str | None = None
    user_email: str | None = None
    user_phone: str | None = None
    ttl_s: float | None = None
