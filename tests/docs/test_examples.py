"""What README promises runs as written, against a server of the samples."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import COMMAND, ROOT, LiveServer, environment

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first block of README in that language."""
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(ROOT / "samples", "--ephemeral", folder=tmp_path_factory.mktemp("docs")) as running:
        yield running


def test_client_example_runs(server: LiveServer) -> None:
    code = block("python").replace("127.0.0.1:50051", server.address)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Welcome to the Corner Café!" in run.stdout


def test_first_bot_of_the_readme_plays(tmp_path: Path) -> None:
    (tmp_path / "first.bas").write_text(block("basic"), encoding="utf-8")
    command = [*COMMAND, "play", str(tmp_path / "first.bas")]
    said = b"2\nsmall\nlarge\n"
    run = subprocess.run(command, input=said, capture_output=True, env=environment(), timeout=60, check=False)
    assert run.stdout.decode().splitlines()[-2:] == ["One large coffee, order number 2.", "Enjoy!"]


def test_new_bot_plays_and_has_no_diagnostics(tmp_path: Path) -> None:
    def botserver(*words: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*COMMAND, *words],
            input=said,
            capture_output=True,
            cwd=tmp_path,
            env=environment(PYTHONIOENCODING="utf-8"),
            timeout=60,
            check=False,
        )

    assert botserver("new", "shop").returncode == 0
    assert botserver("check", "--json", "shop.gbai").stdout == b""
    played = botserver("play", "shop.gbai", said=b"Ann\ncount\ncount\nbye\n")
    assert played.returncode == 0
    assert b"Visit number 2, and it is yours, Ann." in played.stdout
