"""The interface of a VM, and the one place that chooses between its two implementations.

`compiled` is the Cython extension and serves traffic. `reference` is plain Python, slow and obvious: it is the
specification. BOTSERVER_VM=reference asks for it by name; a missing extension is an error, never a silent fallback.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from ..errors import ConfigError
from ..ids import Digest
from ..immutable import dataclass
from ..language.program import Program
from ..limits import Limits
from .effects import Failed, OutputRecord, Registration, Stop, Suggestion
from .snapshot import Snapshot
from .values import HostValue


class Release(Protocol):
    """The programs a session may run: those of one bot at one moment."""

    @property
    def parameters(self) -> Mapping[str, HostValue]:
        """Injected values by lower-case name (`param-*` of config.csv): the start value of script variables."""
        ...

    @property
    def is_get_dynamic(self) -> bool:
        """Whether GET of a computed text may mean a URL or a file (`dynamic-get` of config.csv)."""
        ...

    def find_script(self, name: str) -> Program:
        """The program of a script name, `.bas` optional, any case.

        Raises ScriptError 3004 if there is none, 5004 for a path that leaves the package, 9021 if it did not compile.
        """
        ...

    def find_program(self, digest: Digest) -> Program | None:
        """The verified program with this digest."""
        ...

    def has_file(self, path: str) -> bool:
        """Whether the package has a file of that path. Raises ScriptError 5004 for a path that leaves it."""
        ...

    def find_kb(self, name: str) -> str | None:
        """The knowledge base of a name, any case, as the package spells it; None if it has none."""
        ...

    def find_tool(self, name: str) -> str | None:
        """The script a tool's name means, `.bas` optional, any case; None if there is none or it did not compile."""
        ...


@dataclass(frozen=True, slots=True)
class Areas:
    """A copy of what a session keeps beside its scripts."""

    variables: dict[str, HostValue]
    contexts: dict[str, str]
    prompt: str
    suggestions: tuple[Suggestion, ...]
    menu: tuple[Suggestion, ...]
    kbs: tuple[str, ...]
    tools: tuple[str, ...]
    handlers: tuple[Registration, ...]


@dataclass(frozen=True, slots=True)
class SubSession:
    """A live sub-session. `parent_id` is empty for a child of the session itself; `size_bytes` without its children."""

    sub_session_id: str
    parent_id: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of a session, exactly. `used` is the sum of all others and what limits are checked against."""

    used: int
    limit: int
    live: int
    allocated: int
    frames: int
    cells: int
    output: int


class Heap(Protocol):
    """Everything of one session in the VM. Not thread-safe; `run` may be called from another thread.

    States: idle (no frame) -> start -> running -> Done | Failed -> idle, or -> Suspended -> resume -> running.
    Calling a method in the wrong state raises RuntimeError.

    A handler's run may begin while a script waits at a park: `start_handler` -> running -> Done | Failed -> suspended
    again, with nothing of the waiting script touched. What handlers of a script read of its variables is kept when a
    run of the script ends, however it ends.
    """

    def start(self, program: Program, arguments: Sequence[HostValue], named: Mapping[str, HostValue]) -> None:
        """Push the frame of a script: `arguments` to its parameters in order, then `named` and the release's
        parameters to script variables of that name that got none. Raises ScriptError (9001, 9013) and stays idle."""
        ...

    def start_handler(self, program: Program, key: str, arguments: Sequence[HostValue], kept: str) -> None:
        """Push the frame of a handler of `program`, on an idle heap or over a script that waits: `arguments` are what
        it is given, `kept` names its script variables. Raises ScriptError (9001, 9013) and changes nothing."""
        ...

    @property
    def is_handling(self) -> bool:
        """Whether the run on top is a handler's: it must not park."""
        ...

    def handlers(self) -> tuple[Registration, ...]:
        """In the order in which they were registered."""
        ...

    def forget(self, event: str) -> None:
        """Drop the handlers of an event, and what was kept for it alone."""
        ...

    def run(self, fuel: int, now_s: int, seed: int, utc_offset_s: int = 0, language: str = "") -> Stop:
        """Go on for at most `fuel`, or a single instruction that costs more. `now_s` (wall clock of the bot, which is
        `utc_offset_s` ahead of UTC), `seed` (64 bit) and `language` (of names in FORMAT) count only at the first run
        after start or resume; later slices keep them."""
        ...

    def resume(self, value: HostValue) -> None:
        """Give the EFFECT its outcome. Raises ScriptError 9013 if it does not fit; the heap stays suspended."""
        ...

    def resume_error(self, number: int, message: str) -> None:
        """Let the EFFECT fail with a script error, which the script may trap."""
        ...

    def resume_soft(self, value: HostValue, number: int, message: str) -> None:
        """Give the EFFECT an outcome and record a script error beside it: ERROR, ERR and ERROR MESSAGE tell of it, and
        the script goes on with `value`. Inside TRY, or where ON ERROR GOTO leads, the error is raised instead, as by
        `resume_error`. For effects whose failure scripts test by their result: GET of a missing file, USE KB of an
        unknown folder, HTTP. Raises ScriptError 9013 if it does not fit; the heap stays suspended."""
        ...

    def abandon(self) -> None:
        """Drop all frames and the menu; the areas stay. Idle afterwards. What handlers read is kept as far as it fits;
        where it does not, they find the values of the run before."""
        ...

    def extend(self, memory_bytes: int) -> None:
        """Let the session have this much beyond its limit, until it is encoded."""
        ...

    def fail(self, number: int, message: str) -> Failed:
        """Let a running or suspended script fail where it stands with an error that no script can trap, such as 9005.
        Frames and menu are dropped as by any failure; the output stays. Idle afterwards, or if a handler failed, as it
        was before that began."""
        ...

    def options(self) -> tuple[Suggestion, ...]:
        """What the user may choose from now: the menu if one is set, else the suggestions. Costs what it returns."""
        ...

    @property
    def fuel_used(self) -> int:
        """In this turn, all slices."""
        ...

    def begin_turn(self) -> None:
        """Set `fuel_used` to 0."""
        ...

    def take_output(self) -> list[OutputRecord]:
        """The output so far, in order; it is empty afterwards and no longer counted."""
        ...

    def collect(self) -> None:
        """Collect now: `live` becomes what is reachable, `allocated` 0."""
        ...

    def recount(self) -> int:
        """The sum of prices reachable now, by traversal. For tests: equals `live` right after a collection."""
        ...

    def memory(self) -> Memory: ...

    def areas(self, address: str | None = None) -> Areas:
        """Of the session ("") or a live sub-session; by default of the one whose script runs or waits. Raises
        KeyError."""
        ...

    def address(self) -> str:
        """The id of the sub-session whose script runs or waits; "" if it is the session's own, or none."""
        ...

    def histories(self) -> tuple[str, ...]:
        """The addresses whose messages that script sees as its history: its own, then the merged, oldest first."""
        ...

    def sub_sessions(self) -> tuple[SubSession, ...]:
        """All that live, parents before their children."""
        ...

    def discard_sub_sessions(self) -> None:
        """Close all of them; the session ends. The heap is idle."""
        ...

    def put_areas(self, areas: Areas, address: str = "", with_suggestions: bool = False) -> None:
        """Give the session itself, or the sub-session of that id, these variables, contexts, prompt, KBs and tools, and
        suggestions if wanted; all or none. Looks at the limit of memory only. Raises ScriptError 9001."""
        ...

    def area_sizes(self) -> dict[str, int]:
        """Price of each area of the session itself and of all `sub_sessions`, in bytes; together `Memory.cells`."""
        ...

    def variable_sizes(self) -> dict[str, int]:
        """Price of each variable of the session itself, in bytes."""
        ...

    def encode(self, known: Container[Digest] = frozenset()) -> Snapshot:
        """Snapshot of an idle or suspended heap whose output was taken. It holds no bytes of the large objects that
        are `known`, so its cost does not grow with them."""
        ...


class Vm(Protocol):
    """One implementation."""

    @property
    def name(self) -> str: ...

    def new_heap(self, release: Release, limits: Limits) -> Heap: ...

    def decode(self, snapshot: Snapshot, release: Release, limits: Limits) -> Heap:
        """The heap of a snapshot whose `snapshot.references` are at hand: large objects in the snapshot, programs in
        the release. Raises BadSnapshot, SnapshotTooNew."""
        ...


_MODULES = {"compiled": "botserver_speedups.vm", "reference": "botserver.vm.reference"}


def choose_vm(name: str | None = None) -> Vm:
    """The VM called `name`, else the one BOTSERVER_VM names, else the compiled one."""
    wanted = name or os.environ.get("BOTSERVER_VM") or "compiled"
    if wanted not in _MODULES:
        raise ConfigError(f"no VM {wanted!r}", hint=f"BOTSERVER_VM is one of {', '.join(_MODULES)}")
    try:
        module = importlib.import_module(_MODULES[wanted])
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the {wanted} VM is not installed ({error})",
            hint="build it with `pip install .`, or set BOTSERVER_VM=reference to run slowly",
        ) from error
    vm: Vm = module.VM
    return vm
