"""`botserver test`: which files it plays and how it reports."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from botserver.cli import main


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "shop.gbai"
    for path, text in {
        "shop.gbdialog/start.bas": 'TALK "Hello"\nHEAR x\nTALK x\n',
        "tests/good.chat": "Hello\n> a\na\n",
        "tests/more/bad.chat": "Hello\n> a\nb\n",
        "tests/broken.chat": "@nothing\n",
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text)
    return package


def test_conversations_that_pass_are_code_0(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(package), "-k", "good"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(".\n1 conversation, none failed (")


def test_failures_have_file_line_and_diff_and_are_code_1(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(package.parent)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("F.F\n")
    bad = package / "tests/more/bad.chat"
    assert f"{bad}:2: the bot said something else\n  -    3 | b\n  +      | a\n" in out
    assert f"{package / 'tests/broken.chat'}:1: there is no directive @nothing" in out
    assert "\n3 conversations, 2 failed (" in out


def test_single_file_by_name(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = package / "tests/good.chat"
    assert main(["test", "-v", str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"{file} passed (")


def test_json_is_one_object_a_conversation_and_a_summary(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--json", str(package), "-k", "more"]) == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(item["type"], item.get("passed")) for item in found] == [("conversation", False), ("summary", 0)]
    assert (found[0]["line"], found[1]["failed"]) == (2, 1)


def test_junit_report(package: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert main(["test", str(package), "--junit", str(report)]) == 1
    suite = ET.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert [case.get("name") for case in suite if case.find("failure") is None] == ["good"]


def test_nothing_to_play_is_wrong_usage(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(package), "-k", "absent"]) == 2
    assert "PACKAGE.gbai/tests/NAME.chat" in capsys.readouterr().err


def test_other_bots_come_from_the_folder_of_the_package(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (package / "tests/asks.chat").write_text("@bot clerk.gbai\nHello\n> a\na\n")
    assert main(["test", str(package), "-k", "asks"]) == 1
    assert "asks.chat:1: there is no clerk.gbai beside shop.gbai\n" in capsys.readouterr().out
    clerk = {"clerk.gbdialog/start.bas": "HEAR x\nTALK x", "clerk.gbot/config.csv": "works-with,shop"}
    for path, text in clerk.items():
        (package.parent / "clerk.gbai" / path).parent.mkdir(parents=True)
        (package.parent / "clerk.gbai" / path).write_text(text)
    (package / "shop.gbdialog/start.bas").write_text('TALK "Hello"\nHEAR x\ny = DELEGATE x TO BOT "clerk"\nTALK y\n')
    assert main(["test", str(package), "-k", "asks"]) == 0
