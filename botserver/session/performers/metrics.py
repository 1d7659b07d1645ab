"""What RECORD METRIC stored, over all sessions of a bot: added up, by the bot's own clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from ...errors import ScriptError
from ...limits import METRICS_QUERIES, METRICS_READ
from ...store.analytics import AnalyticsStore
from ...vm.values import HostValue
from ..values import decode_value

Arguments = tuple[HostValue, ...]
_FORMATS = {
    "minute": "%Y-%m-%d %H:%M",
    "hour": "%Y-%m-%d %H:00",
    "day": "%Y-%m-%d",
    "week": "%Y-%m-%d",  # of its Monday
    "month": "%Y-%m",
    "year": "%Y",
}
_OWN = ("period", "count", "value")


class Metrics:
    """The effect `metrics_query`. `now_s` gives the store's time, `wall_clock_s` what the bot's clock shows then, in
    seconds as if it were UTC."""

    def __init__(
        self, store: AnalyticsStore, bot: str, now_s: Callable[[], float], wall_clock_s: Callable[[float], int]
    ) -> None:
        self._store = store
        self._bot = bot
        self._now_s = now_s
        self._wall_clock_s = wall_clock_s
        self._n_asked = 0

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {"metrics_query": self.query}

    async def query(self, arguments: Arguments) -> HostValue:
        """A row for each period that has any, or without a unit one row."""
        name, unit = arguments[0], _unit(arguments[2])
        offset = 0 if arguments[3] is None else arguments[3]
        if not isinstance(name, str) or not isinstance(arguments[1], int | float):
            raise ScriptError(4002, "QUERY METRICS needs the name of a metric and how far to look back")
        if isinstance(offset, bool) or not isinstance(offset, int) or offset < 0:
            raise ScriptError(4002, "OFFSET is a number of periods to go back, 0 or more")
        self._n_asked += 1
        if self._n_asked > METRICS_QUERIES:
            raise ScriptError(9013, f"one turn has more than {METRICS_QUERIES} QUERY METRICS")
        until = self._now_s() - offset * arguments[1]
        # What is stored this very moment belongs to it.
        last = until if offset else until + 1.0
        found = await self._store.list_metrics(self._bot, name, until - arguments[1], last, METRICS_READ)
        if found is None:
            raise ScriptError(9013, f"there are more than {METRICS_READ} measurements of {name[:80]!r} in that time")
        sums: dict[str, dict[str, HostValue]] = {} if unit else {"": {"count": 0, "value": 0}}
        for at, detail in found:
            period = self._period(at, unit) if unit else ""
            row = sums.setdefault(period, {"period": period, "count": 0, "value": 0})
            _add(row, decode_value(detail))
        return list(sums.values())

    def _period(self, at: float, unit: str) -> str:
        moment = datetime.fromtimestamp(self._wall_clock_s(at), UTC)
        if unit == "week":
            moment -= timedelta(days=moment.weekday())
        return moment.strftime(_FORMATS[unit]).rjust(len("0000"), "0")


def _unit(value: HostValue) -> str:
    """ "" for none. Raises 4002."""
    unit = value.strip().lower().removesuffix("s") if isinstance(value, str) else ""
    if (value is not None and not unit) or (unit and unit not in _FORMATS):
        raise ScriptError(4002, f"BY is one of {', '.join(_FORMATS)}")
    return unit


def _add(row: dict[str, HostValue], detail: HostValue) -> None:
    """One more measurement: its numbers are added up, `value` is that of the field, or else counts."""
    fields = detail if isinstance(detail, dict) else {}
    row["count"] = _sum(row["count"], 1)
    for name, number in {"value": 1, **fields}.items():
        if (name not in _OWN or name == "value") and _is_number(number):
            row[name] = _sum(row.get(name, 0), number)


def _is_number(value: HostValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sum(left: HostValue, right: HostValue) -> HostValue:
    assert isinstance(left, int | float)
    assert isinstance(right, int | float)
    total = left + right
    return total if isinstance(total, float) or abs(total) < 1 << 63 else float(total)
