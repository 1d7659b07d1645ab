"""Plain turns go together: nobody may see that from what is stored or answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Protocol

import psycopg
import pytest

from botserver.clock import ManualClock
from botserver.ids import MessageId, SessionId
from botserver.limits import Retention
from botserver.model import Role
from botserver.store import postgres as on_postgres
from botserver.store.abc import Committed, Known, Lost, MemoryWrite, Repeat, State, Store, TurnCommit, Unwritable
from botserver.store.sql import turns as one_by_one
from botserver.store.sqlite import SqliteStore, open_store
from tests.conformance.store.builders import BOT, PROGRAM, RELEASE, accepted, large, open_session, read, said, turn
from tests.servers import postgres

RETENTION = Retention(turns=3, messages=6, message_ids=8)
TABLES = (
    "user_sessions",
    "session_updates",
    "states",
    "message_ids",
    "conversations",
    "due",
    "inputs",
    "bot_memories",
    "large_objects",
    "deliveries",
    "delivery_queues",
)


IN_PYTHON = "sqlite in Python"
KINDS = ("sqlite", IN_PYTHON, "postgres")


class World(Protocol):
    store: Store

    def rows(self) -> dict[str, list[Any]]: ...

    def run(self, statement: str) -> list[Any]: ...


class OnSqlite:
    def __init__(self) -> None:
        self.store: SqliteStore = open_store(None, ManualClock(), RETENTION)

    def rows(self) -> dict[str, list[Any]]:
        return {name: sorted(self.store._reading.execute(f"SELECT * FROM {name}"), key=str) for name in TABLES}

    def run(self, statement: str) -> list[Any]:
        return self.store._reading.execute(statement).fetchall()


class OnPostgres:
    def __init__(self, url: str, store: Store) -> None:
        self.url = url
        self.store = store

    def rows(self) -> dict[str, list[Any]]:
        with psycopg.connect(self.url) as connection:
            return {
                name: sorted(connection.execute(f"SELECT * FROM {name}".encode()).fetchall(), key=str)
                for name in TABLES
            }

    def run(self, statement: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode()).fetchall()


async def new_world(kind: str) -> World:
    world: World
    if kind.startswith("sqlite"):
        own = world = OnSqlite()
        if kind == IN_PYTHON:
            own.store._writer._connection.turn_rows = None
    else:
        url = postgres().migrated_database()
        world = OnPostgres(url, await on_postgres.open_store(url, ManualClock(), RETENTION))
    await world.store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    return world


@pytest.fixture(params=KINDS)
async def worlds(request: pytest.FixtureRequest) -> AsyncIterator[tuple[World, World]]:
    """Two that are alike."""
    made = await new_world(request.param), await new_world(request.param)
    yield made
    for world in made:
        await world.store.close()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[TurnCommit]:
    """The turns that were committed one by one."""
    found: list[TurnCommit] = []
    commit_turns = one_by_one.commit_turns

    def counting(connection: Any, now: float, commits: Any, *rest: Any, **named: Any) -> Any:
        found.extend(commits)
        return commit_turns(connection, now, commits, *rest, **named)

    monkeypatch.setattr(one_by_one, "commit_turns", counting)
    return found


IDS = [SessionId(f"00000000-0000-4000-8000-{n:012}") for n in range(8)]


async def talk(world: World, alone: Callable[[TurnCommit], TurnCommit] = lambda commit: commit) -> list[object]:
    """Some rounds of messages in several sessions: with one message, with two, with five, with large objects."""
    results: list[object] = []
    for session_id in IDS:
        await open_session(world.store, session_id=session_id, start=None)
    objects = large(b"x" * 5000)
    for n in range(10):
        rows = [await read(world.store, session_id) for session_id in IDS]
        commits = []
        for at, row in enumerate(rows):
            count = (1, 2, 2, 5)[at % 4]
            has_large = at == 5 and 2 <= n < 4
            commits.append(
                turn(
                    row,
                    accept=accepted(f"m{n}"),
                    messages=said(row.last_seq + 1, *[f"says {n} \"'\\ ü \n {{}} NULL"] * count, role=Role.USER),
                    replies={MessageId(f"m{n}"): b"reply"} if at != 6 else {},
                    state=State(b"root", tuple(objects) if has_large else ()),
                    new_large=objects if has_large and n == 2 else {},
                    fuel=n,
                )
            )
        results += await world.store.commit_turns([alone(commit) for commit in commits])
    return results


async def test_what_is_stored_does_not_tell_whether_turns_went_together(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch, seen: list[TurnCommit]
) -> None:
    together = await talk(worlds[0])
    assert 0 < len(seen) < len(together) / 4  # where large objects come and go
    seen.clear()
    monkeypatch.setattr("botserver.store.sqlite.turns.apart", lambda commits: [])
    monkeypatch.setattr("botserver.store.postgres.apart", lambda commits: [])
    alone = await talk(worlds[1])
    assert len(seen) == len(alone)
    assert together == alone
    assert all(isinstance(result, Committed) for result in alone)
    assert worlds[0].rows() == worlds[1].rows()


async def test_a_session_whose_large_objects_are_gone_is_plain_again(
    worlds: tuple[World, World], seen: list[TurnCommit]
) -> None:
    store = worlds[0].store
    row = await open_session(store, start=None)
    objects = large(b"x" * 5000)
    states = [State(b"a", tuple(objects)), *[State(b"b")] * RETENTION.turns, State(b"c")]
    for n, state in enumerate(states):
        new = objects if n == 0 else {}
        commit = turn(row, accept=accepted(f"m{n}"), messages=said(n + 1, "a"), state=state, new_large=new)
        seen.clear()
        assert isinstance((await store.commit_turns([commit]))[0], Committed)
        row = await read(store, row.session_id)
    assert not seen
    assert not worlds[0].rows()["large_objects"]


async def test_each_turn_of_a_batch_has_its_own_answer(worlds: tuple[World, World], seen: list[TurnCommit]) -> None:
    store = worlds[0].store
    rows = [await open_session(store, start=None) for _ in range(6)]
    plain = [turn(row, accept=accepted("m"), messages=said(1, "a"), replies={MessageId("m"): b"r"}) for row in rows]
    await store.commit_turns([plain[0]])
    again = replace(plain[0], expected_revision=1, messages=said(2, "b"))  # the id was settled by its first turn
    late = replace(plain[1], expected_revision=7)
    torn = replace(plain[2], messages=said(5, "does not go on"))
    memory = replace(plain[3], memory=[MemoryWrite(BOT, "k", b"v", 0)])
    results = await store.commit_turns([again, late, torn, memory, *plain[4:]])
    assert isinstance(results[0], Known)
    assert isinstance(results[1], Lost)
    assert isinstance(results[2], Unwritable)
    assert all(isinstance(result, Committed) for result in results[3:])
    revisions = [(await read(store, row.session_id)).revision for row in rows]
    assert revisions == [1, 0, 0, 1, 1, 1]
    stored = await store.read_memory(BOT, "k")
    assert stored is not None
    assert stored.value == b"v"


async def test_nothing_of_a_removed_session_stays(worlds: tuple[World, World]) -> None:
    """No foreign key looks after what every turn writes."""
    world = worlds[0]
    await talk(world)
    for session_id in IDS:
        await world.store.delete_session(session_id)
        while await world.store.clean_session(session_id):
            pass
    assert world.rows() == {name: [] for name in TABLES}


async def test_a_reply_that_comes_when_it_expires_is_expired(worlds: tuple[World, World]) -> None:
    store = worlds[0].store
    row = await open_session(store, start=None)
    for n in range(RETENTION.messages + 1):
        late = {MessageId("m0"): b"late"} if n == RETENTION.messages else {}
        commit = turn(row, accept=accepted(f"m{n}"), messages=said(n + 1, "a"), replies=late)
        assert isinstance((await store.commit_turns([commit]))[0], Committed)
        row = await read(store, row.session_id)
    known = await store.find_message(row.session_id, MessageId("m0"), accepted("m0").content)
    assert known == Known(Repeat.EXPIRED)


async def test_whichever_part_of_the_statement_runs_first_an_expired_reply_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PostgreSQL does not say in which order it runs them."""
    parts = re.split(r"(?m)^\),\n(?=\w+ AS)", on_postgres._COMMITTING[-1])
    (settled,) = [at for at, part in enumerate(parts) if part.startswith("settled AS")]
    assert parts[settled + 1].startswith("expired AS")
    parts[settled : settled + 2] = parts[settled + 1], parts[settled]
    monkeypatch.setattr(on_postgres, "_COMMITTING", (*on_postgres._COMMITTING[:-1], "),\n".join(parts)))
    world = await new_world("postgres")
    try:
        await test_a_reply_that_comes_when_it_expires_is_expired((world, world))
    finally:
        await world.store.close()


async def test_a_session_of_before_is_counted_as_small_with_its_first_turn(
    worlds: tuple[World, World], seen: list[TurnCommit]
) -> None:
    world = worlds[0]
    rows = [await open_session(world.store, start=None) for _ in range(2)]
    objects = large(b"x" * 5000)
    first = turn(rows[0], accept=accepted("m0"), messages=said(1, "a"))
    other = turn(rows[1], accept=accepted("m0"), messages=said(1, "a"), state=State(b"r", tuple(objects)))
    await world.store.commit_turns([first, replace(other, new_large=objects)])
    world.run("UPDATE user_sessions SET small_revision = -1 RETURNING session_row")
    for n in (1, 2):
        seen.clear()
        rows = [await read(world.store, row.session_id) for row in rows]
        await world.store.commit_turns([turn(r, accept=accepted(f"m{n}"), messages=said(n + 1, "a")) for r in rows])
    assert rows[0].session_id not in [commit.session_id for commit in seen]
    small = dict(world.run("SELECT session_id, small_revision FROM user_sessions"))
    assert small == {rows[0].session_id: 3, rows[1].session_id: -1}  # a state it keeps has a large object


@pytest.mark.parametrize("change", ["labels = '{}'", "accepted = accepted + 1", "revision = revision + 1"])
async def test_a_row_that_another_writes_meanwhile_is_looked_at_again(change: str) -> None:
    """The statement found it where it was before, and waits for the other."""
    world = await new_world("postgres")
    assert isinstance(world, OnPostgres)
    store = world.store
    rows = [await open_session(store, start=None) for _ in range(3)]
    batch = [
        turn(row, accept=accepted("m"), messages=said(1, "a", "b"), replies={MessageId("m"): b"r"}) for row in rows
    ]
    with psycopg.connect(world.url) as other, psycopg.connect(world.url, autocommit=True) as looking:
        other.execute(f"UPDATE user_sessions SET {change} WHERE session_id = %s".encode(), (rows[1].session_id,))
        committing = asyncio.create_task(store.commit_turns(batch))
        async with asyncio.timeout(20):
            while not looking.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                await asyncio.sleep(0.01)
        other.commit()
        results = await committing
    is_same = change.startswith("labels")
    assert [isinstance(result, Committed) for result in results] == [True, is_same, True]
    counts = dict(
        world.run(
            "SELECT session_id, (SELECT count(*) FROM conversations c WHERE c.session_row = s.session_row)"
            " + (SELECT count(*) FROM states k WHERE k.session_row = s.session_row)"
            " + (SELECT count(*) FROM message_ids i WHERE i.session_row = s.session_row) FROM user_sessions s"
        )
    )
    assert counts == {row.session_id: 4 if n != 1 or is_same else 0 for n, row in enumerate(rows)}
    await store.close()
