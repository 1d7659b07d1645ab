"""Converse: many sessions over one stream. One Conversation a stream; it reads frames and writes frames.

A message costs no task and no write of its own: it is handed to the session service, which gives a future; when that
is done the answer goes to the outbox, and all that is there goes into the next frame. Frames come and go by callbacks;
a task takes one only where it has to wait. What bounds a stream:

    read      no frame is taken while `max_in_flight` messages wait for their answer to be written
    answers   as many; past CONVERSE_WAITING_CHARS of texts the rest become OVERLOADED, since they are stored
    events    a subscription stands still while CONVERSE_PUSHES events wait; its watcher reads the store again later

A stream that breaks lets go of the futures: the turns go on. Who may do what is asked by the session service for each
message and subscription, as it is for every call.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from time import perf_counter
from typing import TypeAlias

import structlog

from .. import limits
from ..errors import BadField, BotserverError, ClientSilent, Draining, LimitReached, Overloaded
from ..ids import SessionId
from ..model import LOCAL, OpenRequest, Reply, SessionEvent, Wait
from ..session.service import SessionService
from . import checks, translate
from .interceptors import CALL, Exchange, bind_call
from .observe import CallObserver
from .pb import error_pb2, session_pb2
from .status import to_status

Frames: TypeAlias = "Exchange[session_pb2.ConverseRequest]"
Alias: TypeAlias = tuple[str, str, str]

MESSAGE = "ConverseMessage"
"""What metrics call a message of a stream."""
_SMALL = 100
"""What an answer without texts counts for."""


class Load:
    """What all streams of the process have under way, bounded like its calls and streams."""

    def __init__(self, max_messages: int = limits.RPC_CALLS, max_subscriptions: int = limits.RPC_STREAMS) -> None:
        self.max_messages = max_messages
        self.max_subscriptions = max_subscriptions
        self.messages = 0
        self.subscriptions = 0


class _Message:
    """A message of the stream, until its answer is written. `session_id` and `message_id` as they were sent."""

    __slots__ = ("chars", "conversation", "future", "is_named", "message_id", "result", "session_id", "started")

    def __init__(self, conversation: Conversation, session_id: str, message_id: str) -> None:
        self.conversation = conversation
        self.session_id = session_id
        self.message_id = message_id
        self.started = perf_counter()
        self.is_named = False
        self.future: asyncio.Future[Reply] | asyncio.Task[session_pb2.SendMessageResponse] | None = None
        self.result: Reply | session_pb2.SendMessageResponse | BotserverError | None = None
        """A reply, a whole response, or why there is none."""
        self.chars = _SMALL
        """Of texts to be written, about."""

    def answered(self, future: asyncio.Future[Reply]) -> None:
        self.conversation.answered(self, future)

    def answer(self, result: Reply | session_pb2.SendMessageResponse | BotserverError) -> None:
        self.result = result
        if isinstance(result, Reply):
            for message in result.messages:
                self.chars += len(message.text)
        elif not isinstance(result, BotserverError):
            self.chars = result.ByteSize()


class _News:
    """An event of a subscription, or its end. `session_id` as it was sent."""

    __slots__ = ("chars", "event", "session_id")

    def __init__(self, session_id: str, event: SessionEvent | BotserverError | None) -> None:
        self.session_id = session_id
        self.event = event
        self.chars = 100 + (len(event.message.text) if isinstance(event, SessionEvent) and event.message else 0)


class Conversation:
    """One stream, from its first frame to its last."""

    def __init__(
        self, frames: Frames, service: SessionService, load: Load, observer: CallObserver, heartbeat_s: float,
        silence_s: float,
    ) -> None:  # fmt: skip
        self._frames = frames
        self._service = service
        self._load = load
        self._observer = observer
        self._heartbeat_s = heartbeat_s
        self._silence_s = silence_s
        self._loop = asyncio.get_running_loop()
        self._log = structlog.get_logger("botserver.rpc").bind()
        self._next = session_pb2.ConverseResponse()
        """What is to be written beside answers and events."""
        self._answers: deque[_Message] = deque()
        self._events: deque[_News] = deque()
        self._waiting_chars = self._event_chars = 0
        self._pending: dict[_Message, None] = {}
        self._in_flight = 0  # taken, or refused, and not written
        self._has_news = False  # there is something to write
        self._is_flushing = False  # a frame is about to be made
        self._written = 0  # answers in the frame on its way
        self._read_all: asyncio.Future[None] = self._loop.create_future()
        """The client has closed its side; or why its frames are read no more."""
        self._is_over = False
        self._room = asyncio.Event()  # something was written
        self._idle = asyncio.Event()  # nothing is in flight
        self._idle.set()
        self._is_draining = False
        self._openings: dict[Alias, asyncio.Future[None]] = {}
        self._subscriptions: dict[SessionId, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard_s = self._told_s = self._loop.time()
        self._writing_s: float | None = None
        self._naming: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Until the client closes its side. Raises Draining, ClientSilent, BadField."""
        self._welcome()
        self._frames.call.receive(self._came)
        others = [asyncio.create_task(each) for each in (self._watch_silence(), self._drain())]
        finishing: asyncio.Task[None] | None = None
        try:
            await asyncio.wait((self._read_all, *others), return_when=asyncio.FIRST_COMPLETED)
            if self._read_all.done() and self._read_all.exception() is None:
                finishing = asyncio.create_task(self._finish())
                await asyncio.wait((finishing, *others), return_when=asyncio.FIRST_COMPLETED)
            for part in (self._read_all, *others):
                if part.done():
                    part.result()  # raises: only reading ends otherwise
        finally:
            self._let_go()
            tasks = [*others, *self._subscriptions.values(), *self._tasks]
            tasks += [] if finishing is None else [finishing]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _welcome(self) -> None:
        welcome = self._next.welcome
        welcome.max_messages = limits.CONVERSE_MESSAGES
        welcome.max_in_flight = limits.CONVERSE_IN_FLIGHT
        welcome.max_subscriptions = limits.CONVERSE_SUBSCRIPTIONS
        welcome.heartbeat.FromMilliseconds(int(self._heartbeat_s * 1000))
        welcome.silence.FromMilliseconds(int(self._silence_s * 1000))
        self._ring()

    async def _finish(self) -> None:
        """Wait until all that was taken is answered and written."""
        await self._idle.wait()
        while self._has_news or self._answers or self._writing_s is not None:
            self._room.clear()
            await self._room.wait()

    def _let_go(self) -> None:
        """Of what is not answered: the turns go on, nobody here waits for them."""
        self._is_over = True
        self._read_all.cancel()
        if self._naming is not None:
            self._naming.cancel()
        for pending in tuple(self._pending):
            if pending.future is not None:
                pending.future.remove_done_callback(pending.answered)  # type: ignore[arg-type]  # of either kind
                pending.future.cancel()
        self._load.messages -= len(self._pending)
        self._pending.clear()

    # --- what comes

    def _came(self, data: bytes | None) -> None:
        if self._is_over:
            return
        if data is None:
            self._read_all.set_result(None)
            return
        try:
            frame = self._frames.parse(data)
            self._heard_s = self._loop.time()
            has_room = self._in_flight + len(frame.messages) <= limits.CONVERSE_IN_FLIGHT
            if not has_room or frame.subscribe or frame.unsubscribe:
                task = asyncio.create_task(self._take_slowly(frame))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                return
            for number, message in enumerate(frame.messages):
                self._take(number, message)
        except Exception as error:  # noqa: BLE001  # of the stream: `run` raises it
            self._fail(error)
        else:
            self._frames.call.receive(self._came)

    async def _take_slowly(self, frame: session_pb2.ConverseRequest) -> None:
        """Of a frame that may have to wait, and with it those behind it."""
        try:
            for number, message in enumerate(frame.messages):
                if self._in_flight >= limits.CONVERSE_IN_FLIGHT:
                    await self._wait_for_room()
                self._take(number, message)
            await self._change_subscriptions(frame)
        except Exception as error:  # noqa: BLE001  # of the stream: `run` raises it
            self._fail(error)
        else:
            self._frames.call.receive(self._came)

    def _fail(self, error: Exception) -> None:
        if not self._read_all.done():
            self._read_all.set_exception(error)

    async def _wait_for_room(self) -> None:
        while self._in_flight >= limits.CONVERSE_IN_FLIGHT:
            self._room.clear()
            await self._room.wait()
        self._heard_s = self._loop.time()  # the client may have sent meanwhile; nobody looked

    def _take(self, number: int, message: session_pb2.SendMessageRequest) -> None:
        """Hand a message on, the so many-th of its frame; its answer comes to `answered`."""
        bound = bind_call(message, self._frames.call)
        try:
            if number >= limits.CONVERSE_MESSAGES:
                raise _too_many("messages of one frame", limits.CONVERSE_MESSAGES)
            if self._is_draining:
                raise Draining
            if self._load.messages >= self._load.max_messages:
                raise Overloaded(what=f"{self._load.max_messages} messages under way")
            incoming, wait = translate.to_incoming(message), translate.to_wait(message.wait)
            target = message.WhichOneof("target")
            if target == "session_id":
                session_id = checks.session_id(message.session_id)
                future = self._service.submit_message(LOCAL, session_id, incoming, wait)
                pending = _Message(self, message.session_id, message.message_id)
                pending.future = future
                self._begin(pending)
                future.add_done_callback(pending.answered)
            elif target == "open":
                self._open(translate.to_open(LOCAL, message.open), message, wait)
            else:
                raise BadField("session_id", "is missing", hint="name the session, or give open with bot and alias")
        except Exception as error:  # noqa: BLE001  # the door of one message: see Exchange.failure
            self._refuse(message, self._frames.failure(error))
        finally:
            CALL.reset(bound)

    def _begin(self, pending: _Message) -> None:
        self._in_flight += 1
        self._load.messages += 1
        self._idle.clear()
        self._pending[pending] = None
        if self._naming is None:
            self._naming = self._loop.call_later(limits.CONVERSE_TAKEN_S, self._name_taken)

    def _open(self, request: OpenRequest, message: session_pb2.SendMessageRequest, wait: Wait) -> None:
        """Messages of one alias are given to it in order, so each opens after the one before did."""
        alias = (request.bot, request.channel, request.alias)
        before, placed = self._openings.get(alias), self._loop.create_future()
        self._openings[alias] = placed
        pending = _Message(self, "", message.message_id)
        incoming = translate.to_incoming(message)

        async def work() -> session_pb2.SendMessageResponse:
            try:
                if before is not None:
                    await before
                session_id, future = await self._service.open_and_submit(request, incoming, wait)
            finally:
                if not placed.done():
                    placed.set_result(None)
                if self._openings.get(alias) is placed:
                    del self._openings[alias]
            reply = await future
            session = await self._service.get_session(LOCAL, session_id)
            response = session_pb2.SendMessageResponse(session=translate.from_session(session))
            translate.write_reply(response.reply, reply)
            return response

        task = asyncio.create_task(work())
        pending.future = task
        self._begin(pending)
        task.add_done_callback(pending.answered)  # type: ignore[arg-type]  # a response instead of a reply

    def answered(self, pending: _Message, future: asyncio.Future[Reply]) -> None:
        """A message has its reply, or will have none."""
        if self._pending.pop(pending, pending) is pending:
            return  # let go of
        self._load.messages -= 1
        error: BotserverError | None = None
        if future.cancelled():
            error = Draining()
        elif (failure := future.exception()) is not None:
            error = self._frames.failure(failure)
        pending.answer(error or future.result())
        if error is None and self._waiting_chars + pending.chars > limits.CONVERSE_WAITING_CHARS and self._answers:
            error = Overloaded(what="the client of this stream reads too slowly for its replies")
            pending.result, pending.chars = error, _SMALL
        self._count(error, pending.started)
        self._put(pending)

    def _refuse(self, message: session_pb2.SendMessageRequest, error: BotserverError) -> None:
        """A message that was not taken."""
        self._in_flight += 1
        self._idle.clear()
        refused = _Message(self, message.session_id, message.message_id)
        refused.answer(error)
        self._count(error, refused.started)
        self._put(refused)

    def _count(self, error: BotserverError | None, started: float) -> None:
        self._observer.call_finished(MESSAGE, "OK" if error is None else error.status, perf_counter() - started)
        if error is not None:
            self._log.info("message refused", status=error.status, reason=error.reason, code=error.code)

    def _put(self, answer: _Message) -> None:
        self._answers.append(answer)
        self._waiting_chars += answer.chars
        self._ring()

    def _name_taken(self) -> None:
        """Tell the client of messages that take a while."""
        self._naming = None
        since = perf_counter() - limits.CONVERSE_TAKEN_S
        for pending in self._pending:
            if pending.is_named:
                continue
            if pending.started > since:
                self._naming = self._loop.call_later(limits.CONVERSE_TAKEN_S, self._name_taken)
                break
            pending.is_named = True
            self._next.taken.add(session_id=pending.session_id, message_id=pending.message_id)
            self._ring()

    # --- what goes

    def _ring(self) -> None:
        """There is something to write. What comes in the same pass of the event loop goes with it."""
        self._has_news = True
        if not self._is_flushing and self._writing_s is None:
            self._is_flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flushing = False
        if self._is_over:
            return
        frame, self._next = self._next, session_pb2.ConverseResponse()
        chars = written = 0
        while self._answers and (not chars or chars + self._answers[0].chars <= limits.CONVERSE_FRAME_CHARS):
            answer = self._answers.popleft()
            _write_answer(frame.replies.add(), answer)
            chars += answer.chars
            written += 1
        self._waiting_chars -= chars
        while self._events and chars <= limits.CONVERSE_FRAME_CHARS:
            news = self._events.popleft()
            self._event_chars -= news.chars
            chars += news.chars
            _write_news(frame, news)
        self._has_news = bool(self._answers or self._events)
        self._written, self._writing_s = written, self._loop.time()
        self._frames.call.send(frame.SerializeToString(), self._sent)

    def _sent(self) -> None:
        """There is room for more on its way to the client."""
        self._told_s, self._writing_s = self._loop.time(), None
        self._in_flight -= self._written
        if not self._in_flight:
            self._idle.set()
        self._room.set()
        if self._has_news:
            self._ring()

    async def _watch_silence(self) -> None:
        """Heartbeats of ours, and whether there are some of the client's."""
        while True:
            await asyncio.sleep(self._heartbeat_s / 3)
            now_s = self._loop.time()
            if now_s - self._heard_s > self._silence_s and self._in_flight < limits.CONVERSE_IN_FLIGHT:
                raise ClientSilent(seconds=f"{self._silence_s:g}")
            if self._writing_s is not None and now_s - self._writing_s > self._silence_s:
                raise ClientSilent(seconds=f"{self._silence_s:g}")  # it does not read
            if now_s - self._told_s >= self._heartbeat_s * 2 / 3:
                self._ring()  # an empty frame

    async def _drain(self) -> None:
        """Tell the client that the server goes; end when all that was taken is answered."""
        await self._frames.draining.wait()
        self._is_draining = True
        self._next.draining.SetInParent()
        self._ring()
        await self._finish()
        raise Draining

    # --- subscriptions

    async def _change_subscriptions(self, frame: session_pb2.ConverseRequest) -> None:
        """Waits while the client does not read what became of those before. Raises BadField for too many at once."""
        for field in ("subscribe", "unsubscribe"):
            if len(getattr(frame, field)) > limits.CONVERSE_SUBSCRIPTIONS:
                raise BadField(field, f"has more than {limits.CONVERSE_SUBSCRIPTIONS} entries in one frame")
        while len(self._events) >= limits.CONVERSE_PUSHES:
            self._room.clear()
            await self._room.wait()
            self._heard_s = self._loop.time()
        for session_id in frame.unsubscribe:
            self._unsubscribe(session_id)
        for wanted in frame.subscribe:
            self._subscribe(wanted)

    def _subscribe(self, wanted: session_pb2.Subscription) -> None:
        try:
            session_id = checks.session_id(wanted.session_id)
            if wanted.after_seq < 0:
                raise BadField("after_seq", f"is {wanted.after_seq}", hint="0, or the seq of the last event seen")
            self._unsubscribe(session_id)
            if len(self._subscriptions) >= limits.CONVERSE_SUBSCRIPTIONS:
                raise _too_many("subscriptions of one stream", limits.CONVERSE_SUBSCRIPTIONS)
            if self._load.subscriptions >= self._load.max_subscriptions:
                raise Overloaded(what=f"{self._load.max_subscriptions} subscriptions")
        except BotserverError as error:
            self._tell(_News(wanted.session_id, error))
            return
        self._load.subscriptions += 1
        task = asyncio.create_task(self._follow(session_id, wanted.session_id, wanted.after_seq))
        self._subscriptions[session_id] = task
        task.add_done_callback(self._unsubscribed)

    def _unsubscribe(self, session_id: str) -> None:
        task = self._subscriptions.pop(SessionId(session_id.lower()), None)
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.cancel()

    def _unsubscribed(self, task: asyncio.Task[None]) -> None:
        self._load.subscriptions -= 1

    async def _follow(self, session_id: SessionId, sent_as: str, after_seq: int) -> None:
        events = self._service.watch_session(LOCAL, session_id, after_seq)
        error: BotserverError | None = None
        try:
            async for event in events:
                while len(self._events) >= limits.CONVERSE_PUSHES or self._event_chars > limits.CONVERSE_FRAME_CHARS:
                    self._room.clear()
                    await self._room.wait()
                self._tell(_News(sent_as, event))
        except Exception as failure:  # noqa: BLE001  # the door of one subscription: see Exchange.failure
            error = self._frames.failure(failure)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()  # now, not when the garbage collector finds it: it counts as a watcher
        if self._subscriptions.get(session_id) is asyncio.current_task():
            del self._subscriptions[session_id]
        self._tell(_News(sent_as, error))

    def _tell(self, news: _News) -> None:
        self._events.append(news)
        self._event_chars += news.chars
        self._ring()


class Conversations:
    """Makes them, and knows what they have under way."""

    def __init__(
        self,
        service: SessionService,
        observer: CallObserver,
        load: Load | None = None,
        heartbeat_s: float = limits.HEARTBEAT_S,
        silence_s: float = limits.SILENCE_S,
    ) -> None:
        self._service = service
        self._observer = observer
        self._load = load or Load()
        self._heartbeat_s = heartbeat_s
        self._silence_s = silence_s

    async def converse(self, frames: Frames) -> None:
        conversation = Conversation(
            frames, self._service, self._load, self._observer, self._heartbeat_s, self._silence_s
        )
        await conversation.run()


def _write_answer(wire: session_pb2.ConverseReply, answer: _Message) -> None:
    wire.session_id = answer.session_id
    wire.message_id = answer.message_id
    result = answer.result
    if isinstance(result, Reply):
        translate.write_reply(wire.response.reply, result)
    elif isinstance(result, BotserverError):
        _write_error(wire.error, result)
    elif result is not None:
        wire.response.CopyFrom(result)


def _write_news(frame: session_pb2.ConverseResponse, news: _News) -> None:
    if isinstance(news.event, SessionEvent):
        frame.pushes.add(session_id=news.session_id, event=translate.from_event(news.event))
        return
    closed = frame.closed.add(session_id=news.session_id)
    if news.event is not None:
        _write_error(closed.error, news.event)


def _write_error(wire: error_pb2.ErrorStatus, error: BotserverError) -> None:
    wire.ParseFromString(to_status(error).SerializeToString())


def _too_many(what: str, most: int) -> LimitReached:
    return LimitReached("LIMIT_REACHED", limit=what, maximum=most, unit=what.split()[0], current=most + 1)
