"""Diagnostics under the path the user gave, so that an editor can open it, and with the line they point at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..language.package import Package
from ..language.source import Diagnostic, Source


def located(package: Package, path: Path) -> Iterator[tuple[Diagnostic, str]]:
    """Each diagnostic of a package read from `path`, and the same with its line and a caret, for people."""
    for diagnostic in package.diagnostics:
        file = str(path / diagnostic.file if path.is_dir() else path)
        text = package.sources.get(diagnostic.file)
        found = replace(diagnostic, file=file)
        yield found, found.render(None if text is None else Source.of(text, file))
