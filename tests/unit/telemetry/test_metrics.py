"""The series, their values, and where they are served."""

from __future__ import annotations

import urllib.request

import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from botserver.errors import ConfigError
from botserver.rpc.observe import CallObserver
from botserver.session.observe import Observer
from botserver.telemetry.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1.2.3")


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"botserver_{name}", labels)


def test_hooks_of_calls_and_sessions_are_met(metrics: Metrics) -> None:
    calls: CallObserver = metrics
    sessions: Observer = metrics
    assert calls is sessions


def test_calls_are_counted_by_method_and_status(metrics: Metrics) -> None:
    metrics.call_finished("SendMessage", "OK", 0.002)
    metrics.call_finished("SendMessage", "OK", 0.004)
    metrics.call_finished("SendMessage", "INTERNAL", 0.004)
    assert value(metrics, "rpc_calls_total", method="SendMessage", code="OK") == 2
    assert value(metrics, "rpc_seconds_count", method="SendMessage") == 3
    assert value(metrics, "incidents_total", place="rpc") == 1


def test_running_calls_are_read_when_scraped(metrics: Metrics) -> None:
    running = [1, 2]
    metrics.read_calls(running.__len__, lambda: 7)
    running.append(3)
    assert value(metrics, "rpc_running", kind="call") == 3
    assert value(metrics, "rpc_running", kind="stream") == 7


def test_turns_are_counted_by_bot(metrics: Metrics) -> None:
    metrics.turn_finished("order", 0.01, 0.002, 500)
    metrics.turn_finished("order", 0.03, 0.001, 100)
    assert value(metrics, "turn_seconds_sum", bot="order") == pytest.approx(0.04)
    assert value(metrics, "fuel_total", bot="order") == 600
    assert value(metrics, "vm_seconds_total", bot="order") == pytest.approx(0.003)


def test_handoffs_are_counted_with_their_wait_and_what_agents_took(metrics: Metrics) -> None:
    metrics.handoff_finished("order", "resolved", 12.0, 300.0)
    metrics.handoff_finished("order", "timeout", 600.0, None)
    assert value(metrics, "handoff_seconds_sum", bot="order", part="wait", outcome="timeout") == 600
    assert value(metrics, "handoff_seconds_sum", bot="order", part="handle", outcome="resolved") == 300
    assert value(metrics, "handoff_seconds_count", bot="order", part="handle", outcome="timeout") is None


def test_every_hook_has_a_series(metrics: Metrics) -> None:
    metrics.turn_rerun("lost_race")
    metrics.fault("order", 3001)
    metrics.batch_committed(8, 0.001)
    metrics.hot_sessions(5, 4096)
    metrics.turn_began(4, 2)
    metrics.turn_over(3)
    metrics.due_taken("timer", 0.2)
    metrics.claim_rescued()
    metrics.calls_in_flight(1)
    metrics.outside_call_finished("http", "timeout", 30.0)
    assert value(metrics, "turn_reruns_total", cause="lost_race") == 1
    assert value(metrics, "faults_total", bot="order", number="3001") == 1
    assert value(metrics, "commit_turns_sum") == 8
    assert value(metrics, "hot_bytes") == 4096
    assert value(metrics, "open_turns") == 3
    assert value(metrics, "queued_inputs") == 2
    assert value(metrics, "due_lag_seconds_count", kind="timer") == 1
    assert value(metrics, "claims_rescued_total") == 1
    assert value(metrics, "outside_calls") == 1
    assert value(metrics, "outside_call_seconds_sum", family="http", outcome="timeout") == 30


def test_background_failure_is_counted_and_logged_once(metrics: Metrics) -> None:
    error = ValueError()
    with capture_logs() as lines:
        metrics.background_failed("abc", "due", error)
    assert [(line["incident"], line["place"], line["exc_info"]) for line in lines] == [("abc", "due", error)]
    assert value(metrics, "incidents_total", place="due") == 1


def test_two_servers_in_one_process_stay_apart(metrics: Metrics) -> None:
    Metrics("1").claim_rescued()
    assert value(metrics, "claims_rescued_total") == 0


def test_metrics_are_served_and_a_taken_port_is_refused(metrics: Metrics) -> None:
    server = metrics.serve("127.0.0.1", 0)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as response:
            text = response.read().decode()
        assert 'botserver_info{version="1.2.3"} 1.0' in text
        assert "process_resident_memory_bytes" in text
        with pytest.raises(ConfigError) as caught:
            metrics.serve("127.0.0.1", server.port)
        assert "already in use" in caught.value.message
        assert "--metrics" in caught.value.hint
    finally:
        server.close()


def test_own_series_stay_few() -> None:
    text = generate_latest(Metrics("1").registry).decode()
    own = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE botserver_")}
    assert len({name for name in own if not name.endswith("_created")}) <= 24
