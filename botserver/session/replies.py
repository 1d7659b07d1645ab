"""Replies to those who wait: callers by message id, in this process, and repeats out of the store.

A caller that gives up leaves nothing behind but a future nobody reads. Two requests with one message id wait for the
same reply; one with another content is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from ..errors import BotserverError, MessageIdExpired, RequestIdReused
from ..ids import Digest, MessageId, SessionId
from ..immutable import dataclass
from ..limits import OUTPUT_RECORDS
from ..model import Message, Reply, Role, Wait
from ..store.abc import Known, Repeat, Store
from .records import FinalReply, Notes, OpenReply, ReplyRecord, decode_reply
from .steps import Steps, result_of

_PAGE = OUTPUT_RECORDS
_SPEAKERS = (Role.BOT, Role.AGENT)
_TURN = Wait.TURN


@dataclass(slots=True)
class _Awaited:
    content: Digest
    for_turn: list[asyncio.Future[Reply]]
    for_settled: list[asyncio.Future[Reply]]


class Replies:
    """Who waits for which reply."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._awaited: dict[SessionId, dict[MessageId, _Awaited]] = {}

    def sessions(self) -> list[SessionId]:
        """Those of which a reply is awaited."""
        return list(self._awaited)

    def is_awaited(self, session_id: SessionId, message_id: MessageId) -> bool:
        return message_id in self._awaited.get(session_id, {})

    def expect(
        self, session_id: SessionId, message_id: MessageId, content: Digest, wait: Wait
    ) -> tuple[asyncio.Future[Reply], bool]:
        """A future for the reply, and whether somebody waits for it already. Raises RequestIdReused."""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        of_session = self._awaited.setdefault(session_id, {})
        awaited = of_session.get(message_id)
        if awaited is None:
            of_session[message_id] = (
                _Awaited(content, [future], []) if wait is _TURN else _Awaited(content, [], [future])
            )
            return future, False
        if awaited.content != content:
            raise reused(message_id)
        # who asks again and again leaves no heap of futures that gave up
        awaited.for_turn = [each for each in awaited.for_turn if not each.done()]
        awaited.for_settled = [each for each in awaited.for_settled if not each.done()]
        waiting = awaited.for_turn if wait is _TURN else awaited.for_settled
        waiting.append(future)
        return future, True

    # --- what became known

    def progress(
        self, session_id: SessionId, message_id: MessageId, reply: OpenReply, spoken: Sequence[Message] = ()
    ) -> Steps[None]:
        """A reply grew; those who wait for the end of its turn have it if that was reached."""
        awaited = self._awaited.get(session_id, {}).get(message_id)
        if awaited is not None and awaited.for_turn and reply.turn is not None:
            waiting, awaited.for_turn = awaited.for_turn, []
            if not awaited.for_settled:
                self._forget(session_id, message_id)
            yield from self._give(waiting, session_id, reply.turn, spoken)

    def settle(
        self, session_id: SessionId, message_id: MessageId, reply: FinalReply, spoken: Sequence[Message] = ()
    ) -> Steps[None]:
        """A reply is final. `spoken` are the messages just committed: they need not be read again."""
        awaited = self._forget(session_id, message_id)
        if awaited is None:
            return
        if awaited.for_turn:
            yield from self._give(awaited.for_turn, session_id, reply.turn, spoken)
        if awaited.for_settled:
            yield from self._give(awaited.for_settled, session_id, reply.settled, spoken)

    def give(self, session_id: SessionId, message_id: MessageId, reply: Reply) -> None:
        """A reply is final and whole."""
        awaited = self._forget(session_id, message_id)
        if awaited is not None:
            for future in (*awaited.for_turn, *awaited.for_settled):
                if not future.done():
                    future.set_result(reply)

    def look_up(self, session_id: SessionId, notes: Notes) -> Steps[None]:
        """Somebody else may have written replies: give what the store has of those that are awaited."""
        for message_id in list(self._awaited.get(session_id, {})):
            known = yield from result_of(self._store.find_message(session_id, message_id))
            if known is not None:
                yield from self.repeat(session_id, message_id, known, notes)

    def repeat(self, session_id: SessionId, message_id: MessageId, known: Known, notes: Notes) -> Steps[None]:
        """The store knew the message id: give what was answered, or let its callers wait on if it is under way."""
        match known.repeat:
            case Repeat.SETTLED:
                assert known.reply is not None
                yield from self.settle(session_id, message_id, decode_reply(known.reply))
            case Repeat.PENDING:
                if message_id in notes.open_replies:
                    yield from self.progress(session_id, message_id, notes.open_replies[message_id])
            case Repeat.EXPIRED:
                self.fail(session_id, message_id, MessageIdExpired(message_id=message_id))
            case Repeat.REUSED:
                self.fail(session_id, message_id, reused(message_id))

    def fail(self, session_id: SessionId, message_id: MessageId, error: BotserverError) -> None:
        awaited = self._forget(session_id, message_id)
        if awaited is not None:
            _refuse([*awaited.for_turn, *awaited.for_settled], error)

    def fail_session(self, session_id: SessionId, error: BotserverError) -> None:
        """No message of this session will be answered any more."""
        for message_id in list(self._awaited.get(session_id, {})):
            self.fail(session_id, message_id, error)

    def fail_all(self, error: BotserverError) -> None:
        for session_id in list(self._awaited):
            self.fail_session(session_id, error)

    def _forget(self, session_id: SessionId, message_id: MessageId) -> _Awaited | None:
        of_session = self._awaited.get(session_id)
        if of_session is None:
            return None
        awaited = of_session.pop(message_id, None)
        if not of_session:
            del self._awaited[session_id]
        return awaited

    # --- replies

    def _give(
        self,
        futures: Collection[asyncio.Future[Reply]],
        session_id: SessionId,
        record: ReplyRecord,
        spoken: Sequence[Message],
    ) -> Steps[None]:
        """Whoever waits gets the reply, or why it cannot be read; the turn is committed all the same."""
        if record.first_seq and not (spoken and spoken[0].seq <= record.first_seq):
            try:
                spoken = yield from result_of(self._stored(session_id, record))
            except BotserverError as error:
                _refuse(futures, error)
                return
        reply = _reply(session_id, record, spoken)
        for future in futures:
            if not future.done():
                future.set_result(reply)

    async def build(self, session_id: SessionId, record: ReplyRecord) -> Reply:
        """The reply of a record, with its messages. Raises MessageIdExpired if they are no longer kept."""
        return _reply(session_id, record, await self._stored(session_id, record) if record.first_seq else ())

    async def _stored(self, session_id: SessionId, record: ReplyRecord) -> list[Message]:
        found: list[Message] = []
        after = record.first_seq - 1
        while page := await self._store.list_messages(session_id, _PAGE, after, record.last_seq + 1):
            found += page
            after = page[-1].seq
        if not found or found[0].seq != record.first_seq:
            raise MessageIdExpired(message_id=f"of revision {record.revision}")
        return found


def _reply(session_id: SessionId, record: ReplyRecord, spoken: Sequence[Message]) -> Reply:
    """`spoken` are at least the messages of the record."""
    first, last = record.first_seq, record.last_seq
    messages = [each for each in spoken if first <= each.seq <= last and each.role in _SPEAKERS] if first else ()
    return Reply(
        session_id, tuple(messages), first, last, record.activity, record.revision, record.waiting_for, record.fault,
        record.usage, record.end_reason,
    )  # fmt: skip


def reused(message_id: MessageId) -> RequestIdReused:
    return RequestIdReused(field="message_id", value=message_id)


def _refuse(futures: Collection[asyncio.Future[Reply]], error: BotserverError) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)
            future.exception()  # its caller may have gone; that the error is unread is no news
