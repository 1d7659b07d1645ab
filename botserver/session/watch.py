"""WatchSession: what was committed, to whoever looks on, in order and without gaps.

A watcher first subscribes, then reads what is stored after its cursor, then gets what is committed from then on; what
comes both ways is told once. One that reads too slowly loses its place in memory, not its events: it reads the store
again. Messages that are no longer kept are a gap event.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from ..errors import Draining, LimitReached, SessionNotFound
from ..ids import SessionId
from ..limits import PAGE_CHARS, PAGE_SIZE_MAX, WATCH_EVENTS, WATCHERS_PER_SESSION
from ..model import Activity, EventKind, Fault, Message, Owner, SessionEvent, SessionState
from ..store.abc import SessionRow, Store
from .records import decode_notes, decode_waiting

_DELETED = SessionEvent(EventKind.ENDED, 0, activity=Activity.ENDED)


class _Watcher:
    """Events for one stream; `overflowed` says that some were dropped and the store must be read."""

    def __init__(self) -> None:
        self.events: deque[SessionEvent] = deque()
        self.overflowed = False
        self.news = asyncio.Event()

    def tell(self, event: SessionEvent) -> None:
        if len(self.events) >= WATCH_EVENTS:
            self.events.clear()
            self.overflowed = True
        self.events.append(event)
        self.news.set()


class Watches:
    """All watchers of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watchers: dict[SessionId, set[_Watcher]] = {}
        self._closed = False

    def publish(self, row: SessionRow, messages: Sequence[Message], fault: Fault | None = None) -> None:
        """A commit of this session happened."""
        watchers = self._watchers.get(row.session_id)
        if not watchers:
            return
        events = [SessionEvent(EventKind.MESSAGE, message.seq, message=message) for message in messages]
        events.append(_standing(row, fault))
        for watcher in watchers:
            for event in events:
                watcher.tell(event)

    def sessions(self) -> list[SessionId]:
        """Those that are watched."""
        return list(self._watchers)

    def refresh(self, session_id: SessionId) -> None:
        """Somebody else committed: watchers read the store."""
        for watcher in self._watchers.get(session_id, ()):
            watcher.overflowed = True
            watcher.news.set()

    def close(self) -> None:
        """End all streams; their clients resume elsewhere."""
        self._closed = True
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.news.set()

    def forget(self, session_id: SessionId) -> None:
        """The session was deleted: its streams end."""
        for watcher in self._watchers.get(session_id, ()):
            watcher.tell(_DELETED)

    async def watch(self, session_id: SessionId, after_seq: int) -> AsyncGenerator[SessionEvent, None]:
        """Events after `after_seq`; ends after the session ended. Raises Draining when this process shuts down."""
        watchers = self._watchers.setdefault(session_id, set())
        if len(watchers) >= WATCHERS_PER_SESSION:
            raise LimitReached(
                "RATE_LIMIT",
                limit="streams that watch a session",
                maximum=WATCHERS_PER_SESSION,
                unit="streams",
                current=len(watchers) + 1,
            )
        watcher = _Watcher()
        watchers.add(watcher)
        try:
            async for event in self._follow(session_id, watcher, after_seq):
                yield event
        finally:
            watchers.discard(watcher)
            if not watchers and self._watchers.get(session_id) is watchers:
                del self._watchers[session_id]

    async def _follow(self, session_id: SessionId, watcher: _Watcher, seq: int) -> AsyncIterator[SessionEvent]:
        stale = True
        told: SessionEvent | None = None  # how the session stood when that was last told
        while not self._closed:
            if stale or watcher.overflowed:
                stale = watcher.overflowed = False
                async for event in self._stored(session_id, seq):
                    seq = max(seq, event.seq)
                    told = event if event.kind is EventKind.STATE else told
                    yield event
                    if event.kind is EventKind.ENDED:
                        return
            while watcher.events and not watcher.overflowed:
                event = watcher.events.popleft()
                if event.kind is EventKind.MESSAGE:
                    if event.seq <= seq:
                        continue
                    seq = event.seq
                elif event.kind is EventKind.STATE:
                    if event.seq < seq or event == told or (told is not None and event.revision < told.revision):
                        continue
                    told = event
                yield event
                if event.kind is EventKind.ENDED:
                    return
            if not watcher.overflowed and not watcher.events and not self._closed:
                watcher.news.clear()
                await watcher.news.wait()
        raise Draining  # an end without an error would tell the client that the session has ended

    async def _stored(self, session_id: SessionId, seq: int) -> AsyncIterator[SessionEvent]:
        """What the store has after `seq`, then how the session stands."""
        row = await self._store.find_session(session_id)
        if row is None:
            raise SessionNotFound(session_id=session_id)
        if seq < row.first_seq - 1:
            seq = row.first_seq - 1
            yield SessionEvent(EventKind.GAP, seq)
        while True:
            while page := await self._store.list_messages(session_id, PAGE_SIZE_MAX, seq, max_chars=PAGE_CHARS):
                for message in page:
                    seq = message.seq
                    yield SessionEvent(EventKind.MESSAGE, seq, message=message)
            found = await self._store.find_session(session_id)
            if found is None:  # deleted meanwhile
                yield _DELETED
                return
            row = found
            if row.last_seq <= seq:
                yield _standing(row, None)
                return


def _agent_name(row: SessionRow) -> str:
    if row.standing.owner is not Owner.AGENT:
        return ""
    handoff = decode_notes(row.standing.extra).handoff
    return "" if handoff is None else handoff.agent_name


def _standing(row: SessionRow, fault: Fault | None) -> SessionEvent:
    ended = row.state is SessionState.ENDED
    return SessionEvent(
        EventKind.ENDED if ended else EventKind.STATE,
        row.last_seq,
        activity=row.standing.activity,
        owner=row.standing.owner,
        agent=_agent_name(row),
        revision=row.revision,
        waiting_for=decode_waiting(row.standing.waiting_for),
        fault=fault,
        end_reason=row.end_reason,
    )
