"""What config.csv means."""

from __future__ import annotations

import pytest

from botserver.limits import MIB, SESSION_MEMORY_MAX, Limits
from botserver.session.settings import BotConfig


def test_nothing_set_is_the_defaults() -> None:
    assert BotConfig({}).limits == Limits()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1000", 1000), ("2MB", 2 * MIB), ("2 mb", 2 * MIB), ("64kb", 65_536), ("nonsense", 10 * MIB),
     ("0", 10 * MIB), ("999999MB", SESSION_MEMORY_MAX)],
)  # fmt: skip
def test_memory_limits_are_bytes_or_have_a_unit(text: str, expected: int) -> None:
    assert BotConfig({"session-memory-limit": text}).limits.memory_bytes == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("90", 90.0), ("30 minutes", 1800.0), ("2h", 7200.0), ("1 day", 86_400.0)]
)
def test_timeouts_are_seconds_or_have_a_unit(text: str, expected: float) -> None:
    assert BotConfig({"session-timeout": text}).limits.session_timeout_s == expected


def test_parameters_have_the_type_they_look_like() -> None:
    config = BotConfig(
        {"param-a": "5", "param-b": "2.5", "param-c": "True", "param-D-e": "x", "param-f": "", "param-g": "9" * 30}
    )
    assert config.parameters == {
        "a": 5, "b": 2.5, "c": True, "d-e": "x", "d_e": "x", "f": "", "g": float("9" * 30),
    }  # fmt: skip


def test_the_wall_clock_is_the_bots() -> None:
    assert BotConfig({}).wall_clock_s(100.9) == 100
    assert BotConfig({"timezone": "America/Sao_Paulo"}).wall_clock_s(1_767_225_600.0) == 1_767_225_600 - 3 * 3600
    assert BotConfig({"timezone": "../../etc"}).wall_clock_s(100.0) == 100
