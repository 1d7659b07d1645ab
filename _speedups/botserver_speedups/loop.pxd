"""The instruction loop."""

from botserver_speedups.natives cimport *

cdef enum Status:
    # Why `run_fast` came back; pc of the last frame names the instruction it is about.
    STOP_FUEL  # the slice is used up; the instruction did not run
    STOP_FAILED  # it failed; `error` says why
    STOP_PYTHON  # its one fuel is charged, nothing else happened: `vm` carries it out

cdef Status run_fast(Heap* h) noexcept nogil

# Registers for a new last frame of `procedure`, all null. The caller did `reserve_beside`. FAILED without memory.
cdef int push_frame(Heap* h, Procedure* procedure, bint is_script) noexcept nogil
# target := source; a string constant is copied into reserved bytes.
cdef void own(Heap* h, const Value* source, Value* target) noexcept nogil
cdef void pop_frame(Heap* h) noexcept nogil
cdef void clear_from(Heap* h, Frame* frame, uint32_t a) noexcept nogil

cdef inline int64_t frame_price(const Procedure* procedure) noexcept nogil:
    return 48 + 16 * <int64_t>procedure.n_registers

cdef inline const Value* V(Value* r, const Value* k, int32_t operand) noexcept nogil:
    """A register (operand >= 0) or constant."""
    return (<const Value*>r if operand >= 0 else k) + operand

cdef int read_member(Heap* h, const Value* base, const Str* name, Value* out) noexcept nogil
