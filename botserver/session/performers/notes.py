"""ADD NOTE as one turn sees it: what agents are told of a session, and users never."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from ...desk import Note
from ...errors import ScriptError
from ...ids import AgentId, NoteId, SessionId
from ...limits import NOTE_CHARS, TURN_NOTES
from ...store.abc import SessionRow
from ...store.desk import NoteWrite
from ...vm.formats import display
from ...vm.values import HostValue
from ..settings import BotConfig
from ..states import shown_text
from ..values import clean_text
from .reach import FindsSessions

NOBODY = AgentId("")
"""Whose the notes of scripts are: no agent's."""


async def session_about(reach: FindsSessions, own: SessionRow, address: str, wanted: SessionId) -> SessionId:
    """The session of the bot with that id; a sub-session is of its session. Raises ScriptError 4004."""
    if wanted and wanted in (own.session_id, address):
        return own.session_id
    row = await reach.find_session(wanted)
    if row is None:
        raise ScriptError(4004, "there is no session of this bot with that id")
    return row.session_id


class SessionNotes:
    """The effect `note_add`. `address` is the sub-session the script runs in, "" for none."""

    def __init__(self, reach: FindsSessions, row: SessionRow, config: BotConfig, address: Callable[[], str]) -> None:
        self._reach = reach
        self._row = row
        self._author = clean_text(config.text("bot-name", row.bot))
        self._address = address
        self._staged: list[NoteWrite] = []

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"note_add": self.add}

    async def add(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a note. Raises ScriptError 4002, 4004, 9008, 9013."""
        wanted, text = SessionId(display(arguments[0]).strip().lower()), clean_text(shown_text(arguments[1])).strip()
        if not text:
            raise ScriptError(4002, "a note says something")
        if len(text) > NOTE_CHARS:
            raise ScriptError(9008, f"a note has at most {NOTE_CHARS} characters")
        if len(self._staged) >= TURN_NOTES:
            raise ScriptError(9013, f"a turn adds at most {TURN_NOTES} notes")
        note = Note(NoteId(str(uuid.uuid4())), NOBODY, self._author, text)
        self._staged.append(NoteWrite(await session_about(self._reach, self._row, self._address(), wanted), note))
        return None

    def writes(self) -> tuple[NoteWrite, ...]:
        return tuple(self._staged)
