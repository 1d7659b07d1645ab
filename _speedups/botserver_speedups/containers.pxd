"""Built-ins on arrays and maps without Python. The twin of `botserver/vm/library/collections.py`."""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.heap cimport *

# As `call_native`; NEEDS_PYTHON also for built-ins of others. `price` is that of the inputs.
cdef int call_container(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil
