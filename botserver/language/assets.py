"""What a package holds beside scripts and configuration: knowledge bases, files, session templates.

    shop.gbkb/NAME/              a knowledge base
    shop.gbdrive/, shop.gbdata/  files that scripts read
    shop.gbot/templates/NAME.csv a session template: rows of kind, name, value

A link that leads out of the package is not followed, hidden files do not count.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadPackage
from ..limits import (
    PACKAGE_FILE_BYTES,
    PACKAGE_FILES,
    PACKAGE_FILES_BYTES,
    PACKAGE_KBS,
    TEMPLATE_BYTES,
    TEMPLATE_ROWS,
    TEMPLATES,
)
from .source import ERROR, WARNING, Diagnostic

TEMPLATE_KINDS = frozenset(("kb", "tool", "context", "variable", "suggestion", "prompt"))
_FILE_FOLDERS = (".gbdrive", ".gbdata")


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """What a template adds to a session: `kind` is one of TEMPLATE_KINDS."""

    kind: str
    name: str
    value: str


def folders(package: Path, suffix: str) -> list[Path]:
    """The folders of a package whose names end in `suffix`, by name."""
    return sorted(child for child in package.iterdir() if child.is_dir() and child.suffix.lower() == suffix)


def is_inside(file: Path, package: Path) -> bool:
    """A link must not make a file outside the package readable to its scripts, or to their errors."""
    return file.resolve().is_relative_to(package)


def name_text(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8, as a file system may have them, become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def read_kbs(package: Path) -> tuple[str, ...]:
    """The names of the knowledge bases, as spelled, each once in any case."""
    names: dict[str, str] = {}
    inside = package.resolve()
    for folder in folders(package, ".gbkb"):
        for child in sorted(folder.iterdir()):
            if child.is_dir() and not child.name.startswith(".") and is_inside(child, inside):
                name = name_text(child.name)
                names.setdefault(name.lower(), name)
    if len(names) > PACKAGE_KBS:
        raise BadPackage(path=package, what=f"it has {len(names)} knowledge bases, at most {PACKAGE_KBS} are read")
    return tuple(names.values())


def read_files(package: Path, diagnostics: list[Diagnostic]) -> dict[str, bytes]:
    """The files of drive and data folders by path, such as `gbdrive/logo.png`. What is too large is left out, with a
    warning."""
    found: dict[str, bytes] = {}
    total = 0
    for name, file in _files(package):
        shown = name_text(str(file.relative_to(package)))
        size = file.stat().st_size
        if size > PACKAGE_FILE_BYTES or total + size > PACKAGE_FILES_BYTES or len(found) >= PACKAGE_FILES:
            what = f"{PACKAGE_FILE_BYTES} bytes" if size > PACKAGE_FILE_BYTES else "what a package may hold"
            diagnostics.append(Diagnostic(shown, 1, 1, WARNING, "L220", f"left out: larger than {what}"))
            continue
        with file.open("rb") as stream:
            data = stream.read(PACKAGE_FILE_BYTES)
        total += len(data)
        found[name] = data
    return found


def _files(package: Path) -> Iterator[tuple[str, Path]]:
    seen: set[str] = set()
    inside = package.resolve()
    for suffix in _FILE_FOLDERS:
        for folder in folders(package, suffix):
            for file in sorted(folder.rglob("*")):
                relative = file.relative_to(folder)
                name = f"{suffix[1:]}/{name_text(relative.as_posix())}"
                if name in seen or any(part.startswith(".") for part in relative.parts) or not file.is_file():
                    continue
                if is_inside(file, inside):
                    seen.add(name)
                    yield name, file


def read_templates(package: Path, diagnostics: list[Diagnostic]) -> dict[str, tuple[TemplateRow, ...]]:
    """The session templates by lower-case name. A row that is none is reported and left out."""
    found: dict[str, tuple[TemplateRow, ...]] = {}
    inside = package.resolve()
    for folder in folders(package, ".gbot"):
        for file in sorted((folder / "templates").glob("*")):
            name = name_text(file.stem).lower()
            if file.suffix.lower() != ".csv" or name in found or not file.is_file() or not is_inside(file, inside):
                continue
            shown = name_text(str(file.relative_to(package)))
            if len(found) >= TEMPLATES or file.stat().st_size > TEMPLATE_BYTES:
                what = f"a template has at most {TEMPLATE_BYTES} bytes, a package at most {TEMPLATES} of them"
                diagnostics.append(Diagnostic(shown, 1, 1, ERROR, "L120", what))
                continue
            text = file.read_text(encoding="utf-8-sig", errors="replace")
            found[name] = tuple(_rows(text, shown, diagnostics))
    return found


def _rows(text: str, shown: str, diagnostics: list[Diagnostic]) -> Iterator[TemplateRow]:
    reader = csv.reader(io.StringIO(text))
    count = 0
    try:
        for cells in reader:
            first = [cell.strip() for cell in cells[:3]]
            is_header = count == 0 and [cell.lower() for cell in first] == ["kind", "name", "value"]
            if not any(first) or first[0].startswith("#") or is_header:
                continue
            count += 1
            kind, name = first[0].lower(), first[1] if len(first) > 1 else ""
            if count > TEMPLATE_ROWS:
                what = f"a template has at most {TEMPLATE_ROWS} rows"
                diagnostics.append(Diagnostic(shown, reader.line_num, 1, ERROR, "L120", what))
                return
            if kind not in TEMPLATE_KINDS:
                what = f'"{first[0][:40]}" is no kind of a row'
                hint = f"one of {', '.join(sorted(TEMPLATE_KINDS))}"
                diagnostics.append(Diagnostic(shown, reader.line_num, 1, ERROR, "L120", what, hint))
                continue
            yield TemplateRow(kind, name, cells[2] if len(cells) > 2 else "")
    except csv.Error as error:
        diagnostics.append(Diagnostic(shown, reader.line_num, 1, ERROR, "L120", f"is no CSV: {error}"))
