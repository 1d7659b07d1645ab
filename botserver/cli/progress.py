"""A progress bar on standard error, for people who look on; nothing elsewhere, or when there is little to wait for."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType

_LITTLE = 20
_EVERY_S = 0.05
_CLEAR = "\r\x1b[K"


class ProgressBar:
    """Of a number of steps."""

    def __init__(self, n_steps: int) -> None:
        self._n_steps = n_steps
        self._done = 0
        self._shown_at_s = 0.0
        self._is_shown = n_steps >= _LITTLE and sys.stderr.isatty()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def step(self, what: str, n: int = 1) -> None:
        """One more step is done, or several."""
        self._done += n
        now_s = time.monotonic()
        if self._is_shown and now_s - self._shown_at_s >= _EVERY_S:
            self._shown_at_s = now_s
            width = shutil.get_terminal_size().columns - 1
            filled = 20 * min(self._done, self._n_steps) // self._n_steps
            line = f"[{'#' * filled}{'.' * (20 - filled)}] {self._done}/{self._n_steps} {what}"
            print(_CLEAR + line[:width], end="", file=sys.stderr, flush=True)

    def print(self, text: str) -> None:
        """A line on standard output, with the bar out of its way."""
        self._clear()
        print(text)

    def _clear(self) -> None:
        if self._is_shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)
