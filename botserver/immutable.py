"""`dataclass` for values of which every turn makes many. To mypy, which checks all of our code, it is the one of
`dataclasses`, and `frozen=True` means what it says. At run time nothing guards the fields: past a guard `__init__` has
to set each field through a call, so that an object of 30 fields costs 3.0 us instead of 0.3; of a turn that was a
sixth. With BOTSERVER_DEBUG=1 the guard is there.
"""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    _IS_GUARDED = os.environ.get("BOTSERVER_DEBUG") == "1"

    def dataclass(*, frozen, slots):
        """Values of the class compare and hash by their fields, guarded or not."""
        if frozen and not _IS_GUARDED:
            return dataclasses.dataclass(slots=slots, unsafe_hash=True)
        return dataclasses.dataclass(frozen=frozen, slots=slots)
