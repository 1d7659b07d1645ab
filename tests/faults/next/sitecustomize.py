"""Makes a server the one of the next version, as far as states go: with this folder first on its PYTHONPATH.

Its VM writes and reads format 2, in which the body of a root is compressed, and nothing else; format 1 it knows as any
version will know the one before, by a pair of functions.
"""

import hashlib
import zlib
from collections.abc import Sequence

from botserver.errors import BadSnapshot
from botserver.ids import Digest
from botserver.vm import snapshot

_NEXT = snapshot.FORMAT_VERSION + 1
_plain = snapshot.unseal


def _sealed(version: int, body: bytes, digests: Sequence[Digest]) -> bytes:
    data = b"BSS" + bytes([version]) + body
    return data + hashlib.blake2b(data + b"".join(digests), digest_size=8).digest()


def _seal(body: bytes, digests: Sequence[Digest] = ()) -> bytes:
    return _sealed(_NEXT, zlib.compress(body), digests)


def _unseal(root: bytes, digests: Sequence[Digest] = ()) -> bytes:
    body = _plain(root, digests)
    if snapshot.version_of(root) != _NEXT:
        raise BadSnapshot(what="a state of another version reached the VM")
    return zlib.decompress(body)


snapshot.FORMAT_VERSION = _NEXT
snapshot.seal, snapshot.unseal = _seal, _unseal

from botserver.session import formats  # noqa: E402  # it, and what it imports, is to see the above

formats.OLDER_STATES[_NEXT - 1] = formats.OlderState(  # type: ignore[index]  # a dict, made to be filled like this
    from_newest=lambda root, digests: _sealed(_NEXT - 1, _unseal(root, digests), digests),
    to_newest=lambda root, digests: _seal(_plain(root, digests), digests),
)
