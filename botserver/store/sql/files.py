"""Files that scripts wrote."""

from __future__ import annotations

from ...limits import FILES, FILES_BYTES
from ..abc import TurnCommit
from ..files import FileInfo, FilesUsed
from .connection import Connection

_INFO = "folded, path, size_bytes, modified_at, version, is_gone"
_PUT = """
INSERT INTO bot_files (bot, folded, path, size_bytes, modified_at, version, is_gone, data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (bot, folded) DO UPDATE SET
    path = excluded.path, size_bytes = excluded.size_bytes, modified_at = excluded.modified_at,
    version = bot_files.version + 1, is_gone = excluded.is_gone, data = excluded.data
"""


def write_files(connection: Connection, now: float, bot: str, commit: TurnCommit) -> None:
    # A file that is made again after it was deleted must not have a version it had before.
    first_version = int(now * 1e6)
    for write in commit.files:
        if write.data is None and not write.hides:
            connection.execute("DELETE FROM bot_files WHERE bot = ? AND folded = ?", (bot, write.folded))
            continue
        data, is_gone = (b"", 1) if write.data is None else (write.data, 0)
        connection.execute(_PUT, (bot, write.folded, write.path, len(data), now, first_version, is_gone, data))


def moved_files(connection: Connection, bot: str, commit: TurnCommit) -> frozenset[tuple[str, str]]:
    """Files the turn rests on that are others now, with their bot."""
    moved = set()
    for write in commit.files:
        if write.read_version is not None:
            found = find_file(connection, bot, write.folded)
            if (found.version if found else 0) != write.read_version:
                moved.add((bot, write.folded))
    return frozenset(moved)


def have_file_room(connection: Connection, bot: str, commit: TurnCommit) -> bool:
    """Whether the bot may have what a turn wants to write; asked again because others write meanwhile."""
    written = [(write.folded, len(write.data)) for write in commit.files if write.data is not None]
    if not written:
        return True
    files, size_bytes = count_files(connection, bot)
    for folded, new_bytes in written:
        known = find_file(connection, bot, folded)
        files += known is None
        size_bytes += new_bytes - (known.size_bytes if known else 0)
    return files <= FILES and size_bytes <= FILES_BYTES


def find_file(connection: Connection, bot: str, folded: str) -> FileInfo | None:
    row = connection.execute(f"SELECT {_INFO} FROM bot_files WHERE bot = ? AND folded = ?", (bot, folded)).fetchone()
    return None if row is None else _info(row)


def read_file(connection: Connection, bot: str, folded: str) -> bytes | None:
    row = connection.execute(
        "SELECT data FROM bot_files WHERE bot = ? AND folded = ? AND is_gone = 0", (bot, folded)
    ).fetchone()
    return None if row is None else bytes(row[0])


def list_files(connection: Connection, bot: str, prefix: str, limit: int) -> list[FileInfo]:
    found = connection.execute(
        f"SELECT {_INFO} FROM bot_files WHERE bot = ? AND substr(folded, 1, ?) = ? ORDER BY folded LIMIT ?",
        (bot, len(prefix), prefix, limit),
    ).fetchall()
    return [_info(row) for row in found]


def count_files(connection: Connection, bot: str) -> FilesUsed:
    files, size = connection.execute(
        "SELECT count(*), coalesce(sum(size_bytes), 0) FROM bot_files WHERE bot = ?", (bot,)
    ).fetchone()
    return FilesUsed(files, int(size))


def _info(row: tuple[str, str, int, float, int, int]) -> FileInfo:
    return FileInfo(*row[:5], bool(row[5]))
