"""A session at each limit of what it keeps, and one just past it: the right result, and nothing half done."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.errors import SessionEnded
from botserver.ids import SessionId
from botserver.limits import (
    BOT_MEMORY_VALUE_BYTES,
    CALL_DEPTH,
    OUTPUT_RECORDS,
    RUN_DEPTH,
    SUB_SESSION_DEPTH,
    SUB_SESSIONS,
    SUGGESTIONS,
    Limits,
)
from botserver.model import LOCAL, EndReason, Reply, SessionState
from botserver.session.values import encode_value
from tests.unit.session.world import World, texts

DEFAULTS = Limits()
KBS = {f"bot.gbkb/kb{n}/a.txt": "" for n in range(1, DEFAULTS.active_kbs + 2)}
BYE = 'ON SESSION END\nSET BOT MEMORY "ended", (GET BOT MEMORY "ended") & end_reason & ";"\nTALK "bye"\nEND ON\n'
ENVELOPE_BYTES = len(encode_value(""))  # what a text takes when stored beside its characters


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    yield world
    await world.close()


def fault(reply: Reply) -> int | None:
    return None if reply.fault is None else reply.fault.number


def trapped(statement: str) -> str:
    return f'TRY\n{statement}\nTALK "passed"\nCATCH e\nTALK e.code\nEND TRY\n'


# --- memory


async def fill(world: World, size: int) -> tuple[SessionId, Reply]:
    """A session that has a variable already, told to keep a text of so many characters in its place."""
    session_id, _ = await world.open()
    return session_id, await world.say(session_id, str(size))


async def test_memory_at_the_limit_passes_and_a_byte_more_ends_the_session(world: World) -> None:
    # What is freed after the SET is room for all that follows, so that it is the SET that needs most.
    start = BYE + 'SET "v", "old"\nHEAR n AS INTEGER\ns = STRING(9000, "y")\nTRY\nSET "v", STRING(n, "x")\ns = ""\n'
    start += 'TALK "kept"\nCATCH e\nTALK "trapped"\nEND TRY\nHEAR x'
    await world.deploy(start=start, config={"session-memory-limit": "64k"})
    fits, too_large = 1, 64 * 1024
    while too_large - fits > 1:
        middle = (fits + too_large) // 2
        _, reply = await fill(world, middle)
        fits, too_large = (middle, too_large) if fault(reply) is None else (fits, middle)

    session_id, reply = await fill(world, fits)
    assert (texts(reply), fault(reply)) == (["kept"], None)
    usage = await world.sessions.get_usage(LOCAL, session_id)
    assert usage.memory_used <= usage.memory_limit == 64 * 1024
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.variables == {"v": "x" * fits}

    before = await world.store.read_memory("bot", "ended")
    session_id, reply = await fill(world, too_large)
    assert fault(reply) == 9001
    assert texts(reply)[-1] == "bye"
    assert not {"trapped", "kept"} & set(texts(reply))
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.state, view.end_reason) == (SessionState.ENDED, EndReason.MEMORY_LIMIT)
    assert view.variables == {"v": "old"}
    after = await world.store.read_memory("bot", "ended")
    assert before is not None
    assert after is not None
    assert len(after.value) - len(before.value) == len("memory_limit;")
    with pytest.raises(SessionEnded):
        await world.say(session_id, "more")


@pytest.mark.parametrize(
    "statement",
    [
        'SET "a" & i, big & i',
        'SET SESSION "a" & i, big & i',
        'SET CONTEXT "a" & i AS big & i',
        "ADD SUGGESTION big & i",
        "a[i] = big & i",
        'x = {kind: "session_state", version: 1, variables: {b: STRING(20000, "y")}}\nRESTORE SESSION STATE x',
    ],
)
async def test_each_statement_that_keeps_something_minds_the_memory(world: World, statement: str) -> None:
    config = {"session-memory-limit": "32k", "context-size": "100000"}
    start = 'SET "kept", "old"\nHEAR x\nON ERROR RESUME NEXT\na = []\nbig = STRING(900, "x")\n'
    await world.deploy(start=f"{start}FOR i = 1 TO 40\n{statement}\nNEXT\nHEAR y", config=config)
    session_id, _ = await world.open()
    assert fault(await world.say(session_id, "go")) == 9001
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.state, view.end_reason) == (SessionState.ENDED, EndReason.MEMORY_LIMIT)
    assert (view.variables or {})["kept"] == "old"


# --- what raises


async def test_a_context_has_as_many_tokens_as_the_limit(world: World) -> None:
    chars = 4 * DEFAULTS.context_tokens
    start = f'SET CONTEXT "c" AS STRING({chars}, "x")\n' + trapped(f'SET CONTEXT "c" AS STRING({chars + 1}, "y")')
    start += trapped(f'SET CONTEXT "d" AS STRING({chars + 1}, "y")')
    await world.deploy(start=start + "HEAR x")
    session_id, reply = await world.open()
    assert texts(reply) == ["9002", "9002"]
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.contexts == {"c": "x" * chars}


async def test_as_many_kbs_are_active_as_the_limit(world: World) -> None:
    uses = "".join(f'USE KB "kb{n}"\n' for n in range(1, DEFAULTS.active_kbs + 1))
    again, one_more, unknown = 'USE KB "kb1"', f'USE KB "kb{DEFAULTS.active_kbs + 1}"', 'USE KB "none"\nTALK ERR'
    await world.deploy(files=KBS, start=uses + trapped(again) + trapped(one_more) + unknown + "\nHEAR x")
    session_id, reply = await world.open()
    assert texts(reply)[:2] == ["passed", "9003"]
    assert texts(reply)[2] == "3004"  # an unknown folder is that also at the limit
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.kbs == tuple(f"kb{n}" for n in range(1, DEFAULTS.active_kbs + 1))


@pytest.mark.parametrize("keyword", ["SET", "SET SESSION"])
async def test_a_session_has_as_many_variables_as_the_limit(world: World, keyword: str) -> None:
    fill = f'FOR i = 1 TO {DEFAULTS.variables}\n{keyword} "v" & i, i\nNEXT\n'
    steps = trapped(f'{keyword} "V1", "changed"') + trapped(f'{keyword} "late", 1')
    freed = f'{keyword} "v2", NULL\n' + trapped(f'{keyword} "late", 2')
    await world.deploy(start=fill + steps + "HEAR x\n" + freed + "HEAR x")
    session_id, reply = await world.open()
    assert texts(reply) == ["passed", "9004"]
    variables = (await world.sessions.get_session(LOCAL, session_id, full=True)).variables or {}
    assert (len(variables), variables["v1"], "late" in variables) == (DEFAULTS.variables, "changed", False)
    assert texts(await world.say(session_id, "x")) == ["passed"]


async def test_scripts_see_as_much_history_as_the_limit_and_more_is_stored(world: World) -> None:
    await world.deploy(
        start=f"FOR i = 1 TO {DEFAULTS.history_messages + 5}\nTALK i\nNEXT\nTALK session.message_history"
    )
    session_id, reply = await world.open()
    seen = [each["text"] for each in json.loads(texts(reply)[-1])]
    assert seen == [str(n) for n in range(6, DEFAULTS.history_messages + 6)]
    assert len(await world.transcript(session_id)) == DEFAULTS.history_messages + 6


async def test_bot_memory_keeps_values_up_to_the_limit(world: World) -> None:
    most = BOT_MEMORY_VALUE_BYTES - ENVELOPE_BYTES
    start = trapped(f'SET BOT MEMORY "k", STRING({most}, "x")')
    start += trapped(f'SET BOT MEMORY "k", STRING({most + 1}, "y")')
    await world.deploy(start=start)
    _, reply = await world.open()
    assert texts(reply) == ["passed", "9008"]
    stored = await world.store.read_memory("bot", "k")
    assert stored is not None
    assert stored.value == encode_value("x" * most)


async def test_a_session_has_as_many_suggestions_as_the_limit(world: World) -> None:
    start = f'FOR i = 1 TO {SUGGESTIONS}\nADD SUGGESTION "s" & i\nNEXT\n'
    start += trapped('ADD SUGGESTION "s1"') + trapped('ADD SUGGESTION "late"')
    await world.deploy(start=start + "HEAR x")
    session_id, reply = await world.open()
    assert texts(reply) == ["passed", "9009"]
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert [each.label for each in view.suggestions or ()] == [f"s{n}" for n in range(1, SUGGESTIONS + 1)]


async def test_a_session_has_as_many_sub_sessions_as_the_limit(world: World) -> None:
    start = f"FOR i = 1 TO {SUB_SESSIONS}\nc = CREATE SUB SESSION\nNEXT\n" + trapped("d = CREATE SUB SESSION")
    await world.deploy(start=start + "HEAR x\nMERGE SESSION c\n" + trapped("d = CREATE SUB SESSION") + "HEAR x")
    session_id, reply = await world.open()
    assert texts(reply) == ["9011"]
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert len(view.sub_sessions or ()) == SUB_SESSIONS
    assert texts(await world.say(session_id, "x")) == ["passed"]


@pytest.mark.parametrize(("depth", "number"), [(SUB_SESSION_DEPTH, None), (SUB_SESSION_DEPTH + 1, 9011)])
async def test_sub_sessions_are_as_deep_as_the_limit(world: World, depth: int, number: int | None) -> None:
    down = 'PARAM n AS INTEGER\nIF n = 0 THEN RETURN 0\nc = CREATE SUB SESSION\nRUN IN SESSION c, "down", n - 1'
    await world.deploy(start=f'RUN "down", {depth}', down=down)
    _, reply = await world.open()
    assert fault(reply) == number


@pytest.mark.parametrize(("depth", "number"), [(RUN_DEPTH, None), (RUN_DEPTH + 1, 9007)])
async def test_scripts_run_each_other_as_deep_as_the_limit(world: World, depth: int, number: int | None) -> None:
    down = 'PARAM n AS INTEGER\nSET "n", n\nIF n > 1 THEN RUN "down", n - 1'
    await world.deploy(start=f'RUN "down", {depth}\nHEAR x', down=down)
    session_id, reply = await world.open()
    assert fault(reply) == number
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.state is SessionState.OPEN
    assert view.variables == {"n": 1 if number is None else 2}


async def test_procedures_call_each_other_as_deep_as_the_limit_and_a_script_goes_on_after_it(world: World) -> None:
    down = 'SUB down(n)\nSET "n", n\nIF n > 1 THEN CALL down(n - 1)\nEND SUB\n'
    start = down + trapped(f"down({CALL_DEPTH})") + trapped(f"down({CALL_DEPTH + 1})") + 'HEAR x\nTALK GET "n"'
    await world.deploy(start=start)
    session_id, reply = await world.open()
    assert texts(reply) == ["passed", "9007"]
    assert texts(await world.say(session_id, "x")) == ["2"]


@pytest.mark.parametrize(("said", "number"), [(OUTPUT_RECORDS, None), (OUTPUT_RECORDS + 1, 9013)])
async def test_a_turn_says_as_much_as_the_limit(world: World, said: int, number: int | None) -> None:
    await world.deploy(start=f'FOR i = 1 TO {said}\nSET "n", i\nTALK i\nNEXT', config={"error-message": "sorry"})
    session_id, reply = await world.open()
    assert fault(reply) == number
    assert texts(reply)[:OUTPUT_RECORDS] == [str(n) for n in range(1, OUTPUT_RECORDS + 1)]
    assert texts(reply)[OUTPUT_RECORDS:] == ([] if number is None else ["sorry"])
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.state, view.variables) == (SessionState.OPEN, {"n": said})
