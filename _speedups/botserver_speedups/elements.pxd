"""Elements and members of containers. Statuses as in heap.pxd."""

from botserver_speedups.ops cimport *

# out := base.name. NEEDS_PYTHON for dates and JSON text.
cdef int read_member(Heap* h, const Value* base, const Str* name, Value* out) noexcept nogil

# out := base[key].
cdef int read_index(Heap* h, const Value* base, const Value* key, Value* out) noexcept nogil

# Writes an array element, a map entry; `value` may be a constant, which is copied.
cdef int set_item(Heap* h, const Value* base, const Value* key, const Value* value) noexcept nogil
cdef int set_key(Heap* h, const Value* base, const Value* key, const Value* value) noexcept nogil

# target := a map of n pairs.
cdef int new_map_of(Heap* h, Value* target, const Value* pairs, uint32_t n) noexcept nogil

# target := a + b, whatever they are.
cdef int add_slowly(Heap* h, Value* target, const Value* a, const Value* b) noexcept nogil
