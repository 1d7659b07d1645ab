"""DELEGATE: a script asks another bot, waits without holding anything, and gets what that bot says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.desk import Demand
from botserver.errors import Draining
from botserver.ids import CheckpointId, SessionId
from botserver.limits import ANSWER_CHARS, DELEGATE_CHARS, INBOX_INPUTS, SUB_SESSION_DEPTH, SUB_SESSIONS
from botserver.model import LOCAL, Activity, SessionState, UserInfo, Wait
from botserver.session.settings import SessionSettings
from botserver.store.abc import SessionRow
from botserver.store.postgres import open_store
from tests.servers import postgres
from tests.unit.session.people import accept, give_back, online, transfer
from tests.unit.session.world import World, texts

WORKS = {"works-with": "bot; another"}
ASKS = 'DO\nHEAR task\nTALK "[" & (DELEGATE task TO BOT "clerk") & "]"\nLOOP'
CLERK = 'TALK "Welcome to the office."\nn = 0\nDO\nHEAR task\nn = n + 1\nTALK n & ": " & task\nTALK "done"\nLOOP'


@pytest.fixture(params=["sqlite", "postgres"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    clock = ManualClock()
    store = await open_store(postgres().migrated_database(), clock, threads=2) if request.param == "postgres" else None
    world = World(tmp_path, store=store)
    if store is not None:
        world.clock = clock
    yield world
    await world.close()


async def worker(world: World, session_id: SessionId, bot: str = "clerk") -> SessionRow:
    """The session in which a bot works for this one."""
    row = await world.store.find_session(session_id)
    (found,) = [child for child in await world.store.list_children(row) if child.bot == bot]
    return found


async def test_the_answer_is_what_the_other_bot_says_until_it_waits_again(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start=CLERK)
    await world.deploy(start=ASKS)
    session_id, _ = await world.open(channel="web", user=UserInfo("u1", "Ann"))
    assert texts(await world.say(session_id, "check it")) == ["[1: check it\ndone]"]
    assert texts(await world.say(session_id, "and this")) == ["[2: and this\ndone]"]  # it remembers
    child = await worker(world, session_id)
    assert (child.channel, child.user.user_id, child.parent_id) == ("web", "u1", session_id)
    assert await world.transcript(child.session_id) == [
        "bot: Welcome to the office.",
        *("user: check it", "bot: 1: check it", "bot: done"),
        *("user: and this", "bot: 2: and this", "bot: done"),
    ]


async def test_who_asks_waits_parked_until_the_other_bot_has_answered(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR task\nTALK "on it"\nWAIT 20\nTALK "ready"\nHEAR x')
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    reply = world.say(session_id, "x")
    sending = world.settle(reply)
    assert texts(await sending) == ["[on it\nready]"]
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.WAITING_INPUT


async def test_what_waits_for_a_bot_says_so(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start="HEAR task\nWAIT 40\nHEAR x")
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    sending = asyncio.ensure_future(world.say(session_id, "x"))
    await world.quiet()
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.WAITING_TIMER
    assert view.waiting_for is not None
    assert (view.waiting_for.kind, view.waiting_for.variable, view.waiting_for.type) == ("event", "clerk", "BOT")
    await world.settle(sending)


async def test_an_answer_that_takes_too_long_is_null_and_dropped_when_it_comes(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR a\nWAIT 100\nTALK "late"\nHEAR b\nTALK "b is " & b\nHEAR c')
    await world.deploy(
        start='HEAR x\nx = DELEGATE "one" TO BOT "clerk" TIMEOUT 10\nTALK ISNULL(x)\nHEAR x\n'
        'TALK (DELEGATE "two" TO BOT "clerk")\nHEAR x\nTALK x'
    )
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "go"))) == ["true"]
    await world.pass_time(100.0)
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.WAITING_INPUT
    assert texts(await world.say(session_id, "again")) == ["b is two"]
    assert texts(await world.say(session_id, "end")) == ["end"]


async def test_who_waits_for_a_reply_outlasts_a_bot_that_says_nothing(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start="HEAR a\nWAIT 300")
    await world.deploy(start='HEAR x\nx = DELEGATE x TO BOT "clerk"\nTALK ISNULL(x)\nHEAR x')
    session_id, _ = await world.open()
    # Clients wait for 60 seconds, if they do not say how long.
    assert texts(await world.settle(world.say(session_id, "x"), steps=40)) == ["true"]


async def test_a_bot_agrees_to_work_with_exactly_the_bot_it_names(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start=CLERK)
    await world.deploy("bot", config={"works-with": "BOT"}, start='DO\nHEAR x\nTALK "small"\nLOOP')
    asks = 'DO\nHEAR name\nTRY\nTALK (DELEGATE "x" TO BOT name)\nCATCH e\nTALK e.code\nEND TRY\nLOOP'
    await world.deploy("BOT", start=asks)
    session_id, _ = await world.open("BOT")
    assert texts(await world.say(session_id, "clerk")) == ["5001"]
    assert texts(await world.say(session_id, "bot")) == ["small"]
    assert texts(await world.say(session_id, "BOT")) == ["4002"]


async def test_the_work_of_others_lasts_as_a_session_that_asks_does(world: World) -> None:
    await world.deploy("clerk", config={**WORKS, "session-timeout": "100"}, start=CLERK)
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a")) == ["[1: a\ndone]"]
    await world.pass_time(101.0)
    assert texts(await world.say(session_id, "b")) == ["[2: b\ndone]"]
    assert (await worker(world, session_id)).ttl_s == (await world.store.find_session(session_id)).ttl_s


async def test_an_answer_comes_also_where_all_that_may_wait_waits(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR a\nWAIT 50\nTALK "late"\nHEAR b')
    await world.deploy(
        start='HEAR x\nx = DELEGATE x TO BOT "clerk" TIMEOUT 3600\nTALK "got " & x\nDO\nHEAR x\nTALK x\nLOOP'
    )
    session_id, _ = await world.open()
    await world.say(session_id, "x")
    for n in range(INBOX_INPUTS):
        await world.say(session_id, str(n), wait=Wait.ACCEPTED)
    for _ in range(2):  # first comes what was sent
        await world.pass_time(51.0)
        await world.quiet()
    said = [text for text in await world.transcript(session_id) if text.startswith("bot: ")]
    assert said == ["bot: got late", *(f"bot: {n}" for n in range(INBOX_INPUTS))]


async def test_a_question_asked_while_the_other_bot_works_at_one_is_answered_after_it(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR a\nWAIT 20\nTALK "first"\nHEAR b\nTALK "second"\nHEAR c')
    await world.deploy(
        start='HEAR x\nx = DELEGATE "one" TO BOT "clerk" TIMEOUT 5\nTALK (DELEGATE "two" TO BOT "clerk" TIMEOUT 25)'
    )
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "go"))) == ["second"]


@pytest.mark.parametrize(
    ("clerk", "answer"),
    [
        ('HEAR t\nTALK "bye"\nEND SESSION', "bye"),
        ('HEAR t\nTALK "all"', "all"),
        ("", "Sorry, I have no answer to that."),
        ("HEAR t\nHEAR u", ""),
        ('HEAR t\nCALL "/test/slow", 0\nTALK "called"\nWAIT 1\nTALK "waited"', "called\nwaited"),
        ('HEAR t\nPUBLISH EVENT "e"\nTALK "a"\nHEAR x\nON EVENT "e" DO\nTALK "b"\nEND ON', "a\nb"),
    ],
)
async def test_any_end_of_the_other_bot_s_work_is_an_answer(world: World, clerk: str, answer: str) -> None:
    await world.deploy("clerk", config=WORKS, start=clerk)
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "x"))) == [f"[{answer}]"]


async def test_a_script_of_the_other_bot_that_fails_is_an_error_here(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR t\nTALK "a"\nWAIT 1\nx = 1 / 0')
    await world.deploy(
        start='HEAR t\nTRY\nx = DELEGATE t TO BOT "clerk"\nCATCH e\nTALK e.code & " " & e.message\nEND TRY'
    )
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "x"))) == ["1500 bot clerk failed with error 4003"]


async def test_a_bot_that_ends_before_it_is_asked_is_an_error_here(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='TALK "closed"\nEND SESSION')
    await world.deploy(
        start='DO\nHEAR t\nTRY\nx = DELEGATE t TO BOT "clerk" TIMEOUT 3600\nTALK "?"\nCATCH e\nTALK e.message\n'
        "END TRY\nLOOP"
    )
    session_id, _ = await world.open()
    for _ in range(2):
        await world.say(session_id, "x")
        await world.quiet()
        assert (await world.transcript(session_id))[-1] == "bot: bot clerk ended its session before it was asked"


async def test_the_answer_of_a_session_that_is_ended_from_outside_comes_at_once(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR t\nTALK "so far"\nWAIT 50\nTALK "late"')
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    sending = asyncio.ensure_future(world.say(session_id, "x"))
    await world.quiet()
    await world.sessions.end_session(LOCAL, (await worker(world, session_id)).session_id)
    await world.quiet()
    await asyncio.sleep(0)  # the reply reaches its caller
    assert sending.done()
    assert texts(await sending) == ["[so far]"]


async def test_a_bot_whose_session_ended_begins_anew(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start=CLERK)
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    await world.sessions.end_session(LOCAL, (await worker(world, session_id)).session_id)
    assert texts(await world.say(session_id, "b")) == ["[1: b\ndone]"]


async def test_the_work_of_others_ends_with_the_session(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start=CLERK)
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    child = await worker(world, session_id)
    await world.sessions.end_session(LOCAL, session_id)
    await world.pass_time(1.0)
    after = await world.store.find_session(child.session_id)
    assert after.state is SessionState.ENDED


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('x = DELEGATE "a" TO BOT "nobody"', 4004),
        ('x = DELEGATE "a" TO BOT "closed"', 5001),
        ('x = DELEGATE "a" TO "closed"', 5001),
        ('x = DELEGATE "a" TO BOT "bot"', 4002),
        ('x = DELEGATE "a" TO BOT " "', 4002),
        ('x = DELEGATE "a" TO BOT "clerk" TIMEOUT -1', 4002),
        ('x = DELEGATE "a" TO BOT "clerk" TIMEOUT 86401', 4002),
        (f't = REPEAT("a", {DELEGATE_CHARS + 1})\nx = DELEGATE t TO BOT "clerk"', 9013),
        ('ON SESSION END\nx = DELEGATE "a" TO BOT "clerk"\nEND ON\nEND SESSION', 5003),
    ],
)
async def test_who_is_asked_must_have_agreed_and_what_is_asked_is_bounded(
    world: World, statement: str, number: int
) -> None:
    await world.deploy("closed", config={"works-with": "another"}, start=CLERK)
    await world.deploy("clerk", config=WORKS, start=CLERK)
    await world.deploy(start=f"HEAR x\n{statement}")
    session_id, _ = await world.open()
    reply = await world.say(session_id, "x")
    row = await world.store.find_session(session_id)
    assert await world.store.list_children(row) == []
    if number == 5003:
        assert reply.fault is None  # a handler's error is the author's
    else:
        assert reply.fault is not None
        assert reply.fault.number == number


async def test_an_answer_has_a_largest_size(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='DO\nHEAR n\nTALK REPEAT("a", n)\nLOOP')
    await world.deploy(start='DO\nHEAR n\nTALK LEN((DELEGATE n TO BOT "clerk"))\nLOOP')
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, str(ANSWER_CHARS))) == [str(ANSWER_CHARS)]
    reply = await world.say(session_id, str(ANSWER_CHARS + 1))
    assert reply.fault is not None
    assert reply.fault.number == 9013


async def test_bots_that_ask_each_other_in_a_circle_end_in_an_error(world: World) -> None:
    start = 'HEAR t\nTRY\nTALK t & (DELEGATE t TO BOT "{}")\nCATCH e\nTALK e.code\nEND TRY'
    await world.deploy("clerk", config=WORKS, start=start.format("bot"))
    await world.deploy(config={"works-with": "clerk"}, start=start.format("clerk"))
    session_id, _ = await world.open()
    reply = await world.say(session_id, "x")
    assert texts(reply) == ["x" * SUB_SESSION_DEPTH + "9011"]


async def test_a_session_has_so_many_others_work_for_it(world: World) -> None:
    for n in range(SUB_SESSIONS + 1):
        await world.deploy(f"clerk{n}", config=WORKS, start="DO\nHEAR x\nTALK x\nLOOP")
    await world.deploy(start='DO\nHEAR n\nTALK (DELEGATE n TO BOT "clerk" & n)\nLOOP')
    session_id, _ = await world.open()
    for n in range(SUB_SESSIONS):
        assert texts(await world.say(session_id, str(n))) == [str(n)]
    assert texts(await world.say(session_id, "0")) == ["0"]
    reply = await world.say(session_id, str(SUB_SESSIONS))
    assert reply.fault is not None
    assert reply.fault.number == 9011


async def test_question_and_answer_survive_other_processes(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='DO\nHEAR t\nWAIT 20\nTALK "ready " & t\nLOOP')
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    sending = asyncio.ensure_future(world.say(session_id, "x", "m1"))
    await world.quiet()
    await world.restart()
    with pytest.raises(Draining):
        await sending
    await world.pass_time(21.0)
    assert texts(await world.say(session_id, "x", "m1")) == ["[ready x]"]


@pytest.mark.parametrize("fails_at", range(1, 6))
@pytest.mark.parametrize("after_work", [False, True])
async def test_commits_whose_answer_is_lost_ask_and_answer_once(world: World, fails_at: int, after_work: bool) -> None:
    await world.deploy("clerk", config=WORKS, start=CLERK)
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    world.store.only, world.store.calls = "commit_turns", 0
    world.store.fail_at, world.store.fail_after_work = fails_at, after_work
    assert texts(await world.settle(world.say(session_id, "a"))) == ["[1: a\ndone]"]
    world.store.fail_at = 0
    assert texts(await world.settle(world.say(session_id, "b"))) == ["[2: b\ndone]"]


async def test_a_session_that_works_for_another_bot_is_handed_to_nobody(world: World) -> None:
    await world.deploy(
        "clerk", config=WORKS,
        start='HEAR t\nTRY\nTRANSFER SESSION ""\nCATCH e\nTALK e.code\nEND TRY\n'
        'TRY\nr = TRANSFER SESSION ""\nCATCH e\nTALK e.code\nEND TRY',
    )  # fmt: skip
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["[5003\n5003]"]


async def test_an_idle_bot_is_asked_without_its_resume_script(world: World) -> None:
    await world.deploy("clerk", config={**WORKS, "resume-after": "60"}, start="", resume='TALK "back"\nHEAR x')
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    for _ in range(2):
        assert texts(await world.say(session_id, "x")) == ["[Sorry, I have no answer to that.]"]
        await world.pass_time(120.0)


async def test_a_branch_does_not_answer_in_the_name_of_what_it_was_branched_from(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR t\nWAIT 20\nTALK "ready"\nHEAR t')
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    sending = asyncio.ensure_future(world.say(session_id, "x"))
    await world.quiet()
    child = await worker(world, session_id)
    checkpoints = await world.sessions.list_checkpoints(LOCAL, child.session_id, 10, "")
    branch = await world.sessions.branch_session(LOCAL, child.session_id, checkpoints.items[0].checkpoint_id)
    await world.sessions.end_session(LOCAL, branch.session_id)
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.WAITING_TIMER
    assert texts(await world.settle(sending)) == ["[ready]"]


async def test_an_answer_waits_while_people_have_the_session(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='HEAR t\nWAIT 5\nTALK "ready"\nHEAR t')
    await world.deploy(start=ASKS)
    await online(world)
    session_id, _ = await world.open()
    sending = asyncio.ensure_future(world.say(session_id, "x"))
    await world.quiet()
    await transfer(world, session_id, Demand())
    await world.quiet()
    await accept(world, session_id)
    await sending
    await world.pass_time(10.0)
    assert await world.transcript(session_id) == ["user: x"]
    await give_back(world, session_id)
    await world.quiet()
    assert (await world.transcript(session_id))[-1] == "bot: [ready]"
    assert texts(await world.settle(world.say(session_id, "y"))) == ["[]"]


async def test_an_answer_to_another_question_is_none_for_a_restored_state(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start='DO\nHEAR t\nWAIT 20\nTALK "ready " & t\nLOOP')
    await world.deploy(start=ASKS)
    session_id, _ = await world.open()
    assert texts(await world.settle(world.say(session_id, "one"))) == ["[ready one]"]
    sending = asyncio.ensure_future(world.say(session_id, "two"))
    await world.quiet()
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-2"))  # it waits for the first answer
    await sending
    await world.pass_time(25.0)
    await world.quiet()
    assert (await world.sessions.get_session(LOCAL, session_id)).activity is Activity.WAITING_TIMER
    await world.pass_time(6.0)
    await world.quiet()
    assert (await world.transcript(session_id))[-1] == "bot: []"


async def test_a_bot_whose_start_fails_has_no_answer(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start="x = 1 / 0")
    asks = 'TRY\nx = DELEGATE q TO BOT "clerk"\nTALK x\nCATCH e\nTALK e.code\nEND TRY'
    await world.deploy(start=f"DO\nHEAR q\n{asks}\nLOOP")
    session_id, _ = await world.open()
    for _ in range(2):
        assert texts(await world.settle(world.say(session_id, "x"))) == ["1500"]


async def test_a_trial_branch_asks_nobody(world: World) -> None:
    await world.deploy("clerk", config=WORKS, start=CLERK)
    asks = 'HEAR x\nTRY\nx = DELEGATE x TO BOT "clerk"\nCATCH e\nTALK e.code\nEND TRY'
    await world.deploy(start=f'{asks}\nADD BOT "clerk"')
    session_id, _ = await world.open()
    branch = await world.sessions.branch_session(LOCAL, session_id, stubbed=True)
    reply = await world.say(branch.session_id, "x")
    assert texts(reply)[0] == "9012"
    assert reply.fault is not None
    assert reply.fault.number == 9012
    row = await world.store.find_session(branch.session_id)
    assert await world.store.list_children(row) == []


@pytest.mark.parametrize("at_once", [False, True])
async def test_sessions_of_other_bots_count_at_once_among_those_that_may_be_open(tmp_path: Path, at_once: bool) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, drain_s=0.0, open_sessions=2))
    asks = 'TALK (DELEGATE "x" TO BOT "clerk")\n', 'TALK (DELEGATE "x" TO BOT "another")'
    tells = 'ADD BOT "clerk"\nADD BOT "another"\nBROADCAST 1 TO BOTS'
    try:
        for bot in ("clerk", "another"):
            await world.deploy(bot, config=WORKS, start="DO\nHEAR x\nTALK x\nLOOP")
        await world.deploy(start=f"HEAR x\n{tells if at_once else ''.join(asks)}")
        session_id, _ = await world.open()
        reply = await world.say(session_id, "a")
        assert reply.fault is not None
        assert reply.fault.number == 9011
        assert await world.store.count_open_sessions() == (1 if at_once else 2)
    finally:
        await world.close()


async def test_a_server_with_all_the_sessions_it_may_have_opens_none_for_other_bots(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, drain_s=0.0, open_sessions=2))
    try:
        await world.deploy("clerk", config=WORKS, start=CLERK)
        await world.deploy(start=ASKS)
        first, _ = await world.open()
        assert texts(await world.say(first, "a")) == ["[1: a\ndone]"]
        assert texts(await world.say(first, "b")) == ["[2: b\ndone]"]
        await world.sessions.end_session(LOCAL, (await worker(world, first)).session_id)
        await world.pass_time(2.0)
        await world.open()
        reply = await world.say(first, "c")
        assert reply.fault is not None
        assert reply.fault.number == 9011
    finally:
        await world.close()
