"""Threads for long computations: fair, bounded, and stopped between slices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from botserver.limits import WORKER_SLICE_FUEL, WORKER_SLICE_FUEL_MAX
from botserver.session.workers import StopFlag, Workers
from botserver.vm.effects import Done, Stop


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers(1)
    yield workers
    workers.close()


async def test_a_job_runs_until_it_gives_a_stop(workers: Workers) -> None:
    slices = iter([None, None, Done(7)])
    assert await workers.run(lambda fuel: next(slices), StopFlag()) == Done(7)


async def test_jobs_take_turns(workers: Workers) -> None:
    order: list[str] = []

    def job(name: str) -> Stop | None:
        order.append(name)
        return Done(name) if order.count(name) == 100 else None

    await asyncio.gather(workers.run(lambda fuel: job("a"), StopFlag()), workers.run(lambda fuel: job("b"), StopFlag()))
    assert "".join(order).count("ab") > 50


async def test_all_get_the_same_share_and_a_new_job_does_not_wait_behind_long_slices(workers: Workers) -> None:
    used: dict[str, list[int]] = {"old": [], "new": []}
    coming: list[asyncio.Future[Stop | None]] = []
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()

    def old(number: int, fuel: int) -> Stop | None:
        used["old"].append(fuel)
        if len(used["old"]) == 100:
            loop.call_soon_threadsafe(begun.set)
        return Done(number) if len(used["new"]) == 40 else None

    def new(fuel: int) -> Stop | None:
        used["new"].append(fuel)
        if len(used["new"]) == 1:
            used["before"] = [len(used["old"])]
        if len(used["new"]) == 5:
            used["between"] = used["old"][used["before"][0] :]
        return Done(None) if len(used["new"]) == 40 else None

    coming += [asyncio.ensure_future(workers.run(partial(old, number), StopFlag())) for number in range(5)]
    await begun.wait()
    await workers.run(new, StopFlag())
    await asyncio.gather(*coming)
    assert max(used["old"]) == WORKER_SLICE_FUEL_MAX
    assert used["new"][0] == WORKER_SLICE_FUEL
    assert len(used["between"]) <= 4 * 5  # its first five slices came to no more than its share
    later = used["old"][used["before"][0] :]
    assert sum(later) == pytest.approx(5 * sum(used["new"]), rel=0.2)


async def test_a_job_stops_between_slices(workers: Workers) -> None:
    flag = StopFlag()
    running = asyncio.create_task(workers.run(lambda fuel: None, flag))
    await asyncio.sleep(0)
    flag.set()
    assert await running is None


async def test_an_error_reaches_who_waits(workers: Workers) -> None:
    def fail(fuel: int) -> Stop | None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await workers.run(fail, StopFlag())
    assert await workers.run(lambda fuel: Done(1), StopFlag()) == Done(1)


async def test_cancelling_lets_go_of_the_heap_first(workers: Workers) -> None:
    flag = StopFlag()
    running = asyncio.create_task(workers.run(lambda fuel: None, flag))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert flag.is_set
