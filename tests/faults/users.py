"""Users who know what they must be told, and go on talking whatever happens to the server.

A user repeats a call with the same ids until it is answered, as the protocol asks of clients. Each answer is compared
with what the script says at this very place; old messages are sent again and must get the first reply, whole.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from botserver_client import Activity, AsyncBotserverClient, DeadlineExceeded, Event, Message, Reply, Role, Unavailable

from tests.faults.history import Exchange, History
from tests.faults.scripts import Bot, comes_by_itself

T = TypeVar("T")

PAUSE_S = 0.05  # before a call is sent again that the client library has given up


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Call until it is answered, as a client does whose server went away."""
    while True:
        try:
            return await call()
        except (Unavailable, DeadlineExceeded):
            await asyncio.sleep(PAUSE_S)


@dataclass
class Said:
    """One message of a user and the replies it got, first ones first."""

    word: str
    settled: Reply
    turn: Reply | None = None


@dataclass
class Conversation:
    """One session, and all that was said in it."""

    client: AsyncBotserverClient
    bot: Bot
    dice: random.Random
    seen: History
    peer: str = ""  # the session that notes go to; its own if there is none
    session_id: str = ""
    opening: Reply | None = None
    request_id: str = ""
    said: dict[str, Said] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    async def open(self) -> None:
        self.request_id = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        session, self.opening = await self._create()
        self.session_id = session.session_id

    async def _create(self):  # type: ignore[no-untyped-def]  # session and reply
        params = {"peer": self.peer} if self.peer else {}
        return await patiently(
            lambda: self.client.create_session(self.bot.name, params=params, request_id=self.request_id)
        )

    @property
    def has_ended(self) -> bool:
        return bool(self.words) and self.words[-1] == "bye"

    # --- talking

    async def go_on(self) -> None:
        """Say one thing or a few, in one of the ways a client may."""
        manner = self.dice.random()
        if manner < 0.1:
            await self._burst()
        else:
            message_id, word = self._next()
            if manner < 0.25:
                await self._send(word, message_id, "accepted")
            elif manner < 0.4:
                await self._turn(word, message_id)
            if manner > 0.85:
                first, second = await asyncio.gather(self._send(word, message_id), self._send(word, message_id))
                assert first == second, "two requests with one message id got two replies"
            await self._settle(word, message_id)
        if self.said and self.dice.random() < 0.25:
            await self._repeat()

    def _next(self, words: tuple[str, ...] = ()) -> tuple[str, str]:
        word = self.dice.choice(words or self.bot.words)
        self.words.append(word)
        number = len(self.words)
        if word == "note":
            self.seen.notes.append((self.session_id, number, self.peer or self.session_id))
        elif word == "timer":
            self.seen.timers.append((self.session_id, number))
        return f"m{number}", word

    async def _burst(self) -> None:
        """Several messages before the first is answered: they are answered in this order."""
        lasting = tuple(word for word in self.bot.words if word != "bye")
        sent = [self._next(lasting) for _ in range(3)]
        for message_id, word in sent:
            await self._send(word, message_id, "accepted")
        for message_id, word in sent:
            await self._settle(word, message_id)

    async def _turn(self, word: str, message_id: str) -> None:
        reply = await self._send(word, message_id, "turn")
        number = int(message_id[1:])
        assert answers(reply) == self.bot.answer(number, word)[0], f"turn {number} of {self.session_id}"

    async def _settle(self, word: str, message_id: str) -> None:
        reply = await self._send(word, message_id)
        number = int(message_id[1:])
        expected = [text for turn in self.bot.answer(number, word) for text in turn]
        assert answers(reply) == expected, f"message {number} of {self.session_id}"
        assert reply.fault is None
        assert reply.activity is (Activity.ENDED if word == "bye" else Activity.WAITING_INPUT)
        self.said[message_id] = Said(word, reply)

    async def _repeat(self) -> None:
        """An old message again, also one from before a kill, gets the first reply."""
        message_id, said = self.dice.choice(list(self.said.items()))
        assert await self._send(said.word, message_id) == said.settled, f"repeat of {message_id}, {self.session_id}"
        turn = await self._send(said.word, message_id, "turn")
        said.turn = said.turn or turn
        assert turn == said.turn, f"repeat of the turn of {message_id}, {self.session_id}"

    async def _send(self, word: str, message_id: str, wait: str = "settled") -> Reply:
        sent_at_s = time.monotonic()
        reply = await patiently(
            lambda: self.client.send_message(self.session_id, word, message_id=message_id, wait=wait)  # type: ignore[arg-type]  # a literal above
        )
        if wait == "settled":
            number = int(answers(reply)[0].split()[0])
            replies = tuple((message.seq, message.text) for message in reply.messages)
            times_s = sent_at_s, time.monotonic()
            self.seen.exchanges.append(Exchange(self.session_id, message_id, *times_s, number, reply.revision, replies))
        return reply

    # --- afterwards

    async def check(self) -> None:
        """What is stored is what was said and answered, once and in order; every reply is still the first."""
        kept = await self.history()
        self.seen.stored[self.session_id] = [
            (one.seq, "user", one.message_id) if one.role is Role.USER else (one.seq, "bot", one.text) for one in kept
        ]
        assert [message.seq for message in kept] == list(range(1, len(kept) + 1))
        expected: list[tuple[Role, str]] = []
        for number, word in enumerate(self.words, 1):
            expected.append((Role.USER, word))
            expected += [(Role.BOT, text) for turn in self.bot.answer(number, word) for text in turn]
        told = [(message.role, message.text) for message in kept if not comes_by_itself(message.text)]
        assert told == expected, self.session_id
        by_seq = {message.seq: message for message in kept}
        for message_id, said in self.said.items():
            assert all(by_seq[message.seq] == message for message in said.settled.messages), message_id
        assert [message.message_id for message in kept if message.role is Role.USER] == list(self.said)
        for message_id in self.dice.sample(list(self.said), min(3, len(self.said))):
            said = self.said[message_id]
            assert await self._send(said.word, message_id) == said.settled
        session, opening = await self._create()
        assert (session.session_id, opening) == (self.session_id, self.opening)

    async def rest(self) -> None:
        """Returns when every timer that it set has spoken."""
        n_timers = self.words.count("timer")
        while sum(message.text.startswith("timer ") for message in await self.history()) < n_timers:
            await asyncio.sleep(PAUSE_S)

    async def history(self) -> list[Message]:
        kept: list[Message] = []
        token = ""
        while True:
            page = await self.client.list_messages(self.session_id, page_size=500, page_token=token)
            kept += page.items
            token = page.next_page_token
            if not token:
                return kept

    async def watch(self, events: list[Event]) -> None:
        """All messages as a stream tells them, over every break of it."""
        async for event in self.client.watch(self.session_id):
            if event.kind == "message":
                events.append(event)  # noqa: PERF401  # what was seen must outlive a cancelled loop


def answers(reply: Reply) -> list[str]:
    return [message.text for message in reply.messages if not comes_by_itself(message.text)]


@dataclass
class User:
    """Talks until told to stop, in one conversation after another. `peers` are sessions of its bot that last, of all
    users who share the list."""

    client: AsyncBotserverClient
    bot: Bot
    dice: random.Random
    seen: History = field(default_factory=History)
    peers: list[str] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    spoken: int = 0

    async def talk(self, stop: asyncio.Event, least: int) -> None:
        while not stop.is_set() or self.spoken < least:
            if not self.conversations or self.conversations[-1].has_ended:
                peer = self.dice.choice(self.peers) if self.peers else ""
                conversation = Conversation(self.client, self.bot, self.dice, self.seen, peer)
                await conversation.open()
                if "note" in self.bot.words:
                    self.peers.append(conversation.session_id)
                self.conversations.append(conversation)
            await self.conversations[-1].go_on()
            self.spoken += 1
