"""AdminService: each method checks the request's shape, calls the service of operators and translates the result."""

from __future__ import annotations

from dataclasses import replace

from ..errors import BadField
from ..limits import PAGE_SIZE_MAX, PURGE_SESSIONS
from ..model import LOCAL, UserInfo
from ..session.admin import AdminService
from ..session.operating import Inspection, OperatingService
from . import checks, pages, translate
from .filters import parse_purge
from .pb import admin_pb2 as pb
from .pb import bot_pb2


class AdminServicer:
    """The methods by their names in admin.proto. The caller is `local` until tokens exist."""

    def __init__(self, service: AdminService, operating: OperatingService) -> None:
        self._service = service
        self._operating = operating

    async def purge_sessions(self, request: pb.PurgeSessionsRequest) -> pb.PurgeSessionsResponse:
        if request.limit < 0:
            raise BadField("limit", f"is {request.limit}", hint="0 or more")
        bound = ("purge", request.filter)
        purged = await self._service.purge_sessions(
            LOCAL,
            parse_purge(request.filter),
            min(request.limit or PURGE_SESSIONS, PAGE_SIZE_MAX),
            validate_only=request.validate_only,
            forget_users=request.forget_users,
            page_token=pages.unseal(request.page_token, *bound),
            request_id=checks.request_id(request.request_id),
        )
        return pb.PurgeSessionsResponse(
            session_count=purged.sessions,
            message_count=purged.messages,
            remaining_count=purged.remaining,
            next_page_token=pages.seal(purged.next_token, *bound),
        )

    async def get_server_info(self, request: pb.GetServerInfoRequest) -> pb.GetServerInfoResponse:
        view = await self._operating.get_info(LOCAL)
        facts = view.facts
        response = pb.GetServerInfoResponse(
            version=facts.version,
            node=facts.node,
            draining=view.is_draining,
            vm=facts.vm,
            database=facts.database,
            bots=[bot_pb2.Bot(bot=bot, release=release) for bot, release in view.bots],
            delivery_channels=view.delivery_channels,
            open_sessions=view.open_sessions,
            running_sessions=view.running_sessions,
            hot_sessions=view.hot_sessions,
        )
        response.start_time.FromMilliseconds(int(facts.started_at * 1000))
        return response

    async def get_limits(self, request: pb.GetLimitsRequest) -> pb.GetLimitsResponse:
        found = self._operating.get_limits(LOCAL, checks.short(request.bot, "bot"))
        return pb.GetLimitsResponse(
            limits=[
                pb.Limit(
                    name=limit.name,
                    value=limit.value,
                    unit=limit.unit,
                    description=limit.description,
                    config_key=limit.config_key,
                )
                for limit in found
            ]
        )

    async def inspect_session(self, request: pb.InspectSessionRequest) -> pb.InspectSessionResponse:
        return _inspected(await self._operating.inspect_session(LOCAL, checks.session_id(request.session_id)))

    async def drain_server(self, request: pb.DrainServerRequest) -> pb.DrainServerResponse:
        facts = self._operating.drain(LOCAL)
        response = pb.DrainServerResponse(node=facts.node)
        response.grace.FromMilliseconds(int(facts.drain_s * 1000))
        return response


def _inspected(inspection: Inspection) -> pb.InspectSessionResponse:
    loaded, row = inspection.loaded, inspection.loaded.row
    anonymous = replace(inspection.session, user=UserInfo(), labels={}, metadata={}, alias="")
    response = pb.InspectSessionResponse(
        session=translate.from_session(anonymous),
        owner_principal=row.owner_principal,
        epoch=row.epoch,
        accepted=row.accepted,
        consumed=row.consumed,
        inputs=[
            pb.WaitingInput(number=each.number, kind=each.kind, message_id=each.message_id.strip())
            for each in loaded.inputs
        ],
        unsettled_message_ids=[each for each in loaded.unsettled if " " not in each],
        state_bytes=len(loaded.state.root) if loaded.state is not None else 0,
        large_objects=len(loaded.state.large) if loaded.state is not None else 0,
        fuel_total=row.fuel_total,
        is_hot=inspection.is_hot,
        is_running=inspection.is_running,
        family=row.family,
    )
    if row.timer_at is not None:
        response.timer_time.FromMilliseconds(int(row.timer_at * 1000))
    if loaded.claimed is not None:
        call = response.call
        call.key = loaded.claimed.call.key
        call.has_outcome = loaded.claimed.outcome is not None
        call.argument_bytes = len(loaded.claimed.call.arguments)
        if row.claim_expires_at is not None:
            call.claim_expire_time.FromMilliseconds(int(row.claim_expires_at * 1000))
    return response
