"""Files of a bot: over those of its package, shared by its sessions, written with the turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.model import LOCAL
from botserver.session.service import SessionFilter
from botserver.session.settings import SessionSettings
from botserver.store.postgres import open_store
from tests.servers import postgres
from tests.unit.session.world import World, texts

ADD = 'HEAR x\nWRITE "log.txt", GET("log.txt") & x\nTALK READ "log.txt"\nHEAR y'
PACKAGE = {"bot.gbdrive/Menu.txt": "of the package", "bot.gbdata/a.csv": "n\n1\n"}


@pytest.fixture(params=["sqlite", "postgres"])
async def any_world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    store, clock = None, ManualClock()
    if request.param == "postgres":
        store = await open_store(postgres().migrated_database(), clock, threads=2)
    world = World(tmp_path, SessionSettings(worker_threads=1, drain_s=0.0, test_performers=True), store)
    yield world
    await world.close()


async def said(world: World, script: str) -> list[str]:
    await world.deploy(start="HEAR go\n" + script, files=PACKAGE)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "go")
    return texts(reply) + ([] if reply.fault is None else [str(reply.fault.number)])


async def test_what_one_session_writes_others_read_after_its_turn(any_world: World) -> None:
    world = any_world
    await world.deploy(start='HEAR x\nWRITE "a.txt", x\nr = CALL "/test/slow", 0, 1\nTALK READ "a.txt"', other="")
    await world.deploy(name="reader", start='HEAR x\nTALK GET "a.txt"')
    first, _ = await world.open()
    assert texts(await world.say(first, "one")) == ["one"]
    second, _ = await world.open()
    assert texts(await world.say(second, "two")) == ["two"]
    await world.restart()
    stranger, _ = await world.open("reader")
    assert texts(await world.say(stranger, "go")) == [""]


async def test_a_file_that_sessions_add_to_at_once_loses_nothing(any_world: World) -> None:
    await any_world.deploy(start=ADD)
    opened = [await any_world.open() for _ in range(8)]
    replies = await asyncio.gather(*(any_world.say(session_id, "x") for session_id, _ in opened))
    assert sorted(len(texts(reply)[0]) for reply in replies) == list(range(1, 9))


async def test_a_turn_whose_answer_of_the_store_is_lost_writes_once(world: World) -> None:
    await world.deploy(start=ADD)
    session_id, _ = await world.open()
    world.store.only, world.store.fail_after_work = "commit_turns", True
    world.store.fail_at = world.store.calls + 1
    assert texts(await world.say(session_id, "x")) == ["x"]


async def test_what_was_written_goes_before_the_package_also_after_a_deployment(any_world: World) -> None:
    script = 'TALK READ "menu.txt"\nWRITE "MENU.txt", "mine"\nTALK GET "menu.txt"'
    assert await said(any_world, script) == ["of the package", "mine"]
    assert await said(any_world, 'TALK READ "Menu.txt"\nDELETE FILE "menu.txt"') == ["mine"]
    assert await said(any_world, 'TALK (GET "menu.txt") IS NULL\nREAD "Menu.txt"') == [
        "true", "Sorry, something went wrong.", "3004",
    ]  # fmt: skip
    assert await said(any_world, 'WRITE "menu.txt", "again"\nTALK READ "menu.txt"') == ["again"]


async def test_a_list_has_the_files_of_package_store_and_turn(any_world: World) -> None:
    await said(any_world, 'WRITE "b/c.txt", "12"\nWRITE "menu.txt", "x"\nWRITE "z.txt", "1"')
    script = 'DELETE "z.txt"\nWRITE "now.txt", "123"\nFOR EACH f IN LIST "."\n'
    script += 'TALK f.path & " " & f.size & " " & f.is_dir\nNEXT\nTALK LIST("b")[0].modified'
    assert await said(any_world, script) == [
        "a.csv 4 false", "b 0 true", "menu.txt 1 false", "now.txt 3 false", "2026-01-01 00:00:00",
    ]  # fmt: skip


async def test_what_a_bot_may_write_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.performers.files.FILES", 3)
    monkeypatch.setattr("botserver.session.performers.files.TURN_FILE_BYTES", 100)
    trap = "CATCH e\nTALK e.code\nEND TRY\n"
    assert await said(world, f'WRITE "a", 1\nWRITE "b", 1\nWRITE "c", 1\nTRY\nWRITE "d", 1\n{trap}') == ["3005"]
    assert await said(world, f'TRY\nWRITE "d", 1\n{trap}DELETE "c"') == ["3005"]
    assert await said(world, 'WRITE "d", 1\nTALK READ "d"') == ["1"]
    assert await said(world, 'DELETE "d"\nDELETE "a"') == []
    assert await said(world, f'WRITE "a", REPEAT("x", 100)\nTRY\nWRITE "a", "x"\n{trap}') == ["9013"]


async def test_all_files_of_a_bot_have_a_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.performers.files.FILES_BYTES", 100)
    assert await said(world, 'WRITE "a", REPEAT("x", 60)\nWRITE "b", REPEAT("x", 40)\nTALK "at"') == ["at"]
    assert await said(world, 'TRY\nWRITE "c", "x"\nCATCH e\nTALK e.code\nEND TRY') == ["3005"]


async def test_sessions_that_write_at_once_are_held_to_the_bounds_together(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("session.performers.files", "store.sql.files"):
        monkeypatch.setattr(f"botserver.{module}.FILES", 2)
        monkeypatch.setattr(f"botserver.{module}.FILES_BYTES", 10)
    await any_world.deploy(start='HEAR x\nWRITE x, "four"\nTALK "ok"')
    opened = [await any_world.open() for _ in range(4)]
    replies = await asyncio.gather(*(any_world.say(session_id, f"{n}.txt") for n, (session_id, _) in enumerate(opened)))
    assert sorted(reply.fault.number if reply.fault else 0 for reply in replies) == [0, 0, 3005, 3005]


async def test_a_file_that_cannot_be_moved_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.performers.files.FILES", 1)
    await said(world, 'WRITE "a", "kept"')
    assert await said(world, 'TRY\nMOVE "a", "b"\nCATCH e\nTALK e.code\nEND TRY\nTALK READ "a"') == ["3005", "kept"]
    assert await said(world, 'TALK READ "a"') == ["kept"]


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/x", "C:/x", "\\\\x", "a/..\\\\../x"])
async def test_a_path_never_leaves_the_drive(world: World, path: str) -> None:
    for statement in (f'READ "{path}"', f'WRITE "{path}", 1', f'COPY "menu.txt", "{path}"', f'DELETE FILE "{path}"',
                      f'LIST "{path}"', f'MOVE "menu.txt", "{path}"'):  # fmt: skip
        assert (await said(world, statement))[-1] == "5004"


@pytest.mark.parametrize("path", ["", " ", ".", "a/b\\ny", "x" * 256])
async def test_what_is_no_path_is_refused(world: World, path: str) -> None:
    assert (await said(world, f'WRITE "{path}", 1'))[-1] == "4002"


async def test_a_file_that_a_script_writes_is_a_table(any_world: World) -> None:
    script = """TALK FIND "a.csv"
WRITE "a.csv", [{n: 2, s: "x"}, {n: 3, s: "y"}]
TALK "" & (FIND "A.csv", "n > 2")
COPY "a.csv", "b.csv"
WRITE "c.json", [{k: "v"}]
TALK (FIND "b.csv", "s = x") & (FIND "c.json")
DELETE FILE "a.csv"
TALK UBOUND(FIND "a.csv")
HEAR y
TALK (FIND "b.csv", "s = y") & UBOUND(FIND "a.csv")
INSERT "b.csv", {n: 4}
DELETE FILE "b.csv"
TALK UBOUND(FIND "b.csv")
HEAR z
TALK UBOUND(FIND "b.csv")"""
    assert await said(any_world, script) == [
        '[{"n":1}]',
        '[{"n":3,"s":"y"}]',
        '[{"n":2,"s":"x"}][{"k":"v"}]',
        "0",
    ]
    view = (await any_world.sessions.list_sessions(LOCAL, SessionFilter(), 1, "", "create_time")).items[0]
    await any_world.restart()
    assert texts(await any_world.say(view.session_id, "y")) == ['[{"n":3,"s":"y"}]0', "3"]
    assert texts(await any_world.say(view.session_id, "z")) == ["3"]
