"""The numbered scripts that make the schema, forward only."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "migrations"


def migrations() -> list[tuple[int, str]]:
    """Numbered scripts in order."""
    return [(int(path.name[:4]), path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.sql"))]
