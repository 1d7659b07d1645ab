"""The floor of durable turns: what a plain program commits with nothing but the database's driver.

The same tables as the store's, the same rows a turn (the session, the message's id with its reply, two messages, the
state, and the state that is forgotten), under the same condition (the session is open, at the revision that was read,
without a claim or a waiting input), as many turns a transaction as are concurrent. No event loop, no threads, no VM:
one batch after the other, rows made beforehand. The database is one in which sessions of the bot have said a turn; its
rows are the patterns of those that are written. SQLite through sqlite3 with synchronous=FULL, PostgreSQL through
psycopg with one set-based statement a batch. benchmarks/engine.py runs it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, Protocol

import psycopg

from botserver.limits import Retention

KEPT = Retention().turns
TABLES = ("message_ids", "states", "conversations")
Row = dict[str, Any]


class Connection(Protocol):
    def execute(self, statement: str, values: Sequence[Any] = ...) -> Any: ...


@dataclass
class Pattern:
    """Rows of the last turn of a session: what a turn writes."""

    session: Row
    message_id: Row
    state: Row
    messages: list[Row]


@dataclass
class Talk:
    """Where a session stands."""

    session_row: int
    session_id: str
    revision: int
    accepted: int
    last_seq: int


def read_pattern(connection: Connection) -> tuple[Pattern, list[Talk]]:
    columns = "session_row, session_id, revision, accepted, last_seq"
    talks = [Talk(*row) for row in connection.execute(f"SELECT {columns} FROM user_sessions ORDER BY session_row")]
    where = f"WHERE session_row = {talks[0].session_row} ORDER BY "
    return Pattern(
        _rows(connection, f"user_sessions {where} session_row")[0],
        _rows(connection, f"message_ids {where} number DESC")[0],
        _rows(connection, f"states {where} revision DESC")[0],
        _rows(connection, f"conversations {where} seq DESC")[1::-1],
    ), talks


def _rows(connection: Connection, what: str) -> list[Row]:
    found = connection.execute(f"SELECT * FROM {what}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def batches(talks: list[Talk], together: int) -> Iterator[list[Talk]]:
    """Sessions take turns."""
    endless = chain.from_iterable(repeat(talks))
    while True:
        yield list(islice(endless, together))


def per_second(commit: Callable[[list[Talk]], None], talks: list[Talk], turns: int, together: int) -> float:
    done, began_s = 0, time.perf_counter()
    for batch in batches(talks, together):
        commit(batch)
        for talk in batch:
            talk.revision += 1
            talk.accepted += 1
            talk.last_seq += 2
        done += together
        if done >= turns:
            break
    return done / (time.perf_counter() - began_s)


# --- SQLite ------------------------------------------------------------------------------------------------------


def sqlite_floor(path: Path) -> tuple[Callable[[list[Talk]], None], list[Talk]]:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -32768"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA foreign_keys = ON")
    pattern, talks = read_pattern(connection)
    changed = ("activity", "waiting_for", "memory_bytes", "owner", "extra")
    update = (
        f"UPDATE user_sessions SET {', '.join(f'{name} = ?' for name in changed)}, revision = revision + 1, "
        "accepted = accepted + 1, consumed = accepted + 1, last_seq = last_seq + 2, "
        "message_count = message_count + 2, fuel_total = fuel_total + ?, updated_at = ?, expires_at = ? + ttl_s "
        "WHERE session_id = ? AND revision = ? AND state = 'open' AND claim_expires_at IS NULL "
        "AND accepted = consumed"
    )
    standing = [pattern.session[name] for name in changed]
    put_id, put_state, put_message = (
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        for table, row in zip(TABLES, (pattern.message_id, pattern.state, pattern.messages[0]), strict=True)
    )
    forget = "DELETE FROM states WHERE session_row = ? AND revision <= ? AND name = ''"

    def commit(batch: list[Talk]) -> None:
        now = time.time()
        rows = [_rows_of(pattern, talk, now) for talk in batch]
        connection.execute("BEGIN IMMEDIATE")
        updated = connection.executemany(
            update, [(*standing, 100, now, now, talk.session_id, talk.revision) for talk in batch]
        )
        if updated.rowcount != len(batch):
            raise SystemExit("a session is not where the floor left it")
        connection.executemany(put_id, [message_id for message_id, _, _ in rows])
        connection.executemany(put_message, [message for _, _, messages in rows for message in messages])
        connection.executemany(put_state, [state for _, state, _ in rows])
        connection.executemany(forget, [(talk.session_row, talk.revision + 1 - KEPT) for talk in batch])
        connection.execute("COMMIT")

    return commit, talks


def _rows_of(
    pattern: Pattern, talk: Talk, now: float
) -> tuple[tuple[Any, ...], tuple[Any, ...], list[tuple[Any, ...]]]:
    """The id, the state and the messages of a session's next turn."""
    own = {"session_row": talk.session_row}
    name = f"floor-{talk.accepted}"
    message_id = pattern.message_id | own | {"number": talk.accepted + 1, "message_id": name, "accepted_at": now}
    state = pattern.state | own | {"revision": talk.revision + 1, "created_at": now}
    messages = [
        message | own | {"seq": talk.last_seq + n, "turn": talk.revision + 1, "created_at": now, "message_id": said}
        for n, message, said in zip((1, 2), pattern.messages, (name, None), strict=True)
    ]
    return tuple(message_id.values()), tuple(state.values()), [tuple(message.values()) for message in messages]


# --- PostgreSQL --------------------------------------------------------------------------------------------------

_PER_TURN = (
    *(("session_id", "text"), ("expected", "int8"), ("activity", "text"), ("waiting_for", "text")),
    *(("memory_bytes", "int8"), ("owner", "text"), ("extra", "bytea"), ("root", "bytea"), ("large", "bytea")),
    *(("message_id", "text"), ("content", "bytea"), ("reply", "bytea"), ("heard", "text"), ("said", "text")),
    *(("suggestions", "text"), ("fuel", "int8")),
)
_STATEMENT = f"""
WITH turns AS MATERIALIZED (
    SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for _, kind in _PER_TURN)})
    AS t ({", ".join(name for name, _ in _PER_TURN)})
),
clock AS MATERIALIZED (SELECT %s::float8 AS now),
going AS (
    UPDATE user_sessions s SET
        activity = t.activity, waiting_for = t.waiting_for, memory_bytes = t.memory_bytes, owner = t.owner,
        extra = t.extra, revision = s.revision + 1, accepted = s.accepted + 1, consumed = s.accepted + 1,
        last_seq = s.last_seq + 2, message_count = s.message_count + 2, fuel_total = s.fuel_total + t.fuel,
        updated_at = now, expires_at = now + s.ttl_s
    FROM turns t, clock
    WHERE s.session_id = t.session_id AND s.revision = t.expected AND s.state = 'open'
      AND s.claim_expires_at IS NULL AND s.accepted = s.consumed
    RETURNING s.session_row, s.release_id, s.revision, s.accepted, s.last_seq, t.*
),
ids AS (
    INSERT INTO message_ids (session_row, number, message_id, content, accepted_at, reply, expired)
    SELECT session_row, accepted, message_id, content, now, reply, 0 FROM going, clock
),
said AS (
    INSERT INTO conversations (session_row, seq, role, text, suggestions, message_id, turn, author, address, image,
                               created_at)
    SELECT session_row, last_seq - 1, 'user', heard, '', message_id, revision, '', '', '', now FROM going, clock
    UNION ALL
    SELECT session_row, last_seq, 'bot', said, suggestions, NULL, revision, '', '', '', now FROM going, clock
),
kept AS (
    INSERT INTO states (session_row, name, label, revision, root, large, created_at,
                        release_id, activity, waiting_for, memory_bytes, owner, extra)
    SELECT session_row, '', '', revision, root, large, now,
           release_id, activity, waiting_for, memory_bytes, owner, extra FROM going, clock
),
forgotten AS (
    DELETE FROM states k USING going g
    WHERE k.session_row = g.session_row AND k.name = '' AND k.revision <= g.revision - {KEPT}
)
SELECT count(*) FROM going
"""


def postgres_floor(url: str) -> tuple[Callable[[list[Talk]], None], list[Talk]]:
    connection: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True, prepare_threshold=0)
    for setting in ("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_hashjoin = off",
                    "enable_mergejoin = off", "jit = off"):  # fmt: skip
        connection.execute(f"SET {setting}")
    pattern, talks = read_pattern(connection)
    heard, said = pattern.messages
    same = {**pattern.session, **pattern.state, **pattern.message_id}
    same |= {"heard": heard["text"], "said": said["text"], "suggestions": said["suggestions"], "fuel": 100}

    def commit(batch: list[Talk]) -> None:
        columns = {name: [same[name]] * len(batch) for name, _ in _PER_TURN if name in same}
        columns["session_id"] = [talk.session_id for talk in batch]
        columns["expected"] = [talk.revision for talk in batch]
        columns["message_id"] = [f"floor-{talk.accepted}" for talk in batch]
        values = [_array(columns[name]) for name, _ in _PER_TURN]
        row = connection.execute(_STATEMENT, [*values, time.time()]).fetchone()
        if row is None or row[0] != len(batch):
            raise SystemExit("a session is not where the floor left it")

    return commit, talks


def _array(column: list[Any]) -> Any:
    """Numbers as text, so that the statement stays one whatever their size."""
    return "{" + ",".join(map(str, column)) + "}" if isinstance(column[0], int) else column


# --- both --------------------------------------------------------------------------------------------------------


class Floor:
    """The floor on a database where nothing else is at work. `database` is a file or a URL."""

    def __init__(self, database: Path | str, together: int = 64) -> None:
        opened = sqlite_floor(database) if isinstance(database, Path) else postgres_floor(database)
        self._commit, self._talks = opened
        self._together = together

    def per_second(self, turns: int) -> float:
        return per_second(self._commit, self._talks, turns, self._together)
