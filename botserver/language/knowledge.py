"""The documents of a package's knowledge bases: what there is of them, not what they say.

shop.gbkb/NAME/manual.pdf    a document of the knowledge base NAME; folders inside count too
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..limits import PACKAGE_DOCUMENT_BYTES, PACKAGE_DOCUMENTS, PACKAGE_DOCUMENTS_BYTES
from .assets import folders, is_inside, name_text
from .effects import BY_NAME
from .opcodes import Op
from .program import Program
from .source import WARNING, Diagnostic

_ASKING = frozenset(
    BY_NAME[name].number for name in ("kb_statistics", "kb_collection", "kb_documents", "kb_added", "kb_size")
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a knowledge base; the digest is of its content."""

    digest: bytes
    size_bytes: int


def ask_for_documents(programs: Iterable[Program]) -> bool:
    """Whether one of these scripts asks what there is. Without that nobody reads the documents through."""
    return any(
        instruction[0] == Op.EFFECT and instruction[2] in _ASKING
        for program in programs
        for procedure in program.procedures
        for instruction in procedure.code
    )


def read_documents(package: Path, diagnostics: list[Diagnostic]) -> dict[str, Document]:
    """The documents by knowledge base and path, such as `manuals/en/shoes.pdf`. What is too much is left out, with a
    warning."""
    found: dict[str, Document] = {}
    total = 0
    for name, file in _documents(package):
        if name in found:
            continue
        size = file.stat().st_size
        if size > PACKAGE_DOCUMENT_BYTES or total + size > PACKAGE_DOCUMENTS_BYTES or len(found) >= PACKAGE_DOCUMENTS:
            shown = name_text(str(file.relative_to(package)))
            what = f"{PACKAGE_DOCUMENT_BYTES} bytes" if size > PACKAGE_DOCUMENT_BYTES else "what a package may hold"
            diagnostics.append(Diagnostic(shown, 1, 1, WARNING, "L220", f"left out: larger than {what}"))
            continue
        total += size
        with file.open("rb") as stream:
            found[name] = Document(hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=32)).digest(), size)
    return found


def _documents(package: Path) -> Iterator[tuple[str, Path]]:
    """Name and file; of two knowledge bases whose names differ in case alone the first one's spelling counts."""
    names: dict[str, str] = {}
    inside = package.resolve()
    for folder in folders(package, ".gbkb"):
        for file in sorted(folder.rglob("*")):
            relative = file.relative_to(folder)
            is_hidden = any(part.startswith(".") for part in relative.parts)
            if len(relative.parts) < 2 or is_hidden or not file.is_file() or not is_inside(file, inside):
                continue
            base, *rest = map(name_text, relative.parts)
            yield "/".join([names.setdefault(base.lower(), base), *rest]), file
