"""The agents of a desk: what they can do, and whether they are there."""

from __future__ import annotations

import json
from typing import Any

from ...desk import Agent, Presence, Profile, folded
from ...errors import LimitReached
from ...ids import AgentId
from ...limits import AGENT_GRACE_S, AGENT_KEPT_S, AGENT_LEASE_S, DESK_AGENTS
from ..abc import DueKind
from ..desk import Target
from .connection import Connection

_AGENTS = """
SELECT a.agent_id, a.name, a.presence, a.capacity, a.skills, a.queues, a.languages, a.missed, a.lease_expires_at,
       a.idle_since, coalesce(i.load, 0.0), coalesce(i.active, 0)
FROM desk_agents a LEFT JOIN (
    SELECT coalesce(offer_agent, agent_id) AS agent_id, sum(weight) AS load,
           sum(CASE WHEN state = 'assigned' THEN 1 ELSE 0 END) AS active
    FROM desk_items WHERE principal = ? AND state IN ('offered', 'assigned') GROUP BY 1
) i ON i.agent_id = a.agent_id
WHERE a.principal = ?
"""
_PUT_AGENT = """
INSERT INTO desk_agents (principal, agent_id, name, presence, capacity, skills, queues, languages, missed,
                         lease_expires_at, idle_since)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
ON CONFLICT (principal, agent_id) DO UPDATE SET
    name = excluded.name, presence = excluded.presence, capacity = excluded.capacity, skills = excluded.skills,
    queues = excluded.queues, languages = excluded.languages, missed = 0, lease_expires_at = excluded.lease_expires_at
"""


def put_profile(
    connection: Connection,
    now: float,
    principal: str,
    agent_id: AgentId,
    profile: Profile,
    lease_s: float,
    *,
    is_new: bool,
) -> None:
    """Raises LimitReached for a new agent when there are DESK_AGENTS."""
    if is_new:
        _check_count(connection, principal)
    is_offline = profile.presence is Presence.OFFLINE
    connection.execute(
        _PUT_AGENT,
        (
            principal,
            agent_id,
            profile.name,
            profile.presence.value,
            profile.capacity,
            json.dumps(dict(profile.skills), ensure_ascii=False),
            json.dumps(list(profile.queues), ensure_ascii=False),
            json.dumps(list(profile.languages), ensure_ascii=False),
            now if is_offline else now + lease_s,
            now,
        ),
    )
    names = {(Target.QUEUE, name) for name in profile.queues} | {(Target.SKILL, name) for name in profile.skills}
    connection.execute("DELETE FROM desk_names WHERE principal = ? AND agent_id = ?", (principal, agent_id))
    connection.executemany(
        "INSERT INTO desk_names (principal, kind, name, agent_id) VALUES (?, ?, ?, ?)",
        [(principal, kind.value, name, agent_id) for kind, name in sorted(names)],
    )
    if is_offline:
        _hasten(connection, principal, agent_id, now + AGENT_GRACE_S)


def renew(connection: Connection, principal: str, agent_id: AgentId, until: float) -> None:
    connection.execute(
        "UPDATE desk_agents SET lease_expires_at = ? WHERE principal = ? AND agent_id = ?", (until, principal, agent_id)
    )


def _hasten(connection: Connection, principal: str, agent_id: AgentId, at: float) -> None:
    """The agent's sessions look at `at` whether the agent is there."""
    connection.execute(
        "UPDATE due SET due_at = ?, visible_at = ? WHERE kind = ? AND session_row IN "
        "(SELECT session_row FROM desk_items WHERE principal = ? AND state = 'assigned' AND agent_id = ?)",
        (at, at, DueKind.DESK.value, principal, agent_id),
    )


def _check_count(connection: Connection, principal: str) -> None:
    (count,) = connection.execute("SELECT count(*) FROM desk_agents WHERE principal = ?", (principal,)).fetchone()
    if count >= DESK_AGENTS:
        raise LimitReached(
            "LIMIT_REACHED", limit="agents of the desk", maximum=DESK_AGENTS, unit="agents", current=count + 1
        )


def _to_agent(row: tuple[Any, ...]) -> Agent:
    profile = Profile(
        row[1], Presence(row[2]), row[3], json.loads(row[4]), tuple(json.loads(row[5])), tuple(json.loads(row[6]))
    )
    return Agent(AgentId(row[0]), profile, row[7], row[8], row[9], row[10], row[11])


def find_agent(connection: Connection, principal: str, agent_id: str) -> Agent | None:
    row = connection.execute(_AGENTS + "AND a.agent_id = ?", (principal, principal, agent_id)).fetchone()
    return None if row is None else _to_agent(row)


def agents_present(connection: Connection, now: float, principal: str) -> list[Agent]:
    rows = connection.execute(_AGENTS + "AND a.lease_expires_at > ?", (principal, principal, now))
    return [_to_agent(row) for row in rows]


def list_agents(connection: Connection, principal: str, limit: int, after: str) -> list[Agent]:
    rows = connection.execute(
        _AGENTS + "AND a.agent_id > ? ORDER BY a.agent_id LIMIT ?", (principal, principal, after, limit)
    )
    return [_to_agent(row) for row in rows]


def find_targets(connection: Connection, principal: str, name: str) -> frozenset[Target]:
    kinds = {
        Target(kind)
        for (kind,) in connection.execute(
            "SELECT DISTINCT kind FROM desk_names WHERE principal = ? AND name = ?", (principal, folded(name))
        )
    }
    if connection.execute(
        "SELECT 1 FROM desk_agents WHERE principal = ? AND agent_id = ?", (principal, name)
    ).fetchone():
        kinds.add(Target.AGENT)
    return frozenset(kinds)


def revive_agents(connection: Connection, now: float) -> None:
    """No agent could renew a lease while no process ran: those who had sessions get time to come back."""
    connection.execute(
        "UPDATE desk_agents SET lease_expires_at = ? WHERE presence <> 'offline' AND lease_expires_at < ? "
        "AND EXISTS (SELECT 1 FROM desk_items i WHERE i.principal = desk_agents.principal "
        "AND i.agent_id = desk_agents.agent_id AND i.state = 'assigned')",
        (now + AGENT_LEASE_S, now + AGENT_LEASE_S),
    )


def forget_agents(connection: Connection, now: float) -> None:
    """Those nobody has seen for long, unless they still have a session."""
    connection.execute(
        "DELETE FROM desk_agents WHERE lease_expires_at <= ? AND NOT EXISTS (SELECT 1 FROM desk_items i "
        "WHERE i.principal = desk_agents.principal AND i.agent_id = desk_agents.agent_id AND i.state = 'assigned')",
        (now - AGENT_KEPT_S,),
    )
    connection.execute(
        "DELETE FROM desk_names WHERE NOT EXISTS (SELECT 1 FROM desk_agents a "
        "WHERE a.principal = desk_names.principal AND a.agent_id = desk_names.agent_id)"
    )


def lease_of(connection: Connection, principal: str, agent_id: AgentId) -> float | None:
    row = connection.execute(
        "SELECT lease_expires_at FROM desk_agents WHERE principal = ? AND agent_id = ?", (principal, agent_id)
    ).fetchone()
    return None if row is None else row[0]


def touch_agent(connection: Connection, now: float, principal: str, agent_id: AgentId | None) -> None:
    """The agent just took or left a session."""
    connection.execute(
        "UPDATE desk_agents SET idle_since = ?, missed = 0 WHERE principal = ? AND agent_id = ?",
        (now, principal, agent_id),
    )
