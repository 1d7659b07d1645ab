"""What a store promises about files that scripts write: by bot and path, over the files of the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class FileWrite:
    """A staged write of a bot's file. Paths are the engine's; they are known by `folded`. `data` None deletes, and
    with `hides` keeps a mark that the file is gone. `read_version` as in MemoryWrite."""

    folded: str
    path: str
    data: bytes | None
    hides: bool = False
    read_version: int | None = None


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file, or with `is_gone` the mark that one is gone. `version` rises with every write, and never comes twice."""

    folded: str
    path: str
    size_bytes: int
    modified_at: float
    version: int
    is_gone: bool = False


class FilesUsed(NamedTuple):
    """What the files of a bot take, marks included."""

    files: int
    size_bytes: int


class FileStore(Protocol):
    async def find_file(self, bot: str, folded: str) -> FileInfo | None: ...

    async def read_file(self, bot: str, folded: str) -> bytes | None:
        """None if there is none, or it is gone."""
        ...

    async def list_files(self, bot: str, prefix: str, limit: int) -> list[FileInfo]:
        """Those whose folded path begins so, in the order of these, marks included."""
        ...

    async def count_files(self, bot: str) -> FilesUsed: ...
