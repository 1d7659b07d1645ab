"""`botserver server`: what an operator sees of a running one, and how it is sent away."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import BotserverClient

from botserver import __version__
from tests.faults.packages import write_bot
from tests.live import COMMAND, LiveServer, environment


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    write_bot(tmp_path / "bots", "shop", {"start": 'TALK "secret"\nHEAR x\nHEAR y'}, {"max-variables": "7"})
    with LiveServer(tmp_path / "bots", "--deliver", "sms", folder=tmp_path) as server:
        yield server


def botserver(server: LiveServer, *words: str) -> str:
    done = subprocess.run(
        [*COMMAND, "server", *words, "--server", server.address],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_info_says_which_server_answers(server: LiveServer) -> None:
    told = botserver(server, "info")
    assert f"botserver {__version__} at " in told
    assert f":{server.process.pid}" in told
    assert "shop (" in told
    found = json.loads(botserver(server, "info", "--json"))
    assert (found["database"], found["delivery_channels"], found["open_sessions"]) == ("sqlite", ["sms"], 0)


def test_limits_of_server_and_bot(server: LiveServer) -> None:
    assert "inbox_inputs" in botserver(server, "limits")
    assert "max-variables" in botserver(server, "limits", "--bot", "shop")
    lines = [json.loads(line) for line in botserver(server, "limits", "--bot", "shop", "--json").splitlines()]
    assert {line["name"]: line["value"] for line in lines}["variables"] == 7


def test_inspect_shows_how_a_session_stands_and_nothing_said(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        session, _ = client.create_session("shop", alias="secret")
        client.send_message(session.session_id, "secret")
    told = botserver(server, "inspect", session.session_id)
    assert "2 of 2 given to the script" in told
    assert "secret" not in told
    assert "secret" not in botserver(server, "inspect", session.session_id, "--json")


def test_drain_ends_the_server(server: LiveServer) -> None:
    assert "it shuts down" in botserver(server, "drain")
    assert server.wait() == 0
