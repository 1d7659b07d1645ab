"""A server that is killed around any of the commits of a question to another bot: asked once, answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient, Unavailable

from botserver.session.faultpoints import FaultPoint
from tests.faults.packages import write_bot
from tests.faults.test_effects import end_leases, until_served
from tests.faults.test_kill import hasty_client
from tests.live import LiveServer
from tests.servers import postgres

FRONT = {
    "start": 'HEAR task\nx = DELEGATE task TO BOT "clerk" TIMEOUT 30\n'
    'SET BOT MEMORY "heard", VAL(GET BOT MEMORY "heard") + 1\nTALK x\nHEAR y\n'
    'TALK "heard " & (GET BOT MEMORY "heard") & ", " & (DELEGATE "count" TO BOT "clerk")\nHEAR z\n'
}
CLERK = {
    "start": 'SET BOT MEMORY "begun", VAL(GET BOT MEMORY "begun") + 1\nHEAR task\n'
    'SET BOT MEMORY "asked", VAL(GET BOT MEMORY "asked") + 1\nTALK "did " & task\nHEAR more\n'
    'TALK "begun " & (GET BOT MEMORY "begun") & ", asked " & (GET BOT MEMORY "asked")\nHEAR z\n'
}
BEFORE_THE_QUESTION = 1  # commits: the session is opened
COMMITS = ("who asks waits", "the other bot begins", "it answers", "who asked goes on")


@asynccontextmanager
async def killed_and_back(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    database: str,
    point: FaultPoint,
    commit: int,
    bot: str,
    text: str,
) -> AsyncIterator[tuple[AsyncBotserverClient, str]]:
    """A session of `bot` whose server was killed at that commit of message m-1, and is back."""
    url = postgres().migrated_database() if database == "postgres" else None
    options = [] if url is None else ["--database", url]
    server = LiveServer(folder / "bots", "--no-reload", *options, folder=folder)
    server.start(BOTSERVER_FAULT=f"{point}:{BEFORE_THE_QUESTION + commit + 1}")
    try:
        async with hasty_client(server.address, monkeypatch) as client:
            session, _ = await client.create_session(bot)
            with pytest.raises(Unavailable):
                await client.send_message(session.session_id, text, message_id="m-1")
            assert await asyncio.to_thread(server.wait) == -9
            if url is not None:
                await end_leases(url)
            await asyncio.to_thread(server.start)
            await until_served(client)
            yield client, session.session_id
    finally:
        server.kill()


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("point", [FaultPoint.BEFORE_COMMIT, FaultPoint.AFTER_COMMIT])
@pytest.mark.parametrize("commit", range(len(COMMITS)), ids=COMMITS)
async def test_a_bot_is_asked_and_answers_once_wherever_the_server_is_killed(
    commit: int, point: FaultPoint, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bot(tmp_path / "bots", "front", FRONT)
    write_bot(tmp_path / "bots", "clerk", CLERK, {"works-with": "front"})
    async with killed_and_back(tmp_path, monkeypatch, database, point, commit, "front", "tea") as (client, session_id):
        async with asyncio.timeout(60):
            reply = await client.send_message(session_id, "tea", message_id="m-1")
            assert reply.text == "did tea"
            reply = await client.send_message(session_id, "and?", message_id="m-2")
        assert reply.text == "heard 1, begun 1, asked 1"
        page = await client.list_messages(session_id)
        assert [message.text for message in page if message.role == "bot"] == ["did tea", reply.text]


DOOR = {"start": 'HEAR x\nTALK "one moment"\nTRANSFER CONVERSATION TO "clerk"\n'}
COUNTER = {
    "start": 'SET BOT MEMORY "begun", VAL(GET BOT MEMORY "begun") + 1\nTALK "begun " & GET BOT MEMORY "begun"\nHEAR x\n'
}


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("point", [FaultPoint.BEFORE_COMMIT, FaultPoint.AFTER_COMMIT])
@pytest.mark.parametrize("commit", range(2), ids=["the first bot ends", "the other bot begins"])
async def test_a_conversation_is_handed_on_once_wherever_the_server_is_killed(
    commit: int, point: FaultPoint, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bot(tmp_path / "bots", "door", DOOR)
    write_bot(tmp_path / "bots", "clerk", COUNTER, {"works-with": "door"})
    async with killed_and_back(tmp_path, monkeypatch, database, point, commit, "door", "go") as (client, session_id):
        async with asyncio.timeout(60):
            reply = await client.send_message(session_id, "go", message_id="m-1")
        assert [message.text for message in reply.messages] == ["one moment", "begun 1"]
