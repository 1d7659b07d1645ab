"""A call as its method sees it, and how methods of each kind are begun.

`ServerCall` tells by callbacks, for methods that take no task, and can be awaited by those that run in one. One
read and one write may be under way at a time.

gRPC tells that a client has left only whom `watch` asked; a task asks at its start.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from functools import partial
from inspect import isasyncgen
from typing import Any, NoReturn, TypeAlias

import grpc
from google.protobuf.message import DecodeError
from grpc._cython import cygrpc  # type: ignore[attr-defined]  # the stubs have only what is public

from .. import limits
from ..errors import BotserverError
from .completions import Completions
from .status import DETAILS_KEY, code_of, to_status

Begin: TypeAlias = "Callable[[ServerCall], None]"
Metadata: TypeAlias = "tuple[tuple[str, str | bytes], ...]"

_OK = cygrpc.StatusCode.ok
_MALFORMED = "the request is malformed"
_FOREVER_S = 1e10  # gRPC's time for a call without a deadline lies beyond


class Aborted(Exception):
    """Raised by `abort` to leave the method; the status is on its way."""


class ServerCall:
    __slots__ = (
        "_call",
        "_completions",
        "_deadline_s",
        "_has_begun",
        "_left",
        "_metadata",
        "_sent",
        "_then",
        "is_over",
        "is_watched",
    )

    def __init__(self, event: Any, completions: Completions) -> None:
        self._call = event.call
        self._completions = completions
        completions.open_calls += 1
        self._deadline_s: float = event.call_details.deadline
        self._metadata: Metadata = event.invocation_metadata
        self._has_begun = False  # initial metadata was sent
        self._then: Callable[[bytes | None], None] | None = None
        self._sent: Callable[[], None] | None = None
        self._left: Callable[[], object] | None = None
        self.is_watched = False
        self.is_over = False
        """A status was sent, or the client has left."""

    def invocation_metadata(self) -> Metadata:
        return self._metadata

    def time_remaining(self) -> float | None:
        """Seconds until the client's deadline, None if it has none."""
        left_s = self._deadline_s - time.time()
        return None if left_s > _FOREVER_S else max(0.0, left_s)

    def watch(self, left: Callable[[], object]) -> None:
        """Call back when the client leaves or its deadline passes before a status was sent."""
        self._left = left
        self.is_watched = True
        self._start((cygrpc.ReceiveCloseOnServerOperation(0),), self._closed)

    def receive(self, then: Callable[[bytes | None], None]) -> None:
        """Call back with the next message; None when the client sends no more, or has left."""
        self._then = then
        self._start((cygrpc.ReceiveMessageOperation(0),), self._received)

    def send(self, data: bytes, sent: Callable[[], None]) -> None:
        """One of several responses. Calls back when there is room for more on its way to the client."""
        operations: tuple[Any, ...] = (cygrpc.SendMessageOperation(data, 0),)
        if not self._has_begun:
            self._has_begun = True
            operations = (cygrpc.SendInitialMetadataOperation((), 0), *operations)
        self._sent = sent
        self._start(operations, self._wrote)

    def finish(self, data: bytes) -> None:
        """The one response of a call, and that all is well."""
        self._end((cygrpc.SendMessageOperation(data, 0),), _OK, b"", ())

    def end(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Metadata = ()) -> None:
        """A status without a response, or after the last."""
        self._end((), code.value[0], details.encode(), trailing_metadata)

    def refuse(self, failure: BotserverError) -> None:
        """The status of an error, with its details."""
        status = to_status(failure)
        self.end(code_of(failure), status.message, ((DETAILS_KEY, status.SerializeToString()),))

    # --- for tasks

    async def read(self) -> bytes | None:
        """The next message; None when the client sends no more."""
        future: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()

        def came(data: bytes | None) -> None:
            if not future.done():
                future.set_result(data)

        self.receive(came)
        return await future

    async def write(self, data: bytes) -> None:
        """Returns when there is room for more on its way to the client."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.send(data, partial(_done, future))
        await future

    async def send_initial_metadata(self) -> None:
        """Before the first message is there, so that a status could go out alone."""
        self._has_begun = True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sent = partial(_done, future)
        self._start((cygrpc.SendInitialMetadataOperation((), 0),), self._wrote)
        await future

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Metadata = ()) -> NoReturn:
        """End the call with this status. Raises Aborted."""
        self.end(code, details, trailing_metadata)
        raise Aborted

    # --- what gRPC tells

    def _start(self, operations: tuple[Any, ...], done: Callable[[Any], None]) -> None:
        if self._completions.is_closed:  # the client is gone; gRPC would abort the process
            return
        if (error := self._call.start_server_batch(operations, done)) != cygrpc.CallError.ok:
            raise RuntimeError(f"gRPC refused an operation: call error {error}")

    def _end(self, first: tuple[Any, ...], code: int, details: bytes, trailing_metadata: Metadata) -> None:
        if self.is_over:
            return
        self.is_over = True
        if self._sent is not None:  # a write is under way, and the status goes behind it
            asyncio.get_running_loop().call_later(limits.LINGER_S, self._call.cancel)
        operations = (*first, cygrpc.SendStatusFromServerOperation(trailing_metadata, code, details, 0))
        if not self._has_begun:
            operations = (cygrpc.SendInitialMetadataOperation((), 0), *operations)
        if self.is_watched:
            self._start(operations, _ended)
        else:
            self._start((*operations, cygrpc.ReceiveCloseOnServerOperation(0)), self._closed)

    def _closed(self, event: Any) -> None:
        """Told once of each call."""
        self._completions.open_calls -= 1
        left, self._left = self._left, None
        if not self.is_over and left is not None and event.batch_operations[0].cancelled():
            self.is_over = True
            left()

    def _received(self, event: Any) -> None:
        then, self._then = self._then, None
        if then is None:
            return
        try:
            then(event.batch_operations[0].message())
        except BaseException:
            self.end(grpc.StatusCode.INTERNAL)
            raise

    def _wrote(self, event: Any) -> None:
        """A write that failed is never over: the client has left, which comes by `_closed`."""
        sent, self._sent = self._sent, None
        if event.success and sent is not None:
            sent()


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _ended(event: Any) -> None:
    pass


# --- how methods begin


def with_message(method: Callable[[bytes, ServerCall], None]) -> Begin:
    """For a method that is called with the one request, and finishes or ends the call at some time."""

    def begin(call: ServerCall) -> None:
        def came(data: bytes | None) -> None:
            if data is None:  # the client has left, or breaks the protocol
                call.end(grpc.StatusCode.UNIMPLEMENTED, "the method takes one request, none came")
            else:
                method(data, call)

        call.receive(came)

    return begin


def run(work: Coroutine[Any, Any, None], call: ServerCall) -> None:
    """Do the work of a call in a task, which is cancelled when the client leaves."""
    task = asyncio.get_running_loop().create_task(work)
    task.add_done_callback(partial(_task_over, call))
    call.watch(task.cancel)


def _task_over(call: ServerCall, task: asyncio.Task[None]) -> None:
    if task.cancelled():
        call.end(grpc.StatusCode.CANCELLED)
    elif (error := task.exception()) is not None and not isinstance(error, Aborted):
        task.get_loop().call_exception_handler({"message": "a method failed", "exception": error, "task": task})
        call.end(grpc.StatusCode.INTERNAL)


def of_handler(handler: grpc.RpcMethodHandler[Any, Any]) -> Begin:
    """For a handler made for grpc.aio, such as those of gRPC's health and reflection."""
    method: Any = handler.stream_stream or handler.unary_stream or handler.unary_unary
    parse, serialize = handler.request_deserializer or _as_it_is, handler.response_serializer or _as_it_is

    async def one(request: Any, call: ServerCall) -> None:
        call.finish(serialize(await method(request, call)))

    async def several(requests: Any, call: ServerCall) -> None:
        answers = method(requests, _Writing(call, serialize))
        if isasyncgen(answers):
            async for answer in answers:
                await call.write(serialize(answer))
        else:
            await answers
        call.end(grpc.StatusCode.OK)

    def to_one_request(data: bytes, call: ServerCall) -> None:
        try:
            request = parse(data)
        except DecodeError:
            call.end(grpc.StatusCode.INVALID_ARGUMENT, _MALFORMED)
            return
        if handler.response_streaming:
            run(several(request, call), call)
        else:
            run(one(request, call), call)

    def to_requests(call: ServerCall) -> None:
        run(several(_requests(call, parse), call), call)

    return to_requests if handler.request_streaming else with_message(to_one_request)


class _Writing:
    """The context of a method that writes what it answers by itself."""

    def __init__(self, call: ServerCall, serialize: Callable[[Any], bytes]) -> None:
        self._call = call
        self._serialize = serialize

    async def write(self, answer: Any) -> None:
        await self._call.write(self._serialize(answer))


async def _requests(call: ServerCall, parse: Callable[[bytes], Any]) -> AsyncGenerator[Any, None]:
    while (data := await call.read()) is not None:
        try:
            request = parse(data)
        except DecodeError:
            await call.abort(grpc.StatusCode.INVALID_ARGUMENT, _MALFORMED)
        yield request


def _as_it_is(data: Any) -> Any:
    return data
