"""The ids that make mutations safe to send again, and what a store says of one it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from ..ids import Digest, RequestId

T_contra = TypeVar("T_contra", contravariant=True)


class Repeat(StrEnum):
    PENDING = "pending"  # accepted, no reply so far
    SETTLED = "settled"  # `reply` is the first reply
    EXPIRED = "expired"  # seen, its reply is no longer kept
    REUSED = "reused"  # seen with another content


@dataclass(frozen=True, slots=True)
class Known:
    """The id was seen before; nothing was written. Request ids are SETTLED or REUSED only."""

    repeat: Repeat
    reply: bytes | None = None


@dataclass(frozen=True, slots=True)
class Request(Generic[T_contra]):
    """The id that makes a mutation safe to repeat, recorded in its transaction with the bytes `respond` makes of the
    result. `respond` is pure and quick; it may run on another thread."""

    principal: str
    request_id: RequestId
    content: Digest
    respond: Callable[[T_contra], bytes]
