"""What one turn asks of other bots.

Another bot works in a session of its own: a child of the one that asks, for the same user on the same channel, opened
with the first question and kept as long as its parent is open, so that it remembers what it was asked before. The
opening and the question are written with the asking turn's commit; what it says in answer comes back as an input, with
its own turn's commit. So nothing is asked or answered twice, whoever dies in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ...errors import ScriptError
from ...ids import MessageId, SessionId, new_session_id
from ...limits import (
    DELEGATE_CHARS,
    SCHEDULED_KEPT_S,
    SUB_SESSION_DEPTH,
    SUB_SESSIONS,
)
from ...model import Activity, Incoming, OutsideEvent
from ...store.abc import Opening, SessionRow, Standing, Store
from ..bot_notes import OtherBots
from ..neighbours import Neighbours
from ..records import INPUT_EVENT, INPUT_MESSAGE, Notes, UserInput, decode_notes, encode_start
from ..releases import LoadedRelease
from .sends import Sends

_UNNAMED = MessageId("")  # an input has the id it was sent under


class Delegations:
    """Of one turn of the bot `bot`. `notes` are the session's as committed."""

    def __init__(self, neighbours: Neighbours, store: Store, row: SessionRow, bot: str, notes: Notes, sends: Sends):
        self._neighbours = neighbours
        self._store = store
        self._row = row
        self._bot = bot
        self._notes = notes
        self._sends = sends
        self._openings: dict[str, Opening] = {}

    async def ask(self, name: str, text: str) -> tuple[str, MessageId]:
        """Stage a question for a bot; gives its name and the id of the question. Raises ScriptError 4002, 4004, 5001,
        9011, 9012, 9013."""
        if len(text) > DELEGATE_CHARS:
            raise ScriptError(9013, f"another bot is asked in at most {DELEGATE_CHARS} characters")
        release = await self.find_partner(name)
        question = UserInput(Incoming(_UNNAMED, text=text), asked_by=self._row.session_id)
        with self._whole():
            session_id, waiting = await self._session_with(release)
            return release.bot, self._sends.put(session_id, waiting, INPUT_MESSAGE, question.encoded(), len(text))

    async def tell(self, names: Sequence[str], event: OutsideEvent) -> None:
        """Stage an event for some bots: for all of them, or for none if it raises. Raises as `ask`."""
        payload = UserInput(Incoming(_UNNAMED, event=event)).encoded()
        with self._whole():
            for name in names:
                session_id, waiting = await self._session_with(await self.find_partner(name))
                self._sends.put(session_id, waiting, INPUT_EVENT, payload, len(payload))

    async def find_partner(self, name: str) -> LoadedRelease:
        """Raises ScriptError 4002, 4004, 5001, 9012."""
        if self._notes.stubbed:
            raise ScriptError(9012, "this is a branch that asks no other bots")
        return await self._neighbours.find_partner(self._bot, name)

    def openings(self) -> tuple[Opening, ...]:
        return tuple(self._openings.values())

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """What is staged inside is staged whole, or taken back where an error ends it."""
        openings, sends = dict(self._openings), self._sends.staged()
        try:
            yield
        except Exception:  # of the store too: the script may catch it and go on
            self._openings = openings
            self._sends.go_back_to(sends)
            raise

    async def _session_with(self, release: LoadedRelease) -> tuple[SessionId, int]:
        """The session in which a bot works for this one, and how many inputs wait there."""
        if release.bot in self._openings:
            return self._openings[release.bot].session_id, 0
        children = await self._store.list_children(self._row)
        for child in children:
            if child.bot == release.bot and self._is_own(child):
                return child.session_id, child.accepted - child.consumed
        if len(children) + len(self._openings) >= SUB_SESSIONS:
            raise ScriptError(9011, f"a session has at most {SUB_SESSIONS} live sub-sessions")
        await self._check_depth()
        await self._neighbours.check_room(len(self._openings))
        opening = self._openings[release.bot] = self._opening(release)
        return opening.session_id, 0

    def _is_own(self, child: SessionRow) -> bool:
        """Whether it works for this bot. One that works for the bot this conversation was handed on by has been told
        what is that bot's."""
        bots = decode_notes(child.standing.extra).bots
        if bots is None:
            return False
        return (bots.works_for, bots.works_for_bot or self._row.bot) == (self._row.session_id, self._bot)

    async def _check_depth(self) -> None:
        above = self._row.parent_id
        for _ in range(SUB_SESSION_DEPTH - 1):
            if above is None:
                return
            parent = await self._store.find_session(above)
            above = None if parent is None else parent.parent_id
        if above is not None:
            raise ScriptError(9011, f"bots ask bots at most {SUB_SESSION_DEPTH} deep")

    def _opening(self, release: LoadedRelease) -> Opening:
        row = self._row
        bots = OtherBots(works_for=row.session_id, works_for_bot="" if self._bot == row.bot else self._bot)
        notes = Notes(quiet_since=self._store.now_s(), bots=bots)
        return Opening(
            session_id=new_session_id(),
            bot=release.bot,
            owner_principal=row.owner_principal,
            standing=Standing(release.release_id, Activity.RUNNING, extra=notes.encoded()),
            channel=row.channel,
            ttl_s=row.ttl_s,
            user=row.user,
            start=encode_start({}, "", "start"),
            kept_s=SCHEDULED_KEPT_S if self._notes.unattended else None,
            if_active=True,
            parent_id=row.session_id,
        )
