"""SET SCHEDULE and ON CHANGE as one turn sees them: timetables staged for the commit, within what a bot may have."""

from __future__ import annotations

import asyncio

from ...errors import ScriptError
from ...limits import TIMETABLE_BYTES, TIMETABLES, TIMETABLES_ONCE, TURN_TIMETABLES
from ...store.abc import SessionRow, Store
from ...store.timetables import TimetableWrite
from ...vm.values import HostValue
from ..declared_timetables import timetable_write, watch_write
from ..releases import LoadedRelease, script_key
from ..timetable import Timetable, of_file, read_timetable
from ..values import encode_value


class Timetables:
    """The effects `schedule_set` and `change_watch`."""

    def __init__(self, store: Store, release: LoadedRelease, row: SessionRow) -> None:
        self._store = store
        self._release = release
        self._row = row
        self._staged: list[TimetableWrite] = []
        self._n_asked = 0

    async def set(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage one, or the end of those of a script. Raises ScriptError 3004, 4002, 9008, 9021."""
        self._count()
        file, when, *given = arguments
        named = given[0] if given else file
        if not isinstance(named, str):
            raise ScriptError(4002, "SET SCHEDULE takes the name of a script")
        script = script_key(named)
        if when is None:
            self._staged.append(TimetableWrite(None, script))
            return None
        table = await asyncio.to_thread(read_timetable, when)  # some take long
        self._release.find_script(script)
        values = encode_value(given[1:])
        if len(values) > TIMETABLE_BYTES:
            raise ScriptError(9008, f"the values of SET SCHEDULE have at most {TIMETABLE_BYTES} bytes")
        now_s, principal = self._store.now_s(), self._row.owner_principal
        write = await asyncio.to_thread(timetable_write, self._release.config, script, table, values, now_s, principal)
        if write is not None and write.key is not None:
            await self._check_room(write.key, table)
            self._staged.append(write)
        return None

    async def watch(self, arguments: tuple[HostValue, ...]) -> HostValue:
        """Stage that a script runs when a file changes. Raises ScriptError 4002, 5004, 9008, 9013."""
        self._count()
        file, path = arguments
        write = watch_write(script_key(str(file)), path, self._row.owner_principal)
        assert write.key is not None
        await self._check_room(write.key, of_file(write.watched))
        self._staged.append(write)
        return None

    def _count(self) -> None:
        self._n_asked += 1
        if self._n_asked > TURN_TIMETABLES:
            raise ScriptError(9013, f"a turn has at most {TURN_TIMETABLES} SET SCHEDULE and ON CHANGE")

    async def _check_room(self, key: str, table: Timetable) -> None:
        staged = {write.key: write.is_once for write in self._staged if write.key is not None}
        count = await self._store.count_timetables(self._release.bot, {*staged, key})
        same = sum(is_once == table.is_once for known, is_once in staged.items() if known != key)
        if table.is_once and count.once + same >= TIMETABLES_ONCE:
            raise ScriptError(9008, f"a bot has at most {TIMETABLES_ONCE} single times of SET SCHEDULE")
        if not table.is_once and count.repeated + same >= TIMETABLES:
            raise ScriptError(9008, f"a bot has at most {TIMETABLES} times of SET SCHEDULE")

    def writes(self) -> tuple[TimetableWrite, ...]:
        return tuple(self._staged)
