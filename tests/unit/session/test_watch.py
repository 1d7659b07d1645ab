"""Watching sessions: in order, nothing missing, nothing twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from botserver.errors import Draining, LimitReached
from botserver.ids import SessionId
from botserver.limits import WATCH_EVENTS, WATCHERS_PER_SESSION
from botserver.model import LOCAL, EventKind, Message, SessionEvent, Wait
from tests.unit.session.world import World

ECHO = 'TALK "hi"\nWHILE TRUE\n  HEAR x\n  TALK "got ${x}"\nWEND'


async def follow(world: World, session_id: SessionId, after_seq: int, n: int) -> list[SessionEvent]:
    """The first `n` messages, or all until the stream ends."""
    events: list[SessionEvent] = []
    async for event in world.sessions.watch_session(LOCAL, session_id, after_seq):
        events.append(event)
        if sum(each.kind is EventKind.MESSAGE for each in events) == n:
            break
    return events


def said(events: list[SessionEvent]) -> list[str]:
    return [event.message.text for event in events if event.message is not None]


async def test_a_watcher_sees_what_was_and_what_comes(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    watching = asyncio.create_task(follow(world, session_id, 0, 5))
    await world.say(session_id, "a")
    await world.say(session_id, "b")
    assert said(await watching) == ["hi", "a", "got a", "b", "got b"]


async def test_a_watcher_resumes_after_its_cursor(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    assert said(await follow(world, session_id, 2, 1)) == ["got a"]


async def test_a_slow_watcher_misses_nothing(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    stream = world.sessions.watch_session(LOCAL, session_id, 0)
    seen = [(await stream.__anext__()).seq]
    for n in range(WATCH_EVENTS):
        await world.say(session_id, str(n))
    while seen[-1] < 2 * WATCH_EVENTS + 1:
        event = await stream.__anext__()
        if event.kind is EventKind.MESSAGE:
            seen.append(event.seq)
    assert seen == list(range(1, 2 * WATCH_EVENTS + 2))
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_the_stream_ends_after_the_session_ended(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    watching = asyncio.create_task(follow(world, session_id, 0, 100))
    await world.say(session_id, "a")
    await world.sessions.end_session(LOCAL, session_id)
    events = await watching
    assert events[-1].kind is EventKind.ENDED
    assert (await follow(world, session_id, 3, 100))[-1].kind is EventKind.ENDED


async def test_a_fault_is_told_with_the_state(world: World) -> None:
    await world.deploy(start="HEAR x\ny = 1 / 0")
    session_id, _ = await world.open()
    stream = world.sessions.watch_session(LOCAL, session_id, 0)
    await stream.__anext__()
    await world.say(session_id, "a")
    events = [await stream.__anext__() for _ in range(3)]
    assert events[-1].fault is not None
    assert events[-1].fault.number == 4003
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_watchers_of_a_session_are_bounded(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    streams = [world.sessions.watch_session(LOCAL, session_id, 0) for _ in range(WATCHERS_PER_SESSION + 1)]
    for stream in streams[:-1]:
        await stream.__anext__()
    with pytest.raises(LimitReached):
        await streams[-1].__anext__()
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_a_drain_breaks_the_streams_so_that_their_clients_resume(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    stream = world.sessions.watch_session(LOCAL, session_id, 0)
    assert (await stream.__anext__()).kind is EventKind.MESSAGE
    assert (await stream.__anext__()).kind is EventKind.STATE
    waiting = asyncio.ensure_future(stream.__anext__())
    for _ in range(5):
        await asyncio.sleep(0)
    await world.sessions.drain()
    with pytest.raises(Draining):
        await waiting


async def test_the_stream_ends_when_the_session_is_deleted_while_it_is_read(world: World) -> None:
    await world.deploy(start='TALK "hi"\nHEAR x')
    session_id, _ = await world.open()
    list_messages = world.store.store.list_messages

    async def delete_first(*arguments: Any, **named: Any) -> list[Message]:
        await world.store.store.delete_session(session_id)
        await asyncio.sleep(0)
        return await list_messages(*arguments, **named)

    world.store.store.list_messages = delete_first  # type: ignore[method-assign]  # what may happen between two reads
    events = await asyncio.wait_for(follow(world, session_id, 0, 100), 10)
    assert [event.kind for event in events] == [EventKind.ENDED]


async def test_what_the_store_told_already_is_not_told_again_by_the_news(world: World) -> None:
    await world.deploy(start="HEAR x\nWAIT 5\nWAIT 5\nHEAR y")
    session_id, _ = await world.open()
    await world.say(session_id, "go", wait=Wait.TURN)
    list_messages = world.store.store.list_messages

    async def turns_first(*arguments: Any, **named: Any) -> list[Message]:
        world.store.store.list_messages = list_messages  # type: ignore[method-assign]  # found again
        await world.pass_time(5)
        await world.pass_time(5)
        return await list_messages(*arguments, **named)

    world.store.store.list_messages = turns_first  # type: ignore[method-assign]  # what may happen between two reads
    ended = asyncio.create_task(follow(world, session_id, 0, 100))
    for _ in range(30):
        await asyncio.sleep(0)
    await world.sessions.end_session(LOCAL, session_id)
    assert [event.revision for event in await ended if event.kind is EventKind.STATE] == [4]
