"""Converse through a real channel: many sessions, an answer for each message, events, heartbeats, bounds, drain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc import aio

from botserver import limits
from botserver.errors import Overloaded
from botserver.rpc.pb import event_pb2, session_pb2
from botserver.rpc.server import RpcSettings
from tests.protocol.conftest import Refusal
from tests.protocol.fake_sessions import until

PATH = "/botserver.v1.SessionService/Converse"
MISSING = "11111111-1111-4111-8111-111111111111"


class Talk:
    """The client's end of a stream."""

    def __init__(self, stream: aio.StreamStreamCall[Any, Any]) -> None:
        self.stream = stream
        self.frames: list[session_pb2.ConverseResponse] = []

    async def send(self, *messages: dict[str, Any], **fields: Any) -> None:
        frame = session_pb2.ConverseRequest(messages=messages, **fields)
        await self.stream.write(frame.SerializeToString())

    async def read(self) -> session_pb2.ConverseResponse:
        frame = await self.stream.read()
        assert frame is not aio.EOF, "the stream ended"
        self.frames.append(frame)
        return frame

    async def replies(self, count: int) -> list[session_pb2.ConverseReply]:
        """The next ones, however many frames they come in."""
        found: list[session_pb2.ConverseReply] = []
        while len(found) < count:
            found += (await self.read()).replies
        assert len(found) == count
        return found

    async def pushes(self, count: int) -> list[session_pb2.ConversePush]:
        found: list[session_pb2.ConversePush] = []
        while len(found) < count:
            found += (await self.read()).pushes
        return found

    async def closed(self) -> session_pb2.SubscriptionClosed:
        while not (frame := await self.read()).closed:
            pass
        return frame.closed[0]

    async def end(self) -> Refusal | None:
        """Read to the end; what the stream was refused with."""
        try:
            while await self.stream.read() is not aio.EOF:
                pass
        except aio.AioRpcError as error:
            return Refusal(error)
        return None


def info(error: Any) -> error_details_pb2.ErrorInfo:
    """The ErrorInfo of an answer's error, read as the google.rpc.Status it is on the wire."""
    found = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(found) for detail in Status.FromString(error.SerializeToString()).details)
    return found


def text(session_id: str, message_id: str, said: str) -> dict[str, Any]:
    return {"session_id": session_id, "message_id": message_id, "text": said}


@pytest.fixture
def converse(channel: aio.Channel) -> Callable[[], Any]:
    @asynccontextmanager
    async def start() -> AsyncIterator[Talk]:
        make = channel.stream_stream(PATH, response_deserializer=session_pb2.ConverseResponse.FromString)
        talk = Talk(make(timeout=20))
        try:
            yield talk
        finally:
            talk.stream.cancel()

    return start


async def opened(call: Any) -> str:
    return (await call("CreateSession", bot="echo")).session.session_id


async def test_first_frame_says_the_bounds(converse):
    async with converse() as talk:
        welcome = (await talk.read()).welcome
    assert welcome.max_messages == limits.CONVERSE_MESSAGES
    assert welcome.max_in_flight == limits.CONVERSE_IN_FLIGHT
    assert welcome.max_subscriptions == limits.CONVERSE_SUBSCRIPTIONS
    assert welcome.heartbeat.seconds == int(limits.HEARTBEAT_S)
    assert welcome.silence.seconds == int(limits.SILENCE_S)


async def test_messages_of_many_sessions_in_one_frame_each_get_the_reply_of_send_message(call, converse):
    ids = [await opened(call) for _ in range(3)]
    async with converse() as talk:
        await talk.send(*(text(session_id, f"m-{n}", f"hello {n}") for n, session_id in enumerate(ids)))
        replies = await talk.replies(3)
    assert {(each.session_id, each.message_id) for each in replies} == {(one, f"m-{n}") for n, one in enumerate(ids)}
    for each in replies:
        number = int(each.message_id[2:])
        again = await call("SendMessage", session_id=ids[number], message_id=each.message_id, text=f"hello {number}")
        assert each.response == again


async def test_replies_that_are_ready_together_come_in_one_frame(call, converse, sessions):
    ids = [await opened(call) for _ in range(8)]
    sessions.gate.clear()
    async with converse() as talk:
        await talk.read()
        await talk.send(*(text(session_id, "m", "x") for session_id in ids))
        await until(lambda: sessions.waiting == 8)
        sessions.gate.set()
        assert len((await talk.read()).replies) == 8


async def test_messages_of_one_session_keep_their_order(call, converse, sessions):
    session_id = await opened(call)
    async with converse() as talk:
        await talk.send(*(text(session_id, f"m-{n}", str(n)) for n in range(20)))
        await talk.replies(20)
    assert [incoming.text for incoming in sessions.sent] == [str(n) for n in range(20)]


async def test_message_that_is_refused_does_not_end_the_stream(call, converse):
    session_id = await opened(call)
    async with converse() as talk:
        await talk.send(
            text(MISSING, "a", "x"),
            text("nonsense", "b", "x"),
            {"session_id": session_id, "message_id": "c"},
            text(session_id, "no good id", "x"),
            {"message_id": "e", "text": "x"},
            {"session_id": session_id, "message_id": "f", "text": "x", "wait": 77},
            text(session_id, "g", "fine"),
        )
        replies = {each.message_id: each for each in await talk.replies(7)}
        await talk.send(text(session_id, "h", "still here"))
        (last,) = await talk.replies(1)
    reasons = {name: info(each.error).reason for name, each in replies.items() if each.HasField("error")}
    assert reasons == {
        "a": "SESSION_NOT_FOUND",
        **dict.fromkeys(("b", "c", "no good id", "e", "f"), "FIELD_INVALID"),
    }
    assert replies["a"].error.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert (replies["a"].session_id, replies["b"].session_id) == (MISSING, "nonsense")
    assert replies["g"].response.reply.messages[0].text == "fine"
    assert last.response.reply.messages[0].text == "still here"


async def test_mistake_of_ours_is_an_incident_of_one_message(call, converse, sessions):
    session_id = await opened(call)
    async with converse() as talk:
        sessions.passing.append(RuntimeError("secret"))
        await talk.send(text(session_id, "m-1", "x"), text(session_id, "m-2", "y"))
        replies = {each.message_id: each for each in await talk.replies(2)}
    assert info(replies["m-1"].error).reason == "INTERNAL"
    assert "secret" not in str(replies["m-1"])
    assert replies["m-2"].HasField("response")


async def test_open_finds_or_opens_the_session_and_keeps_the_order_of_an_alias(call, converse, sessions):
    target = {"bot": "echo", "alias": "+43 1"}
    async with converse() as talk:
        await talk.send(*({"open": target, "message_id": f"m-{n}", "text": str(n)} for n in range(5)))
        replies = await talk.replies(5)
    assert {each.session_id for each in replies} == {""}
    (session_id,) = {each.response.session.session_id for each in replies}
    assert session_id
    assert [incoming.text for incoming in sessions.sent] == ["0", "1", "2", "3", "4"]
    assert len(sessions.opened) == 1


async def test_message_that_takes_a_while_is_named(call, converse, sessions):
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.read()
        await talk.send(text(session_id, "m", "x"))
        (taken,) = (await talk.read()).taken
        assert (taken.session_id, taken.message_id) == (session_id, "m")
        sessions.gate.set()
        assert len((await talk.read()).replies) == 1


async def test_frame_with_too_many_messages_is_taken_as_far_as_it_may(call, converse):
    session_id = await opened(call)
    count = limits.CONVERSE_MESSAGES + 1
    async with converse() as talk:
        await talk.send(*(text(session_id, f"m-{n}", "x") for n in range(count)))
        replies = await talk.replies(count)
    refused = [each for each in replies if each.HasField("error")]
    assert [each.message_id for each in refused] == [f"m-{count - 1}"]
    assert info(refused[0].error).reason == "LIMIT_REACHED"
    assert info(refused[0].error).metadata["limit"] == "messages of one frame"


async def test_no_more_is_read_while_too_many_answers_are_out(call, converse, sessions, monkeypatch):
    monkeypatch.setattr(limits, "CONVERSE_IN_FLIGHT", 4)
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.send(*(text(session_id, f"m-{n}", "x") for n in range(10)))
        await until(lambda: sessions.waiting == 4)
        await call("GetSession", session_id=session_id)
        assert len(sessions.sent) == 4
        sessions.gate.set()
        await talk.replies(10)
    assert len(sessions.sent) == 10


async def test_replies_nobody_reads_are_bounded_and_can_be_had_again(call, converse, sessions, monkeypatch):
    monkeypatch.setattr(limits, "CONVERSE_WAITING_CHARS", 5_000)
    monkeypatch.setattr(limits, "CONVERSE_FRAME_CHARS", 1_000)
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.send(*(text(session_id, f"m-{n}", "x" * 1_000) for n in range(20)))
        await until(lambda: sessions.waiting == 20)
        sessions.gate.set()
        replies = await talk.replies(20)
        refused = [each.message_id for each in replies if each.HasField("error")]
        assert {info(each.error).reason for each in replies if each.HasField("error")} == {"OVERLOADED"}
        assert 10 <= len(refused) < 20
        await talk.send(text(session_id, refused[0], "x" * 1_000))
        (again,) = await talk.replies(1)
    assert again.response.reply.messages[0].text == "x" * 1_000


async def test_subscription_brings_what_is_stored_then_what_comes(call, converse):
    session_id = await opened(call)
    async with converse() as talk:
        await talk.send(subscribe=[{"session_id": session_id, "after_seq": 0}])
        first = await talk.pushes(2)
        assert {each.session_id for each in first} == {session_id}
        await call("SendMessage", session_id=session_id, message_id="m", text="news")
        events = [each.event for each in first + await talk.pushes(4)]
    assert [event.message.text for event in events if event.HasField("message")] == ["Hello.", "news", "news"]


async def test_subscription_ends_after_the_end_of_its_session(call, converse):
    session_id = await opened(call)
    async with converse() as talk:
        await talk.send(subscribe=[{"session_id": session_id, "after_seq": 1}])
        await call("EndSession", session_id=session_id)
        (push,) = await talk.pushes(1)
        assert push.event.ended.reason == event_pb2.END_REASON_USER
        closed = talk.frames[-1].closed[0] if talk.frames[-1].closed else await talk.closed()
    assert closed.session_id == session_id
    assert not closed.HasField("error")


async def test_subscription_that_is_refused_does_not_end_the_stream(call, converse):
    session_id = await opened(call)
    async with converse() as talk:
        await talk.send(subscribe=[{"session_id": MISSING}])
        assert info((await talk.closed()).error).reason == "SESSION_NOT_FOUND"
        await talk.send(subscribe=[{"session_id": "x"}])
        assert info((await talk.closed()).error).reason == "FIELD_INVALID"
        await talk.send(subscribe=[{"session_id": session_id, "after_seq": -1}])
        assert info((await talk.closed()).error).reason == "FIELD_INVALID"
        await talk.send(text(session_id, "m", "x"))
        await talk.replies(1)


async def test_subscriptions_of_a_stream_are_bounded(call, converse, monkeypatch):
    monkeypatch.setattr(limits, "CONVERSE_SUBSCRIPTIONS", 2)
    ids = [await opened(call) for _ in range(3)]
    async with converse() as talk:
        for each in ids:
            await talk.send(subscribe=[{"session_id": each, "after_seq": 1}])
        closed = await talk.closed()
        assert (closed.session_id, info(closed.error).reason) == (ids[2], "LIMIT_REACHED")
        await talk.send(unsubscribe=[ids[0]], subscribe=[{"session_id": ids[2], "after_seq": 0}])
        assert (await talk.pushes(1))[0].session_id == ids[2]


async def test_frame_with_too_many_subscriptions_ends_the_stream(converse):
    async with converse() as talk:
        await talk.send(subscribe=[{"session_id": "x"}] * (limits.CONVERSE_SUBSCRIPTIONS + 1))
        refusal = await talk.end()
    assert (refusal.reason, refusal.fields) == ("FIELD_INVALID", ["subscribe"])


async def test_refused_subscriptions_nobody_reads_hold_up_the_reading(call, converse, sessions, monkeypatch):
    monkeypatch.setattr(limits, "CONVERSE_PUSHES", 4)
    monkeypatch.setattr(limits, "CONVERSE_FRAME_CHARS", 300)
    session_id = await opened(call)
    async with converse() as talk:
        for _ in range(5):
            await talk.send(subscribe=[{"session_id": "x"}] * 4)
        await talk.send(text(session_id, "m", "after all of them"))
        closed = replies = 0
        while not replies:
            frame = await talk.read()
            closed, replies = closed + len(frame.closed), len(frame.replies)
            assert len(frame.closed) <= 4
    assert closed >= 16


async def test_slow_reader_of_events_holds_up_its_subscription_and_nothing_else(call, converse, monkeypatch):
    monkeypatch.setattr(limits, "CONVERSE_PUSHES", 4)
    session_id = await opened(call)
    for n in range(30):
        await call("SendMessage", session_id=session_id, message_id=f"m-{n}", text=f"text {n}")
    async with converse() as talk:
        await talk.send(subscribe=[{"session_id": session_id, "after_seq": 1}])
        events = [each.event for each in await talk.pushes(120)]
    assert [event.message.seq for event in events if event.HasField("message")] == list(range(2, 62))


async def test_client_that_closes_its_side_gets_what_is_under_way(call, converse, sessions):
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.send(text(session_id, "m", "last words"))
        await talk.stream.done_writing()
        await until(lambda: sessions.waiting)
        sessions.gate.set()
        (reply,) = await talk.replies(1)
        assert reply.response.reply.messages[0].text == "last words"
        assert await talk.end() is None
        assert await talk.stream.code() is grpc.StatusCode.OK


async def test_broken_stream_does_not_stop_the_turn_and_a_repeat_gets_the_reply(call, converse, sessions):
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.send(text(session_id, "m", "once"))
        await until(lambda: sessions.waiting)
    sessions.gate.set()
    await until(lambda: sessions.finished)
    async with converse() as talk:
        await talk.send(text(session_id, "m", "once"))
        (reply,) = await talk.replies(1)
    assert reply.response.reply.messages[0].seq == 3


async def test_bytes_that_are_no_frame_end_the_stream(converse):
    async with converse() as talk:
        await talk.stream.write(b"\x0a\x05abc")
        refusal = await talk.end()
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


async def test_streams_that_end_while_the_first_frame_is_on_its_way_have_a_status(channel):
    make = channel.stream_stream(PATH)

    async def status(*frames: bytes) -> grpc.StatusCode:
        stream = make(iter(frames), timeout=20)
        with suppress(aio.AioRpcError):
            async for _ in stream:
                pass
        return await stream.code()

    for _ in range(10):
        ended = await asyncio.gather(*[status(b"\xff") for _ in range(16)], *[status() for _ in range(16)])
        assert ended == [grpc.StatusCode.INVALID_ARGUMENT] * 16 + [grpc.StatusCode.OK] * 16


async def test_drain_finishes_what_was_taken_and_refuses_the_rest(call, converse, server, sessions):
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.send(text(session_id, "m-1", "taken"))
        await until(lambda: sessions.waiting)
        draining = asyncio.create_task(server.drain(grace_s=10))
        while not (await talk.read()).HasField("draining"):
            pass
        await talk.send(text(session_id, "m-2", "too late"))
        (late,) = await talk.replies(1)
        assert (late.message_id, info(late.error).reason) == ("m-2", "DRAINING")
        sessions.gate.set()
        (reply,) = await talk.replies(1)
        assert reply.response.reply.messages[0].text == "taken"
        refusal = await talk.end()
        await draining
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")


async def test_drain_ends_a_stream_that_takes_too_long(call, converse, server, sessions):
    session_id = await opened(call)
    sessions.gate.clear()
    async with converse() as talk:
        await talk.send(text(session_id, "m", "slow"))
        await until(lambda: sessions.waiting)
        await server.drain(grace_s=0.05)
        assert (await talk.end()).reason == "DRAINING"


class TestSilence:
    @pytest.fixture
    def settings(self) -> RpcSettings:
        return RpcSettings(listen="127.0.0.1:0", heartbeat_s=0.05, silence_s=0.3)

    async def test_server_sends_heartbeats(self, converse):
        async with converse() as talk:
            await talk.read()
            assert (await talk.read()) == session_pb2.ConverseResponse()

    async def test_client_that_says_nothing_is_left(self, converse):
        async with converse() as talk:
            refusal = await talk.end()
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "CLIENT_SILENT")

    async def test_empty_frames_keep_the_stream(self, converse):
        async with converse() as talk:
            for _ in range(12):  # heartbeats of the server pace it: 0.4 s and more
                await talk.read()
                await talk.send()
            await talk.send(text(MISSING, "m", "x"))
            while not (await talk.read()).replies:
                pass


class TestBusy:
    @pytest.fixture
    def settings(self) -> RpcSettings:
        return RpcSettings(listen="127.0.0.1:0", max_calls=2, max_streams=1)

    async def test_messages_of_all_streams_are_bounded(self, call, converse, sessions):
        session_id = await opened(call)
        sessions.gate.clear()
        async with converse() as talk:
            await talk.send(*(text(session_id, f"m-{n}", "x") for n in range(3)))
            (refused,) = await talk.replies(1)
            assert (refused.message_id, info(refused.error).reason) == ("m-2", Overloaded.reason)
            sessions.gate.set()
            await talk.replies(2)
            await talk.send(text(session_id, "m-3", "x"))
            assert (await talk.replies(1))[0].HasField("response")

    async def test_streams_are_bounded(self, converse):
        async with converse() as first:
            await first.read()
            async with converse() as second:
                assert (await second.end()).reason == "OVERLOADED"


async def test_streamed_message_brings_its_messages_then_the_whole_reply(call):
    session_id = await opened(call)
    stream = call("StreamMessage", message=text(session_id, "m", "bit by bit"))
    parts = [part async for part in stream]
    assert [part.WhichOneof("event") for part in parts] == ["message", "result"]
    assert parts[0].message == parts[1].result.reply.messages[0]


async def test_streamed_message_may_open_a_session(call):
    parts = [
        part
        async for part in call(
            "StreamMessage", message={"open": {"bot": "echo", "alias": "a"}, "message_id": "m", "text": "x"}
        )
    ]
    assert parts[-1].result.session.bot == "echo"


async def test_streamed_message_without_target_is_refused(refused):
    assert (await refused("StreamMessage", message={"message_id": "m", "text": "x"})).fields == ["session_id"]
