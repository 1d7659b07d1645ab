"""The fields of GET SESSION, `user.x`, `bot.x` and `config.x`: what a script can read of its session.

Unset text fields are "". A name that is no field means the session variable of that name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..model import Message, Owner, Role, SessionState
from ..store.abc import SessionRow
from ..vm.machine import Heap
from ..vm.values import DateTime, HostValue
from .records import Notes
from .releases import LoadedRelease
from .values import clean_text, from_json

_METADATA_FIELDS = frozenset(
    ("user_phone", "user_role", "language", "timezone", "client_ip", "user_agent", "page_url", "message_type", "tenant",
     "organization", "subject", "from")
)  # fmt: skip
_SECRET_FIELDS = frozenset(("token",))
_WHOLE = {"session": "", "user": "user.", "bot": "bot."}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads fields for one turn. `spoken` are the turn's own messages, not yet stored."""

    release: LoadedRelease
    row: SessionRow
    notes: Notes
    heap: Heap
    now_s: float
    spoken: tuple[Message, ...]

    def wants_history(self, field: str) -> bool:
        """Whether the field is made of stored messages; `read` is given them, newest first."""
        return field.strip().lower().removeprefix("session.") == "message_history"

    def read(self, field: str, stored: list[Message]) -> HostValue:
        name = field.strip().lower()
        scope, dot, rest = name.partition(".")
        if dot and scope == "config":
            return clean_text(self.release.config.text(rest)) or None
        if dot and scope == "user":
            return self._user(rest)
        if dot and scope == "bot":
            return self._bot(rest)
        if dot and scope == "session":
            name = rest
        if name == "message_history":
            return self._history(stored)
        if name in _WHOLE:
            return self._whole(name)
        if name in _SECRET_FIELDS:
            return ""
        if name in _FIELDS:
            return _FIELDS[name](self)
        if name in _METADATA_FIELDS:
            return self._metadata(name)
        return self._variable(name)

    def _user(self, name: str) -> HostValue:
        user = self.row.user
        known = {"id": user.user_id, "name": user.name, "email": user.email, "phone": user.phone, "role": ""}
        if name == "message":
            return self.notes.last_message
        return clean_text(known[name]) if name in known else self._variable("user." + name)

    def _bot(self, name: str) -> HostValue:
        config = self.release.config
        known = {
            "id": self.row.bot,
            "name": config.text("bot-name", self.row.bot),
            "description": config.text("bot-description"),
        }
        return clean_text(known[name]) if name in known else clean_text(config.text(f"bot-{name}")) or None

    def _whole(self, name: str) -> HostValue:
        if name == "user":
            return {key: self._user(key) for key in ("id", "name", "email", "phone", "role", "message")}
        if name == "bot":
            return {key: self._bot(key) for key in ("id", "name", "description")}
        plain: dict[str, HostValue] = {key: read(self) for key, read in _FIELDS.items()}
        return plain | {key: self._metadata(key) for key in sorted(_METADATA_FIELDS)}

    def _metadata(self, name: str) -> HostValue:
        value = self.row.metadata.get(name)
        if value is not None:
            return from_json(value)
        if name == "user_phone":
            return clean_text(self.row.user.phone)
        if name == "from":
            return clean_text(self.row.alias)
        if name in ("language", "timezone"):
            return clean_text(self.release.config.text(name, {"language": "en", "timezone": "UTC"}[name]))
        return ""

    def _variable(self, name: str) -> HostValue:
        for key, value in self.heap.areas().variables.items():
            if key.lower() == name:
                return value
        return None

    def _history(self, stored: list[Message]) -> HostValue:
        limit = self.release.config.limits.history_messages
        messages = [*reversed(stored), *self.spoken][-limit:]
        return [
            {"role": message.role.value, "text": message.text, "at": self.moment(message.created_at)}
            for message in messages
            if message.role is not Role.SYSTEM
        ]

    def moment(self, at_s: float) -> DateTime:
        return DateTime(self.release.config.wall_clock_s(at_s))

    def last_activity_at(self) -> DateTime:
        return self.moment(self.spoken[-1].created_at if self.spoken else self.row.updated_at)

    def status(self) -> str:
        if self.row.state is SessionState.ENDED:
            return "ended"
        return "active" if self.row.standing.owner is Owner.BOT else "transferred"


_FIELDS: dict[str, Callable[[Reader], HostValue]] = {
    "id": lambda r: r.row.session_id,
    "session_id": lambda r: r.row.session_id,
    "channel": lambda r: r.row.channel,
    "user_id": lambda r: clean_text(r.row.user.user_id),
    "user_name": lambda r: clean_text(r.row.user.name),
    "user_email": lambda r: clean_text(r.row.user.email),
    "auth_level": lambda r: "authenticated" if r.row.user.user_id else "anonymous",
    "bot_id": lambda r: r.row.bot,
    "bot_name": lambda r: clean_text(r.release.config.text("bot-name", r.row.bot)),
    "created_at": lambda r: r.moment(r.row.created_at),
    "start_time": lambda r: r.moment(r.row.created_at),
    "last_interaction": lambda r: r.notes.last_interaction,
    "last_message": lambda r: r.notes.last_message,
    "last_activity_at": lambda r: r.last_activity_at(),
    "message_count": lambda r: r.row.message_count + len(r.spoken),
    "duration": lambda r: max(0, int(r.now_s - r.row.created_at)),
    "status": lambda r: r.status(),
    "assigned_to": lambda r: "",
    "parent_id": lambda r: r.row.parent_id or "",
    "memory_used": lambda r: r.heap.memory().used,
    "memory_limit": lambda r: r.heap.memory().limit,
    "suggestion_key": lambda r: r.notes.suggestion_key,
}
