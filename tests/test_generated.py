"""What is made from proto/ is fresh, and the .proto files keep their lint rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUF = ROOT / "tools/node_modules/.bin/buf"


def test_generated_files_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "tools/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run `python tools/generate.py`:\n{done.stdout}{done.stderr}"


@pytest.mark.skipif(not BUF.exists(), reason="buf is not installed: npm --prefix tools ci")
@pytest.mark.parametrize("command", [["lint", "."], ["format", "--diff", "--exit-code", "."]])
def test_proto_files_keep_the_rules_of_buf(command: list[str]) -> None:
    done = subprocess.run([str(BUF), *command], cwd=ROOT / "proto", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
