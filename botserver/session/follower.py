"""What other processes committed, for callers and watchers of this one.

A caller waits here for a reply that another process may write: the session was in the middle of something there, or
that process took the input over. So this process looks, now and then, how far the sessions are that somebody here waits
for; a signal from the other process only makes it look sooner. Where a store has one process, nobody follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..errors import BotserverError, SessionNotFound
from ..ids import SessionId
from ..limits import FOLLOW_POLL_S
from ..model import SessionState
from ..store.abc import Progress, Store
from .attempts import ended_error
from .background import Background
from .deliveries import Pullers
from .desk_watch import DeskWatches
from .records import decode_notes
from .releases import Releases
from .replies import Replies
from .signals import Signals
from .steps import taken
from .watch import Watches


class Follower:
    def __init__(
        self,
        store: Store,
        replies: Replies,
        watches: Watches,
        desk_watches: DeskWatches,
        pullers: Pullers,
        signals: Signals,
        releases: Releases,
        report: Callable[[str, BaseException], str],
    ) -> None:
        self._store = store
        self._replies = replies
        self._watches = watches
        self._desk_watches = desk_watches
        self._pullers = pullers
        self._signals = signals
        self._releases = releases
        self._report = report
        self._seen: dict[SessionId, Progress] = {}
        self._background = Background()

    def start(self) -> None:
        self._background.start(self._follow())

    async def stop(self) -> None:
        await self._background.stop()

    async def _follow(self) -> None:
        while True:
            await self._signals.heard(FOLLOW_POLL_S)
            try:
                await self.look()
            except BotserverError as error:
                self._report("follower", error)
                await asyncio.sleep(FOLLOW_POLL_S)
            except Exception as error:  # noqa: BLE001 - the follower outlives anything
                self._report("follower", error)
                await asyncio.sleep(FOLLOW_POLL_S)

    async def look(self) -> None:
        """Pass on what was committed elsewhere since the last look. Desks are looked at each time: they are few. So is
        what became active."""
        self._desk_watches.wake()
        self._pullers.wake_all()
        await self._releases.refresh()
        wanted = list(dict.fromkeys([*self._replies.sessions(), *self._watches.sessions()]))
        self._signals.follow(wanted)
        if not wanted:
            self._seen.clear()
            return
        before, self._seen = self._seen, await self._store.progress_of(wanted)
        for session_id in wanted:
            progress = self._seen.get(session_id)
            if progress is None:
                self._watches.forget(session_id)
                self._replies.fail_session(session_id, SessionNotFound(session_id=session_id))
            elif progress != before.get(session_id):
                await self._pass_on(session_id)

    async def _pass_on(self, session_id: SessionId) -> None:
        self._watches.refresh(session_id)
        row = await self._store.find_session(session_id)
        if row is None:
            return
        await taken(self._replies.look_up(session_id, decode_notes(row.standing.extra)))
        if row.state is SessionState.ENDED:
            self._replies.fail_session(session_id, ended_error(row))
