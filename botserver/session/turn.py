"""One run of a turn: from an input to the next outside call, park or end. Commits nothing.

A turn begins with a heap as it was committed and a cause, and collects what a commit will hold: messages, staged
writes, notes. It stops at a call, where the engine commits, performs and goes on with the same turn, or at its end.
If anything but a successful commit follows, turn and heap are thrown away and another one begins from the store.

Short stretches of script run on the event loop; one that outlives its first slice goes on in a worker thread.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import field, replace
from time import perf_counter
from typing import Any

from ..desk import HandoffOutcome
from ..errors import ScriptError, StoreError, StoreUnavailable
from ..ids import MessageId, SessionId
from ..immutable import changed, dataclass
from ..language.effects import DELEGATE, END_SESSION, HAND_ON, HEAR, HEAR_UNTIL, TRANSFER_WAIT, WAIT, WAIT_EVENT, Kind
from ..limits import (
    OUTPUT_BYTES,
    OUTPUT_RECORDS,
    SLICE_FUEL,
    STORE_EFFECTS,
    TIMERLESS_TURNS,
)
from ..model import Activity, EndReason, Fault, Message, Owner, Role, SuggestionView, WaitingFor
from ..store.abc import SessionRow, Store
from ..store.desk import DeskWrite
from ..vm.effects import AnalyticsRecord, Done, Effect, Failed, LogLine, OutOfFuel, Stop, Suggestion, Suspended, Talk
from ..vm.handlers import WAITS_NOT
from ..vm.machine import Heap
from ..vm.values import HostValue
from . import unattended
from .agenda import Agenda
from .answers import asks_no_more, not_answered, waits_for_bot
from .causes import Ending, Fired, Resumed, Started
from .choices import ACTIONS, TOOL, choose, views_of
from .fields import Reader
from .handling import (
    begin_end,
    event_wait,
    happen,
    note_fault,
    response_wait,
    start_next,
    take_due,
    take_held,
)
from .handoffs import DeskCause, HandedBack, outcome_value
from .neighbours import Neighbours
from .outcomes import Outcome
from .performers.desk import already_transferred
from .performers.others import set_variable
from .records import Answered, DeskOrder, Notes, Sent, UserInput, VariableSet, decode_waiting
from .releases import LoadedRelease
from .staging import Staging
from .steps import Steps, result_of
from .tablefiles import TableFiles
from .turn_bots import answer, arrived, ask_for_user, delegate, hand_on, hear_answer, hear_question, spoken_to
from .turn_desk import (
    NOBODY_THERE,
    at_desk,
    come_back,
    concluded,
    ordered,
    transfer_and_wait,
)
from .turn_ends import GOES_ON, Called, Ended, Reached, TurnStopped
from .turn_staging import staging_of
from .values import clean_text
from .workers import StopFlag, Workers

RESUME_SCRIPT = "resume.bas"
_HOUR_S = 3600.0
_HIDDEN = "••••••••"
"""What history shows of a password."""
_QUIET_CHANNELS = frozenset(("whatsapp", "sms", "email", "mail", "telegram", "instagram"))
"""Channels without a connect event: the first message is also the first contact."""


_WAITING_INPUT, _BOT, _STORE, _CALL = Activity.WAITING_INPUT, Owner.BOT, Kind.STORE, Kind.CALL
_USER, _BY_BOT = Role.USER, Role.BOT
"""Looking a member up in its enum costs as much as a call."""


Cause = Started | Resumed | UserInput | Sent | VariableSet | DeskOrder | Answered | Fired | Ending | DeskCause


@dataclass(frozen=True, slots=True)
class Begun:
    """A turn of which somebody else ran the first slice. `stop` None: there is more to do and fuel for it."""

    stop: Stop | None
    notes: Notes
    heard: Message
    entry: tuple[int, int, int, str]
    vm_s: float
    began_s: float


def _grow_freely(size_bytes: int) -> None:
    """Without a bound but the session's own."""


@dataclass(slots=True)
class Turn:
    """See the module. `row`, `notes` are as committed; `notes` changes as the turn goes on."""

    store: Store
    workers: Workers
    table_files: TableFiles
    release: LoadedRelease
    row: SessionRow
    heap: Heap
    notes: Notes
    stopped: StopFlag
    owner: Owner
    """Whose the session is with the next commit."""
    call_number: int = 0
    messages: list[Message] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    analytics: list[AnalyticsRecord] = field(default_factory=list)
    fault: Fault | None = None
    handler_faults: list[tuple[str, Fault]] = field(default_factory=list)
    """Errors of handlers since the last commit, by event: they stop nothing and are only logged."""
    agenda: Agenda = field(default_factory=Agenda)
    done: Done | None = None
    apologised: bool = False
    fuel_counted: int = 0  # of the turn's fuel, what earlier commits added to the session's total
    vm_s: float = 0.0  # in the VM since the last commit
    began_s: float = field(default_factory=perf_counter)
    entries: int = 0
    grow: Callable[[int], None] = _grow_freely
    """Told the size of the heap, and of others it looks at, after each slice; raises when there is no room. May run on
    a worker thread."""
    neighbours: Neighbours | None = None
    """The other sessions of the bot, where there may be some."""
    desk: DeskWrite | None = None
    """What the next commit does at the desk."""
    taken_back: HandedBack | None = None  # by the user, from the queue
    staging: Staging | None = None
    """None until the first store effect since the last commit."""
    _entry: tuple[int, int, int, str] = (0, 0, 0, "")
    """What `Heap.run` takes after the fuel, the same for all slices until it stops."""
    _store_effects: int = 0
    _records: int = 0
    _record_bytes: int = 0

    def let_go(self) -> None:
        """The turn is over: its heap goes now, not when Python next looks for the cycles that staging made."""
        self.staging = None

    @property
    def number(self) -> int:
        """Of this turn: the revision it will make."""
        return self.row.revision + 1

    @property
    def session_id(self) -> SessionId:
        return self.row.session_id

    @property
    def said_so_far(self) -> int:
        """The seq of the newest message."""
        return self.row.last_seq + len(self.messages)

    # --- causes

    def begin(self, cause: Cause) -> Steps[Called | Ended]:
        """Let the cause happen and run. Raises SessionNotAssigned if an agent speaks in a session of somebody else."""
        self.heap.begin_turn()
        reached = self._begin(cause)
        if reached is not GOES_ON and isinstance(reached, Coroutine):
            reached = yield from result_of(reached)
        return (yield from self._settled(reached))

    def _begin(self, cause: Cause) -> Reached | Coroutine[Any, Any, Reached]:
        """What the cause leads to; where the store must be asked for that, who asks it."""
        match cause:
            case UserInput():
                return self._answer(cause)
            case Started():
                return self._start(cause)
            case Resumed(message_id):
                self.notes = self.notes.back(message_id, self.store.now_s())
                return self._start_script(RESUME_SCRIPT, {})
            case Fired():
                return self._fire()
            case HandedBack():
                return self._come_back(cause)
            case Ending(reason):
                return self._end(reason)
            case Sent(text):
                self.say(text)
                return self.as_it_stood()
            case VariableSet():
                return self._take_variable(cause)
            case Answered():
                return self._tired() or hear_answer(self, cause)
            case DeskOrder():
                return self._carry_out(cause)
            case _:
                return at_desk(self, cause)

    async def _come_back(self, cause: HandedBack) -> Reached:
        reached = await come_back(self, cause)
        take_held(self)
        return GOES_ON if reached is None else reached

    async def _carry_out(self, order: DeskOrder) -> Reached:
        decided = await ordered(self, order)
        if decided is None:
            return self.as_it_stood()
        return await self._come_back(decided) if isinstance(decided, HandedBack) else at_desk(self, decided)

    def go_on(self, begun: Begun) -> Steps[Called | Ended]:
        """Go on after the first slice."""
        self.notes, self.messages = begun.notes, [begun.heard]
        self._entry, self.vm_s, self.began_s, self.entries = begun.entry, begun.vm_s, begun.began_s, 1
        self.grow(self.heap.memory().used)
        reached = yield from self._run(begun)
        return (yield from self._settled(reached))

    def resume(self, outcome: Outcome) -> Steps[Called | Ended]:
        """Go on after the outside call."""
        self._hand_over(outcome)
        return self._settled(GOES_ON)

    def _settled(self, reached: Reached) -> Steps[Called | Ended]:
        """Where the turn stops, once all it has on its agenda was run."""
        agenda = self.agenda
        while True:
            if reached is GOES_ON:
                reached = yield from self._run()
            if isinstance(reached, Called):
                return reached
            if isinstance(reached, Ended):
                agenda.parked = reached
            if start_next(self):
                reached = GOES_ON
            elif agenda.ends or agenda.reason is None:
                if self.notes.handoff is not None:
                    yield from result_of(unattended.tell(self))
                assert agenda.parked is not None
                ended = concluded(self, agenda.parked)
                if self.notes.bots is not None:
                    yield from result_of(answer(self, ended))
                return ended
            else:
                begin_end(self)
                reached = None

    def _start(self, cause: Started) -> Reached:
        if self.row.standing.activity is not Activity.RUNNING:  # restored since, to before it was handed on
            return self.as_it_stood()
        self.notes = replace(self.notes, last_interaction=cause.last_interaction, active_at=self.store.now_s())
        missing = self.notes.going_to
        if missing:  # it was retired since
            self.notes = arrived(self.notes)
            return self._failed(Failed(4004, f"there is no bot {missing}", ()))
        if self.release.config.welcome_message and not self.notes.unattended:
            self.say(clean_text(self.release.config.welcome_message))
        if not self.release.has_script(cause.script) and not self.notes.unattended:
            return self._idle()
        return self._start_script(cause.script, cause.parameters)

    def _start_script(self, name: str, parameters: dict[str, HostValue]) -> Reached:
        try:
            self.heap.start(self.release.find_script(name), [], parameters)
        except ScriptError as error:
            stack = () if error.origin is None else (error.origin,)
            script = f"{name.removesuffix('.bas')}.bas"
            return self._failed(Failed(error.number, error.what, stack), script=script)
        return GOES_ON

    def _answer(self, cause: UserInput) -> Reached | Coroutine[Any, Any, Reached]:
        incoming = cause.incoming
        if incoming.event is not None:
            self.notes = replace(self.notes, heard=True, resumed_by=None)
            happen(self, incoming.event)
            return self.as_it_stood()
        waiting = self.row.standing.activity is _WAITING_INPUT
        chosen, text = choose(incoming.text, incoming.choice, unattended.options(self))
        opening = cause.opening and not self.notes.heard
        resumed = self.notes.resumed_by == incoming.message_id
        self._hear(_HIDDEN if waiting and self._asks_for_secret() else text, incoming.message_id, chosen)
        if cause.asked_by is not None:
            hear_question(self, cause.asked_by, incoming.message_id, self.said_so_far)
        if self.owner is not _BOT:
            return self._answer_at_desk(text, chosen)
        if not waiting:
            if chosen is not None and chosen.kind == TOOL:
                return self._start_script(chosen.key, {})
            return self._answer_idle(text)
        if resumed or (opening and (self.row.channel not in _QUIET_CHANNELS or self.row.last_seq > 0)):
            # The message opened or resumed the session and came before the question, so it is no answer to it.
            return self._still_waiting()
        self.give(chosen.key if chosen is not None and chosen.kind not in ACTIONS else text)
        return GOES_ON

    async def _answer_idle(self, text: str) -> Reached:
        """No script waits for what the user says: another bot of the session answers, or nobody."""
        reached = await ask_for_user(self, text)
        if reached is not None:
            return reached
        self.say(clean_text(self.release.config.fallback_message), self.heap.options())
        return self._idle()

    async def _answer_at_desk(self, text: str, chosen: Suggestion | None) -> Reached:
        return await unattended.answer(self, text, chosen)

    def _asks_for_secret(self) -> bool:
        """Whether the script waits for a password: its answer is never stored as it came."""
        waiting_for = self.row.standing.waiting_for
        if "PASSWORD" not in waiting_for:  # as a rule, and reading it takes a while
            return False
        was = decode_waiting(waiting_for)
        return was is not None and was.type == "PASSWORD"

    def _still_waiting(self) -> Ended:
        """The HEAR was not answered and waits on; its time begins anew, if the script did not set it."""
        was = decode_waiting(self.row.standing.waiting_for)
        if was is not None and was.is_optional:
            return self.as_it_stood()
        return self._placed(self._wait_for_input(was.variable if was else "", was.type if was else ""))

    def _take_variable(self, given: VariableSet) -> Ended:
        """One that does not fit is left out: whoever set it has gone on long since."""
        try:
            set_variable(self.heap, given, self.release.config.limits)
        except ScriptError as error:
            self.logs.append(LogLine("warn", f"{given.name}, set by another session: {error.what}", None))
        return self.as_it_stood()

    def _tired(self) -> Ended | None:
        """One more turn without the user; how the session stands after too many."""
        now_s = self.store.now_s()
        if now_s - self.notes.quiet_since >= _HOUR_S:
            self.notes = replace(self.notes, quiet_since=now_s, quiet_turns=0)
        self.notes = replace(self.notes, quiet_turns=self.notes.quiet_turns + 1)
        if self.notes.quiet_turns > TIMERLESS_TURNS:
            return self._failed(self.heap.fail(9005, f"more than {TIMERLESS_TURNS} turns without the user in an hour"))
        return None

    def _fire(self) -> Reached:
        tired = self._tired()
        if tired is not None:
            return tired
        now_s = self.store.now_s()
        due = [number for number, at_s in self.notes.schedules.items() if at_s <= now_s]
        waiting = decode_waiting(self.row.standing.waiting_for)
        until = None if waiting is None else waiting.expires_at
        if due or self.row.standing.activity is Activity.IDLE or (until is not None and until > now_s):
            self.notes = take_due(self, self.notes, due)
            return self.as_it_stood()
        if self.row.standing.activity is Activity.WAITING_TIMER and waits_for_bot(waiting):
            asking, self.notes = self.notes.asking, asks_no_more(self.notes)
            if (asking is not None and asking.is_users) or not self.heap.memory().frames:
                return not_answered(self)
            self.heap.resume(None)
        elif self.row.standing.activity is Activity.WAITING_TIMER:
            self.heap.resume(False if waiting is not None and waiting.kind == "event" else None)
        elif self.row.standing.activity is Activity.HANDED_OVER:  # of a state that was restored or branched from
            self.give(outcome_value(HandoffOutcome.RETURNED, None, "", 0.0))
        elif waiting is not None and waiting.is_optional:
            self.give(None)
        else:
            self.heap.resume_error(9006, "nobody answered in time")
        return GOES_ON

    def _hear(self, text: str, message_id: MessageId, chosen: Suggestion | None) -> None:
        """Add the user's message to the conversation."""
        notes = self.notes
        self.notes = changed(
            notes,
            last_interaction=notes.last_message or notes.last_interaction,
            last_message=text,
            suggestion_key="" if chosen is None else chosen.key,
            heard=True,
            quiet_since=self.store.now_s(),
            quiet_turns=0,
            resumed_by=None,
            bots=spoken_to(self.notes),
        )
        self.add(_USER, text, message_id=message_id, address=self.heap.address())

    # --- running

    def _run(self, begun: Begun | None = None) -> Steps[Called | Ended | None]:
        """Until an outside call, or the end of the run: of the script it is Ended, of a handler None."""
        while True:
            stop = self._begin_running() if begun is None else begun.stop
            begun = None
            if stop is None:
                stop = yield from result_of(self._go_on_running())
            effect = stop.effect if isinstance(stop, Suspended) else None
            kind = None if effect is None else effect.kind
            if kind is not _STORE:
                self.take_output()
            if effect is None:
                return self._stopped(stop)
            if kind is _CALL:
                return Called(effect)
            if kind is _STORE:
                yield from result_of(self._store(effect))
            else:
                parked = self._park(effect)
                if isinstance(parked, Ended):
                    return self._placed(parked)
                if parked is not None:
                    reached = yield from result_of(parked)
                    if reached is not None:
                        return self._placed(reached)
            if not self.heap.memory().frames:  # END SESSION in an end handler ends that
                self.agenda.current = None
                return None

    def _stopped(self, stop: Stop) -> Ended | None:
        """The run is over."""
        match stop:
            case Done() if self.agenda.current is not None:
                self.agenda.current = None
                return None
            case Done():
                self.done = stop
                return self._idle()
            case Failed():
                return self._failed(stop)
            case _:
                return self._failed(self.heap.fail(9005, f"the turn used up its {self._fuel_limit} steps"))

    def _begin_running(self) -> Stop | None:
        """Run the first slice; OutOfFuel means the turn's fuel is used up, None that a worker must go on."""
        self._check_stopped()
        at_s, config = self.store.now_s(), self.release.config
        offset_s = config.utc_offset_s(at_s)
        self._entry = (int(at_s // 1) + offset_s, self._seed(), offset_s, config.language)
        return self._slice(SLICE_FUEL)

    async def _go_on_running(self) -> Stop:
        stop = await self.workers.run(self._slice, self.stopped)
        self._check_stopped()
        assert stop is not None
        return stop

    @property
    def _fuel_limit(self) -> int:
        """Of the turn: what its script and handlers may use, and once the session ends what is added for that."""
        return self.agenda.fuel_limit if self.agenda.ends else self.release.config.limits.turn_fuel

    def _slice(self, fuel: int) -> Stop | None:
        """One slice; None: there is more to do and fuel for it."""
        heap, limit = self.heap, self._fuel_limit
        left = limit - heap.fuel_used
        if left <= 0:
            return OutOfFuel()
        began_s = perf_counter()
        stop = heap.run(min(fuel, left), *self._entry)
        self.vm_s += perf_counter() - began_s  # without the time a slice waits for its thread
        self.grow(heap.memory().used + (0 if self.staging is None else self.staging.others.held_bytes))
        if isinstance(stop, OutOfFuel) and heap.fuel_used < limit:
            return None
        return stop

    def _check_stopped(self) -> None:
        if self.stopped.is_set:
            raise TurnStopped

    def _seed(self) -> int:
        """For this entry into the VM; the same for the same entry if the bot fixed its `random-seed`."""
        self.entries += 1
        fixed = self.release.config.random_seed
        if not fixed:
            return random.getrandbits(64)
        text = f"{fixed}/{self.number}/{self.call_number}/{self.entries}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")

    def new_id(self) -> str:
        """For a row; the same for the same row if the bot fixed its `random-seed`."""
        return str(uuid.UUID(int=random.Random(self._seed()).getrandbits(128), version=4))

    async def _store(self, effect: Effect) -> None:
        """Perform a store effect; the script goes on with what it gave."""
        try:
            found = await self.store_effect(effect)
            self._hand_over(found if isinstance(found, Outcome) else Outcome(found))
        except ScriptError as error:
            self.heap.resume_error(error.number, error.what)

    def _park(self, effect: Effect) -> Ended | None | Coroutine[Any, Any, Ended | None]:
        """Where the script waits; None: it can go on."""
        if effect.number == END_SESSION:
            self.heap.abandon()
            if self.agenda.ends:
                return None
            self.agenda.current = None
            return Ended(Activity.ENDED, end_reason=EndReason.SCRIPT)
        if self.agenda.current is not None:
            self.heap.resume_error(5003, WAITS_NOT)
            return None
        if self.notes.unattended and effect.number in (HEAR, HEAR_UNTIL, TRANSFER_WAIT):
            self.heap.resume_error(5003, NOBODY_THERE)
            return None
        if effect.number == TRANSFER_WAIT:
            return transfer_and_wait(self, effect)
        if effect.number == DELEGATE:
            return delegate(self, effect)
        if effect.number == HAND_ON:
            return hand_on(self, effect)
        if effect.number == WAIT_EVENT or (effect.number == HEAR_UNTIL and self.notes.handoff is None):
            try:
                if effect.number == HEAR_UNTIL:
                    return response_wait(effect.arguments, views_of(self.heap.options()), self.store.now_s())
                return event_wait(effect.arguments, self.store.now_s())
            except ScriptError as error:
                self.heap.resume_error(error.number, error.what)
                return None
        if effect.number == WAIT:
            seconds = effect.arguments[0]
            assert isinstance(seconds, int | float)
            if seconds <= 0:
                self.heap.resume(None)
                return None
            expires_at = self.store.now_s() + seconds
            return Ended(Activity.WAITING_TIMER, WaitingFor("timer", expires_at=expires_at), float(seconds))
        if self.notes.handoff is not None:
            refusal = already_transferred()
            self.heap.resume_error(refusal.number, refusal.what)
            return None
        assert effect.number == HEAR
        variable, type_word = map(str, effect.arguments)
        return self._wait_for_input(variable, type_word)

    def _placed(self, ended: Ended) -> Ended:
        """With the sub-session whose script waits."""
        waiting, address = ended.waiting_for, self.heap.address()
        return replace(ended, waiting_for=replace(waiting, address=address)) if waiting and address else ended

    def _wait_for_input(self, variable: str, type_word: str) -> Ended:
        timeout_s = self.release.config.limits.hear_timeout_s
        expires_at = None if timeout_s is None else self.store.now_s() + timeout_s
        options = views_of(self.heap.options())
        return Ended(_WAITING_INPUT, WaitingFor("input", variable, type_word, options, expires_at), timeout_s)

    def _hand_over(self, outcome: Outcome) -> None:
        if outcome.number and not outcome.is_soft:
            self.heap.resume_error(outcome.number, outcome.message)
            return
        try:
            if outcome.is_soft:
                self.logs.append(LogLine("warn", f"error {outcome.number}: {outcome.message}", None))
                self.heap.resume_soft(outcome.value, outcome.number, outcome.message)
            else:
                self.heap.resume(outcome.value)
        except ScriptError as error:
            self.heap.resume_error(error.number, error.what)

    def give(self, value: HostValue) -> None:
        self._hand_over(Outcome(value))

    # --- handlers

    def as_it_stood(self) -> Ended:
        """The script waits on as before; one that waits for people of whom the desk does not know goes on at once."""
        activity, waiting = self.row.standing.activity, decode_waiting(self.row.standing.waiting_for)
        if activity is Activity.IDLE:
            return self._idle()
        until = None if waiting is None else waiting.expires_at
        left_s = None if until is None else max(0.0, until - self.store.now_s())
        return Ended(activity, waiting, 0.0 if activity is Activity.HANDED_OVER and self.owner is _BOT else left_s)

    def _end(self, reason: EndReason) -> Ended:
        self.heap.abandon()
        self.owner = Owner.BOT
        self.notes = replace(self.notes, handoff=None)
        return Ended(Activity.ENDED, end_reason=reason)

    # --- ends

    def _idle(self, reason: EndReason = EndReason.SCRIPT) -> Ended:
        """Nothing runs any more; a run without a user is over, unless a block of it is still to come."""
        if self.notes.unattended and not self.notes.schedules:
            return Ended(Activity.ENDED, end_reason=reason)
        return Ended(Activity.IDLE)

    def _failed(self, failed: Failed, script: str = "") -> Ended | None:
        """The run failed: the author gets the fault, the user an apology. None: it was a handler's."""
        self.take_output()
        if self.agenda.current is not None:
            note_fault(self, self.agenda.current, failed)
            self.agenda.current = None
            if failed.number != 9001 or self.agenda.ends:
                return None
            self.heap.abandon()
            return Ended(Activity.ENDED, end_reason=EndReason.MEMORY_LIMIT)
        where = failed.stack[0] if failed.stack else None
        self.fault = Fault(
            failed.number,
            failed.message,
            where.script if where else script,
            where.line if where else 0,
            failed.stack,
        )
        if not self.apologised and not self.notes.unattended:
            self.apologised = True
            self.say(clean_text(self.release.config.error_message), self.heap.options())
        if failed.number == 9001:
            return Ended(Activity.ENDED, end_reason=EndReason.MEMORY_LIMIT)
        return self._idle(EndReason.ERROR)

    # --- output

    def take_output(self) -> None:
        for record in self.heap.take_output():
            self._records += 1
            if isinstance(record, AnalyticsRecord):
                self._record_bytes += len(record.name)
                self.analytics.append(record)
                continue
            self._record_bytes += len(record.text)
            if isinstance(record, Talk):
                self.say(record.text, record.suggestions, record.address, record.image)
            else:
                self.logs.append(record)

    def say(self, text: str, suggestions: tuple[Suggestion, ...] = (), address: str = "", image: str = "") -> None:
        if self.notes.unattended:
            self.logs.append(LogLine("info", text, None))
        else:
            self.add(_BY_BOT, text, views_of(suggestions), address=address, image=image)

    def add(
        self,
        role: Role,
        text: str,
        suggestions: tuple[SuggestionView, ...] = (),
        message_id: MessageId | None = None,
        author: str = "",
        address: str = "",
        image: str = "",
    ) -> None:
        row, messages, now_s = self.row, self.messages, self.store.now_s()
        seq, number = row.last_seq + len(messages) + 1, row.revision + 1
        messages.append(Message(seq, role, text, now_s, suggestions, message_id, number, author, address, image))

    # --- our own store

    def staged(self) -> Staging:
        """What was staged since the last commit, and stages more."""
        if self.staging is None:
            self.staging = staging_of(self)
        return self.staging

    async def store_effect(self, effect: Effect) -> HostValue | Outcome:
        self._store_effects += 1
        if self._store_effects > STORE_EFFECTS:
            raise ScriptError(2001, f"more than {STORE_EFFECTS} reads and writes in one turn")
        if self._records > OUTPUT_RECORDS or self._record_bytes > OUTPUT_BYTES:
            raise ScriptError(9013, "the turn says too much")
        try:
            return await self.staged().performers[effect.name](effect.arguments)
        except StoreUnavailable:
            raise  # the turn could not be committed either; it begins again when the store is back
        except StoreError as error:
            raise ScriptError(2001, error.message) from error

    async def read_field(self, name: str) -> HostValue:
        self.take_output()
        reader = Reader(
            self.release, self.row, self.notes, self.heap, self.store.now_s(), tuple(self.messages),
            self.agenda.reason, waits=self.agenda.waits,
        )  # fmt: skip
        if name == "now":
            return reader.moment(self.store.now_s())
        wanted = reader.wanted_messages(name)
        history = self.heap.histories()
        stored: list[Message] = []
        if wanted:
            addresses = history if name == "message_history" else None
            stored = await self.store.list_messages(self.session_id, wanted, newest_first=True, addresses=addresses)
        if reader.wants_count(name):
            reader = replace(reader, stored_count=await self.store.count_messages(self.session_id, history))
        return reader.read(name, stored)

    def committed(self, row: SessionRow, notes: Notes) -> None:
        """What was collected so far is written; go on from there."""
        self.row, self.notes = row, notes
        self.fuel_counted = self.heap.fuel_used
        self.vm_s = 0.0
        self.began_s = perf_counter()
        self.messages, self.logs = [], []
        self.handler_faults, self.analytics, self.taken_back = [], [], None
        self.owner, self.desk, self.staging = row.standing.owner, None, None
