"""What every test run says about itself."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from botserver.errors import ConfigError
from botserver.vm.machine import choose_vm

# What lands is judged by the same examples each time; runs at a desk go on searching, and keep what they find.
# How fast examples are made and run says something of the machine and its other work, not of the code.
_ANY_SPEED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.register_profile("desk", _ANY_SPEED)
settings.register_profile("ci", _ANY_SPEED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

os.environ["BOTSERVER_CACHE"] = "off"  # also for the processes that tests start


def pytest_report_header(config: pytest.Config) -> list[str]:
    try:
        vm = choose_vm().name
    except ConfigError as error:
        vm = f"missing: {error.message}; {error.hint}"
    return [f"botserver: VM {vm}" + (", CI" if os.environ.get("CI") else "")]
