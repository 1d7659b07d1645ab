"""The fields of GET SESSION, `user.x`, `bot.x` and `config.x`: what a script can read of its session.

Unset text fields are "". What is no field is a session variable, and never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import ScriptError
from ..language.session_fields import SESSION_FIELDS, USER_FIELDS
from ..model import EndReason, Message, Role, SessionState
from ..store.abc import SessionRow
from ..vm.machine import Heap
from ..vm.values import DateTime, HostValue
from .records import Notes
from .releases import LoadedRelease
from .values import clean_text, from_json

_CONFIGURED = {"language": "en", "timezone": "UTC"}
"""Fields that config.csv may set, with their defaults."""
_NOT_IN_MAP = frozenset(("token", "message_history"))
_SHOWN_CHARS = 100


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads fields for one turn, of the session or of the sub-session whose script runs, or of a session as it was
    committed. `spoken` are the turn's own
    messages, not yet stored; `stored_count` is what `wants_count` asks for."""

    release: LoadedRelease
    row: SessionRow
    notes: Notes
    heap: Heap
    now_s: float
    spoken: tuple[Message, ...]
    ends_for: EndReason | None = None  # with this turn
    waits: bool = False  # whether a script stands in HEAR or WAIT
    stored_count: int = 0

    def wants_count(self, field: str) -> bool:
        """Whether the field needs the number of stored messages of its history: a sub-session has its own."""
        return field in ("message_count", "session") and bool(self.heap.address())

    def wanted_messages(self, field: str) -> int:
        """How many stored messages the field is made of; `read` is given them, newest first."""
        if field == "message_history":
            return self.release.config.limits.history_messages
        return 1 if field in ("last_activity_at", "session") and not self.spoken else 0

    def read(self, field: str, stored: Sequence[Message]) -> HostValue:
        """The value of a field as the effect `session_get` names it. Raises ScriptError 4002 for any other name."""
        scope, dot, rest = field.partition(".")
        if dot and scope == "config":
            return clean_text(self.release.config.text(_config_key(rest))) or None
        if dot and scope == "user":
            return self._user(rest)
        if dot and scope == "bot":
            return self._bot(rest)
        if field == "user":
            return {name: self._user(name) for name in USER_FIELDS}
        if field == "bot":
            return {name: self._bot(name) for name in ("id", "name", "description")}
        if field == "session":
            return {name: self._field(name, stored) for name in SESSION_FIELDS if name not in _NOT_IN_MAP}
        if field not in SESSION_FIELDS:
            raise ScriptError(4002, f"a session has no field {field[:_SHOWN_CHARS]}")
        return self._field(field, stored)

    def _field(self, name: str, stored: Sequence[Message]) -> HostValue:
        match name:
            case "message_history":
                return self._history(stored)
            case "last_activity_at":
                newest = self.spoken[-1:] or tuple(stored[:1])
                return self.moment(newest[0].created_at if newest else self.row.created_at)
            case "token":
                return ""
            case _:
                read = _FIELDS.get(name)
                return self._metadata(name) if read is None else read(self)

    def _user(self, name: str) -> HostValue:
        user = self.row.user
        match name:
            case "id":
                return clean_text(user.user_id)
            case "name":
                return clean_text(user.name)
            case "email":
                return clean_text(user.email)
            case "message":
                return self.notes.last_message
            case "address":
                address = self._metadata("from")
                return clean_text(self.row.alias) if address == "" else address
            case "phone" | "role":
                return self._metadata(f"user_{name}")
            case _:
                raise ScriptError(4002, f"a user has no field {name[:_SHOWN_CHARS]}")

    def _bot(self, name: str) -> HostValue:
        config = self.release.config
        match name:
            case "id":
                return self.release.bot
            case "name":
                return clean_text(config.text("bot-name", self.release.bot))
            case "description":
                return clean_text(config.text("bot-description"))
            case _:
                return clean_text(config.text(f"bot-{_config_key(name)}")) or None

    def _metadata(self, name: str) -> HostValue:
        """What the channel said, else what profile or configuration know."""
        value = self.row.metadata.get(name)
        if value is not None:
            return from_json(value)
        if name == "user_phone":
            return clean_text(self.row.user.phone)
        if name in _CONFIGURED:
            return clean_text(self.release.config.text(name, _CONFIGURED[name]))
        return ""

    def _history(self, stored: Sequence[Message]) -> HostValue:
        limit = self.release.config.limits.history_messages
        is_own = not self.heap.address()  # a sub-session has a history of its own
        after = self.notes.history_after if is_own else 0
        before: list[HostValue] = [
            {"role": role, "text": text, "at": DateTime(int(at)) if at else None}
            for role, text, at in (self.notes.restored_history if is_own else ())
        ]
        messages = [message for message in (*reversed(stored), *self.own_words()) if message.seq > after][-limit:]
        said: list[HostValue] = [
            {"role": message.role.value, "text": message.text, "at": self.moment(message.created_at)}
            for message in messages
            if message.role is not Role.SYSTEM
        ]
        return [*before, *said][-limit:]

    def own_words(self) -> list[Message]:
        """What was spoken in this history."""
        addresses = self.heap.histories()
        return [message for message in self.spoken if message.address in addresses]

    def id(self) -> str:
        return self.heap.address() or self.row.session_id

    def parent_id(self) -> str:
        address = self.heap.address()
        for child in self.heap.sub_sessions() if address else ():
            if child.sub_session_id == address:
                return child.parent_id or self.row.session_id
        return self.row.parent_id or ""

    def message_count(self) -> int:
        if self.heap.address():
            return self.stored_count + len(self.own_words())
        return self.row.message_count + len(self.spoken)

    def moment(self, at_s: float) -> DateTime:
        return DateTime(self.release.config.wall_clock_s(at_s))

    def status(self) -> str:
        """A script that asks runs, so its session waits for something only where it is a handler's."""
        if self.row.state is SessionState.ENDED or self.ends_for is not None:
            return "ended"
        if self.notes.handoff is not None:
            return "transferred"
        return "waiting" if self.waits else "active"

    def auth_level(self) -> str:
        """A user whom the caller names is authenticated; who passed a second check there is elevated."""
        if not self.row.user.user_id:
            return "anonymous"
        return "elevated" if self.row.metadata.get("auth_level") == "elevated" else "authenticated"

    def assigned_to(self) -> str:
        """The agent who has the session, or is wanted for it."""
        return "" if self.notes.handoff is None else self.notes.handoff.agent_id or ""


def _config_key(name: str) -> str:
    """A key as config.csv is read: lower case, blanks as `-`."""
    return "-".join(name.lower().split())


_FIELDS: dict[str, Callable[[Reader], HostValue]] = {
    "id": lambda r: r.id(),
    "session_id": lambda r: r.id(),
    "channel": lambda r: r.row.channel,
    "user_id": lambda r: clean_text(r.row.user.user_id),
    "user_name": lambda r: clean_text(r.row.user.name),
    "user_email": lambda r: clean_text(r.row.user.email),
    "auth_level": lambda r: r.auth_level(),
    "bot_id": lambda r: r.release.bot,
    "bot_name": lambda r: clean_text(r.release.config.text("bot-name", r.release.bot)),
    "created_at": lambda r: r.moment(r.row.created_at),
    "start_time": lambda r: r.moment(r.row.created_at),
    "last_interaction": lambda r: r.notes.last_interaction,
    "last_message": lambda r: r.notes.last_message,
    "message_count": lambda r: r.message_count(),
    "duration": lambda r: max(0, int(r.now_s - r.row.created_at)),
    "status": lambda r: r.status(),
    "end_reason": lambda r: r.ends_for.told if r.ends_for is not None else "",
    "assigned_to": lambda r: r.assigned_to(),
    "parent_id": lambda r: r.parent_id(),
    "memory_used": lambda r: r.heap.memory().used,
    "memory_limit": lambda r: r.heap.memory().limit,
    "suggestion_key": lambda r: r.notes.suggestion_key,
}
