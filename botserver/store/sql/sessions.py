"""Opening, finding, listing, changing and deleting sessions, and the users they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import CheckpointNotFound, LimitReached, SessionEnded, StoredDataCorrupt
from ...ids import Digest, SessionId
from ...limits import SUB_SESSION_DEPTH, SUB_SESSIONS
from ...model import Message, SessionState, UserInfo
from ..abc import (
    BASE,
    NOBODY,
    START_MESSAGE_ID,
    AliasOpen,
    DueKind,
    IdTaken,
    Known,
    Lost,
    Opened,
    Opening,
    OpenResult,
    Progress,
    Request,
    SessionRow,
)
from ..queries import SessionOrder, SessionPatch, SessionQuery
from ..releases import OtherActive
from .connection import Connection
from .desk import leave_desk
from .inputs import find_request, put_input, record_message_id, record_request
from .kept import find_kept, put_large_objects, put_state
from .releases import find_active
from .rows import (
    MESSAGE,
    PUT_MESSAGE,
    SESSION_BY_ALIAS,
    SESSION_BY_CHANNEL_ALIAS,
    SESSIONS_BY_UPDATE,
    SESSIONS_WHERE,
    SET_DUE,
    STANDING,
    find_session,
    from_message,
    from_standing,
    read_session,
    row_number,
    to_json,
    to_message,
    to_session,
)

_START = "start"
_NO_CONTENT = Digest(b"")
UPDATED_SLOT_S = 300  # of the column session_updates.slot

_INSERT = f"""
INSERT INTO user_sessions (
    session_id, family, parent_id, bot, owner_principal, user_row, channel, alias, labels, metadata, ttl_s, created_at,
    updated_at, expires_at, revision, last_seq, message_count, timer_at, accepted, kept_s, small_revision, {STANDING},
    state, epoch, consumed, first_seq, fuel_total
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, 0, 1, 0)
RETURNING session_row
"""
_AT_ONCE = 50  # sessions of one look at progress; always as many, so that the database knows the statement
_PROGRESS = f"""
SELECT session_id, revision, epoch, last_seq FROM user_sessions
WHERE session_id IN ({", ".join("?" * _AT_ONCE)}) AND state <> 'deleted'
"""
_PUT_USER = """
INSERT INTO users (principal, user_id, name, email, phone) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (principal, user_id) WHERE user_id <> '' DO UPDATE SET
    name = coalesce(nullif(excluded.name, ''), users.name), email = coalesce(nullif(excluded.email, ''), users.email),
    phone = coalesce(nullif(excluded.phone, ''), users.phone)
RETURNING user_row
"""


def _check_parent(connection: Connection, parent_id: SessionId) -> SessionId:
    """The family a child of the session is of. Raises SessionEnded, LimitReached if it cannot have one more."""
    parent = find_session(connection, parent_id)
    if parent is None or parent.state is not SessionState.OPEN:
        reason = None if parent is None else parent.end_reason
        raise SessionEnded(session_id=parent_id, end_reason=reason or "deleted")
    children = connection.execute(
        "SELECT count(*) FROM user_sessions WHERE parent_id = ? AND state = 'open'", (parent_id,)
    ).fetchone()[0]
    depth, above = 1, parent.parent_id
    while above is not None and depth < SUB_SESSION_DEPTH:
        outer = find_session(connection, above)
        depth, above = depth + 1, None if outer is None else outer.parent_id
    for limit, maximum, current in (
        ("open sub-sessions of a session", SUB_SESSIONS, children + 1),
        ("sub-sessions inside each other", SUB_SESSION_DEPTH, depth + (above is not None)),
    ):
        if current > maximum:
            raise LimitReached("LIMIT_REACHED", limit=limit, maximum=maximum, unit="sub-sessions", current=current)
    return parent.family


def list_children(connection: Connection, parent: SessionRow) -> list[SessionRow]:
    rows = connection.execute(
        f"{SESSIONS_WHERE}s.parent_id = ? AND s.state = 'open' ORDER BY s.created_at, s.session_id",
        (parent.session_id,),
    )
    return [to_session(row) for row in rows]


def is_alone(opening: Opening) -> bool:
    """Whether it begins with nothing of other sessions, so that `open_session` is right beside others, with a lock.

    What it reads then is unique in the database, and another that writes it too makes one of them run again: the id of
    the session, its alias while it is open, the id of the request. Users are brought up to date in their rows; nobody
    forgets one whose row was written meanwhile. That the release is stored its reference tells, to who deletes releases
    too. What is active is locked. All else that it writes hangs on the new row, which nobody sees before it is there.
    """
    return opening.parent_id is None and opening.origin is None and opening.state is None


def open_session(connection: Connection, now: float, opening: Opening, lock: str = "") -> OpenResult:
    """`lock` goes where the active release is looked at: it stays active until the session is there."""
    known = find_request(connection, now, opening.request)
    if known is not None:
        return known
    alias = find_alias(connection, opening.owner_principal, opening.bot, opening.channel, opening.alias)
    if alias is not None:
        return AliasOpen(alias)
    if connection.execute("SELECT 1 FROM user_sessions WHERE session_id = ?", (opening.session_id,)).fetchone():
        return IdTaken()
    release = opening.standing.release
    if opening.if_active:
        active = find_active(connection, opening.bot, lock)
        if active is None or active.release != release:
            return OtherActive(None if active is None else active.release)
    if not connection.execute(
        "SELECT 1 FROM releases WHERE bot = ? AND release_id = ?", (opening.bot, release)
    ).fetchone():
        raise StoredDataCorrupt(kind="release", what=f"{release} of bot {opening.bot} is not stored")

    family, kept = opening.session_id, None
    if opening.parent_id is not None:
        family = _check_parent(connection, opening.parent_id)
    if opening.origin is not None:
        origin = find_session(connection, opening.origin.session_id)
        kept = find_kept(connection, opening.origin.session_id, opening.origin.checkpoint_id)
        if origin is None or kept is None:
            raise CheckpointNotFound(
                session_id=opening.origin.session_id,
                checkpoint_id=opening.origin.checkpoint_id,
                kept=connection.retention.turns,
            )
        family = origin.family
    state = opening.state if kept is None else kept[1]
    revision = 0 if state is None else 1
    timer_at = None if opening.timer_in_s is None else now + opening.timer_in_s
    inserted = connection.execute(
        _INSERT,
        (
            opening.session_id,
            family,
            opening.parent_id,
            opening.bot,
            opening.owner_principal,
            _put_user(connection, opening.owner_principal, opening.user),
            opening.channel,
            opening.alias,
            to_json(dict(opening.labels)),
            to_json(opening.metadata),
            opening.ttl_s,
            now,
            now,
            now + opening.ttl_s,
            revision,
            len(opening.messages),
            len(opening.messages),
            timer_at,
            0 if opening.start is None else 1,
            opening.kept_s,
            -1 if state is not None and state.large else revision,
            *from_standing(opening.standing),
        ),
    ).fetchall()
    session_row: int = inserted[0][0]
    _put_messages(connection, session_row, opening)
    if opening.start is not None:
        record_message_id(connection, now, session_row, 1, START_MESSAGE_ID, _NO_CONTENT, None)
        put_input(connection, now, session_row, 1, _START, START_MESSAGE_ID, opening.start)
    if kept is not None:
        put_state(connection, session_row, 1, kept[1], opening.standing, now)
        put_state(connection, session_row, 1, kept[1], opening.standing, now, BASE)
    if opening.state is not None:
        put_large_objects(connection, family, opening.state, opening.large)
        put_state(connection, session_row, 1, opening.state, opening.standing, now)
    due = [(DueKind.EXPIRY, now + opening.ttl_s), (DueKind.CLEANUP, now + connection.retention.messages_s)]
    if timer_at is not None:
        due.append((DueKind.TIMER, timer_at))
    connection.executemany(SET_DUE, [(session_row, kind.value, at, at) for kind, at in due])
    row = read_session(connection, session_row)
    record_request(connection, now, opening.request, row)
    return Opened(row)


def _put_messages(connection: Connection, session_row: int, opening: Opening) -> None:
    if [message.seq for message in opening.messages] != list(range(1, len(opening.messages) + 1)):
        raise ValueError("the first message has seq 1")
    connection.executemany(
        PUT_MESSAGE,
        [from_message(session_row, message) for message in opening.messages],
    )


def _put_user(connection: Connection, principal: str, user: UserInfo) -> int | None:
    """The row of a user, made or brought up to date; what is empty in `user` stays as it was."""
    if user == NOBODY:
        return None
    row: Any = connection.execute(_PUT_USER, (principal, user.user_id, user.name, user.email, user.phone)).fetchall()
    number: int = row[0][0]
    return number


def find_alias(connection: Connection, owner_principal: str, bot: str, channel: str, alias: str) -> SessionRow | None:
    if not alias:
        return None
    row = connection.execute(SESSION_BY_ALIAS, (owner_principal, bot, channel, alias)).fetchone()
    return None if row is None else to_session(row)


def find_alias_of_channel(connection: Connection, owner_principal: str, channel: str, alias: str) -> SessionRow | None:
    row = connection.execute(SESSION_BY_CHANNEL_ALIAS, (owner_principal, channel, alias)).fetchone()
    return None if row is None else to_session(row)


def list_sessions(connection: Connection, query: SessionQuery) -> list[SessionRow]:
    order = ["s.created_at", "s.session_id"]
    if query.order is SessionOrder.UPDATED:
        order = ["w.slot", "s.updated_at", "s.session_id"]
    tables, principal = SESSIONS_WHERE, "s.owner_principal"
    if query.order is SessionOrder.UPDATED:
        tables, principal = SESSIONS_BY_UPDATE, "w.owner_principal"
    if query.user_id:  # who has few: the empty text keeps the database from going through everybody's in order instead
        principal += " || ''"
    where = [f"{principal} = ?", "s.state <> 'deleted'"]
    values: list[Any] = [query.owner_principal]
    for name, value in (
        ("s.bot", query.bot),
        ("s.channel", query.channel),
        ("s.alias", query.alias),
        ("s.state", query.state and query.state.value),
    ):
        if value is not None:
            where.append(f"{name} = ?")
            values.append(value)
    if query.alias:
        where.append("s.alias <> ''")  # said in these words, it lets the database use user_sessions_by_any_alias
    if query.user_id:
        where.append("s.user_row = (SELECT user_row FROM users WHERE principal = ? AND user_id = ? AND user_id <> '')")
        values += [query.owner_principal, query.user_id]
    elif query.user_id is not None:
        where.append("u.user_id = ''")
    if query.after is not None:
        after = list[Any](query.after)
        if query.order is SessionOrder.UPDATED:
            after.insert(0, int(after[0] / UPDATED_SLOT_S))
            where.append(f"w.slot {'<=' if query.descending else '>='} ?")  # the look-up in the index
            values.append(after[0])
        where.append(f"({', '.join(order)}) {'<' if query.descending else '>'} ({', '.join('?' * len(after))})")
        values += after
    ordered = ", ".join(f"{column} {'DESC' if query.descending else 'ASC'}" for column in order)
    rows = connection.execute(f"{tables}{' AND '.join(where)} ORDER BY {ordered} LIMIT ?", (*values, query.limit))
    return [to_session(row) for row in rows]


def progress_of(connection: Connection, session_ids: Sequence[SessionId]) -> dict[SessionId, Progress]:
    found: dict[SessionId, Progress] = {}
    for at in range(0, len(session_ids), _AT_ONCE):
        some = session_ids[at : at + _AT_ONCE]
        rows = connection.execute(_PROGRESS, (*some, *[""] * (_AT_ONCE - len(some))))
        found.update((SessionId(row[0]), Progress(*row[1:])) for row in rows)
    return found


def count_open_sessions(connection: Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM user_sessions WHERE state = 'open'").fetchone()[0]
    return count


def list_messages(
    connection: Connection,
    session_id: SessionId,
    limit: int,
    after_seq: int,
    before_seq: int | None,
    newest_first: bool,
    max_chars: int | None,
    addresses: Sequence[str] | None,
) -> list[Message]:
    addressed = "" if addresses is None else f"AND address IN ({', '.join('?' * len(addresses))})"
    rows = connection.execute(
        f"SELECT {MESSAGE} FROM conversations WHERE session_row = "
        "(SELECT session_row FROM user_sessions WHERE session_id = ? AND state <> 'deleted') "
        f"AND seq > ? AND seq < ? {addressed} ORDER BY seq {'DESC' if newest_first else 'ASC'} LIMIT ?",
        (session_id, after_seq, 2**62 if before_seq is None else before_seq, *(addresses or ()), limit),
    )
    messages: list[Message] = []
    chars = 0
    for row in rows:
        messages.append(to_message(row))
        chars += len(messages[-1].text)
        if max_chars is not None and chars >= max_chars:
            rows.close()
            break
    return messages


def count_messages(connection: Connection, session_id: SessionId, addresses: Sequence[str]) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM conversations WHERE session_row = "
        "(SELECT session_row FROM user_sessions WHERE session_id = ? AND state <> 'deleted') "
        f"AND address IN ({', '.join('?' * len(addresses))})",
        (session_id, *addresses),
    ).fetchone()[0]
    return count


def update_session(
    connection: Connection,
    now: float,
    session_id: SessionId,
    patch: SessionPatch,
    expected_revision: int | None,
    request: Request[SessionRow] | None,
) -> SessionRow | Lost | Known:
    known = find_request(connection, now, request)
    if known is not None:
        return known
    row = find_session(connection, session_id)
    session_row = row_number(connection, session_id)
    if row is None or session_row is None or expected_revision not in (None, row.revision):
        return Lost(row)
    _patch_user(connection, session_row, row, patch)
    if patch.labels is not None:
        labels = to_json(dict(patch.labels))
        connection.execute("UPDATE user_sessions SET labels = ? WHERE session_row = ?", (labels, session_row))
    if patch.metadata is not None:
        metadata = to_json(patch.metadata)
        connection.execute("UPDATE user_sessions SET metadata = ? WHERE session_row = ?", (metadata, session_row))
    if patch.ttl_s is not None:
        expires_at = now + patch.ttl_s
        connection.execute(
            "UPDATE user_sessions SET ttl_s = ?, expires_at = ? WHERE session_row = ?",
            (patch.ttl_s, expires_at, session_row),
        )
        connection.execute(
            "UPDATE due SET due_at = ?, visible_at = ? WHERE session_row = ? AND kind = ?",
            (expires_at, expires_at, session_row, DueKind.EXPIRY.value),
        )
    connection.execute("UPDATE user_sessions SET updated_at = ? WHERE session_row = ?", (now, session_row))
    after = read_session(connection, session_row)
    record_request(connection, now, request, after)
    return after


def _patch_user(connection: Connection, session_row: int, row: SessionRow, patch: SessionPatch) -> None:
    changes = {"name": patch.user_name, "email": patch.user_email, "phone": patch.user_phone}
    given = {name: value for name, value in changes.items() if value is not None}
    if patch.user_id is None and not given:
        return
    if row.user == NOBODY or patch.user_id not in (None, row.user.user_id):
        before = NOBODY if row.user.user_id else row.user  # who had no id so far gets one and stays who they are
        fresh = UserInfo(
            patch.user_id or "",
            given.get("name", before.name),
            given.get("email", before.email),
            given.get("phone", before.phone),
        )
        user_row = _put_user(connection, row.owner_principal, fresh)
        old_row = connection.execute(
            "SELECT user_row FROM user_sessions WHERE session_row = ?", (session_row,)
        ).fetchone()[0]
        connection.execute("UPDATE user_sessions SET user_row = ? WHERE session_row = ?", (user_row, session_row))
        drop_user(connection, old_row)
    for name, value in given.items():
        connection.execute(
            f"UPDATE users SET {name} = ? WHERE user_row = (SELECT user_row FROM user_sessions WHERE session_row = ?)",
            (value, session_row),
        )


def drop_user(connection: Connection, user_row: int | None) -> None:
    """Forget a user no session belongs to."""
    connection.execute(
        "DELETE FROM users WHERE user_row = ? AND NOT EXISTS (SELECT 1 FROM user_sessions WHERE user_row = ?)",
        (user_row, user_row),
    )


def delete_session(
    connection: Connection, now: float, session_id: SessionId, request: Request[SessionRow] | None
) -> SessionRow | Lost | Known:
    known = find_request(connection, now, request)
    if known is not None:
        return known
    row = find_session(connection, session_id)
    session_row = row_number(connection, session_id)
    if row is None or session_row is None:
        return Lost(None)
    leave_desk(connection, now, session_row)
    connection.execute("UPDATE user_sessions SET state = 'deleted' WHERE session_row = ?", (session_row,))
    connection.execute("DELETE FROM due WHERE session_row = ?", (session_row,))
    connection.execute(SET_DUE, (session_row, DueKind.CLEANUP.value, now, now))
    record_request(connection, now, request, row)
    return row
