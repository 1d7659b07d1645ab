"""A server that is killed at the moment a script is to run by the clock: the script runs all the same, and once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient

from botserver.session.faultpoints import FiringPoint
from tests.faults.packages import write_bot
from tests.live import LiveServer
from tests.servers import postgres

SCRIPTS = {
    "start": 'PARAM asks\nIF asks THEN SET SCHEDULE DATEADD(NOW(), 1, "second"), "count.bas"\n'
    'TALK "n=" & GET BOT MEMORY "n"\n',
    "count": 'SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1\n',
}


@pytest.mark.parametrize("point", list(FiringPoint))
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_script_runs_once_wherever_the_server_is_killed(
    point: FiringPoint, database: str, tmp_path: Path
) -> None:
    write_bot(tmp_path / "bots", "clock", SCRIPTS, {})
    options = ["--database", postgres().new_database()] if database == "postgres" else []
    with LiveServer(tmp_path / "bots", "--no-reload", *options, folder=tmp_path) as server:
        server.kill()
        server.start(BOTSERVER_FAULT=point)
        async with AsyncBotserverClient(server.address) as client:
            _, reply = await client.create_session("clock", params={"asks": True})
            assert reply.text == "n="
            assert await asyncio.to_thread(server.wait) == -9
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(30):
                while (await counted(client)) != "n=1":
                    await asyncio.sleep(0.1)
            page = await client.list_sessions(where='channel = "schedule"')
            assert [run.end_reason for run in page.items] == ["script"]


async def counted(client: AsyncBotserverClient) -> str:
    _, reply = await client.create_session("clock")
    return reply.text
