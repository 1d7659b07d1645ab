"""Threads for long computations: fair, bounded, and stopped between slices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from botserver.session.workers import StopFlag, Workers
from botserver.vm.effects import Done, Stop


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers(1)
    yield workers
    workers.close()


async def test_a_job_runs_until_it_gives_a_stop(workers: Workers) -> None:
    slices = iter([None, None, Done(7)])
    assert await workers.run(lambda: next(slices), StopFlag()) == Done(7)


async def test_jobs_take_turns(workers: Workers) -> None:
    order: list[str] = []

    def job(name: str) -> Stop | None:
        order.append(name)
        return Done(name) if order.count(name) == 100 else None

    await asyncio.gather(workers.run(lambda: job("a"), StopFlag()), workers.run(lambda: job("b"), StopFlag()))
    assert "".join(order).count("ab") > 50


async def test_a_job_stops_between_slices(workers: Workers) -> None:
    flag = StopFlag()
    running = asyncio.create_task(workers.run(lambda: None, flag))
    await asyncio.sleep(0)
    flag.set()
    assert await running is None


async def test_an_error_reaches_who_waits(workers: Workers) -> None:
    def fail() -> Stop | None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await workers.run(fail, StopFlag())
    assert await workers.run(lambda: Done(1), StopFlag()) == Done(1)


async def test_cancelling_lets_go_of_the_heap_first(workers: Workers) -> None:
    flag = StopFlag()
    running = asyncio.create_task(workers.run(lambda: None, flag))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert flag.is_set()
