"""SEND TO SESSION as one turn sees it: what is staged for other sessions, accepted there with the turn's commit."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import ScriptError
from ...ids import Digest, MessageId, SessionId
from ...limits import INBOX_INPUTS, OUTPUT_BYTES, SENDS
from ...model import SessionState
from ...store.abc import SessionRow
from ...store.sends import Send
from ...vm.values import HostValue
from ..records import INPUT_ANSWER, INPUT_SENT, Sent
from .reach import FindsSessions

_NO_CONTENT = Digest(b"")  # no client can choose the ids of these inputs, so none is sent with another content


class Sends:
    """The effect `send`. `prefix` makes the ids of what it stages: no two commits have the same one."""

    def __init__(self, reach: FindsSessions, prefix: Callable[[], str]) -> None:
        self._reach = reach
        self._prefix = prefix
        self._staged: list[Send] = []
        self._size = 0

    async def send(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a message. Raises ScriptError 4004 for a session that is not open or of another bot, 9013 for too
        much."""
        target, text = str(arguments[0]).strip().lower(), str(arguments[1])
        self.stage(await self.find(SessionId(target)), INPUT_SENT, Sent(text).encoded(), len(text))
        return None

    async def find(self, session_id: SessionId) -> SessionRow:
        """Raises ScriptError 4004 for a session that is not open or of another bot."""
        row = await self._reach.find_session(session_id)
        if row is None or row.state is not SessionState.OPEN:
            raise ScriptError(4004, "there is no open session of this bot with that id")
        return row

    def stage(self, target: SessionRow, kind: str, payload: bytes, size: int) -> None:
        """Stage an input for an open session. Raises ScriptError 9013 for too much."""
        self.put(target.session_id, target.accepted - target.consumed, kind, payload, size)

    def put(self, session_id: SessionId, waiting: int, kind: str, payload: bytes, size: int) -> MessageId:
        """As `stage`, for a session where so many inputs wait; gives the id of this one."""
        self._size += size
        if len(self._staged) >= SENDS or self._size > OUTPUT_BYTES or not self._has_room(session_id, waiting):
            raise ScriptError(9013, f"a turn sends at most {SENDS} messages, and no session takes more than it can")
        return self._add(session_id, kind, payload)

    def answer(self, target: SessionRow, payload: bytes, is_awaited: bool) -> None:
        """Stage what the session was asked for, whatever its scripts send. One that is awaited is never left out: there
        is one at most, and what waits in front of it waits for it. Another one needs room."""
        if is_awaited or self._has_room(target.session_id, target.accepted - target.consumed):
            self._add(target.session_id, INPUT_ANSWER, payload, is_awaited)

    def _has_room(self, session_id: SessionId, waiting: int) -> bool:
        return waiting + sum(send.session_id == session_id for send in self._staged) < INBOX_INPUTS

    def _add(self, session_id: SessionId, kind: str, payload: bytes, is_awaited: bool = False) -> MessageId:
        message_id = MessageId(f" send {self._prefix()}/{len(self._staged)}")
        self._staged.append(Send(session_id, kind, message_id, _NO_CONTENT, payload, is_awaited))
        return message_id

    def staged(self) -> tuple[int, int]:
        """What is staged so far, for `go_back_to`."""
        return len(self._staged), self._size

    def go_back_to(self, staged: tuple[int, int]) -> None:
        """Stage nothing of what came after."""
        count, self._size = staged
        del self._staged[count:]

    def writes(self) -> tuple[Send, ...]:
        return tuple(self._staged)
