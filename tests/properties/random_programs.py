"""Random portable programs: valid for the verifier, wild in everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

from botserver.errors import ScriptError
from botserver.ids import Digest
from botserver.language.builtins import BY_NAME as BUILTINS
from botserver.language.builtins import SPECS
from botserver.language.effects import BY_NAME
from botserver.language.opcodes import OPERANDS, Op
from botserver.language.program import Constant, Handler, Instruction, LineMark, Procedure, Program
from botserver.language.traps import NO_TRAPS, Guard, Traps
from botserver.vm.library.collections import FUNCTIONS
from botserver.vm.values import Date, DateTime, HostValue

REGISTERS = 9
TRAP = 7  # register of a script: the state of trapping; the last error stands in the one after it
CONSTANTS: tuple[Constant, ...] = (
    None, True, False, 0, 1, -1, 2, 3, 7, 100, 2**63 - 1, -(2**63), 2**53 + 1, 0.0, -0.0, 0.5, 1.5, -2.5, 1e15, 1e300,
    1e-7, 0.1, 123456.789, float("inf"), float("nan"), "", "0", "a", "b", "key", "Key", "KEY", "12", " 3.5 ", "-1e3",
    "false", "TRUE", "hello world", "ÄÖÜ straße", "äöü", "length", "Count", "size", "2024-02-29", "2024-02-29 12:30",
    "31/12/2023", "year", '{"a": [1, {"b": "x"}], "Name": 2.5}', "a,b,,c", ",", "日本語テキスト", "😀 smile", "x" * 70,
    "long " * 40, "%", "h*o", "9" * 25, "\u212a", "k", "0x10", "weekday_name", "\n\t\"\\\x01",
    "desc", "a.b[0]", "$.a[1].b", "[1, [2, {\"k\": null}], 2]", "Infinity", "1e400", "{\"n\": 123456789012345678901}",
)  # fmt: skip
TEXTS = [~index for index, constant in enumerate(CONSTANTS) if isinstance(constant, str)]
COLLECTIONS = list(FUNCTIONS)
NUMBERS = [index for index, constant in enumerate(CONSTANTS) if isinstance(constant, int | float)]


@dataclass
class FakeRelease:
    """The programs a test made."""

    programs: list[Program] = field(default_factory=list)
    parameters: Mapping[str, HostValue] = field(default_factory=dict)

    is_get_dynamic: bool = False

    def find_script(self, name: str) -> Program:
        for program in self.programs:
            if program.file == name.lower().removesuffix(".bas") + ".bas":
                return program
        raise ScriptError(3004, f"no script {name}")

    def find_program(self, digest: Digest) -> Program | None:
        return next((program for program in self.programs if program.digest == digest), None)

    def has_file(self, path: str) -> bool:
        return len(path) < 20

    def find_kb(self, name: str) -> str | None:
        return name if 0 < len(name) < 20 else None

    def find_tool(self, name: str) -> str | None:
        return name if 0 < len(name) < 20 else None


def random_release(random: Random) -> FakeRelease:
    """Two scripts, each with procedures, that may run each other."""
    programs = [random_program(random, name) for name in ("main.bas", "other.bas")]
    parameters: dict[str, HostValue] = {"v3": "from config", "v4": [1, {"a": 2.5}]} if random.random() < 0.3 else {}
    return FakeRelease(programs, parameters)


def random_program(random: Random, file: str) -> Program:
    n = random.randint(1, 3)
    shapes = [(random.randint(0, 3), random.randint(4, REGISTERS)) for _ in range(n)]
    shapes[0] = (2, REGISTERS)
    traps = random.random() < 0.7
    trap = TRAP if traps else -1
    procedures = [_procedure(random, index, shapes, traps) for index in range(n)]
    if n == 1:
        return Program(file, CONSTANTS, tuple(procedures), trap=trap)
    procedures[0], handlers = _with_handlers(random, procedures[0], shapes)
    kept = tuple(sorted(random.sample(range(TRAP), random.randint(0, 4))))
    return Program(file, CONSTANTS, tuple(procedures), handlers=handlers, kept=kept, trap=trap)


def _with_handlers(
    random: Random, main: Procedure, shapes: list[tuple[int, int]]
) -> tuple[Procedure, tuple[Handler, ...]]:
    """The script with an entry for each of its procedures, beyond registers and code that it has itself."""
    code = list(main.code)
    handlers = []
    for index in range(1, len(shapes)):
        event = f"event {random.choice('ab')}" if random.random() < 0.7 else ""
        handlers.append(Handler(f"h{index}", event, len(code)))
        code += [(Op.CALL, REGISTERS, index, min(shapes[index][0], random.randint(0, 2))), (Op.END_RUN,)]
    return replace(main, n_registers=REGISTERS + 2, code=tuple(code)), tuple(handlers)


def _procedure(random: Random, index: int, shapes: list[tuple[int, int]], traps: bool) -> Procedure:
    n_parameters, n_registers = shapes[index]
    length = random.randint(5, 40)
    writer = _Writer(random, n_registers, length, shapes, shapes[0][1])
    code = (*(writer.instruction() for _ in range(length)), (Op.RETURN, random.randrange(n_registers)))
    names = tuple(f"v{register}" if index or register < TRAP else "" for register in range(n_registers))
    marks = tuple(LineMark(pc, pc // 2 + 1, 1) for pc in range(0, length, 2))
    return Procedure(
        "" if index == 0 else f"p{index}",
        n_parameters,
        n_registers,
        names,
        code,
        marks,
        _traps(random, index, n_registers, length) if traps else NO_TRAPS,
    )


def _traps(random: Random, index: int, n_registers: int, length: int) -> Traps:
    def table(likelihood: float) -> tuple[Guard, ...]:
        places = sorted(pc for pc in range(length) if random.random() < likelihood)
        return (*(Guard(pc, random.randint(-1, length)) for pc in places), Guard(length, -1))

    labels = tuple(random.randint(0, length) for _ in range(random.randint(0, 2)))
    armed = random.randrange(n_registers if index else TRAP) if labels else -1
    return Traps(table(0.1 if random.random() < 0.5 else 0), table(0.05), table(0.6), labels, armed)


class _Writer:
    def __init__(
        self, random: Random, n_registers: int, length: int, shapes: list[tuple[int, int]], n_script: int
    ) -> None:
        self.random = random
        self.n_registers = n_registers
        self.length = length
        self.shapes = shapes
        self.n_script = n_script

    def instruction(self) -> Instruction:
        """Mostly one that may go well: registers 0 to 3 tend to hold an array, a map, a number and a text."""
        random = self.random
        if random.random() < 0.65:
            return self.likely()
        pick = random.random()
        if pick < 0.22:
            return (Op.MOVE, self.register(), self.constant())
        if pick < 0.40:
            return self.builtin()
        if pick < 0.46:
            return self.emit_or_effect()
        if pick < 0.52:
            return (Op.NEW_ARRAY, self.register(), *self.run(random.randint(0, 4)))
        if pick < 0.56:
            count = random.randint(0, self.n_registers // 2)
            return (Op.NEW_MAP, self.register(), self.run(2 * count)[0], count)
        op = random.choice(_PLAIN)
        if op in (Op.EACH_PREP, Op.EACH_NEXT):
            return (op, self.run(3)[0], self.register(), random.randint(0, self.length))
        if op is Op.CONCAT:
            return (op, self.register(), *self.run(random.randint(1, 4)))
        if op is Op.RUN:
            count = random.randint(0, 2)
            return (op, self.run(count + 1)[0], count)
        if op is Op.RUN_IN:
            count = random.randint(0, 2)
            return (op, self.run(count + 2)[0], count)
        if op is Op.CALL:
            index = random.randrange(len(self.shapes))
            if index == 0:
                return (Op.END_RUN,) if random.random() < 0.1 else (Op.JUMP, random.randint(0, self.length))
            count = random.randint(0, min(self.shapes[index][0], self.n_registers))
            return (op, self.run(max(count, 1))[0], index, count)
        if op is Op.RAISE:
            return (op, 4000, ~random.choice(TEXTS)) if random.random() < 0.2 else (Op.NOT, self.register(), 0)
        return (op, *(self.operand(letter) for letter in OPERANDS[op]))

    def likely(self) -> Instruction:
        random = self.random
        array, table, number, text = range(4)
        spare = random.randrange(4, self.n_registers) if self.n_registers > 4 else text
        some_number = random.choice([number, self.number(), self.number()])
        some_text = random.choice([text, random.choice(TEXTS)])
        anything = random.choice([array, table, number, text, spare, self.constant()])
        near = random.randint(0, self.length)
        return random.choice(
            [
                (Op.NEW_ARRAY, array, *self.run(random.randint(0, 4))),
                (Op.NEW_MAP, table, 0, 0),
                (Op.MOVE, number, self.number()),
                (Op.MOVE, text, random.choice(TEXTS)),
                (random.choice([Op.ADD, Op.SUB, Op.MUL]), number, number, some_number),
                (random.choice([Op.MOD, Op.IDIV, Op.DIV, Op.POW]), number, some_number, self.number()),
                (Op.SET_INDEX, array, some_number, anything),
                (Op.SET_INDEX, table, random.choice([some_number, some_text]), anything),
                (Op.SET_MEMBER, table, ~random.choice(TEXTS), anything),
                (Op.INDEX, spare, random.choice([array, table, text]), some_number),
                (Op.INDEX, spare, table, some_text),
                (Op.MEMBER, spare, random.choice([array, table, text, spare]), ~random.choice(TEXTS)),
                (Op.ADD, text, text, anything),
                (Op.ADD, array, array, anything),
                (Op.CONCAT, spare, *self.run(random.randint(1, 4))),
                (Op.EQ, spare, anything, spare),
                (Op.LT, spare, anything, some_text),
                (Op.JUMP_LT, number, self.number(), near),
                (Op.JUMP_NE, spare, anything, near),
                (Op.JUMP_FALSE, spare, near),
                (Op.EMIT, random.choice([array, table, number, text]), BY_NAME["talk"].number, 1),
                self.areas(),
                self.collection(),
                self.collection(),
                self.trapping(),
            ]
        )

    def trapping(self) -> Instruction:
        """What ON ERROR sets, and what raises errors."""
        random = self.random
        state = ~random.choice([0, 1, 3, 4])  # null, TRUE, 0, 1
        thrown = random.choice([~0, ~random.choice(NUMBERS), self.register()])
        return random.choice(
            [
                (Op.SET_SCRIPT, TRAP, state),
                (Op.SET_SCRIPT, TRAP, state),
                (Op.GET_SCRIPT, self.register(), TRAP + 1),
                (Op.THROW, thrown, random.choice([self.register(), random.choice(TEXTS)])),
                (Op.RAISE, random.choice([4000, 9001, 9005, 9013]), ~random.choice(TEXTS)),
            ]
        )

    def collection(self) -> Instruction:
        """A built-in on containers, at the register that tends to hold what it wants."""
        wants_map = ("KEYS", "VALUES", "HAS", "REMOVE", "MERGEMAP", "TOJSON", "JSON_GET", "COUNT", "CONTAINS")
        if self.n_registers < 5 or self.random.random() < 0.3:
            spec = BUILTINS[self.random.choice(wants_map)]
            return (Op.BUILTIN, 1, spec.number, spec.min_arguments)
        spec = BUILTINS[self.random.choice(COLLECTIONS)]
        most = 3 if spec.max_arguments is None else spec.max_arguments
        return (Op.BUILTIN, 0, spec.number, self.random.randint(spec.min_arguments, max(most, spec.min_arguments)))

    def areas(self) -> Instruction:
        names = ("SET_VARIABLE", "GET_VARIABLE", "SET_CONTEXT", "SUGGEST", "SET_MENU", "SET_PROMPT")
        spec = BUILTINS["$" + self.random.choice(names)]
        first = self.random.randint(1, max(self.n_registers - spec.min_arguments, 1))
        return (Op.BUILTIN, min(first, self.n_registers - spec.min_arguments), spec.number, spec.min_arguments)

    def number(self) -> int:
        return ~self.random.choice(NUMBERS)

    def operand(self, letter: str) -> int:
        if letter == "R":
            return self.register()
        if letter == "V":
            return self.register() if self.random.random() < 0.7 else self.constant()
        if letter == "K":
            return ~self.random.choice(TEXTS)
        if letter == "G":
            return self.random.randrange(self.n_script)
        if letter == "J":
            return self.random.randint(0, self.length)
        raise AssertionError(letter)

    def register(self) -> int:
        return self.random.randrange(self.n_registers)

    def constant(self) -> int:
        return ~self.random.randrange(len(CONSTANTS))

    def run(self, count: int) -> tuple[int, int]:
        count = min(count, self.n_registers)
        return self.random.randint(0, self.n_registers - count), count

    def builtin(self) -> Instruction:
        spec = self.random.choice(SPECS)
        most = spec.max_arguments if spec.max_arguments is not None else 4
        count = self.random.randint(spec.min_arguments, max(most, spec.min_arguments))
        first = self.run(max(count, 1))[0]
        return (Op.BUILTIN, first, spec.number, count)

    def emit_or_effect(self) -> Instruction:
        pick = self.random.random()
        if pick < 0.5:
            return (Op.EMIT, self.run(1)[0], BY_NAME["talk"].number, 1)
        if pick < 0.65:
            return (Op.EMIT, self.run(3)[0], BY_NAME["log"].number, 3)
        name = self.random.choice(["hear", "wait", "bot_memory_get", "bot_memory_set", "service_call"])
        spec = BY_NAME[name]
        count = spec.min_arguments + (self.random.randint(0, 2) if spec.is_open else 0)
        return (Op.EFFECT, self.run(max(count, 1))[0], spec.number, count)


_PLAIN = [
    op
    for op in Op
    if op not in (Op.MOVE, Op.BUILTIN, Op.EMIT, Op.EFFECT, Op.NEW_ARRAY, Op.NEW_MAP, Op.END_RUN, Op.RETURN)
]


def random_value(random: Random, depth: int = 0) -> HostValue:
    """Something a host may hand in."""
    pick = random.random()
    if depth < 3 and pick < 0.15:
        return [random_value(random, depth + 1) for _ in range(random.randint(0, 12))]
    if depth < 3 and pick < 0.3:
        return {f"k{random.randint(0, 30)}": random_value(random, depth + 1) for _ in range(random.randint(0, 12))}
    if pick < 0.4:
        return DateTime(random.randint(-(10**9), 4 * 10**9))
    if pick < 0.5:
        return Date(random.randint(-20_000, 40_000))
    return random.choice(CONSTANTS)
