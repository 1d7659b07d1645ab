"""The instruction loop."""

from botserver_speedups.heap cimport *

cdef enum Status:
    # Why `run_fast` came back; pc of the last frame names the instruction it is about.
    STOP_FUEL  # the slice is used up; the instruction did not run
    STOP_FAILED  # it failed; `error` says why
    STOP_PYTHON  # its one fuel is charged, nothing else happened: `vm` carries it out

cdef Status run_fast(Heap* h) noexcept nogil

cdef inline const Value* V(Value* r, const Value* k, int32_t operand) noexcept nogil:
    """A register (operand >= 0) or constant."""
    return (<const Value*>r if operand >= 0 else k) + operand
