"""Makes a supervisor impatient: with this folder first on its PYTHONPATH its pauses and its calm are short."""

from botserver import limits

limits.WORKER_PAUSE_S, limits.WORKER_PAUSE_MAX_S, limits.WORKER_CALM_S = 0.1, 0.8, 3.0
