"""`botserver sessions` and `botserver chat` against a live server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import BotserverClient

from tests.live import COMMAND, LiveServer, environment

GREETER = """\
HEAR name WITH "Who are you?"
SET "name", name
SET CONTEXT "about" AS "a visitor"
TAG CONVERSATION SESSION_ID, "visitor"
TAG CONVERSATION SESSION_ID, "new here"
HEAR wish AS MENU "More", "Enough" WITH "Hello, ${name}."
END SESSION
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("cli")
    scripts = folder / "greeter.gbai" / "greeter.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text(GREETER)
    forms = folder / "forms.gbai" / "forms.gbdialog"
    forms.mkdir(parents=True)
    (forms / "start.bas").write_text('RUN IN SESSION CREATE SUB SESSION, "ask"')
    (forms / "ask.bas").write_text("HEAR name")
    (forms / "outside.bas").write_text(
        'ON EVENT "paid"\nTALK "paid " & event.data.order\nEND ON\nON FORM SUBMIT "contact"\nTALK fields.name\nEND ON\n'
    )
    with LiveServer(folder, "--ephemeral", folder=folder) as running:
        yield running


def botserver(server: LiveServer, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        input=said,
        capture_output=True,
        text=True,
        env=environment(BOTSERVER_SERVER=server.address),
        timeout=60,
        check=False,
    )


@pytest.fixture
def session_id(server: LiveServer) -> str:
    with BotserverClient(server.address) as client:
        session, _ = client.create_session("greeter")
        client.send_message(session.session_id, "Ann")
        return session.session_id


def test_branches_are_compared_and_merged(server: LiveServer, session_id: str) -> None:
    with BotserverClient(server.address) as client:
        earlier = client.branch_session(session_id, turn=1).session_id
        client.send_message(earlier, "Bea")
    assert botserver(server, "sessions", "diff", session_id, earlier).stdout == (
        'variables "name": "Ann" here, "Bea" there\n'
    )
    checked = botserver(server, "sessions", "merge", session_id, earlier, "--check").stdout
    assert checked == (
        'conflict: variables "name": "Ann" here, "Bea" there, at first nothing\n1 in conflict; nothing was changed\n'
    )
    refused = botserver(server, "sessions", "merge", session_id, earlier)
    assert refused.returncode != 0
    assert "changed the same 1 entries, the first variables name" in refused.stderr
    assert botserver(server, "sessions", "merge", session_id, earlier, "--policy", "source").returncode == 0
    assert botserver(server, "sessions", "diff", session_id, earlier).stdout == ""
    merged = json.loads(botserver(server, "sessions", "merge", earlier, session_id, "--json").stdout)
    assert (merged["session_id"], merged["conflicts"]) == (earlier, [])


def test_show_lists_sub_sessions(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        session, _ = client.create_session("forms")
        (child,) = client.get_session(session.session_id, full=True).sub_sessions
    shown = botserver(server, "sessions", "show", session.session_id).stdout
    assert f"sub-session: {child.sub_session_id}, {child.memory_bytes:,} bytes, talks with the user" in shown


def test_list_holds_open_sessions_and_with_all_the_ended_ones(server: LiveServer, session_id: str) -> None:
    assert session_id in botserver(server, "sessions", "list").stdout
    botserver(server, "sessions", "end", session_id)
    assert session_id not in botserver(server, "sessions", "list", "--bot", "greeter").stdout
    assert session_id in botserver(server, "sessions", "list", "--all").stdout


def test_list_as_json_is_one_object_a_session(server: LiveServer, session_id: str) -> None:
    lines = botserver(server, "sessions", "list", "--json").stdout.splitlines()
    found = {session["session_id"]: session for session in map(json.loads, lines)}
    assert found[session_id]["activity"] == "waiting_input"


def test_list_of_a_bot_without_sessions_is_empty(server: LiveServer) -> None:
    run = botserver(server, "sessions", "list", "--bot", 'no "such" bot', "--json")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_show_has_variables_contexts_and_messages(server: LiveServer, session_id: str) -> None:
    words = botserver(server, "sessions", "show", session_id).stdout
    assert '"name" = "Ann"' in words
    assert '"about" = "a visitor"' in words
    assert "> Ann" in words
    assert "< Hello, Ann." in words
    assert "input wish" in words
    assert "tags:        visitor, new here\n" in words


def test_show_as_json_has_the_same(server: LiveServer, session_id: str) -> None:
    shown = json.loads(botserver(server, "sessions", "show", session_id, "--json").stdout)
    assert shown["variables"] == {"name": "Ann"}
    assert [message["text"] for message in shown["messages"]] == ["Who are you?", "Ann", "Hello, Ann."]


def test_unknown_session_is_refused_with_code_1(server: LiveServer) -> None:
    run = botserver(server, "sessions", "show", "00000000-0000-4000-8000-000000000000")
    assert run.returncode == 1
    assert "no session" in run.stderr


def test_malformed_session_id_is_refused_with_code_1(server: LiveServer) -> None:
    run = botserver(server, "sessions", "end", "nonsense")
    assert run.returncode == 1
    assert "session_id" in run.stderr


def test_absent_server_is_code_3_with_its_address() -> None:
    run = subprocess.run(
        [*COMMAND, "sessions", "list", "--server", "127.0.0.1:1"],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert run.returncode == 3
    assert "127.0.0.1:1" in run.stderr


def test_chat_holds_a_conversation_to_its_end(server: LiveServer) -> None:
    run = botserver(server, "chat", "greeter", said="Bob\nenough\n")
    assert (run.returncode, run.stdout) == (0, "Who are you?\nHello, Bob.\n")
    assert "has ended" in run.stderr


def test_chat_left_open_can_be_gone_on_with(server: LiveServer) -> None:
    left = botserver(server, "chat", "greeter", said="Cid\n")
    session_id = left.stderr.split()[-1]
    run = botserver(server, "chat", "greeter", "--session", session_id, said="more\n")
    assert run.returncode == 0
    assert run.stdout.startswith("Who are you?\n> Cid\nHello, Cid.\n")
    assert "has ended" in run.stderr


def test_chat_lets_events_happen_and_sends_forms_in(server: LiveServer) -> None:
    said = '/event paid {"order": 7}\n/form contact {"name": "Ann"}\n/form contact\n/event paid {\n/event unknown\n'
    run = botserver(server, "chat", "forms", said=said)
    assert (run.returncode, run.stdout) == (0, "paid 7\nAnn\n")
    assert run.stderr.count("expected JSON behind the name") == 2


def test_chat_is_with_whom_is_said(server: LiveServer) -> None:
    left = botserver(server, "chat", "greeter", "--as", "user=u-7", "--as", "channel=web", said="")
    with BotserverClient(server.address) as client:
        session = client.get_session(left.stderr.split()[-1])
    assert (session.user.user_id, session.channel) == ("u-7", "web")
    assert botserver(server, "chat", "greeter", "--as", "web").returncode == 2


def test_chat_with_an_unknown_bot_names_the_bots_there_are(server: LiveServer) -> None:
    run = botserver(server, "chat", "nobody")
    assert run.returncode == 1
    assert "greeter" in run.stderr


def test_chat_replaces_malformed_utf8(server: LiveServer, tmp_path: Path) -> None:
    run = subprocess.run(
        [*COMMAND, "chat", "greeter"],
        input=b"B\xffb\n",
        capture_output=True,
        env=environment(BOTSERVER_SERVER=server.address),
        timeout=60,
        check=False,
    )
    assert "Hello, B\ufffdb." in run.stdout.decode()
