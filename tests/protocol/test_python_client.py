"""clients/python against a live server: results, errors, retries with the same ids, watches that resume."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import botserver_client
import pytest
from botserver_client import AsyncBotserverClient, BotserverClient
from botserver_client.transport import Patience

from botserver.errors import BotserverError, Draining, LimitReached, Overloaded, all_errors
from botserver.model import SessionMetrics, UserInfo
from botserver.rpc.server import RpcServer, RpcSettings
from tests.protocol.fake_sessions import NOW_S, until
from tests.protocol.test_errors import SESSION, WITHOUT_REASON, make

CLIENT = Path(__file__).parents[2] / "clients/python"
EXAMPLES = re.findall(r"```python\n(.*?)```", (CLIENT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
async def client(address):
    async with AsyncBotserverClient(address) as client:
        yield client


@pytest.mark.parametrize("example", [example for example in EXAMPLES if "deliver" not in example])
async def test_example_of_the_readme_runs(example, address):
    assert "127.0.0.1:50051" in example
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", example.replace("127.0.0.1:50051", address)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CLIENT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Hello" in done.stdout


def test_first_example_has_five_lines():
    assert len([line for line in EXAMPLES[0].splitlines() if line and not line.startswith("from ")]) <= 5


async def test_results_are_typed(client):
    session, reply = await client.create_session("echo", alias="a-1", labels={"k": "v"}, metadata={"n": 3})
    assert reply.text == "Hello."
    assert reply.activity is botserver_client.Activity.WAITING_INPUT
    assert [one.label for one in reply.suggestions] == ["Yes"]
    assert reply.waiting_for == botserver_client.WaitingFor(
        "input", "answer", expire_time=datetime.fromtimestamp(NOW_S + 60, UTC)
    )
    assert session.create_time == datetime.fromtimestamp(NOW_S, UTC)
    assert (session.aliases, session.labels, session.metadata) == (("a-1",), {"k": "v"}, {"n": 3})
    assert session.state is botserver_client.SessionState.OPEN


async def test_every_method_works(client, sessions):
    session, _ = await client.create_session(
        "echo", user=botserver_client.User(name="Ada"), ttl=timedelta(minutes=5), params={"x": [1, None]}
    )
    key = session.session_id
    assert sessions.opened[0].user == UserInfo(name="Ada")
    assert (sessions.opened[0].ttl_s, sessions.opened[0].parameters) == (300, {"x": [1, None]})
    assert (await client.get_session(key, full=True)).session_id == key
    assert [one.session_id for one in await client.list_sessions(where="state = OPEN")] == [key]
    updated = await client.update_session(key, labels={"a": "b"}, user={"email": "a@example.test"})
    assert (updated.user.name, updated.user.email, updated.labels) == ("Ada", "a@example.test", {"a": "b"})
    assert (await client.update_session(key, user=botserver_client.User(phone="1"))).user.name == ""
    assert (await client.send_message(key, "hi")).text == "hi"
    assert (await client.send_message(key, choice="y", wait="turn")).text == "chose y"
    other, reply = await client.send_to_alias("echo", "alias-1", "hey")
    assert (other.aliases, reply.text) == (("alias-1",), "hey")
    await client.send_to_session(key, "Ready.", message_id="r-1")
    await client.send_to_session(key, "Steady.")
    assert [text for _, text, _ in sessions.said] == ["Ready.", "Steady."]
    assert sessions.said[0][2] == "r-1" != sessions.said[1][2]
    assert (await client.apply_template(key, "support", expected_revision=1)).session_id == key
    assert (sessions.templates[0][0], sessions.templates[0][2]) == ("support", 1)
    assert sessions.templates[0][1]
    assert (await client.rate_session(key, 4.5, "Fine.")).metrics is None
    assert sessions.ratings[0][:3] == (key, 4.5, "Fine.")
    assert sessions.ratings[0][3]
    sessions.full[key] = replace(
        await sessions.get_session(None, key), metrics=SessionMetrics(90, 3, 2, 1, None, is_completed=False)
    )
    assert (await client.get_session(key, full=True)).metrics == botserver_client.SessionMetrics(
        timedelta(seconds=90), 3, 2, 1, None, is_completed=False
    )
    assert [one.seq for one in await client.list_messages(key, newest_first=True, page_size=2)] == [5, 4]
    kept = await client.save_session(key, "here")
    assert list(await client.list_checkpoints(key)) == [kept]
    assert (await client.restore_session(key, kept.checkpoint_id)).session_id == key
    branch = await client.branch_session(key, turn=1)
    assert branch.session_id != key
    assert (branch.parent_id, branch.effects_stubbed) == ("", False)
    child = await client.branch_session(key, as_sub_session=True, stub_effects=True)
    assert (child.parent_id, child.effects_stubbed) == (key, True)
    merge = await client.merge_session(key, branch.session_id, policy="target")
    assert merge.session.session_id == key
    change = botserver_client.AreaChange("variables", "x", {"a": [1, None]}, None, "was")
    assert merge.conflicts == (change,)
    assert (await client.merge_session(key, branch.session_id, validate_only=True)).conflicts == (change,)
    with pytest.raises(botserver_client.WrongState, match="changed the same"):
        await client.merge_session(key, branch.session_id)
    assert [each.name for each in await client.diff_sessions(key, branch.session_id)] == ["faq"]
    await client.delete_checkpoint(key, kept.checkpoint_id)
    assert (await client.get_usage(key)).bytes_by_area["variables"] == 500
    assert (await client.end_session(key)).end_reason is botserver_client.EndReason.USER
    await client.delete_session(key)
    with pytest.raises(botserver_client.NotFound):
        await client.get_session(key)


async def test_events_and_forms_go_where_they_belong(client):
    session, _ = await client.create_session("echo")
    key = session.session_id
    assert (await client.send_event(key, "paid", {"order": [7, None]})).text == "event paid {'order': [7, None]} {}"
    assert (await client.send_event(key, "paid")).text == "event paid None {}"
    form = await client.submit_form(key, "contact", {"name": "Ann"}, metadata={"page": "/"}, wait="turn")
    assert form.text == "form contact {'name': 'Ann'} {'page': '/'}"
    assert (await client.connect(key)).text == "connect  None {}"
    other, reply = await client.connect_alias("echo", "alias-2", channel="web")
    assert (other.aliases, reply.text) == (("alias-2",), "connect  None {}")


async def test_blocking_client_does_the_same(address):
    def converse():
        with BotserverClient(address) as client:
            session, _ = client.create_session("echo")
            texts = [client.send_message(session.session_id, word).text for word in ("a", "b")]
            client.end_session(session.session_id)
            return texts, [event.kind for event in client.watch(session.session_id)]

    texts, kinds = await asyncio.to_thread(converse)
    assert texts == ["a", "b"]
    assert kinds == ["message", "state"] * 5 + ["ended"]


def test_both_clients_have_the_same_methods():
    blocking, awaited = vars(BotserverClient), vars(AsyncBotserverClient)
    assert {name for name in blocking if name[0] != "_"} == {name for name in awaited if name[0] != "_"}
    assert BotserverClient.send_message.__doc__ == AsyncBotserverClient.send_message.__doc__


FAMILIES = {
    "INVALID_ARGUMENT": "InvalidRequest",
    "NOT_FOUND": "NotFound",
    "ALREADY_EXISTS": "AlreadyExists",
    "FAILED_PRECONDITION": "WrongState",
    "ABORTED": "Conflict",
    "RESOURCE_EXHAUSTED": "LimitReached",
    "PERMISSION_DENIED": "NotAllowed",
    "DEADLINE_EXCEEDED": "DeadlineExceeded",
    "DATA_LOSS": "ServerError",
    "INTERNAL": "ServerError",
}


@pytest.mark.parametrize(
    "code", [code for code, kind in all_errors().items() if kind.status != "UNAVAILABLE" and code not in WITHOUT_REASON]
)
async def test_error_has_its_class_and_all_the_server_said(code, client, sessions):
    failure: BotserverError = make(all_errors()[code])
    sessions.failure = failure
    with pytest.raises(botserver_client.BotserverError) as caught:
        await client.get_session(SESSION)
    error = caught.value
    assert type(error).__name__ == FAMILIES[failure.status]
    assert (error.status, error.reason, error.code) == (failure.status, failure.reason, code)
    assert (error.message, error.hint) == (failure.message, failure.hint)
    assert error.retryable == (failure.retry or failure.reason == "INBOX_FULL")
    assert error.metadata.items() >= {name: str(value) for name, value in failure.data.items()}.items()


async def test_invalid_request_names_the_fields(client):
    with pytest.raises(botserver_client.InvalidRequest) as caught:
        await client.get_session("42")
    assert caught.value.fields == ("session_id",)


async def test_unavailable_is_retried_with_the_same_ids(client, sessions):
    session, _ = await client.create_session("echo")
    sessions.passing = [Draining(), Overloaded(what="calls")]
    assert (await client.send_message(session.session_id, "hi")).text == "hi"
    assert len(sessions.sent) == 3
    assert len({incoming.message_id for incoming in sessions.sent}) == 1
    sessions.passing = [Draining()]
    await client.create_session("echo")
    assert sessions.opened[-1].request_id


async def test_nothing_but_unavailable_is_retried(client, sessions):
    session, _ = await client.create_session("echo")
    sessions.passing = [LimitReached("INBOX_FULL", limit="inbox", maximum=1, unit="inputs", current=2)]
    with pytest.raises(botserver_client.LimitReached):
        await client.send_message(session.session_id, "hi")
    assert len(sessions.sent) == 1


async def test_unavailable_to_the_end_is_raised(client, sessions):
    sessions.failure = Draining()
    with pytest.raises(botserver_client.Unavailable) as caught:
        await client.create_session("echo")
    assert (caught.value.reason, caught.value.retryable) == ("DRAINING", True)


async def test_missing_server_is_named(unused_tcp_port):
    async with AsyncBotserverClient(f"127.0.0.1:{unused_tcp_port}") as client:
        with pytest.raises(botserver_client.Unavailable) as caught:
            await client.get_session(SESSION)
    assert f"cannot reach 127.0.0.1:{unused_tcp_port}" in caught.value.message
    assert "botserver serve" in caught.value.hint


async def test_deadline_leaves_the_turn_going(client, sessions):
    session, _ = await client.create_session("echo")
    sessions.gate.clear()
    with pytest.raises(botserver_client.DeadlineExceeded):
        await client.with_timeout(0.05).send_message(session.session_id, "hi", message_id="m")
    sessions.gate.set()
    await until(lambda: sessions.finished == 1)
    assert (await client.send_message(session.session_id, "hi", message_id="m")).text == "hi"


async def test_streamed_message_yields_its_messages_then_the_reply(client, address):
    session, _ = await client.create_session("echo")
    parts = [part async for part in client.stream_message(session.session_id, "bit by bit", message_id="m")]
    assert [type(part).__name__ for part in parts] == ["Message", "Reply"]
    assert (parts[0].text, parts[1].text) == ("bit by bit", "bit by bit")
    with pytest.raises(botserver_client.NotFound):
        await anext(client.stream_message(SESSION, "x"))

    def blocking():
        with BotserverClient(address) as blocking_client:
            return list(blocking_client.stream_message(session.session_id, "bit by bit", message_id="m"))

    assert await asyncio.to_thread(blocking) == parts


async def test_streamed_message_goes_on_after_a_restart(server, address, sessions):
    async with AsyncBotserverClient(address) as client:
        session, _ = await client.create_session("echo")
        sessions.gate.clear()

        async def stream():
            return [part async for part in client.stream_message(session.session_id, "once")]

        streaming = asyncio.create_task(stream())
        await until(lambda: sessions.waiting)
        await server.stop()
        successor = RpcServer(sessions, RpcSettings(listen=address))
        await successor.start()
        sessions.gate.set()
        assert [part.text for part in await streaming] == ["once", "once"]
        assert len({incoming.message_id for incoming in sessions.sent}) == 1
        await successor.drain(grace_s=0)
        await successor.stop()


async def test_watch_resumes_across_a_restart(server, address, sessions):
    async with AsyncBotserverClient(address) as client:
        session, _ = await client.create_session("echo")
        seen: dict[int, list[str]] = {}

        async def watch() -> None:
            async for event in client.watch(session.session_id):
                if event.message is not None:
                    seen.setdefault(event.seq, []).append(event.message.text)

        watching = asyncio.ensure_future(watch())
        await until(lambda: seen)
        await server.drain()
        await server.stop()
        successor = RpcServer(sessions, RpcSettings(listen=address))
        await successor.start()
        await client.send_message(session.session_id, "hi")
        await client.end_session(session.session_id)
        await watching
        assert seen == {1: ["Hello."], 2: ["hi"], 3: ["hi"]}
        await successor.drain(grace_s=0)
        await successor.stop()


async def test_watch_does_not_hide_other_errors(client):
    with pytest.raises(botserver_client.NotFound):
        async for _ in client.watch(SESSION):
            pass


async def test_left_watch_is_cancelled(server, client):
    session, _ = await client.create_session("echo")
    async with contextlib.aclosing(client.watch(session.session_id)) as events:
        await anext(events)
    await until(lambda: not server._door._streams)


async def test_watch_gives_up_in_the_end():
    patience = Patience(give_up_after_s=-1)
    patience.connecting()
    assert patience.pause_s() is None
    patience = Patience(give_up_after_s=60)
    pauses = [patience.pause_s() or 0 for _ in range(8)]
    assert pauses[0] < 0.3
    assert pauses[-1] <= 6


def test_client_installs_alone(tmp_path):
    shutil.copytree(CLIENT, tmp_path / "source")
    target = tmp_path / "target"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(tmp_path / "source")], check=True, capture_output=True)
    code = "import sys, botserver_client; assert 'botserver' not in sys.modules; print(botserver_client.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(target) in done.stdout
    assert (target / "botserver_client/py.typed").exists()
