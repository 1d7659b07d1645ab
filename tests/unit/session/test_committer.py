"""Group commit: alone at once, together when it must wait."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from botserver.errors import StoreUnavailable
from botserver.ids import ReleaseId, SessionId
from botserver.model import Activity
from botserver.session.committer import Committer
from botserver.session.observe import NoObserver
from botserver.store.abc import CommitResult, Lost, Standing, Store, TurnCommit


class SlowStore:
    """Answers each transaction when told to; remembers what was in it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.fails = False
        self.breaks_on = ""

    async def commit_turns(self, commits: list[TurnCommit]) -> list[CommitResult]:
        self.batches.append([commit.session_id for commit in commits])
        await self.gate.wait()
        if self.fails:
            raise StoreUnavailable(what="test")
        if self.breaks_on in [commit.session_id for commit in commits]:
            raise OverflowError("a number too large for the database")
        return [Lost(None) for _ in commits]


def turn(name: str) -> TurnCommit:
    return TurnCommit(SessionId(name), 0, Standing(ReleaseId("r"), Activity.IDLE))


async def commit_all(committer: Committer, names: str) -> list[asyncio.Task[Any]]:
    tasks = [asyncio.create_task(committer.commit(turn(name))) for name in names]
    await asyncio.sleep(0)
    return tasks


async def test_turns_that_finish_during_a_commit_leave_together() -> None:
    store = SlowStore()
    tasks = await commit_all(Committer(cast(Store, store), NoObserver()), "abc")
    assert store.batches == [["a"]]
    store.gate.set()
    await asyncio.gather(*tasks)
    assert store.batches == [["a"], ["b", "c"]]


async def test_a_transaction_without_answer_is_unknown_to_each_of_its_turns() -> None:
    store = SlowStore()
    store.fails = True
    committer = Committer(cast(Store, store), NoObserver())
    tasks = await commit_all(committer, "abc")
    store.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    store.fails = False
    assert await committer.commit(turn("d")) == Lost(None)


@pytest.mark.parametrize("cancelled", [0, 1])
async def test_a_turn_whose_task_is_gone_does_not_hold_up_the_others(cancelled: int) -> None:
    store = SlowStore()
    committer = Committer(cast(Store, store), NoObserver())
    tasks = await commit_all(committer, "ab")
    tasks[cancelled].cancel()
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.wait(tasks)
    assert await asyncio.wait_for(committer.commit(turn("c")), 5) == Lost(None)


async def test_a_turn_that_breaks_the_store_breaks_no_other_and_no_later_one() -> None:
    store = SlowStore()
    store.breaks_on = "c"
    committer = Committer(cast(Store, store), NoObserver())
    tasks = await commit_all(committer, "abcd")
    store.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [Lost, Lost, OverflowError, Lost]
    assert await asyncio.wait_for(committer.commit(turn("e")), 5) == Lost(None)
