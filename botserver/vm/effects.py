"""What the VM hands to its host when it stops, as plain data."""

from __future__ import annotations

from dataclasses import field

from ..errors import StackEntry
from ..immutable import dataclass
from ..language.effects import EFFECTS, Kind
from .values import HostValue


@dataclass(frozen=True, slots=True)
class Effect:
    """A request to the host, copied out of the heap."""

    number: int
    arguments: tuple[HostValue, ...]

    @property
    def name(self) -> str:
        return EFFECTS[self.number].name

    @property
    def kind(self) -> Kind:
        return EFFECTS[self.number].kind


@dataclass(frozen=True, slots=True)
class Done:
    """The script ended with `value`."""

    value: HostValue


@dataclass(frozen=True, slots=True)
class Suspended:
    """The script stands at an EFFECT; `Heap.resume` or `Heap.resume_error` lets it go on."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class OutOfFuel:
    """The slice is used up; `Heap.run` goes on."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The script failed; its frames are gone. `number` is of the dialect's error table."""

    number: int
    message: str
    stack: tuple[StackEntry, ...] = field(default=())


Stop = Done | Suspended | OutOfFuel | Failed


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A button. `kind` is empty or one of phone, url, email, location, reply."""

    key: str
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """A handler of the session: what it runs for, the script it is in, its key there, and where its variables are."""

    event: str
    file: str
    key: str
    kept: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A bot message of the turn's output. `address` is the id of the sub-session that said it; "" is the session. With
    an `image`, a URL or the path of a package file, the text is its caption."""

    text: str
    suggestions: tuple[Suggestion, ...] = ()
    address: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A LOG line of the turn's output."""

    level: str
    text: str
    value: HostValue


@dataclass(frozen=True, slots=True)
class AnalyticsRecord:
    """An entry for the bot's analytics. `kind` is session, activity or metric."""

    kind: str
    name: str
    value: HostValue


OutputRecord = Talk | LogLine | AnalyticsRecord
