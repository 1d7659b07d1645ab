"""Conversation files: lines said and lines expected, read into exchanges. docs/testing.md describes them."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import BadConversation
from ..model import EndReason
from .patterns import Expected


@dataclass(frozen=True, slots=True)
class Say:
    """The user says a text, or chooses the suggestion with that label."""

    text: str
    is_choice: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """What follows is about this session; it is opened if it is new."""

    name: str
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    seconds: float


@dataclass(frozen=True, slots=True)
class End:
    """The user ends the session."""


@dataclass(frozen=True, slots=True)
class ShutDown:
    """The server stops and keeps nothing: every session ends."""


@dataclass(frozen=True, slots=True)
class Attend:
    """A human agent does something: `what` is one of AGENT_DOES, `text` what is said, or the note. `settings`
    of AGENT_STATES are queues and skills; none means those said before."""

    agent: str
    what: str
    text: str = ""
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happen:
    """Something happens outside: `kind` is event, form or connect."""

    kind: str
    name: str = ""
    data: Any = None


Action = Say | Switch | Wait | End | ShutDown | Attend | Happen


@dataclass(frozen=True, slots=True)
class CallWanted:
    """A call of a service outside that is expected, and what the double answers: a value, or an error if `number`. With
    a `status` the value is the body of another server's answer."""

    line: int
    pattern: str
    value: Any = None
    number: int = 0
    message: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold after the exchange. `kind` is the directive, `key` what it is about."""

    line: int
    kind: str
    key: str
    wanted: str


@dataclass(slots=True)
class Exchange:
    """One action and what must follow it."""

    line: int
    action: Action
    messages: list[Expected] = field(default_factory=list)
    options: tuple[int, list[str]] | None = None
    calls: list[CallWanted] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


@dataclass(slots=True)
class Conversation:
    """A file. `now_s` is where its clock begins; `others` are packages beside its own whose bots are there too, each
    with the line that says so."""

    path: Path
    exchanges: list[Exchange] = field(default_factory=list)
    config: dict[str, str] = field(default_factory=dict)
    others: list[tuple[int, str]] = field(default_factory=list)
    now_s: float | None = None


DEFAULT_SESSION = "user"
AGENT_STATES = ("online", "away", "offline")
AGENT_HEARS, AGENT_NOTIFIED = "hears", "notified"
AGENT_DOES = (
    *AGENT_STATES, "accepts", "declines", "says", "notes", AGENT_HEARS, AGENT_NOTIFIED, "resolves", "returns",
    "ends",
)  # fmt: skip
STATES = ("waiting", "pausing", "idle", "running", "transferred", "ended")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?) *(s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|w|weeks?)")
_PACKAGE = re.compile(r"[^/\\]+\.gbai", re.IGNORECASE)
_OPTIONS = re.compile(r"(\[[^\]]*\] *)+")
_KEYED = ("variable", "context", "memory", "event")
_PLAIN = ("state", "ended", "fault", "log", "result", "kbs", "tools", "tags")


_DIRECTIVES = ("session", "wait", "end", "shutdown", "agent", "image", "call", "config", "bot", "now", *_KEYED, *_PLAIN)


def text_of_image(path: str, caption: str) -> str:
    """How a message with an image is compared and shown."""
    return f"[image {path}] {caption}".rstrip()


def load(path: Path) -> Conversation:
    """Read a file. Raises BadConversation."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConversation(file=path, line=1, what=f"cannot be read: {error}") from error
    return parse(text, path)


def parse(text: str, path: Path) -> Conversation:
    """The exchanges of a text. Raises BadConversation."""
    reader = _Reader(Conversation(path))
    for number, line in enumerate(text.splitlines(), 1):
        reader.read(number, line.rstrip())
    return reader.conversation


class _Reader:
    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self._number = 0
        self._is_open = False  # whether there is a session so far

    def read(self, number: int, line: str) -> None:
        self._number = number
        if not line.strip() or line.startswith("'"):
            return
        if line.startswith(">"):
            said = line[1:].strip()
            label = re.fullmatch(r"\[([^\]]+)\]", said)
            self._begin(Say(label[1], True) if label else Say(said))
        elif line.startswith("|"):
            self._continue(line[1:].removeprefix(" "))
        elif line.startswith("@"):
            self._direct(line[1:])
        elif _OPTIONS.fullmatch(line.strip()):
            self._now().options = (number, re.findall(r"\[([^\]]*)\]", line))
        else:
            self._now().messages.append(Expected(number, line.removeprefix("\\")))

    def _now(self) -> Exchange:
        if not self._is_open:
            self._begin(Switch(DEFAULT_SESSION, {}))
        return self.conversation.exchanges[-1]

    def _begin(self, action: Action) -> None:
        """The next action; the first one that is about a session opens it. Agents may be there before."""
        is_before = isinstance(action, Attend) and action.what in AGENT_STATES
        if not self._is_open and not is_before:
            self._is_open = True
            if not isinstance(action, Switch):
                self.conversation.exchanges.append(Exchange(self._number, Switch(DEFAULT_SESSION, {})))
        self.conversation.exchanges.append(Exchange(self._number, action))

    def _continue(self, text: str) -> None:
        messages = self._now().messages
        if not messages:
            raise self._wrong("| continues a message, and there is none before it")
        messages[-1] = Expected(messages[-1].line, f"{messages[-1].text}\n{text}")

    # --- directives

    def _direct(self, text: str) -> None:
        word, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        match word.lower():
            case "session":
                name, *settings = self._words(rest)
                self._begin(Switch(name, dict(map(self._pair, settings))))
            case "wait":
                span = _SPAN.fullmatch(rest.lower())
                if span is None:
                    raise self._wrong("expected a span, such as @wait 30 minutes")
                self._begin(Wait(float(span[1]) * _UNITS[span[2][0]]))
            case "end":
                self._begin(End())
            case "shutdown":
                self._begin(ShutDown())
            case "connect":
                self._begin(Happen("connect"))
            case "happens" | "form" as kind:
                self._begin(self._happen(kind, rest))
            case "agent":
                self._attend(rest)
            case "image":
                path, _, caption = rest.partition(" ")
                if not path:
                    raise self._wrong("expected the file or URL of an image")
                self._now().messages.append(Expected(self._number, text_of_image(path, caption.strip())))
            case "call":
                self._now().calls.append(self._call(rest))
            case "config" | "bot" | "now":
                self._set(word.lower(), rest)
            case kind if kind in _KEYED:
                key, wanted = self._pair(rest)
                self._now().checks.append(Check(self._number, kind, key, wanted))
            case kind if kind in _PLAIN:
                allowed = {"state": STATES, "ended": tuple(EndReason)}.get(kind)
                if allowed is not None and rest not in allowed:
                    raise self._wrong(f"expected @{kind} and one of {', '.join(allowed)}")
                self._now().checks.append(Check(self._number, kind, "", rest))
            case other:
                close = difflib.get_close_matches(other, _DIRECTIVES, n=1)
                meant = f"; did you mean @{close[0]}?" if close else ""
                raise self._wrong(f"there is no directive @{other}{meant}")

    def _attend(self, rest: str) -> None:
        name, _, more = rest.partition(" ")
        what, _, text = more.strip().partition(" ")
        if not name or what not in AGENT_DOES:
            raise self._wrong(f"expected @agent NAME and one of {', '.join(AGENT_DOES)}")
        if what in (AGENT_HEARS, AGENT_NOTIFIED):
            self._now().checks.append(Check(self._number, what, name, text.strip()))
        elif what in AGENT_STATES:
            self._begin(Attend(name, what, settings=dict(map(self._pair, shlex.split(text)))))
        else:
            self._begin(Attend(name, what, text.strip()))

    def _happen(self, kind: str, rest: str) -> Happen:
        name, _, data = rest.partition("=")
        if not name.strip():
            raise self._wrong(f"expected @{kind} NAME, and = VALUE if it has data")
        value = self.value(data.strip()) if data.strip() else None
        if kind == "form" and not isinstance(value, dict):
            raise self._wrong('expected the fields of the form, such as @form contact = {"name": "Ann"}')
        return Happen("event" if kind == "happens" else kind, name.strip(), value)

    def _set(self, what: str, rest: str) -> None:
        if self.conversation.exchanges:
            raise self._wrong(f"@{what} stands before everything else")
        if what == "config":
            key, value = self._pair(rest)
            self.conversation.config[key.lower()] = value
            return
        if what == "bot":
            if not _PACKAGE.fullmatch(rest):
                raise self._wrong("expected the package of another bot beside this one, such as @bot billing.gbai")
            self.conversation.others.append((self._number, rest))
            return
        try:
            moment = datetime.fromisoformat(rest)
        except ValueError:
            raise self._wrong("expected a moment, such as @now 2026-03-01 09:30") from None
        self.conversation.now_s = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

    def _call(self, rest: str) -> CallWanted:
        pattern, arrow, answer = rest.rpartition(" -> ")
        if not arrow:
            return CallWanted(self._number, rest)
        error = re.fullmatch(r"!\s*(\d+)\s*(.*)", answer.strip())
        if error is not None:
            return CallWanted(self._number, pattern, None, int(error[1]), error[2])
        status = re.fullmatch(r"status ([1-5]\d\d)(?: (.*))?", answer.strip())
        if status is not None:
            value = self.value(status[2]) if status[2] else ""
            return CallWanted(self._number, pattern, value, status=int(status[1]))
        return CallWanted(self._number, pattern, self.value(answer))

    def value(self, text: str) -> Any:
        """A value as JSON."""
        try:
            return json.loads(text)
        except ValueError:
            raise self._wrong(f"{text!r} is no JSON value") from None

    def _words(self, rest: str) -> list[str]:
        try:
            words = shlex.split(rest)
        except ValueError as error:
            raise self._wrong(str(error)) from None
        if not words:
            raise self._wrong("expected the name of a session")
        return words

    def _pair(self, text: str) -> tuple[str, str]:
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise self._wrong(f"expected NAME = VALUE, got {text!r}")
        return name.strip(), value.strip()

    def _wrong(self, what: str) -> BadConversation:
        return BadConversation(file=self.conversation.path, line=self._number, what=what)
