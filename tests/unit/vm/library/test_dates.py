"""Functions of dates against the calendar of Python."""

from __future__ import annotations

import calendar
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from botserver.errors import ScriptError
from botserver.vm.values import Date, DateTime

from .calls import NOW_S, ClockAndChance, call

DAYS = st.dates()
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
EPOCH = date(1970, 1, 1)


def days_of(day: date) -> Date:
    return Date((day - EPOCH).days)


def seconds_of(moment: datetime) -> DateTime:
    return DateTime(int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()))


@given(MOMENTS)
def test_parts_are_those_of_the_calendar(moment: datetime) -> None:
    value = seconds_of(moment)
    names = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
    assert [call(name, value) for name in names] == list(moment.timetuple()[:6])
    assert call("WEEKDAY", value) == (moment.weekday() + 1) % 7 + 1
    assert call("TIMEVALUE", value) == f"{moment:%H:%M:%S}"
    assert call("DATEVALUE", value) == days_of(moment.date())


@given(DAYS, st.integers(-40_000, 40_000))
def test_datediff_undoes_dateadd_of_days(day: date, n: int) -> None:
    assume(1 <= day.toordinal() + n <= date.max.toordinal())
    later = call("DATEADD", days_of(day), n, "day")
    assert later == days_of(day + timedelta(days=n))
    assert call("DATEDIFF", days_of(day), later) == n
    assert call("DAYS_BETWEEN", days_of(day), later) == abs(n)
    text = call("ADD_DAYS", day.isoformat(), n)
    assert text == (day + timedelta(days=n)).isoformat()


@given(DAYS, st.integers(-400, 400))
def test_months_end_where_the_calendar_says(day: date, n: int) -> None:
    month = day.year * 12 + day.month - 1 + n
    year, month = month // 12, month % 12 + 1
    assume(1 <= year <= 9_999)
    last = calendar.monthrange(year, month)[1]
    assert call("ADD_MONTHS", days_of(day), n) == days_of(date(year, month, min(day.day, last)))
    assert call("EOMONTH", days_of(day), n) == days_of(date(year, month, last))
    assert call("DATEDIFF", "month", days_of(day), days_of(date(year, month, last))) == n


@given(MOMENTS, MOMENTS, st.sampled_from([("second", 1), ("min", 60), ("H", 3_600), ("days", 86_400), ("ww", 604_800)]))
def test_spans_are_cut_off_toward_zero(a: datetime, b: datetime, unit: tuple[str, int]) -> None:
    seconds = (b - a) // timedelta(seconds=1)
    assert call("DATEDIFF", seconds_of(a), seconds_of(b), unit[0]) == int(abs(seconds) // unit[1]) * (
        1 if seconds > 0 else -1
    )
    assert call("DATEDIFF", unit[0], seconds_of(b), seconds_of(a)) == -call(
        "DATEDIFF", seconds_of(a), seconds_of(b), unit[0]
    )  # type: ignore[operator]  # a number


@pytest.mark.parametrize("unit", ["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("n", [10**12, -(10**12), 2**63 - 1, -(2**63), 1e300])
def test_no_shift_leaves_the_years_that_dates_have(unit: str, n: float) -> None:
    with pytest.raises(ScriptError) as caught:
        call("DATEADD", DateTime(NOW_S), n, unit)
    assert caught.value.number == 4003


def test_values_outside_the_calendar_have_no_parts() -> None:
    assert call("YEAR", DateTime(10**15)) == 0
    assert call("DATEADD", Date(10**9), 1, "month") is None
    assert call("DATEDIFF", Date(10**9), Date(0)) is None


def test_uuids_are_of_version_4_and_differ() -> None:
    host = ClockAndChance()
    made = {call("UUID", host=host) for _ in range(100)}
    assert len(made) == 100
    for text in made:
        assert isinstance(text, str)
        parsed = uuid.UUID(text)
        assert str(parsed) == text
        assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)
