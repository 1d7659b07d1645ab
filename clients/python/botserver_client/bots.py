"""Bots in the client: which there are, their memory, whether a package is sound. `releases` is beside it.

Each call is a function that makes the request and says how to read the response, as in `calls`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .arguments import value as wire_value
from .calls import Call, fresh_id, page_of
from .pb import bot_pb2 as pb
from .results import Page, free_value


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that can be talked to."""

    bot: str
    release: str


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """A value of a bot's memory; None with revision 0 if there is none."""

    key: str
    value: Any
    revision: int


@dataclass(frozen=True, slots=True)
class PackageProblem:
    """A mistake in a package, or something that is surely not meant."""

    file: str
    line: int
    column: int
    is_error: bool
    code: str
    message: str
    hint: str


def list_bots(*, page_size: int = 0, page_token: str = "") -> Call[Page[Bot]]:
    """The bots that can be talked to, by name."""
    request = pb.ListBotsRequest(page_size=page_size, page_token=page_token)
    return Call("ListBots", request, page_of("bots", lambda wire: Bot(wire.bot, wire.release)))


def get_bot_memory(bot: str, key: str) -> Call[MemoryEntry]:
    """One value of a bot's memory."""
    request = pb.GetBotMemoryRequest(bot=bot, key=key)
    return Call("GetBotMemory", request, lambda response: _to_entry(response.entry))


def set_bot_memory(
    bot: str, key: str, value: Any, *, expected_revision: int | None = None, request_id: str | None = None
) -> Call[MemoryEntry]:
    """Write one value, as JSON has them; with `expected_revision` only if it is at that one, 0: if there is none."""
    request = pb.SetBotMemoryRequest(
        bot=bot,
        key=key,
        value=wire_value("value", value),
        expected_revision=expected_revision,
        request_id=request_id or fresh_id(),
    )
    return Call("SetBotMemory", request, lambda response: _to_entry(response.entry))


def delete_bot_memory(
    bot: str, key: str, *, expected_revision: int | None = None, request_id: str | None = None
) -> Call[None]:
    """Remove one value."""
    request = pb.DeleteBotMemoryRequest(
        bot=bot, key=key, expected_revision=expected_revision, request_id=request_id or fresh_id()
    )
    return Call("DeleteBotMemory", request, lambda response: None)


def list_bot_memory(bot: str, *, prefix: str = "", page_size: int = 0, page_token: str = "") -> Call[Page[MemoryEntry]]:
    """The values of a bot's memory, by key."""
    request = pb.ListBotMemoryRequest(bot=bot, prefix=prefix, page_size=page_size, page_token=page_token)
    return Call("ListBotMemory", request, page_of("entries", _to_entry))


def check_package(name: str, files: Mapping[str, bytes] | Path) -> Call[list[PackageProblem]]:
    """All problems of a package: its files by path, or the folder that has them."""
    request = pb.CheckPackageRequest(name=name, files=files_of(files))
    return Call("CheckPackage", request, lambda response: [to_problem(each) for each in response.problems])


def _to_entry(wire: pb.BotMemoryEntry) -> MemoryEntry:
    value = free_value(wire.value) if wire.HasField("value") else None
    return MemoryEntry(wire.key, value, wire.revision)


def files_of(files: Mapping[str, bytes] | Path) -> Mapping[str, bytes]:
    """The files of a package by path; of a folder without those whose name, or a folder's on their way, begins with a
    dot."""
    if not isinstance(files, Path):
        return files
    found = {path.relative_to(files): path for path in sorted(files.rglob("*")) if path.is_file()}
    shown = {path: file for path, file in found.items() if not any(part.startswith(".") for part in path.parts)}
    return {path.as_posix(): file.read_bytes() for path, file in shown.items()}


def to_problem(wire: pb.PackageProblem) -> PackageProblem:
    is_error = wire.severity == pb.PackageProblem.SEVERITY_ERROR
    return PackageProblem(wire.file, wire.line, wire.column, is_error, wire.code, wire.message, wire.hint)
