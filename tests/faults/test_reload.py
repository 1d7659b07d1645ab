"""A package that changes is served anew; conversations under way go on in the release they began with."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient

from tests.faults.packages import write_bot
from tests.live import LiveServer


def edition(name: str) -> dict[str, str]:
    """A bot that says which edition of it is speaking, also in a script it runs."""
    start = f'FOR n = 1 TO 3\n    HEAR word\n    TALK "{name} ${{n}}"\nNEXT\nRUN "last.bas"\nHEAR word\n'
    return {"start": start, "last": f'TALK "last of {name}"\nTALK "later added line"\n'}


async def opened(client: AsyncBotserverClient) -> str:
    session, _ = await client.create_session("bot")
    return session.session_id


async def until_served(client: AsyncBotserverClient, release: str) -> None:
    """Returns when new conversations begin in another release than this."""
    async with asyncio.timeout(60):
        while (await client.create_session("bot"))[0].release == release:
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("restart", ["running", "killed"])
async def test_conversation_goes_on_in_its_release_and_new_ones_begin_in_the_new(tmp_path: Path, restart: str) -> None:
    bots = tmp_path / "bots"
    write_bot(bots, "bot", edition("old"))
    with LiveServer(bots, folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            under_way = await opened(client)
            assert (await client.send_message(under_way, "a")).text == "old 1"
            release = (await client.get_session(under_way)).release
            if restart == "killed":
                await asyncio.to_thread(server.kill)
            write_bot(bots, "bot", edition("new"))
            if restart == "killed":
                await asyncio.to_thread(server.start)
            await until_served(client, release)
            fresh = await opened(client)
            assert (await client.send_message(fresh, "a")).text == "new 1"
            assert (await client.send_message(under_way, "b")).text == "old 2"
            assert (await client.send_message(under_way, "c")).text == "old 3\nlast of old\nlater added line"
            assert (await client.get_session(under_way)).release == release
            await client.send_message(under_way, "d")  # the script ends here, and with it the old release
            await client.send_message(under_way, "e")
            assert (await client.get_session(under_way)).release == (await client.get_session(fresh)).release


async def test_broken_edition_leaves_the_one_before_in_service(tmp_path: Path) -> None:
    bots = tmp_path / "bots"
    write_bot(bots, "bot", edition("old"))
    with LiveServer(bots, folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            release = (await client.get_session(await opened(client))).release
            write_bot(bots, "bot", {"start": "FOR n = 1 TO\n"})
            async with asyncio.timeout(60):
                while "the release before stays" not in await asyncio.to_thread(server.log):
                    await asyncio.sleep(0.1)
            assert "start.bas:1:" in server.log()
            assert (await client.send_message(await opened(client), "a")).text == "old 1"
            write_bot(bots, "bot", edition("mended"))
            await until_served(client, release)
            assert (await client.send_message(await opened(client), "a")).text == "mended 1"
