"""Charts as SVG: bars, a line or a pie of numbers with their names. The same numbers make the same text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from ..errors import ScriptError
from ..limits import CHART_LABEL_CHARS, CHART_POINTS
from ..vm.formats import display
from ..vm.values import HostValue

Point = tuple[str, float]
_WIDTH, _HEIGHT = 640, 400
_TOP, _BOTTOM, _LEFT, _RIGHT = 50, 350, 60, 620  # of the plot
_COLORS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e", "#9498a0")


def chart(kind: HostValue, data: HostValue, title: str = "") -> str:
    """The text of the picture. Raises ScriptError 4002 for another kind or no numbers, 4001 for what is no number."""
    name = kind.strip().lower() if isinstance(kind, str) else ""
    if name not in _KINDS:
        raise ScriptError(4002, f"a chart is one of {', '.join(_KINDS)}")
    points = _points(data)
    if not 1 <= len(points) <= CHART_POINTS:
        raise ScriptError(4002, f"a chart has 1 to {CHART_POINTS} numbers, got {len(points)}")
    lines = _KINDS[name](points)
    if title:
        lines.insert(0, f'<text x="{_WIDTH // 2}" y="28" text-anchor="middle" font-size="18">{_shown(title)}</text>')
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join((head, f'<rect {size} fill="#ffffff"/>', *lines, "</svg>\n"))


def _points(data: HostValue) -> list[Point]:
    """An array of numbers, of pairs, or of maps with a text and a number; or a map of numbers."""
    if isinstance(data, dict):
        return [(name, _number(value)) for name, value in data.items()]
    if not isinstance(data, list):
        raise ScriptError(4001, "the numbers of a chart are an array or a map")
    return [_point(number, item) for number, item in enumerate(data, 1)]


def _point(number: int, item: HostValue) -> Point:
    if isinstance(item, dict):
        numbers = [value for value in item.values() if _is_number(value)]
        names = [value for value in item.values() if not _is_number(value) and not isinstance(value, list | dict)]
        return (display(names[0]) if names else str(number)), _number(numbers[0] if numbers else None)
    if isinstance(item, list) and len(item) == 2:
        return display(item[0]), _number(item[1])
    return str(number), _number(item)


def _is_number(value: HostValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: HostValue) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e15:
        raise ScriptError(4001, "a chart is made of numbers")
    return float(value)


def _shown(text: str) -> str:
    text = text if len(text) <= CHART_LABEL_CHARS else text[: CHART_LABEL_CHARS - 1] + "…"
    return escape("".join(char if char.isprintable() else " " for char in text))


# --- kinds -------------------------------------------------------------------------------------------------------


def _scale(points: Sequence[Point]) -> tuple[list[str], Callable[[float], float]]:
    """Lines and numbers of the axis, and where a value stands."""
    low, high = min(0.0, *(value for _, value in points)), max(0.0, *(value for _, value in points))
    step = _step((high - low) / 5 or 0.2)
    low, high = math.floor(low / step) * step, max(math.ceil(high / step), math.floor(low / step) + 1) * step

    def at(value: float) -> float:
        return _BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP)

    lines = []
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        lines.append(f'<path d="M{_LEFT} {at(value):.1f}H{_RIGHT}" stroke="#dddddd"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{at(value) + 4:.1f}" text-anchor="end">{value:.10g}</text>')
    return lines, at


def _step(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 and so on."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * 0.999999)


def _names(points: Sequence[Point]) -> list[str]:
    """Below the plot, as many as there is room for."""
    width, every = (_RIGHT - _LEFT) / len(points), math.ceil(len(points) / 10)
    return [
        f'<text x="{_LEFT + (number + 0.5) * width:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{_shown(name)}</text>'
        for number, (name, _) in enumerate(points)
        if number % every == 0
    ]


def _bars(points: Sequence[Point]) -> list[str]:
    lines, at = _scale(points)
    width = (_RIGHT - _LEFT) / len(points)
    for number, (_, value) in enumerate(points):
        x, top, end = _LEFT + (number + 0.15) * width, at(max(value, 0.0)), at(min(value, 0.0))
        lines.append(
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{0.7 * width:.1f}" height="{end - top:.1f}" fill="{_COLORS[0]}"/>'
        )
    return lines + _names(points)


def _line(points: Sequence[Point]) -> list[str]:
    lines, at = _scale(points)
    width = (_RIGHT - _LEFT) / len(points)
    places = [f"{_LEFT + (number + 0.5) * width:.1f},{at(value):.1f}" for number, (_, value) in enumerate(points)]
    lines.append(f'<polyline points="{" ".join(places)}" fill="none" stroke="{_COLORS[0]}" stroke-width="2"/>')
    dots = (place.split(",") for place in places)
    lines += [f'<circle cx="{x}" cy="{y}" r="3" fill="{_COLORS[0]}"/>' for x, y in dots]
    return lines + _names(points)


def _pie(points: Sequence[Point]) -> list[str]:
    total = sum(value for _, value in points)
    if total <= 0 or any(value < 0 for _, value in points):
        raise ScriptError(4002, "a pie is made of numbers from 0 on, not all of them 0")
    x, y, radius, turned, lines = 200, 200, 140, 0.0, list[str]()
    for number, (name, value) in enumerate(points):
        share, color = value / total, _COLORS[number % len(_COLORS)]
        if share > 0.9999:
            lines.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{color}"/>')
        elif share:
            begin, end = (
                f"{x + radius * math.sin(turn * math.tau):.1f} {y - radius * math.cos(turn * math.tau):.1f}"
                for turn in (turned, turned + share)
            )
            lines.append(f'<path d="M{x} {y}L{begin}A{radius} {radius} 0 {int(share > 0.5)} 1 {end}Z" fill="{color}"/>')
        turned += share
        if number < 14:
            top = 60 + 22 * number
            lines.append(f'<rect x="380" y="{top}" width="14" height="14" fill="{color}"/>')
            lines.append(f'<text x="402" y="{top + 12}">{_shown(name)}: {value:.10g} ({share:.0%})</text>')
    return lines


_KINDS: dict[str, Callable[[Sequence[Point]], list[str]]] = {"bar": _bars, "line": _line, "pie": _pie}
