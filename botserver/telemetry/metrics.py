"""The series an operator looks at first, for Prometheus.

`Metrics` meets the observer protocols of `rpc` and `session`. Every hook lies on the path of a message, so the child of
a series is looked up once per label values, and nothing is computed before somebody scrapes. Label values come from a
bounded set: methods, statuses, bots, error numbers, causes; never ids, never text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, start_http_server
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from ..errors import ConfigError

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_LAGS = (0.01, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """One registry, so that several servers in one process stay apart."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        Info("botserver", "The server", registry=self.registry).info({"version": version})

        self._rpc_calls = self._counter("rpc_calls", "Calls and streams by status", "method", "code")
        self._rpc_seconds = self._histogram("rpc_seconds", "Time of calls and streams", "method")
        self._rpc_running = self._gauge("rpc_running", "Calls and streams under way", "kind")
        self._turn_seconds = self._histogram("turn_seconds", "Time of committed turns, input to commit", "bot")
        self._vm_seconds = self._counter("vm_seconds", "Time in the virtual machine", "bot")
        self._fuel = self._counter("fuel", "Instructions of the virtual machine", "bot")
        self._reruns = self._counter("turn_reruns", "Computed turns thrown away and run again", "cause")
        self._faults = self._counter("faults", "Script errors", "bot", "number")
        self._commit_seconds = self._histogram("commit_seconds", "Time of group commits")
        self._commit_turns = self._histogram("commit_turns", "Turns in a group commit", buckets=_BATCHES)
        self._hot_sessions = self._gauge("hot_sessions", "Sessions in the cache")
        self._hot_bytes = self._gauge("hot_bytes", "Heaps of the sessions in the cache")
        self._open_turns = self._gauge("open_turns", "Turns under way")
        self._queued_inputs = self._gauge("queued_inputs", "Inputs that wait for their turn")
        self._outside_calls = self._gauge("outside_calls", "Calls of scripts to the outside under way")
        self._due_lag = self._histogram("due_lag_seconds", "Delay of timers and rescues", "kind", buckets=_LAGS)
        self._rescues = self._counter("claims_rescued", "Outside calls taken over from a dead process")
        self._incidents = self._counter("incidents", "Unexpected errors; the log explains each", "place")

        self._log = structlog.get_logger("botserver.session").bind()
        self._call_children: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._bot_children: dict[str, tuple[Histogram, Counter, Counter]] = {}

    def serve(self, host: str, port: int) -> MetricsServer:
        """Answer GET /metrics from a thread of its own. Raises ConfigError if the port is taken."""
        try:
            server, thread = start_http_server(port, host, registry=self.registry)
        except OSError as error:
            raise ConfigError(
                f"cannot serve metrics on {host}:{port}: {(error.strerror or str(error)).lower()}",
                hint="stop the program that uses the port, or choose another with --metrics, or off",
            ) from error
        return MetricsServer(server, thread)

    # rpc.observe.CallObserver

    def call_finished(self, method: str, code: str, seconds: float) -> None:
        children = self._call_children.get((method, code))
        if children is None:
            children = (self._rpc_calls.labels(method, code), self._rpc_seconds.labels(method))
            self._call_children[method, code] = children
        children[0].inc()
        children[1].observe(seconds)
        if code == "INTERNAL":
            self._incidents.labels("rpc").inc()

    def read_calls(self, calls: Callable[[], int], streams: Callable[[], int]) -> None:
        self._rpc_running.labels("call").set_function(calls)
        self._rpc_running.labels("stream").set_function(streams)

    # session.observe.Observer

    def turn_finished(self, bot: str, seconds: float, vm_seconds: float, fuel: int) -> None:
        children = self._bot_children.get(bot)
        if children is None:
            children = (self._turn_seconds.labels(bot), self._vm_seconds.labels(bot), self._fuel.labels(bot))
            self._bot_children[bot] = children
        children[0].observe(seconds)
        children[1].inc(vm_seconds)
        children[2].inc(fuel)

    def turn_rerun(self, cause: str) -> None:
        self._reruns.labels(cause).inc()

    def fault(self, bot: str, number: int) -> None:
        self._faults.labels(bot, str(number)).inc()

    def batch_committed(self, turns: int, seconds: float) -> None:
        self._commit_turns.observe(turns)
        self._commit_seconds.observe(seconds)

    def hot_sessions(self, count: int, size_bytes: int) -> None:
        self._hot_sessions.set(count)
        self._hot_bytes.set(size_bytes)

    def open_turns(self, count: int) -> None:
        self._open_turns.set(count)

    def queued_inputs(self, count: int) -> None:
        self._queued_inputs.set(count)

    def due_taken(self, kind: str, lag_s: float) -> None:
        self._due_lag.labels(kind).observe(lag_s)

    def claim_rescued(self) -> None:
        self._rescues.inc()

    def calls_in_flight(self, count: int) -> None:
        self._outside_calls.set(count)

    def background_failed(self, incident: str, place: str, error: BaseException) -> None:
        """Logged here as well as counted: no caller waits who could be told."""
        self._incidents.labels(place).inc()
        self._log.error("background work failed unexpectedly", incident=incident, place=place, exc_info=error)

    def _counter(self, name: str, sentence: str, *labels: str) -> Counter:
        return Counter(f"botserver_{name}", sentence, labels, registry=self.registry)

    def _gauge(self, name: str, sentence: str, *labels: str) -> Gauge:
        return Gauge(f"botserver_{name}", sentence, labels, registry=self.registry)

    def _histogram(self, name: str, sentence: str, *labels: str, buckets: Any = _SECONDS) -> Histogram:
        return Histogram(f"botserver_{name}", sentence, labels, registry=self.registry, buckets=buckets)


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
