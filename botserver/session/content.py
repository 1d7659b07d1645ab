"""What makes two requests with one id the same request: a digest over what they ask for."""

from __future__ import annotations

import json
from hashlib import blake2b

from ..ids import Digest


def digest_of(*parts: object) -> Digest:
    """Of JSON-like parts: equal requests have equal digests."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return Digest(blake2b(text.encode(), digest_size=32).digest())
