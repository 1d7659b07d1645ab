"""Time goes on while the server is away: what was due meanwhile happens when it is back, the rest when it is due."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import Activity, AsyncBotserverClient, EndReason, Message, NotFound, WrongState

from botserver.limits import ENDED_SESSION_S
from tests.faults.packages import write_bot
from tests.live import LiveServer

AWAY_S = 1.2  # longer than what is waited for

BOTS: dict[str, tuple[str, dict[str, str]]] = {
    "waits": ('HEAR word\nTALK "one"\nWAIT 1\nTALK "two"\nHEAR word\nTALK "three"\n', {}),
    "hears": ('HEAR word\nTALK "heard ${word}"\nHEAR word\nTALK "heard ${word}"\n', {"hear-timeout-secs": "1"}),
    "patient": ('HEAR word\nTALK "heard ${word}"\nHEAR word\nTALK "heard ${word}"\n', {"hear-timeout-secs": "60"}),
    "short": ('HEAR word\nTALK "heard ${word}"\nHEAR word\n', {"session-timeout": "1"}),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    for name, (script, config) in BOTS.items():
        write_bot(tmp_path / "bots", name, {"start": script}, config)
    with LiveServer(tmp_path / "bots", "--no-reload", folder=tmp_path) as server:
        yield server


async def killed_for(server: LiveServer, seconds: float) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)


async def texts(client: AsyncBotserverClient, session_id: str) -> list[str]:
    return [message.text for message in await client.list_messages(session_id)]


async def message(client: AsyncBotserverClient, session_id: str, text: str) -> Message:
    """The message of this text, when it comes."""
    async with asyncio.timeout(30):
        async for event in client.watch(session_id):
            if event.message is not None and event.message.text == text:
                return event.message
    raise AssertionError("the session ended")


@pytest.mark.parametrize("away_s", [0.0, AWAY_S])
async def test_wait_goes_on_when_it_is_over_whether_the_server_was_there_or_not(
    away_s: float, server: LiveServer
) -> None:
    async with AsyncBotserverClient(server.address) as client:
        session, _ = await client.create_session("waits")
        first = await client.send_message(session.session_id, "go", message_id="m", wait="turn")
        assert first.text == "one"
        await killed_for(server, away_s)
        reply = await client.send_message(session.session_id, "go", message_id="m")
        assert reply.text == "one\ntwo"
        one, two = reply.messages
        assert (two.create_time - one.create_time).total_seconds() >= 1
        assert await client.send_message(session.session_id, "go", message_id="m", wait="turn") == first
        assert (await client.send_message(session.session_id, "on")).text == "three"
        assert await texts(client, session.session_id) == ["go", "one", "two", "on", "three"]


async def test_message_that_came_during_a_wait_is_given_after_it(server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        session, _ = await client.create_session("waits")
        await client.send_message(session.session_id, "go", wait="turn")
        await client.send_message(session.session_id, "on", message_id="m", wait="accepted")
        await killed_for(server, AWAY_S)
        assert (await client.send_message(session.session_id, "on", message_id="m")).text == "three"
        assert await texts(client, session.session_id) == ["go", "one", "two", "on", "three"]


@pytest.mark.parametrize("away_s", [0.0, AWAY_S])
async def test_hear_nobody_answered_times_out(away_s: float, server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        session, _ = await client.create_session("hears")
        asked = await client.send_message(session.session_id, "a")
        assert asked.waiting_for is not None
        assert asked.waiting_for.expire_time is not None
        await killed_for(server, away_s)
        sorry = await message(client, session.session_id, "Sorry, something went wrong.")
        assert sorry.create_time >= asked.waiting_for.expire_time
        assert (await client.get_session(session.session_id)).activity is Activity.IDLE
        assert await texts(client, session.session_id) == ["a", "heard a", "Sorry, something went wrong."]


async def test_hear_that_has_time_left_is_answered_after_a_restart(server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        session, _ = await client.create_session("patient")
        asked = await client.send_message(session.session_id, "a")
        await killed_for(server, AWAY_S)
        waiting = (await client.get_session(session.session_id)).waiting_for
        assert waiting == asked.waiting_for
        assert (await client.send_message(session.session_id, "b")).text == "heard b"


@pytest.mark.parametrize("away_s", [0.0, AWAY_S])
async def test_session_nobody_talks_to_times_out_and_still_answers_repeats(away_s: float, server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        session, _ = await client.create_session("short")
        reply = await client.send_message(session.session_id, "a", message_id="m")
        expires = (await client.get_session(session.session_id)).expire_time
        await killed_for(server, away_s)
        async with asyncio.timeout(30):
            events = [event async for event in client.watch(session.session_id)]
        assert (events[-1].kind, events[-1].end_reason) == ("ended", EndReason.TIMEOUT)
        ended = await client.get_session(session.session_id)
        assert ended.end_time is not None
        assert ended.end_time >= expires
        assert await client.send_message(session.session_id, "a", message_id="m") == reply
        with pytest.raises(WrongState):
            await client.send_message(session.session_id, "b")


async def test_ended_session_is_removed_when_its_time_is_over(server: LiveServer, tmp_path: Path) -> None:
    async with AsyncBotserverClient(server.address) as client:
        kept, _ = await client.create_session("patient")
        gone, _ = await client.create_session("patient")
        for session in (kept, gone):
            await client.send_message(session.session_id, "a")
        await client.end_session(gone.session_id)
        await asyncio.to_thread(server.kill)
        let_time_pass(tmp_path / "botserver.db", gone.session_id, ENDED_SESSION_S + 1)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(30):
            while True:
                try:
                    await client.get_session(gone.session_id)
                except NotFound:
                    break
                await asyncio.sleep(0.05)
        assert (await client.send_message(kept.session_id, "b")).text == "heard b"
        assert server.terminate() == 0
    assert rows_of(tmp_path / "botserver.db") == 1


def let_time_pass(database: Path, session_id: str, seconds: float) -> None:
    """As if the session had ended so much earlier."""
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT session_row FROM user_sessions WHERE session_id = ?", (session_id,))
        (row,) = found.fetchone()
        connection.execute("UPDATE user_sessions SET ended_at = ended_at - ? WHERE session_row = ?", (seconds, row))
        connection.execute("UPDATE due SET due_at = due_at - ? WHERE session_row = ?", (seconds, row))
        connection.execute("UPDATE due SET visible_at = visible_at - ? WHERE session_row = ?", (seconds, row))
    connection.close()


def rows_of(database: Path) -> int:
    """Sessions that are left in any table."""
    tables = ("user_sessions", "conversations", "states", "message_ids", "due", "inputs", "calls")
    with sqlite3.connect(database) as connection:
        left = {row for table in tables for (row,) in connection.execute(f"SELECT session_row FROM {table}")}
    connection.close()
    return len(left)
