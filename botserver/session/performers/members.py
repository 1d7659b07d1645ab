"""ADD BOT and what goes with it, as one turn sees it: the bots that take part in a session, kept in its notes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from ...desk import folded
from ...errors import ScriptError
from ...limits import BOT_TRIGGERS, EVENT_BYTES, SUB_SESSIONS, TRIGGER_CHARS
from ...model import OutsideEvent, OutsideKind
from ...vm.formats import display
from ...vm.text import fold
from ...vm.values import HostValue
from ..bot_notes import NONE, Member
from ..records import Notes
from ..values import encode_value, to_json
from .delegations import Delegations

Arguments = tuple[HostValue, ...]

_WORD = re.compile(r"[^\W_]+")
BROADCAST_EVENT = "broadcast"
"""The event of BROADCAST; its data is what was broadcast."""


class Keeps(Protocol):
    """Who keeps the notes."""

    notes: Notes


class Members:
    """The effects `bot_add`, `bot_remove`, `bots_list`, `bots_tell`."""

    def __init__(self, turn: Keeps, delegations: Delegations) -> None:
        self._turn = turn
        self._delegations = delegations

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"bot_add": self.add, "bot_remove": self.remove, "bots_list": self.listed, "bots_tell": self.tell}

    async def add(self, arguments: Arguments) -> HostValue:
        """Raises ScriptError 4002, 4004, 5001, 9011, 9012, 9013."""
        name, *words = arguments
        release = await self._delegations.find_partner(display(name))
        member = Member(release.bot, _triggers(words))
        members = [member if each.bot == member.bot else each for each in self._turn.notes.members]
        if member not in members:
            members.append(member)
        if len(members) > SUB_SESSIONS:
            raise ScriptError(9011, f"at most {SUB_SESSIONS} bots take part in a session")
        return self._keep(members)

    async def remove(self, arguments: Arguments) -> HostValue:
        """By its name; in any case if none has exactly that, as one is found to be added."""
        name, members = display(arguments[0]).strip(), self._turn.notes.members
        named = [each for each in members if each.bot == name]
        named = named or [each for each in members if folded(each.bot) == folded(name)]
        return self._keep([each for each in members if each not in named])

    async def listed(self, arguments: Arguments) -> HostValue:
        return [{"name": each.bot, "triggers": [*map(str.strip, each.triggers)]} for each in self._turn.notes.members]

    async def tell(self, arguments: Arguments) -> HostValue:
        """Gives how many are told; where one of them cannot be, none is. Raises ScriptError 4004, 5001, 9011, 9012,
        9013."""
        if len(encode_value(arguments[0])) > EVENT_BYTES:
            raise ScriptError(9013, f"the data of an event has at most {EVENT_BYTES} bytes")
        event = OutsideEvent(OutsideKind.EVENT, BROADCAST_EVENT, to_json(arguments[0]))
        members = self._turn.notes.members
        await self._delegations.tell([member.bot for member in members], event)
        return len(members)

    def _keep(self, members: list[Member]) -> HostValue:
        notes = self._turn.notes
        self._turn.notes = replace(notes, bots=replace(notes.bots or NONE, members=tuple(members)))
        return None


def words_of(text: str) -> str:
    """The words of a text, folded, with a blank around each."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _triggers(given: list[HostValue]) -> tuple[str, ...]:
    texts = [text for value in given for text in re.split("[;,]", display(value)) if text.strip()]
    triggers = tuple(dict.fromkeys(words for words in map(words_of, texts) if words.strip()))
    if given and not triggers:
        raise ScriptError(4002, "a trigger is words, with commas between those that stand alone")
    if len(triggers) > BOT_TRIGGERS or any(len(each) > TRIGGER_CHARS for each in triggers):
        raise ScriptError(9013, f"a bot has at most {BOT_TRIGGERS} triggers of {TRIGGER_CHARS} characters")
    return triggers
