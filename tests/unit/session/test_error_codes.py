"""Every error a script can meet, by its number: each is raised in a session by a script that anybody may write."""

from __future__ import annotations

import pytest

from botserver.limits import BOT_MEMORY_VALUE_BYTES, STORE_EFFECTS, SUB_SESSIONS, SUGGESTIONS, TABLE_FILE_BYTES
from tests.unit.session.world import World, texts

TRAPPED = {
    1404: 'CALL "/no/such/service", 1',
    2001: f'FOR i = 0 TO {STORE_EFFECTS}\n  x = GET BOT MEMORY "k" & i\nNEXT',
    2002: 'f = "a ="\nx = FIND "t", f',
    2003: 'INSERT "t", {id: 1}\nINSERT "t", {id: 1}',
    3004: 'RUN "missing"',
    3005: 'x = FIND "broken.json"',
    4000: 'THROW "my own"',
    4001: 'x = 1 - "x"',
    4002: "WAIT -1",
    4003: "x = 1 / 0",
    4004: 'SEND TO SESSION "nobody", "x"',
    4005: "a = [1]\na[-1] = 2",
    4006: 'a = [1]\na[1] = a\nSET "a", a',
    4007: "RESTORE SESSION STATE {kind: 5}",
    4008: 'x = PARSEJSON("{")',
    4010: "ASSERT 1 > 2",
    5001: 'ALLOW ROLE "manager"',
    5002: 'SET SESSION "user_id", "me"',
    5004: 'RUN "../other"',
    9002: 'SET CONTEXT "c" AS REPEAT("x", 41)',
    9003: 'USE KB "one"\nUSE KB "two"',
    9004: 'SET "a", 1\nSET "b", 1\nSET "c", 1',
    9006: "HEAR x",
    9007: "FUNCTION again(n)\n  RETURN again(n)\nEND FUNCTION\nx = again(1)",
    9008: f'SET BOT MEMORY "k", REPEAT("x", {BOT_MEMORY_VALUE_BYTES})',
    9009: f"FOR i = 0 TO {SUGGESTIONS}\n  ADD SUGGESTION i\nNEXT",
    9010: 'x = LLM "hello"',
    9011: f"FOR i = 0 TO {SUB_SESSIONS}\n  x = CREATE SUB SESSION\nNEXT",
    9012: 'SEND MAIL "a@b.c", "s", "b"',
    9013: 'x = FORMAT(REPEAT("x", 300000), "@")',
    9020: "x = no_such_function()",
    9021: 'RUN "broken"',
}
"""A number to the lines that raise it."""

CONFIG = {"context-size": "10", "max-active-kbs": "1", "max-variables": "2", "hear-timeout-secs": "5"}
FILES = {
    "bot.gbkb/one/a.txt": "one",
    "bot.gbkb/two/a.txt": "two",
    "bot.gbdata/broken.json": "{" + " " * 10,
    "bot.gbdata/large.csv": "a\n" + "x" * TABLE_FILE_BYTES,
}


@pytest.mark.parametrize("number", sorted(TRAPPED))
async def test_a_script_meets_each_error_and_may_catch_it(world: World, number: int) -> None:
    lines = TRAPPED[number].split("\n")
    top = [line for line in lines if not line.startswith(("FUNCTION", "  RETURN", "END FUNCTION"))]
    procedures = [line for line in lines if line not in top]
    start = "\n".join([*procedures, "TRY", *top, 'TALK "nothing happened"', "CATCH e", "TALK e.code", "END TRY"])
    await world.deploy(config=CONFIG, files=FILES, start=start, broken="x = = 1")
    session_id, reply = await world.open()
    if number == 9006:
        await world.pass_time(6)
        assert (await world.transcript(session_id))[-1] == "bot: 9006"
    else:
        assert texts(reply)[-1:] == [str(number)]


@pytest.mark.parametrize("number", sorted(TRAPPED.keys() - {9006}))
async def test_uncaught_it_ends_the_script_and_the_session_lives_on(world: World, number: int) -> None:
    config = {**CONFIG, "error-message": "sorry", "fallback-message": "still here"}
    await world.deploy(config=config, files=FILES, start=TRAPPED[number] + '\nTALK "not reached"', broken="x = = 1")
    session_id, reply = await world.open()
    assert texts(reply)[-1:] == ["sorry"]
    assert texts(await world.say(session_id, "hello")) == ["still here"]


async def test_hear_where_nothing_may_wait(world: World) -> None:
    start = 'ON EVENT "tick"\n  TRY\n    HEAR x\n  CATCH e\n    TALK e.code\n  END TRY\nEND ON\nHEAR y'
    await world.deploy(start=start)
    session_id, _ = await world.open()
    assert texts(await world.happen(session_id, "tick")) == ["5003"]


async def test_fuel_ends_the_script_and_memory_the_session_and_neither_is_caught(world: World) -> None:
    config = {"session-memory-limit": "20000", "max-turn-steps": "5000", "error-message": "sorry"}
    script = 'HEAR x\nTRY\n{}\nCATCH e\n  TALK "caught"\nFINALLY\n  TALK "finally"\nEND TRY'
    await world.deploy(
        "fuel", config={**config, "fallback-message": "still here"}, start=script.format("WHILE TRUE\nWEND")
    )
    session_id, _ = await world.open("fuel")
    assert texts(await world.say(session_id, "go")) == ["sorry"]
    assert texts(await world.say(session_id, "on")) == ["still here"]
    ends = "\nON SESSION END\n  TALK end_reason\nEND ON"
    await world.deploy("memory", config=config, start=script.format('s = REPEAT("x", 30000)') + ends)
    session_id, _ = await world.open("memory")
    assert texts(await world.say(session_id, "go"))[-1] == "memory_limit"
