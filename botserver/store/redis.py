"""Redis as a messenger between processes, and as a cache of large objects: what was committed here is told there, at
once, and found there without asking the database.

Redis keeps nothing of ours: it may be emptied, stopped or started at any moment, or answer nonsense, and callers
elsewhere only hear later.
Each session has a channel, and a process listens to those that somebody here waits for. Telling is put off the path of
the turn: a task sends what gathered while it sent the last.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import redis.asyncio as redis
from redis.exceptions import RedisError

from ..errors import ConfigError
from ..ids import Digest, SessionId
from ..limits import CELLS_AWAY_S, CELLS_KEPT_S, CELLS_TIMEOUT_S, CELLS_WAITING_BYTES, SIGNALS_WAITING

_PREFIX = "botserver:session:"
_CELL = b"botserver:cell:"
_RATE = "botserver:rate:"
_ALIVE = "botserver:alive"
"""A channel always listened to: a connection without any cannot be read."""
_PAUSE_S = 1.0  # between two tries when the server is away
_TIMEOUT_S = 5.0
_QUIET_S = 10.0  # of a connection that is listened to, before it must show that it lives
_AGAIN_S = 0.1
_RATE_KEPT_S = 120  # longer than the minute it counts
_NONSENSE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What the client and we raise on an answer that is none. Elsewhere they are mistakes of ours, and are not caught."""
_ERRORS = (RedisError, OSError, asyncio.TimeoutError)

Report = Callable[[str, BaseException], object]
OUTAGE, MISTAKE = "redis", "redis task"
"""What `report` is told of: that the server is away, once each time, or that a task of ours failed and goes on."""


class NonsenseAnswer(RedisError):
    """What came was no answer; says what it broke."""


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Around calls of the client and the reading of what it gives, and nothing else."""
    try:
        yield
    except _NONSENSE as error:
        raise NonsenseAnswer(f"its answer cannot be read: {type(error).__name__}: {error}") from error


class RedisSignals:
    """Meets `session.signals.Signals`."""

    def __init__(self, client: redis.Redis, report: Report) -> None:
        self._client = client
        self._report = report
        self._to_tell: dict[SessionId, None] = {}
        self._telling = asyncio.Event()
        self._wanted: frozenset[str] = frozenset()
        self._changed = asyncio.Event()
        self._news = asyncio.Event()
        self._away = False
        self._tasks = [asyncio.create_task(_endless(work, report)) for work in (self._tell, self._listen)]

    async def close(self) -> None:
        await _end(self._tasks)
        with contextlib.suppress(*_ERRORS), _asking():
            await self._client.aclose()

    def tell(self, session_id: SessionId) -> None:
        if len(self._to_tell) < SIGNALS_WAITING:
            self._to_tell[session_id] = None
            self._telling.set()

    def follow(self, session_ids: Collection[SessionId]) -> None:
        wanted = frozenset(_PREFIX + session_id for session_id in session_ids)
        if wanted != self._wanted:
            self._wanted = wanted
            self._changed.set()

    async def heard(self, timeout_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        self._news.clear()

    # --- the tasks

    async def _tell(self) -> None:
        while True:
            await self._telling.wait()
            self._telling.clear()
            told, self._to_tell = self._to_tell, {}
            channels = [_PREFIX + session_id for session_id in told]
            try:
                with _asking():
                    async with asyncio.timeout(_TIMEOUT_S), self._client.pipeline(transaction=False) as pipeline:
                        for channel in channels:
                            pipeline.publish(channel, "")
                        await pipeline.execute()
            except _ERRORS as error:
                self._lost(error)  # what was not told is found by looking
                await asyncio.sleep(_PAUSE_S)

    async def _listen(self) -> None:
        while True:
            channels: Any = self._client.pubsub(ignore_subscribe_messages=True)
            try:
                with _asking():
                    async with asyncio.timeout(_TIMEOUT_S):
                        await channels.subscribe(_ALIVE)
                self._away = False
                await self._read(channels)
            except _ERRORS as error:
                self._lost(error)
                await asyncio.sleep(_PAUSE_S)
            finally:
                with contextlib.suppress(*_ERRORS), _asking():
                    await channels.aclose()

    async def _read(self, channels: Any) -> None:
        """Listen to what is wanted, until the connection breaks. One that only brings nothing any more, because
        something between forgot it, shows by not answering: silence alone says nothing."""
        is_asked = False  # whether it lives
        listened: frozenset[str] = frozenset()
        reading: asyncio.Task[Any] | None = None
        changing = asyncio.create_task(self._changed.wait())
        try:
            while True:
                if listened != self._wanted:
                    wanted = self._wanted
                    new, old = wanted - listened, listened - wanted
                    with _asking():
                        async with asyncio.timeout(_TIMEOUT_S):
                            if new:
                                await channels.subscribe(*new)
                            if old:
                                await channels.unsubscribe(*old)
                    listened = wanted
                    self._news.set()  # what was told before we listened
                reading = reading or asyncio.create_task(channels.get_message(timeout=None))
                done, _ = await asyncio.wait(
                    [reading, changing],
                    timeout=_TIMEOUT_S if is_asked else _QUIET_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if reading.done():
                    with _asking():
                        message = reading.result()
                        is_news = message is not None and message["type"] != "pong"
                    if is_news:
                        self._news.set()
                    reading, is_asked = None, False
                elif not done and is_asked:
                    raise TimeoutError("the connection for news is dead")
                elif not done:
                    is_asked = True
                    with _asking():
                        async with asyncio.timeout(_TIMEOUT_S):
                            await channels.ping()
                if changing.done():
                    self._changed.clear()
                    changing = asyncio.create_task(self._changed.wait())
        finally:
            changing.cancel()
            if reading is not None:
                reading.cancel()

    def _lost(self, error: BaseException) -> None:
        if not self._away:
            self._away = True
            self._report(OUTAGE, error)


class RedisCells:
    """Meets `session.cells.CellCache`. Objects are kept for some minutes since they were last put; one that is slow or
    away is not asked again for a while."""

    def __init__(self, client: redis.Redis, report: Report) -> None:
        self._client = client
        self._report = report
        self._to_put: dict[Digest, bytes] = {}
        self._put_bytes = 0
        self._putting = asyncio.Event()
        self._away_until_s = 0.0
        self._task = asyncio.create_task(_endless(self._put, report))

    async def close(self) -> None:
        await _end([self._task])
        with contextlib.suppress(*_ERRORS), _asking():
            await self._client.aclose()

    async def get(self, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        if time.monotonic() < self._away_until_s:
            return {}
        keys = [_CELL + digest for digest in digests]
        try:
            with _asking():
                async with asyncio.timeout(CELLS_TIMEOUT_S):
                    found = await self._client.mget(keys)
                return {digest: data for digest, data in zip(digests, found, strict=True) if isinstance(data, bytes)}
        except _ERRORS as error:
            self._lost(error)
            return {}

    def put(self, objects: Mapping[Digest, bytes]) -> None:
        if time.monotonic() < self._away_until_s:
            return
        for digest, data in objects.items():
            if digest not in self._to_put and self._put_bytes + len(data) <= CELLS_WAITING_BYTES:
                self._to_put[digest] = data
                self._put_bytes += len(data)
        self._putting.set()

    async def _put(self) -> None:
        while True:
            await self._putting.wait()
            self._putting.clear()
            coming, self._to_put, self._put_bytes = self._to_put, {}, 0
            objects = [(_CELL + digest, data) for digest, data in coming.items()]
            try:
                with _asking():
                    async with asyncio.timeout(_TIMEOUT_S), self._client.pipeline(transaction=False) as pipeline:
                        for key, data in objects:
                            pipeline.set(key, data, ex=CELLS_KEPT_S)
                        await pipeline.execute()
            except _ERRORS as error:
                self._lost(error)

    def _lost(self, error: BaseException) -> None:
        if time.monotonic() >= self._away_until_s:
            self._report(OUTAGE, error)
        self._away_until_s = time.monotonic() + CELLS_AWAY_S


class RedisCounters:
    """Meets `session.rates.Counters`. A server that is slow or away counts nothing, and `RedisSignals` says so."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def close(self) -> None:
        with contextlib.suppress(*_ERRORS), _asking():
            await self._client.aclose()

    async def add(self, minute: int, counts: Mapping[SessionId, int]) -> Mapping[SessionId, int]:
        keys = {f"{_RATE}{minute}/{session_id}": count for session_id, count in counts.items()}
        try:
            with _asking():
                async with asyncio.timeout(CELLS_TIMEOUT_S), self._client.pipeline(transaction=False) as pipeline:
                    for key, count in keys.items():
                        pipeline.incrby(key, count)
                        pipeline.expire(key, _RATE_KEPT_S)
                    answers = await pipeline.execute()
                return dict(zip(counts, map(int, answers[::2]), strict=True))
        except _ERRORS:
            return {}


async def _endless(work: Callable[[], Awaitable[None]], report: Report) -> None:
    """Work that never ends, begun anew where a mistake of ours ended it."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the door of a task that must go on
            with contextlib.suppress(Exception):  # whoever is told may fail too
                report(MISTAKE, error)
            await asyncio.sleep(_PAUSE_S)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """The client may take a cancellation that comes while it connects or writes for a time-out, and the task goes on:
    so it is told until it has ended."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_S)


def _client(url: str) -> redis.Redis:
    """Raises ConfigError if the URL is none."""
    try:
        return redis.Redis.from_url(
            url,
            socket_connect_timeout=_TIMEOUT_S,
            health_check_interval=30,
            client_name="botserver",
        )
    except ValueError as error:
        raise ConfigError(f"no Redis at this URL: {error}", hint="expected redis://HOST:6379/0") from error


async def open_cells(url: str, report: Report) -> RedisCells:
    """A cache on the server at `redis://…`, which may be away. Raises ConfigError if the URL is none."""
    return RedisCells(_client(url), report)


def open_counters(url: str) -> RedisCounters:
    """Counts of the server at `redis://…`, which may be away. Raises ConfigError if the URL is none."""
    return RedisCounters(_client(url))


async def open_signals(url: str, report: Report) -> RedisSignals:
    """A messenger on the server at `redis://…`, which may be away. Raises ConfigError if the URL is none."""
    return RedisSignals(_client(url), report)
