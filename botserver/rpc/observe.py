"""What an operator can see of calls: the hooks that telemetry implements. Cheap, never raising, without any text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class CallObserver(Protocol):
    def call_finished(self, method: str, code: str, seconds: float) -> None:
        """A call or a stream ended with this gRPC status."""
        ...

    def read_calls(self, calls: Callable[[], int], streams: Callable[[], int]) -> None:
        """Hands over how to read, at any time, the number of calls and of streams under way."""
        ...


class NoCallObserver:
    """Sees nothing."""

    def call_finished(self, method: str, code: str, seconds: float) -> None:
        pass

    def read_calls(self, calls: Callable[[], int], streams: Callable[[], int]) -> None:
        pass
