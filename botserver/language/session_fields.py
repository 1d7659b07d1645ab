"""The names of what a session can be asked for, and where GET looks for what its operand names.

Fields are built in and read-only; every other name of GET SESSION and SET SESSION is a session variable.
"""

from __future__ import annotations

import re

SESSION_FIELDS = (
    "id",
    "session_id",
    "channel",
    "user_id",
    "user_name",
    "user_email",
    "user_phone",
    "user_role",
    "auth_level",
    "bot_id",
    "bot_name",
    "created_at",
    "start_time",
    "last_interaction",
    "last_message",
    "last_activity_at",
    "message_count",
    "message_history",
    "duration",
    "language",
    "timezone",
    "client_ip",
    "user_agent",
    "page_url",
    "message_type",
    "tenant",
    "organization",
    "subject",
    "token",
    "status",
    "end_reason",
    "assigned_to",
    "parent_id",
    "memory_used",
    "memory_limit",
    "suggestion_key",
)
"""In the order in which they are shown."""

USER_FIELDS = ("id", "name", "email", "phone", "role", "message")
SESSION_CONSTANTS = {
    "session_id": "session_id",
    "user_id": "user_id",
    "channel": "channel",
    "bot_id": "bot_id",
    "bot_name": "bot_name",
    "auth_level": "auth_level",
    "end_reason": "end_reason",
    "username": "user_name",
    "useremail": "user_email",
    "from": "user.address",
    "session": "session",
    "user": "user",
    "bot": "bot",
}
"""Bare names and the field each is."""

_FIELDS = frozenset(SESSION_FIELDS)
_USER_FIELDS = frozenset(USER_FIELDS)
_SCOPED = re.compile(r"(session|user|bot|config|params)\.(.+)\Z", re.IGNORECASE | re.DOTALL)
_ENDINGS = frozenset(("txt", "md", "csv", "json", "html", "htm", "xml", "yaml", "yml", "pdf", "png", "jpg"))
_FILE = re.compile(r".*(/.*|\.[A-Za-z0-9]{1,5})\Z", re.DOTALL)
_ADDRESSES = ("http://", "https://", "/")


def find_field(name: str) -> str | None:
    """The field of that name, any case; None if it is the name of a variable."""
    folded = name.strip().lower()
    return folded if folded in _FIELDS else None


def split_scope(text: str) -> tuple[str, str]:
    """`session.x` as ("session", "x"), likewise user, bot, config and params; ("", text) without such a prefix."""
    found = _SCOPED.match(text.strip())
    return (found[1].lower(), found[2].strip()) if found is not None else ("", text)


def field_of(text: str) -> str | None:
    """The field that `session.x`, `user.x`, `bot.x` or `config.x` is; None for everything else, variables included."""
    scope, name = split_scope(text)
    match scope:
        case "session":
            return find_field(name)
        case "user":
            return f"user.{name.lower()}" if name.lower() in _USER_FIELDS else None
        case "bot" | "config":
            return f"{scope}.{name.lower()}"
        case _:
            return None


def variable_of(text: str) -> str:
    """The variable a name means: `session.x` is x."""
    scope, name = split_scope(text)
    return name if scope == "session" else text


def is_address(text: str) -> bool:
    """Whether a text, or its certain beginning, is a URL or a path of the platform."""
    return text.strip().lower().startswith(_ADDRESSES)


def is_surely_file(text: str) -> bool:
    """Whether a text names a file of the package by an ending that no field or variable has."""
    name, dot, ending = text.strip().lower().rpartition(".")
    return bool(name and dot) and ending in _ENDINGS and not text.startswith("/") and "://" not in text


def is_file(text: str) -> bool:
    """Whether a text names a file of the package."""
    return _FILE.match(text.strip()) is not None
