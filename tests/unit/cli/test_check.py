"""`botserver check` and `botserver disassemble`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from botserver.cli import main

BROKEN = 'TALK "ä"\n\tADD SUGESTION "x"\nx = \n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    scripts = tmp_path / "shop.gbai" / "shop.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text("TALK 1\n", encoding="utf-8")
    (scripts / "broken.bas").write_text(BROKEN, encoding="utf-8")
    return tmp_path / "shop.gbai"


def test_check_shows_every_problem_with_its_line(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(package)]) == 1
    words = capsys.readouterr().out
    assert f"{package / 'shop.gbdialog' / 'broken.bas'}:2:2: " in words
    assert '\tADD SUGESTION "x"' in words
    assert "did you mean ADD SUGGESTION?" in words
    assert words.endswith("2 scripts, 2 errors, 0 warnings\n")


def test_check_as_json_has_one_object_a_diagnostic(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(package)]) == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(item["line"], item["severity"]) for item in found] == [(2, "error"), (3, "error")]
    assert all(list(item) == ["file", "line", "column", "severity", "code", "message", "hint"] for item in found)
    assert all(Path(item["file"]).is_file() for item in found)


def test_check_of_good_scripts_is_silent_as_json(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(package / "shop.gbdialog" / "start.bas")]) == 0
    assert capsys.readouterr().out == ""


def test_check_of_a_folder_takes_all_packages(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(package.parent)]) == 1
    assert "2 scripts" in capsys.readouterr().out


def test_names_the_package_does_not_have_and_values_that_count_as_not_set_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "shop.gbai"
    for path, text in {
        "shop.gbdialog/start.bas": 'RUN "ordre.bas"\nUSE KB "manuals"\nUSE KB "faq.gbkb"\nUSE TOOL "order"\n'
        'x = GET "hours.txt"\nx = GET "Notes/hours.TXT"\nx = GET "order.item"\nTALK y\n',
        "shop.gbdrive/notes/hours.txt": "9-17",
        "shop.gbdialog/order.bas": "TALK 1\n",
        "shop.gbkb/FAQ/a.md": "x",
        "shop.gbot/config.csv": "name,value\nmax-variables,many\nSession Timeout,30 minutes\ntheme-color,nonsense\n",
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text)
    assert main(["check", "--json", str(package)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(Path(item["file"]).name, item["line"], item["column"], item["code"]) for item in found] == [
        ("start.bas", 1, 5, "L221"),
        ("start.bas", 2, 8, "L221"),
        ("start.bas", 5, 9, "L221"),
        ("start.bas", 8, 6, "L202"),
        ("config.csv", 2, 1, "L222"),
    ]
    assert found[0]["hint"] == "did you mean order?"
    assert "a whole number" in found[-1]["hint"]


def test_the_folder_one_stands_in_is_the_package_it_is_in(
    package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (package, package / "shop.gbdialog"):
        monkeypatch.chdir(folder)
        for path in (".", str(package / "shop.gbdialog")):
            assert main(["check", path]) == 1
            assert "2 scripts" in capsys.readouterr().out


def test_progress_bar_is_shown_on_a_terminal_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "big.gbai"
    package.mkdir()
    for n in range(25):
        (package / f"s{n}.bas").write_text("TALK 1\n")
    assert main(["check", str(package)]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["check", str(package)]) == 0
    captured = capsys.readouterr()
    assert "/25 " in captured.err
    assert captured.out == "25 scripts, 0 errors, 0 warnings\n"


def test_warning_alone_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.bas").write_text("TALK never\n")
    assert main(["check", str(tmp_path / "a.bas")]) == 0
    assert "1 warning" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["absent.bas", "empty", "notes.txt"])
def test_path_without_scripts_is_wrong_usage(path: str, package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (package.parent / "empty").mkdir()
    (package.parent / "notes.txt").write_text("x")
    assert main(["check", str(package.parent / path)]) == 2
    assert "NAME.gbai" in capsys.readouterr().err


def test_disassemble_shows_instructions(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disassemble", str(package), "--script", "start.bas"]) == 0
    assert "EMIT" in capsys.readouterr().out


def test_disassemble_shows_the_problems_of_a_broken_script(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disassemble", str(package)]) == 1
    streams = capsys.readouterr()
    assert "EMIT" in streams.out
    assert "did you mean ADD SUGGESTION?" in streams.err


def test_disassemble_of_an_unknown_script_is_wrong_usage(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disassemble", str(package), "--script", "absent"]) == 2
    assert "broken, start" in capsys.readouterr().err
