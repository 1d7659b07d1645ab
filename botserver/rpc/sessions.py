"""SessionService: each method checks the request's shape, calls the session service and translates the result."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeAlias

from ..errors import BadField
from ..limits import PAGE_SIZE, PAGE_SIZE_MAX, RATING_COMMENT_CHARS
from ..model import LOCAL, Incoming, Message, OpenRequest, Reply, Wait
from ..session.exports import ExportService
from ..session.service import SessionService
from . import checks, filters, pages, translate
from .converse import Conversations
from .desk import to_handoff
from .exports import ExportServicer
from .observe import NoCallObserver
from .pb import session_pb2 as pb

_SESSION_ORDERS = ("create_time", "update_time")


class SessionServicer(ExportServicer):
    """The methods by their names in session.proto. The caller is `local` until tokens exist."""

    def __init__(
        self,
        service: SessionService,
        conversations: Conversations | None = None,
        exports: ExportService | None = None,
    ) -> None:
        super().__init__(exports)
        self._service = service
        self.converse = (conversations or Conversations(service, NoCallObserver())).converse

    async def create_session(self, request: pb.CreateSessionRequest) -> pb.CreateSessionResponse:
        session, reply = await self._service.create_session(translate.to_create(LOCAL, request))
        response = pb.CreateSessionResponse(session=translate.from_session(session))
        translate.write_reply(response.reply, reply)
        return response

    async def get_session(self, request: pb.GetSessionRequest) -> pb.GetSessionResponse:
        session_id = checks.session_id(request.session_id)
        session = await self._service.get_session(LOCAL, session_id, full=translate.is_full(request.view))
        return pb.GetSessionResponse(session=translate.from_session(session))

    async def list_sessions(self, request: pb.ListSessionsRequest) -> pb.ListSessionsResponse:
        where = filters.parse_filter(request.filter)
        order = filters.parse_order(request.order_by, _SESSION_ORDERS, "create_time desc")
        full = translate.is_full(request.view)
        size = pages.page_size(request.page_size, PAGE_SIZE if full else PAGE_SIZE_MAX)
        bound = ("sessions", request.filter, order)
        page = await self._service.list_sessions(
            LOCAL, where, size, pages.unseal(request.page_token, *bound), order_by=order, full=full
        )
        return pb.ListSessionsResponse(
            sessions=[translate.from_session(session) for session in page.items],
            next_page_token=pages.seal(page.next_token, *bound),
        )

    async def update_session(self, request: pb.UpdateSessionRequest) -> pb.UpdateSessionResponse:
        session = await self._service.update_session(
            LOCAL,
            checks.session_id(request.session.session_id, "session.session_id"),
            translate.to_change(request),
            request_id=checks.request_id(request.request_id),
            expected_revision=_expected(request),
        )
        return pb.UpdateSessionResponse(session=translate.from_session(session))

    async def end_session(self, request: pb.EndSessionRequest) -> pb.EndSessionResponse:
        session = await self._service.end_session(
            LOCAL, checks.session_id(request.session_id), request_id=checks.request_id(request.request_id)
        )
        return pb.EndSessionResponse(session=translate.from_session(session))

    async def delete_session(self, request: pb.DeleteSessionRequest) -> pb.DeleteSessionResponse:
        await self._service.delete_session(
            LOCAL, checks.session_id(request.session_id), request_id=checks.request_id(request.request_id)
        )
        return pb.DeleteSessionResponse()

    def submit_message(
        self, request: pb.SendMessageRequest
    ) -> asyncio.Future[Reply] | asyncio.Future[pb.SendMessageResponse]:
        """SendMessage: the reply to come, or the whole response if its session had to be found first."""
        incoming = translate.to_incoming(request)
        wait = translate.to_wait(request.wait)
        target = request.WhichOneof("target")
        if target == "session_id":
            return self._service.submit_message(LOCAL, checks.session_id(request.session_id), incoming, wait)
        if target == "open":
            return asyncio.ensure_future(self._open_and_send(translate.to_open(LOCAL, request.open), incoming, wait))
        raise BadField("session_id", "is missing", hint="name the session, or give open with bot and alias")

    def respond_message(self, result: Reply | pb.SendMessageResponse) -> pb.SendMessageResponse:
        if not isinstance(result, Reply):
            return result
        response = pb.SendMessageResponse()
        translate.write_reply(response.reply, result)
        return response

    async def _open_and_send(self, request: OpenRequest, incoming: Incoming, wait: Wait) -> pb.SendMessageResponse:
        session, reply = await self._service.open_and_send(request, incoming, wait)
        response = pb.SendMessageResponse(session=translate.from_session(session))
        translate.write_reply(response.reply, reply)
        return response

    async def stream_message(self, request: pb.StreamMessageRequest) -> AsyncGenerator[pb.StreamMessageResponse, None]:
        message = request.message
        incoming, wait = translate.to_incoming(message), translate.to_wait(message.wait)
        target = message.WhichOneof("target")
        if target == "session_id":
            parts = self._service.stream_message(LOCAL, checks.session_id(message.session_id), incoming, wait)
        elif target == "open":
            parts = self._service.open_and_stream(translate.to_open(LOCAL, message.open), incoming, wait)
        else:
            raise BadField("session_id", "is missing", hint="name the session, or give open with bot and alias")
        try:
            async for part in parts:
                if isinstance(part, Message):
                    yield pb.StreamMessageResponse(message=translate.from_message(part))
                    continue
                response = pb.StreamMessageResponse()
                translate.write_reply(response.result.reply, part)
                if target == "open":
                    session = await self._service.get_session(LOCAL, part.session_id)
                    response.result.session.CopyFrom(translate.from_session(session))
                yield response
        finally:
            if isinstance(parts, AsyncGenerator):
                await parts.aclose()  # now, not when the garbage collector finds it: it counts as a watcher

    async def watch_session(self, request: pb.WatchSessionRequest) -> AsyncGenerator[pb.WatchSessionResponse, None]:
        session_id = checks.session_id(request.session_id)
        if request.after_seq < 0:
            raise BadField("after_seq", f"is {request.after_seq}", hint="0, or the seq of the last event seen")
        events = self._service.watch_session(LOCAL, session_id, request.after_seq)
        try:
            async for event in events:
                yield pb.WatchSessionResponse(event=translate.from_event(event))
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()  # now, not when the garbage collector finds it: it counts as a watcher

    async def list_messages(self, request: pb.ListMessagesRequest) -> pb.ListMessagesResponse:
        session_id = checks.session_id(request.session_id)
        order = filters.parse_order(request.order_by, ("seq",), "seq")
        bound = ("messages", session_id, order)
        page = await self._service.list_messages(
            LOCAL,
            session_id,
            pages.page_size(request.page_size),
            pages.unseal(request.page_token, *bound),
            newest_first=order == "seq desc",
        )
        return pb.ListMessagesResponse(
            messages=[translate.from_message(message) for message in page.items],
            next_page_token=pages.seal(page.next_token, *bound),
        )

    async def save_session(self, request: pb.SaveSessionRequest) -> pb.SaveSessionResponse:
        checkpoint = await self._service.save_session(
            LOCAL,
            checks.session_id(request.session_id),
            label=checks.short(request.label, "label"),
            request_id=checks.request_id(request.request_id),
        )
        return pb.SaveSessionResponse(checkpoint=translate.from_checkpoint(checkpoint))

    async def restore_session(self, request: pb.RestoreSessionRequest) -> pb.RestoreSessionResponse:
        session = await self._service.restore_session(
            LOCAL,
            checks.session_id(request.session_id),
            checks.checkpoint_id(request.checkpoint_id),
            request_id=checks.request_id(request.request_id),
            expected_revision=_expected(request),
        )
        return pb.RestoreSessionResponse(session=translate.from_session(session))

    async def branch_session(self, request: pb.BranchSessionRequest) -> pb.BranchSessionResponse:
        source = request.WhichOneof("source")
        session = await self._service.branch_session(
            LOCAL,
            checks.session_id(request.session_id),
            checkpoint_id=checks.checkpoint_id(request.checkpoint_id) if source == "checkpoint_id" else None,
            turn=checks.revision(request.turn, "turn") if source == "turn" else None,
            new_session_id=checks.new_session_id(request.new_session_id, "new_session_id"),
            request_id=checks.request_id(request.request_id),
            as_sub_session=request.as_sub_session,
            stubbed=request.stub_effects,
        )
        return pb.BranchSessionResponse(session=translate.from_session(session))

    async def merge_session(self, request: pb.MergeSessionRequest) -> pb.MergeSessionResponse:
        merge = await self._service.merge_session(
            LOCAL,
            checks.session_id(request.session_id),
            checks.session_id(request.source_session_id, "source_session_id"),
            translate.to_policy(request.policy),
            request.validate_only,
            request_id=checks.request_id(request.request_id),
            expected_revision=_expected(request),
        )
        return pb.MergeSessionResponse(
            session=translate.from_session(merge.session),
            conflicts=[translate.from_change(change) for change in merge.conflicts],
        )

    async def diff_session(self, request: pb.DiffSessionRequest) -> pb.DiffSessionResponse:
        changes = await self._service.diff_sessions(
            LOCAL,
            checks.session_id(request.session_id),
            checks.session_id(request.other_session_id, "other_session_id"),
        )
        return pb.DiffSessionResponse(differences=[translate.from_change(change) for change in changes])

    async def list_checkpoints(self, request: pb.ListCheckpointsRequest) -> pb.ListCheckpointsResponse:
        session_id = checks.session_id(request.session_id)
        bound = ("checkpoints", session_id)
        page = await self._service.list_checkpoints(
            LOCAL, session_id, pages.page_size(request.page_size), pages.unseal(request.page_token, *bound)
        )
        return pb.ListCheckpointsResponse(
            checkpoints=[translate.from_checkpoint(checkpoint) for checkpoint in page.items],
            next_page_token=pages.seal(page.next_token, *bound),
        )

    async def delete_checkpoint(self, request: pb.DeleteCheckpointRequest) -> pb.DeleteCheckpointResponse:
        await self._service.delete_checkpoint(
            LOCAL,
            checks.session_id(request.session_id),
            checks.checkpoint_id(request.checkpoint_id),
            request_id=checks.request_id(request.request_id),
        )
        return pb.DeleteCheckpointResponse()

    async def transfer_session(self, request: pb.TransferSessionRequest) -> pb.TransferSessionResponse:
        session = await self._service.transfer_session(
            LOCAL,
            checks.session_id(request.session_id),
            to_handoff(request),
            request_id=checks.request_id(request.request_id),
            expected_revision=_expected(request),
        )
        return pb.TransferSessionResponse(session=translate.from_session(session))

    async def send_to_session(self, request: pb.SendToSessionRequest) -> pb.SendToSessionResponse:
        text = checks.message_text(request.message, "message")
        if not text:
            raise BadField("message", "is missing", hint="give the text that the bot says")
        target = checks.session_id(request.target_session_id, "target_session_id")
        await self._service.send_to_session(LOCAL, target, text, checks.message_id(request.message_id))
        return pb.SendToSessionResponse()

    async def apply_template(self, request: pb.ApplyTemplateRequest) -> pb.ApplyTemplateResponse:
        session = await self._service.apply_template(
            LOCAL,
            checks.session_id(request.session_id),
            checks.name(request.name, "name", hint="name a session template of the package"),
            request_id=checks.request_id(request.request_id),
            expected_revision=_expected(request),
        )
        return pb.ApplyTemplateResponse(session=translate.from_session(session))

    async def rate_session(self, request: pb.RateSessionRequest) -> pb.RateSessionResponse:
        session = await self._service.rate_session(
            LOCAL,
            checks.session_id(request.session_id),
            checks.score(request.score if request.HasField("score") else None),
            checks.short(request.comment, "comment", RATING_COMMENT_CHARS),
            request_id=checks.request_id(request.request_id),
        )
        return pb.RateSessionResponse(session=translate.from_session(session))

    async def get_usage(self, request: pb.GetUsageRequest) -> pb.GetUsageResponse:
        return translate.from_usage(await self._service.get_usage(LOCAL, checks.session_id(request.session_id)))


_Conditional: TypeAlias = (
    pb.UpdateSessionRequest
    | pb.RestoreSessionRequest
    | pb.TransferSessionRequest
    | pb.MergeSessionRequest
    | pb.ApplyTemplateRequest
)


def _expected(request: _Conditional) -> int | None:
    return checks.revision(request.expected_revision) if request.HasField("expected_revision") else None
