"""Timetables of bots: who runs without a user, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ...ids import ReleaseId, SessionId
from ...limits import CLEANUP_ROWS, TIMETABLE_GAP_S, TIMETABLE_KEPT_S, TIMETABLES, TIMETABLES_ONCE
from ..abc import AliasOpen, Opening, OpenResult
from ..releases import OtherActive
from ..timetables import TimetableCount, TimetableDue, TimetableWrite
from .connection import Connection
from .releases import find_active
from .sessions import open_session

_PUT = """
INSERT INTO timetables (bot, timetable_key, principal, script, timetable, arguments, is_declared, is_once, due_at,
    visible_at, watched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (bot, timetable_key) DO UPDATE SET
    is_declared = CASE WHEN excluded.is_declared = 1 THEN 1 ELSE timetables.is_declared END
"""
_COUNT = """
SELECT coalesce(sum(1 - is_once), 0), coalesce(sum(is_once), 0) FROM timetables WHERE bot = ? AND is_declared = 0
"""


def declare_timetables(
    connection: Connection, now: float, bot: str, release: ReleaseId | None, declared: Sequence[TimetableWrite]
) -> None:
    active = find_active(connection, bot)
    if release != (None if active is None else active.release):
        return
    keys = {write.key for write in declared}
    known = connection.execute(
        "SELECT timetable_key, script, watched FROM timetables WHERE bot = ? AND is_declared = 1", (bot,)
    ).fetchall()
    gone = [row for row in known if row[0] not in keys]
    gone_keys = [(bot, key) for key, _, _ in gone]
    connection.executemany("DELETE FROM timetables WHERE bot = ? AND timetable_key = ?", gone_keys)
    _put(connection, bot, declared, is_declared=True)
    changed = {(script, watched) for _, script, watched in gone if watched}
    keys -= {row[0] for row in known}
    for write in declared:
        if write.key in keys and (write.script, write.watched) in changed:
            _make_due(connection, bot, write.key, now)


def files_changed(connection: Connection, now: float, bot: str, session_id: SessionId, paths: Iterable[str]) -> None:
    """Let those be due that watch these folded paths, or a folder of them. What a run of one writes is no change for
    any: two that write what the other watches would run for ever.

    One that is due already is written too, if with nothing new: who fires it beside this is in the way then, and one of
    the two begins again. Else its run might read the file as it was before, and nobody would know of the change."""
    watched = {"/".join(parts[:n]) for parts in (path.split("/") for path in paths) for n in range(1, len(parts) + 1)}
    found = connection.execute(
        "SELECT timetable_key, watched, due_at, visible_at FROM timetables WHERE bot = ? AND watched <> '' "
        "AND NOT EXISTS (SELECT 1 FROM timetables o JOIN user_sessions s ON o.timetable_key = s.alias "
        "WHERE s.session_id = ? AND o.bot = ? AND o.watched <> '')",
        (bot, session_id, bot),
    ).fetchall()
    for key, path, due_at, visible_at in found:
        if path not in watched:
            continue
        if visible_at is None:
            _make_due(connection, bot, key, max(now, due_at + TIMETABLE_GAP_S))
        else:
            _set_times(connection, bot, key, due_at, visible_at)


def _make_due(connection: Connection, bot: str, key: str | None, at: float) -> None:
    _set_times(connection, bot, key, at, at)


def _set_times(connection: Connection, bot: str, key: str | None, due_at: float, visible_at: float | None) -> None:
    connection.execute(
        "UPDATE timetables SET due_at = ?, visible_at = ? WHERE bot = ? AND timetable_key = ?",
        (due_at, visible_at, bot, key),
    )


def write_timetables(connection: Connection, bot: str, writes: Sequence[TimetableWrite]) -> None:
    """What a turn staged, in order."""
    for write in writes:
        if write.key is not None:
            _put(connection, bot, (write,), is_declared=False)
        else:
            connection.execute(
                "DELETE FROM timetables WHERE bot = ? AND script = ? AND is_declared = 0", (bot, write.script)
            )


def _put(connection: Connection, bot: str, writes: Sequence[TimetableWrite], *, is_declared: bool) -> None:
    connection.executemany(
        _PUT,
        [
            (
                *(bot, write.key, write.principal, write.script, write.timetable, write.arguments),
                *(int(is_declared), int(write.is_once)),
                *((0.0, None) if write.watched else (write.due_at, write.due_at)),
                write.watched,
            )
            for write in writes
        ],
    )


def count_timetables(connection: Connection, bot: str, besides: Collection[str] = ()) -> TimetableCount:
    others = f" AND timetable_key NOT IN ({', '.join('?' * len(besides))})" if besides else ""
    return TimetableCount(*connection.execute(_COUNT + others, (bot, *besides)).fetchone())


def have_timetable_room(connection: Connection, bot: str, writes: Sequence[TimetableWrite]) -> bool:
    """Whether the bot may have what a turn wants to write; asked again because others write meanwhile."""
    new = {write.key: write.is_once for write in writes if write.key is not None}
    if not new:
        return True
    count, once = count_timetables(connection, bot, tuple(new)), sum(new.values())
    return count.repeated + len(new) - once <= TIMETABLES and count.once + once <= TIMETABLES_ONCE


def next_timetable_at(connection: Connection, bots: Collection[str]) -> float | None:
    at: float | None = connection.execute(
        f"SELECT min(visible_at) FROM timetables WHERE {_of(bots)} AND visible_at IS NOT NULL", tuple(bots)
    ).fetchone()[0]
    return at


def _of(bots: Collection[str]) -> str:
    return f"bot IN ({', '.join('?' * len(bots))})"


def take_timetables(
    connection: Connection, now: float, bots: Collection[str], limit: int, lease_s: float
) -> list[TimetableDue]:
    found = connection.execute(
        "SELECT bot, timetable_key, principal, script, timetable, arguments, due_at FROM timetables "
        f"WHERE {_of(bots)} AND visible_at <= ? ORDER BY visible_at LIMIT ?",
        (*bots, now, limit),
    ).fetchall()
    connection.executemany(
        "UPDATE timetables SET visible_at = ? WHERE bot = ? AND timetable_key = ?",
        [(now + lease_s, row[0], row[1]) for row in found],
    )
    return [TimetableDue(*row) for row in found]


def fire_timetable(
    connection: Connection, now: float, due: TimetableDue, next_at: float | None, opening: Opening | None
) -> OpenResult | None:
    found = connection.execute(
        "SELECT watched FROM timetables WHERE bot = ? AND timetable_key = ? AND due_at = ? AND visible_at IS NOT NULL",
        (due.bot, due.key, due.due_at),
    ).fetchone()
    if found is None:
        return None
    result = None if opening is None else open_session(connection, now, opening)
    waits = found[0] != "" and isinstance(result, AliasOpen)  # what changed is seen to by the next run
    if not isinstance(result, OtherActive) and not waits:
        _set_times(connection, due.bot, due.key, due.due_at if next_at is None else next_at, next_at)
    return result


def forget_over(connection: Connection, now: float) -> int:
    """One bounded step; how many went."""
    return connection.execute(
        "DELETE FROM timetables WHERE (bot, timetable_key) IN (SELECT bot, timetable_key FROM timetables "
        "WHERE visible_at IS NULL AND is_declared = 0 AND watched = '' AND due_at <= ? ORDER BY due_at LIMIT ?)",
        (now - TIMETABLE_KEPT_S, CLEANUP_ROWS),
    ).rowcount
