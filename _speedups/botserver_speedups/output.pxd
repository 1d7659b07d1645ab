"""Records of output."""

from botserver_speedups.heap cimport *

# Appends the record of an effect with these arguments.
cdef int emit(Heap* h, const Value* args, uint32_t number) noexcept nogil
