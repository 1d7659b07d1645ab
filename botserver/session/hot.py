"""Sessions whose heap is in this process, bounded in bytes and number.

A heap in the cache is exactly what the store holds. Whoever runs a turn takes the session out and puts it back after
the commit; on anything else it is simply not put back, and the next turn begins from the store. Only the sessions that
were used last are kept as heaps; small ones that wait for longer are packed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from ..errors import Overloaded, SessionNotFound
from ..ids import Digest, SessionId
from ..immutable import dataclass
from ..limits import END_MEMORY_BYTES, UNPACKED_SESSIONS
from ..model import SessionState
from ..store.abc import Claimed, Input, Loaded, SessionRow, State, Store
from ..vm.machine import Heap, Vm
from ..vm.snapshot import Snapshot
from .cells import CellCache, NoCells, load_cells
from .observe import Observer
from .packed import Packed, can_be_packed, pack, unpack
from .records import Notes, decode_call_memory, decode_notes
from .releases import LoadedRelease, Releases

_ENDED = SessionState.ENDED
_OVERHEAD_BYTES = 6144  # of row, notes and Python objects of a hot session, about; benchmarks/memory.py


@dataclass(slots=True)
class Hot:
    """A session ready to run. `large` are the large objects of its last parked state."""

    row: SessionRow
    notes: Notes
    release: LoadedRelease
    heap: Heap
    large: frozenset[Digest]
    claimed: Claimed | None = None
    inputs: tuple[Input, ...] = ()

    @property
    def size_bytes(self) -> int:
        return self.row.standing.memory_bytes + _OVERHEAD_BYTES


class Budget:
    """Bytes of the heaps that run now, over all threads: bounded, so that all scripts together cannot exceed it."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._used = 0
        self._by_session: dict[SessionId, int] = {}
        self._lock = threading.Lock()

    def grow(self, session_id: SessionId, size_bytes: int) -> None:
        """A running session has this size now. Raises Overloaded."""
        sizes, lock = self._by_session, self._lock
        lock.acquire()  # `with` takes longer than all that is done here
        self._used = used = self._used + size_bytes - sizes.get(session_id, 0)
        sizes[session_id] = size_bytes
        lock.release()
        if used > self._max_bytes:
            raise Overloaded(what=f"running scripts hold more than {self._max_bytes} bytes")

    def give_back(self, session_id: SessionId) -> None:
        """The session runs no longer."""
        lock = self._lock
        lock.acquire()
        self._used -= self._by_session.pop(session_id, 0)
        lock.release()


class HotSessions:
    """The cache: least recently used out first. Half the bytes are the cache's, half are for what runs."""

    def __init__(
        self,
        store: Store,
        vm: Vm,
        releases: Releases,
        max_bytes: int,
        max_count: int,
        observer: Observer,
        cells: CellCache | None = None,
    ) -> None:
        self._store = store
        self._vm = vm
        self._releases = releases
        self._max_bytes = max_bytes // 2
        self.budget = Budget(max_bytes // 2)
        self._max_count = max_count
        self._observer = observer
        self._cells = cells or NoCells()
        self._cached: OrderedDict[SessionId, Hot | Packed] = OrderedDict()
        self._cached_bytes = 0
        self._unpacked: OrderedDict[SessionId, None] = OrderedDict()
        """Those of the cached ones that were used last."""

    def __len__(self) -> int:
        return len(self._cached)

    def put(self, hot: Hot) -> None:
        """Keep a session whose heap is what was committed. One that has ended runs no more and is not kept."""
        row = hot.row
        session_id, cached, unpacked = row.session_id, self._cached, self._unpacked
        if session_id in cached:
            self._pop(session_id)
        if row.state is _ENDED:
            return
        cached[session_id] = hot
        unpacked[session_id] = None
        self._cached_bytes += row.standing.memory_bytes + _OVERHEAD_BYTES
        count, size_bytes = len(cached), self._cached_bytes
        if len(unpacked) > UNPACKED_SESSIONS or size_bytes > self._max_bytes or count > self._max_count:
            self._shrink()
        else:
            self._observer.hot_sessions(count, size_bytes)

    def drop(self, session_id: SessionId) -> None:
        self._pop(session_id)

    def _pop(self, session_id: SessionId) -> Hot | Packed | None:
        cached = self._cached.pop(session_id, None)
        if cached is not None:
            self._unpacked.pop(session_id, None)
            self._cached_bytes -= cached.size_bytes
        return cached

    def share(self, objects: Mapping[Digest, bytes]) -> None:
        """Large objects that were committed here: other processes may want them next."""
        if objects:
            self._cells.put(objects)

    def peek(self, session_id: SessionId) -> Hot | None:
        """The cached session, still in the cache. Look, do not run."""
        cached = self._cached.get(session_id)
        if isinstance(cached, Packed):  # who looks mostly runs it next
            cached = self._unpack(session_id, cached)
            self.put(cached)
        return cached

    def take_cached(self, session_id: SessionId) -> Hot | None:
        """The session, out of the cache; None if it is not in it."""
        cached = self._cached.pop(session_id, None)
        if cached is None:
            return None
        self._unpacked.pop(session_id, None)
        self._cached_bytes -= cached.size_bytes
        return self._unpack(session_id, cached) if isinstance(cached, Packed) else cached

    async def take(self, session_id: SessionId) -> Hot:
        """As `take_cached`, else loaded. Raises SessionNotFound."""
        return self.take_cached(session_id) or await self.load(session_id)

    async def look(self, session_id: SessionId) -> Hot:
        """The session, which stays in the cache or comes into it, unless it is in an outside call. Look, do not run.
        Raises SessionNotFound."""
        hot = self.peek(session_id)
        if hot is None:
            hot = await self.load(session_id)
            if hot.claimed is None:
                self.put(hot)
        return hot

    async def load(self, session_id: SessionId) -> Hot:
        """The session as the store has it. Raises SessionNotFound."""
        loaded = await self._store.load_session(session_id)
        if loaded is None:
            raise SessionNotFound(session_id=session_id)
        return await self.revive(loaded)

    async def refresh(self, session_id: SessionId) -> Hot:
        """As `take`, with the row and the inputs that wait as the store has them now."""
        loaded = await self._store.load_session(session_id)
        if loaded is None:
            self.drop(session_id)
            raise SessionNotFound(session_id=session_id)
        hot = await self.take(session_id) if session_id in self._cached else None
        if hot is None or hot.row.revision != loaded.row.revision or loaded.claimed is not None:
            return await self.revive(loaded)
        hot.row, hot.inputs = loaded.row, loaded.inputs
        return hot

    async def revive(self, loaded: Loaded) -> Hot:
        """A heap from stored bytes. Raises StoredDataCorrupt, SnapshotTooNew."""
        row = loaded.row
        state = loaded.claimed.state if loaded.claimed is not None else loaded.state
        release = await self._releases.load(row.bot, row.standing.release)
        ends = row.state is SessionState.ENDED or (loaded.claimed is not None and _is_ending(loaded.claimed))
        heap = await self.decode(row.session_id, state, release, ends=ends)
        large = frozenset(loaded.state.large) if loaded.state is not None else frozenset()
        return Hot(row, decode_notes(row.standing.extra), release, heap, large, loaded.claimed, loaded.inputs)

    async def decode(
        self, session_id: SessionId, state: State | None, release: LoadedRelease, *, ends: bool = False
    ) -> Heap:
        """The heap of a stored state, with its large objects; a new one if there is none. `ends`: the session has
        ended, or its end handlers run, so it may be larger than its limit."""
        limits = release.config.limits
        if ends:
            limits = replace(limits, memory_bytes=limits.memory_bytes + END_MEMORY_BYTES)
        if state is None:
            return self._vm.new_heap(release, limits)
        state = self._releases.formats.newest(state)
        large = await load_cells(self._store, self._cells, session_id, state.large)
        return self._vm.decode(Snapshot(state.root, large, state.large), release, limits)

    def move(self, hot: Hot, release: LoadedRelease) -> None:
        """Let a session without a frame go on in another release."""
        snapshot = hot.heap.encode()
        hot.heap = self._vm.decode(snapshot, release, release.config.limits)
        hot.release = release
        hot.row = replace(hot.row, standing=replace(hot.row.standing, release=release.release_id))

    def _unpack(self, session_id: SessionId, packed: Packed) -> Hot:
        row, root = unpack(packed, session_id)
        heap = self._vm.decode(Snapshot(root, {}), packed.release, packed.release.config.limits)
        return Hot(row, decode_notes(row.standing.extra), packed.release, heap, frozenset())

    def _pack_oldest(self) -> None:
        session_id, _ = self._unpacked.popitem(last=False)
        hot = self._cached[session_id]
        if isinstance(hot, Hot) and can_be_packed(hot):
            packed = pack(hot)
            self._cached[session_id] = packed
            self._cached_bytes += packed.size_bytes - hot.size_bytes

    def _shrink(self) -> None:
        while len(self._unpacked) > UNPACKED_SESSIONS:
            self._pack_oldest()
        while self._cached and (self._cached_bytes > self._max_bytes or len(self._cached) > self._max_count):
            self.drop(next(iter(self._cached)))
        self._observer.hot_sessions(len(self._cached), self._cached_bytes)


def _is_ending(claimed: Claimed) -> bool:
    agenda = decode_call_memory(claimed.call.turn).agenda
    return agenda is not None and bool(agenda["ends"])
