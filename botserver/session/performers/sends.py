"""SEND TO SESSION as one turn sees it: what is staged for other sessions, accepted there with the turn's commit."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import ScriptError
from ...ids import Digest, MessageId, SessionId
from ...limits import INBOX_INPUTS, OUTPUT_BYTES, SENDS
from ...model import SessionState
from ...store.abc import SessionRow, Store
from ...store.sends import Send
from ...vm.values import HostValue
from ..records import INPUT_SENT, Sent

_NO_CONTENT = Digest(b"")  # no client can choose the ids of these inputs, so none is sent with another content


class Sends:
    """The effect `send`. `prefix` makes the ids of what it stages: no two commits have the same one."""

    def __init__(self, store: Store, row: SessionRow, prefix: Callable[[], str]) -> None:
        self._store = store
        self._row = row
        self._prefix = prefix
        self._staged: list[Send] = []
        self._size = 0

    async def send(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage a message. Raises ScriptError 4004 for a session that is not open or of another bot, 9013 for too
        much."""
        target, text = str(arguments[0]).strip().lower(), str(arguments[1])
        session_id = SessionId(target)
        row = self._row if session_id == self._row.session_id else await self._store.find_session(session_id)
        is_known = row is not None and (row.bot, row.owner_principal) == (self._row.bot, self._row.owner_principal)
        if row is None or not is_known or row.state is not SessionState.OPEN:
            raise ScriptError(4004, "there is no open session of this bot with that id")
        self.stage(row, INPUT_SENT, Sent(text).encoded(), len(text))
        return None

    def stage(self, target: SessionRow, kind: str, payload: bytes, size: int) -> None:
        """Stage an input for an open session. Raises ScriptError 9013 for too much."""
        waiting = target.accepted - target.consumed
        waiting += sum(send.session_id == target.session_id for send in self._staged)
        self._size += size
        if len(self._staged) >= SENDS or self._size > OUTPUT_BYTES or waiting >= INBOX_INPUTS:
            raise ScriptError(9013, f"a turn sends at most {SENDS} messages, and no session takes more than it can")
        message_id = MessageId(f" send {self._prefix()}/{len(self._staged)}")
        self._staged.append(Send(target.session_id, kind, message_id, _NO_CONTENT, payload))

    def writes(self) -> tuple[Send, ...]:
        return tuple(self._staged)
