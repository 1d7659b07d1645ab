"""`make bench` says of each goal whether it is met, and fails if one is not. Nothing is measured here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks.goals import GOALS, PLOTS, Part
from benchmarks.programs import EIGHT

FIGURES: dict[str, Any] = {
    "vm": {
        "programs": {case.name: {"basic": 1.0, "lua": 1.1, "yabasic": 12.0} for case in EIGHT},
        "mean_ratio_to_lua": 0.91,
        "mean_times_yabasic": 12.0,
    },
    "fairness": {"ratio": 1.4, "quiet_p99_ms": 1.0, "hostile_p99_ms": 2.8, "outside_p99_ms": 2.0},
    "start": {"warm_s": 1.6, "cold_s": 5.0, "warm_cpu_s": 1.5, "cold_cpu_s": 4.9},
}


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(part: Part, progress: bench.Progress) -> Any:
        return FIGURES.get(part.name)

    monkeypatch.setattr(bench, "run", run)


def bench_exit_code(monkeypatch: pytest.MonkeyPatch, folder: Path, *parts: str) -> int:
    options = [word for part in parts for word in ("--only", part)]
    monkeypatch.setattr("sys.argv", ["bench", "--folder", str(folder), *options])
    return bench.main()


def test_goals_that_are_met_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_exit_code(monkeypatch, tmp_path, "vm", "fairness") == 0
    assert "4 of 4 goals met" in capsys.readouterr().out


def test_a_goal_that_is_not_met_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_exit_code(monkeypatch, tmp_path, "fairness", "start") == 1
    shown = capsys.readouterr().out.splitlines()
    assert [line.split("python")[0].rstrip().endswith("not met") for line in shown[:3]] == [False, True, False]


def test_a_part_that_cannot_be_measured_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_exit_code(monkeypatch, tmp_path, "memory") == 1
    assert "not measured" in capsys.readouterr().out


def test_figures_and_pictures_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bench_exit_code(monkeypatch, tmp_path, *FIGURES)
    kept = json.loads((tmp_path / "figures.json").read_text())
    assert kept["figures"] == FIGURES
    assert {goal["met"] for goal in kept["goals"]} == {True, False}
    page = (tmp_path / "report.html").read_text()
    for plot in PLOTS:
        if plot.part in FIGURES:
            assert f"{plot.name}.png" in page
            assert (tmp_path / f"{plot.name}.png").stat().st_size
            assert (tmp_path / f"{plot.name}.svg").stat().st_size


def test_each_goal_has_a_name_of_its_own() -> None:
    names = [(goal.part, goal.what) for goal in GOALS]
    assert len(set(names)) == len(names)
