"""Frames: what is pushed and popped rarely, and growing the stack."""

from libc.stdlib cimport realloc

from botserver_speedups.failures cimport OUT_OF_MEMORY

cdef int grow_stack(Heap* h, uint32_t n) noexcept nogil:
    """Room for one more frame and `n` more registers."""
    cdef uint32_t size
    cdef void* larger
    if h.n_registers + n > h.registers_size:
        size = max(h.n_registers + n, h.registers_size + h.registers_size // 2)
        larger = realloc(h.registers, size * sizeof(Value))
        if larger == NULL:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        h.registers = <Value*>larger
        h.registers_size = size
    if h.n_frames == h.frames_size:
        size = h.frames_size + h.frames_size // 2 + 1
        larger = realloc(h.frames, size * sizeof(Frame))
        if larger == NULL:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        h.frames = <Frame*>larger
        h.frames_size = size
    return 0


cdef int push_frame(Heap* h, Procedure* procedure, bint is_script) noexcept nogil:
    if push(h, procedure, is_script) < 0:
        return FAILED
    clear(h.registers + h.frames[h.n_frames - 1].base, procedure.n_registers)
    return 0


cdef void pop_frame(Heap* h) noexcept nogil:
    pop(h)


cdef void clear_from(Heap* h, Frame* frame, uint32_t a) noexcept nogil:
    clear(h.registers + frame.base + a, frame.procedure.n_registers - a)


cdef int move_constant(Heap* h, Value* target, const Value* source) noexcept nogil:
    if reserve(h, string_price(source.v.c.n_bytes)) < 0:
        return FAILED
    own(h, source, target)
    return 0
