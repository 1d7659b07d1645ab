"""`botserver play`: one conversation in this process, without server or database.

It runs the turns the engine would run and keeps what they commit in memory, under a clock that jumps over every WAIT.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path

from ..errors import ConfigError
from ..ids import MessageId, ReleaseId, SessionId, new_session_id
from ..language.folders import find_packages
from ..language.package import Package, load_package
from ..language.source import ERROR
from ..model import Activity, Incoming, Message, SessionState, UserInfo
from ..session.outcomes import Outcome
from ..session.performers.service import ServicePerformer
from ..session.records import Notes, UserInput
from ..session.releases import LoadedRelease
from ..session.turn import Called, Cause, Ended, Fired, Started, Turn
from ..session.workers import StopFlag, Workers
from ..store.abc import MemoryValue, SessionRow, Standing
from ..vm.machine import choose_vm
from .diagnostics import located
from .exits import FAULT, OK
from .views import JsonView, TextView, View

_EXAMPLES = """\
examples:
  botserver play shop.gbai                      talk to the bot; end with Ctrl-D
  botserver play quiz.bas --var level=3         a single file; its variable level is 3
  botserver play shop.gbai --script refund      start another script than start.bas
  printf 'Ann\\nyes\\n' | botserver play shop.gbai --json --stats

User lines come from standard input, bot messages go to standard output, LOG lines and faults to standard error.
WAIT takes no time. The exit code is 1 if the script had a fault, else 0, also when the input ends while it waits.

With --json each line is one object; `type` is message, waiting, fault, result (the script's RETURN value) or stats:
vm_ns (time in the VM), fuel (steps), heap_bytes (memory of the session at the end), state_bytes (size it is stored in).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("path", metavar="PACKAGE|FILE", type=Path, help="a package NAME.gbai, or one script")
    parser.add_argument("--script", metavar="NAME", help="script to start instead of start.bas")
    variable_help = "start value of a variable, as a line param-NAME of config.csv gives it"
    parser.add_argument("--var", metavar="NAME=VALUE", action="append", default=[], help=variable_help)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--stats", action="store_true", help="last line: time, steps and bytes used")


def run(arguments: argparse.Namespace) -> int:
    paths = find_packages(arguments.path)
    if len(paths) > 1:
        raise ConfigError(f"{arguments.path} has several packages", hint=f"play one of them, such as {paths[0]}")
    package = load_package(paths[0])
    for diagnostic, for_people in located(package, paths[0]):
        if diagnostic.severity == ERROR:
            print(for_people, file=sys.stderr)
    show: View = JsonView() if arguments.json else TextView()
    conversation = _Conversation(package, arguments.script or _first_script(arguments.path), arguments.var)
    return asyncio.run(_hold(conversation, show, arguments.stats))


def _first_script(path: Path) -> str:
    return path.stem if path.suffix.lower() == ".bas" else ""


async def _hold(conversation: _Conversation, show: View, with_stats: bool) -> int:
    ended = await conversation.open()
    lines = show.lines()
    while True:
        show.turn(conversation.turn, ended)
        if ended.activity is Activity.ENDED:
            break
        if ended.activity is Activity.WAITING_TIMER:
            ended = await conversation.skip(ended.timer_in_s or 0.0)
            continue
        line = next(lines, None)
        if line is None:
            break
        ended = await conversation.say(line)
    if with_stats:
        show.stats(conversation.stats())
    conversation.close()
    return FAULT if conversation.faulted else OK


class _MemoryStore:
    """What turns read, kept in memory: the clock, bot memory, messages."""

    def __init__(self) -> None:
        self.skipped_s = 0.0
        self.memory: dict[str, MemoryValue] = {}
        self.messages: list[Message] = []

    def now_s(self) -> float:
        return time.time() + self.skipped_s

    async def read_memory(self, bot: str, key: str) -> MemoryValue | None:
        return self.memory.get(key)

    async def list_messages(
        self,
        session_id: SessionId,
        limit: int,
        after_seq: int = 0,
        before_seq: int | None = None,
        newest_first: bool = False,
    ) -> list[Message]:
        return self.messages[: -limit - 1 : -1] if newest_first else self.messages[:limit]


class _Conversation:
    """A session of the channel `console`, from turn to turn."""

    turn: Turn

    def __init__(self, package: Package, script: str, variables: list[str]) -> None:
        config = dict(package.config)
        for variable in variables:
            name, separator, text = variable.partition("=")
            if not separator or not name.strip():
                raise ConfigError(f"--var {variable!r} is not valid", hint="expected NAME=VALUE, such as level=3")
            config[f"param-{name.strip().lower()}"] = text
        broken = {name: str(diagnostics[0]) for name, diagnostics in package.broken.items()}
        self._script = script
        self._release = LoadedRelease(package.name, package.programs, broken, config, package.kbs)
        if script and not self._release.has_script(script):
            known = ", ".join(sorted([*package.programs, *package.broken])) or "none"
            raise ConfigError(f"{package.name} has no script {script!r}", hint=f"its scripts are {known}")
        self._store = _MemoryStore()
        self._workers = Workers(1)
        self._heap = choose_vm().new_heap(self._release, self._release.config.limits)
        self._notes = Notes()
        self._row = _row(package.name, self._release.release_id, self._store.now_s())
        self._services = ServicePerformer({})
        self.faulted = False
        self._vm_s = 0.0
        self._fuel = 0

    async def open(self) -> Ended:
        return await self._take(Started({}, "", self._script or "start"))

    async def say(self, text: str) -> Ended:
        message_id = MessageId(str(self._row.revision))
        return await self._take(UserInput(Incoming(message_id, text=text)))

    async def skip(self, seconds: float) -> Ended:
        """Let the time of a WAIT pass."""
        self._store.skipped_s += seconds
        return await self._take(Fired())

    async def _take(self, cause: Cause) -> Ended:
        turn = Turn(self._store, self._workers, self._release, self._row, self._heap, self._notes, StopFlag())
        reached = await turn.begin(cause)
        while isinstance(reached, Called):
            refusal = self._services.refusal(reached.effect)
            assert refusal is not None, "there are no services"
            reached = await turn.resume(Outcome(number=refusal.number, message=refusal.what))
        self._keep(turn, reached)
        return reached

    def _keep(self, turn: Turn, ended: Ended) -> None:
        """What the commit of a turn would do."""
        self.turn = turn
        self._store.messages += turn.messages
        for write in turn.memory.writes():
            before = self._store.memory.get(write.key)
            self._store.memory[write.key] = MemoryValue(write.value, before.version + 1 if before else 1)
        self._notes = turn.notes
        self._row = replace(
            self._row,
            standing=replace(self._row.standing, activity=ended.activity),
            revision=self._row.revision + 1,
            last_seq=self._row.last_seq + len(turn.messages),
            message_count=self._row.message_count + len(turn.messages),
            updated_at=self._store.now_s(),
        )
        self.faulted = self.faulted or turn.fault is not None
        self._vm_s += turn.vm_s
        self._fuel += self._heap.fuel_used

    def stats(self) -> dict[str, int]:
        snapshot = self._heap.encode()
        return {
            "vm_ns": round(self._vm_s * 1e9),
            "fuel": self._fuel,
            "heap_bytes": self._heap.memory().used,
            "state_bytes": len(snapshot.root) + sum(map(len, snapshot.large.values())),
        }

    def close(self) -> None:
        self._workers.close()


def _row(bot: str, release: ReleaseId, now_s: float) -> SessionRow:
    """The row of a new anonymous session."""
    session_id = new_session_id()
    return SessionRow(
        session_id=session_id,
        bot=bot,
        owner_principal="local",
        user=UserInfo(),
        channel="console",
        alias="",
        state=SessionState.OPEN,
        standing=Standing(release=release, activity=Activity.IDLE),
        revision=0,
        epoch=0,
        accepted=0,
        consumed=0,
        first_seq=1,
        last_seq=0,
        message_count=0,
        fuel_total=0,
        labels={},
        metadata={},
        ttl_s=0.0,
        created_at=now_s,
        updated_at=now_s,
        expires_at=now_s,
        ended_at=None,
        end_reason=None,
        timer_at=None,
        claim_expires_at=None,
        family=session_id,
        parent_id=None,
    )
