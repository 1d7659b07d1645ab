"""Deliveries: whatever is said in a session of a delivered channel reaches a gateway, whoever says it and whenever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botserver.clock import ManualClock
from botserver.desk import Demand
from botserver.errors import ChannelNotDelivered, DeliveryNotFound, Draining, LimitReached, NotAllowed
from botserver.ids import CheckpointId, SessionId, new_session_id
from botserver.limits import DELIVERY_PULLERS
from botserver.model import LOCAL, Delivery, DeliveryStatus, Principal, Role, UserInfo, Wait
from botserver.session.bundles import BundleKeys
from botserver.session.delivery_service import Acknowledgement
from botserver.session.service import SessionChange, UserChange
from botserver.session.settings import SessionSettings
from botserver.store.postgres import open_store
from tests.servers import postgres
from tests.unit.session.people import accept, online, reply, transfer
from tests.unit.session.world import World

SENT = Acknowledgement(DeliveryStatus.SENT)
ECHO = 'TALK "hi"\nWHILE TRUE\n  HEAR x\n  TALK "got ${x}"\nWEND'
LEASE_S = 30.0


def delivering(folder: Path) -> SessionSettings:
    return SessionSettings(
        worker_threads=1, drain_s=0.0, test_performers=True, call_log=folder / "calls",
        delivery_channels=frozenset(("sms", "mail")),
    )  # fmt: skip


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, delivering(tmp_path))
    yield world
    await world.close()


class Gateway:
    """Pulls a channel and remembers what it got."""

    def __init__(self, world: World, channel: str = "sms", outstanding: int = 100) -> None:
        self.world = world
        self.got: list[Delivery] = []
        self._batches = world.sessions.deliveries.pull_deliveries(LOCAL, channel, outstanding, LEASE_S)

    async def pull(self, n: int, *, acknowledge: bool = True) -> list[str]:
        """The texts of the next `n` deliveries."""
        texts: list[str] = []
        async with asyncio.timeout(30):
            while len(texts) < n:
                for delivery in await anext(self._batches):
                    self.got.append(delivery)
                    texts.append(delivery.message.text)
                    if acknowledge:
                        await self.acknowledge(delivery)
        assert len(texts) == n, texts
        return texts

    async def acknowledge(self, delivery: Delivery, acknowledgement: Acknowledgement = SENT) -> DeliveryStatus:
        deliveries = self.world.sessions.deliveries
        state = await deliveries.acknowledge(LOCAL, delivery.session_id, delivery.message.seq, acknowledgement)
        return state.status

    async def close(self) -> None:
        await self._batches.aclose()  # type: ignore[attr-defined]  # it is a generator


async def opened(world: World, channel: str = "sms", **more: Any) -> SessionId:
    session_id, _ = await world.open(channel=channel, **more)
    return session_id


async def test_what_a_bot_says_reaches_the_gateway_once_and_in_order(world: World) -> None:
    await world.deploy(start=ECHO)
    gateway = Gateway(world)
    session_id = await opened(world, alias="+43 1")
    for n in range(3):
        await world.say(session_id, f"{n}", wait=Wait.ACCEPTED)
        await world.quiet()
    assert await gateway.pull(4) == ["hi", "got 0", "got 1", "got 2"]
    assert {delivery.alias for delivery in gateway.got} == {"+43 1"}
    assert await world.store.count_deliveries("local", "sms") == 0


async def test_gateway_that_waits_is_told_at_once(world: World) -> None:
    await world.deploy(start=ECHO)
    pulling = asyncio.create_task(Gateway(world).pull(1))
    await asyncio.sleep(0)
    await opened(world)
    assert await pulling == ["hi"]


async def test_what_a_script_says_by_itself_is_delivered(world: World) -> None:
    await world.deploy(start='TALK "wait"\nWAIT 100\nTALK "later"\nHEAR x')
    gateway = Gateway(world)
    opening = asyncio.create_task(opened(world))
    assert await gateway.pull(1) == ["wait"]
    await opening
    await world.pass_time(101)
    await world.quiet()
    assert await gateway.pull(1) == ["later"]


async def test_what_is_said_before_an_outside_call_is_delivered_before_it_ends(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "a moment"\nr = CALL "/test/slow", 300, 1\nHEAR y')
    gateway, session_id = Gateway(world), await opened(world)
    sending = asyncio.create_task(world.say(session_id, "go"))
    assert await gateway.pull(1) == ["a moment"]
    sending.cancel()


async def test_message_sent_to_a_session_from_outside_is_delivered(world: World) -> None:
    await world.deploy(start="HEAR x")
    gateway, session_id = Gateway(world), await opened(world)
    await world.sessions.send_to_session(LOCAL, session_id, "news", world.message_id())
    assert await gateway.pull(1) == ["news"]


async def test_what_an_agent_writes_is_delivered(world: World) -> None:
    await world.deploy(start=ECHO)
    gateway, session_id = Gateway(world), await opened(world)
    assert await gateway.pull(1) == ["hi"]
    await online(world)
    await transfer(world, session_id, Demand())
    await world.pass_time(1)
    await accept(world, session_id)
    await reply(world, session_id, "Ann here.")
    assert await gateway.pull(1) == ["Ann here."]
    assert gateway.got[-1].message.role is Role.AGENT


async def test_last_words_are_delivered(world: World) -> None:
    await world.deploy(start='ON SESSION END\nTALK "bye"\nEND ON\nHEAR x')
    gateway, session_id = Gateway(world), await opened(world)
    await world.sessions.end_session(LOCAL, session_id)
    assert await gateway.pull(1) == ["bye"]


async def test_sessions_of_other_channels_leave_no_deliveries(world: World) -> None:
    await world.deploy(start=ECHO)
    await opened(world, channel="web")
    await opened(world, channel="mail")
    assert await world.store.count_deliveries("local", "web") == 0
    assert await Gateway(world, "mail").pull(1) == ["hi"]


async def test_channel_that_is_not_delivered_cannot_be_pulled(world: World) -> None:
    with pytest.raises(ChannelNotDelivered) as caught:
        await Gateway(world, "web").pull(1)
    assert "mail, sms" in caught.value.message
    assert "--deliver" in caught.value.hint


async def test_gateway_that_died_gets_what_it_did_not_acknowledge_again(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id = await opened(world)
    first = Gateway(world)
    assert await first.pull(1, acknowledge=False) == ["hi"]
    await first.close()
    await world.say(session_id, "x")
    second = Gateway(world)
    pulling = asyncio.create_task(second.pull(2))
    await asyncio.sleep(0)
    world.clock.advance(LEASE_S)
    await world.sessions.look_elsewhere()
    assert await pulling == ["hi", "got x"]
    assert [delivery.attempt for delivery in second.got] == [2, 1]


async def test_two_gateways_share_the_sessions_of_a_channel(world: World) -> None:
    await world.deploy(start=ECHO)
    gateways = [Gateway(world, outstanding=5) for _ in range(2)]
    ids = [await opened(world) for _ in range(10)]
    for gateway in gateways:
        await gateway.pull(5)
    assert {each.session_id for gateway in gateways for each in gateway.got} == set(ids)


async def test_gateway_is_given_more_once_it_acknowledges(world: World) -> None:
    await world.deploy(start=ECHO)
    gateway = Gateway(world, outstanding=2)
    for _ in range(3):
        await opened(world)
    await gateway.pull(2, acknowledge=False)
    more = asyncio.create_task(gateway.pull(1))
    await asyncio.sleep(0)
    assert not more.done()
    await gateway.acknowledge(gateway.got[0])
    assert await more == ["hi"]


async def test_channel_tells_later_by_its_own_id(world: World) -> None:
    await world.deploy(start=ECHO)
    gateway = Gateway(world)
    session_id = await opened(world)
    await gateway.pull(1, acknowledge=False)
    await gateway.acknowledge(gateway.got[0], Acknowledgement(DeliveryStatus.SENT, "wamid.7"))
    deliveries = world.sessions.deliveries
    read = Acknowledgement(DeliveryStatus.READ, "wamid.7")
    state = await deliveries.acknowledge_external(LOCAL, "sms", read)
    assert (state.session_id, state.status) == (session_id, DeliveryStatus.READ)
    late = Acknowledgement(DeliveryStatus.DELIVERED, "wamid.7")
    assert (await deliveries.acknowledge_external(LOCAL, "sms", late)).status is DeliveryStatus.READ


async def test_unknown_and_foreign_deliveries_are_not_there(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id = await opened(world)
    deliveries = world.sessions.deliveries
    for principal, wanted, seq in (
        (LOCAL, session_id, 9), (LOCAL, new_session_id(), 1), (Principal("mallory"), session_id, 1),
    ):  # fmt: skip
        with pytest.raises(DeliveryNotFound):
            await deliveries.acknowledge(principal, wanted, seq, SENT)
    with pytest.raises(DeliveryNotFound):
        await deliveries.acknowledge_external(LOCAL, "sms", Acknowledgement(DeliveryStatus.READ, "?"))


async def test_who_may_not_deliver_pulls_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        await anext(world.sessions.deliveries.pull_deliveries(Principal("mallory"), "sms", 1, LEASE_S))


async def test_alias_leads_to_its_open_session(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id = await opened(world, alias="+43 1")
    deliveries = world.sessions.deliveries
    for bot in ("", "bot"):
        found = await deliveries.resolve_alias(LOCAL, "sms", "+43 1", bot)
        assert found is not None
        assert found.session_id == session_id
    assert await deliveries.resolve_alias(LOCAL, "sms", "+43 1", "other") is None
    assert await deliveries.resolve_alias(LOCAL, "mail", "+43 1") is None
    assert await deliveries.resolve_alias(Principal("mallory"), "sms", "+43 1") is None
    await world.sessions.end_session(LOCAL, session_id)
    assert await deliveries.resolve_alias(LOCAL, "sms", "+43 1") is None


async def test_streams_of_a_channel_are_bounded(world: World) -> None:
    pulling = [asyncio.create_task(Gateway(world).pull(1)) for _ in range(DELIVERY_PULLERS)]
    await asyncio.sleep(0)
    with pytest.raises(LimitReached):
        await Gateway(world).pull(1)
    for task in pulling:
        task.cancel()


async def test_streams_end_when_the_process_drains(world: World) -> None:
    pulling = asyncio.create_task(Gateway(world).pull(1))
    await asyncio.sleep(0)
    await world.sessions.drain()
    with pytest.raises(Draining):
        await pulling


async def test_restart_loses_no_delivery(world: World) -> None:
    await world.deploy(start=ECHO)
    await opened(world)
    await world.restart()
    assert await Gateway(world).pull(1) == ["hi"]


# --- several processes


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[list[World]]:
    """Two processes on one PostgreSQL, whose clock is turned by hand."""
    url, clock = postgres().migrated_database(), ManualClock()
    nodes = []
    for _ in range(2):
        node = World(tmp_path, delivering(tmp_path), await open_store(url, clock, threads=2))
        node.clock = clock
        nodes.append(node)
    await nodes[0].deploy(start=ECHO)
    await nodes[1].activate()
    yield nodes
    for node in nodes:
        await node.close()


async def test_what_one_node_commits_another_delivers(nodes: list[World]) -> None:
    first, second = nodes
    gateway = Gateway(second)
    pulling = asyncio.create_task(gateway.pull(3))
    await asyncio.sleep(0)
    session_id = await opened(first)
    await first.say(session_id, "a", "m-a")
    await second.say(session_id, "b", "m-b")
    while not pulling.done():  # what the follower does twice a second
        await second.sessions.look_elsewhere()
    assert await pulling == ["hi", "got a", "got b"]


async def test_gateways_at_two_nodes_never_have_one_session_at_once(nodes: list[World]) -> None:
    ids = [await opened(nodes[0]) for _ in range(8)]
    gateways = [Gateway(node, outstanding=4) for node in nodes]
    await asyncio.gather(*(gateway.pull(4, acknowledge=False) for gateway in gateways))
    assert sorted(each.session_id for gateway in gateways for each in gateway.got) == sorted(ids)
    for gateway in gateways:
        for delivery in gateway.got:
            await gateways[0].acknowledge(delivery)  # at whichever node
    assert await nodes[0].store.count_deliveries("local", "sms") == 0


async def test_what_a_branch_says_goes_to_no_gateway(world: World) -> None:
    await world.deploy(start='TALK "hi"\nHEAR x\nTALK "got ${x}"\nWAIT 100\nTALK "later"\nHEAR y')
    gateway, user = Gateway(world), UserInfo("u", "Ann", "ann@example.com", "+43 1")
    session_id = await opened(world, user=user, alias="+43 1")
    branches = [
        (await world.sessions.branch_session(LOCAL, each, as_sub_session=is_sub)).session_id
        for each, is_sub in ((session_id, False), (session_id, True))
    ]
    branches.append((await world.sessions.branch_session(LOCAL, branches[0])).session_id)
    await world.sessions.restore_session(LOCAL, branches[0], CheckpointId("t-1"))
    for each in (*branches, session_id):
        await world.say(each, each)
    await world.pass_time(101)
    await world.quiet()
    assert await world.store.count_deliveries("local", "sms") == 3
    assert await gateway.pull(3) == ["hi", f"got {session_id}", "later"]
    assert {delivery.session_id for delivery in gateway.got} == {session_id}
    assert (await world.transcript(branches[-1]))[-1] == "bot: later"


async def test_what_an_agent_writes_in_a_branch_goes_to_no_gateway(world: World) -> None:
    await world.deploy(start=ECHO)
    session_id = await opened(world, alias="+43 1")
    copy = (await world.sessions.branch_session(LOCAL, session_id)).session_id
    await online(world)
    await transfer(world, copy, Demand())
    await accept(world, copy)
    await reply(world, copy, "from an agent")
    assert await Gateway(world).pull(1) == ["hi"]
    assert await world.store.count_deliveries("local", "sms") == 0


async def test_what_an_imported_session_says_goes_to_no_gateway(tmp_path: Path) -> None:
    world = World(tmp_path, replace(delivering(tmp_path), bundle_keys=BundleKeys([b"k" * 32])))
    await world.deploy(start=ECHO)
    session_id = await opened(world, alias="+43 1")
    bundle = await world.sessions.exports.export_session(LOCAL, session_id)
    copy = (await world.sessions.exports.import_session(LOCAL, bundle)).session_id
    await world.sessions.update_session(LOCAL, copy, SessionChange(user=UserChange(phone="+43 1")))
    twig = (await world.sessions.branch_session(LOCAL, copy)).session_id
    for each in (copy, twig):
        await world.say(each, "more")
    assert await Gateway(world).pull(1) == ["hi"]
    assert await world.store.count_deliveries("local", "sms") == 0
    await world.close()
