"""Effects on what the package holds, and the failures that scripts test for by a result of null."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ...errors import ScriptError
from ...store.abc import Store
from ...vm.machine import Heap
from ...vm.values import HostValue
from ..outcomes import Outcome
from ..releases import LoadedRelease
from ..values import clean_text

Arguments = tuple[HostValue, ...]


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """Of the release a turn runs in."""

    store: Store
    release: LoadedRelease
    heap: Heap

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue | Outcome]]]:
        """By the name of the effect."""
        return {"file_read": self.read, "soft_error": self.fail}

    async def read(self, arguments: Arguments) -> HostValue | Outcome:
        """The text of a file. A path that leads nowhere, or out of the package, is a soft error."""
        path = str(arguments[0])
        try:
            file = self.release.find_file(path)
        except ScriptError as error:
            return Outcome(None, error.number, error.what, is_soft=True)
        if file is None:
            return Outcome(None, 3004, f"no file {path[:200]}", is_soft=True)
        if file.size_bytes > self.heap.memory().limit:
            raise ScriptError(9013, f"{path} is larger than the session's memory")
        data = await self.store.get_program(file.digest)
        if data is None:
            raise ScriptError(3005, f"{path} is gone")
        return clean_text(data.decode("utf-8-sig", "replace"))

    async def fail(self, arguments: Arguments) -> HostValue | Outcome:
        """The soft error that the arguments name."""
        number, message = arguments
        return Outcome(None, number if isinstance(number, int) else 4000, str(message), is_soft=True)
