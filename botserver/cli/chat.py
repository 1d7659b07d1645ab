"""`botserver chat BOT`: a conversation with a bot of a running server, from the terminal.

Everything shown comes from one watch of the session, in order, whether it answers a message or comes on its own. When
the server goes away the chat waits for it; a message is sent again with the same id, so it counts once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import uuid

from botserver_client import (
    Activity,
    AsyncBotserverClient,
    Event,
    Message,
    NotFound,
    Owner,
    Reply,
    Role,
    SessionState,
    Suggestion,
    Unavailable,
    User,
    WrongState,
)

from .exits import OK
from .lines import ReadLine, in_terminal, is_terminal, piped_line
from .messages import shown
from .remote import add_server_option, exit_code
from .whom import add_whom_option, read_whom

_EXAMPLES = """\
examples:
  botserver chat shop                        a new conversation; end with Ctrl-D
  botserver chat shop --session SESSION_ID   go on with one
  botserver chat shop --as user=7 --as channel=web
  printf 'Ann\\nyes\\n' | botserver chat shop --server 127.0.0.1:50051

Ctrl-D leaves the conversation open: it can be gone on with, also from another program. Tab completes suggestions.
A line /event NAME [JSON] lets an event happen, /form NAME JSON sends in a form.
"""

_SHOWN_OF_HISTORY = 20
_RECONNECT_S = 300.0
_PAUSE_S = 1.0
_CATCH_UP_S = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("bot", metavar="BOT", help="name of the bot, such as orders")
    parser.add_argument("--session", metavar="SESSION_ID", help="go on with this session")
    add_whom_option(parser)
    add_server_option(parser)


def run(arguments: argparse.Namespace) -> int:
    if is_terminal():
        screen = _Screen(show_options=True)
        return exit_code(lambda: in_terminal(screen.labels, lambda read_line: _talk(arguments, screen, read_line)))
    return exit_code(lambda: asyncio.run(_talk(arguments, _Screen(), piped_line)))


async def _talk(arguments: argparse.Namespace, screen: _Screen, read_line: ReadLine) -> int:
    async with AsyncBotserverClient(arguments.server) as client:
        if arguments.session:
            session = await client.get_session(arguments.session)
            after_seq = max(0, session.last_seq - _SHOWN_OF_HISTORY)
            if session.state is SessionState.OPEN:
                await client.connect(session.session_id)
        else:
            whom = read_whom(arguments.whom)
            session, reply = await client.create_session(
                arguments.bot, channel=whom.channel, alias=whom.alias, user=User(**whom.user), metadata=whom.metadata
            )
            after_seq = 0
            screen.reply(reply)
        session_id = session.session_id
        watching = asyncio.create_task(_watch(client, session_id, after_seq, screen))
        try:
            await screen.wait_for(session.last_seq)
            await _converse(client, session_id, screen, read_line, watching)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        if screen.ended:
            print("The conversation has ended.", file=sys.stderr)
        else:
            print(f"Go on with: botserver chat {arguments.bot} --session {session_id}", file=sys.stderr)
    return OK


async def _converse(
    client: AsyncBotserverClient, session_id: str, screen: _Screen, read_line: ReadLine, watching: asyncio.Task[None]
) -> None:
    """Send line after line, until there are no more or the session ends."""
    while not screen.ended:
        screen.show_options()
        reading = asyncio.ensure_future(read_line())
        await asyncio.wait([reading, watching], return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():  # the session ended by itself, or the server is gone for good
            reading.cancel()
            watching.result()
            return
        line = reading.result()
        if line is None:
            return
        try:
            reply = await _send(client, session_id, line, screen)
        except ValueError as error:
            print(f"(expected JSON behind the name: {error})", file=sys.stderr)
            continue
        except (WrongState, NotFound) as error:
            print(f"{error.message}", file=sys.stderr)
            return
        screen.reply(reply)
        await screen.wait_for(reply.last_seq)


async def _send(client: AsyncBotserverClient, session_id: str, text: str, screen: _Screen) -> Reply:
    """Send until it is answered; one id, so it counts once."""
    message_id = str(uuid.uuid4())
    screen.own.add(message_id)
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + _RECONNECT_S
    told = False
    while True:
        try:
            return await _given(client, session_id, text, message_id)
        except Unavailable:
            if loop.time() > give_up_at:
                raise
            if not told:
                print(f"({client.target} does not answer; trying again, Ctrl-C gives up)", file=sys.stderr)
                told = True
            await asyncio.sleep(_PAUSE_S)


_HAPPENING = re.compile(r"/(event|form) +(\S+) *(.*)\Z", re.DOTALL)


async def _given(client: AsyncBotserverClient, session_id: str, line: str, message_id: str) -> Reply:
    """What a line means: a text, or an event. Raises ValueError for data that is no JSON."""
    found = _HAPPENING.match(line)
    if found is None:
        return await client.send_message(session_id, line, message_id=message_id)
    kind, name, text = found.groups()
    data = json.loads(text) if text else None
    if kind == "event":
        return await client.send_event(session_id, name, data, message_id=message_id)
    if not isinstance(data, dict):
        raise ValueError("a form has fields")
    return await client.submit_form(session_id, name, data, message_id=message_id)


async def _watch(client: AsyncBotserverClient, session_id: str, after_seq: int, screen: _Screen) -> None:
    async for event in client.watch(session_id, after_seq, give_up_after_s=_RECONNECT_S):
        screen.event(event)


class _Screen:
    """What was shown, and what the user may choose from."""

    def __init__(self, show_options: bool = False) -> None:
        self.own: set[str] = set()
        self.options: tuple[Suggestion, ...] = ()
        self.ended = False
        self._with_options = show_options
        self._spoke = (Owner.BOT, "")
        self._seq = 0
        self._moved = asyncio.Event()

    def labels(self) -> list[str]:
        return [option.label for option in self.options]

    def event(self, event: Event) -> None:
        if event.message is not None:
            self._message(event.message)
        elif event.kind == "state":
            self._owner(event)
            if event.waiting_for is not None:
                self.options = event.waiting_for.options
        self.ended = self.ended or event.kind == "ended"
        self._seq = max(self._seq, event.seq)
        self._moved.set()

    def _message(self, message: Message) -> None:
        if message.role is Role.USER:
            if message.message_id not in self.own:
                print(f"> {message.text}")
        elif message.role is Role.AGENT:
            print(f"{message.author}: {message.text}", flush=True)
        else:
            print(shown(message), flush=True)
            self.options = message.suggestions

    def _owner(self, event: Event) -> None:
        """Say when a person takes over from the bot, and back."""
        now = (event.owner, event.agent_name)
        if event.owner is not Owner.UNSPECIFIED and now != self._spoke:
            was, self._spoke = self._spoke, now
            told = {Owner.QUEUE: "waiting for an agent", Owner.AGENT: f"{event.agent_name} is here"}
            if event.owner in told or was[0] is not Owner.BOT:
                print(f"({told.get(event.owner, 'the bot is back')})", file=sys.stderr)

    def reply(self, reply: Reply) -> None:
        """What a reply says beside its messages."""
        if reply.waiting_for is not None:
            self.options = reply.waiting_for.options
        if reply.fault is not None:
            fault = reply.fault
            print(f"({fault.script}:{fault.line}: error {fault.number}: {fault.message})", file=sys.stderr)
        self.ended = self.ended or reply.activity is Activity.ENDED

    async def wait_for(self, seq: int) -> None:
        """Until everything up to `seq` was shown; not for ever, the watch may be reconnecting."""
        try:
            async with asyncio.timeout(_CATCH_UP_S):
                while self._seq < seq:
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            pass

    def show_options(self) -> None:
        if self._with_options and self.options and not self.ended:
            print("  ".join(f"[{option.label}]" for option in self.options))
