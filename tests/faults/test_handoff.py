"""kill -9 while people have sessions: one owner at a time, each message once and to the owner of its moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient, DeskEvent, Owner, Role, Unavailable

from tests.live import LiveServer

SCRIPT = """
TALK "What is it?"
HEAR what
r = TRANSFER SESSION ""{timeout}
TALK "Over: ${{r.outcome}}"
HEAR more
TALK "Bot: ${{more}}"
"""
SAID = 25  # messages of each side
KILLS = 4


def serve(folder: Path, timeout: str = "") -> LiveServer:
    scripts = folder / "helper.gbai/helper.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text(SCRIPT.format(timeout=timeout))
    return LiveServer(folder, "--database", str(folder / "desk.db"), folder=folder)


@pytest.fixture
async def clients() -> AsyncIterator[list[AsyncBotserverClient]]:
    opened: list[AsyncBotserverClient] = []
    yield opened
    for client in opened:
        await client.close()


async def surely(call, *arguments, **named):
    """Call until it is answered, with the same ids."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await call(*arguments, **named)
            except Unavailable:
                await asyncio.sleep(0.1)


async def waiting(client: AsyncBotserverClient) -> str:
    session, _ = await client.create_session("helper")
    reply = await client.send_message(session.session_id, "a person, please")
    assert reply.activity == "handed_over"
    return session.session_id


async def test_each_side_hears_the_other_once_whenever_the_server_dies(tmp_path: Path, clients) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    with serve(tmp_path) as server:
        client = AsyncBotserverClient(server.address)
        clients.append(client)
        await client.set_presence("ann", "online")
        events: list[DeskEvent] = []
        assigned = asyncio.Event()

        async def attend() -> None:
            async for event in client.watch_desk("ann"):
                events.append(event)
                if event.kind == "offer":
                    await client.accept_offer("ann", event.offer_id)
                if event.kind == "assigned":
                    assigned.set()

        attending = asyncio.create_task(attend())
        session_id = await waiting(client)
        async with asyncio.timeout(30):
            await assigned.wait()

        async def user() -> None:
            for n in range(SAID):
                reply = await surely(client.send_message, session_id, f"u{n}", message_id=f"u{n}")
                assert reply.messages == ()
                await asyncio.sleep(chance.uniform(0, 0.05))

        async def agent() -> None:
            for n in range(SAID):
                await surely(client.reply_to_user, "ann", session_id, f"a{n}", message_id=f"a{n}")
                await asyncio.sleep(chance.uniform(0, 0.05))

        async def kill() -> None:
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.05, 0.4))
                server.kill()
                await asyncio.to_thread(server.start)

        await asyncio.gather(user(), agent(), kill())
        session = await client.get_session(session_id)
        assert (session.owner, session.agent_id) == (Owner.AGENT, "ann")
        messages = (await client.list_messages(session_id, page_size=500)).items
        spoken = [message.text for message in messages if message.role is not Role.BOT][1:]
        assert [text for text in spoken if text[0] == "u"] == [f"u{n}" for n in range(SAID)]
        assert [text for text in spoken if text[0] == "a"] == [f"a{n}" for n in range(SAID)]

        async with asyncio.timeout(30):
            while [event.message.text for event in events if event.message] != spoken:
                await asyncio.sleep(0.05)
        server.kill()
        server.start()
        await surely(client.return_session, "ann", session_id, "resolved")
        assert (await surely(client.send_message, session_id, "thanks")).text == "Bot: thanks"
        attending.cancel()
        texts = [message.text for message in (await client.list_messages(session_id, page_size=500)).items]
        assert texts.count("Over: resolved") == 1


async def test_a_session_nobody_takes_comes_back_once_also_when_its_time_ran_out_without_a_server(
    tmp_path: Path, clients
) -> None:
    with serve(tmp_path, " TIMEOUT 3") as server:
        client = AsyncBotserverClient(server.address)
        clients.append(client)
        await client.set_presence("ann", "away")
        session_id = await waiting(client)
        server.kill()
        await asyncio.sleep(3.5)
        server.start()
        async with asyncio.timeout(30):
            while (await surely(client.get_session, session_id)).owner is not Owner.BOT:
                await asyncio.sleep(0.1)
        server.kill()
        server.start()
        assert (await surely(client.send_message, session_id, "so")).text == "Bot: so"
        texts = [message.text for message in await client.list_messages(session_id)]
        assert texts.count("Over: timeout") == 1
