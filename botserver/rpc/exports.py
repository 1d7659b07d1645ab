"""Bundles in SessionService: shapes checked, the service of exports called, results translated."""

from __future__ import annotations

from ..errors import BadBundle, BundleKeyMissing
from ..model import LOCAL
from ..session.exports import ExportService
from . import checks, translate
from .pb import session_pb2 as pb


class ExportServicer:
    """The methods by their names in session.proto. Without a service nothing is exported."""

    def __init__(self, exports: ExportService | None) -> None:
        self._exports = exports

    async def export_session(self, request: pb.ExportSessionRequest) -> pb.ExportSessionResponse:
        bundle = await self._service_of_exports().export_session(
            LOCAL,
            checks.session_id(request.session_id),
            checks.checkpoint_id(request.checkpoint_id) if request.checkpoint_id else None,
        )
        return pb.ExportSessionResponse(bundle=bundle)

    async def import_session(self, request: pb.ImportSessionRequest) -> pb.ImportSessionResponse:
        if not request.bundle:
            raise BadBundle("is missing")
        session = await self._service_of_exports().import_session(
            LOCAL,
            request.bundle,
            checks.new_session_id(request.new_session_id, "new_session_id"),
            checks.request_id(request.request_id),
        )
        return pb.ImportSessionResponse(session=translate.from_session(session))

    def _service_of_exports(self) -> ExportService:
        if self._exports is None:
            raise BundleKeyMissing
        return self._exports
