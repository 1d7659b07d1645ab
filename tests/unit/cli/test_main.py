"""The command line itself: help, mistyped commands, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from botserver import __version__
from botserver.cli import COMMANDS, main
from botserver.cli.exits import EXIT_CODES, exit_code_of
from botserver.errors import BadPackage, ConfigError, DatabaseLocked, ScriptInvalid, SessionNotFound


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"botserver {__version__}\n"


def test_help_shows_commands_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)
    assert all(meaning in text for meaning in EXIT_CODES.values())
    assert "examples:" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_helps_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"examples:\n  botserver {command}" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_speaks_no_python(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert not any(word in text for word in ("frozenset", "None", "PosixPath", "()"))


def test_mistyped_command_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sesions"]) == 2
    assert "did you mean sessions?" in capsys.readouterr().err


def test_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--nonsense", "x"]) == 2
    assert "botserver --help" in capsys.readouterr().err


def test_exit_codes_tell_whose_problem_it_is() -> None:
    assert exit_code_of(ConfigError("x")) == 2
    assert exit_code_of(BadPackage(path="x", what="y")) == 2
    assert exit_code_of(ScriptInvalid(file="x", count=1, first="y")) == 1
    assert exit_code_of(SessionNotFound(session_id="x")) == 1
    assert exit_code_of(DatabaseLocked(path="x", owner="")) == 3


def test_help_starts_without_grpc_or_a_database() -> None:
    code = "import sys; from botserver.cli import main; main(['--help']); sys.exit('grpc' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=Path(__file__).parents[3], check=False)
    assert run.returncode == 0
