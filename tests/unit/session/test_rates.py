"""A session gets so many messages in a minute, from all processes together where they count together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from botserver.clock import ManualClock
from botserver.errors import LimitReached, SessionNotFound
from botserver.ids import MessageId, SessionId
from botserver.limits import RATE_LOOK_UPS, RATE_TOLD_FROM
from botserver.model import LOCAL, Incoming, Principal, Wait
from botserver.session.rates import Rates
from botserver.session.settings import SessionSettings
from tests.unit.session.world import World

ONE, OTHER = SessionId("one"), SessionId("other")
LIMIT = 8


class SharedCounters:
    """What processes have in common; may be away."""

    def __init__(self) -> None:
        self.counts: dict[tuple[int, SessionId], int] = {}
        self.is_away = False
        self.asked: list[SessionId] = []

    async def add(self, minute: int, counts: Mapping[SessionId, int]) -> Mapping[SessionId, int]:
        self.asked += counts
        if self.is_away:
            return {}
        for session_id, count in counts.items():
            self.counts[minute, session_id] = self.counts.get((minute, session_id), 0) + count
        return {session_id: self.counts[minute, session_id] for session_id in counts}


def taken(rates: Rates, session_id: SessionId = ONE) -> int:
    """How many more it takes now."""
    for number in range(2 * LIMIT):
        try:
            rates.take(session_id)
        except LimitReached:
            return number
    return 2 * LIMIT


async def test_the_limit_is_taken_and_one_more_refused(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(messages_per_minute=2))
    await world.deploy(start="DO\nHEAR x\nTALK x\nLOOP")
    session_id, _ = await world.open()
    for text in ("a", "b"):
        await world.say(session_id, text)
    with pytest.raises(LimitReached) as caught:
        await world.say(session_id, "c")
    assert caught.value.reason == "RATE_LIMIT"
    assert "messages of a session in a minute is 2" in caught.value.message
    assert await world.transcript(session_id) == ["user: a", "bot: a", "user: b", "bot: b"]
    other, _ = await world.open()
    await world.say(other, "another session")
    world.clock.advance(60)
    await world.say(session_id, "the next minute")
    await world.close()


@pytest.mark.parametrize("wait", Wait)
async def test_a_repeat_is_answered_past_the_limit(tmp_path: Path, wait: Wait) -> None:
    world = World(tmp_path, SessionSettings(messages_per_minute=2))
    await world.deploy(start="DO\nHEAR x\nTALK x\nLOOP")
    session_id, _ = await world.open()
    replies = [await world.say(session_id, text, message_id=text, wait=wait) for text in ("a", "b")]
    await world.quiet()
    for is_hot in (True, False):
        if not is_hot:
            await world.restart()
        for text, reply in zip(("a", "b"), replies, strict=True):
            incoming = Incoming(MessageId(text), text=text)
            for again in (
                await world.say(session_id, text, message_id=text, wait=wait),
                await world.sessions.submit_message(LOCAL, session_id, incoming, wait),
            ):
                assert [each.text for each in again.messages] == [each.text for each in reply.messages]
        for _ in range(2):
            with pytest.raises(LimitReached):
                await world.say(session_id, "c", wait=wait)
            with pytest.raises(LimitReached):
                await world.sessions.submit_message(LOCAL, session_id, Incoming(world.message_id(), text="d"), wait)
        assert await world.transcript(session_id) == ["user: a", "bot: a", "user: b", "bot: b"]
    await world.close()


@pytest.mark.parametrize("wait", Wait)
async def test_past_the_limit_and_its_look_ups_a_message_costs_no_read(
    tmp_path: Path, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, SessionSettings(messages_per_minute=1))
    await world.deploy(start="DO\nHEAR x\nTALK x\nLOOP")
    session_id, _ = await world.open()
    await world.say(session_id, "a", message_id="a", wait=wait)
    await world.quiet()
    reads: list[object] = []
    for name in ("find_message", "find_session"):
        monkeypatch.setattr(world.store, name, _counted(getattr(world.store, name), reads))

    async def is_refused(text: str) -> bool:
        incoming = Incoming(MessageId(text), text=text)
        try:
            await world.say(session_id, text, message_id=text, wait=wait)
            await world.sessions.submit_message(LOCAL, session_id, incoming, wait)
        except LimitReached:
            return True
        return False

    assert not await is_refused("a")  # two look-ups
    for number in range(RATE_LOOK_UPS - 2):
        assert await is_refused(f"new {number}")
    assert reads
    reads.clear()
    assert await is_refused("one more")
    assert await is_refused("a")
    with pytest.raises(LimitReached):
        await world.sessions.submit_message(LOCAL, session_id, Incoming(MessageId("x"), text="x"), wait)
    stranger = Principal("stranger")
    with pytest.raises(SessionNotFound):
        await world.sessions.submit_message(stranger, session_id, Incoming(MessageId("x"), text="x"), wait)
    assert reads == []
    world.clock.advance(60)
    assert not await is_refused("a")
    await world.close()


def _counted(read: Callable[..., Awaitable[Any]], reads: list[object]) -> Callable[..., Awaitable[Any]]:
    def counted(*given: Any, **named: Any) -> Awaitable[Any]:
        reads.append(given)
        return read(*given, **named)

    return counted


def test_without_a_limit_nothing_is_counted() -> None:
    assert taken(Rates(0, ManualClock().now_s)) == 2 * LIMIT


async def test_processes_that_count_together_take_the_limit_together() -> None:
    counters, clock = SharedCounters(), ManualClock()
    here, there = (Rates(LIMIT, clock.now_s, counters) for _ in range(2))
    for rates in (here, there):
        for _ in range(3):
            rates.take(ONE)
    for _ in range(2):
        await here.tell(counters)
        await there.tell(counters)
    assert taken(here) == LIMIT - 6
    await here.tell(counters)
    await there.tell(counters)
    assert taken(there) == 0
    clock.advance(60)
    assert taken(there) == LIMIT


async def test_a_session_that_says_little_is_told_to_nobody() -> None:
    counters = SharedCounters()
    rates = Rates(LIMIT, ManualClock().now_s, counters)
    for _ in range(int(LIMIT * RATE_TOLD_FROM) - 1):
        rates.take(ONE)
    await rates.tell(counters)
    assert counters.asked == []


async def test_while_the_common_place_is_away_each_counts_alone() -> None:
    counters = SharedCounters()
    counters.is_away = True
    rates = Rates(LIMIT, ManualClock().now_s, counters)
    for _ in range(4):
        rates.take(ONE)
    await rates.tell(counters)
    assert taken(rates) == LIMIT - 4
    counters.is_away = False
    await rates.tell(counters)
    assert sum(counters.counts.values()) == LIMIT


async def test_a_mistake_of_ours_ends_no_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.rates.RATE_TOLD_EVERY_S", 0)
    counters, reported = SharedCounters(), asyncio.Event()
    rates = Rates(LIMIT, ManualClock().now_s, counters, lambda *_: reported.set())
    monkeypatch.setattr(counters, "add", None)
    while taken(rates):
        pass
    rates.start()
    async with asyncio.timeout(10):
        await reported.wait()
    monkeypatch.undo()
    async with asyncio.timeout(10):
        while not counters.asked:
            await asyncio.sleep(0)
    await rates.close()
