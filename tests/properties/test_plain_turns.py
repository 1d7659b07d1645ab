"""A plain turn in one go does what a turn in steps does: the same commits, replies and sessions, whatever is said."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botserver.errors import BotserverError
from botserver.ids import SessionId
from botserver.model import LOCAL, Incoming, OpenRequest, Reply, TurnUsage
from botserver.session import plain
from botserver.session.records import decode_notes, decode_reply
from botserver.session.turn import Begun
from botserver.store.abc import CommitResult, Lost, Standing, TurnCommit
from tests.unit.session.world import World, any_vm

COMPILED = plain.load()
SCRIPT = """
n = 0
ADD SUGGESTION "y" AS "Yes"
DO
    HEAR said
    n = n + 1
    IF said = "log" THEN
        LOG "a line", n
        TALK "logged"
    ELSEIF said = "quiet" THEN
        quiet = 1
    ELSEIF said = "twice" THEN
        TALK "once"
        TALK "and again: é \\u{1f600} ${said}"
    ELSEIF said = "more" THEN
        ADD SUGGESTION "k" + n AS "Choice " + n
        TALK "more to choose"
    ELSEIF said = "phone" THEN
        ADD SUGGESTION "+49 30" AS "phone"
        TALK "call"
    ELSEIF said = "none" THEN
        CLEAR SUGGESTIONS
        TALK "nothing to choose"
    ELSEIF said = "menu" THEN
        TALK "choose"
        HEAR said AS "red", "green", "a very green"
        TALK "you chose ${said}"
    ELSEIF said = "number" THEN
        HEAR x AS INTEGER
        TALK "number " + x
    ELSEIF said = "secret" THEN
        HEAR x AS PASSWORD
        TALK "thanks"
    ELSEIF said = "image" THEN
        SHOW IMAGE "https://example.org/a.png"
    ELSEIF said = "fault" THEN
        x = 1 / 0
    ELSEIF said = "long" THEN
        FOR i = 1 TO 20000
            x = i
        NEXT
        TALK "done"
    ELSEIF said = "for ever" THEN
        DO
        LOOP
    ELSEIF said = "wait" THEN
        WAIT 5
        TALK "waited"
    ELSEIF said = "memory" THEN
        SET BOT MEMORY "k", n
        TALK "kept"
    ELSEIF said = "large" THEN
        big = STRING$(5000, "x")
        TALK "large"
    ELSEIF said = "end" THEN
        END SESSION
    ELSE
        TALK "You said ${said} (" + n + ")"
    END IF
LOOP
"""
SAID = (
    *(
        "hello",
        "Yes",
        " yES ",
        "y",
        "log",
        "quiet",
        "twice",
        "more",
        "phone",
        "none",
        "menu",
        "gr",
        "number",
        "12",
        "x",
    ),
    *("secret", "password1", "image", "long", "wait", "memory", "large", "call", "choice 3"),
    *('a "quoted" \\ text\n\t\x01\x7f', "ünïcödé \u2028 😀", "nul \0 and \ud800", "", "x" * 3_000),
)
ENDS = ("fault", "for ever", "end")
CONFIGS = ({}, {"hear-timeout": "60"}, {"max-turn-steps": "5000", "timezone": "Asia/Kolkata", "language": "de"})
_TIMES = re.compile(rb'"vm_ms":[\d.]+,"total_ms":[\d.]+')


class Counted:
    """What runs plain turns, and how many ended so, and did not."""

    def __init__(self) -> None:
        assert COMPILED is not None
        self.is_plain = COMPILED.is_plain
        self.ended = self.begun = 0

    def answer(self, *arguments: Any) -> plain.PlainTurn | Begun:
        assert COMPILED is not None
        turn = COMPILED.answer(*arguments)
        self.begun += isinstance(turn, Begun)
        self.ended += not isinstance(turn, Begun)
        return turn


class Recorded:
    """A store that keeps what is committed, and loses some commits."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.commits: list[TurnCommit] = []
        self.losses = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit_turns(self, turns: Sequence[TurnCommit]) -> list[CommitResult]:
        self.commits += turns
        if self.losses:
            self.losses -= 1
            return [Lost(await self._store.find_session(turn.session_id)) for turn in turns]
        results: list[CommitResult] = await self._store.commit_turns(turns)
        return results


@asynccontextmanager
async def _world(folder: Path, runs: Counted | None) -> AsyncIterator[tuple[World, Recorded]]:
    folder.mkdir()
    world = World(folder)
    store = Recorded(world.store.store)
    world.store.store = store  # type: ignore[assignment]  # stands in for it
    world.sessions._engine._plain = runs
    yield world, store
    await world.close()


def _timeless_standing(standing: Standing) -> Standing:
    return replace(standing, extra=_TIMES.sub(b"", standing.extra))


def _timeless(commit: TurnCommit) -> TurnCommit:
    for data in commit.replies.values():
        assert decode_reply(data).encoded() == data
    assert decode_notes(commit.standing.extra).encoded() == commit.standing.extra
    replies = {key: _TIMES.sub(b"", data) for key, data in commit.replies.items()}
    return replace(commit, standing=_timeless_standing(commit.standing), replies=replies)


def _same(reply: Reply) -> Reply:
    return replace(reply, usage=TurnUsage(reply.usage.fuel, reply.usage.memory_bytes))


async def _converse(world: World, store: Recorded, seed: int, session_id: SessionId) -> list[object]:
    """All that a conversation of so many messages leads to."""
    chance = random.Random(seed)
    random.seed(seed)  # of what the VM draws from
    await world.deploy(config=chance.choice(CONFIGS), start=SCRIPT)
    await world.sessions.create_session(OpenRequest("bot", LOCAL, session_id=session_id))
    found: list[object] = []
    for n in range(40):
        world.clock.advance(chance.random())
        message_id = world.message_id()
        incoming = Incoming(message_id, text=chance.choice(ENDS if n == 35 else SAID))
        if chance.random() < 0.1:
            incoming = Incoming(message_id, choice=chance.choice(["y", "+49 30", "k3", "\0"]))
        store.losses = chance.choice([0] * 9 + [1])
        try:
            reply = await world.settle(world.sessions.send_message(LOCAL, session_id, incoming))
            found.append(_same(reply))
            if chance.random() < 0.2:  # as if nobody heard it
                assert await world.sessions.send_message(LOCAL, session_id, incoming) == reply
        except BotserverError as error:
            found.append((type(error), str(error)))
        row = await world.store.find_session(session_id)
        found.append(replace(row, standing=_timeless_standing(row.standing)))
    return [*found, *map(_timeless, store.commits)]


@pytest.mark.skipif(any_vm().name != "compiled", reason="the reference VM runs no plain turns")
@pytest.mark.parametrize("seed", range(20))
async def test_plain_turns_do_what_turns_in_steps_do(tmp_path: Path, seed: int) -> None:
    session_id = SessionId("9d1c6a52-6bb1-4b7f-8a52-0d5f4ad1c001")
    found, counted = [], Counted()
    for folder, runs in ((tmp_path / "plain", counted), (tmp_path / "steps", None)):
        async with _world(folder, runs) as (world, store):
            found.append(await _converse(world, store, seed, session_id))
    assert counted.ended > 5
    assert counted.begun > 0
    for one, other in zip(*found, strict=True):
        assert one == other
