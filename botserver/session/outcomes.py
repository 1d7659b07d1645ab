"""What became of an outside call, as recorded in the store and handed to the script."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..errors import StoredDataCorrupt
from ..vm.values import HostValue
from .values import decode_value, encode_value

_VALUE, _ERROR = b"v", b"e"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A value, or a script error if `number` is set."""

    value: HostValue = None
    number: int = 0
    message: str = ""

    def encoded(self) -> bytes:
        if self.number:
            return _ERROR + json.dumps([self.number, self.message]).encode()
        return _VALUE + encode_value(self.value)


def decode_outcome(data: bytes) -> Outcome:
    """Raises StoredDataCorrupt."""
    if data[:1] == _VALUE:
        return Outcome(decode_value(data[1:]))
    try:
        number, message = json.loads(data[1:])
    except (ValueError, TypeError) as error:
        raise StoredDataCorrupt(kind="outcome", what=str(error)) from error
    return Outcome(number=number, message=message)
