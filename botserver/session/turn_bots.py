"""What a turn has to do with other bots: a script that asks one and waits, answers that come, answers it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from ..errors import ScriptError
from ..ids import MessageId, SessionId
from ..limits import ANSWER_CHARS, ANSWER_MESSAGES, DELEGATE_MAX_S, DELEGATE_S, HAND_ONS
from ..model import Activity, Message, Owner, Role, WaitingFor
from ..vm.effects import Effect, LogLine
from ..vm.formats import display
from ..vm.values import HostValue
from .answers import BOT, event_of
from .bot_notes import NONE, Asked, Asking, Member, OtherBots
from .outcomes import Outcome
from .performers.desk import already_transferred
from .performers.members import words_of
from .records import (
    INPUT_MESSAGE,
    INPUT_START,
    NOT_HEARD,
    TOO_LONG,
    Answered,
    Notes,
    decode_input,
    decode_notes,
    encode_start,
)
from .staging import Staging
from .turn_desk import NOBODY_THERE, Attended
from .turn_ends import Ended
from .values import clean_text, encode_value


class Asks(Attended, Protocol):
    """What a turn gives to that."""

    messages: list[Message]
    logs: list[LogLine]

    def staged(self) -> Staging: ...
    async def store_effect(self, effect: Effect) -> HostValue | Outcome: ...


# --- asking


async def delegate(turn: Asks, effect: Effect) -> Ended | None:
    """A script asks another bot and waits. None: it goes on with an error."""
    try:
        timeout_s = await turn.store_effect(effect)
    except ScriptError as error:
        turn.heap.resume_error(error.number, error.what)
        return None
    assert isinstance(timeout_s, float)
    return _awaits(turn, timeout_s)


async def ask_for_user(turn: Asks, text: str) -> Ended | None:
    """What the user said, while no script waits for it, goes to a bot that takes part and has a word for it. None: to
    none, or it cannot be asked."""
    member = _triggered(turn.notes.members, text)
    if member is None:
        return None
    try:
        bot, question = await turn.staged().delegations.ask(member.bot, text)
    except ScriptError as error:
        turn.logs.append(LogLine("warn", f"bot {member.bot} cannot be asked: {error.what}", None))
        return None
    turn.notes = replace(turn.notes, bots=replace(turn.notes.bots or NONE, asking=Asking(question, bot, is_users=True)))
    return _awaits(turn, DELEGATE_S)


def _triggered(members: tuple[Member, ...], text: str) -> Member | None:
    if not members:
        return None
    said = words_of(text)
    return next((each for each in members if any(trigger in said for trigger in each.triggers)), None)


def _awaits(turn: Asks, timeout_s: float) -> Ended:
    assert turn.notes.asking is not None
    waiting = WaitingFor("event", turn.notes.asking.bot, BOT, expires_at=turn.store.now_s() + timeout_s)
    return Ended(Activity.WAITING_TIMER, waiting, timeout_s)


async def ask(turn: Asks, arguments: tuple[HostValue, ...]) -> HostValue:
    """Stage the question of a script; gives how long it waits. Raises ScriptError."""
    text, name, *given = arguments
    timeout_s = _timeout_s(given[0]) if given else DELEGATE_S
    bot, question = await turn.staged().delegations.ask(display(name), clean_text(display(text)))
    turn.notes = replace(turn.notes, bots=replace(turn.notes.bots or NONE, asking=Asking(question, bot)))
    return timeout_s


def _timeout_s(seconds: HostValue) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= DELEGATE_MAX_S:
        raise ScriptError(4002, f"TIMEOUT takes 0 to {DELEGATE_MAX_S:.0f} seconds")
    return float(seconds)


# --- handing on


async def hand_on(turn: Asks, effect: Effect) -> Ended | None:
    """The conversation is another bot's from the next turn on, which begins as a session of it does. None: it is not,
    and the script goes on with an error."""
    try:
        await turn.store_effect(effect)
    except ScriptError as error:
        turn.heap.resume_error(error.number, error.what)
        return None
    return Ended(Activity.RUNNING)


async def leave(turn: Asks, arguments: tuple[HostValue, ...]) -> HostValue:
    """Drop what is the bot's own, and stage the start of the other one. Raises ScriptError."""
    notes = turn.notes
    bots = notes.bots or NONE
    if notes.unattended:
        raise ScriptError(5003, NOBODY_THERE)
    if bots.works_for:
        raise ScriptError(5003, "a session that works for another bot stays with its bot")
    if notes.handoff is not None:
        raise already_transferred()
    if bots.handed_on >= HAND_ONS:
        raise ScriptError(9007, f"bots hand a conversation on at most {HAND_ONS} times before the user speaks again")
    staged = turn.staged()
    release = await staged.delegations.find_partner(display(arguments[0]))
    waiting = turn.row.accepted - turn.row.consumed
    staged.sends.put(turn.row.session_id, waiting, INPUT_START, encode_start({}, notes.last_message, "start"), 0)
    heap = turn.heap
    heap.abandon()
    heap.discard_sub_sessions()
    for registered in heap.handlers():
        heap.forget(registered.event)
    heap.put_areas(replace(heap.areas(), prompt="", suggestions=(), menu=(), kbs=(), tools=()), with_suggestions=True)
    bots = OtherBots(going_to=release.bot, handed_on=bots.handed_on + 1)
    turn.notes = replace(notes, bots=bots, schedules={})
    return None


def arrived(notes: Notes) -> Notes:
    """The conversation is the other bot's now."""
    return replace(notes, bots=replace(notes.bots or NONE, going_to=""))


def spoken_to(notes: Notes) -> OtherBots | None:
    """Once the user said something."""
    return replace(notes.bots, handed_on=0) if notes.bots is not None and notes.bots.handed_on else notes.bots


# --- what came of it


def hear_answer(turn: Asks, answered: Answered) -> Ended:
    """An answer came. One to a question that nobody waits for any more changes nothing; while people have the session
    it waits until that is over."""
    if turn.notes.asking is not None and turn.notes.asking.question == answered.question:
        event = event_of(answered)
        if turn.owner is Owner.BOT:
            turn.agenda.events.append(event)
        else:
            turn.notes = replace(turn.notes, held=(*turn.notes.held, (event.text, encode_value(event.data).decode())))
    return turn.as_it_stood()


# --- answering


def hear_question(turn: Asks, asked_by: SessionId, question: MessageId, after_seq: int) -> None:
    """The session works at a question from now on; at one before it no more."""
    bots = turn.notes.bots or NONE
    asked = Asked(asked_by, question, after_seq, bots.broken_by)
    turn.notes = replace(turn.notes, bots=replace(bots, asked=asked))


async def answer(turn: Asks, ended: Ended) -> None:
    """At the end of a turn: if it leaves nothing to do, what the session said since it was asked goes to who asked."""
    bots = turn.notes.bots or NONE
    if ended.activity is Activity.ENDED and bots.works_for:
        await _refuse_questions(turn, bots.asked)
    asked = bots.asked
    if asked is None:
        if bots.works_for and turn.fault is not None:
            turn.notes = replace(turn.notes, bots=replace(bots, broken_by=turn.fault.number))
        return
    if turn.fault is not None:
        asked = replace(asked, fault=turn.fault.number)
    if ended.activity in (Activity.WAITING_INPUT, Activity.IDLE, Activity.ENDED):
        await _send(turn, asked)
        asked = None
    turn.notes = replace(turn.notes, bots=replace(turn.notes.bots or NONE, asked=asked))


async def _refuse_questions(turn: Asks, asked: Asked | None) -> None:
    """The session ends: what still waits to be asked, but for the question it works at, is answered by no turn of it.
    One that comes between here and the commit is not seen; who asks waits for its time-out."""
    loaded = await turn.store.load_session(turn.row.session_id)
    for each in () if loaded is None else loaded.inputs:
        if each.kind != INPUT_MESSAGE or (asked is not None and each.message_id == asked.question):
            continue
        asked_by = decode_input(each.message_id, each.payload).asked_by
        if asked_by is not None:
            await _tell(turn, asked_by, Answered(each.message_id, fault=NOT_HEARD))


async def _send(turn: Asks, asked: Asked) -> None:
    stored = await turn.store.list_messages(
        turn.row.session_id, ANSWER_MESSAGES + 1, asked.after_seq, max_chars=ANSWER_CHARS + 1
    )
    said = tuple(each.text for each in (*stored, *turn.messages) if each.role is Role.BOT)
    answered = Answered(asked.question, said, asked.fault)
    if len(said) > ANSWER_MESSAGES or sum(map(len, said)) > ANSWER_CHARS:
        answered = Answered(asked.question, fault=TOO_LONG)
    await _tell(turn, asked.by, answered)


async def _tell(turn: Asks, asked_by: SessionId, answered: Answered) -> None:
    asking = await turn.store.find_session(asked_by)
    if asking is None or asking.ended_at is not None:
        return
    awaited = decode_notes(asking.standing.extra).asking
    is_awaited = awaited is not None and awaited.question == answered.question
    turn.staged().sends.answer(asking, answered.encoded(), is_awaited)
