"""The compiled VM: what `botserver.vm.machine` asks for, around the loop.

Theory of operation. A heap is idle (no frame), running, or suspended (the last frame stands at an EFFECT). `run`
releases the GIL and enters the loop, which comes back when the slice is used up, the script failed, or an instruction
needs Python; `_carry_out` does that one and the loop goes on. Values cross the border as trees: what comes in is
encoded, measured, reserved and built; what goes out is encoded and decoded. Python never holds a view into a heap.
"""

cimport cython
from libc.stdlib cimport calloc, free
from libc.string cimport memset

import zlib
from uuid import UUID

from botserver.errors import ScriptError, StackEntry
from botserver.language.builtins import SPECS
from botserver.language.effects import EFFECTS, Kind
from botserver.language.opcodes import Op
from botserver.limits import PYTHON_BUILTIN_BYTES, RUN_DEPTH
from botserver.vm.builtins import BUILTINS, Plan
from botserver.vm.effects import AnalyticsRecord, Done, Effect, Failed, LogLine, OutOfFuel, Registration, Suggestion
from botserver.vm.effects import Suspended, Talk
from botserver.vm.handlers import next_schedule, registered, registered_script
from botserver.vm.library.children import check_room, sub_session_id, unknown_sub_session, waited_in
from botserver.vm.machine import Areas, Memory, SubSession
from botserver.vm.members import read_member as read_member_of
from botserver.vm.objects import Array as PyArray
from botserver.vm.objects import Map as PyMap
from botserver.vm.objects import Str as PyStr
from botserver.vm.objects import from_host, to_host
from botserver.vm.plans import random_uuid
from botserver.vm.snapshot import AREAS as AREA_NAMES
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
from botserver.vm.values import SESSION_PRICE, Date, DateTime

from botserver_speedups.children cimport *
from botserver_speedups.code cimport Code, V, code_of
from botserver_speedups.codec cimport *
from botserver_speedups.failures cimport sentence
from botserver_speedups.frames cimport *
from botserver_speedups.hosts cimport *
from botserver_speedups.loop cimport *
from botserver_speedups.natives cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.snapshots cimport decode_heap, encode_heap

_EMITTED = [(effect.name, effect.number) for effect in EFFECTS if effect.kind is Kind.EMIT]
_TABLES = repr(([(op.name, int(op)) for op in Op], [spec.name for spec in SPECS], _EMITTED))
if zlib.crc32(_TABLES.encode()) & 0x7FFFFFFF != TABLES:
    raise ImportError("the compiled VM was built for other opcodes, built-ins or effects: build it again with `pip install .`")

cdef object _SLICE_ENDED = object()
cdef int64_t PYTHON_BYTES = PYTHON_BUILTIN_BYTES
cdef uint64_t _MASK = 0xFFFFFFFFFFFFFFFF


cdef class _Incoming:
    """Host values on their way in: encoded and measured, not yet built."""

    cdef Buffer trees
    cdef int64_t price
    cdef int64_t built

    def __cinit__(self):
        memset(&self.trees, 0, sizeof(Buffer))

    cdef int add(self, object value) except -1:
        cdef int64_t start = self.trees.length
        put_host(value, &self.trees)
        self.price += tree_price(self.trees.data + start, self.trees.length - start)
        return 0

    cdef int build(self, Heap* h, Value* target) except -1:
        """The next value, in reserved bytes."""
        cdef Reader r
        r.data = self.trees.data
        r.at = self.built
        r.end = self.trees.length
        r.bad = NULL
        if read_value(&r, h, NULL, self.price, False, target) < 0:
            raise ValueError(f"not a host value: {r.bad.decode()}")
        self.built = r.at
        return 0

    def __dealloc__(self):
        free(self.trees.data)


@cython.final
@cython.no_gc  # nothing it refers to refers to it, and there may be a hundred thousand
cdef class CompiledHeap:
    """See `machine.Heap`."""

    cdef Heap h
    cdef object release
    cdef object limits
    cdef object codes  # the Code of the frames, or a list of several
    cdef object pending  # (number, message) of a failed effect
    cdef str language
    cdef uint64_t _fuel_used
    cdef bint is_entry
    cdef bint is_suspended

    def __cinit__(self, release, limits):
        init_heap(&self.h, limits.memory_bytes, SESSION_PRICE)
        self.h.max_variables = limits.variables
        self.h.context_tokens = limits.context_tokens
        self.release = release
        self.limits = limits
        self.language = ""

    def __dealloc__(self):
        free_children(&self.h)
        if self.h.size < LARGE_REGION:
            free_heap(&self.h)
        else:
            with nogil:
                free_heap(&self.h)

    cdef int _keep(self, Code code) except -1:
        """Frames point into the code."""
        if self.codes is None or self.codes is code:
            self.codes = code
        elif isinstance(self.codes, Code):
            self.codes = [self.codes, code]
        elif code not in self.codes:
            self.codes.append(code)
        return 0

    # --- the account ---------------------------------------------------------------------------------------------

    def memory(self):
        cdef Heap* h = &self.h
        cdef int64_t frames = h.others - SESSION_PRICE - h.cell_bytes - h.output_bytes
        return Memory(
            used(h), h.limit, h.live, h.held - h.live, frames, h.cell_bytes, h.output_bytes
        )

    def collect(self):
        _check_memory(collect(&self.h))

    def recount(self):
        cdef int64_t total = recount(&self.h)
        _check_memory(-1 if total < 0 else 0)
        return total

    cdef object _error(self):
        """The script error that C code left."""
        fuel = self.h.wasted
        self.h.wasted = 0
        return ScriptError(self.h.error, sentence(self.h.what, self.h.first, self.h.second), fuel=fuel)

    cdef int _check_host_size(self, int64_t n) except -1:
        if used(&self.h) + n > self.h.limit:
            collect(&self.h)
            if used(&self.h) + n > self.h.limit:
                raise ScriptError(9013, "a value from outside does not fit into the session's memory")
        return 0

    cdef int _reserve(self, int64_t n) except -1:
        if n > 0 and reserve(&self.h, n) < 0:
            raise self._error()
        return 0

    cdef int _make_room(self, int64_t beside, int64_t n) except -1:
        """For `beside` bytes of cells, which are counted, and `n` bytes of objects."""
        cdef Heap* h = &self.h
        if beside > 0:
            if reserve_beside(h, beside) < 0:
                raise self._error()
            h.others += beside
            h.cell_bytes += beside
        if n > 0 and reserve(h, n) < 0:
            h.others -= beside
            h.cell_bytes -= beside
            raise self._error()
        return 0

    cdef int _reserve_frame(self, Procedure* procedure, int64_t n) except -1:
        """Room for a frame and `n` bytes of objects beside it; the frame is not counted yet."""
        cdef Heap* h = &self.h
        cdef int64_t price = procedure.price
        cdef int status = reserve_beside(h, price)
        if status == 0 and n > 0:
            h.others += price
            status = reserve(h, n)
            h.others -= price
        if status < 0:
            raise self._error()
        return 0

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
        cdef _Incoming incoming = _Incoming()
        if h.n_frames > 0:
            raise RuntimeError("start of a heap that has frames")
        code = code_of(program)
        if len(arguments) > code.procedures.n_parameters:
            raise _too_many_values(program)
        self._register_script(program)
        values = dict(enumerate(arguments))
        _add_named(values, program, {**self.release.parameters, **named})
        for value in values.values():
            incoming.add(value)
        self._check_host_size(incoming.price)
        self._reserve_frame(code.procedures, incoming.price)
        self.codes = code
        if push_frame(h, code.procedures, True) < 0:
            raise self._error()
        for slot in values:
            incoming.build(h, &h.registers[<uint32_t>slot])
        self.is_entry = True

    def start_handler(self, program, key, arguments, kept):
        cdef Heap* h = &self.h
        cdef _Incoming incoming = _Incoming()
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
        self._check_host_size(incoming.price + room)
        self._reserve_frame(code.procedures, incoming.price + room)
        self._keep(code)
        if push_frame(h, code.procedures, True) < 0:
            raise self._error()
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
        _check_memory(status)
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
        return self.is_suspended and EFFECTS[frame.procedure.code[frame.pc].b].kind is Kind.PARK

    @property
    def is_handling(self):
        cdef Frame* frame = &self.h.frames[self.h.base_frame]
        if self.h.n_frames == 0:
            return False
        return (<Code><object>frame.procedure.owner).program.is_handler_entry(frame.procedure.index, frame.pc)

    cdef Frame* _suspended_frame(self) except NULL:
        if not self.is_suspended:
            raise RuntimeError("resume of a heap that is not suspended")
        return &self.h.frames[self.h.n_frames - 1]

    def resume(self, value):
        cdef Frame* frame = self._suspended_frame()
        cdef _Incoming incoming = _Incoming()
        incoming.add(value)
        self._check_host_size(incoming.price)
        self._reserve(incoming.price)
        self._accept(frame, incoming)

    def resume_soft(self, value, number, message):
        cdef Heap* h = &self.h
        cdef Frame* frame = self._suspended_frame()
        cdef Frame* script = frame
        cdef _Incoming incoming = _Incoming()
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
        self._check_host_size(incoming.price)
        self._reserve(incoming.price)
        incoming.build(h, &h.registers[script.base + <uint32_t>trap + 1])
        self._accept(frame, incoming)

    cdef int _accept(self, Frame* frame, _Incoming incoming) except -1:
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
            self._put_kept(name, data)
        return 0

    cdef int _put_kept(self, bytes name, bytes data) except -2:
        """FAILED if it does not fit."""
        return put_cell(&self.h, KEPT, name, len(name), data, len(data))

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
                found.append((program.file.encode(), self._variables_of(program, &self.h.registers[frame.base])))
        return found

    cdef bytes _variables_of(self, object program, Value* registers):
        """Script variables by name, encoded; nulls if `registers` is NULL."""
        cdef Heap* h = &self.h
        cdef Buffer out
        cdef Numbers numbers
        cdef Value null
        cdef bytes name
        init_buffer(&out)
        init_numbers(&numbers)
        set_null(&null)
        numbers.table = <uint32_t*>calloc(h.top // 8 + 1, sizeof(uint32_t))
        numbers.count = 1  # the map
        try:
            _check_memory(0 if numbers.table != NULL else -1)
            _check_memory(put_byte(&out, T_MAP))
            _check_memory(put_varint(&out, len(program.kept)))
            for slot in program.kept:
                name = program.procedures[0].register_names[slot].encode()
                _check_memory(put_byte(&out, T_STRING))
                _check_memory(put_varint(&out, len(name)))
                _check_memory(put(&out, name, len(name)))
                numbers.count += 1
                _check_memory(put_value(h, &null if registers == NULL else &registers[<uint32_t>slot], &numbers, &out))
            return out.data[: out.length]
        finally:
            free(numbers.table)
            free(out.data)

    def extend(self, memory_bytes):
        self.h.limit += <int64_t>memory_bytes

    # --- handlers ------------------------------------------------------------------------------------------------

    def handlers(self):
        cdef Area* area = &self.h.areas[HANDLERS]
        cdef Cell* cell
        cdef uint32_t i
        found = []
        for i in range(area.length):
            cell = area.cells[i]
            found.append(Registration(name_of(cell)[: cell.n_name].decode(), *host_of(tree_of(cell), cell.n_tree)))
        return tuple(found)

    def forget(self, event):
        cdef bytes name = event.encode()
        self._replace_handlers([item for item in self.handlers() if item.event != event])
        remove_cell(&self.h, KEPT, name, len(name))

    cdef int _replace_handlers(self, object registrations) except -1:
        cdef Area fresh
        cdef _Incoming tree
        cdef bytes name
        memset(&fresh, 0, sizeof(Area))
        for item in registrations:
            tree = _Incoming()
            tree.add([item.file, item.key, item.kept])
            name = item.event.encode()
            if add_cell(&fresh, name, len(name), tree.trees.data, tree.trees.length) == NULL:
                clear_area(&fresh)
                raise MemoryError
        if replace_area(&self.h, HANDLERS, &fresh) < 0:
            raise self._error()
        return 0

    cdef int _register_script(self, object program) except -1:
        """A run of `program` begins: what it declares is registered, and its variables have a place."""
        cdef bytes name = program.file.encode()
        if not program.handlers:
            return 0
        known = self.handlers()
        fresh = registered_script(known, program)
        if fresh != known:
            self._replace_handlers(fresh)
        if find_cell(&self.h.areas[KEPT], name, len(name), fold_hash(name, len(name))) == NULL:
            if self._put_kept(name, self._variables_of(program, NULL)) < 0:
                raise self._error()
        return 0

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
        cdef _Incoming incoming = _Incoming()
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
            self._put_kept(name, data)
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
                file = _scalar_text(h, member)
            member = _find_member(h, message, b"message")
            if member != NULL and member.tag != T_NULL:
                message = member
        memset(&said, 0, sizeof(Buffer))
        try:
            if put_display(h, message, &said, h.limit, &price) < 0:
                raise self._error()
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
                        raise self._error()
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
            return self._run_script(frame, i, i.a + 1, self._child(_id_text(h, h.registers + frame.base + i.a)))
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
            raise self._error()
        if size > self.h.limit:
            raise ScriptError(9013, "the result of the script is too large", fuel=self.h.limit // 64)
        kept = self._kept_of(base, base + 1)
        if pay(&self.h, price + _price_of_kept(kept)) < 0:
            return _SLICE_ENDED
        value = _to_host(&self.h, result)
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
            if self._put_kept(name, data) < 0:
                raise self._error()
        set_null(&value)
        if i != NULL:
            x = V(h.registers + frame.base, frame.procedure.constants_end, i.b)
            if x.tag == T_CONSTANT:
                self._reserve(string_price(x.v.c.n_bytes))
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
                raise self._error()
            if size > h.limit:
                raise ScriptError(9013, f"an argument of {EFFECTS[i.b].name} is too large", fuel=h.limit // 64)
        if pay(h, price) < 0:
            return _SLICE_ENDED
        effect = Effect(i.b, tuple([_to_host(h, &arguments[n]) for n in range(i.c)]))
        clear_from(h, frame, i.a)
        self.is_suspended = True
        if EFFECTS[i.b].kind is Kind.PARK:
            if h.size < LARGE_REGION:
                status = _park(h)
            else:
                with nogil:
                    status = _park(h)
            _check_memory(status)
        return Suspended(effect)

    cdef AreaSet* _child(self, str child_id) except NULL:
        """Of the session or sub-session that runs. Raises 4004."""
        cdef AreaSet* child = NULL
        try:
            child = find_child(&self.h, UUID(child_id).bytes)
        except ValueError:
            pass
        if child == NULL or str(UUID(bytes=child.id[:ID_BYTES])) != child_id:
            raise unknown_sub_session(child_id)
        return child

    cdef object _run_script(self, Frame* frame, Instr* i, uint32_t a, AreaSet* child):
        """The script named by register `a`, whose arguments follow it."""
        cdef Heap* h = &self.h
        cdef Code code
        cdef uint32_t n = i.b, at
        cdef _Incoming incoming = _Incoming()
        cdef Value* r = h.registers + frame.base
        if r[a].tag == T_ARRAY or r[a].tag == T_MAP:
            raise ScriptError(4001, f"a map key is text, got {'array' if r[a].tag == T_ARRAY else 'object'}")
        program = self.release.find_script(_scalar_text(h, &r[a]))
        if frame.runs > RUN_DEPTH:
            raise ScriptError(9007, f"scripts run each other more than {RUN_DEPTH} deep")
        code = code_of(program)
        if n > code.procedures.n_parameters:
            raise _too_many_values(program)
        if pay(h, len(program.handlers)) < 0:
            return _SLICE_ENDED
        self._register_script(program)
        values = dict.fromkeys(range(n))
        _add_named(values, program, self.release.parameters)
        for at in range(n):
            del values[at]
        for value in values.values():
            incoming.add(value)
        self._reserve_frame(code.procedures, incoming.price)
        if push_frame(h, code.procedures, True) < 0:
            raise self._error()
        self._keep(code)
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
        cdef _Incoming incoming = _Incoming()
        while base.tag == T_ARRAY:
            base = items_of(h, array_at(h, base.v.o))
        incoming.add(read_member_of(_shallow(h, base, False), _scalar_text(h, name)))
        self._reserve(incoming.price)
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
                raise self._error()
            total += size
            if total > PYTHON_BYTES:
                what = f"an argument of {name} is larger than {PYTHON_BYTES} bytes"
                raise ScriptError(9013, what, fuel=PYTHON_BYTES // 64)
            values.append(from_host(_to_host(&self.h, &arguments[place])))
        return values

    cdef object _builtin(self, Frame* frame, Instr* i):
        cdef Heap* h = &self.h
        cdef Value* arguments = h.registers + frame.base + i.a
        cdef _Incoming incoming = _Incoming()
        cdef int64_t price, trees = 0
        cdef int32_t n
        builtin = BUILTINS[i.b]
        if builtin.reads_trees:
            values = self._trees(builtin.name, arguments, i.c, &trees)
        else:
            values = [_shallow(h, &arguments[n], i.b == B__SET_MENU) for n in range(i.c)]
        if i.b == B__SET_MENU:
            values[1] = is_truthy(h, &arguments[1])
        price = trees
        if builtin.scans:
            price += input_price(h, arguments, i.c)
        try:
            plan = builtin.function(_Host(self), values)
        except ScriptError as error:
            error.fuel += price
            raise
        price += <int64_t>plan.price + <int64_t>plan.need // 64
        if pay(h, price) < 0:
            return _SLICE_ENDED
        self._make_room(plan.beside, plan.need)
        incoming.add(to_host(plan.make()))
        incoming.build(h, &arguments[0])
        frame.pc += 1
        return None

    # --- areas ---------------------------------------------------------------------------------------------------

    cdef object _replace_choices(self, uint32_t which, object choices):
        cdef Area fresh
        cdef _Incoming tree
        cdef bytes name
        memset(&fresh, 0, sizeof(Area))
        for key, label, kind in choices:
            tree = _Incoming()
            tree.add([key, label, kind])
            name = label.encode()
            if add_cell(&fresh, name, len(name), tree.trees.data, tree.trees.length) == NULL:
                clear_area(&fresh)
                raise MemoryError
        if replace_area(&self.h, which, &fresh) < 0:
            raise self._error()

    cdef object _replace_names(self, uint32_t which, object names):
        """An area of names without values."""
        cdef Area fresh
        cdef _Incoming tree = _Incoming()
        cdef bytes data
        memset(&fresh, 0, sizeof(Area))
        tree.add(None)
        for name in names:
            data = name.encode()
            if add_cell(&fresh, data, len(data), tree.trees.data, tree.trees.length) == NULL:
                clear_area(&fresh)
                raise MemoryError
        if replace_area(&self.h, which, &fresh) < 0:
            raise self._error()

    def options(self):
        return _suggestions(_choices(&self.h.areas[MENU if self.h.areas[MENU].count > 0 else SUGGESTIONS]))

    cdef Area* _areas_at(self, object address) except NULL:
        cdef AreaSet* areas = NULL
        if address is None:
            return self.h.areas
        if not address:
            return areas_of(&self.h, self.h.session)
        areas = find_set(&self.h, UUID(address).bytes)
        if areas == NULL:
            raise KeyError(address)
        return areas_of(&self.h, areas)

    def areas(self, address=None):
        cdef Area* areas = self._areas_at(address)
        cdef Area* area
        cdef uint32_t i
        contents = []
        for which in (VARIABLES, CONTEXTS, PROMPT):
            area = &areas[<uint32_t>which]
            contents.append({
                name_of(area.cells[i])[: area.cells[i].n_name].decode(): host_of(
                    tree_of(area.cells[i]), area.cells[i].n_tree
                )
                for i in range(area.length)
                if area.cells[i] != NULL
            })
        return Areas(
            contents[0],
            contents[1],
            contents[2].get("", ""),
            _suggestions(_choices(&areas[SUGGESTIONS])),
            _suggestions(_choices(&self.h.areas[MENU])),
            _names(&areas[KBS]),
            _names(&areas[TOOLS]),
            self.handlers(),
        )

    def address(self):
        return _id_of(self.h.current)

    def histories(self):
        cdef AreaSet* areas = self.h.current
        cdef uint32_t i
        merged = []
        if areas != NULL:
            for i in range(areas.n_merged):
                merged.append(str(UUID(bytes=areas.merged[i * ID_BYTES : (i + 1) * ID_BYTES])))
        return (_id_of(areas), *merged)

    def sub_sessions(self):
        cdef AreaSet* areas
        found = []
        for each in all_ids(&self.h):
            areas = find_set(&self.h, each)
            found.append(SubSession(_id_of(areas), _id_of(areas.parent), set_price(&self.h, areas)))
        return tuple(found)

    def discard_sub_sessions(self):
        if self.h.n_frames > 0:
            raise RuntimeError("sub-sessions are discarded from an idle heap")
        discard_children(&self.h)

    def put_areas(self, areas, address="", with_suggestions=False):
        cdef Heap* h = &self.h
        cdef Area* known = self._areas_at(address)
        cdef Area fresh[7]
        cdef int64_t change = 0
        cdef uint32_t which
        cdef int status
        cdef list replaced = [VARIABLES, CONTEXTS, PROMPT, KBS, TOOLS]
        memset(fresh, 0, sizeof(fresh))
        try:
            _fill_area(&fresh[VARIABLES], areas.variables.items())
            _fill_area(&fresh[CONTEXTS], areas.contexts.items())
            _fill_area(&fresh[PROMPT], [("", areas.prompt)] if areas.prompt else [])
            _fill_area(&fresh[KBS], [(name, None) for name in areas.kbs])
            _fill_area(&fresh[TOOLS], [(name, None) for name in areas.tools])
            if with_suggestions:
                replaced.append(SUGGESTIONS)
                _fill_area(
                    &fresh[SUGGESTIONS], [(each.label, [each.key, each.label, each.kind]) for each in areas.suggestions]
                )
            for which in replaced:
                change += area_price(&fresh[which]) - area_price(&known[which])
            status = reserve_beside(h, change) if change > 0 else 0
            if status < 0:
                raise self._error()
            for which in replaced:
                clear_area(&known[which])
                known[which] = fresh[which]
                memset(&fresh[which], 0, sizeof(Area))
            h.cell_bytes += change
            h.others += change
        finally:
            for which in range(AREAS):
                clear_area(&fresh[which])

    def area_sizes(self):
        cdef Area* areas = areas_of(&self.h, self.h.session)
        cdef int64_t total = self.h.cell_bytes
        cdef uint32_t which
        cdef dict sizes = {}
        for which, name in enumerate(AREA_NAMES):
            sizes[name] = area_price(&self.h.areas[MENU] if which == MENU else &areas[which])
            total -= sizes[name]
        for which, name in ((HANDLERS, "handlers"), (KEPT, "kept")):
            sizes[name] = area_price(&self.h.areas[which])
            total -= sizes[name]
        return {**sizes, "sub_sessions": total}

    def variable_sizes(self):
        cdef Area* area = &areas_of(&self.h, self.h.session)[VARIABLES]
        cdef uint32_t i
        return {
            name_of(area.cells[i])[: area.cells[i].n_name].decode(): 48 + area.cells[i].n_name + area.cells[i].n_tree
            for i in range(area.length)
            if area.cells[i] != NULL
        }

    # --- reading out ---------------------------------------------------------------------------------------------

    def take_output(self):
        cdef Heap* h = &self.h
        cdef Reader r
        cdef uint64_t n, kind
        records = []
        r.data = h.output.data
        r.at = 0
        r.end = h.output.length
        r.bad = NULL
        for _ in range(h.n_output):
            read_varint(&r, &kind)
            address = _speaker(&r) if read_byte(&r) else ""
            head = _block(&r).decode()
            text = _block(&r).decode()
            if kind == E_TALK or kind == E_IMAGE:
                read_varint(&r, &n)
                trees = [_block(&r) for _ in range(n)]
                records.append(Talk(text, _suggestions([host_of(tree, len(tree)) for tree in trees]), address, head))
            else:
                tree = _block(&r)
                value = host_of(tree, len(tree))
                records.append(LogLine(head, text, value) if kind == E_LOG else AnalyticsRecord(head, text, value))
        h.n_output = 0
        h.others -= h.output_bytes
        h.output_bytes = 0
        free(h.output.data)
        memset(&h.output, 0, sizeof(Buffer))
        return records

    def encode(self, known=frozenset()):
        if self.h.n_output > 0 or (self.h.n_frames > 0 and not self.is_suspended):
            raise RuntimeError("encode of a heap that is running or has output")
        return encode_heap(&self.h, self._fuel_used, known)


@cython.final
cdef class _Host:
    """What the Python built-ins ask of a heap; see `botserver.vm.builtins.Host`."""

    cdef CompiledHeap heap

    def __cinit__(self, CompiledHeap heap):
        self.heap = heap

    @property
    def now_s(self):
        return self.heap.h.now_s

    @property
    def utc_offset_s(self):
        return self.heap.h.utc_offset_s

    @property
    def language(self):
        return self.heap.language

    @property
    def text_budget(self):
        return self.heap.h.limit

    def random_bits(self):
        return random_bits(&self.heap.h)

    def suggestions(self):
        return [choice for choice in _choices(&self.heap.h.areas[SUGGESTIONS]) if choice[2] != "*"]

    def add_suggestion(self, key, label, kind):
        return self._replacing(SUGGESTIONS, (*_choices(&self.heap.h.areas[SUGGESTIONS]), (key, label, kind)))

    def clear_suggestions(self):
        return self._replacing(SUGGESTIONS, ())

    def menu(self):
        return _choices(&self.heap.h.areas[MENU])

    def set_menu(self, options, is_open):
        return self._replacing(
            MENU, [*((option, option, "") for option in options), *([("*", "*", "*")] if is_open else [])]
        )

    def clear_menu(self):
        return self._replacing(MENU, ())

    def has_file(self, path):
        return self.heap.release.has_file(path)

    def clear_contexts(self):
        return self._replacing(CONTEXTS, ())

    @property
    def is_get_dynamic(self):
        return self.heap.release.is_get_dynamic

    @property
    def max_kbs(self):
        return self.heap.limits.active_kbs

    def find_kb(self, name):
        return self.heap.release.find_kb(name)

    def find_tool(self, name):
        return self.heap.release.find_tool(name)

    def active(self, area):
        return _names(&self.heap.h.areas[KBS if area == "kbs" else TOOLS])

    def set_active(self, area, names):
        which = KBS if area == "kbs" else TOOLS
        return Plan(lambda: self.heap._replace_names(which, names), price=len(names))

    def create_sub_session(self):
        cdef Heap* h = &self.heap.h
        cdef int64_t price = branch_price(h)
        check_room(h.current.n_children if h.current != NULL else 0, depth_of(h.current))
        return Plan(self._branch, string_price(36), price // 64, price)

    def _branch(self):
        child_id = random_uuid(self)
        while UUID(child_id).bytes in all_ids(&self.heap.h):
            child_id = random_uuid(self)
        branch(&self.heap.h, UUID(child_id).bytes)
        return PyStr(child_id)

    def merge_sub_session(self, child_id):
        cdef AreaSet* child = self.heap._child(child_id)
        cdef int64_t price = tree_of_sets_price(&self.heap.h, child)
        if is_waited_in(&self.heap.h, child):
            raise waited_in(child_id)
        return Plan(lambda: self._merge(child_id), price=price // 64)

    def _merge(self, child_id):
        merge_child(&self.heap.h, self.heap._child(child_id), self.max_kbs)

    @property
    def is_handling(self):
        return self.heap.is_handling

    cdef Frame* _script_frame(self) noexcept:
        cdef Heap* h = &self.heap.h
        return &h.frames[h.n_frames - 1 - h.frames[h.n_frames - 1].depth]

    cdef object _program(self):
        return (<Code><object>self._script_frame().procedure.owner).program

    def register(self, event, key):
        file = self._program().file
        fresh = registered(self.heap.handlers(), Registration(event, file, key, file))
        return Plan(lambda: self._set_handlers(fresh))

    def _set_handlers(self, registrations):
        self.heap._replace_handlers(registrations)

    def keep(self, key):
        program = self._program()
        known = self.heap.handlers()
        number, fresh = next_schedule(known, program.file, key)
        data = self.heap._variables_of(program, &self.heap.h.registers[self._script_frame().base])
        return Plan(lambda: self._keep(number, known, fresh, data), 0, len(data) // 64)

    def _keep(self, number, known, fresh, data):
        if self.heap._put_kept(fresh.kept.encode(), data) < 0:
            raise self.heap._error()
        self.heap._replace_handlers((*known, fresh))
        return number

    cdef object _replacing(self, uint32_t which, object choices):
        return Plan(lambda: self.heap._replace_choices(which, choices))


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


cdef int _check_memory(int status) except -1:
    if status < 0:
        raise MemoryError
    return 0


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


cdef tuple _choices(Area* area):
    """All cells of suggestions or menu as (key, label, kind)."""
    cdef uint32_t i
    return tuple([tuple(host_of(tree_of(area.cells[i]), area.cells[i].n_tree)) for i in range(area.length)])


cdef tuple _names(Area* area):
    """The names of an area's cells, in order."""
    cdef uint32_t i
    return tuple([
        name_of(area.cells[i])[: area.cells[i].n_name].decode() for i in range(area.length) if area.cells[i] != NULL
    ])


cdef int _fill_area(Area* area, object values) except -1:
    """With cells of these names and values, in pairs."""
    cdef _Incoming tree
    cdef bytes name
    for key, value in values:
        tree = _Incoming()
        tree.add(value)
        name = key.encode()
        if add_cell(area, name, len(name), tree.trees.data, tree.trees.length) == NULL:
            raise MemoryError
    return 0


cdef str _id_of(AreaSet* areas):
    return "" if areas == NULL or areas.parent == NULL else str(UUID(bytes=areas.id[:ID_BYTES]))


cdef str _id_text(Heap* h, const Value* v):
    return sub_session_id(_shallow(h, v, False)) if is_str(v) and str_of(h, v).n_bytes <= 100 else ""


cdef object _to_host(Heap* h, const Value* v):
    """A copy for the host of a value that `tree_size` accepted."""
    cdef Buffer out
    memset(&out, 0, sizeof(Buffer))
    try:
        _check_memory(put_tree(h, v, &out))
        return host_of(out.data, out.length)
    finally:
        free(out.data)


cdef const Value* _find_member(Heap* h, const Value* v, bytes name):
    """The member of a map, NULL if it has none of that name."""
    cdef Entry* entry = find_entry(h, map_at(h, v.v.o), name, len(name), fold_hash(name, len(name)))
    return NULL if entry == NULL else &entry.value


cdef object _whole(const Value* v):
    """An integer or null; anything else is Ellipsis."""
    if v == NULL or v.tag == T_NULL:
        return None
    return v.v.i if v.tag == T_INT else ...


cdef str _scalar_text(const Heap* h, const Value* v):
    cdef char local[LOCAL_TEXT]
    cdef Text text
    scalar_text(h, v, local, &text)
    return text.data[: text.n_bytes].decode()


cdef object _shallow(Heap* h, const Value* v, bint with_items):
    """The object the Python built-ins know; they look at the elements of a container only `with_items`."""
    cdef uint32_t i
    if is_str(v):
        return PyStr(_scalar_text(h, v))
    if v.tag == T_MAP:
        return PyMap()
    if v.tag == T_ARRAY:
        items = []
        if with_items:
            for i in range(array_at(h, v.v.o).length):
                items.append(_shallow(h, &items_of(h, array_at(h, v.v.o))[i], False))
        return PyArray(items)
    return _to_host(h, v)


cdef bytes _block(Reader* r):
    cdef uint64_t n
    cdef const char* data
    if read_varint(r, &n) < 0 or read_bytes(r, <int64_t>n, &data) < 0:
        raise AssertionError("the output is damaged")
    return data[:n]


cdef str _speaker(Reader* r):
    cdef const char* data
    if read_bytes(r, ID_BYTES, &data) < 0:
        raise AssertionError("the output is damaged")
    return str(UUID(bytes=data[:ID_BYTES]))


cdef tuple _suggestions(object choices):
    return tuple([Suggestion(key, label, kind) for key, label, kind in choices if kind != "*"])


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
            heap._keep(code)
        heap.is_suspended = heap.h.n_frames > 0
        return heap


VM = CompiledVm()
