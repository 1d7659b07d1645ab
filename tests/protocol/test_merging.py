"""Branches, merges and differences over the wire, with the real client and the real server."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import botserver_client
import pytest
from botserver_client import AreaChange, AsyncBotserverClient

from botserver.app import running
from botserver.limits import Limits
from tests.protocol.serving import settings_in

SCRIPT = """
SET "topic", "shoes"
SET "n", 1
SET CONTEXT "profile" AS "new"
USE KB "faq"
DO
    HEAR line
    name = FIRST(line)
    value = MID(line, LEN(name) + 2)
    SELECT CASE name
        CASE "context"
            SET CONTEXT "profile" AS value
        CASE "kb"
            USE KB value
        CASE "nokb"
            CLEAR KB value
        CASE "prompt"
            RUN "prompt", value
        CASE "many"
            FOR i = 1 TO VAL(value)
                SET "v" & i, i
            NEXT
        CASE ELSE
            IF value = "null" THEN value = NULL
            SET "" & name, value
    END SELECT
    TALK (GET "topic") & " " & GET "n"
LOOP
"""
PROMPT = "PARAM text\nBEGIN SYSTEM PROMPT\n${text}\nEND SYSTEM PROMPT\n"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[AsyncBotserverClient]:
    package = tmp_path / "bots/merge.gbai"
    (package / "merge.gbdialog").mkdir(parents=True)
    (package / "merge.gbdialog/start.bas").write_text(SCRIPT, encoding="utf-8")
    (package / "merge.gbdialog/prompt.bas").write_text(PROMPT, encoding="utf-8")
    for name in ("faq", "prices"):
        (package / "merge.gbkb" / name).mkdir(parents=True)
    settings = settings_in(tmp_path)
    async with running(settings, asyncio.Event()) as (address, *_), AsyncBotserverClient(address) as client:
        yield client


async def parted(client: AsyncBotserverClient, mine: list[str], theirs: list[str]) -> tuple[str, str]:
    """A session and its branch, which changed so much since they parted."""
    session, _ = await client.create_session("merge")
    branch = await client.branch_session(session.session_id)
    for session_id, lines in ((session.session_id, mine), (branch.session_id, theirs)):
        for line in lines:
            await client.send_message(session_id, line)
    return session.session_id, branch.session_id


async def test_what_only_the_branch_changed_is_taken_over(client):
    session_id, branch_id = await parted(
        client,
        ["mine 1"],
        ["topic hats", "n null", "context old", "kb prices", "nokb faq", "prompt Be brief.", "new 2"],
    )
    before = await client.get_session(session_id, full=True)
    merge = await client.merge_session(session_id, branch_id, expected_revision=before.revision)
    assert merge.conflicts == ()
    assert merge.session.revision == before.revision + 1
    after = await client.get_session(session_id, full=True)
    assert after.variables == {"mine": "1", "topic": "hats", "new": "2"}
    assert (after.contexts, after.system_prompt, after.kbs) == ({"profile": "old"}, "Be brief.", ("prices",))
    assert (after.waiting_for, after.activity) == (before.waiting_for, before.activity)
    marker = (await client.list_messages(session_id, newest_first=True, page_size=1)).items[0]
    assert (marker.role, marker.text) == (botserver_client.Role.SYSTEM, f"merged from {branch_id}, revision 8")
    assert (await client.send_message(session_id, "x 1")).text == "hats "
    source = await client.get_session(branch_id, full=True)
    assert source.revision == 8
    assert "mine" not in source.variables


CONFLICTS = (
    AreaChange("variables", "topic", "caps", "hats", "shoes"),
    AreaChange("contexts", "profile", "gold", "silver", "new"),
)


async def test_validating_lists_the_conflicts_and_changes_nothing(client):
    session_id, branch_id = await parted(
        client, ["topic caps", "context gold", "n 2"], ["topic hats", "context silver", "n 2", "extra 1"]
    )
    before = await client.get_session(session_id, full=True)
    for policy in ("fail", "source", "target"):
        merge = await client.merge_session(session_id, branch_id, policy=policy, validate_only=True)
        assert merge.conflicts == CONFLICTS
        assert merge.session.revision == before.revision
    assert replace(await client.get_session(session_id, full=True), metrics=before.metrics) == before


@pytest.mark.parametrize(("policy", "topic", "context"), [("source", "hats", "silver"), ("target", "caps", "gold")])
async def test_a_policy_says_who_wins_and_the_conflicts_are_told(client, policy, topic, context):
    session_id, branch_id = await parted(
        client, ["topic caps", "context gold"], ["topic hats", "context silver", "extra 1"]
    )
    with pytest.raises(botserver_client.WrongState) as caught:
        await client.merge_session(session_id, branch_id)
    assert caught.value.reason == "MERGE_CONFLICT"
    request_id = str(uuid.uuid4())
    merge = await client.merge_session(session_id, branch_id, policy=policy, request_id=request_id)
    assert merge.conflicts == CONFLICTS
    assert await client.merge_session(session_id, branch_id, policy=policy, request_id=request_id) == merge
    after = await client.get_session(session_id, full=True)
    assert after.revision == merge.session.revision
    assert (after.variables["topic"], after.contexts["profile"], after.variables["extra"]) == (topic, context, "1")
    with pytest.raises(botserver_client.InvalidRequest) as reused:
        await client.merge_session(session_id, branch_id, policy="fail", request_id=request_id)
    assert reused.value.reason == "REQUEST_ID_REUSED"


async def test_a_merge_at_another_revision_or_of_strangers_is_refused(client):
    session_id, branch_id = await parted(client, [], ["topic hats"])
    with pytest.raises(botserver_client.Conflict) as moved:
        await client.merge_session(session_id, branch_id, expected_revision=7)
    assert moved.value.reason == "REVISION_MISMATCH"
    stranger, _ = await client.create_session("merge")
    with pytest.raises(botserver_client.InvalidRequest) as strange:
        await client.merge_session(session_id, stranger.session_id)
    assert "source_session_id" in strange.value.fields
    with pytest.raises(botserver_client.NotFound):
        await client.merge_session(session_id, str(uuid.uuid4()))
    await client.end_session(session_id)
    with pytest.raises(botserver_client.WrongState) as ended:
        await client.merge_session(session_id, branch_id)
    assert ended.value.reason == "SESSION_ENDED"


async def test_a_merge_beyond_a_limit_changes_nothing(client):
    session_id, branch_id = await parted(client, ["many 90"], [])
    for n in range(20):
        await client.send_message(branch_id, f"w{n} 1")
    before = await client.get_session(session_id, full=True)
    for validate_only in (True, False):
        with pytest.raises(botserver_client.LimitReached) as caught:
            await client.merge_session(session_id, branch_id, validate_only=validate_only)
        assert caught.value.reason == "VARIABLE_LIMIT"
    assert replace(await client.get_session(session_id, full=True), metrics=before.metrics) == before
    assert len(before.variables) + 20 > Limits().variables


async def test_the_branch_may_take_over_what_its_origin_changed(client):
    session_id, branch_id = await parted(client, ["topic caps"], ["n 5"])
    await client.merge_session(branch_id, session_id)
    assert (await client.get_session(branch_id, full=True)).variables == {"topic": "caps", "n": "5"}
    assert (await client.send_message(branch_id, "x 1")).text == "caps 5"


async def test_differences_are_told_by_area(client):
    session_id, branch_id = await parted(client, ["topic caps", "kb prices"], ["n null", "context old", "prompt Hi"])
    assert await client.diff_sessions(session_id, branch_id) == (
        AreaChange("variables", "topic", "caps", "shoes"),
        AreaChange("variables", "n", 1, None),
        AreaChange("contexts", "profile", "new", "old"),
        AreaChange("prompt", "", None, "Hi"),
        AreaChange("kbs", "prices", True, None),
    )
    assert await client.diff_sessions(session_id, session_id) == ()


async def test_messages_and_merges_at_once_lose_nothing(client):
    session_id, branch_id = await parted(client, [], ["topic hats"])
    replies = await asyncio.gather(
        *(client.send_message(session_id, f"a{n} {n}") for n in range(5)),
        client.merge_session(session_id, branch_id),
        *(client.send_message(session_id, f"b{n} {n}") for n in range(5)),
    )
    assert len(replies) == 11
    after = await client.get_session(session_id, full=True)
    wanted = {f"{letter}{n}": str(n) for letter in "ab" for n in range(5)}
    assert after.variables == {"topic": "hats", "n": 1, **wanted}
