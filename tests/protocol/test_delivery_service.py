"""DeliveryService through a real channel, over a real server: what a gateway sends and gets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from botserver.app import running
from botserver.rpc.pb import delivery_pb2, session_pb2
from botserver.rpc.server import DELIVERIES, SERVICE
from tests.protocol.conftest import Refusal
from tests.protocol.serving import settings_in

MISSING = "11111111-1111-4111-8111-111111111111"


class Server:
    """Calls to one that delivers the channel `sms`."""

    def __init__(self, channel: aio.Channel) -> None:
        self._channel = channel

    def call(self, method: str, **fields: Any) -> Any:
        service = DELIVERIES if method in DELIVERIES.methods_by_name else SERVICE
        described = service.methods_by_name[method]
        request, response = GetMessageClass(described.input_type), GetMessageClass(described.output_type)
        make = self._channel.unary_stream if described.server_streaming else self._channel.unary_unary
        start = make(f"/{service.full_name}/{method}", response_deserializer=response.FromString)
        return start(request(**fields).SerializeToString(), timeout=20)

    async def refused(self, method: str, **fields: Any) -> Refusal:
        outcome = self.call(method, **fields)
        with pytest.raises(aio.AioRpcError) as caught:
            await (outcome.read() if hasattr(outcome, "read") else outcome)
        return Refusal(caught.value)

    async def open(self, alias: str = "+43 1") -> str:
        created = await self.call("CreateSession", bot="hello", channel="sms", alias=alias, user={"name": "Ana"})
        return created.session.session_id


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    dialog = tmp_path / "bots/hello.gbai/hello.gbdialog"
    dialog.mkdir(parents=True)
    (dialog / "start.bas").write_text('TALK "hi"\nHEAR x\nTALK "got ${x}"\nHEAR y')
    settings = settings_in(tmp_path, deliver=frozenset({"sms"}))
    async with (
        running(settings, asyncio.Event()) as (address, *_),
        aio.insecure_channel(address, options=[("grpc.enable_retries", 0)]) as channel,
    ):
        yield Server(channel)


async def test_gateway_pulls_acknowledges_and_is_given_what_comes(server: Server) -> None:
    session_id = await server.open()
    stream = server.call("PullDeliveries", channel="sms")
    (first,) = (await stream.read()).deliveries
    assert (first.delivery_id, first.attempt, first.channel) == (f"{session_id}/1", 1, "sms")
    assert (first.alias, first.user.name, first.bot, first.message.text) == ("+43 1", "Ana", "hello", "hi")
    assert first.lease_expire_time.seconds > first.message.create_time.seconds + 28
    done = await server.call("AckDelivery", delivery_id=first.delivery_id, status="DELIVERY_STATUS_SENT",
                             external_id="out-1")  # fmt: skip
    assert (done.delivery_id, done.status) == (first.delivery_id, delivery_pb2.DELIVERY_STATUS_SENT)
    await server.call("SendMessage", session_id=session_id, message_id="m", text="x", wait="WAIT_ACCEPTED")
    (second,) = (await stream.read()).deliveries
    assert second.message.text == "got x"
    read = await server.call("AckDelivery", channel="sms", external_id="out-1", status="DELIVERY_STATUS_READ")
    assert (read.delivery_id, read.status) == (first.delivery_id, delivery_pb2.DELIVERY_STATUS_READ)
    stream.cancel()


async def test_stream_holds_no_more_than_it_asked_for(server: Server) -> None:
    for n in range(3):
        await server.open(f"+43 {n}")
    stream = server.call("PullDeliveries", channel="sms", max_outstanding=2)
    got = list((await stream.read()).deliveries)
    while len(got) < 2:
        got += (await stream.read()).deliveries
    assert len(got) == 2
    await server.call("AckDelivery", delivery_id=got[0].delivery_id, status="DELIVERY_STATUS_FAILED", error="no")
    assert len((await stream.read()).deliveries) == 1
    stream.cancel()


async def test_resolve_alias_finds_the_open_session(server: Server) -> None:
    session_id = await server.open()
    assert (await server.call("ResolveAlias", channel="sms", alias="+43 1")).session.session_id == session_id
    assert (await server.call("ResolveAlias", channel="sms", alias="+43 1", bot="hello")).HasField("session")
    assert not (await server.call("ResolveAlias", channel="sms", alias="+43 2")).HasField("session")


@pytest.mark.parametrize(
    ("method", "fields", "wrong"),
    [
        ("PullDeliveries", {}, "channel"),
        ("PullDeliveries", {"channel": "No Channel"}, "channel"),
        ("PullDeliveries", {"channel": "sms", "max_outstanding": -1}, "max_outstanding"),
        ("PullDeliveries", {"channel": "sms", "max_outstanding": 1_001}, "max_outstanding"),
        ("PullDeliveries", {"channel": "sms", "lease": {"seconds": 0}}, "lease"),
        ("PullDeliveries", {"channel": "sms", "lease": {"seconds": 3_601}}, "lease"),
        ("AckDelivery", {"status": "DELIVERY_STATUS_SENT"}, "delivery_id"),
        ("AckDelivery", {"status": "DELIVERY_STATUS_SENT", "delivery_id": "x/1"}, "delivery_id"),
        ("AckDelivery", {"status": "DELIVERY_STATUS_SENT", "delivery_id": MISSING + "/"}, "delivery_id"),
        ("AckDelivery", {"status": "DELIVERY_STATUS_SENT", "delivery_id": MISSING + "/" + "9" * 19}, "delivery_id"),
        ("AckDelivery", {"status": "DELIVERY_STATUS_SENT", "external_id": "a"}, "channel"),
        ("AckDelivery", {"delivery_id": MISSING + "/1"}, "status"),
        ("AckDelivery", {"delivery_id": MISSING + "/1", "status": "DELIVERY_STATUS_WAITING"}, "status"),
        (
            "AckDelivery",
            {"delivery_id": MISSING + "/1", "status": "DELIVERY_STATUS_SENT", "external_id": "x" * 256},
            "external_id",
        ),
        (
            "AckDelivery",
            {"delivery_id": MISSING + "/1", "status": "DELIVERY_STATUS_FAILED", "error": "x" * 1_001},
            "error",
        ),
        ("ResolveAlias", {"channel": "sms"}, "alias"),
        ("ResolveAlias", {"alias": "a"}, "channel"),
    ],
)
async def test_malformed_request_names_its_field(
    server: Server, method: str, fields: dict[str, Any], wrong: str
) -> None:
    refusal = await server.refused(method, **fields)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    assert refusal.fields == [wrong]


async def test_what_is_not_there_says_so(server: Server) -> None:
    unknown = await server.refused("AckDelivery", delivery_id=MISSING + "/1", status="DELIVERY_STATUS_SENT")
    assert (unknown.code, unknown.reason) == (grpc.StatusCode.NOT_FOUND, "DELIVERY_NOT_FOUND")
    other = await server.refused("PullDeliveries", channel="mail")
    assert (other.code, other.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "CHANNEL_NOT_DELIVERED")
    assert "--deliver" in other.values["hint"]


async def test_reply_that_was_shown_is_acknowledged_by_its_seq(server: Server) -> None:
    session_id = await server.open()
    sent = await server.call("SendMessage", session_id=session_id, message_id="m", text="x")
    assert isinstance(sent, session_pb2.SendMessageResponse)
    for seq in (1, sent.reply.last_seq):
        await server.call("AckDelivery", delivery_id=f"{session_id}/{seq}", status="DELIVERY_STATUS_SENT")
    stream = server.call("PullDeliveries", channel="sms")
    await server.call("SendMessage", session_id=session_id, message_id="m2", text="y")
    await server.call("SendToSession", target_session_id=session_id, message_id="m3", message="new")
    assert [delivery.message.text for delivery in (await stream.read()).deliveries][-1] == "new"
    stream.cancel()
