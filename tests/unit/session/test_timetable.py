"""What SET SCHEDULE understands, and when it is due: also where clocks jump."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from botserver.errors import ScriptError
from botserver.limits import TIMETABLE_CHARS
from botserver.session.timetable import decode_timetable, next_time, read_timetable
from botserver.vm.values import Date, DateTime, HostValue

BERLIN = ZoneInfo("Europe/Berlin")  # ahead on 29 March 2026 at 02:00, back on 25 October at 03:00


def times(when: HostValue, after: datetime, n: int) -> list[str]:
    """The next `n` times on Berlin's clock."""
    table, at = decode_timetable(str(read_timetable(when))), after.timestamp()
    found = []
    for _ in range(n):
        following = next_time(table, at, BERLIN)
        assert following is not None
        at = following
        found.append(f"{datetime.fromtimestamp(at, BERLIN):%a %d %H:%M:%S %z}")
    return found


NOON = datetime(2026, 3, 11, 12, 0, 30, tzinfo=BERLIN)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("0 9 * * *", "Thu 12 09:00:00 +0100"),
        ("0 8 * * 1-5", "Thu 12 08:00:00 +0100"),
        ("*/15 * * * *", "Wed 11 12:15:00 +0100"),
        ("15,45 12 * * *", "Wed 11 12:15:00 +0100"),
        ("0 0 1 jan *", "Fri 01 00:00:00 +0100"),
        ("0 0 * * mon", "Mon 16 00:00:00 +0100"),
        ("0 0 l * *", "Tue 31 00:00:00 +0200"),
        ("45 30 12 * * *", "Wed 11 12:30:45 +0100"),
        ("*/20 * * * * *", "Wed 11 12:00:40 +0100"),
        ("every minute", "Wed 11 12:01:00 +0100"),
        ("Every 5 Minutes", "Wed 11 12:05:00 +0100"),
        ("every 45 minutes", "Wed 11 12:15:00 +0100"),
        ("every hour", "Wed 11 13:00:00 +0100"),
        ("every 2 hours", "Wed 11 13:00:00 +0100"),
        ("every day", "Thu 12 00:00:00 +0100"),
        ("every day at 7:30", "Thu 12 07:30:00 +0100"),
        ("every 3 days", "Sat 14 00:00:00 +0100"),
        ("every week", "Sun 15 00:00:00 +0100"),
        ("every month", "Wed 01 00:00:00 +0200"),
        ("every year", "Fri 01 00:00:00 +0100"),
        ("hourly", "Wed 11 13:00:00 +0100"),
        ("daily", "Thu 12 00:00:00 +0100"),
        ("weekly", "Sun 15 00:00:00 +0100"),
        ("monthly at 6am", "Wed 01 06:00:00 +0200"),
        ("yearly", "Fri 01 00:00:00 +0100"),
        ("at 9am", "Thu 12 09:00:00 +0100"),
        ("at 12:30 pm", "Wed 11 12:30:00 +0100"),
        ("at midnight", "Thu 12 00:00:00 +0100"),
        ("every monday at 14:00", "Mon 16 14:00:00 +0100"),
        ("mondays and fridays at noon", "Fri 13 12:00:00 +0100"),
        ("weekdays at 8am", "Thu 12 08:00:00 +0100"),
        ("weekends", "Sat 14 00:00:00 +0100"),
        ("2026-12-24 08:00", "Thu 24 08:00:00 +0100"),
        ("24/12/2026", "Thu 24 00:00:00 +0100"),
    ],
)
def test_text_means_this_time(text: str, first: str) -> None:
    assert times(text, NOON, 1) == [first]


@pytest.mark.parametrize("value", [Date(20_500), DateTime(20_500 * 86_400)])
def test_date_is_a_moment_of_the_bots_clock_and_comes_once(value: HostValue) -> None:
    table = read_timetable(value)
    assert table.is_once
    at = datetime(2026, 2, 16, tzinfo=BERLIN).timestamp()
    assert next_time(table, 0.0, BERLIN) == next_time(table, at, BERLIN) == at


@pytest.mark.parametrize(
    "value",
    [
        *("", "x", "now", "every", "every monday tuesday", "every 0 minutes", "every -1 minutes", "every second"),
        *("at 9", "at 25:00", "at 13pm", "at 9:60", "hourly at 9am", "every minute at 9am", "every 2 days at 9am"),
        *("* * * *", "60 * * * *", "*/0 * * * *", "0 0 30 2 *", "0 0 31 4,6 *", "@daily", "h * * * *", "r * * * *"),
        *("0 0 * * 8", "0 0 * * * 2030", "5-1-7 * * * *", "0 9 * * *;", "0,,1 * * * *", "a b c d e"),
        *("1," * TIMETABLE_CHARS + "1 * * * *", 5, True, None, ["0 9 * * *"], Date(-700_000)),
    ],
)
def test_what_is_no_time_is_refused(value: HostValue) -> None:
    with pytest.raises(ScriptError) as raised:
        read_timetable(value)
    assert raised.value.number == 4002


def test_time_of_day_that_the_clock_leaves_out_comes_as_much_later() -> None:
    assert times("30 2 * * *", datetime(2026, 3, 28, tzinfo=BERLIN), 3) == [
        *("Sat 28 02:30:00 +0100", "Sun 29 03:30:00 +0200", "Mon 30 02:30:00 +0200"),
    ]


def test_time_of_day_that_comes_twice_is_due_the_first_time() -> None:
    assert times("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=BERLIN), 2) == [
        *("Sun 25 02:30:00 +0200", "Mon 26 02:30:00 +0100"),
    ]
    second_pass = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN)
    assert times("30 2 * * *", second_pass, 1) == ["Mon 26 02:30:00 +0100"]


def test_cron_of_every_hour_follows_the_clock_over_a_jump() -> None:
    assert times("30 * * * *", datetime(2026, 3, 29, 1, tzinfo=BERLIN), 2) == [
        *("Sun 29 01:30:00 +0100", "Sun 29 03:30:00 +0200"),
    ]
    assert times("0 * * * *", datetime(2026, 3, 29, 1, tzinfo=BERLIN), 1) == ["Sun 29 03:00:00 +0200"]
    assert times("30 * * * *", datetime(2026, 10, 25, 2, tzinfo=BERLIN), 3) == [
        *("Sun 25 02:30:00 +0200", "Sun 25 02:30:00 +0100", "Sun 25 03:30:00 +0100"),
    ]


def test_days_are_counted_on_the_clock_and_hours_are_not() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert times("every day", before, 2) == ["Sun 29 00:00:00 +0100", "Mon 30 00:00:00 +0200"]
    assert times("every 6 hours", before, 3) == [
        *("Sat 28 13:00:00 +0100", "Sat 28 19:00:00 +0100", "Sun 29 01:00:00 +0100"),
    ]


def test_without_a_zone_it_is_utc() -> None:
    table = read_timetable("0 9 * * *")
    assert next_time(table, 0.0, None) == datetime(1970, 1, 1, 9, tzinfo=UTC).timestamp()
