"""What scripts write to the log: their LOG lines, and where they failed, once the turn is committed.

LOG lines are the only ones with a text of the author's choice; they come from a logger of their own,
`botserver.script`. A fault's sentence is not logged: it may quote what a user wrote. Its reply has it.
"""

from __future__ import annotations

import structlog

from .turn import Turn
from .values import to_json

_script = structlog.get_logger("botserver.script")
_fault = structlog.get_logger("botserver.fault")


def write(turn: Turn) -> None:
    """Write what a committed turn logged."""
    where = {"session_id": turn.session_id, "bot": turn.row.bot, "turn": turn.number}
    for line in turn.logs:
        extra = {} if line.value is None else {"value": to_json(line.value)}
        getattr(_script, _METHODS.get(line.level, "info"))(line.text, **where, **extra)
    if turn.fault is not None:
        fault = turn.fault
        _fault.warning("script fault", number=fault.number, script=fault.script, line=fault.line, **where)


_METHODS = {"debug": "debug", "info": "info", "warn": "warning", "error": "error"}
