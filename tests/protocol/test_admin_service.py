"""What operators ask of a server, through the Python client: what it is, what bounds it, a session from inside."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient, NotFound

from botserver import __version__, limits
from botserver.app import running
from botserver.errors import NotAllowed
from botserver.model import Principal
from botserver.session.limit_list import bot_limits, server_limits
from botserver.session.operating import ServerFacts
from tests.faults.packages import write_bot
from tests.live import LiveServer
from tests.protocol.serving import settings_in
from tests.servers import postgres
from tests.unit.session.world import World

MISSING = "11111111-1111-4111-8111-111111111111"
SCRIPT = 'TALK "secret words"\nSET "token", "secret"\nHEAR x\nHEAR y'


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def client(tmp_path: Path, stop: asyncio.Event) -> AsyncIterator[AsyncBotserverClient]:
    write_bot(tmp_path / "bots", "shop", {"start": SCRIPT}, {"max-variables": "7"})
    settings = settings_in(tmp_path, deliver=frozenset({"sms", "mail"}))
    async with running(settings, stop) as (address, *_), AsyncBotserverClient(address) as client:
        yield client


async def test_server_says_what_it_is(client: AsyncBotserverClient) -> None:
    await client.create_session("shop")
    info = await client.get_server_info()
    assert (info.version, info.database, info.draining) == (__version__, "sqlite", False)
    assert info.vm in ("compiled", "reference")
    assert info.node.endswith(f":{os.getpid()}")
    assert abs(datetime.now(UTC) - info.start_time) < timedelta(minutes=5)
    assert [(bot.bot, len(bot.release)) for bot in info.bots] == [("shop", 64)]
    assert info.delivery_channels == ("mail", "sms")
    assert (info.open_sessions, info.hot_sessions, info.running_sessions) == (1, 1, 0)


async def test_limits_of_the_server_have_value_unit_and_meaning(client: AsyncBotserverClient) -> None:
    found = {limit.name: limit for limit in await client.get_limits()}
    assert (found["rpc_bytes"].value, found["rpc_bytes"].unit) == (limits.RPC_BYTES, "bytes")
    assert (found["claim_s"].value, found["claim_s"].unit) == (limits.CLAIM_S, "seconds")
    assert (found["inbox_inputs"].unit, found["inbox_inputs"].description) == (
        "", "accepted inputs of one session that wait",
    )  # fmt: skip
    assert "mib" not in found


async def test_limits_of_a_bot_are_those_of_its_configuration(client: AsyncBotserverClient) -> None:
    found = {limit.name: limit for limit in await client.get_limits("shop")}
    assert (found["variables"].value, found["variables"].config_key) == (7, "max-variables")
    assert (found["memory_bytes"].unit, found["memory_bytes"].config_key) == ("bytes", "session-memory-limit")
    assert "hear_timeout_s" not in found
    with pytest.raises(NotFound) as caught:
        await client.get_limits("nobody")
    assert caught.value.reason == "BOT_NOT_FOUND"


async def test_session_is_shown_from_inside_without_what_was_said(client: AsyncBotserverClient) -> None:
    session, _ = await client.create_session("shop", alias="+43 1", labels={"who": "secret"}, metadata={"m": "secret"})
    await client.send_message(session.session_id, "secret answer")
    found = await client.inspect_session(session.session_id)
    assert found.session.session_id == found.family == session.session_id
    assert (found.owner_principal, found.accepted, found.consumed, found.epoch) == ("local", 2, 2, 0)
    assert (found.waiting, found.unsettled_message_ids, found.call) == ((), (), None)
    assert found.state_bytes > 0
    assert found.fuel_total > 0
    assert (found.is_hot, found.is_running) == (True, False)
    assert "secret" not in repr(found)
    assert "+43" not in repr(found)
    with pytest.raises(NotFound):
        await client.inspect_session(MISSING)


async def test_outside_call_under_way_is_shown(tmp_path: Path) -> None:
    world = World(tmp_path)
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, "secret"\nHEAR y')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go", "m-1"))
    (key,) = await world.called()
    facts = ServerFacts("1", "node", 0.0, "compiled", "memory", lambda: None, 1.0)
    found = await world.sessions.operating(facts).inspect_session(Principal("local"), session_id)
    assert found.loaded.claimed is not None
    assert found.loaded.claimed.call.key == key
    assert found.loaded.unsettled == ("m-1",)
    assert found.is_running
    waiting.cancel()
    await world.close()


async def test_only_operators_are_answered(tmp_path: Path) -> None:
    world, drained = World(tmp_path), []
    operating = world.sessions.operating(
        ServerFacts("1", "node", 0.0, "compiled", "memory", lambda: drained.append(True), 1.0)
    )
    mallory = Principal("mallory")
    with pytest.raises(NotAllowed):
        await operating.get_info(mallory)
    with pytest.raises(NotAllowed):
        operating.get_limits(mallory)
    with pytest.raises(NotAllowed):
        await operating.inspect_session(mallory, MISSING)  # type: ignore[arg-type]  # never looked at
    with pytest.raises(NotAllowed):
        operating.drain(mallory)
    assert drained == []
    await world.close()


async def test_drain_tells_the_server_to_go(client: AsyncBotserverClient, stop: asyncio.Event) -> None:
    assert await client.drain_server() == timedelta(seconds=5)
    assert stop.is_set()
    assert (await client.get_server_info()).draining


async def test_drained_process_ends_well(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "shop", {"start": SCRIPT})
    with LiveServer(tmp_path / "bots", folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            await client.drain_server()
        assert await asyncio.to_thread(server.wait) == 0


async def test_drained_server_of_several_workers_ends_well(tmp_path: Path) -> None:
    write_bot(tmp_path / "bots", "shop", {"start": SCRIPT})
    options = ("--workers", "2", "--database", postgres().new_database())
    with LiveServer(tmp_path / "bots", *options, folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            await client.drain_server()
        assert await asyncio.to_thread(server.wait) == 0
    assert "started again" not in server.log()


def test_every_number_has_a_name_of_its_own() -> None:
    names = [limit.name for limit in server_limits()]
    assert names == sorted(set(names))
    assert len(names) > 150
    assert all(limit.config_key for limit in bot_limits(limits.Limits()))
