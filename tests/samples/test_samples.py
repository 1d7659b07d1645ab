"""The sample bots say what their scripted conversations say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from botserver.language.package import load_package
from botserver.testing.chat import load
from botserver.testing.player import play

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
CHATS = sorted(SAMPLES.glob("*.gbai/tests/*.chat"))


def test_each_sample_has_a_conversation() -> None:
    assert {path.parents[1] for path in CHATS} == set(SAMPLES.glob("*.gbai"))


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: f"{path.parents[1].stem}-{path.stem}")
async def test_sample_plays_its_conversation(chat: Path) -> None:
    assert await play(load(chat), load_package(chat.parents[1])) is None


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.gbai")), ids=lambda path: path.stem)
def test_sample_has_no_diagnostics(sample: Path) -> None:
    command = [sys.executable, "-m", "botserver.cli", "check", str(sample), "--json"]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
