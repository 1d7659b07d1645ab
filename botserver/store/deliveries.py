"""What a store promises about deliveries: what is said in sessions of some channels, on its way to the user.

A message of the bot or of an agent that a turn commits with `deliver` waits for a gateway from that commit on. Its name
is the session and its seq, the same however often it is given out. States go forward only:

    waiting --> sent --> delivered --> read
       \\         \\--> failed (what is delivered or read after all is so)
        \\-------------^

Pullers take what waits, of each session in order. While one has deliveries of a session that are not acknowledged and
whose lease lives, nobody else gets any of that session; it may get those that come later. When the lease of one is over
all of the session that are not acknowledged are given out again, to anybody. What was given out too often has failed.
An acknowledgement counts whoever sends it, also late.

Of a session the last `retention.deliveries` are kept, of all those not older than `retention.deliveries_s`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..ids import SessionId
from ..model import Delivery, DeliveryState, DeliveryStatus


class DeliveryStore(Protocol):
    async def take_deliveries(
        self, principal: str, channel: str, puller: str, limit: int, lease_s: float
    ) -> Sequence[Delivery]:
        """Give out what waits, the longest waiting session first, until the puller has `limit` that are not
        acknowledged."""
        ...

    async def next_delivery_at(self, principal: str, channel: str) -> float | None:
        """When the next one can be taken that nobody has now; None if none waits."""
        ...

    async def acknowledge(
        self,
        principal: str,
        session_id: SessionId,
        seq: int,
        status: DeliveryStatus,
        external_id: str = "",
        error: str = "",
    ) -> DeliveryState | None:
        """How it stands now; a status that is behind changes nothing. None: no such delivery of this principal's."""
        ...

    async def find_delivery(self, principal: str, channel: str, external_id: str) -> DeliveryState | None:
        """The newest one that was acknowledged with this id."""
        ...

    async def count_deliveries(self, principal: str, channel: str) -> int:
        """Those that wait, given out or not."""
        ...
