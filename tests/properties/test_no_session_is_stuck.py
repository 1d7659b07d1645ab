"""Whatever happens to sessions, in any order, while answers of the store are lost: once time has passed, each has taken
what waits for it and answers again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from botserver.errors import BotserverError, InternalError
from botserver.ids import SessionId
from botserver.model import LOCAL, Owner, SessionState, Wait
from tests.unit.session.people import accept, give_back, online, transfer
from tests.unit.session.world import World

BOT = """
ADD BOT "clerk" WITH TRIGGER "invoice"
ON EVENT "broadcast" DO
TALK "told"
END ON
DO
HEAR x
SELECT CASE x
CASE "ask"
r = DELEGATE "q" TO BOT "clerk" TIMEOUT 20
CASE "wait"
WAIT 5
CASE "go on"
TRANSFER CONVERSATION TO "OTHER"
CASE "people"
TRANSFER SESSION "sales"
CASE "people, and back"
r = TRANSFER SESSION "sales"
CASE "tell"
n = BROADCAST x TO BOTS
CASE "later"
SCHEDULE IN 3 SECONDS DO
TALK "later"
END SCHEDULE
CASE "call"
r = CALL "/test/slow", 0, x
CASE "idle"
EXIT DO
END SELECT
TALK x
LOOP
"""
CLERK = 'TALK "hi"\nDO\nHEAR t\nIF t = "q" THEN WAIT 2\nr = CALL "/test/slow", 0, t\nTALK r\nLOOP'
SAYS = ("ask", "wait", "go on", "people", "people, and back", "tell", "later", "call", "idle", "invoice", "hello")
HAPPENS = (
    *("say",) * 8,
    *("time",) * 4,
    *("restore",) * 3,
    *("branch", "agent", "agent", "event", "sent", "transfer", "fail", "fail", "restart"),
)
STEPS = 40


async def happen(world: World, random: Random, session_id: SessionId, sessions: list[SessionId]) -> Any:
    match random.choice(HAPPENS):
        case "say":
            wait = random.choice((Wait.TURN, Wait.ACCEPTED))
            return asyncio.ensure_future(world.say(session_id, random.choice(SAYS), wait=wait))
        case "time":
            await world.pass_time(random.choice((1, 3, 6, 20, 40)))
        case "restore":
            kept = await world.sessions.list_checkpoints(LOCAL, session_id, 50, "")
            if kept.items:
                await world.sessions.restore_session(LOCAL, session_id, random.choice(kept.items).checkpoint_id)
        case "branch" if len(sessions) < 4:
            view = await world.sessions.branch_session(LOCAL, session_id, as_sub_session=random.random() < 0.3)
            sessions.append(view.session_id)
        case "agent":
            await online(world, queues=frozenset(("sales",)))
            with suppress(AssertionError):  # nothing waits there, or it is offered to nobody
                await accept(world, session_id)
            if random.random() < 0.5:
                await give_back(world, session_id)
        case "event":
            return asyncio.ensure_future(world.happen(session_id, "broadcast"))
        case "sent":
            await world.sessions.send_to_session(LOCAL, session_id, "a word", world.message_id())
        case "transfer":
            await transfer(world, session_id, None)
        case "fail":
            world.store.calls, world.store.only = 0, random.choice(("", "commit_turns"))
            world.store.fail_at, world.store.fail_after_work = random.randint(1, 4), random.random() < 0.5
        case "restart":
            await world.restart()
    return None


@pytest.mark.parametrize("seed", [*range(20), 134, 158])  # the last two found one
async def test_each_session_goes_on_once_time_has_passed(tmp_path: Path, seed: int) -> None:
    world, random, said = World(tmp_path), Random(seed), []
    config = {"works-with": "bot; other", "handoff-queues": "sales"}
    for name, script in (
        ("clerk", CLERK),
        ("other", BOT.replace("OTHER", "bot")),
        ("bot", BOT.replace("OTHER", "other")),
    ):
        await world.deploy(name, config=config, start=script)
    sessions = [(await world.open())[0]]
    for _ in range(STEPS):
        try:
            said.append(await happen(world, random, random.choice(sessions), sessions))
        except InternalError:
            raise
        except BotserverError:
            pass  # it cannot be done now
        if random.random() < 0.5:
            await world.quiet()
    world.store.fail_at = 0
    for _ in range(STEPS):
        await world.pass_time(50)
        await world.quiet()
    for each in filter(None, said):
        if each.done() and not each.cancelled():
            assert not isinstance(each.exception(), InternalError)
        each.cancel()
    for session_id in sessions:
        row = await world.store.find_session(session_id)
        if row.state is SessionState.OPEN and row.standing.owner is Owner.BOT:
            assert row.accepted == row.consumed, row
            await world.settle(world.say(session_id, "hello"))
    await world.close()
