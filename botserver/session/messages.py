"""Messages on their way into sessions: given to the session's lane, joined to a turn under way, or answered again.

Messages of one session begin in the order in which they were handed in here. A session that is not in this process has
to be looked up first, and a message that only wants to be stored is written beside the lane; what comes for the session
meanwhile waits behind that, in `_arriving`. A caller that gives up never stops a turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..errors import BotserverError, InternalError, LimitReached, MessageIdExpired
from ..ids import Digest, SessionId
from ..limits import WAITING_CALLERS
from ..model import Activity, Incoming, Message, Principal, Reply, Role, SessionEvent, Wait
from ..store.abc import Repeat, SessionRow
from .access import check_owns
from .attempts import Machinery
from .content import digest_of
from .engine import Engine
from .rates import Rates
from .reading import Readings
from .records import UserInput
from .replies import reused

_ACCEPTED = Wait.ACCEPTED


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A message that waits for the session to be looked up, or behind one that does."""

    principal: Principal
    user_input: UserInput
    wait: Wait
    future: asyncio.Future[Reply]


class Messages:
    def __init__(self, machinery: Machinery, engine: Engine, readings: Readings, rates: Rates) -> None:
        self._machinery = machinery
        self._rates = rates
        self._engine = engine
        self._readings = readings
        self._store = machinery.store
        self._arriving: dict[SessionId, deque[_Arriving]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, principal: Principal, session_id: SessionId, user_input: UserInput, wait: Wait) -> Reply:
        """The reply. A message that only wants to be stored is stored now, whatever of the session runs."""
        future = None if wait is _ACCEPTED else self._give_hot(principal, session_id, user_input, wait)
        if future is not None:
            return await future
        self._refuse_unread(principal, session_id, user_input)
        row = await self._readings.row_of_any_age(principal, session_id)
        return await self.send_to(row, user_input, wait)

    async def send_to(self, row: SessionRow, user_input: UserInput, wait: Wait) -> Reply:
        """The same, for a session its caller may send to."""
        await self._count(row.session_id, user_input)
        if wait is _ACCEPTED:
            return await self._accept(row, user_input, content_of(user_input.incoming))
        return await self._give(row.session_id, user_input, wait)

    def submit(
        self, principal: Principal, session_id: SessionId, user_input: UserInput, wait: Wait
    ) -> asyncio.Future[Reply]:
        """The reply to come. All that can go wrong is in the future; who gives up cancels it."""
        arriving = self._arriving.get(session_id)
        try:
            if arriving is None and wait is not _ACCEPTED:
                given = self._give_hot(principal, session_id, user_input, wait)
                if given is not None:
                    return given
            self._refuse_unread(principal, session_id, user_input)
        except BotserverError as error:
            return _failed(error)
        if arriving is None:
            arriving = self._arriving[session_id] = deque()
            self._start(self._receive(session_id, arriving))
        if len(arriving) >= WAITING_CALLERS:
            return _failed(_inbox_full(len(arriving)))
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_seen)
        arriving.append(_Arriving(principal, user_input, wait, future))
        return future

    async def _receive(self, session_id: SessionId, arriving: deque[_Arriving]) -> None:
        """Take what arrived, one after the other."""
        try:
            while arriving:
                message = arriving[0]
                try:
                    row = await self._readings.row_of_any_age(message.principal, session_id)
                    await self._count(session_id, message.user_input)
                    if message.wait is _ACCEPTED:
                        await self._accept_in_order(row, message)
                    else:
                        _copy(self._give(session_id, message.user_input, message.wait), message.future)
                except BotserverError as error:
                    _fail(message.future, error)
                except Exception as error:  # noqa: BLE001 - the door between what arrives and its callers
                    _fail(message.future, InternalError(incident=self._machinery.report("message", error)))
                arriving.popleft()
        finally:
            del self._arriving[session_id]

    async def _count(self, session_id: SessionId, user_input: UserInput) -> None:
        """One more message of the minute. A repeat is not refused, since its sender may only not have heard the answer:
        so many of them in a minute as look-ups are made. Raises LimitReached."""
        try:
            self._rates.take(session_id)
        except LimitReached:
            message_id = user_input.incoming.message_id
            if self._machinery.replies.is_awaited(session_id, message_id):
                return
            if not self._rates.may_look_up(session_id):
                raise
            self._rates.looks_up(session_id)
            if await self._store.find_message(session_id, message_id) is None:
                raise

    def _refuse_unread(self, principal: Principal, session_id: SessionId, user_input: UserInput) -> None:
        """Refuse what is past the limit and its look-ups without a read, where the owner is known. Raises
        LimitReached."""
        if self._rates.has_room(session_id) or self._rates.may_look_up(session_id):
            return
        hot = self._machinery.hot.peek(session_id)
        if hot is None or self._machinery.replies.is_awaited(session_id, user_input.incoming.message_id):
            return
        check_owns(principal, session_id, hot.row.owner_principal)
        self._rates.take(session_id)

    # --- into the lane

    def _give_hot(
        self, principal: Principal, session_id: SessionId, user_input: UserInput, wait: Wait
    ) -> asyncio.Future[Reply] | None:
        """As `_give`, if nothing must be looked up before: None, and nothing happened, if something must."""
        hot = self._machinery.hot.peek(session_id)
        if hot is None or not self._rates.has_room(session_id):
            return None
        check_owns(principal, session_id, hot.row.owner_principal)
        self._rates.take(session_id)
        return self._give(session_id, user_input, wait)

    def _give(self, session_id: SessionId, user_input: UserInput, wait: Wait) -> asyncio.Future[Reply]:
        """Let the message begin when all before it have. Raises RequestIdReused, LimitReached."""
        replies, message_id = self._machinery.replies, user_input.incoming.message_id
        content = content_of(user_input.incoming)
        future, is_joined = replies.expect(session_id, message_id, content, wait)
        if is_joined:  # its turn may be over while others wait for the session to settle
            self._start(self._look_up(session_id, user_input, future))
            return future

        work = partial(self._engine.take_message, session_id, user_input, content)
        try:
            self._machinery.lanes.begin(session_id, work, partial(replies.fail, session_id, message_id))
        except LimitReached as error:
            replies.fail(session_id, message_id, error)
            raise
        return future

    async def _look_up(self, session_id: SessionId, user_input: UserInput, future: asyncio.Future[Reply]) -> None:
        try:
            await self._engine.look_up(session_id, user_input.incoming.message_id)
        except BotserverError as error:
            _fail(future, error)

    # --- only to be stored

    async def _accept_in_order(self, row: SessionRow, message: _Arriving) -> None:
        """At once, unless a message that came before may not be accepted so far: then behind it in the lane."""
        session_id, lanes, content = row.session_id, self._machinery.lanes, content_of(message.user_input.incoming)
        lane = lanes.lane(session_id) if session_id in lanes else None
        if lane is None or (lane.performing is not None and not lane.waiting):
            reply = await self._accept(row, message.user_input, content)
            if not message.future.done():
                message.future.set_result(reply)
            return
        _copy(lanes.submit(session_id, lambda: self._accept(row, message.user_input, content)), message.future)

    async def _accept(self, row: SessionRow, user_input: UserInput, content: Digest) -> Reply:
        """Store a message and leave it to be given when its turn comes."""
        message_id = user_input.incoming.message_id
        known = await self._store.find_message(row.session_id, message_id, content)
        if known is None:
            known = await self._engine.store_message(row.session_id, user_input, content)
        if known is not None and known.repeat is Repeat.REUSED:
            raise reused(message_id)
        if known is not None and known.repeat is Repeat.EXPIRED:
            raise MessageIdExpired(message_id=message_id)
        if known is None or known.repeat is Repeat.PENDING:
            self.begin_inputs(row.session_id)
        return Reply(row.session_id, (), 0, 0, Activity.RUNNING, 0)  # the same however often and late it is asked for

    def begin_inputs(self, session_id: SessionId) -> None:
        """Let the inputs that wait begin. Where too much waits already they do without: each is due."""
        with suppress(LimitReached):
            self._machinery.lanes.submit(session_id, partial(self._engine.work_off, session_id))

    # --- streamed

    async def stream(
        self, principal: Principal, row: SessionRow, user_input: UserInput, wait: Wait
    ) -> AsyncGenerator[Message | Reply, None]:
        """What the message leads to as it is committed, then the whole reply."""
        session_id, message_id = row.session_id, user_input.incoming.message_id
        future = self.submit(principal, session_id, user_input, wait)
        is_ours = not row.last_seq  # what an opened session says first belongs to the reply
        seen = 0
        events = self._machinery.watches.watch(session_id, row.last_seq)
        try:
            while (event := await _before(future, events)) is not None:
                message = event.message
                if message is None:
                    continue
                if message.message_id == message_id:
                    is_ours = True
                elif is_ours and message.role in (Role.BOT, Role.AGENT):
                    seen = message.seq
                    yield message
            reply = await future
        finally:
            future.cancel()
            await events.aclose()
        for message in reply.messages:
            if message.seq > seen:
                yield message
        yield reply

    async def quiet(self) -> None:
        """Wait until all that was handed in is in its lane."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _before(future: asyncio.Future[Reply], events: AsyncGenerator[SessionEvent, None]) -> SessionEvent | None:
    """The next event; None once the reply is there, or where no more can be watched."""
    coming = asyncio.ensure_future(anext(events))
    try:
        await asyncio.wait((coming, future), return_when=asyncio.FIRST_COMPLETED)
        return await coming if coming.done() else None
    except (StopAsyncIteration, BotserverError):
        return None
    finally:
        if not coming.done():
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming


def content_of(incoming: Incoming) -> Digest:
    event = incoming.event
    if event is not None:
        return digest_of("event", event.kind, event.name, event.data, event.metadata)
    return digest_of(incoming.text, incoming.choice)


def _copy(source: asyncio.Future[Reply], target: asyncio.Future[Reply]) -> None:
    """Let the one have what the other gets; who gives up the one gives up the other."""

    def pass_on(done: asyncio.Future[Reply]) -> None:
        if target.done() or done.cancelled():
            target.cancel()
        elif (error := done.exception()) is not None:
            target.set_exception(error)
        else:
            target.set_result(done.result())

    def give_up(done: asyncio.Future[Reply]) -> None:
        if done.cancelled():
            source.cancel()

    source.add_done_callback(pass_on)
    target.add_done_callback(give_up)


def _failed(error: BotserverError) -> asyncio.Future[Reply]:
    future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    future.add_done_callback(_seen)
    future.set_exception(error)
    return future


def _fail(future: asyncio.Future[Reply], error: BotserverError) -> None:
    if not future.done():
        future.set_exception(error)


def _seen(future: asyncio.Future[Reply]) -> None:
    """Its caller may have gone; that the error is unread is no news."""
    if not future.cancelled():
        future.exception()


def _inbox_full(waiting: int) -> LimitReached:
    return LimitReached(
        "INBOX_FULL", limit="messages of one session that wait", maximum=WAITING_CALLERS, unit="messages",
        current=waiting + 1,
    )  # fmt: skip
