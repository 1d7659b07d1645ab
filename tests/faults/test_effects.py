"""A server that is killed around the commit of a turn: what the turn did for others is done all the same, and once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from botserver_client import AsyncBotserverClient, Unavailable

from botserver.session.faultpoints import FaultPoint
from tests.faults.packages import write_bot
from tests.faults.test_kill import hasty_client
from tests.live import LiveServer
from tests.servers import postgres

ONCE = 'SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1\n'
SCRIPTS = {
    "end": f'ON SESSION END\n{ONCE}TALK "bye " & end_reason\nEND ON\nHEAR x\n',
    "event": f'ON EVENT "paid"\n{ONCE}TALK "paid " & event.data\nEND ON\n'
    'ok = WAIT FOR EVENT "paid" TIMEOUT 600\nTALK ok\nHEAR x\n',
    "send": f'HEAR peer\n{ONCE}SEND TO SESSION peer, "note"\nSET SESSION peer, "note", 1\nTALK "sent"\nHEAR x\n',
    "timer": f'SCHEDULE IN 1 SECONDS DO\n{ONCE}TALK "fired"\nEND SCHEDULE\nHEAR x\n',
    "rows": f'HEAR x\n{ONCE}SAVE "orders", x, 7\nSAVE "counts", {{id: x, n: 1}}\n'
    'TALK COUNT("orders") & " " & COUNT("counts")\nHEAR x\n',
    "sub": 'sub = CREATE SUB SESSION\nRUN IN SESSION sub, "inner"\nMERGE SESSION sub\n'
    'TALK "merged " & GET "word"\nHEAR x\n',
    "inner": f'TALK "word?"\nHEAR word\n{ONCE}SET "word", word\nTALK "inner " & word\n',
    "peer": "HEAR x\n",
    "start": "PARAM script\nIF script THEN\nRUN script\nELSE\n"
    'TALK "n=" & (GET BOT MEMORY "n") & " rows=" & COUNT("orders")\nEND IF\n',
}


@dataclass
class Scene:
    """A conversation with the server that is about to be killed."""

    client: AsyncBotserverClient
    session_id: str
    peer: str

    async def say(self, text: str) -> None:
        await self.client.send_message(self.session_id, text, message_id="m-1")

    async def texts(self, session_id: str) -> list[str]:
        page = await self.client.list_messages(session_id)
        return [message.text for message in page if message.role == "bot"]


@dataclass
class Case:
    """`act` is what the turn is for, None if it begins by itself; then the session, and its peer, have said so much."""

    script: str
    act: Callable[[Scene], Awaitable[object]] | None
    said: list[str]
    peer: list[str] | None = None
    rows: int = 0


CASES = (
    Case("end", lambda scene: scene.client.end_session(scene.session_id, request_id=REQUEST), ["bye user"]),
    Case(
        "event",
        lambda scene: scene.client.send_event(scene.session_id, "paid", 7, message_id="e-1"),
        ["paid 7", "true"],
    ),
    Case("send", lambda scene: scene.say(scene.peer), ["sent"], ["note"]),
    Case("timer", None, ["fired"]),
    Case("rows", lambda scene: scene.say("tea"), ["1 1"], rows=1),
    Case("sub", lambda scene: scene.say("tea"), ["word?", "inner tea", "merged tea"]),
)
REQUEST = "33333333-3333-4333-8333-333333333333"


BEFORE_THE_TURN = 2  # commits: the sessions are opened


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("point", [FaultPoint.BEFORE_COMMIT, FaultPoint.AFTER_COMMIT])
@pytest.mark.parametrize("case", CASES, ids=[case.script for case in CASES])
async def test_effects_happen_once_wherever_the_server_is_killed(
    case: Case, point: FaultPoint, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bot(tmp_path / "bots", "once", SCRIPTS)
    url = postgres().migrated_database() if database == "postgres" else None
    options = [] if url is None else ["--database", url]
    fault = {"BOTSERVER_FAULT": f"{point}:{BEFORE_THE_TURN + 1}"}
    server = LiveServer(tmp_path / "bots", "--no-reload", *options, folder=tmp_path)
    server.start(**fault)
    try:
        async with hasty_client(server.address, monkeypatch) as client:
            peer, _ = await client.create_session("once", params={"script": "peer"})
            session, _ = await client.create_session(
                "once", params={"script": case.script}, metadata={"user_role": "agent"}
            )
            scene = Scene(client, session.session_id, peer.session_id)
            if case.act is not None:
                with pytest.raises(Unavailable):
                    await case.act(scene)
            assert await asyncio.to_thread(server.wait) == -9
            if url is not None:
                await end_leases(url)
            await asyncio.to_thread(server.start)
            await until_served(client)
            if case.act is not None:
                await case.act(scene)
            async with asyncio.timeout(30):
                while await scene.texts(session.session_id) != case.said or (
                    case.peer is not None and await scene.texts(peer.session_id) != case.peer
                ):
                    await asyncio.sleep(0.05)
            if case.act is not None:
                await case.act(scene)  # and however often it is asked for
            assert await scene.texts(session.session_id) == case.said
            assert await scene.texts(peer.session_id) == (case.peer or [])
            _, reply = await client.create_session("once")
            assert reply.text == f"n=1 rows={case.rows}"
            if case.peer is not None:
                assert (await client.get_session(peer.session_id, full=True)).variables == {"note": 1}
    finally:
        server.kill()


async def end_leases(url: str) -> None:
    """What a dead node had taken in hand others may take now, which else they may after a while."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("UPDATE due SET visible_at = due_at WHERE due_at < visible_at")


async def until_served(client: AsyncBotserverClient) -> None:
    """The connection is there again."""
    while True:
        try:
            await client.list_bots()
            return
        except Unavailable:
            await asyncio.sleep(0.05)
