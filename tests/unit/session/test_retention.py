"""What is no longer kept: late repeats are refused and never run, old cursors learn what they missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.errors import MessageIdExpired, SessionNotFound
from botserver.limits import Retention
from botserver.model import LOCAL, EventKind, Wait
from botserver.store.sqlite import open_store

from .world import World, texts

KEPT = Retention(messages=4, message_ids=8, messages_s=1_000.0, ended_s=100.0)
COUNT = "n = 0\nWHILE TRUE\nHEAR x\nn = n + 1\nTALK n\nWEND"


@pytest.fixture
async def short(tmp_path: Path) -> AsyncIterator[World]:
    """A world that keeps little."""
    clock = ManualClock()
    world = World(tmp_path, store=open_store(None, clock, KEPT))
    world.clock = clock
    yield world
    await world.close()


@pytest.mark.parametrize("wait", list(Wait))
async def test_late_repeat_of_a_message_is_refused_and_does_not_run_again(short: World, wait: Wait) -> None:
    await short.deploy(start=COUNT)
    session_id, _ = await short.open()
    await short.say(session_id, "x", "old")
    for n in range(KEPT.messages):
        await short.say(session_id, "x", f"m{n}")
    with pytest.raises(MessageIdExpired):
        await short.say(session_id, "x", "old", wait)
    assert texts(await short.say(session_id, "x", "next")) == [str(KEPT.messages + 2)]


async def test_watcher_with_an_older_cursor_gets_a_gap_before_what_is_there(short: World) -> None:
    await short.deploy(start=COUNT)
    session_id, _ = await short.open()
    for n in range(5):
        await short.say(session_id, "x", f"m{n}")
    stream = short.sessions.watch_session(LOCAL, session_id, 2)
    events = [await anext(stream) for _ in range(1 + KEPT.messages)]
    assert [(event.kind, event.seq) for event in events] == [
        (EventKind.GAP, 6),
        *((EventKind.MESSAGE, seq) for seq in range(7, 11)),
    ]


async def test_watcher_whose_cursor_is_kept_gets_no_gap(short: World) -> None:
    await short.deploy(start=COUNT)
    session_id, _ = await short.open()
    for n in range(5):
        await short.say(session_id, "x", f"m{n}")
    stream = short.sessions.watch_session(LOCAL, session_id, 6)
    assert (await anext(stream)).kind is EventKind.MESSAGE


async def test_messages_past_their_time_go_while_the_session_talks_on(short: World) -> None:
    await short.deploy(start=COUNT)
    session_id, _ = await short.open()
    await short.say(session_id, "x", "m1")
    await short.pass_time(600)
    await short.say(session_id, "y", "m2")
    await short.pass_time(500)
    assert await short.transcript(session_id) == ["user: y", "bot: 2"]
    assert texts(await short.say(session_id, "x", "m3")) == ["3"]


async def test_ended_session_goes_after_its_time(short: World) -> None:
    await short.deploy(start="END SESSION")
    session_id, _ = await short.open()
    await short.pass_time(99)
    await short.sessions.get_session(LOCAL, session_id)
    await short.pass_time(1)
    with pytest.raises(SessionNotFound):
        await short.sessions.get_session(LOCAL, session_id)
