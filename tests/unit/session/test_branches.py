"""Branches whose effects are stubbed, and branches that are sub-sessions of their origin."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import LimitReached, SessionEnded
from botserver.ids import CheckpointId, MessageId, RequestId, SessionId, new_session_id
from botserver.limits import SUB_SESSION_DEPTH, SUB_SESSIONS
from botserver.model import LOCAL, Activity, EndReason, Owner, SessionState, SessionView

from .people import online
from .world import World, texts

EFFECTS = """
HEAR other
SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1
SAVE "orders", {id: "o1", what: other}
REMEMBER "fact", other
TALK (GET BOT MEMORY "n") & " " & COUNT("orders") & " " & (RECALL "fact")
SEND TO SESSION other, "from the branch"
LOG SESSION "milestone", "done"
TRY
    x = CALL "/test/slow", 0, "called"
    TALK x
CATCH e
    TALK e.code
END TRY
r = TRANSFER SESSION ""
TALK r.outcome
HEAR x
"""
SHOWS = 'TALK (GET BOT MEMORY "n") & "/" & COUNT("orders") & "/" & (RECALL "fact")\nHEAR x'


async def branch(
    world: World, session_id: SessionId, as_sub_session: bool = False, stubbed: bool = False
) -> SessionView:
    return await world.sessions.branch_session(LOCAL, session_id, as_sub_session=as_sub_session, stubbed=stubbed)


async def effects(world: World) -> tuple[SessionId, SessionId]:
    """One that is about to do all it can, and one it sends to."""
    await world.deploy(start=EFFECTS, shows=SHOWS)
    await online(world)
    other, _ = await world.open(script="shows")
    session_id, _ = await world.open()
    return session_id, other


async def test_nothing_leaves_a_stubbed_branch(world: World) -> None:
    session_id, other = await effects(world)
    stubbed = await branch(world, session_id, stubbed=True)
    assert stubbed.is_stubbed
    reply = await world.say(stubbed.session_id, other)
    assert (texts(reply), reply.activity) == (["1 1 " + other, "9012", "no_agent"], Activity.WAITING_INPUT)
    await world.quiet()
    assert not world.call_log.exists()
    assert await world.transcript(other) == ["bot: /0/"]
    _, shown = await world.open(script="shows")
    assert texts(shown) == ["/0/"]
    view = await world.sessions.get_session(LOCAL, stubbed.session_id, full=True)
    assert view.owner is Owner.BOT
    assert view.metrics is not None
    assert view.metrics.milestones == 0


async def test_a_plain_branch_and_the_session_itself_do_what_they_do(world: World) -> None:
    session_id, other = await effects(world)
    plain = await branch(world, session_id)
    assert not plain.is_stubbed
    for n, each in enumerate((plain.session_id, session_id), 1):
        said = texts(await world.say(each, other))
        assert said[:2] == [f"{n} 1 {other}", "called"]
    await world.quiet()
    assert (await world.transcript(other))[1:] == ["bot: from the branch"] * 2


async def test_a_stubbed_branch_stays_so_and_its_branches_are(world: World) -> None:
    session_id, other = await effects(world)
    stubbed = await branch(world, session_id, stubbed=True)
    await world.sessions.restore_session(LOCAL, stubbed.session_id, CheckpointId("t-1"))
    await world.restart()
    twig = await branch(world, stubbed.session_id)
    assert twig.is_stubbed
    for each in (stubbed.session_id, twig.session_id):
        assert texts(await world.say(each, other))[1:] == ["9012", "no_agent"]
    await world.quiet()
    assert await world.transcript(other) == ["bot: /0/"]


async def test_a_stubbed_statement_finds_nobody_at_the_desk(world: World) -> None:
    await world.deploy(
        start='ON EVENT "handoff_returned"\nTALK event.data.outcome\nEND ON\nHEAR x\nTRANSFER SESSION ""\nHEAR y\n'
        'TALK y\nr = TRANSFER TO HUMAN "sales", "high", "why"\nTALK r.success & r.status\nHEAR z'
    )
    await online(world, queues=frozenset(("sales",)))
    session_id, _ = await world.open()
    stubbed = (await branch(world, session_id, stubbed=True)).session_id
    reply = await world.say(stubbed, "go")
    assert (texts(reply)[-1], reply.activity) == ("no_agent", Activity.WAITING_INPUT)
    assert texts(await world.say(stubbed, "on")) == ["on", "falseno_agent"]


async def test_timers_and_variables_of_a_stubbed_branch_are_its_own(world: World) -> None:
    await world.deploy(start='HEAR x\nSET "x", x\nWAIT 100\nTALK GET "x"\nHEAR y')
    session_id, _ = await world.open()
    stubbed = (await branch(world, session_id, stubbed=True)).session_id
    await world.say(stubbed, "mine")
    await world.pass_time(101)
    assert (await world.transcript(stubbed))[-1] == "bot: mine"


async def test_a_sub_session_ends_with_its_parent_and_for_its_reason(world: World) -> None:
    await world.deploy(start='ON SESSION END\nSET BOT MEMORY end_reason, 1\nEND ON\nTALK "a"\nHEAR x\nEND SESSION')
    session_id, _ = await world.open()
    child = await branch(world, session_id, as_sub_session=True)
    assert child.parent_id == session_id
    inner = await branch(world, child.session_id, as_sub_session=True)
    free = await branch(world, session_id)
    await world.say(session_id, "end")
    await world.pass_time(0)
    await world.pass_time(0)
    for each, state in ((child, SessionState.ENDED), (inner, SessionState.ENDED), (free, SessionState.OPEN)):
        view = await world.sessions.get_session(LOCAL, each.session_id)
        assert (view.state, view.end_reason) == (state, EndReason.SCRIPT if state is SessionState.ENDED else None)


async def test_a_sub_session_of_a_deleted_session_ends(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    child = await branch(world, session_id, as_sub_session=True)
    await world.sessions.delete_session(LOCAL, session_id)
    await world.restart()
    await world.pass_time(1)
    assert (await world.sessions.get_session(LOCAL, child.session_id)).end_reason is EndReason.USER


async def test_a_script_knows_its_parent_and_a_sub_session_merges_into_it(world: World) -> None:
    await world.deploy(start='HEAR x\nSET "x", x\nTALK GET SESSION "parent_id"\nHEAR y')
    session_id, _ = await world.open()
    child = await branch(world, session_id, as_sub_session=True)
    assert texts(await world.say(child.session_id, "mine")) == [session_id]
    merged = await world.sessions.merge_session(LOCAL, session_id, child.session_id)
    assert merged.conflicts == ()
    assert (await world.sessions.get_session(LOCAL, session_id, full=True)).variables == {"x": "mine"}


async def test_a_session_has_a_bounded_number_of_sub_sessions(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    children = [await branch(world, session_id, as_sub_session=True) for _ in range(SUB_SESSIONS)]
    with pytest.raises(LimitReached):
        await branch(world, session_id, as_sub_session=True)
    await branch(world, session_id)
    await world.sessions.end_session(LOCAL, children[0].session_id)
    inner = await branch(world, session_id, as_sub_session=True)
    for _ in range(SUB_SESSION_DEPTH - 1):
        inner = await branch(world, inner.session_id, as_sub_session=True)
    with pytest.raises(LimitReached):
        await branch(world, inner.session_id, as_sub_session=True)


async def test_an_ended_session_has_no_sub_sessions_but_may_be_branched(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    await world.say(session_id, "x")
    await world.sessions.end_session(LOCAL, session_id)
    with pytest.raises(SessionEnded):
        await world.sessions.branch_session(LOCAL, session_id, turn=1, as_sub_session=True)
    assert (await world.sessions.branch_session(LOCAL, session_id, turn=1)).state is SessionState.OPEN


async def test_a_repeated_request_makes_one_sub_session(world: World) -> None:
    await world.deploy(start="HEAR x")
    session_id, _ = await world.open()
    request_id = RequestId(new_session_id())
    first, again = await asyncio.gather(
        *(
            world.sessions.branch_session(LOCAL, session_id, request_id=request_id, as_sub_session=True)
            for _ in range(2)
        )
    )
    assert first.session_id == again.session_id


@pytest.mark.parametrize("meanwhile", ["sent", "event", "schedule"])
async def test_a_branch_that_waits_for_nobody_goes_on_whatever_comes_first(world: World, meanwhile: str) -> None:
    later = "SCHEDULE IN 1 SECONDS DO\nTALK 1\nEND SCHEDULE\n" if meanwhile == "schedule" else ""
    await world.deploy(start=f'{later}HEAR x\nr = TRANSFER SESSION ""\nTALK r.outcome\nHEAR y\nTALK y')
    await online(world)
    session_id, _ = await world.open()
    await world.say(session_id, "help")
    other = (await branch(world, session_id)).session_id
    if meanwhile == "sent":
        await world.sessions.send_to_session(LOCAL, other, "a word", MessageId("m1"))
    elif meanwhile == "event":
        await world.happen(other, "e")
    await world.pass_time(1.0)
    await world.pass_time(1.0)
    assert (await world.transcript(other)).count("bot: returned") == 1
    assert texts(await world.say(other, "on")) == ["on"]
