"""Built-in functions and text building without Python. The twin of `botserver/vm/builtins.py`.

Each plans (errors, fuel, bytes), pays, reserves once, and only then builds; results go to the first argument's
register. Reserving may collect, so texts are looked up again after it.
"""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.ops cimport *

# 0, FAILED, SLICE_ENDED or NEEDS_PYTHON.
cdef int call_native(Heap* h, uint32_t number, Value* args, uint32_t n) noexcept nogil

cdef int64_t input_price(const Heap* h, const Value* args, uint32_t n) noexcept nogil
cdef uint64_t random_bits(Heap* h) noexcept nogil
