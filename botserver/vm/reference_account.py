"""The account of a heap of the reference VM, and what all its parts stand on.

`live` is the sum of prices reachable at the last collection, `allocated` the sum since; frames, cells and output are
counted as they come and go. `_reserve` is the only place that collects by itself: exactly when `live + allocated` would
pass `threshold(live)`, or the limit would be passed. Python's own garbage collector frees the objects; the account does
not care when. A heap also collects when it suspends at an effect of kind park.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import ScriptError
from ..language.opcodes import Op
from ..limits import Limits
from . import objects
from .effects import OutputRecord
from .machine import Memory, Release
from .objects import Array, Map, Str, Value, out_of_memory
from .reference_areas import AreaSet, Cell
from .reference_codec import Frame
from .values import SESSION_PRICE, threshold


class SliceEnded(Exception):
    """The instruction costs more than what is left of the slice; nothing happened."""


class Account:
    """What a heap holds and counts. Whoever changes it pays, reserves, and only then changes anything."""

    def __init__(self, release: Release, limits: Limits) -> None:
        self._release = release
        self._limits = limits
        self._frames: list[Frame] = []
        self._live = self._allocated = self._frame_bytes = self._cell_bytes = self._output_bytes = 0
        self._fuel_used = 0
        self._left = 0
        self._is_slice_fresh = True
        self._is_paid = False
        self._random = 0
        self._now_s = self._utc_offset_s = 0
        self._language = ""
        self._is_entry = False
        self._is_suspended = False
        self._pending_error: ScriptError | None = None
        self._output: list[OutputRecord] = []
        self._turn_output_bytes = self._turn_output_records = 0
        self._session = AreaSet()
        self._areas = self._session  # of the session or sub-session the last frame runs in
        self._menu: list[Cell] = []
        self._handlers: list[Cell] = []
        self._kept: dict[str, Cell] = {}

    # --- bytes -------------------------------------------------------------------------------------------------------

    @property
    def _used(self) -> int:
        return SESSION_PRICE + self._frame_bytes + self._cell_bytes + self._output_bytes + self._live + self._allocated

    def memory(self) -> Memory:
        return Memory(
            self._used,
            self._limits.memory_bytes,
            self._live,
            self._allocated,
            self._frame_bytes,
            self._cell_bytes,
            self._output_bytes,
        )

    def collect(self) -> None:
        self._live = self.recount()
        self._allocated = 0

    def recount(self) -> int:
        return reachable(value for frame in self._frames for value in frame.registers)

    def _reserve(self, n: int) -> None:
        """Room for `n` bytes of objects. The only place that collects by itself. Raises 9001."""
        if n == 0:
            return
        limit = self._limits.memory_bytes
        if self._live + self._allocated + n > threshold(self._live) or self._used + n > limit:
            self.collect()
            if self._used + n > limit:
                raise out_of_memory()
        self._allocated += n

    def _grow(self, n: int) -> None:
        """Room for `n` bytes of frames, cells or output, which the caller counts. Raises 9001."""
        if n > 0 and self._used + n > self._limits.memory_bytes:
            self.collect()
            if self._used + n > self._limits.memory_bytes:
                raise out_of_memory()

    def _check_host_size(self, n: int) -> None:
        """Raises 9013 if `n` bytes of values from outside cannot fit."""
        if self._used + n > self._limits.memory_bytes:
            self.collect()
            if self._used + n > self._limits.memory_bytes:
                raise ScriptError(9013, "a value from outside does not fit into the session's memory")

    # --- fuel --------------------------------------------------------------------------------------------------------

    @property
    def fuel_used(self) -> int:
        return self._fuel_used

    def _pay(self, price: int) -> None:
        """Charge the instruction: one fuel and `price`. Ends the slice instead if that is more than is left of it."""
        cost = 1 + price
        if cost > self._left and not self._is_slice_fresh:
            raise SliceEnded
        self._left -= cost
        self._fuel_used += cost
        self._is_paid = True

    # --- frames ------------------------------------------------------------------------------------------------------

    def _base(self) -> int:
        """The first frame of the run on top: a handler's run stands over a script that waits."""
        for position in range(len(self._frames) - 1, 0, -1):
            below = self._frames[position - 1]
            if below.procedure.code[below.pc][0] == Op.EFFECT:
                return position
        return 0

    def _areas_of_run(self) -> AreaSet:
        """A handler runs in the session itself, wherever the script under it waits."""
        entered = [frame.enters for frame in self._frames[self._base() :] if frame.enters is not None]
        return entered[-1] if entered else self._session

    @property
    def is_handling(self) -> bool:
        if not self._frames:
            return False
        frame = self._frames[self._base()]
        return frame.program.is_handler_entry(frame.index, frame.pc)

    def _script_frame(self) -> Frame:
        for frame in reversed(self._frames):
            if frame.is_script:
                return frame
        raise AssertionError("the outermost frame is a script's")


def reachable(roots: Iterable[Value]) -> int:
    """The prices of all that can be reached, each object once."""
    total = 0
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        value = stack.pop()
        if isinstance(value, Str | Array | Map) and id(value) not in seen:
            seen.add(id(value))
            total += value.price
            if not isinstance(value, Str):
                stack.extend(objects.children(value))
    return total
