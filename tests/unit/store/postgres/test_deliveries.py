"""Deliveries beside commits that come at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from typing import Any

from botserver.model import DeliveryStatus
from botserver.store.postgres import open_store
from botserver.store.sql import deliveries
from botserver.store.sql.connection import Connection
from tests.conformance.store.builders import BOT, PROGRAM, RELEASE, commit, read, said, started_session, turn
from tests.servers import postgres

MOMENT_S = 0.5


class Interrupted:
    """A job's connection; `before` the first statement with such words something else happens."""

    def __init__(self, connection: Connection, before: dict[str, Callable[[], None]]) -> None:
        self._connection = connection
        self._before = before
        self.retention = connection.retention

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        for words in [words for words in self._before if words in statement]:
            self._before.pop(words)()
        return self._connection.execute(statement, values)


async def test_acknowledging_what_was_never_pulled_loses_no_later_delivery() -> None:
    """Its queue comes while the acknowledgement looks for it, and another message while it is settled."""
    store = await open_store(postgres().migrated_database())
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    session_id = (await started_session(store)).session_id
    loop = asyncio.get_running_loop()

    async def speak(text: str) -> None:
        row = await read(store, session_id)
        await commit(store, turn(row, messages=said(row.last_seq + 1, text), deliver=True))

    def speaks(text: str) -> Callable[[], None]:
        def begin() -> None:
            with suppress(NotYet):  # it waits for the acknowledgement
                asyncio.run_coroutine_threadsafe(speak(text), loop).result(MOMENT_S)

        return begin

    before = {"FROM deliveries d": speaks("first"), "DELETE FROM delivery_queues": speaks("second")}
    sent = await store._jobs.follow(
        lambda c, now: deliveries.acknowledge(
            Interrupted(c, before), now, "local", session_id, 1, DeliveryStatus.SENT, "", "", " FOR UPDATE"
        )
    )
    assert sent is not None
    assert not before
    async with asyncio.timeout(20):
        while (await read(store, session_id)).last_seq < 2:
            await asyncio.sleep(0.01)
    found = await store.take_deliveries("local", "api", "puller", 10, 30.0)
    assert [each.message.text for each in found] == ["second"]
    await store.close()
