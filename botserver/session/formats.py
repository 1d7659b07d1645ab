"""Which formats are written while servers of two versions share a database: the newest that all of them read.

Every process says in the store, with its heartbeat, the newest number of each kind that it reads: the format of states
and programs, and how many opcodes, built-ins and effects it knows. From what the others say follows what this one may
write. A state is written in an older format as long as a process needs that; a release that uses what not all know is
not made active. When the last old process has left, the newest is written.

A process learns of a newcomer with its next heartbeat. What it wrote in a newer format until then, the newcomer cannot
read and says so (STATE_TOO_NEW); the next turn elsewhere mends it.

VMs read and write the newest format of a state alone. An older one is made of it, and turned into it, here, where
states come from the store and go to it; `OLDER_STATES` has a pair of functions for each that is still understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..ids import Digest
from ..language.builtins import SPECS
from ..language.effects import BY_NAME as EFFECT_NAMES
from ..language.effects import EFFECTS
from ..language.opcodes import OPERANDS, Op
from ..language.program import FORMAT_VERSION as PROGRAM_FORMAT
from ..language.program import Program
from ..store.abc import State
from ..vm.snapshot import FORMAT_VERSION as STATE_FORMAT
from ..vm.snapshot import version_of

Reads: TypeAlias = Mapping[str, int]
STATE, PROGRAM, OPCODE, BUILTIN, EFFECT = "state", "program", "opcode", "builtin", "effect"
OWN: Reads = {
    STATE: STATE_FORMAT,
    PROGRAM: PROGRAM_FORMAT,
    OPCODE: len(Op),
    BUILTIN: len(SPECS),
    EFFECT: len(EFFECTS),
}
"""What this version reads."""
_LETTERS = {"B": BUILTIN, "E": EFFECT}

Convert: TypeAlias = Callable[[bytes, Sequence[Digest]], bytes]
"""A root in another format; the digests are those of the state's large objects."""


@dataclass(frozen=True, slots=True)
class OlderState:
    """How a root of the newest format becomes one of this one, and back."""

    from_newest: Convert
    to_newest: Convert


OLDER_STATES: Mapping[int, OlderState] = {}
"""By format. There is one format so far."""


class Formats:
    """What this process reads, and what all that live read."""

    def __init__(self, own: Reads = OWN, older_states: Mapping[int, OlderState] = OLDER_STATES) -> None:
        self.own = own
        self._older_states = older_states
        self._common = dict(own)

    def learn(self, others: Iterable[Reads]) -> bool:
        """What the processes that live say they read. Whether that changes what may be written."""
        before, self._common = self._common, dict(self.own)
        for reads in others:
            for kind, number in self.own.items():
                self._common[kind] = min(self._common[kind], reads.get(kind, number))
        return before != self._common

    @property
    def are_mixed(self) -> bool:
        """Whether some process that lives reads less than this one."""
        return self._common != self.own

    def written(self, state: State) -> State:
        """As all that live can read it, as far as this process can write that."""
        wanted = self._common[STATE]
        if version_of(state.root) <= wanted or not self._older_states:
            return state
        state = self.newest(state)
        version = max((each for each in self._older_states if each <= wanted), default=min(self._older_states))
        return replace(state, root=self._older_states[version].from_newest(state.root, state.large))

    def newest(self, state: State) -> State:
        """As the VM reads it. A state of a newer format is left for the VM to refuse."""
        if not self._older_states:
            return state
        older = self._older_states.get(version_of(state.root))
        return state if older is None else replace(state, root=older.to_newest(state.root, state.large))

    def missing(self, programs: Iterable[Program], effects: Iterable[str] = ()) -> str:
        """What these programs and effects use that not every process knows, "" for nothing."""
        if not self.are_mixed:
            return ""
        needs = needs_of(programs)
        needs[EFFECT] = max([needs[EFFECT], *(EFFECT_NAMES[name].number + 1 for name in effects)])
        return ", ".join(f"{kind} {number}" for kind, number in needs.items() if number > self._common[kind])


def needs_of(programs: Iterable[Program]) -> dict[str, int]:
    """The smallest number of each kind that a process must read to run these programs."""
    needs = {PROGRAM: 0, OPCODE: 0, BUILTIN: 0, EFFECT: 0}
    for each in programs:
        needs[PROGRAM] = max(needs[PROGRAM], each.encoded[3])
        for procedure in each.procedures:
            for op, *operands in procedure.code:
                needs[OPCODE] = max(needs[OPCODE], op + 1)
                for letter, operand in zip(OPERANDS[Op(op)], operands, strict=True):
                    kind = _LETTERS.get(letter)
                    if kind is not None:
                        needs[kind] = max(needs[kind], operand + 1)
    return needs
