"""`botserver desk`: a person plays the agent in a terminal.

Presence is renewed as long as this runs. Offers and what users say come from one watch of the desk; when the server
goes away the desk waits for it and goes on where it was. What is said to a user is sent again with the same id, so it
counts once. Users never see what is shown in brackets here.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import json
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from botserver_client import (
    Agent,
    AgentState,
    AsyncBotserverClient,
    BotserverError,
    Conflict,
    DeskEvent,
    Message,
    Note,
    Role,
    Unavailable,
)

from ..limits import AGENT_HEARTBEAT_S
from .exits import OK
from .lines import ReadLine, in_terminal, is_terminal, piped_line
from .remote import add_server_option, exit_code

T = TypeVar("T")

_EXAMPLES = """\
examples:
  botserver desk                                 take sessions of every queue, one at a time
  botserver desk --name ann --queue sales        those of a queue
  botserver desk --name bob --skill german:4 --skill billing --capacity 3
  printf '/accept\\nHello!\\n/done sent again\\n' | botserver desk --name ann

Type to talk to the user; a line that begins with / is for the desk:
  /accept  /decline           an offer; the first one if there are several
  /done [note]                the session goes back to its bot: what the user wanted is done
  /return [note]              the session goes back to its bot, which shall go on
  /end                        the session ends
  /note TEXT                  a note about the session that other agents see and its user never does
  /use N  /list               talk to another of your sessions; which you have
  /queue                      who waits
  /away  /online              take no more sessions; take them again
  /quit                       or Ctrl-D: leave; your sessions wait for somebody else after a minute
"""

_RECONNECT_S = 300.0
_PAUSE_S = 1.0
_CATCH_UP_S = 5.0
_SHOWN_OF_HISTORY = 10

Outcome = Literal["resolved", "returned", "ended"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("--name", metavar="ID", default="", help="who you are, such as ann (default: your login)")
    parser.add_argument("--title", metavar="NAME", default="", help="what users see (default: the name)")
    parser.add_argument("--queue", action="append", default=[], help="serve this queue; may be repeated (default: all)")
    parser.add_argument("--skill", action="append", default=[], type=_skill, metavar="SKILL[:LEVEL]",
                        help="have this skill, level 1 to 5; may be repeated")  # fmt: skip
    parser.add_argument("--language", action="append", default=[], metavar="TAG",
                        help="speak this language, such as de; may be repeated (default: all)")  # fmt: skip
    parser.add_argument("--capacity", type=float, default=1.0, metavar="N", help="sessions at once (default: 1)")
    add_server_option(parser)


def _skill(text: str) -> tuple[str, int]:
    name, _, level = text.partition(":")
    if not name.strip() or not re.fullmatch("[1-5]?", level):
        raise argparse.ArgumentTypeError(f"{text!r} is not SKILL or SKILL:LEVEL with a level from 1 to 5")
    return name.strip(), int(level or 3)


def run(arguments: argparse.Namespace) -> int:
    if is_terminal():
        words = [f"/{name}" for name in _COMMANDS]
        return exit_code(lambda: in_terminal(words, lambda read_line: _attend(arguments, read_line, waits=False)))
    return exit_code(lambda: asyncio.run(_attend(arguments, piped_line, waits=True)))


async def _attend(arguments: argparse.Namespace, read_line: ReadLine, waits: bool) -> int:
    agent_id = arguments.name or getpass.getuser()
    async with AsyncBotserverClient(arguments.server) as client:

        def say(state: Literal["online", "away", "offline"]) -> Awaitable[Agent]:
            return client.set_presence(
                agent_id, state, name=arguments.title, capacity=arguments.capacity, skills=dict(arguments.skill),
                queues=arguments.queue, languages=arguments.language,
            )  # fmt: skip

        agent = await say("online")
        queues = ", ".join(agent.queues) or "every queue"
        _tell(f"You are {agent.name} ({agent_id}), online for {queues}. /help says what you can type.")
        desk = _Desk(client, agent_id, say, waits)
        background = [asyncio.create_task(desk.watch()), asyncio.create_task(desk.stay())]
        try:
            await _converse(desk, read_line, background)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await say("offline")
        if desk.sessions:
            _tell(f"You leave {len(desk.sessions)} session(s); they wait for somebody else after a minute.")
    return OK


async def _converse(desk: _Desk, read_line: ReadLine, background: list[asyncio.Task[None]]) -> None:
    while not desk.left:
        reading = asyncio.ensure_future(read_line())
        await asyncio.wait([reading, *background], return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():  # the server is gone for good
            reading.cancel()
            for task in background:
                if task.done():
                    task.result()
        line = reading.result()
        if line is None:
            return
        try:
            await desk.obey(line.strip())
        except Unavailable:
            raise
        except BotserverError as error:
            _tell(error.message)


@dataclass(slots=True)
class _Session:
    number: int
    session_id: str
    user: str


@dataclass(slots=True)
class _Desk:
    """What the agent has and is offered. `waits`: commands wait for what they need, for input that is piped."""

    client: AsyncBotserverClient
    agent_id: str
    say: Callable[[Literal["online", "away", "offline"]], Awaitable[Agent]]
    waits: bool
    offers: dict[str, DeskEvent] = field(default_factory=dict)
    sessions: dict[str, _Session] = field(default_factory=dict)
    current: str = ""
    left: bool = False
    state: AgentState = AgentState.ONLINE
    own: set[str] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    _shown: set[str] = field(default_factory=set)  # sessions whose offer was shown with what was said
    _noticed: set[str] = field(default_factory=set)
    _numbers: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    # --- what comes

    async def stay(self) -> None:
        """Renew the presence. While the server does not answer the watch says so, and gives up in the end."""
        while True:
            await asyncio.sleep(AGENT_HEARTBEAT_S)
            try:
                await self.client.set_presence(self.agent_id)
            except Unavailable:
                continue

    async def watch(self) -> None:
        async for event in self.client.watch_desk(self.agent_id, give_up_after_s=_RECONNECT_S):
            self._happened(event)
            self._moved.set()
            if event.notice is not None:
                await self._seen(event.notice.notice_id)

    async def _seen(self, notice_id: str) -> None:
        """Say so; a server that does not answer tells it again, and is told then."""
        self._noticed.add(notice_id)
        with contextlib.suppress(Unavailable):
            await self.client.ack_notices(self.agent_id, [notice_id])

    def _happened(self, event: DeskEvent) -> None:
        match event.kind:
            case "agent" if event.agent is not None:
                self._stands(event.agent.state)
            case "offer" if event.offer_id not in self.offers:
                self.offers[event.offer_id] = event
                self._show_offer(event)
            case "offer_closed":
                if self.offers.pop(event.offer_id, None) is not None and event.offer_id not in self._answered:
                    _tell("The offer is over.")
            case "assigned":
                self._assigned(event)
            case "message" if event.message is not None:
                self._said(event.session_id, event.message)
            case "note" if event.note is not None and event.note.note_id not in self.own:
                _tell_note(event.note)
            case "notice" if event.notice is not None and event.notice.notice_id not in self._noticed:
                _tell(f"notice of {event.notice.bot}: {event.notice.text}", bell=True)
            case "tags":
                self._tagged(event)
            case "released":
                self._released(event.session_id)

    def _stands(self, state: AgentState) -> None:
        was, self.state = self.state, state
        if state is AgentState.AWAY and was is not AgentState.AWAY:
            _tell("You are away and get no offers; /online brings you back.")

    def _show_offer(self, event: DeskEvent) -> None:
        item, session = event.item, event.session
        if item is None or event.expire_time is None:
            return
        self._shown.add(event.session_id)
        left_s = max(0, round((event.expire_time - datetime.now(UTC)).total_seconds()))
        user = session.user.name or session.user.user_id if session is not None else ""
        about = [f"{user or 'somebody'} of {item.bot} on {item.channel}", f"waits {item.waited.total_seconds():.0f} s"]
        about += [f"queue {item.queue}"] if item.queue else []
        about += [f"wants {', '.join(item.skills)}"] if item.skills else []
        about += [f"speaks {item.language}"] if item.language else []
        _tell(f"OFFER: {', '.join(about)}. /accept or /decline within {left_s} s", bell=True)
        if item.reason:
            _tell(f"reason: {item.reason}")
        if item.tags:
            _tell(f"tags: {', '.join(item.tags)}")
        for name, value in _context(item.context):
            _tell(f"{name}: {value}")
        self._show_history(event)
        sys.stdout.flush()

    def _show_history(self, event: DeskEvent) -> None:
        for message in event.messages[-_SHOWN_OF_HISTORY:]:
            print(_line(message))
        for note in event.notes[-_SHOWN_OF_HISTORY:]:
            _tell_note(note)

    def _assigned(self, event: DeskEvent) -> None:
        if event.session_id in self.sessions:
            return  # told again after a reconnect
        self._numbers += 1
        user = event.session.user.name if event.session is not None else ""
        self.sessions[event.session_id] = _Session(self._numbers, event.session_id, user or "the user")
        if not self.current:
            self.current = event.session_id
        _tell(f"You have session {self._numbers} with {user or 'the user'} ({event.session_id}).")
        if event.session_id not in self._shown:
            self._show_history(event)

    def _said(self, session_id: str, message: Message) -> None:
        if message.message_id in self.own and message.role is Role.AGENT:
            return  # you typed it
        session = self.sessions.get(session_id)
        number = f"[{session.number}] " if session is not None and len(self.sessions) > 1 else ""
        print(number + _line(message), flush=True)

    def _tagged(self, event: DeskEvent) -> None:
        session = self.sessions.get(event.session_id)
        if session is not None:
            _tell(f"tags of session {session.number}: {', '.join(event.tags)}")

    def _released(self, session_id: str) -> None:
        session = self.sessions.pop(session_id, None)
        if session is None:
            return
        _tell(f"Session {session.number} is no longer yours.")
        if self.current == session_id:
            self.current = next(iter(self.sessions), "")
            if self.current:
                _tell(f"You talk to session {self.sessions[self.current].number} now.")

    # --- what is typed

    async def obey(self, line: str) -> None:
        if not line.startswith("/"):
            if line:
                await self._talk(line)
            return
        word, _, rest = line[1:].partition(" ")
        command = _COMMANDS.get(word.lower())
        if command is None:
            _tell(f"no command /{word}; /help lists them")
            return
        await command(self, rest.strip())

    async def _talk(self, text: str) -> None:
        session_id = await self._having()
        if not session_id:
            _tell("You have no session; /accept an offer first.")
            return
        message_id = str(uuid.uuid4())
        self.own.add(message_id)
        await self._sure(lambda: self.client.reply_to_user(self.agent_id, session_id, text, message_id=message_id))

    async def _having(self) -> str:
        """The session that is talked to."""
        if self.waits:
            await self._until(lambda: bool(self.current))
        return self.current

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._moved.clear()
            await self._moved.wait()

    async def _soon(self, condition: Callable[[], bool]) -> None:
        """Until the watch told what was done; not for ever, it may be reconnecting."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CATCH_UP_S):
                await self._until(condition)

    async def _sure(self, call: Callable[[], Awaitable[T]]) -> T:
        """Send until it is answered; each try carries the same ids."""
        give_up_at = asyncio.get_running_loop().time() + _RECONNECT_S
        told = False
        while True:
            try:
                return await call()
            except Unavailable:
                if asyncio.get_running_loop().time() > give_up_at:
                    raise
                if not told:
                    _tell(f"{self.client.target} does not answer; trying again, Ctrl-C gives up")
                    told = True
                await asyncio.sleep(_PAUSE_S)

    async def accept(self, _: str) -> None:
        if self.waits:
            await self._until(lambda: bool(self.offers))
        if not self.offers:
            _tell("Nothing is offered.")
            return
        offer_id, offer = next(iter(self.offers.items()))
        self._answered.add(offer_id)
        request_id = str(uuid.uuid4())
        try:
            await self._sure(lambda: self.client.accept_offer(self.agent_id, offer_id, request_id=request_id))
        except Conflict:
            self.offers.pop(offer_id, None)
            raise
        await self._soon(lambda: offer.session_id in self.sessions)
        if offer.session_id in self.sessions:
            self.current = offer.session_id

    async def decline(self, _: str) -> None:
        if self.waits:
            await self._until(lambda: bool(self.offers))
        if not self.offers:
            _tell("Nothing is offered.")
            return
        offer_id = next(iter(self.offers))
        self._answered.add(offer_id)
        await self._sure(lambda: self.client.decline_offer(self.agent_id, offer_id))
        await self._soon(lambda: offer_id not in self.offers)

    async def done(self, note: str) -> None:
        await self._give_back("resolved", note)

    async def give_back(self, note: str) -> None:
        await self._give_back("returned", note)

    async def end(self, _: str) -> None:
        await self._give_back("ended", "")

    async def note(self, text: str) -> None:
        session_id = await self._having()
        if not session_id or not text:
            _tell("/note TEXT notes something about your session; you have none." if text else "Note what?")
            return
        request_id = str(uuid.uuid4())
        self.own.add(request_id)
        await self._sure(lambda: self.client.add_note(self.agent_id, session_id, text, request_id=request_id))
        _tell("noted")

    async def _give_back(self, outcome: Outcome, note: str) -> None:
        session_id = await self._having()
        if not session_id:
            _tell("You have no session.")
            return
        request_id = str(uuid.uuid4())
        await self._sure(
            lambda: self.client.return_session(self.agent_id, session_id, outcome, note=note, request_id=request_id)
        )
        await self._soon(lambda: session_id not in self.sessions)

    async def use(self, number: str) -> None:
        found = [one for one in self.sessions.values() if str(one.number) == number]
        if not found:
            await self.list_sessions("")
            return
        self.current = found[0].session_id
        _tell(f"You talk to {found[0].user} in session {number}.")

    async def list_sessions(self, _: str) -> None:
        for session in self.sessions.values():
            mark = "*" if session.session_id == self.current else " "
            _tell(f"{mark} {session.number}  {session.user}  {session.session_id}")
        if not self.sessions:
            _tell("You have no session.")

    async def queue(self, _: str) -> None:
        items = (await self._sure(self.client.list_queue)).items
        for item in items:
            offered = f", offered to {item.agent_id}" if item.agent_id else ""
            waited = f"{item.waited.total_seconds():6.0f} s"
            tags = f"  [{', '.join(item.tags)}]" if item.tags else ""
            _tell(f"{waited}  {item.bot}  {item.queue or 'any queue'}{offered}{tags}  {item.reason}".rstrip())
        if not items:
            _tell("Nobody waits.")

    async def away(self, _: str) -> None:
        await self.say("away")

    async def online(self, _: str) -> None:
        await self.say("online")
        _tell("You are online.")

    async def leave(self, _: str) -> None:
        self.left = True

    async def show_help(self, _: str) -> None:
        print(_EXAMPLES.partition("Type to talk")[1] + _EXAMPLES.partition("Type to talk")[2], end="", flush=True)


_COMMANDS: dict[str, Callable[[_Desk, str], Awaitable[None]]] = {
    "accept": _Desk.accept,
    "decline": _Desk.decline,
    "done": _Desk.done,
    "return": _Desk.give_back,
    "end": _Desk.end,
    "note": _Desk.note,
    "use": _Desk.use,
    "list": _Desk.list_sessions,
    "queue": _Desk.queue,
    "away": _Desk.away,
    "online": _Desk.online,
    "quit": _Desk.leave,
    "help": _Desk.show_help,
}


def _line(message: Message) -> str:
    who = {Role.USER: "user", Role.BOT: "bot", Role.SYSTEM: "-"}.get(message.role, message.author or "agent")
    return f"{who}: {message.text}"


def _tell_note(note: Note) -> None:
    _tell(f"note of {note.author}: {note.text}")


def _context(context: dict[str, Any]) -> list[tuple[str, str]]:
    """What the bot tells agents, one thing a line."""
    found: list[tuple[str, str]] = []
    for area in ("contexts", "variables"):
        values = context.get(area)
        if isinstance(values, dict):
            found += [(key, value if isinstance(value, str) else json.dumps(value)) for key, value in values.items()]
    return found


def _tell(text: str, bell: bool = False) -> None:
    """Say something that is no part of a conversation."""
    print(("\a" if bell and sys.stdout.isatty() else "") + f"({text})", flush=True)
