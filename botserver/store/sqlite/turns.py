"""Committing turns on SQLite: the plain ones of a batch by a few statements, the others one by one.

The driver takes as long on the way into a statement and out of it as SQLite takes to run it. So plain turns are written
by compiled code (`_speedups/…/turn_rows.pyx`) where that can reach the SQLite behind the driver. Where it cannot,
`_at_once` does the same in Python, each table written once for the whole batch; it is the specification too.

First it is looked whether the session stands where the turn began. If not, the turn is left to the job that says why.
When a statement fails, all is undone and each turn is tried alone.
"""

from __future__ import annotations

import _sqlite3
import importlib
import os
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import StoredDataCorrupt
from ...limits import Retention
from ..abc import CommitResult, Committed, TurnCommit
from ..sql import turns as one_by_one
from ..sql.inputs import EXPIRE_REPLY, FORGET_ID, PUT_ID
from ..sql.kept import PUT_STATE
from ..sql.plain import apart
from ..sql.rows import PUT_MESSAGE, from_message, from_standing, suggestions_json
from .file import JobConnection, connect


def _import_compiled() -> Any:
    """None where the reference VM is asked for, or nothing is built so far; without a VM no server starts."""
    if os.environ.get("BOTSERVER_VM") == "reference":
        return None
    try:
        return importlib.import_module("botserver_speedups.turn_rows")
    except ModuleNotFoundError as error:
        if error.name not in ("botserver_speedups", "botserver_speedups.turn_rows"):
            raise
    return None


_compiled = _import_compiled()
_REFUSALS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, OverflowError)
"""The driver's errors that a turn alone is to blame for; the last is for numbers of more than 64 bits."""

_STANDS = """
SELECT session_row, epoch, accepted, first_seq, ttl_s FROM user_sessions
WHERE session_id = ? AND state = 'open' AND revision = ? AND small_revision = revision AND release_id = ?
  AND accepted = consumed AND last_seq = ? AND claim_expires_at IS NULL AND timer_at IS NULL
"""
_GO_ON = """
UPDATE user_sessions SET
    activity = ?, waiting_for = ?, memory_bytes = ?, owner = ?, extra = ?, revision = ?, small_revision = ?,
    accepted = ?, consumed = ?, first_seq = ?, last_seq = ?, message_count = message_count + ?,
    fuel_total = fuel_total + ?, updated_at = ?, expires_at = ?
WHERE session_row = ?
"""
_NOTHING = bytearray()
"""The driver looks for an adapter of each value of a type that it does not know by heart, and among those is bytes, but
not bytearray: 2,300 machine instructions a value."""
_PUT_NEW_ID = f"{PUT_ID} VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (session_row, message_id) DO NOTHING"
_TRIM_STATES = "DELETE FROM states WHERE session_row = ? AND revision <= ? AND name = ''"
_TRIM_MESSAGES = "DELETE FROM conversations WHERE session_row = ? AND seq < ?"
STATEMENTS = (
    *(_STANDS, _GO_ON, _PUT_NEW_ID, PUT_MESSAGE, PUT_STATE),
    *(_TRIM_STATES, _TRIM_MESSAGES, EXPIRE_REPLY, FORGET_ID),
)
"""Of plain turns, in the order in which the compiled code knows them."""

_ERRORS: dict[int | None, type[sqlite3.Error]] = {
    **dict.fromkeys((2, 12), sqlite3.InternalError),
    **dict.fromkeys((1, 3, 4, 5, 6, 8, 9, 10, 13, 14, 15, 16, 17), sqlite3.OperationalError),
    **dict.fromkeys((19, 20), sqlite3.IntegrityError),
    18: sqlite3.DataError,
    21: sqlite3.InterfaceError,
    None: sqlite3.DatabaseError,
}
"""What the driver raises for SQLite's primary codes (https://sqlite.org/rescode.html)."""


class _Seen(Exception):
    """A message id is there already."""


def connect_for_turns(path: Path | None, retention: Retention | None) -> JobConnection:
    """A connection on which compiled code writes plain turns, if that is there and reaches the driver's SQLite."""
    opening = partial(connect, path, retention)
    if _compiled is None or not _compiled.find(getattr(_sqlite3, "__file__", "")):
        return opening()
    connection: JobConnection
    connection, connection.turn_rows = _compiled.opened(opening, STATEMENTS, _ERRORS, Committed, suggestions_json)
    return connection


def commit_turns(connection: JobConnection, now: float, commits: Sequence[TurnCommit]) -> list[CommitResult]:
    results: list[CommitResult | None] = [None] * len(commits)
    short = [at for at in apart(commits) if _is_short(commits[at])]
    if short:
        connection.execute("SAVEPOINT turns")
        try:
            written = _write(connection, now, [commits[at] for at in short])
        except (*_REFUSALS, _Seen, StoredDataCorrupt, ValueError, TypeError):  # the last is for values of another type
            connection.execute("ROLLBACK TO turns")
        else:
            for at, result in zip(short, written, strict=True):
                results[at] = result
        connection.execute("RELEASE turns")
    rest = [at for at, result in enumerate(results) if result is None]
    if rest:
        others = one_by_one.commit_turns(connection, now, [commits[at] for at in rest], _REFUSALS)
        for at, other in zip(rest, others, strict=True):
            results[at] = other
    return [result for result in results if result is not None]


def _is_short(commit: TurnCommit) -> bool:
    """Of the plain ones: a message is accepted and answered, and nothing else happens."""
    state, accept = commit.state, commit.accept
    return (
        state is not None
        and not state.large
        and accept is not None
        and commit.touch
        and commit.timer_in_s is None
        and not (commit.memory or commit.deliver)
        and commit.replies.keys() <= {accept.message_id}
        and len(commit.messages) > 0
    )


def _write(connection: JobConnection, now: float, commits: Sequence[TurnCommit]) -> list[Committed | None]:
    rows, kept = connection.turn_rows, connection.retention
    if rows is None:
        return _at_once(connection, now, commits)
    written = rows.write(commits, now, kept.turns, kept.messages, kept.message_ids)
    if written is None:
        raise _Seen
    return written


def _at_once(connection: JobConnection, now: float, commits: Sequence[TurnCommit]) -> list[Committed | None]:
    """None for a turn that was not written. Raises whatever makes the whole of it unwritten."""
    retention = connection.retention
    results: list[Committed | None] = []
    rows, ids, said, states, unneeded, unknown, expired, forgotten = [], [], [], [], [], [], [], []
    for commit in commits:
        state, accept, messages = commit.state, commit.accept, commit.messages
        assert state is not None
        assert accept is not None
        release, *standing, extra = from_standing(commit.standing)
        standing.append(bytearray(extra))
        revision, last_seq = commit.expected_revision + 1, messages[0].seq - 1
        row = connection.execute(_STANDS, (commit.session_id, revision - 1, release, last_seq)).fetchone()
        if row is None:
            results.append(None)
            continue
        session_row, epoch, number, first_seq, ttl_s = row
        number, last_seq, expires_at = number + 1, last_seq + len(messages), now + ttl_s
        kept_seq = max(first_seq, last_seq + 1 - retention.messages)
        results.append(Committed(revision, epoch, number, now, expires_at, None))
        changed = (revision, revision, number, number, kept_seq, last_seq, len(messages), commit.fuel, now, expires_at)
        rows.append((*standing, *changed, session_row))
        reply = commit.replies.get(accept.message_id)
        told = None if reply is None else bytearray(reply)
        ids.append((session_row, number, accept.message_id, bytearray(accept.content), now, told))
        said += [from_message(session_row, message) for message in messages]
        states.append((session_row, "", revision, bytearray(state.root), _NOTHING, now, release, *standing))
        if revision > retention.turns:
            unneeded.append((session_row, revision - retention.turns))
        if kept_seq > first_seq:
            unknown.append((session_row, kept_seq))
        if number > retention.messages:
            expired.append((session_row, number - retention.messages))
        if number > retention.message_ids:
            forgotten.append((session_row, number - retention.message_ids))
    if connection.executemany(_PUT_NEW_ID, ids).rowcount not in (-1, len(ids)):
        raise _Seen
    for statement, values in (
        (_GO_ON, rows),
        (PUT_MESSAGE, said),
        (PUT_STATE, states),
        (_TRIM_STATES, unneeded),
        (_TRIM_MESSAGES, unknown),
        (EXPIRE_REPLY, expired),
        (FORGET_ID, forgotten),
    ):
        if values:
            connection.executemany(statement, values)
    return results
