"""The methods of a store that are a job each. A backend says how jobs run, and overrides what it does otherwise."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar

from ...desk import Agent, DeskView, Note, Notice, Profile, QueueItem
from ...ids import AgentId, CheckpointId, Digest, ItemId, MessageId, NoticeId, OfferId, ReleaseId, RequestId, SessionId
from ...model import Delivery, DeliveryState, DeliveryStatus, Message
from ..abc import (
    Checkpoint,
    CommitResult,
    DueRow,
    Known,
    Loaded,
    Lost,
    MemoryArea,
    MemoryValue,
    Opening,
    OpenResult,
    Progress,
    Request,
    SessionRow,
    State,
    TurnCommit,
)
from ..analytics import AnalyticsEvent, AnalyticsSummary
from ..cleaning import Cleaned
from ..desk import DeskDue, Target
from ..files import FileInfo, FilesUsed
from ..nodes import Node
from ..queries import PurgeCount, PurgeQuery, SessionPatch, SessionQuery
from ..releases import Activation, ActiveRelease, NewRelease, OtherActive, Pinned, ReleaseRow
from ..tables import TableInfo, TableRow, TableWrite
from ..timetables import TimetableCount, TimetableDue, TimetableWrite
from . import (
    agents,
    analytics,
    claims,
    cleaning,
    deliveries,
    desk,
    due,
    files,
    inputs,
    kept,
    memory,
    nodes,
    notes,
    notices,
    releases,
    rows,
    sessions,
    tables,
    tags,
    timetables,
)
from .connection import Connection, Job

T = TypeVar("T")


class SqlStore(ABC):
    """Meets `store.abc.Store`, where the methods are described, but for those marked abstract."""

    @property
    def is_shared(self) -> bool:
        """See `Store.is_shared`."""
        return False

    @abstractmethod
    async def close(self) -> None:
        """See `Store.close`."""

    @abstractmethod
    def now_s(self) -> float:
        """The database's clock."""

    @abstractmethod
    async def commit_turns(self, commits: Sequence[TurnCommit]) -> list[CommitResult]:
        """See `Store.commit_turns`."""

    @abstractmethod
    async def _read(self, read: Callable[[Connection], T]) -> T:
        """One moment's view of the database, for look-ups of single things."""

    async def _list(self, read: Callable[[Connection], T]) -> T:
        """The same for lists."""
        return await self._read(read)

    @abstractmethod
    async def _write(self, job: Job[T]) -> T:
        """The job's result once it is committed."""

    # sessions

    async def open_session(self, opening: Opening) -> OpenResult:
        return await self._write(partial(sessions.open_session, opening=opening))

    async def find_session(self, session_id: SessionId) -> SessionRow | None:
        return await self._read(lambda c: rows.find_session(c, session_id))

    async def list_children(self, parent: SessionRow) -> list[SessionRow]:
        return await self._read(lambda c: sessions.list_children(c, parent))

    async def progress_of(self, session_ids: Sequence[SessionId]) -> dict[SessionId, Progress]:
        return await self._list(lambda c: sessions.progress_of(c, session_ids))

    async def find_alias(self, owner_principal: str, bot: str, channel: str, alias: str) -> SessionRow | None:
        return await self._read(lambda c: sessions.find_alias(c, owner_principal, bot, channel, alias))

    async def find_alias_of_channel(self, owner_principal: str, channel: str, alias: str) -> SessionRow | None:
        return await self._read(lambda c: sessions.find_alias_of_channel(c, owner_principal, channel, alias))

    async def load_session(self, session_id: SessionId) -> Loaded | None:
        return await self._read(lambda c: claims.load_session(c, session_id))

    async def load_checkpoint(
        self, session_id: SessionId, checkpoint_id: CheckpointId
    ) -> tuple[Checkpoint, State] | None:
        return await self._read(lambda c: kept.find_kept(c, session_id, checkpoint_id))

    async def load_large_objects(self, session_id: SessionId, digests: Sequence[Digest]) -> dict[Digest, bytes]:
        return await self._read(lambda c: kept.load_large_objects(c, session_id, digests))

    async def list_sessions(self, query: SessionQuery) -> list[SessionRow]:
        return await self._list(lambda c: sessions.list_sessions(c, query))

    async def count_open_sessions(self) -> int:
        return await self._list(sessions.count_open_sessions)

    async def update_session(
        self,
        session_id: SessionId,
        patch: SessionPatch,
        expected_revision: int | None = None,
        request: Request[SessionRow] | None = None,
    ) -> SessionRow | Lost | Known:
        return await self._write(
            lambda c, now: sessions.update_session(c, now, session_id, patch, expected_revision, request)
        )

    async def delete_session(
        self, session_id: SessionId, request: Request[SessionRow] | None = None
    ) -> SessionRow | Lost | Known:
        return await self._write(lambda c, now: sessions.delete_session(c, now, session_id, request))

    async def clean_session(self, session_id: SessionId) -> Cleaned:
        return await self._write(lambda c, now: cleaning.clean_session(c, now, session_id))

    async def count_purge(self, query: PurgeQuery, limit: int) -> PurgeCount:
        return await self._list(lambda c: cleaning.count_purge(c, query, limit))

    async def list_purge(self, query: PurgeQuery, limit: int) -> list[tuple[int, SessionId]]:
        return await self._list(lambda c: cleaning.list_purge(c, query, limit))

    async def forget_user(self, user: str) -> None:
        await self._write(lambda c, now: memory.forget_user(c, user))

    async def take_chore(self, name: str, every_s: float) -> bool:
        return await self._write(lambda c, now: cleaning.take_chore(c, now, name, every_s))

    # inputs

    async def accept_input(
        self, session_id: SessionId, kind: str, message_id: MessageId, content: Digest, payload: bytes
    ) -> int | Known:
        return await self._write(
            lambda c, now: inputs.accept_input(c, now, session_id, kind, message_id, content, payload)
        )

    async def advance_input(self, session_id: SessionId, message_id: MessageId, revision: int) -> bool:
        return await self._write(lambda c, _: inputs.advance_input(c, session_id, message_id, revision))

    async def find_message(
        self, session_id: SessionId, message_id: MessageId, content: Digest | None = None
    ) -> Known | None:
        def read(connection: Connection) -> Known | None:
            session_row = rows.row_number(connection, session_id)
            if session_row is None:
                return None
            return inputs.find_message(connection, session_row, message_id, content)

        return await self._read(read)

    async def find_request(self, principal: str, request_id: RequestId, content: Digest) -> Known | None:
        now = self.now_s()
        return await self._read(lambda c: inputs.find_request_id(c, now, principal, request_id, content))

    async def finish_request(self, request: Request[T], result: T) -> Known | None:
        return await self._write(partial(inputs.finish_request, request=request, result=result))

    # turns

    async def read_memory(self, bot: str, key: str) -> MemoryValue | None:
        return await self._read(lambda c: memory.read_memory(c, bot, key))

    async def put_memory(
        self,
        bot: str,
        key: str,
        value: bytes,
        absent: bytes,
        expected_revision: int | None = None,
        request: Request[MemoryValue] | None = None,
    ) -> MemoryValue | Known:
        return await self._write(
            lambda c, now: memory.put_memory(c, now, bot, key, value, absent, expected_revision, request)
        )

    async def list_memory(
        self, bot: str, prefix: str, after: str, absent: bytes, limit: int
    ) -> list[tuple[str, MemoryValue]]:
        return await self._list(lambda c: memory.list_memory(c, bot, prefix, after, absent, limit))

    async def list_analytics(
        self, session_id: SessionId, limit: int, after: int = 0
    ) -> list[tuple[int, AnalyticsEvent]]:
        return await self._list(lambda c: analytics.list_analytics(c, session_id, limit, after))

    async def add_analytics(
        self, session_id: SessionId, event: AnalyticsEvent, request: Request[SessionRow] | None = None
    ) -> SessionRow | Known | None:
        return await self._write(lambda c, now: analytics.add_analytics(c, now, session_id, event, request))

    async def list_metrics(
        self, bot: str, name: str, since: float, until: float, limit: int
    ) -> list[tuple[float, bytes]] | None:
        return await self._read(lambda c: analytics.list_metrics(c, bot, name, since, until, limit))

    async def sum_analytics(self, session_id: SessionId) -> AnalyticsSummary:
        return await self._read(lambda c: analytics.sum_analytics(c, session_id))

    async def read_user_memory(self, user: str, area: MemoryArea, key: str) -> MemoryValue | None:
        return await self._read(lambda c: memory.read_user_memory(c, self.now_s(), user, area, key))

    async def list_user_memory(self, user: str, area: MemoryArea, limit: int) -> list[tuple[str, MemoryValue]]:
        return await self._list(lambda c: memory.list_user_memory(c, self.now_s(), user, area, limit))

    # files of bots

    async def find_file(self, bot: str, folded: str) -> FileInfo | None:
        return await self._read(lambda c: files.find_file(c, bot, folded))

    async def read_file(self, bot: str, folded: str) -> bytes | None:
        return await self._read(lambda c: files.read_file(c, bot, folded))

    async def list_files(self, bot: str, prefix: str, limit: int) -> list[FileInfo]:
        return await self._list(lambda c: files.list_files(c, bot, prefix, limit))

    async def count_files(self, bot: str) -> FilesUsed:
        return await self._read(lambda c: files.count_files(c, bot))

    # tables of bots

    async def find_table(self, bot: str, table: str) -> TableInfo | None:
        return await self._read(lambda c: tables.find_table(c, bot, table))

    async def count_tables(self, bot: str) -> int:
        return await self._read(lambda c: tables.count_tables(c, bot))

    async def put_table(self, bot: str, write: TableWrite) -> bool:
        return await self._write(lambda c, now: tables.put_table(c, now, bot, write))

    async def list_rows(self, bot: str, table: str, limit: int, after: int = 0, max_bytes: int = 0) -> list[TableRow]:
        return await self._list(lambda c: tables.list_rows(c, bot, table, limit, after, max_bytes))

    async def find_rows(self, bot: str, table: str, lookup: str, limit: int) -> list[TableRow]:
        return await self._read(lambda c: tables.find_rows(c, bot, table, lookup, limit))

    # claims

    async def renew_claim(self, session_id: SessionId, epoch: int, claim_s: float) -> bool:
        return await self._write(lambda c, now: claims.renew_claim(c, now, session_id, epoch, claim_s))

    async def record_outcome(self, session_id: SessionId, epoch: int, outcome: bytes) -> bool:
        return await self._write(lambda c, now: claims.record_outcome(c, now, session_id, epoch, outcome))

    async def take_claim(self, session_id: SessionId, claim_s: float) -> Loaded | None:
        return await self._write(lambda c, now: claims.take_claim(c, now, session_id, claim_s))

    # due

    async def take_due(self, limit: int, lease_s: float) -> list[DueRow]:
        return await self._write(lambda c, now: due.take_due(c, now, limit, lease_s))

    async def next_due_at(self) -> float | None:
        return await self._read(due.next_due_at)

    async def declare_timetables(self, bot: str, release: ReleaseId | None, declared: Sequence[TimetableWrite]) -> None:
        await self._write(lambda c, now: timetables.declare_timetables(c, now, bot, release, declared))

    async def count_timetables(self, bot: str, besides: Collection[str] = ()) -> TimetableCount:
        return await self._read(lambda c: timetables.count_timetables(c, bot, besides))

    async def next_timetable_at(self, bots: Collection[str]) -> float | None:
        return await self._read(lambda c: timetables.next_timetable_at(c, bots))

    async def take_timetables(self, bots: Collection[str], limit: int, lease_s: float) -> list[TimetableDue]:
        return await self._write(lambda c, now: timetables.take_timetables(c, now, bots, limit, lease_s))

    async def fire_timetable(
        self, due: TimetableDue, next_at: float | None, opening: Opening | None
    ) -> OpenResult | None:
        return await self._write(lambda c, now: timetables.fire_timetable(c, now, due, next_at, opening))

    async def drop_due(self, row: DueRow) -> None:
        await self._write(lambda c, now: due.drop_due(c, now, row))

    # messages

    async def list_messages(
        self,
        session_id: SessionId,
        limit: int,
        after_seq: int = 0,
        before_seq: int | None = None,
        newest_first: bool = False,
        max_chars: int | None = None,
        addresses: Sequence[str] | None = None,
    ) -> list[Message]:
        return await self._list(
            lambda c: sessions.list_messages(
                c, session_id, limit, after_seq, before_seq, newest_first, max_chars, addresses
            )
        )

    async def count_messages(self, session_id: SessionId, addresses: Sequence[str]) -> int:
        return await self._list(lambda c: sessions.count_messages(c, session_id, addresses))

    # checkpoints

    async def save_checkpoint(
        self,
        session_id: SessionId,
        checkpoint_id: CheckpointId,
        label: str,
        request: Request[Checkpoint] | None = None,
    ) -> Checkpoint | Known:
        return await self._write(lambda c, now: kept.save_checkpoint(c, now, session_id, checkpoint_id, label, request))

    async def list_checkpoints(self, session_id: SessionId) -> list[Checkpoint]:
        return await self._list(lambda c: kept.list_checkpoints(c, session_id))

    async def delete_checkpoint(
        self, session_id: SessionId, checkpoint_id: CheckpointId, request: Request[None] | None = None
    ) -> Known | None:
        return await self._write(lambda c, now: kept.delete_checkpoint(c, now, session_id, checkpoint_id, request))

    # deliveries

    async def take_deliveries(
        self, principal: str, channel: str, puller: str, limit: int, lease_s: float
    ) -> Sequence[Delivery]:
        return await self._write(
            lambda c, now: deliveries.take_deliveries(c, now, principal, channel, puller, limit, lease_s)
        )

    async def next_delivery_at(self, principal: str, channel: str) -> float | None:
        return await self._read(lambda c: deliveries.next_delivery_at(c, principal, channel))

    async def acknowledge(
        self,
        principal: str,
        session_id: SessionId,
        seq: int,
        status: DeliveryStatus,
        external_id: str = "",
        error: str = "",
    ) -> DeliveryState | None:
        return await self._write(
            lambda c, now: deliveries.acknowledge(c, now, principal, session_id, seq, status, external_id, error)
        )

    async def find_delivery(self, principal: str, channel: str, external_id: str) -> DeliveryState | None:
        return await self._read(lambda c: deliveries.find_delivery(c, principal, channel, external_id))

    async def count_deliveries(self, principal: str, channel: str) -> int:
        return await self._list(lambda c: deliveries.count_deliveries(c, principal, channel))

    # desk

    async def set_presence(
        self, principal: str, agent_id: AgentId, profile: Profile | None, lease_s: float
    ) -> Agent | None:
        return await self._write(lambda c, now: desk.set_presence(c, now, principal, agent_id, profile, lease_s))

    async def decline_offer(self, principal: str, agent_id: AgentId, offer_id: OfferId) -> bool:
        return await self._write(lambda c, now: desk.decline_offer(c, now, principal, agent_id, offer_id))

    async def step_desk(self, session_id: SessionId) -> DeskDue:
        return await self._write(lambda c, now: desk.step_desk(c, now, session_id))

    async def find_item(self, session_id: SessionId) -> QueueItem | None:
        return await self._read(lambda c: desk.find_item(c, session_id))

    async def read_item(self, item_id: ItemId) -> QueueItem | None:
        return await self._read(lambda c: desk.read_item(c, item_id))

    async def find_left(self, principal: str, agent_id: AgentId, session_id: SessionId) -> QueueItem | None:
        return await self._read(lambda c: desk.find_left(c, principal, agent_id, session_id))

    async def find_offer(self, principal: str, offer_id: OfferId) -> QueueItem | None:
        return await self._read(lambda c: desk.find_offer(c, principal, offer_id))

    async def read_desk(self, principal: str, agent_id: AgentId) -> DeskView | None:
        return await self._read(lambda c: desk.read_desk(c, principal, agent_id))

    async def find_targets(self, principal: str, name: str) -> frozenset[Target]:
        return await self._read(lambda c: agents.find_targets(c, principal, name))

    async def list_queue(self, principal: str, queue: str | None, limit: int, after: int = 0) -> list[QueueItem]:
        return await self._list(lambda c: desk.list_queue(c, principal, queue, limit, after))

    async def list_agents(self, principal: str, limit: int, after: str = "") -> list[Agent]:
        return await self._list(lambda c: agents.list_agents(c, principal, limit, after))

    async def agents_present(self, principal: str) -> list[Agent]:
        now = self.now_s()
        return await self._read(lambda c: agents.agents_present(c, now, principal))

    async def count_queue(self, principal: str) -> int:
        return await self._read(lambda c: desk.count_queue(c, principal))

    async def count_before(self, principal: str, priority: int) -> int:
        return await self._read(lambda c: desk.count_before(c, principal, priority))

    async def count_ahead(self, item_id: ItemId) -> int:
        return await self._read(lambda c: desk.count_ahead(c, item_id))

    async def add_note(self, principal: str, session_id: SessionId, note: Note) -> Note | None:
        return await self._write(lambda c, now: notes.add_note(c, now, principal, session_id, note))

    async def list_notes(self, session_id: SessionId, after: int = 0) -> list[Note]:
        return await self._list(lambda c: notes.list_notes(c, session_id, after))

    async def list_notices(self, principal: str, agent_id: AgentId) -> list[Notice]:
        return await self._list(lambda c: notices.list_notices(c, principal, agent_id))

    async def see_notices(self, principal: str, agent_id: AgentId, notice_ids: Collection[NoticeId]) -> None:
        await self._write(lambda c, _: notices.see_notices(c, principal, agent_id, notice_ids))

    async def list_tags(self, session_id: SessionId) -> tuple[str, ...]:
        return await self._read(lambda c: tags.list_tags(c, session_id))

    # nodes

    async def beat(self, node: Node, lease_s: float) -> None:
        await self._write(lambda c, now: nodes.beat(c, now, node, lease_s))

    async def leave(self, node_id: str) -> None:
        await self._write(lambda c, now: nodes.leave(c, now, node_id))

    async def list_nodes(self) -> list[Node]:
        now = self.now_s()
        return await self._read(lambda c: nodes.list_nodes(c, now))

    # releases

    async def put_release(
        self, bot: str, release: ReleaseId, manifest: bytes, programs: Mapping[Digest, bytes]
    ) -> None:
        await self._write(lambda c, now: releases.put_release(c, now, bot, release, manifest, programs))

    async def deploy_release(
        self, new: NewRelease, activation: Activation | None = None, request: Request[ReleaseRow] | None = None
    ) -> ReleaseRow | OtherActive | Known:
        return await self._write(lambda c, now: releases.deploy_release(c, now, new, activation, request))

    async def activate_release(
        self, activation: Activation, request: Request[ReleaseRow] | None = None
    ) -> ReleaseRow | OtherActive | Known | None:
        return await self._write(lambda c, now: releases.activate_release(c, now, activation, request))

    async def get_release(self, bot: str, release: ReleaseId) -> bytes | None:
        return await self._read(lambda c: releases.get_release(c, bot, release))

    async def document_times(self, bot: str, release: ReleaseId) -> Mapping[str, float]:
        return await self._read(lambda c: releases.document_times(c, bot, release))

    async def get_program(self, digest: Digest) -> bytes | None:
        return await self._read(lambda c: releases.get_program(c, digest))

    async def find_active(self, bot: str) -> ActiveRelease | None:
        return await self._read(lambda c: releases.find_active(c, bot))

    async def list_active(self, after: int, limit: int) -> list[ActiveRelease]:
        return await self._read(lambda c: releases.list_active(c, after, limit))

    async def list_release_bots(self, after: str, limit: int) -> list[str]:
        return await self._list(lambda c: releases.list_bots(c, after, limit))

    async def list_releases(self, bot: str, limit: int, after: tuple[float, ReleaseId] | None) -> list[ReleaseRow]:
        return await self._list(lambda c: releases.list_releases(c, bot, limit, after))

    async def list_pinned(
        self, bot: str, limit: int, release: ReleaseId | None = None, after: Pinned | None = None
    ) -> list[Pinned]:
        return await self._list(lambda c: releases.list_pinned(c, bot, limit, release, after))

    async def lend_release(self, bot: str, release: ReleaseId, to: str) -> None:
        await self._write(lambda c, now: releases.lend_release(c, now, bot, release, to))

    async def drop_releases(self, bot: str) -> list[ReleaseId]:
        return await self._write(lambda c, now: releases.drop_releases(c, now, bot))

    async def sweep(self) -> Cleaned:
        return await self._write(cleaning.sweep)
