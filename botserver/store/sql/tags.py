"""How scripts tagged sessions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...ids import SessionId
from ...limits import KEPT_TAGS
from ..desk import TagWrite
from .connection import Connection

_SESSION = """
SELECT s.session_row, coalesce(t.tags, '[]') FROM user_sessions s LEFT JOIN desk_tags t ON t.session_row = s.session_row
WHERE s.session_id = ? AND s.state <> 'deleted'
"""


def put_tags(connection: Connection, session_row: int, writes: Sequence[TagWrite]) -> None:
    """Those a turn of that session commits."""
    (principal,) = connection.execute(
        "SELECT owner_principal FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    for write in writes:
        found = connection.execute(f"{_SESSION} AND s.owner_principal = ?", (write.session_id, principal)).fetchone()
        if found is None:
            continue
        tagged_row, tags = found[0], json.loads(found[1])
        if write.tag not in tags:
            connection.execute(
                "INSERT INTO desk_tags (session_row, tags) VALUES (?, ?) "
                "ON CONFLICT (session_row) DO UPDATE SET tags = excluded.tags",
                (tagged_row, json.dumps([*tags, write.tag][-KEPT_TAGS:], ensure_ascii=False)),
            )


def list_tags(connection: Connection, session_id: SessionId) -> tuple[str, ...]:
    found = connection.execute(_SESSION, (session_id,)).fetchone()
    return () if found is None else tuple(json.loads(found[1]))
