"""The operator's manual names what there is: settings, exit codes and series."""

from __future__ import annotations

import re
from dataclasses import fields

from prometheus_client import generate_latest

from botserver import __version__
from botserver.cli.exits import EXIT_CODES
from botserver.config import Settings, variable_of
from botserver.telemetry.metrics import Metrics
from tests.live import ROOT

MANUAL = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_each_setting_is_in_the_manual_by_its_variable() -> None:
    assert set(re.findall(r"^\|.*\| `(BOTSERVER_\w+)` \|", MANUAL, re.MULTILINE)) == {
        variable_of(item.name) for item in fields(Settings)
    }


def test_each_exit_code_is_in_the_manual() -> None:
    for code, meaning in EXIT_CODES.items():
        assert f"| {code} | {meaning} |" in MANUAL


def test_each_series_of_the_manual_exists() -> None:
    known = generate_latest(Metrics(__version__).registry).decode()
    for name in re.findall(r"`(botserver_\w+)`", MANUAL):
        assert f"# TYPE {name} " in known, name
