"""Ending, restoring, branching, deleting: what changes a session without running its script.

Ending and restoring are commits like any turn's, with a fence: whatever runs, here or elsewhere, cannot write after
them. Branching reads a kept state and opens another session with it. All but branching run in the session's lane.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import (
    BadSnapshot,
    CheckpointNotFound,
    InternalError,
    RequestIdReused,
    RevisionMismatch,
    SessionHandedOver,
    SessionIdTaken,
    SessionNotFound,
    SnapshotTooNew,
    StaleClaim,
    StoredDataCorrupt,
    StoreUnavailable,
)
from ..ids import CheckpointId, Digest, RequestId, SessionId, new_session_id
from ..limits import KEPT_TURNS, TURN_ATTEMPTS
from ..model import Activity, EndReason, Message, Owner, Role, SessionState, SessionView, WaitingFor
from ..store.abc import (
    AliasOpen,
    Checkpoint,
    CommitResult,
    Committed,
    Known,
    Opened,
    Opening,
    OpenResult,
    Origin,
    Repeat,
    Request,
    SessionRow,
    TurnCommit,
    Unwritable,
)
from ..vm.snapshot import programs_of
from .attempts import Machinery, TurnRun, ended_error, tell
from .causes import Ending
from .commits import Begin, Draft, draft_change, next_timer_s, row_after
from .engine import Engine
from .handoffs import without_desk
from .records import Notes, decode_waiting, encode_waiting
from .steps import taken
from .turn_ends import Ended, TurnStopped
from .views import decode_session, encode_session, session_view


def first_response(known: Known, request_id: RequestId) -> bytes:
    """What a repeated request got the first time. Raises RequestIdReused."""
    if known.repeat is not Repeat.SETTLED or known.reply is None:
        raise RequestIdReused(field="request_id", value=request_id)
    return known.reply


def view_of_opened(result: OpenResult, request: Request[SessionRow] | None, asked_id: SessionId | None) -> SessionView:
    """What opening a session gave, now or the first time. Raises RequestIdReused, SessionIdTaken."""
    if isinstance(result, Opened):
        return session_view(result.row)
    if isinstance(result, Known):
        assert request is not None
        return decode_session(first_response(result, request.request_id))
    raise SessionIdTaken(session_id=result.row.session_id if isinstance(result, AliasOpen) else asked_id)


def session_request(principal: str, request_id: RequestId | None, content: Digest) -> Request[SessionRow] | None:
    """The request id of a mutation that gives a session back."""
    return None if request_id is None else Request(principal, request_id, content, encode_session)


class Lifecycle:
    def __init__(self, machinery: Machinery, engine: Engine) -> None:
        self._machinery = machinery
        self._engine = engine

    async def end(
        self, session_id: SessionId, reason: EndReason, request: Request[SessionRow] | None = None
    ) -> SessionView:
        """End it with its end handlers; one that has ended is returned as it is. Runs in the session's lane. A session
        whose state cannot be read is ended without them. Raises SessionNotFound."""
        row = await self._row(session_id)
        if row.state is SessionState.ENDED:
            return session_view(row)
        lane = self._machinery.lanes.lane(session_id)
        lane.is_ending = True
        run = TurnRun(self._machinery, session_id, Begin(Ending(reason), request=request))
        try:
            await taken(run.run())
        except TurnStopped:
            raise lane.reason from None
        except (StoredDataCorrupt, BadSnapshot, SnapshotTooNew) as error:
            self._machinery.report("end", error)
            return await self.end_at_once(session_id, reason, request)
        self._engine.wake(run.sent)
        return session_view(await self._row(session_id))

    async def end_at_once(
        self, session_id: SessionId, reason: EndReason, request: Request[SessionRow] | None = None
    ) -> SessionView:
        """End it without its end handlers; its state stays unread. Raises SessionNotFound."""
        for _ in range(TURN_ATTEMPTS):
            row = await self._row(session_id)
            if row.state is SessionState.ENDED:
                return session_view(row)
            commit = TurnCommit(session_id, row.revision, row.standing, touch=False, request=request)
            draft = draft_change(row, Ended(Activity.ENDED, end_reason=reason), commit)
            view = await self._commit(row, draft, request)
            if view is not None:
                return view
        raise StaleClaim(session_id=session_id)

    async def restore(
        self,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        expected_revision: int | None,
        request: Request[SessionRow] | None,
    ) -> SessionView:
        """Go back to a kept state under a new revision. Timers begin anew."""
        for _ in range(TURN_ATTEMPTS):
            row = await self._row(session_id)
            if row.state is SessionState.ENDED:
                raise ended_error(row)
            if row.standing.owner is not Owner.BOT:
                raise SessionHandedOver(session_id=session_id)
            if expected_revision not in (None, row.revision):
                raise RevisionMismatch(session_id=session_id, revision=row.revision, expected=expected_revision)
            kept = await self._machinery.store.load_checkpoint(session_id, checkpoint_id)
            if kept is None:
                raise checkpoint_missing(session_id, checkpoint_id)
            checkpoint, state = kept
            release = await self._machinery.releases.load(row.bot, checkpoint.standing.release)
            await self._machinery.hot.decode(session_id, state, release)  # raises if it cannot be read
            standing, kept_notes, timer_in_s = without_desk(checkpoint.standing)
            ended = Ended(standing.activity, self._waiting_anew(standing.waiting_for, timer_in_s), timer_in_s)
            kept_notes = replace(kept_notes, schedules=self._schedules_anew(kept_notes, checkpoint))
            text = f"restored to {checkpoint.label or checkpoint_id}, revision {checkpoint.revision}"
            commit = TurnCommit(
                session_id,
                row.revision,
                standing,
                state=state,
                # What the state goes back to need not be among what the session refers to now.
                new_large=await self._machinery.store.load_large_objects(session_id, state.large),
                messages=(self.marker(row.last_seq + 1, text, row.revision + 1),),
                request=request,
            )
            draft = draft_change(row, ended, commit, kept_notes, self._machinery.store.now_s())
            view = await self._commit(row, draft, request)
            if view is not None:
                return view
        raise StaleClaim(session_id=session_id)

    async def branch(
        self,
        row: SessionRow,
        checkpoint_id: CheckpointId,
        new_id: SessionId | None,
        request: Request[SessionRow] | None,
        as_sub_session: bool,
        stubbed: bool,
    ) -> SessionView:
        """Open a session that goes on from a kept state of another. Raises CheckpointNotFound, SessionIdTaken, and as a
        sub-session SessionEnded, LimitReached."""
        kept = await self._machinery.store.load_checkpoint(row.session_id, checkpoint_id)
        if kept is None:
            raise checkpoint_missing(row.session_id, checkpoint_id)
        checkpoint, state = kept
        if checkpoint.standing.activity is Activity.ENDED:
            raise ended_error(row)
        # Raises if it cannot be read. What it refers to stays unread: it may be megabytes.
        newest = self._machinery.releases.formats.newest(state)
        programs_of(newest.root, newest.large)
        standing, notes, timer_in_s = without_desk(checkpoint.standing)
        notes = replace(
            notes,
            open_replies={},
            branched_from=row.session_id,
            schedules=self._schedules_anew(notes, checkpoint),
            held=(),
            stubbed=notes.stubbed or stubbed,
            bots=None if notes.bots is None else replace(notes.bots, asked=None),
        )
        waiting_for = self._waiting_anew(standing.waiting_for, timer_in_s)
        ended = Ended(standing.activity, waiting_for, timer_in_s)
        result = await self._machinery.store.open_session(
            Opening(
                session_id=new_id or new_session_id(),
                bot=row.bot,
                owner_principal=row.owner_principal,
                standing=replace(standing, waiting_for=encode_waiting(waiting_for), extra=notes.encoded()),
                channel=row.channel,
                ttl_s=row.ttl_s,
                user=row.user,
                labels=row.labels,
                metadata=row.metadata,
                origin=Origin(row.session_id, checkpoint_id),
                parent_id=row.session_id if as_sub_session else None,
                timer_in_s=next_timer_s(ended, notes, Owner.BOT, self._machinery.store.now_s()),
                messages=(self.marker(1, f"branched from {row.session_id}, revision {checkpoint.revision}", 1),),
                request=request,
            )
        )
        return view_of_opened(result, request, new_id)

    async def delete(self, session_id: SessionId, request: Request[SessionRow] | None) -> None:
        """Remove it with all that belongs to it. Raises SessionNotFound."""
        self._machinery.hot.drop(session_id)
        result = await self._machinery.store.delete_session(session_id, request)
        if isinstance(result, Known):
            assert request is not None
            first_response(result, request.request_id)
        elif not isinstance(result, SessionRow):
            raise SessionNotFound(session_id=session_id)
        self._machinery.watches.forget(session_id)
        self._machinery.replies.fail_session(session_id, SessionNotFound(session_id=session_id))

    async def _row(self, session_id: SessionId) -> SessionRow:
        """The row as it is. The state stays unread: a session whose state is damaged can be ended and restored."""
        row = await self._machinery.store.find_session(session_id)
        if row is None:
            raise SessionNotFound(session_id=session_id)
        return row

    async def _commit(self, row: SessionRow, draft: Draft, request: Request[SessionRow] | None) -> SessionView | None:
        """None: try again."""
        result = await self.write(row, draft, request)
        if isinstance(result, bytes):
            return decode_session(result)
        return None if result is None else session_view(result)

    async def write(
        self, row: SessionRow, draft: Draft, request: Request[SessionRow] | None
    ) -> SessionRow | bytes | None:
        """The row as it is now, or what the request got the first time. None: try again."""
        self._machinery.hot.drop(row.session_id)
        result: CommitResult
        try:
            result = await self._machinery.committer.commit(draft.commit)
        except StoreUnavailable:
            if request is None:
                raise
            known = await self._machinery.store.find_request(request.principal, request.request_id, request.content)
            if known is None:
                return None
            result = known
        if isinstance(result, Known):
            assert request is not None
            return first_response(result, request.request_id)
        if isinstance(result, Unwritable):
            raise InternalError(incident=self._machinery.report("commit", RuntimeError(result.what)))
        if not isinstance(result, Committed):
            return None
        after = row_after(row, draft.commit, result)
        await taken(tell(self._machinery, after, draft))
        return after

    def _waiting_anew(self, text: str, timer_in_s: float | None) -> WaitingFor | None:
        waiting_for = decode_waiting(text)
        if waiting_for is None or timer_in_s is None:
            return waiting_for
        return replace(waiting_for, expires_at=self._machinery.store.now_s() + timer_in_s)

    def _schedules_anew(self, notes: Notes, checkpoint: Checkpoint) -> dict[str, float]:
        """What SCHEDULE IN left to do in a kept state, in as much time from now as there was then."""
        now_s = self._machinery.store.now_s()
        return {number: now_s + max(0.0, at_s - checkpoint.created_at) for number, at_s in notes.schedules.items()}

    def marker(self, seq: int, text: str, turn: int) -> Message:
        """A message that says where the state of a session comes from."""
        return Message(seq, Role.SYSTEM, text, self._machinery.store.now_s(), turn=turn)


def checkpoint_missing(session_id: SessionId, checkpoint_id: CheckpointId) -> CheckpointNotFound:
    return CheckpointNotFound(session_id=session_id, checkpoint_id=checkpoint_id, kept=KEPT_TURNS)
