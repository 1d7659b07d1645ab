"""Committing turns. Each turn of a batch stands in its own savepoint; all fences are looked at before anything is
written, so a refused turn costs two reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ...errors import StoredDataCorrupt
from ...limits import ENDED_SESSION_S, KEPT_MESSAGES
from ..abc import (
    CommitResult,
    Committed,
    DueKind,
    Lost,
    MemoryMoved,
    MemoryValue,
    TurnCommit,
    Unwritable,
)
from .inputs import find_message, find_request, record_message_id, record_request
from .kept import drop_unreferenced, misses_large_objects, put_large_objects, put_state, repeat_state, trim_states
from .rows import (
    NOT_DUE,
    PUT_MESSAGE,
    SET_DUE,
    find_session,
    from_digests,
    from_message,
    from_standing,
    read_session,
)

_FENCES = """
SELECT session_row, state, revision, epoch, accepted, consumed, first_seq, last_seq, message_count, fuel_total,
       release_id, family, bot, ttl_s, expires_at, timer_at, claim_expires_at
FROM user_sessions WHERE session_id = ? AND state <> 'deleted'
"""
_UPDATE = """
UPDATE user_sessions SET
    activity = ?, waiting_for = ?, memory_bytes = ?, owner = ?, extra = ?, revision = ?, epoch = ?, accepted = ?,
    consumed = ?, first_seq = ?, last_seq = ?, message_count = ?, fuel_total = ?, updated_at = ?, expires_at = ?,
    timer_at = ?, claim_expires_at = ?
WHERE session_row = ?
"""
_MEMORY = """
INSERT INTO bot_memories (bot, key, value, version, updated_at) VALUES (?, ?, ?, 1, ?)
ON CONFLICT (bot, key) DO UPDATE SET value = excluded.value, version = version + 1, updated_at = excluded.updated_at
"""
_REPLY = """
UPDATE message_ids SET reply = ? WHERE session_row = ? AND message_id = ? AND reply IS NULL AND expired = 0
"""


def commit_turns(connection: sqlite3.Connection, now: float, commits: Sequence[TurnCommit]) -> list[CommitResult]:
    return [_commit_alone(connection, now, commit) for commit in commits]


def _commit_alone(connection: sqlite3.Connection, now: float, commit: TurnCommit) -> CommitResult:
    connection.execute("SAVEPOINT turn")
    try:
        result = _commit(connection, now, commit)
    except (
        sqlite3.IntegrityError,
        sqlite3.DataError,
        sqlite3.ProgrammingError,
        StoredDataCorrupt,
        ValueError,
    ) as error:
        connection.execute("ROLLBACK TO turn")
        result = Unwritable(str(error))
    connection.execute("RELEASE turn")
    return result


def _commit(connection: sqlite3.Connection, now: float, commit: TurnCommit) -> CommitResult:
    row = connection.execute(_FENCES, (commit.session_id,)).fetchone()
    if row is None:
        return Lost(None)
    session_row, state, revision, epoch, accepted, consumed = row[:6]
    first_seq, last_seq, message_count, fuel_total, release, family, bot, ttl_s, expires_at, timer_at, claim_at = row[
        6:
    ]
    accept = commit.accept
    claim_is_in_the_way = not commit.fence and (
        commit.expected_epoch != epoch if claim_at is not None else commit.expected_epoch is not None
    )
    if (
        state != "open"
        or revision != commit.expected_revision
        or claim_is_in_the_way
        or (accept is not None and accepted != consumed)
    ):
        known = accept and find_message(connection, session_row, accept.message_id, accept.content)
        return (
            known or find_request(connection, now, commit.request) or Lost(find_session(connection, commit.session_id))
        )
    known = find_request(connection, now, commit.request)
    if known is not None:
        return known
    moved = _moved_memory(connection, commit)
    if moved:
        return MemoryMoved(moved)
    if misses_large_objects(connection, session_row, revision, commit):
        return Unwritable("the state refers to large objects that are not stored")

    if accept is not None:
        accepted += 1
        reply = commit.replies.get(accept.message_id)
        if not record_message_id(connection, now, session_row, accepted, accept.message_id, accept.content, reply):
            return find_message(connection, session_row, accept.message_id, accept.content) or Lost(None)
    upto = accepted if accept is not None or commit.end_reason is not None else commit.consumed
    if upto is not None and upto != consumed:
        if not consumed <= upto <= accepted:
            raise ValueError(f"inputs up to {upto} cannot be consumed, {consumed} of {accepted} are")
        _consume(connection, session_row, upto, is_last=upto == accepted, waited=accept is None)
        consumed = upto
    for message_id, reply in commit.replies.items():
        if accept is None or message_id != accept.message_id:
            connection.execute(_REPLY, (reply, session_row, message_id))

    if commit.messages:
        if [message.seq for message in commit.messages] != list(
            range(last_seq + 1, last_seq + 1 + len(commit.messages))
        ):
            raise ValueError(f"messages do not go on from seq {last_seq}")
        connection.executemany(PUT_MESSAGE, [from_message(session_row, message) for message in commit.messages])
        last_seq += len(commit.messages)
        message_count += len(commit.messages)
        if last_seq - KEPT_MESSAGES >= first_seq:
            first_seq = last_seq - KEPT_MESSAGES + 1
            connection.execute("DELETE FROM conversations WHERE session_row = ? AND seq < ?", (session_row, first_seq))
    if commit.memory:
        connection.executemany(_MEMORY, [(write.bot, write.key, write.value, now) for write in commit.memory])

    put_large_objects(connection, family, commit.new_large)
    gone: list[bytes] = []
    if claim_at is not None:
        gone += [
            large
            for (large,) in connection.execute(
                "DELETE FROM calls WHERE session_row = ? RETURNING large", (session_row,)
            ).fetchall()
        ]
        claim_at = None
        if commit.call is None:
            connection.execute(NOT_DUE, (session_row, DueKind.CLAIM.value))
    if commit.fence:
        epoch += 1
    if commit.call is not None:
        epoch += 1
        claim_at = now + commit.claim_s
        _put_call(connection, session_row, commit, claim_at)
    else:
        revision += 1
        if commit.state is not None:
            put_state(connection, session_row, revision, commit.state, commit.standing, now)
        else:
            repeat_state(connection, session_row, revision, commit.standing, now)
        gone += trim_states(connection, session_row, revision)

    if not commit.keep_timer:
        timer_at = _set_timer(connection, now, session_row, timer_at, commit.timer_in_s)
    if commit.touch:
        expires_at = now + ttl_s
    standing = from_standing(commit.standing)
    connection.execute(
        _UPDATE,
        (*standing[1:], revision, epoch, accepted, consumed, first_seq, last_seq, message_count,
         fuel_total + commit.fuel, now, expires_at, timer_at, claim_at, session_row),
    )  # fmt: skip
    if commit.standing.release != release:
        _move_to_release(connection, session_row, bot, release, commit.standing.release)
    if commit.end_reason is not None:
        timer_at = None
        _end(connection, now, session_row, commit.end_reason.value)
    if any(gone):
        drop_unreferenced(connection, family, gone, commit.state.large if commit.state else ())
    if commit.request is not None:
        record_request(connection, now, commit.request, read_session(connection, session_row))
    return Committed(revision, epoch, accepted, now, expires_at, timer_at)


def _moved_memory(connection: sqlite3.Connection, commit: TurnCommit) -> dict[tuple[str, str], MemoryValue | None]:
    moved = {}
    for write in commit.memory:
        if write.read_version is not None:
            value = read_memory(connection, write.bot, write.key)
            if (value.version if value else 0) != write.read_version:
                moved[write.bot, write.key] = value
    return moved


def read_memory(connection: sqlite3.Connection, bot: str, key: str) -> MemoryValue | None:
    row = connection.execute("SELECT value, version FROM bot_memories WHERE bot = ? AND key = ?", (bot, key)).fetchone()
    return None if row is None else MemoryValue(row[0], row[1])


def _consume(connection: sqlite3.Connection, session_row: int, upto: int, *, is_last: bool, waited: bool) -> None:
    if waited:
        connection.execute("DELETE FROM inputs WHERE session_row = ? AND number <= ?", (session_row, upto))
        if is_last:
            connection.execute(NOT_DUE, (session_row, DueKind.INPUT.value))


def _put_call(connection: sqlite3.Connection, session_row: int, commit: TurnCommit, claim_at: float) -> None:
    call, state = commit.call, commit.state
    if call is None or state is None or commit.end_reason is not None:
        raise ValueError("a call needs a state and an open session")
    connection.execute(
        "INSERT INTO calls (session_row, root, large, call_key, effect, arguments, turn) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session_row, state.root, from_digests(state.large), call.key, call.effect, call.arguments, call.turn),
    )
    connection.execute(SET_DUE, (session_row, DueKind.CLAIM.value, claim_at, claim_at))


def _set_timer(
    connection: sqlite3.Connection, now: float, session_row: int, timer_at: float | None, in_s: float | None
) -> float | None:
    if in_s is not None:
        connection.execute(SET_DUE, (session_row, DueKind.TIMER.value, now + in_s, now + in_s))
        return now + in_s
    if timer_at is not None:
        connection.execute(NOT_DUE, (session_row, DueKind.TIMER.value))
    return None


def _move_to_release(connection: sqlite3.Connection, session_row: int, bot: str, before: str, after: str) -> None:
    connection.execute("UPDATE user_sessions SET release_id = ? WHERE session_row = ?", (after, session_row))
    connection.execute(
        "INSERT INTO earlier_releases (bot, release_id, session_row) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (bot, before, session_row),
    )


def _end(connection: sqlite3.Connection, now: float, session_row: int, reason: str) -> None:
    connection.execute(
        "UPDATE user_sessions SET state = 'ended', ended_at = ?, end_reason = ?, timer_at = NULL WHERE session_row = ?",
        (now, reason, session_row),
    )
    connection.execute("DELETE FROM due WHERE session_row = ?", (session_row,))
    connection.execute(SET_DUE, (session_row, DueKind.CLEANUP.value, now + ENDED_SESSION_S, now + ENDED_SESSION_S))
