"""Who is told, inside this process, what each commit brought. As a rule that is the log.

LOG lines are the only ones with a text of the author's choice; they come from a logger of their own,
`botserver.script`. A fault's sentence is not logged: it may quote what a user wrote. Its reply has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import structlog

from ..ids import SessionId
from ..model import Fault, Message
from ..store.abc import SessionRow
from ..vm.effects import AnalyticsRecord, Done, LogLine
from ..vm.machine import Heap
from .releases import LoadedRelease
from .values import to_json

_script = structlog.get_logger("botserver.script")
_call = structlog.get_logger("botserver.call")
_fault = structlog.get_logger("botserver.fault")


@dataclass(frozen=True, slots=True)
class EndedCall:
    """A call to the outside. `outcome` is `ok`, a kind of error, or `stopped`; not what was asked, nor of whom."""

    bot: str
    key: str
    family: str
    outcome: str
    number: int
    seconds: float


class Ran(Protocol):
    """What a turn tells of itself; it still has all it collected since its commit before."""

    @property
    def session_id(self) -> SessionId: ...
    @property
    def number(self) -> int: ...
    @property
    def release(self) -> LoadedRelease: ...
    @property
    def heap(self) -> Heap: ...
    @property
    def logs(self) -> Sequence[LogLine]: ...
    @property
    def analytics(self) -> Sequence[AnalyticsRecord]: ...
    @property
    def fault(self) -> Fault | None: ...
    @property
    def handler_faults(self) -> Sequence[tuple[str, Fault]]: ...
    @property
    def done(self) -> Done | None: ...
    @property
    def fuel_counted(self) -> int: ...
    @property
    def vm_s(self) -> float: ...


class Journal(Protocol):
    def call_ended(self, call: EndedCall) -> None:
        """An outside call came to its end."""
        ...

    def write(self, row: SessionRow, messages: Sequence[Message], turn: Ran | None) -> None:
        """A commit was made: it left `row` and added `messages`. `turn` is the one whose commit it was, None if no
        script ran."""
        ...


class LogJournal:
    """Writes to the log what scripts log, where they failed, and that they called."""

    def call_ended(self, call: EndedCall) -> None:
        _call.info("outside call", **{**asdict(call), "seconds": round(call.seconds, 3)})

    def write(self, row: SessionRow, messages: Sequence[Message], turn: Ran | None) -> None:
        if turn is None or not (turn.logs or turn.fault is not None or turn.handler_faults):
            return
        where = {"session_id": turn.session_id, "bot": turn.release.bot, "turn": turn.number}
        for line in turn.logs:
            extra = {} if line.value is None else {"value": to_json(line.value)}
            getattr(_script, _METHODS.get(line.level, "info"))(line.text, **where, **extra)
        if turn.fault is not None:
            fault = turn.fault
            _fault.warning("script fault", number=fault.number, script=fault.script, line=fault.line, **where)
        for event, fault in turn.handler_faults:
            _fault.warning(
                "handler fault", event_name=event, number=fault.number, script=fault.script, line=fault.line, **where
            )


_METHODS = {"debug": "debug", "info": "info", "warn": "warning", "error": "error"}
