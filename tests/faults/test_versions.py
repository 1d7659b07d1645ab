"""A server of this version and one of the next on one database, as in a rolling upgrade: conversations go to and fro,
what is written is what both read, and the new format comes once the last old server is gone.

The old server is this version as it is. The next one differs by `next/`, and by nothing else.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from botserver_client import AsyncBotserverClient, Unavailable, WrongState

from botserver.vm.snapshot import FORMAT_VERSION
from tests.faults.packages import write_bot
from tests.live import LiveServer, environment
from tests.servers import postgres

NEXT = Path(__file__).parent / "next"
TALKS = """\
SET "large", SPACE(6000) & "0"
child = CREATE SUB SESSION
DO
    HEAR word
    n = n + 1
    IF word = "slow" THEN got = CALL "/test/slow", 60, "slow"
    IF word = "child" THEN RUN IN SESSION child, "child"
    SET "large", SPACE(6000) & n
    TALK n & " " & LEN(GET "large")
LOOP
"""
CHILD = 'TALK "child"\nHEAR x\nTALK x\n'
PATIENCE_S = 60.0


class Pair:
    """Two servers, the database they share, and a conversation that goes on in both."""

    def __init__(self, folder: Path) -> None:
        self.url = postgres().new_database()
        write_bot(folder / "bots", "bot", {"start": TALKS, "child": CHILD})
        self.calls = folder / "calls"
        self.old = self._server(folder / "old", folder / "bots")
        paths = os.pathsep.join((str(NEXT), environment()["PYTHONPATH"]))
        self.new = self._server(folder / "new", folder / "bots", PYTHONPATH=paths)

    def _server(self, home: Path, bots: Path, **variables: str) -> LiveServer:
        home.mkdir()
        options = ("--no-reload", "--database", self.url)
        return LiveServer(bots, *options, folder=home, BOTSERVER_TEST_CALLS=str(self.calls), **variables)

    def versions(self, table: str = "states") -> set[int]:
        """Of all states there are."""
        with psycopg.connect(self.url) as connection:
            return {version for (version,) in connection.execute(f"SELECT get_byte(root, 3) FROM {table}")}

    def newest(self, session_id: str) -> int:
        """The version of a session's state."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT get_byte(k.root, 3) FROM states k JOIN user_sessions s ON s.session_row = k.session_row "
                "WHERE s.session_id = %s ORDER BY k.revision DESC LIMIT 1",
                (session_id,),
            ).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    pair = Pair(tmp_path)
    with pair.old, pair.new:
        yield pair


class Talk:
    """One conversation, whichever server is asked."""

    def __init__(self) -> None:
        self.session_id = ""
        self.n = 0

    async def open(self, client: AsyncBotserverClient) -> None:
        session, _ = await client.create_session("bot")
        self.session_id = session.session_id

    async def say(self, client: AsyncBotserverClient, word: str = "x") -> None:
        reply = await client.send_message(self.session_id, word)
        self.n += 1
        assert reply.fault is None
        assert reply.text == f"{self.n} {6000 + len(str(self.n))}"

    async def ask_child(self, first: AsyncBotserverClient, second: AsyncBotserverClient) -> None:
        """Begun by one server, finished by the other."""
        assert (await first.send_message(self.session_id, "child")).text == "child"
        self.n += 1
        texts = [message.text for message in (await second.send_message(self.session_id, "hello")).messages]
        assert texts == ["hello", f"{self.n} {6000 + len(str(self.n))}"]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_rolling_upgrade_is_one_and_the_same_conversation(pair: Pair) -> None:
    old, new = AsyncBotserverClient(pair.old.address), AsyncBotserverClient(pair.new.address)
    talk, born_new = Talk(), Talk()
    await talk.open(old)
    await born_new.open(new)
    for turn in range(6):
        await talk.say((old, new)[turn % 2])
        await born_new.say((old, new)[turn % 2])
    await talk.ask_child(new, old)
    await talk.ask_child(old, new)
    for client in (new, old):
        checkpoint = await client.save_session(talk.session_id)
        await talk.say(client)
        branch = await (old if client is new else new).branch_session(
            talk.session_id, checkpoint_id=checkpoint.checkpoint_id
        )
        copy = Talk()
        copy.session_id, copy.n = branch.session_id, talk.n - 1
        await copy.say(client)
    assert pair.versions() == {FORMAT_VERSION}

    # The new server dies in an outside call; the old one goes on from what it wrote.
    calling = asyncio.create_task(new.send_message(talk.session_id, "slow"))
    async with asyncio.timeout(PATIENCE_S):
        while not pair.calls.exists():
            await asyncio.sleep(0.05)
    assert pair.versions("calls") == {FORMAT_VERSION}
    pair.new.kill()
    with pytest.raises(Unavailable):
        await calling
    async with asyncio.timeout(PATIENCE_S):
        while len(pair.calls.read_text().split()) < 2:
            await asyncio.sleep(0.1)
    first, again = pair.calls.read_text().split()
    assert first == again, "the call was made again with another key"
    pair.new.start()
    await new.end_session(talk.session_id)

    # The last old server goes, and what is written then is new.
    assert await asyncio.to_thread(pair.old.terminate) == 0
    async with asyncio.timeout(PATIENCE_S):
        while pair.newest(born_new.session_id) == FORMAT_VERSION:
            await born_new.say(new)
            await asyncio.sleep(0.2)
    assert pair.newest(born_new.session_id) == FORMAT_VERSION + 1

    # An old one that comes back after all says that it is too old, until the new one has heard of it.
    pair.old.start()
    with pytest.raises(WrongState) as refused:
        await old.send_message(born_new.session_id, "x")
    assert refused.value.reason == "STATE_TOO_NEW"
    async with asyncio.timeout(PATIENCE_S):
        while pair.newest(born_new.session_id) != FORMAT_VERSION:
            await born_new.say(new)
            await asyncio.sleep(0.2)
    await born_new.say(old)
    for client in (old, new):
        await client.close()
