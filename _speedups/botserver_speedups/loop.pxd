"""The instruction loop."""

from botserver_speedups.heap cimport *

cdef enum Status:
    # Why `run_fast` came back; pc of the last frame names the instruction it is about.
    STOP_FUEL  # the slice is used up; the instruction did not run
    STOP_FAILED  # it failed; `error` says why
    STOP_PYTHON  # its one fuel is charged, nothing else happened: `vm` carries it out

cdef Status run_fast(Heap* h) noexcept nogil
