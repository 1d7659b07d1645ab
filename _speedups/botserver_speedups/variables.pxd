"""Built-ins on variables, contexts and the prompt of a session. Results go to the first argument's register."""

from botserver_speedups.ops cimport *

cdef int call_set_variable(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_get_variable(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_set_context(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_set_prompt(Heap* h, Value* args, int64_t price) noexcept nogil
