"""Charts as SVG."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from botserver.errors import ScriptError
from botserver.limits import CHART_POINTS
from botserver.session.charts import chart
from botserver.vm.values import HostValue
from tests.unit.session.world import World, texts

SVG = "{http://www.w3.org/2000/svg}"
DATA: list[HostValue] = [
    [1, 2.5, -3],
    [["a", 1], ["b", 2], ["c", 3]],
    [{"city": "Recife", "total": 5}, {"city": "Olinda", "total": 7, "n": 1}, {"total": 2}],
    {"tea": 1, "coffee": 2, "milk": 0},
    [0, 0, 0],
    [1e14, 1e-9, 3],
]


def drawn(kind: str, data: HostValue, title: str = "") -> ET.Element:
    return ET.fromstring(chart(kind, data, title))


def names(picture: ET.Element) -> list[str | None]:
    return [each.text for each in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("data", DATA, ids=repr)
@pytest.mark.parametrize("kind", ["bar", "Line "])
def test_every_number_is_drawn_inside_the_picture(kind: str, data: HostValue) -> None:
    picture = drawn(kind, data)
    marks = list(picture.iter(f"{SVG}rect"))[1:] if kind == "bar" else list(picture.iter(f"{SVG}circle"))
    assert len(marks) == 3
    for mark in marks:
        top, height = float(mark.get("y") or mark.get("cy") or 0), float(mark.get("height") or 0)
        assert 49.9 <= top <= top + height <= 350.1


def test_names_are_written_and_no_markup() -> None:
    assert names(drawn("bar", DATA[2]))[-3:] == ["Recife", "Olinda", "3"]
    assert names(drawn("pie", DATA[3])) == ["tea: 1 (33%)", "coffee: 2 (67%)", "milk: 0 (0%)"]
    picture = drawn("bar", {"<b>&": 1}, "<script>x</script>")
    assert names(picture)[0] == "<script>x</script>"
    assert names(picture)[-1] == "<b>&"
    assert names(drawn("bar", {"a\x01\nb": 1}))[-1] == "a  b"
    assert (names(drawn("bar", {"x" * 99: 1}))[-1] or "").endswith("x…")


def test_one_slice_is_a_whole_pie() -> None:
    assert len(list(drawn("pie", [5]).iter(f"{SVG}circle"))) == 1
    assert len(list(drawn("pie", [1, 3]).iter(f"{SVG}path"))) == 2


def test_numbers_at_the_limit_fit_and_one_more_does_not() -> None:
    for kind in ("bar", "line", "pie"):
        many: list[HostValue] = [1] * CHART_POINTS
        drawn(kind, many)
        with pytest.raises(ScriptError):
            chart(kind, [*many, 1])


@pytest.mark.parametrize(
    ("kind", "data", "number"),
    [
        ("cake", [1], 4002), (5, [1], 4002), ("bar", [], 4002), ("bar", {}, 4002), ("pie", [0, 0], 4002),
        ("pie", [1, -1], 4002), ("bar", ["a"], 4001), ("bar", [True], 4001), ("bar", [{"a": "b"}], 4001),
        ("bar", "12", 4001), ("bar", None, 4001), ("bar", [float("nan")], 4001), ("line", [1e15], 4001),
        ("bar", [[1, 2, 3]], 4001),
    ],
)  # fmt: skip
def test_what_makes_no_chart_is_an_error(kind: HostValue, data: HostValue, number: int) -> None:
    with pytest.raises(ScriptError) as caught:
        chart(kind, data)
    assert caught.value.number == number


async def test_a_chart_is_a_file_of_the_bot_and_the_same_one_when_it_is_made_again(world: World) -> None:
    await world.deploy(
        start='x = CHART "bar", [1, 2], "Sold"\nTALK x.path & " " & x.type & " " & (x.size = LEN(READ x.path))\n'
        'y = CHART "bar", [1, 2], "Sold"\nTALK (x.path = y.path) & UBOUND(LIST "charts")'
    )
    said = texts((await world.open())[1])
    assert said[0].startswith("charts/")
    assert said[0].endswith(".svg image/svg+xml true")
    assert said[1] == "true1"
