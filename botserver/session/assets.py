"""What a release holds beside programs and configuration: knowledge bases, files and templates of its package. Of the
documents of knowledge bases it knows size and digest, and only if its scripts ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..errors import ScriptError
from ..ids import Digest
from ..language.assets import TemplateRow
from ..language.knowledge import Document
from ..language.package import Package

FILE_FOLDERS = ("gbdrive", "gbdata")
"""Where files of a package are looked for, in this order."""
_SHOWN_CHARS = 200  # of a path, in a message


def safe_path(path: str) -> str:
    """A path inside the drive, "" for none. Raises ScriptError 5004 for one that leaves it."""
    parts = path.strip().replace("\\", "/").split("/")
    if parts != [""] and (".." in parts or not parts[0] or parts[0].endswith(":")):
        raise ScriptError(5004, f'"{path[:_SHOWN_CHARS]}" leaves the package')
    return "/".join(part for part in parts if part not in ("", "."))


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package; the store has its content under the digest."""

    digest: Digest
    size_bytes: int


@dataclass(frozen=True)
class Assets:
    """What a release holds beside programs and configuration. Files are named as in `language/assets.py`."""

    kbs: tuple[str, ...] = ()
    files: Mapping[str, PackageFile] = field(default_factory=dict)
    templates: Mapping[str, tuple[TemplateRow, ...]] = field(default_factory=dict)
    schedules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Texts of the SET SCHEDULE that scripts declare, by script."""
    watched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Paths of the ON CHANGE that scripts declare, by script."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """As `language/knowledge.py` names them."""

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {path.lower(): path for path in reversed(list(self.files))}

    @cached_property
    def drive(self) -> Mapping[str, PackageFile]:
        """The files as scripts name them: without the folder, of two with one name the first folder's."""
        found: dict[str, PackageFile] = {}
        for folder in FILE_FOLDERS:
            for path, file in self.files.items():
                if path.startswith(f"{folder}/"):
                    found.setdefault(path.removeprefix(f"{folder}/"), file)
        return found

    def find_file(self, path: str, folders: Sequence[str] = FILE_FOLDERS) -> PackageFile | None:
        """The package file of a path inside one of the folders, the first that has it; any case if none is exact.

        Raises ScriptError 5004 for a path that leaves the package.
        """
        wanted = safe_path(path)
        if not wanted:
            return None
        for folder in folders:
            found = f"{folder}/{wanted}"
            found = found if found in self.files else self._paths.get(found.lower(), "")
            if found:
                return self.files[found]
        return None

    def document_digests(self) -> dict[str, Digest]:
        """By path."""
        return {path: Digest(each.digest) for path, each in self.documents.items()}

    def parts(self) -> dict[str, object]:
        """For the manifest. What few packages have is there only if they have it."""
        documents = {path: [each.digest.hex(), each.size_bytes] for path, each in self.documents.items()}
        some = {"schedules": self.schedules, "watched": self.watched, "documents": documents}
        return {
            **{name: dict(sorted(found.items())) for name, found in some.items() if found},
            "kbs": self.kbs,
            "files": {path: [file.digest.hex(), file.size_bytes] for path, file in sorted(self.files.items())},
            "templates": {
                name: [[row.kind, row.name, row.value] for row in rows] for name, rows in sorted(self.templates.items())
            },
        }


def assets_of(package: Package) -> Assets:
    files = {path: PackageFile(digest_of(data), len(data)) for path, data in package.files.items()}
    schedules, watched = _declared(package, are_paths=False), _declared(package, are_paths=True)
    return Assets(
        tuple(sorted(package.kbs)), dict(sorted(files.items())), package.templates, schedules, watched,
        package.documents,
    )  # fmt: skip


def _declared(package: Package, *, are_paths: bool) -> dict[str, tuple[str, ...]]:
    found = {
        name: tuple(each.text for each in declared if each.is_path == are_paths)
        for name, declared in package.schedules.items()
    }
    return {name: texts for name, texts in found.items() if texts}


def assets_from(parts: Mapping[str, Any]) -> Assets:
    """Of a manifest."""
    files = {path: PackageFile(Digest(bytes.fromhex(digest)), size) for path, (digest, size) in parts["files"].items()}
    templates = {name: tuple(TemplateRow(*row) for row in rows) for name, rows in parts["templates"].items()}
    schedules, watched = (
        {name: tuple(texts) for name, texts in parts.get(key, {}).items()} for key in ("schedules", "watched")
    )
    documents = {
        path: Document(bytes.fromhex(digest), size) for path, (digest, size) in parts.get("documents", {}).items()
    }
    return Assets(tuple(parts["kbs"]), files, templates, schedules, watched, documents)


def digest_of(data: bytes) -> Digest:
    """The name of a file's content."""
    return Digest(hashlib.blake2b(data, digest_size=32).digest())
