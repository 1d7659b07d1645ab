"""The series an operator looks at first, for Prometheus.

`Metrics` meets the observer protocols of `rpc` and `session`. Its hooks lie on the path of every message, so they only
add to plain numbers (`series`). Label values come from a bounded set: methods, statuses, bots, error numbers, causes;
never ids, never text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import CollectorRegistry, Info, start_http_server
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from ..errors import ConfigError
from .series import Count, Level, SeriesCollector, Spread

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_LAGS = (0.01, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0)
_HANDOFFS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 7200.0)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """One registry, so that several servers in one process stay apart."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        Info("botserver", "The server", registry=self.registry).info({"version": version})

        self._series = SeriesCollector()
        self._rpc_calls = self._count("rpc_calls", "Calls and streams by status", "method", "code")
        self._rpc_seconds = self._spread("rpc_seconds", "Time of calls and streams", "method")
        self._rpc_running = self._level("rpc_running", "Calls and streams under way", "kind")
        self._turn_seconds = self._spread("turn_seconds", "Time of committed turns, input to commit", "bot")
        self._vm_seconds = self._count("vm_seconds", "Time in the virtual machine", "bot")
        self._fuel = self._count("fuel", "Instructions of the virtual machine", "bot")
        self._reruns = self._count("turn_reruns", "Computed turns thrown away and run again", "cause")
        self._faults = self._count("faults", "Script errors", "bot", "number")
        self._commit_seconds = self._spread("commit_seconds", "Time of group commits")
        self._commit_turns = self._spread("commit_turns", "Turns in a group commit", bounds=_BATCHES)
        self._hot_sessions = self._level("hot_sessions", "Sessions in the cache")
        self._hot_bytes = self._level("hot_bytes", "Heaps of the sessions in the cache")
        self._open_turns = self._level("open_turns", "Turns under way")
        self._queued_inputs = self._level("queued_inputs", "Inputs that wait for their turn")
        self._outside_calls = self._level("outside_calls", "Calls of scripts to the outside under way")
        self._outside_call_seconds = self._spread(
            "outside_call_seconds", "Time of calls of scripts to the outside", "family", "outcome"
        )
        self._handoffs = self._spread(
            "handoff_seconds", "Wait for an agent, and what the agent took", "bot", "part", "outcome", bounds=_HANDOFFS
        )
        self._deliveries = self._count("deliveries", "Given to gateways, and what became of them", "channel", "status")
        self._due_lag = self._spread("due_lag_seconds", "Delay of timers and rescues", "kind", bounds=_LAGS)
        self._cleaned = self._count("cleaned_rows", "Rows removed because they are past their time", "what")
        self._skipped = self._count("timetables_skipped", "Times a script still ran from the time before", "bot")
        self._rescues = self._count("claims_rescued", "Outside calls taken over from a dead process")
        self._incidents = self._count("incidents", "Unexpected errors; the log explains each", "place")
        self.registry.register(self._series)

        self._log = structlog.get_logger("botserver.session").bind()

    def serve(self, host: str, port: int) -> MetricsServer:
        """Answer GET /metrics from a thread of its own. Raises ConfigError if the port is taken."""
        return serve_registry(self.registry, host, port)

    # rpc.observe.CallObserver

    def call_finished(self, method: str, code: str, seconds: float) -> None:
        self._rpc_calls.add((method, code))
        self._rpc_seconds.add((method,), seconds)
        if code == "INTERNAL":
            self._incidents.add(("rpc",))

    def read_calls(self, calls: Callable[[], int], streams: Callable[[], int]) -> None:
        self._rpc_running.read_from(("call",), calls)
        self._rpc_running.read_from(("stream",), streams)

    # session.observe.Observer

    def turn_finished(self, bot: str, seconds: float, vm_seconds: float, fuel: int) -> None:
        labels = (bot,)
        self._turn_seconds.add(labels, seconds)
        self._vm_seconds.add(labels, vm_seconds)
        self._fuel.add(labels, fuel)

    def turn_rerun(self, cause: str) -> None:
        self._reruns.add((cause,))

    def fault(self, bot: str, number: int) -> None:
        self._faults.add((bot, str(number)))

    def batch_committed(self, turns: int, seconds: float) -> None:
        self._commit_turns.add((), turns)
        self._commit_seconds.add((), seconds)

    def hot_sessions(self, count: int, size_bytes: int) -> None:
        self._hot_sessions.set(count)
        self._hot_bytes.set(size_bytes)

    def turn_began(self, under_way: int, queued: int) -> None:
        self._open_turns.set(under_way)
        self._queued_inputs.set(queued)

    def turn_over(self, under_way: int) -> None:
        self._open_turns.set(under_way)

    def due_taken(self, kind: str, lag_s: float) -> None:
        self._due_lag.add((kind,), lag_s)

    def cleaned(self, what: str, rows: int) -> None:
        if rows:
            self._cleaned.add((what,), rows)

    def timetable_skipped(self, bot: str) -> None:
        self._skipped.add((bot,))

    def claim_rescued(self) -> None:
        self._rescues.add()

    def calls_in_flight(self, count: int) -> None:
        self._outside_calls.set(count)

    def outside_call_finished(self, family: str, outcome: str, seconds: float) -> None:
        self._outside_call_seconds.add((family, outcome), seconds)

    def handoff_finished(self, bot: str, outcome: str, waited_s: float, handled_s: float | None) -> None:
        self._handoffs.add((bot, "wait", outcome), waited_s)
        if handled_s is not None:
            self._handoffs.add((bot, "handle", outcome), handled_s)

    def deliveries_given(self, channel: str, count: int) -> None:
        self._deliveries.add((channel, "given"), count)

    def delivery_acknowledged(self, channel: str, status: str) -> None:
        self._deliveries.add((channel, status))

    def background_failed(self, incident: str, place: str, error: BaseException) -> None:
        """Logged here as well as counted: no caller waits who could be told."""
        self._incidents.add((place,))
        self._log.error("background work failed unexpectedly", incident=incident, place=place, exc_info=error)

    def _count(self, name: str, sentence: str, *labels: str) -> Count:
        series = Count(f"botserver_{name}", sentence, *labels)
        self._series.series.append(series)
        return series

    def _level(self, name: str, sentence: str, *labels: str) -> Level:
        series = Level(f"botserver_{name}", sentence, *labels)
        self._series.series.append(series)
        return series

    def _spread(self, name: str, sentence: str, *labels: str, bounds: tuple[float, ...] = _SECONDS) -> Spread:
        series = Spread(f"botserver_{name}", sentence, *labels, bounds=bounds)
        self._series.series.append(series)
        return series


def serve_registry(registry: CollectorRegistry, host: str, port: int) -> MetricsServer:
    """Answer GET /metrics with what a registry collects. Raises ConfigError if the port is taken."""
    try:
        server, thread = start_http_server(port, host, registry=registry)
    except OSError as error:
        raise ConfigError(
            f"cannot serve metrics on {host}:{port}: {(error.strerror or str(error)).lower()}",
            hint="stop the program that uses the port, or choose another with --metrics, or off",
        ) from error
    return MetricsServer(server, thread)


class MetricsServer:
    """The running endpoint."""

    def __init__(self, server: WSGIServer, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
