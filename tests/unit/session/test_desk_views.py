"""The desk as scripts see it: who waits and who attends."""

from __future__ import annotations

from botserver.desk import Presence
from botserver.ids import AgentId

from .people import ANN, BOB, accept, online
from .world import World, texts

LOOK = """
HEAR x
q = GET QUEUE
TALK q.total & " " & q.waiting & " " & q.offered
FOR EACH item IN q.items
  SET BOT MEMORY "waiting", item.session_id
  TALK item.channel & " " & item.queue & " " & item.priority & " " & item.status & " " & item.waiting_time_seconds
NEXT
FOR EACH a IN GET ATTENDANTS
  TALK a.id & " " & a.status & " " & a.active_conversations & " " & a.capacity
NEXT
TALK JOIN(MAP(GET ATTENDANTS "busy", "id"))
TALK (GET ATTENDANT STATUS "bob") & GET ATTENDANT STATUS "nobody"
"""


async def test_scripts_see_who_waits_and_who_attends(world: World) -> None:
    await world.deploy(start=LOOK, wait='TRANSFER TO HUMAN "", "high"\nHEAR x')
    looking, _ = await world.open()
    await online(world, ANN, name="Ann", capacity=1.0)
    await online(world, BOB, name="Bob", presence=Presence.AWAY)
    attended, _ = await world.open(script="wait")
    await accept(world, attended)
    waiting, _ = await world.open(script="wait", channel="web", parameters={})
    world.clock.advance(7)
    said = texts(await world.say(looking, "x"))
    assert said == [
        "1 1 0",
        "web default 10 queued 7",
        "ann busy 1 1",
        "bob away 0 3",
        "ann",
        "away",
    ]
    remembered = await world.store.read_memory("bot", "waiting")
    assert remembered is not None
    assert waiting.encode() in remembered.value


async def test_an_agent_whose_lease_is_over_is_offline(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK GET ATTENDANT STATUS "ann"\nTALK GET ATTENDANT STATS("ann").idle_seconds')
    session_id, _ = await world.open()
    await online(world, AgentId("ann"))
    world.clock.advance(1000)
    assert texts(await world.say(session_id, "x")) == ["offline", "1000"]
