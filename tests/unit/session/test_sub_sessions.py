"""Sub-sessions through the engine: who talks with the user, what a script sees of itself, and what is kept."""

from __future__ import annotations

import pytest

from botserver.errors import SessionNotFound
from botserver.ids import SessionId
from botserver.model import LOCAL, Activity, EndReason, SessionView
from tests.unit.session.world import World, texts

HISTORY = """
h = GET SESSION "message_history"
said = ""
FOR EACH m IN h
    said = said & m.text & ","
NEXT
TALK "history " & said
"""


async def full(world: World, session_id: SessionId) -> SessionView:
    return await world.sessions.get_session(LOCAL, session_id, full=True)


async def test_a_sub_session_has_the_users_attention_until_its_script_ends(world: World) -> None:
    await world.deploy(
        start='TALK "one"\nchild = CREATE SUB SESSION\nx = RUN IN SESSION child, "ask"\nHEAR y\nTALK x & y',
        ask='TALK "who?"\nHEAR name AS NAME\nRETURN name',
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["one", "who?"]
    assert reply.waiting_for is not None
    assert (reply.waiting_for.variable, reply.waiting_for.type) == ("name", "NAME")
    (child,) = (await full(world, session_id)).sub_sessions or ()
    assert (child.parent_id, child.is_active) == (session_id, True)
    assert [message.address for message in reply.messages] == ["", child.sub_session_id]
    await world.restart()
    assert texts(await world.say(session_id, "ann")) == []
    (child,) = (await full(world, session_id)).sub_sessions or ()
    assert not child.is_active
    assert texts(await world.say(session_id, "!")) == ["Ann!"]


async def test_the_full_view_is_of_the_session_itself(world: World) -> None:
    await world.deploy(
        start='SET "x", 1\nchild = CREATE SUB SESSION\nRUN IN SESSION child, "task"\nMERGE SESSION child\nHEAR x',
        task='SET "x", 2\nSET CONTEXT "c" AS "text"\nHEAR x',
    )
    session_id, _ = await world.open()
    view = await full(world, session_id)
    assert (view.variables, view.contexts) == ({"x": 1}, {})
    await world.say(session_id, "go")
    view = await full(world, session_id)
    assert (view.variables, view.contexts, view.sub_sessions) == ({"x": 2}, {"c": "text"}, ())
    assert (await world.sessions.get_session(LOCAL, session_id)).sub_sessions is None


async def test_fields_in_a_sub_session_are_its_own(world: World) -> None:
    await world.deploy(
        start="""
child = CREATE SUB SESSION
RUN IN SESSION child, "outer", child, SESSION_ID
TALK SESSION_ID = GET SESSION "id"
TALK GET SESSION "parent_id"
""",
        outer="""
PARAM me AS STRING
PARAM parent AS STRING
s = GET SESSION "session_id"
p = GET SESSION "parent_id"
TALK s = me AND p = parent AND SESSION_ID = me AND session.id = me
child = CREATE SUB SESSION
RUN IN SESSION child, "inner", child, me
SET "colour", "red"
TALK GET SESSION "colour"
""",
        inner="""
PARAM me AS STRING
PARAM parent AS STRING
TALK SESSION_ID = me AND session.parent_id = parent
""",
    )
    _, reply = await world.open()
    assert texts(reply) == ["true", "true", "red", "true", ""]


async def test_a_history_is_empty_at_first_and_the_parents_after_a_merge(world: World) -> None:
    await world.deploy(
        start="""
TALK "a"
child = CREATE SUB SESSION
other = CREATE SUB SESSION
RUN IN SESSION child, "task"
RUN IN SESSION other, "chat"
RUN "show"
MERGE SESSION child
RUN "show"
HEAR x
RUN "show"
""",
        task='RUN "show"\nTALK GET SESSION "message_count"\nHEAR x\nRUN "show"\nTALK GET SESSION "message_count"',
        chat='TALK "in other"',
        show=HISTORY,
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["a", "history ", "1"]
    reply = await world.say(session_id, "b")
    inside = "history history ,1,b,"
    merged = f"history a,history ,1,b,{inside},4,history a,,"
    assert texts(reply) == [inside, "4", "in other", "history a,", merged]
    await world.restart()
    (last,) = texts(await world.say(session_id, "c"))
    assert last == f"{merged}{merged},c,"
    assert "bot: in other" in await world.transcript(session_id)


async def test_messages_of_sub_sessions_count_for_the_session(world: World) -> None:
    await world.deploy(
        start='child = CREATE SUB SESSION\nRUN IN SESSION child, "task"\nTALK GET SESSION "message_count"',
        task='TALK "a"\nTALK "b"',
    )
    session_id, reply = await world.open()
    assert texts(reply) == ["a", "b", "2"]
    assert (await world.sessions.get_session(LOCAL, session_id)).message_count == 3


async def test_usage_counts_sub_sessions_with_their_session(world: World) -> None:
    await world.deploy(start='SET "x", "y"\nchild = CREATE SUB SESSION\nHEAR x')
    session_id, _ = await world.open()
    usage = await world.sessions.get_usage(LOCAL, session_id)
    assert usage.by_area["sub_sessions"] > 256
    assert sum(usage.by_area.values()) == usage.memory_used


async def test_a_fault_in_a_sub_session_ends_the_run_and_leaves_it_alive(world: World) -> None:
    await world.deploy(
        start='child = CREATE SUB SESSION\nSET "child", child\nRUN IN SESSION child, "task"', task="HEAR x\nTALK 1 / 0"
    )
    session_id, _ = await world.open()
    reply = await world.say(session_id, "go")
    assert reply.fault is not None
    assert [(entry.script, entry.line) for entry in reply.fault.stack] == [("task.bas", 2), ("start.bas", 3)]
    assert reply.activity is Activity.IDLE
    assert reply.messages[-1].address == ""
    view = await full(world, session_id)
    assert [(child.sub_session_id, child.is_active) for child in view.sub_sessions or ()] == [
        ((view.variables or {})["child"], False)
    ]


async def test_a_hear_in_a_sub_session_times_out_there(world: World) -> None:
    await world.deploy(
        config={"hear-timeout-secs": "10"},
        start='child = CREATE SUB SESSION\nRUN IN SESSION child, "task"',
        task="HEAR x",
    )
    session_id, _ = await world.open()
    await world.pass_time(11)
    view = await full(world, session_id)
    assert (view.activity, len(view.sub_sessions or ())) == (Activity.IDLE, 1)


@pytest.mark.parametrize("way", ["script", "request"])
async def test_what_was_not_merged_goes_with_the_session(world: World, way: str) -> None:
    end = "END SESSION" if way == "script" else "HEAR x"
    await world.deploy(start='child = CREATE SUB SESSION\nRUN IN SESSION child, "task"', task=f'SET "x", 1\n{end}')
    session_id, _ = await world.open()
    if way == "request":
        await world.sessions.end_session(LOCAL, session_id, EndReason.USER)
    view = await full(world, session_id)
    assert (view.activity, view.sub_sessions, view.variables) == (Activity.ENDED, (), {})


async def test_checkpoints_and_branches_carry_sub_sessions(world: World) -> None:
    await world.deploy(
        start='SET "x", 1\nchild = CREATE SUB SESSION\nRUN IN SESSION child, "task"\nMERGE SESSION child\n'
        'TALK GET "x"\nHEAR again',
        task='SET "x", 2\nHEAR x',
    )
    session_id, _ = await world.open()
    checkpoint = await world.sessions.save_session(LOCAL, session_id, "inside")
    assert texts(await world.say(session_id, "go")) == ["2"]
    branch = await world.sessions.branch_session(LOCAL, session_id, checkpoint.checkpoint_id)
    (child,) = (await full(world, branch.session_id)).sub_sessions or ()
    assert (child.parent_id, child.is_active) == (branch.session_id, True)
    assert texts(await world.say(branch.session_id, "go")) == ["2"]
    await world.sessions.restore_session(LOCAL, session_id, checkpoint.checkpoint_id)
    assert [child.is_active for child in (await full(world, session_id)).sub_sessions or ()] == [True]
    assert texts(await world.say(session_id, "go")) == ["2"]


async def test_a_sub_session_is_no_session(world: World) -> None:
    await world.deploy(start="child = CREATE SUB SESSION\nHEAR x")
    session_id, _ = await world.open()
    (child,) = (await full(world, session_id)).sub_sessions or ()
    with pytest.raises(SessionNotFound):
        await world.say(SessionId(child.sub_session_id), "hello")
