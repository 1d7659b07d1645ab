"""The database's clock, as a node knows it without asking each time.

A node's own clock may be wrong by seconds and may jump; its monotonic clock does neither. So the database is asked now
and then, and the monotonic clock carries its answer on. The error is half a round trip and what two quartzes differ in
between: far below any lease or timer.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg

from ...clock import Clock

ASK_S = 30.0  # between two looks at the database's clock
SURE_S = 1.0  # an answer that took longer says little: the database stood still, or this machine did
_ASK = "SELECT extract(epoch FROM clock_timestamp())::float8"


class DatabaseClock:
    """Safe to use from any thread. `fixed` replaces the database's clock in tests."""

    def __init__(self, fixed: Clock | None = None) -> None:
        self._fixed = fixed
        self._offset_s = time.time() - time.monotonic()
        self._asked_at = float("-inf")

    def now_s(self) -> float:
        """Unix seconds."""
        return self._fixed.now_s() if self._fixed is not None else time.monotonic() + self._offset_s

    def compare(self, connection: psycopg.Connection[Any]) -> None:
        """Ask the database if that is due."""
        began = time.monotonic()
        if self._fixed is not None or began - self._asked_at < ASK_S:
            return
        row = connection.execute(_ASK).fetchone()
        ended = time.monotonic()
        if row is not None and (ended - began < SURE_S or self._asked_at == float("-inf")):
            self._offset_s = row[0] - (began + ended) / 2
            self._asked_at = ended
