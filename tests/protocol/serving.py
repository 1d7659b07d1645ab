"""Settings of a whole server whose bots stand in a folder of the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botserver.config import Address, Settings


def settings_in(folder: Path, **changes: Any) -> Settings:
    """For the packages in `bots` of the folder, on a port of the system's choice, with a database beside them."""
    return Settings(
        packages=folder / "bots",
        listen=Address("127.0.0.1", 0),
        database=folder / "sessions.db",
        metrics=None,
        reload=False,
        drain_s=5.0,
        **changes,
    )
