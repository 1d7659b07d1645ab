"""ApplyTemplate: a session template from outside a script, in one commit, once a request."""

from __future__ import annotations

import pytest

from botserver.errors import (
    BadField,
    LimitReached,
    RequestIdReused,
    RevisionMismatch,
    SessionEnded,
    SessionNotFound,
)
from botserver.ids import RequestId, new_session_id
from botserver.model import LOCAL, Principal
from tests.unit.session.world import World, texts

FILES = {
    "bot.gbkb/faq/a.txt": "",
    "bot.gbkb/manuals/a.txt": "",
    "bot.gbot/templates/support.csv": (
        "kind,name,value\nkb,faq,\nkb,none,\ntool,order,\ncontext,tone,kind\nvariable,level,3\n"
        "variable,Name,Bea\nsuggestion,1,One\nprompt,,Be kind\n"
    ),
    "bot.gbot/templates/large.csv": "kind,name,value\n" + f"variable,x,{'x' * 4_000}\n",
}
START = 'SET "name", "Ann"\nUSE KB "manuals"\nHEAR x\nTALK (GET "level") + 1\nHEAR y'
REQUEST = RequestId("7a8f8e9c-56b2-4d0e-9f3a-0d9d3a6f1c11")


async def deploy(world: World, **config: str) -> None:
    await world.deploy(files=FILES, config=config, order="PARAM id AS STRING", start=START)


async def test_template_is_added_while_the_script_waits(world: World) -> None:
    await deploy(world)
    session_id, _ = await world.open()
    before = await world.sessions.get_session(LOCAL, session_id)
    applied = await world.sessions.apply_template(LOCAL, session_id, "Support.csv")
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (applied.revision, applied.waiting_for) == (before.revision + 1, before.waiting_for)
    assert view.variables == {"name": "Bea", "level": 3}
    assert (view.contexts, view.system_prompt) == ({"tone": "kind"}, "Be kind")
    assert (view.kbs, view.tools) == (("manuals", "faq"), ("order",))
    assert [(each.key, each.label) for each in view.suggestions or ()] == [("1", "One")]
    assert await world.transcript(session_id) == ["system: session template Support.csv applied, without kb none"]
    assert texts(await world.say(session_id, "go")) == ["4"]
    await world.restart()
    assert (await world.sessions.get_session(LOCAL, session_id, full=True)).variables == view.variables


@pytest.mark.parametrize("after_work", [False, True])
async def test_repeat_changes_nothing(world: World, after_work: bool) -> None:
    await deploy(world)
    session_id, _ = await world.open()
    world.store.only, world.store.calls, world.store.fail_at = "commit_turns", 0, 1
    world.store.fail_after_work = after_work
    first = await world.sessions.apply_template(LOCAL, session_id, "support", REQUEST)
    assert await world.sessions.apply_template(LOCAL, session_id, "support", REQUEST) == first
    assert len(await world.transcript(session_id)) == 1
    with pytest.raises(RequestIdReused):
        await world.sessions.apply_template(LOCAL, session_id, "large", REQUEST)


@pytest.mark.parametrize(
    ("config", "name", "reason"),
    [
        ({"max-active-kbs": "1"}, "support", "KB_LIMIT"),
        ({"max-variables": "1"}, "support", "VARIABLE_LIMIT"),
        ({"context-size": "1"}, "support", "CONTEXT_TOKEN_LIMIT"),
        ({"session-memory-limit": "4096"}, "large", "SESSION_MEMORY_LIMIT"),
    ],
)
async def test_what_is_beyond_a_limit_adds_nothing(
    world: World, config: dict[str, str], name: str, reason: str
) -> None:
    await deploy(world, **config)
    session_id, _ = await world.open()
    before = await world.sessions.get_session(LOCAL, session_id, full=True)
    with pytest.raises(LimitReached) as refusal:
        await world.sessions.apply_template(LOCAL, session_id, name)
    assert refusal.value.reason == reason
    assert await world.sessions.get_session(LOCAL, session_id, full=True) == before


async def test_what_is_refused_changes_nothing(world: World) -> None:
    await deploy(world)
    session_id, _ = await world.open()
    with pytest.raises(BadField, match="none"):
        await world.sessions.apply_template(LOCAL, session_id, "none")
    with pytest.raises(RevisionMismatch):
        await world.sessions.apply_template(LOCAL, session_id, "support", expected_revision=99)
    with pytest.raises(SessionNotFound):
        await world.sessions.apply_template(Principal("stranger"), session_id, "support")
    with pytest.raises(SessionNotFound):
        await world.sessions.apply_template(LOCAL, new_session_id(), "support")
    assert await world.transcript(session_id) == []
    await world.sessions.end_session(LOCAL, session_id)
    with pytest.raises(SessionEnded):
        await world.sessions.apply_template(LOCAL, session_id, "support")
