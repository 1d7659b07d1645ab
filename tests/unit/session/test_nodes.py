"""Several processes on one PostgreSQL: any of them serves any session, and what one commits the others tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.errors import BotNotFound, SessionNotFound
from botserver.limits import INPUT_GRACE_S
from botserver.model import LOCAL, Activity, EventKind, SessionEvent, Wait
from botserver.session.admin import PurgeFilter
from botserver.session.desk_service import DeskEventKind
from botserver.session.settings import SessionSettings
from botserver.store.postgres import open_store
from tests.servers import postgres
from tests.unit.session.people import ANN, online
from tests.unit.session.world import World, texts

COUNT = 'n = 0\nWHILE TRUE\n  HEAR x\n  n = n + 1\n  TALK "${n}: ${x}"\nWEND'
SHARED = 'HEAR x\nn = VAL(GET BOT MEMORY "n") + 1\nSET BOT MEMORY "n", n\nTALK n'


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[list[World]]:
    """Three processes. The clock of the database is one of their own, turned by hand."""
    url, clock = postgres().migrated_database(), ManualClock()
    settings = SessionSettings(worker_threads=1, drain_s=0.0, test_performers=True, call_log=tmp_path / "calls")
    nodes = []
    for _ in range(3):
        node = World(tmp_path, settings, await open_store(url, clock, threads=2))
        node.clock = clock
        nodes.append(node)
    yield nodes
    for node in nodes:
        await node.close()


async def deploy(nodes: list[World], **scripts: str) -> None:
    await nodes[0].deploy(**scripts)
    for node in nodes[1:]:
        await node.activate()


async def test_any_node_goes_on_where_another_stopped(nodes: list[World]) -> None:
    await deploy(nodes, start=COUNT)
    session_id, _ = await nodes[0].open()
    said = [texts(await nodes[turn % 3].say(session_id, "x", f"m{turn}")) for turn in range(7)]
    assert said == [[f"{turn + 1}: x"] for turn in range(7)]


async def test_one_message_sent_to_all_nodes_at_once_runs_once(nodes: list[World]) -> None:
    await deploy(nodes, start=COUNT)
    session_id, _ = await nodes[0].open()
    for turn in range(5):
        replies = await asyncio.gather(*(node.say(session_id, "x", f"m{turn}") for node in nodes))
        assert replies == [replies[0]] * 3
        assert texts(replies[0]) == [f"{turn + 1}: x"]


async def test_an_agent_at_another_node_is_notified(nodes: list[World]) -> None:
    await deploy(nodes, start='HEAR x\nNOTIFY ATTENDANT "ann", x')
    await online(nodes[1])
    events = nodes[1].sessions.desks.watch_desk(LOCAL, ANN, {})
    assert (await anext(events)).kind is DeskEventKind.AGENT
    session_id, _ = await nodes[0].open()
    telling = asyncio.ensure_future(anext(events))
    await nodes[0].say(session_id, "a customer waits")
    await nodes[1].sessions.look_elsewhere()
    notice = (await telling).notice
    assert notice is not None
    assert notice.text == "a customer waits"
    await events.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_messages_to_different_nodes_are_taken_one_after_another(nodes: list[World]) -> None:
    await deploy(nodes, start=COUNT)
    session_id, _ = await nodes[0].open()
    sent = [node.say(session_id, "x", f"{n}-{turn}") for turn in range(4) for n, node in enumerate(nodes)]
    replies = await asyncio.gather(*sent)
    assert sorted(texts(reply)[0] for reply in replies) == sorted(f"{n}: x" for n in range(1, 13))
    assert (await nodes[0].transcript(session_id))[1::2] == [f"bot: {n}: x" for n in range(1, 13)]


async def test_counters_in_bot_memory_add_up_over_nodes(nodes: list[World]) -> None:
    await deploy(nodes, start=SHARED)
    opened = await asyncio.gather(*(nodes[n % 3].open() for n in range(12)))
    sent = (nodes[n % 3].say(session_id, "go", f"m{n}") for n, (session_id, _) in enumerate(opened))
    replies = await asyncio.gather(*sent)
    assert sorted(int(texts(reply)[0]) for reply in replies) == list(range(1, 13))


async def test_an_event_given_to_another_node_overtakes_what_waits_for_it(nodes: list[World]) -> None:
    first, second, third = nodes
    await deploy(nodes, start='ok = WAIT FOR EVENT "paid" TIMEOUT 3600\nTALK ok\nHEAR x\nTALK x\nHEAR y\nTALK y')
    session_id, _ = await first.open()
    for text, node in (("one", first), ("two", second)):
        await node.say(session_id, text, text, wait=Wait.ACCEPTED)
    happened = await asyncio.gather(*(node.happen(session_id, "paid", message_id="e") for node in (second, third)))
    assert [texts(reply)[:1] for reply in happened] == [["true"]] * 2
    for node in nodes:
        await node.quiet()
    first.clock.advance(INPUT_GRACE_S + 1.0)
    await first.sessions.run_due()
    await first.quiet()
    said = [line for line in await first.transcript(session_id) if line.startswith("bot")]
    assert said == ["bot: true", "bot: one", "bot: two"]


async def test_a_variable_set_by_another_node_is_taken_once(nodes: list[World]) -> None:
    first, second, third = nodes
    sets = 'HEAR id\nFOR i = 1 TO 3\nSET SESSION id, "n", VAL(GET SESSION id, "n") + 1\nNEXT\nTALK GET SESSION id, "n"'
    await deploy(nodes, start=sets, target='SET "n", 0\nHEAR x\nTALK GET "n"')
    target, _ = await first.open(script="target")
    session_id, _ = await second.open(metadata={"user_role": "agent"})
    assert texts(await second.say(session_id, target)) == ["3"]
    for node in nodes:
        await node.quiet()
    assert texts(await third.say(target, "go")) == ["3"]


async def test_a_caller_hears_of_a_reply_that_another_node_wrote(nodes: list[World]) -> None:
    first, second, _ = nodes
    await deploy(nodes, start='HEAR x\nr = CALL "/test/slow", 0.2, x\nTALK r\nHEAR y\nTALK y')
    session_id, _ = await first.open()
    calling = asyncio.create_task(first.say(session_id, "one", "m1"))
    await first.called()
    waiting = asyncio.create_task(second.say(session_id, "two", "m2"))
    repeating = asyncio.create_task(second.say(session_id, "one", "m1"))
    reply = await calling
    await first.quiet()
    async with asyncio.timeout(30):
        while not (waiting.done() and repeating.done()):
            await second.sessions.look_elsewhere()
            await first.sessions.run_due()
    assert texts(await waiting) == ["two"]
    assert await repeating == reply


async def test_a_call_of_a_dead_node_is_taken_over_by_another(nodes: list[World]) -> None:
    first, second, _ = nodes
    await deploy(nodes, start='HEAR x\nr = CALL "/test/slow", 300, "done"\nTALK r')
    session_id, _ = await first.open()
    calling = asyncio.create_task(first.say(session_id, "go", "m1"))
    await first.called()
    await first.sessions.close()
    await asyncio.gather(calling, return_exceptions=True)
    assert await second.sessions.run_due() == 0
    second.clock.advance(31)
    rescue = asyncio.create_task(second.sessions.run_due())
    assert await second.called(2) == [f"{session_id}/2/1"] * 2
    await second.sessions.close()
    await rescue


async def test_a_node_leaves_a_handing_turn_in_a_call_to_its_own(nodes: list[World]) -> None:
    first, second, _ = nodes
    await deploy(
        nodes,
        start='HEAR x\nPUBLISH EVENT "e"\nTRANSFER CONVERSATION TO "billing"',
        calls='ON EVENT "e" DO\nr = CALL "/test/slow", 300, "called"\nTALK r\nEND ON',
    )
    await first.deploy("billing", config={"works-with": "bot"}, start='TALK "billing"\nHEAR x')
    await second.activate()
    session_id, _ = await first.open()
    calling = asyncio.create_task(first.say(session_id, "go", "m1"))
    await first.called()
    second.clock.advance(INPUT_GRACE_S + 1)  # the start of the other bot is due, and not to be begun yet
    async with asyncio.timeout(10):
        assert await second.sessions.run_due() == 1
        await second.quiet()
    row = await second.store.find_session(session_id)
    assert (row.consumed, row.standing.activity) == (row.accepted - 1, Activity.RUNNING)
    await first.sessions.close()
    await asyncio.gather(calling, return_exceptions=True)


async def test_a_timer_fires_once_on_one_node(nodes: list[World]) -> None:
    await deploy(nodes, start='HEAR x\nWAIT 60\nTALK "done"\nHEAR y')
    session_id, _ = await nodes[0].open()
    await nodes[0].say(session_id, "go", "m1", Wait.TURN)
    nodes[0].clock.advance(60)
    taken = await asyncio.gather(*(node.sessions.run_due() for node in nodes))
    assert sum(taken) == 1
    assert (await nodes[2].transcript(session_id))[1:] == ["bot: done"]


async def test_a_watcher_hears_what_another_node_says(nodes: list[World]) -> None:
    first, second, _ = nodes
    await deploy(nodes, start=COUNT)
    session_id, _ = await first.open()
    stream = second.sessions.watch_session(LOCAL, session_id, 0)
    assert (await stream.__anext__()).kind is EventKind.STATE
    heard = asyncio.create_task(_until_message(stream))
    await asyncio.sleep(0)
    await second.sessions.look_elsewhere()
    await first.say(session_id, "x", "m1")
    await second.sessions.look_elsewhere()
    message = (await asyncio.wait_for(heard, 30)).message
    assert message is not None
    assert message.text == "x"
    view = await second.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.WAITING_INPUT


async def _until_message(stream: AsyncIterator[SessionEvent]) -> SessionEvent:
    async for event in stream:
        if event.kind is EventKind.MESSAGE:
            return event
    raise AssertionError("the stream ended")


async def test_new_release_counts_on_all_nodes_with_the_answer(nodes: list[World]) -> None:
    await deploy(nodes, start='HEAR x\nTALK "old"')
    waiting, _ = await nodes[1].open()
    idle, _ = await nodes[1].open()
    assert texts(await nodes[1].say(idle, "x")) == ["old"]
    await nodes[0].deploy(start='HEAR x\nTALK "new"', config={"fallback-message": "new fallback"})
    release = nodes[0].releases.active("bot").release_id
    fresh, _ = await nodes[2].open()
    assert texts(await nodes[2].say(fresh, "x")) == ["new"]
    assert texts(await nodes[1].say(idle, "x")) == ["new fallback"]
    assert texts(await nodes[1].say(waiting, "x")) == ["old"]
    for session_id in (fresh, idle):
        assert (await nodes[1].sessions.get_session(LOCAL, session_id)).release == release


async def test_bot_of_another_node_is_served_by_all_until_it_is_retired(nodes: list[World]) -> None:
    await nodes[0].deploy("bot", start='HEAR x\nTALK "hi"')
    session_id, _ = await nodes[1].open("bot")
    await nodes[0].releases.retire("bot")
    with pytest.raises(BotNotFound):
        await nodes[1].open("bot")
    assert texts(await nodes[2].say(session_id, "x")) == ["hi"]


async def test_what_others_activated_is_found_by_looking(nodes: list[World]) -> None:
    await nodes[0].deploy("bot", start="TALK 1")
    assert nodes[1].releases.bots() == []
    await nodes[1].sessions.look_elsewhere()
    assert nodes[1].releases.bots() == ["bot"]


async def test_a_script_runs_by_the_clock_once_on_one_node(nodes: list[World]) -> None:
    count = 'SET SCHEDULE "every hour"\nn = VAL(GET BOT MEMORY "n") + 1\nSET BOT MEMORY "n", n'
    await deploy(nodes, report=count, start='TALK GET BOT MEMORY "n"')
    for hour in range(1, 6):
        nodes[0].clock.advance(3600)
        taken = await asyncio.gather(*(node.sessions.run_due() for node in nodes))
        assert sum(taken) == 1
        await asyncio.gather(*(node.quiet() for node in nodes))
        _, reply = await nodes[hour % 3].open()
        assert texts(reply) == [str(hour)]


async def test_a_run_whose_node_died_when_it_fired_is_begun_by_another(nodes: list[World]) -> None:
    first, second, _ = nodes
    await deploy(nodes, report='SET SCHEDULE "every hour"\nSET BOT MEMORY "n", 1', start='TALK GET BOT MEMORY "n"')
    first.clock.advance(3600)
    first.store.only, first.store.fail_at, first.store.fail_after_work = "fire_timetable", 1, True
    await first.sessions.run_due()
    second.clock.advance(INPUT_GRACE_S)
    await second.sessions.run_due()
    await second.quiet()
    _, reply = await second.open()
    assert texts(reply) == ["1"]


async def test_a_turn_on_one_node_cannot_bring_back_what_another_purged(nodes: list[World]) -> None:
    first, second, _ = nodes
    await deploy(nodes, start='HEAR x\nr = CALL "/test/slow", 0.5, "done"\nTALK r\nHEAR y')
    session_id, _ = await first.open()
    calling = asyncio.create_task(first.say(session_id, "go", "m1"))
    await first.called()
    purged = await second.sessions.admin.purge_sessions(
        LOCAL, PurgeFilter(bot="bot"), 100, validate_only=False, forget_users=False
    )
    assert (purged.sessions, purged.remaining) == (1, 0)
    await first.quiet()
    await first.sessions.look_elsewhere()
    with pytest.raises(SessionNotFound):
        await calling
    for node in nodes:
        assert await node.store.find_session(session_id) is None
    second.clock.advance(60)
    await second.sessions.run_due()
    await second.quiet()
    assert await second.store.next_due_at() is None
