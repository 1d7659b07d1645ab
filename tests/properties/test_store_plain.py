"""Batches of turns at random: committed together or one by one, the same is stored and answered."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from botserver.ids import MessageId
from botserver.model import Activity, Message, Role
from botserver.store.abc import CommitResult, Committed, MemoryWrite, SessionRow, State, TurnCommit, Unwritable
from tests.conformance.store.builders import BOT, accepted, large, open_session, read, said, standing, turn
from tests.unit.store.test_plain import IDS, KINDS, World, new_world

ROUNDS = 60
BIG = large(b"x" * 5000)
TEXTS = ("", "says \"'\\ ü \n {} NULL,\t", "😀" * 9, "null", "\u2028\ufeff", "%s ? ::text")
TORN = ("nul\0nul", "half \ud800 of a pair")


@pytest.fixture(params=KINDS)
async def worlds(request: pytest.FixtureRequest) -> AsyncIterator[tuple[World, World]]:
    """Two that are alike."""
    made = await new_world(request.param), await new_world(request.param)
    yield made
    for world in made:
        await world.store.close()


def random_messages(rng: random.Random, first_seq: int) -> list[Message]:
    texts = [rng.choice(TEXTS) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 5)))]
    messages = [
        replace(
            message,
            role=rng.choice((Role.USER, Role.BOT, Role.BOT, Role.AGENT)),
            address=rng.choice(("", "main.bas:3")),
            created_at=rng.choice((0.0, 1.5e9 + 0.1, 1e16)),
            turn=rng.randrange(9),
        )
        for message in said(first_seq, *texts)
    ]
    if messages and rng.random() < 0.1:
        at = rng.randrange(len(messages))
        messages[at] = replace(messages[at], seq=messages[at].seq + rng.choice((-1, 1, 40)))
    return messages


def random_turn(rng: random.Random, row: SessionRow, n: int, versions: dict[str, int]) -> TurnCommit:
    changes: dict[str, Any] = {
        "messages": random_messages(rng, row.last_seq + 1),
        "fuel": rng.randrange(1000),
        "touch": rng.random() < 0.8,
        "deliver": rng.random() < 0.3,
        "timer_in_s": rng.choice((None, None, None, 7.25, 0.0)),
        "keep_timer": rng.random() < 0.2,
        "standing": standing(
            activity=rng.choice((Activity.IDLE, Activity.WAITING_INPUT)), memory_bytes=rng.randrange(9), extra=b"\0\xff"
        ),
        "state": State(bytes([n]), tuple(BIG) if rng.random() < 0.15 else ()),
    }
    changes["new_large"] = BIG if changes["state"].large else {}
    if rng.random() < 0.8:
        new = f"m{rng.randrange(n + 1) if rng.random() < 0.1 else n}"
        changes["accept"] = accepted(new)
        if rng.random() < 0.7:
            changes["replies"] = {MessageId(new): b"reply"}
    else:
        changes["consumed"] = rng.choice((None, row.accepted))
    if rng.random() < 0.3:  # one of before has its reply at last
        changes["replies"] = {**changes.get("replies", {}), MessageId(f"m{max(0, n - rng.randrange(1, 9))}"): b"late"}
    if rng.random() < 0.2:
        key = rng.choice("kl")
        changes["memory"] = [MemoryWrite(BOT, key, b"%d" % n, rng.choice((None, versions[key], versions[key] + 1)))]
    commit = turn(row, **changes)
    poison = rng.random()
    if poison < 0.02:
        commit = replace(commit, fuel=2**63)
    elif poison < 0.04 and commit.messages:
        commit = replace(commit, messages=[replace(commit.messages[0], text=rng.choice(TORN)), *commit.messages[1:]])
    elif poison < 0.06:
        commit = replace(commit, expected_revision=row.revision - 1)
    return commit


async def run(world: World, seed: int, size: int, *, twice: bool) -> list[CommitResult]:
    """Rounds of batches; with `twice` a session may have two turns in one."""
    rng = random.Random(seed)
    for session_id in IDS:
        await open_session(world.store, session_id=session_id, start=None)
    results: list[CommitResult] = []
    for n in range(ROUNDS):
        versions = {}
        for key in "kl":
            value = await world.store.read_memory(BOT, key)
            versions[key] = 0 if value is None else value.version
        rows = {session_id: await read(world.store, session_id) for session_id in IDS}
        batch = [random_turn(rng, rows[session_id], n, versions) for session_id in rng.sample(IDS, len(IDS))]
        if twice:
            first = batch[0]
            row = replace(rows[first.session_id], revision=first.expected_revision + 1)
            row = replace(row, last_seq=row.last_seq + len(first.messages))
            batch.insert(rng.randrange(1, len(batch)), random_turn(rng, row, n + ROUNDS, versions))
        for at in range(0, len(batch), size):
            results += await world.store.commit_turns(batch[at : at + size])
    return results


@pytest.mark.parametrize("seed", range(4))
async def test_turns_together_are_turns_alone(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    together = await run(worlds[0], seed, 100, twice=seed % 2 == 1)
    monkeypatch.setattr("botserver.store.sqlite.turns.apart", lambda commits: [])
    monkeypatch.setattr("botserver.store.postgres.apart", lambda commits: [])
    alone = await run(worlds[1], seed, 1, twice=seed % 2 == 1)
    kinds = [type(result) for result in together]
    assert kinds == [type(result) for result in alone]
    assert [r for r in together if isinstance(r, Committed)] == [r for r in alone if isinstance(r, Committed)]
    assert kinds.count(Committed) > len(kinds) / 2
    assert Unwritable in kinds
    assert worlds[0].rows() == worlds[1].rows()
