"""Several servers on one PostgreSQL and one Redis, while all of them fail: nothing answered is lost, nothing is
missing, doubled or out of order, nobody is stuck.

Users send each message to any server, now and then to two at once. Meanwhile servers are killed at random moments and
at named points, PostgreSQL is restarted and its connections cut, Redis is stopped and emptied, both stand still; the
servers' clocks are seconds apart. NODES_FAULTS and NODES_SESSIONS make it longer (`make chaos`); CHAOS_SEED repeats
what the dice decided.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from botserver_client import AsyncBotserverClient

from botserver.session.faultpoints import FaultPoint
from botserver.store.postgres.standstill import PATIENCE_S, PROBE_S
from tests.faults.history import History, violations
from tests.faults.scripts import BOTS
from tests.faults.users import Conversation, User
from tests.live import LiveServer, environment
from tests.servers import PostgresServer, RedisServer

PACKAGES = Path(__file__).parent / "bots"
SKEW = Path(__file__).parent / "skew"
SKEWS_S = (-7.0, 0.0, 5.0)  # how wrong each server's clock is
SESSIONS = int(os.environ.get("NODES_SESSIONS", "20"))
FAULTS = int(os.environ.get("NODES_FAULTS", "15"))
LEAST_SPOKEN = 4
UNSTUCK_S = 60.0  # after the last fault; a dead server's claim expires within 15, what it took comes back after 10


class AnyNode:
    """A client that asks any server, and now and then two at once; what they say must be the same."""

    def __init__(self, clients: list[AsyncBotserverClient], dice: random.Random) -> None:
        self._clients = clients
        self._dice = dice
        self.doubled = 0

    async def send_message(self, *arguments: Any, **named: Any) -> Any:
        first, second = self._dice.sample(self._clients, 2)
        if self._dice.random() < 0.9:
            return await first.send_message(*arguments, **named)
        one, two = await asyncio.gather(
            first.send_message(*arguments, **named), second.send_message(*arguments, **named)
        )
        assert one == two, "two servers answered one message differently"
        self.doubled += 1
        return one

    async def create_session(self, *arguments: Any, **named: Any) -> Any:
        return await self._dice.choice(self._clients).create_session(*arguments, **named)

    async def list_messages(self, *arguments: Any, **named: Any) -> Any:
        return await self._dice.choice(self._clients).list_messages(*arguments, **named)


class Cluster:
    """Three servers, their database and their messenger, and the faults that befall them."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.dice = dice
        self.postgres, self.redis = PostgresServer(), RedisServer()
        self.postgres.start()
        self.redis.start()
        self.url = self.postgres.new_database()
        self.calls = folder / "calls"
        self.nodes: list[LiveServer] = []
        for number, skew_s in enumerate(SKEWS_S):
            home = folder / f"node-{number}"
            home.mkdir()
            options = ("--no-reload", "--database", self.url, "--redis", self.redis.url)
            variables = {
                "BOTSERVER_TEST_CALLS": str(self.calls),
                "SKEW_S": str(skew_s),
                "PYTHONPATH": os.pathsep.join((str(SKEW), environment()["PYTHONPATH"])),
            }
            node = LiveServer(PACKAGES, *options, folder=home, **variables)
            node.start()
            self.nodes.append(node)

    def close(self) -> None:
        for node in self.nodes:
            node.kill()
        self.redis.close()
        self.postgres.close()

    def kill_node(self) -> None:
        node = self.dice.choice(self.nodes)
        node.kill()
        node.start()

    def kill_node_at_a_point(self) -> None:
        node = self.dice.choice(self.nodes)
        node.kill()
        node.start(BOTSERVER_FAULT=self.dice.choice(list(FaultPoint)))
        assert node.wait() == -9
        node.start()

    def restart_database(self) -> None:
        self.postgres.stop()
        self.postgres.start()

    def cut_connections(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'botserver'"
            )

    def stop_the_database_where_it_is(self) -> None:
        """Until it is found out."""
        self.postgres.stand_still()
        time.sleep(PATIENCE_S + PROBE_S + 1)
        self.postgres.go_on()

    def stop_redis_where_it_is(self) -> None:
        self.redis.stand_still()
        time.sleep(1)
        self.redis.go_on()

    def empty_redis(self) -> None:
        with redis.Redis.from_url(self.redis.url) as client:
            client.flushall()

    def restart_redis(self) -> None:
        self.redis.stop()
        self.redis.start()

    async def fail_often(self, users: list[User]) -> Counter[str]:
        """One fault after the other, each once some users were answered since the last; gives how often each came."""
        kinds = [
            *[self.kill_node] * 4,
            *[self.kill_node_at_a_point] * 4,
            *[self.cut_connections] * 2,
            self.restart_database,
            self.stop_the_database_where_it_is,
            self.stop_redis_where_it_is,
            self.empty_redis,
            self.restart_redis,
        ]
        done: Counter[str] = Counter()
        for number in range(FAULTS):
            goal = sum(user.spoken for user in users) + max(1, len(users) // 8)
            while sum(user.spoken for user in users) < goal:
                await asyncio.sleep(0.01)
            fault = kinds[number] if number < len(kinds) else self.dice.choice(kinds)
            await asyncio.to_thread(fault)
            done[fault.__name__] += 1
        return done


@pytest.mark.slow
@pytest.mark.timeout(900 + 40 * FAULTS)
async def test_faults_of_everything_lose_double_and_reorder_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(2**32)))
    print(f"CHAOS_SEED={seed}")
    dice = random.Random(seed)
    cluster = Cluster(tmp_path, dice)
    try:
        clients = [AsyncBotserverClient(node.address) for node in cluster.nodes]
        client = AnyNode(clients, random.Random(dice.random()))
        history, peers = History(), list[str]()
        users = [
            User(client, BOTS[number % len(BOTS)], random.Random(dice.random()), history, peers)  # type: ignore[arg-type]  # users take no more
            for number in range(SESSIONS)
        ]
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as load:
            talking = [load.create_task(user.talk(stop, LEAST_SPOKEN)) for user in users]
            done = await cluster.fail_often(users)
            stop.set()
            failed_at_s = time.monotonic()
            async with asyncio.timeout(UNSTUCK_S):
                await asyncio.wait(talking)
                conversations = [one for user in users for one in user.conversations]
                await asyncio.gather(*(conversation.rest() for conversation in conversations))
        unstuck_s = time.monotonic() - failed_at_s
        for conversation in conversations:
            await conversation.check()
        assert violations(history) == []
        await check_counters(client, conversations)
        repeats = check_calls(cluster.calls.read_text().split(), conversations)
        for one in clients:
            await one.close()
        assert [await asyncio.to_thread(node.terminate) for node in cluster.nodes] == [0] * len(SKEWS_S)
        check_database(cluster.url)
    finally:
        await asyncio.to_thread(cluster.close)
    spoken = sum(len(conversation.words) for conversation in conversations)
    print(
        f"{done.total()} faults {dict(done)}; {len(conversations)} conversations, {spoken} messages, "
        f"{client.doubled} to two servers at once; {repeats} calls repeated; {len(history.notes)} notes and "
        f"{len(history.timers)} timers, each there once; "
        f"all answered {unstuck_s:.1f} s after the last fault"
    )


async def check_counters(client: AnyNode, conversations: list[Conversation]) -> None:
    for bot in BOTS:
        counted = sum(bot.counts.get(word, 0) for one in conversations if one.bot is bot for word in one.words)
        _, reply = await client.create_session(bot.name, params={"tally": True})
        assert reply.text == str(counted)


def check_calls(keys: list[str], conversations: list[Conversation]) -> int:
    """Each call has one key of its own, whichever server made it, and one made again had the same."""
    performed = Counter(keys)
    by_session = Counter(key.partition("/")[0] for key in performed)
    for one in conversations:
        assert by_session[one.session_id] == sum(one.bot.calls.get(word, 0) for word in one.words)
    return performed.total() - len(performed)


def check_database(url: str) -> None:
    with psycopg.connect(url) as connection:
        for table in ("inputs", "calls"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
