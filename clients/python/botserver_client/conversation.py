"""A Converse stream for threads: one that reads, one of gRPC's that asks for frames, and any number that send."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import grpc

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


def _sent(make: Callable[P, Call[T]]) -> Callable[Concatenate[Conversation, P], T]:
    @wraps(make)
    def method(self: Conversation, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._wait(self._submit(made(make, *args, **kwargs)))

    return method


def _submitted(make: Callable[P, Call[T]]) -> Callable[Concatenate[Conversation, P], Future[T]]:
    @wraps(make)
    def method(self: Conversation, /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._submit(made(make, *args, **kwargs))

    return method


class Conversation:
    """Many sessions over one stream, for any number of threads; use it in a `with` block. Made by
    `BotserverClient.converse`.

    `submit_message` returns a future at once, so that many travel together. A stream that breaks is replaced, and what
    was not answered is sent again with the same ids: nothing runs twice. Messages of one session stay in order, unless
    a busy server refuses one.
    """

    send_message = _sent(calls.send_message)
    send_to_alias = _sent(calls.send_to_alias)
    send_event = _sent(calls.send_event)
    submit_form = _sent(calls.submit_form)
    connect = _sent(calls.connect)
    connect_alias = _sent(calls.connect_alias)
    submit_message = _submitted(calls.send_message)
    submit_to_alias = _submitted(calls.send_to_alias)

    def __init__(self, channel: grpc.Channel, target: str, timeout_s: float, give_up_after_s: float) -> None:
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
        self._changed = threading.Condition()  # guards all of it
        self._error: BotserverError | None = None
        self._stream: Any = None
        self._heard_s = 0.0
        self._thread: threading.Thread | None = None

    def subscribe(self, session_id: str, after_seq: int = 0) -> None:
        """Let `events` bring what happens in a session after `after_seq`."""
        with self._changed:
            self._check()
            self._talk.subscribe(session_id, after_seq)
            self._changed.notify_all()

    def unsubscribe(self, session_id: str) -> None:
        """Bring no more of a session; what was read from the stream may still come."""
        with self._changed:
            self._talk.unsubscribe(session_id)
            self._changed.notify_all()

    def events(self) -> Iterator[SessionNews]:
        """What happens in sessions you subscribed to, of each in order, nothing missing and nothing twice. Who reads
        slowly misses nothing either: what does not fit in memory is asked for again."""
        while True:
            with self._changed:
                while (news := self._talk.next_event()) is None:
                    self._check()
                    self._changed.wait()
                self._changed.notify_all()
            yield news

    def close(self) -> None:
        """Stop. Messages that were not answered are not waited for; their turns go on."""
        self._end(Unavailable("the conversation is closed", status="CANCELLED"))
        if self._stream is not None:
            self._stream.cancel()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Conversation:
        self._thread = threading.Thread(target=self._run, name="botserver-converse", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # --- sending

    def _submit(self, call: Call[T]) -> Future[T]:
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # what was sent cannot be taken back
        with self._changed:
            self._check()
            self._talk.add(Ticket(call, future.set_result, future.set_exception))
            self._changed.notify_all()
        return future

    def _wait(self, future: Future[T]) -> T:
        try:
            return future.result(self._timeout_s)
        except TimeoutError:
            hint = "the turn goes on; send the same message_id again, or give more time"
            raise DeadlineExceeded(
                f"no answer from {self._target} in time", status="DEADLINE_EXCEEDED", hint=hint
            ) from None

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
        if self._thread is None:
            raise RuntimeError("use the conversation in a `with` block")

    def _end(self, error: BotserverError) -> None:
        with self._changed:
            self._error = self._error or error
            self._talk.fail(error)
            self._changed.notify_all()

    # --- the stream

    def _run(self) -> None:
        patience = Patience(self._give_up_after_s)
        while self._error is None:
            patience.connecting()
            try:
                self._read(patience)
                error: BotserverError = Unavailable("the server ended the stream", status="UNAVAILABLE")
            except grpc.RpcError as failure:
                error = from_failure(cast(Failure, failure), self._target)
                if error.status == "CANCELLED" and self._error is None:  # the server was silent
                    error = Unavailable("the server says nothing", status="UNAVAILABLE")
            with self._changed:
                self._talk.disconnected()
            pause_s = patience.pause_s() if isinstance(error, Unavailable) else None
            if pause_s is None:
                self._end(error)
                return
            with self._changed:
                self._changed.wait_for(lambda: self._error is not None, timeout=pause_s)

    def _read(self, patience: Patience) -> None:
        """One stream, until it ends. Raises grpc.RpcError."""
        self._heard_s = time.monotonic()
        over = threading.Event()
        self._stream = self._start(self._frames(over))
        try:
            for frame in self._stream:
                patience.got_event()
                self._heard_s = time.monotonic()
                with self._changed:
                    self._talk.receive(cast(pb.ConverseResponse, frame))
                    self._changed.notify_all()
        finally:
            with self._changed:
                over.set()
                self._changed.notify_all()

    def _frames(self, over: threading.Event) -> Iterator[pb.ConverseRequest]:
        """What one stream sends, for the thread of gRPC's that asks for it."""
        while True:
            with self._changed:
                paused, self._talk.is_paused = self._talk.is_paused, False
            if paused and over.wait(_PAUSE_S):
                return
            with self._changed:
                frame: pb.ConverseRequest | None = None
                until_s = time.monotonic() + self._talk.heartbeat_s * 2 / 3
                while not over.is_set() and (frame := self._talk.next_frame()) is None:
                    left_s = until_s - time.monotonic()
                    if left_s <= 0:
                        frame = pb.ConverseRequest()  # a heartbeat
                        break
                    self._changed.wait(left_s)
                if over.is_set() or frame is None:
                    return
                silent = time.monotonic() - self._heard_s > self._talk.silence_s
            if silent:
                self._stream.cancel()
                return
            yield frame
