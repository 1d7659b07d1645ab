"""What gateways may ask: the interface that `rpc` uses and `deliveries.Deliveries` meets.

A delivery is known by its session and the seq of its message. Everything here may be sent again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..ids import SessionId
from ..model import Delivery, DeliveryState, DeliveryStatus, Principal, SessionView


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What became of a delivery. `error` says why it failed."""

    status: DeliveryStatus
    external_id: str = ""
    error: str = ""


class DeliveryService(Protocol):
    def pull_deliveries(
        self, principal: Principal, channel: str, outstanding: int, lease_s: float
    ) -> AsyncIterator[Sequence[Delivery]]:
        """What waits on a channel, as it comes, until `outstanding` are not acknowledged.

        Raises ChannelNotDelivered, NotAllowed, LimitReached, and Draining when this process shuts down.
        """
        ...

    async def acknowledge(
        self, principal: Principal, session_id: SessionId, seq: int, acknowledgement: Acknowledgement
    ) -> DeliveryState:
        """Raises DeliveryNotFound."""
        ...

    async def acknowledge_external(
        self, principal: Principal, channel: str, acknowledgement: Acknowledgement
    ) -> DeliveryState:
        """The same for the newest delivery that was acknowledged with that external id before."""
        ...

    async def resolve_alias(self, principal: Principal, channel: str, alias: str, bot: str = "") -> SessionView | None:
        """The open session of an alias, the newest if `bot` is empty and there are several."""
        ...
