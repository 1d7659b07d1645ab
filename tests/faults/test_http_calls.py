"""kill -9 of a server in the middle of a script's HTTP call: the call is made once more, with the same key, and nothing
else is. On one node with SQLite, and on two with PostgreSQL, where the other one takes the call over."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient

from tests.live import LiveServer, environment
from tests.outside.double import Held, HttpDouble, reply
from tests.servers import postgres
from tests.unit.session.world import write_package

SCRIPT = """
HEAR go
n = VAL(GET BOT MEMORY "begun") + 1
SET BOT MEMORY "begun", n
TALK "before"
SET HEADER "Authorization", "Bearer x"
answer = POST "{url}", {{order: 7}}
TALK "{text}"
HEAR more
TALK more
"""


def write_bot(folder: Path, url: str) -> None:
    write_package(folder, "bot", {"start": SCRIPT.format(url=url, text="${answer.n} ${n}")}, {}, {})


async def history(client: AsyncBotserverClient, session_id: str) -> list[str]:
    return [message.text for message in await client.list_messages(session_id)]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_call_of_a_killed_server_is_made_again_once_with_its_key(tmp_path: Path, database: str) -> None:
    async with HttpDouble() as double:
        held = Held(reply({"n": 1}))
        double.answers["/orders"] = [held, reply({"n": 2})]
        write_bot(tmp_path, double.url("/orders"))
        options = ["--no-reload", "--allow-private-hosts", "127.0.0.1"]
        if database == "postgres":
            options += ["--database", postgres().new_database()]
        with LiveServer(tmp_path, *options, folder=tmp_path) as server:
            rescuer = server
            client = AsyncBotserverClient(server.address)
            session, _ = await client.create_session("bot")
            saying = asyncio.create_task(client.send_message(session.session_id, "go", message_id="m1"))
            await asyncio.wait_for(held.came.wait(), 60)
            if database == "postgres":
                rescuer = LiveServer(tmp_path, *options, folder=tmp_path)
                await asyncio.to_thread(rescuer.start)
            await asyncio.to_thread(server.kill)
            if database == "sqlite":
                await asyncio.to_thread(server.start)
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)
            await client.close()
            client = AsyncBotserverClient(rescuer.address)
            answer = await client.send_message(session.session_id, "go", message_id="m1")
            assert [message.text for message in answer.messages] == ["before", "2 1"]
            assert await history(client, session.session_id) == ["go", "before", "2 1"]
            first, second = double.asked
            assert (first.method, first.headers, first.body) == (second.method, second.headers, second.body)
            assert first.key == f"{session.session_id}/2/1"
            assert first.headers["authorization"] == "Bearer x"
            more = await client.send_message(session.session_id, "on", message_id="m2")
            assert [message.text for message in more.messages] == ["on"]
            await client.close()
            assert len(double.asked) == 2
            assert await asyncio.to_thread(rescuer.terminate) == 0
            assert "Bearer" not in rescuer.log()


def test_server_starts_without_loading_the_http_library() -> None:
    check = "import sys, botserver.app; assert not {'httpx2', 'httpcore2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], env=environment(), check=True, timeout=60)


async def test_server_reaches_no_private_address_that_nobody_opened(tmp_path: Path) -> None:
    async with HttpDouble() as double:
        double.answers["/orders"] = reply({"n": 1})
        write_bot(tmp_path, double.url("/orders"))
        with LiveServer(tmp_path, "--no-reload", "--ephemeral", folder=tmp_path) as server:
            client = AsyncBotserverClient(server.address)
            session, _ = await client.create_session("bot")
            answer = await client.send_message(session.session_id, "go", message_id="m1")
            assert [message.text for message in answer.messages] == ["before", " 1"]
            assert double.asked == []
            await client.close()
            assert server.terminate() == 0
            assert "outside call" in server.log()
            assert "not_permitted" in server.log()
