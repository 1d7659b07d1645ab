"""The processes that have a database open."""

from __future__ import annotations

import asyncio

from botserver.store.abc import Store
from botserver.store.nodes import Node

from .backends import World

OLD, NEW = Node("a", "1.0", {"state": 1, "program": 1}), Node("b", "2.0", {"state": 2, "program": 1})
LEASE_S = 20.0


async def ids(store: Store) -> list[str]:
    return [node.node_id for node in await store.list_nodes()]


async def test_a_node_that_beats_is_listed_with_what_it_reads(store: Store, world: World) -> None:
    now = world.clock.now_s()
    await store.beat(OLD, LEASE_S)
    world.clock.advance(5)
    await store.beat(NEW, LEASE_S)
    await store.beat(OLD, LEASE_S)
    assert await store.list_nodes() == [
        Node(OLD.node_id, OLD.version, OLD.reads, now),
        Node(NEW.node_id, NEW.version, NEW.reads, now + 5),
    ]


async def test_a_node_that_does_not_beat_is_gone_after_its_lease(store: Store, world: World) -> None:
    await store.beat(OLD, LEASE_S)
    world.clock.advance(LEASE_S - 1)
    await store.beat(NEW, LEASE_S)
    assert await ids(store) == ["a", "b"]
    world.clock.advance(1)
    assert await ids(store) == ["b"]
    await store.beat(OLD, LEASE_S)
    assert await ids(store) == ["a", "b"]


async def test_a_node_leaves_at_once(store: Store) -> None:
    for node in (OLD, NEW):
        await store.beat(node, LEASE_S)
    await store.leave("a")
    await store.leave("never there")
    assert await ids(store) == ["b"]


async def test_the_sweep_forgets_those_that_are_gone(store: Store, world: World) -> None:
    await store.beat(OLD, LEASE_S)
    first = (await store.list_nodes())[0].started_at
    world.clock.advance(LEASE_S)
    await store.sweep()
    await store.beat(OLD, LEASE_S)
    assert (await store.list_nodes())[0].started_at > first


async def test_many_nodes_beat_at_once(store: Store) -> None:
    nodes = [Node(f"n{number}", "1", {"state": number}) for number in range(10)]
    for _ in range(3):
        await asyncio.gather(*(store.beat(node, LEASE_S) for node in nodes))
    assert sorted(await ids(store)) == sorted(node.node_id for node in nodes)
