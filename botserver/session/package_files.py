"""Packages that come as files in a request: put into a folder of their own, read as any other, and the folder goes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from ..errors import BadField
from ..language.folders import PACKAGE_SUFFIX
from ..language.package import Package
from ..language.source import ERROR, Diagnostic
from ..limits import CHECKED_FILES
from .package_check import check_package

Problem: TypeAlias = Diagnostic


async def read_files(name: str, files: Mapping[str, bytes], name_field: str) -> Package:
    """The package of these files, compiled on a thread, with all that is wrong with it. Raises BadField."""
    if len(files) > CHECKED_FILES:
        raise BadField("files", f"has {len(files)} entries, at most {CHECKED_FILES}")
    paths = {_path(path, "files"): data for path, data in files.items()}
    return await asyncio.to_thread(_read, _bot(name, name_field), paths)


def is_error(problem: Problem) -> bool:
    """Whether a script does not compile for it."""
    return problem.severity == ERROR


def _path(text: str, field: str) -> PurePosixPath:
    """A path that stays in its package. Raises BadField."""
    parts = text.split("/")
    is_plain = all(part not in ("", ".", "..") and len(part) <= 200 for part in parts) and len(parts) <= 20
    if not is_plain or any(ch in "\\:" or ord(ch) < 32 for ch in text):
        raise BadField(field, f"has the path {text[:80]!r}", hint="paths such as shop.gbdialog/start.bas")
    return PurePosixPath(text)


def _bot(text: str, field: str) -> str:
    """The bot of a package: what people can read and write in a line. Raises BadField."""
    bot = text.removesuffix(PACKAGE_SUFFIX)
    is_plain = bot.isprintable() and not any(ch in "/\\:" for ch in bot)
    if not 0 < len(bot) <= 200 or not is_plain or bot != bot.strip() or bot.startswith("."):
        raise BadField(field, f"{text[:80]!r} cannot be the name of a bot", hint="letters and digits, such as shop")
    return bot


def _read(name: str, files: Mapping[PurePosixPath, bytes]) -> Package:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / f"{name}{PACKAGE_SUFFIX}"
        package.mkdir()
        try:
            for path, data in files.items():
                target = package / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        except OSError as error:  # a file and a folder of one name, or a name the system does not take
            raise BadField("files", f"cannot be a package: {error.strerror}") from error
        return check_package(package)
