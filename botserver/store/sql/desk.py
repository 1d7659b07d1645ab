"""The desk: agents, the queue, offers. The rules are `botserver.desk`'s; here they are applied to rows.

Whatever changes an agent or an item ends with `_match`, and each item that changed gets its due row anew.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ...desk import (
    Agent,
    Demand,
    DeskView,
    HandoffOutcome,
    ItemState,
    Offer,
    Presence,
    Profile,
    QueueItem,
    choose_agent,
    due_at,
)
from ...ids import AgentId, ItemId, OfferId, SessionId
from ...limits import (
    AGENT_GRACE_S,
    DESK_MATCHES,
    EXCLUDED_S,
    KEPT_HANDOFFS,
    OFFER_S,
    OFFERS_MISSED,
)
from ..abc import DueKind
from ..desk import Assign, DeskDue, DeskMoved, DeskWrite, Enqueue, PriorityWrite, Requeue
from .agents import agents_present, find_agent, lease_of, put_profile, renew, touch_agent
from .connection import Connection
from .notes import last_noted
from .notices import unseen
from .rows import NOT_DUE, SET_DUE

_ITEMS = """
SELECT i.item_id, s.session_id, s.bot, s.channel, i.state, i.version, i.queue, i.skills, i.wanted_agent, i.priority,
       i.weight, i.reason, i.context, i.is_awaited, i.is_front, i.requested_at, i.enqueued_at, i.wait_s, i.attempts,
       i.excluded, i.agent_id, i.offer_id, i.offer_agent, i.offer_expires_at, i.assigned_at, i.closed_at, i.outcome,
       i.note, i.requested_seq, i.assigned_seq, i.left_seq, s.last_seq, i.language, coalesce(t.tags, '[]'),
       i.principal
FROM desk_items i JOIN user_sessions s ON s.session_row = i.session_row
LEFT JOIN desk_tags t ON t.session_row = i.session_row
"""
_IN_ORDER = "ORDER BY i.is_front DESC, i.priority DESC, i.enqueued_at, i.item_row LIMIT ?"
_PRINCIPAL = -1  # column of _ITEMS

_UPDATE_ITEM = """
UPDATE desk_items SET state = ?, version = version + 1, queue = ?, skills = ?, wanted_agent = ?, is_front = ?,
    enqueued_at = ?, attempts = ?, excluded = ?, agent_id = ?, offer_id = ?, offer_agent = ?, offer_expires_at = ?,
    assigned_at = ?, closed_at = ?, outcome = ?, note = ?, assigned_seq = ?, left_seq = ?
WHERE item_id = ?
"""


# --- presence -----------------------------------------------------------------------------------------------------


def set_presence(
    connection: Connection,
    now: float,
    principal: str,
    agent_id: AgentId,
    profile: Profile | None,
    lease_s: float,
) -> Agent | None:
    known = find_agent(connection, principal, agent_id)
    if profile is not None:
        put_profile(connection, now, principal, agent_id, profile, lease_s, is_new=known is None)
    elif known is None:
        return None
    elif known.profile.presence is not Presence.OFFLINE:
        renew(connection, principal, agent_id, now + lease_s)
    _match(connection, now, principal)
    return find_agent(connection, principal, agent_id)


# --- items -------------------------------------------------------------------------------------------------------


def _to_item(row: tuple[Any, ...]) -> QueueItem:
    return QueueItem(
        item_id=ItemId(row[0]),
        session_id=SessionId(row[1]),
        bot=row[2],
        channel=row[3],
        state=ItemState(row[4]),
        version=row[5],
        demand=Demand(row[6], json.loads(row[7]), row[8] and AgentId(row[8])),
        priority=row[9],
        weight=row[10],
        reason=row[11],
        context=row[12],
        is_awaited=bool(row[13]),
        is_front=bool(row[14]),
        requested_at=row[15],
        enqueued_at=row[16],
        wait_s=row[17],
        attempts=row[18],
        excluded={AgentId(agent_id): until for agent_id, until in json.loads(row[19]).items()},
        agent_id=row[20] and AgentId(row[20]),
        offer=Offer(OfferId(row[21]), AgentId(row[22]), row[23]) if row[21] else None,
        assigned_at=row[24],
        closed_at=row[25],
        outcome=HandoffOutcome(row[26]) if row[26] else None,
        note=row[27],
        requested_seq=row[28],
        assigned_seq=row[29],
        left_seq=row[30],
        last_seq=row[31],
        language=row[32],
        tags=tuple(json.loads(row[33])),
    )


def _item_where(connection: Connection, where: str, *values: object) -> QueueItem | None:
    row = connection.execute(f"{_ITEMS} WHERE {where}", values).fetchone()
    return None if row is None else _to_item(row)


def find_item(connection: Connection, session_id: SessionId) -> QueueItem | None:
    return _item_where(connection, "s.session_id = ? AND s.state <> 'deleted' AND i.state <> 'closed'", session_id)


def read_item(connection: Connection, item_id: ItemId) -> QueueItem | None:
    return _item_where(connection, "i.item_id = ?", item_id)


def find_left(connection: Connection, principal: str, agent_id: AgentId, session_id: SessionId) -> QueueItem | None:
    return _item_where(
        connection,
        "s.session_id = ? AND i.principal = ? AND i.agent_id = ? AND i.state <> 'assigned' AND i.left_seq > 0 "
        "ORDER BY i.item_row DESC LIMIT 1",
        session_id, principal, agent_id,
    )  # fmt: skip


def find_offer(connection: Connection, principal: str, offer_id: OfferId) -> QueueItem | None:
    return _item_where(connection, "i.offer_id = ? AND i.principal = ?", offer_id, principal)


def read_desk(connection: Connection, principal: str, agent_id: AgentId) -> DeskView | None:
    agent = find_agent(connection, principal, agent_id)
    if agent is None:
        return None
    rows = connection.execute(
        f"{_ITEMS} WHERE i.principal = ? AND i.state IN ('offered', 'assigned') "
        "AND coalesce(i.offer_agent, i.agent_id) = ? ORDER BY i.item_row",
        (principal, agent_id),
    )
    items = [_to_item(row) for row in rows]
    return DeskView(
        agent,
        tuple(item for item in items if item.state is ItemState.OFFERED),
        tuple(item for item in items if item.state is ItemState.ASSIGNED),
        last_noted(connection, principal, agent_id),
        unseen(connection, principal, agent_id),
    )


def list_queue(connection: Connection, principal: str, queue: str | None, limit: int, after: int) -> list[QueueItem]:
    where = "WHERE i.principal = ? AND i.state IN ('queued', 'offered') "
    values: list[object] = [principal]
    if queue is not None:
        where += "AND i.queue = ? "
        values.append(queue)
    rows = connection.execute(f"{_ITEMS} {where} {_IN_ORDER} OFFSET ?", (*values, limit, after))
    return [_to_item(row) for row in rows]


def count_queue(connection: Connection, principal: str) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM desk_items WHERE principal = ? AND state IN ('queued', 'offered')", (principal,)
    ).fetchone()[0]
    return count


def count_before(connection: Connection, principal: str, priority: int) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM desk_items WHERE principal = ? AND state IN ('queued', 'offered') "
        "AND (is_front = 1 OR priority >= ?)",
        (principal, priority),
    ).fetchone()[0]
    return count


def count_ahead(connection: Connection, item_id: ItemId) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM desk_items i JOIN desk_items o ON o.principal = i.principal "
        "WHERE i.item_id = ? AND o.state IN ('queued', 'offered') "
        "AND (o.is_front > i.is_front OR o.is_front = i.is_front "
        "AND (o.priority > i.priority OR o.priority = i.priority "
        "AND (o.enqueued_at < i.enqueued_at OR o.enqueued_at = i.enqueued_at AND o.item_row < i.item_row)))",
        (item_id,),
    ).fetchone()[0]
    return count


def _save(connection: Connection, now: float, principal: str, item: QueueItem) -> None:
    """Write what may change of an item, one version up, and when it is due."""
    offer = item.offer
    connection.execute(
        _UPDATE_ITEM,
        (
            item.state.value,
            item.demand.queue,
            json.dumps(dict(item.demand.skills), ensure_ascii=False),
            item.demand.agent_id,
            int(item.is_front),
            item.enqueued_at,
            item.attempts,
            json.dumps(dict(item.excluded)),
            item.agent_id,
            offer and offer.offer_id,
            offer and offer.agent_id,
            offer and offer.expires_at,
            item.assigned_at,
            item.closed_at,
            item.outcome and item.outcome.value,
            item.note,
            item.assigned_seq,
            item.left_seq,
            item.item_id,
        ),
    )
    _schedule(connection, now, principal, item)


def _schedule(connection: Connection, now: float, principal: str, item: QueueItem) -> None:
    (session_row,) = connection.execute(
        "SELECT session_row FROM desk_items WHERE item_id = ?", (item.item_id,)
    ).fetchone()
    if item.state is ItemState.CLOSED:
        connection.execute(NOT_DUE, (session_row, DueKind.DESK.value))
        return
    lease = now
    if item.state is ItemState.ASSIGNED and item.agent_id is not None:
        lease = lease_of(connection, principal, item.agent_id) or now
    at = due_at(item, lease, now)
    connection.execute(SET_DUE, (session_row, DueKind.DESK.value, at, at))


# --- what a session's commit does --------------------------------------------------------------------------------


def refused_write(connection: Connection, session_row: int, write: DeskWrite | None) -> DeskMoved | None:
    """Whether the desk has moved on since the write was decided."""
    if write is None:
        return None
    row = connection.execute(
        "SELECT item_id, version, state FROM desk_items WHERE session_row = ? AND state <> 'closed'", (session_row,)
    ).fetchone()
    if isinstance(write, Enqueue):
        return None if row is None else DeskMoved()
    if row is None or row[:2] != (write.item_id, write.version):
        return DeskMoved()
    if isinstance(write, Assign) and row[2] != ItemState.OFFERED:
        return DeskMoved()
    return None


def apply_write(connection: Connection, now: float, session_row: int, write: DeskWrite, last_seq: int) -> None:
    """`last_seq` is the session's before this commit's messages. The fences were looked at before."""
    (principal,) = connection.execute(
        "SELECT owner_principal FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    if isinstance(write, Enqueue):
        _enqueue(connection, now, principal, session_row, write, last_seq)
    else:
        item = read_item(connection, write.item_id)
        assert item is not None
        had = item.agent_id if item.state is ItemState.ASSIGNED else None
        if isinstance(write, Assign):
            item = replace(
                item, state=ItemState.ASSIGNED, agent_id=write.agent_id, offer=None, assigned_at=now,
                assigned_seq=last_seq, is_front=False, excluded={},
            )  # fmt: skip
            touch_agent(connection, now, principal, write.agent_id)
        elif isinstance(write, Requeue):
            item = replace(
                item, state=ItemState.QUEUED, offer=None, enqueued_at=now, excluded={}, assigned_at=None,
                left_seq=item.left_seq if had is None else last_seq, is_front=write.demand is None,
                demand=write.demand or replace(item.demand, agent_id=None),
            )  # fmt: skip
        else:
            item = _closed(item, now, write.outcome, write.note, last_seq)
        _save(connection, now, principal, item)
        if isinstance(write, Requeue) and write.priority is not None:
            connection.execute(
                "UPDATE desk_items SET priority = ?, reason = ? WHERE item_id = ?",
                (write.priority, write.reason or item.reason, item.item_id),
            )
        if had is not None:
            touch_agent(connection, now, principal, had)
    _match(connection, now, principal)


def _enqueue(
    connection: Connection, now: float, principal: str, session_row: int, write: Enqueue, last_seq: int
) -> None:
    connection.execute(
        "INSERT INTO desk_items (item_id, session_row, principal, state, version, queue, skills, wanted_agent, "
        "priority, weight, reason, context, is_awaited, is_front, requested_at, enqueued_at, wait_s, attempts, "
        "excluded, note, requested_seq, assigned_seq, left_seq, language) "
        "VALUES (?, ?, ?, 'queued', 1, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, 0, '{}', '', ?, 0, 0, ?)",
        (
            write.item_id,
            session_row,
            principal,
            write.demand.queue,
            json.dumps(dict(write.demand.skills), ensure_ascii=False),
            write.demand.agent_id,
            write.priority,
            write.weight,
            write.reason,
            write.context,
            int(write.is_awaited),
            now,
            now,
            write.wait_s,
            last_seq,
            write.language,
        ),
    )
    connection.execute(
        "DELETE FROM desk_items WHERE session_row = ? AND state = 'closed' AND item_row NOT IN "
        "(SELECT item_row FROM desk_items WHERE session_row = ? ORDER BY item_row DESC LIMIT ?)",
        (session_row, session_row, KEPT_HANDOFFS),
    )
    item = read_item(connection, write.item_id)
    assert item is not None
    _schedule(connection, now, principal, item)


def _closed(item: QueueItem, now: float, outcome: HandoffOutcome, note: str, last_seq: int) -> QueueItem:
    left_seq = last_seq if item.state is ItemState.ASSIGNED else item.left_seq
    return replace(
        item, state=ItemState.CLOSED, offer=None, closed_at=now, outcome=outcome, note=note, left_seq=left_seq,
        excluded={},
    )  # fmt: skip


def put_priorities(connection: Connection, now: float, session_row: int, writes: Sequence[PriorityWrite]) -> None:
    """Those a turn of that session commits."""
    (principal,) = connection.execute(
        "SELECT owner_principal FROM user_sessions WHERE session_row = ?", (session_row,)
    ).fetchone()
    for write in writes:
        connection.execute(
            "UPDATE desk_items SET priority = ?, version = version + 1 "
            "WHERE principal = ? AND state <> 'closed' AND priority <> ? "
            "AND session_row = (SELECT session_row FROM user_sessions WHERE session_id = ?)",
            (write.priority, principal, write.priority, write.session_id),
        )
    _match(connection, now, principal)


def leave_desk(connection: Connection, now: float, session_row: int) -> None:
    """The session has ended or is deleted: it leaves the queue and its agent."""
    row = connection.execute(f"{_ITEMS} WHERE i.session_row = ? AND i.state <> 'closed'", (session_row,)).fetchone()
    if row is None:
        return
    item = _to_item(row)
    was_assigned = item.state is ItemState.ASSIGNED
    outcome = HandoffOutcome.RESOLVED if was_assigned else HandoffOutcome.USER_LEFT
    _save(connection, now, row[_PRINCIPAL], _closed(item, now, outcome, "", item.last_seq))
    if was_assigned:
        touch_agent(connection, now, row[_PRINCIPAL], item.agent_id)
    _match(connection, now, row[_PRINCIPAL])


# --- offers ------------------------------------------------------------------------------------------------------


def decline_offer(connection: Connection, now: float, principal: str, agent_id: AgentId, offer_id: OfferId) -> bool:
    item = find_offer(connection, principal, offer_id)
    if item is None or item.offer is None or item.offer.agent_id != agent_id or item.offer.expires_at <= now:
        return False
    connection.execute("UPDATE desk_agents SET missed = 0 WHERE principal = ? AND agent_id = ?", (principal, agent_id))
    _save(connection, now, principal, _not_for(item, agent_id, now))
    _match(connection, now, principal)
    return True


def _not_for(item: QueueItem, agent_id: AgentId, now: float) -> QueueItem:
    """The item without its offer, which this agent did not want."""
    still = {other: until for other, until in item.excluded.items() if until > now}
    return replace(item, state=ItemState.QUEUED, offer=None, excluded=still | {agent_id: now + EXCLUDED_S})


def step_desk(connection: Connection, now: float, session_id: SessionId) -> DeskDue:
    row = connection.execute(
        f"{_ITEMS} WHERE s.session_id = ? AND s.state = 'open' AND i.state <> 'closed'", (session_id,)
    ).fetchone()
    if row is None:
        connection.execute(
            "DELETE FROM due WHERE kind = ? AND session_row = "
            "(SELECT session_row FROM user_sessions WHERE session_id = ?)",
            (DueKind.DESK.value, session_id),
        )
        return DeskDue.NOTHING
    item, principal = _to_item(row), row[_PRINCIPAL]
    if item.state is ItemState.ASSIGNED:
        assert item.agent_id is not None
        if (lease_of(connection, principal, item.agent_id) or 0.0) + AGENT_GRACE_S <= now:
            return DeskDue.AGENT_LOST
        _schedule(connection, now, principal, item)
        return DeskDue.NOTHING
    if item.offer is not None and item.offer.expires_at <= now:
        connection.execute(
            "UPDATE desk_agents SET missed = missed + 1, presence = "
            "CASE WHEN missed + 1 >= ? AND presence = 'online' THEN 'away' ELSE presence END "
            "WHERE principal = ? AND agent_id = ?",
            (OFFERS_MISSED, principal, item.offer.agent_id),
        )
        item = _not_for(item, item.offer.agent_id, now)
        _save(connection, now, principal, item)
    if item.offer is None and item.give_up_at <= now:
        return DeskDue.GIVE_UP
    _match(connection, now, principal)
    item = find_item(connection, session_id) or item
    _schedule(connection, now, principal, item)
    return DeskDue.NOTHING


def _match(connection: Connection, now: float, principal: str) -> None:
    """Offer whoever waits to whoever can take them, the first in the queue first."""
    if not connection.execute(
        "SELECT 1 FROM desk_items WHERE principal = ? AND state = 'queued' LIMIT 1", (principal,)
    ).fetchone():
        return
    agents = {agent.agent_id: agent for agent in agents_present(connection, now, principal)}
    for item in _waiting(connection, principal):
        free = [agent for agent in agents.values() if not agent.is_busy()]
        if not free:
            return
        agent = None if item.give_up_at <= now else choose_agent(item, free, now)
        if agent is not None:
            offer = Offer(OfferId(str(uuid.uuid4())), agent.agent_id, now + OFFER_S)
            offered = replace(item, state=ItemState.OFFERED, offer=offer, attempts=item.attempts + 1)
            _save(connection, now, principal, offered)
            agents[agent.agent_id] = replace(agent, load=agent.load + item.weight)


def _waiting(connection: Connection, principal: str) -> Iterable[QueueItem]:
    rows = connection.execute(
        f"{_ITEMS} WHERE i.principal = ? AND i.state IN ('queued', 'offered') AND i.state = 'queued' {_IN_ORDER}",
        (principal, DESK_MATCHES),
    ).fetchall()
    return map(_to_item, rows)
