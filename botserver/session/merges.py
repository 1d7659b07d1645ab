"""Merging a session with its branch, and telling how two sessions differ.

A branch keeps the state it began with, so its base is known however long it lives. Merging writes the areas of one
session in one commit, in its lane and between turns; its script goes on waiting as it did. The other session stays as
it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import BadField, LimitReached, MergeConflict, RevisionMismatch, ScriptError, StaleClaim
from ..ids import Digest, RequestId, SessionId
from ..limits import TURN_ATTEMPTS
from ..model import Change, MergePolicy, MergeView, Message, SessionState
from ..store.abc import BASE, Request, SessionRow, State, TurnCommit
from ..vm.machine import Areas, Heap
from .area_merge import differences, merge_areas
from .attempts import Machinery, ended_error
from .commits import Draft
from .hot import Hot
from .lifecycle import Lifecycle, checkpoint_missing
from .reading import Readings
from .records import decode_notes
from .releases import LoadedRelease
from .views import decode_merge, encode_merge, session_view


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """How to merge. A repeat of `request_id` with the same `content` gets the first answer."""

    principal: str
    policy: MergePolicy
    validate_only: bool
    expected_revision: int | None
    request_id: RequestId | None
    content: Digest

    def answered_with(self, conflicts: tuple[Change, ...]) -> Request[SessionRow] | None:
        if self.request_id is None:
            return None
        return Request(
            self.principal,
            self.request_id,
            self.content,
            lambda row: encode_merge(MergeView(session_view(row), conflicts)),
        )


class Merges:
    def __init__(self, machinery: Machinery, lifecycle: Lifecycle, readings: Readings) -> None:
        self._machinery = machinery
        self._lifecycle = lifecycle
        self._readings = readings

    async def base(self, target: SessionRow, source: SessionRow) -> Areas:
        """What the two had when one branched from the other. Raises BadField if neither did."""
        for branch, origin in ((source, target), (target, source)):
            if decode_notes(branch.standing.extra).branched_from == origin.session_id:
                kept = await self._machinery.store.load_checkpoint(branch.session_id, BASE)
                if kept is None:
                    raise checkpoint_missing(branch.session_id, BASE)
                checkpoint, state = kept
                release = await self._machinery.releases.load(branch.bot, checkpoint.standing.release)
                return (await self._machinery.hot.decode(branch.session_id, state, release)).areas("")
        raise BadField(
            "source_session_id",
            "is no branch of the session, nor the session a branch of it",
            hint="merge a session with one that BranchSession made of it",
        )

    async def differences(self, target: SessionRow, source: SessionRow) -> tuple[Change, ...]:
        """Every entry of their areas that is not the same."""
        return differences(await self._readings.areas(target), await self._readings.areas(source))

    async def merge(self, session_id: SessionId, source: SessionRow, base: Areas, asked: MergeRequest) -> MergeView:
        """In the session's lane: take over what the source changed since they parted."""
        theirs = await self._readings.areas(source)
        for _ in range(TURN_ATTEMPTS):
            hot = await self._machinery.hot.take(session_id)
            if hot.claimed is not None:
                raise StaleClaim(session_id=session_id)  # another process makes an outside call for it
            self._machinery.hot.put(hot)
            row, mine = hot.row, hot.heap.areas("")
            if row.state is SessionState.ENDED:
                raise ended_error(row)
            if asked.expected_revision not in (None, row.revision):
                raise RevisionMismatch(session_id=session_id, revision=row.revision, expected=asked.expected_revision)
            merged, conflicts = merge_areas(base, mine, theirs, asked.policy)
            if conflicts and asked.policy is MergePolicy.FAIL and not asked.validate_only:
                raise MergeConflict(
                    session_id=session_id,
                    source_session_id=source.session_id,
                    conflicts=len(conflicts),
                    first=f"{conflicts[0].area} {conflicts[0].name}".strip(),
                )
            merged = _in_release(merged, mine, hot.release)
            _check_limits(merged, mine, hot.release)
            if asked.validate_only:
                return MergeView(session_view(row), conflicts)
            self._machinery.hot.drop(session_id)  # from here on its heap is not what is committed
            put_areas(hot.heap, merged)
            request = asked.answered_with(conflicts)
            text = f"merged from {source.session_id}, revision {source.revision}"
            marker = self._lifecycle.marker(row.last_seq + 1, text, row.revision + 1)
            written = await self._lifecycle.write(row, areas_draft(hot, marker, request), request)
            if isinstance(written, SessionRow):
                return MergeView(session_view(written), conflicts)
            if written is not None:
                return decode_merge(written)
        raise StaleClaim(session_id=session_id)


def areas_draft(hot: Hot, marker: Message, request: Request[SessionRow] | None) -> Draft:
    """The commit of areas that were put into a parked heap; its script goes on waiting as it did."""
    row, snapshot = hot.row, hot.heap.encode(hot.large)
    commit = TurnCommit(
        row.session_id,
        row.revision,
        replace(row.standing, memory_bytes=hot.heap.memory().used),
        state=State(snapshot.root, snapshot.digests),
        new_large=snapshot.large,
        messages=(marker,),
        keep_timer=True,
        touch=False,
        request=request,
    )
    return Draft(commit, hot.notes, {})


def put_areas(heap: Heap, areas: Areas, with_suggestions: bool = False) -> None:
    """Raises LimitReached if the memory of the session has no room for them; then nothing changed."""
    try:
        heap.put_areas(areas, with_suggestions=with_suggestions)
    except ScriptError as error:
        memory = heap.memory()
        raise LimitReached(
            "SESSION_MEMORY_LIMIT",
            limit="memory of a session",
            maximum=memory.limit,
            unit="bytes",
            current=f"more than {memory.used}",
        ) from error


def _in_release(after: Areas, before: Areas, release: LoadedRelease) -> Areas:
    """Without knowledge and tools that the release of the session does not have."""
    return replace(
        after,
        kbs=tuple(name for name in after.kbs if name in before.kbs or release.find_kb(name) is not None),
        tools=tuple(name for name in after.tools if name in before.tools or release.find_tool(name) is not None),
    )


def _check_limits(after: Areas, before: Areas, release: LoadedRelease) -> None:
    """Raises LimitReached if the merge would make more than a session may have."""
    limits = release.config.limits
    for reason, word, n, known, maximum in (
        ("VARIABLE_LIMIT", "variables", len(after.variables), len(before.variables), limits.variables),
        ("KB_LIMIT", "active knowledge bases", len(after.kbs), len(before.kbs), limits.active_kbs),
    ):
        if n > maximum and n > known:
            raise LimitReached(reason, limit=f"{word} of a session", maximum=maximum, unit=word, current=n)
