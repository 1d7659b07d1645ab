"""Built-ins on text, and text that is joined. Results go to the first argument's register."""

from botserver_speedups.failures cimport Name
from botserver_speedups.ops cimport *

cdef int call_len(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_left(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_right(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_mid(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil
cdef int call_instr(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil
cdef int call_change_case(Heap* h, Value* args, int64_t price, Name name, char first, char last, char change) noexcept nogil
cdef int call_trim(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_replace(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_split(Heap* h, Value* args, int64_t price) noexcept nogil
cdef int call_join(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil
cdef int call_str(Heap* h, Value* args, int64_t price) noexcept nogil

# target := the display texts of two values, joined. The values lie in registers or are constants.
cdef int concatenate(Heap* h, Value* target, const Value* first, const Value* second) noexcept nogil

# The same for the ADD, one side of which is text, or the CONCAT at `i`, and at once for those after it that write over
# the text with more behind it. The number of instructions that are done with, or a negative status.
cdef int join_texts(Heap* h, Value* r, const Value* k, const Instr* i) noexcept nogil
