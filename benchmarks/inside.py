"""The session service in this process, without gRPC: sessions of a bot on a database, and lanes that talk to them."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from botserver.app import tame_collector
from botserver.clock import SystemClock
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.language.package import load_package
from botserver.model import LOCAL, Incoming, OpenRequest
from botserver.session.releases import Releases
from botserver.session.sessions import Sessions
from botserver.store import postgres, sqlite
from botserver.vm.machine import choose_vm
from tests.faults.packages import write_bot

SESSIONS = 128
BOT = """
order = ""
n = 0
ADD SUGGESTION "y" AS "Yes"
DO
    HEAR answer
    n = n + 1
    order = answer & " #" & n
    TALK "You said ${order}."
LOOP
"""
"""Waits in HEAR inside a loop for ever."""


class Node:
    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.ids: list[SessionId] = []
        self._said = 0

    async def open(self, count: int) -> None:
        for _ in range(count):
            self.ids.append(new_session_id())
            await self.sessions.create_session(OpenRequest("bench", LOCAL, session_id=self.ids[-1]))

    async def talk(self, turns: int, lanes: int) -> float:
        """Turns a second, so many of them under way at a time, each in another session."""
        self._said += 1

        async def talk(lane: int) -> None:
            for n in range(lane, turns, lanes):
                incoming = Incoming(MessageId(f"{self._said}-{n}"), text="2 pizzas")
                reply = await self.sessions.send_message(LOCAL, self.ids[n % len(self.ids)], incoming)
                assert reply.fault is None, reply.fault

        began_s = time.perf_counter()
        await asyncio.gather(*(talk(lane) for lane in range(lanes)))
        return turns / (time.perf_counter() - began_s)


@asynccontextmanager
async def open_node(database: Path | str, script: str = BOT, count: int = SESSIONS) -> AsyncIterator[Node]:
    """`database` is a file or the URL of a PostgreSQL; the bot is called bench, and has `count` sessions."""
    store = (
        await postgres.open_store(database) if isinstance(database, str) else sqlite.open_store(database, SystemClock())
    )
    releases = Releases(store)
    with tempfile.TemporaryDirectory() as folder:
        write_bot(Path(folder), "bench", {"start": script})
        await releases.activate(load_package(Path(folder) / "bench.gbai"))
    sessions = Sessions(store, releases, choose_vm())
    await sessions.start()
    node = Node(sessions)
    await node.open(count)
    tame_collector()  # as a server does
    yield node
    await sessions.drain()
    await sessions.close()
    await store.close()
