"""Programs and releases: stored before a session names them, deleted when nothing does."""

from __future__ import annotations

from collections.abc import Mapping

from ...ids import Digest, ReleaseId
from ...limits import CLEANUP_ROWS
from .connection import Connection


def put_release(
    connection: Connection,
    now: float,
    bot: str,
    release: ReleaseId,
    manifest: bytes,
    programs: Mapping[Digest, bytes],
) -> None:
    connection.executemany(
        "INSERT INTO programs (digest, program) VALUES (?, ?) ON CONFLICT DO NOTHING", list(programs.items())
    )
    connection.execute(
        "INSERT INTO releases (bot, release_id, manifest, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (bot, release, manifest, now),
    )
    connection.executemany(
        "INSERT INTO release_programs (bot, release_id, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(bot, release, digest) for digest in programs],
    )


def get_release(connection: Connection, bot: str, release: ReleaseId) -> bytes | None:
    row = connection.execute(
        "SELECT manifest FROM releases WHERE bot = ? AND release_id = ?", (bot, release)
    ).fetchone()
    return None if row is None else row[0]


def get_program(connection: Connection, digest: Digest) -> bytes | None:
    row = connection.execute("SELECT program FROM programs WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else row[0]


def drop_releases(connection: Connection, _now: float, bot: str, keep: ReleaseId) -> list[ReleaseId]:
    dropped = []
    for (release,) in connection.execute(
        "SELECT release_id FROM releases r WHERE bot = ? AND release_id <> ? AND NOT EXISTS "
        "(SELECT 1 FROM user_sessions s WHERE s.bot = r.bot AND s.release_id = r.release_id)",
        (bot, keep),
    ).fetchall():
        _forget_earlier(connection, bot, release)
        if connection.execute(
            "SELECT 1 FROM earlier_releases WHERE bot = ? AND release_id = ?", (bot, release)
        ).fetchone():
            continue
        connection.execute("DELETE FROM releases WHERE bot = ? AND release_id = ?", (bot, release))
        dropped.append(ReleaseId(release))
    if dropped:
        connection.execute(
            "DELETE FROM programs WHERE NOT EXISTS (SELECT 1 FROM release_programs r WHERE r.digest = programs.digest)"
        )
    return dropped


def _forget_earlier(connection: Connection, bot: str, release: str) -> None:
    """Sessions whose last kept state of a release is gone no longer hold it; a bounded number at a time."""
    connection.execute(
        "DELETE FROM earlier_releases WHERE (bot, release_id, session_row) IN ("
        " SELECT bot, release_id, session_row FROM earlier_releases e WHERE bot = ? AND release_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM states WHERE session_row = e.session_row AND release_id = e.release_id) LIMIT ?)",
        (bot, release, CLEANUP_ROWS),
    )
