"""Deliveries in the client: what gateways pull, acknowledge and look up.

Each call is a function that makes the request and says how to read the response, as in `calls`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from .calls import Call, Stream, duration
from .pb import delivery_pb2 as pb
from .results import Message, Session, User, time_of, to_message, to_session, word_of
from .transport import GIVE_UP_AFTER_S


class DeliveryStatus(StrEnum):
    """What became of a delivery."""

    UNSPECIFIED = "unspecified"  # a value that this client does not know
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to bring to a user. `delivery_id` is the same each time it is given out; `attempt` counts from 1."""

    delivery_id: str
    session_id: str
    bot: str
    channel: str
    alias: str
    user: User
    message: Message
    attempt: int
    lease_expire_time: datetime


class DeliveryFailed(Exception):
    """Raised by your own code in `deliver`: this message cannot be brought to its user, and is not tried again."""


def acknowledge(
    delivery: Delivery | str = "",
    status: Literal["sent", "failed", "delivered", "read"] = "sent",
    *,
    external_id: str = "",
    channel: str = "",
    error: str = "",
) -> Call[DeliveryStatus]:
    """Say what became of a delivery; how it stands now. Without a delivery, the one of `channel` that was acknowledged
    with this `external_id`. A status that is behind changes nothing."""
    request = pb.AckDeliveryRequest(
        delivery_id=delivery.delivery_id if isinstance(delivery, Delivery) else delivery,
        channel=channel,
        status=getattr(pb, f"DELIVERY_STATUS_{status.upper()}"),
        external_id=external_id,
        error=error,
    )
    return Call("AckDelivery", request, lambda response: _status(response.status))


def resolve_alias(channel: str, alias: str, *, bot: str = "") -> Call[Session | None]:
    """The open session of a user's address on a channel; None if there is none."""
    request = pb.ResolveAliasRequest(channel=channel, alias=alias, bot=bot)
    return Call(
        "ResolveAlias",
        request,
        lambda response: to_session(response.session) if response.HasField("session") else None,
    )


def pull_deliveries(
    channel: str,
    *,
    max_outstanding: int = 0,
    lease: timedelta | None = None,
    give_up_after_s: float = GIVE_UP_AFTER_S,
) -> Stream[Delivery]:
    """What is to be brought to users of a channel, at least once, of each session in order. Acknowledge each with
    `acknowledge`; at most `max_outstanding` (100) come without that.

    A stream that breaks is resumed; what was not acknowledged comes again once its lease is over.
    """
    request = pb.PullDeliveriesRequest(channel=channel, max_outstanding=max_outstanding, lease=duration(lease))
    return Stream("PullDeliveries", request, lambda response: map(_delivery, response.deliveries), give_up_after_s)


def _delivery(wire: pb.Delivery) -> Delivery:
    user = wire.user
    return Delivery(
        delivery_id=wire.delivery_id,
        session_id=wire.session_id,
        bot=wire.bot,
        channel=wire.channel,
        alias=wire.alias,
        user=User(user.user_id, user.name, user.email, user.phone),
        message=to_message(wire.message),
        attempt=wire.attempt,
        lease_expire_time=time_of(wire.lease_expire_time),
    )


def _status(number: pb.DeliveryStatus) -> DeliveryStatus:
    return word_of(DeliveryStatus, pb.DeliveryStatus, "DELIVERY_STATUS_", number)
