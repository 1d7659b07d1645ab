"""Work of several commits under one request id: its answer is remembered once all is done.

A repeat gets that answer. One that comes while the first is under way, or after a crash in the middle of it, does what
is left; whose answer is remembered first, all get. So the work must bear to be done twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..store.abc import Request, Store
from .lifecycle import first_response

T = TypeVar("T")


async def answered_once(
    store: Store, request: Request[T] | None, work: Callable[[], Awaitable[T]], read: Callable[[bytes], T]
) -> T:
    """What `work` gives, now or the first time; `read` undoes the request's `respond`. Raises RequestIdReused."""
    if request is None:
        return await work()
    known = await store.find_request(request.principal, request.request_id, request.content)
    if known is None:
        result = await work()
        known = await store.finish_request(request, result)
        if known is None:
            return result
    return read(first_response(known, request.request_id))
