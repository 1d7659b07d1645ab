"""Small bots made on the spot."""

from __future__ import annotations

from pathlib import Path


def write_bot(folder: Path, name: str, scripts: dict[str, str], config: dict[str, str] | None = None) -> None:
    """A package of these scripts in `folder`, or a new edition of it."""
    dialogs, settings = folder / f"{name}.gbai" / f"{name}.gbdialog", folder / f"{name}.gbai" / f"{name}.gbot"
    dialogs.mkdir(parents=True, exist_ok=True)
    settings.mkdir(parents=True, exist_ok=True)
    lines = [f"{key},{value}\n" for key, value in (config or {}).items()]
    (settings / "config.csv").write_text("name,value\n" + "".join(lines), encoding="utf-8")
    for script, text in scripts.items():
        (dialogs / f"{script}.bas").write_text(text, encoding="utf-8")
