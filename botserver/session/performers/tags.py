"""TAG CONVERSATION as one turn sees it: under which words agents and operators find a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...desk import folded
from ...errors import ScriptError
from ...limits import TAG_CHARS, TURN_TAGS
from ...store.desk import TagWrite
from ...vm.values import HostValue
from ..states import shown_text
from ..values import clean_text
from .about import About


class SessionTags:
    """The effect `tag_add`."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._staged: dict[TagWrite, None] = {}

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"tag_add": self.add}

    async def add(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a tag. Raises ScriptError 4002, 4004, 5001, 9008, 9013."""
        tag = folded(clean_text(shown_text(arguments[1])))
        if not tag:
            raise ScriptError(4002, "a tag is a word or a few")
        if len(tag) > TAG_CHARS:
            raise ScriptError(9008, f"a tag has at most {TAG_CHARS} characters")
        write = TagWrite(await self._about.find_with_rights(arguments[0]), tag)
        if write not in self._staged and len(self._staged) >= TURN_TAGS:
            raise ScriptError(9013, f"a turn adds at most {TURN_TAGS} tags")
        self._staged[write] = None
        return None

    def writes(self) -> tuple[TagWrite, ...]:
        return tuple(self._staged)
