"""A package with all an author should know of it: problems of scripts, of names in them, of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..language.cache import ProgramCache
from ..language.package import Package, load_package
from ..language.source import WARNING, Diagnostic
from .declared_timetables import schedule_problems
from .settings import BotConfig


def check_package(
    path: Path, progress: Callable[[str], None] | None = None, cache: ProgramCache | None = None
) -> Package:
    """Read and compile a package; `diagnostics` are complete. Raises BadPackage."""
    package = load_package(path, progress, cache)
    package.diagnostics.extend(_config_problems(package))
    package.diagnostics.extend(schedule_problems(package))
    package.put_in_order()
    return package


def _config_problems(package: Package) -> list[Diagnostic]:
    found = []
    for key, hint in BotConfig(package.config).misread().items():
        file, line = package.config_places[key]
        what = f'{key} has the value "{package.config[key][:40]}", which counts as not set'
        found.append(Diagnostic(file, line, 1, WARNING, "L222", what, f"expected {hint}", len(key)))
    return found
