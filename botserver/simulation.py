"""Conversations in this process: the real engine on a database in memory, under a clock that jumps over waits.

`botserver play` and `botserver test` drive it. It decides nothing a script could notice: turns, timers, ends and limits
are the engine's. What it adds is the end of waiting: while a script stands in a WAIT nothing else can happen, so the
clock is put forward to whatever is due next. A HEAR with a time-out waits for the user; its time passes only when the
simulation is told that the user says no more. A WAIT FOR EVENT waits for an event from outside until the user speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from .clock import MovableClock, SkippingClock
from .desk import HandoffOutcome, ItemState, Profile
from .errors import InternalError
from .ids import AgentId, ItemId, MessageId, SessionId, new_session_id
from .language.package import Package
from .limits import DRAIN_S, PAGE_SIZE_MAX, TIMERS_AFTER_INPUT
from .model import (
    LOCAL,
    Activity,
    Fault,
    Incoming,
    Message,
    OpenRequest,
    OutsideEvent,
    Role,
    SessionState,
    Wait,
    WaitingFor,
)
from .session.desk_service import DeskService
from .session.journal import EndedCall, Ran
from .session.observe import NoObserver
from .session.performers.outside import CallPerformer
from .session.records import decode_waiting
from .session.releases import Releases
from .session.sessions import Sessions
from .session.settings import SessionSettings
from .session.values import decode_value
from .store.abc import SessionRow, Store
from .store.sqlite import open_store
from .vm.effects import AnalyticsRecord, Done, LogLine
from .vm.machine import Heap, choose_vm
from .vm.values import HostValue


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit of a session brought. `done` is the result of the run that came to its end with it; without
    `is_turn` no script ran. Fuel and time in the VM are of the stretch before the commit."""

    session_id: SessionId
    messages: tuple[Message, ...]
    activity: Activity
    waiting_for: WaitingFor | None
    logs: tuple[LogLine, ...] = ()
    events: tuple[AnalyticsRecord, ...] = ()
    fault: Fault | None = None
    handler_faults: tuple[Fault, ...] = ()
    done: Done | None = None
    is_turn: bool = False
    fuel: int = 0
    vm_s: float = 0.0


class Simulation:
    """Bots of some packages, and sessions with them. `tell` hears of every commit, in order.

    `calls` performs outside calls in place of the server's performers, or `outside` those of one effect each, as the
    server has them. Belongs to one event loop. Every method returns
    when nothing can happen any more until the user speaks or time passes; `InternalError` carries what failed in the
    background.
    """

    def __init__(
        self,
        tell: Callable[[Step], None],
        clock: MovableClock | None = None,
        calls: CallPerformer | None = None,
        outside: Mapping[str, CallPerformer] | None = None,
    ) -> None:
        self._clock = clock or SkippingClock()
        self._store = open_store(None, self._clock)
        self._releases = Releases(self._store)
        self._observer = _Failures()
        self._tape = _Tape(tell)
        settings = SessionSettings(worker_threads=1, drain_s=0.0, runs_timetables=False)
        self._sessions = Sessions(
            *(self._store, self._releases, choose_vm(), settings, self._observer, self._tape),
            performer=calls,
            outside=outside,
        )
        self._ids = count(1)
        self._opening: list[asyncio.Future[Any]] = []
        self.desk = SimulatedDesk(self._store, self._sessions.desks, self._message_id)

    async def __aenter__(self) -> Simulation:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sessions.close()
        await asyncio.gather(*self._opening, return_exceptions=True)
        await self._store.close()

    async def deploy(self, package: Package) -> None:
        """Serve this package's bot; again for a changed one."""
        await self._releases.activate(package)

    async def open(
        self, bot: str, *, script: str = "start", parameters: Mapping[str, Any] | None = None, **more: Any
    ) -> SessionId:
        """Open a session of the channel `console` and run its first script. `more` are fields of `OpenRequest`."""
        session_id = new_session_id()
        more = {"channel": "console", "session_id": session_id, **more}
        request = OpenRequest(bot, LOCAL, **more, parameters=dict(parameters or {}), script=script)
        opening = asyncio.ensure_future(self._sessions.create_session(request))
        # Its reply may wait for what comes after a WAIT, so time must pass before it is there.
        await asyncio.sleep(0)
        await self._rest_all()
        if opening.done():
            await opening
        else:  # it waits for an event that is still to come
            self._opening.append(opening)
        return session_id

    async def say(self, session_id: SessionId, text: str) -> None:
        """Let the user say something."""
        await self._send(session_id, Incoming(self._message_id(), text=text))

    async def choose(self, session_id: SessionId, key: str) -> None:
        """Let the user choose the suggestion with this key."""
        await self._send(session_id, Incoming(self._message_id(), choice=key))

    async def happen(self, session_id: SessionId, event: OutsideEvent) -> None:
        """Let something happen outside that the session is told of."""
        await self._send(session_id, Incoming(self._message_id(), event=event))

    async def pass_time(self, seconds: float) -> None:
        """Let that much time pass, and everything happen in it when it is due."""
        until = self._clock.now_s() + seconds
        while (due := await self._store.next_due_at()) is not None and due <= until:
            self._skip_to(due)
            await self._run_due()
        self._skip_to(until)
        await self._run_due()

    async def finish(self, session_id: SessionId) -> None:
        """The user says no more: let time-outs and other timers of the session pass, so far as its life reaches."""
        for _ in range(TIMERS_AFTER_INPUT):
            row = await self.row(session_id)
            due = await self._store.next_due_at()
            if row.state is SessionState.ENDED or due is None or due >= row.expires_at:
                return
            self._skip_to(due)
            await self._rest_all()

    async def end(self, session_id: SessionId) -> None:
        """The user ends the session; nothing happens if it has ended."""
        await self._sessions.end_session(LOCAL, session_id)
        await self._rest_all()

    async def shut_down(self) -> None:
        """The server stops and keeps nothing: every session ends. It may be spoken to afterwards all the same."""
        ending = asyncio.ensure_future(self._sessions.end_all(DRAIN_S))
        await asyncio.sleep(0)
        await self._rest_all()
        await ending

    async def row(self, session_id: SessionId) -> SessionRow:
        """The session as it was committed last."""
        row = await self._store.find_session(session_id)
        assert row is not None, "sessions of a simulation are not deleted"
        return row

    async def bot_memory(self, bot: str, key: str) -> HostValue:
        """A value of the bot; null if there is none."""
        found = await self._store.read_memory(bot, key)
        return None if found is None else decode_value(found.value)

    async def tags(self, session_id: SessionId) -> tuple[str, ...]:
        """What scripts tagged the session with."""
        return await self._store.list_tags(session_id)

    def heap(self, session_id: SessionId) -> Heap:
        """The heap its last turn left. Look, do not run."""
        return self._tape.heaps[session_id]

    # --- time

    async def _send(self, session_id: SessionId, incoming: Incoming) -> None:
        sending = asyncio.ensure_future(self._sessions.send_message(LOCAL, session_id, incoming, Wait.TURN))
        await asyncio.sleep(0)
        await self._rest_all(speaks=session_id if incoming.event is None else None)
        await sending

    async def _rest_all(self, speaks: SessionId | None = None) -> None:
        """Run until no script stands in a WAIT. In WAIT FOR EVENT one may stay, since the event may come from outside;
        but what the user says waits for its end, so there time passes for the session that `speaks`."""
        while True:
            await self._run_due()
            if not self._tape.timers and speaks not in self._tape.event_waits:
                return
            due = await self._store.next_due_at()
            assert due is not None, "a WAIT has a timer"
            self._skip_to(due)

    async def rest(self) -> None:
        """Let what was begun come to an end: nothing happens any more until somebody speaks or time passes."""
        await self._rest_all()

    async def _run_due(self) -> None:
        await self.desk.stay()
        await self._sessions.quiet()
        while await self._sessions.run_due():
            await self._sessions.quiet()
        if self._observer.failure is not None:
            incident, error = self._observer.failure
            raise InternalError(incident=incident) from error

    def _skip_to(self, at_s: float) -> None:
        self._clock.advance(max(0.0, at_s - self._clock.now_s()))

    def _message_id(self) -> MessageId:
        return MessageId(f"m{next(self._ids)}")


class SimulatedDesk:
    """The human agents of a simulation. They stay where they are however much time passes."""

    def __init__(self, store: Store, desks: DeskService, message_id: Callable[[], MessageId]) -> None:
        self._store = store
        self._desks = desks
        self._message_id = message_id
        self._agents: set[AgentId] = set()
        self._heard: dict[tuple[AgentId, ItemId], int] = {}  # seq of the last message looked at

    async def attend(self, agent_id: AgentId, profile: Profile) -> None:
        """The agent comes, goes, or is away."""
        self._agents.add(agent_id)
        await self._desks.set_presence(LOCAL, agent_id, profile)

    async def stay(self) -> None:
        for agent_id in self._agents:
            await self._desks.set_presence(LOCAL, agent_id, None)

    async def answer(self, session_id: SessionId, agent_id: AgentId, accepts: bool) -> AgentId | str | None:
        """Accept or decline the offer of a session. None: it was done, else who is offered it, "" for nobody."""
        item = await self._store.find_item(session_id)
        if item is None or item.offer is None or item.offer.agent_id != agent_id:
            return "" if item is None or item.offer is None else item.offer.agent_id
        if accepts:
            await self._desks.accept_offer(LOCAL, agent_id, item.offer.offer_id)
        else:
            await self._desks.decline_offer(LOCAL, agent_id, item.offer.offer_id)
        return None

    async def say(self, session_id: SessionId, agent_id: AgentId, text: str) -> None:
        await self._desks.reply_to_user(LOCAL, agent_id, session_id, self._message_id(), text)

    async def note(self, session_id: SessionId, agent_id: AgentId, text: str) -> None:
        await self._desks.add_note(LOCAL, agent_id, session_id, text)

    async def next_heard(self, session_id: SessionId, agent_id: AgentId) -> str | None:
        """What the user said next to the agent who has the session, or had it last."""
        item = await self._store.find_item(session_id) or await self._store.find_left(LOCAL.name, agent_id, session_id)
        if item is None or item.agent_id != agent_id:
            return None
        seq = self._heard.get((agent_id, item.item_id), item.assigned_seq)
        until = item.last_seq if item.state is ItemState.ASSIGNED else item.left_seq
        for message in await self._store.list_messages(session_id, PAGE_SIZE_MAX, seq, until + 1):
            self._heard[agent_id, item.item_id] = message.seq
            if message.role is Role.USER:
                return message.text
        return None

    async def next_notice(self, agent_id: AgentId) -> str | None:
        """What a script told the agent next."""
        for notice in await self._store.list_notices(LOCAL.name, agent_id):
            await self._desks.see_notices(LOCAL, agent_id, [notice.notice_id])
            return notice.text
        return None

    async def give_back(
        self, session_id: SessionId, agent_id: AgentId, outcome: HandoffOutcome | None, note: str
    ) -> None:
        """The session is its bot's again, or with None ends."""
        await self._desks.return_session(LOCAL, agent_id, session_id, outcome, note)


class _Tape:
    """Makes steps of commits. `timers` are the sessions whose script stands in a WAIT, `event_waits` those where it
    waits for an event."""

    def __init__(self, tell: Callable[[Step], None]) -> None:
        self._tell = tell
        self.timers: set[SessionId] = set()
        self.event_waits: set[SessionId] = set()
        self.heaps: dict[SessionId, Heap] = {}

    def call_ended(self, call: EndedCall) -> None:
        """What came of it the script knows."""

    def write(self, row: SessionRow, messages: Sequence[Message], turn: Ran | None) -> None:
        session_id, activity = row.session_id, row.standing.activity
        waiting = decode_waiting(row.standing.waiting_for)
        self.timers.discard(session_id)
        self.event_waits.discard(session_id)
        if activity is Activity.WAITING_TIMER and row.state is SessionState.OPEN:
            is_event = waiting is not None and waiting.kind == "event"
            (self.event_waits if is_event else self.timers).add(session_id)
        step = Step(session_id, tuple(messages), activity, waiting)
        if turn is not None:
            self.heaps[session_id] = turn.heap
            step = Step(
                *(step.session_id, step.messages, step.activity, step.waiting_for),
                logs=tuple(turn.logs),
                events=tuple(turn.analytics),
                fault=turn.fault,
                handler_faults=tuple(fault for _, fault in turn.handler_faults),
                done=turn.done,
                is_turn=True,
                fuel=turn.heap.fuel_used - turn.fuel_counted,
                vm_s=turn.vm_s,
            )
        self._tell(step)


class _Failures(NoObserver):
    """Keeps the first unexpected error."""

    failure: tuple[str, BaseException] | None = None

    def background_failed(self, incident: str, place: str, error: BaseException) -> None:
        self.failure = self.failure or (incident, error)
