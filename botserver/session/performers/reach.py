"""Which sessions the scripts of one turn may have to do with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...ids import SessionId
from ...store.abc import SessionRow


class FindsSessions(Protocol):
    async def find_session(self, session_id: SessionId) -> SessionRow | None: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """Of the session `row`, whose scripts are those of the bot `bot`. A conversation that was handed on brings its bot
    no other session: those of the first bot are not its own, and its own did not ask for what this caller may."""

    store: FindsSessions
    row: SessionRow
    bot: str

    async def find_session(self, session_id: SessionId) -> SessionRow | None:
        """None if there is none, or it is out of reach."""
        if session_id == self.row.session_id:
            return self.row
        return self.narrowed(await self.store.find_session(session_id)) if self.row.bot == self.bot else None

    def narrowed(self, other: SessionRow | None) -> SessionRow | None:
        """Another session, None if it is out of reach."""
        own = (self.row.bot, self.row.owner_principal)
        is_near = other is not None and self.row.bot == self.bot and (other.bot, other.owner_principal) == own
        return other if is_near else None
