"""Who may do what: the one place that decides.

There is one principal, `local`, until tokens exist. A session belongs to the principal that opened it, and to others
it does not exist.
"""

from __future__ import annotations

from ..errors import NotAllowed, SessionNotFound
from ..ids import AgentId, SessionId
from ..model import LOCAL, Principal


def check_may_open(principal: Principal, bot: str) -> None:
    """Raises NotAllowed if `principal` may not open sessions of `bot`."""
    if principal != LOCAL:
        raise NotAllowed(principal=principal.name, action=f"open sessions of {bot}")


def check_may_attend(principal: Principal, agent_id: AgentId | None = None) -> None:
    """Raises NotAllowed if `principal` may not act at the desk, as this agent."""
    if principal != LOCAL:
        raise NotAllowed(principal=principal.name, action=f"act at the desk as {agent_id or 'anybody'}")


def check_may_deliver(principal: Principal, channel: str) -> None:
    """Raises NotAllowed if `principal` may not be the gateway of `channel`: of its own sessions only."""
    if principal != LOCAL:
        raise NotAllowed(principal=principal.name, action=f"deliver on {channel}")


def check_may_manage(principal: Principal) -> None:
    """Raises NotAllowed if `principal` may not look after bots: read and write their memory, check packages."""
    if principal != LOCAL:
        raise NotAllowed(principal=principal.name, action="look after bots")


def check_may_operate(principal: Principal) -> None:
    """Raises NotAllowed if `principal` may not look after the server, and what all owners have there."""
    if principal != LOCAL:
        raise NotAllowed(principal=principal.name, action="look after the server")


def check_owns(principal: Principal, session_id: SessionId, owner: str) -> None:
    """Raises SessionNotFound if the session of `owner` is not `principal`'s."""
    if owner != principal.name:
        raise SessionNotFound(session_id=session_id)
