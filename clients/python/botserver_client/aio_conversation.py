"""A Converse stream for asyncio: a task that connects, writes, reads, and connects again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import grpc
from grpc import aio

from . import calls
from .arguments import made
from .calls import Call
from .errors import BotserverError, DeadlineExceeded, Failure, Unavailable, from_failure
from .pb import session_pb2 as pb
from .talk import SessionNews, Talk, Ticket
from .transport import METHODS, Patience

P = ParamSpec("P")
T = TypeVar("T")
_PAUSE_S = 0.5


def _sent(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncConversation, P], Coroutine[Any, Any, T]]:
    @wraps(make)
    async def method(self: AsyncConversation, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._send(made(make, *args, **kwargs))

    return method


class AsyncConversation:
    """Many sessions over one stream; use it in an `async with` block. Made by `AsyncBotserverClient.converse`.

    Messages sent at once travel together. A stream that breaks is replaced, and what was not answered is sent again
    with the same ids: nothing runs twice. Messages of one session stay in order, unless a busy server refuses one. All
    who wait get Unavailable when no server answers for `give_up_after_s`.
    """

    send_message = _sent(calls.send_message)
    send_to_alias = _sent(calls.send_to_alias)
    send_event = _sent(calls.send_event)
    submit_form = _sent(calls.submit_form)
    connect = _sent(calls.connect)
    connect_alias = _sent(calls.connect_alias)

    def __init__(self, channel: aio.Channel, target: str, timeout_s: float, give_up_after_s: float) -> None:
        path, response = METHODS["Converse"]
        self._start = channel.stream_stream(
            path,
            request_serializer=pb.ConverseRequest.SerializeToString,
            response_deserializer=response.FromString,
        )
        self._target = target
        self._timeout_s = timeout_s
        self._give_up_after_s = give_up_after_s
        self._talk = Talk()
        self._wanted = asyncio.Event()  # there may be something to write
        self._happened = asyncio.Event()  # there may be an event to read
        self._error: BotserverError | None = None
        self._task: asyncio.Task[None] | None = None

    def subscribe(self, session_id: str, after_seq: int = 0) -> None:
        """Let `events` bring what happens in a session after `after_seq`."""
        self._check()
        self._talk.subscribe(session_id, after_seq)
        self._wanted.set()

    def unsubscribe(self, session_id: str) -> None:
        """Bring no more of a session; what was read from the stream may still come."""
        self._talk.unsubscribe(session_id)
        self._wanted.set()

    async def events(self) -> AsyncIterator[SessionNews]:
        """What happens in sessions you subscribed to, of each in order, nothing missing and nothing twice. Who reads
        slowly misses nothing either: what does not fit in memory is asked for again."""
        while True:
            news = self._talk.next_event()
            if news is not None:
                self._wanted.set()
                yield news
                continue
            self._check()
            self._happened.clear()
            await self._happened.wait()

    async def close(self) -> None:
        """Stop. Messages that were not answered are not waited for; their turns go on."""
        self._end(Unavailable("the conversation is closed", status="CANCELLED"))
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def __aenter__(self) -> AsyncConversation:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    # --- sending

    async def _send(self, call: Call[T]) -> T:
        self._check()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def succeed(result: T) -> None:
            if not future.done():
                future.set_result(result)

        def fail(error: BotserverError) -> None:
            if not future.done():
                future.set_exception(error)

        self._talk.add(Ticket(call, succeed, fail))
        self._wanted.set()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await future
        except TimeoutError:
            hint = "the turn goes on; send the same message_id again, or give more time"
            raise DeadlineExceeded(
                f"no answer from {self._target} in time", status="DEADLINE_EXCEEDED", hint=hint
            ) from None

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
        if self._task is None:
            raise RuntimeError("use the conversation in an `async with` block")

    def _end(self, error: BotserverError) -> None:
        self._error = self._error or error
        self._talk.fail(error)
        self._happened.set()

    # --- the stream

    async def _run(self) -> None:
        patience = Patience(self._give_up_after_s)
        while True:
            patience.connecting()
            try:
                await self._stream(patience)
                error: BotserverError = Unavailable("the server ended the stream", status="UNAVAILABLE")
            except grpc.RpcError as failure:
                error = from_failure(cast(Failure, failure), self._target)
            self._talk.disconnected()
            pause_s = patience.pause_s() if isinstance(error, Unavailable) else None
            if pause_s is None:
                self._end(error)
                return
            await asyncio.sleep(pause_s)

    async def _stream(self, patience: Patience) -> None:
        """One stream, until it ends. Raises grpc.RpcError."""
        stream = self._start()
        heard = [asyncio.get_running_loop().time()]
        writing = asyncio.create_task(self._write(stream, heard))
        try:
            while (frame := await stream.read()) is not aio.EOF:
                patience.got_event()
                heard[0] = asyncio.get_running_loop().time()
                self._talk.receive(cast(pb.ConverseResponse, frame))
                self._wanted.set()
                if self._talk.has_events:
                    self._happened.set()
            code = await stream.code()
            if code is not grpc.StatusCode.OK:
                raise aio.AioRpcError(
                    code, await stream.initial_metadata(), await stream.trailing_metadata(), await stream.details()
                )
        except asyncio.CancelledError:
            if self._error is None and writing.done():  # it found the server silent
                return
            raise
        finally:
            writing.cancel()
            stream.cancel()

    async def _write(self, stream: aio.StreamStreamCall[Any, Any], heard: list[float]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wanted.clear()
            if self._talk.is_paused:
                self._talk.is_paused = False
                await asyncio.sleep(_PAUSE_S)
            frame = self._talk.next_frame()
            if frame is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._talk.heartbeat_s * 2 / 3):
                        await self._wanted.wait()
                        continue
                if loop.time() - heard[0] > self._talk.silence_s:
                    stream.cancel()
                    return
                frame = pb.ConverseRequest()  # a heartbeat
            try:
                await stream.write(frame)
            except (grpc.RpcError, asyncio.InvalidStateError):
                return  # whoever reads finds out why
