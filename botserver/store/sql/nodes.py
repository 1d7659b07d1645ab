"""The processes that have the database open. Those whose lease was over long ago are forgotten by the sweep."""

from __future__ import annotations

import json

from ...limits import CLEANUP_ROWS
from ..nodes import Node
from .connection import Connection


def beat(connection: Connection, now: float, node: Node, lease_s: float) -> None:
    connection.execute(
        "INSERT INTO nodes (node_id, version, reads, started_at, expires_at, keeps) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (node_id) DO UPDATE SET version = excluded.version, reads = excluded.reads, "
        "expires_at = excluded.expires_at, keeps = excluded.keeps",
        (
            *(node.node_id, node.version, json.dumps(dict(node.reads), sort_keys=True)),
            *(now, now + lease_s, connection.retention.planned),
        ),
    )


def all_keep_as_here(connection: Connection, now: float) -> bool:
    """Whether every process that lives, and says so, keeps things for as long as this one."""
    other = connection.execute(
        "SELECT 1 FROM nodes WHERE expires_at > ? AND keeps NOT IN (?, '') LIMIT 1",
        (now, connection.retention.planned),
    ).fetchone()
    return other is None


def leave(connection: Connection, _now: float, node_id: str) -> None:
    connection.execute("DELETE FROM nodes WHERE node_id = ?", (node_id,))


def list_nodes(connection: Connection, now: float) -> list[Node]:
    rows = connection.execute(
        "SELECT node_id, version, reads, started_at FROM nodes WHERE expires_at > ? ORDER BY node_id", (now,)
    )
    return [Node(node_id, version, json.loads(reads), started_at) for node_id, version, reads, started_at in rows]


def forget_nodes(connection: Connection, now: float) -> None:
    connection.execute(
        "DELETE FROM nodes WHERE node_id IN "
        "(SELECT node_id FROM nodes WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        (now, CLEANUP_ROWS),
    )
