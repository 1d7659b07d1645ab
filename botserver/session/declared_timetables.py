"""Timetables as the store keeps them, and those that the scripts of a release declare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress

from ..errors import ScriptError
from ..language.package import Package
from ..language.source import WARNING, Diagnostic
from ..limits import FILE_PATH_CHARS, TIMETABLE_LATE_S
from ..model import LOCAL
from ..store.timetables import TimetableWrite
from ..vm.values import HostValue
from .assets import Assets, safe_path
from .settings import BotConfig
from .timetable import Timetable, next_time, of_file, read_timetable
from .values import encode_value


def timetable_write(
    config: BotConfig, script: str, table: Timetable, values: bytes, now_s: float, principal: str
) -> TimetableWrite | None:
    """What the store keeps of it. None: it is a moment that is over. Raises ScriptError 4002."""
    due_at = next_time(table, now_s, config.zone)
    if due_at is None:
        raise ScriptError(4002, f'"{table.what}" never comes')
    if table.is_once and due_at < now_s - TIMETABLE_LATE_S:
        return None
    parts = json.dumps([script, str(table), values.hex(), config.text("timezone")])
    key = hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()
    return TimetableWrite(key, script, str(table), values, table.is_once, due_at, principal)


def watch_write(script: str, path: HostValue, principal: str, content: str = "") -> TimetableWrite:
    """What the store keeps of an ON CHANGE; `content` tells packages apart that hold other files there. Raises
    ScriptError 4002, 5004."""
    watched = safe_path(path) if isinstance(path, str) else ""
    if not watched or len(watched) > FILE_PATH_CHARS or not watched.isprintable():
        raise ScriptError(4002, f"ON CHANGE takes a path of 1 to {FILE_PATH_CHARS} characters that can be seen")
    key = hashlib.blake2b(json.dumps([script, path, content, "change"]).encode(), digest_size=16).hexdigest()
    values = encode_value([path])
    return TimetableWrite(key, script, str(of_file(watched)), values, principal=principal, watched=watched.lower())


def declared_timetables(assets: Assets, config: BotConfig, now_s: float) -> Iterator[TimetableWrite]:
    """What the scripts of a release declare; what cannot be read is left out, its author was told."""
    nothing = encode_value([])
    for script, paths in assets.watched.items():
        for path in paths:
            with suppress(ScriptError):
                yield watch_write(script, path, LOCAL.name, _content(assets, path))
    for script, texts in assets.schedules.items():
        for text in texts:
            try:
                write = timetable_write(config, script, read_timetable(text), nothing, now_s, LOCAL.name)
            except ScriptError:
                continue
            if write is not None:
                yield write


def _content(assets: Assets, path: str) -> str:
    """Of the files at that path or below it, "" for none."""
    wanted = safe_path(path).lower()
    found = [
        f"{name} {file.digest.hex()}"
        for name, file in sorted(assets.drive.items())
        if name.lower() == wanted or name.lower().startswith(f"{wanted}/")
    ]
    return hashlib.blake2b("\n".join(found).encode(), digest_size=16).hexdigest() if found else ""


def schedule_problems(package: Package) -> Iterator[Diagnostic]:
    """What of that cannot be read."""
    config = BotConfig(package.config)
    for script, schedules in package.schedules.items():
        for each in schedules:
            try:
                if each.is_path:
                    watch_write(script, each.text, "")
                else:
                    timetable_write(config, script, read_timetable(each.text), b"", 0.0, "")
            except ScriptError as error:
                hint = "as it stands the script runs only when it is called"
                yield Diagnostic(
                    package.shown_name(script), each.line, each.column, WARNING, "L223", error.what, hint, each.length
                )
