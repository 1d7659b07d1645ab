"""FOR and FOR EACH. Each returns 1 to go on into the body, 0 to leave, or a negative status."""

from botserver_speedups.ops cimport *

cdef int for_prep(Heap* h, Value* counter, Value* last, Value* step) noexcept nogil
cdef int for_loop(Heap* h, Value* counter, const Value* last, const Value* step) noexcept nogil

# r[0] is what is gone over, r[1] the place, r[2] the count or the keys.
cdef int each_prep(Heap* h, Value* r, const Value* source) noexcept nogil
cdef int each_next(Heap* h, Value* r, Value* target) noexcept nogil
