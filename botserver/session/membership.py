"""This process among those that share the database: it says that it lives and what it reads, and hears it of others."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

from ..errors import BotserverError
from ..limits import NODE_BEAT_S, NODE_LEASE_S
from ..store.abc import Store
from ..store.nodes import Node
from .background import Background
from .formats import Formats

Report = Callable[[str, BaseException], object]
Told = Callable[[], Awaitable[None]]


class Membership:
    def __init__(self, store: Store, formats: Formats, version: str, report: Report) -> None:
        self._store = store
        self._formats = formats
        self._node = Node(str(uuid.uuid4()), version, formats.own)
        self._report = report
        self._listeners: list[Told] = []
        self._background = Background()

    def on_change(self, told: Told) -> None:
        """Be told when what may be written has changed."""
        self._listeners.append(told)

    async def start(self) -> None:
        """Say that this process lives before it reads or writes anything; then now and then."""
        await self.beat()
        self._background.start(self._go_on())

    async def stop(self) -> None:
        """The others need not care for this process any more. If they cannot be told, its lease ends."""
        if not self._background.is_running:
            return
        await self._background.stop()
        try:
            await self._store.leave(self._node.node_id)
        except BotserverError as error:
            self._report("membership", error)

    async def beat(self) -> None:
        """Once."""
        await self._store.beat(self._node, NODE_LEASE_S)
        if self._formats.learn(node.reads for node in await self._store.list_nodes()):
            for told in self._listeners:
                await told()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(NODE_BEAT_S)
            try:
                await self.beat()
            except BotserverError as error:
                self._report("membership", error)
            except Exception as error:  # noqa: BLE001 - the heart outlives anything
                self._report("membership", error)
