"""News between processes over a real Redis, which may go away."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import cast

import pytest
import redis

from botserver.errors import ConfigError
from botserver.ids import Digest, SessionId
from botserver.limits import CELLS_WAITING_BYTES
from botserver.store.redis import MISTAKE, RedisCells, RedisSignals, open_cells, open_counters, open_signals
from botserver.vm.snapshot import digest_of
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


class Forgetful:
    """Something on the way to Redis that passes on what connections carry, until it forgets them."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self._passing: list[asyncio.Task[None]] = []
        self._ends: list[asyncio.StreamWriter] = []
        self.taken = 0

    async def __aenter__(self) -> Forgetful:
        self._listening = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.forget()
        for end in self._ends:
            end.close()
            with contextlib.suppress(OSError):
                await end.wait_closed()
        self._listening.close()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        there, back = await asyncio.open_unix_connection(self._server.url.removeprefix("unix://"))
        self._ends += [writer, back]
        self._passing += [asyncio.create_task(_pass(reader, back)), asyncio.create_task(_pass(there, writer))]

    def forget(self) -> None:
        """The connections so far bring nothing any more, and do not end."""
        for task in self._passing:
            task.cancel()
        self._passing.clear()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


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


async def test_a_connection_that_brings_nothing_any_more_is_made_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botserver.store.redis._QUIET_S", 0.2)
    monkeypatch.setattr("botserver.store.redis._TIMEOUT_S", 2.0)
    monkeypatch.setattr("botserver.store.redis._PAUSE_S", 0.0)
    async with Forgetful(pair.server) as between:
        reported = asyncio.Event()
        there = await open_signals(between.url, lambda *_: reported.set())
        pair.there, elsewhere = there, pair.there
        try:
            there.follow([ONE])
            assert await pair.hears(ONE)
            await asyncio.sleep(1)  # a quiet connection that lives is left alone
            assert between.taken == 1
            between.forget()
            async with asyncio.timeout(20):
                await reported.wait()  # what was told before it forgot may be heard until then
            assert await pair.hears(ONE)
        finally:
            await there.close()
            pair.there = elsewhere


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


# --- large objects

ONE_OBJECT = {digest_of(b"1" * 5000): b"1" * 5000}
DIGEST = next(iter(ONE_OBJECT))


@pytest.fixture
async def cells(pair: Pair) -> AsyncIterator[tuple[RedisCells, RedisCells]]:
    """Two processes' caches on one Redis."""
    opened = [await open_cells(pair.server.url, lambda place, _: pair.reported.append(place)) for _ in range(2)]
    yield opened[0], opened[1]
    for each in opened:
        await each.close()


async def gets(cells: RedisCells, patience_s: float = 20.0) -> bool:
    """Whether the object is there, soon."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if await cells.get([DIGEST]) == ONE_OBJECT:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_object_that_one_process_puts_another_gets(cells: tuple[RedisCells, RedisCells]) -> None:
    here, there = cells
    assert await there.get([DIGEST]) == {}
    here.put(ONE_OBJECT)
    assert await gets(there)
    assert await there.get([digest_of(b"other"), DIGEST]) == ONE_OBJECT


async def test_emptied_cache_has_nothing_and_fills_again(pair: Pair, cells: tuple[RedisCells, RedisCells]) -> None:
    here, there = cells
    here.put(ONE_OBJECT)
    assert await gets(there)
    client = redis.Redis.from_url(pair.server.url)
    client.flushall()
    client.close()
    assert await there.get([DIGEST]) == {}
    here.put(ONE_OBJECT)
    assert await gets(there)


async def test_cache_that_is_away_is_not_waited_for_and_comes_back(
    pair: Pair, cells: tuple[RedisCells, RedisCells], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = cells
    monkeypatch.setattr("botserver.store.redis.CELLS_AWAY_S", 0.5)
    pair.server.stop()
    began = time.monotonic()
    for _ in range(100):
        here.put(ONE_OBJECT)
        assert await there.get([DIGEST]) == {}
    assert time.monotonic() - began < 5
    pair.server.start()
    until = time.monotonic() + 20
    while not await there.get([DIGEST]):
        here.put(ONE_OBJECT)
        await asyncio.sleep(0.05)
        assert time.monotonic() < until


async def test_server_that_takes_connections_and_answers_nothing_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.store.redis._TIMEOUT_S", 0.05)
    monkeypatch.setattr("botserver.store.redis._PAUSE_S", 0.0)

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        heard: asyncio.Queue[str] = asyncio.Queue()
        cells = await open_cells(url, lambda place, _: heard.put_nowait(f"cells: {place}"))
        cells.put(ONE_OBJECT)
        signals = await open_signals(url, lambda place, _: heard.put_nowait(f"signals: {place}"))
        try:
            async with asyncio.timeout(20):
                assert {await heard.get(), await heard.get()} == {"cells: redis", "signals: redis"}
        finally:
            await cells.close()
            await signals.close()


async def test_objects_that_wait_are_bounded(cells: tuple[RedisCells, RedisCells]) -> None:
    here, _ = cells
    large = {digest_of(bytes([n])): bytes([n]) * 1_000_000 for n in range(40)}
    here.put(large)
    assert sum(len(data) for data in here._to_put.values()) <= CELLS_WAITING_BYTES


async def test_processes_count_together_while_redis_is_there(pair: Pair) -> None:
    here, there = open_counters(pair.server.url), open_counters(pair.server.url)
    assert await here.add(7, {ONE: 2, TWO: 1}) == {ONE: 2, TWO: 1}
    assert await there.add(7, {ONE: 3}) == {ONE: 5}
    assert await there.add(8, {ONE: 1}) == {ONE: 1}
    pair.server.stop()
    assert await here.add(7, {ONE: 1}) == {}
    pair.server.start()
    assert await here.add(7, {ONE: 1}) in ({ONE: 6}, {ONE: 1})  # whether Redis kept anything is its own business
    await here.close()
    await there.close()


# --- nonsense

NONSENSE = {
    "an integer that is none": b":abc\r\n",
    "a length below all": b"$-7\r\n",
    "a length that is none": b"$x\r\n",
    "more than was asked for": b"*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n",
    "nothing of it": b"*-1\r\n",
    "an integer": b":7\r\n",
    "a text": b"+PONG\r\n",
    "no protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "bytes": bytes(range(256)) + b"\r\n",
    "a text that is no UTF-8": b"+\xff\xfe\r\n",
    "an error without words": b"-\r\n",
    "depth": b"*1\r\n" * 5_000,
}


@contextlib.asynccontextmanager
async def talking_nonsense(answer: bytes) -> AsyncIterator[str]:
    """A server that answers so, once it has greeted; gives its URL."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while asked := await reader.read(65536):
                writer.write(b"+OK\r\n" * asked.count(b"CLIENT") or answer)
                await writer.drain()
            writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("answer", NONSENSE)
async def test_a_server_that_talks_nonsense_is_one_that_is_away(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.store.redis._TIMEOUT_S", 0.2)
    monkeypatch.setattr("botserver.store.redis._QUIET_S", 0.2)
    monkeypatch.setattr("botserver.store.redis._PAUSE_S", 0.0)
    monkeypatch.setattr("botserver.store.redis.CELLS_AWAY_S", 0.0)
    async with talking_nonsense(NONSENSE[answer]) as url:
        reported: asyncio.Queue[BaseException] = asyncio.Queue()
        cells = await open_cells(url, lambda _, error: reported.put_nowait(error))
        signals = await open_signals(url, lambda _, error: reported.put_nowait(error))
        counters = open_counters(url)
        tasks = [cells._task, *signals._tasks]
        try:
            async with asyncio.timeout(20):
                signals.follow([ONE])
                for _ in range(3):
                    signals.tell(ONE)
                    cells.put(ONE_OBJECT)
                    found = await cells.get([DIGEST])
                    assert all(isinstance(data, bytes) for data in found.values())
                    counts = await counters.add(7, {ONE: 1})
                    assert all(isinstance(count, int) for count in counts.values())
                    await asyncio.sleep(0.1)
                told = await reported.get()
            assert not isinstance(told, ValueError | TypeError | LookupError | AttributeError | RecursionError)
            assert not [task for task in tasks if task.done()]
        finally:
            await asyncio.gather(cells.close(), signals.close(), counters.close())


async def test_a_mistake_of_ours_is_not_taken_for_an_outage(pair: Pair) -> None:
    reported: list[str] = []
    cells = await open_cells(pair.server.url, lambda place, _: reported.append(place))
    counters = open_counters(pair.server.url)
    try:
        with pytest.raises(TypeError):
            await cells.get([cast(Digest, "text")])
        with pytest.raises(AttributeError):
            await counters.add(7, cast(dict[SessionId, int], [ONE]))
        assert reported == []
    finally:
        await asyncio.gather(cells.close(), counters.close())


async def test_a_mistake_of_ours_ends_no_task(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.store.redis._PAUSE_S", 0.0)
    reported: list[str] = []

    def report(place: str, error: BaseException) -> None:
        reported.append(place)
        raise RuntimeError("whoever is told may fail too") from error

    signals, cells = await open_signals(pair.server.url, report), await open_cells(pair.server.url, report)

    async def fail_once(channels: object) -> None:
        monkeypatch.delattr(signals, "_read")
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(signals, "_read", fail_once)
    here, there, pair.there = pair.here, pair.there, signals
    try:
        signals.tell(cast(SessionId, 7))
        cells.put({cast(Digest, "text"): b""})
        async with asyncio.timeout(20):
            while len(reported) < 3:
                await asyncio.sleep(0)
        assert reported == [MISTAKE] * 3
        signals.follow([ONE])
        assert await pair.hears(ONE)
        there.follow([TWO])
        pair.here, pair.there = signals, there
        assert await pair.hears(TWO)
        cells.put(ONE_OBJECT)
        assert await gets(cells)
    finally:
        pair.here, pair.there = here, there
        await asyncio.gather(signals.close(), cells.close())
