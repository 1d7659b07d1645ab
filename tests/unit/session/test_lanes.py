"""Lanes: one piece of a session at a time, without a task for what is not awaited, and errors where they belong."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import Any

import pytest

from botserver.errors import Draining, InternalError, StoreUnavailable
from botserver.ids import SessionId
from botserver.session.lanes import Lanes
from botserver.session.steps import Steps, called_back, result_of, taken

SESSION = SessionId("s")
WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO", default="nobody")


class Bell:
    """Calls back when it is rung."""

    def __init__(self) -> None:
        self.answer: Callable[[Any, BaseException | None], None] | None = None

    def begin(self, answer: Callable[[Any, BaseException | None], None]) -> None:
        self.answer = answer

    def ring(self, result: Any = None, error: BaseException | None = None) -> None:
        assert self.answer is not None
        self.answer(result, error)


def lanes() -> Lanes:
    return Lanes(lambda place, error: f"{place}: {error}")


async def test_what_calls_back_takes_no_task() -> None:
    bell, here = Bell(), lanes()

    def work() -> Steps[str]:
        result: str = yield from called_back(bell.begin)
        return result

    future = here.submit(SESSION, work)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    bell.ring("dong")
    assert (await future, len(here)) == ("dong", 0)


async def test_what_is_awaited_is_awaited_in_a_task() -> None:
    bell, here = Bell(), lanes()
    seen = []

    async def outside() -> None:
        async with asyncio.timeout(5):  # needs a task
            await asyncio.sleep(0)
            seen.append(asyncio.current_task() is not None)

    def work() -> Steps[None]:
        yield from result_of(outside())
        yield from called_back(bell.begin)
        yield from result_of(outside())

    future = here.submit(SESSION, work)
    while bell.answer is None:
        await asyncio.sleep(0)
    bell.ring()
    await future
    assert seen == [True, True]


async def test_pieces_of_a_session_follow_each_other_and_sessions_run_side_by_side() -> None:
    bells, here, began = [Bell(), Bell(), Bell()], lanes(), []

    def work(n: int) -> Callable[[], Steps[None]]:
        def steps() -> Steps[None]:
            began.append(n)
            yield from called_back(bells[n].begin)

        return steps

    futures = [here.submit(SESSION, work(0)), here.submit(SESSION, work(1)), here.submit(SessionId("t"), work(2))]
    assert began == []  # none in the stack of who handed it in
    await asyncio.sleep(0)
    assert began == [0, 2]
    bells[0].ring()
    assert began == [0, 2, 1]
    bells[1].ring()
    bells[2].ring()
    await asyncio.gather(*futures)


async def test_an_error_is_thrown_where_it_was_waited_for() -> None:
    bell, here = Bell(), lanes()

    def work() -> Steps[str]:
        try:
            yield from called_back(bell.begin)
        except StoreUnavailable:
            return "away"
        return "there"

    future = here.submit(SESSION, work)
    await asyncio.sleep(0)
    bell.ring(error=StoreUnavailable(what="test"))
    assert await future == "away"


async def test_what_cannot_begin_fails_where_it_was_waited_for_and_holds_up_nothing() -> None:
    here, undone = lanes(), []

    def refuse(answer: Callable[[Any, BaseException | None], None]) -> None:
        raise OSError("no room")

    def work() -> Steps[None]:
        try:
            yield from called_back(refuse)
        finally:
            undone.append(True)

    async def later() -> str:
        return "later"

    first, second = here.submit(SESSION, work), here.submit(SESSION, later)
    with pytest.raises(InternalError):
        await first
    assert (await second, undone) == ("later", [True])


async def test_work_that_fails_at_once_holds_up_nothing() -> None:
    here = lanes()

    def broken() -> Steps[None]:
        raise OSError("broken")

    async def later() -> str:
        return "later"

    first, second = here.submit(SESSION, broken), here.submit(SESSION, later)
    with pytest.raises(InternalError):
        await first
    assert await second == "later"


async def test_a_lane_runs_in_the_context_of_who_began_it() -> None:
    bell, here, seen = Bell(), lanes(), []

    async def outside() -> None:
        seen.append(WHO.get())

    def work() -> Steps[None]:
        seen.append(WHO.get())
        yield from called_back(bell.begin)
        seen.append(WHO.get())
        yield from result_of(outside())

    WHO.set("caller")
    future = here.submit(SESSION, work)
    WHO.set("committer")
    await asyncio.sleep(0)
    bell.ring()
    await future
    assert seen == ["caller"] * 3


@pytest.mark.parametrize("has_begun", [False, True])
async def test_cancelling_what_is_awaited_ends_the_lane_and_tells_all_who_wait(has_begun: bool) -> None:
    here, ended = lanes(), []

    def work() -> Steps[None]:
        try:
            yield from result_of(asyncio.sleep(3600))
        finally:
            ended.append(True)

    futures = [here.submit(SESSION, work), here.submit(SESSION, work)]
    while not (tasks := asyncio.all_tasks() - {asyncio.current_task()}):
        await asyncio.sleep(0)
    if has_begun:
        await asyncio.sleep(0)
    (task,) = tasks
    task.cancel()
    await asyncio.wait(futures)
    assert [type(future.exception()) for future in futures] == [Draining, Draining]
    assert (ended, len(here), here.waiting) == ([True], 0, 0)
    await here.quiet()


async def test_what_is_cancelled_before_it_began_may_still_await_its_ends() -> None:
    here, ended = lanes(), []

    async def tidy() -> None:
        ended.append(True)

    def work() -> Steps[None]:
        try:
            yield from result_of(asyncio.sleep(3600))
        finally:
            yield from result_of(tidy())

    future = here.submit(SESSION, work)
    while not (tasks := asyncio.all_tasks() - {asyncio.current_task()}):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait([future])
    assert (type(future.exception()), ended, len(here)) == (Draining, [True], 0)


async def test_work_that_has_not_begun_when_the_time_is_over_is_refused() -> None:
    bell, here = Bell(), lanes()

    def work() -> Steps[None]:
        yield from called_back(bell.begin)

    under_way, waits = here.submit(SESSION, work), here.submit(SESSION, work)
    joining = asyncio.ensure_future(here.join(0))
    with pytest.raises(Draining):
        await waits
    bell.ring()
    await asyncio.gather(joining, under_way)


async def test_who_runs_in_a_task_takes_all_steps_there() -> None:
    bell = Bell()

    async def outside() -> int:
        return 1

    def work() -> Steps[int]:
        first = yield from result_of(outside())
        second: int = yield from called_back(bell.begin)
        return first + second

    task = asyncio.ensure_future(taken(work()))
    while bell.answer is None:
        await asyncio.sleep(0)
    bell.ring(2)
    assert await task == 3
