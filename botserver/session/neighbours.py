"""Other sessions of the bot, as a turn looks at them: as they were committed last, with what is on its way to them."""

from __future__ import annotations

from dataclasses import dataclass

from ..desk import folded
from ..errors import BadSnapshot, LimitReached, ScriptError, SnapshotTooNew, StoredDataCorrupt
from ..ids import SessionId
from ..model import Activity, SessionState
from ..store.abc import SessionRow, Store
from ..store.queries import SessionQuery
from ..vm.machine import Heap
from ..vm.text import fold
from ..vm.values import HostValue
from .fields import Reader
from .hot import HotSessions
from .open_count import OpenCount
from .performers.reach import Reach
from .records import INPUT_SET, decode_notes, decode_set
from .releases import LoadedRelease, Releases

_WAITING = (Activity.WAITING_INPUT, Activity.WAITING_TIMER)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of them. `coming` are variables that were set for it and are still to be taken, by folded name."""

    row: SessionRow
    reader: Reader
    heap: Heap
    coming: dict[str, HostValue]

    def variable(self, name: str) -> HostValue:
        """Null if there is none."""
        folded = fold(name)
        if folded in self.coming:
            return self.coming[folded]
        return find_variable(self.heap, name, "")


def find_variable(heap: Heap, name: str, address: str) -> HostValue:
    """Of the session itself (""), or the sub-session of that address; null if there is none."""
    known = heap.areas(address).variables
    return next((value for key, value in known.items() if fold(key) == fold(name)), None)


class Neighbours:
    """Finds them. What runs there meanwhile is not seen."""

    def __init__(self, store: Store, releases: Releases, hot: HotSessions, open_count: OpenCount) -> None:
        self._store = store
        self._releases = releases
        self._hot = hot
        self._open_count = open_count

    async def find(self, reach: Reach, session_id: SessionId) -> Neighbour | None:
        """None if there is no such session, or it is of another bot or caller."""
        loaded = await self._store.load_session(session_id)
        if loaded is None or reach.narrowed(loaded.row) is None:
            return None
        row = loaded.row
        hot = self._hot.peek(session_id)
        release = await self._releases.load(row.bot, row.standing.release)
        if release.bot != reach.bot:  # it was handed on
            return None
        if hot is not None and hot.row.revision == row.revision:
            heap = hot.heap
        else:
            try:
                ends = row.state is SessionState.ENDED
                heap = await self._hot.decode(session_id, loaded.state, release, ends=ends)
            except (BadSnapshot, SnapshotTooNew) as error:
                raise StoredDataCorrupt(kind="state", what=str(error)) from error
        coming: dict[str, HostValue] = {}
        for each in loaded.inputs:
            if each.kind == INPUT_SET:
                given = decode_set(each.payload)
                coming[fold(given.name)] = given.value
        reader = Reader(
            release,
            row,
            decode_notes(row.standing.extra),
            heap,
            self._store.now_s(),
            (),
            waits=row.standing.activity in _WAITING,
        )
        return Neighbour(row, reader, heap, coming)

    async def of_user(self, reach: Reach, user_id: str, limit: int) -> list[SessionRow]:
        """The newest sessions of the bot and caller with a user."""
        query = SessionQuery(reach.row.owner_principal, reach.bot, user_id=user_id, limit=limit)
        return await self._store.list_sessions(query)

    def find_bot(self, name: str) -> LoadedRelease | None:
        """The active release of a bot of this server, by its name; in any case if none has exactly that."""
        bots, wanted = self._releases.bots(), name.strip()
        found = wanted if wanted in bots else next((bot for bot in bots if folded(bot) == folded(wanted)), None)
        return None if found is None else self._releases.find_active(found)

    async def check_room(self, n_coming: int) -> None:
        """Raises ScriptError 9011 if no more sessions may be opened than those that are about to be."""
        try:
            await self._open_count.check(n_coming)
        except LimitReached as error:
            raise ScriptError(9011, error.message) from error

    async def find_partner(self, asking: str, name: str) -> LoadedRelease:
        """A bot that agreed to work with the bot `asking`. Raises ScriptError 4002, 4004, 5001."""
        if self._store.is_shared:
            await self._releases.refresh()
        release = self.find_bot(name)
        if not name.strip() or (release is not None and release.bot == asking):
            raise ScriptError(4002, "a bot works with another one, by its name")
        if release is None:
            raise ScriptError(4004, f"there is no bot {name.strip()[:80]}")
        if asking not in release.config.partners:
            raise ScriptError(5001, f"bot {release.bot} does not say works-with,{asking} in its config.csv")
        return release

    async def field(self, neighbour: Neighbour, name: str) -> HostValue:
        """A field as GET SESSION gives it."""
        wanted = neighbour.reader.wanted_messages(name)
        session_id = neighbour.row.session_id
        stored = await self._store.list_messages(session_id, wanted, newest_first=True) if wanted else []
        return neighbour.reader.read(name, stored)
