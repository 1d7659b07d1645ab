"""Log lines: form, level, context."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from botserver.telemetry.logs import configure


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_json_line_carries_the_context() -> None:
    out = io.StringIO()
    configure("json", "info", out)
    structlog.contextvars.bind_contextvars(session_id="s-1", request_id="r-1")
    structlog.get_logger("botserver.rpc").info("call refused", reason="DRAINING")
    line = json.loads(out.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "call refused",
        "level": "info",
        "logger": "botserver.rpc",
        "session_id": "s-1",
        "request_id": "r-1",
        "reason": "DRAINING",
    }


def test_lines_below_the_level_are_dropped() -> None:
    out = io.StringIO()
    configure("json", "warning", out)
    log = structlog.get_logger()
    log.info("unseen")
    log.warning("seen")
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["seen"]


def test_exception_is_one_json_line() -> None:
    out = io.StringIO()
    configure("json", "info", out)
    structlog.get_logger().error("failed", exc_info=ValueError("why"))
    (line,) = out.getvalue().splitlines()
    assert "ValueError: why" in json.loads(line)["exception"]


def test_libraries_speak_in_the_same_form() -> None:
    out = io.StringIO()
    configure("json", "info", out)
    logging.getLogger("grpc").warning("slow %s", "call")
    logging.getLogger("grpc").info("unseen")
    (line,) = out.getvalue().splitlines()
    assert (json.loads(line)["event"], json.loads(line)["logger"]) == ("slow call", "grpc")


def test_auto_is_json_where_no_terminal_reads() -> None:
    out = io.StringIO()
    configure("auto", "info", out)
    structlog.get_logger().info("hello")
    assert json.loads(out.getvalue())["event"] == "hello"


def test_console_is_for_people() -> None:
    out = io.StringIO()
    configure("console", "info", out)
    structlog.get_logger().info("hello", turns=3)
    assert "hello" in out.getvalue()
    assert "turns=3" in out.getvalue()
