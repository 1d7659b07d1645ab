"""Deliveries to gateways: who pulls here is woken when something is committed, and looks at the store for it.

The store decides who gets what and for how long. A puller here is a name and a bell; of what other processes commit or
acknowledge the follower tells. A stream that ends keeps nothing: what it was given comes again after its lease.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from ..errors import ChannelNotDelivered, DeliveryNotFound, Draining, LimitReached
from ..ids import SessionId
from ..limits import DELIVERY_PULLERS
from ..model import Delivery, DeliveryState, Principal, SessionView
from ..store.abc import Store
from .access import check_may_deliver
from .delivery_service import Acknowledgement
from .observe import Observer
from .views import session_view


class Pullers:
    """Who waits for deliveries in this process, by channel."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}
        self.is_closed = False

    def wake(self, channel: str) -> None:
        """Something may be to be had."""
        for bell in self._bells.get(channel, ()):
            bell.set()

    def wake_all(self) -> None:
        for channel in self._bells:
            self.wake(channel)

    def close(self) -> None:
        """End all streams; their gateways go on elsewhere."""
        self.is_closed = True
        self.wake_all()

    def enter(self, channel: str) -> asyncio.Event:
        """Raises LimitReached."""
        bells = self._bells.setdefault(channel, set())
        if len(bells) >= DELIVERY_PULLERS:
            raise LimitReached(
                "RATE_LIMIT", limit="streams that pull a channel", maximum=DELIVERY_PULLERS, unit="streams",
                current=len(bells) + 1,
            )  # fmt: skip
        bell = asyncio.Event()
        bells.add(bell)
        return bell

    def leave(self, channel: str, bell: asyncio.Event) -> None:
        bells = self._bells.get(channel, set())
        bells.discard(bell)
        if not bells:
            self._bells.pop(channel, None)


class Deliveries:
    """Meets `delivery_service.DeliveryService`."""

    def __init__(self, store: Store, pullers: Pullers, channels: frozenset[str], observer: Observer) -> None:
        """`channels` are those whose sessions' messages are delivered."""
        self._store = store
        self._pullers = pullers
        self._channels = channels
        self._observer = observer

    async def pull_deliveries(
        self, principal: Principal, channel: str, outstanding: int, lease_s: float
    ) -> AsyncIterator[Sequence[Delivery]]:
        check_may_deliver(principal, channel)
        if channel not in self._channels:
            raise ChannelNotDelivered(channel=channel, known=", ".join(sorted(self._channels)) or "none")
        bell = self._pullers.enter(channel)
        puller = str(uuid.uuid4())
        try:
            while not self._pullers.is_closed:
                bell.clear()
                taken = await self._store.take_deliveries(principal.name, channel, puller, outstanding, lease_s)
                if taken:
                    self._observer.deliveries_given(channel, len(taken))
                    yield taken
                else:
                    await self._wait(bell, await self._store.next_delivery_at(principal.name, channel))
            raise Draining
        finally:
            self._pullers.leave(channel, bell)

    async def _wait(self, bell: asyncio.Event, next_at: float | None) -> None:
        """Until the bell rings or a lease ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if next_at is None else max(0.01, next_at - self._store.now_s())):
                await bell.wait()

    async def acknowledge(
        self, principal: Principal, session_id: SessionId, seq: int, acknowledgement: Acknowledgement
    ) -> DeliveryState:
        state = await self._store.acknowledge(
            principal.name, session_id, seq, acknowledgement.status, acknowledgement.external_id, acknowledgement.error
        )
        if state is None:
            raise DeliveryNotFound(delivery=f"{session_id}/{seq}")
        self._observer.delivery_acknowledged(state.channel, acknowledgement.status.value)
        self._pullers.wake(state.channel)  # one that had all it may have has room again
        return state

    async def acknowledge_external(
        self, principal: Principal, channel: str, acknowledgement: Acknowledgement
    ) -> DeliveryState:
        found = await self._store.find_delivery(principal.name, channel, acknowledgement.external_id)
        if found is None:
            raise DeliveryNotFound(delivery=f"{acknowledgement.external_id} of {channel}")
        return await self.acknowledge(principal, found.session_id, found.seq, acknowledgement)

    async def resolve_alias(self, principal: Principal, channel: str, alias: str, bot: str = "") -> SessionView | None:
        if bot:
            row = await self._store.find_alias(principal.name, bot, channel, alias)
        else:
            row = await self._store.find_alias_of_channel(principal.name, channel, alias)
        return None if row is None else session_view(row)
