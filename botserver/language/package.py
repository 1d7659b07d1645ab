"""Bot packages: a folder NAME.gbai, or a single script, read and compiled.

    shop.gbai/
      shop.gbdialog/   start.bas and other scripts, sub-folders allowed
      shop.gbot/       config.csv

The dialog folder may have any name that ends in .gbdialog; scripts beside it count too, with lower priority. A script
that does not compile is listed as broken and does not take the others down. `assets.py` reads the rest of a package.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import BadPackage
from ..limits import PACKAGE_BYTES, PACKAGE_SCRIPTS, SOURCE_BYTES
from .assets import TemplateRow, folders, is_inside, name_text, read_files, read_kbs, read_templates
from .compiler import compile_source
from .folders import PACKAGE_SUFFIX, SCRIPT_SUFFIX
from .program import Program
from .source import ERROR, Diagnostic

CONFIG_FILE = "config.csv"
_PARAMETER_PREFIX = "param-"


@dataclass(frozen=True, slots=True)
class Package:
    """A package as read. Script names are lower case, without .bas."""

    name: str
    programs: dict[str, Program] = field(default_factory=dict)
    broken: dict[str, list[Diagnostic]] = field(default_factory=dict)
    config: dict[str, str] = field(default_factory=dict)
    kbs: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    templates: dict[str, tuple[TemplateRow, ...]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    """Text of each file that has diagnostics, by the name they carry."""


def load_package(path: Path) -> Package:
    """Read and compile a package folder or a single script. Raises BadPackage if there is nothing to read, or the
    system does not let it be read."""
    try:
        return _load(path)
    except OSError as error:
        raise BadPackage(path=path, what=f"it cannot be read: {error.strerror}") from error


def _load(path: Path) -> Package:
    if path.is_file() and path.suffix.lower() == SCRIPT_SUFFIX:
        package = Package(name_text(path.stem))
        _compile(package, package.name.lower(), path, name_text(path.name))
        return package
    if not path.is_dir():
        raise BadPackage(path=path, what="no such package")
    name = name_text(path.name.removesuffix(PACKAGE_SUFFIX))
    package = Package(name, config=_read_config(path), kbs=read_kbs(path))
    package.files.update(read_files(path, package.diagnostics))
    package.templates.update(read_templates(path, package.diagnostics))
    total = 0
    scripts = dict(_scripts(path))
    if len(scripts) > PACKAGE_SCRIPTS:
        raise BadPackage(path=path, what=f"it has {len(scripts)} scripts, at most {PACKAGE_SCRIPTS} are read")
    for script, file in scripts.items():
        try:
            total += file.stat().st_size
        except OSError:
            continue
        if total > PACKAGE_BYTES:
            raise BadPackage(path=path, what=f"its scripts are larger than {PACKAGE_BYTES} bytes")
        _compile(package, script, file, name_text(str(file.relative_to(path))))
    return package


def _scripts(path: Path) -> Iterator[tuple[str, Path]]:
    """Script names and files. Of two with one name the first counts: dialog folders before the package folder, then
    by path."""
    seen: set[str] = set()
    inside = path.resolve()
    groups = [sorted(folder.rglob("*")) for folder in folders(path, ".gbdialog")] + [sorted(path.iterdir())]
    for group in groups:
        for file in group:
            script = name_text(file.stem).lower()
            if file.suffix.lower() != SCRIPT_SUFFIX or script in seen or not file.is_file():
                continue
            if is_inside(file, inside):
                seen.add(script)
                yield script, file


def _compile(package: Package, script: str, file: Path, shown: str) -> None:
    text = _read_text(file, shown)
    if isinstance(text, Diagnostic):
        package.broken[script] = [text]
        package.diagnostics.append(text)
        return
    program, diagnostics = compile_source(text, shown, injected_names(package.config))
    package.diagnostics.extend(diagnostics)
    if diagnostics:
        package.sources[shown] = text
    if program is None:
        package.broken[script] = [found for found in diagnostics if found.severity == ERROR]
    else:
        package.programs[script] = program


def _read_text(file: Path, shown: str) -> str | Diagnostic:
    try:
        with file.open("rb") as stream:
            data = stream.read(SOURCE_BYTES + 1)
    except OSError as error:
        return Diagnostic(shown, 1, 1, ERROR, "L113", f"cannot be read: {error.strerror}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return Diagnostic(shown, line, column, ERROR, "L113", "is not UTF-8", "save the file as UTF-8")


# --- config.csv --------------------------------------------------------------------------------------------------


def _read_config(path: Path) -> dict[str, str]:
    """All keys of the package's config.csv files, lower case, blanks as `-`; later lines win."""
    values: dict[str, str] = {}
    inside = path.resolve()
    for file in (*(folder / CONFIG_FILE for folder in folders(path, ".gbot")), path / CONFIG_FILE):
        if file.is_file() and file.stat().st_size <= SOURCE_BYTES and is_inside(file, inside):
            values |= parse_config(file.read_text(encoding="utf-8-sig", errors="replace"))
    return values


def parse_config(text: str) -> dict[str, str]:
    """`name,value` lines. A value may be quoted; unquoted it reaches to the end of the line, commas included."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, comma, value = stripped.partition(",")
        if not comma:
            continue
        value = value.strip()
        if value.startswith('"'):
            value = _unquoted(value)
        key = "-".join(name.strip().strip('"').lower().split())
        if (key, value.lower()) != ("name", "value"):
            values[key] = value
    return values


def _unquoted(value: str) -> str:
    try:
        return next(csv.reader(io.StringIO(value)), [""])[0]
    except csv.Error:  # longer than its reader takes
        return value.strip('"').replace('""', '"')


def injected_names(config: Mapping[str, str]) -> set[str]:
    """The variables `param-*` keys make."""
    names = {key.removeprefix(_PARAMETER_PREFIX) for key in config if key.startswith(_PARAMETER_PREFIX)}
    return names | {name.replace("-", "_") for name in names}
