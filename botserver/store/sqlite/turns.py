"""Committing turns on SQLite: the plain ones of a batch by a few statements for all of them, the others one by one.

A fifth of a turn's time is the way into a statement, so each table is written once for the whole batch. Only the row of
a session is written turn by turn: that statement looks at the fences too. A turn it refuses is left to the job that
says why. When another statement fails, all is undone and each turn is tried alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ...errors import StoredDataCorrupt
from ..abc import CommitResult, Committed, TurnCommit
from ..sql import turns as one_by_one
from ..sql.inputs import EXPIRE_REPLY, FORGET_ID, RECORD_ID
from ..sql.kept import PUT_STATE
from ..sql.plain import apart
from ..sql.rows import PUT_MESSAGE, from_message, from_standing
from .file import JobConnection

_REFUSALS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, OverflowError)
"""The driver's errors that a turn alone is to blame for; the last is for numbers of more than 64 bits."""

_GO_ON = """
UPDATE user_sessions SET
    activity = ?, waiting_for = ?, memory_bytes = ?, owner = ?, extra = ?, revision = revision + 1,
    small_revision = revision + 1, accepted = accepted + 1, consumed = accepted + 1,
    first_seq = max(first_seq, last_seq + ? - ?), last_seq = last_seq + ?, message_count = message_count + ?,
    fuel_total = fuel_total + ?, updated_at = ?, expires_at = ? + ttl_s
WHERE session_id = ? AND state = 'open' AND revision = ? AND small_revision = revision AND release_id = ?
  AND accepted = consumed AND last_seq = ? AND claim_expires_at IS NULL AND timer_at IS NULL
RETURNING session_row, revision, epoch, accepted, first_seq, expires_at
"""
_NOTHING = bytearray()
"""The driver looks for an adapter of each value of a type that it does not know by heart, and among those is bytes, but
not bytearray: 2,300 machine instructions a value."""
_TRIM_STATES = "DELETE FROM states WHERE session_row = ? AND revision <= ? AND name = ''"
_TRIM_MESSAGES = "DELETE FROM conversations WHERE session_row = ? AND seq < ?"


class _Seen(Exception):
    """A message id is there already."""


def commit_turns(connection: JobConnection, now: float, commits: Sequence[TurnCommit]) -> list[CommitResult]:
    results: list[CommitResult | None] = [None] * len(commits)
    short = [at for at in apart(commits) if _is_short(commits[at])]
    if short:
        connection.execute("SAVEPOINT turns")
        try:
            written = _at_once(connection, now, [commits[at] for at in short])
        except (*_REFUSALS, _Seen, StoredDataCorrupt, ValueError):
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


def _at_once(connection: JobConnection, now: float, commits: Sequence[TurnCommit]) -> list[Committed | None]:
    """None for a turn that was not written. Raises whatever makes the whole of it unwritten."""
    retention = connection.retention
    results: list[Committed | None] = []
    ids, said, states, unneeded, unknown, expired, forgotten = [], [], [], [], [], [], []
    for commit in commits:
        state, accept, messages = commit.state, commit.accept, commit.messages
        assert state is not None
        assert accept is not None
        seq, count = messages[0].seq, len(messages)
        *standing, extra = from_standing(commit.standing)
        standing.append(bytearray(extra))
        row = connection.execute(
            _GO_ON,
            (
                *standing[1:],
                count + 1,
                retention.messages,
                count,
                count,
                commit.fuel,
                now,
                now,
                commit.session_id,
                commit.expected_revision,
                standing[0],
                seq - 1,
            ),
        ).fetchone()
        if row is None:
            results.append(None)
            continue
        session_row, revision, epoch, number, first_seq, expires_at = row
        results.append(Committed(revision, epoch, number, now, expires_at, None))
        reply = commit.replies.get(accept.message_id)
        told = None if reply is None else bytearray(reply)
        ids.append((session_row, number, accept.message_id, bytearray(accept.content), now, told))
        said += [from_message(session_row, message) for message in messages]
        states.append((session_row, "", revision, bytearray(state.root), _NOTHING, now, *standing))
        if revision > retention.turns:
            unneeded.append((session_row, revision - retention.turns))
        if first_seq > 1:
            unknown.append((session_row, first_seq))
        if number > retention.messages:
            expired.append((session_row, number - retention.messages))
        if number > retention.message_ids:
            forgotten.append((session_row, number - retention.message_ids))
    if connection.executemany(RECORD_ID, ids).rowcount not in (-1, len(ids)):
        raise _Seen
    for statement, rows in (
        (PUT_MESSAGE, said),
        (PUT_STATE, states),
        (_TRIM_STATES, unneeded),
        (_TRIM_MESSAGES, unknown),
        (EXPIRE_REPLY, expired),
        (FORGET_ID, forgotten),
    ):
        if rows:
            connection.executemany(statement, rows)
    return results
