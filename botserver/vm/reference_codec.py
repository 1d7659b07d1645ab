"""The body of snapshots, written and read by the reference VM. `snapshot.py` describes the form.

The reader trusts nothing: whatever is wrong with the bytes, it raises BadSnapshot.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from ..errors import BadSnapshot
from ..ids import Digest
from ..language.effects import EFFECTS, Kind
from ..language.opcodes import Op
from ..language.program import Procedure, Program
from ..limits import CALL_DEPTH, LARGE_OBJECT_BYTES, MERGED_HISTORIES, RUN_DEPTH, SUB_SESSION_DEPTH, SUB_SESSIONS
from .machine import Release
from .objects import Array, Map, Str, Value
from .reference_areas import BASE_DIGEST_BYTES, AreaSet, Cell, Named
from .snapshot import AREAS, CHILD_AREAS, HANDLER_AREAS, Snapshot, digest_of, seal, unseal
from .text import fold
from .tree import ARRAY, LARGE, MAP, REFERENCE, STRING, Reader, decode_tree, scalar_bytes, text_bytes, varint
from .values import HostValue

_WAITING = (Op.CALL, Op.RUN, Op.RUN_IN, Op.EFFECT)


@dataclass(slots=True)
class Frame:
    """One procedure call. `is_script` marks the outermost frame of a script run."""

    program: Program
    index: int
    pc: int
    registers: list[Value]
    is_script: bool
    enters: AreaSet | None = None  # the sub-session it began to run in

    @property
    def procedure(self) -> Procedure:
        return self.program.procedures[self.index]


@dataclass(slots=True)
class SavedState:
    """What a snapshot holds."""

    frames: list[Frame] = field(default_factory=list)
    live: int = 0
    allocated: int = 0
    fuel_used: int = 0
    random: int = 0
    session: AreaSet = field(default_factory=AreaSet)
    menu: list[Cell] = field(default_factory=list)
    handlers: list[Cell] = field(default_factory=list)
    kept: list[Cell] = field(default_factory=list)

    def cells(self, area: str) -> list[Cell]:
        if area in ("menu", *HANDLER_AREAS):
            found: list[Cell] = getattr(self, area)
            return found
        return self.session.cells(area)

    def areas(self) -> Iterator[list[Cell]]:
        """All areas in the order of the snapshot."""
        yield from (self.cells(area) for area in AREAS)
        for child in list(self.session.walk())[1:]:
            yield from (child.cells(area) for area in CHILD_AREAS)
        yield from (self.cells(area) for area in HANDLER_AREAS)


# --- writing -----------------------------------------------------------------------------------------------------


class _Beside:
    """The large objects of a snapshot that is written, numbered in order of first use."""

    def __init__(self) -> None:
        self.objects: dict[Digest, bytes] = {}
        self._numbers: dict[Digest, int] = {}

    def place(self, data: bytes) -> int:
        digest = digest_of(data)
        self.objects.setdefault(digest, data)
        return self._numbers.setdefault(digest, len(self._numbers))


def encode_state(state: SavedState, known: Container[Digest] = frozenset()) -> Snapshot:
    """The snapshot of an idle or suspended heap."""
    programs: dict[Digest, int] = {}
    for frame in state.frames:
        programs.setdefault(frame.program.digest, len(programs))
    beside = _Beside()
    out = [varint(state.live), varint(state.allocated), varint(state.fuel_used), state.random.to_bytes(8, "little")]
    out += [b"\1" if state.frames else b"\0", varint(len(state.frames))]
    numbers: dict[int, int] = {}
    for position, frame in enumerate(state.frames, start=1):
        out += [varint(programs[frame.program.digest]), varint(frame.index), varint(frame.pc)]
        entered = state.frames[position].enters if position < len(state.frames) else None
        if entered is not None:
            out.append(varint(_place(entered)))
        first = frame.procedure.code[frame.pc][1]
        for value in frame.registers[:first]:
            _encode_value(value, numbers, out, beside)
    for area in AREAS:
        _encode_area(state.cells(area), beside, out)
    _encode_family(state.session, beside, out)
    for area in HANDLER_AREAS:
        _encode_area(state.cells(area), beside, out)
    digests = tuple(beside.objects)
    head = [varint(len(programs)), *programs, varint(len(digests))]
    new = {digest: data for digest, data in beside.objects.items() if digest not in known}
    return Snapshot(seal(b"".join(head + out), digests), new, digests)


def _place(child: AreaSet) -> int:
    assert child.parent is not None
    return child.parent.children.index(child)


def _encode_area(cells: Sequence[Cell], beside: _Beside, out: list[bytes]) -> None:
    out.append(varint(len(cells)))
    for cell in cells:
        out.append(text_bytes(cell.name))
        if len(cell.data) < LARGE_OBJECT_BYTES:
            out += [b"\0", varint(len(cell.data)), cell.data]
        else:
            out += [b"\1", varint(len(cell.data)), varint(beside.place(cell.data))]


def _encode_family(areas: AreaSet, beside: _Beside, out: list[bytes]) -> None:
    """Sub-sessions and merged histories; as deep as sub-sessions may be, which is little."""
    if not areas.children and not areas.merged:
        out.append(b"\0")
        return
    out += [varint(1 + len(areas.children)), varint(len(areas.merged)), *(UUID(each).bytes for each in areas.merged)]
    for child in areas.children:
        out.append(UUID(child.id).bytes)
        for area in CHILD_AREAS:
            _encode_area(child.cells(area), beside, out)
        for base in (child.base_variables, child.base_contexts):
            out.append(varint(len(base)))
            for cell in base.values():
                out += [text_bytes(cell.name), cell.data]
        _encode_family(child, beside, out)


def encode_graph(value: Value) -> bytes:
    """A value with its sharing and cycles."""
    out: list[bytes] = []
    _encode_value(value, {}, out)
    return b"".join(out)


def _encode_value(root: Value, numbers: dict[int, int], out: list[bytes], beside: _Beside | None = None) -> None:
    """Large strings go `beside` the root, if there is such a place."""
    stack = [root]
    while stack:
        value = stack.pop()
        if not isinstance(value, Str | Array | Map):
            out.append(scalar_bytes(value))
            continue
        if id(value) in numbers:
            out += [bytes([REFERENCE]), varint(numbers[id(value)])]
            continue
        numbers[id(value)] = len(numbers)
        if isinstance(value, Str):
            data = value.text.encode()
            if beside is not None and len(data) >= LARGE_OBJECT_BYTES:
                out += [bytes([LARGE]), varint(beside.place(data))]
            else:
                out += [bytes([STRING]), varint(len(data)), data]
        elif isinstance(value, Array):
            out += [bytes([ARRAY]), varint(len(value.items))]
            stack.extend(reversed(value.items))
        else:
            out += [bytes([MAP]), varint(len(value.entries))]
            for key, item in reversed(value.entries.values()):
                stack += [item, key]


# --- reading -----------------------------------------------------------------------------------------------------


def decode_state(snapshot: Snapshot, release: Release) -> SavedState:
    """Raises BadSnapshot, SnapshotTooNew."""
    named = _Named(snapshot.digests, snapshot.large)
    return _Decoder(unseal(snapshot.root, snapshot.digests), named, release).state()


def decode_frames(root: bytes, digests: Sequence[Digest], release: Release) -> list[Frame]:
    """The frames of a state alone, to see where they stand: without the areas, and with other texts in place of large
    strings; `enters` is not set. Raises BadSnapshot, SnapshotTooNew."""
    return _Decoder(unseal(root, digests), _Unread(digests, {}), release).begin().frames


@dataclass(slots=True)
class _Open:
    """A container that still misses values; `key` is the map key whose value comes next."""

    container: Array | Map
    missing: int
    key: Str | None = None


class _Named:
    """The large objects that a snapshot names. What is not what its name says is not at hand."""

    def __init__(self, digests: Sequence[Digest], large: Mapping[Digest, bytes]) -> None:
        self.digests = digests
        self._large = large
        self._n_used = 0

    def use(self, number: int) -> bytes:
        if number >= len(self.digests):
            raise BadSnapshot(what="a large object that is not named")
        if number > self._n_used:
            raise BadSnapshot(what="large objects are not in order of use")
        data = self._large.get(self.digests[number])
        if data is None or digest_of(data) != self.digests[number]:
            raise BadSnapshot(what="a large object is missing")
        self._n_used = max(self._n_used, number + 1)
        return data

    def finish(self) -> None:
        if self._n_used < len(self.digests):
            raise BadSnapshot(what="a large object is named and not used")


class _Unread(_Named):
    """Something in their place."""

    def use(self, number: int) -> bytes:
        return str(number).encode().ljust(LARGE_OBJECT_BYTES)


class _Graph:
    """Reads values that may refer to objects seen before, and with `named` to large strings."""

    def __init__(self, reader: Reader, named: _Named | None = None) -> None:
        self.reader = reader
        self._named = named
        self._objects: list[Str | Array | Map] = []

    def value(self) -> Value:
        root = _Open(Array([]), 1)
        stack = [root]
        while stack:
            top = stack[-1]
            if top.missing == 0:
                stack.pop()
                continue
            tag = self.reader.byte()
            if isinstance(top.container, Map) and top.key is None:
                top.key = self._key(tag, top.container)
                continue
            value = self._tagged(tag, stack)
            top.missing -= 1
            if isinstance(top.container, Array):
                top.container.items.append(value)
            elif top.key is not None:
                top.container.insert(top.key, value)
                top.key = None
        return root.container.items[0] if isinstance(root.container, Array) else None

    def _key(self, tag: int, container: Map) -> Str:
        if tag == STRING or (tag == LARGE and self._named is not None):
            key: Str | Array | Map = self._string(tag)
        elif tag == REFERENCE:
            key = self._known()
        else:
            raise BadSnapshot(what="a map key is not text")
        if not isinstance(key, Str):
            raise BadSnapshot(what="a map key is not text")
        if key.text in container.entries:
            raise BadSnapshot(what="a map has a key twice")
        return key

    def _tagged(self, tag: int, stack: list[_Open]) -> Value:
        if tag == STRING or (tag == LARGE and self._named is not None):
            return self._string(tag)
        if tag == REFERENCE:
            return self._known()
        if tag == ARRAY:
            n = self.reader.count()
            array = Array([])
            self._new(array)
            stack.append(_Open(array, n))
            return array
        if tag == MAP:
            n = self.reader.count(2)
            fresh = Map()
            self._new(fresh)
            stack.append(_Open(fresh, n))
            return fresh
        return self.reader.scalar(tag)

    def _string(self, tag: int) -> Str | Array | Map:
        if tag == LARGE and self._named is not None:
            data = self._named.use(self.reader.varint())
            if len(data) < LARGE_OBJECT_BYTES:
                raise BadSnapshot(what="a large object is small")
            return self._new(Str(Reader(varint(len(data)) + data).text()))
        text = self.reader.text()
        if self._named is not None and len(text.encode()) >= LARGE_OBJECT_BYTES:
            raise BadSnapshot(what="a large string is not beside the root")
        return self._new(Str(text))

    def _new(self, value: Str | Array | Map) -> Str | Array | Map:
        self._objects.append(value)
        return value

    def _known(self) -> Str | Array | Map:
        number = self.reader.varint()
        if number >= len(self._objects):
            raise BadSnapshot(what="a reference to an object that was not seen")
        return self._objects[number]


def decode_graph(data: bytes) -> Map:
    """What `encode_graph` wrote of a map. Raises BadSnapshot."""
    graph = _Graph(Reader(data))
    value = graph.value()
    graph.reader.finish()
    if not isinstance(value, Map):
        raise BadSnapshot(what="what is kept for handlers is no map")
    return value


class _Decoder:
    def __init__(self, body: bytes, named: _Named, release: Release) -> None:
        self._reader = Reader(body)
        self._named = named
        self._graph = _Graph(self._reader, named)
        self._release = release
        self._places: list[int] = []  # of the sub-sessions that frames run in, among the children of their parents
        self._ids: set[str] = set()

    def begin(self) -> SavedState:
        """Up to the frames."""
        reader = self._reader
        programs = [self._program(Digest(reader.take(32))) for _ in range(reader.count(32))]
        if len({program.digest for program in programs}) != len(programs):
            raise BadSnapshot(what="a program is named twice")
        if reader.varint() != len(self._named.digests):
            raise BadSnapshot(what="it has more or fewer large objects than are named")
        state = SavedState(live=reader.varint(), allocated=reader.varint(), fuel_used=reader.varint())
        state.random = int.from_bytes(reader.take(8), "little")
        waiting, n_frames = reader.byte(), reader.count(3)
        if waiting != (1 if n_frames else 0):
            raise BadSnapshot(what="frames and waiting do not agree")
        order: list[int] = []
        for _ in range(n_frames):
            program_index = reader.varint()
            if program_index >= len(programs):
                raise BadSnapshot(what="a frame of an unknown program")
            if program_index not in order:
                order.append(program_index)
            state.frames.append(self._frame(programs[program_index], is_last=len(state.frames) + 1 == n_frames))
        if order != list(range(len(programs))):
            raise BadSnapshot(what="programs are not in order of use")
        _check_chain(state.frames)
        return state

    def state(self) -> SavedState:
        state, reader = self.begin(), self._reader
        for area in AREAS:
            cells = self._area(area)
            if area == "menu":
                state.menu = cells
            else:
                _fill(state.session, area, cells)
        self._family(state.session, depth=0)
        self._enter(state)
        state.handlers, state.kept = (self._area(area) for area in HANDLER_AREAS)
        self._named.finish()
        reader.finish()
        return state

    def _program(self, digest: Digest) -> Program:
        program = self._release.find_program(digest)
        if program is None:
            raise BadSnapshot(what=f"program {digest.hex()[:16]} is unknown")
        return program

    def _frame(self, program: Program, is_last: bool) -> Frame:
        index, pc = self._reader.varint(), self._reader.varint()
        if index >= len(program.procedures):
            raise BadSnapshot(what="a frame of an unknown procedure")
        procedure = program.procedures[index]
        if pc >= len(procedure.code) or procedure.code[pc][0] not in _WAITING:
            raise BadSnapshot(what="a frame does not stand at a waiting point")
        if procedure.code[pc][0] == Op.RUN_IN and not is_last:
            self._places.append(self._reader.varint())
        first = procedure.code[pc][1]
        registers = [self._graph.value() for _ in range(first)]
        registers += [None] * (procedure.n_registers - first)
        return Frame(program, index, pc, registers, is_script=False)

    def _area(self, area: str) -> list[Cell]:
        cells = [self._cell() for _ in range(self._reader.count(4))]
        check_area(area, cells)
        return cells

    def _family(self, areas: AreaSet, depth: int) -> None:
        """Recursion ends at the depth that is allowed."""
        n = self._reader.varint()
        if n == 0:
            return
        if n > SUB_SESSIONS + 1 or (n > 1 and depth >= SUB_SESSION_DEPTH):
            raise BadSnapshot(what="there are more sub-sessions than allowed")
        areas.merged = [self._id() for _ in range(self._reader.count(16))]
        if len(areas.merged) > MERGED_HISTORIES or (n == 1 and not areas.merged):
            raise BadSnapshot(what="merged sub-sessions are more or fewer than allowed")
        for _ in range(n - 1):
            child = AreaSet(self._id(), areas)
            if child.id in self._ids:
                raise BadSnapshot(what="a sub-session is there twice")
            self._ids.add(child.id)
            areas.children.append(child)
            for area in CHILD_AREAS:
                _fill(child, area, self._area(area))
            child.base_variables, child.base_contexts = self._base(), self._base()
            self._family(child, depth + 1)

    def _id(self) -> str:
        found = UUID(bytes=self._reader.take(16))
        if found.version != 4:
            raise BadSnapshot(what="the id of a sub-session is no UUID of version 4")
        return str(found)

    def _base(self) -> Named:
        base: Named = {}
        for _ in range(self._reader.count(1 + BASE_DIGEST_BYTES)):
            name = self._reader.text()
            if not name or fold(name) in base:
                raise BadSnapshot(what="an area has a name twice")
            base[fold(name)] = Cell(name, self._reader.take(BASE_DIGEST_BYTES))
        return base

    def _enter(self, state: SavedState) -> None:
        """Find the sub-sessions that frames run in."""
        areas, places = state.session, iter(self._places)
        for caller, frame in pairwise(state.frames):
            op = caller.procedure.code[caller.pc][0]
            if op == Op.EFFECT:
                areas = state.session
            if op != Op.RUN_IN:
                continue
            place = next(places)
            if place >= len(areas.children):
                raise BadSnapshot(what="a frame runs in an unknown sub-session")
            frame.enters = areas = areas.children[place]

    def _cell(self) -> Cell:
        name, form, size = self._reader.text(), self._reader.byte(), self._reader.varint()
        if form == 0 and size < LARGE_OBJECT_BYTES:
            return Cell(name, self._reader.take(size))
        if form != 1 or size < LARGE_OBJECT_BYTES:
            raise BadSnapshot(what="a cell has the wrong form")
        data = self._named.use(self._reader.varint())
        if len(data) != size:
            raise BadSnapshot(what="a large object is missing")
        return Cell(name, data)


def _fill(areas: AreaSet, area: str, cells: list[Cell]) -> None:
    setattr(areas, area, {fold(cell.name): cell for cell in cells} if area in ("variables", "contexts") else cells)


def check_area(area: str, cells: Sequence[Cell]) -> None:
    """Raises BadSnapshot unless the cells are what their area holds."""
    names = {fold(cell.name) for cell in cells}
    if area in ("variables", "contexts", "kbs", "tools", "kept") and (len(names) != len(cells) or "" in names):
        raise BadSnapshot(what="an area has a name twice")
    if area == "kept":
        for cell in cells:
            decode_graph(cell.data)
        return
    trees = [decode_tree(cell.data) for cell in cells]
    if area == "variables" and any(tree is None for tree in trees):
        raise BadSnapshot(what="a variable is null")
    if area in ("contexts", "prompt") and not all(isinstance(tree, str) and tree for tree in trees):
        raise BadSnapshot(what="a context is not text")
    if area == "prompt" and (len(cells) > 1 or any(cell.name for cell in cells)):
        raise BadSnapshot(what="there is more than one prompt")
    if area in ("kbs", "tools") and any(tree is not None for tree in trees):
        raise BadSnapshot(what="a name has a value")
    if area == "handlers":
        _check_handlers(cells, trees)
    if area in ("suggestions", "menu"):
        for cell, tree in zip(cells, trees, strict=True):
            if not isinstance(tree, list) or len(tree) != 3 or not all(isinstance(part, str) for part in tree):
                raise BadSnapshot(what="a suggestion has the wrong form")
            if tree[1] != cell.name:
                raise BadSnapshot(what="a suggestion has the wrong name")


def _check_handlers(cells: Sequence[Cell], trees: Sequence[HostValue]) -> None:
    seen: set[tuple[str, str]] = set()
    for cell, tree in zip(cells, trees, strict=True):
        if not isinstance(tree, list) or len(tree) != 3 or not all(isinstance(part, str) for part in tree):
            raise BadSnapshot(what="a handler has the wrong form")
        place = (cell.name, str(tree[0]))
        if not cell.name or place in seen:
            raise BadSnapshot(what="a handler has no event or is there twice")
        seen.add(place)


def _check_chain(frames: list[Frame]) -> None:
    """Each frame calls the next, or is a handler's that runs while the one before waits; sets `is_script`."""
    depth = runs = handlers = 0
    for position, frame in enumerate(frames):
        caller = frames[position - 1] if position else None
        if caller is None:
            frame.is_script = True
            fits = frame.index == 0
        else:
            op, *operands = caller.procedure.code[caller.pc]
            frame.is_script = op != Op.CALL
            if op == Op.CALL:
                fits = operands[1] == frame.index and caller.program is frame.program
            elif op == Op.EFFECT:
                waits = EFFECTS[operands[1]].kind is Kind.PARK and not _begins_handler(frames[0])
                fits = waits and _begins_handler(frame)
                handlers += 1
                runs = 0
            else:
                fits = frame.index == 0
        depth = 0 if frame.is_script else depth + 1
        runs += frame.is_script
        if not fits or depth > CALL_DEPTH or runs > RUN_DEPTH + 1 or handlers > 1:
            raise BadSnapshot(what="frames do not call each other")
    if frames and frames[-1].procedure.code[frames[-1].pc][0] != Op.EFFECT:
        raise BadSnapshot(what="the last frame does not wait")


def _begins_handler(frame: Frame) -> bool:
    return frame.program.is_handler_entry(frame.index, frame.pc)
