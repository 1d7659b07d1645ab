"""What many sessions together cannot exceed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from botserver.errors import LimitReached, Overloaded
from botserver.ids import Digest, MessageId, SessionId
from botserver.limits import KIB, PACKED_SESSION_BYTES, WAITING_CALLERS
from botserver.model import LOCAL, Activity, UserInfo, Wait
from botserver.session.hot import Budget, Hot
from botserver.session.packed import Packed, pack
from botserver.session.replies import Replies
from botserver.session.settings import SessionSettings
from botserver.store.abc import Store
from tests.unit.session.world import World, texts

GROW = 's = "0123456789"\nHEAR x\nFOR i = 1 TO 16\n  s = s + s\nNEXT\nTALK LEN(s)\nHEAR y'


async def test_requests_of_one_session_that_wait_are_bounded(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, 1\nHEAR y')
    session_id, _ = await world.open()
    waiting = [asyncio.create_task(world.say(session_id, "first"))]
    await world.called()
    waiting += [asyncio.create_task(world.say(session_id, str(n))) for n in range(WAITING_CALLERS)]
    for _ in range(20):
        await asyncio.sleep(0)
    with pytest.raises(LimitReached) as caught:
        await world.say(session_id, "one more")
    assert caught.value.reason == "INBOX_FULL"
    await world.sessions.drain()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_running_scripts_cannot_exceed_the_process(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, hot_bytes=512 * KIB))
    try:
        await world.deploy(start=GROW)
        session_id, _ = await world.open()
        with pytest.raises(Overloaded):
            await world.say(session_id, "go", "one")
        view = await world.sessions.get_session(LOCAL, session_id)
        assert (view.revision, view.activity) == (1, Activity.WAITING_INPUT)
    finally:
        await world.close()


async def test_sessions_that_a_script_looks_at_count_too(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, hot_bytes=512 * KIB))
    looks = 'HEAR ids\nFOR EACH id IN SPLIT(ids, " ")\n  x = GET SESSION id, "n"\nNEXT\nTALK x\nHEAR y'
    holds = 's = STRING(60000, "x")\nSET "n", 1\nHEAR x'
    try:
        await world.deploy(start=looks, holds=holds)
        ids = [(await world.open(script="holds"))[0] for _ in range(6)]
        session_id, _ = await world.open(metadata={"user_role": "agent"})
        assert texts(await world.say(session_id, " ".join(ids[:2]))) == ["1"]
        session_id, _ = await world.open(metadata={"user_role": "agent"})
        with pytest.raises(Overloaded):
            await world.say(session_id, " ".join(ids))
        assert texts(await world.say(session_id, " ".join(ids[:2]))) == ["1"]
    finally:
        await world.close()


async def test_cold_sessions_make_room_and_come_back(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, hot_sessions=2))
    try:
        await world.deploy(start='i = 0\nWHILE TRUE\n  HEAR x\n  i = i + 1\n  TALK "${i}"\nWEND')
        opened = [(await world.open())[0] for _ in range(6)]
        for n in range(1, 4):
            assert [texts(await world.say(session_id, "x")) for session_id in opened] == [[str(n)]] * 6
    finally:
        await world.close()


async def test_packed_sessions_go_on_as_if_nothing_had_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.hot.UNPACKED_SESSIONS", 1)
    world = World(tmp_path)
    try:
        await world.deploy(start='FOR i = 1 TO 9\n  HEAR x AS "a", "b"\n  TALK "${i} ${x}"\nNEXT')
        opened = [(await world.open(user=UserInfo("u", "Ada"), labels={"n": str(n)}))[0] for n in range(3)]
        world.store.only, world.store.calls = "load_session", 0
        for n in range(1, 4):
            for session_id in opened:
                assert (await world.sessions.get_session(LOCAL, session_id)).waiting_for is not None
                assert texts(await world.say(session_id, "b")) == [f"{n} b"]
        assert world.store.calls == 0  # all of them were in the cache
        view = await world.sessions.get_session(LOCAL, opened[0])
        assert (view.user.name, view.labels, view.revision) == ("Ada", {"n": "0"}, 4)
    finally:
        await world.close()


async def test_a_session_that_holds_much_is_not_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.hot.UNPACKED_SESSIONS", 0)
    packed: list[int] = []

    def pack_and_count(hot: Hot) -> Packed:
        packed.append(hot.row.standing.memory_bytes)
        return pack(hot)

    monkeypatch.setattr("botserver.session.hot.pack", pack_and_count)
    world = World(tmp_path)
    try:
        await world.deploy(start='HEAR n\nx = REPEAT("x", n)\nHEAR y\ns = REPEAT("y", 4096)\nHEAR z')
        session_id, _ = await world.open()
        await world.say(session_id, "4000")
        await world.say(session_id, "a large object of 4 KB")
        session_id, _ = await world.open()
        await world.say(session_id, str(PACKED_SESSION_BYTES))
        assert 4000 < max(packed) < 5000
    finally:
        await world.close()


def test_a_budget_is_given_back() -> None:
    budget = Budget(100)
    first, second = SessionId("a"), SessionId("b")
    budget.grow(first, 60)
    with pytest.raises(Overloaded):
        budget.grow(second, 60)
    budget.give_back(second)
    budget.give_back(first)
    budget.grow(second, 100)


async def test_a_full_lane_neither_hinders_repeats_nor_messages_that_are_only_stored(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, 1\nHEAR y')
    session_id, _ = await world.open()
    waiting = [asyncio.create_task(world.say(session_id, "first", "one"))]
    await world.called()
    waiting += [asyncio.create_task(world.say(session_id, str(n))) for n in range(WAITING_CALLERS)]
    waiting.append(asyncio.create_task(world.say(session_id, "first", "one", Wait.TURN)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting[0].done()
    assert not waiting[-1].done()
    await world.say(session_id, "stored", "two", Wait.ACCEPTED)
    await world.sessions.drain()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_callers_that_gave_up_leave_nothing_behind() -> None:
    replies = Replies(cast(Store, None))
    session_id, message_id = SessionId("s"), MessageId("m")
    for _ in range(3):
        replies.expect(session_id, message_id, Digest(b""), Wait.SETTLED)[0].cancel()
    stays, _ = replies.expect(session_id, message_id, Digest(b""), Wait.TURN)
    await asyncio.sleep(0)
    awaited = replies._awaited[session_id][message_id]
    assert (list(awaited.for_settled), list(awaited.for_turn)) == ([], [stays])
