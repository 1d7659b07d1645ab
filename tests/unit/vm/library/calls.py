"""Calls one built-in as the reference VM does, for tests of single functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from botserver.language.builtins import find_builtin
from botserver.vm.builtins import BUILTINS
from botserver.vm.objects import from_host, to_host
from botserver.vm.plans import Plan
from botserver.vm.values import HostValue

NOW_S = 1_709_210_096  # 2024-02-29 12:34:56


@dataclass
class ClockAndChance:
    """All that scalar functions ask of a VM."""

    now_s: int = NOW_S
    text_budget: int = 1_000_000
    random: Random = field(default_factory=lambda: Random(1))

    def random_bits(self) -> int:
        return self.random.getrandbits(64)


def plan_of(name: str, *arguments: HostValue, host: ClockAndChance | None = None) -> Plan:
    spec = find_builtin(name)
    assert spec is not None, name
    assert spec.takes(len(arguments)), name
    function = BUILTINS[spec.number].function
    return function(host or ClockAndChance(), [from_host(value) for value in arguments])  # type: ignore[arg-type]  # a part of Host is enough


def call(name: str, *arguments: HostValue, host: ClockAndChance | None = None) -> HostValue:
    return to_host(plan_of(name, *arguments, host=host).make())
