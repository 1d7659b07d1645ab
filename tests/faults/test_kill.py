"""kill -9 under load: nothing answered is lost, nothing is missing, doubled or out of order, nobody is stuck.

Many users talk to one bot inside nested loops, procedures, WAITs and slow outside calls, while the server is killed at
random moments and at named points. CHAOS_KILLS and CHAOS_SESSIONS make it longer (`make chaos`).
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import pytest
from botserver_client import AsyncBotserverClient, DeadlineExceeded, Message, Reply, Role, Unavailable

from tests.live import LiveServer

T = TypeVar("T")

SESSIONS = int(os.environ.get("CHAOS_SESSIONS", "200"))
RANDOM_KILLS = int(os.environ.get("CHAOS_KILLS", "12"))
POINTS = ("before-commit", "after-commit-before-reply", "during-call", "after-outcome")
POINT_KILLS = max(2, RANDOM_KILLS // 6)
UNSTUCK_S = 60.0
LEAST_MESSAGES = 12

BOT = """\
said = 0
FOR round = 1 TO 100000
    FOR EACH step IN ["a", "b", "c"]
        HEAR word
        said = said + 1
        Act(word, round, step)
    NEXT
NEXT

SUB Act(word, round, step)
    SELECT CASE word
        CASE "wait"
            WAIT 0.2
        CASE "call"
            got = CALL "/test/slow", 0.1, word
            IF got <> word THEN TALK "lost the outcome"
        CASE "count"
            SET BOT MEMORY "count", VAL(GET BOT MEMORY "count") + 1
        CASE "read"
            TALK GET BOT MEMORY "count"
    END SELECT
    Answer(word, round, step)
END SUB

SUB Answer(word, round, step)
    TALK "${said} ${round}${step} ${word}"
END SUB
"""


def expected(number: int, word: str) -> str:
    return f"{number} {(number - 1) // 3 + 1}{'abc'[(number - 1) % 3]} {word}"


@dataclass
class User:
    """One session, and all that was said in it."""

    client: AsyncBotserverClient
    dice: random.Random
    session_id: str = ""
    words: list[str] = field(default_factory=list)
    replies: dict[str, tuple[str, Reply]] = field(default_factory=dict)

    async def open(self, request_id: str) -> None:
        session, _ = await patiently(lambda: self.client.create_session("load", request_id=request_id))
        self.session_id = session.session_id

    async def talk(self, stop: asyncio.Event) -> None:
        while not stop.is_set() or len(self.words) < LEAST_MESSAGES:
            await self.say(self.dice.choice(["plain", "plain", "wait", "call", "count"]))
            if self.dice.random() < 0.2:
                await self.repeat()

    async def say(self, word: str) -> None:
        message_id = f"m{len(self.words)}"
        self.words.append(word)
        if self.dice.random() < 0.2:
            await self.send(word, message_id, "accepted")
        reply = await self.send(word, message_id)
        assert [message.text for message in reply.messages] == [expected(len(self.words), word)]
        assert reply.fault is None
        self.replies[message_id] = (word, reply)

    async def repeat(self) -> None:
        """An old message again, also one from before a kill, gets the first reply."""
        message_id, (word, first) = self.dice.choice(list(self.replies.items()))
        again = await self.send(word, message_id)
        assert (again.messages, again.revision, again.activity) == (first.messages, first.revision, first.activity)

    async def send(self, word: str, message_id: str, wait: Literal["settled", "accepted"] = "settled") -> Reply:
        return await patiently(
            lambda: self.client.send_message(self.session_id, word, message_id=message_id, wait=wait)
        )

    async def check_history(self) -> None:
        """What is stored is what was said and answered, once and in order."""
        kept = [message async for message in self.messages()]
        assert [message.seq for message in kept] == list(range(1, 2 * len(self.words) + 1))
        assert [message.text for message in kept if message.role is Role.USER] == self.words
        answers = [expected(number, word) for number, word in enumerate(self.words, 1)]
        assert [message.text for message in kept if message.role is Role.BOT] == answers

    async def messages(self) -> AsyncIterator[Message]:
        token = ""
        while True:
            page = await self.client.list_messages(self.session_id, page_size=500, page_token=token)
            for message in page:
                yield message
            token = page.next_page_token
            if not token:
                return


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Call until it is answered, as a client does whose server went away."""
    while True:
        try:
            return await call()
        except (Unavailable, DeadlineExceeded):
            await asyncio.sleep(0.05)


async def kill_often(server: LiveServer, dice: random.Random) -> None:
    """Kills at random moments and at each named point, each followed by a start."""
    faults: list[str | None] = [None] * RANDOM_KILLS + [*POINTS] * POINT_KILLS
    dice.shuffle(faults)
    for fault in faults:
        if fault is None:
            await asyncio.sleep(dice.uniform(0.1, 1.5))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        else:
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start, BOTSERVER_FAULT=fault)
            assert await asyncio.to_thread(server.wait) == -9, f"{fault} was not reached"
            await asyncio.to_thread(server.start)


@pytest.mark.slow
@pytest.mark.timeout(900 + 20 * RANDOM_KILLS)
async def test_kills_lose_double_and_reorder_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(2**32)))
    print(f"CHAOS_SEED={seed}")
    dice = random.Random(seed)
    scripts = tmp_path / "bots" / "load.gbai" / "load.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text(BOT)
    calls = tmp_path / "calls"
    with LiveServer(tmp_path / "bots", "--no-reload", folder=tmp_path, BOTSERVER_TEST_CALLS=str(calls)) as server:
        async with AsyncBotserverClient(server.address) as client:
            users = [User(client, random.Random(dice.random())) for _ in range(SESSIONS)]
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as opening:
                for number, user in enumerate(users):
                    opening.create_task(user.open(f"00000000-0000-4000-8000-{number:012}"))
            async with asyncio.TaskGroup() as load:
                talking = [load.create_task(user.talk(stop)) for user in users]
                await kill_often(server, dice)
                stop.set()
                async with asyncio.timeout(UNSTUCK_S):
                    await asyncio.wait(talking)
            for user in users:
                await user.check_history()
            counted = sum(user.words.count("count") for user in users)
            reply = await client.send_message(users[0].session_id, "read")
            assert reply.messages[0].text == str(counted)
        called = sum(user.words.count("call") for user in users)
        assert len(set(calls.read_text().split())) == called
        assert server.terminate() == 0
    with sqlite3.connect(tmp_path / "botserver.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
