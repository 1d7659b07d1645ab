"""The asyncio client. Its methods are the functions of `calls`, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import grpc
from grpc import aio

from . import admin, bots, calls, deliveries, desk, releases
from .aio_conversation import AsyncConversation
from .arguments import made
from .calls import Call, Stream
from .deliveries import Delivery, DeliveryFailed
from .errors import BotserverError, Failure, NotFound, Unavailable, from_failure
from .transport import DEFAULT_TARGET, DEFAULT_TIMEOUT_S, GIVE_UP_AFTER_S, METHODS, OPTIONS, Patience, checked_target

P = ParamSpec("P")
T = TypeVar("T")


def _awaited(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncBotserverClient, P], Coroutine[Any, Any, T]]:
    @wraps(make)
    async def method(self: AsyncBotserverClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(made(make, *args, **kwargs))

    return method


def _streaming(make: Callable[P, Stream[T]]) -> Callable[Concatenate[AsyncBotserverClient, P], AsyncGenerator[T, None]]:
    @wraps(make)
    def method(self: AsyncBotserverClient, /, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[T, None]:
        return self._keep(made(make, *args, **kwargs))

    return method


class AsyncBotserverClient:
    """A connection to a server, for one event loop. Close it, or use it in an `async with` block.

    Calls raise the classes of `errors`. They are repeated by the published rules, with the same ids. A cancelled call
    does not undo what it started: the same `message_id` gets the reply.
    """

    def __init__(self, target: str = DEFAULT_TARGET, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        """`target` is HOST:PORT, which raises ValueError if it cannot be; nothing is sent before the first call.
        `timeout_s` is the deadline of each call."""
        self.target = checked_target(target)
        self._timeout_s = timeout_s
        self._channel = aio.insecure_channel(target, options=OPTIONS)
        self._methods: dict[str, Callable[..., Awaitable[Any]]] = {
            name: self._channel.unary_unary(
                path,
                request_serializer=lambda request: request.SerializeToString(),
                response_deserializer=response.FromString,
            )
            for name, (path, response) in METHODS.items()
        }

    create_session = _awaited(calls.create_session)
    get_session = _awaited(calls.get_session)
    list_sessions = _awaited(calls.list_sessions)
    update_session = _awaited(calls.update_session)
    end_session = _awaited(calls.end_session)
    delete_session = _awaited(calls.delete_session)
    send_message = _awaited(calls.send_message)
    send_to_alias = _awaited(calls.send_to_alias)
    send_to_session = _awaited(calls.send_to_session)
    send_event = _awaited(calls.send_event)
    submit_form = _awaited(calls.submit_form)
    connect = _awaited(calls.connect)
    connect_alias = _awaited(calls.connect_alias)
    list_messages = _awaited(calls.list_messages)
    save_session = _awaited(calls.save_session)
    restore_session = _awaited(calls.restore_session)
    branch_session = _awaited(calls.branch_session)
    merge_session = _awaited(calls.merge_session)
    diff_sessions = _awaited(calls.diff_sessions)
    export_session = _awaited(calls.export_session)
    import_session = _awaited(calls.import_session)
    list_checkpoints = _awaited(calls.list_checkpoints)
    delete_checkpoint = _awaited(calls.delete_checkpoint)
    apply_template = _awaited(calls.apply_template)
    rate_session = _awaited(calls.rate_session)
    get_usage = _awaited(calls.get_usage)
    transfer_session = _awaited(desk.transfer_session)
    set_presence = _awaited(desk.set_presence)
    accept_offer = _awaited(desk.accept_offer)
    decline_offer = _awaited(desk.decline_offer)
    reply_to_user = _awaited(desk.reply_to_user)
    add_note = _awaited(desk.add_note)
    ack_notices = _awaited(desk.ack_notices)
    return_session = _awaited(desk.return_session)
    list_queue = _awaited(desk.list_queue)
    list_agents = _awaited(desk.list_agents)
    purge_sessions = _awaited(admin.purge_sessions)
    get_server_info = _awaited(admin.get_server_info)
    get_limits = _awaited(admin.get_limits)
    inspect_session = _awaited(admin.inspect_session)
    drain_server = _awaited(admin.drain_server)
    acknowledge = _awaited(deliveries.acknowledge)
    resolve_alias = _awaited(deliveries.resolve_alias)
    list_bots = _awaited(bots.list_bots)
    get_bot_memory = _awaited(bots.get_bot_memory)
    set_bot_memory = _awaited(bots.set_bot_memory)
    delete_bot_memory = _awaited(bots.delete_bot_memory)
    list_bot_memory = _awaited(bots.list_bot_memory)
    check_package = _awaited(bots.check_package)
    deploy_release = _awaited(releases.deploy_release)
    activate_release = _awaited(releases.activate_release)
    list_releases = _awaited(releases.list_releases)
    plan_migration = _awaited(releases.plan_migration)
    migrate_sessions = _awaited(releases.migrate_sessions)
    watch = _streaming(calls.watch)
    stream_message = _streaming(calls.stream_message)
    pull_deliveries = _streaming(deliveries.pull_deliveries)
    watch_desk = _streaming(desk.watch_desk)

    def converse(self, *, give_up_after_s: float = GIVE_UP_AFTER_S) -> AsyncConversation:
        """Many sessions over one stream, for a `with` block: cheaper than calls, and it brings events too."""
        return AsyncConversation(self._channel, self.target, self._timeout_s, give_up_after_s)

    async def deliver(
        self,
        channel: str,
        send: Callable[[Delivery], Awaitable[str | None]],
        *,
        max_outstanding: int = 0,
        lease: timedelta | None = None,
    ) -> None:
        """Be the gateway of a channel: `send` brings a delivery to its user and returns the channel's own id of it, if
        it has one. One that raises DeliveryFailed is given up; any other exception ends this, and the delivery comes
        again. The same delivery may come twice: `delivery_id` tells."""
        async for delivery in self.pull_deliveries(channel, max_outstanding=max_outstanding, lease=lease):
            with suppress(NotFound):  # its session was deleted meanwhile
                try:
                    external_id = await send(delivery)
                except DeliveryFailed as failure:
                    await self.acknowledge(delivery, "failed", error=str(failure)[:1_000])
                else:
                    await self.acknowledge(delivery, external_id=external_id or "")

    def with_timeout(self, timeout_s: float) -> AsyncBotserverClient:
        """The same connection with another deadline for each call."""
        other = object.__new__(AsyncBotserverClient)
        other.__dict__.update(self.__dict__)
        other._timeout_s = timeout_s
        return other

    async def close(self) -> None:
        await self._channel.close()

    async def __aenter__(self) -> AsyncBotserverClient:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def _run(self, call: Call[T]) -> T:
        try:
            response = await self._methods[call.method](call.request, timeout=self._timeout_s)
        except grpc.RpcError as failure:
            raise from_failure(cast(Failure, failure), self.target) from failure
        return call.read(response)

    async def _keep(self, wanted: Stream[T]) -> AsyncGenerator[T, None]:
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
                async for response in stream:
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
            await asyncio.sleep(pause_s)
