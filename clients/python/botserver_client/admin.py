"""What operators do in the client: deleting sessions by what they are.

Each call is a function that makes the request and says how to read the response, as in `calls`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .bots import Bot
from .calls import Call, fresh_id
from .pb import admin_pb2 as pb
from .results import Session, time_of, to_session


@dataclass(frozen=True, slots=True)
class Purged:
    """What a call deleted, or with `validate_only` would: sessions and their messages. `remaining` still match."""

    sessions: int
    messages: int
    remaining: int
    next_page_token: str = ""


def purge_sessions(
    where: str,
    *,
    validate_only: bool = False,
    limit: int = 0,
    forget_users: bool = False,
    page_token: str = "",
    request_id: str | None = None,
) -> Call[Purged]:
    """Delete sessions that match: `bot = "order" AND update_time < "2026-01-31T00:00:00Z"`, or `*` for all. At most
    `limit` a call (0: 100), or with `validate_only` some are counted: call again with `next_page_token` until it is
    empty. A `request_id` of one's own makes the call safe to send again."""
    request = pb.PurgeSessionsRequest(
        filter=where,
        validate_only=validate_only,
        limit=limit,
        forget_users=forget_users,
        page_token=page_token,
        request_id=request_id or fresh_id(),
    )
    return Call("PurgeSessions", request, _to_purged)


def _to_purged(response: pb.PurgeSessionsResponse) -> Purged:
    return Purged(response.session_count, response.message_count, response.remaining_count, response.next_page_token)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """The server that answered: what it is and how much it has to do."""

    version: str
    node: str
    start_time: datetime
    draining: bool
    vm: str
    database: str
    bots: tuple[Bot, ...]
    delivery_channels: tuple[str, ...]
    open_sessions: int
    running_sessions: int
    hot_sessions: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that bounds a server or a bot. `unit` is empty for a count."""

    name: str
    value: float
    unit: str
    description: str
    config_key: str


@dataclass(frozen=True, slots=True)
class CallUnderWay:
    """An outside call of a session's script."""

    key: str
    claim_expire_time: datetime
    has_outcome: bool
    argument_bytes: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """How a session stands inside. `waiting` are number, kind and message id of inputs that wait."""

    session: Session
    owner_principal: str
    epoch: int
    accepted: int
    consumed: int
    waiting: tuple[tuple[int, str, str], ...]
    unsettled_message_ids: tuple[str, ...]
    call: CallUnderWay | None
    timer_time: datetime | None
    state_bytes: int
    large_objects: int
    fuel_total: int
    is_hot: bool
    is_running: bool
    family: str


def get_server_info() -> Call[ServerInfo]:
    """What the server is that answers, and how much it has to do."""
    return Call("GetServerInfo", pb.GetServerInfoRequest(), _server)


def get_limits(bot: str = "") -> Call[tuple[Limit, ...]]:
    """What bounds the server, or a bot."""
    return Call(
        "GetLimits",
        pb.GetLimitsRequest(bot=bot),
        lambda response: tuple(
            Limit(each.name, each.value, each.unit, each.description, each.config_key) for each in response.limits
        ),
    )


def inspect_session(session_id: str) -> Call[Inspection]:
    """How a session of any owner stands inside: what waits, what is under way. Nothing of what was said."""
    return Call("InspectSession", pb.InspectSessionRequest(session_id=session_id), _inspection)


def drain_server() -> Call[timedelta]:
    """Shut the server that answers down, as SIGTERM does; how long it waits for what is under way."""
    return Call("DrainServer", pb.DrainServerRequest(), lambda response: response.grace.ToTimedelta())


def _server(wire: pb.GetServerInfoResponse) -> ServerInfo:
    return ServerInfo(
        version=wire.version,
        node=wire.node,
        start_time=time_of(wire.start_time),
        draining=wire.draining,
        vm=wire.vm,
        database=wire.database,
        bots=tuple(Bot(each.bot, each.release) for each in wire.bots),
        delivery_channels=tuple(wire.delivery_channels),
        open_sessions=wire.open_sessions,
        running_sessions=wire.running_sessions,
        hot_sessions=wire.hot_sessions,
    )


def _inspection(wire: pb.InspectSessionResponse) -> Inspection:
    call = None
    if wire.HasField("call"):
        call = CallUnderWay(
            wire.call.key, time_of(wire.call.claim_expire_time), wire.call.has_outcome, wire.call.argument_bytes
        )
    return Inspection(
        session=to_session(wire.session),
        owner_principal=wire.owner_principal,
        epoch=wire.epoch,
        accepted=wire.accepted,
        consumed=wire.consumed,
        waiting=tuple((each.number, each.kind, each.message_id) for each in wire.inputs),
        unsettled_message_ids=tuple(wire.unsettled_message_ids),
        call=call,
        timer_time=time_of(wire.timer_time) if wire.HasField("timer_time") else None,
        state_bytes=wire.state_bytes,
        large_objects=wire.large_objects,
        fuel_total=wire.fuel_total,
        is_hot=wire.is_hot,
        is_running=wire.is_running,
        family=wire.family,
    )
