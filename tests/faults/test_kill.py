"""kill -9 under load: nothing answered is lost, nothing is missing, doubled or out of order, nobody is stuck.

Many users talk to bots inside nested loops, recursion, WAITs and slow outside calls, while the server is killed at
random moments and at named points. CHAOS_KILLS and CHAOS_SESSIONS make it longer (`make chaos`); CHAOS_SEED repeats
what the dice decided, though not the moment a kill hits.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import botserver_client.aio
import pytest
from botserver_client import AsyncBotserverClient, Event

from botserver.session.faultpoints import FaultPoint
from tests.faults.history import History, violations
from tests.faults.scripts import BOTS, Bot
from tests.faults.users import Conversation, User
from tests.live import LiveServer

PACKAGES = Path(__file__).parent / "bots"
SESSIONS = int(os.environ.get("CHAOS_SESSIONS", "80"))
RANDOM_KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
POINT_KILLS = max(2, RANDOM_KILLS // 6)  # at each named point
PATIENT, HASTY = 2, 6  # connections of either kind
BACKOFFS = ("initial", "min", "max")
WATCHERS = 10
LEAST_SPOKEN = 6
UNSTUCK_S = 60.0  # after the last fault every accepted input has its reply
START_S = 10.0  # a loaded machine; alone it takes half a second


def hasty_client(address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncBotserverClient:
    """One that leaves repeating to its user and finds a restarted server at once, so that more is said between two
    kills than the library's own patience would allow."""
    with monkeypatch.context() as patch:
        options = [("grpc.enable_retries", 0)] + [(f"grpc.{each}_reconnect_backoff_ms", 100) for each in BACKOFFS]
        patch.setattr(botserver_client.aio, "OPTIONS", options)
        return AsyncBotserverClient(address)


async def kill_often(server: LiveServer, users: list[User], dice: random.Random) -> tuple[list[float], float]:
    """Kills at random moments and at each named point, each followed by a start: how long these took, and the moment
    of the last kill."""
    faults: list[FaultPoint | None] = [None] * RANDOM_KILLS + [*FaultPoint] * POINT_KILLS
    dice.shuffle(faults)
    starts_s: list[float] = []

    async def start(**variables: str) -> None:
        began_s = time.monotonic()
        await asyncio.to_thread(server.start, **variables)
        starts_s.append(time.monotonic() - began_s)

    async def load() -> None:
        """Some users were answered; the rest are in the middle of something."""
        goal = sum(user.spoken for user in users) + len(users) // 6
        while sum(user.spoken for user in users) < goal:
            await asyncio.sleep(0.01)

    for fault in faults:
        await load()
        await asyncio.sleep(dice.uniform(0.0, 0.5))
        await asyncio.to_thread(server.kill)
        if fault is not None:
            await start(BOTSERVER_FAULT=fault)
            assert await asyncio.to_thread(server.wait) == -9, f"{fault} was not reached"
        await start()
    return starts_s, time.monotonic()


@pytest.mark.slow
@pytest.mark.timeout(900 + 20 * RANDOM_KILLS)
async def test_kills_lose_double_and_reorder_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(2**32)))
    print(f"CHAOS_SEED={seed}")
    dice = random.Random(seed)
    calls = tmp_path / "calls"
    with LiveServer(PACKAGES, "--no-reload", folder=tmp_path, BOTSERVER_TEST_CALLS=str(calls)) as server:
        clients = [AsyncBotserverClient(server.address) for _ in range(PATIENT)]
        clients += [hasty_client(server.address, monkeypatch) for _ in range(HASTY)]
        history, peers = History(), list[str]()
        users = [
            User(clients[number % len(clients)], BOTS[number % len(BOTS)], random.Random(dice.random()), history, peers)
            for number in range(SESSIONS)
        ]
        events, starts_s, unstuck_s = await talk_through_kills(server, users, dice)
        conversations = [one for user in users for one in user.conversations]
        for conversation in conversations:
            await conversation.check()
        assert violations(history) == []
        for user, seen in zip(users, events, strict=False):
            await check_watcher(user.conversations[0], seen)
        for bot in BOTS:
            await check_counter(clients[0], bot, conversations)
        check_calls(calls.read_text().split(), conversations)
        for client in clients:
            await client.close()
        assert server.terminate() == 0
    check_database(tmp_path / "botserver.db")
    spoken = sum(len(conversation.words) for conversation in conversations)
    print(
        f"{RANDOM_KILLS} + {len(FaultPoint) * POINT_KILLS} at named points; {len(conversations)} conversations, "
        f"{spoken} messages; start at most {max(starts_s):.2f} s; all answered {unstuck_s:.1f} s after the last kill"
    )
    assert sorted(starts_s)[len(starts_s) // 2] < START_S


async def talk_through_kills(
    server: LiveServer, users: list[User], dice: random.Random
) -> tuple[list[list[Event]], list[float], float]:
    """What the first users' streams told, seconds of each start, seconds from the last kill to the last answer."""
    stop = asyncio.Event()
    events: list[list[Event]] = [[] for _ in range(WATCHERS)]
    async with asyncio.TaskGroup() as load:
        talking = [load.create_task(user.talk(stop, LEAST_SPOKEN)) for user in users]
        while not all(user.conversations for user in users[:WATCHERS]):
            await asyncio.sleep(0.01)
        watching = [
            load.create_task(user.conversations[0].watch(seen))
            for user, seen in zip(users[:WATCHERS], events, strict=True)
        ]
        starts_s, killed_at_s = await kill_often(server, users, dice)
        stop.set()
        async with asyncio.timeout(UNSTUCK_S):
            await asyncio.wait(talking)
            await asyncio.gather(*(one.rest() for user in users for one in user.conversations))
        unstuck_s = time.monotonic() - killed_at_s
        async with asyncio.timeout(UNSTUCK_S):
            for user, seen in zip(users, events, strict=False):
                while len(seen) < len(await user.conversations[0].history()):
                    await asyncio.sleep(0.1)
        for task in watching:
            task.cancel()
    return events, starts_s, unstuck_s


async def check_watcher(conversation: Conversation, events: list[Event]) -> None:
    """A stream that broke at every kill missed nothing and told nothing twice."""
    assert [event.message for event in events] == await conversation.history()


async def check_counter(client: AsyncBotserverClient, bot: Bot, conversations: list[Conversation]) -> None:
    """GET, add one, SET in many sessions at once, some of them killed half-way: the sum is exact."""
    counted = sum(bot.counts.get(word, 0) for one in conversations if one.bot is bot for word in one.words)
    _, reply = await client.create_session(bot.name, params={"tally": True})
    assert reply.text == str(counted)


def check_calls(keys: Iterable[str], conversations: list[Conversation]) -> None:
    """Each call has one key of its own, and a call that was made again had the same."""
    performed = Counter(keys)
    by_session = Counter(key.partition("/")[0] for key in performed)
    for one in conversations:
        assert by_session[one.session_id] == sum(one.bot.calls.get(word, 0) for word in one.words)
    repeats = performed.total() - len(performed)
    assert repeats >= POINT_KILLS, "the kills during a call made no repeat"
    print(f"{len(performed)} outside calls, {repeats} repeats")


def check_database(path: Path) -> None:
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT count(*) FROM inputs").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM calls").fetchone() == (0,)
    database.close()
