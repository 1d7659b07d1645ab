"""`CALL "/path"`: services of the platform, looked up in a table by path; and keywords whose service is not there.

A service takes the call's key and its arguments and returns a script value. `/test/slow` is there only when the
operator asks for it: it waits, returns what it was given, and writes its key to a log, so that a test can see that a
repeated call carried the same key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from ...errors import ScriptError
from ...language.keywords.outside import refusal
from ...vm.effects import Effect
from ...vm.values import HostValue
from ..faultpoints import FaultPoint, reach
from .http import missing
from .outside import Caller

Service: TypeAlias = Callable[[str, tuple[HostValue, ...]], Awaitable[HostValue]]
"""Performs a call with this key and these arguments. Raises ScriptError."""

_SLOWEST_S = 300.0


class ServicePerformer:
    """The effect `service_call`, and all whose service is not there."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = dict(services)

    def refusal(self, effect: Effect, caller: Caller) -> ScriptError | None:
        """See `CallPerformer`."""
        if effect.name == "http":
            return missing(effect)
        if effect.name == "outside":
            return ScriptError(*refusal(str(effect.arguments[0]), str(effect.arguments[1])))
        path = effect.arguments[0]
        if isinstance(path, str) and path.strip().lower() in self._services:
            return None
        return ScriptError(1404, f"no service {path}")

    async def perform(self, effect: Effect, key: str, caller: Caller) -> HostValue:
        """See `CallPerformer`."""
        refused = self.refusal(effect, caller)
        if refused is not None:
            raise refused
        path = str(effect.arguments[0]).strip().lower()
        return await self._services[path](key, effect.arguments[1:])


def slow_service(call_log: Path | None) -> Service:
    """`CALL "/test/slow", seconds, value`: gives `value` after `seconds`; each performance adds its key to the log."""

    async def perform(key: str, arguments: tuple[HostValue, ...]) -> HostValue:
        seconds = arguments[0] if arguments else 0
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _SLOWEST_S:
            raise ScriptError(4002, f"seconds are a number from 0 to {_SLOWEST_S:.0f}")
        if call_log is not None:
            with call_log.open("a", encoding="utf-8") as log:
                log.write(key + "\n")
        reach(FaultPoint.DURING_CALL)
        await asyncio.sleep(seconds)
        return arguments[1] if len(arguments) > 1 else None

    return perform
