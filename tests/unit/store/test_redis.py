"""News between processes over a real Redis, which may go away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from botserver.errors import ConfigError
from botserver.ids import SessionId
from botserver.store.redis import RedisSignals, open_signals
from tests.servers import RedisServer

ONE, TWO = SessionId("one"), SessionId("two")


class Pair:
    """Two processes on one Redis, and what they reported."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self.reported: list[str] = []

    async def open(self) -> Pair:
        self.here, self.there = await self._one(), await self._one()
        return self

    async def _one(self) -> RedisSignals:
        return await open_signals(self.server.url, lambda place, _: self.reported.append(place))

    async def hears(self, session_id: SessionId, patience_s: float = 20.0) -> bool:
        """Whether `there` hears when `here` tells of a session; told again until it is listened to."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            self.here.tell(session_id)
            began = time.monotonic()
            await self.there.heard(0.2)
            if time.monotonic() - began < 0.2:
                return True
        return False

    async def close(self) -> None:
        await self.here.close()
        await self.there.close()


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    server = RedisServer()
    server.start()
    pair = await Pair(server).open()
    yield pair
    await pair.close()
    server.close()


async def test_a_followed_session_is_heard_of_and_no_other(pair: Pair) -> None:
    pair.there.follow([ONE])
    assert await pair.hears(ONE)
    await pair.there.heard(0.3)  # what was told more than once
    assert not await pair.hears(TWO, 0.5)
    pair.there.follow([TWO])
    assert await pair.hears(TWO)


async def test_what_is_told_while_the_server_is_away_is_lost_and_nothing_else(pair: Pair) -> None:
    pair.there.follow([ONE])
    assert await pair.hears(ONE)
    pair.server.stop()
    assert not await pair.hears(ONE, 1.0)
    assert pair.reported.count("redis") <= 2  # once a process
    pair.server.start()
    assert await pair.hears(ONE)


async def test_telling_neither_waits_nor_fails_without_a_server() -> None:
    reported = asyncio.Event()
    signals = await open_signals("redis://127.0.0.1:1/0", lambda *_: reported.set())
    signals.tell(ONE)
    async with asyncio.timeout(10):
        await reported.wait()
    await signals.close()


async def test_a_wrong_url_is_refused() -> None:
    with pytest.raises(ConfigError):
        await open_signals("postgres://x", lambda *_: None)
