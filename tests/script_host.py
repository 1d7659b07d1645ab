"""A host for scripts in tests: it answers what a script asks for, out of memory, and keeps a trace of all that happens.

A run can be watched in several ways that must make no difference: on either VM, in slices of any size, and with the
heap encoded and decoded at every suspension.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

from botserver.desk import Agent, DeskView, Profile, QueueItem
from botserver.errors import ConfigError, ScriptError
from botserver.ids import AgentId, Digest
from botserver.language.assets import TemplateRow
from botserver.language.compiler import compile_source
from botserver.language.effects import Kind
from botserver.language.keywords.outside import refusal
from botserver.language.knowledge import Document
from botserver.language.program import Program
from botserver.limits import Limits
from botserver.session.assets import PackageFile
from botserver.session.declared_timetables import watch_write
from botserver.session.outcomes import Outcome
from botserver.session.performers.cache import Cache
from botserver.session.performers.desk_views import DeskViews
from botserver.session.performers.files import Files, PackageDrive
from botserver.session.performers.knowledge import Knowledge
from botserver.session.performers.state import SessionKeeps
from botserver.session.performers.tables import Tables
from botserver.session.releases import LoadedRelease
from botserver.session.states import Said
from botserver.session.tablefiles import read_table
from botserver.session.tables import FileTable
from botserver.store.abc import MemoryArea
from botserver.store.files import FileInfo, FilesUsed
from botserver.store.releases import ReleaseStore
from botserver.store.tables import TableInfo, TableRow
from botserver.vm.effects import AnalyticsRecord, Done, Effect, Failed, LogLine, OutOfFuel, Suggestion, Suspended, Talk
from botserver.vm.handlers import SESSION_END
from botserver.vm.machine import Areas, Heap, Memory, Vm, choose_vm
from botserver.vm.values import DateTime, HostValue

NOW_S = 1_709_210_096  # 2024-02-29 12:34:56, a Thursday
SEED = 42


def built_vms() -> list[Vm]:
    """The reference VM, and the compiled one where it is built. In CI it must be."""
    vms = [choose_vm("reference")]
    try:
        vms.append(choose_vm("compiled"))
    except ConfigError:
        if os.environ.get("CI"):
            raise
    return vms


class Scripts:
    """Compiled scripts by name. Implements `vm.machine.Release`. Scripts in `broken` did not compile."""

    def __init__(
        self,
        texts: Mapping[str, str],
        parameters: Mapping[str, HostValue] | None = None,
        kbs: Sequence[str] = (),
        is_get_dynamic: bool = False,
        files: Collection[str] = (),
        templates: Mapping[str, tuple[TemplateRow, ...]] | None = None,
    ) -> None:
        self.kbs = tuple(kbs)
        self.templates = dict(templates or {})
        self.is_get_dynamic = is_get_dynamic
        self.files = tuple(files)
        self.parameters: Mapping[str, HostValue] = dict(parameters or {})
        self.programs: dict[str, Program] = {}
        self.broken: set[str] = set()
        for name, text in texts.items():
            program, _ = compile_source(text, f"{name}.bas", self.parameters)
            if program is None:
                self.broken.add(name)
            else:
                self.programs[name] = program

    def find_script(self, name: str) -> Program:
        folded = name.strip().lower().removesuffix(".bas")
        if "/" in folded or ".." in folded:
            raise ScriptError(5004, f'"{name}" leaves the package')
        if folded in self.broken:
            raise ScriptError(9021, f"script {folded}.bas did not compile")
        if folded not in self.programs:
            raise ScriptError(3004, f"no script {folded}.bas")
        return self.programs[folded]

    def find_program(self, digest: Digest) -> Program | None:
        return next((program for program in self.programs.values() if program.digest == digest), None)

    def has_file(self, path: str) -> bool:
        if ".." in path:
            raise ScriptError(5004, f'"{path}" leaves the package')
        return path in self.files

    def find_kb(self, name: str) -> str | None:
        return next((kb for kb in self.kbs if kb.lower() == name.lower()), None)

    def find_tool(self, name: str) -> str | None:
        folded = name.strip().lower().removesuffix(".bas")
        return folded if folded in self.programs else None


@dataclass(frozen=True)
class Watch:
    """How a run is cut up. None of it may be seen in its trace, except that `collects` changes the account."""

    slice_fuel: int = 1_000_000
    copies: bool = False
    collects: bool = False


@dataclass
class Trace:
    """Everything a run did, in order."""

    messages: list[Talk] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    records: list[AnalyticsRecord] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    options: list[tuple[Suggestion, ...]] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    fuel: list[int] = field(default_factory=list)
    end: Done | Failed | Suspended | None = None
    handled: list[str] = field(default_factory=list)
    """How each handler's run ended: "done", or the number of its error."""
    areas: Areas | None = None

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]


@dataclass
class Host:
    """Answers effects. `answers` are what the user says, one a HEAR; without one left the run stays suspended."""

    answers: Sequence[str] = ()
    fields: Mapping[str, HostValue] = field(default_factory=dict)
    memory: dict[str, HostValue] = field(default_factory=dict)
    services: Mapping[str, HostValue] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[tuple[str, list[HostValue]]] = ()
    """What happens after the script ended or waits: an event as `vm/handlers.py` names it, what handlers are given."""

    async def find_file(self, name: str) -> FileTable | None:
        return read_table(name, self.files[name].encode()) if name in self.files else None

    async def read_file(self, file: PackageFile) -> bytes:
        return bytes(file.digest)

    def run(self, vm: Vm, scripts: Scripts, limits: Limits | None = None, watch: Watch | None = None) -> Trace:
        """Run the script `start` until it ends or waits for an answer nobody gives."""
        return _Run(self, vm, scripts, limits or Limits(), watch or Watch()).run()


class _NoRows:
    """A store without tables: those of a run live in what it stages."""

    async def find_table(self, bot: str, table: str) -> TableInfo | None:
        return None

    async def count_tables(self, bot: str) -> int:
        return 0

    async def list_rows(self, bot: str, table: str, limit: int, after: int = 0, max_bytes: int = 0) -> list[TableRow]:
        return []

    async def find_rows(self, bot: str, table: str, lookup: str, limit: int) -> list[TableRow]:
        return []


class _NoFiles:
    """Likewise without files."""

    async def find_file(self, bot: str, folded: str) -> FileInfo | None:
        return None

    async def read_file(self, bot: str, folded: str) -> bytes | None:
        return None

    async def list_files(self, bot: str, prefix: str, limit: int) -> list[FileInfo]:
        return []

    async def count_files(self, bot: str) -> FilesUsed:
        return FilesUsed(0, 0)


class _OneAgent:
    """A desk where ann attends and nobody waits."""

    _ann = Agent(AgentId("ann"), Profile("Ann", skills={"spanish": 3}), 0, NOW_S + 60, NOW_S - 90)

    async def list_queue(self, principal: str, queue: str | None, limit: int, after: int = 0) -> list[QueueItem]:
        return []

    async def count_queue(self, principal: str) -> int:
        return 0

    async def list_agents(self, principal: str, limit: int, after: str = "") -> list[Agent]:
        return [self._ann]

    async def read_desk(self, principal: str, agent_id: AgentId) -> DeskView | None:
        return DeskView(self._ann, (), ()) if agent_id == self._ann.agent_id else None


def _finished(work: Awaitable[HostValue | Outcome]) -> HostValue | Outcome:
    """The result of work that waits for nothing."""
    steps = work.__await__()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: HostValue | Outcome = end.value
            return result


def _finished_with_threads(work: Awaitable[HostValue | Outcome]) -> HostValue | Outcome:
    """The result of work that waits for threads alone."""

    async def wait() -> HostValue | Outcome:
        return await work

    return asyncio.run(wait())


class _Run:
    def __init__(self, host: Host, vm: Vm, scripts: Scripts, limits: Limits, watch: Watch) -> None:
        self._host = host
        self._answers = list(host.answers)
        self._memory = deepcopy(dict(host.memory))
        self._ids = 0
        self._tables = Tables(_NoRows(), "bot", host.find_file, self._new_id, lambda changes: None)
        self._desk = DeskViews(_OneAgent(), "local", lambda: NOW_S)  # type: ignore[arg-type]  # what is read of a desk
        self._cache = Cache(self._nothing_cached, "bot")
        drive = {path: PackageFile(Digest(text.encode()), len(text)) for path, text in host.files.items()}
        package = PackageDrive(drive, drive.get, host.read_file)
        self._files = Files(_NoFiles(), "bot", package, lambda: limits.memory_bytes, lambda at_s: DateTime(NOW_S))
        self._user: dict[str, HostValue] = {}
        self._history: HostValue = [{"role": "bot", "text": "Welcome.", "at": DateTime(NOW_S)}]
        self._vm, self._scripts, self._limits, self._watch = vm, scripts, limits, watch
        self._heap: Heap = vm.new_heap(scripts, limits)
        self._trace = Trace()

    async def _nothing_cached(self, holder: str, area: MemoryArea, key: str) -> None:
        return None

    def _new_id(self) -> str:
        self._ids += 1
        return f"id-{self._ids}"

    def run(self) -> Trace:
        trace = self._trace
        self._heap.begin_turn()
        try:
            self._heap.start(self._scripts.find_script("start"), [], {})
        except ScriptError as error:
            trace.end = Failed(error.number, error.what)
        while trace.end is None:
            stop = self._slices()
            self._take_output()
            if isinstance(stop, Suspended):
                if not self._answer(stop):
                    trace.end = stop
            else:
                trace.end = stop
        for event, arguments in self._host.events:
            self._handle(event, arguments)
        self._observe()
        trace.areas = self._heap.areas()
        return trace

    def _handle(self, event: str, arguments: list[HostValue]) -> None:
        """Run all handlers of an event."""
        heap = self._heap
        if event == SESSION_END:
            heap.abandon()
        for found in heap.handlers():
            if found.event != event:
                continue
            self._observe()
            heap = self._heap
            try:
                heap.start_handler(self._scripts.find_script(found.file), found.key, arguments, found.kept)
            except ScriptError as error:
                self._trace.handled.append(str(error.number))
                continue
            stop = self._slices()
            while isinstance(stop, Suspended):
                self._take_output()
                assert self._heap.is_handling
                if stop.effect.kind is Kind.PARK:
                    self._heap.resume_error(5003, "a handler cannot wait")
                else:
                    assert self._answer(stop)
                stop = self._slices()
            self._take_output()
            self._trace.handled.append("done" if isinstance(stop, Done) else str(stop.number))

    def _slices(self) -> Done | Failed | Suspended:
        while True:
            left = max(self._limits.turn_fuel - self._heap.fuel_used, 1)
            stop = self._heap.run(min(self._watch.slice_fuel, left), NOW_S, SEED)
            if self._watch.collects and not isinstance(stop, Done | Failed):
                self._check_account()
            if not isinstance(stop, OutOfFuel):
                return stop
            if self._heap.fuel_used >= self._limits.turn_fuel:
                return self._heap.fail(9005, "the turn ran out of steps")

    def _check_account(self) -> None:
        before = self._heap.memory()
        reachable = self._heap.recount()
        assert before.used == 256 + before.frames + before.cells + before.output + before.live + before.allocated
        assert reachable <= before.live + before.allocated
        self._heap.collect()
        after = self._heap.memory()
        assert (after.live, after.allocated) == (reachable, 0)

    def _take_output(self) -> None:
        for record in self._heap.take_output():
            if isinstance(record, Talk):
                self._trace.messages.append(record)
            elif isinstance(record, LogLine):
                self._trace.logs.append(record)
            else:
                self._trace.records.append(record)

    def _observe(self) -> None:
        snapshot = self._heap.encode()
        self._trace.roots.append(snapshot.root)
        self._trace.memories.append(self._heap.memory())
        self._trace.fuel.append(self._heap.fuel_used)
        if self._watch.copies:
            self._heap = self._vm.decode(snapshot, self._scripts, self._limits)
            again = self._heap.encode()
            assert (again.root, again.large) == (snapshot.root, snapshot.large)
            assert self._heap.memory() == self._trace.memories[-1]

    def _answer(self, stop: Suspended) -> bool:
        """Let the script go on; False if nobody can."""
        effect = stop.effect
        self._trace.effects.append(effect)
        self._observe()
        heap, arguments = self._heap, effect.arguments
        match effect.name:
            case "hear" | "hear_until":
                self._trace.options.append(heap.options())
                if not self._answers:
                    return False
                heap.begin_turn()
                heap.resume(self._answers.pop(0))
            case "wait":
                heap.begin_turn()
                heap.resume(None)
            case "bot_memory_get":
                heap.resume(deepcopy(self._memory.get(str(arguments[0]), "")))
            case "bot_memory_set":
                if arguments[1] is None:
                    self._memory.pop(str(arguments[0]), None)
                else:
                    self._memory[str(arguments[0])] = arguments[1]
                heap.resume(None)
            case "customer_history":
                heap.resume([{"session_id": "s-1", "channel": "web"}] if arguments[0] == "u1" else [])
            case "metrics_query":
                heap.resume([])
            case "bot_memory_share":
                heap.resume(None)
            case "bot_memory_sync":
                heap.resume(0)
            case "user_memory_get":
                heap.resume(deepcopy(self._user.get(f"m {arguments[0]}", "")))
            case "user_memory_set":
                self._user[f"m {arguments[0]}"] = arguments[1]
                heap.resume(None)
            case "user_fact_set":
                self._user[f"f {arguments[0]}"] = arguments[1]
                heap.resume(None)
            case "user_facts":
                facts = {key[2:]: value for key, value in self._user.items() if key[0] == "f" and value is not None}
                heap.resume(deepcopy(facts))
            case "user_memory_clear":
                self._user = {} if arguments[0] is None else {**self._user, f"m {arguments[0]}": ""}
                heap.resume(None)
            case (
                "send"
                | "note_add"
                | "priority_set"
                | "tag_add"
                | "notice_add"
                | "session_assign"
                | "session_resolve"
                | "publish"
                | "schedule"
                | "schedule_set"
            ):
                heap.resume(None)
            case "change_watch":
                try:
                    watch_write("", arguments[1], "")
                    heap.resume(None)
                except ScriptError as error:
                    heap.resume_error(error.number, error.what)
            case "session_get":
                heap.resume(self._field(str(arguments[0]).lower()))
            case "soft_error":
                heap.resume_soft(None, int(str(arguments[0])), str(arguments[1]))
            case "agent_available":
                heap.resume("ann")
            case "transfer" | "session_escalate":
                if arguments[:1] == ("nobody",):
                    heap.resume_error(4004, "no agent, queue or skill")
                else:
                    heap.resume(None)
            case "transfer_to_human":
                heap.resume({"success": True, "status": "queued", "queue_position": 1})
            case "transfer_wait":
                heap.begin_turn()
                heap.resume({"outcome": "resolved", "agent": str(arguments[0]), "waited_seconds": arguments[1]})
            case "delegate":
                if arguments[1] == "nobody":
                    heap.resume_error(4004, "there is no bot nobody")
                else:
                    heap.begin_turn()
                    heap.resume(f"{arguments[1]}: {arguments[0]}")
            case "hand_on" if arguments[0] != "nobody":
                return False
            case "bot_add" | "bot_remove" | "hand_on":
                if arguments[0] == "nobody":
                    heap.resume_error(4004, "there is no bot nobody")
                else:
                    heap.resume(None)
            case "bots_list":
                heap.resume([{"name": "clerk", "triggers": ["invoice"]}])
            case "bots_tell":
                heap.resume(1)
            case "http":
                address = f"{arguments[0]} {arguments[3]}"
                if address in self._host.services:
                    heap.resume(self._host.services[address])
                else:
                    heap.resume_soft(None, 1002, f"no host {arguments[3]}")
            case "service_call":
                if str(arguments[0]) in self._host.services:
                    heap.resume(self._host.services[str(arguments[0])])
                else:
                    heap.resume_error(1404, f"no service {arguments[0]}")
            case name if (perform := self._store_effects().get(name)) is not None:
                try:
                    finished = _finished_with_threads if name == "qr_code" else _finished
                    found = finished(perform(deepcopy(arguments)))
                    if isinstance(found, Outcome):
                        heap.resume_soft(found.value, found.number, found.message)
                    else:
                        heap.resume(found)
                except ScriptError as error:
                    heap.resume_error(error.number, error.what)
            case "outside":
                heap.resume_error(*refusal(str(arguments[0]), str(arguments[1])))
            case _:
                return False
        return True

    def _store_effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue | Outcome]]]:
        return {
            **self._tables.effects, **self._cache.effects, **self._files.effects, **self._desk.effects,
            **self._keeps().effects, **self._knowledge().effects,
        }  # fmt: skip

    def _knowledge(self) -> Knowledge:
        """Each knowledge base has a document of a megabyte, the first one since now, each other one 10 days longer."""
        scripts = self._scripts
        documents = {f"{kb}/a.md": Document(b"", 2**20) for kb in scripts.kbs}
        release = SimpleNamespace(
            bot="bot",
            release_id="",
            find_kb=scripts.find_kb,
            assets=SimpleNamespace(kbs=scripts.kbs, documents=documents),
        )

        async def document_times(bot: str, release_id: str) -> dict[str, float]:
            return {path: NOW_S - n * 864_000.0 for n, path in enumerate(documents)}

        store = SimpleNamespace(document_times=document_times)
        return Knowledge(
            cast("ReleaseStore", store), cast("LoadedRelease", release), lambda: NOW_S,
            lambda at: DateTime(int(NOW_S if at is None else at)),
        )  # fmt: skip

    def _keeps(self) -> SessionKeeps:
        """What acts on all a session keeps; its release is the scripts and templates of the test."""
        scripts = self._scripts
        release = SimpleNamespace(
            find_kb=scripts.find_kb,
            find_tool=scripts.find_tool,
            find_template=lambda name: scripts.templates.get(name.strip().lower().removesuffix(".csv")),
            config=SimpleNamespace(limits=self._limits),
        )

        async def read_field(name: str) -> HostValue:
            return (
                self._history if name == "message_history" else DateTime(NOW_S) if name == "now" else self._field(name)
            )

        def put_history(said: tuple[Said, ...]) -> None:
            self._history = [{"role": role, "text": text, "at": DateTime(int(at))} for role, text, at in said]

        def show(text: str) -> None:
            self._trace.messages.append(Talk(text, ()))

        log = self._trace.logs.append
        return SessionKeeps(self._heap, cast(LoadedRelease, release), read_field, log, show, put_history)

    def _field(self, name: str) -> HostValue:
        if name in self._host.fields:
            return self._host.fields[name]
        if name in ("session", "user", "bot"):
            return {"id": f"the {name}"}
        return DateTime(NOW_S) if name == "created_at" else ""
