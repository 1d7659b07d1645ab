"""What every call has in common, as one wrapper around a servicer's method.

The wrapper parses the request, counts and bounds the calls under way, gives a deadline to those that bring none, names
session and request in the log's context, and turns whatever a method raises into a status. It is the door where
unexpected exceptions stop: each is logged once, with the incident id that the client sees.

It is no chain of grpc.aio interceptors: those see no request and no response, and one that does nothing costs a call
10 us, more than this wrapper (docs/decisions/wire.md). It takes bytes, because a parser that fails inside grpc.aio
answers UNKNOWN.

A call is interrupted by cancelling its task. `_interrupted` says why; a cancellation without a reason is the client's
own, and passes through. The turn a call waited for goes on in either case.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from time import perf_counter
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

import grpc
import structlog
from google.protobuf.message import DecodeError, Message
from grpc import aio
from structlog.contextvars import bind_contextvars

from ..errors import BotserverError, DeadlinePassed, Draining, InternalError, LimitReached, Overloaded
from ..limits import RPC_BYTES, RPC_CALLS, RPC_DEADLINE_S, RPC_STREAMS
from .malformed import malformed
from .observe import CallObserver
from .status import DETAILS_KEY, code_of, is_for_clients, to_status

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)
Call: TypeAlias = "asyncio.Task[Any]"
Context: TypeAlias = "aio.ServicerContext[bytes, bytes]"

_LOGGED_FIELDS = ("session_id", "message_id", "request_id")


class Exchange(Generic[Request, Response]):
    """A call with a stream both ways, as its method sees it."""

    def __init__(
        self,
        context: Context,
        kind: type[Request],
        failure: Callable[[BaseException], BotserverError],
    ) -> None:
        self.context = context
        self.draining = asyncio.Event()
        """The server shuts down: finish what was taken, then raise Draining."""
        self.failure = failure
        """What the client is told of an exception; our own mistakes are logged."""
        self._kind = kind

    async def read(self) -> Request | None:
        """The next frame; None when the client has closed its side. Raises BadField for bytes that are none,
        LimitReached for too many."""
        data: object = await self.context.read()
        if not isinstance(data, bytes):  # aio.EOF
            return None
        if len(data) > RPC_BYTES:
            raise _too_large(len(data), RPC_BYTES)
        try:
            return self._kind.FromString(data)
        except DecodeError:
            raise malformed(self._kind, data) from None

    async def write(self, frame: Response) -> None:
        """Returns when there is room for more on its way to the client."""
        await self.context.write(frame.SerializeToString())


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
        self._calls: set[Call] = set()
        self._streams: set[Call] = set()
        self._exchanges: dict[Call, Exchange[Any, Any]] = {}
        self._interrupted: dict[Call, BotserverError] = {}
        self._closed = False
        self._empty = asyncio.Event()
        self._log = structlog.get_logger("botserver.rpc").bind()
        observer.read_calls(self._calls.__len__, self._streams.__len__)

    def unary(
        self,
        name: str,
        kind: type[Request],
        method: Callable[[Request], Awaitable[Message]],
        max_bytes: int = RPC_BYTES,
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        """A handler for a method with one response."""
        parse = kind.FromString
        calls = self._calls
        finished = self._observer.call_finished
        log_ok = self._log.debug

        async def handle(data: bytes, context: Context) -> bytes:
            started = perf_counter()
            call = asyncio.current_task()
            assert call is not None
            timer = None
            if self._closed or len(calls) >= self._max_calls:
                await self._refuse(context, name, started, self._refusal("calls", self._max_calls))
            if len(data) > max_bytes:
                await self._refuse(context, name, started, _too_large(len(data), max_bytes))
            calls.add(call)
            try:
                if context.time_remaining() is None:
                    timer = call.get_loop().call_later(self._deadline_s, self._interrupt, call, DeadlinePassed())
                request = parse(data)
                bind_contextvars(call=CallIds(request, context))
                response = (await method(request)).SerializeToString()
                seconds = perf_counter() - started
                finished(name, "OK", seconds)
                log_ok("call", method=name, seconds=seconds)
                return response
            except DecodeError:
                failure: BotserverError = malformed(kind, data)
            except asyncio.CancelledError:
                failure = self._why(call, name, started)
            except Exception as error:  # noqa: BLE001  # the door: see _failure
                failure = self._failure(name, error)
            finally:
                self._left(call, calls)
                if timer is not None:
                    timer.cancel()
            return await self._refuse(context, name, started, failure)

        return grpc.unary_unary_rpc_method_handler(handle)

    def stream(
        self, name: str, kind: type[Request], method: Callable[[Request], AsyncGenerator[Message, None]]
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        """A handler for a method with a stream of responses. It has no deadline but the client's."""

        async def handle(data: bytes, context: Context) -> None:
            async def work(call: Call) -> None:
                if len(data) > RPC_BYTES:
                    raise _too_large(len(data), RPC_BYTES)
                try:
                    request = kind.FromString(data)
                except DecodeError as error:
                    raise malformed(kind, data) from error
                bind_contextvars(call=CallIds(request, context))
                async with aclosing(method(request)) as responses:
                    async for response in responses:
                        await context.write(response.SerializeToString())

            await self._stay(name, context, work)

        return grpc.unary_stream_rpc_method_handler(handle)

    def exchange(
        self, name: str, kind: type[Request], method: Callable[[Exchange[Request, Any]], Awaitable[None]]
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        """A handler for a method with a stream both ways. It has no deadline but the client's."""

        async def handle(requests: object, context: Context) -> None:
            async def work(call: Call) -> None:
                # Not with the first frame: a status could not go out as long as that is on its way.
                await context.send_initial_metadata(())
                exchange = self._exchanges[call] = Exchange(context, kind, partial(self._failure, name))
                try:
                    await method(exchange)
                finally:
                    del self._exchanges[call]

            await self._stay(name, context, work)

        return grpc.stream_stream_rpc_method_handler(handle)

    async def _stay(self, name: str, context: Context, work: Callable[[Call], Awaitable[None]]) -> None:
        """Do the work of a stream, one of at most so many."""
        started = perf_counter()
        call = asyncio.current_task()
        assert call is not None
        if self._closed or len(self._streams) >= self._max_streams:
            await self._refuse(context, name, started, self._refusal("streams", self._max_streams))
        self._streams.add(call)
        try:
            await work(call)
            self._observer.call_finished(name, "OK", perf_counter() - started)
            return
        except asyncio.CancelledError:
            failure = self._why(call, name, started)
        except Exception as error:  # noqa: BLE001  # the door: see _failure
            failure = self._failure(name, error)
        finally:
            self._left(call, self._streams)
        await self._refuse(context, name, started, failure)

    def close(self) -> None:
        """Refuse new calls and end the streams, so that their clients resume elsewhere. Those with messages of their
        own finish what they took."""
        self._closed = True
        for call in tuple(self._streams):
            exchange = self._exchanges.get(call)
            if exchange is not None:
                exchange.draining.set()
            else:
                self._interrupt(call, Draining())

    async def finish(self, grace_s: float) -> None:
        """Wait for the calls under way; interrupt those that take longer. Call `close` first."""
        try:
            async with asyncio.timeout(grace_s):
                await self._wait_empty()
        except TimeoutError:
            for call in (*self._calls, *self._exchanges):
                self._interrupt(call, Draining())
            await self._wait_empty()

    async def _wait_empty(self) -> None:
        while self._calls or self._streams:
            self._empty.clear()
            await self._empty.wait()

    def _left(self, call: Call, group: set[Call]) -> None:
        group.discard(call)
        self._interrupted.pop(call, None)
        if self._closed and not self._calls and not self._streams:
            self._empty.set()

    def _refusal(self, what: str, most: int) -> BotserverError:
        return Draining() if self._closed else Overloaded(what=f"{most} {what} under way")

    def _interrupt(self, call: Call, why: BotserverError) -> None:
        self._interrupted.setdefault(call, why)
        call.cancel()

    def _why(self, call: Call, name: str, started: float) -> BotserverError:
        """Why the call was interrupted. Raises CancelledError if it was its client who did so."""
        why = self._interrupted.pop(call, None)
        if why is None:
            self._observer.call_finished(name, "CANCELLED", perf_counter() - started)
            raise asyncio.CancelledError
        call.uncancel()
        return why

    def _failure(self, name: str, error: BaseException) -> BotserverError:
        """What the client is told. What is our own mistake is logged, and told as an incident only."""
        if isinstance(error, BotserverError) and is_for_clients(error):
            if error.status == "DATA_LOSS":
                self._log.error("stored data is damaged", method=name, code=error.code, error=error.message)
            return error
        incident = uuid.uuid4().hex[:12]
        self._log.error("call failed unexpectedly", method=name, incident=incident, exc_info=error)
        return InternalError(incident=incident)

    async def _refuse(self, context: Context, name: str, started: float, failure: BotserverError) -> NoReturn:
        status = to_status(failure)
        seconds = perf_counter() - started
        self._observer.call_finished(name, failure.status, seconds)
        self._log.info("call refused", method=name, status=failure.status, reason=failure.reason, code=failure.code)
        details = ((DETAILS_KEY, status.SerializeToString()),)
        await context.abort(code_of(failure), status.message, trailing_metadata=details)


def _too_large(size_bytes: int, max_bytes: int) -> BotserverError:
    return LimitReached("LIMIT_REACHED", limit="size of a request", maximum=max_bytes, unit="bytes", current=size_bytes)


class CallIds:
    """Which call a log line belongs to. Bound for every call, read only when a line is written."""

    __slots__ = ("_context", "_request")

    def __init__(self, request: Message, context: Context) -> None:
        self._request = request
        self._context = context

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ids()})"

    def ids(self) -> dict[str, str]:
        """session_id, message_id and request_id as sent, those that were; x-request-id goes before request_id."""
        known = self._request.DESCRIPTOR.fields_by_name
        found = {name: str(getattr(self._request, name)) for name in _LOGGED_FIELDS if name in known}
        for key, value in self._context.invocation_metadata() or ():
            if key == "x-request-id":
                found["request_id"] = str(value)
        return {name: _printable(value) for name, value in found.items() if value}


def _printable(text: str) -> str:
    """Bounded, and in one line: what is no id yet may hold anything."""
    text = text[:128]
    return text if text.isprintable() else repr(text)
