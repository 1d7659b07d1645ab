"""The files of deploy/ parse, and name only settings, commands and series that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from botserver import __version__
from botserver.cli import COMMANDS
from botserver.config import NOT_SETTINGS, Settings, load_settings, variable_of
from botserver.telemetry.metrics import Metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(DEPLOY.rglob("*.yaml"))
OF_THE_SUPERVISOR = {"botserver_worker_up"}


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def objects() -> Iterator[dict[str, Any]]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        yield from documents(path)


def containers() -> Iterator[dict[str, Any]]:
    """Those of ours."""
    for each in objects():
        pod = each.get("spec", {}).get("template", {}).get("spec", {})
        yield from (one for one in pod.get("containers", ()) if one["image"].startswith("botserver"))


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each.get("value", "postgresql://u@h/d") for each in container["env"]}


@pytest.fixture
def server() -> dict[str, Any]:
    """The Deployment of servers."""
    return next(one for one in objects() if one["kind"] == "Deployment" and one["metadata"]["name"] == "botserver")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_parses_and_has_something(path: Path) -> None:
    assert all(isinstance(each, dict) for each in documents(path))


def test_each_object_has_a_kind_a_name_and_the_namespace() -> None:
    for each in objects():
        assert each["apiVersion"]
        assert each["metadata"]["name"]
        if each["kind"] != "Namespace":
            assert each["metadata"]["namespace"] == "botserver", each["kind"]


def test_containers_run_commands_and_settings_that_exist() -> None:
    found = list(containers())
    assert {each["args"][0] for each in found} == {"serve", "migrate"}
    for each in found:
        assert each["args"][0] in COMMANDS
        load_settings({}, environment(each), None)  # refuses unknown names and values


def test_compose_runs_commands_and_settings_that_exist() -> None:
    (compose,) = documents(DEPLOY / "compose.yaml")
    ours = [each for each in compose["services"].values() if each["image"] == "botserver"]
    assert {each["command"][0] for each in ours} == {"serve", "migrate"}
    for each in ours:
        values = {name: re.sub(r"\$\{\w+:-(\w+)\}", r"\1", value) for name, value in each["environment"].items()}
        settings = load_settings({}, values, None)
        if each["command"][0] == "serve":
            assert float(each["stop_grace_period"].rstrip("s")) > settings.drain_s
            ports = {settings.listen.port}
            assert {int(port.rsplit(":", 1)[1]) for port in each["ports"]} == ports
            assert all(port.startswith("127.0.0.1:") for port in each["ports"])  # no caller is checked


def test_variables_of_the_image_exist() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    known = {variable_of(name) for name in Settings.__dataclass_fields__} | NOT_SETTINGS
    assert set(re.findall(r"BOTSERVER_\w+", text)) <= known


def test_series_that_are_scaled_and_alerted_on_exist() -> None:
    known = generate_latest(Metrics(__version__).registry).decode()
    text = "".join((DEPLOY / "kubernetes" / name).read_text() for name in ("autoscaling.yaml", "alerts.yaml"))
    named = set(re.findall(r"\bbotserver_\w+", text)) - OF_THE_SUPERVISOR
    assert named
    for name in named:
        assert f"# TYPE {name.removesuffix('_bucket')} " in known, name


def test_labels_that_alerts_sum_by_are_those_of_the_series() -> None:
    metrics = Metrics(__version__)
    metrics.call_finished("GetSession", "OK", 0.1)
    metrics.due_taken("timer", 1.0)
    metrics.background_failed("i", "scanner", ValueError())
    text = generate_latest(metrics.registry).decode()
    assert 'botserver_rpc_calls_total{code="OK",method="GetSession"}' in text
    assert re.search(r'botserver_due_lag_seconds_bucket\{(kind="timer",le=|le="[^"]+",kind="timer")', text)
    assert 'botserver_incidents_total{place="scanner"}' in text


def test_pods_have_time_to_drain_and_probes_that_ask_the_right_port(server: dict[str, Any]) -> None:
    pod = server["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    settings = load_settings({}, environment(container), None)
    waits_s = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > settings.drain_s + waits_s
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert settings.metrics is not None
    assert ports == {"grpc": settings.listen.port, "metrics": settings.metrics.port}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["grpc"] == {"port": settings.listen.port}
    annotations = server["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(settings.metrics.port)


def test_what_selects_servers_finds_them(server: dict[str, Any]) -> None:
    labels = server["spec"]["template"]["metadata"]["labels"]
    by_kind = {each["kind"]: each for each in objects() if each["metadata"]["name"] == "botserver"}
    assert server["spec"]["selector"]["matchLabels"] == labels
    assert by_kind["Service"]["spec"]["selector"] == labels
    assert by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert by_kind["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    target = by_kind["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", "botserver")
    rule = by_kind["HorizontalPodAutoscaler"]["spec"]["metrics"][0]["pods"]["metric"]["name"]
    rules = next(each for each in objects() if each["metadata"]["name"] == "botserver-adapter-rules")
    (adapted,) = yaml.safe_load(rules["data"]["rules.yaml"])["rules"]
    assert adapted["name"]["matches"] == rule
