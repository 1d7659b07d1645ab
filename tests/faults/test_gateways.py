"""kill -9 of servers and gateways while users talk over a Converse stream and gateways deliver what is said to them.

Every message is answered as its script says, once; every message to a user reaches the outside, at least once under
one id, and for the first time in the order in which it was said.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from botserver_client import AsyncBotserverClient, AsyncConversation

from tests.faults.packages import write_bot
from tests.live import LiveServer, environment
from tests.servers import postgres

SESSIONS, WORDS, KILLS = 6, 12, 4
COUNT = 'n = 0\nTALK "hello"\nWHILE TRUE\n  HEAR x\n  n = n + 1\n  TALK "${n}: ${x}"\n  TALK "and ${n}"\nWEND'
GATEWAY = """
import sys, time
from datetime import timedelta
from botserver_client import BotserverClient

target, sent = sys.argv[1:]
with BotserverClient(target) as gateway, open(sent, "a", buffering=1) as out:
    for delivery in gateway.pull_deliveries("sms", max_outstanding=8, lease=timedelta(seconds=1)):
        print(delivery.delivery_id, delivery.message.text, sep="\\t", file=out)
        gateway.acknowledge(delivery)
"""


class Gateway:
    """A process that writes to a file what it brings to users."""

    def __init__(self, target: str, sent: Path) -> None:
        self._command = [sys.executable, "-c", GATEWAY, target, str(sent)]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, env=environment(), stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(30)


@asynccontextmanager
async def gateways(targets: list[str], sent: Path) -> AsyncIterator[list[Gateway]]:
    running = [Gateway(target, sent) for target in targets]
    try:
        yield running
    finally:
        for gateway in running:
            gateway.kill()


async def talk_to(talk: AsyncConversation, session_id: str) -> list[list[str]]:
    """All a user says at once; the texts of the replies."""
    replies = await asyncio.gather(*(talk.send_message(session_id, f"word {n}") for n in range(WORDS)))
    return [[message.text for message in reply.messages] for reply in replies]


def deliveries(sent: Path) -> dict[str, list[tuple[int, str]]]:
    """What was brought to the user of each session, in the order it first was; a repeat must be the same."""
    first: dict[str, str] = {}
    for line in sent.read_text(encoding="utf-8").splitlines():
        name, text = line.split("\t")
        assert first.setdefault(name, text) == text
    found: dict[str, list[tuple[int, str]]] = {}
    for name, text in first.items():
        session_id, seq = name.split("/")
        found.setdefault(session_id, []).append((int(seq), text))
    return found


EXPECTED = ["hello", *(text for n in range(1, WORDS + 1) for text in (f"{n}: word {n - 1}", f"and {n}"))]


async def arrived(sent: Path) -> dict[str, list[tuple[int, str]]]:
    """Wait until all is delivered: the lease of what a killed gateway had is a second."""
    async with asyncio.timeout(60):
        while True:
            found = deliveries(sent) if sent.exists() else {}
            if sum(map(len, found.values())) >= SESSIONS * len(EXPECTED):
                return found
            await asyncio.sleep(0.05)  # what is waited for happens in other processes


def check(found: dict[str, list[tuple[int, str]]]) -> None:
    assert len(found) == SESSIONS
    for each in found.values():
        assert [text for _, text in each] == EXPECTED
        assert [seq for seq, _ in each] == sorted(seq for seq, _ in each)


async def test_killed_servers_and_gateways_lose_nothing(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "count", {"start": COUNT})
    sent, dice = tmp_path / "sent", random.Random(7)
    with LiveServer(tmp_path / "bots", "--deliver", "sms", folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address, timeout_s=120) as client:
            opened = [await client.create_session("count", channel="sms", alias=f"+43 {n}") for n in range(SESSIONS)]
            ids = [session.session_id for session, _ in opened]
            async with gateways([server.address], sent) as (gateway,), client.converse() as talk:
                talking = [asyncio.create_task(talk_to(talk, each)) for each in ids]
                for _ in range(KILLS):
                    await asyncio.sleep(dice.uniform(0.0, 0.3))  # the moment of a fault
                    gateway.kill()
                    await asyncio.to_thread(server.kill)
                    await asyncio.to_thread(server.start)
                    gateway.start()
                replies = await asyncio.gather(*talking)
                check(await arrived(sent))
    assert replies == [[[f"{n}: word {n - 1}", f"and {n}"] for n in range(1, WORDS + 1)]] * SESSIONS


async def test_two_nodes_share_sessions_streams_and_deliveries(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "count", {"start": COUNT})
    sent, dice, url = tmp_path / "sent", random.Random(11), postgres().new_database()
    options = ("--deliver", "sms", "--database", url)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with (
        LiveServer(tmp_path / "bots", *options, folder=tmp_path / "one") as one,
        LiveServer(tmp_path / "bots", *options, folder=tmp_path / "two") as two,
    ):
        async with (
            AsyncBotserverClient(one.address, timeout_s=120) as first,
            AsyncBotserverClient(two.address, timeout_s=120) as second,
            gateways([one.address, two.address], sent),
            first.converse() as at_one,
            second.converse() as at_two,
        ):
            opened = [await first.create_session("count", channel="sms") for _ in range(SESSIONS)]
            ids = [session.session_id for session, _ in opened]
            talking = [
                asyncio.create_task(talk_to(talk, each))
                for each, talk in zip(ids, (at_one, at_two) * SESSIONS, strict=False)
            ]
            for server in (one, two, one):
                await asyncio.sleep(dice.uniform(0.0, 0.3))  # the moment of a fault
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            replies = await asyncio.gather(*talking)
            check(await arrived(sent))
            assert replies == [[[f"{n}: word {n - 1}", f"and {n}"] for n in range(1, WORDS + 1)]] * SESSIONS
            repeat = await second.list_messages(ids[0], page_size=500)
            assert len(list(repeat)) == 1 + 3 * WORDS
