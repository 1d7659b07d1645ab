"""What every test run says about itself."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from botserver.errors import ConfigError
from botserver.vm.machine import choose_vm

# What lands is judged by the same examples each time; runs at a desk go on searching, and keep what they find.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_report_header(config: pytest.Config) -> list[str]:
    try:
        vm = choose_vm().name
    except ConfigError as error:
        vm = f"missing: {error.message}; {error.hint}"
    return [f"botserver: VM {vm}" + (", CI" if os.environ.get("CI") else "")]
