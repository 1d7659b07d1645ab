"""The bytes of a suspended or idle session: the root, and the large objects beside it.

Theory of operation. A snapshot holds everything a VM needs to go on: frames, registers, the graph of script values
with sharing and cycles, session areas, counters. Both VMs write the same bytes for the same state and read each
other's. It names programs by digest and holds no class names; a reader trusts nothing in it.

    "BSS", one byte of version, body, 8 bytes BLAKE2b of all before and of the digests of the large objects

The digests travel beside the root, in order of first use by frames and areas, without repeats: a turn that touches none
of a hundred large objects writes the root alone.

The checksum finds damage; it proves nothing, anybody can make one. So the reader of the body checks every length,
tag, index, waiting point and price on its own, and raises BadSnapshot, the only error of reading.

Body, with `varint` (unsigned LEB128, at most 64 bits, shortest form), `zigzag`, `text` (varint of bytes, UTF-8) as in
`language/program.py`:

    varint programs; each 32 bytes digest, in order of first use by the frames, outermost frame first, no repeats
    varint large objects
    varint live, varint allocated, varint fuel used in this turn, 8 bytes random state
    byte waiting: 0 no frame, 1 suspended at the EFFECT of the last frame
    varint frames, outermost first; each:
        varint program index, varint procedure index, varint pc;
        if the instruction at pc is a RUN_IN and another frame follows: varint place of the sub-session that frame runs
        in, among the children of the one this frame runs in; then registers 0 .. a-1 as values, where a is the first
        operand of the instruction at pc
    seven areas in this order: variables, contexts, prompt, suggestions, menu, kbs, tools; each:
        varint cells; each: text name, byte 0, varint size, encoded tree      (below LARGE_OBJECT_BYTES)
                         or text name, byte 1, varint size, varint number of the large object that is the tree
    the family of the session: varint 0 if it has no sub-sessions and none was merged, else 1 + live sub-sessions, then
        varint merged; each 16 bytes id: sub-sessions whose messages are part of its history, oldest first
        each live sub-session: 16 bytes id; six areas, those above without menu;
            twice, what its variables and contexts were at first: varint entries; each: text name, 16 bytes digest
            its own family
    two areas of the session as a whole: handlers, kept

The instruction at pc is, for the last frame, an EFFECT; for every other frame a CALL whose procedure the next frame
is, or a RUN or RUN_IN, and then the next frame is procedure 0. One of them may be an EFFECT of kind park: a script
waits there, and the next frame begins the run of a handler, in the session itself, at an entry of procedure 0.
Registers from `a` upward are null there, so they are not stored: CALL, RUN, RUN_IN and EFFECT take their arguments
away.

A value: tag byte 0 null, 1 false, 2 true, 3 zigzag integer, 4 float (8 bytes; every NaN as 000000000000f87f),
5 zigzag seconds of a datetime, 6 zigzag days of a date, 7 new string (text), 8 new array (varint n, n values),
9 new map (varint n, n pairs: key, which is tag 7, 11 or a tag 10 that refers to a string, and value), 10 object seen
before (varint number), 11 new string of LARGE_OBJECT_BYTES and more (varint number of the large object that is its
UTF-8; as tag 7 it would be refused). Objects are numbered 0, 1, .. through the whole body in the order their tags 7, 8,
9, 11 appear.

A tree is a value without tags 10 and 11: what a session area holds, deep-copied, at most VALUE_DEPTH containers deep.

An area keeps the order of insertion. `variables`, `contexts`: names are unique (folded), as first written; contexts
are strings. `prompt`: at most one cell, named "", a string. `suggestions`: cells named by label, unique by key and
label, tree is an array [key, label, kind]. `menu`: the same, of the HEAR being waited for; a last cell with label "*"
and kind "*" means that other text is accepted. `kbs`, `tools`: names alone, their trees are null. `handlers`: cells
named by event, unique by event and file, tree is an array [file, handler's key, name of a cell in `kept`]. `kept`:
names are unique; no trees but values, each a map of script variables by name, whose objects are numbered from 0,
without tag 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from ..errors import BadSnapshot, SnapshotTooNew
from ..ids import DIGEST_BYTES, Digest
from ..immutable import dataclass
from ..limits import END_MEMORY_BYTES, SESSION_MEMORY_MAX
from .tree import Reader

FORMAT_VERSION = 1
AREAS = ("variables", "contexts", "prompt", "suggestions", "menu", "kbs", "tools")
"""Of a session, in the order of the snapshot."""
CHILD_AREAS = tuple(area for area in AREAS if area != "menu")
"""Of a sub-session; there is one menu, of the HEAR that waits."""
HANDLER_AREAS = ("handlers", "kept")
"""Of a session as a whole: a sub-session has no handlers of its own."""
READ_BYTES = SESSION_MEMORY_MAX + END_MEMORY_BYTES
"""What any session may hold, and so what a reader accepts: a session must stay readable when its limit was lowered."""
_MAGIC = b"BSS"
_CHECKSUM_BYTES = 8
_HEAD = _MAGIC + bytes([FORMAT_VERSION])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`root` and `digests` go into the session's state; `large` are the large objects that `digests` name. An encoder
    leaves those out that are known already; a decoder needs them all."""

    root: bytes
    large: dict[Digest, bytes]
    digests: tuple[Digest, ...] = ()


def programs_of(root: bytes, digests: Sequence[Digest] = ()) -> tuple[Digest, ...]:
    """The programs that a root needs. Raises BadSnapshot, SnapshotTooNew."""
    reader = Reader(unseal(root, digests))
    return tuple(Digest(reader.take(DIGEST_BYTES)) for _ in range(reader.count(DIGEST_BYTES)))


def version_of(root: bytes) -> int:
    """The format of a root; 0 if it is none."""
    return root[3] if root[:3] == _MAGIC and len(root) > 3 else 0


def _checksum(data: bytes, digests: Sequence[Digest]) -> bytes:
    found = blake2b(data, digest_size=_CHECKSUM_BYTES)
    for digest in digests:
        found.update(digest)
    return found.digest()


def seal(body: bytes, digests: Sequence[Digest] = ()) -> bytes:
    """The root of a body."""
    data = _HEAD + body
    return data + _checksum(data, digests)


def unseal(root: bytes, digests: Sequence[Digest] = ()) -> bytes:
    """The body of a root whose frame is right. Raises BadSnapshot or SnapshotTooNew."""
    if len(root) < len(_MAGIC) + 1 + _CHECKSUM_BYTES or root[:3] != _MAGIC:
        raise BadSnapshot(what="it does not begin with BSS")
    data, checksum = root[:-_CHECKSUM_BYTES], root[-_CHECKSUM_BYTES:]
    if _checksum(data, digests) != checksum:
        raise BadSnapshot(what="its checksum is wrong")
    if data[3] > FORMAT_VERSION:
        raise SnapshotTooNew(found=data[3], known=FORMAT_VERSION)
    if data[3] == 0:
        raise BadSnapshot(what="version 0")
    if len(set(digests)) != len(digests) or any(len(digest) != DIGEST_BYTES for digest in digests):
        raise BadSnapshot(what="a large object is named twice")
    return data[4:]


def digest_of(data: bytes) -> Digest:
    """The name of a large object."""
    return Digest(blake2b(data, digest_size=32).digest())
