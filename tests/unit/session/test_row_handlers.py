"""ON INSERT OF, ON UPDATE OF, ON DELETE OF: handlers of what scripts write to tables."""

from __future__ import annotations

import pytest

from botserver.limits import EVENT_BYTES, EVENT_HOPS, EVENTS
from botserver.model import LOCAL, EndReason

from .world import World, texts

LOGS = """
ON INSERT OF "Orders"
  TALK "+" & row.id & ISNULL(old_row)
END ON
ON UPDATE OF "orders"
  TALK old_row.n & ">" & row.n
END ON
ON DELETE OF "orders"
  TALK "-" & old_row.id & ISNULL(row)
END ON
"""


async def test_each_written_row_is_handled_once_after_the_run(world: World) -> None:
    start = (
        'SAVE "orders", [{id: 1, n: 1}, {id: 2, n: 1}]\nUPDATE "orders", "n=1", {n: 5}\nDELETE "orders", "id=2"\n'
        'SAVE "others", {id: 3}\nTALK "first"\nHEAR x\nMERGE "orders", [{id: 1, n: 6}, {id: 4, n: 0}], "id"'
    )
    await world.deploy(start=LOGS + start)
    session_id, reply = await world.open()
    assert texts(reply) == ["first", "+1true", "+2true", "1>5", "1>5", "-2true"]
    assert texts(await world.say(session_id, "x")) == ["5>6", "+4true"]


async def test_scripts_that_never_ran_declare_them_too(world: World) -> None:
    await world.deploy(
        start='INSERT "orders", {id: 1}\nHEAR x\nTALK COUNT("log")',
        audit='ON INSERT OF "orders"\nSAVE "log", {id: row.id}',
    )
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["1"]


async def test_a_turn_that_begins_again_handles_once(world: World) -> None:
    await world.deploy(
        start='HEAR x\nINSERT "orders", {id: x}\nHEAR y\nTALK COUNT("log")',
        audit='ON INSERT OF "orders"\nSAVE "log", row\nEND ON',
    )
    session_id, _ = await world.open()
    world.store.only, world.store.fail_at = "commit_turns", world.store.calls + 1
    world.store.fail_after_work = True
    await world.say(session_id, "a")
    assert texts(await world.say(session_id, "y")) == ["1"]


async def test_what_a_handler_writes_to_its_table_starts_none(world: World) -> None:
    await world.deploy(
        start='ON INSERT OF "a"\nUPDATE "a", "id=1", {n: 1}\nINSERT "a", {id: row.id + 1}\nINSERT "b", {id: 1}\n'
        'END ON\nON UPDATE OF "a"\nTALK "updated"\nEND ON\nON INSERT OF "b"\nTALK "b"\nEND ON\n'
        'INSERT "a", {id: 1}\nHEAR x\nTALK COUNT("a")'
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["b"]
    assert texts(await world.say(session_id, "x")) == ["2"]


async def test_tables_that_write_to_each_other_are_bounded(world: World) -> None:
    await world.deploy(
        start='ON INSERT OF "a"\nSAVE "b", {n: 1}\nEND ON\nON INSERT OF "b"\nSAVE "a", {n: 1}\nEND ON\n'
        'SAVE "a", {n: 1}\nHEAR x\nTALK COUNT("a") + COUNT("b")'
    )
    session_id, reply = await world.open()
    assert reply.fault is None
    assert texts(await world.say(session_id, "x")) == [str(EVENT_HOPS + 1)]


@pytest.mark.parametrize(
    ("statement", "number", "count"),
    [
        ('SAVE "a", rows', 0, EVENTS),
        ('SAVE "a", rows + [{n: 0}]', 9013, 0),
        (f'SAVE "a", {{t: STRING({EVENT_BYTES}, "x")}}', 9013, 0),
        (f'SAVE "b", {{t: STRING({EVENT_BYTES}, "x")}}', 0, 0),
    ],
)
async def test_a_statement_that_is_too_much_writes_nothing(
    world: World, statement: str, number: int, count: int
) -> None:
    await world.deploy(
        start='ON INSERT OF "a"\nn = 1\nEND ON\nrows = []\n'
        f"FOR i = 1 TO {EVENTS}\nPUSH rows, {{n: i}}\nNEXT\n"
        f'ON ERROR RESUME NEXT\n{statement}\nTALK ERR\nTALK COUNT("a")'
    )
    _, reply = await world.open()
    assert texts(reply) == [str(number), str(count)]


async def test_the_end_of_the_session_handles_what_was_written_first(world: World) -> None:
    await world.deploy(
        start='ON SESSION END\nSAVE "log", {id: "end"}\nEND ON\nON INSERT OF "log"\nSAVE "seen", {id: row.id}\nEND ON\n'
        'ON INSERT OF "orders"\nSAVE "log", {id: "order"}\nEND ON\nHEAR x\nINSERT "orders", {id: 1}\nEND SESSION'
    )
    session_id, _ = await world.open()
    await world.say(session_id, "x")
    assert (await world.sessions.get_session(LOCAL, session_id)).end_reason is EndReason.SCRIPT
    for table in ("log", "seen"):
        assert len(await world.store.list_rows("bot", table, 10)) == 2


async def test_an_error_in_a_handler_undoes_nothing(world: World) -> None:
    await world.deploy(
        start='ON INSERT OF "a"\nTALK 1 / 0\nEND ON\nINSERT "a", {id: 1}\nHEAR x\nTALK COUNT("a")',
    )
    session_id, reply = await world.open()
    assert reply.fault is None
    assert texts(await world.say(session_id, "x")) == ["1"]


async def test_rows_written_before_an_outside_call_are_handled_after_it(world: World) -> None:
    await world.deploy(
        start='ON INSERT OF "a"\nTALK "+" & row.id\nEND ON\nHEAR x\nINSERT "a", {id: 1}\n'
        'r = CALL "/test/slow", 0, "done"\nTALK r & COUNT("a")'
    )
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["done1", "+1"]
