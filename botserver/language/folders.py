"""Where packages are: a path somebody gave, as the packages it means. Reads folder names only."""

from __future__ import annotations

from pathlib import Path

from ..errors import BadPackage

PACKAGE_SUFFIX = ".gbai"
SCRIPT_SUFFIX = ".bas"


def is_package(path: Path) -> bool:
    return path.suffix.lower() == PACKAGE_SUFFIX and path.is_dir()


def find_packages(path: Path) -> list[Path]:
    """The packages of a folder, sorted by name; the path itself if it is a package or a script, the package around
    it if it is in one.

    Raises BadPackage when there is nothing at `path`, or no package in it.
    """
    if not path.exists():
        raise BadPackage(path=path, what="no such file or folder")
    if path.is_dir() and not is_package(path):  # `.` may be one, or a folder of one
        around = [folder for folder in (path.resolve(), *path.resolve().parents) if is_package(folder)]
        if around:
            return around[:1]
    if is_package(path) or (path.is_file() and path.suffix.lower() == SCRIPT_SUFFIX):
        return [path]
    if path.is_file():
        raise BadPackage(path=path, what="neither a package nor a script (.bas)")
    found = sorted(child for child in path.iterdir() if is_package(child))
    if not found:
        raise BadPackage(path=path, what=f"no package (NAME{PACKAGE_SUFFIX}) in this folder")
    return found
