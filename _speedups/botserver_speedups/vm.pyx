"""The compiled VM: what `botserver.vm.machine` asks for, around the loop.

Theory of operation. A heap is idle (no frame), running, or suspended (the last frame stands at an EFFECT). `run`
releases the GIL and enters the loop, which comes back when the slice is used up, the script failed, or an instruction
needs Python; `_carry_out` does that one and the loop goes on. Values cross the border as trees: what comes in is
encoded, measured, reserved and built; what goes out is encoded and decoded. Python never holds a view into a heap.
"""

cimport cython
from libc.stdlib cimport free
from libc.string cimport memset

import zlib
from uuid import UUID

from botserver.errors import ScriptError, StackEntry
from botserver.language.builtins import SPECS
from botserver.language.effects import EFFECTS, Kind
from botserver.language.opcodes import Op
from botserver.limits import PYTHON_BUILTIN_BYTES, RUN_DEPTH
from botserver.vm.builtins import BUILTINS
from botserver.vm.effects import Done, Effect, Failed, OutOfFuel, Suspended
from botserver.vm.members import read_member as read_member_of
from botserver.vm.objects import from_host, to_host
from botserver.vm.text import fold
from botserver.vm.traps import (
    Place,
    Stack,
    describe,
    find_landing,
    find_leave,
    is_raised_softly,
    make_thrown,
    trap_fuel,
)

from botserver_speedups.code cimport V, code_of
from botserver_speedups.failures cimport sentence
from botserver_speedups.frames cimport *
from botserver_speedups.host cimport Host
from botserver_speedups.loop cimport *
from botserver_speedups.natives cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.snapshots cimport decode_heap, encode_heap
from botserver_speedups.state cimport *

_EMITTED = [(effect.name, effect.number) for effect in EFFECTS if effect.kind is Kind.EMIT]
_TABLES = repr(([(op.name, int(op)) for op in Op], [spec.name for spec in SPECS], _EMITTED))
if zlib.crc32(_TABLES.encode()) & 0x7FFFFFFF != TABLES:
    raise ImportError("the compiled VM was built for other opcodes, built-ins or effects: build it again with `pip install .`")

cdef object _SLICE_ENDED = object()
cdef list _parks = [effect.kind is Kind.PARK for effect in EFFECTS]
cdef int64_t PYTHON_BYTES = PYTHON_BUILTIN_BYTES
cdef uint64_t _MASK = 0xFFFFFFFFFFFFFFFF


@cython.final
@cython.no_gc  # nothing it refers to refers to it, and there may be a hundred thousand
cdef class CompiledHeap(State):
    """See `machine.Heap`."""

    cdef object pending  # (number, message) of a failed effect
    cdef uint64_t _fuel_used
    cdef bint is_entry
    cdef bint is_suspended

    # --- starting and resuming -----------------------------------------------------------------------------------

    @property
    def fuel_used(self):
        return self._fuel_used

    def begin_turn(self):
        self._fuel_used = 0
        self.h.turn_output_bytes = 0
        self.h.turn_output_records = 0

    def start(self, program, arguments, named):
        cdef Heap* h = &self.h
        cdef Code code
        cdef Incoming incoming = Incoming()
        if h.n_frames > 0:
            raise RuntimeError("start of a heap that has frames")
        code = code_of(program)
        if len(arguments) > code.procedures.n_parameters:
            raise _too_many_values(program)
        self.register_script(program)
        values = dict(enumerate(arguments))
        _add_named(values, program, {**self.release.parameters, **named})
        for value in values.values():
            incoming.add(value)
        self.check_host_size(incoming.price)
        self.reserve_frame(code.procedures, incoming.price)
        self.codes = code
        if push_frame(h, code.procedures, True) < 0:
            raise self.error_left()
        for slot in values:
            incoming.build(h, &h.registers[<uint32_t>slot])
        self.is_entry = True

    def start_handler(self, program, key, arguments, kept):
        cdef Heap* h = &self.h
        cdef Incoming incoming = Incoming()
        cdef Code code = code_of(program)
        cdef bytes name = kept.encode()
        cdef Cell* cell = find_cell(&h.areas[KEPT], name, len(name), fold_hash(name, len(name)))
        cdef int64_t room = 0
        cdef Frame* frame
        handler = program.find_handler(key)
        if handler is None or self.is_handling or (h.n_frames > 0 and not self._is_parked()):
            raise RuntimeError("start of a handler that is not there, or in a heap that does not wait")
        call = program.procedures[0].code[handler.entry]
        values = {}
        _add_named(values, program, self.release.parameters)
        values.update((call[1] + position, value) for position, value in enumerate(arguments[: call[3]]))
        for value in values.values():
            incoming.add(value)
        if cell != NULL:
            room = tree_price(tree_of(cell), cell.n_tree)
        self.check_host_size(incoming.price + room)
        self.reserve_frame(code.procedures, incoming.price + room)
        self.hold(code)
        if push_frame(h, code.procedures, True) < 0:
            raise self.error_left()
        leave_for_handler(h)
        h.base_frame = h.n_frames - 1
        frame = &h.frames[h.base_frame]
        frame.pc = <uint32_t>handler.entry
        frame.runs = 1
        for slot in values:
            incoming.build(h, &h.registers[frame.base + <uint32_t>slot])
        if cell != NULL:
            self._take_kept(program, cell, room, &h.registers[frame.base])
        self.is_suspended = False
        self.is_entry = True

    cdef int _take_kept(self, object program, Cell* cell, int64_t room, Value* registers) except -1:
        """Script variables out of a cell, in reserved bytes."""
        cdef Heap* h = &self.h
        cdef Numbers numbers
        cdef Reader r
        cdef Value stored
        cdef Entry* entry
        cdef bytes name
        cdef int status
        init_numbers(&numbers)
        r.data = tree_of(cell)
        r.at = 0
        r.end = cell.n_tree
        r.bad = NULL
        status = read_value(&r, h, &numbers, room, False, &stored)
        free(numbers.table)
        check_memory(status)
        for slot in program.kept:
            name = program.procedures[0].register_names[slot].encode()
            entry = find_entry(h, map_at(h, stored.v.o), name, len(name), fold_hash(name, len(name)))
            if entry != NULL:
                registers[<uint32_t>slot] = entry.value
            else:
                set_null(&registers[<uint32_t>slot])
        return 0

    cdef bint _is_parked(self) except -1:
        cdef Frame* frame = &self.h.frames[self.h.n_frames - 1]
        return self.is_suspended and _parks[frame.procedure.code[frame.pc].b]

    cdef Frame* _suspended_frame(self) except NULL:
        if not self.is_suspended:
            raise RuntimeError("resume of a heap that is not suspended")
        return &self.h.frames[self.h.n_frames - 1]

    def resume(self, value):
        cdef Frame* frame = self._suspended_frame()
        cdef Incoming incoming = Incoming()
        incoming.add(value)
        self.check_host_size(incoming.price)
        self.reserve_bytes(incoming.price)
        self._accept(frame, incoming)

    def resume_soft(self, value, number, message):
        cdef Heap* h = &self.h
        cdef Frame* frame = self._suspended_frame()
        cdef Frame* script = frame
        cdef Incoming incoming = Incoming()
        if is_raised_softly(self._stack()):
            self.resume_error(number, message)
            return
        script -= frame.depth
        trap = (<Code><object>script.procedure.owner).program.trap
        if trap < 0:
            self.resume(value)
            return
        incoming.add(describe(number, message, self._entry(h.n_frames - 1)))
        incoming.add(value)
        self.check_host_size(incoming.price)
        self.reserve_bytes(incoming.price)
        incoming.build(h, &h.registers[script.base + <uint32_t>trap + 1])
        self._accept(frame, incoming)

    cdef int _accept(self, Frame* frame, Incoming incoming) except -1:
        """The outcome of the EFFECT, in reserved bytes."""
        incoming.build(&self.h, &self.h.registers[frame.base + frame.procedure.code[frame.pc].a])
        frame.pc += 1
        self.is_suspended = False
        self.is_entry = True
        return 0

    def resume_error(self, number, message):
        self._suspended_frame()
        if not self.is_handling:  # a HEAR that fails asks nothing any more; nothing else fails while there is a menu
            drop_menu(&self.h)
        self.pending = (number, message)
        self.is_suspended = False
        self.is_entry = True

    def abandon(self):
        self._leave(0, self._kept_of(0, self.h.n_frames))

    cdef int _leave(self, uint32_t base, list kept) except -1:
        """Drop the frames from `base` on. What was kept of them stays as far as it fits."""
        cdef Heap* h = &self.h
        while h.n_frames > base:
            pop_frame(h)
            if h.base_frame > 0 and h.n_frames == h.base_frame:
                h.base_frame = 0
                return_from_handler(h)
        self.is_suspended = base > 0
        self.pending = None
        if base == 0:
            drop_menu(h)
            self.codes = None
        for name, data in kept:
            self.put_kept(name, data)
        return 0

    cdef list _kept_of(self, uint32_t start, uint32_t end):
        """The variables that handlers read, of the scripts among these frames that end, innermost first."""
        cdef Frame* frame
        cdef uint32_t i
        cdef list found = []
        for i in range(end, start, -1):
            frame = &self.h.frames[i - 1]
            if frame.base != frame.script_base or not frame.procedure.keeps:
                continue
            program = (<Code><object>frame.procedure.owner).program
            if not program.is_handler_entry(frame.procedure.index, frame.pc):
                found.append((program.file.encode(), self.variables_of(program, &self.h.registers[frame.base])))
        return found

    # --- handlers ------------------------------------------------------------------------------------------------

    def fail(self, number, message):
        return self._failed(number, message, None)

    cdef object _failed(self, object number, str message, object origin):
        cdef uint32_t i
        entries = [self._entry(self.h.n_frames - 1 - i) for i in range(self.h.n_frames - self.h.base_frame)]
        if origin is not None:
            entries.insert(0, origin)
        self._leave(self.h.base_frame, self._kept_of(self.h.base_frame, self.h.n_frames))
        return Failed(number, message, tuple(entries))

    # --- errors --------------------------------------------------------------------------------------------------

    cdef object _entry(self, uint32_t index):
        cdef Frame* frame = &self.h.frames[index]
        program = (<Code><object>frame.procedure.owner).program
        procedure = program.procedures[frame.procedure.index]
        return StackEntry(program.file, procedure.name, procedure.line_at(frame.pc).line)

    cpdef object _place(self, uint32_t index):
        cdef Frame* frame = &self.h.frames[index]
        program = (<Code><object>frame.procedure.owner).program
        return Place(program, frame.procedure.index, frame.pc, frame.depth == 0)

    cpdef object _register(self, uint32_t frame, uint32_t register):
        """Null, a boolean or an integer; anything else is Ellipsis."""
        cdef Value* v = &self.h.registers[self.h.frames[frame].base + register]
        if v.tag == T_NULL:
            return None
        if v.tag == T_FALSE or v.tag == T_TRUE:
            return v.tag == T_TRUE
        return v.v.i if v.tag == T_INT else ...

    cdef object _stack(self):
        return Stack(self.h.base_frame, self.h.n_frames, self._place, self._register)

    cdef object _trap(self, object error):
        """Go on where the error leads: None. Else the Failed. What it costs is charged even if it is more than is left
        of the slice."""
        cdef Heap* h = &self.h
        cdef Incoming incoming = Incoming()
        cdef Frame* frame
        cdef Frame* script
        cdef uint32_t trap
        landing = find_landing(self._stack(), error.number)
        if landing is None:
            return self._failed(error.number, error.what, error.origin)
        incoming.add(describe(error.number, error.what, error.origin or self._entry(h.n_frames - 1)))
        if reserve(h, incoming.price) < 0:
            return self._failed(h.error, sentence(h.what, h.first, h.second), None)
        script = &h.frames[<uint32_t>landing.script]
        trap = (<Code><object>script.procedure.owner).program.trap
        incoming.build(h, &h.registers[script.base + trap + 1])
        kept = self._kept_of(<uint32_t>landing.frame + 1, h.n_frames)
        h.left -= <int64_t>trap_fuel(landing, incoming.price) + <int64_t>_price_of_kept(kept)
        while h.n_frames > <uint32_t>landing.frame + 1:
            pop_frame(h)
        for name, data in kept:
            self.put_kept(name, data)
        frame = &h.frames[h.n_frames - 1]
        frame.pc = landing.pc
        if landing.is_label:
            set_null(&h.registers[frame.base + <uint32_t>self._place(h.n_frames - 1).procedure.traps.armed])
            set_null(&h.registers[script.base + trap])
        if h.base_frame == 0:
            drop_menu(h)
        return None

    cdef object _throw(self, Frame* frame, Instr* i):
        cdef Heap* h = &self.h
        cdef const Value* number = V(h.registers + frame.base, frame.procedure.constants_end, i.b)
        cdef const Value* message = V(h.registers + frame.base, frame.procedure.constants_end, i.c)
        cdef const Value* member
        cdef Buffer said
        cdef int64_t price = 0
        cdef int status
        code = line = file = None
        if message.tag == T_MAP:
            code = _whole(_find_member(h, message, b"code"))
            line = _whole(_find_member(h, message, b"line"))
            member = _find_member(h, message, b"file")
            if member != NULL and is_str(member):
                file = scalar_str(h, member)
            member = _find_member(h, message, b"message")
            if member != NULL and member.tag != T_NULL:
                message = member
        memset(&said, 0, sizeof(Buffer))
        try:
            if put_display(h, message, &said, h.limit, &price) < 0:
                raise self.error_left()
            status = pay(h, price)
            text = said.data[: said.length].decode() if status == 0 else ""
        finally:
            free(said.data)
        if status < 0:
            return _SLICE_ENDED
        raise make_thrown(_whole(number), text, code, line, file)

    # --- running -------------------------------------------------------------------------------------------------

    def run(self, int64_t fuel, int64_t now_s, seed, int64_t utc_offset_s=0, str language=""):
        cdef Heap* h = &self.h
        cdef Status status
        if h.n_frames == 0 or self.is_suspended:
            raise RuntimeError("run of a heap that is not running")
        if self.is_entry:
            self.is_entry = False
            h.now_s = now_s
            h.utc_offset_s = utc_offset_s
            self.language = language
            h.random = seed & _MASK
        h.left = fuel
        h.slice = fuel
        if self.pending is not None:
            number, message = self.pending
            self.pending = None
            stop = self._trap(ScriptError(number, message))
            if stop is not None:
                return stop
        while True:
            with nogil:
                status = run_fast(h)
            if status == STOP_FUEL:
                stop = OutOfFuel()
            else:
                try:
                    if status == STOP_FAILED:
                        raise self.error_left()
                    stop = self._carry_out()
                    if stop is _SLICE_ENDED:
                        h.left += 1
                        stop = OutOfFuel()
                except ScriptError as error:
                    h.left -= <int64_t>error.fuel
                    stop = self._trap(error)
            if stop is not None:
                self._fuel_used += <uint64_t>(fuel - h.left)
                if h.size < LARGE_REGION and h.spare_size < LARGE_REGION:
                    _let_go(h)
                else:
                    with nogil:
                        _let_go(h)
                return stop

    cdef object _carry_out(self):
        """The instruction the loop left to Python. None to go on, a Stop, or _SLICE_ENDED if nothing happened."""
        cdef Heap* h = &self.h
        cdef Frame* frame = &h.frames[h.n_frames - 1]
        cdef Instr* i = frame.procedure.code + frame.pc
        if i.op == OP_BUILTIN:
            return self._builtin(frame, i)
        if i.op == OP_EFFECT:
            return self._suspend(frame, i)
        if i.op == OP_RUN:
            return self._run_script(frame, i, i.a, NULL)
        if i.op == OP_RUN_IN:
            return self._run_script(frame, i, i.a + 1, self.child_named(id_text(h, h.registers + frame.base + i.a)))
        if i.op == OP_RETURN:
            if h.n_frames == h.base_frame + 1:
                return self._finish(V(h.registers + frame.base, frame.procedure.constants_end, i.b))
            return self._end_script(i)
        if i.op == OP_END_RUN:
            return self._end_run()
        if i.op == OP_THROW:
            return self._throw(frame, i)
        if i.op == OP_RAISE:
            raise ScriptError(i.b, (<Code><object>frame.procedure.owner).program.constants[~(i.c // <int32_t>sizeof(Value))])
        return self._member(frame, i)

    cdef object _end_run(self):
        """END_RUN of the outermost script, or of a program with handlers, or where a FINALLY may stand around it."""
        cdef Heap* h = &self.h
        cdef Frame* frame
        leave = find_leave(self._stack())
        if leave is not None:
            while h.n_frames > <uint32_t>leave[0] + 1:
                pop_frame(h)
            h.frames[h.n_frames - 1].pc = leave[1]
            return None
        frame = &h.frames[h.n_frames - 1]
        return self._finish(NULL) if frame.depth + 1 == h.n_frames - h.base_frame else self._end_script(NULL)

    cdef object _finish(self, const Value* result):
        """The end of a run. NULL is null."""
        cdef uint32_t base = self.h.base_frame
        cdef int64_t size, price = 0
        cdef Value null
        if result == NULL:
            set_null(&null)
            result = &null
        if tree_size(&self.h, result, self.h.limit, &size, &price) < 0:
            raise self.error_left()
        if size > self.h.limit:
            raise ScriptError(9013, "the result of the script is too large", fuel=self.h.limit // 64)
        kept = self._kept_of(base, base + 1)
        if pay(&self.h, price + _price_of_kept(kept)) < 0:
            return _SLICE_ENDED
        value = to_host_value(&self.h, result)
        self._leave(base, kept)
        return Done(value)

    cdef object _end_script(self, Instr* i):
        """The end of a script with handlers that another script ran; `i` is its RETURN, NULL for END_RUN."""
        cdef Heap* h = &self.h
        cdef Frame* frame = &h.frames[h.n_frames - 1]
        cdef uint32_t script = h.n_frames - 1 - frame.depth
        cdef const Value* x
        cdef Value value
        kept = self._kept_of(script, script + 1)
        if pay(h, _price_of_kept(kept)) < 0:
            return _SLICE_ENDED
        for name, data in kept:
            if self.put_kept(name, data) < 0:
                raise self.error_left()
        set_null(&value)
        if i != NULL:
            x = V(h.registers + frame.base, frame.procedure.constants_end, i.b)
            if x.tag == T_CONSTANT:
                self.reserve_bytes(string_price(x.v.c.n_bytes))
            own(h, x, &value)
        while h.n_frames > script:
            pop_frame(h)
        frame = &h.frames[h.n_frames - 1]
        h.registers[frame.base + frame.procedure.code[frame.pc].a] = value
        frame.pc += 1
        return None

    cdef object _suspend(self, Frame* frame, Instr* i):
        cdef Heap* h = &self.h
        cdef Value* arguments = h.registers + frame.base + i.a
        cdef int64_t size, price = 0
        cdef int32_t n
        cdef int status
        for n in range(i.c):
            if tree_size(h, &arguments[n], h.limit, &size, &price) < 0:
                raise self.error_left()
            if size > h.limit:
                raise ScriptError(9013, f"an argument of {EFFECTS[i.b].name} is too large", fuel=h.limit // 64)
        if pay(h, price) < 0:
            return _SLICE_ENDED
        effect = Effect(i.b, tuple([to_host_value(h, &arguments[n]) for n in range(i.c)]))
        clear_from(h, frame, i.a)
        self.is_suspended = True
        if _parks[i.b]:
            if h.size < LARGE_REGION:
                status = _park(h)
            else:
                with nogil:
                    status = _park(h)
            check_memory(status)
        return Suspended(effect)

    cdef object _run_script(self, Frame* frame, Instr* i, uint32_t a, AreaSet* child):
        """The script named by register `a`, whose arguments follow it."""
        cdef Heap* h = &self.h
        cdef Code code
        cdef uint32_t n = i.b, at
        cdef Incoming incoming = Incoming()
        cdef Value* r = h.registers + frame.base
        if r[a].tag == T_ARRAY or r[a].tag == T_MAP:
            raise ScriptError(4001, f"a map key is text, got {'array' if r[a].tag == T_ARRAY else 'object'}")
        program = self.release.find_script(scalar_str(h, &r[a]))
        if frame.runs > RUN_DEPTH:
            raise ScriptError(9007, f"scripts run each other more than {RUN_DEPTH} deep")
        code = code_of(program)
        if n > code.procedures.n_parameters:
            raise _too_many_values(program)
        if pay(h, len(program.handlers)) < 0:
            return _SLICE_ENDED
        self.register_script(program)
        values = dict.fromkeys(range(n))
        _add_named(values, program, self.release.parameters)
        for at in range(n):
            del values[at]
        for value in values.values():
            incoming.add(value)
        self.reserve_frame(code.procedures, incoming.price)
        if push_frame(h, code.procedures, True) < 0:
            raise self.error_left()
        self.hold(code)
        frame = &h.frames[h.n_frames - 2]
        r = h.registers + frame.base + a + 1
        for at in range(n):
            h.registers[h.frames[h.n_frames - 1].base + at] = r[at]
        for slot in values:
            incoming.build(h, &h.registers[h.frames[h.n_frames - 1].base + <uint32_t>slot])
        clear_from(h, frame, i.a)
        if child != NULL:
            h.frames[h.n_frames - 1].enters = 1
            enter_child(h, child)
        return None

    cdef object _member(self, Frame* frame, Instr* i):
        """INDEX or MEMBER of a date or of text that may be JSON."""
        cdef Heap* h = &self.h
        cdef Value* r = h.registers + frame.base
        cdef const Value* base = V(r, frame.procedure.constants_end, i.b)
        cdef const Value* name = V(r, frame.procedure.constants_end, i.c)
        cdef Incoming incoming = Incoming()
        while base.tag == T_ARRAY:
            base = items_of(h, array_at(h, base.v.o))
        incoming.add(read_member_of(shallow(h, base, False), scalar_str(h, name)))
        self.reserve_bytes(incoming.price)
        incoming.build(h, &r[i.a])
        frame.pc += 1
        return None

    cdef list _trees(self, object name, const Value* arguments, int32_t n, int64_t* price):
        """Arguments at any depth, and the fuel that costs."""
        cdef int64_t size, total = 0
        cdef int32_t place
        values = []
        for place in range(n):
            if tree_size(&self.h, &arguments[place], PYTHON_BYTES, &size, price) < 0:
                raise self.error_left()
            total += size
            if total > PYTHON_BYTES:
                what = f"an argument of {name} is larger than {PYTHON_BYTES} bytes"
                raise ScriptError(9013, what, fuel=PYTHON_BYTES // 64)
            values.append(from_host(to_host_value(&self.h, &arguments[place])))
        return values

    cdef object _builtin(self, Frame* frame, Instr* i):
        cdef Heap* h = &self.h
        cdef Value* arguments = h.registers + frame.base + i.a
        cdef Incoming incoming = Incoming()
        cdef int64_t price, trees = 0
        cdef int32_t n
        builtin = BUILTINS[i.b]
        if builtin.reads_trees:
            values = self._trees(builtin.name, arguments, i.c, &trees)
        else:
            values = [shallow(h, &arguments[n], i.b == B__SET_MENU) for n in range(i.c)]
        if i.b == B__SET_MENU:
            values[1] = is_truthy(h, &arguments[1])
        price = trees
        if builtin.scans:
            price += input_price(h, arguments, i.c)
        try:
            plan = builtin.function(Host(self), values)
        except ScriptError as error:
            error.fuel += price
            raise
        price += <int64_t>plan.price + <int64_t>plan.need // 64
        if pay(h, price) < 0:
            return _SLICE_ENDED
        self.make_room(plan.beside, plan.need)
        incoming.add(to_host(plan.make()))
        incoming.build(h, &arguments[0])
        frame.pc += 1
        return None

    def encode(self, known=frozenset()):
        if self.h.n_output > 0 or (self.h.n_frames > 0 and not self.is_suspended):
            raise RuntimeError("encode of a heap that is running or has output")
        return encode_heap(&self.h, self._fuel_used, known)


cdef void _let_go(Heap* h) noexcept nogil:
    """At the end of a run: what only a run needs."""
    if h.n_frames == 0:
        shrink(h)
    drop_spare(h)


cdef int _park(Heap* h) noexcept nogil:
    """FAILED if the machine has no memory left."""
    if is_collected_at_park(h.live, h.held - h.live) and collect(h) < 0:
        return FAILED
    shrink(h)
    return 0


cdef int64_t _price_of_kept(list kept) except -1:
    cdef int64_t total = 0
    for _, data in kept:
        total += len(data)
    return total // 64


cdef object _too_many_values(object program):
    return ScriptError(4002, f"{program.file} takes at most {program.procedures[0].n_parameters} values")


cdef int _add_named(dict values, object program, object named) except -1:
    """Values for the script variables of those names that have none yet, by register."""
    if not named:
        return 0
    wanted = {fold(name): value for name, value in named.items()}
    for slot, name in enumerate(program.procedures[0].register_names):
        if slot not in values and name and fold(name) in wanted:
            values[slot] = wanted[fold(name)]
    return 0


cdef const Value* _find_member(Heap* h, const Value* v, bytes name):
    """The member of a map, NULL if it has none of that name."""
    cdef Entry* entry = find_entry(h, map_at(h, v.v.o), name, len(name), fold_hash(name, len(name)))
    return NULL if entry == NULL else &entry.value


cdef object _whole(const Value* v):
    """An integer or null; anything else is Ellipsis."""
    if v == NULL or v.tag == T_NULL:
        return None
    return v.v.i if v.tag == T_INT else ...


@cython.final
cdef class CompiledVm:
    """See `machine.Vm`."""

    @property
    def name(self):
        return "compiled"

    def new_heap(self, release, limits):
        return CompiledHeap(release, limits)

    def decode(self, snapshot, release, limits):
        cdef CompiledHeap heap = CompiledHeap(release, limits)
        for code in decode_heap(&heap.h, snapshot, release, &heap._fuel_used):
            heap.hold(code)
        heap.is_suspended = heap.h.n_frames > 0
        return heap


VM = CompiledVm()
