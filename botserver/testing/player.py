"""Plays a conversation file on a simulation of its bot and says where it went otherwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..clock import ManualClock
from ..desk import HandoffOutcome, Presence, Profile, folded
from ..errors import BotserverError
from ..ids import AgentId, SessionId
from ..language.package import Package
from ..model import Activity, Fault, OutsideEvent, OutsideKind, Owner, Role, SessionState, SuggestionView, UserInfo
from ..session.settings import BotConfig
from ..session.values import to_json
from ..simulation import Simulation, Step
from ..vm.effects import AnalyticsRecord
from ..vm.values import HostValue
from .chat import Attend, Check, Conversation, End, Exchange, Happen, Say, ShutDown, Switch, Wait, text_of_image
from .doubles import Doubles
from .patterns import compare, matches

_USER_FIELDS = {"user": "user_id", "name": "name", "email": "email", "phone": "phone"}
_SEED = "random-seed"


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a conversation went otherwise. `details` are lines for people."""

    line: int
    what: str
    details: tuple[str, ...] = ()


class _Failed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.what)
        self.failure = failure


@dataclass(slots=True)
class _Heard:
    """What came out of one session since the last exchange about it."""

    messages: list[str] = field(default_factory=list)
    options: tuple[SuggestionView, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    results: list[HostValue] = field(default_factory=list)
    events: list[AnalyticsRecord] = field(default_factory=list)


async def play(conversation: Conversation, package: Package, others: Sequence[Package] = ()) -> Failure | None:
    """Play it; None if all went as written. What chance decides is the same every time. `others` are the packages of
    other bots that are there."""
    seed = {_SEED: conversation.path.stem}
    config = {**seed, **package.config, **conversation.config}
    for key, hint in BotConfig(config).misread().items():
        if key in conversation.config:
            return Failure(1, f"@config {key} counts as not set; expected {hint}")
    if not conversation.exchanges:
        return Failure(1, "nothing is said here, so nothing is tested")
    clock = ManualClock() if conversation.now_s is None else ManualClock(conversation.now_s)
    doubles = Doubles()
    player = _Player(package.name)
    async with Simulation(player.hear, clock, doubles) as simulation:
        for each in others:
            await simulation.deploy(replace(each, config={**seed, **each.config}))
        await simulation.deploy(replace(package, config=config))
        player.simulation, player.doubles = simulation, doubles
        for exchange in conversation.exchanges:
            try:
                await player.exchange(exchange)
            except _Failed as failed:
                return failed.failure
            except BotserverError as error:
                return Failure(exchange.line, error.message)
        return player.unread(conversation.exchanges[-1].line)


class _Player:
    simulation: Simulation
    doubles: Doubles

    def __init__(self, bot: str) -> None:
        self._bot = bot
        self._sessions: dict[str, SessionId] = {}
        self._heard: dict[SessionId, _Heard] = {}
        self._current: SessionId | None = None
        self._agents: dict[str, dict[str, str]] = {}  # what agents said of themselves last

    def hear(self, step: Step) -> None:
        heard = self._heard.setdefault(step.session_id, _Heard())
        for message in step.messages:
            if message.role in (Role.BOT, Role.AGENT):
                shown = text_of_image(message.image, message.text) if message.image else message.text
                heard.messages.append(shown)
                heard.options = message.suggestions
        if step.waiting_for is not None and step.activity is Activity.WAITING_INPUT:
            heard.options = step.waiting_for.options
        if step.fault is not None:
            heard.faults.append(step.fault)
        heard.faults += step.handler_faults
        if step.done is not None:
            heard.results.append(step.done.value)
        heard.logs += [log.text for log in step.logs]
        heard.events += step.events

    async def exchange(self, exchange: Exchange) -> None:
        """Let the action happen and look at what follows. Raises _Failed."""
        self.doubles.want(exchange.calls)
        await self._act(exchange)
        if self._current is None:
            return  # agents who came before there was a session
        heard = self._heard.get(self._current, _Heard())
        self._heard[self._current] = _Heard(options=heard.options)
        self._check_faults(exchange, heard)
        diff = compare(exchange.messages, heard.messages)
        if diff is not None:
            raise _Failed(Failure(exchange.line, "the bot said something else", tuple(diff)))
        self._check_calls(exchange)
        if exchange.options is not None:
            line, wanted = exchange.options
            got = [option.label for option in heard.options]
            if got != wanted:
                raise _different(line, "other suggestions", _labels(wanted), _labels(got))
        for check in exchange.checks:
            await self._check(check, heard)

    async def _act(self, exchange: Exchange) -> None:
        match exchange.action:
            case Switch(name=name, settings=settings):
                if name not in self._sessions:
                    self._sessions[name] = await self.simulation.open(self._bot, **_opening(settings))
                self._current = self._sessions[name]
            case Say(text=text, is_choice=is_choice):
                assert self._current is not None
                if is_choice:
                    await self.simulation.choose(self._current, self._key(exchange.line, text))
                else:
                    await self.simulation.say(self._current, text)
            case Wait(seconds=seconds):
                await self.simulation.pass_time(seconds)
            case End():
                assert self._current is not None
                await self.simulation.end(self._current)
            case ShutDown():
                await self.simulation.shut_down()
            case Happen(kind=kind, name=name, data=data):
                assert self._current is not None
                await self.simulation.happen(self._current, OutsideEvent(OutsideKind(kind), name, data))
            case Attend():
                await self._attend(exchange.line, exchange.action)

    async def _attend(self, line: int, action: Attend) -> None:
        agent_id, desk = AgentId(action.agent), self.simulation.desk
        if action.what in _PRESENCES:
            settings = action.settings or self._agents.get(action.agent, {})
            self._agents[action.agent] = settings
            await desk.attend(agent_id, _profile(replace(action, settings=settings)))
            await self.simulation.rest()
            return
        assert self._current is not None
        if action.what in ("accepts", "declines"):
            offered_to = await desk.answer(self._current, agent_id, action.what == "accepts")
            if offered_to is not None:
                raise _different(line, f"{agent_id} is not offered the session", agent_id, offered_to or "nobody")
        elif action.what == "says":
            await desk.say(self._current, agent_id, action.text)
        elif action.what == "notes":
            await desk.note(self._current, agent_id, action.text)
        else:
            await desk.give_back(self._current, agent_id, _OUTCOMES[action.what], action.text)
        await self.simulation.rest()

    def _key(self, line: int, label: str) -> str:
        assert self._current is not None
        options = self._heard[self._current].options
        for option in options:
            if option.label == label:
                return option.key
        raise _Failed(Failure(line, f"there is no suggestion [{label}]", (f"there are {_labels_of(options)}",)))

    def unread(self, line: int) -> Failure | None:
        """What sessions said that nobody looked at."""
        for name, session_id in self._sessions.items():
            heard = self._heard.get(session_id, _Heard())
            if heard.messages:
                diff = compare([], heard.messages)
                return Failure(line, f"session {name} also heard this", tuple(diff or ()))
            if heard.faults:
                return Failure(line, f"session {name} has a fault", tuple(map(_fault_text, heard.faults)))
        return None

    # --- checks

    def _check_faults(self, exchange: Exchange, heard: _Heard) -> None:
        wanted = [check for check in exchange.checks if check.kind == "fault"]
        for check in wanted:
            if check.wanted not in [str(fault.number) for fault in heard.faults]:
                got = ", ".join(map(_fault_text, heard.faults)) or "none"
                raise _different(check.line, "another fault", check.wanted, got)
        known = {check.wanted for check in wanted}
        for fault in heard.faults:
            if str(fault.number) not in known:
                stack = tuple(f"  called from {entry.script}:{entry.line}" for entry in fault.stack[1:])
                raise _Failed(Failure(exchange.line, f"the script failed: {_fault_text(fault)}", stack))

    def _check_calls(self, exchange: Exchange) -> None:
        missing = self.doubles.missing()
        if missing:
            lines = [f"- {call.line:>4} | {call.pattern}" for call in missing]
            lines += [f"+      | {text}" for text in self.doubles.made]
            raise _Failed(Failure(missing[0].line, "a service outside was not asked", tuple(lines)))

    async def _check(self, check: Check, heard: _Heard) -> None:
        match check.kind:
            case "log":
                if not any(matches(check.wanted, text) for text in heard.logs):
                    raise _different(check.line, "no such log line", check.wanted, " | ".join(heard.logs) or "none")
            case "result":
                if not any(_is_wanted(check, value) for value in heard.results):
                    shown = ", ".join(map(_json, heard.results))
                    raise _different(check.line, "another result", check.wanted, shown or "none")
            case "event":
                named = [event for event in heard.events if event.name.casefold() == check.key.casefold()]
                if not any(_is_wanted(check, event.value) for event in named):
                    shown = ", ".join(f"{event.name} = {_json(event.value)}" for event in heard.events)
                    raise _different(check.line, "no such event", f"{check.key} = {check.wanted}", shown or "none")
            case "hears":
                await self._check_hears(check)
            case "notified":
                told = await self.simulation.desk.next_notice(AgentId(check.key))
                if told is None or not matches(check.wanted, told):
                    raise _different(check.line, f"{check.key} was told other things", check.wanted, told or "nothing")
            case "fault":
                pass  # looked at first
            case _:
                await self._check_session(check)

    async def _check_hears(self, check: Check) -> None:
        """The next message an agent was told of a user."""
        assert self._current is not None
        told = await self.simulation.desk.next_heard(self._current, AgentId(check.key))
        if told is None or not matches(check.wanted, told):
            raise _different(check.line, f"{check.key} heard something else", check.wanted, told or "nothing")

    async def _check_session(self, check: Check) -> None:
        """State, end, variables, contexts, bot memory, tags."""
        assert self._current is not None
        row = await self.simulation.row(self._current)
        areas = self.simulation.heap(self._current).areas()
        got: str
        match check.kind:
            case "state":
                got = "transferred" if row.standing.owner is not Owner.BOT else _STATES[row.standing.activity]
                got = "ended" if row.state is SessionState.ENDED else got
                is_right = got == check.wanted
            case "ended":
                got = str(row.end_reason or "not ended")
                is_right = got == check.wanted
            case "context":
                got = dict(areas.contexts).get(check.key, "")
                is_right = matches(check.wanted, got)
            case "memory":
                value = await self.simulation.bot_memory(self._bot, check.key)
                got, is_right = _json(value), _is_wanted(check, value)
            case "kbs" | "tools" | "tags":
                names = {"kbs": areas.kbs, "tools": areas.tools}.get(check.kind)
                names = await self.simulation.tags(self._current) if names is None else names
                got = ", ".join(names) or "none"
                is_right = folded(got) == folded(check.wanted)
            case _:
                value = {name.lower(): value for name, value in areas.variables.items()}.get(check.key.lower())
                got, is_right = _json(value), _is_wanted(check, value)
        if not is_right:
            name = f" {check.key}" if check.key else ""
            raise _different(check.line, f"another {check.kind}{name}", check.wanted, got)


_STATES = {
    Activity.WAITING_INPUT: "waiting",
    Activity.WAITING_TIMER: "pausing",
    Activity.IDLE: "idle",
    Activity.ENDED: "ended",
    Activity.RUNNING: "running",
}


_PRESENCES = {"online": Presence.ONLINE, "away": Presence.AWAY, "offline": Presence.OFFLINE}
_OUTCOMES = {"resolves": HandoffOutcome.RESOLVED, "returns": HandoffOutcome.RETURNED, "ends": None}
_ROOM = 100.0  # sessions an agent of a test takes at once


def _profile(action: Attend) -> Profile:
    """Of an agent who says what they do; `queue` and `skill` may list several, divided by commas."""
    queues, skills = action.settings.get("queue", ""), action.settings.get("skill", "")
    levels = [skill.partition(":") for skill in skills.split(",") if skill.strip()]
    return Profile(
        name=action.settings.get("name", action.agent),
        presence=_PRESENCES[action.what],
        capacity=_ROOM,
        skills={folded(name): int(level or 3) for name, _, level in levels},
        queues=tuple(folded(queue) for queue in queues.split(",") if queue.strip()),
        languages=tuple(folded(tag) for tag in action.settings.get("language", "").split(",") if tag.strip()),
    )


def _opening(settings: dict[str, str]) -> dict[str, Any]:
    """Fields of the request that opens a session. What is no field of it is metadata, `param.x` a parameter."""
    found: dict[str, Any] = {"user": UserInfo(), "metadata": {}, "parameters": {}}
    for key, value in settings.items():
        if key in _USER_FIELDS:
            found["user"] = replace(found["user"], **{_USER_FIELDS[key]: value})
        elif key in ("channel", "alias", "script"):
            found[key] = value
        elif key.startswith("param."):
            found["parameters"][key.removeprefix("param.")] = value
        else:
            found["metadata"][key] = value
    return found


def _normal(check: Check) -> str:
    """The expected value as it is compared: JSON, or else the text itself."""
    try:
        return json.dumps(json.loads(check.wanted), ensure_ascii=False, sort_keys=True)
    except ValueError:
        return json.dumps(check.wanted, ensure_ascii=False)


def _is_wanted(check: Check, value: HostValue) -> bool:
    """Whether a value is the expected one, as JSON, or is a text that the expected one describes."""
    return _json(value) == _normal(check) or (isinstance(value, str) and matches(check.wanted, value))


def _json(value: HostValue) -> str:
    return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True)


def _labels(labels: list[str]) -> str:
    return " ".join(f"[{label}]" for label in labels) or "none"


def _labels_of(options: tuple[SuggestionView, ...]) -> str:
    return _labels([option.label for option in options])


def _fault_text(fault: Fault) -> str:
    return f"{fault.script}:{fault.line}: error {fault.number}: {fault.message}"


def _different(line: int, what: str, wanted: str, got: str) -> _Failed:
    return _Failed(Failure(line, what, (f"- {line:>4} | {wanted}", f"+      | {got}")))
