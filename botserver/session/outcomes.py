"""What became of an outside call, as recorded in the store and handed to the script."""

from __future__ import annotations

import asyncio
import json

from ..errors import StoredDataCorrupt
from ..immutable import dataclass
from ..limits import OUTCOME_QUICK, OUTCOME_QUICK_BYTES
from ..vm.values import HostValue
from .values import decode_value, encode_value

_VALUE, _ERROR, _SOFT = b"v", b"e", b"s"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A value, or a script error if `number` is set; both if it `is_soft`: see `Heap.resume_soft`."""

    value: HostValue = None
    number: int = 0
    message: str = ""
    is_soft: bool = False

    @property
    def is_large(self) -> bool:
        """Whether encoding it keeps others waiting."""
        left, todo = OUTCOME_QUICK, [self.value]
        while todo and left >= 0:
            value = todo.pop()
            left -= 1
            if isinstance(value, str):
                left -= len(value) // 64
            elif isinstance(value, list | dict):
                left -= len(value)
                if left >= 0:
                    todo += value.values() if isinstance(value, dict) else value
        return left < 0

    def encoded(self) -> bytes:
        if self.is_soft:
            return _SOFT + json.dumps([self.number, self.message]).encode() + b"\n" + encode_value(self.value)
        if self.number:
            return _ERROR + json.dumps([self.number, self.message]).encode()
        return _VALUE + encode_value(self.value)


_KINDS = {0: "ok", 1001: "timeout", 1002: "unknown_host", 1003: "unreached", 5001: "not_permitted", 9013: "too_large"}


def kind_of(number: int) -> str:
    """How an outcome with this error number is counted."""
    if 1400 <= number < 1600:
        return "client_error" if number < 1500 else "server_error"
    return _KINDS.get(number, "error")


async def read_outcome(data: bytes) -> Outcome:
    """`decode_outcome`, on a thread if it would keep others waiting. Raises StoredDataCorrupt."""
    return decode_outcome(data) if len(data) <= OUTCOME_QUICK_BYTES else await asyncio.to_thread(decode_outcome, data)


def decode_outcome(data: bytes) -> Outcome:
    """Raises StoredDataCorrupt."""
    if data[:1] == _VALUE:
        return Outcome(decode_value(data[1:]))
    is_soft = data[:1] == _SOFT
    error_part, _, value = data[1:].partition(b"\n")
    try:
        number, message = json.loads(error_part)
    except (ValueError, TypeError) as error:
        raise StoredDataCorrupt(kind="outcome", what=str(error)) from error
    return Outcome(decode_value(value) if is_soft else None, number, message, is_soft)
