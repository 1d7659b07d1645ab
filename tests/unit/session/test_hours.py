"""When a desk is open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from botserver.session.hours import Hours, read_hours


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def hours(text: str) -> Hours:
    found = read_hours(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "moment", "is_open"),
    [
        ("mon-fri 9:00-17:30", "2026-11-27 09:00", True),  # a Friday
        ("mon-fri 9:00-17:30", "2026-11-27 08:59:59", False),
        ("mon-fri 9:00-17:30", "2026-11-27 17:29:59", True),
        ("mon-fri 9:00-17:30", "2026-11-27 17:30", False),
        ("mon-fri 9:00-17:30", "2026-11-28 12:00", False),
        ("Mon-Fri 9-17; Saturday 10-14", "2026-11-28 12:00", True),
        ("mon,wed, friday 9-17", "2026-11-27 12:00", True),
        ("mon,wed, friday 9-17", "2026-11-26 12:00", False),
        ("9-17", "2026-11-29 12:00", True),
        ("daily 0-24", "2026-11-29 23:59:59", True),
        ("fri-mon 8-9", "2026-11-29 08:30", True),
        ("fri-mon 8-9", "2026-11-26 08:30", False),
        ("sun 22:00-2:00", "2026-11-30 01:59", True),
        ("sun 22:00-2:00", "2026-11-30 02:00", False),
        ("sun 22:00-2:00", "2026-11-29 01:00", False),
        ("tue 9-12; tue 13-17;", "2026-11-24 12:30", False),
    ],
)
def test_open_hours(text: str, moment: str, is_open: bool) -> None:
    assert hours(text).is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("text", "moment", "opens"),
    [
        ("mon-fri 9-17", "2026-11-27 17:00", "2026-11-30 09:00"),
        ("mon-fri 9-17", "2026-11-27 08:00", "2026-11-27 09:00"),
        ("mon-fri 9-17; sat 10-14", "2026-11-27 20:00", "2026-11-28 10:00"),
        ("thu 9-17", "2026-11-26 18:00", "2026-12-03 09:00"),
    ],
)
def test_when_it_opens_next(text: str, moment: str, opens: str) -> None:
    assert hours(text).opens_at(at(moment)) == at(opens)


@pytest.mark.parametrize(
    "text", ["", " ; ", "always", "mon", "mon 9", "mon 9-25", "mon 9:60-10", "mon 24-25", "moon 9-17", "mon- 9-17",
             "mon-fri 9-17; bad", "mo 9-17", "mon 9:0-10", "24-3"],
)  # fmt: skip
def test_what_cannot_be_read(text: str) -> None:
    assert read_hours(text) is None
