"""Frames: the windows of registers that calls push and returns pop, and values on their way into registers."""

from botserver_speedups.children cimport leave_child
from botserver_speedups.heap cimport *

cdef inline void clear(Value* registers, uint32_t n) noexcept nogil:
    cdef uint32_t i
    for i in range(n):
        registers[i].tag = T_NULL
        registers[i].v.i = 0

# Room for one more frame and `n` more registers. FAILED without memory.
cdef int grow_stack(Heap* h, uint32_t n) noexcept nogil

# Registers for a new last frame of `procedure`, all null. The caller did `reserve_beside`. FAILED without memory.
cdef int push_frame(Heap* h, Procedure* procedure, bint is_script) noexcept nogil

cdef inline bint has_room(const Heap* h, const Procedure* procedure) noexcept nogil:
    """For its frame."""
    return h.n_registers + procedure.n_registers <= h.registers_size and h.n_frames < h.frames_size

cdef inline Frame* push_call(Heap* h, Procedure* procedure) noexcept nogil:
    """A frame called by the last one; there is room. Its registers are not null yet, and its pc is not set."""
    cdef Frame* frame = h.frames + h.n_frames
    cdef Frame* caller = frame - 1
    frame.procedure = procedure
    frame.base = h.n_registers
    frame.script_base = caller.script_base
    frame.depth = caller.depth + 1
    frame.runs = caller.runs
    frame.enters = 0
    h.n_frames += 1
    h.n_registers += procedure.n_registers
    h.others += procedure.price
    return frame

cdef inline int push(Heap* h, Procedure* procedure, bint is_script) noexcept nogil:
    cdef Frame* frame
    cdef Frame* caller
    if not has_room(h, procedure) and grow_stack(h, procedure.n_registers) < 0:
        return FAILED
    frame = &h.frames[h.n_frames]
    frame.procedure = procedure
    frame.pc = 0
    frame.base = h.n_registers
    frame.enters = 0
    if is_script:
        frame.script_base = frame.base
        frame.depth = 0
        frame.runs = h.frames[h.n_frames - 1].runs + 1 if h.n_frames > 0 else 1
    else:
        caller = frame - 1
        frame.script_base = caller.script_base
        frame.depth = caller.depth + 1
        frame.runs = caller.runs
    h.n_frames += 1
    h.n_registers += procedure.n_registers
    h.others += procedure.price
    return 0

cdef inline void pop(Heap* h) noexcept nogil:
    cdef Frame* frame
    h.n_frames -= 1
    frame = &h.frames[h.n_frames]
    h.n_registers = frame.base
    h.others -= frame.procedure.price
    if frame.enters:
        leave_child(h)

cdef inline Frame* pop_call(Heap* h, Frame* frame) noexcept nogil:
    """The caller of the last frame, which is no script's."""
    h.n_frames -= 1
    h.n_registers = frame.base
    h.others -= frame.procedure.price
    return frame - 1

cdef void pop_frame(Heap* h) noexcept nogil

# Of the registers of a frame those from `a` on.
cdef void clear_from(Heap* h, Frame* frame, uint32_t a) noexcept nogil

cdef inline int64_t copy_need(const Value* v) noexcept nogil:
    """Bytes of copying a constant into the heap; other values are shared."""
    return string_price(v.v.c.n_bytes) if v.tag == T_CONSTANT else 0

cdef inline void own(Heap* h, const Value* source, Value* target) noexcept nogil:
    """target := source; a string constant is copied into reserved bytes."""
    cdef uint32_t offset
    cdef const Str* s
    if source.tag == T_CONSTANT:
        s = source.v.c
        offset = new_text(h, text_of(s), s.n_bytes, s.n_chars)
        str_at(h, offset).hash = s.hash
        set_object(target, T_STRING, offset)
    else:
        copy(target, source)

# target := a string constant.
cdef int move_constant(Heap* h, Value* target, const Value* source) noexcept nogil
