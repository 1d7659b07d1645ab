"""Memory of bots and of users: values by key, with versions that rise with every write."""

from __future__ import annotations

from ...errors import MemoryRevisionMismatch
from ...limits import CACHE_BYTES, CACHE_KEYS, CLEANUP_ROWS, EXPIRED_MEMORY_S
from ..abc import Known, MemoryArea, MemoryValue, Request, TurnCommit
from .connection import Connection
from .inputs import find_request, record_request

_BOT = """
INSERT INTO bot_memories (bot, key, value, version, updated_at) VALUES (?, ?, ?, 1, ?)
ON CONFLICT (bot, key) DO UPDATE SET
    value = excluded.value, version = bot_memories.version + 1, updated_at = excluded.updated_at
"""
_USER = """
INSERT INTO user_memories (holder, area, key, value, version, expires_at) VALUES (?, ?, ?, ?, 1, ?)
ON CONFLICT (holder, area, key) DO UPDATE SET
    value = excluded.value, version = user_memories.version + 1, expires_at = excluded.expires_at
"""
_TRIM = """
DELETE FROM user_memories WHERE holder = ? AND area = ? AND key IN (
    SELECT key FROM (
        SELECT key, count(*) OVER newest AS n, sum(length(value)) OVER newest AS size
        FROM user_memories WHERE holder = ? AND area = ?
        WINDOW newest AS (ORDER BY expires_at DESC, key ROWS UNBOUNDED PRECEDING)
    ) AS kept WHERE n > ? OR size > ?
)
"""
_IS_THERE = "value IS NOT NULL AND (expires_at IS NULL OR expires_at > ?)"


def write_memory(connection: Connection, now: float, commit: TurnCommit) -> None:
    if commit.memory:
        connection.executemany(_BOT, [(write.bot, write.key, write.value, now) for write in commit.memory])
    if commit.user_memory:
        connection.executemany(
            _USER,
            [
                (write.user, write.area.value, write.key, write.value, _end_of(now, write.value, write.expires_in_s))
                for write in commit.user_memory
            ],
        )
        area = MemoryArea.CACHE
        for holder in sorted({write.user for write in commit.user_memory if write.area is area}):
            connection.execute(_TRIM, (holder, area.value, holder, area.value, CACHE_KEYS, CACHE_BYTES))


def _end_of(now: float, value: bytes | None, expires_in_s: float | None) -> float | None:
    if value is None:
        return now
    return None if expires_in_s is None else now + expires_in_s


def moved_memory(connection: Connection, commit: TurnCommit) -> dict[tuple[str, str], MemoryValue | None]:
    """Bot memory the turn rests on that is another now."""
    moved = {}
    for write in commit.memory:
        if write.read_version is not None:
            value = read_memory(connection, write.bot, write.key)
            if (value.version if value else 0) != write.read_version:
                moved[write.bot, write.key] = value
    return moved


def moved_user_memory(connection: Connection, now: float, commit: TurnCommit) -> frozenset[tuple[str, str, str]]:
    """Likewise of users."""
    moved = set()
    for write in commit.user_memory:
        if write.read_version is not None:
            value = read_user_memory(connection, now, write.user, write.area, write.key)
            if (value.version if value else 0) != write.read_version:
                moved.add((write.user, write.area.value, write.key))
    return frozenset(moved)


def read_memory(connection: Connection, bot: str, key: str) -> MemoryValue | None:
    row = connection.execute("SELECT value, version FROM bot_memories WHERE bot = ? AND key = ?", (bot, key)).fetchone()
    return None if row is None else MemoryValue(row[0], row[1])


def put_memory(
    connection: Connection,
    now: float,
    bot: str,
    key: str,
    value: bytes,
    absent: bytes,
    expected_revision: int | None,
    request: Request[MemoryValue] | None,
) -> MemoryValue | Known:
    known = find_request(connection, now, request)
    if known is not None:
        return known
    before = read_memory(connection, bot, key)
    revision = 0 if before is None or before.value == absent else before.version
    if expected_revision not in (None, revision):
        raise MemoryRevisionMismatch(what=repr(key), revision=revision, expected=expected_revision)
    if before is None and value == absent:
        written = MemoryValue(value, 0)
    else:
        row = connection.execute(f"{_BOT} RETURNING version", (bot, key, value, now)).fetchone()
        written = MemoryValue(value, row[0])
        # Writing holds the row: whoever wrote between our look at it and this is seen now, and the write is undone.
        if expected_revision is not None and written.version != (before.version if before else 0) + 1:
            raise MemoryRevisionMismatch(what=repr(key), revision=written.version - 1, expected=expected_revision)
    record_request(connection, now, request, written)
    return written


def list_memory(
    connection: Connection, bot: str, prefix: str, after: str, absent: bytes, limit: int
) -> list[tuple[str, MemoryValue]]:
    found = connection.execute(
        "SELECT key, value, version FROM bot_memories "
        "WHERE bot = ? AND key > ? AND substr(key, 1, ?) = ? AND value <> ? ORDER BY key LIMIT ?",
        (bot, after, len(prefix), prefix, absent, limit),
    ).fetchall()
    return [(key, MemoryValue(bytes(value), version)) for key, value, version in found]


def read_user_memory(connection: Connection, now: float, user: str, area: MemoryArea, key: str) -> MemoryValue | None:
    row = connection.execute(
        f"SELECT value, version FROM user_memories WHERE holder = ? AND area = ? AND key = ? AND {_IS_THERE}",
        (user, area.value, key, now),
    ).fetchone()
    return None if row is None else MemoryValue(row[0], row[1])


def list_user_memory(
    connection: Connection, now: float, user: str, area: MemoryArea, limit: int
) -> list[tuple[str, MemoryValue]]:
    found = connection.execute(
        f"SELECT key, value, version FROM user_memories WHERE holder = ? AND area = ? AND {_IS_THERE}"
        " ORDER BY key LIMIT ?",
        (user, area.value, now, limit),
    ).fetchall()
    return [(key, MemoryValue(value, version)) for key, value, version in found]


def forget_expired(connection: Connection, now: float) -> int:
    """One bounded step; how many went."""
    return connection.execute(
        "DELETE FROM user_memories WHERE (holder, area, key) IN "
        "(SELECT holder, area, key FROM user_memories WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        (now - EXPIRED_MEMORY_S, CLEANUP_ROWS),
    ).rowcount


def forget_user(connection: Connection, user: str) -> None:
    connection.execute("DELETE FROM user_memories WHERE holder = ?", (user,))
