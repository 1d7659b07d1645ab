"""What begins a turn beside messages and the desk."""

from __future__ import annotations

from ..ids import MessageId
from ..immutable import dataclass
from ..model import EndReason
from ..vm.values import HostValue


@dataclass(frozen=True, slots=True)
class Started:
    """The session was opened."""

    parameters: dict[str, HostValue]
    last_interaction: str
    script: str


@dataclass(frozen=True, slots=True)
class Fired:
    """The timer of a HEAR or WAIT is over."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The user is back after a while, with this message, which waits until `resume.bas` has run."""

    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Ending:
    """The session ends from outside; what runs or waits is dropped."""

    reason: EndReason
