"""`botserver desk` against a live server: a person who takes sessions at a terminal, and one whose words are piped."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import Activity, BotserverClient, User

from tests.live import COMMAND, LiveServer, environment

HELPER = """\
TALK "What is it?"
HEAR what
SET CONTEXT "topic" AS what
IF what = "refund" THEN TAG CONVERSATION SESSION_ID, "Money"
IF what = "tell" THEN
    NOTIFY AGENT "ann" WITH {order: 7}
    END SESSION
END IF
IF LEFT(what, 4) = "tag " THEN
    TAG CONVERSATION MID(what, 5), "vip"
    END SESSION
END IF
r = TRANSFER SESSION ""
TALK "Over: ${r.outcome}, ${r.note}"
HEAR more
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    scripts = tmp_path / "helper.gbai" / "helper.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text(HELPER)
    with LiveServer(tmp_path, "--database", str(tmp_path / "desk.db"), folder=tmp_path) as running:
        yield running


def start(server: LiveServer, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "desk", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(BOTSERVER_SERVER=server.address),
    )


def asking(client: BotserverClient, text: str = "my order") -> str:
    """A session that waits for an agent."""
    session, _ = client.create_session("helper", user=User(name="Una"))
    reply = client.send_message(session.session_id, text)
    assert reply.activity is Activity.HANDED_OVER
    return session.session_id


def said(client: BotserverClient, session_id: str) -> list[str]:
    return [message.text for message in client.list_messages(session_id)]


def wait_for(condition: object, seconds: float = 30.0) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]  # a callable
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.05)


def is_online(client: BotserverClient, agent_id: str) -> bool:
    return any(agent.agent_id == agent_id and agent.state != "offline" for agent in client.list_agents())


def test_words_that_are_piped_take_a_session_and_give_it_back(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        desk = start(server, "--name", "ann", "--title", "Ann", "--skill", "orders:4")
        wait_for(lambda: is_online(client, "ann"))
        session_id = asking(client)
        output, errors = desk.communicate("/accept\nHello Una.\n/note She is upset\n/done sent again\n", timeout=60)
        assert (desk.returncode, errors) == (0, "")
        lines = output.splitlines()
        assert lines[0] == "(You are Ann (ann), online for every queue. /help says what you can type.)"
        assert lines[1].startswith("(OFFER: Una of helper on api, waits ")
        assert lines[2:6] == ["(topic: my order)", "bot: What is it?", "user: my order",
                              f"(You have session 1 with Una ({session_id}).)"]  # fmt: skip
        assert lines[6:] == ["(noted)", "(Session 1 is no longer yours.)"]
        assert said(client, session_id)[-2:] == ["Hello Una.", "Over: resolved, sent again"]
        assert not is_online(client, "ann")


def test_what_agents_noted_is_shown_with_the_offer_and_never_to_the_user(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        client.set_presence("bob", "away")
        session_id = asking(client)
        client.add_note("bob", session_id, "Her third call today.")
        desk = start(server, "--name", "ann")
        output, errors = desk.communicate("/accept\n/note\n/note She is upset\n/done\n", timeout=60)
        assert (desk.returncode, errors) == (0, "")
        lines = output.splitlines()
        assert lines[5:] == [
            "(note of bob: Her third call today.)", f"(You have session 1 with Una ({session_id}).)",
            "(Note what?)", "(noted)", "(Session 1 is no longer yours.)",
        ]  # fmt: skip
        assert said(client, session_id) == ["What is it?", "my order", "Over: resolved, "]


def test_tags_are_shown_with_the_offer_and_when_they_change(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        desk = start(server, "--name", "ann")
        assert desk.stdin is not None
        assert desk.stdout is not None
        wait_for(lambda: is_online(client, "ann"))
        session_id = asking(client, "refund")
        desk.stdin.write("/accept\n")
        desk.stdin.flush()
        wait_for(lambda: client.get_session(session_id).owner == "agent")
        asking(client, "refund")
        desk.stdin.write("/queue\n")
        desk.stdin.flush()
        lines = [desk.stdout.readline()]
        while not lines[-1].endswith(" s  helper  default  [money])\n"):
            lines.append(desk.stdout.readline())
        tagging, _ = client.create_session("helper", metadata={"user_role": "agent"})
        client.send_message(tagging.session_id, f"tag {session_id}")
        while not lines[-1].startswith("(tags of session"):
            lines.append(desk.stdout.readline())
        assert "(tags: money)\n" in lines
        assert lines[-1] == "(tags of session 1: money, vip)\n"
        desk.communicate("/done\n", timeout=60)
        assert desk.returncode == 0


def test_a_notice_is_shown_once_also_to_who_comes_later(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        client.set_presence("ann", "offline")
        session, _ = client.create_session("helper")
        client.send_message(session.session_id, "tell")
        for lines in (['(notice of helper: {"order":7})'], []):
            desk = start(server, "--name", "ann")
            assert desk.stdin is not None
            assert desk.stdout is not None
            shown = [desk.stdout.readline() for _ in range(1 + len(lines))]
            output, errors = desk.communicate("/queue\n", timeout=60)
            assert (desk.returncode, errors) == (0, "")
            assert [line.strip() for line in shown[1:]] == lines
            assert output == "(Nobody waits.)\n"


def test_a_desk_goes_on_after_the_server_was_killed(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        desk = start(server, "--name", "ann")
        assert desk.stdin is not None
        wait_for(lambda: is_online(client, "ann"))
        session_id = asking(client)
        desk.stdin.write("/accept\nbefore\n")
        desk.stdin.flush()
        wait_for(lambda: said(client, session_id)[-1] == "before")
        server.kill()
        desk.stdin.write("between\n")
        desk.stdin.flush()
        server.start()
        wait_for(lambda: said(client, session_id)[-1] == "between")
        assert client.send_message(session_id, "still there?").activity is Activity.HANDED_OVER
        output, _ = desk.communicate("after\n/return\n", timeout=60)
        assert desk.returncode == 0
        assert output.count("user: still there?") == 1
        assert said(client, session_id) == [
            "What is it?", "my order", "before", "between", "still there?", "after", "Over: returned, ",
        ]  # fmt: skip


def test_on_a_terminal_offers_are_shown_and_lines_are_edited(server: LiveServer) -> None:
    leader, follower = pty.openpty()
    desk = subprocess.Popen(
        [*COMMAND, "desk", "--name", "ann"],
        stdin=follower, stdout=follower, stderr=follower, close_fds=True,
        env=environment(BOTSERVER_SERVER=server.address, TERM="xterm"),
    )  # fmt: skip
    os.close(follower)
    seen = ""

    def shows(text: str) -> bool:
        nonlocal seen
        while select.select([leader], [], [], 0.05)[0]:
            seen += os.read(leader, 4096).decode(errors="replace")
            if "\x1b[6n" in seen:  # where is the cursor? a terminal answers
                os.write(leader, b"\x1b[1;1R")
                seen = seen.replace("\x1b[6n", "")
        return text in seen

    with BotserverClient(server.address) as client:
        wait_for(lambda: shows("You are ann"))
        session_id = asking(client)
        wait_for(lambda: shows("OFFER: Una of helper"))
        os.write(leader, b"/acept\x1b[D\x1b[D\x1b[Dc\r")
        wait_for(lambda: shows("You have session 1 with Una"))
        client.send_message(session_id, "hello?")
        wait_for(lambda: shows("user: hello?"))
        os.write(leader, b"/nonsense\r/queue\r/list\rYes.\r/end\r")
        wait_for(lambda: shows("is no longer yours"))
        assert shows("no command /nonsense")
        assert shows("Nobody waits.")
        assert shows("* 1  Una")
        assert said(client, session_id)[-1] == "Yes."
        assert client.get_session(session_id).activity is Activity.ENDED
        os.write(leader, b"\x04")
        assert desk.wait(timeout=30) == 0
    os.close(leader)


@pytest.mark.parametrize("words", [["--skill", "german:9"], ["--skill", ""], ["--capacity", "many"]])
def test_a_wrong_option_is_wrong_usage(words: list[str]) -> None:
    done = subprocess.run([*COMMAND, "desk", *words], capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 2
    assert words[0] in done.stderr


def test_help_shows_examples_and_what_can_be_typed() -> None:
    done = subprocess.run([*COMMAND, "desk", "--help"], capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0
    assert "botserver desk --name ann --queue sales" in done.stdout
    assert "/return [note]" in done.stdout


def test_without_a_server_it_says_so() -> None:
    done = subprocess.run(
        [*COMMAND, "desk", "--server", "127.0.0.1:9"], capture_output=True, text=True, env=environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "127.0.0.1:9" in done.stderr
