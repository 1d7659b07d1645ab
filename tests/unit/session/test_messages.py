"""Messages that are handed in without waiting, and messages that are streamed: their order, and what comes when."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from botserver.errors import BotserverError, Draining, LimitReached, SessionNotFound
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.limits import WAITING_CALLERS, WATCHERS_PER_SESSION
from botserver.model import LOCAL, Incoming, Message, OpenRequest, Principal, Reply, Wait
from tests.unit.session.world import World, texts

ECHO = 'TALK "hi"\nWHILE TRUE\n  HEAR x\n  TALK "got ${x}"\nWEND'
SLOW = 'HEAR x\nTALK "a moment"\nr = CALL "/test/slow", 0, "done"\nTALK r\nHEAR y'


def submit(
    world: World, session_id: SessionId, text: str, message_id: str = "", wait: Wait = Wait.SETTLED
) -> asyncio.Future[Reply]:
    incoming = Incoming(MessageId(message_id) if message_id else world.message_id(), text=text)
    return world.sessions.submit_message(LOCAL, session_id, incoming, wait)


async def heard(world: World, session_id: SessionId) -> list[str]:
    await world.quiet()
    return [line.removeprefix("user: ") for line in await world.transcript(session_id) if line.startswith("user")]


async def test_messages_run_in_the_order_they_were_handed_in(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    replies = await asyncio.gather(*(submit(world, session_id, str(n)) for n in range(10)))
    assert [texts(reply) for reply in replies] == [[f"got {n}"] for n in range(10)]
    assert await heard(world, session_id) == [str(n) for n in range(10)]


async def test_order_holds_for_a_session_of_another_process_that_is_looked_up_first(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    await world.restart()
    futures = [submit(world, session_id, str(n)) for n in range(10)]
    await asyncio.gather(*futures)
    assert await heard(world, session_id) == [str(n) for n in range(10)]


@pytest.mark.parametrize("cold", [False, True])
async def test_order_holds_between_messages_that_wait_and_messages_that_are_only_stored(
    world: World, cold: bool
) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    if cold:
        await world.restart()
    waits = [Wait.SETTLED, Wait.ACCEPTED, Wait.ACCEPTED, Wait.TURN, Wait.ACCEPTED, Wait.SETTLED]
    await asyncio.gather(*(submit(world, session_id, str(n), wait=wait) for n, wait in enumerate(waits)))
    assert await heard(world, session_id) == [str(n) for n in range(len(waits))]


async def test_message_is_stored_at_once_while_an_outside_call_is_performed(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, 1\nHEAR y\nHEAR z')
    session_id, _ = await world.open()
    first = submit(world, session_id, "call")
    await world.called()
    await submit(world, session_id, "stored", wait=Wait.ACCEPTED)
    assert not first.done()
    first.cancel()


async def test_repeat_joins_the_turn_under_way(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    first, second = submit(world, session_id, "a", "one"), submit(world, session_id, "a", "one")
    assert await first == await second
    assert await submit(world, session_id, "a", "one") == await first


async def test_who_lets_go_of_a_reply_does_not_stop_the_turn(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    await world.restart()
    submit(world, session_id, "looked up first", "m-1").cancel()
    assert texts(await submit(world, session_id, "then here")) == ["got then here"]
    submit(world, session_id, "in this process", "m-2").cancel()
    assert await heard(world, session_id) == ["looked up first", "then here", "in this process"]
    assert texts(await world.say(session_id, "looked up first", "m-1")) == ["got looked up first"]


async def test_unknown_and_foreign_sessions_are_not_there(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    for principal, wanted in ((LOCAL, new_session_id()), (Principal("mallory"), session_id)):
        incoming = Incoming(world.message_id(), text="x")
        with pytest.raises(SessionNotFound):
            await world.sessions.submit_message(principal, wanted, incoming)
    await world.restart()
    with pytest.raises(SessionNotFound):
        await world.sessions.submit_message(Principal("mallory"), session_id, Incoming(world.message_id(), text="x"))


async def test_failure_of_the_store_is_that_message_s_own(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    await world.restart()
    world.store.is_down = True
    failed = submit(world, session_id, "a", "one")
    with pytest.raises(BotserverError):
        await failed
    world.store.is_down = False
    assert texts(await submit(world, session_id, "a", "one")) == ["got a"]


async def test_messages_of_one_session_that_wait_are_bounded(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    await world.restart()
    futures = [submit(world, session_id, str(n)) for n in range(WAITING_CALLERS + 1)]
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(results[-1], LimitReached)
    assert results[-1].reason == "INBOX_FULL"
    assert texts(results[0]) == ["got 0"]  # type: ignore[arg-type]  # not the refused one


async def test_nothing_is_handed_in_to_a_process_that_drains(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    await world.restart()
    before = submit(world, session_id, "before")
    await world.sessions.drain()
    with pytest.raises(Draining):
        submit(world, session_id, "after")
    assert before.done()


async def test_open_and_submit_opens_one_session_and_gives_it_the_message(world: World) -> None:
    await world.deploy(start=ECHO)
    request = OpenRequest("bot", LOCAL, channel="web", alias="a")
    ids = set()
    for n in range(3):
        session_id, future = await world.sessions.open_and_submit(request, Incoming(world.message_id(), text=str(n)))
        ids.add(session_id)
        await future
    assert len(ids) == 1
    assert await heard(world, ids.pop()) == ["0", "1", "2"]


# --- streamed


async def collect(world: World, parts: Any) -> tuple[list[str], Reply]:
    found = [part async for part in parts]
    assert isinstance(found[-1], Reply)
    said = [part.text for part in found[:-1] if isinstance(part, Message)]
    assert len(said) == len(found) - 1
    return said, found[-1]


async def test_stream_brings_each_message_then_the_reply(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "one"\nTALK "two"\nHEAR y')
    session_id, _ = await world.open()
    incoming = Incoming(MessageId("m"), text="x")
    said, reply = await collect(world, world.sessions.stream_message(LOCAL, session_id, incoming))
    assert said == texts(reply) == ["one", "two"]
    again, repeated = await collect(world, world.sessions.stream_message(LOCAL, session_id, incoming))
    assert (again, repeated) == (said, reply)


async def test_what_is_said_before_an_outside_call_comes_before_it_ends(world: World) -> None:
    await world.deploy(start=SLOW.replace('slow", 0', 'slow", 300'))
    session_id, _ = await world.open()
    parts = world.sessions.stream_message(LOCAL, session_id, Incoming(MessageId("m"), text="x"))
    first = await anext(parts)
    assert isinstance(first, Message)
    assert first.text == "a moment"
    await parts.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_stream_goes_on_over_an_outside_call(world: World) -> None:
    await world.deploy(start=SLOW)
    session_id, _ = await world.open()
    incoming = Incoming(MessageId("m"), text="x")
    said, reply = await collect(world, world.sessions.stream_message(LOCAL, session_id, incoming))
    assert said == texts(reply) == ["a moment", "done"]


async def test_stream_of_an_opened_session_begins_with_its_first_words(world: World) -> None:
    await world.deploy(start=ECHO)
    request = OpenRequest("bot", LOCAL, alias="a")
    said, reply = await collect(world, world.sessions.open_and_stream(request, Incoming(MessageId("m"), text="x")))
    assert said == texts(reply)
    assert said[0] == "hi"


async def test_stream_shows_nothing_of_earlier_messages(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    before = submit(world, session_id, "before")
    incoming = Incoming(MessageId("m"), text="x")
    said, _ = await collect(world, world.sessions.stream_message(LOCAL, session_id, incoming))
    assert said == ["got x"]
    await before


async def test_stream_without_room_for_a_watcher_brings_all_at_the_end(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id, _ = await world.open()
    watchers = [world.sessions.watch_session(LOCAL, session_id, 0) for _ in range(WATCHERS_PER_SESSION)]
    for watcher in watchers:
        await anext(watcher)
    said, _ = await collect(world, world.sessions.stream_message(LOCAL, session_id, Incoming(MessageId("m"), text="x")))
    assert said == ["got x"]
    for watcher in watchers:
        await watcher.aclose()  # type: ignore[attr-defined]  # it is a generator
