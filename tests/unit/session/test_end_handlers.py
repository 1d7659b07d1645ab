"""The end of a session: its end handlers run once, for every reason, within bounds of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from botserver.errors import SessionEnded
from botserver.limits import END_FUEL
from botserver.model import LOCAL, EndReason, SessionState
from botserver.session.settings import SessionSettings

from .world import World, texts

BYE = """
ON SESSION END
  SET BOT MEMORY "ended", (GET BOT MEMORY "ended") & name & " " & end_reason & ";"
  TALK "bye " + name + GET SESSION "status"
END ON
"""


async def ended(world: World) -> str:
    value = await world.store.read_memory("bot", "ended")
    return "" if value is None else value.value[2:-1].decode()


@pytest.mark.parametrize("how", ["user", "script", "timeout", "memory_limit"])
async def test_end_handler_runs_once_for_each_reason(world: World, how: str) -> None:
    await world.deploy(
        start=f"""{BYE}
HEAR name
HEAR what
IF what = "script" THEN END SESSION
list = []
WHILE TRUE
  PUSH list, REPEAT("x", 10000)
WEND
"""
    )
    session_id, _ = await world.open(ttl_s=100.0)
    await world.say(session_id, "Ann")
    match how:
        case "user":
            await world.sessions.end_session(LOCAL, session_id)
            await world.sessions.end_session(LOCAL, session_id)
        case "timeout":
            await world.pass_time(101.0)
        case _:
            reply = await world.say(session_id, how)
            assert texts(reply)[-1] == "bye Annended"
    view = await world.sessions.get_session(LOCAL, session_id)
    assert (view.state, view.end_reason) == (SessionState.ENDED, EndReason(how))
    told = "user" if how == "script" else how  # it ended as it should
    assert await ended(world) == f"Ann {told};"
    assert (await world.transcript(session_id))[-1] == "bot: bye Annended"
    await world.pass_time(1000.0)
    assert await ended(world) == f"Ann {told};"


async def test_what_an_end_handler_says_reaches_a_watcher(world: World) -> None:
    await world.deploy(start=BYE + 'name = "Ann"\nHEAR x')
    session_id, _ = await world.open()

    async def watch() -> list[str]:
        events = world.sessions.watch_session(LOCAL, session_id, 0)
        return [each.message.text if each.message is not None else each.kind.value async for each in events]

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    await world.sessions.end_session(LOCAL, session_id)
    seen = await watching
    assert seen[-2:] == ["bye Annended", "ended"]


async def test_deleting_a_session_runs_no_end_handler(world: World) -> None:
    await world.deploy(start=BYE + "HEAR name")
    session_id, _ = await world.open()
    await world.sessions.delete_session(LOCAL, session_id)
    assert await ended(world) == ""


async def test_a_reply_under_way_is_final_with_the_end(world: World) -> None:
    await world.deploy(start='ON SESSION END\nTALK "bye"\nEND ON\nHEAR x\nTALK "wait"\nWAIT 20\nTALK "never"')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go"))
    await asyncio.sleep(0)
    await world.quiet()
    await world.sessions.end_session(LOCAL, session_id)
    reply = await waiting
    assert texts(reply) == ["wait", "bye"]
    assert reply.end_reason is EndReason.USER


async def test_an_error_in_an_end_handler_stops_neither_the_next_nor_the_end(world: World) -> None:
    await world.deploy(
        start='RUN "a"\nRUN "b"\nHEAR x',
        a="ON SESSION END\nx = 1 / 0\nEND ON",
        b='ON SESSION END\nHEAR y\nEND ON\nRUN "c"',
        c='ON SESSION END\nTALK "c"\nEND ON',
    )
    session_id, _ = await world.open()
    await world.sessions.end_session(LOCAL, session_id)
    assert await world.transcript(session_id) == ["bot: c"]


async def test_end_handlers_have_steps_of_their_own_and_no_more(world: World) -> None:
    await world.deploy(
        config={"max-turn-steps": "5000"},
        start='RUN "a"\nRUN "b"\nWHILE TRUE\nWEND',
        a=f'ON SESSION END\nFOR i = 1 TO {END_FUEL // 8}\nNEXT\nTALK "a"\nWHILE TRUE\nWEND\nEND ON',
        b='ON SESSION END\nTALK "b"\nEND ON',
    )
    session_id, reply = await world.open()
    assert reply.fault is not None
    await world.sessions.end_session(LOCAL, session_id)
    assert [line for line in await world.transcript(session_id) if line == "bot: a"] == ["bot: a"]
    assert "bot: b" not in await world.transcript(session_id)


@pytest.mark.parametrize(("kib", "fits"), [(60, True), (90, False)])
async def test_end_handlers_have_memory_beyond_the_limit(world: World, kib: int, fits: bool) -> None:
    await world.deploy(
        config={"session-memory-limit": "100000"},
        start=f"""
ON SESSION END
  SET "more", REPEAT("y", {kib} * 1024 / 2)
  TALK "fits"
END ON
FOR i = 1 TO 18
  SET "much" & i, REPEAT("x", 5000)
NEXT
HEAR x
""",
    )
    session_id, _ = await world.open()
    await world.sessions.end_session(LOCAL, session_id)
    assert (await world.transcript(session_id) == ["bot: fits"]) == fits
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.variables is not None
    assert ("more" in view.variables) == fits


async def test_outside_calls_of_end_handlers_are_made_once(world: World) -> None:
    await world.deploy(start='ON SESSION END\nTALK "a"\nx = CALL "/test/slow", 0, "done"\nTALK x\nEND ON\nHEAR x')
    session_id, _ = await world.open()
    view = await world.sessions.end_session(LOCAL, session_id)
    assert view.state is SessionState.ENDED
    assert await world.transcript(session_id) == ["bot: a", "bot: done"]
    assert len(await world.called()) == 1


async def test_an_end_in_the_middle_of_an_end_handlers_call_goes_on_where_it_was(world: World) -> None:
    await world.deploy(
        start='ON SESSION END\nTALK "a"\nx = CALL "/test/slow", 5, "done"\nTALK x\nTALK "b"\nEND ON\nHEAR x'
    )
    session_id, _ = await world.open()
    ending = asyncio.create_task(world.sessions.end_session(LOCAL, session_id))
    await world.called()
    await world.restart()
    await asyncio.wait([ending])
    view = await world.sessions.end_session(LOCAL, session_id)
    assert view.state is SessionState.ENDED
    assert await world.transcript(session_id) == ["bot: a"]
    with pytest.raises(SessionEnded):
        await world.say(session_id, "x")


async def test_the_end_drops_a_call_of_the_script(world: World) -> None:
    calls = 'HEAR x\nn = 2\nx = CALL "/test/slow", 50, 1\nTALK "never"'
    await world.deploy(start=f'n = 1\nON SESSION END\nTALK "bye " & n\nEND ON\n{calls}')
    session_id, _ = await world.open()
    saying = asyncio.create_task(world.say(session_id, "go"))
    await world.called()
    await world.sessions.end_session(LOCAL, session_id)
    assert await world.transcript(session_id) == ["user: go", "bot: bye 2"]
    await asyncio.wait([saying])


async def test_a_lost_answer_of_the_end_runs_nothing_twice(world: World) -> None:
    await world.deploy(start='name = "Ann"\n' + BYE + "HEAR x")
    session_id, _ = await world.open()
    world.store.only, world.store.calls = "commit_turns", 0
    world.store.fail_at, world.store.fail_after_work = 1, True
    await world.sessions.end_session(LOCAL, session_id)
    assert await ended(world) == "Ann user;"


async def test_a_session_without_persistence_ends_at_shutdown(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, drain_s=5.0, ends_at_shutdown=True))
    try:
        await world.deploy(start='name = "Ann"\n' + BYE + "HEAR x")
        session_id, _ = await world.open()
        await world.sessions.drain()
        assert await ended(world) == "Ann shutdown;"
        row = await world.store.find_session(session_id)
        assert row is not None
        assert row.end_reason is EndReason.SHUTDOWN
    finally:
        await world.close()
