"""The reference VM: runs portable programs slowly and obviously. It is the specification.

Theory of operation. A heap is idle (no frame), running, or suspended (the last frame stands at an EFFECT). `run`
executes instructions until the script ends, fails, reaches an EFFECT, or the slice is used up. An instruction either
happens whole or not at all: it computes its price and the bytes it needs, pays, reserves, and only then changes
anything. So a slice may end before any instruction, and what follows is the same as if it had not ended.

The account. `live` is the sum of prices reachable at the last collection, `allocated` the sum since; frames, cells
and output are counted as they come and go. `_reserve` is the only place that collects by itself: exactly when
`live + allocated` would pass `threshold(live)`, or the limit would be passed. Python's own garbage collector frees the
objects; the account does not care when. A heap also collects when it suspends at an effect of kind park.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from ..errors import BadSnapshot, ScriptError, StackEntry
from ..ids import Digest
from ..language.effects import EFFECTS, IMAGE, LOG, TALK, Kind
from ..language.opcodes import Op
from ..language.program import Instruction, Program
from ..limits import CALL_DEPTH, OUTPUT_BYTES, OUTPUT_RECORDS, PYTHON_BUILTIN_BYTES, RUN_DEPTH, Limits
from . import objects
from .builtins import BUILTINS, input_price
from .effects import (
    AnalyticsRecord,
    Done,
    Effect,
    Failed,
    LogLine,
    OutOfFuel,
    OutputRecord,
    Registration,
    Stop,
    Suggestion,
    Suspended,
    Talk,
)
from .handlers import next_schedule, registered, registered_script
from .library.children import check_room, sub_session_id, unknown_sub_session, waited_in
from .machine import Areas, Memory, Release, SubSession
from .members import array_slot, key_text, no_target, read_index, read_member
from .objects import Array, Map, Str, Value, from_host, out_of_memory, to_host, tree_size
from .plans import Plan, random_uuid
from .reference_areas import AreaSet, Cell
from .reference_codec import Frame, SavedState, decode_graph, decode_state, encode_graph, encode_state
from .snapshot import AREAS, HANDLER_AREAS, READ_BYTES, Snapshot
from .text import fold
from .traps import (
    Place,
    Stack,
    describe,
    find_landing,
    find_leave,
    is_raised_softly,
    make_thrown,
    trap_fuel,
)
from .tree import decode_tree, encode_tree, price_of
from .values import (
    OUTPUT_PRICE,
    SESSION_PRICE,
    HostValue,
    array_price,
    capacity,
    frame_price,
    index_size,
    is_collected_at_park,
    map_price,
    string_price,
    threshold,
)

_MASK = 2**64 - 1


class _SliceEnded(Exception):
    """The instruction costs more than what is left of the slice; nothing happened."""


class ReferenceHeap:
    """See `machine.Heap`."""

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

    # --- the account ---------------------------------------------------------------------------------------------

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
        return _reachable(value for frame in self._frames for value in frame.registers)

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

    # --- starting and resuming -----------------------------------------------------------------------------------

    @property
    def fuel_used(self) -> int:
        return self._fuel_used

    def begin_turn(self) -> None:
        self._fuel_used = self._turn_output_bytes = self._turn_output_records = 0

    def start(self, program: Program, arguments: Sequence[HostValue], named: Mapping[str, HostValue]) -> None:
        if self._frames:
            raise RuntimeError("start of a heap that has frames")
        main = program.procedures[0]
        if len(arguments) > main.n_parameters:
            raise _too_many_values(program)
        self._register_script(program)
        values: dict[int, HostValue] = dict(enumerate(arguments))
        wanted = {fold(name): value for name, value in {**self._release.parameters, **named}.items()}
        for index, name in enumerate(main.register_names):
            if index not in values and name and fold(name) in wanted:
                values[index] = wanted[fold(name)]
        self._check_host_size(sum(price_of(value) for value in values.values()))
        price = frame_price(main.n_registers)
        self._grow(price)
        registers: list[Value] = [None] * main.n_registers
        self._frame_bytes += price
        try:
            self._reserve(sum(price_of(value) for value in values.values()))
        except ScriptError:
            self._frame_bytes -= price
            raise
        for index, value in values.items():
            registers[index] = from_host(value)
        self._frames.append(Frame(program, 0, 0, registers, True))
        self._is_entry = True

    def start_handler(self, program: Program, key: str, arguments: Sequence[HostValue], kept: str) -> None:
        handler = program.find_handler(key)
        if handler is None or self.is_handling or (self._frames and not self._is_parked()):
            raise RuntimeError("start of a handler that is not there, or in a heap that does not wait")
        main = program.procedures[0]
        first, count = main.code[handler.entry][1], main.code[handler.entry][3]
        wanted = {fold(name): value for name, value in self._release.parameters.items()}
        values = {
            slot: wanted[fold(name)] for slot, name in enumerate(main.register_names) if name and fold(name) in wanted
        }
        values |= {first + position: value for position, value in enumerate(arguments[:count])}
        cell = self._kept.get(fold(kept))
        stored = Map() if cell is None else decode_graph(cell.data)
        need = sum(price_of(value) for value in values.values()) + (0 if cell is None else _reachable([stored]))
        self._check_host_size(need)
        price = frame_price(main.n_registers)
        self._grow(price)
        self._frame_bytes += price
        try:
            self._reserve(need)
        except ScriptError:
            self._frame_bytes -= price
            raise
        registers: list[Value] = [None] * main.n_registers
        for slot, value in values.items():
            registers[slot] = from_host(value)
        for slot in program.kept:
            registers[slot] = stored.get(main.register_names[slot])
        self._frames.append(Frame(program, 0, handler.entry, registers, True))
        self._areas = self._session
        self._is_suspended = False
        self._is_entry = True

    def _is_parked(self) -> bool:
        frame = self._frames[-1]
        return self._is_suspended and EFFECTS[frame.procedure.code[frame.pc][2]].kind is Kind.PARK

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

    def _check_host_size(self, n: int) -> None:
        """Raises 9013 if `n` bytes of values from outside cannot fit."""
        if self._used + n > self._limits.memory_bytes:
            self.collect()
            if self._used + n > self._limits.memory_bytes:
                raise ScriptError(9013, "a value from outside does not fit into the session's memory")

    def resume(self, value: HostValue) -> None:
        frame = self._suspended_frame()
        need = price_of(value)
        self._check_host_size(need)
        self._reserve(need)
        self._accept(frame, value)

    def _accept(self, frame: Frame, value: HostValue) -> None:
        """The outcome of the EFFECT, in reserved bytes."""
        frame.registers[frame.procedure.code[frame.pc][1]] = from_host(value)
        frame.pc += 1
        self._is_suspended = False
        self._is_entry = True

    def resume_error(self, number: int, message: str) -> None:
        self._suspended_frame()
        if not self.is_handling:  # a HEAR that fails asks nothing any more; nothing else fails while there is a menu
            self._drop_menu()
        self._pending_error = ScriptError(number, message)
        self._is_suspended = False
        self._is_entry = True

    def resume_soft(self, value: HostValue, number: int, message: str) -> None:
        frame = self._suspended_frame()
        if is_raised_softly(self._stack()):
            self.resume_error(number, message)
            return
        script = next(outer for outer in reversed(self._frames) if outer.is_script)
        if script.program.trap >= 0:
            described = describe(number, message, self._entry(frame))
            need = price_of(described) + price_of(value)
            self._check_host_size(need)
            self._reserve(need)
            self._record(script, described)
            self._accept(frame, value)
        else:
            self.resume(value)

    def _suspended_frame(self) -> Frame:
        if not self._is_suspended:
            raise RuntimeError("resume of a heap that is not suspended")
        return self._frames[-1]

    def abandon(self) -> None:
        self._leave(0, self._kept_of(self._frames))

    def _leave(self, base: int, kept: Sequence[Cell]) -> None:
        """Drop the frames from `base` on. What was kept of them stays as far as it fits."""
        self._frame_bytes -= sum(frame_price(frame.procedure.n_registers) for frame in self._frames[base:])
        del self._frames[base:]
        self._is_suspended = bool(self._frames)
        self._areas = self._areas_of_run()
        self._pending_error = None
        if not self._frames:
            self._drop_menu()
        for cell in kept:
            with suppress(ScriptError):
                self._keep_cell(cell)

    def _drop_menu(self) -> None:
        self._cell_bytes -= sum(cell.price for cell in self._menu)
        self._menu = []

    def _kept_of(self, frames: Sequence[Frame]) -> list[Cell]:
        """The variables that handlers read, of the scripts among `frames` that end, innermost first."""
        return [
            Cell(frame.program.file, self._variables_of(frame.program, frame.registers))
            for frame in reversed(frames)
            if frame.is_script and frame.program.handlers
            and not frame.program.is_handler_entry(frame.index, frame.pc)
        ]  # fmt: skip

    @staticmethod
    def _variables_of(program: Program, registers: Sequence[Value]) -> bytes:
        stored = Map()
        for slot in program.kept:
            stored.insert(Str(program.procedures[0].register_names[slot]), registers[slot])
        return encode_graph(stored)

    def extend(self, memory_bytes: int) -> None:
        self._limits = replace(self._limits, memory_bytes=self._limits.memory_bytes + memory_bytes)

    # --- handlers ------------------------------------------------------------------------------------------------

    def handlers(self) -> tuple[Registration, ...]:
        return tuple(_registration(cell) for cell in self._handlers)

    def forget(self, event: str) -> None:
        left = [cell for cell in self._handlers if cell.name != event]
        self._replace_cells("_handlers", left)
        self._put(self._kept, fold(event), None)

    def _register_script(self, program: Program) -> None:
        """A run of `program` begins: what it declares is registered, and its variables have a place."""
        if not program.handlers:
            return
        known = self.handlers()
        fresh = registered_script(known, program)
        if fresh != known:
            self._replace_cells("_handlers", [_handler_cell(item) for item in fresh])
        if fold(program.file) not in self._kept:
            nulls = self._variables_of(program, [None] * program.procedures[0].n_registers)
            self._put(self._kept, fold(program.file), Cell(program.file, nulls))

    def _script_frame(self) -> Frame:
        for frame in reversed(self._frames):
            if frame.is_script:
                return frame
        raise AssertionError("the outermost frame is a script's")

    def register(self, event: str, key: str) -> Plan:
        file = self._script_frame().program.file
        fresh = registered(self.handlers(), Registration(event, file, key, file))
        return Plan(lambda: self._replace_cells("_handlers", [_handler_cell(item) for item in fresh]))

    def keep(self, key: str) -> Plan:
        frame = self._script_frame()
        known = self.handlers()
        number, fresh = next_schedule(known, frame.program.file, key)
        cell = Cell(fresh.kept, self._variables_of(frame.program, frame.registers))

        def make() -> Value:
            self._put(self._kept, cell.name, cell)
            self._replace_cells("_handlers", [_handler_cell(item) for item in (*known, fresh)])
            return number

        return Plan(make, price=len(cell.data) // 64)

    # --- running -------------------------------------------------------------------------------------------------

    def run(self, fuel: int, now_s: int, seed: int, utc_offset_s: int = 0, language: str = "") -> Stop:
        if not self._frames or self._is_suspended:
            raise RuntimeError("run of a heap that is not running")
        if self._is_entry:
            self._is_entry = False
            self._now_s = now_s
            self._utc_offset_s = utc_offset_s
            self._language = language
            self._random = seed & _MASK
        self._left = fuel
        self._is_slice_fresh = True
        while True:
            try:
                return self._go_on()
            except ScriptError as error:
                if not self._is_paid and self._left > 0:
                    self._pay(0)
                self._left -= error.fuel
                self._fuel_used += error.fuel
                failed = self._trap(error)
                if failed is not None:
                    return failed

    def _go_on(self) -> Stop:
        """Run until something happens. Raises ScriptError."""
        try:
            if self._pending_error is not None:
                error, self._pending_error = self._pending_error, None
                self._is_paid = True  # by the EFFECT, perhaps before a snapshot
                raise error
            while True:
                if self._left <= 0:
                    return OutOfFuel()
                self._is_paid = False
                stop = self._step()
                self._is_slice_fresh = False
                if stop is not None:
                    return stop
        except _SliceEnded:
            return OutOfFuel()

    def fail(self, number: int, message: str) -> Failed:
        return self._failed(ScriptError(number, message))

    def _failed(self, error: ScriptError) -> Failed:
        base = self._base()
        entries = [self._entry(frame) for frame in reversed(self._frames[base:])]
        if error.origin is not None:
            entries.insert(0, error.origin)
        self._leave(base, self._kept_of(self._frames[base:]))
        return Failed(error.number, error.what, tuple(entries))

    # --- errors --------------------------------------------------------------------------------------------------

    @staticmethod
    def _entry(frame: Frame) -> StackEntry:
        return StackEntry(frame.program.file, frame.procedure.name, frame.procedure.line_at(frame.pc).line)

    def _stack(self) -> Stack:
        def place(index: int) -> Place:
            frame = self._frames[index]
            return Place(frame.program, frame.index, frame.pc, frame.is_script)

        def register(index: int, register: int) -> Value:
            return self._frames[index].registers[register]

        return Stack(self._base(), len(self._frames), place, register)

    def _trap(self, error: ScriptError) -> Failed | None:
        """Go on where the error leads. What that costs is charged even if it is more than is left of the slice."""
        landing = find_landing(self._stack(), error.number)
        if landing is None:
            return self._failed(error)
        described = describe(error.number, error.what, error.origin or self._entry(self._frames[-1]))
        need = price_of(described)
        try:
            self._reserve(need)
        except ScriptError as full:
            return self._failed(full)
        script = self._frames[landing.script]
        self._record(script, described)
        kept = self._kept_of(self._frames[landing.frame + 1 :])
        cost = trap_fuel(landing, need) + _price_of_cells(kept)
        self._left -= cost
        self._fuel_used += cost
        self._is_slice_fresh = False
        while len(self._frames) > landing.frame + 1:
            self._pop()
        for cell in kept:
            with suppress(ScriptError):
                self._keep_cell(cell)
        frame = self._frames[-1]
        frame.pc = landing.pc
        if landing.is_label:
            frame.registers[frame.procedure.traps.armed] = None
            script.registers[script.program.trap] = None
        if self._base() == 0:
            self._drop_menu()
        return None

    @staticmethod
    def _record(script: Frame, described: dict[str, HostValue]) -> None:
        """The last error of a run, in reserved bytes."""
        script.registers[script.program.trap + 1] = from_host(described)

    def _throw(self, number: Value, message: Value) -> None:
        code = line = file = None
        if isinstance(message, Map):
            code, line, file = (message.get(name) for name in ("code", "line", "file"))
            message = message if message.get("message") is None else message.get("message")
        said, price = objects.text_of(message, self.text_budget)
        self._pay(price)
        raise make_thrown(number, said, code, line, file.text if isinstance(file, Str) else None)

    def options(self) -> tuple[Suggestion, ...]:
        return _suggestions_of(self._menu or self._areas.suggestions)

    def _pay(self, price: int) -> None:
        """Charge the instruction: one fuel and `price`. Ends the slice instead if that is more than is left of it."""
        cost = 1 + price
        if cost > self._left and not self._is_slice_fresh:
            raise _SliceEnded
        self._left -= cost
        self._fuel_used += cost
        self._is_paid = True

    def _step(self) -> Stop | None:
        """One instruction of the last frame. Moves pc past it, unless it ends, calls or suspends."""
        frame = self._frames[-1]
        instruction = frame.procedure.code[frame.pc]
        op, operands = Op(instruction[0]), instruction[1:]
        match op:
            case Op.CALL | Op.RETURN | Op.RUN | Op.RUN_IN | Op.END_RUN | Op.EFFECT:
                return self._transfer(frame, op, operands)
            case Op.RAISE:
                raise ScriptError(operands[0], self._constant_text(frame, operands[1]))
            case Op.THROW:
                self._throw(self._value(frame, operands[0]), self._value(frame, operands[1]))
        target = self._execute(frame, op, operands)
        frame.pc = frame.pc + 1 if target is None else target
        return None

    def _value(self, frame: Frame, operand: int) -> Value:
        if operand >= 0:
            return frame.registers[operand]
        constant = frame.program.constants[~operand]
        return Str(constant, constant=True) if isinstance(constant, str) else constant

    @staticmethod
    def _constant_text(frame: Frame, index: int) -> str:
        constant = frame.program.constants[index]
        if not isinstance(constant, str):
            raise AssertionError("the verifier lets only text through")
        return constant

    @staticmethod
    def _copy_need(value: Value) -> int:
        """Bytes of copying a constant into the heap; other values are shared."""
        return value.price if isinstance(value, Str) and value.constant else 0

    @staticmethod
    def _owned(value: Value) -> Value:
        return Str(value.text) if isinstance(value, Str) and value.constant else value

    def _script_registers(self) -> list[Value]:
        return self._script_frame().registers

    def _execute(self, frame: Frame, op: Op, operands: Instruction) -> int | None:
        """An instruction that stays in its frame. Returns where to go on, None for the next instruction."""
        registers = frame.registers

        def value(position: int) -> Value:
            return self._value(frame, operands[position])

        match op:
            case Op.MOVE:
                source = value(1)
                self._pay(0)
                self._reserve(self._copy_need(source))
                registers[operands[0]] = self._owned(source)
            case Op.GET_SCRIPT:
                self._pay(0)
                registers[operands[0]] = self._script_registers()[operands[1]]
            case Op.SET_SCRIPT:
                source = value(1)
                self._pay(0)
                self._reserve(self._copy_need(source))
                self._script_registers()[operands[0]] = self._owned(source)
            case Op.ADD:
                self._add(registers, operands[0], value(1), value(2))
            case Op.SUB | Op.MUL | Op.DIV | Op.IDIV | Op.MOD | Op.POW:
                result = _ARITHMETIC[op](value(1), value(2))
                self._pay(0)
                registers[operands[0]] = result
            case Op.NEG:
                negative = objects.negate(value(1))
                self._pay(0)
                registers[operands[0]] = negative
            case Op.CONCAT:
                self._concat(registers, operands[0], registers[operands[1] : operands[1] + operands[2]])
            case Op.NOT:
                self._pay(0)
                registers[operands[0]] = not objects.is_truthy(value(1))
            case Op.EQ | Op.NE | Op.LT | Op.LE:
                registers[operands[0]] = self._compare(op, value(1), value(2))
            case Op.JUMP:
                self._pay(0)
                return operands[0]
            case Op.JUMP_TRUE | Op.JUMP_FALSE:
                self._pay(0)
                return operands[1] if objects.is_truthy(value(0)) == (op is Op.JUMP_TRUE) else None
            case Op.JUMP_NULL:
                self._pay(0)
                return operands[1] if value(0) is None else None
            case Op.JUMP_EQ | Op.JUMP_NE | Op.JUMP_LT | Op.JUMP_LE:
                return operands[2] if self._compare(_JUMPS[op], value(0), value(1)) else None
            case Op.JUMP_NOT_LT | Op.JUMP_NOT_LE:
                return None if self._compare(_JUMPS[op], value(0), value(1)) else operands[2]
            case Op.FOR_PREP:
                return self._for_prep(registers, operands)
            case Op.FOR_LOOP:
                return self._for_loop(registers, operands)
            case Op.EACH_PREP:
                return self._each_prep(registers, operands[0], value(1), operands[2])
            case Op.EACH_NEXT:
                return self._each_next(registers, operands)
            case Op.NEW_ARRAY:
                items = registers[operands[1] : operands[1] + operands[2]]
                self._pay(len(items))
                self._reserve(array_price(len(items)))
                registers[operands[0]] = Array(items)
            case Op.NEW_MAP:
                self._new_map(registers, operands[0], registers[operands[1] : operands[1] + 2 * operands[2]])
            case Op.INDEX:
                found = read_index(value(1), value(2))
                self._pay(0)
                registers[operands[0]] = self._taken(found)
            case Op.MEMBER:
                found = read_member(value(1), self._constant_text(frame, operands[2]))
                self._pay(0)
                registers[operands[0]] = self._taken(found)
            case Op.SET_INDEX:
                self._set_index(value(0), value(1), value(2))
            case Op.SET_MEMBER:
                base = value(0)
                if not isinstance(base, Map):
                    raise no_target(base)
                self._set_key(base, Str(self._constant_text(frame, operands[1]), constant=True), value(2))
            case Op.ENSURE_MAP:
                self._pay(0)
                if registers[operands[0]] is None:
                    self._reserve(map_price(0))
                    registers[operands[0]] = Map()
            case Op.BUILTIN:
                self._builtin(registers, *operands)
            case Op.EMIT:
                self._emit(registers, *operands)
            case _:
                raise AssertionError(f"{op.name} is not of this kind")
        return None

    # --- instructions that stay in their frame -------------------------------------------------------------------

    def _add(self, registers: list[Value], target: int, a: Value, b: Value) -> None:
        if isinstance(a, Str) or isinstance(b, Str):
            self._concat(registers, target, [a, b])
            return
        if isinstance(a, Array):
            joined = a.items + (b.items if isinstance(b, Array) else [b])
            self._pay(len(joined))
            self._reserve(array_price(len(joined)))
            registers[target] = Array(joined)
            return
        if isinstance(b, Array):
            raise ScriptError(4001, f'"+" cannot add {objects.type_name(a)} and array')
        result = objects.add_numbers(a, b)
        self._pay(0)
        registers[target] = result

    def _concat(self, registers: list[Value], target: int, values: Sequence[Value]) -> None:
        price = size = 0
        pieces: list[str] = []
        for value in values:
            piece, cost = objects.text_of(value, self.text_budget)
            price += cost
            size += len(piece.encode())
            if size > self.text_budget:
                raise out_of_memory()
            pieces.append(piece)
        self._pay(price + size // 64)
        self._reserve(string_price(size))
        registers[target] = Str("".join(pieces))

    def _compare(self, op: Op, a: Value, b: Value) -> bool:
        if op in (Op.EQ, Op.NE):
            same, price = objects.equals(a, b)
            self._pay(price)
            return same == (op is Op.EQ)
        self._pay(objects.compare_price(a, b))
        return objects.is_less(a, b, or_equal=op is Op.LE)

    def _for_prep(self, registers: list[Value], operands: Instruction) -> int | None:
        a, b, c, end = operands
        counter, last, step = (objects.number_of(registers[r], "FOR", registers[a], registers[b]) for r in (a, b, c))
        if step == 0:
            raise ScriptError(4002, "STEP is zero")
        self._pay(0)
        registers[a], registers[b], registers[c] = counter, last, step
        return None if _is_within(counter, last, step) else end

    def _for_loop(self, registers: list[Value], operands: Instruction) -> int | None:
        a, b, c, body = operands
        last, step = registers[b], registers[c]
        counter = objects.number_of(registers[a], "FOR", registers[a], last)
        if not isinstance(last, int | float) or not isinstance(step, int | float):
            raise ScriptError(4001, "FOR lost its bounds")
        moved = objects.add_numbers(counter, step)
        self._pay(0)
        registers[a] = moved
        if not isinstance(moved, int | float):
            raise AssertionError("numbers add to a number")
        return body if _is_within(moved, last, step) else None

    def _each_prep(self, registers: list[Value], a: int, source: Value, end: int) -> int | None:
        match source:
            case None:
                self._pay(0)
                return end
            case Array(items=items):
                self._pay(0)
                registers[a : a + 3] = [source, 0, len(items)]
            case Map(entries=entries):
                self._pay(len(entries))
                self._reserve(array_price(len(entries)))
                registers[a : a + 3] = [source, 0, Array([key for key, _ in entries.values()])]
            case _:
                raise ScriptError(4001, f"FOR EACH needs an array or map, got {objects.type_name(source)}")
        return None

    def _each_next(self, registers: list[Value], operands: Instruction) -> int | None:
        a, target, end = operands
        source, index, bound = registers[a : a + 3]
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise ScriptError(4001, "FOR EACH lost its place")
        if isinstance(source, Array) and isinstance(bound, int) and not isinstance(bound, bool):
            self._pay(0)
            if index >= bound:
                return end
            registers[a + 1] = index + 1
            registers[target] = source.items[index] if index < len(source.items) else None
            return None
        if not isinstance(source, Map) or not isinstance(bound, Array):
            raise ScriptError(4001, "FOR EACH lost its place")
        self._pay(0)
        while index < len(bound.items):
            key = bound.items[index]
            index += 1
            if isinstance(key, Str) and key.text in source.entries:
                self._reserve(map_price(2) + string_price(3) + string_price(5))
                entry = Map()
                entry.insert(Str("key"), key)
                entry.insert(Str("value"), source.entries[key.text][1])
                registers[a + 1] = index
                registers[target] = entry
                return None
        registers[a + 1] = index
        return end

    def _new_map(self, registers: list[Value], target: int, pairs: list[Value]) -> None:
        result = Map()
        need = 0
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            text = key_text(key)
            known = result.find(text)
            if known is not None:
                result.replace(known, value)
                continue
            if not isinstance(key, Str):
                key = Str(text)
                need += key.price
            result.insert(key, value)
        self._pay(len(pairs) // 2)
        self._reserve(need + result.price)
        registers[target] = result

    def _taken(self, found: Value | HostValue) -> Value:
        """A read element: shared if it is an object, copied in if it was taken out of text or a date."""
        if isinstance(found, str | list | dict):
            self._reserve(price_of(found))
            return from_host(found)
        return found

    def _set_index(self, base: Value, key: Value, value: Value) -> None:
        if isinstance(base, Map):
            text = key_text(key)
            self._set_key(base, key if isinstance(key, Str) else Str(text, constant=True), value)
            return
        if not isinstance(base, Array):
            raise no_target(base)
        index, length = array_slot(key), len(base.items)
        need, price = self._copy_need(value), 0
        if index >= length and capacity(index + 1) != capacity(length):
            need += 16 * capacity(index + 1)
            price = length
        self._pay(price + max(index - length, 0))
        self._reserve(need)
        if index >= length:
            base.items.extend([None] * (index + 1 - length))
        base.items[index] = self._owned(value)

    def _set_key(self, base: Map, key: Str, value: Value) -> None:
        known = base.find(key.text)
        need, price = self._copy_need(value), 0
        if known is None:
            n = len(base.entries)
            need += self._copy_need(key)
            if capacity(n + 1) != capacity(n):
                need += 24 * capacity(n + 1)
                price = n
            if index_size(n + 1) != index_size(n):
                need += 4 * index_size(n + 1)
                price = n
        self._pay(price)
        self._reserve(need)
        if known is not None:
            base.replace(known, self._owned(value))
        else:
            base.insert(Str(key.text) if key.constant else key, self._owned(value))

    def _builtin(self, registers: list[Value], a: int, number: int, n: int) -> None:
        builtin = BUILTINS[number]
        arguments = registers[a : a + n]
        price = self._tree_price(builtin.name, arguments) if builtin.reads_trees else 0
        price += input_price(arguments) if builtin.scans else 0
        try:
            plan = builtin.function(self, arguments)
        except ScriptError as error:
            error.fuel += price
            raise
        self._pay(price + plan.price + plan.need // 64)
        self._grow(plan.beside)
        self._cell_bytes += plan.beside
        try:
            self._reserve(plan.need)
        except ScriptError:
            self._cell_bytes -= plan.beside
            raise
        registers[a] = plan.make()

    @staticmethod
    def _tree_price(name: str, arguments: list[Value]) -> int:
        """Fuel for looking into arguments at any depth. Raises 9013."""
        total = price = 0
        for argument in arguments:
            size, cost = tree_size(argument, PYTHON_BUILTIN_BYTES)
            total += size
            price += cost
            if total > PYTHON_BUILTIN_BYTES:
                fuel = PYTHON_BUILTIN_BYTES // 64
                what = f"an argument of {name} is larger than {PYTHON_BUILTIN_BYTES} bytes"
                raise ScriptError(9013, what, fuel=fuel)
        return price

    def _emit(self, registers: list[Value], a: int, number: int, n: int) -> None:
        arguments = registers[a : a + n]
        record: OutputRecord
        if number in (TALK, IMAGE):
            text, price = objects.text_of(arguments[0], self.text_budget)
            source = "" if number == TALK else objects.text_of(arguments[1], self.text_budget)[0]
            cells = self._menu or self._areas.suggestions
            size = OUTPUT_PRICE + len(text.encode()) + len(source.encode()) + sum(len(cell.data) for cell in cells)
            record = Talk(text, _suggestions_of(cells), self._areas.id, source)
        else:
            text, price = objects.text_of(arguments[1], self.text_budget)
            head = objects.text_of(arguments[0], self.text_budget)[0]
            detail_size, detail_price = tree_size(arguments[2], OUTPUT_BYTES)
            size = OUTPUT_PRICE + len(text.encode()) + len(head.encode()) + detail_size
            price += detail_price
            detail = to_host(arguments[2]) if size <= OUTPUT_BYTES else None
            record = LogLine(head, text, detail) if number == LOG else AnalyticsRecord(head, text, detail)
        if self._turn_output_bytes + size > OUTPUT_BYTES or self._turn_output_records >= OUTPUT_RECORDS:
            raise ScriptError(
                9013, f"the output of a turn is at most {OUTPUT_BYTES} bytes and {OUTPUT_RECORDS} messages"
            )
        self._pay(price + size // 64)
        self._grow(size)
        self._output_bytes += size
        self._turn_output_bytes += size
        self._turn_output_records += 1
        self._output.append(record)

    # --- instructions that leave their frame ---------------------------------------------------------------------

    def _transfer(self, frame: Frame, op: Op, operands: Instruction) -> Stop | None:
        match op:
            case Op.CALL:
                a, index, n = operands
                depth = 0
                for outer in reversed(self._frames):
                    if outer.is_script:
                        break
                    depth += 1
                if depth >= CALL_DEPTH:
                    raise ScriptError(9007, f"procedures call each other more than {CALL_DEPTH} deep")
                self._pay(0)
                self._push(frame, a, frame.program, index, frame.registers[a : a + n], is_script=False)
            case Op.RUN:
                a, n = operands
                self._run_script(frame, a, frame.registers[a], frame.registers[a + 1 : a + 1 + n], None)
            case Op.RUN_IN:
                a, n = operands
                child = self._child(sub_session_id(frame.registers[a]))
                self._run_script(frame, a, frame.registers[a + 1], frame.registers[a + 2 : a + 2 + n], child)
            case Op.RETURN:
                result = self._value(frame, operands[0])
                if len(self._frames) - self._base() == 1:
                    return self._finish(result)
                kept = self._kept_of([frame])
                self._pay(_price_of_cells(kept))
                for cell in kept:
                    self._keep_cell(cell)
                self._reserve(self._copy_need(result))
                self._return(self._owned(result))
            case Op.END_RUN:
                leave = find_leave(self._stack())
                if leave is not None:
                    self._pay(0)
                    while len(self._frames) > leave[0] + 1:
                        self._pop()
                    self._frames[-1].pc = leave[1]
                    return None
                depth = 0
                while not self._frames[~depth].is_script:
                    depth += 1
                if depth + 1 == len(self._frames) - self._base():
                    return self._finish(None)
                kept = self._kept_of([self._frames[~depth]])
                self._pay(_price_of_cells(kept))
                for cell in kept:
                    self._keep_cell(cell)
                for _ in range(depth):
                    self._pop()
                self._return(None)
            case Op.EFFECT:
                return self._suspend(frame, *operands)
            case _:
                raise AssertionError(f"{op.name} is not of this kind")
        return None

    def _run_script(self, caller: Frame, a: int, name: Value, arguments: list[Value], child: AreaSet | None) -> None:
        program = self._release.find_script(key_text(name))
        if sum(outer.is_script for outer in self._frames[self._base() :]) > RUN_DEPTH:
            raise ScriptError(9007, f"scripts run each other more than {RUN_DEPTH} deep")
        if len(arguments) > program.procedures[0].n_parameters:
            raise _too_many_values(program)
        self._pay(len(program.handlers))
        self._register_script(program)
        self._push(caller, a, program, 0, arguments, is_script=True)
        if child is not None:
            self._frames[-1].enters = self._areas = child

    def _push(
        self, caller: Frame, a: int, program: Program, index: int, arguments: list[Value], is_script: bool
    ) -> None:
        procedure = program.procedures[index]
        registers: list[Value] = arguments + [None] * (procedure.n_registers - len(arguments))
        values: dict[int, HostValue] = {}
        if is_script and self._release.parameters:
            wanted = {fold(name): value for name, value in self._release.parameters.items()}
            for slot, name in enumerate(procedure.register_names):
                if slot >= len(arguments) and name and fold(name) in wanted:
                    values[slot] = wanted[fold(name)]
        price = frame_price(procedure.n_registers)
        self._grow(price)
        self._frame_bytes += price
        self._reserve(sum(price_of(value) for value in values.values()))
        for slot, value in values.items():
            registers[slot] = from_host(value)
        caller.registers[a:] = [None] * (len(caller.registers) - a)
        self._frames.append(Frame(program, index, 0, registers, is_script))

    def _pop(self) -> None:
        frame = self._frames.pop()
        self._frame_bytes -= frame_price(frame.procedure.n_registers)
        if frame.enters is not None:
            assert frame.enters.parent is not None
            self._areas = frame.enters.parent

    def _return(self, result: Value) -> None:
        """Leave the last frame; its caller gets `result` in the register its CALL, RUN or RUN_IN names."""
        self._pop()
        caller = self._frames[-1]
        caller.registers[caller.procedure.code[caller.pc][1]] = result
        caller.pc += 1

    def _finish(self, result: Value) -> Stop:
        size, price = tree_size(result, self._limits.memory_bytes)
        if size > self._limits.memory_bytes:
            raise ScriptError(9013, "the result of the script is too large", fuel=self._limits.memory_bytes // 64)
        base = self._base()
        kept = self._kept_of(self._frames[base : base + 1])
        self._pay(price + _price_of_cells(kept))
        value = to_host(result)
        self._leave(base, kept)
        return Done(value)

    def _keep_cell(self, cell: Cell) -> None:
        known = self._kept.get(fold(cell.name))
        self._put(self._kept, fold(cell.name), Cell(known.name, cell.data) if known else cell)

    def _suspend(self, frame: Frame, a: int, number: int, n: int) -> Stop:
        arguments = frame.registers[a : a + n]
        total = 0
        for argument in arguments:
            size, price = tree_size(argument, self._limits.memory_bytes)
            if size > self._limits.memory_bytes:
                fuel = self._limits.memory_bytes // 64
                raise ScriptError(9013, f"an argument of {EFFECTS[number].name} is too large", fuel=fuel)
            total += price
        self._pay(total)
        effect = Effect(number, tuple(to_host(argument) for argument in arguments))
        frame.registers[a:] = [None] * (len(frame.registers) - a)
        self._is_suspended = True
        if effect.kind is Kind.PARK and is_collected_at_park(self._live, self._allocated):
            self.collect()
        return Suspended(effect)

    # --- what built-ins ask for ----------------------------------------------------------------------------------

    @property
    def now_s(self) -> int:
        return self._now_s

    @property
    def utc_offset_s(self) -> int:
        return self._utc_offset_s

    @property
    def language(self) -> str:
        return self._language

    @property
    def text_budget(self) -> int:
        return self._limits.memory_bytes

    def random_bits(self) -> int:
        """SplitMix64."""
        self._random = (self._random + 0x9E37_79B9_7F4A_7C15) & _MASK
        z = self._random
        z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
        return z ^ (z >> 31)

    def get_variable(self, name: str) -> Plan:
        cell = self._areas.variables.get(fold(name))
        if cell is None:
            return Plan(lambda: None)
        value = decode_tree(cell.data)
        return Plan(lambda: from_host(value), price_of(value), len(cell.data) // 64)

    def set_variable(self, name: str, value: Value) -> Plan:
        folded = fold(name)
        known = self._areas.variables.get(folded)
        if value is None:
            return Plan(lambda: self._put(self._areas.variables, folded, None))
        size, price = tree_size(value, self.text_budget)
        if size > self.text_budget:
            raise out_of_memory()
        if known is None and len(self._areas.variables) >= self._limits.variables:
            raise ScriptError(9004, f"a session has at most {self._limits.variables} variables")
        cell = Cell(known.name if known else name, encode_tree(to_host(value)))
        return Plan(lambda: self._put(self._areas.variables, folded, cell), price=price)

    def _put(self, area: dict[str, Cell], folded: str, cell: Cell | None) -> None:
        known = area.get(folded)
        change = (cell.price if cell else 0) - (known.price if known else 0)
        self._grow(change)
        self._cell_bytes += change
        if cell:
            area[folded] = cell
        elif known:
            del area[folded]

    def _check_context(self, text: str) -> None:
        tokens = (len(text) + 3) // 4
        if tokens > self._limits.context_tokens:
            raise ScriptError(9002, f"a context has at most {self._limits.context_tokens} tokens, got {tokens}")

    def set_context(self, name: str, text: str) -> Plan:
        folded = fold(name)
        if not text:
            return Plan(lambda: self._put(self._areas.contexts, folded, None))
        self._check_context(text)
        known = self._areas.contexts.get(folded)
        cell = Cell(known.name if known else name, encode_tree(text))
        return Plan(lambda: self._put(self._areas.contexts, folded, cell), price=len(cell.data) // 64)

    def clear_contexts(self) -> Plan:
        def clear() -> None:
            self._cell_bytes -= sum(cell.price for cell in self._areas.contexts.values())
            self._areas.contexts = {}

        return Plan(clear)

    def set_prompt(self, text: str) -> Plan:
        self._check_context(text)
        cells = [Cell("", encode_tree(text))] if text else []
        return Plan(lambda: self._replace_cells("prompt", cells))

    def _replace_cells(self, area: str, cells: list[Cell]) -> None:
        owner = self if area.startswith("_") else self._areas
        known: list[Cell] = getattr(owner, area)
        change = sum(cell.price for cell in cells) - sum(cell.price for cell in known)
        self._grow(change)
        self._cell_bytes += change
        setattr(owner, area, cells)

    def suggestions(self) -> Sequence[tuple[str, str, str]]:
        return [(item.key, item.label, item.kind) for item in _suggestions_of(self._areas.suggestions)]

    def add_suggestion(self, key: str, label: str, kind: str) -> Plan:
        cells = [*self._areas.suggestions, _suggestion_cell(key, label, kind)]
        return Plan(lambda: self._replace_cells("suggestions", cells))

    def clear_suggestions(self) -> Plan:
        return Plan(lambda: self._replace_cells("suggestions", []))

    def menu(self) -> Sequence[tuple[str, str, str]]:
        return [(item.key, item.label, item.kind) for item in _all_suggestions(self._menu)]

    def set_menu(self, options: Sequence[str], is_open: bool) -> Plan:
        cells = [_suggestion_cell(option, option, "") for option in options]
        if is_open:
            cells.append(_suggestion_cell("*", "*", "*"))
        return Plan(lambda: self._replace_cells("_menu", cells))

    def clear_menu(self) -> Plan:
        return Plan(lambda: self._replace_cells("_menu", []))

    def has_file(self, path: str) -> bool:
        return self._release.has_file(path)

    @property
    def is_get_dynamic(self) -> bool:
        return self._release.is_get_dynamic

    @property
    def max_kbs(self) -> int:
        return self._limits.active_kbs

    def find_kb(self, name: str) -> str | None:
        return self._release.find_kb(name)

    def find_tool(self, name: str) -> str | None:
        return self._release.find_tool(name)

    def active(self, area: str) -> Sequence[str]:
        return [cell.name for cell in self._areas.cells(area)]

    def set_active(self, area: str, names: Sequence[str]) -> Plan:
        cells = [Cell(name, encode_tree(None)) for name in names]
        return Plan(lambda: self._replace_cells(area, cells), price=len(cells))

    def create_sub_session(self) -> Plan:
        parent = self._areas
        check_room(len(parent.children), parent.depth)
        price = parent.branch("").price

        def make() -> Value:
            child_id = random_uuid(self)
            while any(known.id == child_id for known in self._session.walk()):
                child_id = random_uuid(self)
            parent.children.append(parent.branch(child_id))
            return Str(child_id)

        return Plan(make, string_price(36), price // 64, price)

    def merge_sub_session(self, sub_session_id: str) -> Plan:
        child = self._child(sub_session_id)
        below = list(child.walk())
        if any(frame.enters in below for frame in self._frames[: self._base()]):
            raise waited_in(sub_session_id)
        closed = sum(each.price for each in child.walk())
        return Plan(lambda: self._merge(self._areas, child, closed), price=closed // 64)

    def _merge(self, parent: AreaSet, child: AreaSet, closed: int) -> None:
        merged = parent.merge(child)
        n, limit = len(merged.variables), self._limits.variables
        if n > limit and n > len(parent.variables):
            raise ScriptError(9004, f"a session has at most {limit} variables")
        n, limit = len(merged.kbs), self._limits.active_kbs
        if n > limit and n > len(parent.kbs):
            raise ScriptError(9003, f"a session has at most {limit} active knowledge bases")
        change = merged.price - parent.price - closed
        self._grow(change)
        self._cell_bytes += change
        parent.take_over(merged)

    def _child(self, child_id: str) -> AreaSet:
        child = self._areas.find_child(child_id)
        if child is None:
            raise unknown_sub_session(child_id)
        return child

    # --- sub-sessions --------------------------------------------------------------------------------------------

    def address(self) -> str:
        return self._areas.id

    def histories(self) -> tuple[str, ...]:
        return (self._areas.id, *self._areas.merged)

    def sub_sessions(self) -> tuple[SubSession, ...]:
        return tuple(
            SubSession(child.id, child.parent.id, child.price)
            for child in self._session.walk()
            if child.parent is not None
        )

    def discard_sub_sessions(self) -> None:
        if self._frames:
            raise RuntimeError("sub-sessions are discarded from an idle heap")
        self._cell_bytes -= sum(child.price for child in self._session.walk() if child.parent is not None)
        self._session.children = []

    # --- reading out ---------------------------------------------------------------------------------------------

    def take_output(self) -> list[OutputRecord]:
        taken, self._output = self._output, []
        self._output_bytes = 0
        return taken

    def areas(self, address: str | None = None) -> Areas:
        areas = self._areas if address is None else self._find(address)
        return Areas(
            {cell.name: decode_tree(cell.data) for cell in areas.variables.values()},
            {cell.name: str(decode_tree(cell.data)) for cell in areas.contexts.values()},
            "".join(str(decode_tree(cell.data)) for cell in areas.prompt),
            _suggestions_of(areas.suggestions),
            _suggestions_of(self._menu),
            tuple(cell.name for cell in areas.kbs),
            tuple(cell.name for cell in areas.tools),
            self.handlers(),
        )

    def put_areas(self, areas: Areas, address: str = "", with_suggestions: bool = False) -> None:
        known = self._find(address)
        suggestions = [_suggestion_cell(each.key, each.label, each.kind) for each in areas.suggestions]
        fresh = AreaSet(
            variables=_named_cells(areas.variables),
            contexts=_named_cells(areas.contexts),
            prompt=[Cell("", encode_tree(areas.prompt))] if areas.prompt else [],
            suggestions=suggestions if with_suggestions else known.suggestions,
            kbs=[Cell(name, encode_tree(None)) for name in areas.kbs],
            tools=[Cell(name, encode_tree(None)) for name in areas.tools],
        )
        change = sum(cell.price for cell in fresh.own_cells()) - sum(cell.price for cell in known.own_cells())
        self._grow(change)
        self._cell_bytes += change
        known.variables, known.contexts, known.prompt = fresh.variables, fresh.contexts, fresh.prompt
        known.suggestions, known.kbs, known.tools = fresh.suggestions, fresh.kbs, fresh.tools

    def _find(self, address: str) -> AreaSet:
        for areas in self._session.walk():
            if areas.id == address:
                return areas
        raise KeyError(address)

    def area_sizes(self) -> dict[str, int]:
        state = self._state()
        sizes = {area: sum(cell.price for cell in state.cells(area)) for area in (*AREAS, *HANDLER_AREAS)}
        return {**sizes, "sub_sessions": self._cell_bytes - sum(sizes.values())}

    def variable_sizes(self) -> dict[str, int]:
        return {cell.name: cell.price for cell in self._session.variables.values()}

    def _state(self) -> SavedState:
        return SavedState(
            self._frames,
            self._live,
            self._allocated,
            self._fuel_used,
            self._random,
            self._session,
            self._menu,
            self._handlers,
            list(self._kept.values()),
        )

    def encode(self, known: Container[Digest] = frozenset()) -> Snapshot:
        if self._output or (self._frames and not self._is_suspended):
            raise RuntimeError("encode of a heap that is running or has output")
        return encode_state(self._state(), known)

    def load(self, state: SavedState) -> None:
        """Take over what a snapshot holds. Raises BadSnapshot if its account is wrong."""
        self._frames = state.frames
        self._is_suspended = bool(state.frames)
        self._live, self._allocated = state.live, state.allocated
        self._fuel_used, self._random = state.fuel_used, state.random
        self._session, self._menu = state.session, state.menu
        self._handlers, self._kept = state.handlers, {fold(cell.name): cell for cell in state.kept}
        most = max(self._limits.memory_bytes, READ_BYTES)
        if any(_reachable([decode_graph(cell.data)]) > most for cell in state.kept):
            raise BadSnapshot(what="it is larger than a session may be")
        self._areas = self._areas_of_run()
        self._frame_bytes = sum(frame_price(frame.procedure.n_registers) for frame in self._frames)
        self._cell_bytes = sum(each.price for each in self._session.walk())
        self._cell_bytes += sum(cell.price for cell in (*self._menu, *self._handlers, *self._kept.values()))
        if self.recount() > self._live + self._allocated:
            raise BadSnapshot(what="its account does not fit its content")
        if self._used > most:
            raise BadSnapshot(what="it is larger than a session may be")


def _named_cells(values: Mapping[str, HostValue]) -> dict[str, Cell]:
    return {fold(name): Cell(name, encode_tree(value)) for name, value in values.items()}


def _registration(cell: Cell) -> Registration:
    tree = decode_tree(cell.data)
    if not isinstance(tree, list):
        raise AssertionError("a handler is an array")
    return Registration(cell.name, *map(str, tree))


def _handler_cell(item: Registration) -> Cell:
    return Cell(item.event, encode_tree([item.file, item.key, item.kept]))


def _price_of_cells(cells: Sequence[Cell]) -> int:
    return sum(len(cell.data) for cell in cells) // 64


def _reachable(roots: Iterable[Value]) -> int:
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


def _is_within(counter: int | float, last: int | float, step: int | float) -> bool:
    return counter <= last if step > 0 else counter >= last


def _too_many_values(program: Program) -> ScriptError:
    n = program.procedures[0].n_parameters
    return ScriptError(4002, f"{program.file} takes at most {n} values")


def _suggestion_cell(key: str, label: str, kind: str) -> Cell:
    return Cell(label, encode_tree([key, label, kind]))


def _all_suggestions(cells: Sequence[Cell]) -> tuple[Suggestion, ...]:
    found = []
    for cell in cells:
        tree = decode_tree(cell.data)
        if not isinstance(tree, list):
            raise AssertionError("a suggestion is an array")
        key, label, kind = (str(part) for part in tree)
        found.append(Suggestion(key, label, kind))
    return tuple(found)


def _suggestions_of(cells: Sequence[Cell]) -> tuple[Suggestion, ...]:
    return tuple(item for item in _all_suggestions(cells) if item.kind != "*")


_ARITHMETIC = {
    Op.SUB: objects.subtract,
    Op.MUL: objects.multiply,
    Op.DIV: objects.divide,
    Op.IDIV: objects.divide_whole,
    Op.MOD: objects.modulo,
    Op.POW: objects.power,
}

_JUMPS = {
    Op.JUMP_EQ: Op.EQ,
    Op.JUMP_NE: Op.NE,
    Op.JUMP_LT: Op.LT,
    Op.JUMP_LE: Op.LE,
    Op.JUMP_NOT_LT: Op.LT,
    Op.JUMP_NOT_LE: Op.LE,
}


class ReferenceVm:
    """See `machine.Vm`."""

    name = "reference"

    def new_heap(self, release: Release, limits: Limits) -> ReferenceHeap:
        return ReferenceHeap(release, limits)

    def decode(self, snapshot: Snapshot, release: Release, limits: Limits) -> ReferenceHeap:
        heap = ReferenceHeap(release, limits)
        heap.load(decode_state(snapshot, release))
        return heap


VM = ReferenceVm()
