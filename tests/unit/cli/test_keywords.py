"""`botserver keywords`: for people and for programs."""

from __future__ import annotations

import json

import pytest

from botserver.cli import main
from botserver.language.keywords import KEYWORDS


def test_one_keyword_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keywords", "set", "bot", "memory"]) == 0
    assert "SET BOT MEMORY key, value" in capsys.readouterr().out


def test_list_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keywords"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {keyword.words} " in out for keyword in KEYWORDS if len(keyword.words) < 28)


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keywords", "--json"]) == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {entry["type"] for entry in entries} == {"keyword", "function"}
    assert [entry["usage"] for entry in entries if entry["name"] == "ROUND"] == ["ROUND(n[, d])"]


def test_unknown_name_is_wrong_usage_with_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keywords", "ad", "sugestion"]) == 2
    assert "did you mean ADD SUGGESTION" in capsys.readouterr().err
