"""The sample bots say what their scripted conversations say, in `play` and through a live server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transcripts import load

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
CHATS = sorted(SAMPLES.glob("*.gbai/tests/*.chat"))


def test_each_sample_has_a_conversation() -> None:
    assert {path.parents[1] for path in CHATS} == set(SAMPLES.glob("*.gbai"))


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: f"{path.parents[1].stem}-{path.stem}")
def test_sample_plays_its_conversation(chat: Path) -> None:
    exchanges = load(chat)
    said = "".join(f"{exchange.said}\n" for exchange in exchanges[1:])
    command = [sys.executable, "-m", "botserver.cli", "play", str(chat.parents[1]), "--json"]
    played = subprocess.run(command, input=said.encode(), capture_output=True, cwd=ROOT, check=False)
    events = [json.loads(line) for line in played.stdout.splitlines()]
    messages = [event["text"] for event in events if event["type"] == "message"]
    assert messages == [text for exchange in exchanges for text in exchange.messages]
    assert (played.returncode, [event for event in events if event["type"] == "fault"]) == (0, [])


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.gbai")), ids=lambda path: path.stem)
def test_sample_has_no_diagnostics(sample: Path) -> None:
    command = [sys.executable, "-m", "botserver.cli", "check", str(sample), "--json"]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
