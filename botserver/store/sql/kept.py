"""Kept states of a session: one a turn for the last turns, named ones until deleted, and the large objects they share.

A large object is stored once a family and lives while any state or pending call of the family refers to it. Most
turns keep the large objects they found, so the first question, whether a state that goes referred to something the
new one does not, is answered without the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import CheckpointNotFound, LimitReached, SessionNotFound, StoredDataCorrupt
from ...ids import CheckpointId, Digest, SessionId
from ..abc import BASE, Checkpoint, Known, Request, Standing, State, TurnCommit
from .connection import Connection
from .inputs import find_request, record_request
from .rows import (
    CHECKPOINT,
    STANDING,
    from_digests,
    from_standing,
    list_object,
    named_list,
    to_checkpoint,
    to_digests,
)

PUT_STATE = (
    f"INSERT INTO states (session_row, name, label, revision, root, large, created_at, {STANDING}) "
    "VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_REPEAT = (
    f"INSERT INTO states (session_row, name, label, revision, root, large, created_at, {STANDING}) "
    "SELECT session_row, '', '', ?, root, large, ?, ?, ?, ?, ?, ?, ? FROM states "
    "WHERE session_row = ? AND revision = ? AND name = ''"
)
_TRIM = "DELETE FROM states WHERE session_row = ? AND revision <= ? AND name = '' RETURNING large"
_OBJECT = "INSERT INTO large_objects (family, digest, object) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def put_large_objects(connection: Connection, family: str, state: State | None, new: Mapping[Digest, bytes]) -> None:
    """Those of a state that are `new`, and the list of all if it is an object too."""
    objects = {**new, **list_object(state.large)} if state is not None else new
    if objects:
        connection.executemany(_OBJECT, [(family, digest, data) for digest, data in objects.items()])


def read_digests(connection: Connection, family: str, large: bytes) -> tuple[Digest, ...]:
    """What a column `large` means."""
    name = named_list(large)
    if name is None:
        return to_digests(large)
    row = connection.execute(
        "SELECT object FROM large_objects WHERE family = ? AND digest = ?", (family, name)
    ).fetchone()
    if row is None:
        raise StoredDataCorrupt(kind="state", what=f"list of large objects {name.hex()[:16]} is missing")
    return to_digests(row[0])


def put_state(
    connection: Connection,
    session_row: int,
    revision: int,
    state: State,
    standing: Standing,
    now: float,
    name: CheckpointId | None = None,
) -> None:
    """Under its revision, or under a name."""
    large = from_digests(state.large)
    connection.execute(PUT_STATE, (session_row, name or "", revision, state.root, large, now, *from_standing(standing)))


def misses_large_objects(
    connection: Connection, session_row: int, family: str, revision: int, commit: TurnCommit
) -> bool:
    """Whether a state refers to a large object that is neither new nor of the state the turn began with."""
    if commit.state is None or not commit.state.large:
        return False
    missing = set(commit.state.large).difference(commit.new_large)
    if missing:
        for (large,) in connection.execute(
            "SELECT large FROM states WHERE session_row = ? AND revision = ? AND name = '' "
            "UNION ALL SELECT large FROM calls WHERE session_row = ?",
            (session_row, revision, session_row),
        ):
            missing.difference_update(read_digests(connection, family, large))
    return bool(missing)


def repeat_state(connection: Connection, session_row: int, revision: int, standing: Standing, now: float) -> None:
    """Let the state of the revision before stand under this one too."""
    connection.execute(_REPEAT, (revision, now, *from_standing(standing), session_row, revision - 1))


def trim_states(connection: Connection, session_row: int, revision: int) -> list[bytes]:
    """Forget automatic checkpoints beyond those kept; gives the digests they referred to."""
    oldest = revision - connection.retention.turns
    if oldest <= 0:
        return []
    return [row[0] for row in connection.execute(_TRIM, (session_row, oldest)).fetchall()]


def have_no_large(connection: Connection, session_row: int) -> bool:
    """Whether no automatic checkpoint refers to large objects."""
    rows = connection.execute("SELECT large FROM states WHERE session_row = ? AND name = ''", (session_row,)).fetchall()
    return not any(large for (large,) in rows)


def drop_unreferenced(
    connection: Connection, family: str, gone: Iterable[bytes], current: Iterable[Digest] = ()
) -> None:
    """Delete those large objects named in `gone` that no state of the family refers to. `current` surely are."""
    current = tuple(current)
    candidates: set[Digest] = set()
    for large in set(gone) - {from_digests(current)}:
        candidates.update(_names(connection, family, large))
    candidates.difference_update(current)
    if not candidates:
        return
    members = "(SELECT session_row FROM user_sessions WHERE family = ?)"
    for (large,) in connection.execute(
        f"SELECT DISTINCT large FROM states WHERE session_row IN {members} AND length(large) > 0 "
        f"UNION SELECT large FROM calls WHERE session_row IN {members}",
        (family, family),
    ):
        candidates.difference_update(_names(connection, family, large))
        if not candidates:
            return
    connection.executemany(
        "DELETE FROM large_objects WHERE family = ? AND digest = ?", [(family, digest) for digest in candidates]
    )


def _names(connection: Connection, family: str, large: bytes) -> Iterator[Digest]:
    """All objects that a column `large` keeps alive."""
    name = named_list(large)
    if name is not None:
        yield name
    yield from read_digests(connection, family, large)


def load_large_objects(connection: Connection, session_id: SessionId, digests: Sequence[Digest]) -> dict[Digest, bytes]:
    objects: dict[Digest, bytes] = {}
    for digest in digests:
        row = connection.execute(
            "SELECT object FROM large_objects "
            "WHERE family = (SELECT family FROM user_sessions WHERE session_id = ?) AND digest = ?",
            (session_id, digest),
        ).fetchone()
        if row is None:
            raise StoredDataCorrupt(kind="state", what=f"large object {digest.hex()[:16]} is missing")
        objects[digest] = row[0]
    return objects


def find_kept(
    connection: Connection, session_id: SessionId, checkpoint_id: CheckpointId
) -> tuple[Checkpoint, State] | None:
    revision = automatic_revision(checkpoint_id)
    where = "name = ?" if revision is None else "revision = ? AND name = ''"
    named = " AND name <> ''" if revision is None else ""
    row = connection.execute(
        f"SELECT {CHECKPOINT}, root FROM states WHERE session_row = "
        f"(SELECT session_row FROM user_sessions WHERE session_id = ? AND state <> 'deleted') AND {where}{named}",
        (session_id, checkpoint_id if revision is None else revision),
    ).fetchone()
    if row is None:
        return None
    family = _family(connection, session_id)
    digests = read_digests(connection, family, row[11])
    sizes = _sizes(connection, family) if digests else {}
    return to_checkpoint(row, digests, sizes), State(row[12], digests)


def _family(connection: Connection, session_id: SessionId) -> str:
    """Of a session that is there."""
    row: Any = connection.execute("SELECT family FROM user_sessions WHERE session_id = ?", (session_id,)).fetchone()
    family: str = row[0]
    return family


def _sizes(connection: Connection, family: str) -> dict[bytes, int]:
    return dict(
        connection.execute("SELECT digest, length(object) FROM large_objects WHERE family = ?", (family,)).fetchall()
    )


def automatic_revision(checkpoint_id: CheckpointId) -> int | None:
    """The revision an automatic checkpoint's id names."""
    digits = checkpoint_id[2:] if checkpoint_id.startswith("t-") else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def list_checkpoints(connection: Connection, session_id: SessionId) -> list[Checkpoint]:
    rows = connection.execute(
        f"SELECT {CHECKPOINT} FROM states WHERE session_row = "
        "(SELECT session_row FROM user_sessions WHERE session_id = ? AND state <> 'deleted') "
        "AND name <> ? ORDER BY revision DESC, name",
        (session_id, BASE),
    ).fetchall()
    if not rows:
        return []
    family = _family(connection, session_id)
    sizes = _sizes(connection, family)
    return [to_checkpoint(row, read_digests(connection, family, row[11]), sizes) for row in rows]


def _row_of(connection: Connection, session_id: SessionId) -> tuple[int, int, str]:
    row: Any = connection.execute(
        "SELECT session_row, revision, family FROM user_sessions WHERE session_id = ? AND state <> 'deleted'",
        (session_id,),
    ).fetchone()
    if row is None:
        raise SessionNotFound(session_id=session_id)
    return row[0], row[1], row[2]


def save_checkpoint(
    connection: Connection,
    now: float,
    session_id: SessionId,
    checkpoint_id: CheckpointId,
    label: str,
    request: Request[Checkpoint] | None,
) -> Checkpoint | Known:
    known = find_request(connection, now, request)
    if known is not None:
        return known
    session_row, revision, _ = _row_of(connection, session_id)
    count = connection.execute(
        "SELECT count(*) FROM states WHERE session_row = ? AND name NOT IN ('', ?)", (session_row, BASE)
    ).fetchone()[0]
    if count >= connection.retention.checkpoints:
        raise LimitReached(
            "CHECKPOINT_LIMIT",
            limit="named checkpoints of a session",
            maximum=connection.retention.checkpoints,
            unit="checkpoints",
            current=count + 1,
        )
    connection.execute(
        f"INSERT INTO states (session_row, name, label, revision, root, large, created_at, {STANDING}) "
        f"SELECT session_row, ?, ?, revision, root, large, ?, {STANDING} FROM states "
        "WHERE session_row = ? AND revision = ? AND name = ''",
        (checkpoint_id, label, now, session_row, revision),
    )
    kept = find_kept(connection, session_id, checkpoint_id)
    if kept is None:
        raise CheckpointNotFound(session_id=session_id, checkpoint_id=f"t-{revision}", kept=connection.retention.turns)
    record_request(connection, now, request, kept[0])
    return kept[0]


def delete_checkpoint(
    connection: Connection,
    now: float,
    session_id: SessionId,
    checkpoint_id: CheckpointId,
    request: Request[None] | None,
) -> Known | None:
    known = find_request(connection, now, request)
    if known is not None:
        return known
    session_row, _, family = _row_of(connection, session_id)
    gone = connection.execute(
        "DELETE FROM states WHERE session_row = ? AND name = ? AND name NOT IN ('', ?) RETURNING large",
        (session_row, checkpoint_id, BASE),
    ).fetchall()
    if not gone:
        raise CheckpointNotFound(session_id=session_id, checkpoint_id=checkpoint_id, kept=connection.retention.turns)
    drop_unreferenced(connection, family, [row[0] for row in gone])
    record_request(connection, now, request, None)
    return None
