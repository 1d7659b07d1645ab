"""Deliveries: committed with their turn, leased to pullers, acknowledged. See `store.deliveries` for the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...ids import SessionId
from ...limits import CLEANUP_ROWS, DELIVERIES_OF_SESSION, DELIVERY_ATTEMPTS
from ...model import Delivery, DeliveryState, DeliveryStatus, Message, Role, UserInfo
from .connection import Connection
from .rows import MESSAGE, to_message

SPOKEN = (Role.BOT, Role.AGENT)
"""Whose messages are delivered."""

_PUT = """
INSERT INTO deliveries (session_row, seq, status, attempts, lease_expires_at, external_id, error, created_at)
VALUES (?, ?, 'waiting', 0, NULL, NULL, '', ?)
"""
_PUT_QUEUE = """
INSERT INTO delivery_queues (session_row, principal, channel, last_seq, given_seq, puller, visible_at)
SELECT session_row, owner_principal, channel, ?, 0, NULL, ? FROM user_sessions WHERE session_row = ?
ON CONFLICT (session_row) DO UPDATE SET last_seq = excluded.last_seq
"""
_OUTSTANDING = """
SELECT count(*) FROM delivery_queues q JOIN deliveries d ON d.session_row = q.session_row
WHERE q.puller = ? AND q.principal = ? AND q.channel = ? AND q.visible_at > ?
  AND d.status = 'waiting' AND d.seq <= q.given_seq
"""
_QUEUE = """
SELECT q.session_row, q.given_seq, s.session_id, s.bot, s.channel, s.alias, u.user_id, u.name, u.email, u.phone
FROM delivery_queues q JOIN user_sessions s ON s.session_row = q.session_row
LEFT JOIN users u ON u.user_row = s.user_row
WHERE q.principal = ? AND q.channel = ? AND s.state <> 'deleted'
"""
_OWN = _QUEUE + "AND q.puller = ? AND q.visible_at > ? AND q.last_seq > q.given_seq ORDER BY q.visible_at LIMIT ?"
_FREE = _QUEUE + "AND q.visible_at <= ? ORDER BY q.visible_at LIMIT ?"
_WAITING = f"""
SELECT d.attempts, {", ".join(f"m.{name}" for name in MESSAGE.split(", "))}
FROM deliveries d JOIN conversations m ON m.session_row = d.session_row AND m.seq = d.seq
WHERE d.session_row = ? AND d.status = 'waiting' AND d.seq > ? ORDER BY d.seq LIMIT ?
"""
_STATE = """
SELECT s.session_id, d.seq, s.channel, d.status, d.external_id, d.error, d.session_row
FROM deliveries d JOIN user_sessions s ON s.session_row = d.session_row
WHERE s.owner_principal = ? AND s.state <> 'deleted'
"""


def put_deliveries(connection: Connection, now: float, session_row: int, messages: Sequence[Message]) -> None:
    """Let a turn's messages to the user wait for a gateway."""
    seqs = [message.seq for message in messages if message.role in SPOKEN]
    if not seqs:
        return
    connection.executemany(_PUT, [(session_row, seq, now) for seq in seqs])
    connection.execute(_PUT_QUEUE, (seqs[-1], now, session_row))
    connection.execute(
        "DELETE FROM deliveries WHERE session_row = ? AND seq <= ?",
        (session_row, messages[-1].seq - connection.retention.deliveries),
    )


class _Queue(NamedTuple):
    """The columns of _QUEUE."""

    session_row: int
    given_seq: int
    session_id: str
    bot: str
    channel: str
    alias: str
    user_id: str | None
    name: str | None
    email: str | None
    phone: str | None


def take_deliveries(
    connection: Connection,
    now: float,
    principal: str,
    channel: str,
    puller: str,
    limit: int,
    lease_s: float,
    lock: str = "",
) -> list[Delivery]:
    """`lock` is what a database with other writers adds to the query of queues, to have them for itself."""
    room = limit - connection.execute(_OUTSTANDING, (puller, principal, channel, now)).fetchone()[0]
    taken: list[Delivery] = []
    if room <= 0:
        return taken
    for held, statement, values in (
        (True, _OWN, (principal, channel, puller, now, room)),
        (False, _FREE, (principal, channel, now, room)),
    ):
        for found in connection.execute(statement + lock, values).fetchall():
            if len(taken) >= room:
                break
            most = min(room - len(taken), DELIVERIES_OF_SESSION)
            taken += _take(connection, now, _Queue._make(found), held, puller, most, lease_s)
    return taken


def _take(
    connection: Connection, now: float, queue: _Queue, held: bool, puller: str, most: int, lease_s: float
) -> list[Delivery]:
    """The next of one session, in order. `held`: the puller has earlier ones, whose lease decides for all."""
    row, after = queue.session_row, queue.given_seq if held else 0
    _fail_hopeless(connection, row, after)
    found = connection.execute(_WAITING, (row, after, most)).fetchall()
    if not found:
        settle_queue(connection, now, row)
        return []
    user = UserInfo() if queue.user_id is None else UserInfo(queue.user_id, queue.name, queue.email, queue.phone)  # type: ignore[arg-type]  # all four or none
    expires_at = now + lease_s
    taken = [
        Delivery(
            SessionId(queue.session_id), queue.bot, queue.channel, queue.alias, user, to_message(each[1:]),
            each[0] + 1, expires_at,
        )
        for each in found
    ]  # fmt: skip
    connection.execute(
        "UPDATE deliveries SET attempts = attempts + 1, lease_expires_at = ?"
        " WHERE session_row = ? AND status = 'waiting' AND seq BETWEEN ? AND ?",
        (expires_at, row, taken[0].message.seq, taken[-1].message.seq),
    )
    connection.execute(
        "UPDATE delivery_queues SET puller = ?, given_seq = ? WHERE session_row = ?",
        (puller, taken[-1].message.seq, row),
    )
    if not held:
        connection.execute("UPDATE delivery_queues SET visible_at = ? WHERE session_row = ?", (expires_at, row))
    return taken


def _fail_hopeless(connection: Connection, session_row: int, after: int) -> None:
    """What was given out too often, or whose message is gone, has failed and holds up nothing."""
    connection.execute(
        "UPDATE deliveries SET status = 'failed', error = 'never acknowledged'"
        " WHERE session_row = ? AND status = 'waiting' AND seq > ? AND attempts >= ?",
        (session_row, after, DELIVERY_ATTEMPTS),
    )
    connection.execute(
        "UPDATE deliveries SET status = 'failed', error = 'the message is no longer kept'"
        " WHERE session_row = ? AND status = 'waiting' AND seq <"
        " (SELECT first_seq FROM user_sessions WHERE session_row = ?)",
        (session_row, session_row),
    )


def settle_queue(connection: Connection, now: float, session_row: int, lock: str = "") -> None:
    """After fewer wait than did: when the next may be taken, and whether any wait at all. `lock` as in
    `take_deliveries`: what waits is counted once nothing can be added."""
    found = connection.execute(
        "SELECT given_seq FROM delivery_queues WHERE session_row = ?" + lock, (session_row,)
    ).fetchone()
    if found is None:
        return
    given, lease_at, waiting = connection.execute(
        "SELECT sum(CASE WHEN seq <= ? THEN 1 ELSE 0 END), min(CASE WHEN seq <= ? THEN lease_expires_at END), count(*)"
        " FROM deliveries WHERE session_row = ? AND status = 'waiting'",
        (found[0], found[0], session_row),
    ).fetchone()
    if not waiting:
        connection.execute("DELETE FROM delivery_queues WHERE session_row = ?", (session_row,))
    elif given and lease_at is not None:
        connection.execute("UPDATE delivery_queues SET visible_at = ? WHERE session_row = ?", (lease_at, session_row))
    else:
        connection.execute(
            "UPDATE delivery_queues SET visible_at = ?, puller = NULL WHERE session_row = ?", (now, session_row)
        )


def next_delivery_at(connection: Connection, principal: str, channel: str) -> float | None:
    at: float | None = connection.execute(
        "SELECT min(visible_at) FROM delivery_queues WHERE principal = ? AND channel = ?", (principal, channel)
    ).fetchone()[0]
    return at


_RANK = "CASE status " + " ".join(f"WHEN '{each.value}' THEN {each.rank}" for each in DeliveryStatus) + " END"
_ACKNOWLEDGE = f"""
UPDATE deliveries SET
    status = CASE WHEN {_RANK} < ? THEN ? ELSE status END,
    error = CASE WHEN {_RANK} < ? THEN ? ELSE error END,
    external_id = coalesce(external_id, ?)
WHERE session_row = ? AND seq = ? RETURNING status, external_id, error
"""


def acknowledge(
    connection: Connection,
    now: float,
    principal: str,
    session_id: SessionId,
    seq: int,
    status: DeliveryStatus,
    external_id: str,
    error: str,
    lock: str = "",
) -> DeliveryState | None:
    """`lock` as in `take_deliveries`: turns, takers and acknowledgements of a session follow one another. A queue that
    is made while this looks for it is locked before it is settled."""
    if lock:
        connection.execute(
            "SELECT 1 FROM delivery_queues WHERE session_row ="
            " (SELECT session_row FROM user_sessions WHERE session_id = ?)" + lock,
            (session_id,),
        )
    found = connection.execute(_STATE + "AND s.session_id = ? AND d.seq = ?", (principal, session_id, seq)).fetchone()
    if found is None:
        return None
    before, session_row, rank = _state(found), found[6], status.rank
    after = connection.execute(
        _ACKNOWLEDGE, (rank, status.value, rank, error, external_id or None, session_row, seq)
    ).fetchone()
    if before.status is DeliveryStatus.WAITING and status is not DeliveryStatus.WAITING:
        settle_queue(connection, now, session_row, lock)
    return DeliveryState(session_id, seq, before.channel, DeliveryStatus(after[0]), after[1] or "", after[2])


def find_delivery(connection: Connection, principal: str, channel: str, external_id: str) -> DeliveryState | None:
    found = connection.execute(
        _STATE + "AND s.channel = ? AND d.external_id = ? ORDER BY d.created_at DESC, d.seq DESC LIMIT 1",
        (principal, channel, external_id),
    ).fetchone()
    return None if found is None else _state(found)


def count_deliveries(connection: Connection, principal: str, channel: str) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM delivery_queues q JOIN deliveries d ON d.session_row = q.session_row"
        " WHERE q.principal = ? AND q.channel = ? AND d.status = 'waiting'",
        (principal, channel),
    ).fetchone()[0]
    return count


def forget_deliveries(connection: Connection, now: float) -> int:
    """One step of removing the oldest; those that still wait have waited too long. Gives how many."""
    found = connection.execute(
        "SELECT session_row, seq FROM deliveries WHERE created_at <= ? ORDER BY created_at LIMIT ?",
        (now - connection.retention.deliveries_s, CLEANUP_ROWS),
    ).fetchall()
    connection.executemany("DELETE FROM deliveries WHERE session_row = ? AND seq = ?", found)
    for session_row in dict.fromkeys(row for row, _ in found):
        settle_queue(connection, now, session_row)
    return len(found)


def drop_deliveries(connection: Connection, session_row: int) -> None:
    """Of a session that is removed; they are bounded."""
    for table in ("delivery_queues", "deliveries"):
        connection.execute(f"DELETE FROM {table} WHERE session_row = ?", (session_row,))


def _state(row: Sequence[Any]) -> DeliveryState:
    return DeliveryState(SessionId(row[0]), row[1], row[2], DeliveryStatus(row[3]), row[4] or "", row[5])
