"""What a client sees when a call is refused: every class of the table, and every field that can be wrong."""

from __future__ import annotations

import asyncio
import uuid

import grpc
import pytest
import structlog
from google.protobuf.struct_pb2 import Value
from structlog.testing import capture_logs

from botserver import limits
from botserver.errors import BotserverError, LimitReached, ScriptError, all_errors
from botserver.rpc.pb import error_pb2, session_pb2
from tests.protocol.fake_sessions import until

SESSION = "11111111-1111-4111-8111-111111111111"
VALUES = {
    "session_id": SESSION,
    "checkpoint_id": "t-3",
    "message_id": "m-1",
    "revision": 7,
    "expected": 6,
    "limit": "session-memory-limit",
    "field": "labels",
    "what": "is wrong",
    "incident": "abc123",
}
WITHOUT_REASON = {"S000", "D505", "D506", "X910"}
"""Not meant for clients; if they ever got there, they would be incidents."""


def make(kind: type[BotserverError]) -> BotserverError:
    if kind is ScriptError:
        return ScriptError(3001, "secret of the script")
    if kind is LimitReached:
        return LimitReached("INBOX_FULL", limit="inbox", maximum=100, unit="inputs", current=101)
    taken = kind.__init__.__code__.co_varnames[1 : kind.__init__.__code__.co_argcount]
    if taken:
        return kind(**{name: VALUES[name] for name in taken if name in VALUES})
    return kind(**VALUES)


@pytest.mark.parametrize("code", all_errors())
async def test_every_error_leaves_with_its_status_and_one_error_info(code, sessions, refused):
    error = make(all_errors()[code])
    sessions.failure = error
    with capture_logs():
        refusal = await refused("GetSession", session_id=SESSION)
    if code in WITHOUT_REASON:
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
        assert "secret" not in str(refusal.status)
        return
    assert refusal.code is grpc.StatusCode[error.status]
    assert refusal.status.code == refusal.code.value[0]
    assert refusal.message == refusal.status.message == error.message
    info = refusal.details["ErrorInfo"]
    assert (info.domain, info.reason) == ("botserver", error.reason)
    assert refusal.values == {name: str(value) for name, value in error.data.items()} | {
        "code": code,
        "hint": error.hint,
    }
    assert error.hint
    assert f"ERROR_REASON_{error.reason}" in dict(error_pb2.ErrorReason.items())
    assert ("RetryInfo" in refusal.details) == (error.retry or error.reason == "INBOX_FULL")
    assert ("BadRequest" in refusal.details) == code.startswith("R")
    if refusal.code is grpc.StatusCode.UNAVAILABLE:
        assert error.retry


@pytest.mark.parametrize("error", [ValueError("secret"), KeyError("secret"), RecursionError(), MemoryError()])
async def test_unexpected_exception_is_an_incident_logged_once(error, sessions, server, refused):
    sessions.failure = error
    with capture_logs() as lines:
        server._door._log = structlog.get_logger()
        refusal = await refused("GetSession", session_id=SESSION)
    assert refusal.code is grpc.StatusCode.INTERNAL
    assert "secret" not in str(refusal.status)
    logged = [line for line in lines if line["log_level"] == "error"]
    assert [line["incident"] for line in logged] == [refusal.values["incident"]]
    assert logged[0]["exc_info"] is error


async def test_server_goes_on_after_an_incident(sessions, call, refused):
    sessions.failure = ZeroDivisionError()
    await refused("CreateSession", bot="echo")
    sessions.failure = None
    await call("CreateSession", bot="echo")


async def test_not_found_names_the_resource(refused):
    refusal = await refused("GetSession", session_id=SESSION)
    found = refusal.details["ResourceInfo"]
    assert (found.resource_type, found.resource_name) == ("session", SESSION)
    assert (await refused("CreateSession", bot="nobody")).details["ResourceInfo"].resource_name == "nobody"


async def test_limit_names_the_quota(sessions, refused):
    sessions.failure = LimitReached("SESSION_MEMORY_LIMIT", limit="memory", maximum=10, unit="bytes", current=11)
    refusal = await refused("CreateSession", bot="echo")
    assert refusal.details["QuotaFailure"].violations[0].subject == "memory"
    assert refusal.values["current"] == "11"
    assert "RetryInfo" not in refusal.details


async def test_long_values_do_not_break_the_trailers(refused):
    refusal = await refused("CreateSession", bot="b" * limits.FIELD_CHARS)
    assert refusal.reason == "BOT_NOT_FOUND"
    refusal = await refused("UpdateSession", session={"session_id": SESSION}, update_mask={"paths": ["x" * 100_000]})
    assert refusal.fields == ["update_mask"]


LONG = "x" * (limits.FIELD_CHARS + 1)
MALFORMED = [
    ("GetSession", {}, "session_id"),
    ("GetSession", {"session_id": "42"}, "session_id"),
    ("GetSession", {"session_id": str(uuid.uuid1())}, "session_id"),
    ("GetSession", {"session_id": SESSION + "\n"}, "session_id"),
    ("GetSession", {"session_id": SESSION, "view": 9}, "view"),
    ("CreateSession", {}, "bot"),
    ("CreateSession", {"bot": LONG}, "bot"),
    ("CreateSession", {"bot": "echo", "session_id": "cookie"}, "session_id"),
    ("CreateSession", {"bot": "echo", "request_id": "again"}, "request_id"),
    ("CreateSession", {"bot": "echo", "channel": "Web Site"}, "channel"),
    ("CreateSession", {"bot": "echo", "alias": LONG}, "alias"),
    ("CreateSession", {"bot": "echo", "user": {"email": LONG}}, "user.email"),
    ("CreateSession", {"bot": "echo", "ttl": {}}, "ttl"),
    ("CreateSession", {"bot": "echo", "ttl": {"seconds": -5}}, "ttl"),
    ("CreateSession", {"bot": "echo", "ttl": {"seconds": 10**10}}, "ttl"),
    ("CreateSession", {"bot": "echo", "params": {"n": float("nan")}}, "params"),
    ("CreateSession", {"bot": "echo", "params": {"big": "x" * limits.PARAMS_BYTES}}, "params"),
    ("CreateSession", {"bot": "echo", "metadata": {"big": "x" * limits.METADATA_BYTES}}, "metadata"),
    ("CreateSession", {"bot": "echo", "labels": {str(n): "" for n in range(limits.LABELS + 1)}}, "labels"),
    ("CreateSession", {"bot": "echo", "labels": {"a": LONG}}, "labels['a']"),
    ("CreateSession", {"bot": "echo", "labels": {"": "a"}}, "labels"),
    ("CreateSession", {"bot": "echo", "alias": "a\0"}, "alias"),
    ("CreateSession", {"bot": "echo", "user": {"user_id": "\0"}}, "user.user_id"),
    ("ListSessions", {"filter": 'alias = "\0"'}, "filter"),
    ("ListSessions", {"page_size": -1}, "page_size"),
    ("ListSessions", {"filter": "bot"}, "filter"),
    ("ListSessions", {"filter": 'colour = "red"'}, "filter"),
    ("ListSessions", {"filter": "bot = a OR bot = b"}, "filter"),
    ("ListSessions", {"filter": "bot = a AND"}, "filter"),
    ("ListSessions", {"filter": "bot = a AND bot = b"}, "filter"),
    ("ListSessions", {"filter": "state = CLOSED"}, "filter"),
    ("ListSessions", {"filter": "x" * (limits.FILTER_CHARS + 1)}, "filter"),
    ("ListSessions", {"order_by": "bot"}, "order_by"),
    ("UpdateSession", {}, "session.session_id"),
    ("UpdateSession", {"session": {"session_id": SESSION}}, "update_mask"),
    ("UpdateSession", {"session": {"session_id": SESSION}, "update_mask": {"paths": ["revision"]}}, "update_mask"),
    ("UpdateSession", {"session": {"session_id": SESSION}, "update_mask": {"paths": ["ttl"]}}, "session.ttl"),
    ("SendMessage", {"message_id": "m", "text": "x"}, "session_id"),
    ("SendMessage", {"session_id": SESSION, "text": "x"}, "message_id"),
    ("SendMessage", {"session_id": SESSION, "message_id": "a b", "text": "x"}, "message_id"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m" * 129, "text": "x"}, "message_id"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m"}, "text"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "text": "x" * (limits.MESSAGE_CHARS + 1)}, "text"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "text": "x" * 1_000_000}, "text"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "choice": ""}, "choice"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "event": {}}, "event"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "event": {"name": " "}}, "event.name"),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "event": {"form": "x" * 256}}, "event.form"),
    (
        "SendMessage",
        {"session_id": SESSION, "message_id": "m", "event": {"name": "a", "data": Value(string_value="x" * 16_400)}},
        "event.data",
    ),
    (
        "SendMessage",
        {"session_id": SESSION, "message_id": "m", "event": {"form": "a", "fields": {"x": "x" * 16_400}}},
        "event.fields",
    ),
    (
        "SendMessage",
        {"session_id": SESSION, "message_id": "m", "event": {"connect": {}, "metadata": {"x": "y"}}},
        "event.metadata",
    ),
    ("SendMessage", {"session_id": SESSION, "message_id": "m", "text": "x", "wait": 8}, "wait"),
    ("SendMessage", {"open": {"bot": "echo"}, "message_id": "m", "text": "x"}, "open.alias"),
    ("SendMessage", {"open": {"alias": "a"}, "message_id": "m", "text": "x"}, "open.bot"),
    ("WatchSession", {"session_id": "x"}, "session_id"),
    ("WatchSession", {"session_id": SESSION, "after_seq": -1}, "after_seq"),
    ("ListMessages", {"session_id": SESSION, "order_by": "time"}, "order_by"),
    ("SaveSession", {"session_id": SESSION, "label": LONG}, "label"),
    ("RestoreSession", {"session_id": SESSION}, "checkpoint_id"),
    ("RestoreSession", {"session_id": SESSION, "checkpoint_id": "t-x"}, "checkpoint_id"),
    (
        "RestoreSession",
        {"session_id": SESSION, "checkpoint_id": "t-1", "expected_revision": -1},
        "expected_revision",
    ),
    ("BranchSession", {"session_id": SESSION, "turn": -1}, "turn"),
    ("BranchSession", {"session_id": SESSION, "new_session_id": "mine"}, "new_session_id"),
    ("MergeSession", {"session_id": SESSION, "source_session_id": "x"}, "source_session_id"),
    ("MergeSession", {"session_id": SESSION, "source_session_id": SESSION, "policy": 9}, "policy"),
    ("DiffSession", {"session_id": SESSION, "other_session_id": ""}, "other_session_id"),
    ("DeleteCheckpoint", {"session_id": SESSION, "checkpoint_id": "../etc"}, "checkpoint_id"),
]


@pytest.mark.parametrize(("method", "fields", "field"), MALFORMED)
async def test_malformed_field_is_named_with_a_hint(method, fields, field, refused):
    refusal = await refused(method, **fields)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
    assert refusal.fields == [field]
    assert refusal.values["field"] == field
    assert refusal.values["hint"]


async def test_text_at_the_limit_is_taken(call):
    session_id = (await call("CreateSession", bot="echo")).session.session_id
    text = "ü" * limits.MESSAGE_CHARS
    reply = (await call("SendMessage", session_id=session_id, message_id="m" * 128, text=text)).reply
    assert reply.messages[0].text == text


async def test_malformed_utf8_is_named(refused):
    request = session_pb2.SendMessageRequest(session_id=SESSION, message_id="m", text="????")
    refusal = await refused("SendMessage", request.SerializeToString().replace(b"????", b"\xff\xfe\x80\x80"))
    assert (refusal.reason, refusal.fields) == ("FIELD_INVALID", ["text"])
    request = session_pb2.CreateSessionRequest(bot="echo", user=session_pb2.User(name="????"), labels={"a": "b"})
    refusal = await refused("CreateSession", request.SerializeToString().replace(b"????", b"\xc3\x28\xa0\xa1"))
    assert refusal.fields == ["user.name"]
    request = session_pb2.CreateSessionRequest(bot="echo", labels={"key": "????"})
    refusal = await refused("CreateSession", request.SerializeToString().replace(b"????", b"\xc3\x28\xa0\xa1"))
    assert refusal.fields == ["labels.value"]


@pytest.mark.parametrize("data", [b"\xff", b"\x0a\x7f", b"\x0b" * 50, b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"])
async def test_bytes_that_are_no_request_are_refused(data, refused):
    refusal = await refused("SendMessage", data)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["request"])


async def test_message_beyond_the_transport_bound_is_refused(call, refused):
    refusal = await refused("SendMessage", session_id=SESSION, message_id="m", text="x" * (limits.RPC_BYTES + 1))
    assert refusal.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    await call("CreateSession", bot="echo")


async def test_unknown_method_is_unimplemented(channel):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await channel.unary_unary("/botserver.v1.SessionService/NoSuchMethod")(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_error_in_a_stream_has_the_same_details(sessions, call, refused):
    assert (await refused("WatchSession", session_id=SESSION)).reason == "SESSION_NOT_FOUND"
    session_id = (await call("CreateSession", bot="echo")).session.session_id
    stream = call("WatchSession", session_id=session_id)
    await stream.read()
    await stream.read()
    sessions.failure = RuntimeError("secret")
    sessions._news.set()
    with pytest.raises(grpc.aio.AioRpcError) as caught, capture_logs():
        await stream.read()
    assert caught.value.code() is grpc.StatusCode.INTERNAL


async def test_cancelled_call_lets_its_turn_go_on(sessions, call):
    session_id = (await call("CreateSession", bot="echo")).session.session_id
    sessions.gate.clear()
    sending = call("SendMessage", session_id=session_id, message_id="m", text="x")
    await until(lambda: sessions.waiting)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    sessions.gate.set()
    again = await call("SendMessage", session_id=session_id, message_id="m", text="x")
    assert again.reply.last_seq == 3
