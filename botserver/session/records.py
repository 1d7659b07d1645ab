"""What the engine keeps in the store beside the state of the VM, and how it is written: small JSON texts. What is
written with every turn is put together by hand: through dictionaries and `json` it takes twice as long.

`Notes` stand beside every state. A `ReplyRecord` is a reply without its texts: those are the messages in its range of
sequence numbers, which never change, so a repeat reads them again. An `OpenReply` is one that is still growing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, field, replace
from json.encoder import encode_basestring as _quoted
from typing import Any

from ..desk import Demand
from ..errors import SnapshotTooNew, StackEntry, StoredDataCorrupt
from ..ids import AgentId, ItemId, MessageId, SessionId
from ..immutable import dataclass
from ..model import (
    Activity,
    EndReason,
    Fault,
    Incoming,
    JsonValue,
    OutsideEvent,
    OutsideKind,
    SuggestionView,
    TurnUsage,
    WaitingFor,
)
from ..vm.effects import Effect
from ..vm.snapshot import FORMAT_VERSION as STATE_FORMAT
from ..vm.values import HostValue
from .bot_notes import Asking, Member, OtherBots, other_bots_of
from .values import decode_value, encode_value

INPUT_START = "start"
INPUT_MESSAGE = "message"
INPUT_EVENT = "event"
INPUT_SENT = "sent"
INPUT_SET = "set"
INPUT_DESK = "desk"
INPUT_ANSWER = "answer"
"""The kinds of inputs: what opened a session, what its user says, what happens outside, what the bot says from outside,
what another session sets, what a script orders at the desk, and what another bot answers."""

_NO_USAGE = TurnUsage()


_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _dump(value: object) -> bytes:
    return _encode_json(value).encode()


def _exact(number: float) -> str:
    text = repr(number)
    return text if text[-1].isdigit() else _encode_json(number)  # inf and nan, which JSON spells otherwise


def _rounded(number: float) -> str:
    """To three digits: a quarter of what `_exact` costs."""
    text = f"{number:.3f}"
    return text if text[-1].isdigit() else _encode_json(number)


def _load(data: bytes | str, kind: str) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise StoredDataCorrupt(kind=kind, what=str(error)) from error


# --- waiting ------------------------------------------------------------------------------------------------------


def encode_waiting(waiting: WaitingFor | None) -> str:
    if waiting is None:
        return ""
    options = ",".join([_option_json(each) for each in waiting.options]) if waiting.options else ""
    expires_at = "null" if waiting.expires_at is None else _exact(waiting.expires_at)
    optional = ',"is_optional":true' if waiting.is_optional else ""
    address = f',"address":{_quoted(waiting.address)}' if waiting.address else ""
    return (
        f'{{"kind":{_quoted(waiting.kind)},"variable":{_quoted(waiting.variable)},"type":{_quoted(waiting.type)},'
        f'"options":[{options}],"expires_at":{expires_at}{optional}{address}}}'
    )


def _option_json(option: SuggestionView) -> str:
    return f'{{"key":{_quoted(option.key)},"label":{_quoted(option.label)},"kind":{_quoted(option.kind)}}}'


def waiting_parts(waiting: WaitingFor | None) -> dict[str, Any] | None:
    return None if waiting is None else _load(encode_waiting(waiting), "waiting point")


def decode_waiting(text: str) -> WaitingFor | None:
    return waiting_of(_load(text, "waiting point")) if text else None


def waiting_of(parts: dict[str, Any] | None) -> WaitingFor | None:
    if parts is None:
        return None
    options = tuple(SuggestionView(**option) for option in parts["options"])
    kind = "event" if parts["kind"] == "timer" and parts["variable"] else parts["kind"]  # as it was written before 1.0
    return WaitingFor(**{**parts, "kind": kind, "options": options})


# --- replies ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """A reply; its messages are the bot's from `first_seq` to `last_seq` (0, 0: none)."""

    activity: Activity
    revision: int
    first_seq: int = 0
    last_seq: int = 0
    waiting_for: WaitingFor | None = None
    fault: Fault | None = None
    usage: TurnUsage = _NO_USAGE
    end_reason: EndReason | None = None


@dataclass(frozen=True, slots=True)
class FinalReply:
    """What a message's callers get: up to the end of its turn, and up to where the session settled."""

    turn: ReplyRecord
    settled: ReplyRecord

    def encoded(self, waiting_for: WaitingFor | None = None, waiting_text: str = "") -> bytes:
        """`waiting_text` is the encoded `waiting_for`, if that was needed before."""
        settled = self.settled
        is_known = waiting_text and settled.waiting_for is waiting_for
        waiting = waiting_text if is_known else encode_waiting(settled.waiting_for)
        turn = ""
        if self.turn is not settled:
            turn = f',"turn":{_record_json(self.turn, encode_waiting(self.turn.waiting_for))}'
        return f'{{"settled":{_record_json(settled, waiting)}{turn}}}'.encode()


def decode_reply(data: bytes) -> FinalReply:
    parts = _load(data, "reply")
    settled = _record(parts["settled"])
    return FinalReply(_record(parts["turn"]) if "turn" in parts else settled, settled)


def _record_json(record: ReplyRecord, waiting_text: str) -> str:
    usage = record.usage
    fault = "null" if record.fault is None else _encode_json(asdict(record.fault))
    end_reason = "null" if record.end_reason is None else _quoted(record.end_reason)
    return (
        f'{{"activity":{_quoted(record.activity)},"revision":{record.revision},'
        f'"first_seq":{record.first_seq},"last_seq":{record.last_seq},"waiting_for":{waiting_text or "null"},'
        f'"fault":{fault},'
        f'"usage":{{"fuel":{usage.fuel},"memory_bytes":{usage.memory_bytes},'
        f'"vm_ms":{_rounded(usage.vm_ms)},"total_ms":{_rounded(usage.total_ms)}}},"end_reason":{end_reason}}}'
    )


def _record(parts: dict[str, Any]) -> ReplyRecord:
    return ReplyRecord(
        activity=Activity(parts["activity"]),
        revision=parts["revision"],
        first_seq=parts["first_seq"],
        last_seq=parts["last_seq"],
        waiting_for=waiting_of(parts["waiting_for"]),
        fault=_fault(parts["fault"]),
        usage=TurnUsage(**parts["usage"]),
        end_reason=EndReason(parts["end_reason"]) if parts["end_reason"] else None,
    )


def _fault(parts: dict[str, Any] | None) -> Fault | None:
    if parts is None:
        return None
    return Fault(**{**parts, "stack": tuple(StackEntry(**entry) for entry in parts["stack"])})


@dataclass(frozen=True, slots=True)
class OpenReply:
    """A reply that is not final: what it has so far, and its end of turn once that was reached."""

    first_seq: int = 0
    last_seq: int = 0
    fault: Fault | None = None
    usage: TurnUsage = _NO_USAGE
    turn: ReplyRecord | None = None
    chars: int = 0  # of its texts

    def grown(self, first_seq: int, last_seq: int, chars: int, fault: Fault | None, usage: TurnUsage) -> OpenReply:
        """With what one more commit adds."""
        before = self.usage
        if before is not _NO_USAGE:
            usage = TurnUsage(
                before.fuel + usage.fuel,
                usage.memory_bytes,
                round(before.vm_ms + usage.vm_ms, 3),
                round(before.total_ms + usage.total_ms, 3),
            )
        return OpenReply(
            self.first_seq or first_seq,
            last_seq or self.last_seq,
            self.fault or fault,
            usage,
            self.turn,
            self.chars + chars,
        )

    def record(
        self, activity: Activity, revision: int, waiting_for: WaitingFor | None, end_reason: EndReason | None
    ) -> ReplyRecord:
        """The reply if it ended here."""
        return ReplyRecord(
            activity, revision, self.first_seq, self.last_seq, waiting_for, self.fault, self.usage, end_reason
        )


# --- handing over --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handoff:
    """What a handed-over session goes on with when it comes back, and, until the turn that hands it over has ended, to
    whom it goes.

    `item_id` is None until then. `activity`, `waiting_for` and `timer_left_s` are what the session was doing: a HEAR or
    WAIT that is pending stands still. With `is_awaited` the script stands at the transfer itself.
    """

    item_id: ItemId | None = None
    queue: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    agent_id: AgentId | None = None  # wanted, then the one who has it
    agent_name: str = ""  # what users see of who has it
    wait_s: float = 0.0
    priority: int = 0
    reason: str = ""
    is_awaited: bool = False
    offered: str = ""  # what the user was offered because nobody is there: CHOICES, or MESSAGE that they write it
    activity: Activity = Activity.IDLE
    waiting_for: str = ""
    timer_left_s: float | None = None

    @property
    def demand(self) -> Demand:
        return Demand(self.queue, self.skills, self.agent_id)


def _handoff(parts: dict[str, Any]) -> Handoff:
    return Handoff(**{**parts, "activity": Activity(parts["activity"])})


# --- notes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notes:
    """What the engine remembers of a session from turn to turn."""

    last_message: str = ""  # newest text of the user
    last_interaction: str = ""  # the one before it
    suggestion_key: str = ""  # of the suggestion the newest text chose
    heard: bool = False  # whether the user said anything so far, or an event came
    quiet_since: float = 0.0  # start of the hour in which turns without the user are counted
    quiet_turns: int = 0
    wait_s: float | None = None  # span of the timer that was set last
    schedules: Mapping[str, float] = field(default_factory=dict)  # when each SCHEDULE IN is due, by number
    held: tuple[tuple[str, str], ...] = ()  # events that wait while people have the session: text, encoded data
    fuel_last_turn: int = 0
    branched_from: str = ""  # the session this one is a branch of
    stubbed: bool = False  # nothing its scripts do leaves the session
    imported: bool = False  # it came out of a bundle
    restored_history: tuple[tuple[str, str, float], ...] = ()  # role, text, moment: what was said before a restore
    history_after: int = 0  # the seq after which the conversation is seen beside it
    open_replies: Mapping[MessageId, OpenReply] = field(default_factory=dict)
    handoff: Handoff | None = None
    active_at: float = 0.0  # when something was last said, or the session began or resumed
    unattended: bool = False  # a scheduled run: it has no user, and ends with its script
    resumed_by: MessageId | None = None  # the message that `resume.bas` ran for, until it is taken
    bots: OtherBots | None = None

    @property
    def asking(self) -> Asking | None:
        """The question another bot works at."""
        return None if self.bots is None else self.bots.asking

    @property
    def going_to(self) -> str:
        """The bot that has the conversation from the next turn on, "" if it stays with its own."""
        return "" if self.bots is None else self.bots.going_to

    @property
    def members(self) -> tuple[Member, ...]:
        """The bots that take part."""
        return () if self.bots is None else self.bots.members

    @property
    def works_for(self) -> SessionId:
        """The session of another bot that opened this one to ask it, "" for none."""
        return SessionId("") if self.bots is None else self.bots.works_for

    @property
    def speaks_to_user(self) -> bool:
        """Whether what it says is for the user it names. A branch, an import and a session that works for another bot
        have the user of another session, and no alias of their own; that one speaks."""
        return not (self.branched_from or self.imported or self.stubbed or self.works_for)

    def back(self, message_id: MessageId, now_s: float) -> Notes:
        """The user is back with this message; what they said before it is their last interaction already."""
        before = self.last_message or self.last_interaction
        return replace(self, last_interaction=before, active_at=now_s, resumed_by=message_id)

    def encoded(self) -> bytes:
        """What is as at first is left out. One line each: a loop over the fields takes three times as long."""
        parts = []
        if self.last_message:
            parts.append(f'"last_message":{_quoted(self.last_message)}')
        if self.last_interaction:
            parts.append(f'"last_interaction":{_quoted(self.last_interaction)}')
        if self.suggestion_key:
            parts.append(f'"suggestion_key":{_quoted(self.suggestion_key)}')
        if self.heard:
            parts.append('"heard":true')
        if self.quiet_since:
            parts.append(f'"quiet_since":{_rounded(self.quiet_since)}')
        if self.quiet_turns:
            parts.append(f'"quiet_turns":{self.quiet_turns}')
        if self.wait_s is not None:
            parts.append(f'"wait_s":{_rounded(self.wait_s)}')
        if self.schedules:
            parts.append(f'"schedules":{_encode_json(self.schedules)}')
        if self.held:
            parts.append(f'"held":{_encode_json(self.held)}')
        if self.fuel_last_turn:
            parts.append(f'"fuel_last_turn":{self.fuel_last_turn}')
        if self.branched_from:
            parts.append(f'"branched_from":{_quoted(self.branched_from)}')
        if self.stubbed:
            parts.append('"stubbed":true')
        if self.imported:
            parts.append('"imported":true')
        if self.restored_history:
            parts.append(f'"restored_history":{_encode_json(self.restored_history)}')
        if self.history_after:
            parts.append(f'"history_after":{self.history_after}')
        if self.active_at:
            parts.append(f'"active_at":{_rounded(self.active_at)}')
        if self.unattended:
            parts.append('"unattended":true')
        if self.resumed_by is not None:
            parts.append(f'"resumed_by":{_quoted(self.resumed_by)}')
        if self.open_replies:
            replies = _encode_json({key: asdict(reply) for key, reply in self.open_replies.items()})
            parts.append(f'"open_replies":{replies}')
        if self.handoff is not None:
            parts.append(f'"handoff":{_encode_json(asdict(self.handoff))}')
        if self.bots is not None:
            parts.append(f'"bots":{_encode_json(self.bots.parts())}')
        return f"{{{','.join(parts)}}}".encode()


def decode_notes(data: bytes) -> Notes:
    if not data:
        return Notes()
    parts = _load(data, "notes")
    open_replies = {
        MessageId(key): OpenReply(
            first_seq=reply["first_seq"],
            last_seq=reply["last_seq"],
            fault=_fault(reply["fault"]),
            usage=TurnUsage(**reply["usage"]),
            turn=_record(reply["turn"]) if reply["turn"] else None,
            chars=reply["chars"],
        )
        for key, reply in parts.pop("open_replies", {}).items()
    }
    handoff = _handoff(parts.pop("handoff")) if "handoff" in parts else None
    parts["restored_history"] = tuple((role, text, at) for role, text, at in parts.get("restored_history", ()))
    parts["held"] = tuple((text, data) for text, data in parts.get("held", ()))
    try:
        bots = other_bots_of(parts.pop("bots")) if "bots" in parts else None
        return Notes(**parts, open_replies=open_replies, handoff=handoff, bots=bots)
    except TypeError as error:  # a field that this version does not know
        raise SnapshotTooNew(found=f"{STATE_FORMAT} with notes of a newer server", known=STATE_FORMAT) from error


# --- inputs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserInput:
    """A message as it waits for its turn. `opening`: it came with the request that opened the session. `asked_by`: it
    is a question of another bot's session, which gets the answer."""

    incoming: Incoming
    opening: bool = False
    asked_by: SessionId | None = None

    @property
    def is_event(self) -> bool:
        """Whether it is no message: it takes its turn also while a script waits."""
        return self.incoming.event is not None

    def encoded(self) -> bytes:
        incoming = self.incoming
        parts: dict[str, Any] = {"text": incoming.text, "choice": incoming.choice, "opening": self.opening}
        if self.asked_by is not None:
            parts["asked_by"] = self.asked_by
        return _dump(parts if incoming.event is None else {**parts, "event": asdict(incoming.event)})


def decode_input(message_id: MessageId, payload: bytes) -> UserInput:
    parts = _load(payload, "input")
    event = _outside(parts["event"]) if "event" in parts else None
    incoming = Incoming(message_id, parts["text"], parts["choice"], event)
    return UserInput(incoming, parts["opening"], parts.get("asked_by"))


def _outside(parts: dict[str, Any]) -> OutsideEvent:
    return OutsideEvent(**{**parts, "kind": OutsideKind(parts["kind"])})


@dataclass(frozen=True, slots=True)
class Sent:
    """A bot message from outside the session's own script."""

    text: str

    def encoded(self) -> bytes:
        return _dump({"text": self.text})


def decode_sent(payload: bytes) -> Sent:
    return Sent(_load(payload, "input")["text"])


@dataclass(frozen=True, slots=True)
class VariableSet:
    """A variable that another session's script set; null removes it."""

    name: str
    value: HostValue

    def encoded(self) -> bytes:
        return _dump({"name": self.name, "value": encode_value(self.value).decode()})


def decode_set(payload: bytes) -> VariableSet:
    parts = _load(payload, "input")
    return VariableSet(parts["name"], decode_value(parts["value"].encode()))


@dataclass(frozen=True, slots=True)
class DeskOrder:
    """What a script of the bot wants of people: that this agent gets the session, or, for "", that they are done with
    it; `note` is the result then. With a priority whoever the name means gets it, and `note` is the reason."""

    agent_id: AgentId = AgentId("")
    note: str = ""
    priority: int | None = None

    def encoded(self) -> bytes:
        # Who does not know of priorities gives a session that its bot has to the same people, only not as urgently.
        urgency = {} if self.priority is None else {"priority": self.priority}
        return _dump({"agent_id": self.agent_id, "note": self.note, **urgency})


def decode_order(payload: bytes) -> DeskOrder:
    parts = _load(payload, "input")
    return DeskOrder(AgentId(parts["agent_id"]), parts["note"], parts.get("priority"))


TOO_LONG = -1
NOT_HEARD = -2


@dataclass(frozen=True, slots=True)
class Answered:
    """What another bot said to a question, or the number of the error it met; TOO_LONG if it said too much, NOT_HEARD
    if its session ended before it came to the question."""

    question: MessageId
    said: tuple[str, ...] = ()
    fault: int = 0

    def encoded(self) -> bytes:
        return _dump({"question": self.question, "said": self.said, "fault": self.fault})


def decode_answer(payload: bytes) -> Answered:
    parts = _load(payload, "input")
    return Answered(parts["question"], tuple(parts["said"]), parts["fault"])


def encode_start(parameters: Mapping[str, JsonValue], last_interaction: str, script: str) -> bytes:
    return _dump({"parameters": dict(parameters), "last_interaction": last_interaction, "script": script})


def decode_start(payload: bytes) -> tuple[dict[str, JsonValue], str, str]:
    """Parameters, the user's last text before this session, and the script to start."""
    parts = _load(payload, "input")
    return parts["parameters"], parts["last_interaction"], parts["script"]


# --- calls --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallMemory:
    """What a turn must know to go on after its outside call, in any process."""

    number: int  # of the call within the turn
    fuel_counted: int  # of the turn's fuel, what earlier commits added to the session's total
    nonce: str  # of the run that announced the call: two processes may announce a call with the same key
    agenda: dict[str, Any] | None = None  # what the turn has still to run beside its script

    def encoded(self) -> bytes:
        return _dump(asdict(self))


def decode_call_memory(data: bytes) -> CallMemory:
    return CallMemory(**_load(data, "call"))


def encode_arguments(effect: Effect) -> bytes:
    return encode_value(list(effect.arguments))


def decode_effect(number: int, arguments: bytes) -> Effect:
    values = decode_value(arguments)
    if not isinstance(values, list):
        raise StoredDataCorrupt(kind="call", what="its arguments are no list")
    return Effect(number, tuple(values))
