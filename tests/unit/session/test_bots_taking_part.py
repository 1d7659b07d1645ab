"""ADD BOT and what goes with it: bots that take part in a session, and what the user says to them."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import StoredDataCorrupt
from botserver.ids import CheckpointId
from botserver.limits import BOT_TRIGGERS, EVENT_BYTES, SUB_SESSIONS, TRIGGER_CHARS
from botserver.model import LOCAL, Activity
from botserver.store.abc import SessionRow
from tests.unit.session.test_delegating import CLERK, WORKS, worker
from tests.unit.session.test_delegating import world as world  # on every database
from tests.unit.session.world import World, texts

FALLBACK = "Sorry, I have no answer to that."
ADDS = 'ADD BOT "Clerk" WITH TRIGGER "Invoice, money back"\nADD BOT "another" TRIGGER ON "invoice; help"'


async def with_bots(world: World, start: str = ADDS, clerk: str = CLERK) -> None:
    await world.deploy("clerk", config=WORKS, start=clerk)
    await world.deploy("another", config=WORKS, start='DO\nHEAR x\nTALK "another " & x\nLOOP')
    await world.deploy(start=start)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("where is my INVOICE?", ["1: where is my INVOICE?", "done"]),
        ("I want my Money  back!", ["1: I want my Money  back!", "done"]),
        ("help", ["another help"]),
        ("invoices", [FALLBACK]),
        ("money", [FALLBACK]),
        ("back money", [FALLBACK]),
        ("", [FALLBACK]),
    ],
)
async def test_what_has_a_trigger_in_it_goes_to_that_bot(world: World, text: str, said: list[str]) -> None:
    await with_bots(world)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, text)) == said
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.IDLE


async def test_a_script_that_waits_gets_its_answer_all_the_same(world: World) -> None:
    await with_bots(world, f"{ADDS}\nHEAR x\nTALK x")
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "invoice")) == ["invoice"]
    assert texts(await world.say(session_id, "invoice")) == ["1: invoice", "done"]
    assert texts(await world.say(session_id, "invoice")) == ["2: invoice", "done"]


@pytest.mark.parametrize("clerk", ["HEAR x\nHEAR y", "HEAR x\ny = 1 / 0", "HEAR x\nWAIT 100"])
async def test_a_bot_without_an_answer_leaves_the_fallback(world: World, clerk: str) -> None:
    await with_bots(world, clerk=clerk)
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "invoice"), steps=90)) == [FALLBACK]
    await world.pass_time(100.0)
    assert texts(await world.say(session_id, "x")) == [FALLBACK]


@pytest.mark.parametrize("as_branch", [True, False])
async def test_a_state_in_which_the_user_s_question_is_asked_is_idle(world: World, as_branch: bool) -> None:
    await with_bots(world, clerk="DO\nHEAR x\nWAIT 5\nTALK x\nLOOP")
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "invoice"))) == ["invoice"]
    asked = CheckpointId("t-2")
    if as_branch:
        session_id = (await world.sessions.branch_session(LOCAL, session_id, asked)).session_id
    else:
        await world.sessions.restore_session(LOCAL, session_id, asked)
    view = await world.sessions.get_session(LOCAL, session_id)
    assert (view.activity, view.waiting_for) == (Activity.IDLE, None)
    await world.pass_time(61.0)
    assert texts(await world.settle(world.say(session_id, "help"))) == ["another help"]


async def test_a_restored_script_hears_its_own_answer_and_no_user_s(world: World) -> None:
    clerk = "DO\nHEAR x\nWAIT 5\nTALK x\nLOOP"
    await with_bots(world, f'{ADDS}\nHEAR q\nx = DELEGATE q TO BOT "clerk"\nTALK "got " & x', clerk)
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "one"))) == ["got one"]
    sending = asyncio.ensure_future(world.say(session_id, "my invoice"))
    await world.quiet()
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-2"))
    await sending
    await world.pass_time(10.0)
    await world.quiet()
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.WAITING_TIMER
    await world.pass_time(60.0)
    await world.quiet()
    assert (await world.transcript(session_id))[-1] == "bot: got "


async def test_a_restored_state_still_hears_the_answer_it_waits_for(world: World) -> None:
    clerk = "DO\nHEAR x\nWAIT 20\nTALK x\nLOOP"
    await with_bots(world, 'HEAR q\nx = DELEGATE q TO BOT "clerk"\nTALK "got " & x', clerk)
    session_id, _ = await world.open()
    sending = asyncio.ensure_future(world.say(session_id, "one"))
    await world.quiet()
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-2"))
    await sending
    await world.pass_time(21.0)
    await world.quiet()
    assert (await world.transcript(session_id))[-1] == "bot: got one"


async def test_a_restored_state_has_the_bots_it_had(world: World) -> None:
    await with_bots(world, f"HEAR x\nb = LIST BOTS\nTALK LEN(b)\n{ADDS}")
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a")) == ["0"]
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    assert texts(await world.say(session_id, "a")) == ["0"]
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-2"))
    assert texts(await world.settle(world.say(session_id, "help"))) == ["another help"]


async def test_a_bot_that_agrees_no_longer_is_not_asked(world: World) -> None:
    await with_bots(world)
    session_id, _ = await world.open()
    await world.deploy("clerk", start=CLERK)
    assert texts(await world.say(session_id, "invoice")) == [FALLBACK]


async def test_bots_that_take_part_are_kept_with_the_session(world: World) -> None:
    leaves = 'IF what = "leave" THEN REMOVE BOT "CLERK"'
    changes = 'IF what = "new" THEN ADD BOT "clerk" WITH TRIGGER "x"'
    await with_bots(world, f"{ADDS}\nDO\nHEAR what\n{leaves}\n{changes}\nb = LIST BOTS\nTALK b\nLOOP")
    session_id, _ = await world.open()
    another = '{"name":"another","triggers":["invoice","help"]}'
    for what, clerk in (("show", '["invoice","money back"]'), ("new", '["x"]')):
        await world.restart()
        assert texts(await world.say(session_id, what)) == [f'[{{"name":"clerk","triggers":{clerk}}},{another}]']
    assert texts(await world.say(session_id, "leave")) == [f"[{another}]"]
    assert texts(await world.say(session_id, "leave")) == [f"[{another}]"]


async def test_of_two_bots_that_differ_in_case_the_one_that_is_named_leaves(world: World) -> None:
    for name in ("clerk", "CLERK"):
        await world.deploy(name, config=WORKS, start="HEAR x")
    await world.deploy(
        start='ADD BOT "clerk"\nADD BOT "CLERK"\nREMOVE BOT "clerk"\nTALK (LIST BOTS)\n'
        'REMOVE BOT "clerk"\nTALK (LIST BOTS)'
    )
    _, reply = await world.open()
    assert texts(reply) == ['[{"name":"CLERK","triggers":[]}]', "[]"]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('ADD BOT "nobody"', 4004),
        ('ADD BOT "closed" WITH TRIGGER "x"', 5001),
        ('ADD BOT "bot"', 4002),
        ('ADD BOT "clerk" WITH TRIGGER ", ;"', 4002),
        ('ADD BOT "clerk" TOOLS "x"', 9012),
        ('ADD BOT "clerk" WITH TRIGGER "x" SCHEDULE "0 9 * * *"', 9012),
        (f't = REPEAT("x,", {BOT_TRIGGERS}) & "y"\nADD BOT "clerk" WITH TRIGGER t', None),  # those of one word once
        (f't = ""\nFOR i = 0 TO {BOT_TRIGGERS}\nt = t & "," & i\nNEXT\nADD BOT "clerk" WITH TRIGGER t', 9013),
        (f't = REPEAT("x", {TRIGGER_CHARS - 2})\nADD BOT "clerk" WITH TRIGGER t', None),
        (f't = REPEAT("x", {TRIGGER_CHARS - 1})\nADD BOT "clerk" WITH TRIGGER t', 9013),
        (f'ADD BOT "clerk"\nt = REPEAT("x", {EVENT_BYTES - 3})\nBROADCAST t TO BOTS', None),
        (f'ADD BOT "clerk"\nt = REPEAT("x", {EVENT_BYTES - 2})\nBROADCAST t TO BOTS', 9013),
    ],
)
async def test_bots_agree_to_take_part_in_bounds(world: World, statement: str, number: int | None) -> None:
    await world.deploy("closed", config={"works-with": "another"}, start="")
    await with_bots(world, statement)
    _, reply = await world.open()
    assert (None if reply.fault is None else reply.fault.number) == number


async def test_so_many_bots_take_part(world: World) -> None:
    for n in range(SUB_SESSIONS + 1):
        await world.deploy(f"clerk{n}", config=WORKS, start="")
    await world.deploy(start='FOR i = 0 TO n\nADD BOT "clerk" & i\nADD BOT "clerk" & i\nNEXT')
    for n, number in ((SUB_SESSIONS - 1, None), (SUB_SESSIONS, 9011)):
        await world.deploy(start=f'FOR i = 0 TO {n}\nADD BOT "clerk" & i\nADD BOT "clerk" & i\nNEXT')
        _, reply = await world.open()
        assert (None if reply.fault is None else reply.fault.number) == number


async def test_a_broadcast_is_an_event_where_the_bots_work(world: World) -> None:
    clerk = 'HEAR x\nTALK x\nHEAR y\nON EVENT "broadcast" DO\nTALK "heard " & event.data.at\nEND ON'
    await with_bots(world, 'ADD BOT "clerk"\nHEAR x\nn = BROADCAST {at: 5} TO BOTS\nTALK n', clerk)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["1"]
    await world.quiet()
    child = await worker(world, session_id)
    assert await world.transcript(child.session_id) == ["bot: heard 5"]
    assert await world.transcript(session_id) == ["user: x", "bot: 1"]


async def test_a_broadcast_reaches_all_bots_or_none(world: World) -> None:
    hears = 'HEAR x\nHEAR y\nON EVENT "broadcast" DO\nTALK "heard " & event.data\nEND ON'
    tells = "TRY\nn = BROADCAST x TO BOTS\nTALK n\nCATCH e\nTALK e.code\nEND TRY"
    await with_bots(world, f'ADD BOT "clerk"\nADD BOT "another"\nDO\nHEAR x\n{tells}\nLOOP', hears)
    session_id, _ = await world.open()
    await world.deploy("another", start="HEAR x")
    assert texts(await world.say(session_id, "one")) == ["5001"]
    assert await world.store.list_children(await world.store.find_session(session_id)) == []
    await world.deploy("another", config=WORKS, start="HEAR x")
    assert texts(await world.say(session_id, "two")) == ["2"]
    await world.quiet()
    child = await worker(world, session_id)
    assert await world.transcript(child.session_id) == ["bot: heard two"]


async def test_a_broadcast_that_the_store_fails_in_the_middle_of_tells_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells = "TRY\nn = BROADCAST x TO BOTS\nTALK n\nCATCH e\nTALK e.code\nEND TRY"
    await with_bots(world, f'ADD BOT "clerk"\nADD BOT "another"\nHEAR x\n{tells}\nHEAR x')
    session_id, _ = await world.open()
    found: list[list[SessionRow]] = [[]]

    async def list_children(row: object) -> list[SessionRow]:
        if not found:
            raise StoredDataCorrupt(kind="notes", what="of a session")
        return found.pop()

    monkeypatch.setattr(world.store, "list_children", list_children, raising=False)
    assert texts(await world.say(session_id, "go")) == ["2001"]
    monkeypatch.undo()
    assert await world.store.list_children(await world.store.find_session(session_id)) == []
