"""KB STATISTICS and its like: what documents a release has, and since when."""

from __future__ import annotations

from tests.unit.session.world import World, texts

ASK = """
DO
  HEAR x
  s = KB STATISTICS
  c = KB COLLECTION STATS "manuals"
  TALK s.total_documents & " " & s.documents_added_last_week & " " & KB DOCUMENTS ADDED SINCE 1
  TALK c.count & " " & c.size_bytes & " " & c.last_added
LOOP
"""
FILES = {"bot.gbkb/manuals/a.md": "abc", "bot.gbkb/manuals/en/b.md": "de", "bot.gbkb/faq/a.md": "questions"}
DAY_S = 86_400


async def asked(world: World) -> list[str]:
    session_id, _ = await world.open()
    return texts(await world.say(session_id, "x"))


async def test_documents_are_those_of_the_release_since_they_are_as_they_are(world: World) -> None:
    await world.deploy(start=ASK, files=FILES, config={"timezone": "UTC"})
    assert await asked(world) == ["3 3 3", "2 5 2026-01-01 00:00:00"]
    waiting, _ = await world.open()
    world.clock.advance(2 * DAY_S)
    await world.deploy(start=ASK, files={**FILES, "bot.gbkb/faq/a.md": "more questions"})
    assert await asked(world) == ["3 3 1", "2 5 2026-01-01 00:00:00"]
    world.clock.advance(6 * DAY_S)
    await world.deploy(start=f"{ASK}'", files={"bot.gbkb/manuals/c.md": "new", **FILES})
    await world.restart()
    assert await asked(world) == ["4 2 2", "3 8 2026-01-09 00:00:00"]
    assert texts(await world.say(waiting, "x")) == ["3 0 0", "2 5 2026-01-01 00:00:00"]


async def test_the_same_package_again_is_the_same_release(world: World) -> None:
    await world.deploy(start=ASK, files=FILES)
    first = world.releases.active("bot").release_id
    world.clock.advance(DAY_S)
    await world.activate()
    assert world.releases.active("bot").release_id == first
    await world.deploy(start=ASK, files={"bot.gbkb/faq/a.md": "other"})
    assert world.releases.active("bot").release_id != first


async def test_a_release_whose_scripts_do_not_ask_says_of_documents_what_it_always_said(world: World) -> None:
    await world.deploy(start="TALK KB LIST COLLECTIONS", files=FILES)
    release = world.releases.active("bot")
    assert b'"kbs":["faq","manuals"]' in release.manifest()
    assert b"documents" not in release.manifest()
    assert await world.store.document_times("bot", release.release_id) == {}
    _, reply = await world.open()
    assert texts(reply) == ['["faq","manuals"]']
