"""A new bot's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.cli import main


def test_new_makes_a_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "shop", "--in", str(tmp_path)]) == 0
    assert (tmp_path / "shop.gbai" / "shop.gbdialog" / "start.bas").is_file()
    assert (tmp_path / "shop.gbai" / "shop.gbot" / "config.csv").is_file()
    assert "botserver play" in capsys.readouterr().out


def test_new_never_touches_an_existing_bot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop.gbai").mkdir()
    assert main(["new", "shop", "--in", str(tmp_path)]) == 2
    assert list((tmp_path / "shop.gbai").iterdir()) == []
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../x", "", "1shop", "a b", "x" * 65])
def test_new_refuses_what_cannot_be_a_name(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", name, "--in", str(tmp_path)]) == 2
    assert "cannot be the name" in capsys.readouterr().err
