"""Bundles: a session as bytes that another server takes in, with the release it is in the middle of. Signed.

    "BSX", one byte of version
    8 bytes naming the key: the beginning of its SHA-256
    32 bytes HMAC-SHA256, by the key, of all else
    the parts, in this order; each a varint of bytes and the bytes:
        about      JSON: bot, release, what the session waits for, what the engine remembers of it
        manifest   of the release, as it is stored
        content    varint how many, then each program and file of the release, in the order of their digests
        root       of the state
        large      varint how many, then the large objects of the state, in its order
        messages   JSON: the newest ones, oldest of them first
    8 bytes BLAKE2b of the parts

The same session gives the same bytes: JSON is written with sorted keys and without blanks, and reading refuses any
other form. Nothing is believed because of the signature alone: it says which server made the bundle, and a server may
have been mistaken or taken over. Whoever reads a bundle checks what it says; this module checks its form.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import BadBundle, BadSnapshot, ConfigError, SnapshotTooNew
from ..ids import Digest
from ..limits import BUNDLE_KEYS
from ..vm.tree import Reader, varint

BUNDLE_VERSION = 1
_MAGIC = b"BSX"
_NAME_BYTES = 8
_MARK_BYTES = 32
_CHECKSUM_BYTES = 8
_HEAD_BYTES = len(_MAGIC) + 1 + _NAME_BYTES + _MARK_BYTES
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is in one. `content` and `large` by digest."""

    about: Mapping[str, Any]
    manifest: bytes
    content: Mapping[Digest, bytes]
    root: bytes
    large: Mapping[Digest, bytes]
    messages: Sequence[Mapping[str, Any]]


class BundleKeys:
    """The first key signs; each of them is accepted."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {name_of(key): key for key in keys}
        self._first = keys[0]

    def seal(self, bundle: Bundle) -> bytes:
        head = _MAGIC + bytes([BUNDLE_VERSION]) + name_of(self._first)
        parts = _written(bundle)
        return head + _mark(self._first, head, parts) + parts

    def unseal(self, data: bytes) -> Bundle:
        """Raises BadBundle, SnapshotTooNew."""
        if len(data) < _HEAD_BYTES + _CHECKSUM_BYTES or data[:3] != _MAGIC:
            raise BadBundle("is no bundle of a session")
        if data[3] > BUNDLE_VERSION:
            raise SnapshotTooNew(found=data[3], known=BUNDLE_VERSION)
        if data[3] == 0:
            raise BadBundle("has version 0")
        head, parts = data[: _HEAD_BYTES - _MARK_BYTES], data[_HEAD_BYTES:]
        mark = data[len(head) : _HEAD_BYTES]
        if _checksum(parts[:-_CHECKSUM_BYTES]) != parts[-_CHECKSUM_BYTES:]:
            raise BadBundle("is damaged: its checksum is wrong")
        key = self._keys.get(head[4:])
        if key is None:
            raise BadBundle("is signed with a key that this server does not have")
        if not hmac.compare_digest(_mark(key, head, parts), mark):
            raise BadBundle("is not what was signed")
        bundle = _read(parts[:-_CHECKSUM_BYTES])
        try:
            is_canonical = _written(bundle) == parts
        except (ValueError, RecursionError):  # texts and numbers that JSON can read and nobody write
            is_canonical = False
        if not is_canonical:
            raise BadBundle("is not written as bundles are")
        return bundle


def name_of(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_NAME_BYTES]


def read_keys(path: Path) -> BundleKeys:
    """The keys of a file: 64 hexadecimal digits a line, `#` begins a remark. Raises ConfigError."""
    hint = "a key is made by `openssl rand -hex 32`; the first of the file signs, all are accepted"
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        texts = [text for line in lines if (text := line.partition("#")[0].strip())]
        keys = [bytes.fromhex(text) for text in texts]
    except (OSError, ValueError) as error:
        raise ConfigError(f"bundle keys {path} cannot be read: {_reason(error)}", hint=hint) from error
    if not 1 <= len(keys) <= BUNDLE_KEYS or any(len(key) != _KEY_BYTES for key in keys):
        raise ConfigError(f"bundle keys {path}: expected 1 to {BUNDLE_KEYS} lines of 64 hexadecimal digits", hint=hint)
    return BundleKeys(keys)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else "a line is no hexadecimal number"


def _mark(key: bytes, head: bytes, parts: bytes) -> bytes:
    return hmac.digest(key, head + parts, "sha256")


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECKSUM_BYTES).digest()


def content_digest(data: bytes) -> Digest:
    """The name of a program, a file or a large object."""
    return Digest(hashlib.blake2b(data, digest_size=32).digest())


def _written(bundle: Bundle) -> bytes:
    out = [_part(_json(bundle.about)), _part(bundle.manifest), varint(len(bundle.content))]
    out += [_part(bundle.content[digest]) for digest in sorted(bundle.content)]
    out += [_part(bundle.root), varint(len(bundle.large)), *map(_part, bundle.large.values())]
    out.append(_part(_json(bundle.messages)))
    parts = b"".join(out)
    return parts + _checksum(parts)


def _part(data: bytes) -> bytes:
    return varint(len(data)) + data


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def _read(data: bytes) -> Bundle:
    reader = Reader(data)

    def part() -> bytes:
        return reader.take(reader.count())

    try:
        about, manifest = json.loads(part()), part()
        content = [part() for _ in range(reader.count())]
        root = part()
        large = [part() for _ in range(reader.count())]
        messages = json.loads(part())
        reader.finish()
    except (BadSnapshot, ValueError, RecursionError) as error:
        raise BadBundle(f"cannot be read: {error}") from error
    if not isinstance(about, dict) or not isinstance(messages, list):
        raise BadBundle("does not say what it is about")
    return Bundle(
        about,
        manifest,
        {content_digest(each): each for each in content},
        root,
        {content_digest(each): each for each in large},
        messages,
    )
