"""The blocking client. Its methods are the functions of `calls`, run at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import grpc

from . import admin, bots, calls, deliveries, desk, releases
from .arguments import made
from .calls import Call, Stream
from .conversation import Conversation
from .deliveries import Delivery, DeliveryFailed
from .errors import BotserverError, Failure, NotFound, Unavailable, from_failure
from .transport import DEFAULT_TARGET, DEFAULT_TIMEOUT_S, GIVE_UP_AFTER_S, METHODS, OPTIONS, Patience, checked_target

P = ParamSpec("P")
T = TypeVar("T")


def _blocking(make: Callable[P, Call[T]]) -> Callable[Concatenate[BotserverClient, P], T]:
    @wraps(make)
    def method(self: BotserverClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(made(make, *args, **kwargs))

    return method


def _streaming(make: Callable[P, Stream[T]]) -> Callable[Concatenate[BotserverClient, P], Generator[T, None, None]]:
    @wraps(make)
    def method(self: BotserverClient, /, *args: P.args, **kwargs: P.kwargs) -> Generator[T, None, None]:
        return self._keep(made(make, *args, **kwargs))

    return method


class BotserverClient:
    """A connection to a server; safe to share between threads. Close it, or use it in a `with` block.

    Calls raise the classes of `errors`. They are repeated by the published rules, with the same ids.
    """

    def __init__(self, target: str = DEFAULT_TARGET, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        """`target` is HOST:PORT, which raises ValueError if it cannot be; nothing is sent before the first call.
        `timeout_s` is the deadline of each call."""
        self.target = checked_target(target)
        self._timeout_s = timeout_s
        self._channel = grpc.insecure_channel(target, options=OPTIONS)
        self._methods: dict[str, Callable[..., Any]] = {
            name: self._channel.unary_unary(
                path,
                request_serializer=lambda request: request.SerializeToString(),
                response_deserializer=response.FromString,
            )
            for name, (path, response) in METHODS.items()
        }

    create_session = _blocking(calls.create_session)
    get_session = _blocking(calls.get_session)
    list_sessions = _blocking(calls.list_sessions)
    update_session = _blocking(calls.update_session)
    end_session = _blocking(calls.end_session)
    delete_session = _blocking(calls.delete_session)
    send_message = _blocking(calls.send_message)
    send_to_alias = _blocking(calls.send_to_alias)
    send_to_session = _blocking(calls.send_to_session)
    send_event = _blocking(calls.send_event)
    submit_form = _blocking(calls.submit_form)
    connect = _blocking(calls.connect)
    connect_alias = _blocking(calls.connect_alias)
    list_messages = _blocking(calls.list_messages)
    save_session = _blocking(calls.save_session)
    restore_session = _blocking(calls.restore_session)
    branch_session = _blocking(calls.branch_session)
    merge_session = _blocking(calls.merge_session)
    diff_sessions = _blocking(calls.diff_sessions)
    export_session = _blocking(calls.export_session)
    import_session = _blocking(calls.import_session)
    list_checkpoints = _blocking(calls.list_checkpoints)
    delete_checkpoint = _blocking(calls.delete_checkpoint)
    apply_template = _blocking(calls.apply_template)
    rate_session = _blocking(calls.rate_session)
    get_usage = _blocking(calls.get_usage)
    transfer_session = _blocking(desk.transfer_session)
    set_presence = _blocking(desk.set_presence)
    accept_offer = _blocking(desk.accept_offer)
    decline_offer = _blocking(desk.decline_offer)
    reply_to_user = _blocking(desk.reply_to_user)
    add_note = _blocking(desk.add_note)
    ack_notices = _blocking(desk.ack_notices)
    return_session = _blocking(desk.return_session)
    list_queue = _blocking(desk.list_queue)
    list_agents = _blocking(desk.list_agents)
    purge_sessions = _blocking(admin.purge_sessions)
    get_server_info = _blocking(admin.get_server_info)
    get_limits = _blocking(admin.get_limits)
    inspect_session = _blocking(admin.inspect_session)
    drain_server = _blocking(admin.drain_server)
    acknowledge = _blocking(deliveries.acknowledge)
    resolve_alias = _blocking(deliveries.resolve_alias)
    list_bots = _blocking(bots.list_bots)
    get_bot_memory = _blocking(bots.get_bot_memory)
    set_bot_memory = _blocking(bots.set_bot_memory)
    delete_bot_memory = _blocking(bots.delete_bot_memory)
    list_bot_memory = _blocking(bots.list_bot_memory)
    check_package = _blocking(bots.check_package)
    deploy_release = _blocking(releases.deploy_release)
    activate_release = _blocking(releases.activate_release)
    list_releases = _blocking(releases.list_releases)
    plan_migration = _blocking(releases.plan_migration)
    migrate_sessions = _blocking(releases.migrate_sessions)
    watch = _streaming(calls.watch)
    stream_message = _streaming(calls.stream_message)
    pull_deliveries = _streaming(deliveries.pull_deliveries)
    watch_desk = _streaming(desk.watch_desk)

    def converse(self, *, give_up_after_s: float = GIVE_UP_AFTER_S) -> Conversation:
        """Many sessions over one stream, for a `with` block: cheaper than calls, and it brings events too."""
        return Conversation(self._channel, self.target, self._timeout_s, give_up_after_s)

    def deliver(
        self,
        channel: str,
        send: Callable[[Delivery], str | None],
        *,
        max_outstanding: int = 0,
        lease: timedelta | None = None,
    ) -> None:
        """Be the gateway of a channel: `send` brings a delivery to its user and returns the channel's own id of it, if
        it has one. One that raises DeliveryFailed is given up; any other exception ends this, and the delivery comes
        again. The same delivery may come twice: `delivery_id` tells."""
        for delivery in self.pull_deliveries(channel, max_outstanding=max_outstanding, lease=lease):
            with suppress(NotFound):  # its session was deleted meanwhile
                try:
                    external_id = send(delivery)
                except DeliveryFailed as failure:
                    self.acknowledge(delivery, "failed", error=str(failure)[:1_000])
                else:
                    self.acknowledge(delivery, external_id=external_id or "")

    def with_timeout(self, timeout_s: float) -> BotserverClient:
        """The same connection with another deadline for each call."""
        other = object.__new__(BotserverClient)
        other.__dict__.update(self.__dict__)
        other._timeout_s = timeout_s
        return other

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> BotserverClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _run(self, call: Call[T]) -> T:
        try:
            response = self._methods[call.method](call.request, timeout=self._timeout_s)
        except grpc.RpcError as failure:
            raise from_failure(cast(Failure, failure), self.target) from failure
        return call.read(response)

    def _keep(self, wanted: Stream[T]) -> Generator[T, None, None]:
        """What a stream brings. One that breaks is started again, as long as there is patience."""
        path, response_class = METHODS[wanted.method]
        start: Callable[..., Any] = self._channel.unary_stream(
            path,
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=response_class.FromString,
        )
        patience = Patience(wanted.give_up_after_s)
        while True:
            patience.connecting()
            stream = start(wanted.request)
            try:
                for response in stream:
                    patience.got_event()
                    for result in wanted.read(response):
                        yield result
                        if wanted.last is not None and isinstance(result, wanted.last):
                            return
                if wanted.last is None:
                    return
                error: BotserverError = Unavailable("the stream ended without a reply", status="UNAVAILABLE")
            except grpc.RpcError as failure:
                error = from_failure(cast(Failure, failure), self.target)
                error.__cause__ = failure
            finally:
                stream.cancel()
            pause_s = patience.pause_s() if isinstance(error, Unavailable) else None
            if pause_s is None:
                raise error
            time.sleep(pause_s)
