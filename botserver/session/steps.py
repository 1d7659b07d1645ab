"""Work in steps: what runs turns without a task for each.

A turn that answers a message waits for its commit and for nothing else. So what runs turns is written as generators,
`Steps`, that yield what they wait for and get its result, and whoever drives them decides how that is waited for: a
lane (`lanes.py`) takes a task only for what has to be awaited, and none for a commit, which calls back. Nothing of a
generator can be awaited by accident outside of a task: there is no `await` in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Answered: TypeAlias = Callable[[Any, BaseException | None], None]
"""Is called once, with the result or the error."""
Later: TypeAlias = Callable[[Answered], None]
"""Begins something, whose end is told. It never calls back before it returns."""
Wanted: TypeAlias = "Awaitable[Any] | Later"
Steps: TypeAlias = Generator[Wanted, Any, T]
"""What it yields is waited for; the result is sent in, an error thrown."""


def result_of(work: Awaitable[T]) -> Steps[T]:
    """The result of something that has to be awaited."""
    result: T = yield work
    return result


def called_back(begin: Callable[[Callable[[T, BaseException | None], None]], None]) -> Steps[T]:
    """The result of something that calls back."""
    result: T = yield begin
    return result


async def taken(steps: Steps[T]) -> T:
    """The result of all steps, for who runs in a task anyway."""
    value, error = None, None
    while True:
        try:
            wanted = steps.send(value) if error is None else steps.throw(error)
        except StopIteration as end:
            result: T = end.value
            return result
        value, error = None, None
        try:
            value = await (_future(wanted) if callable(wanted) else wanted)
        except BaseException as failure:  # noqa: BLE001 - it belongs to the steps, cancellation too
            error = failure


def _future(begin: Later) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    begin(partial(_answer, future))
    return future


def _answer(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
