"""Group commit on PostgreSQL: the turns of a batch that are plain go in one statement, the others one by one.

A plain turn is what most turns are: no claim, no end, no change of release, no change of large objects, nothing staged
but bot memory. One statement checks the fences of all of them, locks the rows in order of session id, and writes the
rows, the messages, the states, the replies and what is due: one round trip, one commit. A turn whose fences do not
hold, or that is not plain, is left out of it and goes through the same job as on SQLite, which also says why.

The statement runs READ COMMITTED and stays right beside SERIALIZABLE jobs, because it writes children only of sessions
whose row it locked, and memory only where the row's version, locked too, is what the turn read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ...limits import Retention
from ..abc import DueKind, TurnCommit
from ..sql.deliveries import SPOKEN
from ..sql.rows import MESSAGE, from_digests, from_message, from_standing

_PLAIN = frozenset(
    (
        *("session_id", "expected_revision", "standing", "state", "accept", "consumed", "messages", "memory"),
        *("replies", "fuel", "timer_in_s", "keep_timer", "touch", "deliver"),
    )
)
"""What of a commit the statement writes; a commit that sets another field is not plain."""

_OTHERS = tuple(
    (each.name, each.default if each.default_factory is dataclasses.MISSING else each.default_factory())
    for each in dataclasses.fields(TurnCommit)
    if each.name not in _PLAIN and each.name != "claim_s"
)


def is_plain(commit: TurnCommit) -> bool:
    """Whether the statement may try it."""
    if commit.state is None or not commit.expected_revision >= 0:
        return False
    if any(write.read_version == 0 for write in commit.memory):
        return False  # of two that make a key, one must find out
    return all(getattr(commit, name) == default for name, default in _OTHERS)


_KINDS = {
    **dict.fromkeys(("session_id", "role", "text", "suggestions", "message_id", "author", "address", "image"), "text"),
    **dict.fromkeys(("seq", "turn"), "int8"),
    "created_at": "float8",
}
"""Types of the columns of a message."""


def _columns(*columns: tuple[str, str]) -> tuple[str, str]:
    """The arguments of `unnest` and the names of its columns."""
    return ", ".join(f"%s::{kind}[]" for _, kind in columns), ", ".join(name for name, _ in columns)


_TURN_ARRAYS, _TURN_NAMES = _columns(
    ("session_id", "text"),
    ("expected", "int8"),
    ("release_id", "text"),
    ("activity", "text"),
    ("waiting_for", "text"),
    ("memory_bytes", "int8"),
    ("owner", "text"),
    ("extra", "bytea"),
    ("root", "bytea"),
    ("large", "bytea"),
    ("message_id", "text"),  # null: nothing is accepted
    ("content", "bytea"),
    ("reply", "bytea"),  # of `message_id`
    ("consumed", "int8"),  # null: as before
    ("said", "int8"),  # messages
    ("first_said", "int8"),  # seq of the first
    ("fuel", "int8"),
    ("timer_in_s", "float8"),  # null: none
    ("keep_timer", "bool"),
    ("touch", "bool"),
    ("deliver", "bool"),
)
_SAID = tuple(MESSAGE.split(", "))
_MESSAGE_ARRAYS, _MESSAGE_NAMES = _columns(("session_id", "text"), *((name, _KINDS[name]) for name in _SAID))
_REPLY_ARRAYS, _REPLY_NAMES = _columns(("session_id", "text"), ("message_id", "text"), ("reply", "bytea"))
_MEMORY_ARRAYS, _MEMORY_NAMES = _columns(
    ("session_id", "text"), ("bot", "text"), ("key", "text"), ("value", "bytea"), ("version", "int8")
)

_SPOKEN = "(" + ", ".join(f"'{role.value}'" for role in SPOKEN) + ")"

STATEMENT = f"""
WITH turns AS MATERIALIZED (SELECT * FROM unnest({_TURN_ARRAYS}) AS t ({_TURN_NAMES})),
messages AS MATERIALIZED (SELECT * FROM unnest({_MESSAGE_ARRAYS}) AS m ({_MESSAGE_NAMES})),
replies AS MATERIALIZED (SELECT * FROM unnest({_REPLY_ARRAYS}) AS r ({_REPLY_NAMES})),
memory AS MATERIALIZED (SELECT * FROM unnest({_MEMORY_ARRAYS}) AS w ({_MEMORY_NAMES})),
clock AS MATERIALIZED (
    SELECT %s::float8 AS now, %s::int8 AS kept_turns, %s::int8 AS kept_messages, %s::int8 AS kept_ids,
           %s::int8 AS kept_deliveries
),
found AS MATERIALIZED (
    SELECT b.bot, b.key, b.version FROM memory w JOIN bot_memories b ON b.bot = w.bot AND b.key = w.key
    ORDER BY b.bot, b.key FOR UPDATE OF b
),
moved AS MATERIALIZED (
    SELECT w.session_id FROM memory w LEFT JOIN found ON found.bot = w.bot AND found.key = w.key
    WHERE w.version IS NOT NULL AND w.version <> coalesce(found.version, 0)
),
fences AS MATERIALIZED (
    SELECT s.session_row, s.session_id, s.revision, s.accepted, s.consumed, s.first_seq, s.last_seq, s.timer_at
    FROM turns t JOIN user_sessions s ON s.session_id = t.session_id
    WHERE s.state = 'open' AND s.revision = t.expected AND s.claim_expires_at IS NULL
      AND s.release_id = t.release_id
      AND (t.message_id IS NULL OR s.accepted = s.consumed)
      AND (t.consumed IS NULL OR t.consumed BETWEEN s.consumed AND s.accepted)
      AND (t.said = 0 OR t.first_said = s.last_seq + 1)
      AND t.large = coalesce((
          SELECT k.large FROM states k WHERE k.session_row = s.session_row AND k.revision = s.revision AND k.name = ''
      ), ''::bytea)
      AND NOT EXISTS (
          SELECT 1 FROM states k WHERE k.session_row = s.session_row AND k.name = '' AND k.large <> t.large
          AND k.revision <= s.revision + 1 - (SELECT kept_turns FROM clock)
      )
      AND s.session_id NOT IN (SELECT session_id FROM moved)
    ORDER BY s.session_id FOR UPDATE OF s
),
ids AS (
    INSERT INTO message_ids (session_row, number, message_id, content, accepted_at, reply, expired)
    SELECT f.session_row, f.accepted + 1, t.message_id, t.content, now, t.reply, 0
    FROM fences f JOIN turns t ON t.session_id = f.session_id, clock
    WHERE t.message_id IS NOT NULL
    ON CONFLICT (session_row, message_id) DO NOTHING
    RETURNING session_row
),
going AS MATERIALIZED (
    SELECT f.session_row, f.revision + 1 AS new_revision, f.first_seq, f.last_seq, f.timer_at,
           f.accepted + (t.message_id IS NOT NULL)::int AS new_accepted, f.consumed AS old_consumed,
           CASE WHEN t.message_id IS NOT NULL THEN f.accepted + 1 ELSE coalesce(t.consumed, f.consumed) END
               AS new_consumed,
           CASE WHEN t.said = 0 THEN f.first_seq ELSE greatest(f.first_seq, f.last_seq + t.said - kept_messages + 1) END
               AS new_first_seq,
           t.*
    FROM fences f JOIN turns t ON t.session_id = f.session_id, clock
    WHERE t.message_id IS NULL OR f.session_row IN (SELECT session_row FROM ids)
),
rows AS (
    UPDATE user_sessions s SET
        activity = g.activity, waiting_for = g.waiting_for, memory_bytes = g.memory_bytes, owner = g.owner,
        extra = g.extra, revision = g.new_revision, accepted = g.new_accepted, consumed = g.new_consumed,
        first_seq = g.new_first_seq, last_seq = s.last_seq + g.said, message_count = s.message_count + g.said,
        fuel_total = s.fuel_total + g.fuel, updated_at = now,
        expires_at = CASE WHEN g.touch THEN now + s.ttl_s ELSE s.expires_at END,
        timer_at = CASE WHEN g.keep_timer THEN s.timer_at ELSE now + g.timer_in_s END
    FROM going g, clock WHERE s.session_row = g.session_row
    RETURNING s.session_id, s.revision, s.epoch, s.accepted, s.updated_at, s.expires_at, s.timer_at
),
said AS (
    INSERT INTO conversations (session_row, {MESSAGE})
    SELECT g.session_row, {", ".join(f"m.{name}" for name in _SAID)}
    FROM going g JOIN messages m ON m.session_id = g.session_id
),
forgotten AS (
    DELETE FROM conversations c USING going g
    WHERE g.new_first_seq > g.first_seq AND c.session_row = g.session_row AND c.seq < g.new_first_seq
),
kept AS (
    INSERT INTO states (session_row, name, label, revision, root, large, created_at,
                        release_id, activity, waiting_for, memory_bytes, owner, extra)
    SELECT g.session_row, '', '', g.new_revision, g.root, g.large, now,
           g.release_id, g.activity, g.waiting_for, g.memory_bytes, g.owner, g.extra
    FROM going g, clock
),
trimmed AS (
    DELETE FROM states k USING going g, clock
    WHERE k.session_row = g.session_row AND k.name = '' AND k.revision <= g.new_revision - kept_turns
),
settled AS (
    UPDATE message_ids i SET reply = r.reply FROM going g JOIN replies r ON r.session_id = g.session_id
    WHERE i.session_row = g.session_row AND i.message_id = r.message_id AND i.reply IS NULL AND i.expired = 0
),
expired AS (
    UPDATE message_ids i SET reply = NULL, expired = 1 FROM going g, clock
    WHERE g.message_id IS NOT NULL AND g.new_accepted > kept_messages
      AND i.session_row = g.session_row AND i.number = g.new_accepted - kept_messages
),
unknown AS (
    DELETE FROM message_ids i USING going g, clock
    WHERE g.message_id IS NOT NULL AND g.new_accepted > kept_ids
      AND i.session_row = g.session_row AND i.number = g.new_accepted - kept_ids
),
given AS (
    DELETE FROM inputs i USING going g
    WHERE g.message_id IS NULL AND g.new_consumed > g.old_consumed
      AND i.session_row = g.session_row AND i.number <= g.new_consumed
),
done AS (
    DELETE FROM due d USING going g
    WHERE d.session_row = g.session_row AND (
        (d.kind = '{DueKind.INPUT.value}' AND g.message_id IS NULL AND g.new_consumed > g.old_consumed
             AND g.new_consumed = g.new_accepted)
        OR (d.kind = '{DueKind.TIMER.value}' AND g.timer_at IS NOT NULL AND g.timer_in_s IS NULL AND NOT g.keep_timer)
    )
),
timers AS (
    INSERT INTO due (session_row, kind, due_at, visible_at)
    SELECT g.session_row, '{DueKind.TIMER.value}', now + g.timer_in_s, now + g.timer_in_s FROM going g, clock
    WHERE g.timer_in_s IS NOT NULL AND NOT g.keep_timer
    ON CONFLICT (session_row, kind) DO UPDATE SET due_at = excluded.due_at, visible_at = excluded.visible_at
),
delivered AS (
    INSERT INTO deliveries (session_row, seq, status, attempts, lease_expires_at, external_id, error, created_at)
    SELECT g.session_row, m.seq, 'waiting', 0, NULL, NULL, '', now
    FROM going g JOIN messages m ON m.session_id = g.session_id, clock
    WHERE g.deliver AND m.role IN {_SPOKEN}
),
undelivered AS (
    DELETE FROM deliveries d USING going g, clock
    WHERE g.deliver AND d.session_row = g.session_row AND d.seq <= g.last_seq + g.said - kept_deliveries
),
queued AS (
    INSERT INTO delivery_queues (session_row, principal, channel, last_seq, given_seq, puller, visible_at)
    SELECT s.session_row, s.owner_principal, s.channel, max(m.seq), 0, NULL, now
    FROM going g JOIN messages m ON m.session_id = g.session_id JOIN user_sessions s ON s.session_row = g.session_row,
         clock
    WHERE g.deliver AND m.role IN {_SPOKEN}
    GROUP BY s.session_row, s.owner_principal, s.channel, now
    ON CONFLICT (session_row) DO UPDATE SET last_seq = excluded.last_seq
),
remembered AS (
    INSERT INTO bot_memories (bot, key, value, version, updated_at)
    SELECT w.bot, w.key, w.value, 1, now FROM going g JOIN memory w ON w.session_id = g.session_id, clock
    ON CONFLICT (bot, key) DO UPDATE SET
        value = excluded.value, version = bot_memories.version + 1, updated_at = excluded.updated_at
)
SELECT session_id, revision, epoch, accepted, updated_at, expires_at, timer_at FROM rows
"""


def values_of(commits: Sequence[TurnCommit], now: float, retention: Retention) -> list[Any]:
    """The values of STATEMENT, in its order."""
    turns = [_turn(commit) for commit in commits]
    messages = [from_message(0, message) for commit in commits for message in commit.messages]
    speakers = [commit.session_id for commit in commits for _ in commit.messages]
    replies = [
        (commit.session_id, message_id, reply)
        for commit in commits
        for message_id, reply in commit.replies.items()
        if commit.accept is None or message_id != commit.accept.message_id
    ]
    memory = [
        (commit.session_id, write.bot, write.key, write.value, write.read_version)
        for commit in commits
        for write in commit.memory
    ]
    columns = [
        *_transposed(turns, 21),
        speakers,
        *_transposed(messages, len(_SAID) + 1)[1:],
        *_transposed(replies, 3),
        *_transposed(memory, 5),
    ]
    kept = (retention.turns, retention.messages, retention.message_ids, retention.deliveries)
    return [*map(_array, columns), now, *kept]


def _array(column: list[Any]) -> Any:
    """Numbers as text: their types would differ from batch to batch, and with them the prepared statement."""
    if all(value is None or isinstance(value, int | float) for value in column):
        return "{" + ",".join("NULL" if value is None else repr(value) for value in column) + "}"
    return column


def _turn(commit: TurnCommit) -> tuple[Any, ...]:
    state, accept = commit.state, commit.accept
    assert state is not None
    return (
        commit.session_id,
        commit.expected_revision,
        *from_standing(commit.standing),
        state.root,
        from_digests(state.large),
        accept and accept.message_id,
        accept and accept.content,
        commit.replies.get(accept.message_id) if accept else None,
        commit.consumed if accept is None else None,
        len(commit.messages),
        commit.messages[0].seq if commit.messages else 0,
        commit.fuel,
        commit.timer_in_s,
        commit.keep_timer,
        commit.touch,
        commit.deliver,
    )


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
