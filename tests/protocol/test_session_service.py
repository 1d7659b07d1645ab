"""Each method of SessionService through a real channel: what goes in arrives, what comes out is complete."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from google.protobuf.json_format import MessageToDict
from grpc import aio

from botserver.model import SessionMetrics, SessionState, UserInfo
from botserver.rpc.pb import event_pb2, session_pb2
from tests.protocol.fake_sessions import NOW_S

MISSING = "11111111-1111-4111-8111-111111111111"


async def opened(call, **fields):
    return await call("CreateSession", bot="echo", **fields)


async def test_create_session_returns_session_and_first_words(call, sessions):
    request_id = str(uuid.uuid4())
    response = await opened(
        call,
        user={"user_id": "u-1", "name": "Ada"},
        channel="web",
        alias="cookie-7",
        ttl={"seconds": 90},
        params={"table": 4, "vip": True, "tags": ["a", None], "deep": {"x": 0.5}},
        metadata={"page": "/cart"},
        labels={"team": "blue"},
        request_id=request_id.upper(),
    )
    session = response.session
    assert (session.bot, session.channel, list(session.aliases)) == ("echo", "web", ["cookie-7"])
    assert session.user.name == "Ada"
    assert session.state == session_pb2.SESSION_STATE_OPEN
    assert session.create_time.ToMicroseconds() == int(NOW_S * 1e6)
    assert session.expire_time.ToMicroseconds() == int((NOW_S + 90) * 1e6)
    assert dict(session.labels) == {"team": "blue"}
    assert MessageToDict(session.metadata) == {"page": "/cart"}
    assert [message.text for message in response.reply.messages] == ["Hello."]
    request = sessions.opened[0]
    assert request.parameters == {"table": 4, "vip": True, "tags": ["a", None], "deep": {"x": 0.5}}
    assert isinstance(request.parameters["table"], int)
    assert request.request_id == request_id


async def test_send_message_returns_the_reply(call):
    session_id = (await opened(call)).session.session_id
    reply = (await call("SendMessage", session_id=session_id, message_id="m-1", text="Grüße 👋")).reply
    (message,) = reply.messages
    assert (message.text, message.role) == ("Grüße 👋", event_pb2.ROLE_BOT)
    assert [(one.key, one.label) for one in message.suggestions] == [("y", "Yes")]
    assert reply.activity == event_pb2.ACTIVITY_WAITING_INPUT
    assert (reply.waiting_for.kind, reply.waiting_for.variable) == (event_pb2.WaitingFor.KIND_INPUT, "answer")
    assert (reply.first_seq, reply.last_seq, reply.usage.fuel) == (3, 3, 10)


async def test_empty_text_is_a_message(call):
    session_id = (await opened(call)).session.session_id
    assert (await call("SendMessage", session_id=session_id, message_id="m", text="")).reply.messages[0].text == ""


async def test_choice_is_a_message(call):
    session_id = (await opened(call)).session.session_id
    reply = (await call("SendMessage", session_id=session_id, message_id="m", choice="y")).reply
    assert reply.messages[0].text == "chose y"


async def test_repeat_of_a_message_id_gets_the_first_reply(call):
    session_id = (await opened(call)).session.session_id
    first = await call("SendMessage", session_id=session_id, message_id="m", text="once")
    assert await call("SendMessage", session_id=session_id, message_id="m", text="once") == first


async def test_open_finds_the_session_it_opened(call):
    target = {"bot": "echo", "channel": "sms", "alias": "+43 1"}
    first = await call("SendMessage", open=target, message_id="m-1", text="a")
    second = await call("SendMessage", open=target, message_id="m-2", text="b")
    assert first.session.session_id == second.session.session_id
    assert second.reply.messages[0].text == "b"


async def test_get_session_in_full_shows_variables(call, sessions):
    session_id = (await opened(call)).session.session_id
    basic = await sessions.get_session(None, session_id)
    sessions.full[session_id] = replace(
        basic,
        variables={"n": 2**60, "x": 1.5, "inf": float("inf"), "list": [1, {"a": None}]},
        contexts={"profile": "premium"},
        suggestions=(),
        system_prompt="Be kind.",
    )
    plain = (await call("GetSession", session_id=session_id)).session
    assert not plain.HasField("variables")
    full = (await call("GetSession", session_id=session_id.upper(), view="SESSION_VIEW_FULL")).session
    assert MessageToDict(full.variables) == {"n": str(2**60), "x": 1.5, "inf": "inf", "list": [1.0, {"a": None}]}
    assert dict(full.contexts) == {"profile": "premium"}
    assert full.system_prompt == "Be kind."


async def test_list_sessions_pages_without_repeats(call):
    ids = {(await opened(call)).session.session_id for _ in range(5)}
    seen: list[str] = []
    token = ""
    while True:
        page = await call("ListSessions", page_size=2, page_token=token)
        seen += [session.session_id for session in page.sessions]
        token = page.next_page_token
        if not token:
            break
    assert sorted(seen) == sorted(ids)


async def test_list_sessions_understands_its_filter(call, sessions):
    await call("ListSessions", filter='bot = "my \\"bot\\"" AND state=OPEN AND user.user_id = u-1')
    (where,) = sessions.filters
    assert (where.bot, where.state, where.user_id, where.alias) == ('my "bot"', SessionState.OPEN, "u-1", None)


async def test_page_token_is_refused_with_other_parameters(call, refused):
    for _ in range(3):
        await opened(call)
    token = (await call("ListSessions", page_size=1)).next_page_token
    refusal = await refused("ListSessions", page_token=token, order_by="update_time")
    assert refusal.reason == "PAGE_TOKEN_MISMATCH"
    assert refusal.fields == ["page_token"]
    for wrong in ("x", "AAAA", token[:-2], token + "A", "é" * 20, "A" * 5000):
        assert (await refused("ListSessions", page_token=wrong)).reason == "PAGE_TOKEN_MISMATCH"


async def test_update_session_changes_what_the_mask_names_only(call, sessions):
    session_id = (await opened(call, user={"name": "Ada", "email": "a@example.test"})).session.session_id
    response = await call(
        "UpdateSession",
        session={"session_id": session_id, "user": {"name": "Eve", "email": "ignored"}, "labels": {"a": "b"}},
        update_mask={"paths": ["user.name", "labels"]},
    )
    assert (response.session.user.name, response.session.user.email) == ("Eve", "a@example.test")
    (change,) = sessions.changes
    assert (change.labels, change.metadata, change.ttl_s) == ({"a": "b"}, None, None)


async def test_update_session_replaces_the_user_whole(call):
    session_id = (await opened(call, user={"name": "Ada", "email": "a@example.test"})).session.session_id
    response = await call(
        "UpdateSession", session={"session_id": session_id, "user": {"name": "Eve"}}, update_mask={"paths": ["user"]}
    )
    assert (response.session.user.name, response.session.user.email) == ("Eve", "")


async def test_end_and_delete(call, refused):
    session_id = (await opened(call)).session.session_id
    ended = (await call("EndSession", session_id=session_id)).session
    assert (ended.state, ended.end_reason) == (session_pb2.SESSION_STATE_ENDED, event_pb2.END_REASON_USER)
    assert (await refused("SendMessage", session_id=session_id, message_id="m", text="?")).reason == "SESSION_ENDED"
    await call("DeleteSession", session_id=session_id)
    assert (await refused("GetSession", session_id=session_id)).reason == "SESSION_NOT_FOUND"


async def test_watch_replays_then_follows_until_the_end(call):
    session_id = (await opened(call)).session.session_id
    stream = call("WatchSession", session_id=session_id)
    assert (await stream.read()).event.message.text == "Hello."
    assert (await stream.read()).event.state.activity == event_pb2.ACTIVITY_WAITING_INPUT
    await call("SendMessage", session_id=session_id, message_id="m", text="hi")
    texts = [(await stream.read()).event for _ in range(4)]
    assert [(event.seq, event.message.text) for event in texts if event.HasField("message")] == [(2, "hi"), (3, "hi")]
    await call("EndSession", session_id=session_id)
    assert (await stream.read()).event.ended.reason == event_pb2.END_REASON_USER
    assert await stream.read() is aio.EOF


async def test_watch_resumes_after_a_seq(call):
    session_id = (await opened(call)).session.session_id
    await call("SendMessage", session_id=session_id, message_id="m", text="hi")
    stream = call("WatchSession", session_id=session_id, after_seq=2)
    assert (await stream.read()).event.seq == 3
    stream.cancel()


async def test_messages_come_in_either_order(call):
    session_id = (await opened(call)).session.session_id
    await call("SendMessage", session_id=session_id, message_id="m", text="hi")
    up = await call("ListMessages", session_id=session_id)
    assert [message.seq for message in up.messages] == [1, 2, 3]
    assert up.messages[1].message_id == "m"
    down = await call("ListMessages", session_id=session_id, order_by="seq desc", page_size=2)
    assert [message.seq for message in down.messages] == [3, 2]
    assert down.next_page_token


async def test_checkpoints_are_kept_listed_restored_and_deleted(call, refused):
    session_id = (await opened(call)).session.session_id
    kept = (await call("SaveSession", session_id=session_id, label="before")).checkpoint
    assert (kept.label, kept.size_bytes) == ("before", 700)
    listed = await call("ListCheckpoints", session_id=session_id)
    assert list(listed.checkpoints) == [kept]
    named = {"session_id": session_id, "checkpoint_id": kept.checkpoint_id}
    assert (await call("RestoreSession", **named, expected_revision=1)).session.session_id == session_id
    await call("DeleteCheckpoint", **named)
    refusal = await refused("RestoreSession", **named)
    assert refusal.reason == "CHECKPOINT_NOT_FOUND"
    assert refusal.details["ResourceInfo"].resource_name == kept.checkpoint_id
    assert "last 20 turns" in refusal.values["hint"]


@pytest.mark.parametrize("source", [{}, {"turn": 3}, {"checkpoint_id": "t-3"}])
async def test_branch_is_a_session_of_its_own(call, source):
    session_id = (await opened(call)).session.session_id
    branch = (await call("BranchSession", session_id=session_id, new_session_id=MISSING, **source)).session
    assert branch.session_id == MISSING
    assert (await call("SendMessage", session_id=MISSING, message_id="m", text="here")).reply.messages[0].text == "here"


async def test_merge_gives_the_session_and_what_both_changed(call, refused):
    session_id = (await opened(call)).session.session_id
    other_id = (await call("BranchSession", session_id=session_id)).session.session_id
    pair = {"session_id": session_id, "source_session_id": other_id}
    merged = await call("MergeSession", **pair, policy="MERGE_POLICY_SOURCE")
    assert merged.session.session_id == session_id
    (conflict,) = merged.conflicts
    assert (conflict.area, conflict.name, conflict.base.string_value) == ("variables", "x", "was")
    assert conflict.target.struct_value["a"][0] == 1
    assert conflict.source.WhichOneof("kind") == "null_value"
    assert list((await call("MergeSession", **pair, validate_only=True)).conflicts) == [conflict]
    refusal = await refused("MergeSession", **pair)
    assert (refusal.code.name, refusal.reason) == ("FAILED_PRECONDITION", "MERGE_CONFLICT")
    assert (refusal.values["conflicts"], refusal.values["first"]) == ("1", "variables x")
    assert "policy" in refusal.values["hint"]


async def test_diff_tells_the_entries_that_differ(call):
    session_id = (await opened(call)).session.session_id
    other_id = (await call("BranchSession", session_id=session_id)).session.session_id
    (change,) = (await call("DiffSession", session_id=session_id, other_session_id=other_id)).differences
    assert (change.area, change.name, change.target.bool_value) == ("kbs", "faq", True)


async def test_message_is_sent_to_a_session(call, refused, sessions):
    key = (await opened(call)).session.session_id
    await call("SendToSession", target_session_id=key.upper(), message="Ready.", message_id="m")
    assert sessions.said == [(key, "Ready.", "m")]
    for field, wrong in (("target_session_id", "x"), ("message", ""), ("message", "x" * 16_001), ("message_id", "")):
        fields = {"target_session_id": key, "message": "Ready.", "message_id": "m", field: wrong}
        refusal = await refused("SendToSession", **fields)
        assert [one.field for one in refusal.details["BadRequest"].field_violations] == [field]
    fields = {"message": "Ready.", "message_id": "n"}
    assert (await refused("SendToSession", target_session_id=MISSING, **fields)).reason == "SESSION_NOT_FOUND"
    await call("EndSession", session_id=key)
    assert (await refused("SendToSession", target_session_id=key, **fields)).reason == "SESSION_ENDED"


async def test_template_is_applied(call, refused, sessions):
    key = (await opened(call)).session.session_id
    request_id = str(uuid.uuid4())
    response = await call("ApplyTemplate", session_id=key, name="support", request_id=request_id, expected_revision=0)
    assert response.session.session_id == key
    await call("ApplyTemplate", session_id=key, name="support")
    assert sessions.templates == [("support", request_id, 0), ("support", None, None)]
    for field, value in (("session_id", "x"), ("name", ""), ("request_id", "x"), ("expected_revision", -1)):
        refusal = await refused("ApplyTemplate", **{"session_id": key, "name": "support", field: value})
        assert [one.field for one in refusal.details["BadRequest"].field_violations] == [field]
    assert (await refused("ApplyTemplate", session_id=MISSING, name="support")).reason == "SESSION_NOT_FOUND"


async def test_session_is_rated(call, refused, sessions):
    key = (await opened(call)).session.session_id
    request_id = str(uuid.uuid4())
    response = await call("RateSession", session_id=key, score=0, comment="Bad.", request_id=request_id)
    assert response.session.session_id == key
    assert sessions.ratings == [(key, 0, "Bad.", request_id)]
    wrong = [("score", score) for score in (-0.5, 100.5, float("nan"), float("inf"))]
    for field, value in [*wrong, ("session_id", ""), ("comment", "x" * 2_001), ("request_id", "x")]:
        refusal = await refused("RateSession", **{"session_id": key, "score": 5, field: value})
        assert [one.field for one in refusal.details["BadRequest"].field_violations] == [field]
    refusal = await refused("RateSession", session_id=key)
    assert [one.field for one in refusal.details["BadRequest"].field_violations] == ["score"]
    assert (await refused("RateSession", session_id=MISSING, score=1)).reason == "SESSION_NOT_FOUND"


@pytest.mark.parametrize("satisfaction", [None, 0.0, 4.5])
async def test_full_view_tells_how_the_session_went(call, sessions, satisfaction):
    key = (await opened(call)).session.session_id
    basic = await sessions.get_session(None, key)
    sessions.full[key] = replace(basic, metrics=SessionMetrics(90.25, 3, 2, 1, satisfaction, is_completed=True))
    assert not (await call("GetSession", session_id=key)).session.HasField("metrics")
    metrics = (await call("GetSession", session_id=key, view="SESSION_VIEW_FULL")).session.metrics
    assert metrics.duration.ToMilliseconds() == 90_250
    assert (metrics.messages, metrics.errors, metrics.milestones, metrics.completed) == (3, 2, 1, True)
    assert (metrics.satisfaction if metrics.HasField("satisfaction") else None) == satisfaction


async def test_usage_tells_bytes_by_area(call):
    session_id = (await opened(call)).session.session_id
    usage = await call("GetUsage", session_id=session_id)
    assert dict(usage.bytes_by_area) == {"variables": 500, "temporary": 12}
    assert [(one.name, one.bytes) for one in usage.largest_variables] == [("cart", 400), ("name", 100)]


async def test_user_without_fields_is_anonymous(call, sessions):
    await opened(call)
    assert sessions.opened[0].user == UserInfo()
    assert sessions.opened[0].channel == "api"
