"""Puts the clock of a server wrong by SKEW_S seconds: with this folder first on its PYTHONPATH, before it looks."""

import os
import time

_SKEW_S = float(os.environ["SKEW_S"])
_right = time.time


def _wrong() -> float:
    return _right() + _SKEW_S


time.time = _wrong
