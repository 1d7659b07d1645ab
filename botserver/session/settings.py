"""What an operator sets for all sessions, and what a bot sets for its own in config.csv."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..desk import folded
from ..limits import (
    CLAIM_RENEW_S,
    CLAIM_S,
    DRAIN_S,
    HANDOFF_WAIT_MAX_S,
    HANDOFF_WAIT_S,
    HOT_BYTES,
    HOT_SESSIONS,
    HTTP_TIMEOUT_MAX_S,
    HTTP_TIMEOUT_S,
    KIB,
    MIB,
    OPEN_SESSIONS,
    SESSION_MEMORY_MAX,
    SESSION_TIMEOUT_MAX_S,
    TURN_FUEL_MAX,
    Limits,
)
from ..vm.values import INT_MAX, INT_MIN, HostValue
from .bundles import BundleKeys
from .hours import Hours, read_hours
from .values import clean_text

_YES = frozenset(("true", "yes", "1", "on"))
DEFAULT_ERROR_MESSAGE = "Sorry, something went wrong."
DEFAULT_FALLBACK_MESSAGE = "Sorry, I have no answer to that."
DEFAULT_NO_AGENT_MESSAGE = "Sorry, nobody is free right now."
DEFAULT_QUEUE = "default"
DEFAULT_HANDOFF_CHOICES = "Wait; Leave a message; Go on"
HANDOFF_TEXTS = {
    "closed": "We are here again from {opens}.",
    "position": "You are number {position} in the queue.",
    "ask-message": "Please write your message.",
    "thanks": "Thank you, we will read it.",
    "back": "What can I do for you?",
}
"""What a user is told where nobody is there; config: `handoff-` and the name."""


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Of the operator, for all bots."""

    hot_bytes: int = HOT_BYTES
    hot_sessions: int = HOT_SESSIONS
    open_sessions: int = OPEN_SESSIONS
    messages_per_minute: int = 0  # of one session; 0: any number
    worker_threads: int = field(default_factory=lambda: max(1, (os.cpu_count() or 1) - 1))
    claim_s: float = CLAIM_S
    claim_renew_s: float = CLAIM_RENEW_S
    drain_s: float = DRAIN_S
    ends_at_shutdown: bool = False  # for a store that is gone with the process
    runs_timetables: bool = True  # SET SCHEDULE
    delivery_channels: frozenset[str] = frozenset()
    """Channels whose sessions' messages wait for a gateway to deliver them."""
    bundle_keys: BundleKeys | None = None  # for exporting sessions and taking them in
    test_performers: bool = False
    call_log: Path | None = None  # where `/test/slow` writes the key of each performance


_COUNTS = ("max-variables", "context-size", "max-active-kbs", "message-history", "max-turn-steps")
_SPANS = (
    *("session-timeout", "resume-after", "hear-timeout-secs", "llm-timeout-secs", "handoff-timeout-secs"),
    "http-timeout-secs",
)


class BotConfig:
    """The meaning of a bot's config.csv. A value that cannot be read counts as not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)

    def text(self, key: str, default: str = "") -> str:
        return self.values.get(key) or default

    @cached_property
    def limits(self) -> Limits:
        base = Limits()
        hear_timeout_s = self._seconds("hear-timeout-secs")
        return Limits(
            memory_bytes=min(self._bytes("session-memory-limit") or base.memory_bytes, SESSION_MEMORY_MAX),
            variables=self._count("max-variables") or base.variables,
            context_tokens=self._count("context-size") or base.context_tokens,
            active_kbs=self._count("max-active-kbs") or base.active_kbs,
            history_messages=self._count("message-history") or base.history_messages,
            turn_fuel=min(self._count("max-turn-steps") or base.turn_fuel, TURN_FUEL_MAX),
            session_timeout_s=min(self._seconds("session-timeout") or base.session_timeout_s, SESSION_TIMEOUT_MAX_S),
            hear_timeout_s=hear_timeout_s or base.hear_timeout_s,
            resume_after_s=self._seconds("resume-after") or base.resume_after_s,
        )

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The bot's time zone; None is UTC."""
        name = self.text("timezone", "UTC")
        if name.upper() == "UTC":
            return None
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None

    def wall_clock_s(self, at_s: float) -> int:
        """Seconds since 1970 as the bot's wall clock counts them."""
        return int(at_s // 1) + self.utc_offset_s(at_s)

    def utc_offset_s(self, at_s: float) -> int:
        """How far the bot's wall clock is ahead of UTC then."""
        offset = None if self.zone is None else datetime.fromtimestamp(at_s, self.zone).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    @cached_property
    def language(self) -> str:
        """The bot's language as a code of two letters: `pt` of `pt-BR`."""
        return re.split("[-_]", self.text("language", "en").strip().lower())[0]

    @cached_property
    def random_seed(self) -> str:
        return self.text("random-seed")

    @cached_property
    def is_get_dynamic(self) -> bool:
        return self.text("dynamic-get").lower() in _YES

    @cached_property
    def is_debug_enabled(self) -> bool:
        return self.text("debug-enabled").lower() in _YES

    @property
    def error_message(self) -> str:
        return self.text("error-message", DEFAULT_ERROR_MESSAGE)

    @property
    def fallback_message(self) -> str:
        return self.text("fallback-message", DEFAULT_FALLBACK_MESSAGE)

    @property
    def welcome_message(self) -> str:
        return self.text("welcome-message")

    @property
    def no_agent_message(self) -> str:
        """Said when a session comes back from a queue because nobody took it."""
        return self.text("no-agent-message", DEFAULT_NO_AGENT_MESSAGE)

    @property
    def handoff_queue(self) -> str:
        """The queue of the bot's own, where a transfer to nobody in particular goes."""
        return folded(self.text("handoff-queue", DEFAULT_QUEUE))

    @property
    def handoff_queues(self) -> frozenset[str]:
        """Queues that scripts may name although nobody serves them so far."""
        return self._names("handoff-queues") | {self.handoff_queue}

    @property
    def handoff_variables(self) -> frozenset[str]:
        """Session variables that agents are shown."""
        return self._names("handoff-variables")

    @property
    def memory_sharers(self) -> frozenset[str]:
        """Bots that may write into the memory of this one, and take what it has."""
        return self._bots("memory-shared-with")

    @property
    def partners(self) -> frozenset[str]:
        """Bots that may ask this one, and hand conversations to it."""
        return self._bots("works-with")

    @cached_property
    def handoff_hours(self) -> Hours | None:
        """When somebody is there to take sessions; None is always."""
        return read_hours(self.text("handoff-hours"))

    @cached_property
    def handoff_choices(self) -> tuple[str, ...]:
        """What a user is offered where nobody is there: to wait, to leave a message, to go on with the bot. Nothing if
        `handoff-choices` is `none`."""
        labels = tuple(label.strip() for label in self.text("handoff-choices", DEFAULT_HANDOFF_CHOICES).split(";"))
        return labels if len(labels) == len(set(map(folded, labels))) == 3 and all(labels) else ()

    def handoff_text(self, name: str, **values: object) -> str:
        """One of the texts of HANDOFF_TEXTS, as config.csv has it, with `{position}` and the like filled in."""
        text = self.text(f"handoff-{name}", HANDOFF_TEXTS[name])
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        return clean_text(text)

    @property
    def handoff_wait_s(self) -> float:
        return min(self._seconds("handoff-timeout-secs") or HANDOFF_WAIT_S, HANDOFF_WAIT_MAX_S)

    @property
    def api_base_url(self) -> str:
        """What paths of GET, POST and so on stand under."""
        return self.text("api-base-url")

    @property
    def http_timeout_s(self) -> float:
        return min(self._seconds("http-timeout-secs") or HTTP_TIMEOUT_S, HTTP_TIMEOUT_MAX_S)

    def _names(self, key: str) -> frozenset[str]:
        return frozenset(folded(name) for name in re.split("[;,]", self.text(key)) if name.strip())

    def _bots(self, key: str) -> frozenset[str]:
        """Their exact names: those of two bots may differ in case alone."""
        return frozenset(map(str.strip, re.split("[;,]", self.text(key)))) - {""}

    @cached_property
    def parameters(self) -> dict[str, HostValue]:
        """`param-*` by lower-case name; a name with dashes is there with underscores too."""
        found: dict[str, HostValue] = {}
        for key, text in self.values.items():
            if key.startswith("param-") and len(key) > len("param-"):
                name = key.removeprefix("param-").lower()
                found[name] = typed(text)
                found.setdefault(name.replace("-", "_"), typed(text))
        return found

    def misread(self) -> dict[str, str]:
        """The known keys whose value cannot be read, so that it counts as not set, with what would do."""
        readers: dict[str, tuple[Callable[[str], object], str]] = {
            **dict.fromkeys(_COUNTS, (self._count, "a whole number above 0")),
            **dict.fromkeys(_SPANS, (self._seconds, "seconds, or a number with s, m, h or d")),
            "handoff-hours": (lambda key: self.handoff_hours, "days and hours such as mon-fri 9:00-17:30; sat 10-14"),
            "handoff-choices": (
                lambda key: self.handoff_choices or self.text(key).strip().lower() == "none",
                "three labels such as Wait; Leave a message; Go on, or none",
            ),
            "session-memory-limit": (self._bytes, "bytes, or a number with KB or MB"),
            "llm-temperature": (self._number, "a number such as 0.7"),
            "timezone": (lambda key: self.zone or self.text(key).upper() == "UTC", "a name such as Europe/Lisbon"),
            "debug-enabled": (lambda key: self.text(key).lower() in ("true", "false"), "true or false"),
        }
        return {key: hint for key, (read, hint) in readers.items() if self.text(key).strip() and not read(key)}

    def _number(self, key: str) -> bool:
        return re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", self.text(key)) is not None

    def _count(self, key: str) -> int | None:
        text = self.text(key)
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) and int(text) > 0 else None

    def _bytes(self, key: str) -> int | None:
        match = re.fullmatch(r"([0-9]{1,12}) *(|k|kb|m|mb)", self.text(key).lower())
        if match is None:
            return None
        return int(match[1]) * {"": 1, "k": KIB, "m": MIB}[match[2].removesuffix("b")] or None

    def _seconds(self, key: str) -> float | None:
        match = re.fullmatch(
            r"([0-9]{1,9}(?:\.[0-9]{1,6})?) *(|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)",
            self.text(key).lower(),
        )
        if match is None:
            return None
        factor = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}[match[2][:1]]
        return float(match[1]) * factor or None


def typed(text: str) -> HostValue:
    """A parameter's text as the value it looks like."""
    if re.fullmatch(r"[+-]?[0-9]+", text):
        number = int(text)
        return number if INT_MIN <= number <= INT_MAX else float(number)
    if re.fullmatch(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)", text):
        return float(text)
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text
