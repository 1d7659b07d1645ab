"""A conversation that moves to a version of its scripts with more statements in them says what it would have said."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.language.compiler import compile_source
from botserver.language.effects import HEAR
from botserver.language.verifier import verify
from botserver.limits import Limits
from botserver.vm.effects import OutOfFuel, Suspended, Talk
from botserver.vm.machine import Heap, choose_vm
from botserver.vm.migration import migrated
from botserver.vm.snapshot import Snapshot
from tests.one_script import OneScript

MOST_ANSWERS = 12


class Writer:
    """Writes a random script, line by line."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.lines: list[str] = []
        self._names = 0
        self._functions: list[tuple[str, int]] = []

    def script(self) -> list[str]:
        for _ in range(self._random.randrange(3)):
            self._functions.append((f"f{len(self._functions)}", self._random.randrange(1, 3)))
        self._block(0, [])
        for name, n_parameters in self._functions:
            parameters = [f"p{number}" for number in range(n_parameters)]
            self.lines.append(f"FUNCTION {name}({', '.join(parameters)})")
            self._block(2, parameters, inside=True)
            self.lines += [f"  RETURN {self._value(parameters)}", "END FUNCTION"]
        return self.lines

    def _fresh(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _value(self, known: list[str]) -> str:
        choices = [str(self._random.randrange(10)), f'"{self._random.choice("abc")}"']
        choices += [name for name in known[-4:] for _ in range(2)]
        first, second = self._random.choice(choices), self._random.choice(choices)
        return self._random.choice([first, f'{first} + " " + {second}'])

    def _block(self, depth: int, known: list[str], inside: bool = False) -> None:
        indent = "  " * min(depth, 4)
        for _ in range(self._random.randrange(1, 5)):
            match self._random.randrange(9 if depth < 4 else 4):
                case 0 | 1:
                    known.append(self._fresh("v"))
                    self.lines.append(f"{indent}{known[-1]} = {self._value(known[:-1])}")
                case 2:
                    self.lines.append(f"{indent}TALK {self._value(known)}")
                case 3:
                    known.append(self._fresh("h"))
                    self.lines.append(f"{indent}HEAR {known[-1]}")
                case 4:
                    item = self._fresh("e")
                    self.lines.append(f"{indent}FOR EACH {item} IN [1, 2, 3]")
                    self._block(depth + 1, [*known, item], inside)
                    self.lines.append(f"{indent}NEXT")
                case 5:
                    counter = self._fresh("i")
                    self.lines.append(f"{indent}FOR {counter} = 1 TO {self._random.randrange(1, 4)}")
                    self._block(depth + 1, [*known, counter], inside)
                    self.lines.append(f"{indent}NEXT")
                case 6:
                    self.lines.append(f"{indent}IF {self._value(known)} = {self._value(known)} THEN")
                    self._block(depth + 1, [*known], inside)
                    self.lines.append(f"{indent}ELSE")
                    self._block(depth + 1, [*known], inside)
                    self.lines.append(f"{indent}END IF")
                case 7 if self._functions and not inside:
                    calls = []
                    for _ in range(self._random.randrange(1, 4)):
                        name, n_parameters = self._random.choice(self._functions)
                        values = ", ".join(self._value(known) for _ in range(n_parameters))
                        calls.append(f"{name}({values})")
                    known.append(self._fresh("r"))
                    self.lines.append(f"{indent}{known[-1]} = {' + '.join(calls)}")
                case _:
                    self.lines.append(f"{indent}TRY")
                    self._block(depth + 1, [*known], inside)
                    self.lines += [f"{indent}CATCH problem", f'{indent}  TALK "caught"', f"{indent}END TRY"]


def changed(lines: list[str], random: Random) -> list[str]:
    """With statements that say and change nothing anybody reads, here and there."""
    found: list[str] = []
    for number, line in enumerate(lines):
        is_plain = line.split()[0] not in ("FUNCTION", "END", "NEXT", "ELSE", "CATCH", "RETURN", "END")
        if is_plain and random.random() < 0.3:
            indent = line[: len(line) - len(line.lstrip())]
            found.append(f"{indent}added{number} = {number}")
            if random.random() < 0.3:
                found.append(f"{indent}added{number} = added{number} + LEN([1, 2])")
        found.append(line)
    return found


def release(lines: list[str]) -> OneScript:
    program, diagnostics = compile_source("\n".join(lines), "start.bas")
    assert program is not None, diagnostics
    verify(program)
    return OneScript(program)


def talk(heap: Heap, answers: int, snapshots: list[tuple[Snapshot, int, int]] | None = None) -> list[str]:
    """What is said until the end, or until `MOST_ANSWERS` were given; snapshots at each wait, with what was said and
    answered before."""
    said: list[str] = []
    while True:
        stop = heap.run(2_000, 1_767_225_600, 7)
        said += [record.text for record in heap.take_output() if isinstance(record, Talk)]
        if isinstance(stop, OutOfFuel):
            continue
        if not isinstance(stop, Suspended):
            return said
        assert stop.effect.number == HEAR
        if answers == MOST_ANSWERS:
            return said
        if snapshots is not None:
            snapshots.append((heap.encode(), len(said), answers))
        heap.resume(f"answer {answers}")
        answers += 1


@given(st.integers(0, 2**32))
@settings(max_examples=80, deadline=None)
def test_moved_conversation_says_what_it_would_have_said(seed: int) -> None:
    random = Random(seed)
    lines = Writer(random).script()
    old, new = release(lines), release(changed(lines, random))
    vm = choose_vm("compiled")
    heap = vm.new_heap(old, Limits())
    heap.start(old.program, [], {})
    snapshots: list[tuple[Snapshot, int, int]] = []
    said = talk(heap, 0, snapshots)
    for snapshot, n_said, answers in snapshots:
        moved = migrated(snapshot, old, lambda _: new.program)
        if not isinstance(moved, Snapshot):
            continue
        for name in ("compiled", "reference"):
            there = choose_vm(name).decode(moved, new, Limits())
            assert there.encode().root == moved.root
            assert there.recount() == there.memory().live
            there.resume(f"answer {answers}")
            assert talk(there, answers + 1) == said[n_said:]


def test_most_waits_of_such_scripts_move() -> None:
    n_moved = n_waits = 0
    for seed in range(60):
        random = Random(seed)
        lines = Writer(random).script()
        old, new = release(lines), release(changed(lines, random))
        heap = choose_vm("compiled").new_heap(old, Limits())
        heap.start(old.program, [], {})
        snapshots: list[tuple[Snapshot, int, int]] = []
        talk(heap, 0, snapshots)
        n_waits += len(snapshots)
        there = {old.program: new.program}
        moved = [migrated(snapshot, old, there.get) for snapshot, _, _ in snapshots]
        n_moved += sum(isinstance(each, Snapshot) for each in moved)
    assert n_waits > 100
    assert n_moved > n_waits * 0.8
