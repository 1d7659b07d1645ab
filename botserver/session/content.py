"""What makes two requests with one id the same request: a digest over what they ask for."""

from __future__ import annotations

import json
from hashlib import blake2b

from ..ids import Digest

_encode_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def digest_of(*parts: object) -> Digest:
    """Of JSON-like parts: equal requests have equal digests."""
    return Digest(blake2b(_encode_json(parts).encode(), digest_size=32).digest())
