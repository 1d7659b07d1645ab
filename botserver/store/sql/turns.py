"""Committing turns. Each turn of a batch stands in its own savepoint; all fences are looked at before anything is
written, so a refused turn costs two reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...errors import LimitReached, SessionEnded, StoredDataCorrupt
from ...ids import SessionId
from ..abc import (
    CommitResult,
    Committed,
    DueKind,
    Lost,
    MemoryMoved,
    Opened,
    Opening,
    TurnCommit,
    Unwritable,
)
from ..sends import Send
from .analytics import put_analytics
from .connection import Connection
from .deliveries import put_deliveries
from .desk import apply_write, leave_desk, put_priorities, refused_write
from .files import have_file_room, moved_files, write_files
from .inputs import OF_ID, find_message, find_request, have_room, put_send, record_message_id, record_request
from .kept import (
    drop_unreferenced,
    have_no_large,
    misses_large_objects,
    put_large_objects,
    put_state,
    repeat_state,
    trim_states,
)
from .memory import moved_memory, moved_user_memory, write_memory
from .notes import put_notes
from .notices import put_notices
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
from .sessions import open_session
from .tables import moved_rows, write_rows
from .tags import put_tags
from .timetables import files_changed, have_timetable_room, write_timetables

_FENCES = """
SELECT session_row, state, revision, epoch, accepted, consumed, first_seq, last_seq, message_count, fuel_total,
       release_id, family, bot, ttl_s, expires_at, timer_at, claim_expires_at, small_revision
FROM user_sessions WHERE session_id = ? AND state <> 'deleted'"""
_UPDATE = """
UPDATE user_sessions SET
    activity = ?, waiting_for = ?, memory_bytes = ?, owner = ?, extra = ?, revision = ?, epoch = ?, accepted = ?,
    consumed = ?, first_seq = ?, last_seq = ?, message_count = ?, fuel_total = ?, updated_at = ?, expires_at = ?,
    timer_at = ?, claim_expires_at = ?, small_revision = ?
WHERE session_row = ?
"""
_REPLY = f"UPDATE message_ids SET reply = ? WHERE {OF_ID} AND reply IS NULL AND expired = 0"


def commit_turns(
    connection: Connection,
    now: float,
    commits: Sequence[TurnCommit],
    refusals: tuple[type[Exception], ...],
    lock: str = "",
) -> list[CommitResult]:
    """`refusals` are the driver's errors that a turn alone is to blame for. `lock` goes where the row of a session is
    looked at: who accepts its inputs has the row first, so whoever writes it last would have them wait for each other.
    """
    refusals = (*refusals, StoredDataCorrupt, ValueError)
    return [_commit_alone(connection, now, commit, refusals, lock) for commit in commits]


def _commit_alone(
    connection: Connection, now: float, commit: TurnCommit, refusals: tuple[type[Exception], ...], lock: str
) -> CommitResult:
    connection.execute("SAVEPOINT turn")
    try:
        result = _commit(connection, now, commit, lock)
    except _NotOpened:
        connection.execute("ROLLBACK TO turn")
        result = Lost(find_session(connection, commit.session_id))
    except refusals as error:
        connection.execute("ROLLBACK TO turn")
        result = Unwritable(str(error))
    connection.execute("RELEASE turn")
    return result


class _NotOpened(Exception):
    """A session that the turn opens cannot be opened now."""


class _Row(NamedTuple):
    """The columns of _FENCES: what a commit looks at and goes on from."""

    session_row: int
    state: str
    revision: int
    epoch: int
    accepted: int
    consumed: int
    first_seq: int
    last_seq: int
    message_count: int
    fuel_total: int
    release_id: str
    family: str
    bot: str
    ttl_s: float
    expires_at: float
    timer_at: float | None
    claim_expires_at: float | None
    small_revision: int


def _commit(connection: Connection, now: float, commit: TurnCommit, lock: str) -> CommitResult:
    found = connection.execute(_FENCES + lock, (commit.session_id,)).fetchone()
    if found is None:
        return Lost(None)
    row = _Row._make(found)
    refusal = _refusal(connection, now, row, commit)
    if refusal is not None:
        return refusal

    accepted, bot = row.accepted, commit.bot or row.bot
    accept = commit.accept
    if accept is not None:
        accepted += 1
        reply = commit.replies.get(accept.message_id)
        if not record_message_id(connection, now, row.session_row, accepted, accept.message_id, accept.content, reply):
            return find_message(connection, row.session_row, accept.message_id, accept.content) or Lost(None)
    consumed = _consume(connection, row, accepted, commit)
    for message_id, reply in commit.replies.items():
        if accept is None or message_id != accept.message_id:
            connection.execute(_REPLY, (reply, *(row.session_row, message_id) * 2))
    first_seq = _put_messages(connection, row, commit)
    if commit.deliver:
        put_deliveries(connection, now, row.session_row, commit.messages)
    if commit.analytics:
        put_analytics(connection, row.session_row, commit.analytics)
    if commit.memory or commit.user_memory:
        write_memory(connection, now, commit)
    if commit.tables or commit.rows:
        write_rows(connection, now, bot, commit)

    if commit.files:
        write_files(connection, now, bot, commit)
        files_changed(connection, now, bot, commit.session_id, [write.folded for write in commit.files])
    if commit.timetables:
        write_timetables(connection, bot, commit.timetables)

    put_large_objects(connection, row.family, commit.state, commit.new_large)
    gone = [] if row.claim_expires_at is None else _end_claim(connection, row.session_row)
    revision, epoch, claim_expires_at = row.revision, row.epoch + commit.fence, None
    if commit.call is not None:
        epoch += 1
        claim_expires_at = now + commit.claim_s
        _put_call(connection, row.session_row, commit, claim_expires_at)
    else:
        revision += 1
        if commit.state is not None:
            put_state(connection, row.session_row, revision, commit.state, commit.standing, now)
        else:
            repeat_state(connection, row.session_row, revision, commit.standing, now)
        gone += trim_states(connection, row.session_row, revision)

    timer_at = row.timer_at
    if not commit.keep_timer:
        timer_at = _set_timer(connection, now, row.session_row, row.timer_at, commit.timer_in_s)
    expires_at = now + row.ttl_s if commit.touch else row.expires_at
    connection.execute(
        _UPDATE,
        (
            *from_standing(commit.standing)[1:],
            revision,
            epoch,
            accepted,
            consumed,
            first_seq,
            row.last_seq + len(commit.messages),
            row.message_count + len(commit.messages),
            row.fuel_total + commit.fuel,
            now,
            expires_at,
            timer_at,
            claim_expires_at,
            _small_revision(connection, row, revision, commit),
            row.session_row,
        ),
    )
    if commit.notes:
        put_notes(connection, now, row.session_row, commit.notes)
    if commit.tags:
        put_tags(connection, row.session_row, commit.tags)
    if commit.notices:
        put_notices(connection, now, row.session_row, commit.notices)
    for opening in commit.openings:
        _open_child(connection, now, opening)
    for send in commit.sends:
        number = put_send(connection, now, send)
        accepted = number if send.session_id == commit.session_id else accepted
    if commit.desk is not None:
        apply_write(connection, now, row.session_row, commit.desk, row.last_seq)
    if commit.priorities:
        put_priorities(connection, now, row.session_row, commit.priorities)
    if commit.standing.release != row.release_id:
        _move_to_release(connection, row, commit.standing.release)
    if commit.end_reason is not None:
        timer_at = None
        leave_desk(connection, now, row.session_row)
        _end(connection, now, row.session_row, commit.end_reason.value)
        let_children_end(connection, now, commit.session_id)
    if any(gone):
        drop_unreferenced(connection, row.family, gone, commit.state.large if commit.state else ())
    if commit.request is not None:
        record_request(connection, now, commit.request, read_session(connection, row.session_row))
    return Committed(revision, epoch, accepted, now, expires_at, timer_at)


def _refusal(connection: Connection, now: float, row: _Row, commit: TurnCommit) -> CommitResult | None:
    """Why a turn may not be written. A repeat is told so even where it also lost."""
    accept = commit.accept
    if row.claim_expires_at is None:
        holds_what_stands = commit.expected_epoch is None
    else:
        holds_what_stands = commit.expected_epoch == row.epoch
    if (
        row.state != "open"
        or row.revision != commit.expected_revision
        or not (holds_what_stands or commit.fence)
        or (commit.fence and commit.messages and commit.messages[0].seq != row.last_seq + 1)  # a call began meanwhile
        or (accept is not None and row.accepted != row.consumed)
    ):
        known = accept and find_message(connection, row.session_row, accept.message_id, accept.content)
        known = known or find_request(connection, now, commit.request)
        return known or Lost(find_session(connection, commit.session_id))
    known = find_request(connection, now, commit.request)
    if known is not None:
        return known
    bot = commit.bot or row.bot
    moved = moved_memory(connection, commit)
    users = moved_user_memory(connection, now, commit)
    rows = moved_rows(connection, bot, commit) if commit.tables or commit.rows else frozenset()
    files = moved_files(connection, bot, commit)
    if moved or rows or users or files:
        return MemoryMoved(moved, rows, users, files)
    desk_moved = refused_write(connection, row.session_row, commit.desk)
    if desk_moved is not None:
        return desk_moved
    if not (
        have_room(connection, _to_others(commit))
        and have_timetable_room(connection, bot, commit.timetables)
        and have_file_room(connection, bot, commit)
    ):
        return Lost(find_session(connection, commit.session_id))
    if misses_large_objects(connection, row.session_row, row.family, row.revision, commit):
        return Unwritable("the state refers to large objects that are not stored")
    return None


def _to_others(commit: TurnCommit) -> list[Send]:
    """What it sends to sessions that are there."""
    opened = {opening.session_id for opening in commit.openings}
    return [send for send in commit.sends if send.session_id not in opened]


def _open_child(connection: Connection, now: float, opening: Opening) -> None:
    try:
        result = open_session(connection, now, opening)
    except (SessionEnded, LimitReached) as error:
        raise _NotOpened from error
    if not isinstance(result, Opened):
        raise _NotOpened


def _consume(connection: Connection, row: _Row, accepted: int, commit: TurnCommit) -> int:
    """Remove the inputs a turn consumed; gives the new `consumed`. The short way has none stored."""
    if commit.accept is not None:
        return accepted
    upto = accepted if commit.end_reason is not None else commit.consumed
    if upto is None or upto == row.consumed:
        return row.consumed
    if not row.consumed <= upto <= accepted:
        raise ValueError(f"inputs up to {upto} cannot be consumed, {row.consumed} of {accepted} are")
    connection.execute("DELETE FROM inputs WHERE session_row = ? AND number <= ?", (row.session_row, upto))
    if upto == accepted:
        connection.execute(NOT_DUE, (row.session_row, DueKind.INPUT.value))
    return upto


def _put_messages(connection: Connection, row: _Row, commit: TurnCommit) -> int:
    """Append a turn's messages; gives the first seq kept."""
    if not commit.messages:
        return row.first_seq
    for seq, message in enumerate(commit.messages, row.last_seq + 1):
        if message.seq != seq:
            raise ValueError(f"message {message.seq} does not go on from {seq - 1}")
    connection.executemany(PUT_MESSAGE, [from_message(row.session_row, message) for message in commit.messages])
    first_seq = row.last_seq + len(commit.messages) - connection.retention.messages + 1
    if first_seq <= row.first_seq:
        return row.first_seq
    connection.execute("DELETE FROM conversations WHERE session_row = ? AND seq < ?", (row.session_row, first_seq))
    return first_seq


def _small_revision(connection: Connection, row: _Row, revision: int, commit: TurnCommit) -> int:
    """What the column holds now, after the states were written: `revision` if none of them has large objects."""
    if revision == row.revision or (commit.state is not None and commit.state.large):
        return row.small_revision
    return revision if row.small_revision == row.revision or have_no_large(connection, row.session_row) else -1


def _end_claim(connection: Connection, session_row: int) -> list[bytes]:
    """Remove the pending call; gives the large objects its state referred to."""
    connection.execute(NOT_DUE, (session_row, DueKind.CLAIM.value))
    gone = connection.execute("DELETE FROM calls WHERE session_row = ? RETURNING large", (session_row,)).fetchall()
    return [large for (large,) in gone]


def _put_call(connection: Connection, session_row: int, commit: TurnCommit, claim_at: float) -> None:
    call, state = commit.call, commit.state
    if call is None or state is None or commit.end_reason is not None:
        raise ValueError("a call needs a state and an open session")
    connection.execute(
        "INSERT INTO calls (session_row, root, large, call_key, effect, arguments, turn) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session_row, state.root, from_digests(state.large), call.key, call.effect, call.arguments, call.turn),
    )
    connection.execute(SET_DUE, (session_row, DueKind.CLAIM.value, claim_at, claim_at))


def _set_timer(
    connection: Connection, now: float, session_row: int, timer_at: float | None, in_s: float | None
) -> float | None:
    if in_s is not None:
        connection.execute(SET_DUE, (session_row, DueKind.TIMER.value, now + in_s, now + in_s))
        return now + in_s
    if timer_at is not None:
        connection.execute(NOT_DUE, (session_row, DueKind.TIMER.value))
    return None


def _move_to_release(connection: Connection, row: _Row, release: str) -> None:
    connection.execute("UPDATE user_sessions SET release_id = ? WHERE session_row = ?", (release, row.session_row))
    connection.execute(
        "INSERT INTO earlier_releases (bot, release_id, session_row) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (row.bot, row.release_id, row.session_row),
    )


def let_children_end(connection: Connection, now: float, session_id: SessionId) -> None:
    """The sub-sessions of a session that ends are due; `take_due` knows that they live no longer."""
    children = connection.execute(
        "SELECT session_row FROM user_sessions WHERE parent_id = ? AND state = 'open'", (session_id,)
    ).fetchall()
    for (child,) in children:
        connection.execute(SET_DUE, (child, DueKind.EXPIRY.value, now, now))


def _end(connection: Connection, now: float, session_row: int, reason: str) -> None:
    connection.execute(
        "UPDATE user_sessions SET state = 'ended', ended_at = ?, end_reason = ?, timer_at = NULL WHERE session_row = ?",
        (now, reason, session_row),
    )
    connection.execute("DELETE FROM due WHERE session_row = ?", (session_row,))
    kept_s = connection.execute("SELECT kept_s FROM user_sessions WHERE session_row = ?", (session_row,)).fetchone()[0]
    clean_at = now + (connection.retention.ended_s if kept_s is None else kept_s)
    connection.execute(SET_DUE, (session_row, DueKind.CLEANUP.value, clean_at, clean_at))
