"""What a turn's store effects are performed by, made for that turn: all it stages goes into its next commit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Protocol

from ..errors import ScriptError
from ..ids import SessionId
from ..vm.effects import LogLine, Suggestion
from ..vm.values import DateTime, HostValue
from .assets import PackageFile
from .handling import publish, rows_written, scheduled
from .neighbours import Neighbours
from .performers.attendance import attendance_of
from .performers.cache import Cache
from .performers.delegations import Delegations
from .performers.desk_views import DeskViews
from .performers.files import Files, PackageDrive
from .performers.knowledge import Knowledge
from .performers.members import Members
from .performers.memory import BotMemory
from .performers.metrics import Metrics
from .performers.others import OtherSessions
from .performers.reach import Reach
from .performers.sends import Sends
from .performers.shared_memory import SharedMemory
from .performers.soft_errors import soft_error
from .performers.state import SessionKeeps
from .performers.tables import Tables
from .performers.timetables import Timetables
from .performers.user_memory import UserMemory
from .staging import Staging, StoreEffect
from .states import Said
from .tablefiles import TableFiles
from .turn_bots import Asks, ask, leave
from .turn_desk import desk_effects


class Staged(Asks, Protocol):
    """What a turn gives to that."""

    table_files: TableFiles
    neighbours: Neighbours | None
    logs: list[LogLine]
    call_number: int

    @property
    def session_id(self) -> SessionId: ...
    @property
    def number(self) -> int: ...
    @property
    def said_so_far(self) -> int: ...
    def new_id(self) -> str: ...
    def take_output(self) -> None: ...
    async def read_field(self, name: str) -> HostValue: ...


def staging_of(turn: Staged) -> Staging:
    """Made anew after each commit."""
    assert turn.neighbours is not None
    store, row, release, config = turn.store, turn.row, turn.release, turn.release.config

    def moment(at_s: float | None) -> DateTime:
        return DateTime(config.wall_clock_s(store.now_s() if at_s is None else at_s))

    async def read_packaged(file: PackageFile) -> bytes:
        data = await store.get_program(file.digest)
        if data is None:
            raise ScriptError(3005, "a file of the package is gone")
        return data

    async def publish_event(arguments: tuple[HostValue, ...]) -> HostValue:
        publish(turn, arguments)
        return None

    async def schedule(arguments: tuple[HostValue, ...]) -> HostValue:
        turn.notes = scheduled(turn.notes, arguments, store.now_s())
        return None

    def put_history(said: tuple[Said, ...]) -> None:
        turn.take_output()
        if not turn.heap.address():
            turn.notes = replace(turn.notes, restored_history=said, history_after=turn.said_so_far)

    def show_debug(text: str) -> None:
        turn.take_output()
        if config.is_debug_enabled or row.channel == "console":
            shown: tuple[Suggestion, ...] = turn.heap.options()
            turn.say(text, shown, turn.heap.address())

    bot = release.bot  # not the session's, if it was handed on
    memory, user_memory = BotMemory(store, bot), UserMemory(store, row)
    cache = Cache(store.read_user_memory, bot)
    drive = PackageDrive(release.assets.drive, release.find_file, read_packaged)
    files = Files(store, bot, drive, lambda: turn.heap.memory().limit, moment)
    find_file = partial(turn.table_files.find, release, files.own)
    tables = Tables(store, bot, find_file, turn.new_id, partial(rows_written, turn))
    timetables = Timetables(store, release, row)
    reach = Reach(store, row, bot)
    sends = Sends(reach, lambda: f"{turn.session_id}/{turn.number}/{turn.call_number}")
    others = OtherSessions(
        turn.neighbours, reach, turn.heap, sends, config.limits, turn.read_field, moment,
        is_system=turn.notes.unattended,
    )  # fmt: skip
    attendance = attendance_of(store, reach, config, turn.heap.address, others.check_rights, sends)
    delegations = Delegations(turn.neighbours, store, row, bot, turn.notes, sends)
    keeps = SessionKeeps(turn.heap, release, turn.read_field, turn.logs.append, show_debug, put_history)
    performers: dict[str, StoreEffect] = {
        "bot_memory_get": memory.get,
        "bot_memory_set": memory.set,
        "send": sends.send,
        "publish": publish_event,
        "schedule": schedule,
        "schedule_set": timetables.set,
        "change_watch": timetables.watch,
        "session_get": lambda arguments: turn.read_field(str(arguments[0])),
        "soft_error": soft_error,
        "delegate": partial(ask, turn),
        "hand_on": partial(leave, turn),
        **Members(turn, delegations).effects,
        **SharedMemory(memory, bot, turn.neighbours.find_bot).effects,
        **files.effects,
        **keeps.effects,
        **Knowledge(store, release, store.now_s, moment).effects,
        **user_memory.effects,
        **cache.effects,
        **DeskViews(store, row.owner_principal, store.now_s).effects,
        **Metrics(store, bot, store.now_s, config.wall_clock_s).effects,
        **tables.effects,
        **others.effects,
        **attendance.effects,
        **desk_effects(turn, attendance.orders),
    }
    return Staging(
        memory, user_memory, cache, files, tables, timetables, sends, others, attendance, delegations, performers
    )
