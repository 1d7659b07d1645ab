"""Programs and releases: stored before a session names them, one of a bot active, deleted when nothing needs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...errors import ReleaseNotFound
from ...ids import Digest, ReleaseId, SessionId
from ...limits import CLEANUP_ROWS, RELEASES_DROPPED, SESSIONS_COUNTED
from ..abc import Known, Request
from ..releases import ANY, Activation, ActiveRelease, FromFolder, NewRelease, OtherActive, Pinned, ReleaseRow
from .connection import Connection
from .inputs import find_request, record_request

_LENT = " lent"
"""The note of a release that is another bot's. Who gives it to one of their own hides that one from lists."""
_ACTIVE = "SELECT bot, release_id, folder_release, version, activated_at FROM active_releases "
_COUNT = (
    "SELECT count(*), coalesce(sum(CASE WHEN activity <> 'idle' THEN 1 ELSE 0 END), 0) FROM "
    "(SELECT activity FROM user_sessions WHERE bot = ? AND release_id = ? AND state = 'open' LIMIT ?) AS counted"
)


# --- storing and reading -----------------------------------------------------------------------------------------


def put_release(
    connection: Connection,
    now: float,
    bot: str,
    release: ReleaseId,
    manifest: bytes,
    programs: Mapping[Digest, bytes],
) -> None:
    _put(connection, now, NewRelease(bot, release, manifest, programs))


def _put(connection: Connection, now: float, new: NewRelease) -> None:
    connection.executemany(
        "INSERT INTO programs (digest, program) VALUES (?, ?) ON CONFLICT DO NOTHING", list(new.content.items())
    )
    connection.execute(
        "INSERT INTO releases (bot, release_id, manifest, created_at, used_at, note, documents) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (bot, release_id) DO UPDATE SET used_at = excluded.used_at, "
        "note = CASE WHEN excluded.note = '' THEN releases.note ELSE excluded.note END",
        (new.bot, new.release, new.manifest, now, now, new.note, _documents(connection, now, new)),
    )
    connection.executemany(
        "INSERT INTO release_programs (bot, release_id, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(new.bot, new.release, digest) for digest in new.content],
    )


_BEFORE = """
SELECT r.documents FROM releases r
LEFT JOIN active_releases a ON a.bot = r.bot AND a.release_id = r.release_id
WHERE r.bot = ? ORDER BY a.release_id IS NULL, r.used_at DESC, r.release_id LIMIT 1
"""


def _documents(connection: Connection, now: float, new: NewRelease) -> str:
    """Digest and time of each document. A release that is stored already keeps what it has."""
    if not new.documents:
        return "{}"
    row = connection.execute(_BEFORE, (new.bot,)).fetchone()
    before = {} if row is None else json.loads(row[0])
    known = {path: since for path, (digest, since) in before.items() if digest == new.documents.get(path, b"").hex()}
    found = {path: [digest.hex(), known.get(path, now)] for path, digest in new.documents.items()}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def document_times(connection: Connection, bot: str, release: ReleaseId) -> dict[str, float]:
    row = connection.execute(
        "SELECT documents FROM releases WHERE bot = ? AND release_id = ?", (bot, release)
    ).fetchone()
    return {} if row is None else {path: since for path, (_, since) in json.loads(row[0]).items()}


def get_release(connection: Connection, bot: str, release: ReleaseId) -> bytes | None:
    row = connection.execute(
        "SELECT manifest FROM releases WHERE bot = ? AND release_id = ?", (bot, release)
    ).fetchone()
    return None if row is None else row[0]


def get_program(connection: Connection, digest: Digest) -> bytes | None:
    row = connection.execute("SELECT program FROM programs WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else row[0]


def lend_release(connection: Connection, now: float, bot: str, release: ReleaseId, to: str) -> None:
    connection.execute(
        "INSERT INTO releases (bot, release_id, manifest, created_at, used_at, note, documents) "
        "SELECT ?, release_id, manifest, ?, ?, ?, documents FROM releases WHERE bot = ? AND release_id = ? "
        "ON CONFLICT (bot, release_id) DO UPDATE SET used_at = excluded.used_at",
        (to, now, now, _LENT, bot, release),
    )
    connection.execute(
        "INSERT INTO release_programs (bot, release_id, digest) "
        "SELECT ?, release_id, digest FROM release_programs WHERE bot = ? AND release_id = ? ON CONFLICT DO NOTHING",
        (to, bot, release),
    )


# --- what is active ----------------------------------------------------------------------------------------------


def find_active(connection: Connection, bot: str, lock: str = "") -> ActiveRelease | None:
    row = connection.execute(f"{_ACTIVE}WHERE bot = ?{lock}", (bot,)).fetchone()
    return None if row is None else _to_active(row)


def list_active(connection: Connection, after: int, limit: int) -> list[ActiveRelease]:
    rows = connection.execute(_ACTIVE + "WHERE version > ? ORDER BY version LIMIT ?", (after, limit))
    return [_to_active(row) for row in rows]


def _to_active(row: Any) -> ActiveRelease:
    release, folder_release = (None if each is None else ReleaseId(each) for each in row[1:3])
    return ActiveRelease(row[0], release, folder_release, row[3], row[4])


def deploy_release(
    connection: Connection,
    now: float,
    new: NewRelease,
    activation: Activation | None,
    request: Request[ReleaseRow] | None,
    lock: str = "",
) -> ReleaseRow | OtherActive | Known:
    """`lock` is run before what is active changes: it lets those end who keep it as it is, and no others begin."""
    known = find_request(connection, now, request)
    if known is not None:
        return known
    if activation is not None:
        other = _other_active(connection, activation)
        if other is not None:
            return other
    _put(connection, now, new)
    if activation is not None:
        _activate(connection, now, activation, lock)
    row = _read_release(connection, new.bot, new.release)
    record_request(connection, now, request, row)
    return row


def activate_release(
    connection: Connection,
    now: float,
    activation: Activation,
    request: Request[ReleaseRow] | None,
    lock: str = "",
) -> ReleaseRow | OtherActive | Known | None:
    """`lock` as `deploy_release` has it."""
    known = find_request(connection, now, request)
    if known is not None:
        return known
    bot, release = activation.bot, activation.release
    if release is not None and get_release(connection, bot, release) is None:
        raise ReleaseNotFound(bot=bot, release=release)
    other = _other_active(connection, activation)
    if other is not None:
        return other
    _activate(connection, now, activation, lock)
    active = find_active(connection, bot)
    if active is None or active.release is None:
        return None
    row = _read_release(connection, bot, active.release)
    record_request(connection, now, request, row)
    return row


def _other_active(connection: Connection, activation: Activation) -> OtherActive | None:
    if activation.expected is ANY:
        return None
    active = find_active(connection, activation.bot)
    release = None if active is None else active.release
    return None if release == activation.expected else OtherActive(release)


def _activate(connection: Connection, now: float, activation: Activation, lock: str) -> None:
    bot, release = activation.bot, activation.release
    before = find_active(connection, bot)
    folder_release = None if before is None or release is None else before.folder_release
    if activation.folder is not None:
        if activation.folder is FromFolder.STARTED and release == folder_release and release is not None:
            return  # the folder is as it was; what was activated since then stays
        folder_release = release
    if before is not None and (before.release, before.folder_release) == (release, folder_release):
        return
    moment = now if before is None or before.release != release else before.activated_at
    if lock:
        connection.execute(lock)
    connection.execute(
        "INSERT INTO active_releases (bot, release_id, folder_release, version, activated_at) "
        "SELECT ?, ?, ?, coalesce(max(version), 0) + 1, ? FROM active_releases WHERE true "
        "ON CONFLICT (bot) DO UPDATE SET release_id = excluded.release_id, folder_release = excluded.folder_release, "
        "version = excluded.version, activated_at = excluded.activated_at",
        (bot, release, folder_release, moment),
    )
    for used in {release, None if before is None else before.release} - {None}:
        connection.execute("UPDATE releases SET used_at = ? WHERE bot = ? AND release_id = ?", (now, bot, used))


# --- lists -------------------------------------------------------------------------------------------------------


def list_bots(connection: Connection, after: str, limit: int) -> list[str]:
    rows = connection.execute("SELECT DISTINCT bot FROM releases WHERE bot > ? ORDER BY bot LIMIT ?", (after, limit))
    return [bot for (bot,) in rows]


def list_releases(
    connection: Connection, bot: str, limit: int, after: tuple[float, ReleaseId] | None
) -> list[ReleaseRow]:
    older = "" if after is None else "AND (created_at, release_id) < (?, ?)"
    rows = connection.execute(
        f"SELECT release_id FROM releases WHERE bot = ? AND note <> ? {older} "
        "ORDER BY created_at DESC, release_id DESC LIMIT ?",
        (bot, _LENT, *(after or ()), limit),
    ).fetchall()
    return [_read_release(connection, bot, release) for (release,) in rows]


def _read_release(connection: Connection, bot: str, release: ReleaseId) -> ReleaseRow:
    created_at, note = connection.execute(
        "SELECT created_at, note FROM releases WHERE bot = ? AND release_id = ?", (bot, release)
    ).fetchone()
    active = find_active(connection, bot)
    is_active = active is not None and active.release == release
    n_sessions, n_waiting = connection.execute(_COUNT, (bot, release, SESSIONS_COUNTED)).fetchone()
    activated_at = active.activated_at if active is not None and is_active else None
    return ReleaseRow(ReleaseId(release), created_at, note, is_active, activated_at, n_sessions, int(n_waiting))


def list_pinned(
    connection: Connection, bot: str, limit: int, release: ReleaseId | None, after: Pinned | None
) -> list[Pinned]:
    where, values = ["bot = ?", "state = 'open'"], [bot]
    if release is not None:
        where.append("release_id = ?")
        values.append(release)
    if after is not None:
        where.append("(release_id, session_id) > (?, ?)")
        values += [after.release, after.session_id]
    rows = connection.execute(
        f"SELECT release_id, session_id FROM user_sessions WHERE {' AND '.join(where)} "
        "ORDER BY release_id, session_id LIMIT ?",
        (*values, limit),
    )
    return [Pinned(ReleaseId(found), SessionId(session_id)) for found, session_id in rows]


# --- forgetting --------------------------------------------------------------------------------------------------


def drop_releases(connection: Connection, now: float, bot: str) -> list[ReleaseId]:
    retention = connection.retention
    dropped: list[ReleaseId] = []
    candidates = connection.execute(
        "SELECT release_id FROM releases r WHERE bot = ? AND used_at <= ? "
        "AND release_id NOT IN "
        "(SELECT release_id FROM releases WHERE bot = ? AND note <> ? ORDER BY used_at DESC, release_id LIMIT ?) "
        "AND NOT EXISTS (SELECT 1 FROM active_releases a WHERE a.bot = r.bot AND a.release_id = r.release_id) "
        "AND NOT EXISTS (SELECT 1 FROM user_sessions s WHERE s.bot = r.bot AND s.release_id = r.release_id) "
        "ORDER BY used_at LIMIT ?",
        (bot, now - retention.release_s, bot, _LENT, retention.releases, CLEANUP_ROWS),
    ).fetchall()
    for (release,) in candidates:
        if len(dropped) == RELEASES_DROPPED:
            break
        if _is_remembered(connection, bot, release):
            continue
        content = connection.execute(
            "SELECT digest FROM release_programs WHERE bot = ? AND release_id = ?", (bot, release)
        ).fetchall()
        connection.execute("DELETE FROM releases WHERE bot = ? AND release_id = ?", (bot, release))
        connection.executemany(
            "DELETE FROM programs WHERE digest = ? AND NOT EXISTS "
            "(SELECT 1 FROM release_programs r WHERE r.digest = programs.digest)",
            content,
        )
        dropped.append(ReleaseId(release))
    return dropped


def _is_remembered(connection: Connection, bot: str, release: str) -> bool:
    """Whether a kept state names the release. Looks at some sessions that were in it, and forgets those without such a
    state any more; more of them wait for the next step."""
    rows = connection.execute(
        "SELECT session_row, "
        "EXISTS (SELECT 1 FROM states WHERE session_row = e.session_row AND release_id = e.release_id) "
        "FROM earlier_releases e WHERE bot = ? AND release_id = ? ORDER BY session_row LIMIT ?",
        (bot, release, CLEANUP_ROWS),
    ).fetchall()
    connection.executemany(
        "DELETE FROM earlier_releases WHERE bot = ? AND release_id = ? AND session_row = ?",
        [(bot, release, session_row) for session_row, is_named in rows if not is_named],
    )
    return len(rows) == CLEANUP_ROWS or any(is_named for _, is_named in rows)
