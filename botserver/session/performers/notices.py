"""NOTIFY ATTENDANT and NOTIFY AGENT as one turn sees them: what agents are told, once, wherever they are."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from ...errors import ScriptError
from ...ids import AgentId, NoticeId
from ...limits import NOTICE_CHARS, TURN_NOTICES
from ...store.desk import DeskStore, NoticeWrite, Target
from ...vm.formats import display
from ...vm.values import HostValue
from ..states import shown_text
from ..values import clean_text


class Notices:
    """The effect `notice_add`. `principal` is whose desk it is."""

    def __init__(self, store: DeskStore, principal: str) -> None:
        self._store = store
        self._principal = principal
        self._staged: list[NoticeWrite] = []

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"notice_add": self.add}

    async def add(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a notice. Raises ScriptError 4002, 4004, 9008, 9013."""
        agent_id, text = display(arguments[0]).strip(), clean_text(shown_text(arguments[1])).strip()
        if not text:
            raise ScriptError(4002, "a notice says something")
        if len(text) > NOTICE_CHARS:
            raise ScriptError(9008, f"a notice has at most {NOTICE_CHARS} characters")
        if len(self._staged) >= TURN_NOTICES:
            raise ScriptError(9013, f"a turn notifies at most {TURN_NOTICES} times")
        if Target.AGENT not in await self._store.find_targets(self._principal, agent_id):
            raise ScriptError(4004, "there is no agent with that id")
        self._staged.append(NoticeWrite(AgentId(agent_id), NoticeId(str(uuid.uuid4())), text))
        return None

    def writes(self) -> tuple[NoticeWrite, ...]:
        return tuple(self._staged)
