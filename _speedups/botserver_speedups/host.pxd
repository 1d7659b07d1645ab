"""What the Python built-ins ask of a heap."""

from botserver_speedups.state cimport *

cdef class Host:
    cdef State heap
    cdef Frame* _script_frame(self) noexcept
    cdef object _program(self)
    cdef object _replacing(self, uint32_t which, object choices)
