"""Reading sessions: always the last committed state, whatever runs."""

from __future__ import annotations

from dataclasses import replace

from ..errors import BadField, PageTokenMismatch, SessionNotFound
from ..ids import CheckpointId, SessionId
from ..limits import PAGE_CHARS
from ..model import CheckpointView, Message, Page, Principal, SessionState, SessionView, UsageView
from ..store.abc import Checkpoint, SessionRow, State
from ..store.queries import SessionOrder, SessionQuery
from ..vm.machine import Areas, Heap
from ..vm.values import SESSION_PRICE
from .access import check_owns
from .attempts import Machinery
from .lifecycle import checkpoint_missing
from .ratings import metrics_of
from .records import decode_notes
from .service import SessionFilter
from .views import checkpoint_view, full_view, session_view

_ORDERS = {
    "create_time": (SessionOrder.CREATED, False),
    "create_time desc": (SessionOrder.CREATED, True),
    "update_time": (SessionOrder.UPDATED, False),
    "update_time desc": (SessionOrder.UPDATED, True),
}
_LARGEST_VARIABLES = 10
_SEQ_DIGITS = 18  # what the store can compare


class Readings:
    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self._store = machinery.store

    async def row(self, principal: Principal, session_id: SessionId) -> SessionRow:
        """The row of a session that `principal` may see. Raises SessionNotFound."""
        row = await self._store.find_session(session_id)
        if row is None:
            raise SessionNotFound(session_id=session_id)
        check_owns(principal, session_id, row.owner_principal)
        return row

    async def row_of_any_age(self, principal: Principal, session_id: SessionId) -> SessionRow:
        """As `row`, but perhaps not the newest: for requests that go on to the session's lane, which looks again."""
        hot = self._machinery.hot.peek(session_id)
        if hot is None:
            return await self.row(principal, session_id)
        check_owns(principal, session_id, hot.row.owner_principal)
        return hot.row

    async def view(self, session_id: SessionId) -> SessionView:
        row = await self._store.find_session(session_id)
        if row is None:
            raise SessionNotFound(session_id=session_id)
        return session_view(row)

    async def full_view(self, row: SessionRow) -> SessionView:
        heap = await self._heap(row)
        view = full_view(row, heap)
        summary = await self._store.sum_analytics(row.session_id)
        metrics = metrics_of(row, heap.areas(""), summary, self._store.now_s())
        return replace(view, metrics=metrics, tags=await self._store.list_tags(row.session_id))

    async def areas(self, row: SessionRow) -> Areas:
        """Of the session itself."""
        return (await self._heap(row)).areas("")

    async def usage(self, row: SessionRow) -> UsageView:
        heap = await self._heap(row)
        memory, sizes = heap.memory(), heap.variable_sizes()
        largest = sorted(sizes.items(), key=lambda each: (-each[1], each[0]))[:_LARGEST_VARIABLES]
        kept = await self._store.load_checkpoint(row.session_id, _automatic(row.revision))
        return UsageView(
            memory_used=memory.used,
            memory_limit=memory.limit,
            by_area={
                "session": SESSION_PRICE,
                **heap.area_sizes(),
                "frames": memory.frames,
                "script_values": memory.live + memory.allocated,
                "output": memory.output,
            },
            largest_variables=tuple(largest),
            state_bytes=kept[0].size_bytes if kept else 0,
            fuel_last_turn=decode_notes(row.standing.extra).fuel_last_turn,
            fuel_total=row.fuel_total,
        )

    async def _heap(self, row: SessionRow) -> Heap:
        """A heap of the last parked state, to look at. What runs is out of the cache, so a cached one stands still."""
        hot = self._machinery.hot.peek(row.session_id)
        if hot is not None and hot.row.revision == row.revision:
            return hot.heap
        kept = await self._store.load_checkpoint(row.session_id, _automatic(row.revision))
        release = await self._machinery.releases.load(row.bot, row.standing.release)
        state: State | None = kept[1] if kept else None
        ends = row.state is SessionState.ENDED
        return await self._machinery.hot.decode(row.session_id, state, release, ends=ends)

    async def sessions(
        self, principal: Principal, where: SessionFilter, page_size: int, page_token: str, order_by: str, full: bool
    ) -> Page[SessionView]:
        if order_by not in _ORDERS:
            raise BadField("order_by", f"is {order_by!r}", hint=f"one of {', '.join(_ORDERS)}")
        order, descending = _ORDERS[order_by]
        rows = await self._store.list_sessions(
            SessionQuery(
                owner_principal=principal.name,
                bot=where.bot,
                channel=where.channel,
                alias=where.alias,
                user_id=where.user_id,
                state=where.state,
                order=order,
                descending=descending,
                after=_read_cursor(page_token),
                limit=page_size + 1,
            )
        )
        items, more = rows[:page_size], len(rows) > page_size
        views = [await self.full_view(row) if full else session_view(row) for row in items]
        return Page(tuple(views), _cursor(items[-1], order) if more else "")

    async def messages(self, row: SessionRow, page_size: int, page_token: str, newest_first: bool) -> Page[Message]:
        """`row` was read before: it tells whether there is more."""
        seen = _read_seq(page_token)
        after, before = (0, seen) if newest_first else (seen or 0, None)
        found = await self._store.list_messages(
            row.session_id, page_size, after, before, newest_first, max_chars=PAGE_CHARS
        )
        if not found:
            return Page((), "")
        last = found[-1].seq
        return Page(tuple(found), str(last) if (last > row.first_seq if newest_first else last < row.last_seq) else "")

    async def checkpoint(self, session_id: SessionId, checkpoint_id: CheckpointId) -> Checkpoint:
        """Raises CheckpointNotFound."""
        kept = await self._store.load_checkpoint(session_id, checkpoint_id)
        if kept is None:
            raise checkpoint_missing(session_id, checkpoint_id)
        return kept[0]

    async def checkpoints(self, session_id: SessionId, page_size: int, page_token: str) -> Page[CheckpointView]:
        """Highest revision first; the token is the id of the last one seen."""
        found = await self._store.list_checkpoints(session_id)
        ids = [each.checkpoint_id for each in found]
        if page_token and page_token not in ids:
            raise PageTokenMismatch
        first = ids.index(CheckpointId(page_token)) + 1 if page_token else 0
        items = found[first : first + page_size]
        more = first + page_size < len(found)
        views = tuple(checkpoint_view(session_id, each) for each in items)
        return Page(views, items[-1].checkpoint_id if more else "")


def _automatic(revision: int) -> CheckpointId:
    return CheckpointId(f"t-{revision}")


def _cursor(row: SessionRow, order: SessionOrder) -> str:
    at_s = row.created_at if order is SessionOrder.CREATED else row.updated_at
    return f"{at_s!r}/{row.session_id}"


def _read_cursor(token: str) -> tuple[float, SessionId] | None:
    if not token:
        return None
    at_s, _, session_id = token.partition("/")
    try:
        return float(at_s), SessionId(session_id)
    except ValueError:
        raise PageTokenMismatch from None


def _read_seq(token: str) -> int | None:
    if not token:
        return None
    if not (token.isascii() and token.isdigit() and len(token) <= _SEQ_DIGITS):
        raise PageTokenMismatch
    return int(token)
