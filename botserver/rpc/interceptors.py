"""What every call has in common, as one wrapper around a servicer's method.

The wrapper parses the request, counts and bounds the calls under way, gives a deadline to those that bring none, names
session and request in the log's context, and turns whatever a method raises into a status. It is the door where
unexpected exceptions stop: each is logged once, with the incident id that the client sees.

It is no chain of gRPC's interceptors: those see no request and no response (docs/decisions/wire.md). It takes bytes,
because a parser that fails inside gRPC answers UNKNOWN.

A method runs in a task, but for one whose answers come as futures (`prompt`). A call is interrupted by cancelling that
task or future. `_interrupted` says why; a cancellation without a reason is the client's own. The turn a call waited for
goes on in either case.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from contextvars import ContextVar, Token
from functools import partial
from time import perf_counter
from typing import Any, Generic, TypeAlias, TypeVar

import grpc
import structlog
from google.protobuf.message import DecodeError, Message
from structlog.contextvars import STRUCTLOG_KEY_PREFIX

from ..errors import BotserverError, DeadlinePassed, Draining, InternalError, LimitReached, Overloaded
from ..limits import RPC_BYTES, RPC_CALLS, RPC_DEADLINE_S, RPC_STREAMS
from .calls import Begin, ServerCall, run, with_message
from .malformed import malformed
from .observe import CallObserver
from .status import is_for_clients

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer")
Work: TypeAlias = "asyncio.Future[Any]"
"""What a call waits for: its task, or the future of its answer."""

LOOK_S = 0.25
"""So often it is looked whether the clients of calls without a task are still there, and have waited too long."""

_LOGGED_FIELDS = ("session_id", "message_id", "request_id")


class Exchange(Generic[Request]):
    """A call with a stream both ways, as its method sees it."""

    def __init__(
        self,
        call: ServerCall,
        kind: type[Request],
        failure: Callable[[BaseException], BotserverError],
    ) -> None:
        self.call = call
        self.draining = asyncio.Event()
        """The server shuts down: finish what was taken, then raise Draining."""
        self.failure = failure
        """What the client is told of an exception; our own mistakes are logged."""
        self._kind = kind

    def parse(self, data: bytes) -> Request:
        """A frame. Raises BadField for bytes that are none, LimitReached for too many."""
        return _parsed(self._kind, data)


class Door:
    """Wraps methods, and knows the calls under way."""

    def __init__(
        self,
        observer: CallObserver,
        deadline_s: float = RPC_DEADLINE_S,
        max_calls: int = RPC_CALLS,
        max_streams: int = RPC_STREAMS,
    ) -> None:
        self._observer = observer
        self._deadline_s = deadline_s
        self._max_calls = max_calls
        self._max_streams = max_streams
        self._calls: set[Work] = set()
        self._streams: set[Work] = set()
        self._exchanges: dict[Work, Exchange[Any]] = {}
        self._prompts: dict[_Prompt, None] = {}
        """The calls that no task waits for, oldest first."""
        self._interrupted: dict[Work, BotserverError] = {}
        self._look_s = min(LOOK_S, deadline_s / 4)
        self._looking: asyncio.TimerHandle | None = None
        self._closed = False
        self._empty = asyncio.Event()
        self._log = structlog.get_logger("botserver.rpc").bind()
        observer.read_calls(self._count_calls, self._streams.__len__)

    def unary(
        self,
        name: str,
        kind: type[Request],
        method: Callable[[Request], Awaitable[Message]],
        max_bytes: int = RPC_BYTES,
    ) -> Begin:
        """A method with one response."""

        async def handle(data: bytes, call: ServerCall) -> None:
            started = perf_counter()
            work = asyncio.current_task()
            assert work is not None
            timer = None
            if (refusal := self._refusal(self._count_calls(), self._max_calls, "calls")) is not None:
                self.refuse(call, name, started, refusal)
                return
            self._calls.add(work)
            try:
                if call.time_remaining() is None:
                    timer = work.get_loop().call_later(self._deadline_s, self._interrupt, work, DeadlinePassed())
                request = _parsed(kind, data, max_bytes)
                bind_call(request, call)
                response = await method(request)
                self.answer(call, name, started, response)
            except asyncio.CancelledError:
                self._cancelled(work, call, name, started)
            except Exception as error:  # noqa: BLE001  # the door: see failure
                self.refuse(call, name, started, self.failure(name, error))
            finally:
                self._interrupted.pop(work, None)
                self._calls.discard(work)
                self._look_whether_empty()
                if timer is not None:
                    timer.cancel()

        return with_message(lambda data, call: run(handle(data, call), call))

    def prompt(
        self,
        name: str,
        kind: type[Request],
        submit: Callable[[Request], asyncio.Future[Answer]],
        respond: Callable[[Answer], Message],
    ) -> Begin:
        """A method with one response, called for each message of a user: it costs no task and no timer."""

        def handle(data: bytes, call: ServerCall) -> None:
            prompt = _Prompt(self, name, call, respond)
            if (refusal := self._refusal(self._count_calls(), self._max_calls, "calls")) is not None:
                prompt.refuse(refusal)
                return
            try:
                request = _parsed(kind, data)
            except BotserverError as error:
                prompt.refuse(error)
                return
            bound = bind_call(request, call)
            try:
                future = submit(request)
            except Exception as error:  # noqa: BLE001  # the door: see failure
                prompt.refuse(self.failure(name, error))
            else:
                prompt.wait_for(future)
            finally:
                CALL.reset(bound)

        return with_message(handle)

    def stream(
        self, name: str, kind: type[Request], method: Callable[[Request], AsyncGenerator[Message, None]]
    ) -> Begin:
        """A method with a stream of responses. It has no deadline but the client's."""

        async def work(data: bytes, call: ServerCall) -> None:
            request = _parsed(kind, data)
            bind_call(request, call)
            async with aclosing(method(request)) as responses:
                async for response in responses:
                    await call.write(response.SerializeToString())

        return with_message(lambda data, call: run(self._stay(name, call, partial(work, data, call)), call))

    def exchange(self, name: str, kind: type[Request], method: Callable[[Exchange[Request]], Awaitable[None]]) -> Begin:
        """A method with a stream both ways. It has no deadline but the client's."""

        async def work(call: ServerCall) -> None:
            # Not with the first frame: a status could not go out as long as that is on its way.
            await call.send_initial_metadata()
            task = asyncio.current_task()
            assert task is not None
            exchange = self._exchanges[task] = Exchange(call, kind, partial(self.failure, name))
            try:
                await method(exchange)
            finally:
                del self._exchanges[task]

        return lambda call: run(self._stay(name, call, partial(work, call)), call)

    async def _stay(self, name: str, call: ServerCall, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work of a stream, one of at most so many."""
        started = perf_counter()
        task = asyncio.current_task()
        assert task is not None
        if (refusal := self._refusal(len(self._streams), self._max_streams, "streams")) is not None:
            self.refuse(call, name, started, refusal)
            return
        self._streams.add(task)
        try:
            await work()
            self._observer.call_finished(name, "OK", perf_counter() - started)
            call.end(grpc.StatusCode.OK)
        except asyncio.CancelledError:
            self._cancelled(task, call, name, started)
        except Exception as error:  # noqa: BLE001  # the door: see failure
            self.refuse(call, name, started, self.failure(name, error))
        finally:
            self._interrupted.pop(task, None)
            self._streams.discard(task)
            self._look_whether_empty()

    def close(self) -> None:
        """Refuse new calls and end the streams, so that their clients resume elsewhere. Those with messages of their
        own finish what they took."""
        self._closed = True
        for task in tuple(self._streams):
            exchange = self._exchanges.get(task)
            if exchange is not None:
                exchange.draining.set()
            else:
                self._interrupt(task, Draining())

    async def finish(self, grace_s: float) -> None:
        """Wait for the calls under way; interrupt those that take longer. Call `close` first."""
        try:
            async with asyncio.timeout(grace_s):
                await self._wait_empty()
        except TimeoutError:
            answers = (prompt.future for prompt in self._prompts if prompt.future is not None)
            for work in (*self._calls, *self._exchanges, *answers):
                self._interrupt(work, Draining())
            await self._wait_empty()

    async def _wait_empty(self) -> None:
        while self._count_calls() or self._streams:
            self._empty.clear()
            await self._empty.wait()

    def _look_whether_empty(self) -> None:
        if self._closed and not self._count_calls() and not self._streams:
            self._empty.set()

    def _count_calls(self) -> int:
        return len(self._calls) + len(self._prompts)

    def _refusal(self, under_way: int, most: int, what: str) -> BotserverError | None:
        """Why one more is not taken."""
        if self._closed:
            return Draining()
        return Overloaded(what=f"{most} {what} under way") if under_way >= most else None

    def _interrupt(self, work: Work, why: BotserverError) -> None:
        self._interrupted.setdefault(work, why)
        work.cancel()

    def _cancelled(self, task: asyncio.Task[Any], call: ServerCall, name: str, started: float) -> None:
        """Tell why the call was interrupted; nobody, if it was its client who did so.

        The task ends here: an exception that it kept would refer to its frames and they to it, until the garbage
        collector comes, and with them gRPC's call."""
        why = self._interrupted.pop(task, None)
        if why is None:
            self.left(name, started)
            call.end(grpc.StatusCode.CANCELLED)
        else:
            self.refuse(call, name, started, why)

    # --- calls without a task

    def begin(self, prompt: _Prompt, loop: asyncio.AbstractEventLoop) -> None:
        self._prompts[prompt] = None
        if self._looking is None:
            self._looking = loop.call_later(self._look_s, self._look, loop)

    def over(self, prompt: _Prompt, future: asyncio.Future[Any]) -> BotserverError | None:
        """It has its answer, or was interrupted for the reason returned."""
        del self._prompts[prompt]
        self._look_whether_empty()
        return self._interrupted.pop(future, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let go of calls whose clients have left or that take too long. Most are answered before it ever looks."""
        now = perf_counter()
        for prompt in tuple(self._prompts):
            if prompt.started > now - self._look_s:
                break
            if not prompt.call.is_watched:
                prompt.call.watch(prompt.let_go)
            if now - prompt.started >= self._deadline_s and prompt.call.time_remaining() is None:
                assert prompt.future is not None
                self._interrupt(prompt.future, DeadlinePassed())
        self._looking = loop.call_later(self._look_s, self._look, loop) if self._prompts else None

    # --- how calls end

    def left(self, name: str, started: float) -> None:
        """Its client did not wait for it."""
        self._observer.call_finished(name, "CANCELLED", perf_counter() - started)

    def answer(self, call: ServerCall, name: str, started: float, response: Message) -> None:
        call.finish(response.SerializeToString())
        seconds = perf_counter() - started
        self._observer.call_finished(name, "OK", seconds)
        self._log.debug("call", method=name, seconds=seconds)

    def failure(self, name: str, error: BaseException) -> BotserverError:
        """What the client is told. What is our own mistake is logged, and told as an incident only."""
        if isinstance(error, BotserverError) and is_for_clients(error):
            if error.status == "DATA_LOSS":
                self._log.error("stored data is damaged", method=name, code=error.code, error=error.message)
            return error
        incident = uuid.uuid4().hex[:12]
        self._log.error("call failed unexpectedly", method=name, incident=incident, exc_info=error)
        return InternalError(incident=incident)

    def refuse(self, call: ServerCall, name: str, started: float, failure: BotserverError) -> None:
        self._observer.call_finished(name, failure.status, perf_counter() - started)
        self._log.info("call refused", method=name, status=failure.status, reason=failure.reason, code=failure.code)
        call.refuse(failure)


class _Prompt:
    """A call that no task waits for, from its request to its answer."""

    __slots__ = ("_door", "_name", "_respond", "call", "future", "started")

    def __init__(self, door: Door, name: str, call: ServerCall, respond: Callable[[Any], Message]) -> None:
        self._door = door
        self._name = name
        self._respond = respond
        self.call = call
        self.future: asyncio.Future[Any] | None = None
        self.started = perf_counter()

    def wait_for(self, future: asyncio.Future[Any]) -> None:
        self.future = future
        self._door.begin(self, future.get_loop())
        future.add_done_callback(self._answered)

    def let_go(self) -> None:
        """The client has left."""
        if self.future is not None:
            self.future.cancel()

    def refuse(self, failure: BotserverError) -> None:
        self._door.refuse(self.call, self._name, self.started, failure)

    def _answered(self, future: asyncio.Future[Any]) -> None:
        door, failure = self._door, self._door.over(self, future)
        if future.cancelled():
            if failure is None and self.call.is_over:
                door.left(self._name, self.started)
            else:
                self.refuse(failure or Draining())
            return
        try:
            response = self._respond(future.result())
        except Exception as error:  # noqa: BLE001  # the door: see failure
            self.refuse(door.failure(self._name, error))
        else:
            door.answer(self.call, self._name, self.started, response)


def _parsed(kind: type[Request], data: bytes, max_bytes: int = RPC_BYTES) -> Request:
    """Raises BadField for bytes that are none, LimitReached for too many."""
    if len(data) > max_bytes:
        raise _too_large(len(data), max_bytes)
    try:
        return kind.FromString(data)
    except DecodeError:
        raise malformed(kind, data) from None


def _too_large(size_bytes: int, max_bytes: int) -> BotserverError:
    return LimitReached("LIMIT_REACHED", limit="size of a request", maximum=max_bytes, unit="bytes", current=size_bytes)


class CallIds:
    """Which call a log line belongs to. Bound for every call, read only when a line is written."""

    __slots__ = ("_call", "_request")

    def __init__(self, request: Message, call: ServerCall) -> None:
        self._request = request
        self._call = call

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ids()})"

    def ids(self) -> dict[str, str]:
        """session_id, message_id and request_id as sent, those that were; x-request-id goes before request_id."""
        known = self._request.DESCRIPTOR.fields_by_name
        found = {name: str(getattr(self._request, name)) for name in _LOGGED_FIELDS if name in known}
        for key, value in self._call.invocation_metadata():
            if key == "x-request-id":
                found["request_id"] = str(value)
        return {name: _printable(value) for name, value in found.items() if value}


CALL: ContextVar[CallIds] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}call")
"""Found by structlog, which adds it to each line."""


def bind_call(request: Message, call: ServerCall) -> Token[CallIds]:
    return CALL.set(CallIds(request, call))


def _printable(text: str) -> str:
    """Bounded, and in one line: what is no id yet may hold anything."""
    text = text[:128]
    return text if text.isprintable() else repr(text)
