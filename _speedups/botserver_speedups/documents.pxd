"""Built-ins on JSON. Results go to the first argument's register."""

from botserver_speedups.heap cimport *

cdef int to_json(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int follow_path(Heap* h, Value* args, int64_t price) noexcept nogil  # JSON_GET of a container
