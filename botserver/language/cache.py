"""Compiled scripts in a folder, so that a script that did not change is not compiled again.

An entry is found by a digest over the source, its name, the names its package injects, and the compiler itself. What is
read back is believed as little as a program from a store: the entry has a digest, the program is verified, and whatever
is wrong with it means that the script is compiled. A folder that others can write is not used at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path, PurePath

from ..errors import ProgramCorrupt, ProgramTooNew
from ..limits import CACHED_PROGRAMS
from .declarations import ColumnDeclaration, Compiled, Reference, ScheduleDeclaration, TableDeclaration, Wanted
from .late import compile_script
from .program import decode_program
from .source import Diagnostic
from .verifier import verify

_MAGIC = b"BSC1"
_DIGEST_BYTES = 32
_SUFFIX = ".bsc"


class ProgramCache:
    """Entries of one folder, made when it is first written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._n_written = 0

    def compile(self, text: str, file: str, injected: Collection[str] = ()) -> Compiled:
        """As `compile_script`, from the folder if it is there."""
        path = self._folder / f"{_key(text, file, injected)}{_SUFFIX}"
        found = self._read(path, file)
        if found is not None:
            return found
        compiled = compile_script(text, file, injected)
        self._write(path, compiled)
        return compiled

    def _read(self, path: Path, file: str) -> Compiled | None:
        try:
            with path.open("rb") as stream:
                if not _is_ours(stream.fileno()):
                    return None
                data = stream.read()
            return _decode(data, file)
        except (OSError, ValueError, KeyError, TypeError, ProgramCorrupt, ProgramTooNew):
            return None

    def _write(self, path: Path, compiled: Compiled) -> None:
        """A folder that cannot be written is a cache that is always empty."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours(self._folder):
                return
            handle, name = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(_encode(compiled))
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._n_written += 1
            if self._n_written % 100 == 1:
                self._tidy()
        except OSError:
            return

    def _tidy(self) -> None:
        """Remove the oldest entries when there are too many."""
        entries = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[: max(0, len(entries) - CACHED_PROGRAMS)]:
            entry.unlink(missing_ok=True)


def open_cache(environment: Mapping[str, str]) -> ProgramCache | None:
    """The cache of this user: in the folder BOTSERVER_CACHE, none if that says `off`."""
    named = environment.get("BOTSERVER_CACHE", "")
    if named.lower() == "off":
        return None
    if named:
        return ProgramCache(Path(named))
    try:
        caches = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        return None
    return ProgramCache(Path(caches) / "botserver")


def _is_ours(place: Path | int) -> bool:
    """Whether nobody else could have written it. Where there are no owners, nobody else can."""
    if not hasattr(os, "geteuid"):
        return True
    found = os.stat(place)  # noqa: PTH116  # of a path or of an open file
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@cache
def _compiler_stamp() -> bytes:
    """What the compiler is made of, as far as the system's records tell."""
    digest = hashlib.blake2b(digest_size=16)
    for folder in (Path(__file__).parent, Path(__file__).parent / "keywords"):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".lark")):
                found = entry.stat()
                digest.update(f"{entry.name}/{found.st_size}/{found.st_mtime_ns}\n".encode())
    limits = Path(__file__).parents[1] / "limits.py"
    digest.update(limits.read_bytes())
    return digest.digest()


def _key(text: str, file: str, injected: Collection[str]) -> str:
    parts = json.dumps([file, sorted(injected), text], ensure_ascii=True).encode()
    return hashlib.blake2b(_compiler_stamp() + parts, digest_size=20).hexdigest()


def _encode(compiled: Compiled) -> bytes:
    head = json.dumps(
        {
            "diagnostics": [asdict(found) for found in compiled.diagnostics],
            "references": [asdict(found) for found in compiled.references],
            "tables": [asdict(found) for found in compiled.tables],
            "schedules": [asdict(found) for found in compiled.schedules],
            "has_program": compiled.program is not None,
        }
    ).encode()
    body = len(head).to_bytes(4, "little") + head + (compiled.program.encoded if compiled.program else b"")
    return _MAGIC + hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest() + body


def _decode(data: bytes, file: str) -> Compiled:
    """Raises what it finds wrong."""
    start = len(_MAGIC) + _DIGEST_BYTES
    digest, body = data[len(_MAGIC) : start], data[start:]
    if data[: len(_MAGIC)] != _MAGIC or digest != hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest():
        raise ValueError("not an entry")
    end = 4 + int.from_bytes(body[:4], "little")
    head = json.loads(body[4:end])
    diagnostics = [Diagnostic(**found) for found in head["diagnostics"]]
    references = tuple(Reference(**{**found, "wanted": Wanted(found["wanted"])}) for found in head["references"])
    tables = tuple(
        TableDeclaration(**{**found, "columns": tuple(ColumnDeclaration(**column) for column in found["columns"])})
        for found in head["tables"]
    )
    schedules = tuple(ScheduleDeclaration(**found) for found in head["schedules"])
    if not head["has_program"]:
        return Compiled(None, diagnostics, references, tables, schedules)
    program = decode_program(body[end:])
    verify(program)
    if program.file != PurePath(file).name:
        raise ValueError("the program of another script")
    return Compiled(program, diagnostics, references, tables, schedules)
