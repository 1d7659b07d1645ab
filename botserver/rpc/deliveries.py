"""DeliveryService: each method checks the request's shape, calls the deliveries and translates the result."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from .. import limits
from ..errors import BadField
from ..ids import SessionId, is_session_id
from ..model import LOCAL, Delivery, DeliveryStatus
from ..session.delivery_service import Acknowledgement, DeliveryService
from . import checks, translate
from .pb import delivery_pb2 as pb

_STATUSES: dict[DeliveryStatus, pb.DeliveryStatus] = {
    status: getattr(pb, f"DELIVERY_STATUS_{status.name}") for status in DeliveryStatus
}
_ACKNOWLEDGED = {number: status for status, number in _STATUSES.items() if status is not DeliveryStatus.WAITING}
_SEQ_DIGITS = 18


class DeliveryServicer:
    """The methods by their names in delivery.proto. The caller is `local` until tokens exist."""

    def __init__(self, service: DeliveryService) -> None:
        self._service = service

    async def pull_deliveries(
        self, request: pb.PullDeliveriesRequest
    ) -> AsyncGenerator[pb.PullDeliveriesResponse, None]:
        outstanding = request.max_outstanding or limits.DELIVERIES_OUTSTANDING
        if not 0 < outstanding <= limits.DELIVERIES_OUTSTANDING_MAX:
            raise BadField(
                "max_outstanding", f"is {outstanding}", hint=f"1 to {limits.DELIVERIES_OUTSTANDING_MAX}, or 0"
            )
        batches = self._service.pull_deliveries(LOCAL, _channel(request.channel), outstanding, _lease_s(request))
        try:
            async for batch in batches:
                yield pb.PullDeliveriesResponse(deliveries=[_from_delivery(delivery) for delivery in batch])
        finally:
            if isinstance(batches, AsyncGenerator):
                await batches.aclose()  # now, not when the garbage collector finds it: it counts as a puller

    async def ack_delivery(self, request: pb.AckDeliveryRequest) -> pb.AckDeliveryResponse:
        if request.status not in _ACKNOWLEDGED:
            raise BadField("status", f"cannot be {request.status}", hint="SENT, FAILED, DELIVERED or READ")
        acknowledgement = Acknowledgement(
            _ACKNOWLEDGED[request.status],
            checks.short(request.external_id, "external_id", limits.EXTERNAL_ID_CHARS),
            _printable(checks.short(request.error, "error", limits.HANDOFF_TEXT_CHARS)),
        )
        if request.delivery_id:
            session_id, seq = _delivery(request.delivery_id)
            state = await self._service.acknowledge(LOCAL, session_id, seq, acknowledgement)
        elif request.external_id:
            state = await self._service.acknowledge_external(LOCAL, _channel(request.channel), acknowledgement)
        else:
            raise BadField("delivery_id", "is missing", hint="give it, or channel and external_id")
        return pb.AckDeliveryResponse(delivery_id=f"{state.session_id}/{state.seq}", status=_STATUSES[state.status])

    async def resolve_alias(self, request: pb.ResolveAliasRequest) -> pb.ResolveAliasResponse:
        alias = checks.name(request.alias, "alias", hint="the user's address on the channel")
        session = await self._service.resolve_alias(
            LOCAL, _channel(request.channel), alias, checks.short(request.bot, "bot")
        )
        if session is None:
            return pb.ResolveAliasResponse()
        return pb.ResolveAliasResponse(session=translate.from_session(session))


def _channel(text: str) -> str:
    if not text:
        raise BadField("channel", "is missing", hint="the channel the gateway connects, such as sms")
    return checks.channel(text)


def _lease_s(request: pb.PullDeliveriesRequest) -> float:
    if not request.HasField("lease"):
        return limits.DELIVERY_LEASE_S
    seconds = request.lease.seconds + request.lease.nanos / 1e9
    if 1.0 <= seconds <= limits.DELIVERY_LEASE_MAX_S:
        return seconds
    raise BadField("lease", f"is {seconds:g} seconds", hint=f"1 to {limits.DELIVERY_LEASE_MAX_S:g}")


def _delivery(text: str) -> tuple[SessionId, int]:
    session_id, slash, seq = text.partition("/")
    session_id = session_id.lower()
    if slash and is_session_id(session_id) and seq.isascii() and seq.isdecimal() and len(seq) <= _SEQ_DIGITS:
        return SessionId(session_id), int(seq)
    raise BadField("delivery_id", f"{text[:80]!r} is no delivery's id", hint="send back the id that was pulled")


def _printable(text: str) -> str:
    return text.replace("\0", "")  # which not every database can store


def _from_delivery(delivery: Delivery) -> pb.Delivery:
    user = delivery.user
    wire = pb.Delivery(
        delivery_id=f"{delivery.session_id}/{delivery.message.seq}",
        session_id=delivery.session_id,
        bot=delivery.bot,
        channel=delivery.channel,
        alias=delivery.alias,
        message=translate.from_message(delivery.message),
        attempt=delivery.attempt,
    )
    for name in ("user_id", "name", "email", "phone"):
        setattr(wire.user, name, getattr(user, name))
    wire.lease_expire_time.FromMilliseconds(int(delivery.lease_expires_at * 1000))
    return wire
