"""ADD NOTE as one turn sees it: what agents are told of a session, and users never."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from ...desk import Note
from ...errors import ScriptError
from ...ids import AgentId, NoteId
from ...limits import NOTE_CHARS, TURN_NOTES
from ...store.desk import NoteWrite
from ...vm.values import HostValue
from ..settings import BotConfig
from ..states import shown_text
from ..values import clean_text
from .about import About

NOBODY = AgentId("")
"""Whose the notes of scripts are: no agent's."""


class SessionNotes:
    """The effect `note_add`, of scripts of the bot `bot`."""

    def __init__(self, about: About, config: BotConfig, bot: str) -> None:
        self._about = about
        self._author = clean_text(config.text("bot-name", bot))
        self._staged: list[NoteWrite] = []

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"note_add": self.add}

    async def add(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a note. Raises ScriptError 4002, 4004, 9008, 9013."""
        text = clean_text(shown_text(arguments[1])).strip()
        if not text:
            raise ScriptError(4002, "a note says something")
        if len(text) > NOTE_CHARS:
            raise ScriptError(9008, f"a note has at most {NOTE_CHARS} characters")
        if len(self._staged) >= TURN_NOTES:
            raise ScriptError(9013, f"a turn adds at most {TURN_NOTES} notes")
        note = Note(NoteId(str(uuid.uuid4())), NOBODY, self._author, text)
        self._staged.append(NoteWrite(await self._about.find(arguments[0]), note))
        return None

    def writes(self) -> tuple[NoteWrite, ...]:
        return tuple(self._staged)
