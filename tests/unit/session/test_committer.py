"""Group commit: alone at once, together with whatever finishes close by."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from botserver.errors import StoreUnavailable
from botserver.ids import ReleaseId, SessionId
from botserver.limits import COMMIT_BATCH
from botserver.model import Activity
from botserver.session.committer import GATHER_S, LULL_S, PASSES, PAUSE_S, Committer
from botserver.session.observe import NoObserver
from botserver.store.abc import CommitResult, Lost, Standing, Store, TurnCommit


class SlowStore:
    """Answers each transaction when told to; remembers what was in it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.fails = False
        self.breaks_on = ""
        self.stops = False

    async def commit_turns(self, commits: list[TurnCommit]) -> list[CommitResult]:
        self.batches.append([commit.session_id for commit in commits])
        await self.gate.wait()
        if self.stops:
            raise asyncio.CancelledError
        if self.fails:
            raise StoreUnavailable(what="test")
        if self.breaks_on in [commit.session_id for commit in commits]:
            raise OverflowError("a number too large for the database")
        return [Lost(None) for _ in commits]


def turn(name: str) -> TurnCommit:
    return TurnCommit(SessionId(name), 0, Standing(ReleaseId("r"), Activity.IDLE))


class Moments:
    """A clock that stands still but for pauses, and for what a test says the work of the loop takes."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.pauses: list[float] = []
        self.during: list[str] = []  # turns that finish in the next pause
        self.committer: Committer | None = None
        self.tasks: list[asyncio.Task[Any]] = []

    def clock(self) -> float:
        return self.now_s

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now_s += seconds
        assert self.committer is not None
        self.tasks += [asyncio.create_task(self.committer.commit(turn(name))) for name in self.during]
        self.during = []

    def commits_of(self, store: SlowStore) -> Committer:
        self.committer = Committer(cast(Store, store), NoObserver(), pause=self.pause, clock=self.clock)
        return self.committer


async def written(store: SlowStore, batches: int) -> None:
    """Wait until the store has begun so many transactions."""
    async with asyncio.timeout(5):
        while len(store.batches) < batches:
            await asyncio.sleep(0)


async def commit_all(committer: Committer, names: str) -> list[asyncio.Task[Any]]:
    tasks = [asyncio.create_task(committer.commit(turn(name))) for name in names]
    await asyncio.sleep(0)
    return tasks


async def test_turns_that_finish_during_a_commit_leave_together() -> None:
    store = SlowStore()
    committer = Committer(cast(Store, store), NoObserver())
    tasks = await commit_all(committer, "a")
    await written(store, 1)
    tasks += await commit_all(committer, "bc")
    store.gate.set()
    await asyncio.gather(*tasks)
    assert store.batches == [["a"], ["b", "c"]]


async def test_a_lone_turn_waits_for_nothing() -> None:
    store, moments = SlowStore(), Moments()
    committer = moments.commits_of(store)
    tasks = await commit_all(committer, "a")
    await asyncio.sleep(0)
    assert store.batches == [["a"]]
    store.gate.set()
    await asyncio.gather(*tasks)
    moments.now_s += 2 * LULL_S
    await commit_all(committer, "b")
    await asyncio.sleep(0)
    assert store.batches == [["a"], ["b"]]
    assert moments.pauses == []


async def test_a_turn_that_lost_a_race_waits_for_nobody() -> None:
    store, moments = SlowStore(), Moments()
    store.gate.set()
    committer = moments.commits_of(store)
    await asyncio.gather(*await commit_all(committer, "ab"))
    tasks = [asyncio.create_task(committer.commit(turn(name), hurry=True)) for name in "cd"]
    for _ in range(3):
        await asyncio.sleep(0)
    assert store.batches == [["a", "b"], ["c", "d"]]
    assert moments.pauses == []
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("apart", [1, PASSES])
async def test_turns_that_the_loop_still_works_on_join(apart: int) -> None:
    store, moments = SlowStore(), Moments()
    store.gate.set()
    committer, tasks = moments.commits_of(store), []
    await committer.commit(turn("just before"))
    for name in "abcd":
        tasks.append(asyncio.create_task(committer.commit(turn(name))))
        for _ in range(apart):
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert store.batches == [["just before"], ["a", "b", "c", "d"]]


async def test_work_that_does_not_end_holds_a_batch_up_for_a_bounded_time() -> None:
    store, moments = SlowStore(), Moments()
    store.gate.set()
    committer, tasks = moments.commits_of(store), []
    await committer.commit(turn("just before"))
    for name in "abcdefgh":
        tasks.append(asyncio.create_task(committer.commit(turn(name))))
        await asyncio.sleep(0)
        moments.now_s += GATHER_S / 2
    await asyncio.gather(*tasks)
    assert sum(map(len, store.batches)) == 9
    assert max(map(len, store.batches)) <= 4


@pytest.mark.parametrize(("took_s", "pause_s"), [(0.001, 0.0005), (0.1, PAUSE_S)])
async def test_after_several_at_once_those_who_were_answered_may_join(took_s: float, pause_s: float) -> None:
    store, moments = SlowStore(), Moments()
    committer = moments.commits_of(store)
    tasks = await commit_all(committer, "ab")
    await written(store, 1)
    moments.now_s += took_s
    store.gate.set()
    await asyncio.gather(*tasks)
    moments.during = ["d", "e"]
    await committer.commit(turn("c"))
    await asyncio.gather(*moments.tasks)
    assert store.batches == [["a", "b"], ["c", "d", "e"]]
    assert moments.pauses == pytest.approx([pause_s])


async def test_after_a_lone_turn_nobody_is_waited_for() -> None:
    store, moments = SlowStore(), Moments()
    store.gate.set()
    committer = moments.commits_of(store)
    await asyncio.gather(*await commit_all(committer, "ab"))
    for name in "cde":
        await committer.commit(turn(name))
    assert len(moments.pauses) == 1


async def test_a_full_batch_leaves_at_once() -> None:
    store, moments = SlowStore(), Moments()
    store.gate.set()
    committer = moments.commits_of(store)
    await committer.commit(turn("just before"))
    await asyncio.gather(*[committer.commit(turn(str(number))) for number in range(COMMIT_BATCH + 1)])
    assert [len(batch) for batch in store.batches] == [1, COMMIT_BATCH, 1]


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


async def test_a_transaction_that_is_broken_off_leaves_nobody_waiting() -> None:
    store = SlowStore()
    store.stops = True
    committer = Committer(cast(Store, store), NoObserver())
    tasks = await commit_all(committer, "ab")
    await written(store, 1)
    tasks += await commit_all(committer, "c")
    store.gate.set()
    results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    store.stops = False
    assert await asyncio.wait_for(committer.commit(turn("d")), 5) == Lost(None)


class Reported(NoObserver):
    def __init__(self) -> None:
        self.failures: list[tuple[str, BaseException]] = []

    def background_failed(self, incident: str, place: str, error: BaseException) -> None:
        assert incident
        self.failures.append((place, error))


@pytest.mark.parametrize("ending", ["fails", "stops", ""])
async def test_who_breaks_on_hearing_of_a_commit_keeps_it_from_nobody_else(ending: str) -> None:
    store, reported = SlowStore(), Reported()
    store.gate.set()
    if ending:
        setattr(store, ending, True)
    committer = Committer(cast(Store, store), reported)
    failure = MemoryError()
    heard: list[CommitResult | BaseException | None] = []

    def breaks(result: CommitResult | None, error: BaseException | None) -> None:
        raise failure

    committer.begin(turn("a"), breaks)
    committer.begin(turn("b"), lambda result, error: heard.append(result or error))
    await written(store, 1)
    async with asyncio.timeout(5):
        while not heard:
            await asyncio.sleep(0)
    assert heard == [Lost(None)] if not ending else isinstance(heard[0], StoreUnavailable)
    assert reported.failures == [("commit", failure)]
    store.fails = store.stops = False
    assert await asyncio.wait_for(committer.commit(turn("c")), 5) == Lost(None)
