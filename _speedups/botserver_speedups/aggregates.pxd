"""Built-ins that order, compare or count up elements, without Python. As `containers.pxd`."""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.heap cimport *

cdef int call_aggregate(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil
