"""The report of a run: a page with the table of goals and the plots, each as PNG and SVG."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from .goals import PLOTS, Goal, Plot

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Figures</title>
<style>
body {{ font: 15px sans-serif; max-width: 62em; margin: 2em auto; }}
table {{ border-collapse: collapse; }}
td, th {{ padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: left; }}
img {{ max-width: 100%; }}
</style>
<h1>Figures</h1>
<p>{machine}</p>
<table><tr><th>goal<th>figure<th>to reach<th>met<th>command</tr>
{rows}
</table>
{plots}
</html>
"""


@dataclass(frozen=True)
class Result:
    """`figure` None: it could not be measured."""

    goal: Goal
    figure: float | None

    @property
    def is_met(self) -> bool:
        return self.figure is not None and self.goal.is_met_by(self.figure)

    @property
    def columns(self) -> tuple[str, str, str, str, str]:
        unit, bar = self.goal.unit, self.goal.bar
        shown = "not measured" if self.figure is None else f"{self.figure:,.4g} {unit}".strip()
        reach = "" if bar is None else f"{'≥' if self.goal.at_least else '≤'} {bar:,.4g} {unit}".strip()
        met = "" if bar is None else "met" if self.is_met else "not met"
        return self.goal.what, shown, reach, met, f"python -m benchmarks.{self.goal.part}"


def write(folder: Path, machine: Mapping[str, str], results: Sequence[Result], figures: Mapping[str, Any]) -> Path:
    """Gives the page."""
    drawn = [plot for plot in PLOTS if plot.part in figures]
    for plot in drawn:
        _draw(plot, figures[plot.part], folder)
    page = folder / "report.html"
    page.write_text(
        _PAGE.format(
            machine=html.escape(", ".join(f"{name} {value}" for name, value in machine.items())),
            rows="\n".join(
                "<tr>" + "".join(f"<td>{html.escape(column)}" for column in result.columns) + "</tr>"
                for result in results
            ),
            plots="\n".join(
                f'<h2>{html.escape(plot.title)}</h2>\n<a href="{plot.name}.svg"><img src="{plot.name}.png" alt=""></a>'
                for plot in drawn
            ),
        ),
        encoding="utf-8",
    )
    return page


def _draw(plot: Plot, figures: Any, folder: Path) -> None:
    values = plot.values(figures)
    figure = Figure(figsize=(9, 0.8 + 0.32 * len(values)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(list(values), list(values.values()), color="#4477aa")
    axes.bar_label(bars, [f"{value:,.3g}" for value in values.values()], padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(plot.title)
    if plot.line is not None:
        axes.axvline(plot.line, color="#cc6677", linestyle="--")
    for kind in ("png", "svg"):
        figure.savefig(folder / f"{plot.name}.{kind}", dpi=120)
