"""Two servers and a Redis that is emptied, stopped and started: what it had is only slower to come by."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from botserver_client import AsyncBotserverClient

from tests.faults.packages import write_bot
from tests.live import LiveServer
from tests.servers import RedisServer, postgres

TURNS_S = 12.0
"""For turns beside a Redis that stands still; each may wait for it for a moment, one in seconds."""
KEEPS = """\
SET "big", SPACE(100000) & "0"
DO
    HEAR word
    n = n + 1
    big = GET "big"
    IF word = "write" THEN SET "big", SPACE(100000) & n
    TALK LEN(big) & " " & TRIM(big)
LOOP
"""


@pytest.fixture
def messenger() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def servers(tmp_path: Path, messenger: RedisServer) -> Iterator[list[LiveServer]]:
    write_bot(tmp_path / "bots", "bot", {"start": KEEPS})
    options = (
        "--no-reload",
        "--database",
        postgres().new_database(),
        "--redis",
        messenger.url,
        "--messages-per-minute",
        "10000",
    )
    with ExitStack() as running:
        homes = [tmp_path / f"node-{number}" for number in range(2)]
        for home in homes:
            home.mkdir()
        yield [running.enter_context(LiveServer(tmp_path / "bots", *options, folder=home)) for home in homes]


async def test_large_cells_are_right_whatever_happens_to_redis(
    servers: list[LiveServer], messenger: RedisServer
) -> None:
    clients = [AsyncBotserverClient(server.address) for server in servers]
    session, _ = await clients[0].create_session("bot")
    turns, wanted = 0, "0"

    async def talk(rounds: int) -> None:
        """Each message goes to the other server than the last one."""
        nonlocal turns, wanted
        for _ in range(rounds):
            turns += 1
            word = "write" if turns % 3 == 0 else "read"
            reply = await clients[turns % 2].send_message(session.session_id, word)
            assert reply.text == f"{100_000 + len(wanted)} {wanted}"
            if word == "write":
                wanted = str(turns)

    await talk(6)
    with redis.Redis.from_url(messenger.url) as client:
        assert client.keys("botserver:cell:*")
        for key in client.keys("botserver:cell:*"):
            client.set(key, b"something else")
    await talk(4)
    with redis.Redis.from_url(messenger.url) as client:
        client.flushall()
    await talk(4)
    await asyncio.to_thread(messenger.stop)
    await talk(6)
    await asyncio.to_thread(messenger.start)
    await talk(6)
    messenger.stand_still()
    async with asyncio.timeout(TURNS_S):
        await talk(12)
    messenger.go_on()
    await talk(6)
    messenger.stand_still()
    for open_client in clients:
        await open_client.close()
    assert [await asyncio.to_thread(server.terminate) for server in servers] == [0, 0]
