"""Merging a session with its branch: three-way, in one commit, and the same again for a repeat."""

from __future__ import annotations

from typing import Any

import pytest

from botserver.errors import (
    BadField,
    LimitReached,
    MergeConflict,
    RequestIdReused,
    RevisionMismatch,
    SessionEnded,
    SessionNotFound,
)
from botserver.ids import RequestId, SessionId
from botserver.model import LOCAL, Activity, Change, MergePolicy, Principal, SessionView
from tests.unit.session.world import World, texts

# Each message is what to do: `set NAME VALUE`, `drop NAME`, `context NAME TEXT`, `kb NAME`, `get NAME` …
OBEDIENT = """
SET "x", 1
SET "list", [1, {a: 2.5}]
SET CONTEXT "c" AS "one"
USE KB "faq"
WHILE TRUE
    HEAR line
    word = SPLIT(line, " ")
    SELECT CASE word[0]
        CASE "set"
            SET word[1], word[2]
        CASE "drop"
            SET word[1], NULL
        CASE "context"
            SET CONTEXT word[1] AS word[2]
        CASE "kb"
            USE KB word[1]
        CASE "clear"
            CLEAR KB word[1]
        CASE "tool"
            USE TOOL word[1]
        CASE "big"
            SET word[1], REPEAT(word[2], 6000)
        CASE "get"
            name = word[1]
            TALK GET name
    END SELECT
WEND
"""
FILES = {f"bot.gbkb/{name}/a.txt": "" for name in ("faq", "prices", "staff")}


async def opened(world: World, **config: str) -> tuple[SessionId, SessionId]:
    """A session and its branch, both waiting."""
    await world.deploy(files=FILES, config=config, start=OBEDIENT, tool="PARAM x AS STRING")
    session_id, _ = await world.open()
    return session_id, (await world.sessions.branch_session(LOCAL, session_id)).session_id


async def full(world: World, session_id: SessionId) -> SessionView:
    return await world.sessions.get_session(LOCAL, session_id, full=True)


async def do(world: World, session_id: SessionId, *lines: str) -> None:
    for line in lines:
        await world.say(session_id, line)


async def test_what_one_side_changed_is_taken_over(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "set x 2", "drop list", "set new n", "context c two", "kb prices", "clear faq", "tool tool")
    await do(world, session_id, "set mine m", "context d three")
    merge = await world.sessions.merge_session(LOCAL, session_id, branch)
    assert merge.conflicts == ()
    view = await full(world, session_id)
    assert view.variables == {"x": "2", "mine": "m", "new": "n"}
    assert view.contexts == {"c": "two", "d": "three"}
    assert (view.kbs, view.tools) == (("prices",), ("tool",))
    assert merge.session.revision == view.revision
    assert (await world.transcript(session_id))[-1].startswith(f"system: merged from {branch}")
    assert texts(await world.say(session_id, "get x")) == ["2"]
    source = await full(world, branch)
    assert (source.variables or {}).keys() == {"x", "new"}


async def test_a_branch_takes_over_what_its_session_changed(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, session_id, "set x 2")
    await do(world, branch, "set y 3")
    await world.sessions.merge_session(LOCAL, branch, session_id)
    view = await full(world, branch)
    assert view.variables == {"x": "2", "list": [1, {"a": 2.5}], "y": "3"}


@pytest.mark.parametrize(("policy", "x"), [(MergePolicy.SOURCE, "theirs"), (MergePolicy.TARGET, "mine")])
async def test_the_policy_says_who_wins_where_both_changed(world: World, policy: MergePolicy, x: str) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "set x theirs", "set same s", "drop list")
    await do(world, session_id, "set x mine", "set same s", "set list gone")
    merge = await world.sessions.merge_session(LOCAL, session_id, branch, policy)
    assert merge.conflicts == (
        Change("variables", "x", "mine", "theirs", 1),
        Change("variables", "list", "gone", None, [1, {"a": 2.5}]),
    )
    variables = (await full(world, session_id)).variables or {}
    assert (variables["x"], variables["same"]) == (x, "s")
    assert ("list" in variables) == (policy is MergePolicy.TARGET)


async def test_a_conflict_changes_nothing_and_can_be_looked_at(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "set x theirs", "set new 1")
    await do(world, session_id, "set x mine")
    before = await full(world, session_id)
    with pytest.raises(MergeConflict) as caught:
        await world.sessions.merge_session(LOCAL, session_id, branch)
    assert (caught.value.data["conflicts"], caught.value.data["first"]) == (1, "variables x")
    looked = await world.sessions.merge_session(LOCAL, session_id, branch, validate_only=True)
    assert looked.conflicts == (Change("variables", "x", "mine", "theirs", 1),)
    assert await full(world, session_id) == before


async def test_the_base_is_known_after_many_turns_and_restarts(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, *(f"set n {n}" for n in range(25)))
    await world.restart()
    assert (await world.sessions.merge_session(LOCAL, session_id, branch)).conflicts == ()
    assert ((await full(world, session_id)).variables or {})["n"] == "24"
    listed = await world.sessions.list_checkpoints(LOCAL, branch, 100, "")
    assert all(each.checkpoint_id.startswith("t-") for each in listed.items)


async def test_large_values_are_merged_and_stored(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "big blob z")
    await world.sessions.merge_session(LOCAL, session_id, branch)
    await world.restart()
    assert texts(await world.say(session_id, "get blob")) == ["z" * 6000]


async def test_a_repeat_gets_the_first_answer(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "set x 2")
    await do(world, session_id, "set x 3")
    request_id = RequestId("7a8f8e9c-56b2-4d0e-9f3a-0d9d3a6f1c11")
    ask: dict[str, Any] = {"policy": MergePolicy.SOURCE, "request_id": request_id}
    first = await world.sessions.merge_session(LOCAL, session_id, branch, **ask)
    await do(world, session_id, "set x 4")
    assert await world.sessions.merge_session(LOCAL, session_id, branch, **ask) == first
    assert first.conflicts == (Change("variables", "x", "3", "2", 1),)
    assert ((await full(world, session_id)).variables or {})["x"] == "4"
    with pytest.raises(RequestIdReused):
        await world.sessions.merge_session(LOCAL, branch, session_id, **ask)


@pytest.mark.parametrize("after_work", [False, True])
async def test_a_merge_whose_commit_fails_is_all_or_nothing(world: World, after_work: bool) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "set x 2")
    world.store.only, world.store.calls, world.store.fail_at = "commit_turns", 0, 1
    world.store.fail_after_work = after_work
    request_id = RequestId("7a8f8e9c-56b2-4d0e-9f3a-0d9d3a6f1c11")
    merge = await world.sessions.merge_session(LOCAL, session_id, branch, request_id=request_id)
    assert ((await full(world, session_id)).variables or {})["x"] == "2"
    transcript = await world.transcript(session_id)
    assert len([line for line in transcript if "merged from" in line]) == 1
    assert merge.session.revision == (await full(world, session_id)).revision


async def test_sessions_that_are_not_related_are_refused(world: World) -> None:
    session_id, branch = await opened(world)
    stranger, _ = await world.open()
    sibling = (await world.sessions.branch_session(LOCAL, session_id)).session_id
    for target, source in ((session_id, stranger), (session_id, session_id), (branch, sibling)):
        with pytest.raises(BadField):
            await world.sessions.merge_session(LOCAL, target, source)


async def test_a_branch_of_a_branch_merges_with_that_alone(world: World) -> None:
    session_id, branch = await opened(world)
    twig = (await world.sessions.branch_session(LOCAL, branch)).session_id
    await do(world, twig, "set x 2")
    with pytest.raises(BadField):
        await world.sessions.merge_session(LOCAL, session_id, twig)
    await world.sessions.merge_session(LOCAL, branch, twig)
    await world.sessions.merge_session(LOCAL, session_id, branch)
    assert ((await full(world, session_id)).variables or {})["x"] == "2"


async def test_strangers_see_neither_side(world: World) -> None:
    session_id, branch = await opened(world)
    with pytest.raises(SessionNotFound):
        await world.sessions.merge_session(Principal("stranger"), session_id, branch)
    with pytest.raises(SessionNotFound):
        await world.sessions.diff_sessions(Principal("stranger"), session_id, branch)


async def test_an_ended_session_is_not_merged_into_but_may_be_the_source(world: World) -> None:
    session_id, branch = await opened(world)
    await do(world, branch, "set x 2")
    await world.sessions.end_session(LOCAL, branch)
    await world.sessions.merge_session(LOCAL, session_id, branch)
    assert ((await full(world, session_id)).variables or {})["x"] == "2"
    with pytest.raises(SessionEnded):
        await world.sessions.merge_session(LOCAL, branch, session_id)


async def test_an_unexpected_revision_is_refused(world: World) -> None:
    session_id, branch = await opened(world)
    with pytest.raises(RevisionMismatch):
        await world.sessions.merge_session(LOCAL, session_id, branch, expected_revision=99)


@pytest.mark.parametrize(
    ("config", "mine", "theirs", "reason"),
    [
        ({"max-variables": "4"}, ["set c 1"], ["set a 1", "set b 1"], "VARIABLE_LIMIT"),
        ({"max-active-kbs": "2"}, ["kb staff"], ["kb prices"], "KB_LIMIT"),
        ({"session-memory-limit": "23000"}, ["big a x", "big b x"], ["big c x", "big d x"], "SESSION_MEMORY_LIMIT"),
    ],
)
async def test_a_merge_past_a_limit_changes_nothing(
    world: World, config: dict[str, str], mine: list[str], theirs: list[str], reason: str
) -> None:
    session_id, branch = await opened(world, **config)
    await do(world, branch, *theirs)
    await do(world, session_id, *mine)
    before = await full(world, session_id)
    with pytest.raises(LimitReached) as caught:
        await world.sessions.merge_session(LOCAL, session_id, branch)
    assert caught.value.reason == reason
    assert await full(world, session_id) == before
    assert texts(await world.say(session_id, "get x")) == ["1"]


async def test_a_merge_leaves_timers_and_sub_sessions_alone(world: World) -> None:
    await world.deploy(
        start='SET "x", 1\nchild = CREATE SUB SESSION\nRUN IN SESSION child, "task"\nTALK GET "x"',
        task='SET "x", 5\nWAIT 200\nTALK GET "x"',
    )
    session_id, _ = await world.open()
    branch = (await world.sessions.branch_session(LOCAL, session_id)).session_id
    await world.pass_time(201)
    await world.deploy(start='SET "x", 7')  # the branch's script went on; a new one gives it something to bring
    view = await full(world, branch)
    assert view.activity is Activity.IDLE
    second = (await world.sessions.branch_session(LOCAL, session_id, turn=1)).session_id
    waiting = await full(world, second)
    assert waiting.activity is Activity.WAITING_TIMER
    merge = await world.sessions.merge_session(LOCAL, second, session_id)
    assert merge.session.waiting_for == waiting.waiting_for
    assert [child.is_active for child in (await full(world, second)).sub_sessions or ()] == [True]
    await world.pass_time(201)
    assert (await world.transcript(second))[-2:] == ["bot: 5", "bot: 1"]


async def test_differences_are_told_by_area(world: World) -> None:
    session_id, branch = await opened(world)
    assert await world.sessions.diff_sessions(LOCAL, session_id, branch) == ()
    await do(world, branch, "set x 2", "context c two", "kb prices")
    await do(world, session_id, "set y 3")
    assert await world.sessions.diff_sessions(LOCAL, session_id, branch) == (
        Change("variables", "x", 1, "2"),
        Change("variables", "y", "3", None),
        Change("contexts", "c", "one", "two"),
        Change("kbs", "prices", None, True),
    )
