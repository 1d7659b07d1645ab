"""The client's streams: a server breaks each after every response, and the client goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import botserver_client
import grpc
import pytest
from botserver_client import AsyncBotserverClient, BotserverClient
from botserver_client.pb import delivery_pb2, desk_pb2, event_pb2, session_pb2
from botserver_client.transport import Patience

SESSION = "11111111-1111-4111-8111-111111111111"


def said(seq: int) -> event_pb2.Message:
    return event_pb2.Message(seq=seq, text=f"word {seq}", role=event_pb2.ROLE_BOT)


@dataclass
class Kind:
    """A stream of the client: how it is opened, what its server sends, and what the client makes of that."""

    name: str
    method: str
    request: type
    open: Callable[[Any], Any]
    sent: list[Any]
    shown: Callable[[Any], Any]
    got: list[Any]
    resumed_at: Callable[[Any], Any]
    resumed: list[Any]


KINDS = [
    Kind(
        "watch",
        "botserver.v1.SessionService/WatchSession",
        session_pb2.WatchSessionRequest,
        lambda client: client.watch(SESSION, 3),
        [session_pb2.WatchSessionResponse(event=event_pb2.SessionEvent(seq=seq, message=said(seq))) for seq in (4, 5)],
        lambda event: event.seq,
        [4, 5],
        lambda request: request.after_seq,
        [3, 4, 5],
    ),
    Kind(
        "message",
        "botserver.v1.SessionService/StreamMessage",
        session_pb2.StreamMessageRequest,
        lambda client: client.stream_message(SESSION, "hi", message_id="m"),
        [
            session_pb2.StreamMessageResponse(message=said(1)),
            session_pb2.StreamMessageResponse(message=said(1)),  # the repeat tells from the start
            session_pb2.StreamMessageResponse(
                result=session_pb2.SendMessageResponse(reply=event_pb2.Reply(messages=[said(1)]))
            ),
        ],
        lambda part: type(part).__name__,
        ["Message", "Reply"],
        lambda request: request.message.message_id,
        ["m", "m", "m"],
    ),
    Kind(
        "deliveries",
        "botserver.v1.DeliveryService/PullDeliveries",
        delivery_pb2.PullDeliveriesRequest,
        lambda client: client.pull_deliveries("sms", max_outstanding=2),
        [
            delivery_pb2.PullDeliveriesResponse(deliveries=[delivery_pb2.Delivery(delivery_id=each) for each in ids])
            for ids in ("ab", "c")
        ],
        lambda delivery: delivery.delivery_id,
        ["a", "b", "c"],
        lambda request: request.max_outstanding,
        [2, 2, 2],
    ),
    Kind(
        "desk",
        "botserver.v1.DeskService/WatchDesk",
        desk_pb2.WatchDeskRequest,
        lambda client: client.watch_desk("ann", {SESSION: 3}),
        [
            desk_pb2.WatchDeskResponse(
                event=desk_pb2.DeskEvent(message=desk_pb2.DeskMessage(session_id=SESSION, message=said(seq)))
            )
            for seq in (4, 5)
        ],
        lambda event: event.message.seq,
        [4, 5],
        lambda request: [cursor.seq for cursor in request.cursors],
        [[3], [4], [5]],
    ),
]


@dataclass
class Fragile:
    """A server that breaks a stream after one response, and ends it with `status` once nothing is left to send."""

    kind: Kind
    status: grpc.StatusCode | None = None
    requests: list[Any] = field(default_factory=list)

    async def serve(self, request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
        at = len(self.requests)
        self.requests.append(request)
        if at < len(self.kind.sent):
            yield self.kind.sent[at]
            await context.abort(grpc.StatusCode.UNAVAILABLE, "broke")
        if self.status is not None:
            await context.abort(self.status, "not this one")

    async def start(self) -> tuple[grpc.aio.Server, str]:
        server = grpc.aio.server()
        service, _, method = self.kind.method.partition("/")
        handler = grpc.unary_stream_rpc_method_handler(
            self.serve,
            request_deserializer=self.kind.request.FromString,
            response_serializer=lambda response: response.SerializeToString(),
        )
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, {method: handler})])
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        return server, f"127.0.0.1:{port}"


async def collect(kind: Kind, address: str, is_blocking: bool, results: list[Any]) -> None:
    def blocking() -> None:
        with BotserverClient(address) as client:
            results.extend(kind.shown(each) for each in kind.open(client))

    if is_blocking:
        await asyncio.to_thread(blocking)
        return
    async with AsyncBotserverClient(address) as client:
        async for each in kind.open(client):
            results.append(kind.shown(each))  # noqa: PERF401 - what came before an error counts


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patience, "_FIRST_S", 0.001)


@pytest.mark.parametrize("is_blocking", [False, True], ids=["aio", "blocking"])
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_broken_stream_goes_on_where_it_was(kind: Kind, is_blocking: bool) -> None:
    fragile, results = Fragile(kind), list[Any]()
    server, address = await fragile.start()
    await collect(kind, address, is_blocking, results)
    await server.stop(None)
    assert results == kind.got
    assert [kind.resumed_at(request) for request in fragile.requests] == kind.resumed


@pytest.mark.parametrize("is_blocking", [False, True], ids=["aio", "blocking"])
async def test_other_errors_end_a_stream_and_keep_their_cause(is_blocking: bool) -> None:
    fragile, results = Fragile(KINDS[0], grpc.StatusCode.PERMISSION_DENIED), list[Any]()
    server, address = await fragile.start()
    with pytest.raises(botserver_client.NotAllowed, match="not this one") as caught:
        await collect(KINDS[0], address, is_blocking, results)
    await server.stop(None)
    assert isinstance(caught.value.__cause__, grpc.RpcError)
    assert results == [4, 5]
