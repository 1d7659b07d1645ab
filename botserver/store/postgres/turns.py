"""Group commit on PostgreSQL: the turns of a batch that are plain go in one statement, the others one by one.

`sql/plain.py` says what is plain; here the large objects must be those of before, too. One statement finds the rows,
writes those whose fences hold in order of session id, and of these the messages, the states, the replies and what is
due: one round trip, one commit. A turn whose fences do not hold, or that is not plain, is left out of it and
goes through the same job as on SQLite, which also says why.

Its parts hand each other whole rows. Joining what two of them say of the same turns would look at each pair, since the
connection that runs it knows no other joins than by index: with 256 turns half of the statement's time.

A row is found by its id once and written where it was found: an index less to go through, and no lock to be written
before. If it is no longer there, since another wrote it meanwhile, it is left out; or the fences of its row are looked
at again there, which versions of PostgreSQL before August 2025 do. What `fences` says beside them changes with the
revision only.

The plan of when the connection was made is kept, perhaps of when all tables were empty. So none of the parts joins a
table to the turns: the planner may do that the wrong way round, over all rows that are there later (57 ms for 4,000
messages and 30 turns). What a turn leads to is looked for in a subquery that OFFSET 0 keeps apart, once a turn, and
written at the place where it was found; or its keys are put together first and compared with `ANY`.

Messages and states are never updated, inputs and message ids only by who has the session's row, so their places stay.
A delivery that is acknowledged or given out at this moment has another place then, and goes with the session's next
turn.

The statement runs READ COMMITTED and stays right beside SERIALIZABLE jobs, because it writes children only of sessions
whose row it wrote, and memory only where the row's version, locked too, is what the turn read. All its parts see the
rows as they were before it, and which of two that change one row would count is not defined: so no two do, and what one
part makes no other is to remove.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...limits import Retention
from ..abc import DueKind, TurnCommit
from ..sql.deliveries import SPOKEN
from ..sql.inputs import id_key
from ..sql.rows import MESSAGE, from_digests, from_message, from_standing
from .arrays import array
from .prepared import Prepared, Value

_SLOTS = 2
"""Messages of a turn that lie in its own row: most turns say no more, and need no join."""
_SAID = tuple(MESSAGE.split(", "))
_IN_SLOT = _SAID[1:]  # without seq: that goes on from `first_said`
_KINDS = {
    **dict.fromkeys(("role", "text", "suggestions", "message_id", "author", "address", "image"), "text"),
    **dict.fromkeys(("seq", "turn"), "int8"),
    "created_at": "float8",
}
"""Types of the columns of a message."""
_EMPTY = ("suggestions", "author", "address", "image")
"""Columns of a message that mostly hold the empty text, and come as null then."""

_TURN: tuple[tuple[str, str], ...] = (
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
    ("new_id", "text"),  # the message accepted; null: none
    ("content", "bytea"),
    ("reply", "bytea"),  # to `new_id`
    ("upto", "int8"),  # consumed; null: as before
    ("said", "int8"),  # messages
    ("first_said", "int8"),  # seq of the first
    ("fuel", "int8"),
    ("timer_in_s", "float8"),  # null: none
    ("keep_timer", "bool"),
    ("touch", "bool"),
    ("deliver", "bool"),
    *((f"{name}_{slot}", _KINDS[name]) for slot in range(_SLOTS) for name in _IN_SLOT),
)
_MESSAGE = (("session_id", "text"), *((name, _KINDS[name]) for name in _SAID))
_REPLY = (("session_id", "text"), ("message_id", "text"), ("reply", "bytea"))
_MEMORY = (("session_id", "text"), ("bot", "text"), ("key", "text"), ("value", "bytea"), ("version", "int8"))


def _unnest(columns: Sequence[tuple[str, str]], name: str) -> str:
    """The rows of some arrays, a parameter each. One shorter than the others, an empty one say, ends in nulls."""
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in columns)
    return f"SELECT * FROM unnest({arrays}) AS {name} ({', '.join(column for column, _ in columns)})"


def _line(values: Callable[[str], str]) -> str:
    """The columns of a message, by where each comes from."""
    return ", ".join(f"coalesce({values(name)}, '')" if name in _EMPTY else values(name) for name in _SAID)


def _slot(slot: int) -> str:
    return "(" + _line(lambda name: f"first_said + {slot}" if name == "seq" else f"{name}_{slot}") + ")"


_SLOT_LINES = ", ".join(_slot(slot) for slot in range(_SLOTS))
_SAID_NAMES = ", ".join(f"said_{name}" for name in _SAID)
_SPOKEN = "(" + ", ".join(f"'{role.value}'" for role in SPOKEN) + ")"

_STATEMENT = f"""
WITH turns AS MATERIALIZED ({_unnest(_TURN, "t")}),
messages AS MATERIALIZED ({_unnest(_MESSAGE, "m")}),
replies AS MATERIALIZED ({_unnest(_REPLY, "r")}),
memory AS MATERIALIZED ({_unnest(_MEMORY, "w")}),
clock AS MATERIALIZED (
    SELECT %s::float8 AS now, %s::int8 AS kept_turns, %s::int8 AS kept_messages, %s::int8 AS kept_ids,
           %s::int8 AS kept_deliveries
),
found AS MATERIALIZED (
    SELECT b.* FROM (SELECT bot, key FROM memory ORDER BY bot, key) w CROSS JOIN LATERAL (
        SELECT m.bot, m.key, m.version FROM bot_memories m WHERE m.bot = w.bot AND m.key = w.key FOR UPDATE
    ) b
),
moved AS MATERIALIZED (
    SELECT w.session_id FROM memory w LEFT JOIN found ON found.bot = w.bot AND found.key = w.key
    WHERE w.version IS NOT NULL AND w.version <> coalesce(found.version, 0)
),
fences AS MATERIALIZED (
    SELECT o.place, o.session_row, o.consumed AS old_consumed, o.first_seq, o.timer_at, o.owner_principal,
           o.channel,
           CASE WHEN o.small_revision = o.revision THEN true WHEN t.large <> ''::bytea THEN false ELSE NOT EXISTS (
               SELECT 1 FROM states k WHERE k.session_row = o.session_row AND k.name = '' AND k.large <> ''::bytea
           ) END AS is_small,
           t.*
    FROM turns t CROSS JOIN clock CROSS JOIN LATERAL (
        SELECT s.ctid AS place, s.* FROM user_sessions s WHERE s.session_id = t.session_id OFFSET 0
    ) o
    WHERE o.revision = t.expected
      AND CASE WHEN o.small_revision = o.revision THEN t.large = ''::bytea ELSE
          t.large = coalesce((
              SELECT k.large FROM states k
              WHERE k.session_row = o.session_row AND k.revision = o.revision AND k.name = ''
          ), ''::bytea)
          AND NOT EXISTS (
              SELECT 1 FROM states k WHERE k.session_row = o.session_row AND k.name = '' AND k.large <> t.large
              AND k.revision <= o.revision + 1 - kept_turns
          ) END
      AND (t.new_id IS NULL OR NOT EXISTS (
          SELECT 1 FROM message_ids i
          WHERE {id_key("i.session_row", "i.message_id")} = {id_key("o.session_row", "t.new_id")}
      ))
      AND o.session_id NOT IN (SELECT session_id FROM moved)
    ORDER BY o.session_id
),
going AS (
    UPDATE user_sessions s SET
        activity = f.activity, waiting_for = f.waiting_for, memory_bytes = f.memory_bytes, owner = f.owner,
        extra = f.extra, revision = s.revision + 1, accepted = s.accepted + (f.new_id IS NOT NULL)::int,
        consumed = CASE WHEN f.new_id IS NOT NULL THEN s.accepted + 1 ELSE coalesce(f.upto, s.consumed) END,
        small_revision = CASE WHEN f.is_small THEN s.revision + 1 ELSE s.small_revision END,
        first_seq = CASE WHEN f.said = 0 THEN s.first_seq ELSE
            greatest(s.first_seq, s.last_seq + f.said - kept_messages + 1) END,
        last_seq = s.last_seq + f.said, message_count = s.message_count + f.said, fuel_total = s.fuel_total + f.fuel,
        updated_at = now, expires_at = CASE WHEN f.touch THEN now + s.ttl_s ELSE s.expires_at END,
        timer_at = CASE WHEN f.keep_timer THEN s.timer_at ELSE now + f.timer_in_s END
    FROM fences f, clock
    WHERE s.ctid = f.place AND s.state = 'open' AND s.revision = f.expected AND s.claim_expires_at IS NULL
      AND s.release_id = f.release_id
      AND (f.new_id IS NULL OR s.accepted = s.consumed)
      AND (f.upto IS NULL OR f.upto BETWEEN s.consumed AND s.accepted)
      AND (f.said = 0 OR f.first_said = s.last_seq + 1)
    RETURNING f.*, s.revision AS new_revision, s.epoch, s.accepted AS new_accepted, s.consumed AS new_consumed,
              s.first_seq AS new_first_seq, s.last_seq AS end_seq, s.updated_at, s.expires_at,
              s.timer_at AS new_timer_at
),
ids AS (
    INSERT INTO message_ids (session_row, number, message_id, content, accepted_at, reply, expired)
    SELECT session_row, new_accepted, new_id, content, now, reply, 0 FROM going, clock WHERE new_id IS NOT NULL
),
lines AS MATERIALIZED (
    SELECT g.session_row, g.new_first_seq, g.end_seq, g.deliver, g.owner_principal, g.channel, m.*
    FROM going g CROSS JOIN LATERAL (VALUES {_SLOT_LINES}) AS m ({_SAID_NAMES})
    WHERE m.said_role IS NOT NULL
    UNION ALL
    SELECT g.session_row, g.new_first_seq, g.end_seq, g.deliver, g.owner_principal, g.channel,
           {_line(lambda name: f"m.{name}")}
    FROM messages m JOIN going g ON g.session_id = m.session_id
),
said AS (
    INSERT INTO conversations (session_row, {MESSAGE}) SELECT session_row, {_SAID_NAMES} FROM lines
    WHERE said_seq >= new_first_seq
),
forgotten AS (
    DELETE FROM conversations WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM going g CROSS JOIN LATERAL (
            SELECT c.ctid FROM conversations c
            WHERE c.session_row = g.session_row AND c.seq < g.new_first_seq OFFSET 0
        ) old WHERE g.new_first_seq > g.first_seq
    ))
),
kept AS (
    INSERT INTO states (session_row, name, label, revision, root, large, created_at,
                        release_id, activity, waiting_for, memory_bytes, owner, extra)
    SELECT g.session_row, '', '', g.new_revision, g.root, g.large, now,
           g.release_id, g.activity, g.waiting_for, g.memory_bytes, g.owner, g.extra
    FROM going g, clock
),
trimmed AS (
    DELETE FROM states WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM going g CROSS JOIN clock CROSS JOIN LATERAL (
            SELECT k.ctid FROM states k
            WHERE k.session_row = g.session_row AND k.name = '' AND k.revision <= g.new_revision - kept_turns OFFSET 0
        ) old WHERE g.new_revision > kept_turns
    ))
),
settled AS (
    UPDATE message_ids i SET reply = f.reply FROM (
        SELECT own.ctid AS place, r.reply
        FROM replies r JOIN going g ON g.session_id = r.session_id CROSS JOIN clock CROSS JOIN LATERAL (
            SELECT i.ctid FROM message_ids i
            WHERE i.session_row = g.session_row AND i.message_id = r.message_id AND i.reply IS NULL AND i.expired = 0
              AND (g.new_id IS NULL OR i.number NOT IN (g.new_accepted - kept_messages, g.new_accepted - kept_ids))
            OFFSET 0
        ) own OFFSET 0
    ) f WHERE i.ctid = f.place
),
expired AS (
    UPDATE message_ids SET reply = NULL, expired = 1 WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM going g CROSS JOIN clock CROSS JOIN LATERAL (
            SELECT i.ctid FROM message_ids i
            WHERE i.session_row = g.session_row AND i.number = g.new_accepted - kept_messages OFFSET 0
        ) old WHERE g.new_id IS NOT NULL AND g.new_accepted > kept_messages AND kept_messages < kept_ids
    ))
),
unknown AS (
    DELETE FROM message_ids WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM going g CROSS JOIN clock CROSS JOIN LATERAL (
            SELECT i.ctid FROM message_ids i
            WHERE i.session_row = g.session_row AND i.number = g.new_accepted - kept_ids OFFSET 0
        ) old WHERE g.new_id IS NOT NULL AND g.new_accepted > kept_ids
    ))
),
given AS (
    DELETE FROM inputs WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM going g CROSS JOIN LATERAL (
            SELECT i.ctid FROM inputs i
            WHERE i.session_row = g.session_row AND i.number <= g.new_consumed OFFSET 0
        ) old WHERE g.new_id IS NULL AND g.new_consumed > g.old_consumed
    ))
),
heard AS (
    DELETE FROM due WHERE kind = '{DueKind.INPUT.value}' AND session_row = ANY(ARRAY(
        SELECT g.session_row FROM going g
        WHERE g.new_id IS NULL AND g.new_consumed > g.old_consumed AND g.new_consumed = g.new_accepted
    ))
),
stopped AS (
    DELETE FROM due WHERE kind = '{DueKind.TIMER.value}' AND session_row = ANY(ARRAY(
        SELECT g.session_row FROM going g WHERE g.timer_at IS NOT NULL AND g.timer_in_s IS NULL AND NOT g.keep_timer
    ))
),
timers AS (
    INSERT INTO due (session_row, kind, due_at, visible_at)
    SELECT g.session_row, '{DueKind.TIMER.value}', now + g.timer_in_s, now + g.timer_in_s FROM going g, clock
    WHERE g.timer_in_s IS NOT NULL AND NOT g.keep_timer
    ON CONFLICT (session_row, kind) DO UPDATE SET due_at = excluded.due_at, visible_at = excluded.visible_at
),
delivered AS (
    INSERT INTO deliveries (session_row, seq, status, attempts, lease_expires_at, external_id, error, created_at)
    SELECT session_row, said_seq, 'waiting', 0, NULL, NULL, '', now FROM lines, clock
    WHERE deliver AND said_role IN {_SPOKEN} AND said_seq > end_seq - kept_deliveries
),
undelivered AS (
    DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM going g CROSS JOIN clock CROSS JOIN LATERAL (
            SELECT d.ctid FROM deliveries d
            WHERE d.session_row = g.session_row AND d.seq <= g.end_seq - kept_deliveries OFFSET 0
        ) old WHERE g.deliver
    ))
),
queued AS (
    INSERT INTO delivery_queues (session_row, principal, channel, last_seq, given_seq, puller, visible_at)
    SELECT session_row, owner_principal, channel, max(said_seq), 0, NULL, now FROM lines, clock
    WHERE deliver AND said_role IN {_SPOKEN}
    GROUP BY session_row, owner_principal, channel, now
    ON CONFLICT (session_row) DO UPDATE SET last_seq = excluded.last_seq
),
remembered AS (
    INSERT INTO bot_memories (bot, key, value, version, updated_at)
    SELECT w.bot, w.key, w.value, 1, now FROM going g JOIN memory w ON w.session_id = g.session_id, clock
    ON CONFLICT (bot, key) DO UPDATE SET
        value = excluded.value, version = bot_memories.version + 1, updated_at = excluded.updated_at
)
SELECT session_id, new_revision, epoch, new_accepted, updated_at, expires_at, new_timer_at FROM going
"""
_TABLES = (_TURN, _MESSAGE, _REPLY, _MEMORY)
STATEMENT = Prepared(
    "commit_turns",
    _STATEMENT,
    [*(f"{kind}[]" for columns in _TABLES for _, kind in columns), "float8", *("int8",) * 4],
)


def values_of(commits: Sequence[TurnCommit], now: float, retention: Retention) -> list[Value]:
    """The values of STATEMENT, in its order."""
    turns = [_turn(commit) for commit in commits]
    messages = [
        (commit.session_id, *from_message(0, message)[1:])
        for commit in commits
        if len(commit.messages) > _SLOTS
        for message in commit.messages[_SLOTS:]
    ]
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
    kept = (retention.turns, retention.messages, retention.message_ids, retention.deliveries)
    return [
        *_arrays(_TURN, turns),
        *_arrays(_MESSAGE, messages),
        *_arrays(_REPLY, replies),
        *_arrays(_MEMORY, memory),
        now,
        *kept,
    ]


_NO_LINE = (None,) * len(_IN_SLOT)


def _turn(commit: TurnCommit) -> tuple[Any, ...]:
    state, accept = commit.state, commit.accept
    assert state is not None
    slots: list[Any] = []
    for message in commit.messages[:_SLOTS]:
        slots += from_message(0, message)[2:]
    for _ in range(_SLOTS - len(commit.messages)):
        slots += _NO_LINE
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
        *slots,
    )


_NO_ROWS = {columns: [array(kind, ()) for _, kind in columns] for columns in _TABLES}


def _arrays(columns: tuple[tuple[str, str], ...], rows: Sequence[tuple[Any, ...]]) -> Sequence[Value]:
    if not rows:
        return _NO_ROWS[columns]
    return [array(kind, column) for (_, kind), column in zip(columns, zip(*rows, strict=True), strict=True)]
