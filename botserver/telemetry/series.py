"""Series that are cheap to write: plain numbers, turned into Prometheus's form when somebody scrapes.

prometheus_client's own counters take a lock for every write, which on the path of a message costs as much as parsing
it. These are written on the event loop alone and read from the thread that serves metrics, which sees each number
either before or after a write.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

Labels = tuple[str, ...]


class Count:
    """Rises only."""

    def __init__(self, name: str, sentence: str, *labels: str) -> None:
        self._described = (name, sentence, labels)
        self._values: dict[Labels, float] = {} if labels else {(): 0.0}

    def add(self, labels: Labels = (), amount: float = 1.0) -> None:
        self._values[labels] = self._values.get(labels, 0.0) + amount

    def family(self) -> Metric:
        name, sentence, labels = self._described
        family = CounterMetricFamily(name, sentence, labels=labels)
        for values, number in list(self._values.items()):
            family.add_metric(values, number)
        return family


class Level:
    """Goes up and down: set, or read when scraped."""

    def __init__(self, name: str, sentence: str, *labels: str) -> None:
        self._described = (name, sentence, labels)
        self._values: dict[Labels, float] = {} if labels else {(): 0.0}
        self._readers: dict[Labels, Callable[[], float]] = {}

    def set(self, number: float) -> None:
        self._values[()] = number

    def read_from(self, labels: Labels, reader: Callable[[], float]) -> None:
        self._readers[labels] = reader

    def family(self) -> Metric:
        name, sentence, labels = self._described
        family = GaugeMetricFamily(name, sentence, labels=labels)
        for values, number in [*self._values.items(), *((key, read()) for key, read in self._readers.items())]:
            family.add_metric(values, number)
        return family


class Spread:
    """A histogram: how many were at most each bound, and their sum."""

    def __init__(self, name: str, sentence: str, *labels: str, bounds: tuple[float, ...]) -> None:
        self._described = (name, sentence, labels)
        self._bounds = bounds
        self._places: dict[Labels, tuple[list[int], list[float]]] = {}
        if not labels:
            self._place(())

    def add(self, labels: Labels, number: float) -> None:
        counts, total = self._places.get(labels) or self._place(labels)
        counts[bisect_left(self._bounds, number)] += 1
        total[0] += number

    def family(self) -> Metric:
        name, sentence, labels = self._described
        family = HistogramMetricFamily(name, sentence, labels=labels)
        for values, (counts, total) in list(self._places.items()):
            family.add_metric(values, self._buckets(counts), total[0])
        return family

    def _place(self, labels: Labels) -> tuple[list[int], list[float]]:
        self._places[labels] = ([0] * (len(self._bounds) + 1), [0.0])
        return self._places[labels]

    def _buckets(self, counts: list[int]) -> list[tuple[str, float]]:
        """Prometheus's buckets hold all below them too."""
        buckets, below = [], 0
        for bound, count in zip([*(str(float(bound)) for bound in self._bounds), "+Inf"], counts, strict=True):
            below += count
            buckets.append((bound, float(below)))
        return buckets


class SeriesCollector(Collector):
    """Gives all series to a registry."""

    def __init__(self) -> None:
        self.series: list[Count | Level | Spread] = []

    def collect(self) -> Iterator[Metric]:
        for one in self.series:
            yield one.family()
