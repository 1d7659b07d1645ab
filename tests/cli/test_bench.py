"""`botserver bench` against a server: what it counts, and from when."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live import COMMAND, LiveServer, environment

BOTS = {
    "echo": "DO\n  HEAR word\n  TALK word\nLOOP",
    "once": 'HEAR word\nIF word = "bad" THEN x = 1 / 0\nTALK word',
    "silent": 'TALK "nothing to ask"\nEND SESSION',
    "slow": "DO\n  HEAR word\n  WAIT 0.2\n  TALK word\nLOOP",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("bench")
    for name, script in BOTS.items():
        package = folder / "bots" / f"{name}.gbai"
        package.mkdir(parents=True)
        (package / "start.bas").write_text(script, encoding="utf-8")
    with LiveServer(folder / "bots", "--ephemeral", folder=folder) as live:
        yield live


def bench(server: LiveServer, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "bench", *options, "--server", server.address]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60, check=False)


def figures(server: LiveServer, *options: str) -> dict[str, Any]:
    done = bench(server, *options, "--warm-up", "0", "--json", "-")
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"exit_code": done.returncode}


def test_a_closed_loop_counts_what_was_answered(server: LiveServer) -> None:
    found = figures(server, "echo", "--sessions", "4", "--duration", "0.5")
    assert found["exit_code"] == 0
    assert found["answered"] > 4
    assert found["answered"] == sum(second["answered"] for second in found["seconds"])
    assert found["failures"] == found["faults"] == {}
    assert 0 < found["latency_ms"]["p50"] <= found["latency_ms"]["p99"] <= found["latency_ms"]["p100"]


def test_a_rate_is_kept_whatever_the_answers_take(server: LiveServer) -> None:
    found = figures(server, "echo", "--sessions", "20", "--rate", "40", "--duration", "1")
    assert found["exit_code"] == 0
    assert found["answered"] == 40


def test_waiting_for_a_free_session_counts_as_waiting_for_the_answer(server: LiveServer) -> None:
    """One session answers five a second: of ten a second the later ones wait longer and longer, some for ever."""
    found = figures(server, "slow", "--sessions", "1", "--rate", "10", "--duration", "2")
    assert found["exit_code"] == 1
    assert found["unsent"] > 0
    assert found["answered"] + found["unsent"] == 20
    assert found["latency_ms"]["p100"] > 600


def test_a_scenario_is_what_users_say_each_time_in_a_new_session(server: LiveServer, tmp_path: Path) -> None:
    scenario = tmp_path / "bad.chat"
    scenario.write_text("' a remark\nwhat the bot says\n> bad\n", encoding="utf-8")
    found = figures(server, "once", "--sessions", "2", "--duration", "0.3", "--scenario", str(scenario))
    assert found["faults"] == {"4003": found["answered"]}
    assert found["sessions_opened"] >= found["answered"]


def test_a_bot_that_asks_nothing_is_opened_again_and_again(server: LiveServer) -> None:
    found = figures(server, "silent", "--sessions", "1", "--duration", "0.3")
    assert found["answered"] > 0
    assert found["sessions_opened"] > found["answered"]


def test_for_people_there_is_a_table_and_a_picture(server: LiveServer, tmp_path: Path) -> None:
    picture = tmp_path / "echo.png"
    done = bench(server, "echo", "--sessions", "2", "--duration", "0.3", "--warm-up", "0.1", "--plot", str(picture))
    assert done.returncode == 0
    assert done.stdout.startswith("echo: 2 sessions, closed loop, 0.3 s\n  answered  ")
    assert "  p99.9     " in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "words", "code"),
    [
        (("none",), "no bot 'none'", 1),
        (("echo", "--rate", "0"), "expected a number above 0", 2),
        (("echo", "--sessions", "many"), "expected 1 to 100000, got 'many'", 2),
        (("echo", "--scenario", "none.chat"), "scenario none.chat cannot be read", 2),
        (("echo", "--plot", "a.gif"), "a.gif is no picture", 2),
        (("echo", "--json", "none/a.json"), "none/a.json cannot be written", 2),
    ],
)
def test_what_cannot_be_is_said(server: LiveServer, options: tuple[str, ...], words: str, code: int) -> None:
    done = bench(server, *options)
    assert words in done.stderr
    assert done.returncode == code
