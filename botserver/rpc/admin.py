"""AdminService: each method checks the request's shape, calls the service of operators and translates the result."""

from __future__ import annotations

from ..errors import BadField
from ..limits import PAGE_SIZE_MAX, PURGE_SESSIONS
from ..model import LOCAL
from ..session.admin import AdminService
from .filters import parse_purge
from .pb import admin_pb2 as pb


class AdminServicer:
    """The methods by their names in admin.proto. The caller is `local` until tokens exist."""

    def __init__(self, service: AdminService) -> None:
        self._service = service

    async def purge_sessions(self, request: pb.PurgeSessionsRequest) -> pb.PurgeSessionsResponse:
        if request.limit < 0:
            raise BadField("limit", f"is {request.limit}", hint="0 or more")
        purged = await self._service.purge_sessions(
            LOCAL,
            parse_purge(request.filter),
            min(request.limit or PURGE_SESSIONS, PAGE_SIZE_MAX),
            validate_only=request.validate_only,
            forget_users=request.forget_users,
        )
        return pb.PurgeSessionsResponse(
            session_count=purged.sessions, message_count=purged.messages, remaining_count=purged.remaining
        )
