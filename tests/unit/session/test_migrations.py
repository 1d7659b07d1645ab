"""Conversations in the middle of a script move to another release, those that surely can, with all they hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.errors import BotNotFound, NotAllowed, ReleaseNotFound, RequestIdReused
from botserver.ids import ReleaseId, RequestId, SessionId
from botserver.language.waiting_points import Obstacle
from botserver.limits import MIGRATION_SAMPLES
from botserver.model import LOCAL, Principal
from botserver.session.migrations import MigrationGroup, MigrationResult, Outcome
from botserver.store.abc import Loaded
from botserver.vm.machine import choose_vm
from botserver.vm.snapshot import Snapshot
from tests.conformance.store.backends import BACKENDS
from tests.unit.session.world import World, texts

REQUEST = RequestId("0b8f1c5e-1111-4222-8333-123456789abc")
OTHER_REQUEST = RequestId("0b8f1c5e-2222-4222-8333-123456789abc")
COUNT = """\
total = 0
FOR EACH item IN ["tea", "milk"]
  HEAR n AS INTEGER WITH "How many ${item}?"
  total = total + n
NEXT
"""
OLD = COUNT + 'TALK "${total} in all"\nHEAR done\nHEAR other'
NEW = 'TALK "new start"\n' + COUNT + 'TALK "In all: ${total}"\nHEAR done'


@pytest.fixture(params=sorted(BACKENDS))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """On every store there is."""
    home = tmp_path / "store"
    home.mkdir()
    backend = BACKENDS[request.param](home)
    world = World(tmp_path, store=await backend.open())
    world.clock = backend.clock
    yield world
    await world.close()
    await backend.close()


async def migrate(world: World, **more: object) -> list[MigrationResult]:
    """All pages."""
    found: list[MigrationResult] = []
    token = ""
    while True:
        arguments = {"release": None, "from_release": None, "page_size": 2, **more}
        page = await world.sessions.migrations.migrate(LOCAL, "bot", page_token=token, **arguments)  # type: ignore[arg-type]  # tests
        found += page.results
        token = page.next_token
        if not token:
            return found


async def plan(world: World, page_size: int = 500) -> list[MigrationGroup]:
    return (await world.sessions.migrations.plan(LOCAL, "bot", None, None, page_size, "")).groups


def outcomes(results: list[MigrationResult]) -> dict[SessionId, Outcome]:
    return {result.session_id: result.outcome for result in results}


async def release_of(world: World, session_id: SessionId) -> str:
    return (await world.sessions.get_session(LOCAL, session_id)).release


async def test_conversation_goes_on_in_the_new_text_with_its_values(world: World) -> None:
    await world.deploy(start=OLD)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "2")) == ["How many milk?"]
    await world.deploy(start=NEW)
    assert outcomes(await migrate(world)) == {session_id: Outcome.MOVED}
    assert await release_of(world, session_id) == world.releases.active("bot").release_id
    assert texts(await world.say(session_id, "3")) == ["In all: 5"]


async def test_move_survives_a_restart_and_its_account_is_exact(world: World) -> None:
    await world.deploy(start=OLD)
    session_id, _ = await world.open()
    await world.say(session_id, "2")
    await world.deploy(start=NEW)
    await migrate(world)
    before = (await world.sessions.get_session(LOCAL, session_id)).memory_bytes
    await world.restart()
    row = await world.store.find_session(session_id)
    loaded = await world.store.load_session(session_id)
    assert isinstance(loaded, Loaded)
    assert loaded.state is not None
    release = world.releases.active("bot")
    for vm in ("reference", "compiled"):
        heap = choose_vm(vm).decode(Snapshot(loaded.state.root, {}), release, release.config.limits)
        assert heap.memory().used == before == row.standing.memory_bytes
        assert heap.recount() == heap.memory().live
        assert heap.encode().root == loaded.state.root
    assert texts(await world.say(session_id, "3")) == ["In all: 5"]


async def test_plan_tells_points_counts_and_obstacles(world: World) -> None:
    await world.deploy(start=OLD)
    first = [(await world.open())[0] for _ in range(MIGRATION_SAMPLES + 1)]
    last, _ = await world.open()
    for word in ("1", "2", "ok"):
        await world.say(last, word)
    idle, _ = await world.open()
    for word in ("1", "2", "ok", "bye"):
        await world.say(idle, word)
    await world.deploy(start=NEW)
    found = await world.sessions.migrations.plan(LOCAL, "bot", None, None, 500, "")
    assert (found.n_idle, found.n_busy, found.next_token) == (1, 0, "")
    moves, stays = sorted(found.groups, key=lambda group: -group.n_sessions)
    assert (moves.at.script.endswith("start.bas"), moves.at.line, moves.at.waits_for) == (True, 3, "hear")
    assert (moves.to and moves.to.line, moves.obstacle, moves.n_sessions) == (4, None, len(first))
    assert len(moves.samples) == MIGRATION_SAMPLES
    assert set(moves.samples) < set(first)
    assert (stays.at.line, stays.to, stays.n_sessions, stays.samples) == (8, None, 1, [last])
    assert stays.obstacle is not None
    assert stays.obstacle.why.obstacle is Obstacle.POINT_GONE


async def test_only_those_that_map_are_moved_and_the_others_go_on_as_they_were(world: World) -> None:
    await world.deploy(start=OLD)
    maps, _ = await world.open()
    stays, _ = await world.open()
    for word in ("1", "2", "ok"):
        await world.say(stays, word)
    old = await release_of(world, stays)
    await world.deploy(start=NEW)
    assert outcomes(await migrate(world)) == {maps: Outcome.MOVED, stays: Outcome.NOT_MAPPED}
    assert await release_of(world, stays) == old
    assert outcomes(await migrate(world)) == {stays: Outcome.NOT_MAPPED}


async def test_dry_run_tells_the_same_and_changes_nothing(world: World) -> None:
    await world.deploy(start=OLD)
    session_id, _ = await world.open()
    before = await world.store.find_session(session_id)
    await world.deploy(start=NEW)
    assert outcomes(await migrate(world, validate_only=True)) == {session_id: Outcome.MOVED}
    assert await world.store.find_session(session_id) == before


async def test_frames_of_procedures_and_other_scripts_move_together(world: World) -> None:
    ask = "FUNCTION ask(q)\n  HEAR z WITH q\n  RETURN z\nEND FUNCTION"
    old = {
        "start": 'x = 5\ny = RUN("inner")\nTALK "${x} ${y}"',
        "inner": f'n = ask("name?")\nRETURN n + "!"\n{ask}',
    }
    new = {
        "start": 'w = 1\nx = w\ny = RUN("inner")\nTALK "new ${x} ${y}"',
        "inner": f'k = 1\nn = ask("name?")\nRETURN n + "?"\n{ask}',
    }
    await world.deploy(**old)
    session_id, _ = await world.open()
    await world.deploy(**new)
    assert outcomes(await migrate(world)) == {session_id: Outcome.MOVED}
    assert texts(await world.say(session_id, "Ann")) == ["new 5 Ann?"]


async def test_caller_that_cannot_move_keeps_the_whole_session(world: World) -> None:
    await world.deploy(start='RUN "inner"\nTALK "end"', inner="HEAR a")
    session_id, _ = await world.open()
    await world.deploy(start='TALK "no inner"', inner="HEAR a")
    (result,) = await migrate(world)
    assert result.obstacle is not None
    assert (result.outcome, result.obstacle.why.obstacle) == (Outcome.NOT_MAPPED, Obstacle.POINT_GONE)
    assert result.obstacle.at.script.endswith("start.bas")
    await world.deploy(start='RUN "inner"\nTALK "end"')
    assert texts(await world.say(session_id, "x")) == ["end"]


async def test_timer_of_a_wait_goes_on(world: World) -> None:
    await world.deploy(start='WAIT 60\nTALK "old"\nHEAR x')
    session_id, _ = await world.open()
    await world.pass_time(20)
    await world.deploy(start='TALK "first"\nWAIT 60\nTALK "new"\nHEAR x')
    assert outcomes(await migrate(world)) == {session_id: Outcome.MOVED}
    await world.pass_time(39)
    assert await world.transcript(session_id) == []
    await world.pass_time(1)
    await world.quiet()
    assert await world.transcript(session_id) == ["bot: new"]


async def test_session_in_an_outside_call_is_left_for_later(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, 1\nTALK r\nHEAR y')
    session_id, _ = await world.open()
    turn = asyncio.ensure_future(world.say(session_id, "go"))
    await world.called()
    await world.deploy(start='TALK 1\nHEAR x\nr = CALL "/test/slow", 300, 1\nTALK r\nHEAR y')
    assert outcomes(await migrate(world)) == {session_id: Outcome.BUSY}
    turn.cancel()


async def test_migration_and_messages_at_once_lose_nothing(world: World) -> None:
    await world.deploy(start="n = 0\nWHILE TRUE\n  HEAR x\n  n = n + 1\n  TALK n\nWEND")
    ids = [(await world.open())[0] for _ in range(5)]
    await world.deploy(start='TALK "new"\nn = 0\nWHILE TRUE\n  HEAR x\n  n = n + 1\n  TALK n\nWEND')
    replies, *_ = await asyncio.gather(
        asyncio.gather(*(world.say(session_id, "x") for session_id in ids)),
        migrate(world),
        asyncio.gather(*(world.say(session_id, "x") for session_id in ids)),
    )
    await migrate(world)
    for session_id in ids:
        assert texts(await world.say(session_id, "x")) == ["3"]
        assert await release_of(world, session_id) == world.releases.active("bot").release_id
    assert len(replies) == len(ids)


async def test_broken_off_migration_is_gone_on_with_from_its_page(world: World) -> None:
    await world.deploy(start=OLD)
    ids = sorted([(await world.open())[0] for _ in range(5)])
    await world.deploy(start=NEW)
    migrations = world.sessions.migrations
    first = await migrations.migrate(LOCAL, "bot", None, None, 2, "")
    again = await migrations.migrate(LOCAL, "bot", None, None, 2, first.next_token)
    assert [result.session_id for result in (*first.results, *again.results)] == ids[:4]
    rest = await migrate(world)
    assert [result.session_id for result in rest] == ids[4:]


async def test_a_repeated_request_gets_the_first_answer_whatever_is_active_now(world: World) -> None:
    await world.deploy(start=OLD)
    session_id, _ = await world.open()
    await world.say(session_id, "1")
    await world.open()
    await world.deploy(start=NEW)
    migrations = world.sessions.migrations
    asked = (LOCAL, "bot", None, None, 10, "")
    await migrations.migrate(*asked, validate_only=True, request_id=REQUEST)  # remembers nothing
    first = await migrations.migrate(*asked, request_id=REQUEST)
    assert set(outcomes(first.results).values()) == {Outcome.MOVED}
    moved_to = await release_of(world, session_id)
    await world.deploy(start="HEAR a\nHEAR b")
    assert await migrations.migrate(*asked, request_id=REQUEST) == first
    assert await release_of(world, session_id) == moved_to
    refused = await migrations.migrate(*asked, request_id=OTHER_REQUEST)
    assert refused.results[0].obstacle is not None
    assert await migrations.migrate(*asked, request_id=OTHER_REQUEST) == refused
    with pytest.raises(RequestIdReused):
        await migrations.migrate(LOCAL, "bot", None, None, 11, "", request_id=REQUEST)


async def test_large_values_move_too(world: World) -> None:
    begin = 'SET "big", REPEAT("x", 20000)\nlong = REPEAT("y", 30000)\ngone = REPEAT("z", 5000)\n'
    await world.deploy(start=begin + 'HEAR x\nTALK LEN(GET "big")')
    session_id, _ = await world.open()
    new = 'TALK 1\nHEAR x\nTALK "new " + LEN(GET "big") + " " + LEN(long)'
    await world.deploy(start=begin.replace("gone", "other") + new)
    assert outcomes(await migrate(world)) == {session_id: Outcome.MOVED}
    await world.restart()
    assert texts(await world.say(session_id, "x")) == ["new 20000 30000"]


async def test_back_to_the_release_before(world: World) -> None:
    await world.deploy(start=OLD)
    session_id, _ = await world.open()
    old = await release_of(world, session_id)
    await world.deploy(start=NEW)
    await migrate(world)
    await migrate(world, release=ReleaseId(old))
    assert await release_of(world, session_id) == old
    for word, answer in (("1", "How many milk?"), ("2", "3 in all")):
        assert texts(await world.say(session_id, word)) == [answer]


async def test_who_may_migrate_and_where_to(world: World) -> None:
    await world.deploy(start=OLD)
    with pytest.raises(ReleaseNotFound):
        await migrate(world, release=ReleaseId("0" * 64))
    with pytest.raises(BotNotFound):
        await world.sessions.migrations.plan(LOCAL, "absent", None, None, 10, "")
    with pytest.raises(NotAllowed):
        await world.sessions.migrations.plan(Principal("stranger"), "bot", None, None, 10, "")
    with pytest.raises(NotAllowed):
        await world.sessions.migrations.migrate(Principal("stranger"), "bot", None, None, 10, "")
