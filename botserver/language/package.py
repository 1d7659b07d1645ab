"""Bot packages: a folder NAME.gbai, or a single script, read and compiled.

    shop.gbai/
      shop.gbdialog/   start.bas and other scripts, sub-folders allowed
      shop.gbot/       config.csv

The dialog folder may have any name that ends in .gbdialog; scripts beside it count too, with lower priority. A script
that does not compile is listed as broken and does not take the others down. `assets.py` reads the rest of a package.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TypeAlias

from ..errors import BadPackage
from ..limits import PACKAGE_BYTES, PACKAGE_SCRIPTS, SOURCE_BYTES
from .assets import TemplateRow, folders, is_inside, name_text, read_files, read_kbs, read_templates
from .cache import ProgramCache
from .declarations import Compiled, Reference, ScheduleDeclaration, TableDeclaration, Wanted
from .folders import PACKAGE_SUFFIX, SCRIPT_SUFFIX
from .knowledge import Document, ask_for_documents, read_documents
from .late import compile_script
from .program import Program
from .source import ERROR, WARNING, Diagnostic

CONFIG_FILE = "config.csv"
_PARAMETER_PREFIX = "param-"
_Compile: TypeAlias = Callable[[str, str, Collection[str]], Compiled]


@dataclass(frozen=True, slots=True)
class Package:
    """A package as read. Script names are lower case, without .bas."""

    name: str
    programs: dict[str, Program] = field(default_factory=dict)
    broken: dict[str, list[Diagnostic]] = field(default_factory=dict)
    config: dict[str, str] = field(default_factory=dict)
    config_places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """File and line of each key of the configuration."""
    kbs: tuple[str, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    """Of the knowledge bases, if a script asks for them."""
    files: dict[str, bytes] = field(default_factory=dict)
    templates: dict[str, tuple[TemplateRow, ...]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    """Text of each script, by the name its diagnostics carry."""
    tables: dict[str, TableDeclaration] = field(default_factory=dict)
    """Declared tables by lower-case name; of two declarations the one of the first script counts."""
    schedules: dict[str, tuple[ScheduleDeclaration, ...]] = field(default_factory=dict)
    """What each script declares about when it runs, by its name; only scripts that do."""

    def put_in_order(self) -> None:
        """Diagnostics of a file together, by position."""
        files = {shown: n for n, shown in enumerate(dict.fromkeys(found.file for found in self.diagnostics))}
        self.diagnostics.sort(key=lambda found: (files[found.file], found.line, found.column))

    def shown_name(self, script: str) -> str:
        """The path of a script inside the package."""
        return next((shown for shown in self.sources if PurePath(shown).stem.lower() == script), f"{script}.bas")

    references: dict[str, tuple[Reference, ...]] = field(default_factory=dict)
    """What each script names of the package, likewise."""


def load_package(
    path: Path, progress: Callable[[str], None] | None = None, cache: ProgramCache | None = None
) -> Package:
    """Read and compile a package folder or a single script. Raises BadPackage if there is nothing to read, or the
    system does not let it be read. `progress` is told of each script when it is done; what is
    in `cache` is not compiled again."""
    try:
        return _load(path, progress or (lambda shown: None), cache.compile if cache is not None else compile_script)
    except OSError as error:
        raise BadPackage(path=path, what=f"it cannot be read: {error.strerror}") from error


def _load(path: Path, progress: Callable[[str], None], compile_text: _Compile) -> Package:
    if path.is_file() and path.suffix.lower() == SCRIPT_SUFFIX:
        package = Package(name_text(path.stem))
        _compile(package, package.name.lower(), path, name_text(path.name), compile_text)
        progress(name_text(path.name))
        return package
    if not path.is_dir():
        raise BadPackage(path=path, what="no such package")
    name = name_text(path.name.removesuffix(PACKAGE_SUFFIX))
    config, places = _read_config(path)
    package = Package(name, config=config, config_places=places, kbs=read_kbs(path))
    package.files.update(read_files(path, package.diagnostics))
    package.templates.update(read_templates(path, package.diagnostics))
    total = 0
    scripts = _scripts(path, package.diagnostics)
    if len(scripts) > PACKAGE_SCRIPTS:
        raise BadPackage(path=path, what=f"it has {len(scripts)} scripts, at most {PACKAGE_SCRIPTS} are read")
    for script, file in scripts.items():
        try:
            total += file.stat().st_size
        except OSError:
            continue
        if total > PACKAGE_BYTES:
            raise BadPackage(path=path, what=f"its scripts are larger than {PACKAGE_BYTES} bytes")
        shown = name_text(str(file.relative_to(path)))
        _compile(package, script, file, shown, compile_text)
        progress(shown)
    if package.kbs and ask_for_documents(package.programs.values()):
        package.documents.update(read_documents(path, package.diagnostics))
    package.diagnostics.extend(_missing(package))
    package.put_in_order()
    return package


def _missing(package: Package) -> Iterator[Diagnostic]:
    """What scripts name and the package does not have."""
    scripts = {*package.programs, *package.broken}
    known = {
        Wanted.SCRIPT: scripts,
        Wanted.TOOL: scripts,
        Wanted.KB: {kb.lower() for kb in package.kbs},
        Wanted.TEMPLATE: set(package.templates),
        Wanted.FILE: {path.partition("/")[2].lower() for path in package.files},
    }
    for shown, references in package.references.items():
        for found in references:
            if found.key is None or found.key in known[found.wanted]:
                continue
            close = difflib.get_close_matches(found.key, known[found.wanted], n=1)
            hint = f"did you mean {close[0]}?" if close else ""
            what = f'the package has no {found.wanted} "{found.name}"'
            yield Diagnostic(shown, found.line, found.column, WARNING, "L221", what, hint, found.length)


def _scripts(path: Path, diagnostics: list[Diagnostic]) -> dict[str, Path]:
    """Files by script names. Of two with one name the first counts: dialog folders before the package folder, then
    by path."""
    found: dict[str, Path] = {}
    inside = path.resolve()
    groups = [sorted(folder.rglob("*")) for folder in folders(path, ".gbdialog")] + [sorted(path.iterdir())]
    for group in groups:
        for file in group:
            script = name_text(file.stem).lower()
            if file.suffix.lower() != SCRIPT_SUFFIX or not file.is_file() or not is_inside(file, inside):
                continue
            if script not in found:
                found[script] = file
            elif file != found[script]:
                shown, first = (name_text(str(each.relative_to(path))) for each in (file, found[script]))
                what = f"is not read: {first} has the same name"
                diagnostics.append(Diagnostic(shown, 1, 1, WARNING, "L224", what, "give one of them another name"))
    return found


def _compile(package: Package, script: str, file: Path, shown: str, compile_text: _Compile) -> None:
    text = _read_text(file, shown)
    if isinstance(text, Diagnostic):
        package.broken[script] = [text]
        package.diagnostics.append(text)
        return
    compiled = compile_text(text, shown, injected_names(package.config))
    package.diagnostics.extend(compiled.diagnostics)
    package.sources[shown] = text
    package.references[shown] = compiled.references
    for table in compiled.tables:
        package.tables.setdefault(table.name.lower(), table)
    if compiled.program is None:
        package.broken[script] = [found for found in compiled.diagnostics if found.severity == ERROR]
    else:
        package.programs[script] = compiled.program
        if compiled.schedules:
            package.schedules[script] = compiled.schedules


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


def _read_config(path: Path) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
    """All keys of the package's config.csv files, lower case, blanks as `-`, and where each stands; later lines win."""
    values: dict[str, str] = {}
    places: dict[str, tuple[str, int]] = {}
    inside = path.resolve()
    for file in (*(folder / CONFIG_FILE for folder in folders(path, ".gbot")), path / CONFIG_FILE):
        if file.is_file() and file.stat().st_size <= SOURCE_BYTES and is_inside(file, inside):
            shown = name_text(str(file.relative_to(path)))
            for number, key, value in _config_lines(file.read_text(encoding="utf-8-sig", errors="replace")):
                values[key], places[key] = value, (shown, number)
    return values, places


def parse_config(text: str) -> dict[str, str]:
    """`name,value` lines. A value may be quoted; unquoted it reaches to the end of the line, commas included."""
    return {key: value for _, key, value in _config_lines(text)}


def _config_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Number, key and value of each line that has one."""
    for number, line in enumerate(text.splitlines(), 1):
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
            yield number, key, value


def _unquoted(value: str) -> str:
    try:
        return next(csv.reader(io.StringIO(value)), [""])[0]
    except csv.Error:  # longer than its reader takes
        return value.strip('"').replace('""', '"')


def names_around(script: Path) -> set[str]:
    """The variables that the package around a script makes; none if it is in no package, or that cannot be read."""
    for folder in script.parents:
        if folder.suffix.lower() == PACKAGE_SUFFIX:
            try:
                return injected_names(_read_config(folder)[0])
            except OSError:
                return set()
    return set()


def injected_names(config: Mapping[str, str]) -> set[str]:
    """The variables `param-*` keys make."""
    names = {key.removeprefix(_PARAMETER_PREFIX) for key in config if key.startswith(_PARAMETER_PREFIX)}
    return names | {name.replace("-", "_") for name in names}
