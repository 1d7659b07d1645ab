"""WatchDesk: what concerns one agent, told once and in order.

Each time something happened at the desk a watcher reads the agent's offers and sessions at one moment and tells what is
new since it last looked. A session's messages are told up to its last one while it was the agent's, so each message of
a user is told to whoever had the session when it was said, and by its `seq` exactly once. What scripts tell an agent is
told by each stream once, and by the next one again unless the agent has seen it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from ..desk import DeskView, QueueItem
from ..errors import AgentNotFound, Draining, LimitReached
from ..ids import AgentId, ItemId, NoticeId, OfferId, SessionId
from ..limits import DESK_HISTORY, DESK_WATCHERS, PAGE_CHARS, PAGE_SIZE_MAX
from ..model import Message
from ..store.abc import Store
from .desk_service import AgentView, DeskEvent, DeskEventKind, ItemView
from .views import session_view


@dataclass(slots=True)
class _Followed:
    """A session that is the agent's, and how far it was told."""

    item: QueueItem
    seq: int
    noted: int = 0  # number of the last note told
    tags: tuple[str, ...] = ()  # as told last


@dataclass(slots=True)
class _Told:
    """What a stream has told."""

    agent: AgentView | None = None
    offers: dict[OfferId, SessionId] = field(default_factory=dict)
    sessions: dict[ItemId, _Followed] = field(default_factory=dict)
    notices: frozenset[NoticeId] = frozenset()


class DeskWatches:
    """All desks that are watched in this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watchers: dict[AgentId, set[asyncio.Event]] = {}
        self._closed = False

    def wake(self, agent_id: AgentId | None = None) -> None:
        """Something happened that concerns this agent; None: or anybody."""
        of_whom = self._watchers.values() if agent_id is None else [self._watchers.get(agent_id, set())]
        for watchers in of_whom:
            for news in watchers:
                news.set()

    def close(self) -> None:
        """End all streams; their clients resume elsewhere."""
        self._closed = True
        self.wake()

    async def watch(
        self, principal: str, agent_id: AgentId, cursors: Mapping[SessionId, int]
    ) -> AsyncIterator[DeskEvent]:
        """Raises AgentNotFound, LimitReached, and Draining when this process shuts down."""
        watchers = self._watchers.setdefault(agent_id, set())
        if len(watchers) >= DESK_WATCHERS:
            raise LimitReached(
                "RATE_LIMIT",
                limit="streams that watch a desk",
                maximum=DESK_WATCHERS,
                unit="streams",
                current=len(watchers) + 1,
            )
        news = asyncio.Event()
        watchers.add(news)
        told, left = _Told(), dict(cursors)
        try:
            while not self._closed:
                news.clear()
                view = await self._store.read_desk(principal, agent_id)
                if view is None:
                    raise AgentNotFound(name=agent_id)
                async for event in self._news(view, told, left):
                    yield event
                if view.unseen != told.notices:
                    async for event in self._notices(principal, agent_id, view.unseen, told):
                        yield event
                while left:  # followed before, and no longer the agent's
                    session_id, seq = left.popitem()
                    async for event in self._left(principal, agent_id, session_id, seq):
                        yield event
                if not self._closed:
                    await news.wait()
            raise Draining
        finally:
            watchers.discard(news)
            if not watchers and self._watchers.get(agent_id) is watchers:
                del self._watchers[agent_id]

    async def _news(self, view: DeskView, told: _Told, cursors: dict[SessionId, int]) -> AsyncIterator[DeskEvent]:
        """What is new since it was last looked; `told` is brought up to date with each event."""
        now_s = self._store.now_s()
        agent = AgentView(view.agent, view.agent.presence(now_s), view.agent.is_busy())
        if _shown(agent) != _shown(told.agent):
            told.agent = agent
            yield DeskEvent(DeskEventKind.AGENT, agent=agent)
        for offer_id in set(told.offers) - {item.offer.offer_id for item in view.offered if item.offer}:
            yield DeskEvent(DeskEventKind.OFFER_CLOSED, offer_id=offer_id, session_id=told.offers.pop(offer_id))
        now_assigned = {item.item_id: item for item in view.assigned}
        for item_id, followed in list(told.sessions.items()):
            current = now_assigned.get(item_id)
            if current is None or current.assigned_seq != followed.item.assigned_seq:
                async for event in self._released(followed):
                    yield event
                del told.sessions[item_id]
        for item in view.assigned:
            if item.item_id not in told.sessions:
                async for event in self._assigned(item, told, cursors.pop(item.session_id, None)):
                    yield event
            followed = told.sessions[item.item_id]
            async for event in self._messages(followed, item.last_seq):
                yield event
            if item.tags != followed.tags:
                followed.tags = item.tags
                yield DeskEvent(DeskEventKind.TAGS, tags=item.tags, session_id=item.session_id)
            if view.noted.get(item.session_id, 0) > followed.noted:
                async for event in self._notes(followed):
                    yield event
        for item in view.offered:
            if item.offer is not None and item.offer.offer_id not in told.offers:
                told.offers[item.offer.offer_id] = item.session_id
                yield await self._about(DeskEventKind.OFFER, item, await self._history(item))

    async def _assigned(self, item: QueueItem, told: _Told, cursor: int | None) -> AsyncIterator[DeskEvent]:
        """A session that the agent has; one whose cursor was given goes on there, another begins with its history."""
        history = await self._history(item) if cursor is None else ()
        seq = item.last_seq if cursor is None else min(cursor, item.last_seq)
        about = await self._about(DeskEventKind.ASSIGNED, item, history)
        noted = about.notes[-1].number if about.notes else 0
        told.sessions[item.item_id] = _Followed(item, seq, noted, item.tags)
        yield about

    async def _released(self, followed: _Followed) -> AsyncIterator[DeskEvent]:
        """What was still said while the session was the agent's, then that it no longer is."""
        item = await self._store.read_item(followed.item.item_id)
        if item is not None:
            async for event in self._messages(followed, item.left_seq):
                yield event
        yield DeskEvent(
            DeskEventKind.RELEASED,
            item=None if item is None else ItemView(item, item.waited_s(self._store.now_s())),
            session_id=followed.item.session_id,
        )

    async def _left(
        self, principal: str, agent_id: AgentId, session_id: SessionId, seq: int
    ) -> AsyncIterator[DeskEvent]:
        """As `_released`, of a session that left the agent while nobody watched."""
        item = await self._store.find_left(principal, agent_id, session_id)
        if item is not None:
            async for event in self._messages(_Followed(item, seq), item.left_seq):
                yield event
        yield DeskEvent(DeskEventKind.RELEASED, session_id=session_id)

    async def _messages(self, followed: _Followed, last_seq: int) -> AsyncIterator[DeskEvent]:
        session_id = followed.item.session_id
        while followed.seq < last_seq:
            page = await self._store.list_messages(
                session_id, PAGE_SIZE_MAX, followed.seq, last_seq + 1, max_chars=PAGE_CHARS
            )
            if not page:
                return  # no longer kept
            for message in page:
                followed.seq = message.seq
                yield DeskEvent(DeskEventKind.MESSAGE, message=message, session_id=session_id)

    async def _notes(self, followed: _Followed) -> AsyncIterator[DeskEvent]:
        session_id = followed.item.session_id
        for note in await self._store.list_notes(session_id, followed.noted):
            followed.noted = note.number
            yield DeskEvent(DeskEventKind.NOTE, note=note, session_id=session_id)

    async def _notices(
        self, principal: str, agent_id: AgentId, unseen: frozenset[NoticeId], told: _Told
    ) -> AsyncIterator[DeskEvent]:
        told.notices &= unseen
        if told.notices == unseen:
            return
        for notice in await self._store.list_notices(principal, agent_id):
            if notice.notice_id not in told.notices:
                told.notices |= {notice.notice_id}
                yield DeskEvent(DeskEventKind.NOTICE, notice=notice, session_id=notice.session_id)

    async def _history(self, item: QueueItem) -> tuple[Message, ...]:
        newest = await self._store.list_messages(
            item.session_id, DESK_HISTORY, 0, item.last_seq + 1, newest_first=True, max_chars=PAGE_CHARS
        )
        return tuple(reversed(newest))

    async def _about(self, kind: DeskEventKind, item: QueueItem, history: tuple[Message, ...]) -> DeskEvent:
        row = await self._store.find_session(item.session_id)
        return DeskEvent(
            kind,
            item=ItemView(item, item.waited_s(self._store.now_s())),
            session=None if row is None else session_view(row),
            messages=history,
            notes=tuple(await self._store.list_notes(item.session_id)),
            session_id=item.session_id,
            offer_id=item.offer.offer_id if item.offer else None,
        )


def _shown(view: AgentView | None) -> object:
    """What of an agent is worth telling when it changes; that a lease was renewed is not."""
    return None if view is None else (view.presence, view.is_busy, view.agent.profile, view.agent.active)
