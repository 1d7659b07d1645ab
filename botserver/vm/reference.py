"""The reference VM: runs portable programs slowly and obviously. It is the specification.

Theory of operation. A heap is idle (no frame), running, or suspended (the last frame stands at an EFFECT). `run`
executes instructions until the script ends, fails, reaches an EFFECT, or the slice is used up. An instruction either
happens whole or not at all: it computes its price and the bytes it needs, pays, reserves, and only then changes
anything. So a slice may end before any instruction, and what follows is the same as if it had not ended.

Its parts stand on each other: the account (`reference_account.py`), what a session keeps (`reference_keeping.py`), the
instructions that stay in their frame (`reference_instructions.py`), and here what begins, leaves and ends frames.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from ..errors import BadSnapshot, ScriptError, StackEntry
from ..ids import Digest
from ..language.effects import EFFECTS, Kind
from ..language.opcodes import Op
from ..language.program import Instruction, Program
from ..limits import CALL_DEPTH, RUN_DEPTH, Limits
from . import objects
from .effects import Done, Effect, Failed, OutOfFuel, OutputRecord, Stop, Suspended
from .library.children import sub_session_id
from .machine import Release
from .members import key_text
from .objects import Map, Str, Value, from_host, to_host, tree_size
from .reference_account import SliceEnded, reachable
from .reference_areas import AreaSet, Cell
from .reference_codec import Frame, SavedState, decode_graph, decode_state, encode_state
from .reference_instructions import Instructions
from .reference_keeping import RANDOM_MASK
from .snapshot import AREAS, HANDLER_AREAS, READ_BYTES, Snapshot
from .text import fold
from .traps import Place, Stack, describe, find_landing, find_leave, is_raised_softly, make_thrown, trap_fuel
from .tree import price_of
from .values import HostValue, frame_price, is_collected_at_park


class ReferenceHeap(Instructions):
    """See `machine.Heap`."""

    # --- starting and resuming ---------------------------------------------------------------------------------------

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
        need = sum(price_of(value) for value in values.values()) + (0 if cell is None else reachable([stored]))
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

    def extend(self, memory_bytes: int) -> None:
        self._limits = replace(self._limits, memory_bytes=self._limits.memory_bytes + memory_bytes)

    # --- running -----------------------------------------------------------------------------------------------------

    def run(self, fuel: int, now_s: int, seed: int, utc_offset_s: int = 0, language: str = "") -> Stop:
        if not self._frames or self._is_suspended:
            raise RuntimeError("run of a heap that is not running")
        if self._is_entry:
            self._is_entry = False
            self._now_s = now_s
            self._utc_offset_s = utc_offset_s
            self._language = language
            self._random = seed & RANDOM_MASK
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
        except SliceEnded:
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

    # --- errors ------------------------------------------------------------------------------------------------------

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

    # --- instructions that leave their frame -------------------------------------------------------------------------

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

    # --- reading out -------------------------------------------------------------------------------------------------

    def take_output(self) -> list[OutputRecord]:
        taken, self._output = self._output, []
        self._output_bytes = 0
        return taken

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
        if any(reachable([decode_graph(cell.data)]) > most for cell in state.kept):
            raise BadSnapshot(what="it is larger than a session may be")
        self._areas = self._areas_of_run()
        self._frame_bytes = sum(frame_price(frame.procedure.n_registers) for frame in self._frames)
        self._cell_bytes = sum(each.price for each in self._session.walk())
        self._cell_bytes += sum(cell.price for cell in (*self._menu, *self._handlers, *self._kept.values()))
        if self.recount() > self._live + self._allocated:
            raise BadSnapshot(what="its account does not fit its content")
        if self._used > most:
            raise BadSnapshot(what="it is larger than a session may be")


def _price_of_cells(cells: Sequence[Cell]) -> int:
    return sum(len(cell.data) for cell in cells) // 64


def _too_many_values(program: Program) -> ScriptError:
    n = program.procedures[0].n_parameters
    return ScriptError(4002, f"{program.file} takes at most {n} values")


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
