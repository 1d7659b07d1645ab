"""What a session has beside its scripts: knowledge bases and tools."""

from __future__ import annotations

from botserver.model import LOCAL
from tests.unit.session.world import World, texts

FILES = {"bot.gbkb/Manuals/a.txt": "", "bot.gbkb/faq/b.txt": "", "bot.gbkb/loose.txt": "", "bot.gbkb/.git/c": ""}


async def test_knowledge_and_tools_are_those_of_the_release(world: World) -> None:
    await world.deploy(
        files=FILES,
        start='USE KB "manuals"\nUSE KB "loose.txt"\nUSE KB ".git"\nADD TOOL "order"\nADD TOOL "none"\nHEAR x\nTALK x',
        order="PARAM id AS STRING",
    )
    session_id, _ = await world.open()
    for _ in range(2):
        view = await world.sessions.get_session(LOCAL, session_id, full=True)
        assert (view.kbs, view.tools) == (("Manuals",), ("order",))
        await world.restart()
    assert texts(await world.say(session_id, "hi")) == ["hi"]
    assert (await world.sessions.get_session(LOCAL, session_id)).kbs is None


async def test_a_stored_release_knows_its_knowledge(world: World) -> None:
    await world.deploy(files=FILES, start='HEAR x\nUSE KB "faq"\nHEAR y')
    session_id, _ = await world.open()
    await world.deploy(start="TALK 1")
    world.boot()
    await world.say(session_id, "hi")
    assert (await world.sessions.get_session(LOCAL, session_id, full=True)).kbs == ("faq",)


async def test_usage_counts_each_area(world: World) -> None:
    await world.deploy(
        files=FILES,
        start='USE KB "faq"\nADD TOOL "start"\nSET "n", 1\nSET CONTEXT "c" AS "text"\nADD SUGGESTION "a"\nHEAR x',
    )
    session_id, _ = await world.open()
    usage = await world.sessions.get_usage(LOCAL, session_id)
    cell = 48
    assert usage.by_area["kbs"] == cell + len("faq") + 1
    assert usage.by_area["tools"] == cell + len("start") + 1
    assert all(usage.by_area[area] > cell for area in ("variables", "contexts", "suggestions"))
    assert usage.by_area["prompt"] == usage.by_area["menu"] == 0
    assert sum(usage.by_area.values()) == usage.memory_used
