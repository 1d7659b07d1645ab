"""The service of bots: memory with revisions, packages checked and not kept."""

from __future__ import annotations

import pytest

from botserver.errors import BadField, BotNotFound, MemoryRevisionMismatch, NotAllowed, RequestIdReused
from botserver.ids import RequestId
from botserver.limits import BOT_MEMORY_VALUE_BYTES
from botserver.model import LOCAL, Principal
from botserver.session.bots import Bots, MemoryEntry
from tests.unit.session.world import World, texts

COUNT = 'HEAR x\nTALK GET BOT MEMORY "n"\nSET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1'


@pytest.fixture
async def bots(world: World) -> Bots:
    await world.deploy(start=COUNT)
    return Bots(world.store, world.releases)


async def test_value_is_what_scripts_read_and_write(world: World, bots: Bots) -> None:
    assert await bots.get_memory(LOCAL, "bot", "n") == MemoryEntry("n", None, 0)
    assert await bots.put_memory(LOCAL, "bot", "n", 41) == MemoryEntry("n", 41, 1)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "go")) == ["41"]
    assert await bots.get_memory(LOCAL, "bot", "n") == MemoryEntry("n", 42, 2)


async def test_revision_that_moved_is_refused_and_nothing_is_written(bots: Bots) -> None:
    await bots.put_memory(LOCAL, "bot", "k", "a", expected_revision=0)
    for expected in (0, 2):
        with pytest.raises(MemoryRevisionMismatch):
            await bots.put_memory(LOCAL, "bot", "k", "b", expected_revision=expected)
    assert await bots.put_memory(LOCAL, "bot", "k", "b", expected_revision=1) == MemoryEntry("k", "b", 2)


async def test_removed_value_is_absent_and_its_revision_goes_on(bots: Bots) -> None:
    await bots.put_memory(LOCAL, "bot", "k", [1, {"a": True}])
    assert await bots.put_memory(LOCAL, "bot", "k", None, expected_revision=1) == MemoryEntry("k", None, 0)
    assert await bots.put_memory(LOCAL, "bot", "none", None) == MemoryEntry("none", None, 0)
    assert (await bots.list_memory(LOCAL, "bot", "", 10, "")).items == ()
    assert await bots.put_memory(LOCAL, "bot", "k", "new", expected_revision=0) == MemoryEntry("k", "new", 3)


async def test_repeated_request_writes_once(bots: Bots) -> None:
    request_id = RequestId("0b8f1c5e-1111-4222-8333-123456789abc")
    for _ in range(2):
        assert (await bots.put_memory(LOCAL, "bot", "k", 1, request_id=request_id)).revision == 1
    with pytest.raises(RequestIdReused):
        await bots.put_memory(LOCAL, "bot", "k", 2, request_id=request_id)
    assert (await bots.get_memory(LOCAL, "bot", "k")).value == 1


async def test_list_has_pages_and_a_prefix(bots: Bots) -> None:
    for key in ("b/2", "a", "b/1", "b/3", "c%"):
        await bots.put_memory(LOCAL, "bot", key, key)
    first = await bots.list_memory(LOCAL, "bot", "b/", 2, "")
    assert [entry.key for entry in first.items] == ["b/1", "b/2"]
    second = await bots.list_memory(LOCAL, "bot", "b/", 2, first.next_token)
    assert ([entry.key for entry in second.items], second.next_token) == (["b/3"], "")
    assert [entry.key for entry in (await bots.list_memory(LOCAL, "bot", "%", 5, "")).items] == []


async def test_what_cannot_be_kept_is_refused(bots: Bots) -> None:
    with pytest.raises(BotNotFound):
        await bots.get_memory(LOCAL, "absent", "k")
    for key in ("", "k" * 256):
        with pytest.raises(BadField):
            await bots.put_memory(LOCAL, "bot", key, 1)
    with pytest.raises(BadField):
        await bots.put_memory(LOCAL, "bot", "k", "x" * BOT_MEMORY_VALUE_BYTES)


async def test_strangers_may_do_nothing(bots: Bots) -> None:
    stranger = Principal("stranger")
    with pytest.raises(NotAllowed):
        await bots.list_bots(stranger, 10, "")
    with pytest.raises(NotAllowed):
        await bots.get_memory(stranger, "bot", "k")
    with pytest.raises(NotAllowed):
        await bots.put_memory(stranger, "bot", "k", 1)
    with pytest.raises(NotAllowed):
        await bots.list_memory(stranger, "bot", "", 10, "")
    with pytest.raises(NotAllowed):
        await bots.check_package(stranger, "p", {})


async def test_bots_are_listed_by_name_in_pages(world: World, bots: Bots) -> None:
    await world.deploy("alpha", start="TALK 1")
    first = await bots.list_bots(LOCAL, 1, "")
    second = await bots.list_bots(LOCAL, 1, first.next_token)
    assert [view.bot for view in (*first.items, *second.items)] == ["alpha", "bot"]
    assert (second.next_token, len(first.items[0].release)) == ("", 64)


async def test_package_is_checked_and_not_kept(bots: Bots) -> None:
    files = {
        "p.gbdialog/start.bas": b'RUN "gone"\nTALK (1',
        "p.gbdialog/good.bas": b"TALK 1",
        "p.gbot/config.csv": b"max-variables,many",
    }
    found = await bots.check_package(LOCAL, "p", files)
    assert sorted((problem.file, problem.line, problem.severity) for problem in found) == [
        ("p.gbdialog/start.bas", 1, "warning"),
        ("p.gbdialog/start.bas", 2, "error"),
        ("p.gbot/config.csv", 1, "warning"),
    ]
    assert [view.bot for view in (await bots.list_bots(LOCAL, 10, "")).items] == ["bot"]


@pytest.mark.parametrize("path", ["../x.bas", "/etc/x.bas", "a//b.bas", "a\\b.bas", "c:x.bas", "", "a/./b", "a\x00"])
async def test_path_that_leaves_the_package_is_refused(path: str, bots: Bots) -> None:
    with pytest.raises(BadField):
        await bots.check_package(LOCAL, "p", {path: b""})
    with pytest.raises(BadField):
        await bots.check_package(LOCAL, "a/b", {})


async def test_file_that_is_a_folder_too_is_refused(bots: Bots) -> None:
    with pytest.raises(BadField):
        await bots.check_package(LOCAL, "p", {"a": b"", "a/b.bas": b""})
